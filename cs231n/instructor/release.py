"""Cut a student kit from the repository.

A kit is what its notebooks need and no more: the stripped notebooks of one assignment, the modules of the package that
the notebooks up to this assignment import, without the bodies of this and later assignments' exercises, and what
installs it. Cutting it twice gives the same bytes.
"""
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cs231n.answers.course import Refused
from cs231n.answers.strip import strip_notebook
from cs231n.course import archive, notebook, plan
from cs231n.course.notebook import Kind

_TEMPLATES = Path(__file__).with_name("templates")
_COPIED = ("LICENSE", "setup.py", "requirements.txt", "install.mk", "datasets/README.md")
_SECTIONS_LEFT_OUT = ("project.optional-dependencies", 'project.entry-points."jupyter_client.kernel_provisioners"',
                      "tool.cibuildwheel", "tool.pytest.ini_options", "tool.ruff", "tool.ruff.lint",
                      "tool.ruff.lint.per-file-ignores")


def cut(course, out):
    """Write the student kit of an assignment.

    Parameters
    ----------
    course : Course
    out : Path
        Gets the folder `<assignment>` and `<assignment>.zip`; an earlier kit there is replaced.

    Returns
    -------
    folder, zipped : Path
    """
    folder, zipped = _places(course, out)
    shutil.rmtree(folder, ignore_errors=True)
    files = _files(course)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    archive.write(zipped, {f"{course.assignment}/{name}": content for name, content in files.items()})
    return folder, zipped


@contextmanager
def unproven(course, out):
    """Cut a kit beside the place that it shall have, which no kit gets that has not been proven.

    Parameters
    ----------
    course : Course
    out : Path
        Where the kit shall be.

    Yields
    ------
    folder, zipped : Path
        Gone in the end, if `put_in_place` has not moved them.
    """
    _places(course, out)
    Path(out).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unproven-", dir=out) as beside:
        yield cut(course, beside)


def put_in_place(course, folder, zipped, out):
    """Give a proven kit its place, where an earlier one is replaced; return its folder and its zip there."""
    places = _places(course, out)
    shutil.rmtree(places[0], ignore_errors=True)
    for each, place in zip((folder, zipped), places):
        os.replace(each, place)
    return places


def _places(course, out):
    """Return where the folder and the zip of a kit are, or shall be."""
    folder = Path(out) / course.assignment
    if folder.exists() and not (folder / "cs231n").is_dir():
        raise Refused(f"{folder} is there and is no student kit: move it away, or name another folder")
    return folder, Path(out) / f"{course.assignment}.zip"


def _files(course):
    """Return the contents of a kit: path in it -> bytes."""
    files = {name: (course.root / name).read_bytes() for name in _COPIED}
    files[plan.FILE] = plan.dumps(course.plan.part(course.assignment)).encode()
    files["pyproject.toml"] = _without_sections((course.root / "pyproject.toml").read_text(encoding="utf-8")).encode()
    for name in course.own():
        try:
            stripped = notebook.dumps(strip_notebook(course.notebooks[name])).encode()
        except ValueError as error:
            raise Refused(f"{name}: {error}: `cs231n lint` tells where") from None
        files[f"{name}.ipynb"] = files[f"cs231n/course/originals/{name}.ipynb"] = stripped
        folder, stem = name.split("/")
        expected = course.root / folder / "expected" / f"{stem}.npz"
        if expected.is_file():
            files[f"{folder}/expected/{stem}.npz"] = expected.read_bytes()
    return files | course.package() | _pages(course)


def _pages(course):
    """Return what is written for the students of this assignment."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    notebooks = [_facts(name, course.notebooks[name]) for name in course.own()]
    facts = {"assignment": course.assignment, "title": _title(course.assignment),
             "notebooks": notebooks, "points": sum(each["points"] for each in notebooks)}
    return {name: environment.get_template(f"{name}.j2").render(facts).encode() for name in ("README.md", "Makefile")}


def _title(assignment):
    """Return `Assignment 1` for assignment1."""
    return re.sub(r"(?<=\D)(?=\d)", " ", assignment).replace("_", " ").capitalize()


def _facts(name, nb):
    kinds = [notebook.kind(cell) for cell in nb.cells]
    return {"path": name, "name": name.split("/")[1], "title": notebook.title(nb),
            "exercises": kinds.count(Kind.EXERCISE), "questions": kinds.count(Kind.QUESTION),
            "points": sum(map(notebook.points, nb.cells))}


def _without_sections(toml):
    """Leave out the sections of a pyproject.toml that are about developing the kit."""
    sections = re.split(r"^(?=\[)", toml, flags=re.M)
    return "".join(s for s in sections if s.split("]")[0].lstrip("[") not in _SECTIONS_LEFT_OUT)
