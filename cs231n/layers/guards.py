"""What the guards of several layers share.

A guard is a `check_` function beside the layer: it takes the layer's arguments and runs before it, whoever wrote the
layer, and raises one ValueError that names the argument, what it got and what it needs (`cs231n.validation`). Values
are not looked at: a NaN in a diverging network is for the solver to notice. A backward function that students write is
guarded for its gradient only: what is in the cache is their business.
"""
from cs231n.validation import check_any, check_array, check_integer, describe


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


def setting(param, param_name, name, default=None):
    if not isinstance(param, dict):
        raise ValueError(f"{param_name} must be a dictionary, got {describe(param)}")
    return param.get(name, default)


def integer_setting(param, param_name, name, low):
    value = setting(param, param_name, name)
    check_integer(value, f"{param_name}['{name}']", low)
    return value


def check_mode(param, name):
    mode = setting(param, name, "mode")
    if mode not in ("train", "test"):
        raise ValueError(f"{name}['mode'] must be 'train' or 'test', got {describe(mode)}")


def check_seed(param, name):
    if "seed" in param:
        check_integer(param["seed"], f"{name}['seed']", 0, 2**32 - 1)
