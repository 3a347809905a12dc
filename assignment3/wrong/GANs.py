"""Wrong answers to the exercises of GANs, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# Several exercises

edit(["discriminator", "generator"], "One hidden layer too many: there are three affine layers.",
     "affine(hidden, hidden),", "affine(hidden, hidden), affine(hidden, hidden),")
edit(["discriminator", "build_dc_classifier"], "These are the scores with ReLU: it should be leaky.",
     "leaky_relu(0.01)", "relu()")
edit(["discriminator", "build_dc_classifier"], "A leaky ReLU stands behind the last layer: scores are any numbers.",
     "affine(hidden, 1)", "affine(hidden, 1), leaky_relu(0.01)")
edit(["generator", "build_dc_generator"], "The argument noise_dim is not used: this is the number for 96.", "noise_dim",
     "96")
edit(["ls_discriminator_loss", "ls_generator_loss"], "The factor 1/2 is missing.", "0.5 * ", "")

# sample_noise

# These come first: numbers from 0 to 1 spread too little as well.

@wrong("sample_noise")
def whole_rows_or_columns_same(batch_size, dim):
    """Whole rows or columns are the same: draw N times Z numbers."""
    return np.random.uniform(-1, 1, (batch_size, 1)) * np.ones(dim)


@wrong("sample_noise")
def whole_rows_or_columns_same_2(batch_size, dim):
    """Whole rows or columns are the same: draw N times Z numbers."""
    return np.random.uniform(-1, 1, dim) * np.ones((batch_size, 1))


@wrong("sample_noise")
def between_0_and_1(batch_size, dim):
    """All numbers have one sign: they should lie between -1 and 1, not 0 and 1."""
    return np.random.rand(batch_size, dim)


@wrong("sample_noise")
def normal_distribution(batch_size, dim):
    """Some numbers lie outside: draw from an even distribution, not from a normal one."""
    return np.random.randn(batch_size, dim)


edit("sample_noise", "", "(batch_size, dim)", "(dim, batch_size)", diagnosis="rows and columns are swapped")
edit("sample_noise", "", "(batch_size, dim)", "(batch_size, 1)",
     diagnosis=r"N rows of Z numbers\n.*shape is \(\d+, 1\) and should be")
edit("sample_noise", "", "(batch_size, dim)", "batch_size", diagnosis=r"shape is \(\d+,\) and should be \(\d+, \d+\)")
before("sample_noise", "Two calls gave the same numbers: do not seed anything here.", "np.random.seed(0)")
edit("sample_noise", "np.random.seed does not repeat it: draw with np.random itself.", "np.random.",
     "np.random.default_rng().")

# discriminator

edit("discriminator", "A hidden layer is missing: there are three affine layers.",
     "affine(hidden, hidden), leaky_relu(0.01),", "")
edit("discriminator", "The last layer gives one score, not two.", "affine(hidden, 1)", "affine(hidden, 2)")
edit("discriminator", "The argument hidden is not used: this is the number for 256 units.", "hidden", "256")
edit("discriminator", "These are the scores with a slope of 0.1: it should be 0.01.", "leaky_relu(0.01)",
     "leaky_relu(0.1)")
edit("discriminator", "These are the scores without anything between the affine layers.", "leaky_relu(0.01),", "")
edit("discriminator", "A tanh stands behind the last layer: scores are any numbers.", "affine(hidden, 1)",
     "affine(hidden, 1), tanh()")

# generator

edit("generator", "A hidden layer is missing: there are three affine layers.", "affine(hidden, hidden), relu(),", "")
edit("generator", "The argument hidden is not used: this is the number for 1024 units.", "hidden", "1024")
edit("generator", "The tanh at the end is missing.", ", tanh()", "")
edit("generator", "These are the pictures with leaky ReLU: here it is a plain one.", " relu()", " leaky_relu(0.01)")
edit("generator", "These are the pictures without anything between the affine layers.", " relu(),", "")
edit("generator", "The last layer is a ReLU: pictures are -1 to 1, and it gives no negative numbers.", "tanh()",
     "relu()")
edit("generator", "A sigmoid stands at the end: it gives 0 to 1, and real pictures are -1 to 1.", "tanh()",
     "type(tanh())(lambda x: (sigmoid(x), x), lambda dout, x: dout)")

# bce_loss

edit("bce_loss", "", "return loss, dlogits", "return loss", diagnosis="return loss, dlogits")
edit("bce_loss", "This is the sum over the scores: take the mean.", "np.mean", "np.sum")
edit("bce_loss", "The targets are the wrong way round.", "logits * targets", "logits * (1 - targets)")
edit("bce_loss", "Every target is taken to be 1.", "logits * targets", "logits")
edit("bce_loss", "The logarithm counts exp(+|s|): the sign is minus.", "np.exp(-np.abs", "np.exp(np.abs")
edit("bce_loss", "The logarithm is to the base 2: np.log is the natural one.", "np.log1p(np.exp", "np.log2(1 + np.exp")
edit("bce_loss", "The sign is wrong: a loss is not negative.", "loss = np", "loss = -np")
edit("bce_loss", "This is the gradient of the sum: divide by the number of scores.", " / logits.size", "")
edit("bce_loss", "The sigmoid is missing.", "sigmoid(logits) - targets", "logits - targets")
edit("bce_loss", "The sign is wrong: a score that is too high should have a positive gradient.",
     "sigmoid(logits) - targets", "targets - sigmoid(logits)")
before("bce_loss", "", "targets -= 0.5", diagnosis="changes its input targets in place")


@wrong("bce_loss", diagnosis="holds (nan|inf)")
def unsafe_logarithm(logits, targets):
    p = 1 / (1 + np.exp(-logits))
    loss = -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))
    return loss, (p - targets) / len(logits)


edit("bce_loss", "This is the gradient on the probabilities: take it on the scores.",
     "dlogits = (sigmoid(logits) - targets) / logits.size",
     "p = sigmoid(logits)\ndlogits = (p - targets) / (p * (1 - p)) / logits.size")

# discriminator_loss

edit("discriminator_loss", "This is half of it: the two parts are added, not averaged.", "loss_real + loss_fake",
     "(loss_real + loss_fake) / 2")
edit("discriminator_loss", "Made pictures should get 0, not 1.", "np.zeros_like(logits_fake)",
     "np.ones_like(logits_fake)")
edit("discriminator_loss", "", "fake, dreal, dfake", "fake, dfake, dreal",
     diagnosis="shape is .4, 1. and should be .6, 1.")
edit("discriminator_loss", "", "fake, dreal, dfake", "fake, dreal, -dfake", diagnosis="the wrong sign")
edit("discriminator_loss", "", "return loss_real + loss_fake, dreal, dfake", "return loss_real + loss_fake",
     diagnosis="its last line should be: return loss, dreal, dfake")
edit("discriminator_loss", "Real and made are the wrong way round: real pictures should get 1.",
     "np.ones_like(logits_real))\nloss_fake, dfake = bce_loss(logits_fake, np.zeros_like(logits_fake))",
     "np.zeros_like(logits_real))\nloss_fake, dfake = bce_loss(logits_fake, np.ones_like(logits_fake))")
edit("discriminator_loss", "Only the real pictures count.", "loss_real + loss_fake", "loss_real")
edit("discriminator_loss", "Only the made pictures count.", "loss_real + loss_fake", "loss_fake")

# generator_loss

edit("generator_loss", "This is what the discriminator wants: the generator wants its pictures to get 1.",
     "np.ones_like", "np.zeros_like")
edit("generator_loss", "", "return loss, dfake", "return loss, -dfake", diagnosis="the wrong sign|The sign is wrong")


@wrong("generator_loss")
def saturating_form(logits_fake):
    """This is the form that saturates, log(1 - D): use the cross-entropy with the target 1."""
    loss, dfake = bce_loss(logits_fake, np.zeros_like(logits_fake))
    return -loss, -dfake


edit("generator_loss", "The sign is wrong: the generator minimises -log D.", "return loss, dfake",
     "return -loss, -dfake")

# generator_gradients

edit("generator_gradients", "The argument g_loss is not used.", "g_loss(scores)", "generator_loss(scores)")
edit("generator_gradients",
     "Names or shapes are not those of G.params. If they are the discriminator's: go on, back through G.",
     "_, grads = G.backward(dfake, cache_G)", "_, grads = D.backward(dscores, cache_D)")
edit("generator_gradients", "", "return loss, grads", "return loss, {name: -grad for name, grad in grads.items()}",
     diagnosis="the wrong sign")
edit("generator_gradients", "D.params has changed: this step only computes gradients.", "return loss, grads",
     "D.params['b1'] = 2 * D.params['b1']\nreturn loss, grads")
edit("generator_gradients",
     "Names or shapes are not those of G.params. If they are the discriminator's: go on, back through G.",
     "return loss, grads", "return loss, {'W1': grads['W1']}")
edit("generator_gradients",
     "Names or shapes are not those of G.params. If they are the discriminator's: go on, back through G.",
     "return loss, grads", "return loss, None")

# ls_discriminator_loss

edit("ls_discriminator_loss", "Scores of real pictures should be 1, not 0.", "(scores_real - 1) ** 2", "scores_real**2")
edit("ls_discriminator_loss", "", "dreal = (scores_real - 1)", "dreal = 2 * (scores_real - 1)",
     diagnosis="is 2 times what it should be")
edit("ls_discriminator_loss", "", "scores_fake / scores_fake.size", "scores_fake",
     diagnosis="is 4 times what it should be")
edit("ls_discriminator_loss", "Real and made are the wrong way round.",
     "0.5 * np.mean((scores_real - 1) ** 2) + 0.5 * np.mean(scores_fake**2)",
     "0.5 * np.mean(scores_real**2) + 0.5 * np.mean((scores_fake - 1) ** 2)")
before("ls_discriminator_loss", "There is no sigmoid here: the scores themselves should be 1 and 0.",
       "scores_real, scores_fake = sigmoid(scores_real), sigmoid(scores_fake)")

# ls_generator_loss

edit("ls_generator_loss", "This is what the discriminator wants: the generator wants scores of 1.",
     "(scores_fake - 1) ** 2", "scores_fake**2")
edit("ls_generator_loss", "This is the gradient for the target 0: the generator wants scores of 1.",
     "(scores_fake - 1) / scores_fake.size", "scores_fake / scores_fake.size")
edit("ls_generator_loss", "", "dfake = (scores_fake - 1)", "dfake = (1 - scores_fake)", diagnosis="the wrong sign")
before("ls_generator_loss", "There is no sigmoid here: the scores themselves should be 1.",
       "scores_fake = sigmoid(scores_fake)")

# build_dc_classifier

edit("build_dc_classifier", "The hidden affine layer is missing.",
     "affine(second * 4 * 4, hidden), leaky_relu(0.01),\n    affine(hidden, 1)", "affine(second * 4 * 4, 1)")
edit("build_dc_classifier", "The arguments channels and hidden are not used: this is the number for the default sizes.",
     "first, second = channels", "first, second, hidden = 32, 64, 1024")
edit("build_dc_classifier", "These are the scores without activations.", "leaky_relu(0.01),", "")
edit("build_dc_classifier", "A pooling layer is missing: the second one should leave 4x4.",
     "conv(first, second, 5), leaky_relu(0.01), max_pool(2),\n    affine(second * 4 * 4, hidden)",
     "conv(first, second, 5), leaky_relu(0.01),\n    affine(second * 8 * 8, hidden)")
edit("build_dc_classifier", "The maps are padded: the second pooling should leave 4x4, not 7x7.",
     "conv(1, first, 5), leaky_relu(0.01), max_pool(2),\n"
     "    conv(first, second, 5), leaky_relu(0.01), max_pool(2),\n"
     "    affine(second * 4 * 4, hidden)",
     "conv(1, first, 5, pad=2), leaky_relu(0.01), max_pool(2),\n"
     "    conv(first, second, 5, pad=2), leaky_relu(0.01), max_pool(2),\n"
     "    affine(second * 7 * 7, hidden)")

# build_dc_generator

edit("build_dc_generator", "The spatial batch normalisation is missing.", ", spatial_batchnorm(second)", "")
edit("build_dc_generator", "The arguments channels and hidden are not used: this is the number for the default sizes.",
     "first, second = channels", "first, second, hidden = 128, 64, 1024")
edit("build_dc_generator", "The tanh at the end is missing.", "tanh(),", "")
edit("build_dc_generator", "Batch normalisation comes before the ReLU: here it comes behind it.",
     "    affine(noise_dim, hidden), relu(), batchnorm(hidden),\n"
     "    affine(hidden, first * 7 * 7), relu(), batchnorm(first * 7 * 7),\n"
     "    reshape(first, 7, 7),\n"
     "    conv_transpose(first, second, 4, stride=2, pad=1), relu(), spatial_batchnorm(second),",
     "    affine(noise_dim, hidden), batchnorm(hidden), relu(),\n"
     "    affine(hidden, first * 7 * 7), batchnorm(first * 7 * 7), relu(),\n"
     "    reshape(first, 7, 7),\n"
     "    conv_transpose(first, second, 4, stride=2, pad=1), spatial_batchnorm(second), relu(),")
edit("build_dc_generator", "One batch normalisation too many: there is none behind the last transposed convolution.",
     "tanh(),", "spatial_batchnorm(1), tanh(),")
edit("build_dc_generator", "All three batch normalisations are missing.",
     "    affine(noise_dim, hidden), relu(), batchnorm(hidden),\n"
     "    affine(hidden, first * 7 * 7), relu(), batchnorm(first * 7 * 7),\n"
     "    reshape(first, 7, 7),\n"
     "    conv_transpose(first, second, 4, stride=2, pad=1), relu(), spatial_batchnorm(second),",
     "    affine(noise_dim, hidden), relu(),\n"
     "    affine(hidden, first * 7 * 7), relu(),\n"
     "    reshape(first, 7, 7),\n"
     "    conv_transpose(first, second, 4, stride=2, pad=1), relu(),")
