"""What a network costs: shapes, parameters, multiply-adds, memory, and how far each layer sees.

    print(summary(ModernConvNet(), (3, 32, 32)))
"""
import math
from typing import NamedTuple

import numpy as np

from cs231n.fast_layers import conv_transpose_forward_fast
from cs231n.networks.network import Network
from cs231n.validation import check_integer, describe


class Row(NamedTuple):
    """One layer's share, for one example.

    Attributes
    ----------
    name : str
    shape : tuple of int
        Of the output, without the axis of examples.
    num_params : int
        Numbers to learn; those that are shared count where they stand first.
    multiply_adds : int
        Products of a weight and a number, each of which is added up; what has no weights W counts 0.
    memory : int
        Bytes of the output, which training keeps for the way back.
    receptive_field : int or None
        How many pixels of the input, in each direction, one number of the output sees; None for all of them.
    """

    name: str
    shape: tuple
    num_params: int
    multiply_adds: int
    memory: int
    receptive_field: int | None


class Summary(NamedTuple):
    """What `summary` returns; printed, it is a table.

    Attributes
    ----------
    rows : list of Row
    num_params, multiply_adds, memory : int
        The sums.
    """

    rows: list
    num_params: int
    multiply_adds: int
    memory: int

    def __str__(self):
        lines = [("layer", "output", "parameters", "multiply-adds", "kB", "sees")]
        lines += [(row.name, " x ".join(map(str, row.shape)), f"{row.num_params:,}", f"{row.multiply_adds:,}",
                   f"{row.memory / 1e3:,.1f}", "all" if row.receptive_field is None else f"{row.receptive_field}")
                  for row in self.rows]
        lines.append(("sum", "", f"{self.num_params:,}", f"{self.multiply_adds:,}", f"{self.memory / 1e3:,.1f}", ""))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(cell.ljust(width) if i < 2 else cell.rjust(width)
                                   for i, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
                         for line in lines)


def summary(model, shape):
    """Count what a network needs for one example.

    Parameters
    ----------
    model : Network
        Such as `ModernConvNet`, `Sequential` or `LayeredNet`.
    shape : tuple of int
        Of one example, (C, H, W) for an image. Zeros of this shape are run through the network, in its dtype or else in
        float32.

    Returns
    -------
    Summary
        Its rows, the sums, and as text a table.

    Raises
    ------
    ValueError
        If the model is no composed network, or an example of this shape does not fit.

    Notes
    -----
    A weight of an affine layer is used once an example, one of a convolution at each place of its output, and one of a
    transposed convolution at each place of its input.
    """
    if not isinstance(model, Network):
        raise ValueError(f"model must be a Network such as ModernConvNet, got {describe(model)}")
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(f"shape must be that of one example, such as (3, 32, 32), got {describe(shape)}")
    for size in shape:
        check_integer(size, "each of shape", 1)
    x = np.zeros((1, *shape), model.dtype or np.float32)
    outs, _ = model.propagate(x, [node.name for node in model.nodes], "test")
    outs = {"x": x} | {node.name: out for node, out in zip(model.nodes, outs, strict=True)}
    fields, rows, seen = model.receptive_fields(), [], set()
    for node in model.nodes:
        out, names = outs[node.name], dict(zip(node.layer.params, node.param_names, strict=True))
        places = outs[node.inputs[0]] if node.layer.forward is conv_transpose_forward_fast else out
        rows.append(Row(
            node.name, out.shape[1:], sum(model.params[name].size for name in {*names.values()} - seen),
            model.params[names["W"]].size * math.prod(places.shape[2:]) if "W" in names else 0, out.nbytes,
            None if fields[node.name] is None else fields[node.name][0]))
        seen.update(names.values())
    return Summary(rows, *(sum(getattr(row, total) for row in rows) for total in Summary._fields[1:]))
