"""The package as a submission's kernel sees it.

The bodies of the exercises of the notebook that is graded, and of all that are taught later, are gone, and so is what
gives them in a faster form. What earlier notebooks teach works, but nothing carries its source.
"""
import ast
import compileall
import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import cs231n
from cs231n.answers.course import Course
from cs231n.answers.strip import other_forms
from cs231n.course import plan


class CourseToGrade(Course):
    """The course, with one notebook to grade."""

    def __init__(self, name, root):
        super().__init__(plan.load(root).assignment_of(name), root)
        self.name = name

    def is_secret(self, name):
        """Tell whether the answers of a notebook must not be there: of its assignment, those before it may."""
        own = self.own()
        return own.index(name) >= own.index(self.name) if name in own else super().is_secret(name)

    def twins(self):
        """Return the modules that hold answers of the notebook in other forms: exercise -> modules."""
        return self._other_forms(lambda home: home == self.name)[1]

    def gone_forms(self):
        """Return the dotted names of what makes the answers faster that are gone, and none of those that are there."""
        return self._other_forms(self.is_secret)[0] - self._other_forms(lambda home: not self.is_secret(home))[0]

    def _other_forms(self, is_declared):
        faster, twins = set(), {}
        for path in self.modules():
            if path.suffix == ".py":
                more_faster, more_twins = other_forms(path.read_text(encoding="utf-8"), is_declared)
                faster, twins = faster | more_faster, twins | more_twins
        return faster, twins


def stage(part, root, folder):
    """Write the package.

    Parameters
    ----------
    part : prepare.Part
    root : Path
        Of the repository.
    folder : Path
        Gets a folder `cs231n`; must not exist yet.
    """
    course = CourseToGrade(part.notebook, root)
    files = {folder / path: content for path, content in course.package().items()}
    gone = course.gone_forms()
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        module = _module(path, folder)
        names = {name.removeprefix(f"{module}.") for name in gone if name.rpartition(".")[0] == module}
        if path.suffix == ".py" and module in part.without:
            content = _emptied(content).encode()
        elif path.suffix == ".py" and names:
            content = _emptied(content, names).encode()
        path.write_bytes(content)
    if not gone and not part.without:  # what is compiled gives faster forms still
        _compiled_modules(folder)
    _take_source_away(folder)


def _module(path, folder):
    """Return the dotted name of a module."""
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def _take_source_away(folder):
    """Leave compiled files alone, but for the modules that draw data, which know a version by its source."""
    if not compileall.compile_dir(folder, quiet=1, legacy=True, stripdir=str(folder), force=True):
        raise RuntimeError(f"the package in {folder} does not compile")
    data = folder / "cs231n" / "data"
    for path in folder.rglob("*"):
        if path.suffix == ".pyc" if path.is_relative_to(data) else path.suffix in (".py", ".pyx", ".h"):
            path.unlink()


def _emptied(text, names=None):
    """Return a module whose functions say that they are not there: those of these names, or all that may.

    A function that the module itself calls when it is imported stays, and so does what Python calls.
    """
    tree = ast.parse(text)
    if names is None:
        importing = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        called = {ast.unparse(node.func) for part in importing for node in ast.walk(part) if isinstance(node, ast.Call)}
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        names = {name for name in functions - called if not name.startswith("__")}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            words = f"{node.name} is not there while the exercises are graded that it gives in a faster form"
            node.body = ast.parse(f"raise NotImplementedError({words!r})").body
            node.decorator_list = []
    return ast.unparse(tree)


def _compiled_modules(folder):
    """Copy the compiled modules beside the sources they were built from."""
    here = Path(cs231n.__file__).parents[1]
    for source in folder.rglob("*.pyx"):
        for suffix in EXTENSION_SUFFIXES:
            compiled = here / source.relative_to(folder).with_suffix(suffix)
            if compiled.is_file():  # without a C compiler there is none
                shutil.copy(compiled, source.parent)
