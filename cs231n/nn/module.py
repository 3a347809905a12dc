"""Modules: what has parameters and a forward function, alone or made of other modules."""
from collections import OrderedDict

import numpy as np

from cs231n.autograd.grad_mode import mode, no_grad
from cs231n.autograd.tape import Tensor
from cs231n.fast import runtime


class Parameter(Tensor):
    """A tensor that a module owns and an optimiser moves."""

    def __init__(self, data, requires_grad=True):
        super().__init__(data.data if isinstance(data, Tensor) else data, requires_grad)

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"


class Module:
    """Base of all modules. A subclass makes its parts in `__init__`, after ``super().__init__()``, and has `forward`.

    Parameters, modules and buffers (numbers that are saved, but not learned) are known by the names of the attributes
    that they were assigned to.

    Attributes
    ----------
    training : bool
        Changed by `train` and `eval`; dropout and batch normalisation look at it.
    """

    convolves = False  # whether a convolution is among its layers

    def __init__(self):
        self.__dict__.update(training=True, _parameters=OrderedDict(), _buffers=OrderedDict(), _modules=OrderedDict(),
                             _hooks=OrderedDict())

    def __setattr__(self, name, value):
        kinds = ((Parameter, "_parameters"), (Module, "_modules"))
        home = next((home for kind, home in kinds if isinstance(value, kind)), None)
        if home and "_parameters" not in self.__dict__:
            raise AttributeError(f"call super().__init__() before assigning {name}")
        if home is None and name in self.__dict__.get("_buffers", ()):
            home = "_buffers"
        if home is None and value is None and name in self.__dict__.get("_parameters", ()):
            home = "_parameters"
        for _, other in kinds:
            if other != home:
                self.__dict__.get(other, {}).pop(name, None)
        if home:
            self.__dict__.pop(name, None)
            self.__dict__[home][name] = value
        else:
            self.__dict__[name] = value

    def __getattr__(self, name):
        for home in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(home, ()):
                return self.__dict__[home][name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __delattr__(self, name):
        for home in (self._parameters, self._buffers, self._modules, self.__dict__):
            if name in home:
                del home[name]
                return
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __call__(self, *args, **kwargs):
        if mode.in_module or not self._has_convolution():
            out = self.forward(*args, **kwargs)
        else:
            mode.in_module = True
            try:
                out = runtime.convolves(self.forward)(*args, **kwargs)
            finally:
                mode.in_module = False
        for hook in list(self._hooks.values()):
            changed = hook(self, args, out)
            out = out if changed is None else changed
        return out

    def forward(self, *args):
        """Compute the output; every subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward")

    def _has_convolution(self):
        return any(module.convolves for module in self.modules())

    def register_forward_hook(self, hook):
        """Have ``hook(module, inputs, output)`` called after each forward pass; what it returns replaces the output."""
        handle = _Handle(self._hooks)
        self._hooks[handle] = hook
        return handle

    def register_buffer(self, name, tensor, persistent=True):
        """Make an attribute of a tensor that is saved with the parameters, but not learned."""
        self._buffers[name] = tensor

    def register_parameter(self, name, param):
        """Make an attribute of a parameter, or of None for one that this module does without."""
        self._parameters[name] = param

    def add_module(self, name, module):
        """Make an attribute of a module."""
        self._modules[name] = module

    # What is in it

    def named_modules(self, prefix="", _seen=None):
        """Yield (name, module) of this module and all within, each once."""
        seen = set() if _seen is None else _seen
        if self not in seen:
            seen.add(self)
            yield prefix, self
            for name, module in self._modules.items():
                if module is not None:
                    yield from module.named_modules(f"{prefix}.{name}" if prefix else name, seen)

    def modules(self):
        """Yield this module and all within."""
        return (module for _, module in self.named_modules())

    def named_children(self):
        """Yield (name, module) of the modules directly within."""
        return ((name, module) for name, module in self._modules.items() if module is not None)

    def children(self):
        """Yield the modules directly within."""
        return (module for _, module in self.named_children())

    def named_parameters(self, prefix="", recurse=True):
        """Yield (name, parameter), each parameter once."""
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse=True):
        """Yield the parameters, each once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True):
        """Yield (name, buffer)."""
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse=True):
        """Yield the buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(self, home, prefix, recurse):
        seen = set()
        for path, module in self.named_modules(prefix) if recurse else [(prefix, self)]:
            for name, tensor in module.__dict__[home].items():
                if tensor is not None and tensor not in seen:
                    seen.add(tensor)
                    yield f"{path}.{name}" if path else name, tensor

    # What is done to all of it

    def train(self, mode=True):
        """Train from here on, or test; returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Test from here on: dropout drops nothing, batch normalisation uses its running averages."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Let the parameters ask for gradients, or freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, as `backward` adds to them."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.zero_()

    def apply(self, function):
        """Call a function with every module within, then this one, as for first weights; returns the module."""
        for module in self.children():
            module.apply(function)
        function(self)
        return self

    def to(self, *args, dtype=None, device=None):
        """Convert parameters and buffers of floats to a dtype; all devices are the CPU. Returns the module."""
        dtype = next((value for value in args if isinstance(value, (type, np.dtype))), dtype)
        for tensor in (*self.parameters(), *self.buffers()):
            if dtype is not None and tensor.data.dtype.kind == "f":
                asked, tensor.requires_grad = tensor.requires_grad, False
                tensor.data = tensor.data.astype(dtype)
                tensor.requires_grad = asked
                tensor.grad = None if tensor.grad is None else tensor.grad.to(dtype)
        return self

    def double(self):
        """Convert to float64."""
        return self.to(np.float64)

    def float(self):
        """Convert to float32."""
        return self.to(np.float32)

    def cpu(self):
        """Return the module as it is."""
        return self

    # Saving

    def state_dict(self):
        """Return all parameters and buffers by name, as tensors that share their memory."""
        return OrderedDict((f"{path}.{name}" if path else name, tensor.detach())
                           for path, module in self.named_modules()
                           for home in (module._parameters, module._buffers)
                           for name, tensor in home.items() if tensor is not None)

    def load_state_dict(self, state_dict, strict=True):
        """Take over the numbers of a `state_dict`, ours or PyTorch's: tensors of either, or arrays.

        Raises
        ------
        RuntimeError
            If a shape does not fit or, when `strict`, a name is missing or unknown; nothing is changed then.
        """
        own = self.state_dict()
        given = {name: np.asarray(value.detach()) if hasattr(value, "detach") else np.asarray(value)
                 for name, value in state_dict.items()}
        problems = [f"{name} has shape {given[name].shape}, needed is {own[name].shape}"
                    for name in own if name in given and given[name].shape != own[name].shape]
        missing, unknown = [name for name in own if name not in given], [name for name in given if name not in own]
        if strict:
            problems += [f"{name} is missing" for name in missing] + [f"{name} is unknown" for name in unknown]
        if problems:
            raise RuntimeError(f"this state_dict does not fit {type(self).__name__}: " + "; ".join(problems))
        with no_grad():
            for name, tensor in own.items():
                if name in given:
                    tensor.copy_(given[name])
        return missing, unknown

    def extra_repr(self):
        """What the printed form says in its brackets."""
        return ""

    def __repr__(self):
        parts = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self.named_children()]
        if not parts:
            return f"{type(self).__name__}({self.extra_repr()})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(parts) + "\n)"


class _Handle:
    """Takes a hook away again."""

    def __init__(self, hooks):
        self.hooks = hooks

    def remove(self):
        self.hooks.pop(self, None)


class Sequential(Module):
    """Modules one after the other; given one by one, or in an ordered dictionary with names."""

    def __init__(self, *modules):
        super().__init__()
        named = modules[0].items() if len(modules) == 1 and isinstance(modules[0], dict) else enumerate(modules)
        for name, module in named:
            self.add_module(str(name), module)

    def forward(self, input):
        """Hand the input through all of them."""
        for module in self._modules.values():
            input = module(input)
        return input

    def append(self, module):
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def __getitem__(self, index):
        modules = list(self._modules.values())
        return Sequential(*modules[index]) if isinstance(index, slice) else modules[index]

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())


class ModuleList(Module):
    """A list of modules whose parameters are known."""

    def __init__(self, modules=()):
        super().__init__()
        self.extend(modules)

    def append(self, module):
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Add modules at the end."""
        for module in modules:
            self.append(module)
        return self

    __getitem__, __len__, __iter__ = Sequential.__getitem__, Sequential.__len__, Sequential.__iter__


class ModuleDict(Module):
    """Modules by name."""

    def __init__(self, modules=None):
        super().__init__()
        for name, module in (modules or {}).items():
            self[name] = module

    def __setitem__(self, name, module):
        self.add_module(name, module)

    def __getitem__(self, name):
        return self._modules[name]

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def items(self):
        """Names and modules."""
        return self._modules.items()
