"""Read SqueezeNet's published weights without the frameworks that wrote them, and without running anything.

Three files are known: DeepScale's own in Caffe's format (`cs231n data fetch squeezenet`), the same in half precision
as an `.npz` or as OpenVINO's `.bin`, and torchvision's `.pth`. The two trainings differ in weights and in how pictures
are normalised.
"""
import math
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np

from cs231n.data import DataError
from cs231n.image_utils import SQUEEZENET_MEAN, SQUEEZENET_STD

CAFFE_MEAN = np.array([104.0, 117.0, 123.0])  # of blue, green, red from 0 to 255, which DeepScale subtracted

_FIRES = {2: (64, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128),  # input, squeeze, expand
          6: (256, 48, 192), 7: (384, 48, 192), 8: (384, 64, 256), 9: (512, 64, 256)}
_TORCHVISION = {2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12}  # fire number: position in its `features`
_BROKEN = (OSError, ValueError, KeyError, IndexError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile)


def shapes():
    """Return the shape of each weight array of SqueezeNet v1.1, a dict in the order of the layers."""
    convolutions = {"conv1": (64, 3, 3, 3)}
    for number, (C, squeeze, expand) in _FIRES.items():
        convolutions[f"fire{number}_squeeze1x1"] = (squeeze, C, 1, 1)
        convolutions[f"fire{number}_expand1x1"] = (expand, squeeze, 1, 1)
        convolutions[f"fire{number}_expand3x3"] = (expand, squeeze, 3, 3)
    convolutions["conv10"] = (1000, 512, 1, 1)
    return {f"{name}_{kind}": shape if kind == "W" else shape[:1]
            for name, shape in convolutions.items() for kind in "Wb"}


def read(path):
    """Read a file of SqueezeNet v1.1 weights.

    Parameters
    ----------
    path : str or Path
        Its ending tells the format: `.caffemodel`, `.npz`, `.bin` or `.pth`.

    Returns
    -------
    dict of str to ndarray
        float32, under the names of `shapes`, for pictures as `image_utils.preprocess_image` normalises them,
        whichever way the training normalised them.

    Raises
    ------
    DataError
        If the file is missing, broken, or holds something else.
    """
    path = Path(path)
    readers = {".caffemodel": _read_caffemodel, ".npz": _read_npz, ".bin": _read_bin, ".pth": _read_pth}
    if path.suffix not in readers:
        raise DataError(f"{path} cannot be read as weights of SqueezeNet: its name must end in {', '.join(readers)}")
    try:
        found = readers[path.suffix](path)
        params = {name: found[name].astype(np.float32).reshape(shape) for name, shape in shapes().items()}
    except _BROKEN as error:
        raise DataError(f"{path} cannot be read as weights of SqueezeNet v1.1 ({type(error).__name__}: {error}). "
                        "`cs231n data fetch squeezenet` downloads them.") from error
    return params if path.suffix == ".pth" else _for_normalised_pictures(params)


def _for_normalised_pictures(params):
    """Let a network that takes ``BGR * 255 - CAFFE_MEAN`` take ``(RGB - SQUEEZENET_MEAN) / SQUEEZENET_STD``.

    All features become smaller by one factor, as large as in torchvision's training, so that weights of losses suit
    both. The scores stay the same.
    """
    W, b = params["conv1_W"].astype(np.float64)[:, ::-1], params["conv1_b"].astype(np.float64)
    scale, shift = 255 * SQUEEZENET_STD, 255 * SQUEEZENET_MEAN - CAFFE_MEAN[::-1]
    # The convolution has no padding, so that moving the shift into the bias is exact.
    first = {"conv1_W": W * scale[:, None, None], "conv1_b": b + np.einsum("fchw,c->f", W, shift)}
    # A factor passes through ReLU, pooling and convolutions whose bias has it too; the last layer takes it back.
    factor = scale.mean()
    biases = {name: value / factor for name, value in params.items() if name.endswith("_b")}
    changed = (params | biases | {name: value / factor for name, value in first.items()}
               | {"conv10_W": params["conv10_W"] * factor, "conv10_b": params["conv10_b"]})
    return {name: value.astype(np.float32) for name, value in changed.items()}


def _read_npz(path):
    with np.load(path) as arrays:
        return dict(arrays)


def _read_bin(path):
    """OpenVINO's weights: all arrays end to end in half precision, in the order of the layers."""
    flat, found, start = np.frombuffer(path.read_bytes(), "<f2"), {}, 0
    for name, shape in shapes().items():
        found[name] = flat[start:start + math.prod(shape)]
        start += math.prod(shape)
    return found


# Caffe: a protocol buffer ------------------------------------------------------------------------------------------

def _read_caffemodel(path):
    """Of the network take its layers (field 100): the name (1) and of the blobs (7) the numbers (5)."""
    found = {}
    for layer in _fields(memoryview(path.read_bytes())).get(100, []):
        layer = _fields(layer)
        blobs = [_fields(blob)[5] for blob in layer.get(7, [])]
        for kind, (numbers, *_) in zip("Wb", blobs):  # one packed array of float32 each
            found[f"{bytes(layer[1][0]).decode().replace('/', '_')}_{kind}"] = np.frombuffer(numbers, "<f4")
    return found


def _fields(message):
    """Take a protocol buffer message apart: a dict of field number to the values in it, nested ones as bytes."""
    fields, at = {}, 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
        elif wire in (1, 2, 5):
            size, at = _varint(message, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            value, at = message[at:at + size], at + size
        else:
            raise ValueError(f"wire type {wire} is none of a Caffe model")
        if at > len(message):
            raise EOFError("it is cut short")
        fields.setdefault(number, []).append(value)
    return fields


def _varint(message, at):
    """A whole number, seven bits a byte, the lowest first; the eighth bit says that more follow."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at


# torchvision: a zip file of a pickle that names the arrays, and of the arrays ----------------------------------------

def _read_pth(path):
    with zipfile.ZipFile(path) as archive:
        (index,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        with archive.open(index) as file:
            state = _Index(file, archive, index.removesuffix("data.pkl")).load()
    ours = {"features.0": "conv1", "classifier.1": "conv10"}
    for number, position in _TORCHVISION.items():
        ours |= {f"features.{position}.{part}": f"fire{number}_{part}"
                 for part in ("squeeze", "expand1x1", "expand3x3")}
        ours[f"features.{position}.squeeze"] += "1x1"
    return {f"{name}_{kind}": state[f"{theirs}.{word}"]
            for theirs, name in ours.items() for kind, word in (("W", "weight"), ("b", "bias"))}


class _Index(pickle.Unpickler):
    """Reads nothing but an ordered dict of float32 arrays, which lie beside it in the zip file."""

    def __init__(self, file, archive, folder):
        super().__init__(file)
        self.archive, self.folder = archive, folder

    def find_class(self, module, name):
        allowed = {("collections", "OrderedDict"): OrderedDict, ("torch._utils", "_rebuild_tensor_v2"): _tensor,
                   ("torch", "FloatStorage"): "float32"}
        try:
            return allowed[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a file of weights") from None

    def persistent_load(self, pid):
        kind, dtype, key, _, count = pid
        if (kind, dtype) != ("storage", "float32"):
            raise pickle.UnpicklingError(f"an array of {dtype} is not allowed in a file of weights")
        return np.frombuffer(self.archive.read(f"{self.folder}data/{key}"), "<f4", count)


def _tensor(storage, offset, size, stride, *_):
    """An array of `size`, from its place in the storage."""
    array = storage[offset:offset + math.prod(size)].reshape(size)
    if tuple(step // 4 for step in array.strides) != tuple(stride):
        raise pickle.UnpicklingError(f"strides {stride} of an array of shape {size} are not known")
    return array
