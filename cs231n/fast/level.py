"""Which level the fast layers compute with: `name`, out of `levels`; `compute` is the module that does it.

`cs231n.fast.kernels` is compiled; where that was not built, `kernels` is None and all there is is
`cs231n.fast.numpy_conv`, plain NumPy with the same functions. The environment variable CS231N_KERNEL, read at import,
chooses a level. Whoever asks reads `level.name` and `level.compute` anew each time, as `use_level` changes them.
"""
import os

from cs231n.fast import numpy_conv

try:
    from cs231n.fast import kernels
except ImportError:
    kernels = None  # no compiler when the package was built

# All that this machine can use, the fastest last.
levels = ("numpy",) if kernels is None else ("numpy", *kernels.instruction_sets)


def use_level(level):
    """Compute with one of `levels` from now on.

    Parameters
    ----------
    level : str

    Raises
    ------
    ValueError
        If this machine, or this build, does not have it.
    """
    global name, compute
    if level not in levels:
        raise ValueError(f"the level (CS231N_KERNEL) must be one of {', '.join(levels)} on this machine, got {level!r}")
    name, compute = level, numpy_conv if level == "numpy" else kernels
    if compute is kernels:
        kernels.choose(level)


use_level(os.environ.get("CS231N_KERNEL") or levels[-1])
