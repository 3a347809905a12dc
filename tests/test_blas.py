"""One thread for matrix products while a network convolves, and as many as before afterwards."""
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cs231n import fast_layers
from cs231n.blas import beside_convolutions
from cs231n.classifiers import cnn

COMPILED = pytest.mark.skipif(fast_layers.levels == ("numpy",), reason="the kernels were not built")


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.fixture
def two_threads():
    with threadpool_limits(2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("NumPy's BLAS library does not take two threads here")
        yield


@pytest.fixture(params=[pytest.param(-1, marks=COMPILED), 0], ids=["compiled", "numpy"])
def level(request):
    before = fast_layers.level
    fast_layers.use_level(fast_layers.levels[request.param])
    yield fast_layers.level
    fast_layers.use_level(before)


def test_products_use_one_thread_beside_compiled_convolutions_only(two_threads, level):
    assert beside_convolutions(blas_threads)() == ({2} if level == "numpy" else {1})
    assert blas_threads() == {2}


@COMPILED
def test_threads_come_back_after_an_error(two_threads):
    @beside_convolutions
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert blas_threads() == {2}


@COMPILED
@pytest.mark.parametrize("net", [
    cnn.ThreeLayerConvNet((1, 2, 2), num_filters=1, filter_size=1, hidden_dim=1),
    cnn.ModernConvNet((1, 2, 2), channels=(1,), blocks=1),
], ids=["three layers", "modern"])
def test_convolutional_networks_do_so(two_threads, net, monkeypatch):
    seen, affine_forward = [], cnn.affine_forward

    def look(*arguments):
        seen.append(blas_threads())
        return affine_forward(*arguments)

    monkeypatch.setattr(cnn, "affine_forward", look)
    net.loss(np.zeros((1, 1, 2, 2)))
    assert seen == [{1}]
