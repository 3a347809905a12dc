"""What the layers ask of their inputs: one ValueError that names the argument, what it got and what it needs.

Each `check_` function takes the arguments of the functions it guards and runs before them, whoever wrote the layer.
Values are not looked at: a NaN in a diverging network is for the solver to notice.

A backward function that students write is guarded for its gradient only: what is in the cache is their business.
"""
import math
from numbers import Integral, Real

import numpy as np

from cs231n.validation import check_integer, check_number, describe


def check_array(value, name, shape, floats=False):
    """Raise unless `value` is a non-empty array of real numbers of the given shape.

    Parameters
    ----------
    value : object
        What the caller passed.
    name : str
        The argument's name, for the message.
    shape : tuple of int or str
        Numbers are lengths that an axis must have; letters name axes of any length above 0.
    floats : bool
        Also refuse integers, where the result would be cut off to whole numbers.

    Raises
    ------
    ValueError
        If `value` is anything else.
    """
    wanted = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    if not isinstance(value, np.ndarray) or value.ndim != len(shape) or value.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers of shape {wanted}, got {describe(value)}")
    if any(isinstance(want, int) and got != want for got, want in zip(value.shape, shape, strict=True)):
        raise ValueError(f"{name} must have shape {wanted}, got {describe(value)}")
    if value.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(value)}")
    if floats and value.dtype.kind != "f":
        raise ValueError(f"{name} must hold floats, got {describe(value)}; convert it with {name}.astype(np.float64)")


def check_batch(x, name="x"):
    """Raise unless `x` is a non-empty array (N, d_1, ..., d_k) of real numbers with at least one feature axis."""
    if not isinstance(x, np.ndarray) or x.ndim < 2 or x.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers (N, d_1, ..., d_k), got {describe(x)}")
    if x.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(x)}")


def check_any(x, name="x"):
    """Guard layers that act on each number by itself."""
    if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of real numbers, got {describe(x)}")


def check_dout(dout, shape):
    """Raise unless `dout` is an array of real numbers of the output's shape; another one might still broadcast."""
    check_any(dout, "dout")
    if dout.shape != tuple(shape):
        raise ValueError(f"dout must have the shape of the output, {tuple(shape)}, got {describe(dout)}")


def dout_guard(*shape):
    """Make the guard of a backward function whose `dout` has this shape, or any shape if none is given."""
    def check_gradient(dout, cache):
        check_array(dout, "dout", shape) if shape else check_any(dout, "dout")

    return check_gradient


def check_affine(x, w, b):
    """Guard affine_forward."""
    check_batch(x)
    D = math.prod(x.shape[1:])
    if not isinstance(w, np.ndarray) or w.ndim != 2 or w.shape[0] != D:
        raise ValueError(f"w must have shape ({D}, M) to match x of shape {x.shape}, got {describe(w)}")
    check_array(w, "w", (D, "M"))
    check_array(b, "b", (w.shape[1],))


def check_batchnorm(x, gamma, beta, bn_param):
    """Guard batchnorm_forward."""
    check_array(x, "x", ("N", "D"))
    _check_scale_and_shift(gamma, beta, (x.shape[1],))
    _check_averages(bn_param, x.shape[1])


def check_layernorm(x, gamma, beta, ln_param):
    """Guard layernorm_forward."""
    check_array(x, "x", ("N", "D"))
    _check_scale_and_shift(gamma, beta, (x.shape[1],))
    _check_eps(ln_param, "ln_param")


def check_spatial_batchnorm(x, gamma, beta, bn_param):
    """Guard spatial_batchnorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    _check_scale_and_shift(gamma, beta, (x.shape[1],))
    _check_averages(bn_param, x.shape[1])


def check_groupnorm(x, gamma, beta, G, gn_param):
    """Guard spatial_groupnorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    C = x.shape[1]
    _check_scale_and_shift(gamma, beta, (1, C, 1, 1))
    if not isinstance(G, Integral) or G < 1 or C % G:
        raise ValueError(f"G must divide the number of channels, C = {C}, got {describe(G)}")
    _check_eps(gn_param, "gn_param")


def check_instancenorm(x, gamma, beta, in_param):
    """Guard instancenorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    _check_scale_and_shift(gamma, beta, (1, x.shape[1], 1, 1))
    _check_eps(in_param, "in_param")


def check_dropout(x, dropout_param):
    """Guard dropout_forward."""
    check_any(x)
    _check_keep(dropout_param, "dropout_param")


def check_dropconnect(x, w, b, dropconnect_param):
    """Guard dropconnect_forward."""
    check_affine(x, w, b)
    _check_keep(dropconnect_param, "dropconnect_param")


def check_conv(x, w, b, conv_param):
    """Guard the convolutions."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_array(w, "w", ("F", x.shape[1], "HH", "WW"))
    stride, pad = _check_bias_and_steps(x, w, b, w.shape[0], conv_param)
    for size, field, axis in ((x.shape[2], w.shape[2], "height"), (x.shape[3], w.shape[3], "width")):
        output_size(size, field, stride, pad, axis)


def check_conv_transpose(x, w, b, conv_param):
    """Guard the transposed convolution."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_array(w, "w", (x.shape[1], "F", "HH", "WW"))
    stride, pad = _check_bias_and_steps(x, w, b, w.shape[1], conv_param)
    for size, field, axis in ((x.shape[2], w.shape[2], "height"), (x.shape[3], w.shape[3], "width")):
        if (size - 1) * stride + field <= 2 * pad:
            raise ValueError(f"conv_param['pad'], {pad}, cuts off the whole output, whose {axis} without it is "
                             f"{(size - 1) * stride + field}")


def check_pool(x, pool_param):
    """Guard the pooling layers with windows of one size."""
    check_array(x, "x", ("N", "C", "H", "W"))
    stride = _integer(pool_param, "pool_param", "stride", 1)
    for axis, size in zip(("height", "width"), x.shape[2:], strict=True):
        output_size(size, _integer(pool_param, "pool_param", f"pool_{axis}", 1), stride, 0, axis)


def check_fractional_pool(x, pool_param):
    """Guard fractional_max_pool_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    ratio = _setting(pool_param, "pool_param", "ratio")
    if not isinstance(ratio, Real) or not 1 < ratio <= 2 or min(x.shape[2:]) < 2:
        raise ValueError(f"pool_param['ratio'] must lie above 1 and at most at 2, for images of 2x2 or more; "
                         f"got {describe(ratio)} for x of shape {x.shape}")
    _check_seed(pool_param, "pool_param")


def check_unpool(x, factor):
    """Guard the unpooling layers that enlarge by a factor."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_integer(factor, "factor", 1)


def check_max_unpool(x, pooled, pool_param):
    """Guard max_unpool_forward."""
    check_array(pooled, "pooled", ("N", "C", "H", "W"))
    check_pool(pooled, pool_param)
    field = pool_param["pool_height"], pool_param["pool_width"]
    check_array(x, "x", (*pooled.shape[:2], *output_sizes(pooled, field, pool_param["stride"])))


def check_scores(x, y):
    """Guard the losses: scores (N, C) and labels (N,)."""
    check_array(x, "x", ("N", "C"))
    N, C = x.shape
    check_array(y, "y", (N,))
    check_whole(y, "y", C, "C")


def check_word_embedding(x, W):
    """Guard word_embedding_forward."""
    check_array(W, "W", ("V", "D"))
    check_array(x, "x", ("N", "T"))
    check_whole(x, "x", len(W), "V")


def check_temporal_affine(x, w, b):
    """Guard temporal_affine_forward."""
    check_array(x, "x", ("N", "T", "D"))
    check_array(w, "w", (x.shape[2], "M"))
    check_array(b, "b", (w.shape[1],))


def check_temporal_scores(x, y, mask):
    """Guard temporal_softmax_loss."""
    check_array(x, "x", ("N", "T", "V"))
    check_array(y, "y", x.shape[:2])
    check_whole(y, "y", x.shape[2], "V")
    if not isinstance(mask, np.ndarray) or mask.dtype != bool or mask.shape != y.shape:
        raise ValueError(f"mask must be an array of True and False of shape {y.shape}, got {describe(mask)}")


def check_rnn_step(x, prev_h, Wx, Wh, b):
    """Guard rnn_step_forward."""
    _check_recurrent_step(1, x, {"prev_h": prev_h}, Wx, Wh, b)


def check_lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    """Guard lstm_step_forward."""
    _check_recurrent_step(4, x, {"prev_h": prev_h, "prev_c": prev_c}, Wx, Wh, b)


def check_gru_step(x, prev_h, Wx, Wh, b):
    """Guard gru_step_forward."""
    _check_recurrent_step(3, x, {"prev_h": prev_h}, Wx, Wh, b)


def check_rnn_step_gradient(dnext_h, cache):
    """Guard rnn_step_backward."""
    check_array(dnext_h, "dnext_h", ("N", "H"))


def check_lstm_step_gradient(dnext_h, dnext_c, cache):
    """Guard lstm_step_backward."""
    check_array(dnext_h, "dnext_h", ("N", "H"))
    check_array(dnext_c, "dnext_c", dnext_h.shape)


def check_hidden_gradient(dh, cache):
    """Guard rnn_backward and lstm_backward."""
    check_array(dh, "dh", ("N", "T", "H"))


def check_rnn(x, h0, Wx, Wh, b):
    """Guard rnn_forward."""
    _check_recurrent(1, x, h0, Wx, Wh, b)


def check_lstm(x, h0, Wx, Wh, b):
    """Guard lstm_forward."""
    _check_recurrent(4, x, h0, Wx, Wh, b)


def check_gru(x, h0, Wx, Wh, b):
    """Guard gru_forward."""
    _check_recurrent(3, x, h0, Wx, Wh, b)


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


def _check_scale_and_shift(gamma, beta, shape):
    check_array(gamma, "gamma", shape)
    check_array(beta, "beta", shape)


def _check_bias_and_steps(x, w, b, F, conv_param):
    """What all convolutions ask for besides; returns stride and pad."""
    check_array(b, "b", (F,))
    if x.dtype.kind != "f" and "f" in (w.dtype.kind, b.dtype.kind):  # the output, of x's dtype, would be cut off
        raise ValueError(f"x must hold floats, as w or b does, got {describe(x)}; convert it with x.astype(np.float64)")
    return _integer(conv_param, "conv_param", "stride", 1), _integer(conv_param, "conv_param", "pad", 0)


def _setting(param, param_name, name, default=None):
    if not isinstance(param, dict):
        raise ValueError(f"{param_name} must be a dictionary, got {describe(param)}")
    return param.get(name, default)


def _integer(param, param_name, name, low):
    value = _setting(param, param_name, name)
    check_integer(value, f"{param_name}['{name}']", low)
    return value


def _check_mode(param, name):
    mode = _setting(param, name, "mode")
    if mode not in ("train", "test"):
        raise ValueError(f"{name}['mode'] must be 'train' or 'test', got {describe(mode)}")


def _check_eps(param, name):
    check_number(_setting(param, name, "eps", 1e-5), f"{name}['eps']")


def _check_averages(bn_param, D):
    """Raise unless these are settings of a batch normalisation of D features or channels."""
    _check_mode(bn_param, "bn_param")
    _check_eps(bn_param, "bn_param")
    momentum = bn_param.get("momentum", 0.9)
    if not isinstance(momentum, Real) or not 0 <= momentum <= 1:
        raise ValueError(f"bn_param['momentum'] must be from 0 to 1, got {describe(momentum)}")
    for name in ("running_mean", "running_var"):
        if name in bn_param:
            check_array(bn_param[name], f"bn_param['{name}']", (D,))


def _check_seed(param, name):
    if "seed" in param:
        check_integer(param["seed"], f"{name}['seed']", 0, 2**32 - 1)


def _check_keep(param, name):
    _check_mode(param, name)
    p = param.get("p")
    if not isinstance(p, Real) or not 0 < p <= 1:
        raise ValueError(f"{name}['p'], the probability of keeping, must be above 0 and at most 1, got {describe(p)}")
    _check_seed(param, name)


def check_whole(value, name, count, letter):
    """Raise unless `value` holds whole numbers below `count`."""
    if value.dtype.kind not in "iu" or value.min() < 0 or value.max() >= count:
        raise ValueError(f"{name} must hold whole numbers from 0 to {letter} - 1 = {count - 1}, got {describe(value)} "
                         f"with values from {value.min()} to {value.max()}")


def _check_recurrent(parts, x, h0, Wx, Wh, b):
    """Raise unless inputs (N, T, D), a state (N, H) and weights of `parts` times H columns fit each other."""
    check_array(x, "x", ("N", "T", "D"), floats=True)
    _check_recurrent_step(parts, x[:, 0], {"h0": h0}, Wx, Wh, b)


def _check_recurrent_step(parts, x, states, Wx, Wh, b):
    check_array(x, "x", ("N", "D"))
    for name, state in states.items():
        check_array(state, name, (len(x), "H"))
    H = next(iter(states.values())).shape[1]
    for name, state in states.items():
        check_array(state, name, (len(x), H))
    check_array(Wx, "Wx", (x.shape[1], parts * H))
    check_array(Wh, "Wh", (H, parts * H))
    check_array(b, "b", (parts * H,))
