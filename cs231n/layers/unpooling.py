"""Unpooling: make feature maps larger, without anything to learn.

Three ways to fill the new places, and each is the gradient of a pooling layer, up to a factor:

    nearest         a copy of the number            average pooling
    bed of nails    0, the number in a corner       keeping one corner of each window
    max unpooling   0, the number where it was      max pooling
"""
import numpy as np

from cs231n.layers.convolution import output_sizes
from cs231n.layers.guards import check_dout
from cs231n.layers.pooling import check_pool
from cs231n.validation import check_array, check_integer


def check_unpool(x, factor):
    """Guard the unpooling layers that enlarge by a factor."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_integer(factor, "factor", 1)


def nearest_unpool_forward(x, factor):
    """Repeat each number `factor` times in both directions.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    factor : int

    Returns
    -------
    out : ndarray (N, C, H factor, W factor)
    cache : tuple
        For `nearest_unpool_backward`.

    Raises
    ------
    ValueError
        If x is not of this shape or empty, or the factor is not a whole number above 0.
    """
    check_unpool(x, factor)
    return x.repeat(factor, axis=2).repeat(factor, axis=3), (x.shape, factor)


def nearest_unpool_backward(dout, cache):
    """Gradient (N, C, H, W) of `nearest_unpool_forward` on x, given dout (N, C, H factor, W factor).

    It is the sum over the copies of each number.
    """
    (N, C, H, W), factor = cache
    check_dout(dout, (N, C, H * factor, W * factor))
    return dout.reshape(N, C, H, factor, W, factor).sum(axis=(3, 5))


def bed_of_nails_unpool_forward(x, factor):
    """Put each number into the top left corner of a square of zeros, `factor` a side.

    Parameters and result are those of `nearest_unpool_forward`.
    """
    check_unpool(x, factor)
    N, C, H, W = x.shape
    out = np.zeros((N, C, H * factor, W * factor), x.dtype)
    out[:, :, ::factor, ::factor] = x
    return out, (out.shape, factor)


def bed_of_nails_unpool_backward(dout, cache):
    """Gradient (N, C, H, W) of `bed_of_nails_unpool_forward` on x, given dout (N, C, H factor, W factor).

    It is what arrives at the corners.
    """
    out_shape, factor = cache
    check_dout(dout, out_shape)
    return dout[:, :, ::factor, ::factor]


def check_max_unpool(x, pooled, pool_param):
    """Guard max_unpool_forward."""
    check_array(pooled, "pooled", ("N", "C", "H", "W"))
    check_pool(pooled, pool_param)
    field = pool_param["pool_height"], pool_param["pool_width"]
    check_array(x, "x", (*pooled.shape[:2], *output_sizes(pooled, field, pool_param["stride"])))


def max_unpool_forward(x, pooled, pool_param):
    """Put each number where the largest of its window was, in an earlier max pooling; zeros elsewhere.

    So what max pooling forgets, the place, is kept: in networks that first make images smaller and then
    larger again, each pooling layer has an unpooling layer as its partner (Zeiler and Fergus, 2014).

    Parameters
    ----------
    x : ndarray (N, C, H', W')
        Of the shape of the pooling layer's output.
    pooled : ndarray (N, C, H, W)
        The pooling layer's input.
    pool_param : dict
        pool_height, pool_width, stride of the pooling layer. Where windows overlap and share their largest number, what
        lands there is added up.

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : tuple
        For `max_unpool_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    check_max_unpool(x, pooled, pool_param)
    N, C, H, W = pooled.shape
    places = _places(pooled, pool_param)
    out = np.zeros((N, C, H * W), x.dtype)
    np.add.at(out, places, x.reshape(N, C, -1))
    return out.reshape(pooled.shape), (places, x.shape, pooled.shape)


def max_unpool_backward(dout, cache):
    """Gradient (N, C, H', W') of `max_unpool_forward` on x, given dout (N, C, H, W).

    It is what arrives at the places where the largest numbers were.
    """
    places, x_shape, out_shape = cache
    check_dout(dout, out_shape)
    N, C = x_shape[:2]
    return dout.reshape(N, C, -1)[places].reshape(x_shape)


def _places(pooled, pool_param):
    """Index, into maps (N, C, H W), of the largest number of each window, the first one of equals."""
    N, C, H, W = pooled.shape
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(pooled, (height, width), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, H', W', height, width)
    H_out, W_out = windows.shape[2:4]
    row, column = np.divmod(windows.reshape(N, C, H_out, W_out, -1).argmax(axis=4), width)
    row += stride * np.arange(H_out)[:, np.newaxis]
    column += stride * np.arange(W_out)
    n, c = np.ogrid[:N, :C]
    return n[..., np.newaxis], c[..., np.newaxis], (row * W + column).reshape(N, C, -1)
