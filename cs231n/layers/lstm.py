"""The LSTM (long short-term memory): one step, and a whole sequence, with the large product of `rnn.py`."""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.activations import sigmoid
from cs231n.layers.recurrent import check_hidden_gradient, check_recurrent, check_recurrent_step
from cs231n.validation import check_array


def check_lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    """Guard lstm_step_forward."""
    check_recurrent_step(4, x, {"prev_h": prev_h, "prev_c": prev_c}, Wx, Wh, b)


@exercise("assignment3/LSTM_Captioning", validate=check_lstm_step)
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of an LSTM (Hochreiter and Schmidhuber, 1997).

    ``a = x Wx + prev_h Wh + b`` is cut into four parts of H columns: input, forget and output gate, each through a
    sigmoid, and the candidate g through a tanh. Then ``next_c = f prev_c + i g`` and ``next_h = o tanh(next_c)``.

    Parameters
    ----------
    x : ndarray (N, D)
    prev_h, prev_c : ndarray (N, H)
        Hidden state and cell state before the step.
    Wx, Wh, b : ndarray (D, 4H), (H, 4H), (4H,)

    Returns
    -------
    next_h, next_c : ndarray (N, H)
    cache : tuple
        For `lstm_step_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o = (sigmoid(a[:, k * H:(k + 1) * H]) for k in range(3))
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)
    return next_h, next_c, cache


def check_lstm_step_gradient(dnext_h, dnext_c, cache):
    """Guard lstm_step_backward."""
    check_array(dnext_h, "dnext_h", ("N", "H"))
    check_array(dnext_c, "dnext_c", dnext_h.shape)


@exercise("assignment3/LSTM_Captioning", validate=check_lstm_step_gradient)
def lstm_step_backward(dnext_h, dnext_c, cache):
    """Gradients of `lstm_step_forward`.

    Parameters
    ----------
    dnext_h, dnext_c : ndarray (N, H)
        Gradients on the next hidden and cell state.
    cache : tuple
        What `lstm_step_forward` returned.

    Returns
    -------
    dx : ndarray (N, D)
    dprev_h, dprev_c : ndarray (N, H)
    dWx, dWh, db : ndarray (D, 4H), (H, 4H), (4H,)
    """
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)  # the cell state goes on, and out through the tanh
    da = np.concatenate([
        dc * g * i * (1 - i),
        dc * prev_c * f * (1 - f),
        dnext_h * tanh_c * o * (1 - o),
        dc * i * (1 - g**2),
    ], axis=1)
    dx, dprev_h, dprev_c = da.dot(Wx.T), da.dot(Wh.T), dc * f
    dWx, dWh, db = x.T.dot(da), prev_h.T.dot(da), np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def check_lstm(x, h0, Wx, Wh, b):
    """Guard lstm_forward."""
    check_recurrent(4, x, h0, Wx, Wh, b)


@exercise("assignment3/LSTM_Captioning", validate=check_lstm, faster="cs231n.fast.recurrent.lstm_forward")
def lstm_forward(x, h0, Wx, Wh, b):
    """An LSTM over whole sequences; the first cell state is 0.

    Parameters
    ----------
    x : ndarray (N, T, D)
    h0 : ndarray (N, H)
        Hidden state before the first step.
    Wx, Wh, b : ndarray (D, 4H), (H, 4H), (4H,)

    Returns
    -------
    h : ndarray (N, T, H)
        Hidden states after each step; cell states stay inside.
    cache : tuple
        For `lstm_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    N, T, D = x.shape
    H = h0.shape[1]
    h, tanh_c = np.empty((2, N, T, H), dtype=x.dtype)
    c = np.zeros((N, T + 1, H), dtype=x.dtype)  # c[:, t] is the state before step t
    gates = np.tensordot(x, Wx, 1) + b  # (N, T, 4H): one product for all time steps
    prev_h = h0
    for t in range(T):
        a = gates[:, t]
        a += prev_h.dot(Wh)
        a[:, :3 * H] = sigmoid(a[:, :3 * H])
        a[:, 3 * H:] = np.tanh(a[:, 3 * H:])
        i, f, o, g = np.split(a, 4, axis=1)
        c[:, t + 1] = f * c[:, t] + i * g
        tanh_c[:, t] = np.tanh(c[:, t + 1])
        prev_h = h[:, t] = o * tanh_c[:, t]
    cache = (x, h0, Wx, Wh, h, c, tanh_c, gates)
    return h, cache


@exercise("assignment3/LSTM_Captioning", validate=check_hidden_gradient, faster="cs231n.fast.recurrent.lstm_backward")
def lstm_backward(dh, cache):
    """Gradients of `lstm_forward`, by backpropagation through time.

    Parameters
    ----------
    dh : ndarray (N, T, H)
        Gradient on each hidden state from outside.
    cache : tuple
        What `lstm_forward` returned.

    Returns
    -------
    dx : ndarray (N, T, D)
    dh0 : ndarray (N, H)
    dWx, dWh, db : ndarray (D, 4H), (H, 4H), (4H,)
    """
    x, h0, Wx, Wh, h, c, tanh_c, gates = cache
    N, T, H = dh.shape
    da = np.empty_like(gates)
    dprev_h, dprev_c = np.zeros((2, N, H), dtype=dh.dtype)
    for t in reversed(range(T)):
        i, f, o, g = np.split(gates[:, t], 4, axis=1)
        dnext_h = dh[:, t] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - tanh_c[:, t] ** 2)
        da[:, t] = np.concatenate([
            dc * g * i * (1 - i),
            dc * c[:, t] * f * (1 - f),
            dnext_h * tanh_c[:, t] * o * (1 - o),
            dc * i * (1 - g**2),
        ], axis=1)
        dprev_h, dprev_c = da[:, t].dot(Wh.T), dc * f
    before = np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1)  # the state that each step started from
    dx = np.tensordot(da, Wx.T, 1)
    dWx, dWh = np.tensordot(x, da, ([0, 1], [0, 1])), np.tensordot(before, da, ([0, 1], [0, 1]))
    return dx, dprev_h, dWx, dWh, np.sum(da, axis=(0, 1))
