"""Convolution and pooling in pure NumPy, for installs without a compiler: the same functions as `cs231n.fast.kernels`.

Windows are views (`sliding_window_view`), and a convolution is one matrix product per image. Copies of windows hold
each number up to HH WW times, so they are made for a few images at once: that is less memory, and faster, as they stay
in the processor's cache. Arguments are checked by `cs231n.fast_layers`.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_AT_ONCE = 1 << 20  # numbers in the copies of windows


def convolve(x, w, b, stride, pad):
    """Return the convolution (N, F, H', W') of x (N, C, H, W) with w (F, C, HH, WW), plus b (F,)."""
    windows = _windows(x, w.shape[2:], stride, pad)
    (N, C, H_out, W_out, HH, WW), F = windows.shape, len(w)
    out = np.empty((N, F, H_out, W_out), x.dtype)
    for part in _parts(N, C * HH * WW * H_out * W_out):
        columns = windows[part].transpose(0, 1, 4, 5, 2, 3).reshape(-1, C * HH * WW, H_out * W_out)
        np.matmul(w.reshape(F, -1), columns, out=out[part].reshape(-1, F, H_out * W_out))
    out += b[:, np.newaxis, np.newaxis]
    return out


def convolve_backward(x, w, dout, stride, pad):
    """Return dx, dw, db of `convolve`."""
    dx = spread(dout, w, np.zeros(w.shape[1], w.dtype), x.shape[2:], stride, pad)
    return dx, *filter_gradient(x, dout, w.shape[2:], stride, pad)


def spread(dout, w, b, size, stride, pad):
    """Return x (N, C, H, W) plus b (C,) in which each number of dout has left its filter: dx of `convolve`."""
    (N, F, H_out, W_out), (_, C, HH, WW), (H, W) = dout.shape, w.shape, size
    x_pad = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dout.dtype)
    for part in _parts(N, C * HH * WW * H_out * W_out):
        taps = np.matmul(w.reshape(F, -1).T, dout[part].reshape(-1, F, H_out * W_out))
        taps = taps.reshape(-1, C, HH, WW, H_out, W_out)
        for i in range(HH):
            for j in range(WW):
                # What tap (i, j) of the filter leaves at all its positions, at once; windows overlap, hence the sum.
                _tap(x_pad[part], (i, j), (H_out, W_out), stride)[...] += taps[:, :, i, j]
    return x_pad[:, :, pad:pad + H, pad:pad + W] + b[:, np.newaxis, np.newaxis]


def filter_gradient(x, dout, field, stride, pad):
    """Return dw, db of `convolve`."""
    windows = _windows(x, field, stride, pad)
    (N, C, H_out, W_out, HH, WW), F = windows.shape, dout.shape[1]
    dw = np.zeros((F, C * HH * WW), x.dtype)
    for part in _parts(N, C * HH * WW * H_out * W_out):
        # Here the windows of several images make one matrix: dw is a sum over all of them.
        columns = windows[part].transpose(1, 4, 5, 0, 2, 3).reshape(C * HH * WW, -1)
        dw += dout[part].transpose(1, 0, 2, 3).reshape(F, -1) @ columns.T
    return dw.reshape(F, C, HH, WW), dout.sum(axis=(0, 2, 3))


def max_pool(x, field, stride):
    """Return the maxima (N, C, H', W') of all windows and what `max_pool_backward` needs."""
    size = [1 + (side - length) // stride for side, length in zip(x.shape[2:], field, strict=True)]
    taps = [(i, j) for i in range(field[0]) for j in range(field[1])]
    out = _tap(x, taps[0], size, stride).copy()
    for tap in taps[1:]:
        np.maximum(out, _tap(x, tap, size, stride), out=out)
    return out, (x, out, taps, stride)


def max_pool_backward(dout, memory, x_shape):
    """Return dx (N, C, H, W) of `max_pool`."""
    x, out, taps, stride = memory
    dx = np.zeros(x_shape, dout.dtype)
    waiting = np.ones(out.shape, dtype=bool)  # windows whose maximum was not met yet
    nan = np.isnan(out)
    for tap in taps:
        value = _tap(x, tap, out.shape[2:], stride)
        here = waiting & ((value == out) | nan & np.isnan(value))
        waiting &= ~here
        _tap(dx, tap, out.shape[2:], stride)[...] += np.where(here, dout, 0)
    return dx


def _parts(N, numbers):
    """Cut N images, whose copies of windows hold so many numbers each, into slices."""
    step = max(1, _AT_ONCE // max(1, numbers))
    return (slice(i, i + step) for i in range(0, N, step))


def _windows(x, field, stride, pad):
    """Return a view of all windows of the padded images, (N, C, H', W', HH, WW)."""
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return sliding_window_view(x_pad, field, axis=(2, 3))[:, :, ::stride, ::stride]


def _tap(x, tap, size, stride):
    """View what one place of the window sees at all positions, (N, C, H', W')."""
    i, j = tap
    return x[:, :, i:i + stride * size[0]:stride, j:j + stride * size[1]:stride]
