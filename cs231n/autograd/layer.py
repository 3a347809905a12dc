"""The layers of the kit on the tape, each through its pair of functions, so that none is written a second time."""
import numpy as np

from cs231n.autograd.grad_mode import mode
from cs231n.autograd.tape import record, wrap


def through(layer, *inputs, state=None, name=None, linear=False):
    """Run a layer on tensors and put it on the tape.

    Parameters
    ----------
    layer : Layer
        The pair, from `cs231n.networks.layer`.
    *inputs : Tensor
        Its inputs, then its parameters.
    state : dict, optional
        For a layer that has one; it is changed in place.
    name : str, optional
        What to call it; as a rule what its forward function is called.
    linear : bool
        Whether each number has a slope of its own that does not change nearby, as in a ReLU or a dropout: the gradient
        of the gradient is then the same function once more. Of other layers the tape has no gradient of the gradient.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the arrays do not fit, as the layer says.
    """
    name = name or layer.forward.__name__.removesuffix("_fast").removesuffix("_forward")
    split = layer.num_inputs
    out, cache = layer.run([x.data for x in inputs[:split]], [x.data for x in inputs[split:]], state)

    def rule(g):
        wanted = [x.requires_grad for x in inputs]
        dinputs, dparams = layer.gradients(g.data, cache, any(wanted[:split]), any(wanted[split:]))
        missing = [None] * split if not dinputs else []
        gradients = tuple(None if a is None else wrap(a) for a in (*missing, *dinputs, *dparams))
        gradients += (None,) * (len(inputs) - len(gradients))
        if not mode.recording:
            return gradients
        if linear:
            return (record(name, gradients[0].data, (g,), rule_of_one),)
        sources = (g, *[x for x in inputs if x.requires_grad])
        return tuple(None if a is None else record(f"gradient of {name}", a.data, sources, refuse) for a in gradients)

    def rule_of_one(g):
        return rule(g)[:1]

    def refuse(g):
        raise RuntimeError(f"the gradient of {name} has no gradient here: the layer computes it with arrays")

    return record(name, np.asarray(out), inputs, rule, [x for x in inputs if x.data.dtype.kind == "f"])
