"""Model answers stand twice, in a notebook's exercise cell and in the package: here is what keeps the two the same."""
import ast
import importlib
import inspect
import textwrap
from dataclasses import dataclass
from itertools import zip_longest

from cs231n.course import notebook
from cs231n.course.notebook import Kind


@dataclass(frozen=True)
class Answer:
    """The answer to one exercise, as a notebook holds it.

    Attributes
    ----------
    grade_id : str
    target : str
        What it implements, as the notebook spells it: `layers.affine_forward`.
    function : ast.FunctionDef
        The notebook's.
    reference : function
        The package's.
    """

    grade_id: str
    target: str
    function: ast.FunctionDef
    reference: object

    def differs(self):
        """Say how the two differ, in words; "" if they are the same but for docstring, comments and layout."""
        package = ast.parse(textwrap.dedent(inspect.getsource(self.reference))).body[0]
        if _parameters(self.function) != _parameters(package):
            return f"{self.target} takes ({_parameters(package)}) in the package, ({_parameters(self.function)}) here"
        for here, there in zip_longest(_lines(self.function), _lines(package), fillvalue="nothing"):
            if here != there:
                return f"{self.target}: here `{here.strip()}`, in the package `{there.strip()}`"
        return ""


def answers(nb):
    """Find what a notebook's exercise cells implement, by `@implements(target)`. Nothing of the notebook is run.

    Parameters
    ----------
    nb : nbformat.NotebookNode

    Returns
    -------
    list of Answer

    Raises
    ------
    ValueError
        If a target is not something that the notebook's import statements lead to.
    """
    imported, found = {}, []
    for cell in nb.cells:
        if not notebook.is_executable(cell):
            continue
        for statement in ast.parse(cell.source).body:
            imported.update(_imports(statement))
            if notebook.kind(cell) == Kind.EXERCISE and isinstance(statement, ast.FunctionDef):
                found += [
                    Answer(notebook.grade_id(cell), target, statement, _resolve(target, imported))
                    for target in _targets(statement)
                ]
    return found


def _imports(statement):
    """Map the names that an import statement binds to (module, attribute or None)."""
    if isinstance(statement, ast.Import):
        modules = [(a.asname, a.name) if a.asname else (a.name.split(".")[0],) * 2 for a in statement.names]
        return {name: (module, None) for name, module in modules}
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        return {alias.asname or alias.name: (statement.module, alias.name) for alias in statement.names}
    return {}


def _targets(function):
    """Return the dotted names in a function's `@implements(...)` decorators."""
    calls = [d for d in function.decorator_list if isinstance(d, ast.Call) and d.args]
    return [ast.unparse(c.args[0]) for c in calls if ast.unparse(c.func).split(".")[-1] == "implements"]


def _resolve(target, imported):
    root, *attributes = target.split(".")
    if root not in imported:
        raise ValueError(f"@implements({target}): no import statement of the notebook gives the name {root}")
    module, name = imported[root]
    try:
        found = importlib.import_module(module)
        for attribute in ([name] if name else []) + attributes:
            if not hasattr(found, attribute) and inspect.ismodule(found):
                importlib.import_module(f"{found.__name__}.{attribute}")
            found = getattr(found, attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"@implements({target}): {error}") from None
    return inspect.unwrap(found)


def _parameters(function):
    """Names and default values, without annotations."""
    arguments = ast.parse(ast.unparse(function)).body[0].args
    for each in ast.walk(arguments):
        if isinstance(each, ast.arg):
            each.annotation = None
    return ast.unparse(arguments)


def _lines(function):
    """Return the body as Python prints it: without docstring and comments, in one layout."""
    statements = function.body[ast.get_docstring(function) is not None:]
    return ast.unparse(ast.Module(statements, [])).splitlines()
