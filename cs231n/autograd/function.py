"""Own operations: a forward and a backward function, and between them a context that remembers."""
from cs231n.autograd.grad_mode import no_grad
from cs231n.autograd.tape import Node, Tensor, mode, record, wrap


class Context:
    """What an operation keeps from its forward to its backward function; the `cache` of the layers.

    Attributes
    ----------
    needs_input_grad : tuple of bool
        For each argument, whether it asks for a gradient.
    saved_tensors : tuple of Tensor
        What `save_for_backward` was given.
    """

    def __init__(self, needs_input_grad):
        self.needs_input_grad = needs_input_grad
        self.saved_tensors = ()

    def save_for_backward(self, *tensors):
        """Keep tensors; that one of them is changed in place before the backward function reads it will be noticed."""
        self.saved_tensors = tensors


class Function:
    """Base of own operations, with PyTorch's names.

        class MyReLU(Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x.clamp(min=0)

            @staticmethod
            def backward(ctx, grad_output):
                x, = ctx.saved_tensors
                return grad_output * (x > 0)

        y = MyReLU.apply(x)

    `forward` takes the context and the arguments, tensors and others, and returns a tensor or a tuple of tensors; the
    tape does not run in it. `backward` takes the context and a gradient for each tensor returned, and returns one for
    each argument, None for those that are not tensors. What it computes with tensors has gradients in its turn.
    """

    @staticmethod
    def forward(ctx, *args):
        raise NotImplementedError("an own Function needs a static method forward(ctx, ...)")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError("an own Function needs a static method backward(ctx, grad_output, ...)")

    @classmethod
    def apply(cls, *args):
        """Compute the operation, and put it on the tape."""
        ctx = Context(tuple(isinstance(x, Tensor) and x.requires_grad for x in args))
        with no_grad():
            out = cls.forward(ctx, *args)
        tensors = [x for x in args if isinstance(x, Tensor)]
        saved = tuple(x for x in ctx.saved_tensors if x is not None)

        def rule(*gradients):
            parts = cls.backward(ctx, *gradients)
            parts = parts if isinstance(parts, tuple) else (parts,)
            if len(parts) != len(args):
                raise RuntimeError(f"{cls.__name__}.backward must return a gradient for each of the {len(args)} "
                                   f"arguments of forward, None for those without; got {len(parts)}")
            return tuple(part for part, x in zip(parts, args, strict=True) if isinstance(x, Tensor))

        if not isinstance(out, tuple):
            return record(cls.__name__, out.data, tensors, rule, saved)
        return record_several(cls.__name__, [x.data for x in out], tensors, rule, saved)


def record_several(name, data, inputs, rule, saved=()):
    """Do what `record` does for an operation with several results.

    The tape knows operations with one result. So this one's is a node without numbers, from which each result is
    picked by a node of its own; what these are given is gathered until all have been met.
    """
    outs = tuple(wrap(values) for values in data)
    if not mode.recording or all(x._node is None for x in inputs):
        return outs
    gathered = {}

    def whole(token):
        gradients = [gathered.pop(i, None) for i in range(len(outs))]
        return rule(*[wrap(out.data * 0) if gradient is None else gradient
                      for out, gradient in zip(outs, gradients, strict=True)])

    def picking(i):
        def pick(gradient):
            gathered[i] = gradient
            return (token,)

        return pick

    token = wrap(0.0)
    node = Node(name, tuple(x._node for x in inputs), whole, token.data, saved)
    for i, out in enumerate(outs):
        if out.data.dtype.kind == "f":
            out._node = Node(f"{name}[{i}]", (node,), picking(i), out.data, ())
    return outs
