"""The checks of `GANs.ipynb`: right answers in other styles pass, wrong ones get the words a learner needs."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import held_against_our_values, replace

from cs231n.check import CheckFailed

NOTEBOOK = "assignment3/GANs"

# Answers by exercise: each is the whole body of the function.
RIGHT = {
    "sample_noise": [
        "return 2 * np.random.rand(batch_size, dim) - 1",
        "return np.random.random((batch_size, dim)) * 2 - 1",
        """
        z = np.zeros((batch_size, dim))
        for i in range(batch_size):
            z[i] = np.random.uniform(low=-1.0, high=1.0, size=dim)
        return z
        """,
        "return np.random.uniform(-1, 1, batch_size * dim).reshape(dim, batch_size).T.astype(np.float32)",
    ],
    "discriminator": [
        """
        parts = [affine(784, hidden), leaky_relu(), affine(hidden, hidden), leaky_relu(), affine(hidden, 1)]
        return Sequential(*parts)
        """,
        """
        parts, size = [], 784
        for _ in range(2):
            parts += [affine(size, hidden), leaky_relu(slope=0.01)]
            size = hidden
        parts.append(affine(size, 1))
        return Sequential(*parts)
        """,
        """
        return Sequential(reshape(784), affine(28 * 28, hidden), leaky_relu(1e-2), affine(hidden, hidden),
                          leaky_relu(1e-2), affine(hidden, 1), reshape(1))
        """,
    ],
    "generator": [
        """
        parts = [affine(noise_dim, hidden), relu(), affine(hidden, hidden), relu(), affine(hidden, 784), tanh()]
        return Sequential(*parts)
        """,
        """
        return Sequential(affine(noise_dim, hidden), leaky_relu(0), affine(hidden, hidden), leaky_relu(0),
                          affine(hidden, 28 * 28), tanh(), reshape(784))
        """,
        """
        parts, size = (), noise_dim
        for out, activation in (hidden, relu()), (hidden, relu()), (784, tanh()):
            parts += affine(size, out), activation
            size = out
        return Sequential(*parts)
        """,
    ],
    "bce_loss": [
        """
        loss = (np.logaddexp(0, logits) - logits * targets).mean()
        return loss, (sigmoid(logits) - targets) / len(logits)
        """,
        """
        N = logits.shape[0]
        loss = 0
        for i in range(N):
            s, t = logits[i, 0], targets[i, 0]
            loss += max(s, 0) - s * t + np.log1p(np.exp(-abs(s)))
        return loss / N, (sigmoid(logits) - targets) / N
        """,
        """
        wrong_way = np.where(logits > 0, logits, 0) - logits * targets
        loss = np.average(wrong_way + np.log(1 + np.exp(-np.abs(logits))))
        dlogits = sigmoid(logits)
        dlogits -= targets
        dlogits /= logits.size
        return loss, dlogits
        """,
    ],
    "discriminator_loss": [
        """
        real = bce_loss(logits_real, np.ones(logits_real.shape, logits_real.dtype))
        fake = bce_loss(logits_fake, 0 * logits_fake)
        return real[0] + fake[0], real[1], fake[1]
        """,
        """
        loss = np.mean(np.logaddexp(0, -logits_real)) + np.mean(np.logaddexp(0, logits_fake))
        return loss, -sigmoid(-logits_real) / len(logits_real), sigmoid(logits_fake) / len(logits_fake)
        """,
        """
        loss, dreal = bce_loss(logits_real, np.full_like(logits_real, 1))
        more, minus = bce_loss(-logits_fake, np.ones_like(logits_fake))
        loss += more
        return loss, dreal, -minus
        """,
    ],
    "generator_loss": [
        "return bce_loss(logits_fake, np.ones(logits_fake.shape))",
        "return np.mean(np.logaddexp(0, -logits_fake)), -sigmoid(-logits_fake) / logits_fake.size",
        """
        loss, opposite = bce_loss(-logits_fake, np.zeros_like(logits_fake))
        return loss, -opposite
        """,
    ],
    "generator_gradients": [
        """
        pictures, G_caches = G.forward(z, mode="train")
        scores, D_caches = D.forward(pictures)
        loss, dout = g_loss(scores)
        dout = D.backward(dout, D_caches)[0]
        return loss, G.backward(dout, G_caches)[1]
        """,
        """
        loss, dscores = g_loss(D.forward(G.forward(z)[0])[0])
        dpictures, _ = D.backward(dscores, D.forward(G.forward(z)[0])[1])
        grads = G.backward(dpictures, G.forward(z)[1])[1]
        return loss, dict(grads)
        """,
        """
        out, caches = z, []
        for net in (G, D):
            out, cache = net.forward(out)
            caches.append(cache)
        loss, dout = g_loss(out)
        for net, cache in zip((D, G), reversed(caches)):
            dout, grads = net.backward(dout, cache)
        return loss, grads
        """,
    ],
    "ls_discriminator_loss": [
        """
        N, M = len(scores_real), len(scores_fake)
        error = scores_real - 1
        loss = np.sum(error * error) / (2 * N) + np.sum(scores_fake * scores_fake) / (2 * M)
        return loss, error / N, scores_fake / M
        """,
        """
        def half_square(error):
            return 0.5 * np.mean(error**2), error / error.size

        real, dreal = half_square(scores_real - 1)
        fake, dfake = half_square(scores_fake)
        return real + fake, dreal, dfake
        """,
        """
        loss = (np.mean(np.square(scores_real - 1)) + np.mean(np.square(scores_fake))) / 2
        return loss, (scores_real - 1) / np.size(scores_real), scores_fake * (1 / np.size(scores_fake))
        """,
    ],
    "ls_generator_loss": [
        "return ((scores_fake - 1) ** 2).mean() / 2, (scores_fake - 1) / len(scores_fake)",
        """
        error = scores_fake - np.ones_like(scores_fake)
        return float(error.ravel() @ error.ravel()) / (2 * error.size), error / error.size
        """,
        """
        N = scores_fake.shape[0]
        loss, dfake = 0.0, np.zeros_like(scores_fake)
        for i in range(N):
            loss += 0.5 * (scores_fake[i, 0] - 1) ** 2 / N
            dfake[i, 0] = (scores_fake[i, 0] - 1) / N
        return loss, dfake
        """,
    ],
    "build_dc_classifier": [
        """
        parts, before = [reshape(1, 28, 28)], 1
        for filters in channels:
            parts += [conv(before, filters, 5, stride=1, pad=0), leaky_relu(), max_pool(2)]
            before = filters
        parts += [affine(16 * before, hidden), leaky_relu(), affine(hidden, 1)]
        return Sequential(*parts)
        """,
        """
        F1, F2 = channels
        return Sequential(reshape(1, 28, 28), conv(1, F1, 5), max_pool(2), leaky_relu(0.01), conv(F1, F2, 5),
                          max_pool(2), leaky_relu(0.01), affine(F2 * 16, hidden), leaky_relu(0.01), affine(hidden, 1))
        """,
        """
        return Sequential(
            reshape(1, 28, 28), conv(1, channels[0], 5), leaky_relu(0.01), max_pool(2),
            conv(channels[0], channels[1], 5), leaky_relu(0.01), max_pool(2), reshape(channels[1] * 4 * 4),
            affine(channels[1] * 4 * 4, hidden), leaky_relu(0.01), affine(hidden, 1),
        )
        """,
    ],
    "build_dc_generator": [
        """
        parts, size = [], noise_dim
        for units in (hidden, 49 * channels[0]):
            parts += [affine(size, units), relu(), batchnorm(units)]
            size = units
        first, second = channels
        parts += [reshape(first, 7, 7), conv_transpose(*channels, 4, 2, 1), relu(), spatial_batchnorm(second)]
        parts += [conv_transpose(channels[1], 1, 4, 2, 1), tanh(), reshape(784)]
        return Sequential(*parts)
        """,
        """
        C1, C2 = channels
        return Sequential(
            affine(noise_dim, hidden), relu(), batchnorm(hidden), affine(hidden, C1 * 49), relu(), batchnorm(C1 * 49),
            reshape(C1, 7, 7), conv_transpose(C1, C2, 4, stride=2, pad=1), relu(), spatial_batchnorm(C2),
            conv_transpose(C2, 1, 4, stride=2, pad=1), reshape(784), tanh(),
        )
        """,
        """
        enlarge = {"size": 4, "stride": 2, "pad": 1}
        before = [affine(noise_dim, hidden), leaky_relu(0), batchnorm(hidden)]
        before += [affine(hidden, channels[0] * 7 * 7), leaky_relu(0), batchnorm(channels[0] * 7 * 7)]
        maps = [reshape(channels[0], 7, 7), conv_transpose(channels[0], channels[1], **enlarge), leaky_relu(0)]
        after = [spatial_batchnorm(channels[1]), conv_transpose(channels[1], 1, **enlarge), tanh(), reshape(784)]
        return Sequential(*before, *maps, *after)
        """,
    ],
}

# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
WRONG = [
    *((name, "raise NotImplementedError", "not written yet") for name in RIGHT),
    ("sample_noise", "pass", "is None"),
    ("sample_noise", "return np.random.rand(batch_size, dim)", "lie between -1 and 1, not 0 and 1"),
    ("sample_noise", "return np.random.randn(batch_size, dim)", "not from a normal one"),
    ("sample_noise", replace("(batch_size, dim)", "(dim, batch_size)"), "Rows and columns are exchanged"),
    ("sample_noise", replace("(batch_size, dim)", "(batch_size, 1)"), r"got 1, expected \d\d"),
    ("sample_noise", "return np.random.uniform(-1, 1, (batch_size, 1)) * np.ones(dim)", "Whole rows or columns"),
    ("sample_noise", "return np.random.uniform(-1, 1, dim) * np.ones((batch_size, 1))", "Whole rows or columns"),
    ("sample_noise", replace("z =", "np.random.seed(0)\nz ="), "do not seed anything"),
    ("sample_noise", replace("np.random.", "np.random.default_rng()."), "draw with np.random itself"),
    ("discriminator", "pass", "None"),
    ("discriminator", replace("affine(hidden, hidden), leaky_relu(0.01),", ""), "A hidden layer is missing"),
    ("discriminator", replace("affine(hidden, hidden),", "affine(hidden, hidden), affine(hidden, hidden),"),
     "too many"),
    ("discriminator", replace("affine(hidden, 1)", "affine(hidden, 2)"), "one score, not two"),
    ("discriminator", replace("hidden", "256"), "hidden is not used"),
    ("discriminator", replace("leaky_relu(0.01)", "relu()"), "it should be leaky"),
    ("discriminator", replace("leaky_relu(0.01)", "leaky_relu(0.1)"), "it should be 0.01"),
    ("discriminator", replace("leaky_relu(0.01),", ""), "without anything between"),
    ("discriminator", replace("affine(hidden, 1)", "affine(hidden, 1), leaky_relu(0.01)"), "behind the last layer"),
    ("discriminator", replace("affine(hidden, 1)", "affine(hidden, 1), tanh()"), "A tanh stands behind the last layer"),
    ("generator", "pass", "None"),
    ("generator", replace("affine(hidden, hidden), relu(),", ""), "A hidden layer is missing"),
    ("generator", replace("affine(hidden, hidden),", "affine(hidden, hidden), affine(hidden, hidden),"),
     "too many"),
    ("generator", replace("noise_dim", "96"), "noise_dim is not used"),
    ("generator", replace("hidden", "1024"), "hidden is not used"),
    ("generator", replace(", tanh()", ""), "The tanh at the end is missing"),
    ("generator", replace(" relu()", " leaky_relu(0.01)"), "here it is a plain one"),
    ("generator", replace(" relu(),", ""), "without anything between"),
    ("generator", replace("tanh()", "relu()"), "values differ"),
    ("bce_loss", "pass", "returns nothing; its last line should be: return loss, dlogits"),
    ("bce_loss", replace("return loss, dlogits", "return loss"), "return loss, dlogits"),
    ("bce_loss", replace("np.mean", "np.sum"), "This is the sum over the scores"),
    ("bce_loss", replace("logits * targets", "logits * (1 - targets)"), "the wrong way round"),
    ("bce_loss", replace("logits * targets", "logits"), "Every target is taken to be 1"),
    ("bce_loss", replace("np.exp(-np.abs", "np.exp(np.abs"), "the sign is minus"),
    ("bce_loss", replace("np.log1p(np.exp", "np.log2(1 + np.exp"), "np.log is the natural one"),
    ("bce_loss", replace("loss = np", "loss = -np"), "a loss is not negative"),
    ("bce_loss", replace(" / logits.size", ""), "divide by the number of scores"),
    ("bce_loss", replace("sigmoid(logits) - targets", "logits - targets"), "gradient is 1/2 - 1|sigmoid is missing"),
    ("bce_loss", replace("sigmoid(logits) - targets", "targets - sigmoid(logits)"), "expected -0.5"),
    ("bce_loss", replace("loss = ", "targets -= 0.5\nloss = "), "changes its input targets in place"),
    ("bce_loss", """
     p = 1 / (1 + np.exp(-logits))
     loss = -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))
     return loss, (p - targets) / len(logits)
     """, "holds (nan|inf)"),
    ("bce_loss", replace("logits.size", "np.float64(logits.size)"), "should hold float32"),
    ("discriminator_loss", "pass", "returns nothing"),
    ("discriminator_loss", replace("loss_real + loss_fake", "(loss_real + loss_fake) / 2"),
     "0.5 times|expected 1.842398"),
    ("discriminator_loss", replace("np.zeros_like(logits_fake)", "np.ones_like(logits_fake)"), "expected 1.842398"),
    ("discriminator_loss", replace("fake, dreal, dfake", "fake, dfake, dreal"),
     "shape is .4, 1. and should be .6, 1."),
    ("discriminator_loss", replace("fake, dreal, dfake", "fake, dreal, -dfake"), "the wrong sign"),
    ("discriminator_loss", replace("return loss_real + loss_fake, dreal, dfake", "return loss_real + loss_fake"),
     "its last line should be: return loss, dreal, dfake"),
    ("generator_loss", "pass", "returns nothing"),
    ("generator_loss", replace("np.ones_like", "np.zeros_like"), "expected 0.7712861"),
    ("generator_loss", replace("return loss, dfake", "return loss, -dfake"), "the wrong sign"),
    ("generator_loss", "loss, dfake = bce_loss(logits_fake, np.zeros_like(logits_fake))\nreturn -loss, -dfake",
     "expected 0.7712861"),
    ("generator_gradients", "pass", "returns nothing"),
    ("generator_gradients", replace("g_loss(scores)", "generator_loss(scores)"), "The argument g_loss is not used"),
    ("generator_gradients", replace("_, grads = G.backward(dfake, cache_G)", "_, grads = D.backward(dscores, cache_D)"),
     "If they are the discriminator's"),
    ("generator_gradients", replace("return loss, grads", "return loss, {name: -grad for name, grad in grads.items()}"),
     "the wrong sign"),
    ("generator_gradients", replace("return loss, grads", "D.params['b1'] = 2 * D.params['b1']\nreturn loss, grads"),
     "expected|D.params has changed|differ"),
    ("generator_gradients", replace("return loss, grads", "return loss, {'W1': grads['W1']}"), "Names or shapes"),
    ("ls_discriminator_loss", "pass", "returns nothing"),
    ("ls_discriminator_loss", replace("0.5 * ", ""), "2 times|expected 1.877029"),
    ("ls_discriminator_loss", replace("(scores_real - 1) ** 2", "scores_real**2"), "expected 1.877029"),
    ("ls_discriminator_loss", replace("dreal = (scores_real - 1)", "dreal = 2 * (scores_real - 1)"),
     "is 2 times what it should be"),
    ("ls_discriminator_loss", replace("scores_fake / scores_fake.size", "scores_fake"), "is 4 times what it should be"),
    ("ls_generator_loss", "pass", "returns nothing"),
    ("ls_generator_loss", replace("0.5 * ", ""), "expected 0.816954"),
    ("ls_generator_loss", replace("(scores_fake - 1) ** 2", "scores_fake**2"), "expected 0.816954"),
    ("ls_generator_loss", replace("(scores_fake - 1) / scores_fake.size", "scores_fake / scores_fake.size"), "differ"),
    ("ls_generator_loss", replace("dfake = (scores_fake - 1)", "dfake = (1 - scores_fake)"), "the wrong sign"),
    ("build_dc_classifier", "pass", "None"),
    ("build_dc_classifier", replace("affine(second * 4 * 4, hidden), leaky_relu(0.01),\n    affine(hidden, 1)",
                                    "affine(second * 4 * 4, 1)"), "hidden affine layer is missing"),
    ("build_dc_classifier", replace("first, second = channels", "first, second, hidden = 32, 64, 1024"), "not used"),
    ("build_dc_classifier", replace("leaky_relu(0.01)", "relu()"), "it should be leaky"),
    ("build_dc_classifier", replace("leaky_relu(0.01),", ""), "without activations"),
    ("build_dc_classifier", replace("affine(hidden, 1)", "affine(hidden, 1), leaky_relu(0.01)"), "the last layer"),
    ("build_dc_generator", "pass", "None"),
    ("build_dc_generator", replace("noise_dim", "96"), "noise_dim is not used"),
    ("build_dc_generator", replace(", spatial_batchnorm(second)", ""), "The spatial batch normalisation is missing"),
    ("build_dc_generator", replace("first, second = channels", "first, second, hidden = 128, 64, 1024"), "not used"),
    ("build_dc_generator", replace("tanh(),", ""), "The tanh at the end is missing"),
    ("build_dc_generator", lambda solved: re.sub(r"relu\(\), (\w*batchnorm\(.*?\)),", r"\1, relu(),", solved),
     "Batch normalisation comes before the ReLU"),
    ("build_dc_generator", replace("tanh(),", "spatial_batchnorm(1), tanh(),"), "One batch normalisation too many"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG


def test_what_grading_compares_does_not_depend_on_the_noise_drawn(notebook, monkeypatch):
    other = {"sample_noise": RIGHT["sample_noise"][0]}
    ours, theirs = (held_against_our_values(notebook.reported(["check_sample_noise"], answers, monkeypatch))
                    for answers in ({}, other))
    assert len(ours) >= 5
    assert [(name, got.tolist()) for name, _, got, _ in theirs] == [(name, got.tolist()) for name, _, got, _ in ours]


@pytest.mark.parametrize("exercise, answer, words", [
    ("build_dc_classifier", replace("reshape(1, 28, 28),", ""), r"layer 1, conv_forward_fast: x must be"),
    ("build_dc_generator", replace("reshape(first, 7, 7),", ""), "conv_transpose_forward_fast: x must be"),
])
def test_layers_that_do_not_fit_are_named(notebook, exercise, answer, words):
    with pytest.raises((ValueError, CheckFailed), match=words):
        notebook.run_check(f"check_{exercise}", {exercise: answer})
