"""A student's own summary of a notebook: which exercises are right, which are not and why, and the points so far.

The checks run as they do in grading: the student's answers in our notebook, the cells tagged `not-graded` left out.
"""
import asyncio
import re
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cs231n.check.errors import unwritten
from cs231n.course import notebook
from cs231n.course.execute import TIMED_OUT, Execution, State, kernel_environment
from cs231n.course.notebook import Kind
from cs231n.course.transplant import is_attempted, is_waiting, transplant

ORIGINALS = Path(__file__).with_name("originals")  # in a student kit: its notebooks as they were handed out
_WITHIN = Path("cs231n/course/originals")  # where they are, from the root of a kit
TIMEOUT = 120  # seconds of computing for the checks of a notebook; they are made to take a few
LONGEST = 200  # characters of a reason; the whole of it stands in the notebook
_MEMORY = 4_000_000_000
_WAITING = 5  # times as long on the clock, for kernels that others keep waiting, and against those that only wait
_NOT_REACHED = "the check was not reached"


class Verdict(StrEnum):
    """What became of an exercise or question."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_ATTEMPTED = "not attempted"
    WAITING = "needs another exercise first"
    UNJUDGED = "could not be judged"
    BY_HAND = "answered; marked by people"


@dataclass
class Mark:
    """An exercise or question: what became of it, the points so far and at most, one line that says why."""

    name: str
    verdict: Verdict
    points: float
    out_of: float
    why: str = ""
    by_hand: bool = False


@dataclass
class Summary:
    """A notebook's marks, what is odd about it as a whole, and what stands against checking it ("" if nothing does)."""

    notebook: str
    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    against: str = ""

    @property
    def points(self):
        """Points so far, questions not counted."""
        return sum(mark.points for mark in self.marks)

    @property
    def out_of(self):
        """Points of all exercises."""
        return sum(mark.out_of for mark in self.marks if not mark.by_hand)


def originals(path):
    """Return the folder of originals of the kit that a path lies in; else that of the package that runs."""
    kit = _kit_around(path)
    return kit / _WITHIN if kit else ORIGINALS


def another_kit(path):
    """Say that a path lies in another kit than the one that is installed; "" where it does not."""
    kit = _kit_around(path)
    if kit is None or (kit / _WITHIN).resolve() == ORIGINALS.resolve():
        return ""
    ours = sorted(each.name for each in ORIGINALS.glob("*") if each.is_dir())
    installed = f"the kit of {' and '.join(ours)}" if ours else "another one"
    return (f"The cs231n that is installed here is {installed}, in {ORIGINALS.parents[2]}: install that of {kit} "
            "(in its folder: pip install -e .), or use its own environment.")


def _kit_around(path):
    """Return the kit that a path lies in, or None."""
    path = Path(path).resolve()
    return next((folder for folder in path.parents if (folder / _WITHIN).is_dir()), None)


def original_of(path):
    """Return the notebook that `path` began as in a student kit, or None where there is no such thing."""
    path = Path(path).resolve()
    original = originals(path) / path.parent.name / path.name
    return notebook.read(original) if original.is_file() else None


def not_ours(path):
    """Say what a notebook may be that is none of the kit's; "" for those that are, and where there is no kit."""
    path = Path(path).resolve()
    ours = {original.name for original in (originals(path) / path.parent.name).glob("*.ipynb")}
    if path.name in ours or not originals(path).is_dir():
        return ""
    if not ours:
        return f"The kit has no folder {path.parent.name}: was it renamed? Give it its name back."
    missing = sorted(name for name in ours if not (path.parent / name).is_file())
    if missing:
        return (f"{path.name} is none of the kit's notebooks, and there is no {', no '.join(missing)}: was it renamed? "
                "Give it its name back.")
    return f"{path.name} is none of the kit's notebooks. If it is a copy: answers count only in the original."


def summarise(paths, jobs=1, environment=None, timeout=TIMEOUT):
    """Run the checks of notebooks.

    Parameters
    ----------
    paths : list of Path
    jobs : int
        Notebooks at once.
    environment : dict, optional
        Of the kernels.
    timeout : float
        Seconds of computing for each notebook.

    Returns
    -------
    list of Summary
    """
    async def all_of_them():
        free = asyncio.Semaphore(jobs)

        async def one(path):
            async with free:
                summary = Summary(f"{Path(path).resolve().parent.name}/{Path(path).stem}")
                try:
                    await _enter_marks(summary, Path(path), environment or kernel_environment(threads=1), timeout)
                except notebook.Unreadable as error:
                    summary.against = str(error)
                except Exception as error:  # whatever one notebook can do to us, the others are told of
                    summary.against = f"it cannot be checked: {type(error).__name__}: {error}"
                return summary

        return await asyncio.gather(*map(one, paths))

    return asyncio.run(all_of_them())


async def _enter_marks(summary, path, environment, timeout):
    """Run the checks of one notebook, and put what they say into its summary."""
    if other := another_kit(path):
        summary.against = other
        return
    submitted = notebook.read(path)
    if unknown := not_ours(path):
        summary.remarks.append(unknown)
        return
    original = original_of(path)
    nb, remarks = transplant(original or submitted, submitted)
    nb.cells = [cell for cell in nb.cells if "not-graded" not in cell.metadata.get("tags", [])]
    with tempfile.TemporaryDirectory(prefix="cs231n-", ignore_cleanup_errors=True) as scratch:
        execution = Execution(nb, path.parent, environment, Path(scratch), _WAITING * timeout, _MEMORY, keep_going=True,
                              computing=timeout)
        outcome = await execution.run()
    if outcome.state != State.PASSED:
        advice = (". Where nothing goes round for ever, give it longer: cs231n check --timeout "
                  f"{2 * timeout:g}" if outcome.state == State.TIMED_OUT else "")
        summary.remarks.append(f"the checks stopped: {outcome.failure.message}{advice}")
    elsewhere, mark = _definitions(submitted), None
    set_up = next((cell for cell in nb.cells if cell.cell_type == "code"), None)
    if set_up and (error := _error(set_up, elsewhere)):
        summary.remarks.append(f"the first cell fails, and so does all that follows: {error}")
    for cell in nb.cells:
        kind = notebook.kind(cell)
        if kind == Kind.EXERCISE:
            exercise, remark = cell, remarks.get(notebook.grade_id(cell), "")
            mark = Mark(notebook.grade_id(cell), Verdict.RIGHT, 0, 0, _error(cell, elsewhere) or remark)
            summary.marks.append(mark)
        elif kind == Kind.CHECK and mark:  # of the last exercise before it
            _judge(mark, cell, exercise, remark, elsewhere)
        elif kind == Kind.QUESTION:
            summary.marks.append(_question(cell, remarks, original))


def _judge(mark, check, exercise, remark, elsewhere):
    """Enter the outcome of one check cell into the mark of its exercise."""
    worth = notebook.points(check)
    mark.out_of += worth
    error = _error(check, elsewhere)
    if error is None and check.get("execution_count") is not None:
        mark.points += worth
        return
    if mark.verdict != Verdict.RIGHT:
        return  # the first thing that is wrong is the one to mend
    if not is_attempted(exercise):
        mark.verdict, mark.why = Verdict.NOT_ATTEMPTED, remark
        return
    reason = _error(exercise, elsewhere) or error or _NOT_REACHED
    unjudged = reason == _NOT_REACHED or reason.startswith(f"{TIMED_OUT}: ")
    mark.verdict = Verdict.UNJUDGED if unjudged else Verdict.WAITING if is_waiting(reason) else Verdict.WRONG
    mark.why = f"{reason} ({remark})" if remark else reason


def _question(cell, remarks, original):
    name = notebook.grade_id(cell)
    given = {notebook.grade_id(c): c.source for c in original.cells} if original else {}
    verdict = Verdict.NOT_ATTEMPTED if cell.source.strip() == given.get(name, "").strip() else Verdict.BY_HAND
    return Mark(name, verdict, 0, notebook.points(cell), remarks.get(name, ""), by_hand=True)


def _error(cell, elsewhere):
    """Return what a cell raised, in one line, or None."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return None
    name, message = errors[-1].ename, notebook.without_colours(errors[-1].evalue).strip()
    message = re.sub(r" \(\d+\.py, line (\d+)\)", r" in line \1 of the cell", message)  # of a syntax error
    message = unwritten(message) or message
    missing = re.match(r"name '(\w+)' is not defined", message)
    if name == "NameError" and missing and missing[1] in elsewhere:
        message += (": it is made in another cell, and of cells of your own grading takes imports, functions and "
                    "constants only; move it into this one")
    what, *details = message.splitlines() or [""]
    line = ": ".join([what.rstrip(":"), " ".join(" ".join(details).split())] if details else [what])
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
    return line if name in ("CheckFailed", "NotSolved", "NotImplementedError") else f"{name}: {line}"


def _definitions(nb):
    """Return the names that code cells assign to."""
    return {name for cell in nb.cells if cell.cell_type == "code"
            for name in re.findall(r"^(\w+) *=", cell.source, re.M)}
