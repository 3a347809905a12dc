"""Convolution and pooling that are fast enough to train with; the same arguments and results as the naive layers.

Two levels compute the same. `cs231n.fast.kernels` is C: as fast as PyTorch on a CPU, needs next to no extra memory,
uses all cores, and picks the best instruction set of the machine. Where it was not built, `cs231n.fast.numpy_conv` is
plain NumPy. `level` names what is in use, one of `levels`, and `use_level` changes it; how: `cs231n.fast.level`.
CS231N_NUM_THREADS (else OMP_NUM_THREADS, else the number of cores) sets the threads of the C level; the result has the
same bits for any number of them.

The forms by im2col, strides and reshaping, which the course compares, come from `cs231n.layers.im2col`.
"""
import numpy as np

from cs231n.fast import level as _level
from cs231n.fast.level import levels, use_level
from cs231n.layers.convolution import check_conv, check_conv_transpose, output_sizes, transposed_sizes
from cs231n.layers.im2col import (
    conv_backward_im2col,
    conv_backward_strides,
    conv_forward_im2col,
    conv_forward_strides,
    max_pool_backward_im2col,
    max_pool_backward_reshape,
    max_pool_forward_im2col,
    max_pool_forward_reshape,
)
from cs231n.layers.pooling import check_pool
from cs231n.validation import check_array

__all__ = [
    "avg_pool_backward_fast", "avg_pool_forward_fast", "conv_backward_fast", "conv_backward_im2col",
    "conv_backward_strides", "conv_forward_fast", "conv_forward_im2col", "conv_forward_strides",
    "conv_transpose_backward_fast", "conv_transpose_forward_fast", "levels", "max_pool_backward_fast",
    "max_pool_backward_im2col", "max_pool_backward_reshape", "max_pool_forward_fast", "max_pool_forward_im2col",
    "max_pool_forward_reshape", "use_level",
]

def __getattr__(name):
    """Give `level` as it is now: `use_level` changes it."""
    if name == "level":
        return _level.name
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def conv_forward_fast(x, w, b, conv_param):
    """Convolve N images with F filters; arguments and result as in `conv_forward_naive`."""
    check_conv(x, w, b, conv_param)
    out = _level.compute.convolve(*_floats(x, w, b), conv_param["stride"], conv_param["pad"])
    return out.astype(x.dtype, copy=False), (x, w, b, conv_param)


def conv_backward_fast(dout, cache, needs_dx=True):
    """Gradients of `conv_forward_fast`; arguments and results as in `conv_backward_naive`.

    Without `needs_dx`, dx is None: nobody asks it of a network's first layer, where it takes more than half the time.
    """
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    check_array(dout, "dout", (len(x), len(w), *output_sizes(x, w.shape[2:], stride, pad)))
    x_float, w_float, dout_float = _floats(x, w, dout)
    if needs_dx:
        dx, dw, db = _level.compute.convolve_backward(x_float, w_float, dout_float, stride, pad)
        dx = dx.astype(x.dtype, copy=False)
    else:
        dx, (dw, db) = None, _level.compute.filter_gradient(x_float, dout_float, w.shape[2:], stride, pad)
    return dx, dw.astype(w.dtype, copy=False), db.astype(b.dtype, copy=False)


def conv_transpose_forward_fast(x, w, b, conv_param):
    """Transposed convolution; arguments and result as in `conv_transpose_forward_naive`."""
    check_conv_transpose(x, w, b, conv_param)
    stride, pad = conv_param["stride"], conv_param["pad"]
    out = _level.compute.spread(*_floats(x, w, b), transposed_sizes(x, w.shape[2:], stride, pad), stride, pad)
    return out.astype(x.dtype, copy=False), (x, w, b, conv_param)


def conv_transpose_backward_fast(dout, cache):
    """Gradients of `conv_transpose_forward_fast`; arguments and results as in `conv_transpose_backward_naive`."""
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    check_array(dout, "dout", (len(x), w.shape[1], *transposed_sizes(x, w.shape[2:], stride, pad)))
    real_x, real_w, real_dout = _floats(x, w, dout)
    # The other way round it is a convolution: dout is its image, and x the gradient on its output.
    dx = _level.compute.convolve(real_dout, real_w, np.zeros(len(w), real_x.dtype), stride, pad)
    dw, _ = _level.compute.filter_gradient(real_dout, real_x, w.shape[2:], stride, pad)
    db = real_dout.sum(axis=(0, 2, 3))
    return tuple(da.astype(a.dtype, copy=False) for da, a in zip((dx, dw, db), (x, w, b), strict=True))


def max_pool_forward_fast(x, pool_param):
    """Keep the largest number of each window; arguments and result as in `max_pool_forward_naive`."""
    check_pool(x, pool_param)
    field = pool_param["pool_height"], pool_param["pool_width"]
    out, memory = _level.compute.max_pool(*_floats(x), field, pool_param["stride"])
    return out.astype(x.dtype, copy=False), (_level.compute, x, out.shape, memory)


def max_pool_backward_fast(dout, cache):
    """Gradient of `max_pool_forward_fast`; arguments and result as in `max_pool_backward_naive`."""
    compute, x, out_shape, memory = cache
    check_array(dout, "dout", out_shape)
    return compute.max_pool_backward(*_floats(x, dout)[1:], memory, x.shape).astype(x.dtype, copy=False)


def avg_pool_forward_fast(x, pool_param):
    """Keep the mean of each window; arguments and result as in `avg_pool_forward`."""
    check_pool(x, pool_param)
    # The mean is a convolution of each plane with a filter of equal weights.
    w = np.ones((1, 1, pool_param["pool_height"], pool_param["pool_width"]))
    planes, w, b = _floats(x.reshape(-1, 1, *x.shape[2:]), w / w.size, np.zeros(1))
    out = _level.compute.convolve(planes, w, b, pool_param["stride"], 0)
    return out.reshape(*x.shape[:2], *out.shape[2:]), (x, w, b, pool_param["stride"])


def avg_pool_backward_fast(dout, cache):
    """Gradient of `avg_pool_forward_fast`; arguments and result as in `avg_pool_backward`."""
    x, w, b, stride = cache
    check_array(dout, "dout", (*x.shape[:2], *output_sizes(x, w.shape[2:], stride)))
    planes, w, b = _floats(dout.reshape(-1, 1, *dout.shape[2:]), w, b)
    return _level.compute.spread(planes, w, b, x.shape[2:], stride, 0).reshape(x.shape)


def _floats(x, *others):
    """All arrays in the type to compute in: that of x if it is float32 or float64, else float64. Aligned, for C."""
    dtype = x.dtype if x.dtype in (np.float32, np.float64) else np.float64
    return [np.require(array, dtype, "A") for array in (x, *others)]
