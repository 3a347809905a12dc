"""The vanilla RNN and the LSTM over whole sequences, on the kernels of the convolutions.

With the sequences of a batch innermost, x as (T, D, N), a recurrent layer is a 1x1 convolution: each time step is an
image with N pixels and D channels, and each of the K columns of Wx is a filter. So the kernels can do all its products.
That pays where they know wider vectors than the BLAS library below NumPy: OpenBLAS takes a processor that is newer than
itself for an older one. In this order each gate is also one piece of memory, (H, N). All gates of a step are computed
in one pass (cs231n/fast/kernels/gates_template.h), and the kernels' threads stay awake from the first step to the last.

The caches are those of the plain forms, as views: either form takes what the other has left.
"""
import functools

import numpy as np
from threadpoolctl import threadpool_info

from cs231n.fast import level

LINE = 16  # numbers of float32 in a vector, and in a line of the cache


def _forward(fast):
    """Make of the function `fast` a decorator of a recurrent layer's forward function, for large real arrays."""

    @functools.wraps(fast)
    def decorate(reference):
        @functools.wraps(reference)
        def forward(x, h0, Wx, Wh, b):
            return (fast if _fit(x, h0, Wx, Wh, b=b) else reference)(x, h0, Wx, Wh, b)

        return forward

    return decorate


def _backward(fast):
    """Make of it a decorator of its backward function alike."""

    @functools.wraps(fast)
    def decorate(reference):
        @functools.wraps(reference)
        def backward(dh, cache):
            x, h0, Wx, Wh, h, *_ = cache
            return (fast if _fit(x, h0, Wx, Wh, h=h, dh=dh) else reference)(dh, cache)

        return backward

    return decorate


@_forward
def rnn_forward(x, h0, Wx, Wh, b):
    """Decorate `layers.rnn_forward`."""
    x, prev_h = _batch_last(x), h0.T
    h = _product(Wx.T, x, b)
    from_state = np.empty_like(h[:1])
    for a in h:
        a += _product(Wh.T, prev_h[np.newaxis], out=from_state)[0]
        prev_h = np.tanh(a, out=a)
    h = _batch_first(h)
    return _in_one_piece(h), (_batch_first(x), h0, Wx, Wh, h)


@_backward
def rnn_backward(dh, cache):
    """Decorate `layers.rnn_backward`."""
    _, h0, _, Wh, h = cache
    h, dh = _batch_last(h), _batch_last(dh)
    da = 1 - h**2  # the slope of tanh, until the gradient comes
    dprev_h = np.zeros_like(h[:1])
    for t in reversed(range(len(h))):
        dprev_h += dh[t]
        da[t] *= dprev_h[0]
        _product(Wh, da[t:t + 1], out=dprev_h)
    return _gradients(cache, da, dprev_h[0])


@_forward
def lstm_forward(x, h0, Wx, Wh, b):
    """Decorate `layers.lstm_forward`."""
    x = _batch_last(x)
    (T, _, N), H = x.shape, len(Wh)
    gates = _product(Wx.T, x, b)
    h, tanh_c, c = (np.empty((steps, H, N), x.dtype) for steps in (T, T, T + 1))
    c[0] = 0
    level.kernels.lstm_forward(Wh.T, h0.T, gates, c, tanh_c, h)
    h = _batch_first(h)
    return _in_one_piece(h), (_batch_first(x), h0, Wx, Wh, h, *map(_batch_first, (c, tanh_c, gates)))


@_backward
def lstm_backward(dh, cache):
    """Decorate `layers.lstm_backward`."""
    _, _, _, Wh, _, *rest = cache
    dh, c, tanh_c, gates = map(_batch_last, (dh, *rest))
    return _gradients(cache, *level.kernels.lstm_backward(Wh, gates, c, tanh_c, dh))


def _gradients(cache, da, dh0):
    """Return dx, dh0, dWx, dWh, db, given the gradient da (T, K, N) on what goes into the gates."""
    x, h0, Wx, _, h, *_ = cache
    (T, _, N), H = da.shape, len(dh0)
    before = np.ones((T, H + 1, N), da.dtype)  # the state that each step started from, and 1: what the bias meets
    before[0, :H], before[1:, :H] = h0.T, _batch_last(h)[:-1]
    dWx, dWh_db = (level.kernels.filter_gradient(_images(da), _images(a), (1, 1), 1, 0)[0][:, :, 0, 0]
                   for a in (_batch_last(x), before))
    dx = _in_one_piece(_batch_first(_product(Wx, da)))
    return dx, _in_one_piece(dh0.T), dWx, dWh_db[:H], dWh_db[H]


def _product(w, x, b=None, out=None):
    """Return ``w @ x[t] + b`` for all t, of w (K, D) and x (T, D, N)."""
    b = np.zeros(len(w), w.dtype) if b is None else b
    out = np.empty((len(x), len(w), x.shape[2]), x.dtype) if out is None else out
    level.kernels.convolve(_images(x), w[:, :, np.newaxis, np.newaxis], b, 1, 0, out=_images(out))
    return out


def _images(a):
    """Make each of T matrices, (T, D, N), an image of one row with D channels."""
    return a[:, :, np.newaxis]


def _batch_last(a):
    """Turn (N, T, D) to (T, D, N), in one piece."""
    return _in_one_piece(a.transpose(1, 2, 0))


def _batch_first(a):
    """Turn it back, as a view."""
    return a.transpose(2, 0, 1)


def _in_one_piece(view):
    """Copy a transposed array, LINE columns at a time: then a line of the cache, once loaded, is used to its end."""
    if view.flags.c_contiguous:
        return view
    out = np.empty(view.shape, view.dtype)
    for start in range(0, view.shape[-1], LINE):
        out[..., start:start + LINE] = view[..., start:start + LINE]
    return out


def _fit(x, h0, Wx, Wh, **others):
    """Tell whether these are arrays for the kernels, and large enough to gain by them."""
    if not _kernels_are_wider() or [a.ndim for a in (x, h0, Wx)] != [3, 2, 2]:
        return False
    (N, T, D), H, K = x.shape, h0.shape[1], Wx.shape[1]
    if T == 0 or N < LINE or N * H * K < level.kernels.WORTH_A_THREAD or x.dtype not in (np.float32, np.float64):
        return False
    shapes = {"x": x.shape, "h0": (N, H), "Wx": (D, K), "Wh": (H, K), "b": (K,), "dh": (N, T, H), "h": (N, T, H)}
    arrays = {"x": x, "h0": h0, "Wx": Wx, "Wh": Wh} | others
    return all(a.dtype == x.dtype and a.shape == shapes[name] and a.flags.aligned for name, a in arrays.items())


def _kernels_are_wider():
    return level.name == "avx512" and _blas_is_narrow()


@functools.cache
def _blas_is_narrow():
    """Tell whether OpenBLAS uses 256-bit vectors; it names its kernels for the processor that they were written for."""
    return any(library.get("architecture") in ("Haswell", "Zen") for library in threadpool_info())
