"""Networks that can be looked into: run up to any layer, and from there back to the image.

    features, cache = model.forward(x, end="relu4")
    dx = model.backward(dfeatures, cache)       # the gradient on the image x of whatever gave dfeatures

The weights are fixed: gradients go to the image, and none are made for the weights. (`loss` makes them, to train on.)
"""
import itertools
from numbers import Integral

import numpy as np

from cs231n.image_utils import deprocess_image, preprocess_image
from cs231n.layers import relu_backward
from cs231n.layers.guards import check_dout
from cs231n.networks.factories import ceil_max_pool, floor_conv, global_avg_pool, relu
from cs231n.networks.network import Network, Node
from cs231n.validation import check_array, describe


def Conv(name, field, stride=1, pad=0):
    """Convolution. Steps of more than one pixel go as far as they fit; what is left at the border is not looked at."""
    return Node(name, floor_conv(field, stride, pad))


def ReLU(name):
    """ReLU, whose backward rule the caller of `LayeredNet.backward` may choose."""
    return Node(name, relu())


def MaxPool(name, field, stride):
    """Max pooling that rounds up: the last window may reach over the border, so that images of any size do."""
    return Node(name, ceil_max_pool(field, stride))


def GlobalMean(name):
    """The mean of each feature map: (N, C, H, W) to (N, C)."""
    return Node(name, global_avg_pool())


class LayeredNet(Network):
    """A convolutional network with fixed weights, as a list of named layers.

    Parameters
    ----------
    parts : list of Node, or of lists of them
        The layers in order, such as `Conv` and `ReLU` of this module make them. A list of nodes counts as one layer,
        which has the name of its last node.
    params : dict of str to ndarray
        Weights, under names such as `conv1_W` and `conv1_b`.
    classes : sequence of str
        Names of the classes.
    input_size : int
        The height and width of the images that it was trained on; others do as well.

    Attributes
    ----------
    layers : list of str
        Names of the layers in order; the last one gives the class scores.
    params, classes, input_size
        As above.
    """

    def __init__(self, parts, params, classes, input_size):
        parts = [[part] if isinstance(part, Node) else part for part in parts]
        super().__init__(itertools.chain(*parts), params)
        self.classes, self.input_size = classes, input_size
        self.layers = [part[-1].name for part in parts]

    def forward(self, x, end=None):
        """Run images through the layers up to `end`.

        Parameters
        ----------
        x : ndarray (N, 3, H, W) of float
            Images as `preprocess` gives them. float32 and float64 stay what they are.
        end : str or int, or a list of them, optional
            Name or index in `layers` of the last layer to run; without it, the class scores. With a list, the outputs
            of all these layers come from one run.

        Returns
        -------
        out : ndarray, or a list of them
            Feature maps (N, C, H', W'); class scores are (N, number of classes).
        cache : tuple
            For `backward`.

        Raises
        ------
        ValueError
            If x has another shape or holds integers, or there is no such layer.
        """
        check_array(x, "x", ("N", 3, "H", "W"))
        if x.dtype.kind != "f":
            raise ValueError(f"x must hold floats, as model.preprocess gives them, got {describe(x)}")
        several = isinstance(end, (list, tuple))
        if several and not end:
            raise ValueError("end must name one layer at least, got an empty list")
        outs, cache = self.propagate(x, [self.layers[self.index(each)] for each in (end if several else [end])], "test")
        return (outs if several else outs[0]), ([out.shape for out in outs], cache)

    def backward(self, dout, cache, relu_rule=relu_backward):
        """Return the gradient on the images.

        Parameters
        ----------
        dout : ndarray, or a list of them
            Gradient on what `forward` returned, in the same form. In a list, None stands for a gradient of zero.
        cache : tuple
            What `forward` returned.
        relu_rule : function of (dout, x), optional
            What a ReLU of input x does with the gradient on its output; another rule than `layers.relu_backward` makes
            pictures such as guided backpropagation.

        Returns
        -------
        dx : ndarray (N, 3, H, W)

        Raises
        ------
        ValueError
            If `dout` has another shape or length than what `forward` returned, or holds nothing but None.
        """
        shapes, cache = cache
        douts = dout if isinstance(dout, (list, tuple)) else [dout]
        if len(douts) != len(shapes):
            raise ValueError(f"dout must hold a gradient for each of {len(shapes)} layers, got {len(douts)}")
        for shape, gradient in zip(shapes, douts, strict=True):
            if gradient is not None:
                check_dout(gradient, shape)
        if all(gradient is None for gradient in douts):
            raise ValueError("dout must hold the gradient on one layer at least, got only None")
        return self.backpropagate(douts, cache, needs_params=False, rules={relu_backward: relu_rule})[0]

    def preprocess(self, pictures):
        """Turn pictures (N, H, W, 3) of uint8 in RGB into what `forward` takes: (N, 3, H, W) of float32."""
        if not isinstance(pictures, np.ndarray) or pictures.ndim != 4:
            raise ValueError(f"pictures must be an array (N, H, W, 3) of uint8, got {describe(pictures)}")
        return np.ascontiguousarray(preprocess_image(pictures).transpose(0, 3, 1, 2))

    def deprocess(self, x):
        """Turn images (N, 3, H, W) back into pictures (N, H, W, 3) of uint8; what is too dark or bright is cut off."""
        check_array(x, "x", ("N", 3, "H", "W"))
        return deprocess_image(x.transpose(0, 2, 3, 1))

    def index(self, layer=None):
        """Return the index of a layer in `layers`, given its name or index; the last one for None.

        Raises
        ------
        ValueError
            If there is no such layer.
        """
        if layer is None:
            return len(self.layers) - 1
        if isinstance(layer, str) and layer in self.layers:
            return self.layers.index(layer)
        if isinstance(layer, Integral) and 0 <= layer < len(self.layers):
            return int(layer)
        raise ValueError(f"there is no layer {layer!r}: it must be an index below {len(self.layers)} or one of "
                         f"{', '.join(self.layers)}")

    def receptive_field(self, layer):
        """Say which pixels one number of a feature map depends on.

        Number i of a row or column depends on the pixels from ``start + i * stride`` to ``start + i * stride + size``
        (that one not); those outside of the image are padding.

        Parameters
        ----------
        layer : str or int

        Returns
        -------
        size, stride, start : int

        Raises
        ------
        ValueError
            If the layer depends on all of the image, as class scores do.
        """
        name, fields = self.layers[self.index(layer)], self.receptive_fields()
        if fields[name] is None:
            first = next(node.name for node in self.nodes if fields[node.name] is None)
            raise ValueError(f"{layer!r} depends on the whole image: choose a layer before {first!r}")
        return fields[name]
