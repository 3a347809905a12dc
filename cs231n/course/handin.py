"""Make the file that a student hands in: the notebooks of one assignment, and nothing else."""
from dataclasses import dataclass, field
from pathlib import Path

from cs231n.course import archive, notebook, plan
from cs231n.course.notebook import Kind
from cs231n.course.summary import another_kit, not_ours, original_of
from cs231n.course.transplant import is_attempted, transplant

LARGEST = 20_000_000  # bytes of one notebook: far more than pictures take, less than graders refuse


@dataclass
class HandIn:
    """What is in a hand-in, and what is to be said about it.

    Attributes
    ----------
    assignment : str
    notebooks : dict of str to Path
        The notebooks in it: name -> file.
    missing : list of str
        Names of those that are not there.
    not_attempted : dict of str to list of str
        Exercises and questions, by notebook.
    others : list of str
        Sentences on notebooks that stand beside the kit's and are not handed in.
    problems : list of str
        What stands against it: with any of them there is nothing to hand in yet.
    """

    assignment: str
    notebooks: dict[str, Path] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    not_attempted: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Unknown(ValueError):
    """There is no such assignment; the message says which there are."""


def look_through(home, assignment=None):
    """Look at the notebooks of an assignment, without running them.

    Parameters
    ----------
    home : Path
        Of the kit.
    assignment : str, optional
        By default the only one.

    Returns
    -------
    HandIn

    Raises
    ------
    Unknown
        If there is no such assignment, or none is named and there is not one.
    plan.Unusable
    """
    assignments = plan.load(home).assignments
    if assignment is None and len(assignments) == 1:
        [assignment] = assignments
    if assignment not in assignments:
        named = "Name the assignment" if assignment is None else f"There is no {assignment}"
        raise Unknown(f"{named}: below {home} there is {', '.join(assignments) or 'none'}.")
    paths = {f"{name.rpartition('/')[2]}.ipynb": home / f"{name}.ipynb" for name in assignments[assignment]}
    originals = {name: original for name, path in paths.items() if (original := original_of(path))}
    beside = sorted({other for path in paths.values() for other in path.parent.glob("*.ipynb")} - set(paths.values()))
    found = HandIn(assignment, others=[sentence for sentence in map(not_ours, beside) if sentence and originals])
    if other := next(filter(None, map(another_kit, paths.values())), ""):
        found.others.append(other)
    for name, path in paths.items():
        if not path.is_file():
            found.missing.append(name)
            continue
        size = path.stat().st_size
        if size > LARGEST:
            found.problems.append(f"{name} has {size / 1e6:.0f} MB, and {LARGEST / 1e6:.0f} MB is the most: "
                                  "clear the outputs of cells that print or draw much (Edit, Clear Outputs)")
            continue
        try:
            submitted = notebook.read(path)
        except notebook.Unreadable as error:
            found.problems.append(f"{name} cannot be handed in: {error}")
            continue
        found.notebooks[name] = path
        if untouched := _untouched(submitted, originals.get(name)):
            found.not_attempted[name] = untouched
    if not found.notebooks and not found.problems:
        found.problems.append(f"there is no notebook of {assignment} here")
    return found


def _untouched(submitted, original):
    """Return the exercises and questions that are as they were given out; without that, exercises that only raise."""
    given = {notebook.grade_id(cell): cell.source.strip() for cell in original.cells} if original else {}
    untouched = []
    for cell in transplant(original or submitted, submitted)[0].cells:
        kind, grade_id = notebook.kind(cell), notebook.grade_id(cell)
        as_given = original and cell.source.strip() == given.get(grade_id)
        if kind == Kind.EXERCISE and not is_attempted(cell) or kind == Kind.QUESTION and as_given:
            untouched.append(grade_id)
    return untouched


def pack(found, target):
    """Write the zip; the same notebooks give the same bytes.

    Parameters
    ----------
    found : HandIn
    target : Path
    """
    archive.write(target, {name: path.read_bytes() for name, path in found.notebooks.items()})
