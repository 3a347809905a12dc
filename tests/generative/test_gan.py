"""GANs: the course's figures, gradients against numeric ones and torch's, and a training whose result is known."""
from pathlib import Path

import numpy as np
import pytest

from cs231n.generative import gan
from cs231n.gradient_check import eval_numerical_gradient
from cs231n.layers import leaky_relu_forward
from cs231n.networks.sequential import Sequential, affine, batchnorm, leaky_relu, relu, tanh

CHECKS = Path(__file__).parents[2].parent / "shared" / "data" / "gan_checks"

# The scores of the course's gan-checks, and the losses on them.
REAL = np.array([[0.9348731096217853, -1.0169891625223137, -0.5730476939393363, -0.8816270356958762,
                  -1.4012938925983567, -1.4539569266944938, -1.542397547964014, -0.5727332515501994,
                  0.9858442941304029, 0.13312152437312422]]).T
FAKE = np.array([[-1.8086586792257076, 0.09030055369905954, -0.44289020393777767, -0.0787936751879477,
                  -0.3765504411101933, 0.3208474241671663, -0.28590836517263224, 1.013762805378476,
                  0.9924143914567469, 0.3939434608511722]]).T
LOSSES = {
    gan.discriminator_loss: (1.8423983904443109, (REAL, FAKE)), gan.generator_loss: (0.771286196423346, (FAKE,)),
    gan.ls_discriminator_loss: (1.8770293614440594, (REAL, FAKE)), gan.ls_generator_loss: (0.816954786997558, (FAKE,)),
}


@pytest.mark.parametrize("loss, expected, scores", [(loss, *rest) for loss, rest in LOSSES.items()])
def test_losses_are_the_courses(loss, expected, scores):
    assert loss(*scores)[0] == pytest.approx(expected, rel=1e-13)


@pytest.mark.skipif(not CHECKS.is_dir(), reason="the course's check files are not here")
@pytest.mark.parametrize("name", ["gan-checks-2021.npz", "gan-checks-tf.npz"])
def test_the_courses_check_files(name):
    with np.load(CHECKS / name) as checks:
        real, fake = checks["logits_real"], checks["logits_fake"]
        got = {"d_loss_true": gan.discriminator_loss(real, fake), "g_loss_true": gan.generator_loss(fake),
               "d_loss_lsgan_true": gan.ls_discriminator_loss(real, fake),
               "g_loss_lsgan_true": gan.ls_generator_loss(fake)}
        for key, (loss, *_) in got.items():
            assert loss == pytest.approx(float(checks[key]), rel=1e-13), key
        np.testing.assert_allclose(leaky_relu_forward(checks["lrelu_x"], 0.01)[0], checks["lrelu_y"], rtol=1e-13)


@pytest.mark.parametrize("loss, _, scores", [(loss, *rest) for loss, rest in LOSSES.items()])
def test_gradients_of_losses_are_the_numeric_ones(loss, _, scores):
    scores = [each[:7 + i].copy() for i, each in enumerate(scores)]  # the two batches may differ in size
    gradients = loss(*scores)[1:]
    for array, gradient in zip(scores, gradients, strict=True):
        expected = eval_numerical_gradient(lambda _: loss(*scores)[0], array, verbose=False)
        np.testing.assert_allclose(gradient, expected, atol=1e-9)


def test_cross_entropy_is_that_of_torch_for_any_target():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    scores, targets = 5 * rng.standard_normal((9, 1)), rng.uniform(size=(9, 1))
    tensor = torch.tensor(scores, requires_grad=True)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(tensor, torch.tensor(targets))
    expected.backward()
    loss, dlogits = gan.bce_loss(scores, targets)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dlogits, tensor.grad, rtol=1e-10)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_extreme_scores(dtype):
    scores = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype)
    loss, dlogits = gan.bce_loss(scores, np.array([[1], [0], [0], [1]], dtype))
    assert loss == 5000 and loss.dtype == dlogits.dtype == dtype
    np.testing.assert_array_equal(dlogits, np.array([[0], [0], [0.25], [-0.25]], dtype))


def test_a_discriminator_that_knows_nothing_pays_2_log_2():
    nothing = np.zeros((4, 1))
    assert gan.discriminator_loss(nothing, nothing)[0] == pytest.approx(2 * np.log(2))


def test_the_best_discriminator_answers_p_over_p_plus_q():
    # Three pictures, of which the data give 5, 3 and 2 in ten and the generator 1, 3 and 6.
    p, q = np.repeat([0, 1, 2], [5, 3, 2]), np.repeat([0, 1, 2], [1, 3, 6])
    best = np.log(np.array([5, 3, 2]) / np.array([1, 3, 6]))[:, np.newaxis]  # the logit of p / (p + q)
    _, dreal, dfake = gan.discriminator_loss(best[p], best[q])
    total = [dreal[p == picture].sum() + dfake[q == picture].sum() for picture in range(3)]
    np.testing.assert_allclose(total, 0, atol=1e-15)


def test_where_the_discriminator_is_sure_this_generator_loss_still_has_a_slope():
    sure = np.array([[-5.0]])
    saturating = 1 / (1 + np.exp(5))  # slope of log(1 - D) on the score, up to the sign: lecture 12
    assert saturating == pytest.approx(0.0067, abs=5e-5)
    assert gan.generator_loss(sure)[1][0, 0] == pytest.approx(-0.9933, abs=5e-5)


@pytest.mark.parametrize("make, count, inputs, outputs", [
    (gan.discriminator, 267_009, 784, 1), (lambda: gan.generator(4), 1_858_320, 4, 784),
    (gan.build_dc_classifier, 1_102_721, 784, 1), (lambda: gan.build_dc_generator(4), 6_580_801, 4, 784),
    (lambda: gan.discriminator(10), 7_971, 784, 1), (lambda: gan.generator(hidden=10), 9_704, 96, 784),
    (lambda: gan.build_dc_classifier((3, 5), 7), 1_033, 784, 1),
    (lambda: gan.build_dc_generator(6, (3, 5), 7), 1_869, 6, 784),
])
def test_networks_have_the_courses_sizes(make, count, inputs, outputs):
    net = make()
    assert net.num_params == count
    out, _ = net.forward(np.random.default_rng(0).uniform(-1, 1, (3, inputs)))
    assert out.shape == (3, outputs) and out.dtype == np.float32
    if outputs == 784:
        assert -1 <= out.min() < out.max() <= 1


def test_noise_is_even_and_within_its_bounds():
    np.random.seed(0)
    z = gan.sample_noise(100, 96)
    assert z.shape == (100, 96) and -1 <= z.min() < -0.99 and 0.99 < z.max() < 1
    np.testing.assert_allclose(np.histogram(z, 4)[0] / z.size, 0.25, atol=0.02)


def small(noise_dim=3, size=5):
    np.random.seed(2)
    D = Sequential(affine(size, 6), leaky_relu(0.1), affine(6, 1), dtype=np.float64)
    G = Sequential(affine(noise_dim, 6), relu(), batchnorm(6), affine(6, size), tanh(), dtype=np.float64)
    return D, G, np.random.uniform(-1, 1, (4, size)), gan.sample_noise(4, noise_dim)


@pytest.mark.parametrize("losses", [(gan.discriminator_loss, gan.generator_loss),
                                    (gan.ls_discriminator_loss, gan.ls_generator_loss)])
def test_gradients_of_both_networks_are_the_numeric_ones(losses):
    D, G, images, z = small()
    calls = [(D, lambda: gan.discriminator_gradients(D, G, images, z, losses[0])),
             (G, lambda: gan.generator_gradients(D, G, z, losses[1]))]
    for net, call in calls:
        _, grads = call()
        assert grads.keys() == net.params.keys()
        for name, value in net.params.items():
            expected = eval_numerical_gradient(lambda _: call()[0], value, verbose=False)
            np.testing.assert_allclose(grads[name], expected, atol=1e-8)


def test_a_generator_learns_the_mean_and_the_spread_of_numbers():
    np.random.seed(0)
    numbers = np.random.normal(2, 0.5, size=(5000, 1))
    D = Sequential(affine(1, 32), leaky_relu(0.1), affine(32, 32), leaky_relu(0.1), affine(32, 1))
    G = Sequential(affine(4, 16), relu(), affine(16, 1))
    gan.run_a_gan(D, G, numbers, steps=600, batch_size=64, learning_rate=2e-3)
    made, _ = G.forward(gan.sample_noise(2000, 4))
    assert made.mean() == pytest.approx(2, abs=0.25)
    assert made.std() == pytest.approx(0.5, abs=0.25)


def test_training_keeps_losses_and_pictures_and_can_be_repeated():
    def run():
        D, G, images, z = small()
        first = {name: value.copy() for name, value in (D.params | G.params).items()}
        history = gan.run_a_gan(D, G, images, steps=7, batch_size=3, watch=z, pictures=3)
        assert all(not np.array_equal(value, first[name]) for name, value in (D.params | G.params).items())
        np.testing.assert_array_equal(history["pictures"][7], G.forward(z, mode="test")[0])
        return history

    history, again = run(), run()
    assert list(history["pictures"]) == [2, 4, 7]
    assert len(history["d_loss"]) == len(history["g_loss"]) == 7
    assert history["d_loss"] == again["d_loss"] and history["g_loss"] == again["g_loss"]


@pytest.mark.parametrize("d_steps", [1, 2])
def test_the_networks_move_in_turn_each_against_its_own_gradient(d_steps):
    D, G, images, z = small()
    calls = []

    def d_loss(real, fake):
        calls.append("D")
        return 0.0, np.ones_like(real), np.zeros_like(fake)

    def g_loss(fake):
        calls.append("G")
        return 0.0, np.zeros_like(fake)

    before = D.params["b3"].copy()
    gan.run_a_gan(D, G, images, d_loss, g_loss, steps=3, batch_size=2, learning_rate=0.1, d_steps=d_steps)
    assert calls == [*["D"] * d_steps, "G"] * 3
    # With a steady gradient, Adam's steps have the length of the learning rate.
    np.testing.assert_allclose(D.params["b3"], before - 0.3 * d_steps)


def test_the_generator_is_left_with_the_mean_of_its_parameters():
    def run(**settings):
        D, G, images, z = small()
        path = [G.params]

        def d_loss(real, fake):
            path.append(G.params.copy())
            return gan.discriminator_loss(real, fake)

        history = gan.run_a_gan(D, G, images, d_loss, steps=3, batch_size=2, watch=z, pictures=1, **settings)
        np.testing.assert_array_equal(history["pictures"][3], G.forward(z, mode="test")[0])
        return path[2:], G.params  # after one step and after two; at the end

    seen, last = run()
    same, mean = run(average=0.75)
    for name in last:
        np.testing.assert_array_equal(seen[1][name], same[1][name])  # the training itself is the same
        first = small()[1].params[name]
        expected = 0.75**3 * first + 0.25 * (0.75**2 * seen[0][name] + 0.75 * seen[1][name] + last[name])
        np.testing.assert_allclose(mean[name], expected)


def test_a_loss_that_is_no_number_ends_the_training():
    D, G, images, _ = small()
    with pytest.raises(FloatingPointError, match="discriminator's loss in step 1 is nan"):
        gan.run_a_gan(D, G, images, lambda real, fake: (np.nan, real, fake), steps=5)


@pytest.mark.parametrize("call, message", [
    (lambda: gan.sample_noise(0, 4), "batch_size must be an integer, 1 or more"),
    (lambda: gan.sample_noise(4, 2.5), "dim must be an integer, 1 or more"),
    (lambda: gan.bce_loss(REAL, FAKE[:5]), r"targets must have shape \(10, 1\)"),
    (lambda: gan.bce_loss(REAL.ravel(), FAKE.ravel()), r"logits must be .* of shape \(N, 1\)"),
    (lambda: gan.discriminator_loss(REAL, FAKE[:0]), "the scores of generated images must not be empty"),
    (lambda: gan.ls_discriminator_loss(REAL.ravel(), FAKE), r"the scores of real images must be .*shape \(N, 1\)"),
    (lambda: gan.generator_loss([1.0]), "the scores of generated images must be an array"),
    (lambda: gan.ls_generator_loss(FAKE.T), r"the scores of generated images must have shape \(N, 1\)"),
    (lambda: gan.discriminator(0), "hidden must be an integer, 1 or more"),
    (lambda: gan.generator("96"), "noise_dim must be an integer, 1 or more"),
    (lambda: gan.build_dc_classifier(32), "channels must be two numbers, one for each convolution"),
    (lambda: gan.build_dc_generator(96, (64, 0)), "each of channels must be an integer, 1 or more"),
    (lambda: gan.run_a_gan(*small()[:2], np.ones(5)), r"images must be an array of real numbers of shape \(M, D\)"),
    (lambda: gan.run_a_gan(*small()[:3], steps=0), "steps must be an integer, 1 or more"),
    (lambda: gan.run_a_gan(*small()[:3], average=1), "beta1 and average must be below 1, .* got 0.5 and 1"),
    (lambda: gan.run_a_gan(*small()[:3], beta1=1), "beta1 and average must be below 1, .* got 1 and 0.0"),
    (lambda: gan.run_a_gan(*small()[:3], watch=np.ones((2, 99))), r"watch must have shape \(N, \d+\)"),
    (lambda: gan.run_a_gan(small()[0], Sequential(tanh()), small()[2]), "G must begin with an affine layer"),
    (lambda: gan.run_a_gan(*small()[:3], d_steps=0), "d_steps must be an integer, 1 or more"),
    (lambda: gan.run_a_gan(*small()[:3], learning_rate=-1), "learning_rate must be a finite number, 0 or more"),
])
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
