"""The GRU (gated recurrent unit): one step, and a whole sequence, with the large product of `rnn.py`."""
import numpy as np

from cs231n.layers.activations import sigmoid
from cs231n.layers.recurrent import check_recurrent, check_recurrent_step
from cs231n.validation import check_array


def check_gru_step(x, prev_h, Wx, Wh, b):
    """Guard gru_step_forward."""
    check_recurrent_step(3, x, {"prev_h": prev_h}, Wx, Wh, b)


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


def check_gru(x, h0, Wx, Wh, b):
    """Guard gru_forward."""
    check_recurrent(3, x, h0, Wx, Wh, b)


def gru_forward(x, h0, Wx, Wh, b):
    """A GRU over whole sequences; arguments and result as in `rnn_forward`, with weights as in `gru_step_forward`."""
    check_gru(x, h0, Wx, Wh, b)
    H = h0.shape[1]
    h = np.empty((*x.shape[:2], H), dtype=x.dtype)
    gates = np.tensordot(x, Wx, 1) + b  # (N, T, 3H): one product for all time steps
    prev_h = h0
    for t in range(x.shape[1]):
        rz, n = gates[:, t, :2 * H], gates[:, t, 2 * H:]
        rz[...] = sigmoid(rz + prev_h.dot(Wh[:, :2 * H]))
        r, z = np.split(rz, 2, axis=1)
        n[...] = np.tanh(n + (r * prev_h).dot(Wh[:, 2 * H:]))
        prev_h = h[:, t] = (1 - z) * n + z * prev_h
    cache = (x, h0, Wx, Wh, h, gates)
    return h, cache


def gru_backward(dh, cache):
    """Gradients of `gru_forward`, given dh (N, T, H): dx, dh0, dWx, dWh, db, of its arguments' shapes."""
    x, h0, Wx, Wh, h, gates = cache
    check_array(dh, "dh", h.shape)
    N, T, H = h.shape
    before = np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1)  # the state that each step started from
    da = np.empty_like(gates)
    dprev_h = np.zeros_like(h0)
    for t in reversed(range(T)):
        r, z, n = np.split(gates[:, t], 3, axis=1)
        dr, dz, dn = np.split(da[:, t], 3, axis=1)  # on what goes into the sigmoids and the tanh
        dnext_h = dh[:, t] + dprev_h
        dn[...] = dnext_h * (1 - z) * (1 - n**2)
        dreset = dn.dot(Wh[:, 2 * H:].T)  # on r * prev_h
        dr[...] = dreset * before[:, t] * r * (1 - r)
        dz[...] = dnext_h * (before[:, t] - n) * z * (1 - z)
        dprev_h = dnext_h * z + dreset * r + da[:, t, :2 * H].dot(Wh[:, :2 * H].T)
    dx, dWx = np.tensordot(da, Wx.T, 1), np.tensordot(x, da, ([0, 1], [0, 1]))
    dWh = np.concatenate([np.tensordot(before, da[..., :2 * H], ([0, 1], [0, 1])),
                          np.tensordot(gates[..., :H] * before, da[..., 2 * H:], ([0, 1], [0, 1]))], axis=1)
    return dx, dprev_h, dWx, dWh, np.sum(da, axis=(0, 1))
