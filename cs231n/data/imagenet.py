"""Pictures of ImageNet: 25 of its validation set, and folders in the layout of TinyImageNet."""
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from cs231n.data import DataError
from cs231n.data.catalogue import IMAGENET_VAL_25
from cs231n.data.folders import data_folder
from cs231n.data.pickles import read_pickle
from cs231n.data.store import BROKEN, is_complete
from cs231n.validation import check_integer


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
    num = 25 if num is None else num
    check_integer(num, "num", 1, 25, ", the number of pictures")
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
    except (*BROKEN, zipfile.BadZipFile, LookupError, AttributeError, DataError) as error:
        raise DataError(f"{path} cannot be read ({error}): delete it and {advice}.") from error
    return X, y, {int(number): str(name) for number, name in class_names.items()}


def describe_imagenet_val():
    """Say in one line whether ImageNet's pictures are there, and how to get them.

    Returns
    -------
    str
    """
    if is_complete(IMAGENET_VAL_25, data_folder()):
        return "Running on 25 pictures of ImageNet's validation set."
    return "ImageNet's pictures are not here: run `cs231n data fetch imagenet_val_25`."


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
