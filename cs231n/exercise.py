"""What ties a student's notebook cell to the package.

A function of the package that students write is declared as an exercise:

    @exercise("assignment2/FullyConnectedNets")
    def affine_forward(x, w, b): ...

and a notebook cell takes its place, in every module that imported it, for as long as the kernel runs:

    @implements(layers.affine_forward)
    def affine_forward(x, w, b): ...

Methods work alike: `@exercise` inside the class, `@implements(KNearestNeighbor.predict_labels)` in the notebook.
In a student kit the package holds no answers (`stripped=True`): a call then looks for the student's solved cell in the
notebook that the declaration names, and says which notebook to fill in when it is not there.
"""
import ast
import functools
import importlib
import inspect
import json
import re
import textwrap
from pathlib import Path


class NotSolved(NotImplementedError):
    """An exercise was called that nobody has written yet: `exercise` is that one, `hint` what else is known."""

    def __init__(self, exercise, hint=""):
        self.exercise = exercise
        self.hint = hint
        super().__init__(f"{exercise.name} is an exercise: fill it in {exercise.notebook}.ipynb first.{hint}")

    def _render_traceback_(self):
        # IPython calls this: a student needs the sentence, not the frames of the kit that led to it.
        return textwrap.wrap(f"NotSolved: {self}", 80)  # JupyterLab breaks longer lines in the middle of words


class Exercise:
    """One exercise: the package's own answer, and the one that runs instead once a notebook has registered it.

    Attributes
    ----------
    name : str
        Qualified name in its module, such as `affine_forward` or `TwoLayerNet.loss`.
    notebook : str
        Where students write it, such as `assignment1/svm`.
    reference : function
        What the package holds, as it is to be read.
    faster : str or None
        Where the package has what makes it faster; see `exercise`.
    twins : tuple of str
        Modules of the package that hold the same answer in other forms.
    stripped : bool
        Whether the body of `reference` was taken out, as in a student kit.
    implementation : function or None
        What a notebook registered with `implements`.
    """

    def __init__(self, reference, notebook, stripped, faster=None, twins=()):
        self.name = reference.__qualname__
        self.notebook = notebook
        self.reference = reference
        self.stripped = stripped
        self.faster = faster
        self.twins = twins
        self.implementation = None

    def answer(self):
        """Return the function to call: the notebook's, else the package's, else the one found in the notebook file."""
        if self.implementation is None and not self.stripped:
            return self.fastest
        hint = _run_definitions(self) if self.implementation is None else ""
        if self.implementation is None:
            raise NotSolved(self, hint)
        return self.implementation

    @functools.cached_property
    def fastest(self):
        """The package's answer in its faster form, if it has one."""
        if self.faster is None:
            return self.reference
        module, _, name = self.faster.rpartition(".")
        return getattr(importlib.import_module(module), name)(self.reference)


_declared = []


def declared():
    """Return all exercises of the modules imported so far, as a list of `Exercise`."""
    return list(_declared)


def exercise(notebook, validate=None, stripped=False, faster=None, twins=()):
    """Declare a function or method of the package to be an exercise.

    Parameters
    ----------
    notebook : str
        The notebook in which students write it, without ending: `assignment1/svm`.
    validate : function, optional
        Called with the same arguments first, whoever's answer runs. It raises ValueError for wrong input, so that
        the answer itself holds the idea and nothing else.
    stripped : bool
        Set in student kits, where the body is gone.
    faster : str, optional
        Dotted name of a decorator of the package, such as `cs231n.fast.affine.shared_forward`: what it makes of the
        package's answer gives the same in less time. It is loaded with the first call, by its name, so that a layer
        does not import its own fast form.
    twins : tuple of str, optional
        Modules of the package that hold the same answer in other forms, which other exercises need.

        Both are read from the text of the declaration, so they are written as plain strings. A kit or a graded
        submission's kernel without the answer is without `faster` as well; and while this exercise is judged, the
        functions of its twins are not there.

    Returns
    -------
    function
        A decorator. What it makes is a plain function that calls the answer in force; `.exercise` on it is the
        `Exercise`.
    """

    def declare(reference):
        this = Exercise(reference, notebook, stripped, faster, twins)

        @functools.wraps(reference)
        def dispatch(*args, **kwargs):
            __tracebackhide__ = True  # IPython and pytest leave this frame out of a student's traceback
            if validate is not None:
                validate(*args, **kwargs)
            answer = this.answer()
            try:
                return answer(*args, **kwargs)
            except NotImplementedError as error:
                if _raised_by(answer, error):
                    if this.stripped:  # an empty exercise of a notebook file may be written by the next call
                        this.implementation = None
                    raise NotSolved(this) from None
                raise

        dispatch.exercise = this
        _declared.append(this)
        return dispatch

    return declare


def implements(target):
    """Let the decorated function take the place of an exercise of the package, for this kernel.

    Parameters
    ----------
    target : function
        The package's function, such as `layers.affine_forward`, or method, such as `TwoLayerNet.loss`.

    Returns
    -------
    function
        A decorator that registers the function and hands it back as it is.

    Raises
    ------
    TypeError
        If `target` is not an exercise, or the function does not take the same arguments in the same order.
    """
    if not isinstance(getattr(target, "exercise", None), Exercise):
        raise TypeError(f"implements needs an exercise of the cs231n package such as layers.relu_forward; got {target}")
    this = target.exercise

    def register(function):
        wanted = list(inspect.signature(this.reference).parameters)
        given = inspect.signature(function).parameters
        extra = list(given.values())[len(wanted):]
        if list(given)[: len(wanted)] != wanted or any(p.default is p.empty for p in extra):
            raise TypeError(
                f"{this.name} takes the arguments ({', '.join(wanted)}); yours takes ({', '.join(given)}). "
                "The package calls it with these names, so they cannot change."
            )
        this.implementation = function
        return function

    return register


def forget():
    """Put the package's own answers back everywhere."""
    for each in _declared:
        each.implementation = None


def _raised_by(function, error):
    """Tell whether `function` itself raised the error, as an empty exercise does, and not something that it called."""
    frame = error.__traceback__.tb_next
    return frame is not None and frame.tb_next is None and frame.tb_frame.f_code is getattr(function, "__code__", None)


def _run_definitions(this):
    """Run the imports and definitions of an exercise's notebook; its `implements` line registers what is written there.

    Other exercises stay as they are: what the running notebook registered is newer than the file, and what is not
    written yet may be when it is called.

    Training runs and plots are left out, so this is quick. A cell that does not parse (one in the middle of being
    written) defines nothing, nor does a definition that fails, as one may that needs what was left out. The notebook
    file is the only store of answers. Returned is a sentence on why the exercise may not have been found, or "".
    """
    path = find_file(f"{this.notebook}.ipynb")
    if path is None:
        return " There is no notebook of that name here: if you renamed it, give it its name back."
    namespace, hint = {"__name__": this.notebook}, ""
    registered = {each: each.implementation for each in _declared}
    try:
        sources = _code_cells(path)
    except Exception as error:  # an empty file, half of one, a conflict: whatever became of it
        return (f" {path} cannot be read: {type(error).__name__}: {error}. A kit has it as it was in "
                f"cs231n/course/originals/{this.notebook}.ipynb.")
    for number, source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            if _implements(this, source):
                hint = f" Its cell there (cell {number}) is no Python yet: {error.msg} in its line {error.lineno}."
            continue
        for statement in filter(is_definition, tree.body):
            try:
                exec(compile(ast.Module([statement], []), f"{path} cell {number}", "exec"), namespace)
            except Exception as error:  # in a default argument, a decorator, an import: whatever students write
                if _implements(this, ast.unparse(statement)):
                    hint = f" Its cell there (cell {number}) does not run: {type(error).__name__}: {error}"
    for other in _declared:
        if other is not this:
            other.implementation = registered.get(other)
    return hint


def _code_cells(path):
    """Return the numbers, from 1, and sources of the code cells of a notebook of format 3 or 4."""
    raw = json.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors put a byte order mark first
    cells = raw["cells"] if "cells" in raw else [cell for sheet in raw["worksheets"] for cell in sheet["cells"]]
    return [(number, "".join(cell["source"] if "source" in cell else cell["input"]))
            for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]


def _implements(this, source):
    """Tell whether a text says that it implements an exercise."""
    return re.search(rf"@implements\(.*\b{this.reference.__name__}\)", source) is not None


# A constant is made of these: numbers and text, signed, calculated with, in tuples, lists, sets and dicts, and names.
_CONSTANT = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Name, ast.Attribute,
             ast.operator, ast.unaryop, ast.expr_context)


def _is_constant(value):
    kinds = set(map(type, ast.walk(value)))
    calculates = ast.BinOp in kinds and ast.Name in kinds  # with what other cells made
    return not calculates and all(issubclass(kind, _CONSTANT) for kind in kinds)


def is_definition(statement):
    """Tell imports, functions, classes and constants from statements that do work.

    A constant is a name that is given a literal, a lambda or another name (`DTYPE = np.float64`). What stands in a
    `try` or an `if` counts if all of it is definitions.
    """
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        value = statement.value
        return isinstance(value, ast.Lambda) or value is not None and _is_constant(value)
    if isinstance(statement, (ast.Try, ast.If)):
        branches = [*statement.body, *getattr(statement, "handlers", []), *statement.orelse,
                    *getattr(statement, "finalbody", [])]
        return all(isinstance(each, ast.Pass) or is_definition(each) for each in branches)
    if isinstance(statement, ast.ExceptHandler):
        return all(isinstance(each, ast.Pass) or is_definition(each) for each in statement.body)
    return isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def find_file(relative):
    """Find a file of the course, such as `assignment1/knn.ipynb`.

    Notebooks run in their own folder, tests and scripts elsewhere, so the current folder and those above it are tried
    first, then the folder that holds the package (a checkout).

    Parameters
    ----------
    relative : str
        Path from the root of the kit, with forward slashes.

    Returns
    -------
    Path or None
        The first that exists.
    """
    here = Path.cwd()
    for root in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (root / relative).is_file():
            return root / relative
    return None
