"""The products of an affine layer, shared by the threads of the convolutions around it.

Beside convolutions NumPy's own threads are not used (why: `cs231n.fast.runtime`). So a product is cut into parts, and
each thread takes the next one. The parts depend on the shapes alone, and so do the bits of the result.
"""
import contextlib
import functools
import threading

import numpy as np

from cs231n.fast import level

PARTS = 4  # of a product: more would copy its other factor more often than they help
_here = threading.local()


@contextlib.contextmanager
def sharing():
    """Share the products of affine layers that this thread computes from here on; for compiled levels only."""
    before = _is_sharing()
    _here.sharing = True
    try:
        yield
    finally:
        _here.sharing = before


def shared_forward(reference):
    """Decorate `affine_forward`: beside convolutions its product is shared."""

    @functools.wraps(reference)
    def forward(x, w, b):
        if not (_is_sharing() and x.dtype == w.dtype == b.dtype and x.dtype.kind == "f"):
            return reference(x, w, b)
        out = _product(x.reshape(len(x), -1), w)
        out += b
        return out, (x, w)

    return forward


def shared_backward(reference):
    """Decorate `affine_backward` alike."""

    @functools.wraps(reference)
    def backward(dout, cache):
        x, w = cache
        if not (_is_sharing() and x.dtype == w.dtype == dout.dtype and x.dtype.kind == "f"):
            return reference(dout, cache)
        dx = _product(dout, w.T).reshape(x.shape)
        dw = _product(x.reshape(len(x), -1).T, dout)
        return dx, dw, np.sum(dout, axis=0)

    return backward


def _is_sharing():
    return getattr(_here, "sharing", False)


def _product(a, b):
    """``a @ b``, by several threads if it is large."""
    if a.size * b.shape[1] < level.kernels.WORTH_A_THREAD:
        return a @ b
    out = np.empty((a.shape[0], b.shape[1]), a.dtype)
    threads = level.kernels.threads
    threads.run([_Job(a, b, out)], threads.thread_count())
    return out


class _Job:
    """A product, cut along the longer side of its result. Threads that call `run` at the same time share the parts."""

    tasks = PARTS
    scratch = 1  # bytes that each thread needs; none, but `threads` keeps at least one

    def __init__(self, a, b, out):
        split = functools.partial(np.array_split, indices_or_sections=PARTS)
        if len(out) > out.shape[1]:
            parts = [(rows, b, part) for rows, part in zip(split(a), split(out), strict=True)]
        else:
            parts = [(a, columns, part) for columns, part in zip(split(b, axis=1), split(out, axis=1), strict=True)]
        self.parts = iter(parts)

    def run(self, scratch):
        for a, b, out in self.parts:
            np.matmul(a, b, out=out)
