"""The built-in network: what it knows, what its file is like, and the script that made it."""
import numpy as np
import pytest

from cs231n.classifiers.cnn import ModernConvNet
from cs231n.classifiers.pretrained_cnn import WEIGHTS_FILE, PretrainedCNN
from cs231n.classifiers.train_pretrained_cnn import augment, fold
from cs231n.data.drawn.mini_cifar import LABEL_NAMES, draw
from cs231n.data_utils import CIFAR10_CLASSES


@pytest.fixture(scope="module")
def net():
    return PretrainedCNN()


def test_it_knows_pictures_that_it_was_not_trained_on(net):
    rng = np.random.RandomState(4_711)
    right = []
    for y, label in enumerate(LABEL_NAMES):
        pictures = draw(label, 30, rng).transpose(0, 2, 3, 1)
        right += list(net.forward(net.preprocess(pictures))[0].argmax(axis=1) == y)
    assert np.mean(right) >= 0.9
    assert net.classes == CIFAR10_CLASSES


def test_sample_pictures_are_mini_cifar_s_test_pictures(net):
    pictures, y = net.sample_pictures(100)
    assert pictures.shape == (100, 32, 32, 3) and pictures.dtype == np.uint8
    assert np.mean(net.forward(net.preprocess(pictures))[0].argmax(axis=1) == y) > 0.9
    with pytest.raises(ValueError, match="num must be an integer, from 1 to 2000"):
        net.sample_pictures(2001)
    assert "cs231n data fetch squeezenet" in net.about


def test_the_file_is_small_and_holds_plain_arrays():
    assert WEIGHTS_FILE.stat().st_size < 700_000
    with np.load(WEIGHTS_FILE, allow_pickle=False) as arrays:
        assert {arrays[name].dtype for name in arrays} == {np.dtype(np.float16)}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pictures_of_any_size_to_any_layer_and_back(net, dtype):
    x = np.random.RandomState(0).randn(1, 3, 45, 31).astype(dtype)
    outs, cache = net.forward(x, net.layers)
    sides = {"relu2": (45, 31), "pool2": (23, 16), "relu4": (23, 16), "pool4": (12, 8), "relu6": (12, 8)}
    for layer, out in zip(net.layers, outs, strict=True):
        assert out.dtype == dtype
        assert out.shape[2:] == sides.get(layer, out.shape[2:])
    assert outs[-1].shape == (1, 10)
    dx = net.backward([None] * (len(outs) - 1) + [np.ones_like(outs[-1])], cache)
    assert dx.shape == x.shape and dx.dtype == dtype


def test_the_gradient_of_a_score_is_the_numeric_one():
    net, rng = PretrainedCNN(np.float64), np.random.RandomState(1)
    x = rng.randn(1, 3, 32, 32)
    scores, cache = net.forward(x)
    dx = net.backward(np.eye(10)[[3]], cache)
    for _ in range(5):
        step = rng.randn(*x.shape)
        step *= 1e-5 / np.linalg.norm(step)
        numeric = (net.forward(x + step)[0] - net.forward(x - step)[0])[0, 3] / 2
        assert np.sum(dx * step) == pytest.approx(numeric, rel=1e-4, abs=1e-12)


def test_folding_keeps_what_the_trained_network_says():
    np.random.seed(0)
    trained = ModernConvNet(channels=(32, 64, 128), blocks=2, dtype=np.float64)
    for name, value in trained.params.items():
        if name.endswith(("gamma", "beta")):
            trained.params[name] = value + 0.3 * np.random.randn(*value.shape)
    for _ in range(3):  # fills the running averages
        trained.loss(1 + 2 * np.random.randn(4, 3, 32, 32), np.arange(4))
    folded = PretrainedCNN(np.float64)
    params = fold(trained)
    assert {name: value.shape for name, value in params.items()} == {
        name: value.shape for name, value in folded.params.items()}
    folded.params = params
    X = 1 + 2 * np.random.randn(2, 3, 32, 32)
    np.testing.assert_allclose(folded.forward(X)[0], trained.loss(X), rtol=1e-9, atol=1e-9)


def test_augmented_images_are_the_old_ones_mirrored_shifted_and_a_little_noisy():
    np.random.seed(0)
    X = np.random.randn(200, 3, 32, 32).astype(np.float32)
    before, changed = X.copy(), augment(X)
    np.testing.assert_array_equal(X, before)
    assert changed.shape == X.shape and changed.dtype == np.float32
    inner = before[:, :, 8:24, 8:24]
    found = set()
    for image, patch in zip(changed, inner, strict=True):
        for mirror in (1, -1):
            for top in range(5, 12):
                for left in range(5, 12):
                    window = image[:, :, ::mirror][:, top:top + 16, left:left + 16]
                    if np.abs(window - patch).mean() < 0.2:
                        found.add((mirror, top, left))
                        break
    assert len(found) > 60 and {mirror for mirror, _, _ in found} == {1, -1}


def test_the_network_of_2016_is_refused_in_words():
    with pytest.raises(ValueError, match="network of 2016.*ImageGradients and ImageGeneration do not run"):
        PretrainedCNN(h5_file="cs231n/datasets/pretrained_model.h5")
