"""While a network convolves: one thread for matrix products, and freed memory that stays."""
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cs231n import fast_layers, layers
from cs231n.classifiers import cnn
from cs231n.fast.runtime import convolves

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
    assert convolves(blas_threads)() == ({2} if level == "numpy" else {1})
    assert blas_threads() == {2}


@COMPILED
def test_threads_come_back_after_an_error(two_threads):
    @convolves
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
    seen, exercise = [], layers.affine_forward.exercise

    def look(*arguments):
        seen.append(blas_threads())
        return exercise.reference(*arguments)

    monkeypatch.setattr(exercise, "implementation", look)
    net.loss(np.zeros((1, 1, 2, 2)))
    assert seen and all(threads == {1} for threads in seen)


FAULTS = """
import resource
import numpy as np
from cs231n.fast.runtime import convolves

@convolves
def loss():
    np.ones(2**18) + 1  # 2 MB each

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        loss()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

loss()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what is tested is a setting of glibc")
def test_freed_memory_stays_unless_the_environment_says_otherwise():
    """Each array has 512 pages, which must not be fetched from the system anew each time."""
    faults = []
    for setting in {}, {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_MMAP_THRESHOLD_": "100000"}:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
        faults.append(int(subprocess.run([sys.executable, "-c", FAULTS], env=environment | setting, check=True,
                                         cwd=Path(__file__).parents[2], capture_output=True, text=True).stdout))
    assert faults[0] < 50 * 512 / 4 < faults[1]
