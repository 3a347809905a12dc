"""Recurrent layers: the vanilla RNN, the LSTM and the GRU, one step at a time and over whole sequences.

N sequences, T time steps, D inputs and H hidden units. Over a sequence the product of the inputs with Wx does not
depend on the hidden state, so it is one large product for all steps; only the product with Wh must wait its turn.
(`np.tensordot` makes it one matrix product; `dot` of a 3-D array goes row by row, some fifty times slower.)
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.activations import sigmoid
from cs231n.layers.guards import (
    check_array,
    check_gru,
    check_gru_step,
    check_hidden_gradient,
    check_lstm,
    check_lstm_step,
    check_lstm_step_gradient,
    check_rnn,
    check_rnn_step,
    check_rnn_step_gradient,
)


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


def gru_step_forward(x, prev_h, Wx, Wh, b):
    """One step of a GRU (Cho et al., 2014).

    Three parts of H columns each: reset gate r, update gate z, candidate. ``r`` and ``z`` are sigmoids of
    ``x Wx + prev_h Wh + b``, the candidate is ``n = tanh(x Wx_n + (r * prev_h) Wh_n + b_n)``, and
    ``next_h = (1 - z) * n + z * prev_h``.

    Parameters
    ----------
    x : ndarray (N, D)
    prev_h : ndarray (N, H)
    Wx, Wh, b : ndarray (D, 3H), (H, 3H), (3H,)

    Returns
    -------
    next_h : ndarray (N, H)
    cache : tuple
        For `gru_step_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    check_gru_step(x, prev_h, Wx, Wh, b)
    H = prev_h.shape[1]
    from_input = x.dot(Wx) + b
    r, z = np.split(sigmoid(from_input[:, :2 * H] + prev_h.dot(Wh[:, :2 * H])), 2, axis=1)
    n = np.tanh(from_input[:, 2 * H:] + (r * prev_h).dot(Wh[:, 2 * H:]))
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n)


def gru_step_backward(dnext_h, cache):
    """Gradients of `gru_step_forward`, given dnext_h (N, H): dx, dprev_h, dWx, dWh, db, of its arguments' shapes."""
    x, prev_h, Wx, Wh, r, z, n = cache
    check_array(dnext_h, "dnext_h", prev_h.shape)
    H = prev_h.shape[1]
    dn = dnext_h * (1 - z) * (1 - n**2)  # on what goes into the tanh
    dreset = dn.dot(Wh[:, 2 * H:].T)  # on r * prev_h
    dgates = np.concatenate([dreset * prev_h * r * (1 - r), dnext_h * (prev_h - n) * z * (1 - z)], axis=1)
    dprev_h = dnext_h * z + dreset * r + dgates.dot(Wh[:, :2 * H].T)
    da = np.concatenate([dgates, dn], axis=1)
    dWh = np.concatenate([prev_h.T.dot(dgates), (r * prev_h).T.dot(dn)], axis=1)
    return da.dot(Wx.T), dprev_h, x.T.dot(da), dWh, np.sum(da, axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    """A GRU over whole sequences; arguments and result as in `rnn_forward`, with weights as in `gru_step_forward`."""
    check_gru(x, h0, Wx, Wh, b)
    h, caches = np.empty((*x.shape[:2], h0.shape[1]), dtype=x.dtype), []
    prev_h = h0
    for t in range(x.shape[1]):
        prev_h, cache = gru_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
        caches.append(cache)
    return h, caches


def gru_backward(dh, cache):
    """Gradients of `gru_forward`, given dh (N, T, H): dx, dh0, dWx, dWh, db, of its arguments' shapes."""
    h0 = cache[0][1]
    check_array(dh, "dh", (len(h0), len(cache), h0.shape[1]))
    dx, dprev_h, totals = [], 0, [0, 0, 0]
    for t in reversed(range(len(cache))):
        dx_t, dprev_h, *dweights = gru_step_backward(dh[:, t] + dprev_h, cache[t])
        dx.append(dx_t)
        totals = [total + dweight for total, dweight in zip(totals, dweights, strict=True)]
    return np.stack(dx[::-1], axis=1), dprev_h, *totals
