"""What features know: inversion, patches, neighbours."""
import numpy as np
import pytest
from layered_nets import images, linear, tiny

from cs231n.classifiers.pretrained_cnn import PretrainedCNN
from cs231n.data.drawn.mini_cifar import LABEL_NAMES, draw
from cs231n.gradient_check import eval_numerical_gradient, rel_error
from cs231n.visualization.feature_visualization import (
    feature_vectors,
    invert_features,
    max_activating_patches,
    nearest_neighbours,
    total_variation,
)


@pytest.fixture(scope="module")
def net():
    return PretrainedCNN()


def test_total_variation_is_the_length_of_edges():
    X = np.full((1, 3, 6, 8), 2.0)
    assert total_variation(X)[0] == 0 and not total_variation(X)[1].any()
    X[0, 1, :, 3:] = 5  # an edge of height 3 over 6 rows, in one colour
    assert total_variation(X)[0] == pytest.approx(18)
    corner = np.zeros((1, 3, 2, 2))
    corner[0, 0, 0, 0] = 1  # goes down by 1 both ways
    assert total_variation(corner)[0] == pytest.approx(np.sqrt(2))


def test_total_variation_s_gradient():
    X = images(2, 5, 4)
    numeric = eval_numerical_gradient(lambda X: total_variation(X)[0], X, verbose=False)
    assert rel_error(total_variation(X)[1], numeric) < 1e-6


def test_inverting_linear_features_gives_an_image_with_the_same_features():
    np.random.seed(0)
    W = np.random.RandomState(0).randn(10, 3, 4, 4)
    net, X = linear(W), 0.5 * images(1, 4, 4)
    x, losses = invert_features(X, net, "conv1", tv_weight=0, num_iterations=400, max_jitter=0)
    np.testing.assert_allclose(net.forward(x)[0], net.forward(X)[0], atol=0.05)
    assert len(losses) == 400 and losses[-1] < 1e-3 * losses[0]


def test_early_layers_know_more_than_late_ones(net):
    X = net.preprocess(draw("truck", 1, np.random.RandomState(3)).transpose(0, 2, 3, 1))
    errors = []
    for layer in ("relu2", "relu6"):
        np.random.seed(0)
        x, losses = invert_features(X, net, layer, num_iterations=60)
        assert x.dtype == np.float32 and losses[-1] < 0.5 * losses[0]
        errors.append(np.mean((x - X)**2))
    assert errors[0] < 0.3 * errors[1]


@pytest.mark.parametrize("pad", [0, 2])
def test_patches_are_where_the_pattern_was_planted(pad):
    W = np.zeros((2, 3, 5, 5))
    pattern = np.random.RandomState(0).randn(3, 5, 5)
    W[1] = pattern
    X = 0.01 * images(7, 20, 16)
    planted = {3: (15, 11), 5: (0, 2), 6: (7, 7)}
    for strength, (n, (top, left)) in enumerate(planted.items(), 1):
        X[n, :, top:top + 5, left:left + 5] = strength * pattern
    patches, values, places = max_activating_patches(X, linear(W, pad), "conv1", 1, count=3, batch_size=4)
    assert places.tolist() == [[6, 7, 7], [5, 0, 2], [3, 15, 11]]
    np.testing.assert_allclose(patches, np.array([3, 2, 1])[:, None, None, None] * pattern, rtol=1e-12)
    np.testing.assert_allclose(values, np.array([3, 2, 1]) * np.sum(pattern**2), rtol=1e-12)


def test_a_patch_is_all_that_the_feature_sees(net):
    X = net.preprocess(draw("frog", 8, np.random.RandomState(1)).transpose(0, 2, 3, 1))
    patches, values, places = max_activating_patches(X, net, "relu4", 9, count=4)
    size, _, start = net.receptive_field("relu4")
    assert patches.shape == (4, 3, size, size) and list(values) == sorted(values, reverse=True)
    for patch, value, (n, top, left) in zip(patches, values, places, strict=True):
        assert net.forward(X[[n]], "relu4")[0][0, 9].max() == pytest.approx(value)
        inside = [slice(max(0, first), max(0, first + size)) for first in (top, left)]
        shown = X[n][:, inside[0], inside[1]]
        rows, columns = max(0, -top), max(0, -left)
        np.testing.assert_array_equal(patch[:, rows:rows + shown.shape[1], columns:columns + shown.shape[2]], shown)
        assert np.count_nonzero(patch) == np.count_nonzero(shown)


def test_feature_vectors_are_the_means_of_maps():
    net, X = tiny(), images(5)
    np.testing.assert_allclose(feature_vectors(X, net, "fire2", batch_size=2),
                               net.forward(X, "fire2")[0].mean(axis=(2, 3)), rtol=1e-12)
    np.testing.assert_allclose(feature_vectors(X, net, "scores"), net.forward(X)[0], rtol=1e-12)


def test_nearest_neighbours_in_order():
    features = np.array([[0.0, 0], [3, 4], [1, 0], [0, 2]])
    assert nearest_neighbours(np.array([[0.1, 0]]), features, 4).tolist() == [[0, 2, 3, 1]]
    assert nearest_neighbours(features[1:3], features, 1).tolist() == [[1], [2]]


def test_features_find_the_class_where_pixels_do_not(net):
    rng = np.random.RandomState(2)
    pictures = np.concatenate([draw(label, 12, rng) for label in LABEL_NAMES]).transpose(0, 2, 3, 1)
    y, X = np.repeat(np.arange(10), 12), net.preprocess(pictures)
    purity = [np.mean(y[nearest_neighbours(rows, rows, 4)[:, 1:]] == y[:, None])
              for rows in (X.reshape(len(X), -1), feature_vectors(X, net, "relu6"))]
    assert purity[0] < 0.5 and purity[1] > 0.8


@pytest.mark.parametrize(("call", "message"), [
    (lambda m: invert_features(images(2), m, "fire2"), r"X must have shape \(1, 3, H, W\)"),
    (lambda m: invert_features(images(1), m, "fire2", num_iterations=-1), "num_iterations must be an integer, 0"),
    (lambda m: max_activating_patches(images(2), m, "fire2", 0, count=3), "count must be an integer, from 1 to 2"),
    (lambda m: max_activating_patches(images(2), m, "fire2", 4, count=1), "channel must be an integer, from 0 to 3"),
    (lambda m: max_activating_patches(images(2), m, "fire2", 0, 1, batch_size=0), "batch_size must be an integer, 1"),
    (lambda m: feature_vectors(images(2)[:0], m, "fire2"), "X must not be empty"),
    (lambda m: total_variation(np.ones((1, 3, 4, 4), np.uint8)), "X must hold floats, got .* dtype uint8"),
    (lambda m: max_activating_patches(images(2), m, "scores", 0, count=1), "'scores' depends on the whole image"),
    (lambda m: nearest_neighbours(np.ones((1, 2)), np.ones((3, 4))), r"queries must have shape \(Q, 4\)"),
    (lambda m: nearest_neighbours(np.ones((1, 4)), np.ones((3, 4)), 4), "k must be an integer, from 1 to 3"),
])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(tiny())
