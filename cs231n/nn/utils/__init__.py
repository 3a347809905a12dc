"""What else training needs: clipping here, data sets and loaders in `data`."""
import numpy as np

from cs231n.autograd.tape import Tensor, wrap
from cs231n.nn.utils import data  # noqa: F401
from cs231n.optim import clip_gradients


def clip_grad_norm_(parameters, max_norm):
    """Scale all gradients together so that their common norm is at most `max_norm`; returns the norm before."""
    params = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    clipped, norm = clip_gradients({p: p.grad.data for p in params if p.grad is not None}, max_norm)
    for p, gradient in clipped.items():
        p.grad.data[...] = gradient
    return wrap(np.asarray(norm))


def parameters_to_vector(parameters):
    """All numbers one behind the other."""
    from cs231n.autograd.operations import cat

    return cat([p.reshape(-1) for p in parameters])
