"""MNIST: 70,000 handwritten digits of 28x28 pixels; or scikit-learn's, in its format."""
import gzip
from pathlib import Path

import numpy as np
from PIL import Image

from cs231n.data import DataError
from cs231n.data.catalogue import MNIST
from cs231n.data.folders import data_folder
from cs231n.data.store import BROKEN, is_complete


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


def without_labels(path):
    """Return the content of a file of labels with all of them zero."""
    packed = path.suffix == ".gz"
    raw = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    return (gzip.compress if packed else bytes)(raw[:8] + bytes(len(raw) - 8))


def _read_idx(path, ndim):
    """An idx file of bytes: magic number 2048 + ndim, the shape as big-endian int32, the content."""
    bare = path.with_suffix("")
    try:
        raw = bare.read_bytes() if bare.is_file() else gzip.decompress(path.read_bytes())
        header = np.frombuffer(raw, ">i4", count=1 + ndim)
        if header[0] != 2048 + ndim:
            raise ValueError(f"its magic number is {header[0]}, not {2048 + ndim}")
        return np.frombuffer(bytearray(raw), np.uint8, offset=header.nbytes).reshape(header[1:])
    except BROKEN as error:
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
