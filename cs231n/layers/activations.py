"""Activation functions: what stands between two linear layers, so that they are more than one linear layer.

All but maxout act on each number by itself; their gradient is `dout` times the slope at that number.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import check_dout, dout_guard
from cs231n.validation import check_any, check_array, check_batch, check_number


@exercise("assignment2/FullyConnectedNets", validate=check_any)
def relu_forward(x):
    """Rectified linear unit, ``max(0, x)``.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, shape of x
    cache : ndarray
        For `relu_backward`.
    """
    out = np.maximum(0, x)
    cache = x
    return out, cache


@exercise("assignment2/FullyConnectedNets", validate=dout_guard())
def relu_backward(dout, cache):
    """Gradient of `relu_forward`: `dout` where x was above 0, otherwise 0.

    Parameters
    ----------
    dout : ndarray
        Gradient on the output.
    cache : ndarray
        What `relu_forward` returned.

    Returns
    -------
    dx : ndarray, shape of x
    """
    x = cache
    dx = dout * (x > 0)
    return dx


def leaky_relu_forward(x, slope=0.01):
    """ReLU that leaks: ``x`` above 0 and ``slope * x`` below, so that no unit dies.

    Parameters
    ----------
    x : ndarray of any shape
    slope : float
        0 or more. Lecture 6 gives 0.01; its overview slide has 0.1.

    Returns
    -------
    out : ndarray, shape of x
    cache : tuple
        For `leaky_relu_backward`.
    """
    check_any(x)
    check_number(slope, "slope")
    # As a sum, without a choice: np.where takes ten times as long where signs are mixed.
    return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, slope)


def leaky_relu_backward(dout, cache):
    """Gradient of `leaky_relu_forward` on x; `dout` and the result have the shape of x."""
    x, slope = cache
    check_dout(dout, x.shape)
    above = (x > 0).astype(dout.dtype)
    return dout * (above + slope * (1 - above))


def prelu_forward(x, slope):
    """Leaky ReLU whose slope is learned (He et al., 2015).

    Parameters
    ----------
    x : ndarray of any shape
    slope : ndarray that broadcasts to x, or float
        One slope for all, or one a feature: shape (), (D,) or (C, 1, 1).

    Returns
    -------
    out : ndarray, shape of x
    cache : tuple
        For `prelu_backward`.
    """
    check_any(x)
    slope = np.asarray(slope)
    check_any(slope, "slope")
    slope = slope.astype(x.dtype if x.dtype.kind == "f" else np.float64)
    if slope.ndim > x.ndim or any(a not in (1, b) for a, b in zip(slope.shape[::-1], x.shape[::-1], strict=False)):
        raise ValueError(f"slope must broadcast to x of shape {x.shape}, got shape {slope.shape}")
    return np.where(x > 0, x, slope * x), (x, slope)


def prelu_backward(dout, cache):
    """Gradients of `prelu_forward`.

    Returns
    -------
    dx : ndarray, shape of x
    dslope : ndarray, shape of slope
        The sum of ``x * dout`` over all numbers below 0 that share the slope.
    """
    x, slope = cache
    check_dout(dout, x.shape)
    dx = np.where(x > 0, dout, slope * dout)
    return dx, _sum_to(np.where(x > 0, 0, x * dout), slope.shape)


def elu_forward(x, alpha=1.0):
    """Exponential linear unit: ``x`` above 0 and ``alpha (exp(x) - 1)`` below (Clevert et al., 2015).

    Parameters
    ----------
    x : ndarray of any shape
    alpha : float
        0 or more: what it tends to far below 0, with the opposite sign. Fixed, not learned.

    Returns
    -------
    out : ndarray, shape of x
    cache : tuple
        For `elu_backward`.
    """
    check_any(x)
    check_number(alpha, "alpha")
    # expm1 is exact near 0; the minimum keeps exp of large numbers, which `where` would drop, from overflowing.
    out = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return out, (x, out, alpha)


def elu_backward(dout, cache):
    """Gradient of `elu_forward` on x; `dout` and the result have the shape of x.

    The slope below 0 is ``alpha exp(x) = out + alpha``.
    """
    x, out, alpha = cache
    check_dout(dout, x.shape)
    return dout * np.where(x > 0, 1, out + alpha)


def sigmoid(x):
    """Logistic function ``1 / (1 + exp(-x))``.

    Far below 0 the exponential is infinite, and the result 0, as it should be: that overflow needs no warning.
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-1.0 * x))  # with 1.0, as unsigned integers have no negatives


def sigmoid_forward(x):
    """`sigmoid` as a layer.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, shape of x
    cache : ndarray
        For `sigmoid_backward`.
    """
    check_any(x)
    out = sigmoid(x)
    return out, out


def sigmoid_backward(dout, cache):
    """Gradient of `sigmoid_forward` on x; `dout` and the result have the shape of x.

    The slope is ``out (1 - out)``, at most 1/4.
    """
    out = cache
    check_dout(dout, out.shape)
    return dout * out * (1 - out)


def tanh_forward(x):
    """Hyperbolic tangent, ``2 sigmoid(2 x) - 1``: a sigmoid that is centred at 0.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, shape of x
    cache : ndarray
        For `tanh_backward`.
    """
    check_any(x)
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    """Gradient of `tanh_forward` on x; `dout` and the result have the shape of x. The slope is ``1 - out^2``."""
    out = cache
    check_dout(dout, out.shape)
    return dout * (1 - out**2)


def maxout_forward(x, w, b):
    """The largest of K affine functions (Goodfellow et al., 2013): ``out = max over k of (x w_k + b_k)``.

    With K = 2 and a first piece of 0 it is an affine layer with a ReLU, at twice the parameters.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        Examples, with D features each.
    w : ndarray (K, D, M)
        Weights of each piece.
    b : ndarray (K, M)
        Biases of each piece.

    Returns
    -------
    out : ndarray (N, M)
    cache : tuple
        For `maxout_backward`.
    """
    check_batch(x)
    N = x.shape[0]
    rows = x.reshape(N, -1)
    check_array(w, "w", ("K", rows.shape[1], "M"))
    check_array(b, "b", (w.shape[0], w.shape[2]))
    pieces = np.matmul(rows, w) + b[:, np.newaxis]  # (K, N, M)
    winner = np.argmax(pieces, axis=0)
    return np.max(pieces, axis=0), (x, w, winner)


def maxout_backward(dout, cache):
    """Gradients of `maxout_forward`; each output sends its gradient to the piece that won.

    Returns
    -------
    dx : ndarray, shape of x
    dw : ndarray (K, D, M)
    db : ndarray (K, M)
    """
    x, w, winner = cache
    check_dout(dout, winner.shape)
    K = w.shape[0]
    dpieces = np.where(winner == np.arange(K)[:, np.newaxis, np.newaxis], dout, 0)  # (K, N, M)
    dx = np.sum(np.matmul(dpieces, w.transpose(0, 2, 1)), axis=0).reshape(x.shape)
    dw = np.matmul(x.reshape(x.shape[0], -1).T, dpieces)
    return dx, dw, np.sum(dpieces, axis=1)


def _sum_to(values, shape):
    """Undo broadcasting: sum over the axes along which an array of `shape` was repeated."""
    values = values.sum(axis=tuple(range(values.ndim - len(shape))))
    repeated = tuple(i for i, length in enumerate(shape) if length == 1)
    return values.sum(axis=repeated, keepdims=True)
