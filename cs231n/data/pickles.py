"""Read the course's pickle files without running them.

A pickle is a small program, and a downloaded one is somebody else's. This reader knows NumPy arrays, NumPy scalars and
plain containers; any other name in the file is an error. Not even NumPy's own unpickling is used, as a forged dtype
could make it take raw bytes for object pointers: arrays are rebuilt here from their shape, type and bytes.
"""
import pickle
import re
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cs231n.data import DataError

_DTYPE = re.compile(r"\|?(b1|[iufc](1|2|4|8|16)|[SU]\d+|O8?|\?)")


class _DType:
    """A dtype being rebuilt: its name comes first, its byte order follows as state."""

    __slots__ = ("value",)

    def __init__(self, name):
        if not isinstance(name, str) or not _DTYPE.fullmatch(name):
            raise pickle.UnpicklingError(f"the element type {name!r} is not allowed")
        self.value = np.dtype(name)

    def __setstate__(self, state):
        self.value = self.value.newbyteorder(state[1])


class _Array:
    """An array being rebuilt: pickle makes it empty and then gives it its state."""

    __slots__ = ("value",)

    def __setstate__(self, state):
        _, shape, dtype, fortran, content = state
        if dtype.value.hasobject:
            flat = np.empty(len(content), dtype=object)
            flat[:] = [_plain(item) for item in content]
        else:
            flat = np.frombuffer(bytearray(_as_bytes(content)), dtype.value)
        self.value = flat.reshape(shape, order="F" if fortran else "C")


def _as_bytes(content):
    """Python 2 wrote bytes as text, which encoding='latin1' hands over one character a byte."""
    return content.encode("latin1") if isinstance(content, str) else content


def _encode(text, encoding):
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"the encoding {encoding!r} is not allowed")
    return text.encode("latin1")


def _dtype(name, align, copy):
    return _DType(name)


def _reconstruct(kind, shape, typecode):
    return _Array()


def _scalar(dtype, content):
    return content if dtype.value.hasobject else np.frombuffer(_as_bytes(content), dtype.value)[0]


def _frombuffer(content, dtype, shape, order):
    array = _Array()
    array.__setstate__((1, shape, dtype, order == "F", content))
    return array


_ALLOWED = {("_codecs", "encode"): _encode, ("numpy", "dtype"): _dtype, ("numpy", "ndarray"): None}
for _core in ("numpy.core", "numpy._core"):  # the name before and since NumPy 2
    _ALLOWED[f"{_core}.multiarray", "_reconstruct"] = _reconstruct
    _ALLOWED[f"{_core}.multiarray", "scalar"] = _scalar
    _ALLOWED[f"{_core}.numeric", "_frombuffer"] = _frombuffer


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a data file") from None


def _plain(value):
    """`value` with every finished array in the place of its `_Array`."""
    if isinstance(value, _Array):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    return value


def read_pickle(file: BinaryIO, name: str) -> Any:
    """Read one pickled value of arrays, numbers, texts, lists, tuples and dicts.

    Parameters
    ----------
    file : binary file object
    name : str
        What to call the file in an error message.

    Returns
    -------
    object
        Text of Python 2 files is decoded as latin1, as the published CIFAR-10 files need.

    Raises
    ------
    DataError
        If the file is cut short, is no pickle, or asks for anything but plain data. Nothing in it is run.
    """
    try:
        return _plain(_Unpickler(file, encoding="latin1").load())
    except OSError:
        raise
    except Exception as error:  # a broken pickle may raise almost anything
        raise DataError(f"{name} cannot be read as a data file: {error or type(error).__name__}") from error


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
