"""Networks of all options and odd shapes, small enough for numeric gradients."""
from functools import partial

import numpy as np

from cs231n.classifiers.cnn import ModernConvNet, ThreeLayerConvNet
from cs231n.classifiers.fc_net import FullyConnectedNet, TwoLayerNet

TinyFC = partial(FullyConnectedNet, [7, 6], input_dim=12, num_classes=5, weight_scale=0.5)
TinyConv = partial(ThreeLayerConvNet, (3, 4, 6), num_filters=2, filter_size=3, hidden_dim=5, num_classes=4,
                   weight_scale=0.3)
TinyModern = partial(ModernConvNet, (3, 4, 8), channels=(2, 4), blocks=2, groups=2, num_classes=3)

# Name: how to make the network, and the shape of its images. All options, and odd shapes.
NETS = {
    "two": (partial(TwoLayerNet, 12, 7, 5, weight_scale=0.5), (3, 2, 2)),
    "two-one": (partial(TwoLayerNet, 1, 1, 2, weight_scale=0.5), (1,)),
    "fc": (TinyFC, (3, 2, 2)),
    "fc-linear": (partial(FullyConnectedNet, [], input_dim=4, num_classes=3), (4,)),
    "fc-deep": (partial(FullyConnectedNet, (5, 1, 4, 6), input_dim=6, num_classes=2, weight_scale=0.7), (1, 2, 3)),
    "fc-batchnorm": (partial(TinyFC, normalization="batchnorm"), (12,)),
    "fc-layernorm": (partial(TinyFC, normalization="layernorm"), (12,)),
    "fc-dropout": (partial(TinyFC, dropout=0.6, seed=123), (12,)),
    "fc-batchnorm-dropout": (partial(TinyFC, normalization="batchnorm", dropout=0.7, seed=5), (12,)),
    "fc-layernorm-dropout": (partial(TinyFC, normalization="layernorm", dropout=0.7, seed=5), (12,)),
    "conv": (TinyConv, (3, 4, 6)),
    "conv-1x1": (partial(ThreeLayerConvNet, (1, 2, 2), 3, 1, 4, 2, weight_scale=0.5), (1, 2, 2)),
    "conv-5x5": (partial(ThreeLayerConvNet, (2, 4, 2), 2, 5, 3, 3, weight_scale=0.3), (2, 4, 2)),
    "modern": (TinyModern, (3, 4, 8)),
    "modern-residual": (partial(TinyModern, residual=True), (3, 4, 8)),
    "modern-four-blocks": (partial(ModernConvNet, (2, 2, 3), channels=[2], blocks=4, residual=True), (2, 2, 3)),
    "modern-groups": (partial(TinyModern, normalization="groupnorm", blocks=1), (3, 4, 8)),
    "modern-groups-residual": (partial(TinyModern, normalization="groupnorm", residual=True), (3, 4, 8)),
}
PRECISE = {name: net for name, net in NETS.items() if not name.startswith("two")}  # these take a dtype


def make(name, N=5, seed=0, **settings):
    """Return a network whose parameters are all random (zeros hide mistakes), images and labels."""
    build, shape = NETS[name]
    np.random.seed(seed)
    net = build(**settings)
    for key, value in net.params.items():
        if key.startswith("b") or "beta" in key or "gamma" in key:
            value += (0.3 * np.random.randn(*value.shape)).astype(value.dtype)
    return net, np.random.randn(N, *shape), np.random.randint(num_classes(net), size=N)


def num_classes(net):
    return net.params[max(name for name in net.params if name.startswith("W"))].shape[1]
