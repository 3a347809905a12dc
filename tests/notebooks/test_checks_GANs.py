"""The checks of `GANs.ipynb`: right answers in other styles pass, wrong ones get the words a learner needs."""

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


class TestChecks(NotebookChecks):
    right = RIGHT


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
