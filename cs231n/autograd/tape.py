"""The tape: what has been computed is remembered, and walked backwards for gradients.

An operation on tensors computes its result with NumPy and, where an input asks for a gradient, hangs a `Node` on it:
which nodes its inputs came from, and a rule that turns the gradient on the result into gradients on the inputs. The
nodes are the graph; nobody draws it up beforehand, so that loops and conditions are Python's own. `walk` goes through
it from the result back to the leaves, each node after all that used it. Rules compute with tensors: if the tape runs
along, gradients have gradients.

    x = tensor([[1., 2.]], requires_grad=True)
    (x * x).sum().backward()
    x.grad                                      # tensor([[2., 4.]])

Two agreements make this fast and safe. A gradient that several share is read-only; whoever keeps one copies it then.
Views share one version, which every change in place counts up; a node notes the versions of what its rule reads.
"""
import numpy as np

from cs231n.autograd.grad_mode import mode


class Node:
    """One operation that was computed.

    Attributes
    ----------
    name : str
        Of the operation.
    inputs : tuple of (Node or None)
        Where its inputs came from; None for one that asks for no gradient. A leaf has no inputs.
    rule : function
        From the gradient on the result, a Tensor, to a tuple of gradients, one for each input; None where there is
        none.
    shape, dtype : tuple of int, numpy.dtype
        Those of the result, and so of its gradient.
    saved : tuple of (Tensor, int)
        What the rule reads, with the version that it had.
    keeper : Tensor or None
        The tensor that wants to keep its gradient: every leaf, others after `retain_grad`.
    """

    __slots__ = ("name", "inputs", "rule", "shape", "dtype", "saved", "keeper", "__weakref__")

    def __init__(self, name, inputs, rule, data, saved, keeper=None):
        self.name = name
        self.inputs = inputs
        self.rule = rule
        self.shape, self.dtype = data.shape, data.dtype
        self.saved = [(x, x._version[0]) for x in saved]
        self.keeper = keeper

    def gradients(self, gradient):
        """Return the gradients on the inputs; RuntimeError if what they need has been changed since."""
        for x, version in self.saved:
            if x._version[0] != version:
                raise RuntimeError(
                    f"the gradient of {self.name} needs a tensor of shape {x.shape} as it was, but it has been changed "
                    f"in place since: it is at version {x._version[0]}, and version {version} was recorded")
        return self.rule(gradient)

    def free(self):
        """Forget what was saved: a graph is walked once."""
        if self.inputs:
            self.inputs, self.saved, self.rule = (None,), (), _walked_before


def _walked_before(gradient):
    raise RuntimeError("this graph has been walked backwards before and was freed then; "
                       "pass retain_graph=True the first time to walk it twice")


class Tensor:
    """An array that can ask for its gradient. `methods` gives it arithmetic, `gradients` its `backward`.

    Parameters
    ----------
    data : ndarray or number
        The array itself, not a copy of it.
    requires_grad : bool
        Whether `backward` shall leave the gradient on this tensor in `grad`; floats only.

    Attributes
    ----------
    data : ndarray
    grad : Tensor or None
        What `backward` has added up, of the shape of `data`.
    requires_grad : bool
        Also true of what was computed from such a tensor. Setting it makes the tensor a leaf.
    """

    __slots__ = ("data", "grad", "_node", "_version", "__weakref__")
    __array_priority__ = 1000  # `array * tensor` is the tensor's business

    def __init__(self, data, requires_grad=False):
        self.data = np.asarray(data)
        self.grad = self._node = None
        self._version = [0]
        if requires_grad:
            self.requires_grad = True

    @property
    def requires_grad(self):
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted):
        if not self.is_leaf:
            raise RuntimeError("requires_grad can be set of leaves only; detach() makes one of this tensor")
        if wanted and self.data.dtype.kind != "f":
            raise RuntimeError(f"only floats can ask for a gradient, and this tensor holds {self.data.dtype}")
        if bool(wanted) != self.requires_grad:
            self._node = Node("leaf", (), None, self.data, (), keeper=self) if wanted else None

    @property
    def is_leaf(self):
        """Whether nothing on the tape has computed it."""
        return self._node is None or not self._node.inputs

    @property
    def shape(self):
        return self.data.shape

    def retain_grad(self):
        """Ask `backward` to leave the gradient in `grad` here, too, though this is no leaf."""
        if self._node is None:
            raise RuntimeError("retain_grad needs a tensor with requires_grad=True")
        self._node.keeper = self

    def detach(self):
        """Return the same numbers off the tape. They share memory, and changes in place count for both."""
        same = wrap(self.data)
        same._version = self._version
        return same


def record(name, data, inputs, rule, saved=()):
    """Make the tensor that an operation returns, and put the operation on the tape if an input asks for a gradient.

    Parameters
    ----------
    name : str
        Of the operation, for messages and pictures.
    data : ndarray or number
        The result.
    inputs : tuple of Tensor
    rule : function
        As in `Node`. Where inputs were broadcast it need not sum: `walk` does.
    saved : tuple of Tensor
        What the rule reads.

    Returns
    -------
    Tensor
    """
    out = wrap(data)
    if mode.recording:
        nodes = tuple([x._node for x in inputs])
        for node in nodes:
            if node is not None:
                out._node = Node(name, nodes, rule, out.data, saved)
                if mode.watched is not None:
                    mode.watched[out._node] = out, inputs
                break
    return out


def wrap(data):
    """Make a tensor of an array as it is, without a copy: one that asks for no gradient."""
    out = object.__new__(Tensor)
    out.data = data if data.__class__ is np.ndarray else np.asarray(data)
    out.grad = out._node = None
    out._version = [0]
    return out


def topological_order(nodes):
    """List all nodes that these were computed from, and these: each after all of its inputs.

    It does not recurse, as Python allows a thousand calls within each other and a long loop makes more nodes.

    Parameters
    ----------
    nodes : list of Node

    Returns
    -------
    list of Node
    """
    order, seen = [], set()
    stack = [(node, False) for node in nodes]
    while stack:
        node, inputs_are_listed = stack.pop()
        if inputs_are_listed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend([(source, False) for source in node.inputs if source is not None])
    return order


def sum_to_shape(gradient, shape):
    """Undo broadcasting: sum over the axes along which an array of `shape` was repeated.

    Each copy had an influence on the result, and influences add up.

    Parameters
    ----------
    gradient : Tensor
    shape : tuple of int
        A shape that broadcasts to that of the gradient.

    Returns
    -------
    Tensor
        Of this shape.
    """
    new = len(gradient.shape) - len(shape)
    repeated = tuple(axis for axis, size in enumerate(gradient.shape)
                     if axis < new or (shape[axis - new] == 1 and size != 1))
    return gradient.sum(repeated).reshape(shape) if repeated else gradient.reshape(shape)


def walk(gradients, retain_graph):
    """Go through a graph backwards and yield each node with its gradient.

    At a node all that used its result have been met, so its gradient is complete: a sum, with a part from each.

    Parameters
    ----------
    gradients : dict of Node -> Tensor
        Where to begin, and the gradients there.
    retain_graph : bool
        Whether to keep what the nodes saved, for another walk.

    Yields
    ------
    node : Node
    gradient : Tensor
        Of the shape of the node's result.
    """
    for node in reversed(topological_order(list(gradients))):
        gradient = gradients.pop(node, None)
        if gradient is None:
            continue  # on no path did a gradient come here
        yield node, gradient
        if node.inputs:
            for source, part in zip(node.inputs, node.gradients(gradient), strict=True):
                if source is None or part is None:
                    continue
                if part is gradient:
                    part = read_only(part)
                if part.shape != source.shape:
                    part = sum_to_shape(part, source.shape)
                gradients[source] = gradients[source] + part if source in gradients else part
            if not retain_graph:
                node.free()


def read_only(x):
    """Return the same tensor, on the same place of the tape, in which nobody can write."""
    same = wrap(x.data.view())
    same.data.flags.writeable = False
    same._node = x._node
    return same
