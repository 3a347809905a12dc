"""Wrong input to the networks: one ValueError that names the argument, what it got and what it needs."""
from functools import partial

import numpy as np
import pytest
from small_networks import make

from cs231n.classifiers.cnn import ModernConvNet, ThreeLayerConvNet
from cs231n.classifiers.fc_net import FullyConnectedNet, TwoLayerNet


@pytest.mark.parametrize("build, message", [
    (partial(TwoLayerNet, 0), "input_dim must be an integer, 1 or more, got int 0"),
    (partial(TwoLayerNet, hidden_dim=2.5), "hidden_dim must be an integer"),
    (partial(TwoLayerNet, num_classes=-1), "num_classes must be an integer"),
    (partial(TwoLayerNet, weight_scale=-1), "weight_scale must be a finite number, 0 or more"),
    (partial(TwoLayerNet, reg=np.nan), "reg must be a finite number"),
    (partial(FullyConnectedNet, 100), r"hidden_dims must be a list of sizes such as \[100, 100\], got int 100"),
    (partial(FullyConnectedNet, [10, 0]), "each of hidden_dims must be an integer, 1 or more, got int 0"),
    (partial(FullyConnectedNet, [10], input_dim=0), "input_dim must be an integer"),
    (partial(FullyConnectedNet, [10], num_classes="10"), "num_classes must be an integer"),
    (partial(FullyConnectedNet, [10], dropout=0), "dropout, the probability of keeping a unit, must be above 0"),
    (partial(FullyConnectedNet, [10], dropout="half"), "dropout, the probability of keeping a unit, .* got str 'half'"),
    (partial(FullyConnectedNet, [10], normalization="batch"), "normalization must be None, 'batchnorm' or 'layernorm'"),
    (partial(FullyConnectedNet, [10], seed=1.5), "seed must be an integer, 0 or more, got float 1.5"),
    (partial(FullyConnectedNet, [10], reg=-1), "reg must be a finite number"),
    (partial(FullyConnectedNet, [10], weight_scale=None), "weight_scale must be a finite number"),
    (partial(FullyConnectedNet, [10], dtype=int), "dtype must be np.float32 or np.float64"),
    (partial(ThreeLayerConvNet, 3072), r"input_dim must be \(C, H, W\), got int 3072"),
    (partial(ThreeLayerConvNet, (3, 31, 32)), "H and W divisible by 2"),
    (partial(ThreeLayerConvNet, (3, 32, 0)), "each of input_dim must be an integer, 1 or more, got int 0"),
    (partial(ThreeLayerConvNet, filter_size=4), "filter_size must be odd"),
    (partial(ThreeLayerConvNet, filter_size=-3), "filter_size must be an integer, 1 or more"),
    (partial(ThreeLayerConvNet, num_filters=0), "num_filters must be an integer"),
    (partial(ThreeLayerConvNet, weight_scale=-1), "weight_scale must be a finite number"),
    (partial(ThreeLayerConvNet, reg="a"), "reg must be a finite number"),
    (partial(ThreeLayerConvNet, dtype=np.float16), "dtype must be np.float32 or np.float64"),
    (partial(ModernConvNet, channels=32), "channels must be a list with a number for each stage, got int 32"),
    (partial(ModernConvNet, channels=()), "channels must be a list with a number for each stage"),
    (partial(ModernConvNet, channels=(8, 0)), "each of channels must be an integer"),
    (partial(ModernConvNet, blocks=0), "blocks must be an integer, 1 or more"),
    (partial(ModernConvNet, blocks=3, residual=True), "blocks must be even with residual connections"),
    (partial(ModernConvNet, (3, 30, 32)), "H and W divisible by 4"),
    (partial(ModernConvNet, (32, 32)), r"input_dim must be \(C, H, W\)"),
    (partial(ModernConvNet, normalization=None), "normalization must be 'batchnorm' or 'groupnorm'"),
    (partial(ModernConvNet, normalization="groupnorm", groups=5), "groups must divide all channels, got 5"),
    (partial(ModernConvNet, reg=-0.1), "reg must be a finite number"),
    (partial(ModernConvNet, dtype="int8"), "dtype must be np.float32 or np.float64"),
])
def test_wrong_settings_are_named(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("name", ["two", "fc", "fc-batchnorm", "conv", "modern"])
@pytest.mark.parametrize("change, message", [
    (lambda X, y: (X[:, :-1], y), "X must "),
    (lambda X, y: (X[:0], y[:0]), "X must not be empty"),
    (lambda X, y: (X.tolist(), y), "X must be an array .* got list"),
    (lambda X, y: (X, y[:-1]), r"y must have shape \(5,\)"),
    (lambda X, y: (X, y + 9), "y must hold whole numbers from 0 to C - 1"),
    (lambda X, y: (X, y.astype(float)), "y must hold whole numbers from 0 to C - 1"),
])
def test_wrong_images_and_labels_are_named(name, change, message):
    net, X, y = make(name)
    with pytest.raises(ValueError, match=message):
        net.loss(*change(X, y))
