"""The layers as functions of tensors: PyTorch's names and arguments around the kit's pairs.

Where PyTorch lets the steps of a window end before the border, so do these.
"""
import math

import numpy as np

from cs231n.autograd import operations as ops
from cs231n.autograd.grad_mode import mode
from cs231n.autograd.layer import through
from cs231n.autograd.operations import log_softmax, operation, pad, sigmoid, softmax, tanh  # noqa: F401
from cs231n.autograd.tape import record, wrap
from cs231n.fast_layers import avg_pool_backward_fast, avg_pool_forward_fast
from cs231n.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    elu_backward,
    elu_forward,
    layernorm_backward,
    layernorm_forward,
    maxout_backward,
    maxout_forward,
    prelu_backward,
    prelu_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
    word_embedding_backward,
    word_embedding_forward,
)
from cs231n.networks import factories
from cs231n.networks.layer import Layer
from cs231n.nn.convolution import conv2d, conv_transpose2d, shrink_to_fit, two  # noqa: F401
from cs231n.nn.losses import (  # noqa: F401
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    kl_div,
    l1_loss,
    mse_loss,
    multi_margin_loss,
    nll_loss,
    smooth_l1_loss,
)
from cs231n.validation import describe

_RELU = factories.relu()
_MAXOUT = Layer(maxout_forward, maxout_backward)
_PRELU = Layer(prelu_forward, prelu_backward)


@operation
def linear(input, weight, bias=None):
    """``input weight^T + bias`` along the last axis; weight is (M, D)."""
    if input.data.ndim != 2:
        rows = linear(input.reshape(-1, input.shape[-1]), weight, bias)
        return rows.reshape(*input.shape[:-1], len(weight))
    b = np.zeros(len(weight), weight.dtype) if bias is None else bias.data
    out, cache = affine_forward(input.data, weight.data.T, b)

    def rule(g):
        if mode.recording:
            gradients = g @ weight, g.mT @ input, g.sum(0)
        else:
            dx, dw, db = affine_backward(g.data, cache)
            gradients = wrap(dx), wrap(dw.T), wrap(db)
        return gradients[:2] if bias is None else gradients

    inputs = (input, weight) if bias is None else (input, weight, bias)
    return record("linear", out, inputs, rule, (input, weight))


# Activations

@operation
def relu(input, inplace=False):
    """``max(0, x)``."""
    return through(_RELU, input, linear=True)


@operation
def leaky_relu(input, negative_slope=0.01, inplace=False):
    """``x`` above 0 and ``negative_slope x`` below."""
    return through(factories.leaky_relu(negative_slope), input, linear=True)


@operation
def prelu(input, weight):
    """A leaky ReLU with learned slopes, one for all or one a channel (axis 1)."""
    if len(weight) > 1 and input.data.ndim > 2:
        weight = weight.reshape(-1, *[1] * (input.data.ndim - 2))
    return through(_PRELU, input, weight)


@operation
def elu(input, alpha=1.0, inplace=False):
    """``x`` above 0 and ``alpha (e^x - 1)`` below."""
    return through(Layer(elu_forward, elu_backward, settings=(alpha,)), input)


@operation
def gelu(input, approximate="none"):
    """``x Phi(x)``, with the distribution function of normal numbers, or its approximation by a 'tanh'."""
    if approximate == "tanh":
        return 0.5 * input * (1 + tanh(math.sqrt(2 / math.pi) * (input + 0.044715 * input ** 3)))
    return 0.5 * input * (1 + _erf(input * math.sqrt(0.5)))


def _erf(x):
    from scipy.special import erf  # here, as it takes a while to import

    return record("erf", erf(x.data), (x,), lambda g: (g * (2 / math.sqrt(math.pi)) * ops.exp(-(x * x)),), (x,))


@operation
def silu(input, inplace=False):
    """``x sigmoid(x)``."""
    return input * sigmoid(input)


@operation
def softplus(input):
    """``log(1 + e^x)``: a smooth ReLU."""
    return ops.maximum(input, 0.0) + ops.log(1 + ops.exp(-ops.abs(input)))


@operation
def maxout(input, weight, bias):
    """The largest of K affine functions; weight (K, D, M), bias (K, M). PyTorch has none."""
    return through(_MAXOUT, input, weight, bias)


# Pooling

@operation
def max_pool2d(input, kernel_size, stride=None, padding=0):
    """The largest number of each window."""
    kernel, stride, padding = two(kernel_size), two(stride or kernel_size), two(padding)
    if any(padding):
        input = pad(input, (padding[1], padding[1], padding[0], padding[0]), value=-math.inf)
    return through(Layer(factories.max_pool(1).forward, factories.max_pool(1).backward,
                         settings=(_pool_param(kernel, stride),)), shrink_to_fit(input, kernel, stride[0]))


@operation
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    """The mean of each window; zeros of the padding count."""
    kernel, stride, padding = two(kernel_size), two(stride or kernel_size), two(padding)
    if any(padding):
        input = pad(input, (padding[1], padding[1], padding[0], padding[0]))
    return through(Layer(avg_pool_forward_fast, avg_pool_backward_fast, settings=(_pool_param(kernel, stride),)),
                   shrink_to_fit(input, kernel, stride[0]), linear=False)


@operation
def adaptive_avg_pool2d(input, output_size):
    """The mean of each of `output_size` regions; of sizes that do not divide the image, regions overlap."""
    H, W = two(output_size)
    if (H, W) == (1, 1):
        return input.mean((2, 3), keepdim=True)
    if input.shape[2] % H or input.shape[3] % W:
        rows, columns = (_regions(size, parts) for size, parts in zip(input.shape[2:], (H, W), strict=True))
        return ops.stack([ops.stack([input[:, :, r, c].mean((2, 3)) for c in columns], -1) for r in rows], -2)
    kernel = input.shape[2] // H, input.shape[3] // W
    N, C = input.shape[:2]
    return input.reshape(N, C, H, kernel[0], W, kernel[1]).mean((3, 5))


def _regions(size, parts):
    return [slice(i * size // parts, -(-(i + 1) * size // parts)) for i in range(parts)]


def _pool_param(kernel, stride):
    if stride[0] != stride[1]:
        raise ValueError(f"stride must be the same in both directions, got {stride}")
    return {"pool_height": kernel[0], "pool_width": kernel[1], "stride": stride[0]}


# Normalisation

@operation
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Normalise each channel (axis 1) over the batch and all places; in testing by the running averages.

    `momentum` is the share of the new, and the running variance that of a sample (divided by n - 1), as in PyTorch.
    """
    C = input.shape[1]
    weight = wrap(np.ones(C, input.dtype)) if weight is None else weight
    bias = wrap(np.zeros(C, input.dtype)) if bias is None else bias
    if not training and running_mean is not None:
        scale = weight / wrap(np.sqrt(running_var.data + np.asarray(eps, running_var.dtype)))
        shift = bias - wrap(running_mean.data) * scale
        places = (C, *[1] * (input.data.ndim - 2))
        return input * scale.reshape(places) + shift.reshape(places)
    count = input.data.size // C
    if count == 1:
        raise ValueError(f"batch normalisation needs more than one number a channel in training, got {input.shape}")
    state = {"mode": "train", "eps": eps, "momentum": 0.0}  # so that the averages are those of this batch alone
    if input.data.ndim == 4:
        out = through(Layer(spatial_batchnorm_forward, spatial_batchnorm_backward, state={}), input, weight, bias,
                      state=state)
    elif input.data.ndim == 2:
        out = through(Layer(batchnorm_forward, batchnorm_backward, state={}), input, weight, bias, state=state)
    else:
        shape = input.shape
        return batch_norm(input.reshape(*shape[:2], -1, 1), running_mean, running_var, weight, bias, training,
                          momentum, eps).reshape(shape)
    if running_mean is not None:
        unbiased = state["running_var"] * (count / (count - 1))
        for average, new in ((running_mean, state["running_mean"]), (running_var, unbiased)):
            average.data[...] = (1 - momentum) * average.data + momentum * new
    return out


@operation
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Normalise each example over its last axes, which have this shape."""
    shape = tuple(normalized_shape)
    if input.shape[-len(shape):] != shape:
        raise ValueError(f"normalized_shape must be the last axes of the input, got {shape} for {input.shape}")
    weight = wrap(np.ones(shape, input.dtype)) if weight is None else weight
    bias = wrap(np.zeros(shape, input.dtype)) if bias is None else bias
    layer = Layer(layernorm_forward, layernorm_backward, settings=({"eps": eps},))
    D = math.prod(shape)
    return through(layer, input.reshape(-1, D), weight.reshape(D), bias.reshape(D)).reshape(input.shape)


@operation
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Normalise each example over groups of channels."""
    N, C = input.shape[:2]
    weight = wrap(np.ones(C, input.dtype)) if weight is None else weight
    bias = wrap(np.zeros(C, input.dtype)) if bias is None else bias
    pair = factories.spatial_groupnorm(C, num_groups)
    layer = Layer(pair.forward, pair.backward, settings=(num_groups, {"eps": eps}))
    maps = input if input.data.ndim == 4 else input.reshape(N, C, -1, 1)
    return through(layer, maps, weight.reshape(1, C, 1, 1), bias.reshape(1, C, 1, 1)).reshape(input.shape)


@operation
def instance_norm(input, weight=None, bias=None, eps=1e-5):
    """Normalise each channel of each example by itself."""
    return group_norm(input, input.shape[1], weight, bias, eps)


# The rest

@operation
def dropout(input, p=0.5, training=True, inplace=False):
    """Set each number to 0 with probability p in training, and divide the others by 1 - p."""
    if not 0 <= p <= 1:
        raise ValueError(f"p, the probability of dropping, must be from 0 to 1, got {describe(p)}")
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    pair = factories.dropout(1 - p)
    return through(pair, input, state=dict(pair.state), linear=True)


@operation
def embedding(input, weight, padding_idx=None):
    """The rows of `weight` (V, D) that the integers of the input name; that of `padding_idx` learns nothing."""
    words = input.data.reshape(1, -1)
    out, cache = word_embedding_forward(words, weight.data)

    def rule(g):
        g = g.reshape(*words.shape, -1)
        if mode.recording:
            return (ops.index_put(g, words, weight.shape),)
        dW = word_embedding_backward(g.data, cache)
        if padding_idx is not None:
            dW[padding_idx] = 0
        return (wrap(dW),)

    return record("embedding", out.reshape(*input.shape, -1), (weight,), rule)


@operation
def one_hot(input, num_classes):
    """Rows of zeros with a 1 at the place that each integer names."""
    return wrap(np.eye(num_classes, dtype=np.int64)[input.data])


@operation
def normalize(input, p=2, dim=1, eps=1e-12):
    """Divide by the norm along an axis, which is at least eps."""
    return input / ops.clamp(ops.norm(input, p, dim, keepdim=True), min=eps)
