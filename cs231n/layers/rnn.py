"""The vanilla recurrent network: one step, and a whole sequence.

Over a sequence the product of the inputs with Wx does not depend on the hidden state, so it is one large product for
all steps; only the product with Wh must wait its turn. (`np.tensordot` makes it one matrix product; `dot` of a 3-D
array goes row by row, some fifty times slower.)
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.recurrent import check_hidden_gradient, check_recurrent, check_recurrent_step
from cs231n.validation import check_array


def check_rnn_step(x, prev_h, Wx, Wh, b):
    """Guard rnn_step_forward."""
    check_recurrent_step(1, x, {"prev_h": prev_h}, Wx, Wh, b)


@exercise("assignment3/RNN_Captioning", validate=check_rnn_step)
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """One step of a vanilla RNN, ``next_h = tanh(x Wx + prev_h Wh + b)``.

    Parameters
    ----------
    x : ndarray (N, D)
        Input of this step.
    prev_h : ndarray (N, H)
        Hidden state before it.
    Wx, Wh, b : ndarray (D, H), (H, H), (H,)

    Returns
    -------
    next_h : ndarray (N, H)
    cache : tuple
        For `rnn_step_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def check_rnn_step_gradient(dnext_h, cache):
    """Guard rnn_step_backward."""
    check_array(dnext_h, "dnext_h", ("N", "H"))


@exercise("assignment3/RNN_Captioning", validate=check_rnn_step_gradient)
def rnn_step_backward(dnext_h, cache):
    """Gradients of `rnn_step_forward`.

    Parameters
    ----------
    dnext_h : ndarray (N, H)
        Gradient on the next hidden state.
    cache : tuple
        What `rnn_step_forward` returned.

    Returns
    -------
    dx : ndarray (N, D)
    dprev_h : ndarray (N, H)
    dWx, dWh, db : ndarray (D, H), (H, H), (H,)
    """
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)  # the slope of tanh
    dx, dprev_h = da.dot(Wx.T), da.dot(Wh.T)
    dWx, dWh, db = x.T.dot(da), prev_h.T.dot(da), np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def check_rnn(x, h0, Wx, Wh, b):
    """Guard rnn_forward."""
    check_recurrent(1, x, h0, Wx, Wh, b)


@exercise("assignment3/RNN_Captioning", validate=check_rnn, faster="cs231n.fast.recurrent.rnn_forward")
def rnn_forward(x, h0, Wx, Wh, b):
    """A vanilla RNN over whole sequences.

    Parameters
    ----------
    x : ndarray (N, T, D)
        Inputs.
    h0 : ndarray (N, H)
        Hidden state before the first step.
    Wx, Wh, b : ndarray (D, H), (H, H), (H,)

    Returns
    -------
    h : ndarray (N, T, H)
        Hidden states after each step.
    cache : tuple
        For `rnn_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    N, T, D = x.shape
    h = np.empty((N, T, h0.shape[1]), dtype=x.dtype)
    from_inputs = np.tensordot(x, Wx, 1) + b  # (N, T, H): one product for all time steps
    prev_h = h0
    for t in range(T):
        prev_h = h[:, t] = np.tanh(from_inputs[:, t] + prev_h.dot(Wh))
    cache = (x, h0, Wx, Wh, h)
    return h, cache


@exercise("assignment3/RNN_Captioning", validate=check_hidden_gradient, faster="cs231n.fast.recurrent.rnn_backward")
def rnn_backward(dh, cache):
    """Gradients of `rnn_forward`, by backpropagation through time.

    Parameters
    ----------
    dh : ndarray (N, T, H)
        Gradient on each hidden state from outside, such as the scores made of it. What comes back from later steps is
        added here.
    cache : tuple
        What `rnn_forward` returned.

    Returns
    -------
    dx : ndarray (N, T, D)
    dh0 : ndarray (N, H)
    dWx, dWh, db : ndarray (D, H), (H, H), (H,)
    """
    x, h0, Wx, Wh, h = cache
    T = h.shape[1]
    da = np.empty_like(h)
    dprev_h = np.zeros_like(h0)
    for t in reversed(range(T)):
        da[:, t] = (dh[:, t] + dprev_h) * (1 - h[:, t] ** 2)
        dprev_h = da[:, t].dot(Wh.T)
    before = np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1)  # the state that each step started from
    dx = np.tensordot(da, Wx.T, 1)
    dWx, dWh = np.tensordot(x, da, ([0, 1], [0, 1])), np.tensordot(before, da, ([0, 1], [0, 1]))
    return dx, dprev_h, dWx, dWh, np.sum(da, axis=(0, 1))
