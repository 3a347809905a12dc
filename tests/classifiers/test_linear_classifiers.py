"""SVM and softmax: losses, gradients against two judges, training, and wrong input."""

import numpy as np
import pytest

from cs231n.classifiers import LinearSVM, Softmax
from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n.gradient_check import eval_numerical_gradient, grad_check_sparse, rel_error

LOSSES = [svm_loss_naive, svm_loss_vectorized, softmax_loss_naive, softmax_loss_vectorized]
SHAPES = [(1, 1, 2), (7, 5, 3), (3, 8, 10), (5, 2, 1)]  # N, D, C

each_loss = pytest.mark.parametrize("loss_function", LOSSES)


def problem(N, D, C, dtype=np.float64):
    rng = np.random.default_rng([N, D, C])
    return rng.standard_normal((D, C)).astype(dtype), rng.standard_normal((N, D)).astype(dtype), rng.integers(0, C, N)


@each_loss
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reg", [0.0, 5.0])
def test_gradient_is_the_numerical_one(loss_function, shape, reg):
    W, X, y = problem(*shape)
    dW = loss_function(W, X, y, reg)[1]
    numerical = eval_numerical_gradient(lambda w: loss_function(w, X, y, reg)[0], W, verbose=False)
    assert rel_error(dW, numerical) < 1e-6


@each_loss
@pytest.mark.parametrize("shape", SHAPES)
def test_loss_and_gradient_are_torchs(loss_function, shape):
    torch = pytest.importorskip("torch")
    W, X, y = problem(*shape)
    weights = torch.tensor(W, requires_grad=True)
    scores = torch.tensor(X) @ weights
    if "svm" in loss_function.__name__:
        data_loss = shape[2] * torch.nn.functional.multi_margin_loss(scores, torch.tensor(y))  # torch divides by C
    else:
        data_loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y))
    expected = data_loss + 0.7 * (weights**2).sum()
    expected.backward()
    loss, dW = loss_function(W, X, y, 0.7)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dW, weights.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("naive, vectorized", [LOSSES[:2], LOSSES[2:]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("y_dtype", [np.int64, np.uint8])
def test_naive_and_vectorised_agree_and_keep_the_dtype(naive, vectorized, dtype, y_dtype):
    W, X, y = problem(9, 6, 4, dtype)
    (loss, dW), (loss_2, dW_2) = (f(W, X, y.astype(y_dtype), 0.3) for f in (naive, vectorized))
    assert loss == pytest.approx(loss_2, rel=1e-5 if dtype == np.float32 else 1e-12)
    np.testing.assert_allclose(dW, dW_2, rtol=1e-4 if dtype == np.float32 else 1e-10, atol=1e-6)
    assert {np.asarray(loss).dtype, np.asarray(loss_2).dtype, dW.dtype, dW_2.dtype} == {np.dtype(dtype)}


@each_loss
def test_inputs_stay_as_they_were(loss_function):
    W, X, y = problem(4, 3, 5)
    before = W.copy(), X.copy(), y.copy()
    loss_function(W, X, y, 0.1)
    for now, then in zip((W, X, y), before):
        np.testing.assert_array_equal(now, then)


@each_loss
def test_uint8_images_do_not_wrap_round(loss_function):
    W, _, y = problem(6, 4, 3)
    X = np.random.default_rng(3).integers(0, 256, (6, 4), dtype=np.uint8)
    loss, dW = loss_function(W, X, y, 0.1)
    expected, expected_dW = loss_function(W, X.astype(np.float64), y, 0.1)
    assert loss == pytest.approx(expected) and dW.dtype == np.float64
    np.testing.assert_allclose(dW, expected_dW)


@each_loss
@pytest.mark.parametrize("change, message", [
    ({"y": np.zeros(5, int)}, "y must have one label per row of X: got 5 labels for 4 rows"),
    ({"y": np.array([0, 1, 2, 5])}, r"y must hold labels from 0 to 4 \(there are 5 classes\), got 5 at position 3"),
    ({"y": np.array([0, -1, 2, 3])}, "y must hold labels.*got -1 at position 1"),
    ({"y": np.zeros(4)}, "y must hold integer labels"),
    ({"y": [0, 0, 0, 0]}, r"y must be a 1-D array with one label per row of X, got list \[0"),
    ({"X": np.zeros((4, 2))}, r"X must have 3 columns to match W.shape\[0\]"),
    ({"X": np.zeros((0, 3)), "y": np.zeros(0, int)}, "X must not be empty"),
    ({"X": np.full((4, 3), np.nan)}, r"X must be finite, but X\[0, 0\] is nan"),
    ({"X": np.zeros((4, 3, 1, 1))}, "X must be a 2-D array"),
    ({"W": np.zeros((3, 5), int)}, "W must be a non-empty 2-D float array"),
    ({"W": np.zeros(3)}, "W must be a non-empty 2-D float array"),
    ({"reg": -1.0}, "reg must be a finite number, 0 or more, got float -1.0"),
    ({"reg": np.nan}, "reg must be a finite number"),
])
def test_wrong_input_is_named(loss_function, change, message):
    W, X, y = problem(4, 3, 5)
    with pytest.raises(ValueError, match=message):
        loss_function(**{"W": W, "X": X, "y": y, "reg": 0.1} | change)


@each_loss
@pytest.mark.parametrize("reg", [0.0, 5e1])
def test_course_gradient_check(loss_function, reg, capsys):
    """Random points in the place of CIFAR-10, W = 1e-4 randn: relative errors tiny."""
    np.random.seed(231)
    W, X, y = 1e-4 * np.random.randn(31, 10), np.random.randn(50, 31), np.random.randint(10, size=50)
    grad_check_sparse(lambda w: loss_function(w, X, y, reg)[0], W, loss_function(W, X, y, reg)[1])
    errors = [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    assert len(errors) == 10 and max(errors) < 1e-6


@pytest.mark.parametrize("loss_function, expected", [(svm_loss_vectorized, 9.0), (softmax_loss_vectorized, np.log(10))])
def test_initial_loss(loss_function, expected):
    W, X, y = problem(40, 30, 10)
    assert loss_function(1e-4 * W, X, y, 5e-6)[0] == pytest.approx(expected, rel=1e-3)


def blobs(dtype=np.float64):
    """Three groups of points, each on an axis of its own, and a last column of ones for the bias."""
    y = np.arange(90) % 3
    X = 4 * np.eye(3)[y] + np.random.default_rng(4).standard_normal((90, 3))
    return np.hstack([X, np.ones((90, 1))]).astype(dtype), y


@pytest.mark.parametrize("model_class", [LinearSVM, Softmax])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
def test_training_learns(model_class, dtype):
    X, y = blobs()
    X = np.clip(20 * X + 60, 0, 255).astype(dtype)
    np.random.seed(0)
    model = model_class()
    losses = model.train(X, y, learning_rate=1e-4, reg=1e-3, num_iters=300, batch_size=30)
    assert len(losses) == 300 and losses[-1] < 0.5 * losses[0]
    assert np.mean(model.predict(X) == y) > 0.95
    assert model.W.dtype == (np.float32 if dtype == np.float32 else np.float64) and model.W.shape == (4, 3)


def test_training_draws_with_numpys_global_generator():
    """The order of draws that the course's figures rest on: W, then one sample with replacement for each step."""
    X, y = blobs()
    np.random.seed(5)
    model = Softmax()
    losses = model.train(X, y, learning_rate=0.1, reg=0.2, num_iters=2, batch_size=7)
    np.random.seed(5)
    W = 0.001 * np.random.randn(4, 3)
    for loss in losses:
        batch = np.random.choice(90, 7)
        expected, dW = softmax_loss_naive(W, X[batch], y[batch], 0.2)
        assert loss == pytest.approx(expected)
        W -= 0.1 * dW
    np.testing.assert_allclose(model.W, W)


def test_training_goes_on_from_earlier_weights():
    X, y = blobs()
    model = LinearSVM()
    model.train(X, y, num_iters=1)
    W = model.W.copy()
    model.train(X, y, num_iters=0)
    np.testing.assert_array_equal(model.W, W)
    with pytest.raises(ValueError, match="X must have 4 columns to match W of the earlier training"):
        model.train(X[:, :2], y)
    with pytest.raises(ValueError, match="y must hold labels from 0 to 2"):
        model.train(X, y + 1)


def test_verbose_lines(capsys):
    X, y = blobs()
    losses = Softmax().train(X, y, num_iters=201, verbose=True)
    lines = [f"iteration {it} / 201: loss {losses[it]:f}" for it in (0, 100, 200)]
    assert capsys.readouterr().out.splitlines() == lines


@pytest.mark.parametrize("options, message", [
    ({"learning_rate": np.inf}, "learning_rate must be a finite number"),
    ({"reg": -1}, "reg must be a finite number"),
    ({"num_iters": -1}, "num_iters must be an integer, 0 or more"),
    ({"batch_size": 0}, "batch_size must be an integer, 1 or more"),
    ({"batch_size": 20.0}, "batch_size must be an integer"),
])
def test_training_refuses(options, message):
    X, y = blobs()
    with pytest.raises(ValueError, match=message):
        LinearSVM().train(X, y, **options)


def test_predict_refuses():
    model = LinearSVM()
    with pytest.raises(ValueError, match="LinearSVM has not been trained"):
        model.predict(np.zeros((1, 4)))
    model.train(*blobs(), num_iters=1)
    with pytest.raises(ValueError, match=r"X must have 4 columns to match W.shape\[0\]"):
        model.predict(np.zeros((1, 3)))
