"""Convolution and pooling in pure NumPy, for installs without a compiler: the same functions as `cs231n.kernels`.

Windows are views (`sliding_window_view`), and a convolution is one matrix product per image. Arguments are checked by
`cs231n.fast_layers`.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def convolve(x, w, b, stride, pad):
    """Return the convolution (N, F, H', W') of x (N, C, H, W) with w (F, C, HH, WW), plus b (F,)."""
    columns, size = _columns(x, w.shape[2:], stride, pad)
    out = np.matmul(w.reshape(len(w), -1), columns)
    out += b[:, np.newaxis]
    return out.reshape(len(x), len(w), *size)


def convolve_backward(x, w, dout, stride, pad):
    """Return dx, dw, db of `convolve`."""
    dx = spread(dout, w, np.zeros(w.shape[1], w.dtype), x.shape[2:], stride, pad)
    return dx, *filter_gradient(x, dout, w.shape[2:], stride, pad)


def spread(dout, w, b, size, stride, pad):
    """Return x (N, C, H, W) plus b (C,) in which each number of dout has left its filter: dx of `convolve`."""
    (N, F, H_out, W_out), (_, C, HH, WW), (H, W) = dout.shape, w.shape, size
    taps = np.matmul(w.reshape(F, -1).T, dout.reshape(N, F, -1)).reshape(N, C, HH, WW, H_out, W_out)
    x_pad = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dout.dtype)
    for i in range(HH):
        for j in range(WW):
            # What tap (i, j) of the filter leaves at all its positions, at once; windows overlap, hence the sum.
            _tap(x_pad, (i, j), (H_out, W_out), stride)[...] += taps[:, :, i, j]
    return x_pad[:, :, pad:pad + H, pad:pad + W] + b[:, np.newaxis, np.newaxis]


def filter_gradient(x, dout, field, stride, pad):
    """Return dw, db of `convolve`."""
    windows = _windows(x, field, stride, pad)
    # Here the windows of all images make one matrix: dw is a sum over all of them.
    columns = windows.transpose(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * field[0] * field[1], -1)
    rows = dout.transpose(1, 0, 2, 3).reshape(dout.shape[1], -1)
    return (rows @ columns.T).reshape(dout.shape[1], x.shape[1], *field), rows.sum(axis=1)


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


def _columns(x, field, stride, pad):
    """Return the windows of each image as columns (N, C HH WW, H' W'), and (H', W')."""
    windows = _windows(x, field, stride, pad)
    size = windows.shape[2:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, size[0] * size[1]), size


def _windows(x, field, stride, pad):
    """Return a view of all windows of the padded images, (N, C, H', W', HH, WW)."""
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return sliding_window_view(x_pad, field, axis=(2, 3))[:, :, ::stride, ::stride]


def _tap(x, tap, size, stride):
    """View what one place of the window sees at all positions, (N, C, H', W')."""
    i, j = tap
    return x[:, :, i:i + stride * size[0]:stride, j:j + stride * size[1]:stride]
