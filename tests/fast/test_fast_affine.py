"""Affine layers whose products are shared by threads: the same results, the same bits for any number of threads."""
import numpy as np
import pytest

from cs231n import fast_layers
from cs231n.fast import affine as fast_affine
from cs231n.layers import affine_backward, affine_forward

pytestmark = pytest.mark.skipif(fast_layers.levels == ("numpy",), reason="the kernels were not built")


def make(dtype, N=40, D=(16, 8, 9), M=64):
    rng = np.random.default_rng(0)
    shapes = (N, *D), (int(np.prod(D)), M), (M,), (N, M)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def all_of(x, w, b, dout):
    out, cache = affine_forward(x, w, b)
    return [out, *affine_backward(dout, cache)]


@pytest.fixture
def jobs(monkeypatch):
    """The shape of each product that was shared."""
    seen, job = [], fast_affine._Job

    def noted(a, b, out):
        seen.append(out.shape)
        return job(a, b, out)

    monkeypatch.setattr(fast_affine, "_Job", noted)
    return seen


@pytest.mark.parametrize("dtype, tolerance", [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_results_are_those_of_one_product(dtype, tolerance, jobs):
    arrays = make(dtype)
    expected = all_of(*arrays)
    assert not jobs
    with fast_affine.sharing():
        shared = all_of(*arrays)
    assert jobs == [(40, 64), (40, 1152), (1152, 64)]
    for ours, theirs in zip(shared, expected, strict=True):
        assert ours.dtype == dtype and ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    all_of(*arrays)
    assert len(jobs) == 3


def test_same_bits_for_any_number_of_threads(monkeypatch, jobs):
    results = []
    for count in "1", "2", "5":
        monkeypatch.setenv("CS231N_NUM_THREADS", count)
        with fast_affine.sharing():
            results.append(all_of(*make(np.float32)))
    assert len(jobs) == 9
    for result in results[1:]:
        for ours, first in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(ours, first)


def test_small_products_and_mixed_types_are_not_shared(jobs):
    x, w, b, dout = make(np.float64)
    with fast_affine.sharing():
        all_of(*make(np.float64, N=2))
        out, _ = affine_forward(x.astype(np.float32), w, b)
        whole, _ = affine_forward(np.ones(x.shape, dtype=int), w, b)
    assert not jobs and out.dtype == whole.dtype == np.float64


def test_an_error_ends_the_sharing():
    with pytest.raises(ValueError, match="w must have shape"), fast_affine.sharing():
        affine_forward(np.ones((2, 3)), np.ones((2, 3)), np.ones(3))
    assert not fast_affine._is_sharing()
