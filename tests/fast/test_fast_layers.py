"""Fast layers against the naive ones over hundreds of random shapes: instruction sets, threads, processes, errors."""
import importlib
import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cs231n import fast_layers
from cs231n.fast import numpy_conv
from cs231n.layers import (
    avg_pool_backward,
    avg_pool_forward,
    conv_backward_naive,
    conv_forward_naive,
    max_pool_backward_naive,
    max_pool_forward_naive,
)

try:
    from cs231n.fast import kernels
except ImportError:
    kernels = None

COMPILED = [name for name in fast_layers.levels if name != "numpy"]
QEMU = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")
needs_kernels = pytest.mark.skipif(not COMPILED, reason="the kernels are not built here")


@pytest.fixture(params=fast_layers.levels)
def level(request):
    """Each level that this machine has."""
    before = fast_layers.level
    fast_layers.use_level(request.param)
    yield request.param
    fast_layers.use_level(before)


@pytest.fixture
def threads(monkeypatch):
    """Set the number of threads, and make even tiny layers use them."""
    if COMPILED:
        monkeypatch.setattr("cs231n.fast.kernels.WORTH_A_THREAD", 0)
    return lambda n: monkeypatch.setenv("CS231N_NUM_THREADS", str(n))


def each_level():
    """Compute with each level in turn."""
    before = fast_layers.level
    for name in fast_layers.levels:
        fast_layers.use_level(name)
        yield name
    fast_layers.use_level(before)


def random_array(rng, shape, dtype):
    """Random numbers in one of the layouts that NumPy's slicing and transposing leave."""
    layout = rng.integers(5)
    if layout == 0:  # every second number of a larger array
        return rng.standard_normal([2 * side for side in shape]).astype(dtype)[(slice(None, None, 2),) * len(shape)]
    if layout == 1:  # axes the other way round
        return rng.standard_normal(shape[::-1]).astype(dtype).T
    if layout == 2:  # back to front
        return np.flip(rng.standard_normal(shape).astype(dtype))
    if layout == 3:  # one image many times
        return np.broadcast_to(rng.standard_normal(shape[1:]).astype(dtype), shape)
    return rng.standard_normal(shape).astype(dtype)


def random_conv(seed):
    """Arguments of a small convolution: odd sides, strides beyond the filter, borders wider than it."""
    rng = np.random.default_rng(seed)
    while True:
        stride, pad = int(rng.integers(1, 5)), int(rng.integers(0, 5))
        (HH, WW), (H_out, W_out) = rng.integers(1, 7, 2), rng.integers(1, 8, 2)
        H, W = (H_out - 1) * stride + HH - 2 * pad, (W_out - 1) * stride + WW - 2 * pad
        if min(H, W) > 0:
            break
    dtype = rng.choice([np.float32, np.float64])
    N, C, F = rng.integers(1, 4), rng.integers(1, 6), rng.choice([1, 2, 3, 5, 8, 9, 17, 33])
    shapes = (N, C, H, W), (F, C, HH, WW), (F,), (N, F, H_out, W_out)
    x, w, b, dout = (random_array(rng, shape, dtype) for shape in shapes)
    return x, w, b, {"stride": stride, "pad": pad}, dout


def random_pool(seed):
    """Arguments of a small pooling layer, with many equal numbers in x."""
    rng = np.random.default_rng(seed)
    stride, (height, width), (H_out, W_out) = int(rng.integers(1, 5)), rng.integers(1, 5, 2), rng.integers(1, 20, 2)
    N, C = rng.integers(1, 4, 2)
    dtype = rng.choice([np.float32, np.float64])
    x = random_array(rng, (N, C, (H_out - 1) * stride + height, (W_out - 1) * stride + width), dtype)
    if seed % 2:
        x = np.round(x)
    return x, {"pool_height": int(height), "pool_width": int(width), "stride": stride}, random_array(
        rng, (N, C, H_out, W_out), dtype)


def assert_close(got, want, dtype):
    """Each array has the shape and the numbers wanted, up to rounding of sums, and the dtype."""
    assert len(got) == len(want)
    for a, b in zip(got, want, strict=True):
        assert a.shape == b.shape and a.dtype == dtype
        relative = 1.2e-5 if dtype == np.float32 else 4e-14
        np.testing.assert_allclose(a, b, rtol=0, atol=relative * max(1, np.abs(b).max()))


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_convolution_equals_the_naive_one(start):
    for seed in range(start, start + 50):
        x, w, b, conv_param, dout = random_conv(seed)
        want, naive_cache = conv_forward_naive(x, w, b, conv_param)
        want = [want, *conv_backward_naive(dout, naive_cache)]
        for _ in each_level():
            out, cache = fast_layers.conv_forward_fast(x, w, b, conv_param)
            assert_close([out, *fast_layers.conv_backward_fast(dout, cache)], want, x.dtype)


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_pooling_equals_the_naive_one(start):
    for seed in range(start, start + 50):
        x, pool_param, dout = random_pool(seed)
        out, cache = max_pool_forward_naive(x, pool_param)
        mean, mean_cache = avg_pool_forward(x, pool_param)
        want = [out, max_pool_backward_naive(dout, cache), mean, avg_pool_backward(dout, mean_cache)]
        for _ in each_level():
            out, cache = fast_layers.max_pool_forward_fast(x, pool_param)
            mean, mean_cache = fast_layers.avg_pool_forward_fast(x, pool_param)
            got = [out, fast_layers.max_pool_backward_fast(dout, cache), mean,
                   fast_layers.avg_pool_backward_fast(dout, mean_cache)]
            np.testing.assert_array_equal(out, want[0])
            assert_close(got, want, x.dtype)


# Larger than a cache, so that images, channels and filters are all cut into parts.
LARGE = [
    ((2, 70, 24, 24), (33, 70, 3, 3), 1, 1), ((1, 3, 151, 161), (20, 3, 7, 7), 2, 3),
    ((2, 150, 7, 7), (130, 150, 3, 3), 1, 1), ((2, 200, 16, 16), (150, 200, 1, 1), 1, 0),
    ((1, 2, 3, 2500), (60, 2, 3, 3), 1, 1), ((100, 5, 9, 9), (6, 5, 3, 3), 3, 0),
]
# For Winograd's tiles: odd sides, borders of any width, one pixel, channels that fill no vector, parts of everything.
LARGE += [
    ((20, 32, 8, 8), (50, 32, 3, 3), 1, 1), ((7, 33, 5, 4), (70, 33, 3, 3), 1, 2),
    ((2, 37, 3, 3), (40, 37, 3, 3), 1, 0), ((2, 40, 1, 1), (32, 40, 3, 3), 1, 1),
    ((2, 48, 5, 6), (35, 48, 3, 3), 1, 4), ((1, 32, 30, 71), (33, 32, 3, 3), 1, 1),
    ((5, 600, 9, 9), (32, 600, 3, 3), 1, 1), ((5, 32, 9, 9), (300, 32, 3, 3), 1, 1),
    ((1, 40, 99, 3), (40, 40, 3, 3), 1, 1), ((1, 32, 3, 6000), (32, 32, 3, 3), 1, 1),
    ((4, 16, 14, 14), (32, 16, 5, 5), 1, 2), ((20, 40, 9, 13), (35, 40, 5, 3), 1, 0),
    ((70, 33, 5, 7), (40, 33, 6, 5), 1, 2),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x_shape, w_shape, stride, pad", LARGE)
def test_large_layers_are_the_sum_of_their_parts(level, dtype, x_shape, w_shape, stride, pad):
    """The naive loops would take minutes here. Every tap of a filter by itself is one matrix product."""
    rng = np.random.default_rng(0)
    x, w, b = (rng.standard_normal(shape).astype(dtype) for shape in (x_shape, w_shape, w_shape[:1]))
    conv_param = {"stride": stride, "pad": pad}
    out, cache = fast_layers.conv_forward_fast(x, w, b, conv_param)
    dout = rng.standard_normal(out.shape).astype(dtype)
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))).astype(np.float64)
    want, dx_pad, dw = np.zeros(out.shape) + b[:, np.newaxis, np.newaxis], np.zeros(x_pad.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape[2:]):
        place = np.s_[:, :, i:i + stride * out.shape[2]:stride, j:j + stride * out.shape[3]:stride]
        want += np.tensordot(x_pad[place], w[:, :, i, j], (1, 1)).transpose(0, 3, 1, 2)
        dx_pad[place] += np.tensordot(dout, w[:, :, i, j], (1, 0)).transpose(0, 3, 1, 2)
        dw[:, :, i, j] = np.tensordot(dout.astype(np.float64), x_pad[place], ((0, 2, 3), (0, 2, 3)))
    dx = dx_pad[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]]
    got = [out, *fast_layers.conv_backward_fast(dout, cache)]
    for a, wanted in zip(got, [want, dx, dw, dout.sum((0, 2, 3), float)], strict=True):
        relative = 2e-5 if dtype == np.float32 else 1e-13
        assert a.dtype == dtype
        np.testing.assert_allclose(a, wanted, rtol=0, atol=relative * np.abs(wanted).max())


@needs_kernels
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_very_wide_images_stay_within_the_scratch(monkeypatch, dtype):
    """Here single rows are too large: columns are cut in parts, each with some of its neighbours' pixels."""
    scratch = []
    run = kernels.threads.run
    monkeypatch.setattr(kernels.threads, "run", lambda jobs, threads: scratch.extend(job.scratch for job in jobs)
                        or run(jobs, threads))
    rng = np.random.default_rng(0)
    for stride, pad in (1, 4), (2, 1):
        x = rng.standard_normal((1, 1, 11, 20_001)).astype(dtype)
        w, b = rng.standard_normal((2, 1, 9, 9)).astype(dtype), rng.standard_normal(2).astype(dtype)
        out, cache = fast_layers.conv_forward_fast(x, w, b, {"stride": stride, "pad": pad})
        dout = rng.standard_normal(out.shape).astype(dtype)
        want = numpy_conv.convolve(x, w, b, stride, pad), *numpy_conv.convolve_backward(x, w, dout, stride, pad)
        for got, wanted in zip((out, *fast_layers.conv_backward_fast(dout, cache)), want, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=0, atol=(1e-4 if dtype == np.float32 else 1e-12)
                                       * np.abs(wanted).max())
        field = {"pool_height": 9, "pool_width": 9, "stride": stride}
        out, cache = fast_layers.max_pool_forward_fast(x, field)
        want, memory = numpy_conv.max_pool(x, (9, 9), stride)
        np.testing.assert_array_equal(out, want)
        np.testing.assert_allclose(fast_layers.max_pool_backward_fast(want, cache),
                                   numpy_conv.max_pool_backward(want, memory, x.shape), rtol=1e-5)
    assert len(scratch) > 16 and max(scratch) <= kernels.SCRATCH


@pytest.mark.parametrize("pass_", ["forward", "backward"])
def test_convolutions_in_numpy_never_hold_the_windows_of_all_images(pass_):
    """These would be 85 MB; what is left is the padded images, the results, and windows of a few images."""
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((64, 9, 64, 64)).astype(np.float32), np.ones((2, 9, 3, 3), np.float32)
    dout = np.ones((64, 2, 64, 64), np.float32)
    tracemalloc.start()
    try:
        if pass_ == "forward":
            numpy_conv.convolve(x, w, np.zeros(2, np.float32), 1, 1)
        else:
            numpy_conv.convolve_backward(x, w, dout, 1, 1)
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("seed", range(30))
def test_transposed_convolution_is_the_gradient_of_a_convolution(level, seed):
    image, w, _, conv_param, x = random_conv(seed)  # the convolution makes x's shape of image's shape
    b = np.arange(w.shape[1], dtype=x.dtype)
    out, cache = fast_layers.conv_transpose_forward_fast(x, w, b, conv_param)
    _, naive_cache = conv_forward_naive(np.zeros(image.shape, x.dtype), w, np.zeros(len(w), x.dtype), conv_param)
    want = conv_backward_naive(x, naive_cache)[0] + b[:, np.newaxis, np.newaxis]
    dx, dw, db = fast_layers.conv_transpose_backward_fast(image, cache)
    dx_want, naive_cache = conv_forward_naive(image, w, np.zeros(len(w), x.dtype), conv_param)
    dw_want = conv_backward_naive(x, naive_cache)[1]
    assert_close([out, dx, dw, db], [want, dx_want, dw_want, image.sum((0, 2, 3))], x.dtype)


@pytest.mark.parametrize("stride, pad, side", [(1, 0, 3), (2, 1, 4), (3, 2, 5), (2, 0, 1)])
def test_transposed_convolution_against_torch(level, stride, pad, side):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(stride)
    arrays = [rng.standard_normal(shape) for shape in ((2, 5, 6, 7), (5, 4, side, side), (4,))]
    out, cache = fast_layers.conv_transpose_forward_fast(*arrays, {"stride": stride, "pad": pad})
    dout = rng.standard_normal(out.shape)
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    want = torch.nn.functional.conv_transpose2d(*tensors, stride=stride, padding=pad)
    wanted = torch.autograd.grad(want, tensors, torch.from_numpy(dout))
    assert_close([out, *fast_layers.conv_transpose_backward_fast(dout, cache)],
                 [want.detach().numpy(), *(t.numpy() for t in wanted)], np.float64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_shapes_against_torch(level, dtype):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    cases = ((4, 32, 16, 16), (64, 32, 3, 3), 1, 1), ((4, 3, 31, 31), (25, 3, 3, 3), 2, 1)
    for x_shape, w_shape, stride, pad in cases:
        arrays = [rng.standard_normal(shape).astype(dtype) for shape in (x_shape, w_shape, w_shape[:1])]
        out, cache = fast_layers.conv_forward_fast(*arrays, {"stride": stride, "pad": pad})
        dout = rng.standard_normal(out.shape).astype(dtype)
        tensors = [torch.from_numpy(array).double().requires_grad_() for array in arrays]
        want = torch.nn.functional.conv2d(*tensors, stride=stride, padding=pad)
        wanted = torch.autograd.grad(want, tensors, torch.from_numpy(dout).double())
        got = [out, *fast_layers.conv_backward_fast(dout, cache)]
        for a, b in zip(got, [want.detach(), *wanted], strict=True):
            relative = 1e-5 if dtype == np.float32 else 1e-13
            np.testing.assert_allclose(a, b.numpy(), rtol=0, atol=relative * b.abs().max().item())


@pytest.mark.parametrize("form", ["im2col", "strides"])
def test_course_forms_of_the_convolution(form):
    for seed in range(40):
        x, w, b, conv_param, dout = random_conv(seed)
        out, cache = getattr(fast_layers, f"conv_forward_{form}")(x, w, b, conv_param)
        got = [out, *getattr(fast_layers, f"conv_backward_{form}")(dout, cache)]
        want, cache = conv_forward_naive(x, w, b, conv_param)
        assert_close(got, [want, *conv_backward_naive(dout, cache)], x.dtype)


@pytest.mark.parametrize("form", ["im2col", "reshape"])
def test_course_forms_of_the_pooling(form):
    for seed in range(40):
        x, pool_param, dout = random_pool(seed)
        if form == "reshape":
            side = 1 + seed % 3
            x, dout = x[:, :, :x.shape[2] // side * side, :x.shape[3] // side * side], None
            if x.size == 0:
                continue
            pool_param = {"pool_height": side, "pool_width": side, "stride": side}
        out, cache = getattr(fast_layers, f"max_pool_forward_{form}")(x, pool_param)
        want, naive_cache = max_pool_forward_naive(x, pool_param)
        np.testing.assert_array_equal(out, want)
        dout = np.cos(np.arange(out.size, dtype=x.dtype)).reshape(out.shape) if dout is None else dout
        got = getattr(fast_layers, f"max_pool_backward_{form}")(dout, cache)
        assert_close([got], [max_pool_backward_naive(dout, naive_cache)], x.dtype)


def test_the_reshape_form_refuses_windows_that_overlap():
    with pytest.raises(ValueError, match="pool_height, pool_width and stride equal"):
        fast_layers.max_pool_forward_reshape(np.ones((1, 1, 5, 5)), {"pool_height": 3, "pool_width": 3, "stride": 2})


def test_nan_and_ties_as_in_the_naive_pooling(level):
    x = np.array([[1., 2., np.nan, 0.], [2., 2., 5., np.nan], [-np.inf, -np.inf, 3., 3.], [-np.inf, -np.inf, 3., 3.]])
    x = np.tile(x, (2, 3, 5, 9))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    out, cache = fast_layers.max_pool_forward_fast(x, pool_param)
    want, naive_cache = max_pool_forward_naive(x, pool_param)
    np.testing.assert_array_equal(out, want)
    dout = np.arange(1., 1 + out.size).reshape(out.shape)
    np.testing.assert_array_equal(fast_layers.max_pool_backward_fast(dout, cache),
                                  max_pool_backward_naive(dout, naive_cache))


def test_whole_numbers_and_mixed_types_as_in_the_naive_layer(level):
    rng = np.random.default_rng(0)
    whole = [rng.integers(-5, 5, shape) for shape in ((2, 3, 5, 5), (4, 3, 3, 3), (4,))]
    conv_param = {"stride": 1, "pad": 1}
    for types in (int, int, int), (np.uint8, np.int16, np.int32), (np.float16,) * 3, (np.float32, np.float64, int):
        x, w, b = (np.abs(a).astype(t) for a, t in zip(whole, types, strict=True))
        out, _ = fast_layers.conv_forward_fast(x, w, b, conv_param)
        want, _ = conv_forward_naive(x.astype(float), w.astype(float), b.astype(float), conv_param)
        assert out.dtype == x.dtype
        np.testing.assert_array_equal(out, want.astype(x.dtype))


def test_an_array_that_is_not_aligned(level):
    packed = np.zeros((2, 3, 6, 6), np.dtype([("flag", np.uint8), ("value", np.float64)]))
    packed["value"] = np.random.default_rng(0).standard_normal(packed.shape)
    w, b, conv_param = np.ones((2, 3, 3, 3)), np.ones(2), {"stride": 1, "pad": 1}
    out, _ = fast_layers.conv_forward_fast(packed["value"], w, b, conv_param)
    np.testing.assert_allclose(out, conv_forward_naive(packed["value"], w, b, conv_param)[0], atol=1e-13)


CONV = (np.ones((2, 3, 5, 5)), np.ones((4, 3, 3, 3)), np.ones(4), {"stride": 1, "pad": 1})


@pytest.mark.parametrize("place, wrong, words", [
    (0, np.ones((2, 3, 5)), "x must be an array"), (0, np.ones((0, 3, 5, 5)), "x must not be empty"),
    (0, [[1.0]], "x must be"), (0, np.ones((2, 3, 5, 5), complex), "x must be"),
    (0, np.ones((2, 3, 5, 5), object), "x must be"),
    (1, np.ones((4, 2, 3, 3)), "w must have shape"), (1, np.ones((4, 3, 8, 3)), "window's height"),
    (1, np.ones((4, 3, 3, 0)), "w must not be empty"), (2, np.ones(3), "b must have shape"), (2, None, "b must be"),
    (3, {"stride": 0, "pad": 1}, r"conv_param\['stride'\]"), (3, {"stride": 1, "pad": -1}, r"conv_param\['pad'\]"),
    (3, {"stride": 3, "pad": 1}, "stride 3 does not fit"), (3, {"pad": 1}, r"conv_param\['stride'\]"),
])
@pytest.mark.parametrize("form", ["fast", "im2col", "strides"])
def test_wrong_input_is_named(form, place, wrong, words):
    arguments = [*CONV[:place], wrong, *CONV[place + 1:]]
    with pytest.raises(ValueError, match=words):
        getattr(fast_layers, f"conv_forward_{form}")(*arguments)


@pytest.mark.parametrize("pool", ["max_pool_forward_fast", "avg_pool_forward_fast", "max_pool_forward_im2col",
                                  "max_pool_forward_reshape"])
@pytest.mark.parametrize("x, height, stride, words", [
    (np.ones((2, 3, 4, 4)), 0, 2, r"pool_param\['pool_height'\]"), (np.ones((2, 3, 4, 4)), 5, 1, "window's height"),
    (np.ones((2, 3, 4, 4)), 2, 0, r"pool_param\['stride'\]"), (np.ones((2, 3, 5, 5)), 2, 2, "stride 2 does not fit"),
    (np.ones((3, 4, 4)), 2, 2, "x must be"), (np.ones((0, 3, 4, 4)), 2, 2, "x must not be empty"),
])
def test_wrong_pooling_is_named(pool, x, height, stride, words):
    with pytest.raises(ValueError, match=words):
        getattr(fast_layers, pool)(x, {"pool_height": height, "pool_width": 2, "stride": stride})


@pytest.mark.parametrize("w, b, conv_param, words", [
    (np.ones((2, 4, 3, 3)), np.ones(4), {"stride": 1, "pad": 0}, "w must have shape"),
    (np.ones((3, 4, 3, 3)), np.ones(3), {"stride": 1, "pad": 0}, "b must have shape"),
    (np.ones((3, 4, 3, 3)), np.ones(4), {"stride": 0, "pad": 0}, r"conv_param\['stride'\]"),
    (np.ones((3, 4, 3, 3)), np.ones(4), {"stride": 1, "pad": 4}, r"conv_param\['pad'\], 4, cuts off the whole output"),
])
def test_wrong_transposed_convolution_is_named(w, b, conv_param, words):
    with pytest.raises(ValueError, match=words):
        fast_layers.conv_transpose_forward_fast(np.ones((2, 3, 5, 5)), w, b, conv_param)


@pytest.mark.parametrize("dout", [np.ones((2, 4, 5, 4)), np.ones((1, 4, 5, 5)), np.ones((2, 4, 25)), 1.0])
def test_a_gradient_of_the_wrong_shape_is_named(level, dout):
    for name in "fast", "im2col", "strides":
        _, cache = getattr(fast_layers, f"conv_forward_{name}")(*CONV)
        with pytest.raises(ValueError, match="dout must"):
            getattr(fast_layers, f"conv_backward_{name}")(dout, cache)
    for name in "max_pool", "avg_pool":
        pool_param = {"pool_height": 1, "pool_width": 1, "stride": 1}
        _, cache = getattr(fast_layers, f"{name}_forward_fast")(CONV[0], pool_param)
        with pytest.raises(ValueError, match="dout must"):
            getattr(fast_layers, f"{name}_backward_fast")(dout, cache)
    _, cache = fast_layers.conv_transpose_forward_fast(CONV[0], np.ones((3, 4, 3, 3)), np.ones(4), CONV[3])
    with pytest.raises(ValueError, match="dout must"):
        fast_layers.conv_transpose_backward_fast(dout, cache)


def step(seed=0):
    """Bytes of every result of a few layers."""
    results = []
    for shapes in (((5, 20, 17, 19), (30, 20, 3, 3)), ((1, 3, 60, 60), (16, 3, 5, 5)),
                   ((3, 32, 21, 16), (35, 32, 3, 3)), ((70, 33, 5, 7), (64, 33, 3, 3))):
        rng = np.random.default_rng(seed)
        x, w = (rng.standard_normal(shape).astype(np.float32) for shape in shapes)
        out, cache = fast_layers.conv_forward_fast(x, w, np.ones(len(w), np.float32), {"stride": 1, "pad": 1})
        results += [out, *fast_layers.conv_backward_fast(np.sin(out), cache)]
        out, cache = fast_layers.max_pool_forward_fast(x, {"pool_height": 2, "pool_width": 2, "stride": 1})
        results += [out, fast_layers.max_pool_backward_fast(out, cache)]
        out, cache = fast_layers.avg_pool_forward_fast(x, {"pool_height": 2, "pool_width": 2, "stride": 1})
        results += [out, fast_layers.avg_pool_backward_fast(out, cache)]
    return [result.tobytes() for result in results]


@needs_kernels
@pytest.mark.parametrize("name", COMPILED)
def test_any_number_of_threads_gives_the_same_bits(threads, name):
    before = fast_layers.level
    fast_layers.use_level(name)
    threads(1)
    want = step()
    for count in 2, 3, 8, 8, 2:
        threads(count)
        assert step() == want
    fast_layers.use_level(before)


def step_in_child(queue):
    queue.put(step())


@needs_kernels
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_worker_process_computes_the_same(threads, method):
    threads(3)
    want = step()  # starts helper threads, which a forked child does not inherit
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    child = context.Process(target=step_in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == want
    child.join()


@needs_kernels
def test_several_threads_may_call_at_once(threads):
    threads(3)
    want = [step(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(step, range(4))) == want


@needs_kernels
@pytest.mark.parametrize("own, openmp, want", [("3", "5", 3), ("", "5", 5), ("", "4,2", 4)])
def test_the_number_of_threads_comes_from_the_environment(monkeypatch, own, openmp, want):
    from cs231n.fast.kernels.threads import thread_count

    monkeypatch.setenv("CS231N_NUM_THREADS", own)
    monkeypatch.setenv("OMP_NUM_THREADS", openmp)
    assert thread_count() == want


@needs_kernels
@pytest.mark.parametrize("value", ["0", "many", "-1", "1.5"])
def test_a_senseless_number_of_threads_is_named(monkeypatch, value):
    from cs231n.fast.kernels.threads import thread_count

    monkeypatch.setenv("CS231N_NUM_THREADS", value)
    with pytest.raises(ValueError, match="CS231N_NUM_THREADS must be a whole number"):
        thread_count()


def thread_count_in_child(queue):
    from cs231n.fast.kernels.threads import thread_count

    queue.put(thread_count())


@needs_kernels
def test_worker_processes_use_one_thread_each(monkeypatch):
    monkeypatch.delenv("CS231N_NUM_THREADS", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=thread_count_in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == 1
    child.join()


@pytest.mark.parametrize("name", fast_layers.levels)
def test_the_environment_chooses_the_level(name):
    done = subprocess.run([sys.executable, "-c", "from cs231n import fast_layers; print(fast_layers.level)"],
                          env=os.environ | {"CS231N_KERNEL": name}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == name


def test_an_unknown_level_is_named():
    with pytest.raises(ValueError, match="CS231N_KERNEL.* must be one of numpy.*got 'mmx'"):
        fast_layers.use_level("mmx")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_first_layer_may_leave_out_the_gradient_on_its_input(level, dtype):
    rng = np.random.default_rng(0)
    x, w, b = (rng.standard_normal(shape).astype(dtype) for shape in ((4, 3, 11, 9), (5, 3, 3, 3), (5,)))
    out, cache = fast_layers.conv_forward_fast(x, w, b, {"stride": 2, "pad": 1})
    dout = rng.standard_normal(out.shape).astype(dtype)
    _, dw, db = fast_layers.conv_backward_fast(dout, cache)
    none, same_dw, same_db = fast_layers.conv_backward_fast(dout, cache, needs_dx=False)
    assert none is None
    assert np.array_equal(same_dw, dw) and np.array_equal(same_db, db) and same_dw.dtype == same_db.dtype == dtype


# Old processors -------------------------------------------------------------------------------------------------------


@needs_kernels
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="about instructions of x86-64")
@pytest.mark.skipif(shutil.which("objdump") is None, reason="needs objdump")
def test_only_code_for_new_processors_holds_their_instructions():
    """AVX, and its registers, stand in functions that are named after it: no other is called where it is missing."""
    kernel = importlib.import_module("cs231n.fast.kernels._kernels").__file__
    modules = [kernel, *(path for path in Path(kernel).parent.glob("_adam*.so"))]
    found = {module: avx_functions(module) for module in modules}
    assert any("avx512" in name for name in found[kernel]) and any("avx2" in name for name in found[kernel])
    assert [name for names in found.values() for name in names if "avx" not in name] == []


def avx_functions(module):
    """The functions of a built module that use vectors of 256 or 512 bits, or instructions that came with them."""
    command = ["objdump", "-d", "--no-show-raw-insn", module]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)
    found, name = set(), None
    for line in listing.stdout.splitlines():
        if start := re.match(r"[0-9a-f]+ <(.+)>:$", line):
            name = start[1]
        elif re.search(r"%[yz]mm\d|^ *[0-9a-f]+:\t(v(?!err|erw)\w+) ", line):
            found.add(name)
    return found


@needs_kernels
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="about a processor of x86-64")
@pytest.mark.skipif(QEMU is None, reason="needs qemu-user")
def test_a_processor_of_2008_runs_the_kernels():
    """QEMU's Nehalem has no AVX, and an instruction of it ends the process. The oldest that NumPy's wheels run on."""
    environment = os.environ | {"OPENBLAS_CORETYPE": "Nehalem", "CS231N_KERNEL": ""}
    done = subprocess.run([QEMU, "-cpu", "Nehalem", sys.executable, Path(__file__).parents[1] / "try_wheel.py"],
                          env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "numpy baseline\n"), done.stderr
