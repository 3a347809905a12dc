"""The convolution layer in its naive form, written to be read; `cs231n.fast_layers` computes the same, fast.

Strictly it is a cross-correlation: the filter is not flipped.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import dout_guard, integer_setting
from cs231n.validation import check_array, check_integer, describe

# Other forms of what is written here.
TWINS = ("cs231n.fast_layers", "cs231n.layers.im2col", "cs231n.layers.transposed_convolution", "cs231n.fast.numpy_conv")


def output_size(size, field, stride, pad, axis="side"):
    """Return how many positions a window takes along one axis: 1 + (size + 2 pad - field) / stride.

    Raises
    ------
    ValueError
        If the window is larger than the padded image, or the steps do not end at its border.
    """
    room = size + 2 * pad - field
    if room < 0:
        raise ValueError(f"the window's {axis}, {field}, must be at most that of the padded image, {size + 2 * pad}")
    if room % stride:
        raise ValueError(f"stride {stride} does not fit: (image {size} + 2 * pad {pad} - window {field}) / {stride} "
                         f"must be a whole number along the {axis}")
    return 1 + room // stride


def output_sizes(x, field, stride, pad=0):
    """Return (H', W'), how many positions windows of `field` (HH, WW) take in images x (N, C, H, W)."""
    return tuple(output_size(size, side, stride, pad) for size, side in zip(x.shape[2:], field, strict=True))


def transposed_sizes(x, field, stride, pad):
    """Return (H', W') of the transposed convolution of x (N, C, H, W) with filters of `field` (HH, WW)."""
    return tuple((size - 1) * stride + side - 2 * pad for size, side in zip(x.shape[2:], field, strict=True))


def conv_output_size(size, field, stride=1, pad=0):
    """Return the side of a convolution's or pooling's output, ``1 + (size + 2 pad - field) / stride``.

    Parameters
    ----------
    size, field : int
        Side of the image and of the filter.
    stride, pad : int
        Step of the filter, and zeros added at each border.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a number is out of range, the filter does not fit into the padded image, or the steps do not end at its
        border.
    """
    for name, value, low in (("size", size, 1), ("field", field, 1), ("stride", stride, 1), ("pad", pad, 0)):
        check_integer(value, name, low)
    return output_size(size, field, stride, pad)


def _check_bias_and_steps(x, w, b, F, conv_param):
    """What all convolutions ask for besides; returns stride and pad."""
    check_array(b, "b", (F,))
    if x.dtype.kind != "f" and "f" in (w.dtype.kind, b.dtype.kind):  # the output, of x's dtype, would be cut off
        raise ValueError(f"x must hold floats, as w or b does, got {describe(x)}; convert it with x.astype(np.float64)")
    return integer_setting(conv_param, "conv_param", "stride", 1), integer_setting(conv_param, "conv_param", "pad", 0)


def check_conv(x, w, b, conv_param):
    """Guard the convolutions."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_array(w, "w", ("F", x.shape[1], "HH", "WW"))
    stride, pad = _check_bias_and_steps(x, w, b, w.shape[0], conv_param)
    for size, field, axis in ((x.shape[2], w.shape[2], "height"), (x.shape[3], w.shape[3], "width")):
        output_size(size, field, stride, pad, axis)


def check_conv_transpose(x, w, b, conv_param):
    """Guard the transposed convolutions."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_array(w, "w", (x.shape[1], "F", "HH", "WW"))
    stride, pad = _check_bias_and_steps(x, w, b, w.shape[1], conv_param)
    for size, axis in zip(transposed_sizes(x, w.shape[2:], stride, pad), ("height", "width"), strict=True):
        if size <= 0:
            raise ValueError(f"conv_param['pad'], {pad}, cuts off the whole output, whose {axis} without it is "
                             f"{size + 2 * pad}")


@exercise("assignment2/ConvolutionalNetworks", validate=check_conv, twins=TWINS)
def conv_forward_naive(x, w, b, conv_param):
    """Convolve N images with F filters.

    ``out[n, f, i, j] = b[f] + sum over c, h, v of x_pad[n, c, i S + h, j S + v] w[f, c, h, v]``, with stride S.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    w : ndarray (F, C, HH, WW)
        Filters.
    b : ndarray (F,)
        Biases.
    conv_param : dict
        stride : int, pixels between neighbouring positions of the filter.
        pad : int, zeros added at each border.

    Returns
    -------
    out : ndarray (N, F, H', W')
        ``H' = 1 + (H + 2 pad - HH) / stride``, and W' alike.
    cache : tuple
        For `conv_backward_naive`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or the steps do not end at the border.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, H_out, W_out), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top:top + HH, left:left + WW]  # (C, HH, WW)
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


@exercise("assignment2/ConvolutionalNetworks", validate=dout_guard("N", "F", "H'", "W'"), twins=TWINS)
def conv_backward_naive(dout, cache):
    """Gradients of `conv_forward_naive`.

    Each output was a dot product of a window and a filter, so it sends ``dout * filter`` to the window and
    ``dout * window`` to the filter; windows overlap, and what arrives is added up.

    Parameters
    ----------
    dout : ndarray (N, F, H', W')
        Gradient on the output.
    cache : tuple
        What `conv_forward_naive` returned.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dw : ndarray (F, C, HH, WW)
    db : ndarray (F,)
    """
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, H_out, W_out = dout.shape
    F, C, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top:top + HH, left:left + WW]
                    dx_pad[n, :, top:top + HH, left:left + WW] += dout[n, f, i, j] * w[f]
                    dw[f] += dout[n, f, i, j] * window
    H, W = x.shape[2:]
    dx = dx_pad[:, :, pad:pad + H, pad:pad + W]  # what fell on the zeros of the border is nobody's
    return dx, dw, db
