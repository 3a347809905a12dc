"""Words as vectors: look up a row of a matrix for each word."""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import dout_guard
from cs231n.validation import check_array, check_whole


def check_word_embedding(x, W):
    """Guard word_embedding_forward."""
    check_array(W, "W", ("V", "D"))
    check_array(x, "x", ("N", "T"))
    check_whole(x, "x", len(W), "V")


@exercise("assignment3/RNN_Captioning", validate=check_word_embedding)
def word_embedding_forward(x, W):
    """Replace each word by its vector, ``out[n, t] = W[x[n, t]]``.

    Parameters
    ----------
    x : ndarray (N, T) of int
        Words, 0 to V - 1.
    W : ndarray (V, D)
        A vector for each word.

    Returns
    -------
    out : ndarray (N, T, D)
    cache : tuple
        For `word_embedding_backward`.

    Raises
    ------
    ValueError
        If x holds anything but whole numbers from 0 to V - 1.
    """
    out = W[x]
    cache = (x, W.shape)
    return out, cache


@exercise("assignment3/RNN_Captioning", validate=dout_guard("N", "T", "D"))
def word_embedding_backward(dout, cache):
    """Gradient of `word_embedding_forward` on W; words have none.

    Parameters
    ----------
    dout : ndarray (N, T, D)
        Gradient on the output.
    cache : tuple
        What `word_embedding_forward` returned.

    Returns
    -------
    dW : ndarray (V, D)
        The sum over all places at which a word stands.
    """
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)  # dW[x] += dout would count a word that occurs twice only once
    return dW
