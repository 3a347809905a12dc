"""The zip that makes Gradescope grade an assignment: two scripts, and what they need of the repository."""
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cs231n.course import archive

_SCRIPTS = ("setup.sh", "run_autograder")
_COPIED = ("course.toml", "pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE")
_MADE = (".pyc", ".c", ".so", ".pyd")  # on this machine, and not for others


def write(course, path):
    """Write the zip; the same bytes for the same repository.

    Parameters
    ----------
    course : answers.course.Course
    path : Path
    """
    archive.write(path, contents(course), _SCRIPTS)


def contents(course):
    """Return what is in the zip: name -> bytes.

    All notebooks of the plan are there: what earlier ones teach is part of the package that students' code sees.

    Parameters
    ----------
    course : answers.course.Course
    """
    root = course.root
    package = [path for path in (root / "cs231n").rglob("*") if path.is_file() and path.suffix not in _MADE]
    notebooks = [path for name in course.notebooks for path in _files_of(root / f"{name}.ipynb")]
    kit = [*package, *notebooks, *(root / name for name in _COPIED if (root / name).is_file())]
    return _scripts(course.assignment) | {f"kit/{path.relative_to(root).as_posix()}": path.read_bytes() for path in kit}


def _files_of(path):
    """Return the files of a notebook: itself, and what stands beside it under its name."""
    beside = (path.parent / "expected" / f"{path.stem}.npz", path.parent / "wrong" / f"{path.stem}.py")
    return [path, *filter(Path.is_file, beside)]


def _scripts(assignment):
    environment = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")),
                              undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return {name: environment.get_template(f"{name}.j2").render(assignment=assignment).encode() for name in _SCRIPTS}
