"""Adam in one pass over memory, for large parameters.

Written in NumPy, each step of the formula goes over the whole array: fourteen times, for the affine layer of a small
ConvNet longer than its convolution takes. The compiled form (cs231n/fast/kernels/adam.h) reads each number once.
"""
import functools

import numpy as np

from cs231n.fast import level

if level.kernels is not None:
    from cs231n.fast.kernels import _adam, threads

BLOCK = 1 << 15  # numbers that a thread takes at once; fewer than this many are left to NumPy
STATE = {"learning_rate", "beta1", "beta2", "epsilon", "m", "v", "t"}


def one_pass(reference):
    """Decorate `optim.adam`: its first step and small parameters are its own, the rest is done in one pass."""

    @functools.wraps(reference)
    def adam(w, dw, config=None):
        if level.name == "numpy" or not _fits(w, dw, config):
            return reference(w, dw, config)
        config["t"] += 1
        rate = config["learning_rate"] / (1 - config["beta1"] ** config["t"])
        root = 1 / (1 - config["beta2"] ** config["t"])
        inputs, outputs = (w, dw, config["m"], config["v"]), [np.empty_like(w) for _ in range(3)]
        job = _Job([a.reshape(-1) for a in (*inputs, *outputs)],
                   (rate, root, config["beta1"], config["beta2"], config["epsilon"]))
        threads.run([job], threads.thread_count())
        next_w, config["m"], config["v"] = outputs
        return next_w, config

    return adam


def _fits(w, dw, config):
    """Tell whether this is a later step of a large parameter, with arrays as C wants them."""
    if config is None or not config.keys() >= STATE:
        return False
    arrays = w, dw, config["m"], config["v"]
    return (all(isinstance(a, np.ndarray) and a.dtype == w.dtype and a.shape == w.shape and a.flags.carray
                for a in arrays)
            and w.dtype in (np.float32, np.float64) and w.size >= BLOCK)


class _Job:
    """A step, cut into blocks. Threads that call `run` at the same time share them."""

    scratch = 1  # bytes that each thread needs; none, but `threads` keeps at least one

    def __init__(self, arrays, settings):
        self.arrays, self.settings = arrays, settings
        self.starts = iter(range(0, len(arrays[0]), BLOCK))
        self.tasks = -(-len(arrays[0]) // BLOCK)

    def run(self, scratch):
        for start in self.starts:
            _adam.step(*(a[start:start + BLOCK] for a in self.arrays), *self.settings)
