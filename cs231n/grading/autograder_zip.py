"""The zip that makes Gradescope grade an assignment: two scripts, and what they need of the repository."""
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cs231n.course import archive

_SCRIPTS = ("setup.sh", "run_autograder")
_COPIED = ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE")
_MADE = (".pyc", ".c", ".so", ".pyd")  # on this machine, and not for others


def write(course, path):
    """Write the zip; the same bytes for the same repository.

    Parameters
    ----------
    course : instructor.release.Course
    path : Path
    """
    archive.write(path, contents(course), _SCRIPTS)


def contents(course):
    """Return what is in the zip: name -> bytes.

    Notebooks of earlier assignments are there too: what they teach is part of the package that students' code sees.

    Parameters
    ----------
    course : instructor.release.Course
    """
    root, taught = course.root, {name.split("/")[0] for name in course.notebooks}
    folders = [root / name for name in taught if name <= course.assignment]
    package = [path for path in (root / "cs231n").rglob("*") if path.is_file() and path.suffix not in _MADE]
    notebooks = [path for folder in folders for pattern in ("*.ipynb", "*.npz", "wrong/*.py")
                 for path in folder.glob(pattern)]
    kit = [*package, *notebooks, *(root / name for name in _COPIED)]
    return _scripts(course.assignment) | {f"kit/{path.relative_to(root).as_posix()}": path.read_bytes() for path in kit}


def _scripts(assignment):
    environment = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")),
                              undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return {name: environment.get_template(f"{name}.j2").render(assignment=assignment).encode() for name in _SCRIPTS}
