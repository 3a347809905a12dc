"""The affine (fully connected) layer: every output sees every input."""
import math

import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import dout_guard
from cs231n.validation import check_array, check_batch, describe


def check_affine(x, w, b):
    """Guard affine_forward."""
    check_batch(x)
    D = math.prod(x.shape[1:])
    if not isinstance(w, np.ndarray) or w.ndim != 2 or w.shape[0] != D:
        raise ValueError(f"w must have shape ({D}, M) to match x of shape {x.shape}, got {describe(w)}")
    check_array(w, "w", (D, "M"))
    check_array(b, "b", (w.shape[1],))


@exercise("assignment2/FullyConnectedNets", validate=check_affine, faster="cs231n.fast.affine.shared_forward")
def affine_forward(x, w, b):
    """Compute ``out = x w + b``, each example of x flattened to a row.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
        Examples, with ``D = d_1 * ... * d_k`` features each.
    w : ndarray (D, M)
        Weights.
    b : ndarray (M,)
        Biases.

    Returns
    -------
    out : ndarray (N, M)
    cache : tuple
        For `affine_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the batch is empty.
    """
    out = x.reshape(x.shape[0], -1).dot(w) + b
    cache = (x, w)
    return out, cache


@exercise("assignment2/FullyConnectedNets", validate=dout_guard("N", "M"), faster="cs231n.fast.affine.shared_backward")
def affine_backward(dout, cache):
    """Gradients of `affine_forward`.

    With x as an (N, D) matrix, ``dx = dout w^T``, ``dw = x^T dout`` and ``db = sum of the rows of dout``.

    Parameters
    ----------
    dout : ndarray (N, M)
        Gradient on the output.
    cache : tuple
        What `affine_forward` returned.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (D, M)
    db : ndarray (M,)
    """
    x, w = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
