"""CIFAR-10: 60,000 pictures of 32x32 pixels in ten classes; or mini-CIFAR-10, which the kit draws in its format."""
import pickle
from pathlib import Path

import numpy as np

from cs231n.data import DataError
from cs231n.data.catalogue import CIFAR10
from cs231n.data.pickles import load_pickle
from cs231n.data.store import place_of, way_out
from cs231n.validation import check_integer

CIFAR10_CLASSES = ("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_TRAINING_BATCHES = [f"data_batch_{i}" for i in range(1, 6)]


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
    Xtr, ytr, Xte, yte = read_CIFAR10(place_of(CIFAR10, ROOT))
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
    check_integer(num_training, "num_training", 1)
    check_integer(num_validation, "num_validation", 0)
    check_integer(num_test, "num_test", 0)
    folder = place_of(CIFAR10)
    Xtr, ytr, Xte, yte = read_CIFAR10(folder)
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
    folder = place_of(CIFAR10)
    train = sum(len(_read_batch(folder / name)[1]) for name in _TRAINING_BATCHES)
    test = len(_read_batch(folder / "test_batch")[1])
    if folder.name == CIFAR10.miniature.folder:
        return (
            f"Running on mini-CIFAR-10: {train:,} training and {test:,} test images that this kit has drawn. "
            "For the real CIFAR-10 run `cs231n data fetch cifar10`."
        )
    return f"Running on CIFAR-10: {train:,} training and {test:,} test images."


def without_labels(path):
    """Return a batch file's content with all labels zero."""
    return pickle.dumps(load_pickle(path) | {"labels": [0] * len(_read_batch(path)[1])}, protocol=2)


def read_CIFAR10(folder):
    """All images of a folder as uint8 with channels first, and their labels."""
    batches = [_read_batch(folder / name) for name in _TRAINING_BATCHES]
    Xtr, ytr = (np.concatenate(parts) for parts in zip(*batches))
    return Xtr, ytr, *_read_batch(folder / "test_batch")


def _read_batch(path):
    """One file's images (N, 3, 32, 32) uint8 and labels (N,) int64."""
    advice = way_out(CIFAR10, path.parent)
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
