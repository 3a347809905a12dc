"""Cut a student kit from the repository.

A kit is what its notebooks need and no more: the stripped notebooks of one assignment, the modules of the package that
the notebooks up to this assignment import, without the bodies of this and later assignments' exercises, and what
installs it. Cutting it twice gives the same bytes.
"""
import ast
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cs231n.answers import leaks
from cs231n.answers.strip import other_forms, strip_module, strip_notebook
from cs231n.check import recorded
from cs231n.course import archive, notebook
from cs231n.course.notebook import Kind
from cs231n.course_files import as_taught

ROOT = Path(__file__).resolve().parents[2]

_TEMPLATES = Path(__file__).with_name("templates")
_COPIED = ("LICENSE", "setup.py", "requirements.txt", "install.mk", "datasets/README.md")
_TOOLS = ("cs231n.cli", "cs231n.check", "cs231n.exercise")  # what a kit needs besides what its notebooks import
_INSTRUCTORS = ("cs231n.instructor", "cs231n.grading", "cs231n.answers")
_DATA = "cs231n.data"
_SECTIONS_LEFT_OUT = ("project.optional-dependencies", 'project.entry-points."jupyter_client.kernel_provisioners"',
                      "tool.cibuildwheel", "tool.pytest.ini_options", "tool.ruff", "tool.ruff.lint",
                      "tool.ruff.lint.per-file-ignores")
_SOURCES = (".py", ".pyx")


class Refused(Exception):
    """The kit is not fit to be given out; the message says why."""


class Course:
    """The repository, as a release sees it.

    Parameters
    ----------
    assignment : str
        `assignment2`, for example.
    root : Path
        Of the repository.

    Attributes
    ----------
    notebooks : dict of str to nbformat.NotebookNode
        The solved notebooks, by names such as `assignment1/svm`.

    Raises
    ------
    Refused
        If there is no such assignment, or a notebook cannot be read.
    """

    def __init__(self, assignment, root=ROOT):
        self.assignment = assignment
        self.root = Path(root)
        paths = as_taught(self.root.glob("assignment*/*.ipynb"))
        self.notebooks = {f"{path.parent.name}/{path.stem}": _read(path) for path in paths}
        if not self.own():
            others = ", ".join(sorted({name.split("/")[0] for name in self.notebooks})) or "no other assignment either"
            raise Refused(f"there is no {assignment}/*.ipynb in {self.root} (there is {others})")

    def own(self):
        """Return the names of this assignment's notebooks."""
        return [name for name in self.notebooks if name.split("/")[0] == self.assignment]

    def is_secret(self, name):
        """Tell whether the answers of a notebook are not for students yet: this assignment's and later ones'."""
        return name.split("/")[0] >= self.assignment

    def secrets(self):
        """Return the lines that must not be in the kit."""
        secret = {name: nb for name, nb in self.notebooks.items() if self.is_secret(name)}
        modules = {str(path): path.read_text(encoding="utf-8") for path in self.modules() if path.suffix == ".py"}
        return leaks.Secrets(secret, modules, self.is_secret)

    def modules(self):
        """Return the files of the package that hold code, the instructors' own left out."""
        files = sorted(path for path in (self.root / "cs231n").rglob("*") if path.suffix in _SOURCES)
        return [path for path in files if not _module(path, self.root).startswith(_INSTRUCTORS)]

    def _imports(self, path):
        """Return what a module imports in the kit."""
        if path.suffix != ".py":
            return set()
        text = strip_module(path.read_text(encoding="utf-8"), self.is_secret)
        faster, _ = other_forms(text, lambda home: True)
        return _imports(text) | {name.rpartition(".")[0] for name in faster}

    def needed(self):
        """Return those that the notebooks up to this assignment, and the student's tools, import, directly or not.

        The modules that draw the built-in data are imported by name when data are missing. One is needed if it stands
        on nothing but the package of the data and what is needed anyway.
        """
        files = {_module(path, self.root): path for path in self.modules()}
        imports = {name: self._imports(path) for name, path in files.items()}
        roots = {*_TOOLS, *(name for name in files if name.startswith("cs231n.course"))}
        for name, nb in self.notebooks.items():
            if name.split("/")[0] <= self.assignment:
                for cell in filter(notebook.is_executable, nb.cells):
                    roots |= _imports(cell.source)
        needed = _closure(roots, imports)
        for name in sorted(files):
            if name.startswith(_DATA):
                closure = _closure({name}, imports)
                if all(each in needed or each.startswith(_DATA) for each in closure):
                    needed |= closure
        return sorted(files[name] for name in needed)

    def package(self):
        """Return the files of the package without the secret answers: path -> bytes."""
        modules = self.needed()
        files = {path: path.read_bytes() for path in _beside(modules)}
        for path in modules:
            text = path.read_text(encoding="utf-8")
            files[path] = (strip_module(text, self.is_secret) if path.suffix == ".py" else text).encode()
        return {_relative(path, self.root): content for path, content in files.items()}


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


def _read(path):
    try:
        return notebook.read(path)
    except notebook.Unreadable as error:
        raise Refused(f"{path}: {error}") from None


def _files(course):
    """Return the contents of a kit: path in it -> bytes."""
    files = {name: (course.root / name).read_bytes() for name in _COPIED}
    files["pyproject.toml"] = _without_sections((course.root / "pyproject.toml").read_text(encoding="utf-8")).encode()
    for name in course.own():
        try:
            stripped = notebook.dumps(strip_notebook(course.notebooks[name])).encode()
        except ValueError as error:
            raise Refused(f"{name}: {error}: `cs231n lint` tells where") from None
        files[f"{name}.ipynb"] = files[f"cs231n/course/originals/{name}.ipynb"] = stripped
    for path in sorted((course.root / course.assignment).rglob("*.npz")):
        if path.name.endswith(recorded.HIDDEN):
            continue
        files[_relative(path, course.root)] = path.read_bytes()
    return files | course.package() | _pages(course)


def _pages(course):
    """Return what is written for the students of this assignment."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    notebooks = [_facts(name, course.notebooks[name]) for name in course.own()]
    facts = {"assignment": course.assignment, "number": course.assignment.removeprefix("assignment"),
             "notebooks": notebooks, "points": sum(each["points"] for each in notebooks)}
    return {name: environment.get_template(f"{name}.j2").render(facts).encode() for name in ("README.md", "Makefile")}


def _facts(name, nb):
    kinds = [notebook.kind(cell) for cell in nb.cells]
    return {"name": name.split("/")[1], "title": notebook.title(nb), "exercises": kinds.count(Kind.EXERCISE),
            "questions": kinds.count(Kind.QUESTION), "points": sum(map(notebook.points, nb.cells))}


def modules_behind(names, root):
    """Return the files of the modules that these lead to by import, themselves included, sorted by name.

    Parameters
    ----------
    names : iterable of str
        Such as `cs231n.grading.running.ours`.
    root : Path
        Of the repository.
    """
    files = {_module(path, root): path for path in (root / "cs231n").rglob("*.py")}
    imports = {name: _imports(path.read_text(encoding="utf-8")) for name, path in files.items()}
    return [files[name] for name in sorted(_closure(names, imports))]


def _closure(names, imports):
    """Return the modules that these names lead to, if each module imports what `imports` says."""
    waiting, found = set(names), set()
    while waiting:
        name = waiting.pop()
        if name in imports and name not in found:
            found.add(name)
            waiting |= {name.rpartition(".")[0], *imports[name]}
    return found


def _module(path, root):
    """Return the dotted name of a module."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(source):
    """Return the dotted names that a piece of Python may import; `from a import b` gives a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _beside(modules):
    """Return the files that lie beside modules and are named in them or in one another: headers, weights, templates."""
    found = []
    for folder in sorted({path.parent for path in modules}):
        text = "".join(path.read_text(encoding="utf-8") for path in modules if path.parent == folder)
        waiting = [entry for entry in sorted(folder.iterdir()) if _is_data(entry)]
        while named := [entry for entry in waiting if re.search(rf"\b{re.escape(entry.name)}\b", text)]:
            waiting = [entry for entry in waiting if entry not in named]
            text += "".join(entry.read_text(encoding="utf-8") for entry in named if entry.suffix == ".h")
            found += [path for entry in named for path in ([entry] if entry.is_file() else sorted(entry.rglob("*")))]
    return [path for path in found if path.is_file()]


def _is_data(entry):
    if entry.is_file():
        return entry.suffix in (".h", ".npz", ".json")
    return not any(entry.rglob("*.py")) and entry.name not in ("__pycache__", "originals")


def _relative(path, root):
    return path.relative_to(root).as_posix()


def _without_sections(toml):
    """Leave out the sections of a pyproject.toml that are about developing the kit."""
    sections = re.split(r"^(?=\[)", toml, flags=re.M)
    return "".join(s for s in sections if s.split("]")[0].lstrip("[") not in _SECTIONS_LEFT_OUT)
