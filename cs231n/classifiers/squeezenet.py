"""SqueezeNet v1.1 (Iandola et al., 2016), a small network trained on ImageNet's thousand classes."""
from pathlib import Path

import numpy as np

from cs231n.classifiers import squeezenet_weights
from cs231n.data import DataError
from cs231n.data.folders import data_folder
from cs231n.data.imagenet import load_imagenet_val
from cs231n.networks.factories import concatenate
from cs231n.networks.layered import Conv, GlobalMean, LayeredNet, MaxPool, ReLU
from cs231n.networks.network import Node


def Fire(name):
    """A layer of SqueezeNet: few 1x1 filters squeeze the channels, 1x1 and 3x3 filters expand them again.

    The two halves of the expansion are put one behind the other. Every convolution is followed by a ReLU.
    """
    squeeze, squeezed, joined = f"{name}_squeeze1x1", f"{name}_squeezed", f"{name}_joined"
    halves = f"{name}_expand1x1", f"{name}_expand3x3"
    return [
        Conv(squeeze, 1), ReLU(squeezed),
        Conv(halves[0], 1)._replace(inputs=(squeezed,)), Conv(halves[1], 3, pad=1)._replace(inputs=(squeezed,)),
        Node(joined, concatenate(), halves), ReLU(name),
    ]


class SqueezeNet(LayeredNet):
    """SqueezeNet v1.1 with trained weights.

    Layers, with the indices that the course uses: 0 conv1, 1 relu1, 2 pool1, 3 fire2, 4 fire3, 5 pool3, 6 fire4,
    7 fire5, 8 pool5, 9 fire6, 10 fire7, 11 fire8, 12 fire9, 13 conv10 (one map for each class), 14 relu10, 15 scores.

    Parameters
    ----------
    save_path : str or Path, optional
        The file of weights: `.caffemodel`, `.npz` or `.bin` of DeepScale's, or torchvision's `.pth`. Without it, the
        one in the data folder.
    dtype : {np.float32, np.float64}
        Type of the weights. The arithmetic is in that of the images.
    sess : None
        What the course's TensorFlow notebooks hand in, which do not run here.

    Raises
    ------
    DataError
        If there is no such file, or it is broken.
    ValueError
        If there is a `sess`.
    """

    about = "Running on SqueezeNet v1.1, trained on ImageNet."

    def __init__(self, save_path=None, dtype=np.float32, sess=None):
        if sess is not None:
            raise ValueError("sess is a session of TensorFlow, and this SqueezeNet is in NumPy: the course's notebooks "
                             "for TensorFlow do not run on this kit")
        path = find_weights() if save_path is None else Path(save_path)
        if path is None:
            raise DataError(f"SqueezeNet's weights are not in {data_folder()}: run `cs231n data fetch squeezenet`.")
        parts = [Conv("conv1", 3, stride=2), ReLU("relu1"), MaxPool("pool1", 3, 2), Fire("fire2"), Fire("fire3"),
                 MaxPool("pool3", 3, 2), Fire("fire4"), Fire("fire5"), MaxPool("pool5", 3, 2), Fire("fire6"),
                 Fire("fire7"), Fire("fire8"), Fire("fire9"), Conv("conv10", 1), ReLU("relu10"), GlobalMean("scores")]
        params = {name: value.astype(dtype) for name, value in squeezenet_weights.read(path).items()}
        super().__init__(parts, params, _class_names(), input_size=224)

    def sample_pictures(self, num):
        """Return `num` of ImageNet's 25 pictures (num, 224, 224, 3) of uint8, and their classes (num,)."""
        return load_imagenet_val(num)[:2]


def find_weights():
    """Return the file of SqueezeNet's weights in the data folder, or None; the most precise one of several."""
    names = ("squeezenet_v1.1.caffemodel", "squeezenet1_1*.pth", "squeezenet_v1.1*.npz", "squeezenet1.1.bin")
    places = (data_folder() / "squeezenet", data_folder())
    return next((path for name in names for place in places for path in sorted(place.glob(name))), None)


def _class_names():
    """ImageNet's names, which come with its pictures; else numbers."""
    try:
        names = load_imagenet_val(1)[2]
    except DataError:
        names = {}
    return [names.get(number, f"class {number}") for number in range(1000)]
