"""Make the file that a student hands in: the notebooks of one assignment, and nothing else."""
from dataclasses import dataclass, field
from pathlib import Path

from cs231n.course import archive, notebook
from cs231n.course.notebook import Kind
from cs231n.course.summary import another_kit, not_ours, originals
from cs231n.course.transplant import is_attempted, transplant
from cs231n.course_files import as_taught

LARGEST = 20_000_000  # bytes of one notebook: far more than pictures take, less than graders refuse


@dataclass
class HandIn:
    """What is in a hand-in, and what is to be said about it.

    Attributes
    ----------
    notebooks, missing : list of str
        Names of the notebooks in it, and of those that are not there.
    not_attempted : dict of str to list of str
        Exercises and questions, by notebook.
    others : list of str
        Sentences on notebooks that stand beside the kit's and are not handed in.
    problems : list of str
        What stands against it: with any of them there is nothing to hand in yet.
    """

    notebooks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    not_attempted: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look_through(folder):
    """Look at the notebooks of an assignment, without running them.

    Parameters
    ----------
    folder : Path
        `assignment1`, for example.

    Returns
    -------
    HandIn
    """
    folder = Path(folder).resolve()
    given_out = as_taught((originals(folder) / folder.name).glob("*.ipynb"))
    began_as = {path.name: notebook.read(path) for path in given_out}
    there = as_taught(folder.glob("*.ipynb"))
    found = HandIn(others=[sentence for sentence in map(not_ours, there) if sentence and began_as])
    if other := another_kit(folder):
        found.others.append(other)
    for name in began_as or [path.name for path in there]:
        path = folder / name
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
        found.notebooks.append(name)
        original = began_as.get(name, submitted)
        untouched = []
        given = {notebook.grade_id(cell): cell.source.strip() for cell in original.cells}
        for cell in transplant(original, submitted)[0].cells:
            kind, grade_id = notebook.kind(cell), notebook.grade_id(cell)
            as_given = name in began_as and cell.source.strip() == given.get(grade_id)
            if kind == Kind.EXERCISE and not is_attempted(cell) or kind == Kind.QUESTION and as_given:
                untouched.append(grade_id)
        if untouched:
            found.not_attempted[name] = untouched
    if not found.notebooks and not found.problems:
        found.problems.append(
            f"there is no notebook of {folder.name} here" if folder.is_dir() else f"there is no folder {folder}")
    return found


def pack(folder, names, target):
    """Write the zip; the same notebooks give the same bytes.

    Parameters
    ----------
    folder : Path
    names : list of str
        Notebooks in it.
    target : Path
    """
    archive.write(target, {name: (Path(folder) / name).read_bytes() for name in names})
