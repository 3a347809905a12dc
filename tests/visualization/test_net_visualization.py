"""What a network looks at, and images that it likes."""
import numpy as np
import pytest
from layered_nets import images, linear, tiny

from cs231n.classifiers.pretrained_cnn import PretrainedCNN
from cs231n.data.drawn.mini_cifar import LABEL_NAMES, draw
from cs231n.exercise import declared, forget, implements
from cs231n.gradient_check import eval_numerical_gradient, rel_error
from cs231n.image_utils import clip_image
from cs231n.layers import relu_backward
from cs231n.visualization.net_visualization import (
    class_visualization_step,
    compute_saliency_maps,
    create_class_visualization,
    deep_dream,
    dream_step,
    guided_backpropagation,
    guided_relu_backward,
    make_fooling_image,
    occlusion_map,
)


@pytest.fixture(scope="module")
def net():
    return PretrainedCNN()


@pytest.fixture(scope="module")
def objects(net):
    """One mini-CIFAR picture of each class, as images."""
    rng = np.random.RandomState(7)
    return net.preprocess(np.concatenate([draw(label, 1, rng) for label in LABEL_NAMES]).transpose(0, 2, 3, 1))


def filters(classes=4, H=6, seed=0):
    return np.random.RandomState(seed).randn(classes, 3, H, H)


# Which pixels matter ------------------------------------------------------------------------------------------------

def test_saliency_of_a_linear_network_is_its_weights():
    W, y = filters(), np.array([2, 0, 3])
    X = images(3, 6, 6)
    before = X.copy()
    maps = compute_saliency_maps(X, y, linear(W))
    np.testing.assert_allclose(maps, abs(W[y]).max(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(X, before)


def test_saliency_is_the_numeric_gradient():
    net, X, y = tiny(), images(2, 9, 8), np.array([4, 1])

    def scores(X):
        return net.forward(X)[0][np.arange(2), y].sum()

    numeric = eval_numerical_gradient(scores, X, verbose=False)
    assert rel_error(compute_saliency_maps(X, y, net), abs(numeric).max(axis=1)) < 1e-6


def test_saliency_keeps_float32(net, objects):
    assert compute_saliency_maps(objects, np.arange(10), net).dtype == np.float32


def test_guided_rule_passes_what_is_positive_both_ways():
    x, dout = np.array([1.0, 1, -1, -1, 0]), np.array([2.0, -2, 2, -2, 2])
    np.testing.assert_array_equal(guided_relu_backward(dout, x), [2, 0, 0, 0, 0])


def test_with_the_plain_rule_it_is_the_gradient_of_the_strongest_number():
    net, X = tiny(), images()
    maps = net.forward(X, "fire2")[0]
    strongest = maps[:, 3].reshape(2, -1).argmax(axis=1)

    def value(X):
        return net.forward(X, "fire2")[0][:, 3].reshape(2, -1)[np.arange(2), strongest].sum()

    plain = guided_backpropagation(X, net, "fire2", 3, relu_backward)
    assert rel_error(plain, eval_numerical_gradient(value, X, verbose=False)) < 1e-6


def test_guided_backpropagation_shows_less_and_only_what_speaks_for_it(net, objects):
    guided = guided_backpropagation(objects, net, "relu2", 5)
    plain = guided_backpropagation(objects, net, "relu2", 5, relu_backward)
    assert not np.allclose(guided, plain)
    # Behind the first convolution nothing negative is left: undo it and look.
    out, cache = net.forward(objects, "relu2")
    seen = []

    def watch(dout, x):
        seen.append(guided_relu_backward(dout, x))
        return seen[-1]

    net.backward(np.random.RandomState(0).randn(*out.shape).astype(np.float32), cache, watch)
    assert len(seen) == 2 and all(gradient.min() >= 0 and gradient.max() > 0 for gradient in seen)


def test_guided_backpropagation_of_a_class_score():
    W = filters()
    np.testing.assert_allclose(guided_backpropagation(images(1, 6, 6), linear(W), "scores", 2)[0], W[2], rtol=1e-12)


def test_occlusion_finds_the_place_that_counts():
    W = np.zeros((2, 3, 8, 8))
    W[0, :, 4:6, 1:3] = 1  # the first class looks at this place only
    X = np.ones((1, 3, 8, 8))
    map_ = occlusion_map(X, 0, linear(W), patch=2, stride=1, batch_size=10)
    assert map_.shape == (7, 7)
    assert np.unravel_index(map_.argmin(), map_.shape) == (4, 1)
    np.testing.assert_allclose(map_[4, 1], 0.5, rtol=1e-12)  # two scores of 0
    np.testing.assert_allclose(map_[0, 0], 1 / (1 + np.exp(-12)), rtol=1e-12)
    assert (X == 1).all()
    assert occlusion_map(X, 0, linear(W), patch=3, stride=2).shape == (3, 3)


# Images that a network likes ----------------------------------------------------------------------------------------

def test_a_fooling_image_takes_steps_of_one_length_up_the_gradient():
    W, X = filters(), images(1, 6, 6)
    net = linear(W)
    target = int(net.forward(X)[0].argmin())
    before = X.copy()
    fooling = make_fooling_image(X, target, net, learning_rate=0.5)
    np.testing.assert_array_equal(X, before)
    change = fooling - X
    steps = np.linalg.norm(change) / 0.5
    np.testing.assert_allclose(change, 0.5 * round(steps) * W[[target]] / np.linalg.norm(W[target]), rtol=1e-9)
    assert net.forward(fooling)[0].argmax() == target
    one_less = X + change * (1 - 1 / round(steps))
    assert net.forward(one_less)[0].argmax() != target


def test_an_image_of_the_target_class_stays(net, objects):
    y = int(net.forward(objects[:1])[0].argmax())
    fooling = make_fooling_image(objects[:1], y, net)
    np.testing.assert_array_equal(fooling, objects[:1])
    assert not np.shares_memory(fooling, objects)
    assert np.linalg.norm(make_fooling_image(objects[:1], 9 - y, net, 0.01, max_steps=3) - objects[:1]) < 0.031


def test_the_built_in_network_is_fooled_by_changes_that_nobody_sees(net, objects):
    for y in range(10):
        X, target = objects[y:y + 1], (y + 3) % 10
        fooling = make_fooling_image(X, target, net)
        assert fooling.dtype == np.float32
        assert net.forward(fooling)[0].argmax() == target
        assert np.linalg.norm(fooling - X) < 0.3 * np.linalg.norm(X)


def test_class_visualization_step_of_a_linear_network():
    W, X = filters(), images(1, 6, 6)
    before = X.copy()
    stepped = class_visualization_step(X, 1, linear(W), 0.3, 2.0)
    g = W[[1]] - 2 * 0.3 * X
    np.testing.assert_allclose(stepped, X + 2 * g / np.linalg.norm(g), rtol=1e-12)
    np.testing.assert_array_equal(X, before)
    for rate in np.linspace(1, 1e-3, 300):
        X = class_visualization_step(X, 1, linear(W), 0.3, rate)
    np.testing.assert_allclose(X, W[[1]] / 0.6, atol=0.02)  # the optimum, w / (2 l2_reg)


def test_class_visualization_is_taken_for_its_class(net):
    seen = []
    for y in (1, 5, 8):
        np.random.seed(0)
        X = create_class_visualization(y, net, num_iterations=40, on_step=lambda i, X: seen.append((i, X.shape)))
        assert X.shape == (1, 3, 32, 32) and X.dtype == np.float32
        scores = net.forward(X)[0][0]
        assert scores.argmax() == y and scores[y] > 5
        assert -2.2 < X.min() and X.max() < 2.7  # what pixels can show
    assert seen == 3 * [(i, (1, 3, 32, 32)) for i in range(40)]
    np.random.seed(0)
    np.testing.assert_array_equal(create_class_visualization(8, net, num_iterations=40), X)


def test_blur_and_size_of_class_visualizations(net):
    def roughness(**settings):
        np.random.seed(0)
        X = create_class_visualization(3, net, num_iterations=20, **settings)
        return np.abs(np.diff(X, axis=3)).mean()

    assert roughness(blur_every=2) < roughness(blur_every=100)
    assert create_class_visualization(3, net, num_iterations=1, size=20).shape == (1, 3, 20, 20)


def test_what_students_write_makes_the_class_visualization(net):
    calls, seen, shown = [], [], []
    try:
        @implements(class_visualization_step)
        def mine(X, target_y, model, l2_reg, learning_rate):
            calls.append((target_y, l2_reg, learning_rate))
            seen.append(X)
            return X

        create_class_visualization(4, net, l2_reg=0.5, learning_rate=2, num_iterations=5,
                                   on_step=lambda i, X: shown.append(X))
    finally:
        forget()
    assert calls == 5 * [(4, 0.5, 2)]
    # This one sees the image shifted by another distance each time, does nothing, and so nothing happens.
    assert any((X != seen[1]).any() for X in seen[2:])
    for X in shown[1:]:
        np.testing.assert_array_equal(X, shown[0])


def test_dreaming_goes_up_the_gradient_of_half_the_squared_features():
    net, X = tiny(), images(1)

    def half_square(X):
        return 0.5 * np.sum(net.forward(X, "fire2")[0]**2)

    g = eval_numerical_gradient(half_square, X, verbose=False)
    step = dream_step(X, net, "fire2", 0.1) - X
    assert rel_error(step, 0.1 * g / np.mean(abs(g))) < 1e-5
    assert np.mean(abs(step)) == pytest.approx(0.1)


@pytest.mark.parametrize(("octaves", "size"), [(1, (32, 32)), (3, (45, 37))])
def test_a_dream_excites_its_layer_at_the_size_it_had(net, octaves, size):
    np.random.seed(0)
    X = 0.5 * np.random.randn(1, 3, *size).astype(np.float32)
    dream = deep_dream(X, net, "relu4", num_iterations=5, octaves=octaves)
    assert dream.shape == X.shape and dream.dtype == np.float32
    before, after = (np.linalg.norm(net.forward(image, "relu4")[0]) for image in (X, dream))
    assert after > 1.5 * before
    still = deep_dream(X, net, "relu4", num_iterations=5, octaves=octaves, learning_rate=0)
    np.testing.assert_allclose(still, clip_image(X), atol=1e-6)


# ----------------------------------------------------------------------------------------------------------------------

def test_the_exercises_of_the_notebook():
    names = {each.name for each in declared() if each.notebook == "assignment3/NetworkVisualization"}
    assert names == {"compute_saliency_maps", "make_fooling_image", "class_visualization_step"}


@pytest.mark.parametrize(("call", "message"), [
    (lambda m: compute_saliency_maps(images(), np.array([0]), m), "one label per row of X: got 1 labels for 2"),
    (lambda m: compute_saliency_maps(images(), np.array([0, 5]), m), "y must hold labels from 0 to 4"),
    (lambda m: compute_saliency_maps(images()[0], np.array([0]), m), r"X must be an array .* \(N, 3, H, W\)"),
    (lambda m: make_fooling_image(images(), 0, m), r"X must have shape \(1, 3, H, W\)"),
    (lambda m: make_fooling_image(images(1), 5, m), "the class must be an integer, from 0 to 4"),
    (lambda m: class_visualization_step(images(1), 0, m, -1, 1), "l2_reg must be a finite number, 0 or more"),
    (lambda m: create_class_visualization(0, m, blur_every=0), "blur_every must be an integer, 1 or more"),
    (lambda m: guided_backpropagation(images(), m, "fire2", 4), "channel must be an integer, from 0 to 3"),
    (lambda m: occlusion_map(images(1), 0, m, 13, 1), "patch must be an integer, from 1 to 12, the shorter side of X"),
    (lambda m: deep_dream(images(1), m, "fire2", octaves=0), "octaves must be an integer, 1 or more"),
    (lambda m: deep_dream(images(1), m, "fire2", octave_scale=0), "octave_scale must be a number, 1 or more"),
    (lambda m: deep_dream(images(2), m, "fire2"), r"X must have shape \(1, 3, H, W\)"),
    (lambda m: create_class_visualization(0, m, max_jitter=-1), "max_jitter must be an integer, 0 or more"),
    (lambda m: create_class_visualization(0, m, size=8.5), "size must be an integer, 1 or more"),
    (lambda m: occlusion_map(images(1), 0, m, 3, 1, batch_size=0), "batch_size must be an integer, 1 or more"),
])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(tiny())
