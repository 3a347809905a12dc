"""First values of weights. The scale decides whether signals survive many layers (lecture 6).

Every function takes the shape of a weight array, (D, M) of an affine layer or (F, C, HH, WW) of a convolution, and
draws from NumPy's global generator, so that `np.random.seed` repeats a training. `fan_in` is the number of inputs of a
unit: D, or C * HH * WW. For a shape that is no tuple of integers above 0 they raise a ValueError.
"""
import math

import numpy as np

from cs231n.validation import check_integer, describe


def zero_init(shape, dtype=np.float64):
    """Zeros: right for biases, wrong for weights, as all units of a layer then stay the same for ever."""
    _check_shape(shape)
    return np.zeros(shape, dtype)


def small_init(shape, scale=0.01, dtype=np.float64):
    """Normal numbers of one small scale. In deep networks signals fade layer by layer."""
    _check_shape(shape)
    return (scale * np.random.randn(*shape)).astype(dtype)


def xavier_init(shape, dtype=np.float64):
    """Normal numbers of variance ``1 / fan_in``: keeps the variance of a signal through linear and tanh layers.

    Glorot and Bengio (2010), in the form of the lecture.
    """
    return small_init(shape, math.sqrt(1 / fan_in(shape)), dtype)


def he_init(shape, dtype=np.float64):
    """Normal numbers of variance ``2 / fan_in``: makes up for the half that a ReLU cuts off (He et al., 2015)."""
    return small_init(shape, math.sqrt(2 / fan_in(shape)), dtype)


def orthogonal_init(shape, gain=1.0, dtype=np.float64):
    """An orthogonal matrix times `gain`: lengths stay exactly as they are (Saxe et al., 2014).

    Of a shape that is not square, the shorter side is orthonormal. Filters are rows of ``C * HH * WW`` numbers.
    """
    _check_shape(shape)
    rows, columns = shape[0], math.prod(shape[1:])
    tall = np.random.randn(max(rows, columns), min(rows, columns))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # without this, QR's choice of signs would favour some matrices
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)


def fan_in(shape):
    """Return the number of inputs of one unit of weights of this shape.

    Raises
    ------
    ValueError
        If the shape is neither (D, M) nor (F, C, HH, WW).
    """
    _check_shape(shape)
    if len(shape) not in (2, 4):
        raise ValueError(f"shape must be (D, M) or (F, C, HH, WW), got {tuple(shape)}")
    return shape[0] if len(shape) == 2 else math.prod(shape[1:])


def _check_shape(shape):
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(f"shape must be a tuple of sizes such as (D, M), got {describe(shape)}")
    for size in shape:
        check_integer(size, "each of shape", 1)
