"""Inputs and expected values of the course's checks, from `reference.json`, for the notebooks beside it."""
import json

import numpy as np


def reference(notebook, cell):
    """Return inputs and expected values, dictionaries of arrays, of the check in that cell of the course's notebook."""
    with open("reference.json", encoding="utf-8") as file:
        (record,) = (each for each in json.load(file) if (each["notebook"], each["cell"]) == (notebook, cell))
    inputs = {name.split("'")[-2] if "'" in name else name: _array(each) for name, each in record["inputs"].items()}
    return inputs, {name: np.array(each) for name, each in record["expected"].items()}


def _array(given):
    if isinstance(given, list):
        return np.array(given)
    (first, last), shape = given["linspace"], given["shape"]
    numbers = np.linspace(first, last, num=np.prod(shape))
    return numbers.reshape(shape) if given["order"] == "C" else numbers.reshape(shape[::-1]).T
