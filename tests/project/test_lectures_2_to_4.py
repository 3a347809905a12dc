"""The worked examples of lectures 2 to 4, on the functions of the package.

Where the slides misprint a number, the right one stands here with a word about it.
"""

import numpy as np
import pytest

from cs231n.classifiers import KNearestNeighbor, LinearSVM, Softmax
from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from cs231n.classifiers.neural_net import TwoLayerNet
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error
from cs231n.vis_utils import class_templates

SVM = [svm_loss_naive, svm_loss_vectorized]
SOFTMAX = [softmax_loss_naive, softmax_loss_vectorized]

# Scores of the classes cat, car, frog for a picture of each; the first misprints in some transcripts.
SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def of_scores(loss_function, scores, y, scale=1.0):
    """The loss of scores that are given: with the identity for W, X = scores."""
    scores = np.atleast_2d(np.asarray(scores, dtype=float))
    return loss_function(scale * np.eye(scores.shape[1]), scores, np.atleast_1d(y), 0.0)[0]


def accuracy(model, X, y):
    return np.mean(model.predict(X) == y)


def with_ones(X):
    return np.hstack([X, np.ones((len(X), 1))])


def nearest_neighbor(X, y):
    model = KNearestNeighbor()
    model.train(X, y)
    return model


# --- lecture 2: nearest neighbours -----------------------------------------------------------------------------------

TEST_IMAGE = np.array([[56, 32, 10, 18], [90, 23, 128, 133], [24, 26, 178, 200], [2, 0, 255, 220]], dtype=np.uint8)
TRAIN_IMAGE = np.array([[10, 20, 24, 17], [8, 10, 89, 100], [12, 16, 178, 170], [4, 32, 233, 112]], dtype=np.uint8)
L1_DIFFERENCES = np.array([[46, 12, 14, 1], [82, 13, 39, 33], [12, 10, 0, 30], [2, 32, 22, 108]])


def test_l1_table_through_its_gradient():
    """Moving a pixel of the test image by 1 changes the L1 distance by the sign of its difference, 456 in all."""
    test, train = TEST_IMAGE.astype(float), TRAIN_IMAGE.astype(float)
    signs = eval_numerical_gradient(lambda image: np.abs(image - train).sum(), test, verbose=False)
    np.testing.assert_allclose(signs * (test - train), L1_DIFFERENCES, atol=1e-6)
    assert np.sum(signs * (test - train)) == pytest.approx(456)


@pytest.mark.parametrize("num_loops", [0, 1, 2])
def test_l2_distance_of_the_same_images(num_loops):
    model = nearest_neighbor(TRAIN_IMAGE.reshape(1, -1), np.zeros(1, int))
    method = ["compute_distances_no_loops", "compute_distances_one_loop", "compute_distances_two_loops"][num_loops]
    assert getattr(model, method)(TEST_IMAGE.reshape(1, -1).astype(float))[0, 0] == pytest.approx(162.111073, abs=1e-6)


def test_l2_does_not_depend_on_the_axes():
    rng = np.random.default_rng(0)
    X, rotation = rng.standard_normal((20, 6)), np.linalg.qr(rng.standard_normal((6, 6)))[0]
    before = nearest_neighbor(X, np.zeros(20, int)).compute_distances_no_loops(X[:5])
    after = nearest_neighbor(X @ rotation, np.zeros(20, int)).compute_distances_no_loops(X[:5] @ rotation)
    np.testing.assert_allclose(before, after, atol=1e-6)


def test_one_neighbour_is_perfect_on_its_training_set():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((50, 4)), rng.integers(0, 10, 50)
    model = nearest_neighbor(X, y)
    assert accuracy(model, X, y) == 1.0
    assert np.mean(model.predict(X, k=7) == y) < 1.0


def test_three_neighbours_outvote_an_odd_one():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [5.0, 5.0]])
    model = nearest_neighbor(X, np.array([1, 0, 0, 1]))
    assert model.predict(np.array([[0.1, 0.1]]), k=1) == [1]
    assert model.predict(np.array([[0.1, 0.1]]), k=3) == [0]


def test_very_different_pictures_are_equally_far():
    original = np.random.default_rng(2).uniform(100, 150, (8, 8))
    shifted, boxed, tinted = np.roll(original, 1, axis=1), original.copy(), original + 10.0
    boxed[2:4, 2:4] = 0.0
    edits = [original + 40 * (edit - original) / np.linalg.norm(edit - original) for edit in (shifted, boxed, tinted)]
    model = nearest_neighbor(original.reshape(1, -1), np.zeros(1, int))
    dists = model.compute_distances_no_loops(np.array(edits).reshape(3, -1))
    np.testing.assert_allclose(dists, 40.0)


def test_in_many_dimensions_all_points_are_about_equally_far():
    rng = np.random.default_rng(3)

    def contrast(D):
        X = rng.random((200, D))
        dists = nearest_neighbor(X, np.zeros(200, int)).compute_distances_no_loops(rng.random((20, D)))
        return np.mean(dists.min(axis=1) / dists.mean(axis=1))

    assert contrast(2) < 0.2 < contrast(20) < 0.85 < contrast(2000)


# --- lecture 2: linear classifiers -----------------------------------------------------------------------------------

PIXELS = np.array([[56.0, 231.0, 24.0, 2.0]])
WEIGHTS = np.array([[0.2, -0.5, 0.1, 2.0], [1.5, 1.3, 2.1, 0.0], [0.0, 0.25, 0.2, -0.3]])  # cat, dog, ship
BIAS = np.array([1.1, 3.2, -1.2])


def linear_net(W, b):
    """A network that is linear for positive pixels: its first layer hands them on as they are."""
    net = TwoLayerNet(W.shape[1], W.shape[1], W.shape[0])
    net.params.update(W1=np.eye(W.shape[1]), W2=W.T.copy(), b2=b.copy())
    return net


def test_scores_of_cat_dog_and_ship():
    """The slide's 61.95 for ship leaves out the bias."""
    np.testing.assert_allclose(linear_net(WEIGHTS, BIAS).loss(PIXELS), [[-96.8, 437.9, 60.75]])
    np.testing.assert_allclose(linear_net(WEIGHTS, 0 * BIAS).loss(PIXELS), [[-97.9, 434.7, 61.95]])


def test_bias_trick():
    """A column of ones in X and a row more in W: the same class, the same loss, and the gradient splits."""
    W = np.vstack([WEIGHTS.T, BIAS])
    model = LinearSVM()
    model.W = W
    assert model.predict(with_ones(PIXELS)) == [1]
    loss, dW = softmax_loss_vectorized(W, with_ones(PIXELS), np.array([0]), 0.0)
    net_loss, grads = linear_net(WEIGHTS, BIAS).loss(PIXELS, np.array([0]))
    assert loss == pytest.approx(net_loss, abs=1e-12)
    np.testing.assert_allclose(dW, np.vstack([grads["W2"], grads["b2"]]), atol=1e-12)


@pytest.mark.parametrize("model_class", [LinearSVM, Softmax])
def test_each_class_learns_a_template(model_class):
    rng = np.random.default_rng(4)
    templates = rng.standard_normal((2, 4, 4, 3))
    y = np.arange(200) % 2
    X = templates[y].reshape(200, -1) + rng.standard_normal((200, 48))
    np.random.seed(0)
    model = model_class()
    model.train(X, y, learning_rate=1e-2, reg=0.1, num_iters=300, batch_size=50)
    pictures = class_templates(model.W, (4, 4, 3)).reshape(2, -1).astype(float)
    difference = (templates[0] - templates[1]).ravel()
    assert np.corrcoef(pictures[0], difference)[0, 1] > 0.8
    assert np.corrcoef(pictures[1], -difference)[0, 1] > 0.8


def hard_case(name):
    rng = np.random.default_rng(5)
    X = rng.uniform(-3, 3, (600, 2))
    radius = np.hypot(*X.T)
    centres = np.array([[-2, -2], [2, 0], [-1, 2]])
    labels = {
        "parity": X[:, 0] * X[:, 1] > 0,
        "ring": (1 <= radius) & (radius <= 2),
        "three modes": (np.linalg.norm(X[:, None] - centres, axis=2) < 0.9).any(axis=1),
    }
    return X, labels[name].astype(int)


@pytest.mark.parametrize("name", ["parity", "ring", "three modes"])
def test_what_no_line_separates(name):
    X, y = hard_case(name)
    np.random.seed(0)
    linear = Softmax()
    linear.train(with_ones(X), y, learning_rate=0.1, reg=0.0, num_iters=500)
    net = TwoLayerNet(2, 50, 2, std=0.5)
    net.train(X, y, X, y, learning_rate=0.5, learning_rate_decay=1.0, reg=0.0, num_iters=3000)
    assert accuracy(linear, with_ones(X), y) < 0.9
    assert accuracy(net, X, y) > 0.95


# --- lecture 3: losses -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("loss_function", SVM)
class TestSVM:
    def test_three_pictures(self, loss_function):
        assert [of_scores(loss_function, SCORES[i], i) for i in range(3)] == pytest.approx([2.9, 0, 12.9])
        assert of_scores(loss_function, SCORES, np.arange(3)) == pytest.approx(5.266667, abs=1e-6)

    def test_second_example(self, loss_function):
        assert of_scores(loss_function, [-96.8, 437.9, 61.95], 0) == pytest.approx(695.45)

    def test_doubling_w_keeps_a_loss_of_zero_only(self, loss_function):
        assert [of_scores(loss_function, SCORES[i], i, 2.0) for i in range(3)] == pytest.approx([4.8, 0, 23.8])

    def test_all_scores_equal_gives_the_number_of_classes_less_one(self, loss_function):
        assert of_scores(loss_function, np.zeros(10), 3) == 9.0

    def test_score_gradient(self, loss_function):
        """+1 for each violated class, minus their number at the correct one; X = identity shows dscores / N."""
        dW = loss_function(SCORES, np.eye(3), np.arange(3), 0.0)[1]
        np.testing.assert_allclose(3 * dW, [[-1, 1, 0], [0, 0, 0], [1, 1, -2]])


@pytest.mark.parametrize("loss_function", SOFTMAX)
class TestSoftmax:
    def test_three_pictures(self, loss_function):
        """The slide's 0.89 for the cat is a logarithm to base 10."""
        losses = [of_scores(loss_function, SCORES[i], i) for i in range(3)]
        assert losses == pytest.approx([2.040355, 0.079132, 6.156477], abs=1e-6)
        assert of_scores(loss_function, SCORES, np.arange(3)) == pytest.approx(2.758655, abs=1e-6)

    def test_score_gradient_is_the_probabilities_less_one_hot(self, loss_function):
        dW = loss_function(SCORES, np.eye(3), np.arange(3), 0.0)[1]
        probabilities = 3 * dW + np.eye(3)
        np.testing.assert_allclose(probabilities[0], [0.12998, 0.86905, 0.00097], atol=1e-5)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)

    def test_large_scores(self, loss_function):
        f = np.array([123.0, 456.0, 789.0])
        losses = [of_scores(loss_function, f, label) for label in range(3)]
        assert losses == pytest.approx([666, 333, 0])
        assert np.exp(-losses[0]) == pytest.approx(5.75e-290, rel=1e-2)
        assert np.exp(-losses[1]) == pytest.approx(2.40e-145, rel=1e-2)
        assert of_scores(loss_function, f + 1e5, 0) == pytest.approx(666)

    def test_initial_loss(self, loss_function):
        W = 1e-4 * np.random.default_rng(6).standard_normal((30, 10))
        X = np.random.default_rng(7).standard_normal((20, 30))
        assert loss_function(W, X, np.arange(20) % 10, 0.0)[0] == pytest.approx(2.302585, abs=0.01)


@pytest.mark.parametrize("scores, softmax_loss", [
    ([10, -2, 3], 0.00091761), ([10, 9, 9], 0.55144471), ([10, -100, -100], 0.0),
])
def test_softmax_reacts_to_a_jiggle_and_svm_does_not(scores, softmax_loss):
    jiggled = np.array(scores, float) + [-0.05, 0.0, 0.0]
    for loss_function in SVM:
        assert of_scores(loss_function, scores, 0) == 0
    for loss_function in SOFTMAX:
        assert of_scores(loss_function, scores, 0) == pytest.approx(softmax_loss, abs=1e-8)
        if softmax_loss:
            assert of_scores(loss_function, jiggled, 0) > of_scores(loss_function, scores, 0)
    # One point less for a runner-up just past the margin is nothing to the SVM, two points more is.
    assert of_scores(svm_loss_vectorized, [10, 9 - 1, 9], 0) == 0 < of_scores(svm_loss_vectorized, [10, 9 + 2, 9], 0)


@pytest.mark.parametrize("loss_function", SVM + SOFTMAX)
class TestEveryLoss:
    def setup_method(self):
        rng = np.random.default_rng(8)
        self.W, self.X, self.y = rng.standard_normal((5, 4)), rng.standard_normal((6, 5)), rng.integers(0, 4, 6)

    def test_regularisation_adds_lambda_r(self, loss_function):
        plain, strong = (loss_function(self.W, self.X, self.y, reg)[0] for reg in (0.0, 3.0))
        assert strong - plain == pytest.approx(3.0 * np.sum(self.W**2))

    def test_l2_prefers_spread_out_weights(self, loss_function):
        x, y = np.ones((1, 4)), np.array([0])
        w1, w2 = np.array([[1.0], [0], [0], [0]]), np.full((4, 1), 0.25)
        assert x @ w1 == x @ w2 == 1
        assert (loss_function(w1, x, y, 1.0)[0], loss_function(w2, x, y, 1.0)[0]) == pytest.approx((1.0, 0.25))

    def test_gradient_check_passes_the_right_gradient_and_finds_a_planted_bug(self, loss_function):
        dW = loss_function(self.W, self.X, self.y, 0.1)[1]
        numerical = eval_numerical_gradient(lambda w: loss_function(w, self.X, self.y, 0.1)[0], self.W, verbose=False)
        assert rel_error(dW, numerical) < 1e-6
        assert rel_error(dW - 0.1 * self.W, numerical) > 1e-2  # as if the 2 of 2 reg W were forgotten

    def test_slope_along_a_direction_is_direction_times_gradient(self, loss_function):
        direction = np.random.default_rng(9).standard_normal(self.W.shape)
        step = np.zeros(1)
        slope = eval_numerical_gradient(
            lambda t: loss_function(self.W + t * direction, self.X, self.y, 0.1)[0], step, verbose=False)
        assert slope[0] == pytest.approx(np.sum(direction * loss_function(self.W, self.X, self.y, 0.1)[1]), rel=1e-6)

    def test_copies_of_the_data_change_nothing(self, loss_function):
        once = loss_function(self.W, self.X, self.y, 0.1)
        often = loss_function(self.W, np.repeat(self.X, 12, axis=0), np.repeat(self.y, 12), 0.1)
        assert often[0] == pytest.approx(once[0])
        np.testing.assert_allclose(often[1], once[1])

    def test_scale_of_the_data_is_the_scale_of_the_gradient(self, loss_function):
        """1,000 times the data, with W 1,000 times smaller so that scores and upstream gradient stay."""
        dW = loss_function(self.W, self.X, self.y, 0.0)[1]
        np.testing.assert_allclose(loss_function(self.W / 1000, 1000 * self.X, self.y, 0.0)[1], 1000 * dW, atol=1e-8)

    def test_gradient_has_the_shape_of_its_variable(self, loss_function):
        assert loss_function(self.W, self.X, self.y, 0.0)[1].shape == self.W.shape


def test_l2_regularisation_decays_weights():
    """A step on images without content shrinks W by the factor 1 - 2 lr lambda."""
    model = LinearSVM()
    model.W = np.random.default_rng(10).standard_normal((5, 3))
    before = model.W.copy()
    model.train(np.zeros((4, 5)), np.array([0, 1, 2, 0]), learning_rate=0.1, reg=0.5, num_iters=1)
    np.testing.assert_allclose(model.W, before * (1 - 2 * 0.1 * 0.5))


def test_biases_are_not_regularised():
    np.random.seed(0)
    net, X, y = TwoLayerNet(3, 4, 2), np.ones((2, 3)), np.array([0, 1])
    net.params["b1"] += 1
    net.params["b2"] += 2
    plain, strong = net.loss(X, y, reg=0.0), net.loss(X, y, reg=5.0)
    assert strong[0] - plain[0] == pytest.approx(5.0 * sum(np.sum(net.params[name] ** 2) for name in ("W1", "W2")))
    for name in "b1", "b2":
        np.testing.assert_array_equal(strong[1][name], plain[1][name])


# --- lecture 3: optimisation -----------------------------------------------------------------------------------------

def test_numerical_gradient_of_the_slides():
    """Loss 1.25347 at W; the slide's forward differences of step 1e-4 are centred ones half a step further on."""
    W = np.array([0.34, -1.11, 0.78, 0.12, 0.55, 2.81, -3.1, -1.5, 0.33])
    bumped = {0: 1.25322, 1: 1.25353, 2: 1.25347}  # the loss after adding 0.0001 to this entry
    middle = W + 5e-5

    def loss(w):
        raised = [i for i in bumped if w[i] > middle[i]]
        return bumped[raised[0]] if raised else 1.25347

    gradient = eval_numerical_gradient(loss, middle.copy(), verbose=False, h=5e-5)
    np.testing.assert_allclose(gradient[:3], [-2.5, 0.6, 0.0], atol=1e-9)


def test_centred_difference_beats_the_forward_one():
    x, h = np.array([1.0]), 1e-3
    centred = eval_numerical_gradient(lambda a: np.exp(a[0]), x, verbose=False, h=h)[0]
    forward = (np.exp(1 + h) - np.exp(1)) / h
    assert abs(centred - np.e) < 1e-2 * abs(forward - np.e)


def test_random_search_is_above_chance_and_below_gradient_descent():
    rng = np.random.default_rng(11)
    y = np.arange(500) % 10
    X = with_ones(2 * rng.standard_normal((10, 20))[y] + rng.standard_normal((500, 20)))
    guess, found = LinearSVM(), []
    for _ in range(200):
        guess.W = rng.standard_normal((21, 10))
        found.append(accuracy(guess, X, y))
    np.random.seed(0)
    trained = LinearSVM()
    trained.train(X, y, learning_rate=1e-2, reg=1e-3, num_iters=300)
    assert 0.15 < max(found) < accuracy(trained, X, y) - 0.3


def test_a_change_of_features_makes_a_disc_in_a_ring_separable():
    rng = np.random.default_rng(12)
    y = np.arange(400) % 2
    radius, angle = np.where(y, rng.uniform(2, 3, 400), rng.uniform(0, 1, 400)), rng.uniform(-np.pi, np.pi, 400)
    cartesian = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.ones(400)], axis=1)
    polar = np.stack([radius, angle, np.ones(400)], axis=1)
    np.random.seed(0)
    on_cartesian, on_polar = Softmax(), Softmax()
    on_cartesian.train(cartesian, y, learning_rate=0.1, num_iters=1000)
    on_polar.train(polar, y, learning_rate=0.1, num_iters=1000)
    assert accuracy(on_cartesian, cartesian, y) < 0.7
    assert accuracy(on_polar, polar, y) == 1.0


# --- lecture 4: backpropagation --------------------------------------------------------------------------------------

def gradient(f, *values):
    return eval_numerical_gradient(lambda v: f(*v), np.array(values), verbose=False)


def test_first_circuit():
    assert gradient(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0) == pytest.approx([-4, -4, 3], abs=1e-8)
    assert gradient(lambda q, z: q * z, 3.0, -4.0) == pytest.approx([-4, 3], abs=1e-8)


def test_sigmoid_neuron_and_its_small_gates():
    """Chained gates of the figure and the one sigmoid gate give the same gradient."""
    w0, x0, w1, x1, w2 = 2.0, -1.0, -3.0, -2.0, -3.0

    def neuron(w0, x0, w1, x1, w2):
        return 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))

    f = neuron(w0, x0, w1, x1, w2)
    assert f == pytest.approx(0.7310586, abs=1e-7)
    expected = [-0.196612, 0.393224, -0.393224, -0.589836, 0.196612]
    assert gradient(neuron, w0, x0, w1, x1, w2) == pytest.approx(expected, abs=1e-6)
    assert f * (1 - f) == pytest.approx(gradient(lambda s: 1 / (1 + np.exp(-s)), 1.0)[0], abs=1e-9)

    upstream = np.array(1.0)
    gates = [(lambda a: 1 / a, 1 + np.exp(-1.0), -0.53), (lambda a: 1 + a, np.exp(-1.0), -0.53), (np.exp, -1.0, -0.20),
             (np.negative, 1.0, 0.20)]
    for gate, value, figure in gates:
        upstream = eval_numerical_gradient_array(gate, np.array(value), upstream)
        assert upstream == pytest.approx(figure, abs=0.005)


@pytest.mark.parametrize("gate, values, dz, expected", [
    (np.add, (3.0, -4.0), 2.0, (2, 2)),  # distributes
    (np.maximum, (3.0, -4.0), 2.0, (2, 0)),  # routes
    (np.multiply, (3.0, -4.0), 2.0, (-8, 6)),  # switches
])
def test_patterns_of_gates(gate, values, dz, expected):
    x = np.array(values)
    grad = eval_numerical_gradient_array(lambda v: gate(*v), x, np.float64(dz))
    np.testing.assert_allclose(grad, expected, atol=1e-8)


def test_gradients_add_at_branches():
    assert gradient(lambda x: x * x + 3 * x, 5.0) == pytest.approx([2 * 5 + 3], abs=1e-8)


def test_jacobian_of_relu_is_diagonal():
    x = np.array([1.5, -0.5, 0.3, -2.0])

    def relu(a):
        return np.maximum(0, a)

    jacobian = np.stack([eval_numerical_gradient_array(relu, x, row) for row in np.eye(4)])
    np.testing.assert_allclose(jacobian, np.diag(x > 0), atol=1e-9)
    upstream = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(eval_numerical_gradient_array(relu, x, upstream), jacobian.T @ upstream, atol=1e-8)


def test_norm_of_wx_squared():
    W, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    q = W @ x
    np.testing.assert_allclose(q, [0.22, 0.26])
    assert q @ q == pytest.approx(0.116)
    np.testing.assert_allclose(gradient(lambda a, b: a**2 + b**2, *q), [0.44, 0.52], atol=1e-9)
    dW = eval_numerical_gradient(lambda _: np.sum((W @ x) ** 2), W, verbose=False)
    dx = eval_numerical_gradient(lambda _: np.sum((W @ x) ** 2), x, verbose=False)
    np.testing.assert_allclose(dW, [[0.088, 0.176], [0.104, 0.208]], atol=1e-9)
    np.testing.assert_allclose(dx, [-0.112, 0.636], atol=1e-9)


@pytest.mark.parametrize("N, D, H, C", [(3, 4, 5, 2), (1, 2, 3, 4)])
def test_matrix_example_of_the_discussion_section(N, D, H, C):
    rng = np.random.default_rng(13)
    X, W1, W2 = (rng.standard_normal(shape) for shape in ((N, D), (D, H), (H, C)))

    def loss(_):
        return np.sum((np.maximum(0, X @ W1) @ W2) ** 2)

    z1 = X @ W1
    h1 = np.maximum(0, z1)
    dyhat = 2 * h1 @ W2
    assert rel_error(h1.T @ dyhat, eval_numerical_gradient(loss, W2, verbose=False)) < 1e-6
    assert rel_error(X.T @ ((dyhat @ W2.T) * (z1 > 0)), eval_numerical_gradient(loss, W1, verbose=False)) < 1e-6


# --- lecture 4: networks ---------------------------------------------------------------------------------------------

def test_matrix_form_is_neuron_by_neuron():
    np.random.seed(0)
    net, X = TwoLayerNet(3, 4, 2, std=1.0), np.random.randn(5, 3)
    net.params["b1"] += np.random.randn(4)
    p = net.params
    for x, scores in zip(X, net.loss(X)):
        hidden = [max(0.0, sum(x[d] * p["W1"][d, h] for d in range(3)) + p["b1"][h]) for h in range(4)]
        by_neuron = [sum(hidden[h] * p["W2"][h, c] for h in range(4)) + p["b2"][c] for c in range(2)]
        np.testing.assert_allclose(scores, by_neuron)


def test_without_relu_two_layers_are_one_linear_map():
    """A large first bias keeps every hidden unit active, so ReLU does nothing."""
    np.random.seed(1)
    net, X = TwoLayerNet(3, 4, 2, std=1.0), np.random.randn(5, 3)
    net.params["b1"] += 100.0
    p = net.params
    one_layer = X @ (p["W1"] @ p["W2"]) + p["b1"] @ p["W2"] + p["b2"]
    np.testing.assert_allclose(net.loss(X), one_layer)
    net.params["b1"] -= 100.0
    assert not np.allclose(net.loss(X), X @ (p["W1"] @ p["W2"]))


def test_a_network_learns_ten_points_by_heart():
    np.random.seed(2)
    X, y = np.random.randn(10, 20), np.arange(10) % 4
    net = TwoLayerNet(20, 30, 4, std=0.1)
    losses = net.train(X, y, X, y, learning_rate=0.5, learning_rate_decay=1.0, num_iters=300)["loss_history"]
    assert losses[-1] < losses[0] / 10
    assert accuracy(net, X, y) == 1.0
