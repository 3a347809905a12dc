"""The values that checks hand out of a kernel (see `cs231n.check`): collected from outputs, kept as plain numbers."""
import base64
import io
import math
import re
from dataclasses import dataclass

import numpy as np

from cs231n.check import MIME
from cs231n.check.diagnosis import difference
from cs231n.course import archive
from cs231n.course.notebook import grade_id

LARGEST = 50_000_000  # bytes of one array


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
        The bounds of a check of kind `within`; of kind `accuracy`, the part that must be right.
    expected : ndarray or None
        What the check compares with; of kind `accuracy`, the right labels. None where it was not passed.
    wanted : dtype or None
        The type that the value must have, where the check asks for one.
    mistakes : tuple of (str, ndarray)
        Sentence for the student, and the value that this mistake leads to.
    """

    grade_id: str | None
    name: str
    kind: str
    tol: float | None
    recorded: bool
    value: np.ndarray
    low: float | None = None
    high: float | None = None
    expected: np.ndarray | None = None
    wanted: np.dtype | None = None
    mistakes: tuple[tuple[str, np.ndarray], ...] = ()


def take(nb):
    """Collect what the checks of an executed notebook reported, and take it out of the outputs.

    Returns
    -------
    list of Reported
        In the order of the checks.

    Raises
    ------
    ValueError
        If a message is not one that `decode` takes.
    """
    return [each for cell in nb.cells for each in take_from(cell)]


def take_from(cell):
    """Collect what one cell reported, as `take` does."""
    messages = [output.data[MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    if messages:
        cell.outputs = [output for output in cell.outputs if MIME not in output.get("data", {})]
    return [decode(message, grade_id(cell)) for message in messages]


def telling(right, wrongs):
    """Choose the values of wrong answers that tell which answer it was.

    Parameters
    ----------
    right : Reported
        Of our own answer.
    wrongs : list of (str, Reported)
        Sentence and value of each wrong answer, for the same check.

    Returns
    -------
    dict of str to Reported
        Those that differ from the right value, and from one another: the first of equal ones stays.
    """
    expected, found = right.value if right.expected is None else right.expected, {}
    for sentence, each in wrongs:
        known = [expected, *(other.value for other in found.values())]
        plain = each.value.size and np.all(np.isfinite(each.value))
        if sentence not in found and plain and not any(_equal(each.value, other, right.tol or 0) for other in known):
            found[sentence] = each
    return found


def _equal(value, other, tol):
    return value.shape == other.shape and difference(value, other) <= max(tol, 1e-7 * (value.dtype.kind == "f"))


def decode(message, cell=None):
    """Make a `Reported` of one message of type `check.MIME`.

    The kernel is not trusted: nothing is unpickled, and every field must be what it should be.

    Parameters
    ----------
    message : anything
        What the display message holds under that type.
    cell : str, optional
        The grade_id of the check cell that it comes from.

    Returns
    -------
    Reported

    Raises
    ------
    ValueError
        If the message does not hold what it says it holds, or an array is larger than `LARGEST`.
    """
    try:
        expected, wanted = message.get("expected"), message.get("wanted")
        return Reported(
            cell, _of_type(str, message["name"]), _of_type(str, message["kind"]), _number(message["tol"]),
            _of_type(bool, message["recorded"]), _array(message),
            _number(message.get("low")), _number(message.get("high")),
            None if expected is None else _array(expected),
            None if wanted is None else _dtype(wanted),
            tuple((_of_type(str, sentence), _array(wrong)) for sentence, wrong in message.get("mistakes", [])),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"a check reported something that is not a value: {error!r}") from None


def _of_type(kind, thing):
    if type(thing) is not kind:
        raise ValueError(f"a {type(thing).__name__} in the place of a {kind.__name__}")
    return thing


def _number(thing):
    """A finite number, or None."""
    if thing is not None and (type(thing) not in (int, float) or not math.isfinite(thing)):
        raise ValueError(f"{thing!r:.40} in the place of a number")
    return thing


def _dtype(text):
    if not re.fullmatch(r"[<>|][biuf]\d{1,2}", text):
        raise ValueError(f"{text!r:.40} is not a type of numbers")
    return np.dtype(text)


def _array(encoded):
    dtype, shape, text = _dtype(encoded["dtype"]), tuple(encoded["shape"]), _of_type(str, encoded["data"])
    if len(text) > LARGEST * 4 / 3 + 4:
        raise ValueError(f"more than {LARGEST} bytes in one array")
    data = base64.b64decode(text, validate=True)
    if any(_of_type(int, length) < 0 for length in shape) or len(data) != dtype.itemsize * math.prod(shape):
        raise ValueError(f"dtype {dtype} and shape {shape} do not fit {len(data)} bytes")
    if dtype.kind == "b" and max(data, default=0) > 1:
        raise ValueError("a truth value that is neither 0 nor 1")
    return np.frombuffer(data, dtype).reshape(shape)


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
