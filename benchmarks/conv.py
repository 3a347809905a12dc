"""Convolution and pooling against PyTorch: ``python -m benchmarks.conv``.

Both run in this process, in turns, with as many threads each. Backward means all gradients: dx, dw and db.
"""
import multiprocessing
import statistics
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import timing
from cs231n import fast_layers
from cs231n.fast.kernels.threads import thread_count


@dataclass
class Shape:
    """One layer: x (N, C, H, W), filters (F, C, side, side), or max pooling with windows of that side if F is 0."""

    name: str
    x: tuple
    F: int
    side: int
    stride: int = 1
    pad: int = 0

    def __str__(self):
        kind = f"{self.F} filters" if self.F else "maximum"
        steps = f", stride {self.stride}" * (self.stride > 1) + f", pad {self.pad}" * (self.pad > 0)
        return f"{' x '.join(map(str, self.x))}, {kind} {self.side} x {self.side}{steps}"

    def flops(self):
        """Two for each multiply-add of the forward pass; 0 for pooling."""
        N, C, H, W = self.x
        pixels = np.prod([1 + (length + 2 * self.pad - self.side) // self.stride for length in (H, W)])
        return 2 * N * C * self.F * self.side ** 2 * pixels


SHAPES = [
    Shape("notebook", (100, 3, 31, 31), 25, 3, 2, 1),
    Shape("cifar 7x7", (50, 3, 32, 32), 32, 7, 1, 3),
    Shape("cifar 3->32", (64, 3, 32, 32), 32, 3, 1, 1),
    Shape("32->32 @32", (64, 32, 32, 32), 32, 3, 1, 1),
    Shape("32->64 @16", (64, 32, 16, 16), 64, 3, 1, 1),
    Shape("64->128 @8", (64, 64, 8, 8), 128, 3, 1, 1),
    Shape("128->128 @8", (128, 128, 8, 8), 128, 3, 1, 1),
    Shape("1x1 64->128", (64, 64, 16, 16), 128, 1),
    Shape("squeeze 225", (1, 3, 225, 225), 64, 3, 2),
    Shape("vgg 112", (1, 64, 112, 112), 64, 3, 1, 1),
    Shape("5x5 @14", (64, 16, 14, 14), 32, 5, 1, 2),
    Shape("pool 2x2 @32", (64, 32, 32, 32), 0, 2, 2),
    Shape("pool 3x3 @27", (64, 64, 27, 27), 0, 3, 2),
]


def ours(shape, dtype):
    """Return forward, backward, and one after the other, of the kit's layer, as functions without arguments."""
    x, w, b, dout = arrays(shape, dtype)
    if shape.F:
        arguments = x, w, b, {"stride": shape.stride, "pad": shape.pad}
        forward, backward = fast_layers.conv_forward_fast, fast_layers.conv_backward_fast
    else:
        arguments = x, {"pool_height": shape.side, "pool_width": shape.side, "stride": shape.stride}
        forward, backward = fast_layers.max_pool_forward_fast, fast_layers.max_pool_backward_fast
    cache = forward(*arguments)[1]

    def both():
        out, cache = forward(*arguments)  # out is kept, as a next layer would
        return backward(dout, cache), out

    return lambda: forward(*arguments), lambda: backward(dout, cache), both


def theirs(shape, dtype):
    """Return the same in PyTorch."""
    x, w, b, dout = (torch.from_numpy(array).requires_grad_() for array in arrays(shape, dtype))

    def layer():
        if shape.F:
            return torch.nn.functional.conv2d(x, w, b, stride=shape.stride, padding=shape.pad)
        return torch.nn.functional.max_pool2d(x, shape.side, shape.stride)

    def forward():
        with torch.no_grad():
            return layer()

    out, inputs = layer(), [x, w, b] if shape.F else [x]

    def both():
        out = layer()
        return torch.autograd.grad(out, inputs, dout), out

    return forward, lambda: torch.autograd.grad(out, inputs, dout, retain_graph=True), both


def arrays(shape, dtype):
    """x, w, b and dout of one layer."""
    rng = np.random.default_rng(0)
    N, C, H, W = shape.x
    size = [1 + (length + 2 * shape.pad - shape.side) // shape.stride for length in (H, W)]
    shapes = shape.x, (shape.F, C, shape.side, shape.side), (shape.F,), (N, shape.F or C, *size)
    return [rng.standard_normal(s).astype(dtype) for s in shapes]


def memory(maker, shape, dtype):
    """MiB that forward and backward add at their peak, measured in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_memory_here, (maker, shape, dtype))


def _memory_here(maker, shape, dtype):
    _, _, both = maker(Shape("warm up", (1, 1, 4, 4), min(shape.F, 1), 2), dtype)
    both()  # libraries load parts of themselves at the first call
    _, _, both = maker(shape, dtype)  # outside of what is measured: these arrays are there anyway
    return timing.peak_growth(both)


def main(rounds: int = 7, plot: Path = Path("benchmarks-conv.png"), with_memory: bool = True, markdown: bool = False):
    """Time all shapes in float32 and float64; print a table each, or the README's one, and save a plot of the ratios.
    """
    timing.keep_freed_memory()
    torch.set_num_threads(thread_count())
    console = Console(width=120)
    console.print(f"{timing.machine()}, {thread_count()} threads; NumPy {np.__version__}, PyTorch {torch.__version__}, "
                  f"kernels: {fast_layers.level}")
    figure, axes = plt.subplots(1, 2, figsize=(12, 5), sharey=True, layout="constrained")
    results = {dtype: measure(dtype, rounds, with_memory and not markdown) for dtype in (np.float32, np.float64)}
    for axis, (dtype, rows) in zip(axes, results.items(), strict=True):
        if not markdown:
            console.print(report(rows, dtype))
        draw(axis, rows, dtype)
    if markdown:
        Console(width=200).print(summary(results))  # its rows must not be broken
    axes[0].invert_yaxis()
    figure.savefig(plot)
    console.print(f"plot: {plot}")


def measure(dtype, rounds, with_memory):
    """Return one row of numbers a shape."""
    rows = []
    for shape in SHAPES:
        (forward, backward, _), (torch_forward, torch_backward, _) = ours(shape, dtype), theirs(shape, dtype)
        seconds = timing.medians({"forward": forward, "torch forward": torch_forward,
                                  "backward": backward, "torch backward": torch_backward}, rounds)
        row = {"name": shape.name, "shape": str(shape), "pool": not shape.F, "seconds": seconds,
               "forward": seconds["forward"] / seconds["torch forward"],
               "backward": seconds["backward"] / seconds["torch backward"],
               "gflops": [1e-9 * shape.flops() / seconds["forward"], 2e-9 * shape.flops() / seconds["backward"]]}
        row["both"] = ((seconds["forward"] + seconds["backward"])
                       / (seconds["torch forward"] + seconds["torch backward"]))
        if with_memory:
            row["memory"] = [memory(maker, shape, dtype) for maker in (ours, theirs)]
        rows.append(row)
    return rows


def report(rows, dtype):
    """The rows as a table, with geometric means over the convolutions below."""
    gemm = timing.gemm_gflops(dtype)
    table = Table(title=f"{np.dtype(dtype).name}: our time / PyTorch's time; "
                        f"% is of NumPy's matrix product, {gemm:.0f} GFLOP/s")
    for heading in ("layer", "ms fwd", "ms bwd", "ratio fwd", "ratio bwd", "both", "GFLOP/s fwd", "GFLOP/s bwd", "%",
                    "MiB", "PyTorch MiB"):
        table.add_column(heading, justify="left" if heading == "layer" else "right", no_wrap=heading == "layer")
    for row in rows:
        speed = [f"{g:.0f}" for g in row["gflops"]] + [f"{100 * row['gflops'][0] / gemm:.0f}"]
        memory_use = ["-" if m is None else f"{m:.0f}" for m in row.get("memory", [None, None])]
        table.add_row(row["name"], *(f"{1e3 * row['seconds'][key]:.2f}" for key in ("forward", "backward")),
                      *(f"{row[key]:.2f}" for key in ("forward", "backward", "both")),
                      *(["", "", ""] if row["pool"] else speed), *memory_use)
    table.add_section()
    table.add_row("geometric mean", "", "", *(f"{mean(rows, key):.2f}" for key in ("forward", "backward", "both")))
    return table


def summary(results):
    """The table of the README, in Markdown: times and ratios, given the rows of each dtype."""
    table = Table(box=box.MARKDOWN)
    table.add_column("layer", no_wrap=True)
    for dtype in results:
        for heading in "forward ms", "backward ms", "ratios":
            table.add_column(f"{np.dtype(dtype).name} {heading}", justify="right", no_wrap=True)
    for both in zip(*results.values(), strict=True):
        cells = [(f"{1e3 * row['seconds']['forward']:.2f}", f"{1e3 * row['seconds']['backward']:.2f}",
                  f"{row['forward']:.2f}, {row['backward']:.2f}") for row in both]
        table.add_row(both[0]["shape"], *(cell for row in cells for cell in row))
    means = [("", "", f"{mean(rows, 'forward'):.2f}, {mean(rows, 'backward'):.2f}") for rows in results.values()]
    table.add_row("geometric mean of the convolutions", *(cell for row in means for cell in row))
    return table


def mean(rows, key):
    """Geometric mean of a ratio over the convolutions."""
    return statistics.geometric_mean(row[key] for row in rows if not row["pool"])


def draw(axis, rows, dtype):
    """Bars of the ratios."""
    y = np.arange(len(rows))
    for offset, key in (-0.2, "forward"), (0.2, "backward"):
        axis.barh(y + offset, [row[key] for row in rows], height=0.4, label=key)
    axis.axvline(1, color="black", linewidth=1)
    axis.set(yticks=y, yticklabels=[row["name"] for row in rows], title=np.dtype(dtype).name,
             xlabel="our time / PyTorch's time (less is better)")
    axis.legend()


if __name__ == "__main__":
    typer.run(main)
