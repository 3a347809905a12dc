"""The built-in network, trained on mini-CIFAR; and the choice between it and SqueezeNet.

Its weights are part of the package, so that a notebook can look into a trained network with nothing downloaded.
`train_pretrained_cnn` made them.
"""
from pathlib import Path

import numpy as np

from cs231n.classifiers.squeezenet import SqueezeNet, find_weights
from cs231n.data.catalogue import CIFAR10
from cs231n.data.cifar10 import CIFAR10_CLASSES, load_CIFAR10
from cs231n.data.folders import data_folder
from cs231n.data.store import make
from cs231n.networks.layered import Conv, GlobalMean, LayeredNet, MaxPool, ReLU
from cs231n.validation import check_integer, describe

CHANNELS = (32, 64, 128)  # of the three stages
WEIGHTS_FILE = Path(__file__).with_name("pretrained_cnn.npz")


class PretrainedCNN(LayeredNet):
    """Three stages of two 3x3 convolutions with ReLU, 2x2 max pooling between them, and a mean over the class maps.

    Layers: conv1 relu1 conv2 relu2 pool2, conv3 relu3 conv4 relu4 pool4, conv5 relu5 conv6 relu6, conv7 (one map for
    each of the ten classes), scores. Stages have 32, 64 and 128 channels, and images any size of 1x1 or more.

    Parameters
    ----------
    dtype : {np.float32, np.float64}
        Type of the weights. The arithmetic is in that of the images.
    h5_file : None
        What the course's notebooks of 2016 hand in, which do not run here.

    Raises
    ------
    ValueError
        If there is an `h5_file`.
    """

    about = ("Running on the built-in network, trained on mini-CIFAR-10. For SqueezeNet and pictures of ImageNet run "
             "`cs231n data fetch squeezenet imagenet_val_25`.")

    def __init__(self, dtype=np.float32, *, h5_file=None):
        if h5_file is not None:
            raise ValueError("h5_file is the course's network of 2016, which it does not give out any more: its "
                             "notebooks ImageGradients and ImageGeneration do not run on this kit")
        parts = []
        for number in range(1, 7):
            parts += [Conv(f"conv{number}", 3, pad=1), ReLU(f"relu{number}")]
            if number in (2, 4):
                parts.append(MaxPool(f"pool{number}", 2, 2))
        parts += [Conv("conv7", 1), GlobalMean("scores")]
        with np.load(WEIGHTS_FILE) as arrays:
            params = {name: arrays[name].astype(dtype) for name in arrays}
        super().__init__(parts, params, CIFAR10_CLASSES, input_size=32)

    def sample_pictures(self, num):
        """Return `num` pictures (num, 32, 32, 3) of uint8 that it was not trained on, and their classes (num,)."""
        _, _, X, y = load_CIFAR10(make(CIFAR10.miniature, data_folder()))
        check_integer(num, "num", 1, len(X), ", the number of test pictures")
        return X[:num].astype(np.uint8), y[:num]


def load_pretrained(name=None):
    """Load a trained network to look into.

    Parameters
    ----------
    name : {"squeezenet", "builtin"}, optional
        Which one. Without it SqueezeNet if its weights are in the data folder, else the built-in network.

    Returns
    -------
    LayeredNet
        It also has `about`, one line on what it is, and `sample_pictures(num)`, pictures to look at with it.

    Raises
    ------
    DataError
        If SqueezeNet is asked for, and its weights are not there.
    ValueError
        If there is no network of this name.
    """
    if name is None:
        name = "builtin" if find_weights() is None else "squeezenet"
    networks = {"squeezenet": SqueezeNet, "builtin": PretrainedCNN}
    if name not in networks:
        raise ValueError(f"name must be one of {', '.join(networks)}, got {describe(name)}")
    return networks[name]()


def describe_pretrained():
    """Say in one line which network `load_pretrained()` gives, and draw its pictures if they are missing.

    Returns
    -------
    str
    """
    model = load_pretrained()
    if isinstance(model, PretrainedCNN):
        make(CIFAR10.miniature, data_folder())
    return model.about
