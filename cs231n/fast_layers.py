"""Convolution and pooling that are fast enough to train with; the same arguments and results as the naive forms.

Everything here is NumPy: windows are views (`sliding_window_view`), and a convolution is one matrix product per image.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cs231n.layers.pooling import avg_pool_backward, avg_pool_forward
from cs231n.layers.shapes import check_conv, check_pool

__all__ = ["avg_pool_backward", "avg_pool_forward", "conv_backward_fast", "conv_forward_fast", "max_pool_backward_fast",
           "max_pool_forward_fast"]


def conv_forward_fast(x, w, b, conv_param):
    """Convolve N images with F filters; arguments and result as in `conv_forward_naive`.

    Notes
    -----
    The windows of image n, as columns of a (C HH WW, H' W') matrix, make the convolution one product with the filters as
    rows of an (F, C HH WW) matrix.
    """
    check_conv(x, w, b, conv_param)
    N, F = x.shape[0], w.shape[0]
    columns, size = _columns(x, w.shape[2:], conv_param)
    out = np.matmul(w.reshape(F, -1), columns)
    out += b[:, np.newaxis]
    return out.reshape(N, F, *size), (x, w, b, conv_param)


def conv_backward_fast(dout, cache):
    """Gradients of `conv_forward_fast`; arguments and results as in `conv_backward_naive`."""
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, H_out, W_out = dout.shape
    HH, WW = w.shape[2:]
    columns, _ = _columns(x, (HH, WW), conv_param)
    rows = dout.reshape(N, F, -1)
    dw = np.einsum("nfp,nkp->fk", rows, columns, optimize=True).reshape(w.shape)

    dcolumns = np.matmul(w.reshape(F, -1).T, rows).reshape(N, -1, HH, WW, H_out, W_out)
    H, W = x.shape[2:]
    dx_pad = np.zeros((N, x.shape[1], H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    for i in range(HH):
        for j in range(WW):
            # What tap (i, j) of the filter saw at all its positions, at once; windows overlap, hence the sum.
            dx_pad[:, :, i:i + stride * H_out:stride, j:j + stride * W_out:stride] += dcolumns[:, :, i, j]
    return dx_pad[:, :, pad:pad + H, pad:pad + W], dw, np.sum(rows, axis=(0, 2))


def max_pool_forward_fast(x, pool_param):
    """Keep the largest number of each window; arguments and result as in `max_pool_forward_naive`."""
    check_pool(x, pool_param)
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    taps = [(i, j) for i in range(height) for j in range(width)]
    size = [1 + (side - window) // stride for side, window in zip(x.shape[2:], (height, width), strict=True)]
    out = _tap(x, taps[0], size, stride).copy()
    for tap in taps[1:]:
        np.maximum(out, _tap(x, tap, size, stride), out=out)
    return out, (x, out, taps, stride)


def max_pool_backward_fast(dout, cache):
    """Gradient of `max_pool_forward_fast`: all of it goes to the first of the largest numbers of each window."""
    x, out, taps, stride = cache
    dx = np.zeros_like(x)
    waiting = np.ones(out.shape, dtype=bool)  # windows whose maximum was not met yet
    for tap in taps:
        here = waiting & (_tap(x, tap, out.shape[2:], stride) == out)
        waiting &= ~here
        _tap(dx, tap, out.shape[2:], stride)[...] += dout * here
    return dx


def _columns(x, field, conv_param):
    """Return the windows of each image as columns (N, C HH WW, H' W'), and (H', W')."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x_pad, field, axis=(2, 3))[:, :, ::stride, ::stride]  # (N, C, H', W', HH, WW)
    size = windows.shape[2:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, size[0] * size[1]), size


def _tap(x, tap, size, stride):
    """View what one place of the window sees at all positions, (N, C, H', W')."""
    i, j = tap
    return x[:, :, i:i + stride * size[0]:stride, j:j + stride * size[1]:stride]
