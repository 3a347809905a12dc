"""NumPy's matrix products beside our own threads.

The threads of a BLAS library stay awake for a while after each product (those of OpenBLAS for 0.1 s) and so keep the
cores from the threads of the convolutions. A network that alternates between the two is quicker when its products use
one thread.
"""
import functools

from threadpoolctl import ThreadpoolController

from cs231n import fast_layers


def beside_convolutions(function):
    """Decorate a function that convolves: while it runs, matrix products use one thread.

    Without compiled kernels convolutions are matrix products themselves, and nothing is changed.
    """

    @functools.wraps(function)
    def limited(*args, **kwargs):
        __tracebackhide__ = True  # of no interest to a student
        if fast_layers.level == "numpy":
            return function(*args, **kwargs)
        with _blas().limit(limits=1):
            return function(*args, **kwargs)

    return limited


@functools.cache
def _blas():
    """Find the libraries once; that takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")
