"""The loaders, under the course's name for the module. Each data set's own file in `cs231n.data` has them.

Each prefers the real data. Where that is absent it takes the built-in stand-in in the same format, so nothing has to be
downloaded for a notebook to run. `cs231n data fetch` brings the real data.
"""
from cs231n.data.cifar10 import CIFAR10_CLASSES, describe_CIFAR10, get_CIFAR10_data, load_CIFAR10, load_CIFAR_batch
from cs231n.data.imagenet import load_imagenet_val, load_tiny_imagenet
from cs231n.data.mnist import describe_mnist, load_mnist
from cs231n.data.pickles import load_models, load_pickle

__all__ = [
    "CIFAR10_CLASSES", "describe_CIFAR10", "get_CIFAR10_data", "load_CIFAR10", "load_CIFAR_batch", "load_imagenet_val",
    "load_tiny_imagenet", "describe_mnist", "load_mnist", "load_models", "load_pickle",
]
