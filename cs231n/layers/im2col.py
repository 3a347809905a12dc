"""Convolution by im2col and pooling by reshaping: the steps between the naive layers and `cs231n.fast_layers`.

im2col makes a convolution one matrix product, of the filters (F, C HH WW) with all patches as columns. The notebook
ConvolutionalNetworks measures how fast each step is. Arguments and results are those of the naive layers.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cs231n.im2col import col2im_indices, im2col_indices
from cs231n.layers.convolution import check_conv, output_sizes
from cs231n.layers.pooling import check_pool
from cs231n.validation import check_array

try:
    from cs231n.im2col_cython import col2im_6d_cython, col2im_cython, im2col_cython
except ImportError:  # not compiled; the NumPy forms give the same
    im2col_cython = im2col_indices

    def col2im_cython(cols, N, C, H, W, *places):
        return col2im_indices(cols, (N, C, H, W), *places)

    def col2im_6d_cython(cols, N, C, H, W, HH, WW, pad, stride):
        flat = cols.transpose(0, 1, 2, 4, 5, 3).reshape(C * HH * WW, -1)
        return col2im_indices(flat, (N, C, H, W), HH, WW, pad, stride)


def conv_forward_im2col(x, w, b, conv_param):
    """`conv_forward_naive`, with the patches of x copied one by one into the column matrix."""
    check_conv(x, w, b, conv_param)
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, (HH, WW) = len(x), len(w), w.shape[2:]
    cols = im2col_cython(_real(x), HH, WW, pad, stride)  # (C HH WW, H' W' N)
    out = (w.reshape(F, -1) @ cols + b[:, np.newaxis]).reshape(F, *output_sizes(x, w.shape[2:], stride, pad), N)
    return _like(x, out.transpose(3, 0, 1, 2)), (x, w, b, conv_param, cols)


def conv_backward_im2col(dout, cache):
    """Gradients of `conv_forward_im2col`."""
    x, w, b, conv_param, cols = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    check_array(dout, "dout", (len(x), len(w), *output_sizes(x, w.shape[2:], stride, pad)))
    rows = dout.transpose(1, 2, 3, 0).reshape(len(w), -1)  # in the order of the columns
    dcols = _real(w.reshape(len(w), -1).T @ rows)
    return (_like(x, col2im_cython(dcols, *x.shape, *w.shape[2:], pad, stride)),
            _like(w, (rows @ cols.T).reshape(w.shape)), dout.sum(axis=(0, 2, 3)))


def conv_forward_strides(x, w, b, conv_param):
    """`conv_forward_naive`, with the column matrix copied in one go from a strided view of x."""
    check_conv(x, w, b, conv_param)
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, size = len(x), len(w), output_sizes(x, w.shape[2:], stride, pad)
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x_pad, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    cols = windows.transpose(1, 4, 5, 0, 2, 3).reshape(w[0].size, -1)  # (C HH WW, N H' W')
    out = (w.reshape(F, -1) @ cols + b[:, np.newaxis]).reshape(F, N, *size)
    return _like(x, out.transpose(1, 0, 2, 3)), (x, w, b, conv_param, cols)


def conv_backward_strides(dout, cache):
    """Gradients of `conv_forward_strides`."""
    x, w, b, conv_param, cols = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, size = len(x), output_sizes(x, w.shape[2:], stride, pad)
    check_array(dout, "dout", (N, len(w), *size))
    rows = dout.transpose(1, 0, 2, 3).reshape(len(w), -1)
    dcols = _real((w.reshape(len(w), -1).T @ rows).reshape(*w.shape[1:], N, *size))
    return (_like(x, col2im_6d_cython(dcols, *x.shape, *w.shape[2:], pad, stride)),
            _like(w, (rows @ cols.T).reshape(w.shape)), dout.sum(axis=(0, 2, 3)))


def max_pool_forward_reshape(x, pool_param):
    """`max_pool_forward_naive` for windows that tile the image: then reshaping separates them.

    Raises
    ------
    ValueError
        Also if the windows overlap or leave gaps.
    """
    check_pool(x, pool_param)
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    if not height == width == stride:
        raise ValueError(f"pool_param must have pool_height, pool_width and stride equal for this form, "
                         f"got {height}, {width} and {stride}")
    return _tiles(x, stride).max(axis=-1), (x, pool_param)


def max_pool_backward_reshape(dout, cache):
    """Gradient of `max_pool_forward_reshape`: all of it goes to the first of the largest numbers of each window."""
    x, pool_param = cache
    side = pool_param["stride"]
    tiles = _tiles(x, side)
    check_array(dout, "dout", tiles.shape[:4])
    dtiles = np.zeros_like(tiles)
    np.put_along_axis(dtiles, tiles.argmax(axis=-1)[..., np.newaxis], dout[..., np.newaxis], axis=-1)
    return dtiles.reshape(*dout.shape, side, side).transpose(0, 1, 2, 4, 3, 5).reshape(x.shape)


def max_pool_forward_im2col(x, pool_param):
    """`max_pool_forward_naive`, with the windows of each plane as columns."""
    check_pool(x, pool_param)
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    cols = im2col_cython(_real(x).reshape(N * C, 1, H, W), height, width, 0, stride)  # (HH WW, H' W' N C)
    first = cols.argmax(axis=0)
    size = output_sizes(x, (height, width), stride)
    out = cols[first, np.arange(cols.shape[1])].reshape(*size, N, C).transpose(2, 3, 0, 1)
    return _like(x, out), (x, pool_param, first, cols.shape)


def max_pool_backward_im2col(dout, cache):
    """Gradient of `max_pool_forward_im2col`."""
    x, pool_param, first, cols_shape = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    check_array(dout, "dout", (N, C, *output_sizes(x, (height, width), stride)))
    dcols = np.zeros(cols_shape, _real(dout).dtype)
    dcols[first, np.arange(cols_shape[1])] = dout.transpose(2, 3, 0, 1).ravel()
    return _like(x, col2im_cython(dcols, N * C, 1, H, W, height, width, 0, stride).reshape(x.shape))


def _tiles(x, side):
    """Windows of side * side numbers, (N, C, H', W', side * side)."""
    N, C, H, W = x.shape
    tiles = x.reshape(N, C, H // side, side, W // side, side).transpose(0, 1, 2, 4, 3, 5)
    return tiles.reshape(N, C, H // side, W // side, side * side)


def _real(x):
    """float32 and float64 as they are, other numbers as float64: what the compiled loops take."""
    return x if x.dtype in (np.float32, np.float64) else x.astype(np.float64)


def _like(x, result):
    """The result as a contiguous array of x's dtype."""
    return np.ascontiguousarray(result, x.dtype)
