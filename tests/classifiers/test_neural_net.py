"""The two-layer network of assignment 1: the course's figures, gradients, training, and wrong input."""

import numpy as np
import pytest

from cs231n.classifiers.neural_net import TwoLayerNet
from cs231n.gradient_check import eval_numerical_gradient, rel_error


@pytest.fixture
def toy():
    """The course's toy model and data."""
    np.random.seed(0)
    net = TwoLayerNet(4, 10, 3, std=1e-1)
    state = np.random.get_state()
    np.random.seed(1)
    X = 10 * np.random.randn(5, 4)
    np.random.set_state(state)
    return net, X, np.array([0, 1, 2, 2, 1])


def small(N, D, H, C, dtype=np.float64):
    np.random.seed(2)
    net = TwoLayerNet(D, H, C, std=0.5, dtype=dtype)
    net.params["b1"] += np.random.randn(H).astype(dtype)
    net.params["b2"] += np.random.randn(C).astype(dtype)
    return net, np.random.randn(N, D).astype(dtype), np.random.randint(C, size=N)


def test_reference_scores(toy):
    net, X, _ = toy
    expected = [[-0.81233741, -1.27654624, -0.70335995], [-0.17129677, -1.18803311, -0.47310444],
                [-0.51590475, -1.01354314, -0.8504215], [-0.15419291, -0.48629638, -0.52901952],
                [-0.00618733, -0.12435261, -0.15226949]]
    assert np.abs(net.loss(X) - expected).sum() < 1e-7


def test_reference_loss(toy):
    net, X, y = toy
    assert abs(net.loss(X, y, reg=0.05)[0] - 1.30378789133) < 1e-12


def test_reference_gradients(toy):
    net, X, y = toy
    _, grads = net.loss(X, y, reg=0.05)
    for name, grad in grads.items():
        numerical = eval_numerical_gradient(lambda _: net.loss(X, y, reg=0.05)[0], net.params[name], verbose=False)
        assert rel_error(numerical, grad) < 1e-8


def test_reference_training(toy):
    """The course's notebook ends at 0.0171496, drawing minibatches from the generator that the model left."""
    net, X, y = toy
    history = net.train(X, y, X, y, learning_rate=1e-1, reg=5e-6, num_iters=100, verbose=False)
    assert history["loss_history"][-1] == pytest.approx(0.017149607938732093, rel=1e-9)
    assert history["val_acc_history"][-1] == 1.0


SHAPES = [(1, 1, 1, 2), (6, 3, 5, 4), (3, 7, 2, 1)]  # N, D, H, C


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_gradients_are_the_numerical_ones(shape, reg):
    net, X, y = small(*shape)
    _, grads = net.loss(X, y, reg)
    assert set(grads) == set(net.params)
    for name, grad in grads.items():
        numerical = eval_numerical_gradient(lambda _: net.loss(X, y, reg)[0], net.params[name], verbose=False)
        assert grad.shape == net.params[name].shape
        np.testing.assert_allclose(grad, numerical, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_loss_and_gradients_are_torchs(shape):
    torch = pytest.importorskip("torch")
    net, X, y = small(*shape)
    params = {name: torch.tensor(value, requires_grad=True) for name, value in net.params.items()}
    hidden = torch.relu(torch.tensor(X) @ params["W1"] + params["b1"])
    expected = torch.nn.functional.cross_entropy(hidden @ params["W2"] + params["b2"], torch.tensor(y))
    expected = expected + 0.3 * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())
    expected.backward()
    loss, grads = net.loss(X, y, reg=0.3)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, params[name].grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype):
    net, X, y = small(6, 3, 5, 4, dtype)
    loss, grads = net.loss(X, y, reg=0.1)
    net.train(X, y, X, y, learning_rate=np.float64(1e-3), num_iters=2)
    kinds = [loss, net.loss(X), *grads.values(), *net.params.values()]
    assert {np.asarray(value).dtype for value in kinds} == {np.dtype(dtype)}


def test_uint8_images_do_not_wrap_round():
    net, _, y = small(6, 3, 5, 4)
    X = np.random.default_rng(0).integers(0, 256, (6, 3), dtype=np.uint8)
    loss, grads = net.loss(X, y)
    expected, expected_grads = net.loss(X.astype(np.float64), y)
    assert loss == expected
    np.testing.assert_array_equal(grads["W1"], expected_grads["W1"])


def test_huge_scores_do_not_overflow():
    net, X, y = small(6, 3, 5, 4)
    loss, grads = net.loss(1e6 * X, y)
    assert np.isfinite(loss) and all(np.isfinite(grad).all() for grad in grads.values())


def test_inputs_and_parameters_stay_as_they_were():
    net, X, y = small(6, 3, 5, 4)
    before = {name: value.copy() for name, value in {"X": X, "y": y, **net.params}.items()}
    net.loss(X, y, reg=0.1)
    for name, value in {"X": X, "y": y, **net.params}.items():
        np.testing.assert_array_equal(value, before[name])


def test_first_weights_are_drawn_w1_then_w2():
    np.random.seed(3)
    net = TwoLayerNet(4, 6, 3, std=0.01)
    np.random.seed(3)
    np.testing.assert_array_equal(net.params["W1"], 0.01 * np.random.randn(4, 6))
    np.testing.assert_array_equal(net.params["W2"], 0.01 * np.random.randn(6, 3))
    assert not net.params["b1"].any() and not net.params["b2"].any()


def test_history_and_decay():
    """10 examples in batches of 4 make epochs of 2 steps; the step size decays after steps 0, 2 and 4."""
    net, X, y = small(10, 3, 5, 4)
    history = net.train(X, y, X[:3], y[:3], learning_rate=0.1, learning_rate_decay=0.0, num_iters=5, batch_size=4)
    assert [len(history[name]) for name in ("loss_history", "train_acc_history", "val_acc_history")] == [5, 3, 3]
    assert history["val_acc_history"][-1] == np.mean(net.predict(X[:3]) == y[:3])  # decay 0: only step 0 changed it
    again, X, y = small(10, 3, 5, 4)
    again.train(X, y, X[:3], y[:3], learning_rate=0.1, num_iters=1, batch_size=4)
    np.testing.assert_array_equal(net.params["W1"], again.params["W1"])


def test_verbose_lines(toy, capsys):
    net, X, y = toy
    losses = net.train(X, y, X, y, num_iters=101, verbose=True)["loss_history"]
    assert capsys.readouterr().out.splitlines() == [f"iteration {it} / 101: loss {losses[it]:f}" for it in (0, 100)]


@pytest.mark.parametrize("X, y, reg, message", [
    (np.zeros((5, 3)), None, 0.0, r"X must have 4 columns to match W1.shape\[0\]"),
    (np.zeros((0, 4)), None, 0.0, "X must not be empty"),
    (np.full((5, 4), np.nan), None, 0.0, "X must be finite"),
    (np.zeros((5, 4)), np.zeros(4, int), 0.0, "y must have one label per row of X: got 4 labels for 5 rows"),
    (np.zeros((5, 4)), np.full(5, 3), 0.0, "y must hold labels from 0 to 2"),
    (np.zeros((5, 4)), np.zeros(5), 0.0, "y must hold integer labels"),
    (np.zeros((5, 4)), None, -1.0, "reg must be a finite number"),
])
def test_loss_refuses(toy, X, y, reg, message):
    with pytest.raises(ValueError, match=message):
        toy[0].loss(X, y, reg)


@pytest.mark.parametrize("change, message", [
    ({"y_val": np.zeros(4, int)}, "y_val must have one label per row of X_val: got 4 labels for 5 rows"),
    ({"X_val": np.zeros((5, 3))}, "X_val must have 4 columns"),
    ({"X": np.zeros((4, 4))}, "y must have one label per row of X"),
    ({"learning_rate_decay": -1}, "learning_rate_decay must be"),
    ({"batch_size": 0}, "batch_size must be"),
])
def test_train_refuses(toy, change, message):
    net, X, y = toy
    with pytest.raises(ValueError, match=message):
        net.train(**{"X": X, "y": y, "X_val": X, "y_val": y} | change)


def test_predict_and_init_refuse(toy):
    with pytest.raises(ValueError, match="X must have 4 columns"):
        toy[0].predict(np.zeros((2, 5)))
    with pytest.raises(ValueError, match="hidden_size must be an integer, 1 or more, got int 0"):
        TwoLayerNet(4, 0, 3)
    with pytest.raises(ValueError, match="dtype must be np.float32 or np.float64, got type <class 'int'>"):
        TwoLayerNet(4, 10, 3, dtype=int)
