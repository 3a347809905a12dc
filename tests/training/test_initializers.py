"""First weights: their scale, and what it does to signals through ten layers (the experiment of lecture 6)."""
import numpy as np
import pytest

from cs231n.training import initializers as init


def signals(initialise, activation):
    """Standard deviation of the activations after each of ten layers of 500 units."""
    np.random.seed(231)
    h, scales = np.random.randn(1000, 500), []
    for _ in range(10):
        h = activation(h @ initialise((500, 500)))
        scales.append(np.sqrt(np.mean(h**2)))
    return scales


def relu(x):
    return np.maximum(0, x)


def test_small_weights_let_signals_fade():
    scales = signals(init.small_init, np.tanh)
    assert scales[0] == pytest.approx(0.21, abs=0.01)
    np.testing.assert_allclose(np.divide(scales[1:], scales[:-1]), 0.01 * np.sqrt(500), rtol=0.05)


def test_large_weights_saturate_tanh():
    h = np.tanh(np.random.RandomState(0).randn(1000, 500) @ init.small_init((500, 500), 1.0))
    assert np.mean(np.abs(h) > 0.99) == pytest.approx(0.90, abs=0.02)


def test_xavier_keeps_tanh_alive_and_not_relu():
    tanh = signals(init.xavier_init, np.tanh)
    assert tanh[0] == pytest.approx(0.63, abs=0.01) and tanh[-1] == pytest.approx(0.23, abs=0.02)
    assert signals(init.xavier_init, relu)[-1] == pytest.approx(0.5**5, abs=0.01)


def test_he_keeps_relu_alive():
    assert all(1 / 1.5 < scale < 1.5 for scale in signals(init.he_init, relu))


def test_zeros_never_break_the_symmetry():
    w1, w2 = init.zero_init((3, 4)), np.ones((4, 2))
    x, dout = np.random.RandomState(0).randn(5, 3), np.random.RandomState(1).randn(5, 2)
    dw1 = x.T @ (dout @ w2.T)
    assert not w1.any()
    np.testing.assert_allclose(dw1, dw1[:, :1].repeat(4, axis=1))


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (8, 3, 2, 2), (3, 2, 3, 3)])
def test_orthogonal_keeps_lengths(shape):
    rows = init.orthogonal_init(shape, gain=2).reshape(shape[0], -1)
    short = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    np.testing.assert_allclose(short, 4 * np.eye(len(short)), atol=1e-12)


ALL = [init.zero_init, init.small_init, init.xavier_init, init.he_init, init.orthogonal_init]


@pytest.mark.parametrize("initialise", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(7, 5), (4, 3, 5, 5)])
def test_shape_and_type(initialise, dtype, shape):
    w = initialise(shape, dtype=dtype)
    assert (w.shape, w.dtype) == (shape, dtype)


def test_fan_in():
    assert init.fan_in((7, 5)) == 7 and init.fan_in((4, 3, 5, 6)) == 90
    with pytest.raises(ValueError, match=r"shape must be \(D, M\) or \(F, C, HH, WW\), got \(3,\)"):
        init.he_init((3,))


@pytest.mark.parametrize("initialise", ALL)
@pytest.mark.parametrize("shape, message", [
    (5, r"shape must be a tuple of sizes such as \(D, M\), got int 5"), ((), "shape must be a tuple of sizes"),
    ((0, 5), "each of shape must be an integer, 1 or more, got int 0"), ((4, -1), "each of shape must be"),
    ((4, 2.5), "each of shape must be an integer, 1 or more, got float 2.5"),
])
def test_what_is_no_shape_is_named(initialise, shape, message):
    with pytest.raises(ValueError, match=message):
        initialise(shape)
