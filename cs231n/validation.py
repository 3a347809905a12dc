"""Checks of what a caller passes in: one clear ``ValueError`` that names the argument, what it got and what it needs.

These are general. The guard of one function, which takes its arguments, stands beside it.
"""
from numbers import Integral, Real

import numpy as np


def describe(value):
    """What `value` is, in the words of an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    return f"{type(value).__name__} {value!r}"[:80]


def check_array(value, name, shape, floats=False):
    """Raise unless `value` is a non-empty array of real numbers of the given shape.

    Parameters
    ----------
    value : object
        What the caller passed.
    name : str
        The argument's name, for the message.
    shape : tuple of int or str
        Numbers are lengths that an axis must have; letters name axes of any length above 0.
    floats : bool
        Also refuse integers, where the result would be cut off to whole numbers.

    Raises
    ------
    ValueError
        If `value` is anything else.
    """
    wanted = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    if not isinstance(value, np.ndarray) or value.ndim != len(shape) or value.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers of shape {wanted}, got {describe(value)}")
    if any(isinstance(want, int) and got != want for got, want in zip(value.shape, shape, strict=True)):
        raise ValueError(f"{name} must have shape {wanted}, got {describe(value)}")
    if value.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(value)}")
    if floats and value.dtype.kind != "f":
        raise ValueError(f"{name} must hold floats, got {describe(value)}; convert it with {name}.astype(np.float64)")


def check_batch(x, name="x"):
    """Raise unless `x` is a non-empty array (N, d_1, ..., d_k) of real numbers with at least one feature axis."""
    if not isinstance(x, np.ndarray) or x.ndim < 2 or x.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers (N, d_1, ..., d_k), got {describe(x)}")
    if x.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(x)}")


def check_any(x, name="x"):
    """Guard layers that act on each number by itself."""
    if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers, got {describe(x)}")


def check_whole(value, name, count, letter):
    """Raise unless `value` holds whole numbers below `count`."""
    if value.dtype.kind not in "iu" or value.min() < 0 or value.max() >= count:
        raise ValueError(f"{name} must hold whole numbers from 0 to {letter} - 1 = {count - 1}, got {describe(value)} "
                         f"with values from {value.min()} to {value.max()}")


def check_rows(X, name="X", width=None, width_of=None, floating=False):
    """Raise unless `X` is a non-empty, finite, real matrix with one row per example.

    Parameters
    ----------
    X : object
        What the caller passed.
    name : str
        The argument's name, for the message.
    width, width_of : int and str, optional
        The number of columns `X` must have, and what prescribes it.
    floating : bool
        Also refuse integers: arithmetic on uint8 images wraps round at 256.

    Raises
    ------
    ValueError
        If `X` is anything else.
    """
    if not isinstance(X, np.ndarray) or X.ndim != 2:
        raise ValueError(f"{name} must be a 2-D array with one row per example, got {describe(X)}; "
                         "turn images into rows with X.reshape(len(X), -1)")
    if X.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers, got {describe(X)}")
    if floating and X.dtype.kind != "f":
        raise ValueError(f"{name} must hold floats, got {describe(X)}, in which squares and differences wrap round; "
                         f"convert it with {name}.astype(np.float64)")
    if X.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(X)}")
    if width is not None and X.shape[1] != width:
        raise ValueError(f"{name} must have {width} columns to match {width_of}, got {describe(X)}")
    check_finite(X, name)


def check_finite(X, name):
    """Raise if `X` holds NaN or infinity, naming the first place."""
    with np.errstate(all="ignore"):
        if np.isfinite(X.sum()):  # one quick pass without a temporary; only a doubtful sum needs the full look
            return
    bad = np.argwhere(~np.isfinite(X))
    if len(bad):
        place = tuple(map(int, bad[0]))
        raise ValueError(f"{name} must be finite, but {name}[{', '.join(map(str, place))}] is {X[place]}")


def check_labels(y, count, num_classes=None, name="y", rows_of="X"):
    """Raise unless `y` holds `count` integer labels in 0 .. num_classes - 1.

    Parameters
    ----------
    y : object
        What the caller passed.
    count : int
        The number of examples the labels belong to.
    num_classes : int, optional
        The number of classes C; without it any label from 0 upwards is right.
    name, rows_of : str
        Names of the labels and of their examples, for the message.

    Raises
    ------
    ValueError
        If `y` is anything else.
    """
    if not isinstance(y, np.ndarray) or y.ndim != 1:
        raise ValueError(f"{name} must be a 1-D array with one label per row of {rows_of}, got {describe(y)}")
    if len(y) != count:
        raise ValueError(f"{name} must have one label per row of {rows_of}: got {len(y)} labels for {count} rows")
    if y.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold integer labels, got {describe(y)}")
    wrong = y < 0 if num_classes is None else (y < 0) | (y >= num_classes)
    if wrong.any():
        allowed = "0 or more" if num_classes is None else f"0 to {num_classes - 1} (there are {num_classes} classes)"
        raise ValueError(f"{name} must hold labels from {allowed}, got {y[wrong][0]} at position {np.argmax(wrong)}")


def check_number(value, name):
    """Raise unless `value` is a finite real number, 0 or more."""
    if not isinstance(value, Real) or not np.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a finite number, 0 or more, got {describe(value)}")


def check_integer(value, name, low, high=None, high_is=""):
    """Raise unless `value` is an integer from `low` to `high`."""
    if not isinstance(value, Integral) or value < low or (high is not None and value > high):
        bound = f"{low} or more" if high is None else f"from {low} to {high}{high_is}"
        raise ValueError(f"{name} must be an integer, {bound}, got {describe(value)}")


def check_sizes(**sizes):
    """Raise unless each of these arguments, given by name, is an integer, 1 or more."""
    for name, size in sizes.items():
        check_integer(size, name, 1)


def check_picture_size(size):
    """Raise unless `size` is the height and the width of a picture, two integers, 1 or more."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise ValueError(f"size must be (height, width), got {describe(size)}")
    for side in size:
        check_integer(side, "each of size", 1)


def check_dtype(dtype):
    """Raise unless `dtype` is float32 or float64, as a type or by name."""
    if dtype not in (np.float32, np.float64, "float32", "float64"):
        raise ValueError(f"dtype must be np.float32 or np.float64, got {describe(dtype)}")


def check_trained(ready, model):
    """Raise unless the model has been trained."""
    if not ready:
        raise ValueError(f"{type(model).__name__} has not been trained: call train(X, y) first")


def check_schedule(learning_rate, reg, num_iters, batch_size):
    """Raise unless these are the numbers that every training loop takes."""
    check_number(learning_rate, "learning_rate")
    check_number(reg, "reg")
    check_integer(num_iters, "num_iters", 0)
    check_integer(batch_size, "batch_size", 1)
