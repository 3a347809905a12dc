"""Our assignment made ready for grading: what is run, with which package, and what its checks should report."""
import ast
import copy
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from cs231n.answers.reduce import reduce_notebook
from cs231n.answers.strip import replace_marked, strip_notebook
from cs231n.course import notebook, reported
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION, Kind
from cs231n.course.transplant import is_attempted, transplant
from cs231n.grading import limits
from cs231n.grading.results import Check, Question


@dataclass(frozen=True)
class Cell:
    """A cell as it is run: all of the notebook once, then those checks again that have hidden tests, with them.

    `exercise` is the one that a check belongs to; `attempted` tells of that exercise.
    """

    kind: Kind
    name: str
    source: str = field(compare=False)
    is_hidden: bool = False
    exercise: str = ""
    attempted: bool = field(default=True, compare=False)

    @property
    def key(self):
        """Name under which values of ours are kept."""
        return f"{self.name} (hidden)" if self.is_hidden else self.name

    @property
    def visible(self):
        """The same check without its hidden tests."""
        return replace(self, is_hidden=False)

    @property
    def is_check(self):
        """Tell whether the cell is judged."""
        return self.kind == Kind.CHECK


@dataclass(frozen=True)
class Part:
    """What is run in one kernel: a notebook of ours and those of its checks that are judged there.

    Attributes
    ----------
    notebook : str
    nb : nbformat.NotebookNode
        Ours, without answers, each check as it is run while students may be told what comes of it.
    hidden : dict of str to str
        Checks with hidden tests: name -> source, with them.
    checks : tuple of Check
        Those that are judged.
    without : tuple of str
        Modules of the package whose functions are not there while these checks are judged.
    package : Path
        The folder that holds `cs231n` as the kernel sees it.
    messages : dict of str to list of dict
        By key of the cell: what our own answers report, with expected values, bounds and mistakes (see `check.MIME`).
    seconds : dict of str to float
        By key of the cell: how long it took with our answers.
    shortest, least : float
        Seconds that any cell may take, and that all together may.
    """

    notebook: str
    nb: object
    hidden: dict
    checks: tuple[Check, ...]
    without: tuple[str, ...] = ()
    package: Path | None = None
    messages: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    shortest: float = limits.CELL_SECONDS
    least: float = limits.NOTEBOOK_SECONDS

    @cached_property
    def ours(self):
        """What our own answers report: key of the cell -> list of Reported."""
        return {key: [reported.decode(message) for message in found] for key, found in self.messages.items()}

    def limit(self, cell):
        """Return how many seconds a cell may take."""
        if not self.seconds:
            return limits.OURS_AT_MOST
        return max(self.shortest, limits.TIMES_OURS * self.seconds.get(cell.key, 0))

    @property
    def budget(self):
        """Seconds that all cells together may take, in all runs; None for our own."""
        return max(self.least, limits.NOTEBOOK_TIMES_OURS * sum(self.seconds.values())) if self.seconds else None


def checks(name, nb):
    """Return the checks of a notebook of ours, each with the exercise that it belongs to: the last one before it."""
    found, exercise = [], ""
    for cell in nb.cells:
        if notebook.kind(cell) == Kind.EXERCISE:
            exercise = notebook.grade_id(cell)
        elif notebook.kind(cell) == Kind.CHECK:
            found.append(Check(name, notebook.grade_id(cell), exercise, notebook.points(cell)))
    return tuple(found)


def questions(name, nb):
    """Return the questions of a notebook of ours."""
    found = []
    for cell in nb.cells:
        if notebook.kind(cell) == Kind.QUESTION:
            [(begin, end)] = notebook.marked(cell.source, SOLUTION)
            lines = cell.source.splitlines()
            prompt = "\n".join(lines[:begin] + lines[end + 1:]).strip()
            answer = "\n".join(lines[begin + 1:end]).strip()
            found.append(Question(name, notebook.grade_id(cell), notebook.points(cell), prompt, answer))
    return tuple(found)


def parts(name, nb, twins, reduced):
    """Return what of a notebook is run in which kernel.

    Parameters
    ----------
    name : str
    nb : nbformat.NotebookNode
        Ours, solved.
    twins : dict of str to tuple of str
        Exercise -> modules that hold its answer in other forms. Such exercises are judged in a kernel of their own,
        where the functions of these modules are empty; others of the same notebook need them.
    reduced : bool
        Whether checks are sent without what they compare with. Not so only in the run that finds out what that is.

    Raises
    ------
    ValueError
        If an exercise with twins is not one of the notebook's.
    """
    form = reduce_notebook if reduced else copy.deepcopy
    whole, visible, stubs = form(nb), form(_without_hidden(nb)), strip_notebook(nb)
    hidden = {}
    for ours, cell, shown, stub in zip(nb.cells, whole.cells, visible.cells, stubs.cells):
        kind = notebook.kind(cell)
        if kind == Kind.CHECK:
            if notebook.marked(ours.source, HIDDEN_TESTS):
                hidden[notebook.grade_id(cell)] = ast.unparse(ast.parse(cell.source))  # comments stay here
            cell.source = shown.source
        elif kind in (Kind.EXERCISE, Kind.QUESTION):
            cell.source = stub.source
    every = checks(name, nb)
    if unknown := set(twins) - {check.exercise for check in every}:
        raise ValueError(f"{name}: no check belongs to {', '.join(sorted(unknown))}, declared as an exercise of it")
    apart = tuple(check for check in every if check.exercise in twins)
    rest = tuple(check for check in every if check.exercise not in twins)
    modules = tuple(sorted({module for each in twins.values() for module in each}))
    return [Part(name, whole, hidden, chosen, without) for chosen, without in ((rest, ()), (apart, modules)) if chosen]


def graded_cells(part, submitted):
    """Put a student's answers into our notebook.

    Parameters
    ----------
    part : Part
    submitted : nbformat.NotebookNode

    Returns
    -------
    cells : list of Cell
        In the order in which they run.
    remarks : dict of str to str
        As of `transplant`.
    """
    nb, remarks = transplant(part.nb, submitted)
    judged = {check.name for check in part.checks}
    cells, hidden = [], []
    exercise, attempted = "", True
    for cell in nb.cells:
        kind, name = notebook.kind(cell), notebook.grade_id(cell) or cell.id
        if not notebook.is_executable(cell) or "not-graded" in cell.metadata.get("tags", []):
            continue
        if kind == Kind.EXERCISE:
            exercise, attempted = name, is_attempted(cell)
        if kind != Kind.CHECK:
            cells.append(Cell(kind, name, cell.source))
        elif name in judged:
            cells.append(Cell(kind, name, cell.source, False, exercise, attempted))
            if name in part.hidden:
                hidden.append(Cell(kind, name, part.hidden[name], True, exercise, attempted))
    return cells + hidden, remarks


def save(folder, parts):
    """Write parts for `load`, as a notebook and plain data."""
    notebook.write(parts[0].nb, folder / "notebook.ipynb")
    plain = [
        {"checks": [check.name for check in part.checks], "without": part.without, "package": str(part.package),
         "messages": part.messages, "seconds": part.seconds, "shortest": part.shortest,
         "least": part.least} for part in parts
    ]
    text = json.dumps({"notebook": parts[0].notebook, "hidden": parts[0].hidden, "parts": plain})
    notebook.write_atomically(folder / "parts.json", text.encode())  # the last: with it the folder is whole


def is_saved(folder):
    """Tell whether `load` would read it: what is missing or damaged is to be made anew."""
    try:
        return bool(load(folder))
    except Exception:  # damage has many kinds
        return False


def load(folder):
    """Read what `save` wrote.

    Returns
    -------
    list of Part
    """
    text = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
    name, nb = text["notebook"], notebook.read(folder / "notebook.ipynb")
    by_name = {check.name: check for check in checks(name, nb)}
    return [
        Part(name, nb, text["hidden"], tuple(by_name[check] for check in each["checks"]), tuple(each["without"]),
             Path(each["package"]), each["messages"], each["seconds"], each["shortest"], each["least"])
        for each in text["parts"]
    ]


def _without_hidden(nb):
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        if notebook.kind(cell) == Kind.CHECK:
            cell.source = replace_marked(cell.source, HIDDEN_TESTS)
    return nb

