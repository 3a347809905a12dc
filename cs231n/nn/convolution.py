"""Convolutions on the tape, with PyTorch's arguments, and gradients of gradients.

Three operations belong together: a convolution, a transposed convolution, and the gradient on the filters. Each is
linear in both of its inputs, and the gradients of each are the other two.
"""
import numpy as np

from cs231n.autograd import operations as ops
from cs231n.autograd.grad_mode import mode
from cs231n.autograd.operations import operation
from cs231n.autograd.tape import record, wrap
from cs231n.fast_layers import (
    conv_backward_fast,
    conv_forward_fast,
    conv_transpose_backward_fast,
    conv_transpose_forward_fast,
)
from cs231n.networks.any_size import conv_input_backward
from cs231n.validation import describe


@operation
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolve images (N, C, H, W) with filters (F, C / groups, HH, WW), and add bias (F,).

    The steps are the same in both directions; the last window ends where it still fits.
    """
    stride, dilation, padding = one(stride, "stride"), two(dilation), _padding(padding, weight, two(dilation))
    if padding[0] != padding[1]:
        input, padding = ops.pad(input, (padding[1], padding[1], padding[0], padding[0])), (0, 0)
    weight = _dilated(weight, dilation)
    if any((side + 2 * padding[0] - field) % stride for side, field in zip(input.shape[2:], weight.shape[2:],
                                                                           strict=True)):
        # What no window reaches is left out of the padded image: its last rows may be zeros, or the image's.
        input = shrink_to_fit(ops.pad(input, (padding[0],) * 4), weight.shape[2:], stride)
        padding = (0, 0)
    param = {"stride": stride, "pad": padding[0]}
    if groups == 1:
        return _convolve(input, weight, bias, param)
    if input.shape[1] % groups or weight.shape[0] % groups:
        raise ValueError(f"groups must divide the channels, {input.shape[1]}, and the filters, {weight.shape[0]}, "
                         f"got {groups}")
    parts = zip(input.chunk(groups, 1), weight.chunk(groups, 0), bias.chunk(groups) if bias is not None
                else [None] * groups, strict=True)
    return ops.cat([_convolve(x, w, b, param) for x, w, b in parts], 1)


@operation
def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Enlarge images (N, C, H, W) with filters (C, F / groups, HH, WW), and add bias (F,)."""
    stride, padding, more = one(stride, "stride"), two(padding), two(output_padding)
    weight = _dilated(weight, two(dilation))
    param = {"stride": stride, "pad": 0}
    parts = zip(input.chunk(groups, 1), weight.chunk(groups, 0), strict=True)
    full = [_spread(x, w, param) for x, w in parts]
    out = full[0] if groups == 1 else ops.cat(full, 1)
    out = ops.pad(out, (0, more[1], 0, more[0])) if any(more) else out
    H, W = out.shape[2:]
    if any(padding):
        out = out[:, :, padding[0]:H - padding[0], padding[1]:W - padding[1]]
    return out if bias is None else out + bias.reshape(-1, 1, 1)


def _convolve(x, w, b, param):
    zero = np.zeros(len(w), w.dtype) if b is None else b.data
    out, cache = conv_forward_fast(x.data, w.data, zero, param)
    inputs = (x, w) if b is None else (x, w, b)
    if mode.recording:
        mode.convolved = True

    def rule(g):
        if mode.recording:
            dx, dw = _spread(g, w, param), _filter_gradient(x, g, w, param)
            return (dx, dw) if b is None else (dx, dw, g.sum((0, 2, 3)))
        if not w.requires_grad and (b is None or not b.requires_grad):
            return (wrap(conv_input_backward(g.data, cache)), *[None] * (len(inputs) - 1))
        dx, *dparams = conv_backward_fast(g.data, cache, needs_dx=x.requires_grad)
        return (None if dx is None else wrap(dx), *[wrap(a) for a in dparams])[:len(inputs)]

    return record("conv2d", out, inputs, rule, (x, w))


def _spread(x, w, param):
    """Transposed convolution without a bias."""
    out, cache = conv_transpose_forward_fast(x.data, w.data, np.zeros(w.shape[1], w.dtype), param)

    def rule(g):
        if mode.recording:
            return _convolve(g, w, None, param), _filter_gradient(g, x, w, param)
        dx, dw, _ = conv_transpose_backward_fast(g.data, cache)
        return wrap(dx), wrap(dw)

    return record("conv_transpose2d", out, (x, w), rule, (x, w))


def _filter_gradient(x, dout, w, param):
    """The gradient on filters w of a convolution of x with them, given the one on its output; w gives the shape."""
    dw = conv_backward_fast(dout.data, (x.data, w.data, np.zeros(len(w), w.dtype), param), needs_dx=False)[1]
    return record("filter gradient of conv2d", dw, (x, dout),
                  lambda g: (_spread(dout, g, param), _convolve(x, g, None, param)), (x, dout))


def _dilated(weight, dilation):
    """Spread the taps of the filters apart, with zeros between."""
    if dilation == (1, 1):
        return weight
    F, C, HH, WW = weight.shape
    size = (HH - 1) * dilation[0] + 1, (WW - 1) * dilation[1] + 1
    taps = (slice(None), slice(None), slice(None, None, dilation[0]), slice(None, None, dilation[1]))
    return ops.index_put(weight, taps, (F, C, *size))


def shrink_to_fit(x, kernel, stride):
    """Leave out the rows and columns at the end that no window reaches."""
    left = [(side - field) % stride if side >= field else 0 for side, field in zip(x.shape[2:], kernel, strict=True)]
    return x[:, :, :x.shape[2] - left[0], :x.shape[3] - left[1]] if any(left) else x


def two(value):
    """Make (vertical, horizontal) of one number or two."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def one(value, name):
    """Make one number of one, or of two that are the same."""
    first, second = two(value)
    if first != second:
        raise ValueError(f"{name} must be the same in both directions, got {describe(value)}")
    return first


def _padding(padding, weight, dilation):
    if padding == "valid":
        return 0, 0
    if padding == "same":
        sizes = [d * (size - 1) for d, size in zip(dilation, weight.shape[2:], strict=True)]
        if any(size % 2 for size in sizes):
            raise ValueError(f"padding='same' needs filters with odd sides, got {weight.shape[2:]}")
        return tuple(size // 2 for size in sizes)
    return two(padding)
