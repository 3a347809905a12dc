"""How much each idea of docs/fast-convolution.md is worth: ``python -m benchmarks.steps``.

One layer, the first of `ThreeLayerConvNet` in float32, by everything the kit has for it, on one thread; and by the
last form on all threads. Backward means all gradients. The Python loops do one image, and their time counts N times.
"""
import os
from functools import partial
from unittest.mock import patch

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks import timing
from cs231n import fast_layers, layers
from cs231n.fast.kernels.threads import thread_count

SIZES = {"N": 50, "C": 3, "side": 32, "F": 32, "field": 7}


def make(N, C, side, F, field):
    """Return forward and backward functions without arguments, under the name of each step."""
    rng = np.random.default_rng(0)
    x, w, b, dout = (rng.standard_normal(shape).astype(np.float32) for shape in
                     ((N, C, side, side), (F, C, field, field), (F,), (N, F, side, side)))
    conv_param = {"stride": 1, "pad": field // 2}

    def by(forward, backward, count=N, level=None, threads=1):
        """One form of the layer, on the first `count` images."""
        cache = forward(x[:count], w, b, conv_param)[1]
        return (partial(_set, level, threads, forward, x[:count], w, b, conv_param),
                partial(_set, level, threads, backward, dout[:count], cache))

    fast = fast_layers.conv_forward_fast, fast_layers.conv_backward_fast
    steps = {
        "Python loops": by(layers.conv_forward_naive, layers.conv_backward_naive, 1),
        "im2col, one product": by(fast_layers.conv_forward_im2col, fast_layers.conv_backward_im2col),
        "im2col as one strided copy": by(fast_layers.conv_forward_strides, fast_layers.conv_backward_strides),
        "NumPy, a product an image": by(*fast, level="numpy"),
    }
    for level in fast_layers.levels[1:]:
        steps[f"kernel, {level}"] = by(*fast, level=level)
    if thread_count() > 1:
        steps[f"the same, {thread_count()} threads"] = by(*fast, level=fast_layers.levels[-1], threads=thread_count())
    return steps


def _set(level, threads, function, *arguments):
    """Call a function at one level and on so many threads of the kernels."""
    if level is not None:
        fast_layers.use_level(level)
    os.environ["CS231N_NUM_THREADS"] = str(threads)
    return function(*arguments)


def main(rounds: int = 5, markdown: bool = False):
    """Time all steps and print a table, or with --markdown that of the page."""
    timing.keep_freed_memory()
    console = Console(width=120)
    console.print(report(SIZES, rounds, markdown))
    console.print(f"{timing.machine()}; NumPy {np.__version__}")


def report(sizes, rounds, markdown):
    """The table."""
    level = fast_layers.level
    steps = make(**sizes)
    with threadpool_limits(1, user_api="blas"), patch.dict(os.environ):  # which puts CS231N_NUM_THREADS back
        seconds = timing.medians({(name, i): function for name, pair in steps.items()
                                  for i, function in enumerate(pair)}, rounds, calls=6)
    fast_layers.use_level(level)
    for i in range(2):
        seconds["Python loops", i] *= sizes["N"]
    flops = 2 * sizes["N"] * sizes["C"] * sizes["F"] * (sizes["field"] * sizes["side"]) ** 2
    table = Table(box=box.MARKDOWN if markdown else box.HEAVY_HEAD)
    table.add_column("form")
    for heading in "forward ms", "backward ms", "GFLOP/s forward", "times as fast as the loops":
        table.add_column(heading, justify="right")
    loops = seconds["Python loops", 0] + seconds["Python loops", 1]
    for name in steps:
        forward, backward = seconds[name, 0], seconds[name, 1]
        table.add_row(name, f"{1e3 * forward:,.1f}", f"{1e3 * backward:,.1f}", f"{1e-9 * flops / forward:.3g}",
                      f"{loops / (forward + backward):,.0f}")
    return table


if __name__ == "__main__":
    typer.run(main)
