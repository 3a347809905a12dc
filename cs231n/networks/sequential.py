"""Networks as a list of layers, one after the other.

    net = Sequential(affine(784, 256), leaky_relu(0.01), affine(256, 1))
    scores, caches = net.forward(x)
    dx, grads = net.backward(dscores, caches)

Between calls a network keeps nothing but its parameters and the running averages of batch normalisation. So it can look
at two batches before it goes backwards through either.
"""
import numpy as np

from cs231n.networks.factories import *  # noqa: F403
from cs231n.networks.layer import Layer
from cs231n.networks.network import Network, Node
from cs231n.validation import check_dtype, describe


class Sequential(Network):
    """Layers one after the other.

    Parameters
    ----------
    *layers : Layer
        As the functions of this module make them.
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic.
    **settings
        reg and regularization of `Network`, for `loss`.

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

    def __init__(self, *layers, dtype=np.float32, **settings):
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError("layers must be made by the functions of cs231n.networks.sequential, "
                                 f"got {describe(layer)}")
        check_dtype(dtype)
        self.layers = layers
        super().__init__((Node(str(number), layer, params={name: f"{name}{number}" for name in layer.params})
                          for number, layer in enumerate(layers, 1)), dtype=dtype, **settings)

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
        caches : object
            For `backward`.

        Raises
        ------
        ValueError
            If x does not fit; the message names the layer that noticed.
        """
        [out], caches = self.propagate(x, mode=mode)
        return out, caches

    def backward(self, dout, caches):
        """Run the layers from the last to the first.

        Parameters
        ----------
        dout : ndarray
            Gradient on the output of `forward`.
        caches : object
            What `forward` returned, in training.

        Returns
        -------
        dx : ndarray
            Gradient on the input, for whatever made it.
        grads : dict of str -> ndarray
            Gradient on each entry of `params`.
        """
        return self.backpropagate([dout], caches)
