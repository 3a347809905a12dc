"""Circuits: the graph of an expression as a picture, with the numbers that run along its wires.

    circuit(lambda x, y, z: (x + y) * z, x=-2.0, y=5.0, z=-4.0)

Above each wire stands what was computed, below it the gradient that came back along this wire. Where one result is used
several times, each of its wires has its own part, and the sum stands at the result.
"""
from dataclasses import dataclass
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from cs231n.autograd.creation import tensor
from cs231n.autograd.grad_mode import no_grad, watching
from cs231n.autograd.tape import Node, Tensor, sum_to_shape, topological_order
from cs231n.vis_utils import BLUE, ORANGE

SIGNS = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@", "maximum": "max", "neg": "−1 ×", "sum": "Σ"}
MOST = 6  # numbers on a wire; of larger arrays the shape is told
WIDTH, HEIGHT, LINE = 1.45, 0.95, 0.75  # inches between columns and rows, and for each more line of numbers on a wire


@dataclass(frozen=True)
class Wire:
    """From a node to one that uses its result; the array on it, and the gradient that came back (None if none did)."""

    source: Node
    target: Node
    value: np.ndarray
    gradient: np.ndarray | None


@dataclass(frozen=True)
class Circuit:
    """What there is to draw: the labels of the nodes, each after its inputs, the wires, and the last tensor."""

    labels: dict[Node, str]
    wires: list[Wire]
    out: Tensor


def read(function, gradients=True, **inputs):
    """Compute an expression and find its circuit.

    Parameters
    ----------
    function : function
        Of tensors, the inputs by name; it returns one.
    gradients : bool
        Whether to walk backwards, too; the result must be one number then.
    **inputs : float, array or Tensor
        Numbers and arrays become tensors of float64 that ask for a gradient.

    Returns
    -------
    Circuit
        Numbers that ask for no gradient, such as the 1 in ``1 + x``, stand in the labels.

    Raises
    ------
    ValueError
        If the function computes nothing from what asks for a gradient.
    """
    tensors = {name: value if isinstance(value, Tensor) else tensor(np.asarray(value, np.float64), requires_grad=True)
               for name, value in inputs.items()}
    with watching() as recorded:
        out = function(**tensors)
    if not isinstance(out, Tensor) or out._node not in recorded:
        raise ValueError("function must return a tensor that it computed from one that asks for a gradient")
    names = {x._node: name for name, x in tensors.items() if x._node is not None}
    results = {node: x for node, (x, _) in recorded.items()}
    for x in (x for _, used in recorded.values() for x in used if x._node is not None):
        results.setdefault(x._node, x)
    if gradients:
        for x in results.values():
            x.grad = None
            x.retain_grad()
        out.backward(retain_graph=True)
    labels, wires = {}, []
    order = [node for node in topological_order([out._node]) if node in results]
    for node in [*(node for node in names if node in order), *(node for node in order if node not in names)]:
        if node in recorded:
            labels[node] = _gate(node, recorded[node][1])
            wires += _wires(node, results, gradients)
        else:
            labels[node] = names.get(node) or _told(results[node].data)
    return Circuit(labels, wires, out)


def _wires(node, results, gradients):
    parts = [None] * len(node.inputs)
    if gradients and results[node].grad is not None:
        with no_grad():
            parts = node.gradients(results[node].grad)
    for source, part in zip(node.inputs, parts, strict=True):
        if source is not None:
            gradient = None if part is None else sum_to_shape(part.detach(), source.shape).data
            yield Wire(source, node, results[source].data, gradient)


def _gate(node, inputs):
    """What stands in a node: its operation, and the numbers that it has from elsewhere."""
    sign = SIGNS.get(node.name, node.name)
    constants = ["·" if x._node is not None else _told(x.data) for x in inputs]
    if len(inputs) != 2 or all(text == "·" for text in constants):
        return sign
    return f"{sign} {constants[1]}" if constants[0] == "·" else f"{constants[0]} {sign}"


def _told(array):
    """An array in a few characters: its numbers, or the shape of a larger one."""
    if array.size > MOST or array.ndim > 2:
        return " × ".join(map(str, array.shape))
    rows = np.atleast_2d(array)
    return "\n".join(" ".join(_number(x) for x in row) for row in rows)


def _number(x):
    text = f"{x:.0f}" if x == round(x) and abs(x) < 1000 else f"{x:.2f}" if 0.01 <= abs(x) < 1000 else f"{x:.2g}"
    return text.replace("-", "−")


def circuit(function, gradients=True, title=None, **inputs):
    """Draw the circuit of an expression.

    Parameters
    ----------
    function, gradients, **inputs
        As in `read`.
    title : str, optional
        Above the picture.

    Returns
    -------
    matplotlib.axes.Axes
    """
    found = read(function, gradients, **inputs)
    places, paths = _lay_out(found)
    columns, heights = (np.array(values) for values in zip(*places.values(), strict=True))
    width, low, high = columns.max() + 1, heights.min(), heights.max()
    lines = max(_told(wire.value).count("\n") for wire in found.wires)
    _, ax = plt.subplots(figsize=(WIDTH * (width + 1), (HEIGHT + LINE * lines) * (high - low + 1.2)))
    ax.set(xlim=(-0.6, width + 0.6), ylim=(high + 0.6, low - 0.6))
    ax.axis("off")
    if title:
        ax.set_title(title)
    end = places[found.out._node]
    last = Wire(found.out._node, None, found.out.data, found.out.grad.data if gradients else None)
    for wire, path in [*zip(found.wires, paths, strict=True), (last, [end, (end[0] + 1, end[1])])]:
        _draw_wire(ax, wire, path)
    uses = [wire.source for wire in found.wires]
    for node, label in found.labels.items():
        _draw_node(ax, places[node], label, is_leaf=all(wire.target is not node for wire in found.wires))
        if gradients and uses.count(node) > 1:
            total = _told(sum(wire.gradient for wire in found.wires if wire.source is node))
            ax.text(places[node][0], places[node][1] + 0.36, f"sum {total}", color=ORANGE, ha="center", va="top",
                    fontsize=9, weight="bold")
    return ax


def _draw_wire(ax, wire, path):
    xs, ys = zip(*path, strict=True)
    ax.plot(xs, ys, color="0.55", linewidth=1.2, zorder=1)
    x, y = (xs[0] + xs[1]) / 2 + 0.04, (ys[0] + ys[1]) / 2
    box = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    ax.text(x, y - 0.05, _told(wire.value), color=BLUE, ha="center", va="bottom", fontsize=9, bbox=box, zorder=3)
    if wire.gradient is not None:
        ax.text(x, y + 0.05, _told(wire.gradient), color=ORANGE, ha="center", va="top", fontsize=9, bbox=box, zorder=3)


def _draw_node(ax, place, label, is_leaf):
    shape = "square,pad=0.35" if is_leaf else "round,pad=0.4"
    ax.text(*place, label, ha="center", va="center", fontsize=10, zorder=4, weight="normal" if is_leaf else "bold",
            bbox={"boxstyle": shape, "facecolor": "white" if is_leaf else "0.92", "edgecolor": "0.4"})


def _lay_out(found):
    """Return the place (column, row) of each node, and for each wire the points that it runs through.

    A node stands one column behind the last of its inputs, or two where it has that one twice, and a leaf just before
    the first that uses it. A wire over several columns gets a row in each of them, so that it passes no node.
    """
    inputs = {node: [wire.source for wire in found.wires if wire.target is node] for node in found.labels}
    columns = {}
    for node in found.labels:  # each after its inputs
        columns[node] = max((columns[each] + min(inputs[node].count(each), 2) for each in inputs[node]), default=0)
    leaves = [node for node in found.labels if not inputs[node]]
    for leaf in leaves:
        columns[leaf] = min(columns[node] - min(inputs[node].count(leaf), 2)
                            for node in found.labels if leaf in inputs[node])
    stops = [[wire.source, *[(number, column) for column in range(columns[wire.source] + 1, columns[wire.target])],
              wire.target] for number, wire in enumerate(found.wires)]
    columns |= {stop: stop[1] for path in stops for stop in path[1:-1]}
    before, rows = {}, {}
    for path in stops:
        for source, target in pairwise(path):
            before.setdefault(target, []).append(source)
    for column in range(max(columns.values()) + 1):
        here = [stop for stop in columns if columns[stop] == column]
        wanted = {stop: np.mean([rows[source] for source in before[stop]]) if stop in before
                  else float(leaves.index(stop)) for stop in here}
        rows |= _apart(wanted)
    places = {stop: (columns[stop], rows[stop]) for stop in columns}
    return ({node: places[node] for node in found.labels}, [[places[stop] for stop in path] for path in stops])


def _apart(wanted):
    """Move rows apart that are closer than 1, as little as may be: each crowd keeps its middle."""
    crowds = []  # (middle, members), from top to bottom
    for stop in sorted(wanted, key=wanted.get):
        crowds.append((wanted[stop], [stop]))
        while len(crowds) > 1 and crowds[-1][0] - crowds[-2][0] < (len(crowds[-1][1]) + len(crowds[-2][1])) / 2:
            (above, first), (below, second) = crowds[-2:]
            both = first + second
            crowds[-2:] = [((above * len(first) + below * len(second)) / len(both), both)]
    return {stop: middle + place - (len(members) - 1) / 2
            for middle, members in crowds for place, stop in enumerate(members)}
