"""The values that checks hand out of a kernel (see `cs231n.check`): collected from outputs, kept as plain numbers."""
import base64
import io
import math
from dataclasses import dataclass

import numpy as np

from cs231n.check import MIME
from cs231n.course import archive
from cs231n.course.notebook import grade_id


@dataclass(frozen=True)
class Reported:
    """One value that a check reported.

    Attributes
    ----------
    grade_id : str or None
        The check cell that it comes from.
    name, kind : str
        As the check names them.
    tol : float or None
        The check's tolerance.
    recorded : bool
        Whether the check compares with the value that the solved notebook reported.
    value : ndarray
    low, high : float or None
        The bounds of a check of kind `within`.
    """

    grade_id: str | None
    name: str
    kind: str
    tol: float | None
    recorded: bool
    value: np.ndarray
    low: float | None = None
    high: float | None = None


def take(nb):
    """Collect what the checks of an executed notebook reported, and take it out of the outputs.

    Returns
    -------
    list of Reported
        In the order of the checks.

    Raises
    ------
    ValueError
        If a message does not hold what it says it holds. The kernel is not trusted: nothing in it is unpickled.
    """
    found = []
    for cell in nb.cells:
        messages = [output.data[MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
        if messages:
            cell.outputs = [output for output in cell.outputs if MIME not in output.get("data", {})]
        found += [(message, grade_id(cell)) for message in messages]
    return [_decode(*each) for each in found]


def _decode(message, cell):
    try:
        dtype, shape = np.dtype(message["dtype"]), tuple(message["shape"])
        data = base64.b64decode(message["data"], validate=True)
        if dtype.kind not in "biuf" or len(data) != dtype.itemsize * math.prod(shape):
            raise ValueError(f"dtype {dtype} and shape {shape} do not fit {len(data)} bytes")
        return Reported(
            cell, message["name"], message["kind"], message["tol"], message["recorded"],
            np.frombuffer(data, dtype).reshape(shape), message.get("low"), message.get("high"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"a check reported something that is not a value: {error!r}") from None


def dumps(values):
    """Return the bytes of an `npz` file, the same bytes for the same arrays (`np.savez` writes the time into it).

    Parameters
    ----------
    values : dict of str -> ndarray
    """
    target, entries = io.BytesIO(), {}
    for name, value in values.items():
        entry = io.BytesIO()
        np.lib.format.write_array(entry, np.asarray(value), allow_pickle=False)
        entries[f"{name}.npy"] = entry.getvalue()
    archive.write(target, entries)
    return target.getvalue()
