"""Operations on tensors: each computes with NumPy and records a rule for its gradient, which computes with tensors.

Names, arguments and results are PyTorch's. Most are methods of `Tensor` as well, listed at the end.
"""
import builtins
import functools
import math
import weakref
from collections import namedtuple
from numbers import Number

import numpy as np

from cs231n.autograd.tape import Tensor, record, wrap
from cs231n.layers.activations import sigmoid as logistic
from cs231n.layers.activations import tanh_forward
from cs231n.validation import describe

__all__ = [
    "abs", "add", "amax", "argmax", "argmin", "cat", "chunk", "clamp", "clone", "cos", "cumsum", "div", "exp",
    "flatten", "flip", "gather", "log", "log_softmax", "logsumexp", "masked_fill", "matmul", "max", "maximum",
    "mean", "min", "minimum", "mm", "mul", "neg", "norm", "pad", "permute", "pow", "reshape", "scatter_add",
    "sigmoid", "sin", "softmax", "split", "sqrt", "squeeze", "stack", "std", "sub", "sum", "tanh", "transpose",
    "unsqueeze", "var", "where",
]

Extremum = namedtuple("Extremum", "values indices")
OPERATIONS = {}  # name -> operation, for graphs that are drawn up beforehand (`cs231n.autograd.static`)


class Symbol:
    """What stands for a tensor in a graph that is drawn up beforehand; `cs231n.autograd.static` makes it."""


def operation(function):
    """Declare an operation: given a symbol in place of a tensor, it is noted in the symbol's graph instead."""
    name = function.__name__.rstrip("_")

    @functools.wraps(function)
    def operate(*args, **settings):
        for x in args:
            if isinstance(x, Symbol):
                return x.graph.add(name, args, settings)
            if x.__class__ is list or x.__class__ is tuple:
                for y in x:
                    if isinstance(y, Symbol):
                        return y.graph.add(name, args, settings)
        return function(*args, **settings)

    OPERATIONS[name] = operate
    return operate


def as_tensor(value, like=None):
    """Make a tensor of a number or an array, without a copy; a number takes the dtype of `like`."""
    if isinstance(value, Tensor):
        return value
    if like is not None and isinstance(value, (Number, np.generic)):
        # NumPy promotes Python's numbers as PyTorch does, but for floats among integers, which become float64 there.
        number = value.item() if isinstance(value, np.generic) else value
        return wrap(np.asarray(number, np.float32 if isinstance(number, float) and like.data.dtype.kind != "f" else
                               np.result_type(like.data.dtype, number)))
    return wrap(np.asarray(value))


# Arithmetic. Where shapes differ, `walk` sums the gradients to the shapes of the inputs.

@operation
def add(x, y):
    """``x + y``: the gate that hands its gradient on to both."""
    x, y = _pair(x, y)
    return record("add", x.data + y.data, (x, y), _both)


def _both(g):
    return g, g


@operation
def sub(x, y):
    """``x - y``."""
    x, y = _pair(x, y)
    return record("sub", x.data - y.data, (x, y), lambda g: (g, -g))


@operation
def mul(x, y):
    """``x * y``: the gate that hands on its gradient times the other input."""
    x, y = _pair(x, y)
    return record("mul", x.data * y.data, (x, y), lambda g: (g * y if x.requires_grad else None,
                                                             g * x if y.requires_grad else None), _factors(x, y))


@operation
def div(x, y):
    """``x / y``."""
    x, y = _pair(x, y)
    if x.data.dtype.kind != "f":
        x, y = x.to(np.float32), y.to(np.float32)
    return record("div", x.data / y.data, (x, y), lambda g: (g / y if x.requires_grad else None,
                                                             -g * x / (y * y) if y.requires_grad else None),
                  (x, y) if y.requires_grad else (y,))


@operation
def pow(x, exponent):
    """``x ** exponent``, of a number or a tensor."""
    if isinstance(exponent, Number):
        return record("pow", x.data ** exponent, (x,),
                      lambda g: (g * (exponent * x ** (exponent - 1) if exponent else zeros_like(x)),), (x,))
    x, y = _pair(x, exponent)
    return record("pow", x.data ** y.data, (x, y), lambda g: (
        g * y * x ** (y - 1) if x.requires_grad else None,
        g * where(x.data > 0, x ** y * log(where(x.data > 0, x, 1.0)), 0.0) if y.requires_grad else None), (x, y))


@operation
def neg(x):
    """``-x``."""
    return record("neg", -x.data, (x,), lambda g: (-g,))


@operation
def abs(x):
    """The absolute value; its gradient at 0 is 0."""
    return record("abs", np.abs(x.data), (x,), lambda g: (g * wrap(np.sign(x.data)),), (x,))


@operation
def matmul(x, y):
    """Matrix product ``x @ y`` of any number of axes: the last two are matrices, those before are broadcast.

    Of a vector (one axis) the product is the sum over that axis.
    """
    x, y = _pair(x, y)
    if not x.shape or not y.shape or x.shape[-1] != y.shape[builtins.max(-2, -y.data.ndim)]:
        raise ValueError(f"the columns of the first must be as many as the rows of the second, "
                         f"got shapes {x.shape} and {y.shape}")
    if y.data.ndim == 1:
        return matmul(x, y.unsqueeze(1)).squeeze(-1) if x.data.ndim > 1 else (x * y).sum()
    if x.data.ndim == 1:
        return matmul(x.unsqueeze(0), y).squeeze(-2)
    return record("matmul", x.data @ y.data, (x, y), lambda g: (g @ y.mT if x.requires_grad else None,
                                                                x.mT @ g if y.requires_grad else None), _factors(x, y))


@operation
def mm(x, y):
    """Matrix product of two matrices (N, D) and (D, M)."""
    x, y = _pair(x, y)
    if x.data.ndim != 2 or y.data.ndim != 2:
        raise ValueError(f"mm multiplies two matrices, got shapes {x.shape} and {y.shape}; matmul takes more axes")
    return matmul(x, y)


# Functions of each number by itself.

@operation
def exp(x):
    """``e^x``, its own derivative."""
    return _by_result("exp", np.exp(x.data), x, lambda g, out: g * out)


@operation
def log(x):
    """The natural logarithm."""
    return record("log", np.log(x.data), (x,), lambda g: (g / x,), (x,))


@operation
def sqrt(x):
    """The square root."""
    return _by_result("sqrt", np.sqrt(x.data), x, lambda g, out: g / (2 * out))


@operation
def sin(x):
    """The sine."""
    return record("sin", np.sin(x.data), (x,), lambda g: (g * cos(x),), (x,))


@operation
def cos(x):
    """The cosine."""
    return record("cos", np.cos(x.data), (x,), lambda g: (-g * sin(x),), (x,))


@operation
def tanh(x):
    """The hyperbolic tangent, with slope ``1 - tanh^2``."""
    return _by_result("tanh", tanh_forward(x.data)[0], x, lambda g, out: g * (1 - out * out))


@operation
def sigmoid(x):
    """``1 / (1 + e^-x)``: several small gates as one, with slope ``out (1 - out)``."""
    return _by_result("sigmoid", logistic(x.data), x, lambda g, out: g * out * (1 - out))


@operation
def clamp(x, min=None, max=None):
    """Cut off what is below `min` or above `max`; a number that was cut off gets no gradient."""
    low, high = -math.inf if min is None else min, math.inf if max is None else max
    return record("clamp", np.clip(x.data, min, max), (x,),
                  lambda g: (g * wrap((x.data >= low) & (x.data <= high)),), (x,))


@operation
def maximum(x, y):
    """The larger of each two numbers: the gate that routes its gradient to it, in halves to equals."""
    x, y = _pair(x, y)
    return record("maximum", np.maximum(x.data, y.data), (x, y), lambda g: (
        g * wrap((x.data > y.data) + 0.5 * (x.data == y.data)).to(g.dtype),
        g * wrap((y.data > x.data) + 0.5 * (x.data == y.data)).to(g.dtype)), (x, y))


@operation
def minimum(x, y):
    """The smaller of each two numbers."""
    return -maximum(-x, -y)


@operation
def where(condition, x, y):
    """Take x where the condition holds, else y."""
    c = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    like = x if isinstance(x, Tensor) else y
    x, y = _pair(as_tensor(x, like), as_tensor(y, like))
    return record("where", np.where(c, x.data, y.data), (x, y), lambda g: (where(c, g, 0.0), where(c, 0.0, g)))


@operation
def masked_fill(x, mask, value):
    """Put `value` where the mask holds."""
    return where(mask, value, x)


# Many numbers to fewer.

@operation
def sum(x, dim=None, keepdim=False, dtype=None):
    """Sum over axes `dim`, or over all. The gradient goes to every number."""
    data = np.sum(x.data, axis=_axes(dim), keepdims=keepdim, dtype=dtype)
    return record("sum", data, (x,), lambda g: (_kept(g, dim, keepdim, x.shape).expand(x.shape).to(x.dtype),))


@operation
def mean(x, dim=None, keepdim=False):
    """Mean over axes `dim`, or over all."""
    _check_floats(x, "mean")
    total = sum(x, dim, keepdim)
    return total / (x.data.size / builtins.max(1, total.data.size))


@operation
def var(x, dim=None, unbiased=True, keepdim=False, correction=None):
    """Variance over axes `dim`; divided by n - 1, or by n without `unbiased`."""
    correction = int(unbiased) if correction is None else correction
    centred = x - mean(x, dim, keepdim=True)
    total = sum(centred * centred, dim, keepdim)
    return total / (x.data.size / total.data.size - correction)


@operation
def std(x, dim=None, unbiased=True, keepdim=False, correction=None):
    """Root of `var`."""
    return sqrt(var(x, dim, unbiased, keepdim, correction))


@operation
def norm(x, p=2, dim=None, keepdim=False):
    """``(sum of |x|^p)^(1/p)`` over axes `dim`, or over all."""
    if p == 2:
        return sqrt(sum(x * x, dim, keepdim))
    return sum(abs(x), dim, keepdim) if p == 1 else sum(abs(x) ** p, dim, keepdim) ** (1 / p)


@operation
def amax(x, dim=None, keepdim=False):
    """The largest number over axes `dim`; equals share its gradient."""
    data = np.max(x.data, axis=_axes(dim), keepdims=True)
    hits = x.data == data
    share = (hits / np.sum(hits, axis=_axes(dim), keepdims=True)).astype(x.data.dtype)
    out = data if keepdim else data.reshape(_reduced(x.shape, dim))
    return record("amax", out, (x,), lambda g: (_kept(g, dim, keepdim, x.shape) * wrap(share),))


@operation
def max(x, dim=None, keepdim=False):
    """The largest number of all; along one axis `dim`, the largest and their places, as (values, indices).

    Along an axis the first of equals gets the gradient, of all numbers equals share it. Given a second tensor in place
    of an axis, the larger of each two.
    """
    if dim is None:
        return amax(x)
    if isinstance(dim, Tensor):
        return maximum(x, dim)
    return _extremum(x, x.data.argmax(dim), dim, keepdim)


@operation
def min(x, dim=None, keepdim=False):
    """The smallest number, as `max`."""
    if dim is None:
        return -amax(-x)
    if isinstance(dim, Tensor):
        return minimum(x, dim)
    return _extremum(x, x.data.argmin(dim), dim, keepdim)


def _extremum(x, places, dim, keepdim):
    places = wrap(np.expand_dims(places, dim))
    values = gather(x, dim, places)
    return Extremum(values, places) if keepdim else Extremum(values.squeeze(dim), places.squeeze(dim))


@operation
def argmax(x, dim=None, keepdim=False):
    """The place of the largest number, a tensor of integers."""
    return wrap(np.argmax(x.data, axis=dim, keepdims=keepdim))


@operation
def argmin(x, dim=None, keepdim=False):
    """The place of the smallest number."""
    return wrap(np.argmin(x.data, axis=dim, keepdims=keepdim))


@operation
def logsumexp(x, dim, keepdim=False):
    """``log(sum(exp(x)))`` along an axis, without overflow."""
    top = np.max(x.data, axis=_axes(dim), keepdims=True)
    top = wrap(np.where(np.isfinite(top), top, 0))
    out = log(sum(exp(x - top), dim, keepdim=True)) + top
    return out if keepdim else out.reshape(_reduced(x.shape, dim))


@operation
def softmax(x, dim):
    """``exp(x) / sum(exp(x))`` along an axis: positive numbers that sum to 1."""
    e = np.exp(x.data - np.max(x.data, axis=dim, keepdims=True))
    e /= np.sum(e, axis=dim, keepdims=True)
    return _by_result("softmax", e, x, lambda g, out: out * (g - sum(g * out, dim, keepdim=True)))


@operation
def log_softmax(x, dim):
    """The logarithm of `softmax`, without overflow."""
    shifted = x.data - np.max(x.data, axis=dim, keepdims=True)
    data = shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    return _by_result("log_softmax", data, x, lambda g, out: g - exp(out) * sum(g, dim, keepdim=True))


# The same numbers in another shape, and choices of them.

@operation
def reshape(x, *shape):
    """Give the numbers another shape, in the same order; one side may be -1."""
    shape = _sizes(shape)
    return _view(record("reshape", x.data.reshape(shape), (x,), lambda g: (g.reshape(x.shape),)), x)


@operation
def flatten(x, start_dim=0, end_dim=-1):
    """Make one axis of those from `start_dim` to `end_dim`."""
    start, end = start_dim % builtins.max(1, x.data.ndim), end_dim % builtins.max(1, x.data.ndim)
    return reshape(x, (*x.shape[:start], math.prod(x.shape[start:end + 1]), *x.shape[end + 1:]))


@operation
def permute(x, *dims):
    """Put the axes into this order."""
    dims = _sizes(dims)
    back = tuple(int(i) for i in np.argsort([d % x.data.ndim for d in dims]))
    return _view(record("permute", x.data.transpose(dims), (x,), lambda g: (g.permute(back),)), x)


@operation
def transpose(x, dim0, dim1):
    """Exchange two axes."""
    dims = list(range(x.data.ndim))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return permute(x, dims)


@operation
def squeeze(x, dim=None):
    """Leave out axes of length 1: all, or those of `dim` that are."""
    ndim = builtins.max(1, x.data.ndim)
    chosen = range(ndim) if dim is None else [d % ndim for d in _listed(dim)]
    return reshape(x, tuple(size for i, size in enumerate(x.shape) if size != 1 or i not in chosen))


@operation
def unsqueeze(x, dim):
    """Put an axis of length 1 in."""
    dim %= x.data.ndim + 1
    return reshape(x, (*x.shape[:dim], 1, *x.shape[dim:]))


@operation
def expand(x, *shape):
    """Repeat along axes of length 1, and along new ones in front, without a copy; -1 leaves a side as it is."""
    shape = _sizes(shape)
    new = len(shape) - x.data.ndim
    shape = tuple(x.shape[i - new] if size == -1 else size for i, size in enumerate(shape))
    return _view(record("expand", np.broadcast_to(x.data, shape), (x,), lambda g: (g,)), x)


@operation
def getitem(x, index):
    """``x[index]``, with all of NumPy's ways to index. A number that was chosen twice gets the sum."""
    index = _index(index)
    out = record("getitem", x.data[index], (x,), lambda g: (index_put(g, index, x.shape),))
    return _view(out, x) if np.shares_memory(out.data, x.data) else out


@operation
def index_put(x, index, shape):
    """Add the numbers of x to zeros of `shape` at `index`: the gradient of indexing, and indexing is its own."""
    out = np.zeros(shape, x.data.dtype)
    if _is_basic(index):
        out[index] = x.data
    else:
        np.add.at(out, index, x.data)
    return record("index_put", out, (x,), lambda g: (getitem(g, index),))


@operation
def gather(x, dim, index):
    """``out[i][j] = x[index[i][j]][j]`` for dim = 0, and so on: one number for each of `index`."""
    index = index.data if isinstance(index, Tensor) else np.asarray(index)
    return record("gather", x.data[_along(index, dim)], (x,),
                  lambda g: (scatter_add(zeros_of(x.shape, g.dtype), dim, index, g),))


@operation
def scatter_add(x, dim, index, src):
    """Add each number of `src` to x at the place that `index` names along `dim`; what `gather` takes, it puts back."""
    index = index.data if isinstance(index, Tensor) else np.asarray(index)
    places = _along(index, dim)
    src_used = src if src.shape == index.shape else getitem(src, tuple(slice(0, n) for n in index.shape))
    out = x.data.copy()
    np.add.at(out, places, src_used.data)
    return record("scatter_add", out, (x, src_used), lambda g: (g, gather(g, dim, index)))


@operation
def cat(tensors, dim=0):
    """Put tensors one behind the other along an axis."""
    borders = np.cumsum([0] + [x.shape[dim] for x in tensors])

    def rule(g):
        before = (slice(None),) * (dim % g.data.ndim)
        return tuple(g[(*before, slice(int(a), int(b)))] for a, b in zip(borders, borders[1:], strict=False))

    return record("cat", np.concatenate([x.data for x in tensors], axis=dim), tuple(tensors), rule)


@operation
def stack(tensors, dim=0):
    """Put tensors of one shape beside each other along a new axis."""
    return cat([unsqueeze(x, dim % (x.data.ndim + 1)) for x in tensors], dim % (tensors[0].data.ndim + 1))


@operation
def chunk(x, chunks, dim=0):
    """Cut into so many parts along an axis; the last may be shorter."""
    return split(x, -(-x.shape[dim] // chunks), dim)


@operation
def split(x, split_size, dim=0):
    """Cut into parts of this length along an axis, or of these lengths."""
    size = x.shape[dim]
    if isinstance(split_size, int):
        split_size = [builtins.min(split_size, size - start) for start in range(0, size, split_size)]
    ends = np.cumsum(split_size)
    before = (slice(None),) * (dim % x.data.ndim)
    return tuple(x[(*before, slice(int(end - part), int(end)))] for part, end in zip(split_size, ends, strict=True))


@operation
def pad(x, pad, mode="constant", value=0.0):
    """Put numbers at the borders: `pad` holds (before, after) for the last axis, then for the one before it, ..."""
    if mode != "constant":
        raise ValueError(f"mode must be 'constant', got {describe(mode)}")
    widths = [(0, 0)] * x.data.ndim
    for i in range(len(pad) // 2):
        widths[-1 - i] = pad[2 * i], pad[2 * i + 1]
    inner = tuple(slice(a, a + size) for (a, _), size in zip(widths, x.shape, strict=True))
    return record("pad", np.pad(x.data, widths, constant_values=value), (x,), lambda g: (g[inner],))


@operation
def cumsum(x, dim):
    """Running sums along an axis."""
    return record("cumsum", np.cumsum(x.data, axis=dim), (x,),
                  lambda g: (flip(cumsum(flip(g, dim), dim), dim),))


@operation
def flip(x, *dims):
    """Turn the order along axes."""
    dims = _sizes(dims)
    return record("flip", np.flip(x.data, dims), (x,), lambda g: (flip(g, dims),))


@operation
def clone(x):
    """Return a copy; its gradient is x's."""
    return record("clone", x.data.copy(order="K"), (x,), lambda g: (g,))


@operation
def to(x, *args, dtype=None, device=None):
    """Return the same numbers in another dtype, with a gradient in the old one. All devices are the CPU."""
    for value in args:
        if isinstance(value, (Tensor, type, np.dtype)):
            dtype = value.dtype if isinstance(value, Tensor) else value
    if dtype is None or x.data.dtype == dtype:
        return x
    before = x.data.dtype
    out = x.data.astype(dtype)
    inputs = (x,) if out.dtype.kind == "f" else ()
    return record("to", out, inputs, lambda g: (g.to(before),))


# Helpers

def zeros_of(shape, dtype):
    return wrap(np.zeros(shape, dtype))


def zeros_like(x):
    """Zeros of the shape and dtype of x."""
    return wrap(np.zeros_like(x.data))


def _pair(x, y):
    """Make tensors of both; integers beside floats become floats of that precision, as in PyTorch."""
    if not isinstance(x, Tensor):
        x = as_tensor(x, y)
    if not isinstance(y, Tensor):
        y = as_tensor(y, x)
    if x.data.dtype.kind != y.data.dtype.kind:
        if x.data.dtype.kind == "f":
            y = wrap(y.data.astype(x.data.dtype))
        elif y.data.dtype.kind == "f":
            x = wrap(x.data.astype(y.data.dtype))
    return x, y


def _factors(x, y):
    """Which of the two factors of a product its rule reads: each for the gradient on the other."""
    if x._node is not None:
        return (x, y) if y._node is not None else (y,)
    return (x,)


def _by_result(name, data, x, rule):
    """Record an operation whose rule, ``rule(g, out)``, reads its own result.

    The node must not hold the result, which holds the node: such rings stay in memory until Python looks for them.
    """
    out = record(name, data, (x,), None)
    if out._node is not None:
        numbers, node = out.detach(), weakref.ref(out._node)

        def with_result(g):
            again = numbers.detach()
            again._node = node()
            return (rule(g, again),)

        out._node.rule = with_result
        out._node.saved = [(numbers, numbers._version[0])]
    return out


def _view(out, x):
    """Note that `out` and x share memory, and so a version."""
    out._version = x._version
    return out


def _axes(dim):
    return tuple(dim) if isinstance(dim, list) else dim


def _listed(value):
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _sizes(shape):
    shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else tuple(shape)
    return tuple(size if isinstance(size, int) else int(size) for size in shape)


def _reduced(shape, dim, kept=False):
    """The shape that is left of this one after a sum over axes `dim`."""
    dims = range(len(shape)) if dim is None else [d % len(shape) for d in _listed(dim)]
    return tuple(1 if i in dims else size for i, size in enumerate(shape) if kept or i not in dims)


def _kept(g, dim, keepdim, shape):
    """Put axes of length 1 back in for those that were summed over."""
    return g if keepdim else g.reshape(_reduced(shape, dim, kept=True))


def _check_floats(x, name):
    if x.data.dtype.kind != "f":
        raise ValueError(f"{name} needs floats, got {describe(x.data)}")


def _index(index):
    if isinstance(index, tuple):
        return tuple(i.data if isinstance(i, Tensor) else i for i in index)
    return index.data if isinstance(index, Tensor) else index


def _is_basic(index):
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(i, (int, slice, type(None), type(Ellipsis), np.integer)) and not isinstance(i, bool)
               for i in parts)


def _along(index, dim):
    """What selects, with NumPy, for each place of `index` the number that it names along `dim`."""
    places = list(np.ogrid[tuple(slice(0, size) for size in index.shape)])
    places[dim] = index
    return tuple(places)
