"""The course as a release and a grader see it: whose answers are secret, and the package without them."""
from pathlib import Path

from cs231n.answers import leaks
from cs231n.answers.imports import SOURCES, closure, files_beside, imported, module_name
from cs231n.answers.strip import other_forms, strip_module
from cs231n.course import notebook, plan

ROOT = Path(__file__).resolve().parents[2]

# What a kit needs besides what its notebooks import: the commands, and the loaders of all data.
_TOOLS = ("cs231n.cli", "cs231n.check", "cs231n.exercise", "cs231n.data_utils", "cs231n.coco_utils")
_INSTRUCTORS = ("cs231n.instructor", "cs231n.grading", "cs231n.answers")
_DATA = "cs231n.data"


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
    plan : plan.Plan
    notebooks : dict of str to nbformat.NotebookNode
        The solved notebooks, by names such as `assignment1/svm`, in the order of teaching.

    Raises
    ------
    Refused
        If there is no such assignment, the plan is not what it should be, or a notebook cannot be read.
    """

    def __init__(self, assignment, root=ROOT):
        self.assignment = assignment
        self.root = Path(root)
        try:
            self.plan = plan.load(self.root)
        except plan.Unusable as error:
            raise Refused(str(error)) from None
        if assignment not in self.plan.assignments:
            others = ", ".join(self.plan.assignments) or "no other assignment either"
            raise Refused(f"there is no {assignment} in {self.root} (there is {others})")
        self.notebooks = {name: _read(self.root / f"{name}.ipynb") for name in self.plan.notebooks}
        for name, nb in self.notebooks.items():
            if problem := self.plan.contradicts(name, notebook.title(nb), sum(map(notebook.points, nb.cells))):
                raise Refused(problem)

    def own(self):
        """Return the names of this assignment's notebooks, in the order in which it gives them."""
        return list(self.plan.assignments[self.assignment])

    def is_secret(self, name):
        """Tell whether the answers of a notebook are not for students yet.

        So are this assignment's and those of later ones, and those of notebooks in no assignment, but for what this one
        needs.
        """
        return name not in self.plan.known(self.assignment)

    def secrets(self):
        """Return the lines that must not be in the kit."""
        secret = {name: nb for name, nb in self.notebooks.items() if self.is_secret(name)}
        modules = {str(path): path.read_text(encoding="utf-8") for path in self.modules() if path.suffix == ".py"}
        return leaks.Secrets(secret, modules, self.is_secret)

    def modules(self):
        """Return the files of the package that hold code, the instructors' own left out."""
        files = sorted(path for path in (self.root / "cs231n").rglob("*") if path.suffix in SOURCES)
        return [path for path in files if not module_name(path, self.root).startswith(_INSTRUCTORS)]

    def _imported(self, path):
        """Return what a module imports in the kit."""
        if path.suffix != ".py":
            return set()
        text = strip_module(path.read_text(encoding="utf-8"), self.is_secret)
        faster, _ = other_forms(text, lambda home: True)
        return imported(text) | {name.rpartition(".")[0] for name in faster}

    def needed(self):
        """Return those that the notebooks up to this assignment, and the student's tools, import, directly or not.

        The modules that draw the built-in data are imported by name when data are missing. One is needed if it stands
        on nothing but the package of the data and what is needed anyway.
        """
        files = {module_name(path, self.root): path for path in self.modules()}
        imports = {name: self._imported(path) for name, path in files.items()}
        roots = {*_TOOLS, *(name for name in files if name.startswith("cs231n.course"))}
        for name in [*self.plan.known(self.assignment), *self.own()]:
            if nb := self.notebooks.get(name):
                for cell in filter(notebook.is_executable, nb.cells):
                    roots |= imported(cell.source)
        needed = closure(roots, imports)
        for name in sorted(files):
            if name.startswith(_DATA):
                behind = closure({name}, imports)
                if all(each in needed or each.startswith(_DATA) for each in behind):
                    needed |= behind
        return sorted(files[name] for name in needed)

    def package(self):
        """Return the files of the package without the secret answers: path -> bytes."""
        modules = self.needed()
        files = {path: path.read_bytes() for path in files_beside(modules)}
        for path in modules:
            text = path.read_text(encoding="utf-8")
            files[path] = (strip_module(text, self.is_secret) if path.suffix == ".py" else text).encode()
        return {path.relative_to(self.root).as_posix(): content for path, content in files.items()}


def _read(path):
    try:
        return notebook.read(path)
    except notebook.Unreadable as error:
        raise Refused(f"{path}: {error}") from None
