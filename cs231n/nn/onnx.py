"""Networks for other programs: a traced graph as an ONNX file. Needs the package `onnx` (``pip install cs231n[onnx]``).

Loops and conditions of Python's are not in it: what is exported is the one way that a module went through them.
"""
import inspect

import numpy as np
import onnx
from onnx import helper, numpy_helper

from cs231n.autograd.operations import OPERATIONS
from cs231n.autograd.static import Symbol, trace
from cs231n.nn.convolution import _padding, two
from cs231n.validation import describe

OPSET = 17
SAME_NAME = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "matmul": "MatMul", "mm": "MatMul",
             "neg": "Neg", "abs": "Abs", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "tanh": "Tanh", "sin": "Sin",
             "cos": "Cos", "sigmoid": "Sigmoid", "relu": "Relu", "maximum": "Max", "minimum": "Min"}


def export(module, path, shape, dtype=np.float32):
    """Write a module of one input, in testing, as ONNX.

    Parameters
    ----------
    module : Module
    path : str or path
    shape : tuple of (int or str)
        Of the input; a name in place of a number leaves that side open, as ``("N", 3, 32, 32)``.
    dtype : {np.float32, np.float64}

    Raises
    ------
    ValueError
        If the module is in training, or computes something that has no form here.
    """
    if any(part.training for part in module.modules() if not part._modules or part is module):
        raise ValueError("module must be in testing: call module.eval() first")
    graph, out = trace(module, "input")
    example = np.zeros([1 if isinstance(side, str) else side for side in shape], dtype)
    sides = [f"side_{i}" for i in range(graph.run(out, {"input": example}).ndim)]  # sizes are left open
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    writer = _Writer(graph, np.dtype(dtype))
    for number in graph._needed([out]):
        writer.write(number)
    writer.nodes.append(helper.make_node("Identity", [writer.names[out.number]], ["output"]))
    used = {name for node in writer.nodes for name in node.input}
    model = helper.make_model(helper.make_graph(
        writer.nodes, type(module).__name__,
        [helper.make_tensor_value_info("input", kind, shape)], [helper.make_tensor_value_info("output", kind, sides)],
        [value for value in writer.constants if value.name in used]), opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


class _Writer:
    def __init__(self, graph, dtype):
        self.graph, self.dtype = graph, dtype
        self.nodes, self.constants, self.names = [], [], {}

    def write(self, number):
        """Write one node of the graph; its inputs have been written."""
        name, args, settings = self.graph.nodes[number]
        if name in ("placeholder", "variable"):
            self.names[number] = args[0]
            if name == "variable":
                self.constants.append(numpy_helper.from_array(np.ascontiguousarray(self.graph.values[args[0]]),
                                                              args[0]))
            return
        if name not in OPERATIONS:
            raise ValueError(f"{name} has no form in ONNX here")
        bound = inspect.signature(OPERATIONS[name]).bind(*args, **settings)
        bound.apply_defaults()
        values = bound.arguments
        if name in SAME_NAME:
            operands = [x for key, x in values.items() if key != "inplace"]
            self.emit(number, SAME_NAME[name], operands)
        elif hasattr(self, f"_{name}"):
            getattr(self, f"_{name}")(number, **values)
        else:
            raise ValueError(f"{name} has no form in ONNX here; there are {', '.join(sorted(SAME_NAME))} and others")

    def emit(self, number, kind, operands, **attributes):
        """Write an ONNX node whose result is the node of this number."""
        self.names[number] = f"{kind.lower()}_{number}"
        names = [self.name_of(x) for x in operands]
        while names and names[-1] == "":
            names.pop()
        self.nodes.append(helper.make_node(kind, names, [self.names[number]], **attributes))

    def name_of(self, value):
        """The name of a symbol, or of a constant that is written for it; nothing for None."""
        if value is None:
            return ""
        if isinstance(value, Symbol):
            return self.names[value.number]
        array = value if isinstance(value, np.ndarray) else np.asarray(value, self.dtype)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def _linear(self, number, input, weight, bias):
        self.emit(number, "Gemm", [input, weight, bias], transB=1)

    def _conv2d(self, number, input, weight, bias, stride, padding, dilation, groups):
        filters = self.graph.values[self.graph.nodes[weight.number][1][0]]
        pads = _padding(padding, filters, two(dilation))
        self.emit(number, "Conv", [input, weight, bias], strides=two(stride), pads=pads * 2, dilations=two(dilation),
                  group=groups)

    def _conv_transpose2d(self, number, input, weight, bias, stride, padding, output_padding, groups, dilation):
        self.emit(number, "ConvTranspose", [input, weight, bias], strides=two(stride), pads=two(padding) * 2,
                  output_padding=two(output_padding), dilations=two(dilation), group=groups)

    def _max_pool2d(self, number, input, kernel_size, stride, padding):
        self.emit(number, "MaxPool", [input], kernel_shape=two(kernel_size), strides=two(stride or kernel_size),
                  pads=two(padding) * 2)

    def _avg_pool2d(self, number, input, kernel_size, stride, padding):
        self.emit(number, "AveragePool", [input], kernel_shape=two(kernel_size), strides=two(stride or kernel_size),
                  pads=two(padding) * 2, count_include_pad=1)

    def _adaptive_avg_pool2d(self, number, input, output_size):
        if two(output_size) != (1, 1):
            raise ValueError(f"adaptive_avg_pool2d has a form in ONNX for output_size 1, got {describe(output_size)}")
        self.emit(number, "GlobalAveragePool", [input])

    def _batch_norm(self, number, input, running_mean, running_var, weight, bias, training, momentum, eps):
        if training or running_mean is None or weight is None:
            raise ValueError("batch_norm has a form in ONNX in testing, with weights and running averages")
        self.emit(number, "BatchNormalization", [input, weight, bias, running_mean, running_var], epsilon=eps)

    def _layer_norm(self, number, input, normalized_shape, weight, bias, eps):
        if weight is None:
            weight = np.ones(normalized_shape, self.dtype)
        self.emit(number, "LayerNormalization", [input, weight, bias], axis=-len(normalized_shape), epsilon=eps)

    def _flatten(self, number, input=None, start_dim=0, end_dim=-1, x=None):
        if (start_dim, end_dim) != (1, -1):
            raise ValueError(f"flatten has a form in ONNX for all axes but the first, got {start_dim} to {end_dim}")
        self.emit(number, "Flatten", [x if input is None else input], axis=1)

    def _reshape(self, number, x, shape):
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        self.emit(number, "Reshape", [x, np.asarray(sizes, np.int64)])

    def _dropout(self, number, input, p, training, inplace):
        if training:
            raise ValueError("dropout has a form in ONNX in testing")
        self.emit(number, "Identity", [input])

    def _softmax(self, number, x, dim):
        self.emit(number, "Softmax", [x], axis=dim)

    def _log_softmax(self, number, x, dim):
        self.emit(number, "LogSoftmax", [x], axis=dim)

    def _leaky_relu(self, number, input, negative_slope, inplace):
        self.emit(number, "LeakyRelu", [input], alpha=float(negative_slope))

    def _elu(self, number, input, alpha, inplace):
        self.emit(number, "Elu", [input], alpha=float(alpha))

    def _cat(self, number, tensors, dim):
        self.emit(number, "Concat", list(tensors), axis=dim)

    def _mean(self, number, x, dim, keepdim):
        axes = None if dim is None else [dim] if isinstance(dim, int) else list(dim)
        self.emit(number, "ReduceMean", [x], keepdims=int(keepdim), **({} if axes is None else {"axes": axes}))
