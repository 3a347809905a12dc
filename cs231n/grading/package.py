"""The package as a submission's kernel sees it.

The bodies of the exercises of the notebook that is graded, and of later assignments, are gone. What earlier assignments
and the other notebooks of this one teach works, but nothing carries its source.
"""
import ast
import compileall
import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import cs231n
from cs231n.instructor.release import Course


class Graded(Course):
    """The course, with one notebook to grade."""

    def __init__(self, name, root):
        super().__init__(name.split("/")[0], root)
        self.name = name

    def is_secret(self, name):
        """Tell whether the answers of a notebook must not be there."""
        return name == self.name or name.split("/")[0] > self.assignment


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
    course = Graded(part.notebook, root)
    for relative, content in course.package().items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".py":
            content = (_emptied if path.stem in part.without else str)(content.decode()).encode()
        path.write_bytes(content)
    if not part.without:
        _compiled_modules(folder)
    _take_source_away(folder)


def _take_source_away(folder):
    """Leave compiled files alone, but for the modules that draw data, which know a version by its source."""
    if not compileall.compile_dir(folder, quiet=1, legacy=True, stripdir=str(folder), force=True):
        raise RuntimeError(f"the package in {folder} does not compile")
    data = folder / "cs231n" / "data"
    for path in folder.rglob("*"):
        if path.suffix == ".pyc" if path.is_relative_to(data) else path.suffix in (".py", ".pyx", ".h"):
            path.unlink()


def _emptied(text):
    """Return a module whose functions say that they are not there."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
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
