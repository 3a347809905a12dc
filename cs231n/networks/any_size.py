"""Convolution and pooling for images of any size, where the steps of the window need not end at the border."""
import numpy as np

from cs231n.fast_layers import (
    conv_backward_fast,
    conv_forward_fast,
    conv_transpose_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)


def floor_conv_forward(x, w, b, conv_param):
    """Convolve as far as the steps fit; rows and columns that are left over at the end are not looked at.

    Arguments and results are those of `conv_forward_naive`, with ``H' = 1 + floor((H + 2 pad - HH) / stride)``.
    """
    x, conv_param, frame = _fitting(x, w, conv_param)
    out, cache = conv_forward_fast(x, w, b, conv_param)
    return out, (cache, frame)


def floor_conv_backward(dout, cache, needs_dx=True):
    """Return dx, dw and db of `floor_conv_forward`."""
    cache, frame = cache
    dx, dw, db = conv_backward_fast(dout, cache, needs_dx)
    return _unframed(dx, frame) if needs_dx else None, dw, db


def floor_conv_input_backward(dout, cache):
    """Return dx of `floor_conv_forward` alone."""
    cache, frame = cache
    return _unframed(conv_input_backward(dout, cache), frame)


def conv_input_backward(dout, cache):
    """Return dx of `conv_forward_fast` alone, which is a transposed convolution of dout with the same filters."""
    _, w, _, conv_param = cache
    return conv_transpose_forward_fast(dout, w, np.zeros(w.shape[1], w.dtype), conv_param)[0]


def ceil_max_pool_forward(x, pool_param):
    """Keep the largest number of each window; the last one may reach over the border.

    Arguments and results are those of `max_pool_forward_naive`, with ``H' = 1 + ceil((H - pool_height) / stride)``.
    """
    H, W = x.shape[2:]
    stride = pool_param["stride"]
    missing = [max(field - side, (field - side) % stride)
               for side, field in zip((H, W), (pool_param["pool_height"], pool_param["pool_width"]), strict=True)]
    # Nothing is below minus infinity, so what stands over is never the largest.
    framed = np.pad(x, ((0, 0), (0, 0), (0, missing[0]), (0, missing[1])), constant_values=-np.inf)
    out, cache = max_pool_forward_fast(framed, pool_param)
    return out, (H, W, cache)


def ceil_max_pool_backward(dout, cache):
    """Return the gradient on x of `ceil_max_pool_forward`."""
    H, W, cache = cache
    return max_pool_backward_fast(dout, cache)[:, :, :H, :W]


def _fitting(x, w, conv_param):
    """Cut the padded images to what the windows see; where they end at the border nothing needs to be done."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    left = [(side + 2 * pad - field) % stride for side, field in zip(x.shape[2:], w.shape[2:], strict=True)]
    if not any(left):
        return x, conv_param, None
    framed = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    seen = framed[:, :, :framed.shape[2] - left[0], :framed.shape[3] - left[1]]
    return seen, {"stride": stride, "pad": 0}, (left, pad, x.shape[2:])


def _unframed(dx, frame):
    """Zeros for the rows and columns that were not looked at, and the padding off again."""
    if frame is None:
        return dx
    left, pad, (H, W) = frame
    return np.pad(dx, ((0, 0), (0, 0), (0, left[0]), (0, left[1])))[:, :, pad:pad + H, pad:pad + W]
