"""What a check is worth: the values that a submission reported, held against those of our own notebook.

Nothing here runs code of a submission, and nothing that a kernel says about itself counts but the values.
"""
import re
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from cs231n import check as checks
from cs231n.check.diagnosis import explain, explain_kind
from cs231n.course.definitions import parsed
from cs231n.course.notebook import Kind
from cs231n.course.transplant import is_waiting
from cs231n.grading import limits
from cs231n.grading.results import CheckResult, Reason
from cs231n.grading.text import plain

_NO_MEMORY = re.compile(r"(?:_Array)?MemoryError\b")  # Python's and NumPy's
_HIDDEN = "It is right for the tests that you can see, and not for others: try other shapes, sizes and types of input."


@dataclass
class CellRun:
    """What came of a cell.

    The values it reported and the messages they came in, the error it raised, why it was ended and whether somebody
    else killed the kernel, and seconds of wall time.
    """

    values: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    error: str = ""
    ended: Reason | None = None
    message: str = ""
    was_killed: bool = False
    seconds: float = 0.0


def judge(ours, run):
    """Judge one run of a check cell.

    Parameters
    ----------
    ours : list of reported.Reported
        Of the same cell with our answers and the same seed.
    run : CellRun

    Returns
    -------
    reason : Reason
        `RIGHT` only if every value is there and right.
    message : str
        For the student, if this part of the check is one that students see.
    """
    theirs = defaultdict(list)
    for got in run.values:
        if got.kind != "unchanged":
            theirs[got.name].append(got)
        elif not got.value.all():  # its name is made of the student's own names
            return Reason.WRONG, f"{got.name}\n  {checks.IN_PLACE}"
    for right in ours:
        if right.kind == "unchanged":
            continue
        if not theirs[right.name]:  # the order is the student's where a check goes through a dict of theirs
            return _without(right, run)
        if problem := _problem(right, theirs[right.name].pop(0)):
            return Reason.WRONG, f"{right.name}\n  " + problem.replace("\n", "\n  ")
    return _ended(run) or (Reason.RIGHT, "")


def _without(right, run):
    """Return why a value is not there."""
    return _ended(run) or (Reason.NO_VALUE, f"{right.name}\n  The check did not report this value.")


def _ended(run):
    if run.ended:
        return run.ended, run.message
    return (_of_error(run), run.error) if run.error else None


def results(part, cells, runs):
    """Return a `CheckResult` for each check of a part.

    Parameters
    ----------
    part : prepare.Part
    cells : list of prepare.Cell
    runs : dict of prepare.Cell to CellRun
        A cell that did not run has none.
    """
    exercises = {cell.name: cell for cell in cells if cell.kind == Kind.EXERCISE}
    by_key = {cell.key: cell for cell in cells if cell.is_check}
    found = []
    for check in part.checks:
        visible, hidden = by_key[check.name], by_key.get(f"{check.name} (hidden)")
        reason, message = _of_exercise(visible, exercises.get(check.exercise), runs)
        if reason is None:
            reason, message = of_cell(part, visible, runs)
        if reason == Reason.RIGHT and hidden is not None:
            reason, _ = of_cell(part, hidden, runs)
            reason, message = (reason, "") if reason == Reason.RIGHT else (Reason.HIDDEN_WRONG, _HIDDEN)
        seconds = runs[visible].seconds if visible in runs else 0  # how long hidden tests take would tell of them
        score = check.points if reason == Reason.RIGHT else 0
        found.append(CheckResult(check, score, reason, _cut(message), round(seconds, 2)))
    return found


def of_cell(part, cell, runs):
    """Return reason and message of one cell of a check."""
    if cell not in runs:
        return Reason.NO_VALUE, "the check was not reached"
    return judge(part.ours[cell.key], runs[cell])


def _of_exercise(check, exercise, runs):
    """Return why a check cannot be right, whatever it says: its exercise is empty, is no Python, or stops."""
    if not check.attempted:
        return Reason.NOT_ATTEMPTED, ""
    problem = exercise and _syntax_error(exercise.source)
    if problem:
        return Reason.SYNTAX_ERROR, f"The cell is no Python: {problem}."
    run = runs.get(exercise)
    if run and run.ended:
        return run.ended, f"The cell itself: {run.message}"
    if run and run.error:
        return _of_error(run), f"The cell itself stops: {run.error}"
    return None, ""


def _of_error(run):
    """Tell an answer that needs another one, which is not written yet, or more memory, from one that just fails."""
    if is_waiting(run.error):
        return Reason.WAITING
    return Reason.OUT_OF_MEMORY if _NO_MEMORY.match(run.error) else Reason.ERROR


def _syntax_error(source):
    """Say what stands against a cell being Python, "" if nothing does."""
    try:
        parsed(source)
    except (RecursionError, MemoryError):
        return "it is nested too deeply"
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return f"{getattr(error, 'msg', error)}" + (f" in line {line} of the cell" if line else "")
    return ""


def _problem(right, got):
    """Say what is wrong with a value, None if nothing is."""
    expected = right.value if right.expected is None else right.expected
    if right.kind == "within":
        return _outside(got.value, right.low, right.high)
    if right.kind == "accuracy":
        problem = explain_kind(got.value, expected)
        if problem or got.value.shape != expected.shape:
            return problem or f"Its shape is {got.value.shape} and it should be {expected.shape}."
        return _outside(np.mean(got.value == expected), right.low, None)
    if right.kind == "no_python_loop":
        return checks.explain_loop(*got.value) if got.value.shape == (2,) else "Its steps were not counted."
    return explain(got.value, expected, right.tol, right.wanted, dict(right.mistakes))


def _outside(value, low, high):
    if np.ndim(value) != 0 or value.dtype.kind not in "biuf":
        return f"Its shape is {np.shape(value)} and it should be one number."
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    if low <= value <= high:  # NaN is not
        return None
    wanted = " and ".join(
        f"at {word} {bound:g}" for word, bound in {"least": low, "most": high}.items() if np.isfinite(bound))
    return f"Got {float(value):.4g}; it should be {wanted}."


def _cut(message):
    message = plain(message[:2 * limits.LONGEST_MESSAGE])
    return message if len(message) <= limits.LONGEST_MESSAGE else f"{message[:limits.LONGEST_MESSAGE]}..."
