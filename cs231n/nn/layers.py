"""Modules with weights, pools, normalisations, dropout: PyTorch's, with its first weights."""
import math

import numpy as np

from cs231n.autograd.tape import Tensor
from cs231n.nn import functional as F
from cs231n.nn import init
from cs231n.nn.module import Module, Parameter


def _empty(*shape):
    return Parameter(np.empty(shape, np.float32))


def _first_weights(module, fan_in):
    """Even numbers of variance ``1 / (3 fan_in)`` for weight and bias: what PyTorch begins with."""
    init.uniform_(module.weight, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))
    if module.bias is not None:
        init.uniform_(module.bias, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))


class _Described(Module):
    shown = ()  # names of the attributes in the printed form

    def extra_repr(self):
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self.shown)


class Linear(_Described):
    """``x weight^T + bias``, with weight (out_features, in_features)."""

    shown = "in_features", "out_features"

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        # It lies in memory as `affine_forward` and the gradient want it: (in_features, out_features), seen transposed.
        self.weight = Parameter(np.empty((in_features, out_features), np.float32).T)
        self.register_parameter("bias", _empty(out_features) if bias else None)
        self.reset_parameters()

    def reset_parameters(self):
        """Draw first weights."""
        _first_weights(self, self.in_features)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)


class Maxout(_Described):
    """The largest of `pieces` affine functions; PyTorch has none."""

    shown = "in_features", "out_features", "pieces"

    def __init__(self, in_features, out_features, pieces=2):
        super().__init__()
        self.in_features, self.out_features, self.pieces = in_features, out_features, pieces
        self.weight, self.bias = _empty(pieces, in_features, out_features), _empty(pieces, out_features)
        _first_weights(self, in_features)

    def forward(self, input):
        return F.maxout(input, self.weight, self.bias)


class _Convolution(_Described):
    convolves = True
    shown = "in_channels", "out_channels", "kernel_size", "stride", "padding"

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, shape):
        super().__init__()
        if in_channels % groups or out_channels % groups:
            raise ValueError(f"groups must divide in_channels and out_channels, got {groups} for {in_channels} and "
                             f"{out_channels}")
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, F.two(kernel_size)
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        self.weight = _empty(*shape, *self.kernel_size)
        self.register_parameter("bias", _empty(out_channels) if bias else None)
        _first_weights(self, math.prod(self.weight.shape[1:]))


class Conv2d(_Convolution):
    """Convolution of (N, C, H, W) with filters (F, C / groups, HH, WW)."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                         (out_channels, in_channels // groups))

    def forward(self, input):
        return F.conv2d(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class ConvTranspose2d(_Convolution):
    """Transposed convolution of (N, C, H, W) with filters (C, F / groups, HH, WW): enlarges images."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                         (in_channels, out_channels // groups))
        self.output_padding = output_padding

    def forward(self, input):
        return F.conv_transpose2d(input, self.weight, self.bias, self.stride, self.padding, self.output_padding,
                                  self.groups, self.dilation)


class _Pool(_Described):
    shown = "kernel_size", "stride", "padding"

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride or kernel_size, padding


class MaxPool2d(_Pool):
    """The largest number of each window."""

    def forward(self, input):
        return F.max_pool2d(input, self.kernel_size, self.stride, self.padding)


class AvgPool2d(_Pool):
    """The mean of each window."""

    def forward(self, input):
        return F.avg_pool2d(input, self.kernel_size, self.stride, self.padding)


class AdaptiveAvgPool2d(_Described):
    """The mean of each of `output_size` regions."""

    shown = ("output_size",)

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def forward(self, input):
        return F.adaptive_avg_pool2d(input, self.output_size)


class _BatchNorm(_Described):
    shown = "num_features", "eps", "momentum"

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.register_parameter("weight", Parameter(np.ones(num_features, np.float32)) if affine else None)
        self.register_parameter("bias", Parameter(np.zeros(num_features, np.float32)) if affine else None)
        tracked = {"running_mean": np.zeros(num_features, np.float32),
                   "running_var": np.ones(num_features, np.float32), "num_batches_tracked": np.zeros((), np.int64)}
        for name, values in tracked.items():
            self.register_buffer(name, Tensor(values) if track_running_stats else None)

    def forward(self, input):
        if isinstance(input, Tensor) and input.data.ndim not in self.axes:
            raise ValueError(f"input must have {' or '.join(map(str, self.axes))} axes, got shape {input.shape}")
        momentum = self.momentum
        if self.training and self.running_mean is not None:
            self.num_batches_tracked.data += 1
            if momentum is None:  # the mean of all batches so far
                momentum = 1 / float(self.num_batches_tracked)
        return F.batch_norm(input, self.running_mean, self.running_var, self.weight, self.bias,
                            self.training or self.running_mean is None, momentum, self.eps)


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L)."""

    axes = 2, 3


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (N, C, H, W)."""

    axes = (4,)


class LayerNorm(_Described):
    """Normalisation of each example over its last axes, of this shape."""

    shown = "normalized_shape", "eps"

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True):
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        ones, zeros = np.ones(self.normalized_shape, np.float32), np.zeros(self.normalized_shape, np.float32)
        self.register_parameter("weight", Parameter(ones) if elementwise_affine else None)
        self.register_parameter("bias", Parameter(zeros) if elementwise_affine and bias else None)

    def forward(self, input):
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)


class GroupNorm(_Described):
    """Normalisation of each example over groups of channels."""

    shown = "num_groups", "num_channels", "eps"

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(f"num_groups must divide num_channels, got {num_groups} and {num_channels}")
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.register_parameter("weight", Parameter(np.ones(num_channels, np.float32)) if affine else None)
        self.register_parameter("bias", Parameter(np.zeros(num_channels, np.float32)) if affine else None)

    def forward(self, input):
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)


class InstanceNorm2d(GroupNorm):
    """Normalisation of each channel of each image by itself; without weights unless `affine`."""

    def __init__(self, num_features, eps=1e-5, affine=False):
        super().__init__(num_features, num_features, eps, affine)


class Dropout(_Described):
    """In training each number is 0 with probability p, and the others are divided by 1 - p."""

    shown = ("p",)

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p, the probability of dropping, must be from 0 to 1, got {p!r}")
        self.p = p

    def forward(self, input):
        return F.dropout(input, self.p, self.training)


class Embedding(_Described):
    """A vector for each of `num_embeddings` words."""

    shown = "num_embeddings", "embedding_dim"

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None):
        super().__init__()
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight = _empty(num_embeddings, embedding_dim)
        init.normal_(self.weight)
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    def forward(self, input):
        return F.embedding(input, self.weight, self.padding_idx)


class Flatten(Module):
    """One axis of all but the first."""

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        return F.ops.flatten(input, self.start_dim, self.end_dim)


class Identity(Module):
    """The input itself, whatever it was made with."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input
