"""Fair timing of several implementations in one process."""
import ctypes
import platform
import statistics
import time
from pathlib import Path

import numpy as np
import psutil

from cs231n.fast import runtime


def medians(functions, rounds=7, calls=12, budget=0.05, pause=0.004):
    """Time functions in turns, so that a noisy moment meets all of them.

    Parameters
    ----------
    functions : dict of str to callable
    rounds : int
        Turns of each function.
    calls : int
        Timed calls a turn, after one that is not timed.
    budget : float
        Seconds after which a turn ends early.
    pause : float
        Seconds before a turn, in which the threads of the one before come to rest.

    Returns
    -------
    dict of str to float
        Seconds a call, the median over all timed calls.
    """
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            time.sleep(pause)
            function()
            end = time.perf_counter() + budget
            for _ in range(calls):
                start = time.perf_counter()
                function()
                now = time.perf_counter()
                times[name].append(now - start)
                if now > end:
                    break
    return {name: statistics.median(all_times) for name, all_times in times.items()}


def keep_freed_memory():
    """Have nobody pay for fresh pages at each call, however large the arrays. It helps PyTorch most."""
    runtime.keep_freed_memory(2**30, 2**30)


def gemm_gflops(dtype, side=2048):
    """GFLOP/s of NumPy's own matrix product, the yardstick for everything else."""
    a = np.ones((side, side), dtype)
    return 2e-9 * side ** 3 / medians({"gemm": lambda: a @ a}, rounds=3, calls=3)["gemm"]


def peak_growth(function):
    """MiB by which memory grew at its highest during a call. Linux with glibc only: elsewhere None."""
    if not Path("/proc/self/clear_refs").exists() or platform.libc_ver()[0] != "glibc":
        return None
    ctypes.CDLL(None).malloc_trim(0)  # what was freed before lies ready, and would be used without being counted
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest so far
    before = psutil.Process().memory_info().rss
    function()
    status = Path("/proc/self/status").read_text().split()
    return (int(status[status.index("VmHWM:") + 1]) * 1024 - before) / 2 ** 20


def machine():
    """One line about the processor."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {psutil.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
