"""Load the course's data sets as arrays.

Each loader prefers the real data. Where that is absent it takes the built-in stand-in in the same format, so nothing
has to be downloaded for a notebook to run. `cs231n data fetch` brings the real data.
"""
import gzip
import operator
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from cs231n.data import DataError
from cs231n.data.catalogue import CIFAR10, IMAGENET_VAL_25, MNIST
from cs231n.data.folders import data_folder
from cs231n.data.pickles import read_pickle
from cs231n.data.store import is_complete, make

CIFAR10_CLASSES = ("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_BROKEN = (OSError, EOFError, ValueError, zlib.error)  # what reading a damaged file may raise
_TRAINING_BATCHES = [f"data_batch_{i}" for i in range(1, 6)]


# CIFAR-10 ---------------------------------------------------------------------------------------------------------


def load_pickle(f):
    """Read a pickle file of arrays and plain containers, such as CIFAR-10's.

    Parameters
    ----------
    f : binary file object, str or path
        The file, open or by name. Text written by Python 2 is decoded as latin1.

    Returns
    -------
    object

    Raises
    ------
    DataError
        If the file is broken or asks for anything but plain data. Nothing in it is run.
    """
    if hasattr(f, "read"):
        return read_pickle(f, str(getattr(f, "name", "the file")))
    with open(f, "rb") as file:
        return read_pickle(file, str(f))


def load_CIFAR_batch(filename):
    """Load one file of CIFAR-10.

    Parameters
    ----------
    filename : str or path

    Returns
    -------
    X : ndarray, shape (N, 32, 32, 3), float64
        Images in RGB, 0 to 255. The published files hold N = 10000.
    Y : ndarray, shape (N,), int64
        Labels, 0 to 9; `CIFAR10_CLASSES` has their names.

    Raises
    ------
    DataError
        If the file is missing, broken, or holds something else.
    """
    X, y = _read_batch(Path(filename))
    return _channels_last(X), y


def load_CIFAR10(ROOT=None):
    """Load all of CIFAR-10, or of its miniature.

    Parameters
    ----------
    ROOT : str or path, optional
        The folder of the batch files. Without it, or where it does not exist, the data folder's
        `cifar-10-batches-py` is used if it is there, and else the built-in miniature, which is drawn on first use.

    Returns
    -------
    Xtr : ndarray, shape (N, 32, 32, 3), float64
        Training images in RGB, 0 to 255. CIFAR-10 has N = 50000, its miniature 10000. 1.2 GB for the former.
    Ytr : ndarray, shape (N,), int64
        Training labels, 0 to 9; `CIFAR10_CLASSES` has their names.
    Xte : ndarray, shape (M, 32, 32, 3), float64
        Test images. CIFAR-10 has M = 10000, its miniature 2000.
    Yte : ndarray, shape (M,), int64
        Test labels.

    Raises
    ------
    DataError
        If a batch file is missing from the folder, or broken.
    """
    Xtr, ytr, Xte, yte = _read_CIFAR10(_find_CIFAR10(ROOT))
    return _channels_last(Xtr), ytr, _channels_last(Xte), yte


def get_CIFAR10_data(num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True):
    """Load CIFAR-10 and split and normalise it as the course's networks take it.

    Parameters
    ----------
    num_training : int
        How many of the first training images to train on. On the built-in miniature, which is smaller than
        CIFAR-10, a number that is too large means all but the validation images, and one printed line says so.
    num_validation : int
        How many of the training images that follow to validate on.
    num_test : int
        How many of the first test images to test on.
    subtract_mean : bool
        Whether to subtract the mean image of the training part from all three parts.

    Returns
    -------
    dict
        `X_train` (num_training, 3, 32, 32), `X_val` (num_validation, 3, 32, 32), `X_test` (num_test, 3, 32, 32), all
        float64, in RGB; and `y_train`, `y_val`, `y_test`, int64.

    Raises
    ------
    ValueError
        If there are not that many images.
    """
    num_training = _count("num_training", num_training, at_least=1)
    num_validation = _count("num_validation", num_validation)
    num_test = _count("num_test", num_test)
    folder = _find_CIFAR10()
    Xtr, ytr, Xte, yte = _read_CIFAR10(folder)
    if num_test > len(Xte):
        raise ValueError(f"num_test is {num_test}, but there are {len(Xte)} test images")
    if num_validation >= len(Xtr):
        raise ValueError(f"num_validation is {num_validation}, which leaves none of {len(Xtr)} images to train on")
    left = len(Xtr) - num_validation
    if num_training > left:
        if folder.name != CIFAR10.miniature.folder:
            raise ValueError(
                f"num_training is {num_training}, but {left} of {len(Xtr)} images are left beside "
                f"num_validation={num_validation}"
            )
        print(f"mini-CIFAR-10 has {len(Xtr):,} training images: num_training is {left:,} in place of {num_training:,}.")
        num_training = left

    train, val = slice(num_training), slice(num_training, num_training + num_validation)
    mean = Xtr[train].mean(axis=0) if subtract_mean else np.zeros(Xtr.shape[1:])
    return {
        "X_train": Xtr[train] - mean, "y_train": ytr[train],
        "X_val": Xtr[val] - mean, "y_val": ytr[val],
        "X_test": Xte[:num_test] - mean, "y_test": yte[:num_test],
    }


def describe_CIFAR10():
    """Say in one line which images `load_CIFAR10()` gives, how many, and how to get the real ones.

    Returns
    -------
    str
    """
    folder = _find_CIFAR10()
    train = sum(len(_read_batch(folder / name)[1]) for name in _TRAINING_BATCHES)
    test = len(_read_batch(folder / "test_batch")[1])
    if folder.name == CIFAR10.miniature.folder:
        return (
            f"Running on mini-CIFAR-10: {train:,} training and {test:,} test images that this kit has drawn. "
            "For the real CIFAR-10 run `cs231n data fetch cifar10`."
        )
    return f"Running on CIFAR-10: {train:,} training and {test:,} test images."


def _find_CIFAR10(root=None):
    """The folder to load CIFAR-10 from."""
    real = data_folder() / CIFAR10.folder
    if root is not None:
        if Path(root).is_dir():
            return Path(root)
        miniature = "the built-in mini-CIFAR-10, which has fewer images"
        used = "CIFAR-10 from the data folder" if real.is_dir() else miniature
        print(f"{root} is not there: using {used}.")
    return real if real.is_dir() else make(CIFAR10.miniature, data_folder())


def _read_CIFAR10(folder):
    """All images of a folder as uint8 with channels first, and their labels."""
    batches = [_read_batch(folder / name) for name in _TRAINING_BATCHES]
    Xtr, ytr = (np.concatenate(parts) for parts in zip(*batches))
    return Xtr, ytr, *_read_batch(folder / "test_batch")


def _read_batch(path):
    """One file's images (N, 3, 32, 32) uint8 and labels (N,) int64."""
    advice = (
        "Run `cs231n data make` to draw it again."
        if path.parent.name == CIFAR10.miniature.folder
        else f"Run `cs231n data fetch cifar10` to download it, or delete {path.parent} to run on the miniature."
    )
    if not path.is_file():
        raise DataError(f"{path} is missing. {advice}")
    try:
        batch = load_pickle(path)
    except DataError as error:
        raise DataError(f"{error}. {advice}") from error
    if not isinstance(batch, dict) or not {"data", "labels"} <= batch.keys():
        raise DataError(f"{path} is no CIFAR-10 batch: it has no 'data' and 'labels'. {advice}")
    X, labels = batch["data"], batch["labels"]
    if not isinstance(X, np.ndarray) or X.dtype != np.uint8 or X.ndim != 2 or X.shape[1] != 3072:
        got = f"{X.dtype} of shape {X.shape}" if isinstance(X, np.ndarray) else type(X).__name__
        raise DataError(f"{path} is no CIFAR-10 batch: its data is {got}, not uint8 of shape (N, 3072). {advice}")
    labels = labels.tolist() if isinstance(labels, np.ndarray) else labels
    if not isinstance(labels, list) or len(labels) != len(X) or not set(labels) <= set(range(10)):
        raise DataError(f"{path} is no CIFAR-10 batch: it needs a list of {len(X)} labels from 0 to 9. {advice}")
    return X.reshape(-1, 3, 32, 32), np.array(labels, dtype=np.int64)


def _channels_last(X):
    """uint8 (N, 3, 32, 32) as float64 (N, 32, 32, 3), laid out so that flattening an image copies nothing."""
    return X.transpose(0, 2, 3, 1).astype(np.float64, order="C")


def _count(name, value, at_least=0):
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    return value


# MNIST ------------------------------------------------------------------------------------------------------------


def load_mnist(ROOT=None):
    """Load the handwritten digits of MNIST, or scikit-learn's in the same format.

    Parameters
    ----------
    ROOT : str or path, optional
        The folder of the four idx files, as published (`.gz`) or unpacked. Without it the data folder's `mnist` is
        used if it is there, and else scikit-learn's 1,797 digits, enlarged from 8x8.

    Returns
    -------
    Xtr : ndarray, shape (N, 28, 28), uint8
        Training images, 0 (paper) to 255 (ink). MNIST has N = 60000, scikit-learn 1437. Convert before doing
        arithmetic: differences of uint8 wrap round.
    ytr : ndarray, shape (N,), int64
        The digits, 0 to 9.
    Xte : ndarray, shape (M, 28, 28), uint8
        Test images. MNIST has M = 10000, scikit-learn 360.
    yte : ndarray, shape (M,), int64

    Raises
    ------
    DataError
        If a file is missing or broken.

    Notes
    -----
    The format: http://yann.lecun.com/exdb/mnist/.
    """
    if ROOT is None and not is_complete(MNIST, data_folder()):
        return _sklearn_digits()
    folder = data_folder() / MNIST.folder if ROOT is None else Path(ROOT)
    parts = []
    for part in ("train", "t10k"):
        X = _read_idx(folder / f"{part}-images-idx3-ubyte.gz", ndim=3)
        y = _read_idx(folder / f"{part}-labels-idx1-ubyte.gz", ndim=1).astype(np.int64)
        if len(X) != len(y):
            raise DataError(f"{folder} has {len(X)} {part} images, but {len(y)} labels: `cs231n data fetch mnist`")
        parts += [X, y]
    return tuple(parts)


def describe_mnist():
    """Say in one line which digits `load_mnist()` gives, how many, and how to get the real ones.

    Returns
    -------
    str
    """
    Xtr, _, Xte, _ = load_mnist()
    count = f"{len(Xtr):,} training and {len(Xte):,} test images"
    if is_complete(MNIST, data_folder()):
        return f"Running on MNIST: {count}."
    return f"Running on scikit-learn's digits: {count}, enlarged from 8x8. For MNIST run `cs231n data fetch mnist`."


def _read_idx(path, ndim):
    """An idx file of bytes: magic number 2048 + ndim, the shape as big-endian int32, the content."""
    bare = path.with_suffix("")
    try:
        raw = bare.read_bytes() if bare.is_file() else gzip.decompress(path.read_bytes())
        header = np.frombuffer(raw, ">i4", count=1 + ndim)
        if header[0] != 2048 + ndim:
            raise ValueError(f"its magic number is {header[0]}, not {2048 + ndim}")
        return np.frombuffer(bytearray(raw), np.uint8, offset=header.nbytes).reshape(header[1:])
    except _BROKEN as error:
        raise DataError(f"{path} cannot be read ({error}). Delete it and run `cs231n data fetch mnist`.") from error


def _sklearn_digits():
    """scikit-learn's digits as MNIST has them: 20x20 in the middle of 28x28. Its test digits are by other writers."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise DataError(
            "MNIST is not here, and scikit-learn, whose digits stand in for it, is not installed: "
            "`cs231n data fetch mnist` or `pip install scikit-learn`."
        ) from error
    digits = load_digits()
    X = np.zeros((len(digits.images), 28, 28), np.uint8)
    for image, small in zip(X, digits.images):
        small = Image.fromarray(np.uint8(small * (255 / 16)))
        image[4:24, 4:24] = small.resize((20, 20), Image.Resampling.BICUBIC)
    y = digits.target.astype(np.int64)
    return X[:1437], y[:1437], X[1437:], y[1437:]


# ImageNet ---------------------------------------------------------------------------------------------------------


def load_imagenet_val(num=None):
    """Load pictures of ImageNet's validation set.

    Parameters
    ----------
    num : int, optional
        How many of the 25 pictures; all without it.

    Returns
    -------
    X : ndarray, shape (num, 224, 224, 3), uint8
        Pictures in RGB, 0 to 255.
    y : ndarray, shape (num,), int64
        Class numbers, 0 to 999.
    class_names : dict of int to str
        The names of the classes.

    Raises
    ------
    DataError
        If the file is missing or broken.
    """
    num = 25 if num is None else _count("num", num, at_least=1)
    if num > 25:
        raise ValueError(f"num is {num}, but there are 25 pictures")
    path = data_folder() / IMAGENET_VAL_25.files[0].name
    advice = "run `cs231n data fetch imagenet_val_25`"
    if not path.is_file():
        raise DataError(f"{path} is missing: {advice}.")
    try:
        with np.load(path) as arrays, zipfile.ZipFile(path) as archive:
            X, y = arrays["X"][:num], arrays["y"][:num]
            with archive.open("label_map.npy") as file:  # a pickled dict, which np.load would only run as it is
                version = np.lib.format.read_magic(file)
                getattr(np.lib.format, "read_array_header_{}_{}".format(*version))(file)
                class_names = read_pickle(file, "label_map").item()
    except (*_BROKEN, zipfile.BadZipFile, LookupError, AttributeError, DataError) as error:
        raise DataError(f"{path} cannot be read ({error}): delete it and {advice}.") from error
    return X, y, {int(number): str(name) for number, name in class_names.items()}


def load_tiny_imagenet(path, dtype=np.float32, subtract_mean=True):
    """Load TinyImageNet, or any set of pictures in its folder layout.

    Parameters
    ----------
    path : str or path
        The unpacked folder, e.g. `tiny-imagenet-200`, with `wnids.txt`, `words.txt`, `train`, `val` and `test`.
    dtype : numpy.dtype
        Of the images.
    subtract_mean : bool
        Whether to subtract the mean training image from all images.

    Returns
    -------
    dict
        `class_names`, for each class a list of names; `X_train` (N, 3, 64, 64), `X_val`, `X_test` in RGB;
        `y_train` (N,), `y_val`, int64, and `y_test`, which is None where the test set has no labels; `mean_image`
        (3, 64, 64). N = 100000 for TinyImageNet-200, 4.9 GB in float32.

    Raises
    ------
    DataError
        If a file is missing or broken.
    """
    path = Path(path)
    try:
        wnids = (path / "wnids.txt").read_text(encoding="utf-8").split()
        number = {wnid: i for i, wnid in enumerate(wnids)}
        words = dict(_rows(path / "words.txt"))
        train = [
            (image, number[wnid])
            for wnid in wnids
            for image in sorted((path / "train" / wnid / "images").iterdir())
        ]
        data = {"class_names": [[name.strip() for name in words[wnid].split(",")] for wnid in wnids]}
        data["X_train"], data["y_train"] = _read_pictures(train, dtype)
        data["X_val"], data["y_val"] = _read_pictures(_annotated(path / "val", number), dtype)
        data["X_test"], data["y_test"] = _read_pictures(_annotated(path / "test", number), dtype)
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{path} cannot be read as TinyImageNet: {error}") from error
    data["mean_image"] = data["X_train"].mean(axis=0)
    if subtract_mean:
        for part in ("X_train", "X_val", "X_test"):
            data[part] -= data["mean_image"]
    return data


def _annotated(folder, number):
    """(file, class number) of each picture of TinyImageNet's val or test; the number is None without annotations."""
    notes = folder / f"{folder.name}_annotations.txt"
    if not notes.is_file():
        return [(image, None) for image in sorted((folder / "images").iterdir())]
    return [(folder / "images" / name, number[wnid]) for name, wnid, *_ in _rows(notes)]


def _rows(path):
    """The rows of a tab-separated text file."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


def _read_pictures(pictures, dtype):
    """Pictures (N, 3, 64, 64) and their labels, None if they have none. Grey pictures become RGB."""
    X = np.empty((len(pictures), 3, 64, 64), dtype)
    for out, (file, _) in zip(X, pictures):
        with Image.open(file) as image:
            out[:] = np.asarray(image.convert("RGB")).transpose(2, 0, 1)
    labels = [label for _, label in pictures]
    return X, None if None in labels else np.array(labels, np.int64)


def load_models(models_dir):
    """Load the models that were saved as pickle files in a folder.

    Parameters
    ----------
    models_dir : str or path

    Returns
    -------
    dict
        For each file name what it has under `"model"`, which must be plain data: arrays, numbers, texts, lists, dicts.

    Raises
    ------
    DataError
        If a file is broken, holds anything but plain data, or has no `"model"`.
    """
    models = {}
    for path in sorted(Path(models_dir).iterdir()):
        saved = load_pickle(path)
        if not isinstance(saved, dict) or "model" not in saved:
            raise DataError(f"{path} holds no saved model: it has no entry 'model'")
        models[path.name] = saved["model"]
    return models
