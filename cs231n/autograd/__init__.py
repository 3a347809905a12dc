"""Tensors with gradients: arrays that remember what they were computed from. Names and meaning are PyTorch's.

    from cs231n import autograd

    w = autograd.randn(3, requires_grad=True)
    loss = (w * w).sum()
    loss.backward()
    w.grad

Read `tape` first: it is the whole idea. `operations` has the rules, `gradients` what a user calls, `function` own
operations, `layer` the kit's layers on the tape, `static` graphs that are drawn up beforehand.
"""
# ruff: noqa: F401 (what stands here is what this package offers)
import numpy as np

from cs231n.autograd import methods, operations  # `methods` gives tensors theirs
from cs231n.autograd.creation import (
    Generator,
    arange,
    as_tensor,
    empty,
    eye,
    from_numpy,
    full,
    linspace,
    manual_seed,
    ones,
    ones_like,
    rand,
    rand_like,
    randint,
    randn,
    randn_like,
    randperm,
    tensor,
    zeros,
    zeros_like,
)
from cs231n.autograd.function import Function
from cs231n.autograd.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from cs231n.autograd.gradients import backward, grad
from cs231n.autograd.layer import through
from cs231n.autograd.operations import *  # noqa: F403
from cs231n.autograd.tape import Tensor

float32, float64, int64, int32, uint8 = np.float32, np.float64, np.int64, np.int32, np.uint8
float, double, long, bool = float32, float64, int64, np.bool_  # PyTorch's other names
concat = operations.cat


class device(str):
    """Where tensors live: here always on the CPU."""

    __slots__ = ()


class cuda:
    """Answers the question that notebooks begin with."""

    @staticmethod
    def is_available():
        """There is no GPU here."""
        return False
