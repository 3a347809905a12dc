"""A layer as one value: a pair of functions, forwards and backwards, and all that they are called with.

    fc = factories.affine(784, 256)
    params = fc.first_values(np.float32).values()
    out, cache = fc.run([x], params)
    [dx], [dW, db] = fc.gradients(dout, cache)

Whatever puts layers together stands on this pair: `cs231n.networks` composes pairs into networks, and a tape records
the same pairs, so that no layer is written twice. `cs231n.networks.factories` makes the pairs of the usual layers.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layer:
    """A pair of layer functions and what they are called with.

    Attributes
    ----------
    forward : function
        ``forward(*inputs, *parameters, *settings) -> (out, cache)``; with `state`, that dictionary comes last.
    backward : function
        ``backward(dout, cache)``: the gradients on the inputs and then on the parameters, in the order of `forward`'s
        arguments. One alone comes as it is, more as a tuple.
    params : mapping of str -> function
        Names of the parameters, in the order of the arguments, and what makes their first values: a function of
        `dtype`, such as ``functools.partial(xavier_init, (D, M))``. None where the values come from elsewhere.
    settings : tuple
        Arguments after the parameters, the same in every call.
    state : dict, optional
        What is remembered from one call to the next, such as running averages, with "mode", which is "train" or "test".
        This one is the state at first; whoever runs the layer keeps a copy and hands it in.
    num_inputs : int
        How many arrays go in; 2 for a sum.
    window : tuple of (size, stride, pad), or None
        Which pixels of the input one pixel of the output sees, in each direction; None means all of them.
    input_backward, params_backward : function, optional
        ``(dout, cache)``: the gradients on the inputs alone, or on the parameters alone, where that is cheaper.
    """

    forward: Callable
    backward: Callable
    params: Mapping = field(default_factory=dict)
    settings: tuple = ()
    state: dict | None = None
    num_inputs: int = 1
    window: tuple | None = (1, 1, 0)
    input_backward: Callable | None = None
    params_backward: Callable | None = None

    def first_values(self, dtype):
        """Draw the parameters' first values, a dictionary of arrays of this dtype, from NumPy's global generator."""
        return {name: make(dtype=dtype) for name, make in self.params.items()}

    def run(self, inputs, params=(), state=None):
        """Return out, and a cache for `gradients`.

        Parameters
        ----------
        inputs : iterable of ndarray
            `num_inputs` arrays.
        params : iterable of ndarray
            An array for each name in the attribute of that name.
        state : dict, optional
            For a layer that has one. It is changed in place.

        Returns
        -------
        out : ndarray
        cache : object

        Raises
        ------
        ValueError
            If the arrays do not fit, as `forward` says.
        """
        return self.forward(*inputs, *params, *self.settings, *([] if self.state is None else [state]))

    def gradients(self, dout, cache, needs_inputs=True, needs_params=True):
        """Return the gradients on the inputs and on the parameters, given the one on the output.

        Parameters
        ----------
        dout : ndarray
            Of the output's shape.
        cache : object
            From `run`.
        needs_inputs, needs_params : bool
            Whether somebody asks for these gradients; what nobody asks for may be left out.

        Returns
        -------
        dinputs, dparams : list of ndarray
            In the order of the arguments of `run`; an empty list for what is not needed.
        """
        if not needs_inputs and (self.params_backward or not self.params):
            return [], _listed(self.params_backward(dout, cache)) if self.params else []
        if not needs_params and self.input_backward:
            return _listed(self.input_backward(dout, cache)), []
        gradients = _listed(self.backward(dout, cache))
        dinputs, dparams = gradients[:self.num_inputs], gradients[self.num_inputs:]
        return dinputs if needs_inputs else [], dparams if needs_params else []


def _listed(gradients):
    return list(gradients) if isinstance(gradients, (tuple, list)) else [gradients]
