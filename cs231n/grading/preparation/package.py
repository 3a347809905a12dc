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
from cs231n.answers.strip import declarations
from cs231n.instructor.release import Course


class CourseToGrade(Course):
    """The course, with one notebook to grade."""

    def __init__(self, name, root):
        super().__init__(name.split("/")[0], root)
        self.name = name

    def is_secret(self, name):
        """Tell whether the answers of a notebook must not be there."""
        taught = list(self.notebooks)
        if name in taught:
            return taught.index(name) >= taught.index(self.name)
        return name.split("/")[0] > self.assignment

    def gone_decorators(self):
        """Return (module, name) of what decorates answers that are gone, and of what such decorators are given."""
        return {
            use for path in self.modules() if path.suffix == ".py" for text in [path.read_text(encoding="utf-8")]
            for function, _, home in declarations(text) if self.is_secret(home)
            for decorator in function.decorator_list for use in _used(decorator, _imported(text))
        }


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
    texts = {_module(path, folder): content.decode() for path, content in files.items() if path.suffix == ".py"}
    faster = course.gone_decorators() - {
        use for text in texts.values() for use in _used(ast.parse(text), _imported(text))}
    compiled = not part.without
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        names = {name for module, name in faster if module == _module(path, folder)}
        if path.suffix == ".py" and _module(path, folder) in part.without:
            content = _emptied(content).encode()
        elif names:
            even_faster = ("cs231n.fast", "kernels") in _imported(texts[_module(path, folder)]).values()
            compiled &= not even_faster
            content = _emptied(content, names).encode()
        path.write_bytes(content)
    if compiled:
        _compiled_modules(folder)
    _take_source_away(folder)


def _module(path, folder):
    """Return the dotted name of a module."""
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def _imported(text):
    """Return what `from module import name` binds: name here -> (module, name there)."""
    return {alias.asname or alias.name: (node.module, alias.name) for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) for alias in node.names}


def _used(tree, imported):
    """Return (module, name) of each imported function that a piece of code mentions."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in imported:
            found.add(imported[node.id])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            found.add((".".join(map(str, imported[node.value.id])), node.attr))
    return found


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

    A function that the module itself calls when it is imported stays.
    """
    tree = ast.parse(text)
    if names is None:
        importing = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        called = {ast.unparse(node.func) for part in importing for node in ast.walk(part) if isinstance(node, ast.Call)}
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} - called
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
