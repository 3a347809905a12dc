"""Make the file that a student hands in: the notebooks of one assignment, and nothing else."""
from dataclasses import dataclass
from pathlib import Path

from cs231n.course import archive, notebook
from cs231n.course.notebook import Kind
from cs231n.course.summary import ORIGINALS
from cs231n.course.transplant import is_attempted, transplant

LARGEST = 20_000_000  # bytes of one notebook: far more than pictures take, less than graders refuse


@dataclass
class HandIn:
    """Names of the notebooks in a hand-in, what is not there, what is not attempted, and what stands against it."""

    notebooks: list[str]
    missing: list[str]
    not_attempted: list[str]
    problems: list[str]


def look_through(folder):
    """Look at the notebooks of an assignment, without running them.

    Parameters
    ----------
    folder : Path
        `assignment1`, for example.

    Returns
    -------
    HandIn
        With `problems` there is nothing to hand in yet.
    """
    folder = Path(folder).resolve()
    originals = {path.name: notebook.read(path) for path in sorted((ORIGINALS / folder.name).glob("*.ipynb"))}
    found = HandIn([], [], [], [])
    for name in originals or sorted(path.name for path in folder.glob("*.ipynb")):
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
        original = originals.get(name, submitted)
        given = {notebook.grade_id(cell): cell.source.strip() for cell in original.cells}
        for cell in transplant(original, submitted)[0].cells:
            kind, grade_id = notebook.kind(cell), notebook.grade_id(cell)
            untouched = name in originals and cell.source.strip() == given.get(grade_id)
            if kind == Kind.EXERCISE and not is_attempted(cell) or kind == Kind.QUESTION and untouched:
                found.not_attempted.append(f"{grade_id} in {name}")
    if not found.notebooks and not found.problems:
        found.problems.append(f"there is no notebook of {folder.name} here")
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
