"""The affine (fully connected) layer: every output sees every input."""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import check_affine, dout_guard


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
