"""Functions that make the usual layers, with their first parameters.

Weights begin as normal numbers of variance 1 / fan_in or by another of `cs231n.training.initializers`, biases at 0. All
raise a ValueError for a size that is not an integer above 0.
"""
import math
from functools import partial

import numpy as np

from cs231n import fast_layers as fast
from cs231n import layers
from cs231n.layers.dropout import dropout_backward, dropout_forward  # p keeps, whatever a linked folder's year says
from cs231n.networks import any_size
from cs231n.networks.layer import Layer
from cs231n.training.initializers import small_init, xavier_init, zero_init
from cs231n.validation import check_integer, check_number, check_sizes, describe


def affine(D, M, init=xavier_init):
    """Make an affine layer from D to M features; it flattens what it gets."""
    check_sizes(D=D, M=M)
    return Layer(layers.affine_forward, layers.affine_backward, _weights_and_bias(init, (D, M), M), window=None)


def conv(C, F, size, stride=1, pad=0, bias=True, init=xavier_init):
    """Make a convolution of C channels with F filters of `size` x `size`; before a normalisation no bias is needed."""
    check_sizes(C=C, F=F, size=size, stride=stride)
    check_integer(pad, "pad", 0)
    params = _weights_and_bias(init, (F, C, size, size), F)
    settings, window = ({"stride": stride, "pad": pad},), (size, stride, pad)
    if bias:
        return Layer(fast.conv_forward_fast, fast.conv_backward_fast, params, settings, window=window,
                     input_backward=any_size.conv_input_backward, params_backward=_conv_params_backward)
    return Layer(_filter_forward, _filter_backward, {"W": params["W"]}, settings, window=window,
                 input_backward=any_size.conv_input_backward, params_backward=_filter_params_backward)


def conv_transpose(C, F, size, stride=1, pad=0):
    """Make a transposed convolution from C to F channels; maps grow to ``(H - 1) stride - 2 pad + size``."""
    check_sizes(C=C, F=F, size=size, stride=stride)
    check_integer(pad, "pad", 0)
    scale = stride / math.sqrt(C * size * size)  # so many inputs meet in one number of the output: C (size / stride)^2
    params = _weights_and_bias(partial(small_init, scale=scale), (C, F, size, size), F)
    return Layer(fast.conv_transpose_forward_fast, fast.conv_transpose_backward_fast, params,
                 ({"stride": stride, "pad": pad},), window=None)


def floor_conv(size, stride=1, pad=0):
    """Make a convolution for images of any size (`any_size`), whose filters come from elsewhere."""
    return Layer(any_size.floor_conv_forward, any_size.floor_conv_backward, dict.fromkeys(("W", "b")),
                 ({"stride": stride, "pad": pad},), window=(size, stride, pad),
                 input_backward=any_size.floor_conv_input_backward)


def max_pool(size):
    """Make a max pooling layer with windows of `size` x `size` beside each other."""
    check_sizes(size=size)
    return Layer(fast.max_pool_forward_fast, fast.max_pool_backward_fast, settings=_pooling(size, size),
                 window=(size, size, 0))


def ceil_max_pool(size, stride):
    """Make a max pooling layer for images of any size (`any_size`)."""
    return Layer(any_size.ceil_max_pool_forward, any_size.ceil_max_pool_backward, settings=_pooling(size, stride),
                 window=(size, stride, 0))


def global_avg_pool():
    """Make a layer that takes the mean of each feature map: (N, C, H, W) to (N, C)."""
    return Layer(layers.global_avg_pool_forward, layers.global_avg_pool_backward, window=None)


def batchnorm(D):
    """Make a batch normalisation of D features."""
    check_sizes(D=D)
    return Layer(layers.batchnorm_forward, layers.batchnorm_backward, _scale_and_shift((D,)), state={"mode": "train"})


def spatial_batchnorm(C):
    """Make a batch normalisation of C channels of feature maps."""
    check_sizes(C=C)
    return Layer(layers.spatial_batchnorm_forward, layers.spatial_batchnorm_backward, _scale_and_shift((C,)),
                 state={"mode": "train"})


def spatial_groupnorm(C, G):
    """Make a group normalisation of C channels of feature maps in G groups."""
    check_sizes(C=C, G=G)
    return Layer(layers.spatial_groupnorm_forward, layers.spatial_groupnorm_backward, _scale_and_shift((1, C, 1, 1)),
                 (G, {}))


def dropout(p):
    """Make a dropout layer that keeps each number with probability p, above 0 and at most 1."""
    check_number(p, "p")
    return Layer(dropout_forward, dropout_backward, state={"mode": "train", "p": float(p)})


def relu():
    """Make a ReLU."""
    return Layer(layers.relu_forward, layers.relu_backward)


def leaky_relu(slope=0.01):
    """Make a leaky ReLU with this slope below 0."""
    check_number(slope, "slope")
    return Layer(layers.leaky_relu_forward, layers.leaky_relu_backward, settings=(slope,))


def tanh():
    """Make a hyperbolic tangent."""
    return Layer(layers.tanh_forward, layers.tanh_backward)


def reshape(*shape):
    """Make a layer that gives each example this shape; the number of features stays."""
    for size in shape:
        check_integer(size, "each of shape", 1)
    return Layer(_reshape_forward, _reshape_backward, settings=(shape,), window=None)


def add():
    """Make a layer that adds two arrays of the same shape: the end of a residual connection."""
    return Layer(_add_forward, _add_backward, num_inputs=2)


def concatenate():
    """Make a layer that puts the channels of two arrays of feature maps one behind the other."""
    return Layer(_concatenate_forward, _concatenate_backward, num_inputs=2)


def _weights_and_bias(init, shape, num_units):
    return {"W": partial(init, shape), "b": partial(zero_init, (num_units,))}


def _scale_and_shift(shape):
    return {"gamma": partial(np.ones, shape), "beta": partial(np.zeros, shape)}


def _pooling(size, stride):
    return ({"pool_height": size, "pool_width": size, "stride": stride},)


# The functions of layers that `cs231n.layers` does not have.

def _conv_params_backward(dout, cache):
    return fast.conv_backward_fast(dout, cache, needs_dx=False)[1:]


def _filter_forward(x, w, conv_param):
    """Convolution without a bias."""
    return fast.conv_forward_fast(x, w, np.zeros(len(w), w.dtype), conv_param)


def _filter_backward(dout, cache):
    return fast.conv_backward_fast(dout, cache)[:2]


def _filter_params_backward(dout, cache):
    return fast.conv_backward_fast(dout, cache, needs_dx=False)[1]


def _reshape_forward(x, shape):
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise ValueError(f"x must have {math.prod(shape)} features an example for the shape {shape}, got {describe(x)}")
    return x.reshape(len(x), *shape), x.shape


def _reshape_backward(dout, cache):
    return dout.reshape(cache)


def _add_forward(x, y):
    if x.shape != y.shape:
        raise ValueError(f"the arrays to add must have one shape, got {describe(x)} and {describe(y)}")
    return x + y, None


def _add_backward(dout, cache):
    return dout, dout


def _concatenate_forward(x, y):
    return np.concatenate([x, y], axis=1), x.shape[1]


def _concatenate_backward(dout, cache):
    return dout[:, :cache], dout[:, cache:]
