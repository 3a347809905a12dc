"""Functions that make tensors, with PyTorch's names: floats are float32 unless something else is asked for."""
import numpy as np

from cs231n.autograd.operations import _sizes
from cs231n.autograd.tape import Tensor


class Generator:
    """A source of random numbers of its own; `manual_seed` makes them repeat."""

    def __init__(self):
        self.numpy = np.random.RandomState()

    def manual_seed(self, seed):
        """Begin again at this seed, and return the generator."""
        self.numpy.seed(seed)
        return self


def manual_seed(seed):
    """Seed NumPy's global generator, from which all is drawn that is given no generator: first weights, dropout, ..."""
    np.random.seed(seed)


def source(generator=None):
    """Return NumPy's generator behind this one, or the global one."""
    return np.random if generator is None else generator.numpy


def tensor(data, dtype=None, device=None, requires_grad=False):
    """Make a tensor of a copy of numbers, lists or an array; Python's floats become float32."""
    if isinstance(data, Tensor):
        data = data.data
    array = np.array(data, dtype)
    if dtype is None and array.dtype == np.float64 and not isinstance(data, (np.ndarray, np.generic)):
        array = array.astype(np.float32)
    return Tensor(array, requires_grad)


def from_numpy(array):
    """Make a tensor that shares the array's memory."""
    return Tensor(array)


def as_tensor(data, dtype=None, device=None):
    """Make a tensor without a copy where that is possible."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    return Tensor(data.astype(dtype or data.dtype, copy=False)) if isinstance(data, np.ndarray) else tensor(data, dtype)


def zeros(*size, dtype=np.float32, device=None, requires_grad=False):
    """Zeros."""
    return Tensor(np.zeros(_sizes(size), dtype), requires_grad)


def ones(*size, dtype=np.float32, device=None, requires_grad=False):
    """Ones."""
    return Tensor(np.ones(_sizes(size), dtype), requires_grad)


def empty(*size, dtype=np.float32, device=None, requires_grad=False):
    """Numbers that are yet to be set."""
    return Tensor(np.empty(_sizes(size), dtype), requires_grad)


def full(size, fill_value, dtype=None, device=None, requires_grad=False):
    """One number everywhere."""
    return Tensor(np.full(_sizes((size,)), fill_value, tensor(fill_value, dtype).dtype), requires_grad)


def eye(n, m=None, dtype=np.float32, device=None, requires_grad=False):
    """Ones on the diagonal, zeros elsewhere."""
    return Tensor(np.eye(n, m, dtype=dtype), requires_grad)


def arange(*args, dtype=None, device=None, requires_grad=False):
    """``arange(end)``, ``arange(start, end)`` or ``arange(start, end, step)``: numbers below `end`, in even steps."""
    if dtype is None:
        dtype = np.float32 if any(isinstance(number, float) for number in args) else np.int64
    return Tensor(np.arange(*args, dtype=dtype), requires_grad)


def linspace(start, end, steps, dtype=np.float32, device=None, requires_grad=False):
    """So many numbers from `start` to `end`, both included."""
    return Tensor(np.linspace(start, end, steps, dtype=dtype), requires_grad)


def randn(*size, generator=None, dtype=np.float32, device=None, requires_grad=False):
    """Normal numbers of mean 0 and variance 1."""
    return Tensor(np.asarray(source(generator).standard_normal(_sizes(size))).astype(dtype), requires_grad)


def rand(*size, generator=None, dtype=np.float32, device=None, requires_grad=False):
    """Even numbers from 0 up to, and without, 1."""
    drawn = np.asarray(source(generator).random_sample(_sizes(size))).astype(dtype)
    return Tensor(np.where(drawn < 1, drawn, 0).astype(dtype), requires_grad)  # rounding may reach 1


def randint(low, high, size, generator=None, dtype=np.int64, device=None):
    """Integers from `low` up to, and without, `high`."""
    return Tensor(source(generator).randint(low, high, size).astype(dtype))


def randperm(n, generator=None, dtype=np.int64, device=None):
    """The numbers 0 to n - 1 in random order."""
    return Tensor(source(generator).permutation(n).astype(dtype))


def zeros_like(input, dtype=None, device=None, requires_grad=False):
    """Zeros of the shape of another tensor, and of its dtype."""
    return Tensor(np.zeros(input.shape, dtype or input.dtype), requires_grad)


def ones_like(input, dtype=None, device=None, requires_grad=False):
    """Ones alike."""
    return Tensor(np.ones(input.shape, dtype or input.dtype), requires_grad)


def randn_like(input, dtype=None, device=None, requires_grad=False):
    """Normal numbers alike."""
    return randn(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def rand_like(input, dtype=None, device=None, requires_grad=False):
    """Even numbers from 0 to 1 alike."""
    return rand(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)
