"""Convolutional networks: the three layers of assignment 2, and one with what has been learned since."""
import numpy as np

from cs231n.exercise import exercise
from cs231n.fast.runtime import convolves
from cs231n.fast_layers import *  # noqa: F403
from cs231n.layer_utils import *  # noqa: F403
from cs231n.layer_utils import (
    affine_relu_backward,
    affine_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from cs231n.layers import *  # noqa: F403
from cs231n.layers import affine_backward, affine_forward, softmax_loss
from cs231n.layers.regularization import l2_regularization
from cs231n.networks import factories, network
from cs231n.networks.network import INPUT, Network, Node
from cs231n.training.initializers import he_init
from cs231n.validation import check_array, check_dtype, check_integer, check_number, check_sizes, describe


def _check_input_dim(input_dim, divisor):
    """Raise unless `input_dim` is (C, H, W), with H and W as pooling needs them."""
    if not isinstance(input_dim, (tuple, list)) or len(input_dim) != 3:
        raise ValueError(f"input_dim must be (C, H, W), got {describe(input_dim)}")
    for size in input_dim:
        check_integer(size, "each of input_dim", 1)
    if input_dim[1] % divisor or input_dim[2] % divisor:
        raise ValueError(f"input_dim must be (C, H, W) with H and W divisible by {divisor}, for the 2x2 pooling; "
                         f"got {describe(input_dim)}")


def _check_images(self, X, y=None):
    """Guard the losses of both networks; the labels are for `softmax_loss` to check."""
    check_array(X, "X", ("N", *self.input_dim))


class ThreeLayerConvNet:
    """conv - ReLU - 2x2 max pool - affine - ReLU - affine - softmax.

    The convolution has stride 1 and as much padding as keeps the size of the image.

    Parameters
    ----------
    input_dim : tuple of int
        (C, H, W) of an image; H and W even.
    num_filters, filter_size : int
        Filters F of the convolution, and their odd side.
    hidden_dim, num_classes : int
        Units of the hidden affine layer, and classes.
    weight_scale : float
        Standard deviation of the first weights; biases start at 0.
    reg : float
        Strength of the L2 regularisation, ``0.5 * reg * sum W^2`` over the three weight arrays.
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic.

    Attributes
    ----------
    params : dict
        W1 (F, C, filter_size, filter_size), b1, W2 (F * H/2 * W/2, hidden_dim), b2, W3 (hidden_dim, num_classes), b3.

    Raises
    ------
    ValueError
        If a size is out of range.
    """

    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, num_classes=10,
                 weight_scale=1e-3, reg=0.0, dtype=np.float32):
        _check_input_dim(input_dim, 2)
        check_sizes(num_filters=num_filters, filter_size=filter_size, hidden_dim=hidden_dim, num_classes=num_classes)
        if filter_size % 2 == 0:
            raise ValueError(f"filter_size must be odd, so that padding can keep the image's size; got {filter_size}")
        check_number(weight_scale, "weight_scale")
        check_number(reg, "reg")
        check_dtype(dtype)
        self.input_dim = tuple(map(int, input_dim))
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        self.init_params(input_dim, num_filters, filter_size, hidden_dim, num_classes, weight_scale)
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    @exercise("assignment2/ConvolutionalNetworks")
    def init_params(self, input_dim, num_filters, filter_size, hidden_dim, num_classes, weight_scale):
        """Fill `params`."""
        C, H, W = input_dim
        pooled = num_filters * (H // 2) * (W // 2)
        self.params["W1"] = weight_scale * np.random.randn(num_filters, C, filter_size, filter_size)
        self.params["b1"] = np.zeros(num_filters)
        self.params["W2"] = weight_scale * np.random.randn(pooled, hidden_dim)
        self.params["b2"] = np.zeros(hidden_dim)
        self.params["W3"] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params["b3"] = np.zeros(num_classes)

    @convolves
    @exercise("assignment2/ConvolutionalNetworks", validate=_check_images)
    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Parameters
        ----------
        X : ndarray (N, C, H, W)
            Images.
        y : ndarray (N,) of int, optional
            Labels.

        Returns
        -------
        scores : ndarray (N, num_classes)
            If y is None. Otherwise:
        loss : float
        grads : dict
            The gradient of the loss on each entry of `params`, under the same name.

        Raises
        ------
        ValueError
            If the images have another shape than `input_dim`, or the labels do not fit.
        """
        X = X.astype(self.dtype)
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        W3, b3 = self.params["W3"], self.params["b3"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}

        maps, conv_cache = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param)
        hidden, hidden_cache = affine_relu_forward(maps, W2, b2)
        scores, scores_cache = affine_forward(hidden, W3, b3)
        if y is None:
            return scores

        grads = {}
        loss, dscores = softmax_loss(scores, y)
        dhidden, grads["W3"], grads["b3"] = affine_backward(dscores, scores_cache)
        dmaps, grads["W2"], grads["b2"] = affine_relu_backward(dhidden, hidden_cache)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dmaps, conv_cache, needs_dx=False)
        for name in ("W1", "W2", "W3"):
            W = self.params[name]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads[name] += self.reg * W
        return loss, grads


class ModernConvNet(Network):
    """Stages of 3x3 convolutions with normalisation, global average pooling, one affine layer, softmax.

    A stage is some blocks (conv - norm - ReLU) with the same number of channels; 2x2 max pooling stands before every
    stage but the first. With `residual` each two blocks are bridged: their input is added to what they compute, so that
    they only have to learn the difference (He et al., 2016), and a 1x1 convolution adapts the channels where they grow.

    Parameters
    ----------
    input_dim : tuple of int
        (C, H, W) of an image; H and W divisible by 2 once for every stage after the first.
    channels : list or tuple of int
        Channels of each stage.
    blocks : int
        Blocks of each stage; even with `residual`.
    normalization : {'batchnorm', 'groupnorm'}
        What stands between convolution and ReLU.
    groups : int
        Groups of the group normalisation; divides all `channels`.
    residual : bool
        Whether to bridge each two blocks.
    num_classes : int
    reg : float
        Strength of the regularisation of the weights of convolutions and affine layer.
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic.
    regularization : function of (w, strength)
        One of `layers.regularization`; L2, ``0.5 * reg * sum W^2``, unless told otherwise.

    Attributes
    ----------
    params : dict
        W, gamma and beta of each block under names such as `stage1_block2_W`; `stage2_skip_W`; `W` and `b` at the end.
        The convolutions need no bias, as the normalisation would take it out again.
    bn_params : dict of str -> dict
        Running averages of each block's batch normalisation.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(self, input_dim=(3, 32, 32), channels=(32, 64, 128), blocks=2, normalization="batchnorm", groups=8,
                 residual=False, num_classes=10, reg=0.0, dtype=np.float32, regularization=l2_regularization):
        if not isinstance(channels, (tuple, list)) or not channels:
            raise ValueError(f"channels must be a list with a number for each stage, got {describe(channels)}")
        for size in channels:
            check_integer(size, "each of channels", 1)
        check_sizes(blocks=blocks, groups=groups, num_classes=num_classes)
        _check_input_dim(input_dim, 2 ** (len(channels) - 1))
        check_number(reg, "reg")
        check_dtype(dtype)
        if normalization not in ("batchnorm", "groupnorm"):
            raise ValueError(f"normalization must be 'batchnorm' or 'groupnorm', got {describe(normalization)}")
        if normalization == "groupnorm" and any(count % groups for count in channels):
            raise ValueError(f"groups must divide all channels, got {groups} for {tuple(channels)}")
        if residual and blocks % 2:
            raise ValueError(f"blocks must be even with residual connections, which bridge two each; got {blocks}")
        self.input_dim = tuple(map(int, input_dim))
        self.normalization, self.groups, self.residual = normalization, groups, residual
        self.stages = [[f"stage{s}_block{i}" for i in range(1, blocks + 1)] for s in range(1, len(channels) + 1)]
        super().__init__(self._make_nodes(input_dim[0], channels, num_classes), dtype=dtype, reg=reg,
                         regularization=regularization)

    def loss(self, X, y=None):
        """Scores, or loss and gradients; arguments and results as in `ThreeLayerConvNet.loss`.

        Without labels the network is tested: batch normalisation uses its running averages.
        """
        _check_images(self, X)
        return super().loss(X, y)

    def _make_nodes(self, C, channels, num_classes):
        nodes, top = [], INPUT
        for number, (stage, F) in enumerate(zip(self.stages, channels, strict=True), 1):
            if number > 1:
                nodes.append(Node(top := f"stage{number}_pool", factories.max_pool(2)))
            for i, block in enumerate(stage):
                if self.residual and i % 2 == 0:  # a bridge begins
                    bridge = top
                    if C != F:
                        convolution = factories.conv(C, F, 1, bias=False, init=he_init)
                        nodes.append(Node(bridge := f"stage{number}_skip", convolution, (top,)))
                convolution = factories.conv(C, F, 3, pad=1, bias=False, init=he_init)
                nodes.append(Node(f"{block}_conv", convolution, (top,), {"W": f"{block}_W"}))
                nodes.append(Node(block, factories.spatial_batchnorm(F) if self.normalization == "batchnorm"
                                  else factories.spatial_groupnorm(F, self.groups)))
                if self.residual and i % 2:  # and ends, before the ReLU
                    nodes.append(Node(f"{block}_sum", factories.add(), (bridge, block)))
                nodes.append(Node(top := f"{block}_relu", factories.relu()))
                C = F
        return [*nodes, Node("means", factories.global_avg_pool()),
                Node("scores", factories.affine(C, num_classes, init=he_init), params={"W": "W", "b": "b"})]

    def __getstate__(self):
        """Without the layers: where their functions stand may change, and a checkpoint shall stay readable."""
        return {name: value for name, value in vars(self).items() if name != "nodes"}

    def __setstate__(self, state):
        vars(self).update({"regularization": l2_regularization} | state)
        channels = [len(self.params[f"{stage[0]}_W"]) for stage in self.stages]
        self.nodes = tuple(network.connected(self._make_nodes(self.input_dim[0], channels, self.params["W"].shape[1])))
