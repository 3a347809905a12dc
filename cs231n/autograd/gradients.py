"""Gradients of results on what they were computed from: left on the leaves (`backward`), or returned (`grad`)."""
import numpy as np

from cs231n.autograd.grad_mode import mode, set_grad_enabled
from cs231n.autograd.tape import Tensor, read_only, walk, wrap
from cs231n.fast.runtime import convolves


def backward(outputs, gradients=None, retain_graph=None, create_graph=False):
    """Add to `grad` of every leaf the gradient of these outputs on it.

    Parameters
    ----------
    outputs : Tensor or list of Tensor
    gradients : Tensor or list of Tensor, optional
        The gradient on each output; 1 for an output with one number.
    retain_graph : bool, optional
        Keep the graph for another walk; as a rule what `create_graph` is.
    create_graph : bool
        Record the walk itself, so that gradients have gradients.

    Raises
    ------
    RuntimeError
        If an output asks for no gradient, has more than one number and no gradient on it is given, the graph was walked
        before, or what it needs was changed in place.
    """
    begin, retain_graph = _beginnings(outputs, gradients), create_graph if retain_graph is None else retain_graph
    run = convolves(_leave_on_leaves) if mode.convolved else _leave_on_leaves
    mode.convolved = False
    run(begin, retain_graph, create_graph)


def _leave_on_leaves(begin, retain_graph, create_graph):
    with set_grad_enabled(create_graph):
        for node, gradient in walk(begin, retain_graph):
            if node.keeper is not None:
                kept = node.keeper.grad
                if kept is None:
                    shared = node.inputs or not gradient.data.flags.writeable
                    node.keeper.grad = gradient.clone() if shared else gradient
                else:
                    node.keeper.grad = kept + gradient


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=False):
    """Return the gradients of outputs on inputs; `grad` of no tensor changes.

    Parameters
    ----------
    outputs, inputs : Tensor or list of Tensor
    grad_outputs, retain_graph, create_graph : optional
        As `gradients` and the others in `backward`.
    allow_unused : bool
        Return None for an input that had no part in the outputs, which is an error otherwise.

    Returns
    -------
    tuple of Tensor
        One for each input, of its shape.

    Raises
    ------
    RuntimeError
        As in `backward`.
    """
    inputs = _listed(inputs)
    if any(x._node is None for x in inputs):
        raise RuntimeError("each of inputs must be a tensor with requires_grad=True")
    found = dict.fromkeys([x._node for x in inputs])
    begin, retain_graph = _beginnings(outputs, grad_outputs), create_graph if retain_graph is None else retain_graph
    with set_grad_enabled(create_graph):
        for node, gradient in walk(begin, retain_graph):
            if node in found:
                found[node] = gradient
    if not allow_unused and any(gradient is None for gradient in found.values()):
        raise RuntimeError("one of inputs had no part in outputs; pass allow_unused=True to get None for it")
    return tuple([found[x._node] for x in inputs])


def _beginnings(outputs, gradients):
    outputs = _listed(outputs)
    gradients = [None] * len(outputs) if gradients is None else _listed(gradients)
    begin = {}
    for out, gradient in zip(outputs, gradients, strict=True):
        if out._node is None:
            raise RuntimeError("this tensor is not on the tape: nothing that it was computed from has "
                               "requires_grad=True, or it was computed within no_grad()")
        if gradient is None:
            if out.data.size != 1:
                raise RuntimeError(f"a gradient can be left out only for one number, as of a loss; this tensor has "
                                   f"shape {out.shape}: pass the gradient on it")
            gradient = wrap(np.ones_like(out.data))
        elif gradient.shape != out.shape:
            raise RuntimeError(f"the gradient must have the shape of the tensor, {out.shape}, got {gradient.shape}")
        gradient = read_only(gradient)
        begin[out._node] = begin[out._node] + gradient if out._node in begin else gradient
    return begin


def _listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


Tensor.backward = backward
