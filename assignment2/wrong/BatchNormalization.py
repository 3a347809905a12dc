"""Wrong answers to the exercises of BatchNormalization, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, returns, wrong
from cs231n.layers import batchnorm_backward, batchnorm_forward

# batchnorm_forward: what comes back

edit("batchnorm_forward", "", "return out, cache", "return out",
     diagnosis="its last line should be: return out, cache")
returns("batchnorm_forward", "", "(None, result[1])", diagnosis="is None")
edit("batchnorm_forward", "", "x_hat = (x - mu) / std", "x -= mu\n    x_hat = x / std", diagnosis="input x in place")
returns("batchnorm_forward", "This is x itself.", "(x, result[1])")

# batchnorm_forward: testing

edit("batchnorm_forward", "Testing takes the running averages, not mean and variance of the batch.",
     'if mode == "train":', "if True:")
edit("batchnorm_forward", "eps is missing in test mode.", "np.sqrt(running_var + eps)", "np.sqrt(running_var)")
edit("batchnorm_forward", "The root is missing in test mode: running_var is a variance.",
     "np.sqrt(running_var + eps)", "(running_var + eps)")
edit("batchnorm_forward", "gamma and beta are missing in test mode.",
     "out = gamma * x_hat + beta", 'out = gamma * x_hat + beta if mode == "train" else x_hat')
edit("batchnorm_forward", "Test mode changes bn_param: running averages are for training to keep.",
     'bn_param["running_mean"] = running_mean',
     'bn_param["running_mean"] = running_mean if mode == "train" else 0.9 * running_mean')

# batchnorm_forward: running averages. They come first: a wrong variance of the batch leads to the same ones.

edit("batchnorm_forward", "The running mean is still the old one: write the new one into bn_param.",
     'bn_param["running_mean"] = running_mean', "")
edit("batchnorm_forward", "The running variance is still the old one: write the new one into bn_param.",
     'bn_param["running_var"] = running_var', "")
edit("batchnorm_forward", "momentum is the part that stays: the weights are swapped.",
     "momentum * running_mean + (1 - momentum) * mu", "(1 - momentum) * running_mean + momentum * mu")
edit("batchnorm_forward", "momentum is the part that stays: the weights are swapped.",
     "momentum * running_var + (1 - momentum) * var", "(1 - momentum) * running_var + momentum * var")
edit("batchnorm_forward", "At first it is 0, not the mean of the first batch.",
     '"running_mean", np.zeros(D, dtype=x.dtype)', '"running_mean", x.mean(0)')
edit("batchnorm_forward", "At first it is 0, not the variance of the first batch.",
     '"running_var", np.zeros(D, dtype=x.dtype)', '"running_var", x.var(0)')
edit("batchnorm_forward", "This is the mean of the batch alone.", "momentum * running_mean + (1 - momentum) * mu", "mu")
edit("batchnorm_forward", "This is the variance of the batch alone.",
     "momentum * running_var + (1 - momentum) * var", "var")
edit("batchnorm_forward", "This averages the standard deviation: average the variance.",
     "(1 - momentum) * var", "(1 - momentum) * np.sqrt(var)")
edit("batchnorm_forward", "eps is no part of the running variance: it is added under the root.",
     "(1 - momentum) * var", "(1 - momentum) * std**2")
edit("batchnorm_forward", "The variance is divided by N, also in the running average.",
     "(1 - momentum) * var", "(1 - momentum) * np.var(x, axis=0, ddof=1)")
edit("batchnorm_forward", "Where bn_param names no momentum, it is 0.9.", '"momentum", 0.9', '"momentum", 0.99')
edit("batchnorm_forward", "At first it is 0, not 1.", '"running_var", np.zeros', '"running_var", np.ones')

# batchnorm_forward: mean, variance and eps in training

edit("batchnorm_forward", "eps stands under the root, with the variance.", "np.sqrt(var + eps)", "np.sqrt(var) + eps")
edit("batchnorm_forward", "eps is in bn_param: use it.", 'bn_param.get("eps", 1e-5)', "1e-5")
edit("batchnorm_forward", "eps is in bn_param: use it.", "np.sqrt(var + eps)", "np.sqrt(var + 1e-5)")
edit("batchnorm_forward", "", "np.sqrt(var + eps)", "np.sqrt(var)", diagnosis="It holds nan")
edit("batchnorm_forward", "The root is missing: divide by the standard deviation, not by the variance.",
     "np.sqrt(var + eps)", "(var + eps)")
edit("batchnorm_forward", "The variance is the mean of the squares, divided by N and not by N - 1.",
     "np.var(x, axis=0)", "np.var(x, axis=0, ddof=1)")
edit("batchnorm_forward", "The squares are added up: the variance is their mean.",
     "np.var(x, axis=0)", "np.sum((x - mu) ** 2, axis=0)")
edit("batchnorm_forward",
     "This normalises by the running averages: in training the batch has its own mean and variance.",
     "(x - mu) / std", "(x - running_mean) / np.sqrt(running_var + eps)")
edit("batchnorm_forward",
     "This normalises each example over its features: take the means over the examples (axis 0).",
     "(x - mu) / std", "(x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps)")
edit("batchnorm_forward", "The mean is not subtracted.", "(x - mu) / std", "x / std")
edit("batchnorm_forward", "gamma and beta are missing.", "out = gamma * x_hat + beta", "out = x_hat")
edit("batchnorm_forward", "beta is added, not subtracted.", "gamma * x_hat + beta", "gamma * x_hat - beta")
edit("batchnorm_forward", "eps is missing where bn_param does not name it: it is 1e-5 then.", '"eps", 1e-5', '"eps", 0')
edit("batchnorm_forward", "Where bn_param names no eps, it is 1e-5.", '"eps", 1e-5', '"eps", 1e-8')

# batchnorm_forward: types and loops

edit("batchnorm_forward", "", "np.zeros(D, dtype=x.dtype)", "np.zeros(D)",
     diagnosis=r"should hold float32: the result has the type of x")
before("batchnorm_forward", "", "x = x.astype(np.float32)", diagnosis="precision of float32")
before("batchnorm_forward", "", "x = x.astype(float)", diagnosis="the result has the type of x")
edit("batchnorm_forward", "", "mu = np.mean(x, axis=0)", "mu = np.array([sum(column) / len(x) for column in x.T])",
     diagnosis="it still loops")

# All three backward functions

edit(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "",
     "return dx, dgamma, dbeta", "return dx", diagnosis="its last line should be: return dx, dgamma, dbeta")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "(None, *result[1:])",
        diagnosis="is None")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "(result[0].T, *result[1:])",
        diagnosis="shape is .* and should be")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "(-result[0], *result[1:])",
        diagnosis="wrong sign")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "",
        "(result[0] / len(dout), *result[1:])", diagnosis="times what it should be")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "(0 * result[0], *result[1:])",
        diagnosis="All values are 0")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "(result[1], result[0], result[2])",
        diagnosis="gradient on gamma.*\n.*shape is .*, .* and should be")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"],
        "The gradients on gamma and beta have changed places: that on gamma comes first.",
        "(result[0], result[2], result[1])")
edit(["batchnorm_backward", "batchnorm_backward_alt"],
     "This is the mean over the examples. They add up: the loss has divided by N already.",
     "np.sum(dout, axis=0)", "np.mean(dout, axis=0)")
edit(["batchnorm_backward", "batchnorm_backward_alt"],
     "This is the mean over the examples. They add up: the loss has divided by N already.",
     "np.sum(dout * x_hat, axis=0)", "np.mean(dout * x_hat, axis=0)")
edit("layernorm_backward", "This is the mean over the examples. They add up.",
     "np.sum(dout, axis=0)", "np.mean(dout, axis=0)")
edit("layernorm_backward", "This is the mean over the examples. They add up.",
     "np.sum(dout * x_hat, axis=0)", "np.mean(dout * x_hat, axis=0)")
edit(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"],
     "This has gamma in it. beta is added behind gamma, so dout reaches it as it is.",
     "np.sum(dout, axis=0)", "np.sum(gamma * dout, axis=0)")
edit(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"],
     "gamma is multiplied with x_hat, not with x.", "np.sum(dout * x_hat, axis=0)",
     "np.sum(dout * x_hat * std, axis=0)")
edit(["batchnorm_backward", "layernorm_backward"], "",
     "np.sum(dout, axis=0)", "np.sum(dout, axis=1)", diagnosis="gradient on beta.*\n.*shape is .* and should be")
edit(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"],
     "The division by std on the way back is missing.", "return dx,", "return dx * std,")
edit(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"],
     "The first call has changed the cache: work on a copy of what is in it.", "return dx,", "x_hat *= 2\nreturn dx,")
before(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "", "dout *= cache[2]",
       diagnosis="input dout in place")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "",
        "(result[0].astype(np.float32), *result[1:])", diagnosis="precision of float32")
returns(["batchnorm_backward", "batchnorm_backward_alt", "layernorm_backward"], "",
        "(result[0].astype(float), *result[1:])", diagnosis="should hold float32: the result has the type of dout")

# batchnorm_backward

edit("batchnorm_backward", "They are taken to be constants, but they depend on x: gradients come back through both.",
     "dx = dcentred - np.mean(dcentred, axis=0)", "dx = dx_hat / std")
edit("batchnorm_backward",
     "The path through the mean is missing: a shift of a whole column changes nothing, so dx must add up to 0.",
     "dx = dcentred - np.mean(dcentred, axis=0)", "dx = dcentred")
edit("batchnorm_backward",
     "A mean hands back 1/N to each: a shift of a whole column changes nothing, so dx must add up to 0.",
     "np.mean(dcentred, axis=0)", "np.sum(dcentred, axis=0)")
edit("batchnorm_backward",
     "The mean goes over the batch (axis 0): a shift of a whole column changes nothing, so dx must add up to 0.",
     "np.mean(dcentred, axis=0)", "np.mean(dcentred, axis=1, keepdims=True)")
edit("batchnorm_backward",
     "The path through the mean has a minus: a shift of a whole column changes nothing, so dx must add up to 0.",
     "dcentred - np.mean(dcentred, axis=0)", "dcentred + np.mean(dcentred, axis=0)")
edit("batchnorm_backward",
     "The path through the variance is missing: to stretch a whole column changes nothing, so dx has no part along it.",
     "dcentred += dstd * x_hat / N", "")
edit("batchnorm_backward",
     "The path through the variance has the wrong sign: to stretch a whole column changes nothing, so dx has no part "
     "along it.", "dcentred += dstd * x_hat / N", "dcentred -= dstd * x_hat / N")
edit("batchnorm_backward",
     "The path through the variance counts twice: the 2 of the square and the 1/2 of the root cancel.",
     "dstd * x_hat / N", "2 * dstd * x_hat / N")
edit("batchnorm_backward",
     "The path through the variance counts half: the 2 of the square and the 1/2 of the root cancel.",
     "dstd * x_hat / N", "dstd * x_hat / 2 / N")
edit("batchnorm_backward", "The path through the variance counts N times: a mean hands back 1/N to each.",
     "dstd * x_hat / N", "dstd * x_hat")
edit("batchnorm_backward", "gamma is missing: dout reaches x_hat through it.", "dx_hat = dout * gamma", "dx_hat = dout")

# batchnorm_backward_alt

edit("batchnorm_backward_alt", "The first term is N times dout.", "N * dout", "dout")
edit("batchnorm_backward_alt", "", "(N * std)", "std", diagnosis="times what it should be")
edit("batchnorm_backward_alt", "gamma is missing: dout reaches x_hat through it.", "gamma / (N * std)", "1 / (N * std)")
edit("batchnorm_backward_alt", "The term with dgamma is subtracted, too.", "- x_hat * dgamma", "+ x_hat * dgamma")
edit("batchnorm_backward_alt", "The term with dgamma is missing.", " - x_hat * dgamma", "")
edit("batchnorm_backward_alt", "x_hat is missing beside dgamma.", "- x_hat * dgamma", "- dgamma")
edit("batchnorm_backward_alt", "The sum of dout is missing.", "- dbeta - x_hat", "- x_hat")
edit("batchnorm_backward_alt", "The sum of dout is subtracted.", "- dbeta - x_hat", "+ dbeta - x_hat")
edit("batchnorm_backward_alt", "", "dbeta = np.sum(dout, axis=0)", "dbeta = np.sum([row for row in dout], axis=0)",
     diagnosis="it still loops")

# layernorm_forward


@wrong("layernorm_forward")
def over_the_examples(x, gamma, beta, ln_param):
    """This is batch norm: take mean and variance over the features of each example (axis 1)."""
    return batchnorm_forward(x, gamma, beta, {"mode": "train", **ln_param})


edit("layernorm_forward", "", "return out, cache", "return out", diagnosis="its last line should be: return out, cache")
edit("layernorm_forward", "eps stands under the root, with the variance.",
     "np.sqrt(np.var(x, axis=1, keepdims=True) + eps)", "np.sqrt(np.var(x, axis=1, keepdims=True)) + eps")
edit("layernorm_forward", "eps is in ln_param: use it.", 'ln_param.get("eps", 1e-5)', "1e-5")
edit("layernorm_forward", "eps is missing where ln_param does not name it: it is 1e-5 then.", '"eps", 1e-5', '"eps", 0')
edit("layernorm_forward", "Where ln_param names no eps, it is 1e-5.", '"eps", 1e-5', '"eps", 1e-8')
edit("layernorm_forward", "The variance is the mean of the squares, divided by D and not by D - 1.",
     "np.var(x, axis=1,", "np.var(x, axis=1, ddof=1,")
edit("layernorm_forward", "The root is missing: divide by the standard deviation, not by the variance.",
     "np.sqrt(np.var(x, axis=1, keepdims=True) + eps)", "(np.var(x, axis=1, keepdims=True) + eps)")
edit("layernorm_forward", "The mean is not subtracted.", "(x - mu) / std", "x / std")
edit("layernorm_forward", "gamma and beta are missing.", "out = gamma * x_hat + beta", "out = x_hat")
edit("layernorm_forward", "gamma and beta have an entry for each feature, not for each example.",
     "gamma * x_hat + beta", "gamma[:len(x), None] * x_hat + beta[:len(x), None]")
edit("layernorm_forward", "beta is added, not subtracted.", "gamma * x_hat + beta", "gamma * x_hat - beta")
edit("layernorm_forward", "", "out = gamma * x_hat + beta", "out = x_hat.T",
     diagnosis=r"shape is \(4, 2\) and should be")
edit("layernorm_forward", "", "x_hat = (x - mu) / std", "x -= mu\nx_hat = x / std", diagnosis="input x in place")
edit("layernorm_forward", "", "std = ", "std = np.float64(1) * np.ones((len(x), 1)) * ",
     diagnosis="should hold float32: the result has the type of x")
before("layernorm_forward", "", "x = x.astype(np.float32)", diagnosis="precision of float32")
edit("layernorm_forward", "", "np.mean(x, axis=1, keepdims=True)", "np.array([[sum(r) / r.size] for r in x])",
     diagnosis="it still loops")

# layernorm_backward


@wrong("layernorm_backward")
def over_the_examples_again(dout, cache):
    """To shift all features of an example changes nothing, so its dx must add up to 0: do the means in dx go over the
    features (axis 1)?"""
    return batchnorm_backward(dout, cache)


edit("layernorm_backward",
     "Both means in dx go over the features (axis 1): to shift all features of an example changes nothing, so its dx "
     "must add up to 0.", "np.mean(dx_hat, axis=1, keepdims=True)", "np.mean(dx_hat, axis=0)")
edit("layernorm_backward",
     "The mean of g is missing: to shift all features of an example changes nothing, so its dx must add up to 0.",
     "- centre - spread", "- spread")
edit("layernorm_backward",
     "This is the sum of g, where its mean belongs: to shift all features of an example changes nothing, so its dx "
     "must add up to 0.", "np.mean(dx_hat, axis=1, keepdims=True)", "np.sum(dx_hat, axis=1, keepdims=True)")
edit("layernorm_backward", "The part along x_hat is taken away: the sign of the last term.",
     "- centre - spread", "- centre + spread")
edit("layernorm_backward", "The path through the variance is missing.", "- centre - spread", "- centre")
edit("layernorm_backward", "They are taken to be constants, but they depend on x: gradients come back through both.",
     "(dx_hat - centre - spread) / std", "dx_hat / std")
edit("layernorm_backward",
     "gamma is taken out of the sums, as in batch norm. Here it differs within them: multiply dout by it first.",
     "return dx,", "g = dout\ndx = gamma * (g - g.mean(1, keepdims=True) - x_hat * (g * x_hat).mean(1, keepdims=True)) "
                   "/ std\nreturn dx,")
edit("layernorm_backward", "gamma is missing: dout reaches x_hat through it.", "dx_hat = dout * gamma", "dx_hat = dout")
