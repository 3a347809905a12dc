"""Activation functions and losses as modules: each calls the function of its name with its settings."""
import inspect

import numpy as np

from cs231n.nn import functional as F
from cs231n.nn.layers import _Described
from cs231n.nn.module import Module, Parameter


def _module(name, function, defaults, first):
    """Make the module class of a function, whose settings are given when it is made, and `first` tensors later."""
    class Made(_Described):
        shown = tuple(setting for setting in defaults if setting != "inplace")

        def __init__(self, *args, **settings):
            super().__init__()
            bound = signature.bind(*args, **settings)
            bound.apply_defaults()
            for setting, value in bound.arguments.items():
                if setting in buffers:
                    self.register_buffer(setting, value)
                else:
                    setattr(self, setting, value)

        def forward(self, *inputs):
            if len(inputs) != first:
                raise TypeError(f"{name} takes {first} tensors, got {len(inputs)}")
            return function(*inputs, **{setting: getattr(self, setting) for setting in defaults})

    buffers = {"weight", "pos_weight"} & defaults.keys()
    signature = inspect.Signature([inspect.Parameter(setting, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
                                   for setting, default in defaults.items()])
    Made.__name__ = Made.__qualname__ = name
    Made.__doc__ = inspect.getdoc(function)
    Made.__signature__ = signature
    Made.__module__ = __name__
    return Made


ReLU = _module("ReLU", F.relu, {"inplace": False}, 1)
LeakyReLU = _module("LeakyReLU", F.leaky_relu, {"negative_slope": 0.01, "inplace": False}, 1)
ELU = _module("ELU", F.elu, {"alpha": 1.0, "inplace": False}, 1)
GELU = _module("GELU", F.gelu, {"approximate": "none"}, 1)
SiLU = _module("SiLU", F.silu, {"inplace": False}, 1)
Softplus = _module("Softplus", F.softplus, {}, 1)
Sigmoid = _module("Sigmoid", F.sigmoid, {}, 1)
Tanh = _module("Tanh", F.tanh, {}, 1)
Softmax = _module("Softmax", F.softmax, {"dim": -1}, 1)
LogSoftmax = _module("LogSoftmax", F.log_softmax, {"dim": -1}, 1)

CrossEntropyLoss = _module("CrossEntropyLoss", F.cross_entropy, {
    "weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}, 2)
NLLLoss = _module("NLLLoss", F.nll_loss, {"weight": None, "ignore_index": -100, "reduction": "mean"}, 2)
MultiMarginLoss = _module("MultiMarginLoss", F.multi_margin_loss, {"p": 1, "margin": 1.0, "reduction": "mean"}, 2)
MSELoss = _module("MSELoss", F.mse_loss, {"reduction": "mean"}, 2)
L1Loss = _module("L1Loss", F.l1_loss, {"reduction": "mean"}, 2)
SmoothL1Loss = _module("SmoothL1Loss", F.smooth_l1_loss, {"reduction": "mean", "beta": 1.0}, 2)
BCELoss = _module("BCELoss", F.binary_cross_entropy, {"weight": None, "reduction": "mean"}, 2)
BCEWithLogitsLoss = _module("BCEWithLogitsLoss", F.binary_cross_entropy_with_logits, {
    "weight": None, "reduction": "mean", "pos_weight": None}, 2)
KLDivLoss = _module("KLDivLoss", F.kl_div, {"reduction": "mean", "log_target": False}, 2)


class PReLU(Module):
    """A leaky ReLU with learned slopes: one, or one a channel."""

    def __init__(self, num_parameters=1, init=0.25):
        super().__init__()
        self.weight = Parameter(np.full(num_parameters, init, np.float32))

    def forward(self, input):
        return F.prelu(input, self.weight)
