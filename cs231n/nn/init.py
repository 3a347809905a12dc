"""First values of parameters, drawn in place, with PyTorch's names. `fan_in` counts the inputs of a unit."""
import math

from cs231n.autograd.creation import source
from cs231n.training.initializers import orthogonal_init
from cs231n.validation import describe


def _set(tensor, values):
    tensor.data[...] = values
    tensor._version[0] += 1
    return tensor


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Even numbers from a to b."""
    return _set(tensor, source(generator).uniform(a, b, tensor.shape))


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Normal numbers."""
    return _set(tensor, mean + std * source(generator).standard_normal(tensor.shape))


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Normal numbers, drawn again where they lie outside a to b."""
    values = mean + std * source(generator).standard_normal(tensor.shape)
    while (outside := (values < a) | (values > b)).any():
        values[outside] = mean + std * source(generator).standard_normal(int(outside.sum()))
    return _set(tensor, values)


def constant_(tensor, val):
    """One number everywhere."""
    return _set(tensor, val)


def zeros_(tensor):
    """Zeros."""
    return _set(tensor, 0)


def ones_(tensor):
    """Ones."""
    return _set(tensor, 1)


def xavier_uniform_(tensor, gain=1.0, generator=None):
    """Even numbers of variance ``2 gain^2 / (fan_in + fan_out)`` (Glorot and Bengio, 2010)."""
    return _even(tensor, gain * math.sqrt(2 / sum(fans(tensor))), generator)


def xavier_normal_(tensor, gain=1.0, generator=None):
    """Normal numbers of the same variance."""
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(fans(tensor))), generator)


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Even numbers of variance ``gain^2 / fan`` (He et al., 2015); `a` is the slope of a leaky ReLU."""
    return _even(tensor, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Normal numbers of the same variance."""
    return normal_(tensor, 0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def orthogonal_(tensor, gain=1.0):
    """An orthogonal matrix, from NumPy's global generator (Saxe et al., 2014)."""
    return _set(tensor, orthogonal_init(tensor.shape, gain))


def calculate_gain(nonlinearity, param=None):
    """What makes up for the variance that an activation function takes."""
    gains = {"linear": 1, "conv2d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4,
             "leaky_relu": math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))}
    if nonlinearity not in gains:
        raise ValueError(f"nonlinearity must be one of {', '.join(gains)}, got {describe(nonlinearity)}")
    return gains[nonlinearity]


def fans(tensor):
    """Return (fan_in, fan_out) of weights (M, D), or of filters (F, C, HH, WW)."""
    if len(tensor.shape) < 2:
        raise ValueError(f"tensor must have two axes or more, got shape {tensor.shape}")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {describe(mode)}")
    return fans(tensor)[mode == "fan_out"]


def _even(tensor, std, generator):
    bound = math.sqrt(3) * std
    return uniform_(tensor, -bound, bound, generator)
