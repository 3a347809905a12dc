"""The base of all composed networks: named layers, each of which takes what earlier ones give.

    net = Network([
        Node("conv1", conv(3, 8, 3, pad=1)), Node("relu1", relu()),
        Node("conv2", conv(8, 8, 3, pad=1)), Node("sum", add(), ("conv2", "relu1")),
        Node("means", global_avg_pool()), Node("scores", affine(8, 10)),
    ], dtype=np.float32, reg=1e-4)
    scores = net.loss(X)
    loss, grads = net.loss(X, y)
    maps, cache = net.propagate(X, ["relu1", "sum"])

A network keeps its parameters and what its layers remember; what a pass leaves behind is in the cache that it returns.
So two batches may go forwards before either goes back.
"""
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cs231n.fast.runtime import convolves
from cs231n.layers import softmax_loss
from cs231n.layers.regularization import l2_regularization
from cs231n.networks.layer import Layer
from cs231n.validation import check_dtype, check_number, describe

INPUT = "x"  # what a node names to take the network's input


class Node(NamedTuple):
    """A layer in its place.

    Attributes
    ----------
    name : str
    layer : Layer
    inputs : tuple of str, optional
        Names of earlier nodes, or "x" for the network's input. Without them, the node before.
    params : mapping of str -> str, optional
        Under which names the network keeps the layer's parameters: two nodes may share one. Without it, `conv1_W` for
        the W of conv1.
    """

    name: str
    layer: Layer
    inputs: tuple | None = None
    params: Mapping | None = None

    @property
    def param_names(self):
        """Names of the layer's parameters in the network, in their order."""
        return [f"{self.name}_{own}" if self.params is None else self.params[own] for own in self.layer.params]


class Network:
    """Named layers, put together in any way that has no circle.

    Parameters
    ----------
    nodes : iterable of Node
        In the order of computation; the last one gives the scores.
    params : dict of str -> ndarray, optional
        Trained parameters. Without it the layers draw their first ones.
    dtype : {np.float32, np.float64}, optional
        Precision of parameters and arithmetic. Without it, parameters and input stay as they are.
    reg : float
        Strength of the regularisation of all weights W, not of biases, gamma and beta.
    regularization : function of (w, strength)
        One of `layers.regularization`; with ``functools.partial(elastic_net, beta=0.5)`` L1 and L2 at once.

    Attributes
    ----------
    nodes : tuple of Node
    params : dict of str -> ndarray
        All that is learned. To train, put new arrays here.
    bn_params : dict of str -> dict
        What nodes with a state remember, such as running averages.
    dtype, reg, regularization
        As above.

    Raises
    ------
    ValueError
        If a name stands twice, a node takes what none before it gives, or a setting is out of range.
    """

    def __init__(self, nodes, params=None, dtype=None, reg=0.0, regularization=l2_regularization):
        check_number(reg, "reg")
        if dtype is not None:
            check_dtype(dtype)
        self.nodes = tuple(connected(nodes))
        if not self.nodes:
            raise ValueError("nodes must hold one Node at least, got none")
        self.dtype, self.reg, self.regularization = dtype, reg, regularization
        self.params = self._first_params() if params is None else params
        self.bn_params = {node.name: dict(node.layer.state) for node in self.nodes if node.layer.state is not None}

    def _first_params(self):
        params = {}
        for node in self.nodes:
            if not set(node.param_names) <= params.keys():  # else they are another node's as well
                values = node.layer.first_values(self.dtype or np.float64).values()
                params |= dict(zip(node.param_names, values, strict=True))
        return params

    @property
    def num_params(self):
        """How many numbers there are to learn."""
        return sum(value.size for value in self.params.values())

    @convolves
    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Without labels the network is tested: batch normalisation uses its running averages, dropout keeps all.

        Parameters
        ----------
        X : ndarray (N, ...)
        y : ndarray (N,) of int, optional
            Labels.

        Returns
        -------
        scores : ndarray (N, C)
            If y is None. Otherwise:
        loss : float
            Softmax loss and regularisation.
        grads : dict of str -> ndarray
            The gradient of the loss on each of `params`.

        Raises
        ------
        ValueError
            If the images or labels do not fit.
        """
        [scores], cache = self.propagate(X, mode="test" if y is None else "train")
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        _, grads = self.backpropagate([dscores], cache, needs_input=False)
        for name in {node.param_names[0]: None for node in self.nodes if "W" in node.layer.params}:
            penalty, dw = self.regularization(self.params[name], self.reg)
            loss += penalty
            grads[name] += dw
        return loss, grads

    def propagate(self, x, ends=None, mode="train"):
        """Run the layers from the input to the nodes `ends`, and none that these do not need.

        Parameters
        ----------
        x : ndarray (N, ...)
        ends : list of str, optional
            Names of nodes; without it, the last one.
        mode : {'train', 'test'}
            For layers that do not do the same in both.

        Returns
        -------
        outs : list of ndarray
            What these nodes give.
        cache : tuple
            For `backpropagate`.

        Raises
        ------
        ValueError
            If x does not fit; the message names the layer that noticed.
        """
        if mode not in ("train", "test"):
            raise ValueError(f"mode must be 'train' or 'test', got {describe(mode)}")
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiu":
            raise ValueError(f"x must be an array of real numbers, got {describe(x)}")
        ends = [self.nodes[-1].name] if ends is None else ends
        needed = self._needed(ends)
        left = Counter(name for node in needed for name in node.inputs) + Counter(ends)  # who still takes it
        outs = {INPUT: x if self.dtype is None else x.astype(self.dtype, copy=False)}
        caches = {}
        for node in needed:
            state = self.bn_params.get(node.name)
            if state is not None:
                state["mode"] = mode
            inputs = [outs[name] for name in node.inputs]
            try:
                outs[node.name], caches[node.name] = node.layer.run(
                    inputs, [self.params[name] for name in node.param_names], state)
            except ValueError as error:
                raise ValueError(f"layer {node.name}, {node.layer.forward.__name__}: {error}") from error
            left.subtract(node.inputs)
            for name in node.inputs:
                if not left[name]:
                    outs.pop(name, None)
        return [outs[name] for name in ends], (ends, caches)

    def backpropagate(self, douts, cache, needs_input=True, needs_params=True, rules=None):
        """Run the layers from the nodes that `propagate` went to, back to the input.

        Parameters
        ----------
        douts : list of ndarray
            Gradient on each of its `outs`; None stands for a gradient of zero.
        cache : tuple
            From `propagate`.
        needs_input, needs_params : bool
            Whether somebody asks for the gradient on the input, and for those on the parameters.
        rules : dict of function -> function, optional
            What is called in place of some layers' `backward`.

        Returns
        -------
        dx : ndarray, or None if it is not needed
            Gradient on the input.
        grads : dict of str -> ndarray
            Gradient on the parameters of the layers that were run; empty if they are not needed.
        """
        ends, caches = cache
        grads, gradients = {}, {}
        for name, dout in zip(ends, douts, strict=True):
            if dout is not None:
                _add(gradients, name, dout)
        for node in self.nodes[::-1]:
            if node.name not in gradients:
                continue
            dout, node_cache = gradients.pop(node.name), caches[node.name]
            if rules and node.layer.backward in rules:
                dinputs, dparams = [rules[node.layer.backward](dout, node_cache)], []
            else:
                dinputs, dparams = node.layer.gradients(dout, node_cache, needs_input or node.inputs != (INPUT,),
                                                        needs_params)
            for name, gradient in zip(node.inputs, dinputs):
                _add(gradients, name, gradient)
            for name, gradient in zip(node.param_names, dparams):
                _add(grads, name, gradient)
        return gradients.get(INPUT), grads

    def receptive_fields(self):
        """Say which pixels of the input one number of each node's output depends on.

        Number i of a row or column depends on the pixels from ``start + i * stride`` to ``start + i * stride + size``
        (that one not); those outside of the image are padding.

        Returns
        -------
        dict of str -> (size, stride, start), or None for nodes that depend on all of the image
        """
        fields = {INPUT: (1, 1, 0)}
        for node in self.nodes:
            before = [fields[name] for name in node.inputs]
            if node.layer.window is None or None in before:
                fields[node.name] = None
                continue
            stride, start = before[0][1], min(start for _, _, start in before)
            size = max(size + begin for size, _, begin in before) - start
            field, step, pad = node.layer.window
            fields[node.name] = size + (field - 1) * stride, stride * step, start - pad * stride
        return fields

    def _needed(self, ends):
        """The nodes that the named ones stand on, and these, in order."""
        names, needed = set(ends), []
        for name in names - {node.name for node in self.nodes}:
            raise ValueError(f"there is no node {name!r}: ends must be among {', '.join(n.name for n in self.nodes)}")
        for node in self.nodes[::-1]:
            if node.name in names:
                needed.append(node)
                names.update(node.inputs)
        return needed[::-1]


def connected(nodes):
    """Give each node the inputs that it leaves out, and see that all names are there."""
    before, names = INPUT, {INPUT}
    for node in nodes:
        if not isinstance(node, Node) or not isinstance(node.layer, Layer):
            raise ValueError(f"each of nodes must be a Node with a Layer, got {describe(node)}")
        node = node if node.inputs is not None else node._replace(inputs=(before,))
        if node.name in names:
            raise ValueError(f"the name {node.name!r} stands twice among the nodes")
        for name in node.inputs:
            if name not in names:
                raise ValueError(f"node {node.name!r} takes {name!r}, which no node before it is called")
        if len(node.inputs) != node.layer.num_inputs:
            raise ValueError(f"node {node.name!r} must take {node.layer.num_inputs} inputs, got {node.inputs}")
        before = node.name
        names.add(before)
        yield node


def _add(gradients, name, gradient):
    """Gradients that come back over several ways add up."""
    gradients[name] = gradients[name] + gradient if name in gradients else gradient
