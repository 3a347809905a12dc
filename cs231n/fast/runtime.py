"""What a network of convolutions needs of the process that it runs in: free cores, and memory that is already there.

Cores: the threads of a BLAS library stay awake for a while after each matrix product (those of OpenBLAS for 0.1 s), and
keep the cores from the threads of the convolutions. So in a network that alternates between the two BLAS uses one
thread, and the large products of affine layers are shared by the threads of the convolutions (`cs231n.fast.affine`).

Memory: each step frees some arrays of megabytes and asks for the same again. glibc gives such memory back to the system
at once, and a page that comes back is cleared first, which takes longer than a layer computes with it.
"""
import ctypes
import functools
import os
import platform

from threadpoolctl import ThreadpoolController

from cs231n.fast import affine, level

MIB = 2**20


def convolves(function):
    """Decorate a function that convolves and multiplies matrices, such as the loss of a network.

    While it runs, BLAS uses one thread; not so without compiled kernels, as convolutions are then matrix products
    themselves. From its first run on, the process keeps freed memory.
    """

    @functools.wraps(function)
    def limited(*args, **kwargs):
        __tracebackhide__ = True  # of no interest to a student
        _keep_freed_memory_once()
        if level.name == "numpy":
            return function(*args, **kwargs)
        with _blas().limit(limits=1), affine.sharing():
            return function(*args, **kwargs)

    return limited


def keep_freed_memory(each=32 * MIB, total=256 * MIB):
    """Have glibc keep freed memory for what is asked for next; elsewhere nothing happens.

    Parameters
    ----------
    each, total : int
        Bytes: arrays larger than `each` still go back to the system when they are freed, and so does what lies free
        beyond `total`.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        for parameter, value in ((-3, each), (-1, total)):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
            libc.mallopt(parameter, value)


@functools.cache
def _keep_freed_memory_once():
    """Respect what the user said in the environment."""
    if not {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"} & os.environ.keys():
        keep_freed_memory()


@functools.cache
def _blas():
    """Find the libraries once; that takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")
