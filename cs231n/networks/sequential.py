"""Networks as a list of layers, one after the other.

    net = Sequential(affine(784, 256), leaky_relu(0.01), affine(256, 1))
    scores, caches = net.forward(x)
    dx, grads = net.backward(dscores, caches)

The layers are those of `cs231n.layers` and `cs231n.fast_layers`; here they only get their parameters. Between calls a
network keeps nothing but these and the running averages of batch normalisation. So it can look at two batches before it
goes backwards through either.

First weights have the variance 1 / fan_in, biases are 0. The functions that make layers raise a ValueError for a size
that is not an integer above 0.
"""
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cs231n.fast_layers import (
    conv_backward_fast,
    conv_forward_fast,
    conv_transpose_backward_fast,
    conv_transpose_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
from cs231n.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
    tanh_backward,
    tanh_forward,
)
from cs231n.training.initializers import small_init, xavier_init
from cs231n.validation import check_dtype, check_integer, check_number, check_sizes, describe


@dataclass(frozen=True)
class Layer:
    """A pair of layer functions and what they are called with.

    Attributes
    ----------
    forward : function
        ``forward(x, *parameters, *settings) -> (out, cache)``.
    backward : function
        ``backward(dout, cache) -> dx``, or ``(dx, *gradients)`` for a layer with parameters.
    params : dict of str -> ndarray
        First values of the parameters, in the order of the arguments.
    settings : tuple
        Arguments after the parameters. In a dict, `mode` becomes 'train' or 'test'.
    """

    forward: Callable
    backward: Callable
    params: dict = field(default_factory=dict)
    settings: tuple = ()


class Sequential:
    """Layers one after the other.

    Parameters
    ----------
    *layers : Layer
        As the functions of this module make them.
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic.

    Attributes
    ----------
    layers : tuple of Layer
    params : dict of str -> ndarray
        All parameters, with the number of their layer, from 1: W1, b1, W3, b3 ... To train, put new arrays here.

    Raises
    ------
    ValueError
        If something else than layers is given, or the dtype is another one.
    """

    def __init__(self, *layers, dtype=np.float32):
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError("layers must be made by the functions of cs231n.networks.sequential, "
                                 f"got {describe(layer)}")
        check_dtype(dtype)
        self.layers, self.dtype = layers, dtype
        self.params = {
            f"{name}{number}": value.astype(dtype)
            for number, layer in enumerate(layers, 1) for name, value in layer.params.items()
        }

    @property
    def num_params(self):
        """How many numbers there are to learn."""
        return sum(value.size for value in self.params.values())

    def forward(self, x, mode="train"):
        """Run the layers from the first to the last.

        Parameters
        ----------
        x : ndarray (N, ...)
            Of the shape that the first layer takes.
        mode : {'train', 'test'}
            Whether batch normalisation uses the batch's statistics or its running averages.

        Returns
        -------
        out : ndarray (N, ...)
        caches : list
            For `backward`.

        Raises
        ------
        ValueError
            If x does not fit; the message names the layer that noticed.
        """
        if mode not in ("train", "test"):
            raise ValueError(f"mode must be 'train' or 'test', got {describe(mode)}")
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiu":
            raise ValueError(f"x must be an array of real numbers, got {describe(x)}")
        x, caches = x.astype(self.dtype, copy=False), []
        for number, layer in enumerate(self.layers, 1):
            for setting in layer.settings:
                if isinstance(setting, dict) and "mode" in setting:
                    setting["mode"] = mode
            try:
                x, cache = layer.forward(x, *(self.params[f"{name}{number}"] for name in layer.params), *layer.settings)
            except ValueError as error:
                raise ValueError(f"layer {number}, {layer.forward.__name__}: {error}") from error
            caches.append(cache)
        return x, caches

    def backward(self, dout, caches):
        """Run the layers from the last to the first.

        Parameters
        ----------
        dout : ndarray
            Gradient on the output of `forward`.
        caches : list
            What `forward` returned, in training.

        Returns
        -------
        dx : ndarray
            Gradient on the input, for whatever made it.
        grads : dict of str -> ndarray
            Gradient on each entry of `params`.
        """
        grads = {}
        for number, layer, cache in reversed(list(zip(range(1, len(caches) + 1), self.layers, caches, strict=True))):
            result = layer.backward(dout, cache)
            dout, *gradients = result if layer.params else (result,)
            grads |= {f"{name}{number}": gradient for name, gradient in zip(layer.params, gradients, strict=True)}
        return dout, grads


def affine(D, M):
    """Make an affine layer from D to M features; it flattens what it gets."""
    check_sizes(D=D, M=M)
    return Layer(affine_forward, affine_backward, {"W": xavier_init((D, M)), "b": np.zeros(M)})


def conv(C, F, size, stride=1, pad=0):
    """Make a convolution of C channels with F filters of `size` x `size`."""
    check_sizes(C=C, F=F, size=size, stride=stride)
    check_integer(pad, "pad", 0)
    params = {"W": xavier_init((F, C, size, size)), "b": np.zeros(F)}
    return Layer(conv_forward_fast, conv_backward_fast, params, ({"stride": stride, "pad": pad},))


def conv_transpose(C, F, size, stride=1, pad=0):
    """Make a transposed convolution from C to F channels; maps grow to ``(H - 1) stride - 2 pad + size``."""
    check_sizes(C=C, F=F, size=size, stride=stride)
    check_integer(pad, "pad", 0)
    scale = stride / math.sqrt(C * size * size)  # so many inputs meet in one number of the output: C (size / stride)^2
    params = {"W": small_init((C, F, size, size), scale), "b": np.zeros(F)}
    return Layer(conv_transpose_forward_fast, conv_transpose_backward_fast, params, ({"stride": stride, "pad": pad},))


def max_pool(size):
    """Make a max pooling layer with windows of `size` x `size` beside each other."""
    check_sizes(size=size)
    pool_param = {"pool_height": size, "pool_width": size, "stride": size}
    return Layer(max_pool_forward_fast, max_pool_backward_fast, settings=(pool_param,))


def batchnorm(D):
    """Make a batch normalisation of D features."""
    check_sizes(D=D)
    return _normalisation(batchnorm_forward, batchnorm_backward, D)


def spatial_batchnorm(C):
    """Make a batch normalisation of C channels of feature maps."""
    check_sizes(C=C)
    return _normalisation(spatial_batchnorm_forward, spatial_batchnorm_backward, C)


def relu():
    """Make a ReLU."""
    return Layer(relu_forward, relu_backward)


def leaky_relu(slope=0.01):
    """Make a leaky ReLU with this slope below 0."""
    check_number(slope, "slope")
    return Layer(leaky_relu_forward, leaky_relu_backward, settings=(slope,))


def tanh():
    """Make a hyperbolic tangent."""
    return Layer(tanh_forward, tanh_backward)


def reshape(*shape):
    """Make a layer that gives each example this shape; the number of features stays."""
    for size in shape:
        check_integer(size, "each of shape", 1)
    return Layer(_reshape_forward, _reshape_backward, settings=(shape,))


def _normalisation(forward, backward, D):
    return Layer(forward, backward, {"gamma": np.ones(D), "beta": np.zeros(D)}, ({"mode": "train"},))


def _reshape_forward(x, shape):
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise ValueError(f"x must have {math.prod(shape)} features an example for the shape {shape}, got {describe(x)}")
    return x.reshape(len(x), *shape), x.shape


def _reshape_backward(dout, cache):
    return dout.reshape(cache)
