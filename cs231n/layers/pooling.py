"""Pooling: make feature maps smaller by keeping one number of each window."""
import math
from numbers import Real

import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.convolution import output_size
from cs231n.layers.guards import check_dout, check_seed, dout_guard, integer_setting, setting
from cs231n.validation import check_array, describe

# Other forms of what is written here.
TWINS = ("cs231n.fast_layers", "cs231n.layers.im2col", "cs231n.fast.numpy_conv")


def check_pool(x, pool_param):
    """Guard the pooling layers with windows of one size."""
    check_array(x, "x", ("N", "C", "H", "W"))
    stride = integer_setting(pool_param, "pool_param", "stride", 1)
    for axis, size in zip(("height", "width"), x.shape[2:], strict=True):
        output_size(size, integer_setting(pool_param, "pool_param", f"pool_{axis}", 1), stride, 0, axis)


@exercise("assignment2/ConvolutionalNetworks", validate=check_pool, twins=TWINS)
def max_pool_forward_naive(x, pool_param):
    """Keep the largest number of each window.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    pool_param : dict
        pool_height, pool_width : int, the window.
        stride : int, pixels between neighbouring windows.

    Returns
    -------
    out : ndarray (N, C, H', W')
        ``H' = 1 + (H - pool_height) / stride``, and W' alike.
    cache : tuple
        For `max_pool_backward_naive`.

    Raises
    ------
    ValueError
        If x is not of this shape or empty, or the windows do not end at its border.
    """
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    H_out = 1 + (H - height) // stride
    W_out = 1 + (W - width) // stride
    out = np.zeros((N, C, H_out, W_out), dtype=x.dtype)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride:i * stride + height, j * stride:j * stride + width]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    cache = (x, pool_param)
    return out, cache


@exercise("assignment2/ConvolutionalNetworks", validate=dout_guard("N", "C", "H'", "W'"), twins=TWINS)
def max_pool_backward_naive(dout, cache):
    """Gradient of `max_pool_forward_naive`: all of it goes to the number that was largest, the first one of equals.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
        Gradient on the output.
    cache : tuple
        What `max_pool_forward_naive` returned.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    """
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H_out, W_out = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x[n, c, top:top + height, left:left + width]
                    row, column = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + row, left + column] += dout[n, c, i, j]
    return dx


def avg_pool_forward(x, pool_param):
    """Keep the mean of each window.

    Parameters and result are those of `max_pool_forward_naive`.
    """
    check_pool(x, pool_param)
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    out = windows[:, :, ::stride, ::stride].mean(axis=(4, 5))
    return out, (x.shape, out.shape, pool_param)


def avg_pool_backward(dout, cache):
    """Gradient (N, C, H, W) of `avg_pool_forward` on x, given dout (N, C, H', W').

    Each number of a window gets an equal share.
    """
    x_shape, out_shape, pool_param = cache
    check_dout(dout, out_shape)
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H_out, W_out = out_shape[2:]
    share = dout / (height * width)
    dx = np.zeros(x_shape, dtype=dout.dtype)
    for row in range(height):
        for column in range(width):
            # The number at this place of every window at once; windows overlap, hence the sum.
            dx[:, :, row:row + stride * H_out:stride, column:column + stride * W_out:stride] += share
    return dx


def global_avg_pool_forward(x):
    """Keep the mean of each feature map: C numbers of an image, whatever its size (Lin et al., 2014).

    Parameters
    ----------
    x : ndarray (N, C, H, W)

    Returns
    -------
    out : ndarray (N, C)
    cache : tuple
        For `global_avg_pool_backward`.

    Raises
    ------
    ValueError
        If x is not of this shape or empty.
    """
    check_array(x, "x", ("N", "C", "H", "W"))
    return x.mean(axis=(2, 3)), x.shape


def global_avg_pool_backward(dout, cache):
    """Gradient (N, C, H, W) of `global_avg_pool_forward` on x, given dout (N, C).

    Each number of a map gets an equal share.
    """
    N, C, H, W = cache
    check_dout(dout, (N, C))
    return np.broadcast_to((dout / (H * W))[:, :, np.newaxis, np.newaxis], (N, C, H, W)).copy()


def check_fractional_pool(x, pool_param):
    """Guard fractional_max_pool_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    ratio = setting(pool_param, "pool_param", "ratio")
    if not isinstance(ratio, Real) or not 1 < ratio <= 2 or min(x.shape[2:]) < 2:
        raise ValueError(f"pool_param['ratio'] must lie above 1 and at most at 2, for images of 2x2 or more; "
                         f"got {describe(ratio)} for x of shape {x.shape}")
    check_seed(pool_param, "pool_param")


def fractional_max_pool_forward(x, pool_param):
    """Max pooling over random windows of one or two pixels a side (Graham, 2014).

    It makes the maps smaller by a factor between 1 and 2, so that a network can have more pooling layers; and the
    random regions act like a slight random stretching of the image.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    pool_param : dict
        ratio : float above 1 and at most 2; the output has ``ceil(H / ratio)`` rows and ``ceil(W / ratio)`` columns.
        seed : int, optional; the same regions each time. Otherwise NumPy's global generator draws them.

    Returns
    -------
    out : ndarray (N, C, H', W')
    cache : tuple
        For `fractional_max_pool_backward`.

    Raises
    ------
    ValueError
        If x is not of this shape or empty, or a setting is out of range.
    """
    check_fractional_pool(x, pool_param)
    random = np.random.RandomState(pool_param["seed"]) if "seed" in pool_param else np.random
    H, W = x.shape[2:]
    tops = _fractional_borders(H, math.ceil(H / pool_param["ratio"]), random.uniform())
    lefts = _fractional_borders(W, math.ceil(W / pool_param["ratio"]), random.uniform())
    # reduceat takes the maximum from each border up to the next: first over rows, then over columns.
    out = np.maximum.reduceat(np.maximum.reduceat(x, tops[:-1], axis=2), lefts[:-1], axis=3)
    return out, (x, tops, lefts)


def fractional_max_pool_backward(dout, cache):
    """Gradient (N, C, H, W) of `fractional_max_pool_forward` on x, given dout (N, C, H', W').

    All of it goes to the first of the largest of each region.
    """
    x, tops, lefts = cache
    N, C, H_out, W_out = *x.shape[:2], len(tops) - 1, len(lefts) - 1
    check_dout(dout, (N, C, H_out, W_out))
    dx = np.zeros_like(x)
    n, c = np.ogrid[:N, :C]
    for i in range(H_out):
        for j in range(W_out):
            region = x[:, :, tops[i]:tops[i + 1], lefts[j]:lefts[j + 1]]
            row, column = np.divmod(region.reshape(N, C, -1).argmax(axis=2), region.shape[3])
            dx[n, c, tops[i] + row, lefts[j] + column] = dout[:, :, i, j]  # regions do not overlap
    return dx


def _fractional_borders(size, parts, offset):
    """Cut `size` pixels into regions of one or two: border i is floor(a (i + offset)), with a = size / parts."""
    a = size / parts
    borders = np.floor(a * (np.arange(parts + 1) + offset)).astype(int)
    borders -= borders[0]
    borders[-1] = size  # rounding must not lose the last pixel
    return borders
