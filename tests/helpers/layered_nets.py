"""Small networks with the interface of `LayeredNet`, for tests."""
import numpy as np

from cs231n.classifiers.squeezenet import Fire
from cs231n.networks.layered import Conv, GlobalMean, LayeredNet, MaxPool, ReLU


def tiny(seed=0):
    """A network with one layer of each kind and five classes, in float64."""
    rng = np.random.RandomState(seed)
    shapes = {"conv1": (4, 3, 3, 3), "fire2_squeeze1x1": (3, 4, 1, 1), "fire2_expand1x1": (2, 3, 1, 1),
              "fire2_expand3x3": (2, 3, 3, 3), "conv3": (5, 4, 3, 3)}
    params = {}
    for name, shape in shapes.items():
        params[f"{name}_W"], params[f"{name}_b"] = rng.randn(*shape), rng.randn(shape[0])
    parts = [Conv("conv1", 3, stride=2), ReLU("relu1"), MaxPool("pool1", 3, 2), Fire("fire2"), Conv("conv3", 3, pad=1),
             GlobalMean("scores")]
    return LayeredNet(parts, params, list("abcde"), 13)


def linear(W, pad=0):
    """A network whose scores are the products of an image with each filter of W (classes, 3, H, H)."""
    params = {"conv1_W": W, "conv1_b": np.zeros(len(W), W.dtype)}
    parts = [Conv("conv1", W.shape[2], pad=pad), GlobalMean("scores")]
    return LayeredNet(parts, params, list("abcdefgh"[:len(W)]), W.shape[2])


def images(N=2, H=13, W=12, seed=1):
    return np.random.RandomState(seed).randn(N, 3, H, W)
