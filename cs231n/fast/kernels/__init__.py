"""The fast level of the convolutions: C kernels on several threads. How they work: kernels.h.

Importing this raises ImportError where the extension was not built. In NumPy, `cs231n.fast.numpy_conv` has the same.
Arguments are checked by `cs231n.fast_layers`; here all arrays are float32 or all float64.
"""
import functools
import itertools

import numpy as np

from cs231n.fast.kernels import _kernels, threads

instruction_sets = _kernels.instruction_sets
choose = _kernels.choose

# Multiply-adds below which waking another thread costs more than it saves.
WORTH_A_THREAD = 2_000_000

# Bytes of a thread's scratch; a single row of a very wide image may need more, and is then cut in two, and so on.
SCRATCH = 2 << 20


def convolve(x, w, b, stride, pad, out=None):
    """Return the convolution (N, F, H', W') of x (N, C, H, W) with w (F, C, HH, WW), plus b (F,); in out if given."""
    if out is None:
        size = [1 + (side + 2 * pad - field) // stride for side, field in zip(x.shape[2:], w.shape[2:], strict=True)]
        out = np.empty((len(x), len(w), *size), x.dtype)
    _run(_forward(x, w, np.ascontiguousarray(b), out, stride, pad, pad), out.size * w[0].size)
    return out


def convolve_backward(x, w, dout, stride, pad):
    """Return dx, dw, db of `convolve`."""
    dx = np.empty(x.shape, x.dtype)
    jobs = _gradient(x, dout, w.shape[2:], stride, pad, pad)
    _run(jobs + _spread(dout, w, np.zeros(w.shape[1], x.dtype), dx, stride, pad), 2 * dout.size * w[0].size)
    return dx, *_sums(jobs)


def spread(dout, w, b, size, stride, pad):
    """Return x (N, C, H, W) plus b (C,) in which each number of dout has left its filter: dx of `convolve`."""
    out = np.empty((len(dout), w.shape[1], *size), dout.dtype)
    _run(_spread(dout, w, np.ascontiguousarray(b), out, stride, pad), dout.size * w[0].size)
    return out


def filter_gradient(x, dout, field, stride, pad):
    """Return dw, db of `convolve`."""
    jobs = _gradient(x, dout, field, stride, pad, pad)
    _run(jobs, dout.size * x.shape[1] * field[0] * field[1])
    return _sums(jobs)


def max_pool(x, field, stride):
    """Return the maxima (N, C, H', W') of all windows and, for `max_pool_backward`, where they were."""
    size = [1 + (side - length) // stride for side, length in zip(x.shape[2:], field, strict=True)]
    return _pool(x, field, stride, 0, size)


def max_pool_backward(dout, where, x_shape):
    """Return dx (N, C, H, W) of `max_pool`."""
    dx = np.empty(x_shape, dout.dtype)
    _run([_kernels.unpool(np.ascontiguousarray(dout), where, dx)], 4 * dx.size)
    return dx


def lstm_forward(w, h0, gates, c, tanh_c, h):
    """Do the T steps of an LSTM. All arrays but w (4H, H) and h0 (H, N) are contiguous.

    gates (T, 4H, N), what the inputs make of them, becomes i, f, o and g; tanh_c and h (T, H, N) are filled, and so is
    c (T + 1, H, N), but for its first state.
    """
    from_state, none = np.empty_like(gates[0]), np.zeros(len(w), w.dtype)
    stages = []
    for t in range(len(h)):
        stages.append(_matrix_product(w, h[t - 1] if t else h0, none, from_state))
        stages.append([_kernels.gates(gates[t], from_state, c[t], c[t + 1], tanh_c[t], h[t])])
    _run_in_turn(stages, w.size * h[:, 0].size)


def lstm_backward(w, gates, c, tanh_c, dh):
    """Return da (T, 4H, N), the gradient on what went into the gates, and dh0 (H, N); w is (H, 4H)."""
    da, dc, dprev_h = np.empty_like(gates), np.zeros_like(dh[0]), np.zeros_like(dh[0])
    none, stages = np.zeros(len(w), w.dtype), []
    for t in reversed(range(len(dh))):
        stages.append([_kernels.gates_gradient(gates[t], c[t], tanh_c[t], dh[t], dprev_h, dc, da[t])])
        stages.append(_matrix_product(w, da[t], none, dprev_h))
    _run_in_turn(stages, w.size * dh[:, 0].size)
    return da, dprev_h


def _matrix_product(w, x, b, out):
    """Jobs that fill out with ``w @ x + b``: each row of x is a channel of an image."""
    return _forward(x[np.newaxis, :, np.newaxis], w[:, :, np.newaxis, np.newaxis], b, out[np.newaxis, :, np.newaxis],
                    1, 0, 0)


def _forward(x, w, b, out, stride, top, left):
    """Jobs that fill out, a view: one, or one for each part of the columns; left as in kernels.h."""
    job = _kernels.forward(x, w, b, out, stride, top, left)
    half = out.shape[3] // 2
    if job.scratch <= SCRATCH or half == 0:
        return [job]
    return (_forward(x, w, b, out[..., :half], stride, top, left)
            + _forward(x, w, b, out[..., half:], stride, top, left - half * stride))


def _gradient(x, dout, field, stride, top, left):
    """Jobs whose dw and db add up to those of all columns of dout."""
    job = _kernels.gradient(x, np.ascontiguousarray(dout), field, stride, top, left)
    half = dout.shape[3] // 2
    if job.scratch <= SCRATCH or half == 0:
        return [job]
    return (_gradient(x, dout[..., :half], field, stride, top, left)
            + _gradient(x, dout[..., half:], field, stride, top, left - half * stride))


def _sums(jobs):
    """Return dw and db of the jobs of `_gradient`, once they are done."""
    groups = ([getattr(job, name) for job in jobs] for name in ("dw", "db"))
    return [functools.reduce(np.add, (a.sum(axis=0) if len(a) > 1 else a[0] for a in each)) for each in groups]


def _pool(x, field, stride, left, size):
    """Return the maxima and their places for size (H', W') windows, the first of which start at column -left."""
    out = np.empty((*x.shape[:2], *size), x.dtype)
    where = np.empty(out.shape, np.intc)
    job = _kernels.pool(x, field, stride, left, out, where)
    half = size[1] // 2
    if job.scratch <= SCRATCH or half == 0:
        _run([job], 8 * out.size * field[0] * field[1])
        return out, where
    halves = (_pool(x, field, stride, left, (size[0], half)),
              _pool(x, field, stride, left - half * stride, (size[0], size[1] - half)))
    return tuple(np.concatenate(pair, axis=3) for pair in zip(*halves, strict=True))


def _spread(dout, w, b, dx, stride, pad):
    """Jobs for `spread`: a convolution of dout with the flipped filters for each remainder of x's places modulo stride.

    Pixel i of x met filter row k at output row y where ``y * stride + k = i + pad``. So the pixels with one remainder
    of i + pad meet every stride-th row of the filter only, and neighbours among them neighbouring rows of dout.
    """
    jobs = []
    flipped = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    for i in range(min(stride, dx.shape[2])):
        for j in range(min(stride, dx.shape[3])):
            rows, top = _meet(i + pad, w.shape[2], stride)
            columns, left = _meet(j + pad, w.shape[3], stride)
            part = dx[:, :, i::stride, j::stride]
            if top is None or left is None:
                part[...] = b[:, np.newaxis, np.newaxis]  # no window ever covered these pixels' columns or rows
            else:
                jobs += _forward(dout, flipped[:, :, rows, columns], b, part, 1, top, left)
    return jobs


def _meet(place, field, stride):
    """Which rows of the flipped filter the pixels from `place` on meet, and how many zeros dout needs above."""
    first = place % stride  # the first row of the filter with this remainder; flipped, it is the last
    if first >= field:
        return None, None
    last = first + (field - 1 - first) // stride * stride
    return slice(field - 1 - last, field - first, stride), (last - place) // stride


def _run_in_turn(stages, work):
    """Run lists of jobs, each list after the one before; threads wake up once for all of them."""
    for before, jobs in itertools.pairwise(stages):
        for job in jobs:
            job.after = tuple(before)
    _run([job for jobs in stages for job in jobs], work)


def _run(jobs, work):
    if jobs:
        threads.run(jobs, 1 if work < WORTH_A_THREAD else threads.thread_count())
