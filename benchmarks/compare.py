"""One job done by several libraries: timed in turns, with a table to the terminal and a plot to a file."""
import multiprocessing

import matplotlib.pyplot as plt
import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from benchmarks import timing
from cs231n import fast_layers
from cs231n.fast.kernels.threads import thread_count

DTYPES = np.float32, np.float64


def compare(title, make, sizes, flops, plot, rounds=7, pause=0.004, with_memory=True):
    """Time what `make` makes in float32 and float64 and report it; return the ratios.

    Parameters
    ----------
    title : str
    make : function
        ``make(dtype, **sizes)`` returns a dictionary of functions without arguments under the names of the libraries:
        ours first, then PyTorch, to which all times are divided. Defined in a module, so that the process which
        measures the memory can import it.
    sizes : dict of str to int
        What a measured job is made of.
    flops : float
        Floating-point operations of one job.
    plot : Path
        Where the plot goes.
    rounds, pause : int, float
        As in `timing.medians`.
    with_memory : bool
        Measure memory as well.

    Returns
    -------
    dict of numpy.dtype to dict of str to float
        Time of each library divided by PyTorch's.
    """
    torch.set_num_threads(thread_count())
    console, ratios = Console(width=120), {}
    console.print(f"{timing.machine()}, {thread_count()} threads; NumPy {np.__version__}, PyTorch {torch.__version__}, "
                  f"kernels: {fast_layers.level}")
    figure, axes = plt.subplots(1, len(DTYPES), figsize=(10, 3), sharey=True, layout="constrained")
    for axis, dtype in zip(axes, map(np.dtype, DTYPES), strict=True):
        seconds = timing.medians(make(dtype, **sizes), rounds, pause=pause)
        peaks = {name: memory(make, dtype, sizes, name) for name in seconds} if with_memory else {}
        ratios[dtype] = {name: time / seconds["PyTorch"] for name, time in seconds.items()}
        console.print(_table(f"{title}, {dtype}", seconds, ratios[dtype], flops, timing.gemm_gflops(dtype), peaks))
        axis.barh(list(seconds), [1e3 * time for time in seconds.values()])
        axis.set(title=dtype.name, xlabel="ms (less is better)")
    axes[0].invert_yaxis()
    figure.suptitle(title)
    figure.savefig(plot)
    plt.close(figure)
    console.print(f"plot: {plot}")
    return ratios


def memory(make, dtype, sizes, name):
    """MiB that one job adds at its peak, measured in a process of its own; None where that cannot be measured."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_memory_here, (make, dtype, sizes, name))


def _memory_here(make, dtype, sizes, name):
    make(dtype, **dict.fromkeys(sizes, 2))[name]()  # libraries load parts of themselves at the first call
    return timing.peak_growth(make(dtype, **sizes)[name])


def _table(title, seconds, ratios, flops, gemm, peaks):
    table = Table(title=f"{title}; % is of NumPy's matrix product, {gemm:.0f} GFLOP/s")
    table.add_column("library")
    for heading in "ms", "ratio to PyTorch", "GFLOP/s", "%", "MiB":
        table.add_column(heading, justify="right")
    for name, time in seconds.items():
        speed, peak = 1e-9 * flops / time, peaks.get(name)
        table.add_row(name, f"{1e3 * time:.2f}", f"{ratios[name]:.2f}", f"{speed:.0f}", f"{100 * speed / gemm:.0f}",
                      "-" if peak is None else f"{peak:.0f}")
    return table
