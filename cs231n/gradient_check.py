"""Numerical gradients by centred differences, to check analytic ones (lectures 3 and 4).

Each function here bumps one entry of `x` at a time, in place, and puts it back exactly, also when `f` raises. So `f`
may read `x` through its argument or from its own surroundings. `x` must be float64: in float32 a step of 1e-5 drowns
in rounding.
"""

from numbers import Real

import numpy as np

from cs231n.validation import check_integer, describe


def rel_error(x, y):
    """Largest relative error between two arrays, ``max |x - y| / max(1e-8, |x| + |y|)``.

    Parameters
    ----------
    x, y : array_like
        Numbers of the same shape.

    Returns
    -------
    float
        Between 0 (equal) and 1; NaN if either array holds one.

    Raises
    ------
    ValueError
        If the shapes differ (broadcasting would hide a wrong shape) or are empty.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape or x.size == 0:
        raise ValueError(f"x and y must have the same non-empty shape, got {x.shape} and {y.shape}")
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Gradient of a scalar function.

    Parameters
    ----------
    f : callable
        Takes `x`, returns a number.
    x : ndarray of float64, any shape
        Where to differentiate; changed in place meanwhile.
    verbose : bool
        Print each entry.
    h : float
        Step; the error of the result falls with h^2 until rounding takes over.

    Returns
    -------
    grad : ndarray, shape of x
        ``(f(x + h) - f(x - h)) / 2h`` for each entry.

    Raises
    ------
    ValueError
        If `x` is not a float64 array, `h` is not positive, or `f` does not return one number.
    """
    _check(x, h)
    grad = np.zeros_like(x)
    for ix in np.ndindex(x.shape):
        grad[ix] = _slope(f, x, ix, h)
        if verbose:
            print(ix, grad[ix])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Gradient of an array-valued function, with the gradient `df` that comes from upstream.

    Parameters
    ----------
    f : callable
        Takes `x`, returns an array.
    x : ndarray of float64, any shape
        Where to differentiate; changed in place meanwhile.
    df : ndarray, shape of f(x)
        Upstream gradient.
    h : float
        Step.

    Returns
    -------
    grad : ndarray, shape of x
        ``sum(df * (f(x + h) - f(x - h))) / 2h`` for each entry of x.

    Raises
    ------
    ValueError
        If `x` is not a float64 array, `h` is not positive, or `df` does not have the shape of ``f(x)``.
    """
    _check(x, h)
    grad = np.zeros_like(x)
    for ix in np.ndindex(x.shape):
        plus, minus = _both_sides(f, x, ix, h)
        if np.shape(df) != plus.shape:
            raise ValueError(f"df must have the shape of f(x), {plus.shape}, got {np.shape(df)}")
        grad[ix] = np.sum((plus - minus) * df) / (2 * h)
    return grad


def eval_numerical_gradient_blobs(f, inputs, output, h=1e-5):
    """Gradients of a function that writes into blobs: objects with the arrays `vals` and `diffs`.

    Parameters
    ----------
    f : callable
        Called as ``f(*inputs, output)``; reads ``vals`` of the inputs, writes ``output.vals``.
    inputs : sequence of blobs
        What to differentiate on.
    output : blob
        Its `diffs` are the upstream gradient.
    h : float
        Step.

    Returns
    -------
    list of ndarray
        One gradient for each input, of the shape of its `vals`.

    Raises
    ------
    ValueError
        As `eval_numerical_gradient_array` does.
    """
    def run(_):
        f(*inputs, output)
        return output.vals

    return [eval_numerical_gradient_array(run, blob.vals, output.diffs, h) for blob in inputs]


def eval_numerical_gradient_net(net, inputs, output, h=1e-5):
    """The same for a net whose ``forward()`` reads the input blobs and writes the output blob."""
    return eval_numerical_gradient_blobs(lambda *blobs: net.forward(), inputs, output, h=h)


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Compare an analytic gradient with the numerical one in a few random places, and print both.

    Parameters
    ----------
    f : callable
        Takes `x`, returns a number.
    x : ndarray of float64, any shape
        Where to differentiate; changed in place meanwhile.
    analytic_grad : ndarray, shape of x
        The gradient to check.
    num_checks : int
        How many places to look at, drawn with NumPy's global generator.
    h : float
        Step.

    Raises
    ------
    ValueError
        If `x` is not a float64 array, `analytic_grad` has another shape, or a number is out of range.
    """
    _check(x, h)
    check_integer(num_checks, "num_checks", 1)
    if np.shape(analytic_grad) != x.shape:
        raise ValueError(f"analytic_grad must have the shape of x, {x.shape}, got {np.shape(analytic_grad)}")
    for _ in range(num_checks):
        ix = tuple(np.random.randint(size) for size in x.shape)
        numerical, analytic = _slope(f, x, ix, h), analytic_grad[ix]
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {rel_error(numerical, analytic):e}")


def _both_sides(f, x, ix, h):
    """f(x) with x[ix] raised and lowered by h, as arrays of their own; x[ix] is put back whatever happens."""
    old = x[ix]
    try:
        x[ix] = old + h
        plus = np.array(f(x))  # a copy: f may write into the same buffer again
        x[ix] = old - h
        minus = np.array(f(x))
    finally:
        x[ix] = old
    return plus, minus


def _slope(f, x, ix, h):
    """Derivative of the scalar function f on x[ix]."""
    plus, minus = _both_sides(f, x, ix, h)
    if plus.size != 1:
        raise ValueError(f"f must return one number, got an array of shape {plus.shape}; "
                         "eval_numerical_gradient_array is for functions that return arrays")
    return (plus.item() - minus.item()) / (2 * h)


def _check(x, h):
    """Refuse what cannot be differentiated in place."""
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise ValueError(f"x must be a float64 array, got {describe(x)}; use x.astype(np.float64)")
    if not isinstance(h, Real) or not h > 0:
        raise ValueError(f"h must be positive, got {describe(h)}")
