"""Dropout and DropConnect: noise in training that keeps units from relying on each other.

Both are inverted: what is kept is divided by the probability of keeping, so that testing needs no change.
`p` is the probability of KEEPING, as in the course from 2018 on; in 2016 and 2017 it was that of dropping.
"""
from numbers import Real

import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.affine import check_affine
from cs231n.layers.guards import check_dout, check_mode, check_seed, dout_guard
from cs231n.validation import check_any, describe


def check_keep(param, name):
    check_mode(param, name)
    p = param.get("p")
    if not isinstance(p, Real) or not 0 < p <= 1:
        raise ValueError(f"{name}['p'], the probability of keeping, must be above 0 and at most 1, got {describe(p)}")
    check_seed(param, name)


def check_dropout(x, dropout_param):
    """Guard dropout_forward."""
    check_any(x)
    check_keep(dropout_param, "dropout_param")


@exercise("assignment2/Dropout", validate=check_dropout)
def dropout_forward(x, dropout_param):
    """Inverted dropout (Srivastava et al., 2014): in training ``x * mask / p``, in testing x itself.

    Parameters
    ----------
    x : ndarray of any shape
    dropout_param : dict
        mode : 'train' or 'test'.
        p : float, probability of keeping a number, above 0 and at most 1.
        seed : int, optional; the same mask each time, for gradient checks. It seeds NumPy's global generator, from
        which the mask is drawn.

    Returns
    -------
    out : ndarray, shape of x
    cache : tuple
        For `dropout_backward`.

    Raises
    ------
    ValueError
        If the mode is unknown, or p or the seed out of range.
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    out = x
    if mode == "train":
        # Dividing here leaves the expected value as it was, so that there is nothing to scale in testing.
        mask = (np.random.rand(*x.shape) < p).astype(x.dtype) / p
        out = x * mask
    cache = (dropout_param, mask)
    return out, cache


@exercise("assignment2/Dropout", validate=dout_guard())
def dropout_backward(dout, cache):
    """Gradient of `dropout_forward`: the same mask.

    Parameters
    ----------
    dout : ndarray
        Gradient on the output.
    cache : tuple
        What `dropout_forward` returned.

    Returns
    -------
    dx : ndarray, shape of x
    """
    dropout_param, mask = cache
    dx = dout
    if dropout_param["mode"] == "train":
        dx = dout * mask
    return dx


def check_dropconnect(x, w, b, dropconnect_param):
    """Guard dropconnect_forward."""
    check_affine(x, w, b)
    check_keep(dropconnect_param, "dropconnect_param")


def dropconnect_forward(x, w, b, dropconnect_param):
    """Affine layer with dropout on its weights instead of its inputs (Wan et al., 2013).

    Training computes ``x (w * mask / p) + b`` with one mask for the batch, testing ``x w + b``.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        Examples, with D features each.
    w : ndarray (D, M)
        Weights.
    b : ndarray (M,)
        Biases.
    dropconnect_param : dict
        mode, p, seed as in `dropout_forward`.

    Returns
    -------
    out : ndarray (N, M)
    cache : tuple
        For `dropconnect_backward`.
    """
    check_dropconnect(x, w, b, dropconnect_param)
    thinned, drop_cache = dropout_forward(w, dropconnect_param)
    return x.reshape(x.shape[0], -1).dot(thinned) + b, (x, thinned, drop_cache)


def dropconnect_backward(dout, cache):
    """Gradients of `dropconnect_forward`; a weight that was dropped gets none.

    Returns
    -------
    dx : ndarray, shape of x
    dw : ndarray (D, M)
    db : ndarray (M,)
    """
    x, thinned, drop_cache = cache
    check_dout(dout, (len(x), thinned.shape[1]))
    dx = dout.dot(thinned.T).reshape(x.shape)
    dw = dropout_backward(x.reshape(x.shape[0], -1).T.dot(dout), drop_cache)
    return dx, dw, np.sum(dout, axis=0)
