"""Networks that can be looked into: run up to any layer, and from there back to the image.

    features, cache = model.forward(x, end="relu4")
    dx = model.backward(dfeatures, cache)       # the gradient on the image x of whatever gave dfeatures

The weights are fixed: gradients go to the image, and none are made for the weights.
"""
from numbers import Integral

import numpy as np

from cs231n.fast_layers import (
    conv_forward_fast,
    conv_transpose_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
from cs231n.image_utils import deprocess_image, preprocess_image
from cs231n.layers import global_avg_pool_backward, global_avg_pool_forward, relu_backward, relu_forward
from cs231n.layers.guards import check_array, check_dout
from cs231n.validation import describe


class Conv:
    """Convolution. Steps of more than one pixel go as far as they fit; what is left at the border is not looked at."""

    def __init__(self, name, field, stride=1, pad=0):
        self.name, self.field, self.stride, self.pad = name, field, stride, pad

    def forward(self, x, params):
        """Return out (N, F, H', W') of x (N, C, H, W), and a cache."""
        w, b = params[f"{self.name}_W"], params[f"{self.name}_b"]
        left = [(side + 2 * self.pad - self.field) % self.stride for side in x.shape[2:]]
        seen = x[:, :, :x.shape[2] - left[0], :x.shape[3] - left[1]]
        out, _ = conv_forward_fast(seen, w, b, {"stride": self.stride, "pad": self.pad})
        return out, (w, left)

    def backward(self, dout, cache, relu_rule):
        """Return the gradient on x."""
        w, left = cache
        # The gradient on the input of a convolution is a transposed convolution with the same filters.
        no_bias = np.zeros(w.shape[1], w.dtype)
        dx, _ = conv_transpose_forward_fast(dout, w, no_bias, {"stride": self.stride, "pad": self.pad})
        return np.pad(dx, ((0, 0), (0, 0), (0, left[0]), (0, left[1])))


class ReLU:
    """ReLU, whose backward rule the caller may choose."""

    field, stride, pad = 1, 1, 0

    def __init__(self, name):
        self.name = name

    def forward(self, x, params):
        """Return out, of the shape of x, and a cache."""
        return relu_forward(x)

    def backward(self, dout, cache, relu_rule):
        """Return what `relu_rule` makes of the gradient."""
        return relu_rule(dout, cache)


class MaxPool:
    """Max pooling that rounds up: the last window may reach over the border, so that images of any size do."""

    pad = 0

    def __init__(self, name, field, stride):
        self.name, self.field, self.stride = name, field, stride

    def forward(self, x, params):
        """Return out (N, C, H', W') of x (N, C, H, W), with ``H' = 1 + ceil((H - field) / stride)``, and a cache."""
        H, W = x.shape[2:]
        missing = [max(self.field - side, (self.field - side) % self.stride) for side in (H, W)]
        # Nothing is below minus infinity, so what stands over is never the largest.
        framed = np.pad(x, ((0, 0), (0, 0), (0, missing[0]), (0, missing[1])), constant_values=-np.inf)
        window = {"pool_height": self.field, "pool_width": self.field, "stride": self.stride}
        out, cache = max_pool_forward_fast(framed, window)
        return out, (H, W, cache)

    def backward(self, dout, cache, relu_rule):
        """Return the gradient on x."""
        H, W, cache = cache
        return max_pool_backward_fast(dout, cache)[:, :, :H, :W]


class GlobalMean:
    """The mean of each feature map: (N, C, H, W) to (N, C)."""

    field = stride = pad = None

    def __init__(self, name):
        self.name = name

    def forward(self, x, params):
        """Return out (N, C) of x (N, C, H, W), and a cache."""
        return global_avg_pool_forward(x)

    def backward(self, dout, cache, relu_rule):
        """Return the gradient on x."""
        return global_avg_pool_backward(dout, cache)


class LayeredNet:
    """A convolutional network with fixed weights, as a list of named layers.

    Parameters
    ----------
    parts : list
        The layers in order, such as `Conv` and `ReLU` of this module.
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
        self.params, self.classes, self.input_size = params, classes, input_size
        self.layers = [part.name for part in parts]
        self._parts = parts

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
        ends = [self.index(each) for each in (end if isinstance(end, (list, tuple)) else [end])]
        if not ends:
            raise ValueError("end must name one layer at least, got an empty list")
        outs, caches = {}, []
        for number, part in enumerate(self._parts[:max(ends) + 1]):
            x, cache = part.forward(x, self.params)
            caches.append(cache)
            if number in ends:
                outs[number] = x
        outs = [outs[number] for number in ends]
        return (outs if isinstance(end, (list, tuple)) else outs[0]), (ends, [out.shape for out in outs], caches)

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
        ends, shapes, caches = cache
        douts = dout if isinstance(dout, (list, tuple)) else [dout]
        if len(douts) != len(ends):
            raise ValueError(f"dout must hold a gradient for each of {len(ends)} layers, got {len(douts)}")
        gradients = [[] for _ in caches]
        for number, shape, gradient in zip(ends, shapes, douts, strict=True):
            if gradient is not None:
                check_dout(gradient, shape)
                gradients[number].append(gradient)
        if not any(gradients):
            raise ValueError("dout must hold the gradient on one layer at least, got only None")
        dx = None
        for part, part_cache, here in zip(self._parts[len(caches) - 1::-1], caches[::-1], gradients[::-1], strict=True):
            if here or dx is not None:
                dx = part.backward(sum(here, 0 if dx is None else dx), part_cache, relu_rule)
        return dx

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
        size, stride, start = 1, 1, 0
        for part in self._parts[:self.index(layer) + 1]:
            if part.field is None:
                raise ValueError(f"{layer!r} depends on the whole image: choose a layer before {part.name!r}")
            start -= part.pad * stride
            size += (part.field - 1) * stride
            stride *= part.stride
        return size, stride, start
