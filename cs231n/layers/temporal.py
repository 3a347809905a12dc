"""Layers that do the same at each time step of a sequence (N, T, ...)."""
import numpy as np

from cs231n.layers.affine import affine_backward, affine_forward
from cs231n.layers.losses import softmax_loss
from cs231n.validation import check_array, check_whole, describe


def check_temporal_affine(x, w, b):
    """Guard temporal_affine_forward."""
    check_array(x, "x", ("N", "T", "D"))
    check_array(w, "w", (x.shape[2], "M"))
    check_array(b, "b", (w.shape[1],))


def temporal_affine_forward(x, w, b):
    """Apply one affine layer at each time step: ``out[n, t] = x[n, t] w + b``.

    Parameters
    ----------
    x : ndarray (N, T, D)
    w : ndarray (D, M)
    b : ndarray (M,)

    Returns
    -------
    out : ndarray (N, T, M)
    cache : tuple
        For `temporal_affine_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    check_temporal_affine(x, w, b)
    N, T, D = x.shape
    out, cache = affine_forward(x.reshape(N * T, D), w, b)
    return out.reshape(N, T, -1), cache


def temporal_affine_backward(dout, cache):
    """Gradients of `temporal_affine_forward`, given dout (N, T, M): dx (N, T, D), dw (D, M), db (M,)."""
    check_array(dout, "dout", ("N", "T", "M"))
    N, T, M = dout.shape
    dx, dw, db = affine_backward(dout.reshape(N * T, M), cache)
    return dx.reshape(N, T, -1), dw, db


def check_temporal_scores(x, y, mask):
    """Guard temporal_softmax_loss."""
    check_array(x, "x", ("N", "T", "V"))
    check_array(y, "y", x.shape[:2])
    check_whole(y, "y", x.shape[2], "V")
    if not isinstance(mask, np.ndarray) or mask.dtype != bool or mask.shape != y.shape:
        raise ValueError(f"mask must be an array of True and False of shape {y.shape}, got {describe(mask)}")


def temporal_softmax_loss(x, y, mask, verbose=False):
    """Softmax loss of the word scores at all time steps.

    Summed over time, averaged over the N sequences: ``-1/N sum_n sum_t mask[n, t] log p[n, t, y[n, t]]``. Places with
    a False mask, the padding of short captions, neither cost anything nor get a gradient.

    Parameters
    ----------
    x : ndarray (N, T, V)
        Scores of each word.
    y : ndarray (N, T) of int
        The right words, 0 to V - 1.
    mask : ndarray (N, T) of bool
        Which places count.
    verbose : bool
        Print the shape of the gradient.

    Returns
    -------
    loss : float
    dx : ndarray (N, T, V)

    Raises
    ------
    ValueError
        If the shapes do not fit, or y holds anything but whole numbers from 0 to V - 1.
    """
    check_temporal_scores(x, y, mask)
    N, T, V = x.shape
    counts = np.flatnonzero(mask)
    dx = np.zeros((N * T, V), dtype=x.dtype)
    loss = 0.0
    if len(counts):
        mean_loss, dcounts = softmax_loss(x.reshape(N * T, V)[counts], y.reshape(N * T)[counts])
        loss = mean_loss * len(counts) / N
        dx[counts] = dcounts * (len(counts) / N)
    dx = dx.reshape(N, T, V)
    if verbose:
        print("dx:", dx.shape)
    return loss, dx
