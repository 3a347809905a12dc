"""The methods of tensors: operators, the operations under their names, and changes in place. PyTorch's all of them."""
import numpy as np

from cs231n.autograd import operations as ops
from cs231n.autograd.grad_mode import mode
from cs231n.autograd.tape import Tensor, wrap

VIEWS = {"reshape", "permute", "expand", "getitem"}  # operations whose result may share memory with their input

METHODS = """
abs add amax argmax argmin chunk clamp clone cos cumsum div exp expand flatten flip gather log log_softmax logsumexp
masked_fill matmul max maximum mean min minimum mm mul neg norm permute pow reshape scatter_add sigmoid sin softmax
split sqrt squeeze std sub sum tanh to transpose unsqueeze var
""".split()


def _operator(operation, swapped=False):
    plain = operation.__wrapped__  # without the look for symbols: a symbol has its own operators

    def operate(self, other):
        if isinstance(other, ops.Symbol):
            return NotImplemented
        return plain(other, self) if swapped else plain(self, other)

    return operate


def _comparison(function):
    def compare(self, other):
        return wrap(function(self.data, other.data if isinstance(other, Tensor) else other))

    return compare


def _in_place(name):
    operation = getattr(ops, name)

    def change(self, *args, **settings):
        return _become(self, operation(self, *args, **settings))

    change.__name__ = f"{name}_"
    change.__doc__ = f"Do what `{name}` does, in place."
    return change


def _become(x, new):
    """Write the numbers of `new`, computed from x, into x; from here on x is what came out of that operation."""
    if new.data.shape != x.data.shape:
        raise RuntimeError(f"a change in place keeps the shape, {x.shape}; the result would have {new.shape}")
    if mode.recording and (x._node is not None or new._node is not None):
        if x._node is not None and x.is_leaf:
            raise RuntimeError("a leaf that asks for a gradient cannot be changed in place while the tape runs; "
                               "do it within no_grad()")
        if x._node is not None and x._node.name in VIEWS and x.data.base is not None:
            raise RuntimeError("a view of another tensor cannot be changed in place while the tape runs: "
                               "assign to the tensor itself, as in x[index] = value")
        x._node = new._node
    x.data[...] = new.data
    x._version[0] += 1
    return x


def _setitem(self, index, value):
    """Assign to ``self[index]``; numbers that were there lose their gradient, `value` gets one."""
    index = ops._index(index)
    value = ops.as_tensor(value, self)
    if mode.recording and (self._node is not None or value._node is not None):
        keep = np.ones(self.shape, bool)
        keep[index] = False
        spread = ops.index_put(value.expand(self.data[index].shape).to(self.dtype), index, self.shape)
        _become(self, ops.where(keep, self, spread))
    else:
        self.data[index] = value.data
        self._version[0] += 1


def _fill(self, value):
    """Put one number everywhere, in place."""
    return _become(self, wrap(np.full(self.shape, value, self.data.dtype)))


def _copy(self, src):
    """Take over the numbers of `src`, in place."""
    return _become(self, ops.as_tensor(src, self).expand(self.shape))


def _requires_grad(self, requires_grad=True):
    """Set `requires_grad`, and return the tensor."""
    self.requires_grad = requires_grad
    return self


def _item(self):
    """The only number, as Python's."""
    if self.data.size != 1:
        raise RuntimeError(f"item() needs a tensor of one number, got shape {self.shape}")
    return self.data.item()


def _numpy(self):
    """The array itself, not a copy."""
    if self._node is not None:
        raise RuntimeError("numpy() of a tensor that asks for a gradient would lose it: use detach().numpy()")
    return self.data


def _array(self, dtype=None, copy=None):
    return np.array(_numpy(self), dtype, copy=copy)


def _size(self, dim=None):
    """The shape, or one side of it."""
    return self.shape if dim is None else self.shape[dim]


def _repr(self):
    numbers = np.array2string(self.data, separator=", ", prefix="tensor(")
    kind = f", dtype={self.dtype}" if self.dtype not in (np.float32, np.int64, np.bool_) else ""
    if self._node is None:
        return f"tensor({numbers}{kind})"
    return f"tensor({numbers}{kind}, " + ("requires_grad=True)" if self.is_leaf else f"grad_fn=<{self._node.name}>)")


def _view(self, *shape):
    """Give the numbers another shape; also `reshape`."""
    return ops.reshape(self, *shape)


def _index_of_one(self):
    if self.data.dtype.kind not in "iub":
        raise TypeError("only tensors of integers can be an index")
    return int(self.data)


def _iterate(self):
    if not self.shape:
        raise TypeError("a tensor without axes cannot be iterated over")
    return (self[i] for i in range(self.shape[0]))


for _name in METHODS:
    setattr(Tensor, _name, getattr(ops, _name))
for _name, _function in {"add": ops.add, "sub": ops.sub, "mul": ops.mul, "truediv": ops.div, "pow": ops.pow,
                         "matmul": ops.matmul}.items():
    setattr(Tensor, f"__{_name}__", _operator(_function))
    setattr(Tensor, f"__r{_name}__", _operator(_function, swapped=True))
for _name in "add", "sub", "mul", "div", "clamp", "exp", "neg", "sqrt", "tanh", "sigmoid", "masked_fill", "scatter_add":
    setattr(Tensor, f"{_name}_", _in_place(_name))
for _name, _method in {"iadd": "add_", "isub": "sub_", "imul": "mul_", "itruediv": "div_"}.items():
    setattr(Tensor, f"__{_name}__", getattr(Tensor, _method))
for _name, _function in {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
                         "ge": np.greater_equal}.items():
    setattr(Tensor, f"__{_name}__", _comparison(_function))
    setattr(Tensor, _name, getattr(Tensor, f"__{_name}__"))

Tensor.__hash__ = object.__hash__
Tensor.__neg__ = ops.neg
Tensor.__abs__ = ops.abs
Tensor.__invert__ = lambda self: wrap(~self.data)
Tensor.__and__ = lambda self, other: wrap(self.data & ops.as_tensor(other).data)
Tensor.__or__ = lambda self, other: wrap(self.data | ops.as_tensor(other).data)
Tensor.__floordiv__ = lambda self, other: wrap(self.data // ops.as_tensor(other, self).data)
Tensor.__mod__ = lambda self, other: wrap(self.data % ops.as_tensor(other, self).data)
Tensor.__getitem__ = ops.getitem.__wrapped__
Tensor.__setitem__ = _setitem
Tensor.__len__ = lambda self: len(self.data)
Tensor.__iter__ = _iterate
Tensor.__bool__ = lambda self: bool(_item(self))
Tensor.__float__ = lambda self: float(_item(self))
Tensor.__int__ = lambda self: int(_item(self))
Tensor.__index__ = _index_of_one
Tensor.__array__ = _array
Tensor.__repr__ = _repr
Tensor.__format__ = lambda self, form: format(self.item(), form) if form else repr(self)

Tensor.item = _item
Tensor.numpy = _numpy
Tensor.tolist = lambda self: self.data.tolist()
Tensor.size = _size
Tensor.dim = lambda self: self.data.ndim
Tensor.numel = lambda self: self.data.size
Tensor.view = _view
Tensor.t = lambda self: ops.transpose(self, 0, 1) if self.data.ndim > 1 else self
Tensor.T = property(lambda self: ops.permute(self, tuple(range(self.data.ndim))[::-1]))
Tensor.mT = property(lambda self: ops.transpose(self, -1, -2))
Tensor.dtype = property(lambda self: self.data.dtype)
Tensor.ndim = property(lambda self: self.data.ndim)
Tensor.device = property(lambda self: "cpu")
Tensor.grad_fn = property(lambda self: None if self.is_leaf else self._node)
Tensor.contiguous = lambda self: self if self.data.flags.c_contiguous else ops.clone(self)
Tensor.cpu = lambda self: self
Tensor.float = lambda self: ops.to(self, np.float32)
Tensor.double = lambda self: ops.to(self, np.float64)
Tensor.long = lambda self: ops.to(self, np.int64)
Tensor.int = lambda self: ops.to(self, np.int32)
Tensor.bool = lambda self: ops.to(self, np.bool_)
Tensor.type_as = lambda self, other: ops.to(self, other.dtype)
Tensor.reshape_as = lambda self, other: ops.reshape(self, other.shape)
Tensor.view_as = Tensor.reshape_as
Tensor.expand_as = lambda self, other: ops.expand(self, other.shape)
Tensor.clamp_min = lambda self, low: ops.clamp(self, min=low)
Tensor.relu = lambda self: ops.clamp(self, min=0)
Tensor.all = lambda self, *args: wrap(np.all(self.data, *args))
Tensor.any = lambda self, *args: wrap(np.any(self.data, *args))
Tensor.fill_ = _fill
Tensor.zero_ = lambda self: _fill(self, 0)
Tensor.copy_ = _copy
Tensor.requires_grad_ = _requires_grad
