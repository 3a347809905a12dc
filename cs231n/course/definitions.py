"""What a student's cell defines: its imports, functions, classes and constants, each with its own text.

Cells may hold IPython's syntax, be broken, or be made to hurt: nothing here takes more than linear time, and code that
is nested too deeply for Python to look at defines nothing.
"""
import ast
import re
from dataclasses import dataclass

from cs231n.exercise import is_definition

_COMMAND = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.M)  # %timeit f(x), !ls, f?
_CAPTURED = re.compile(r"^([ \t]*[\w., \t]*\w[ \t]*=)[ \t]*[%!].*$", re.M)  # files = !ls
_TOO_DEEP = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Definition:
    """A statement that defines something.

    `name` is the one it gives, None for imports and what gives several; `shape` is the same for the same code, however
    it is laid out; `can_fail` is not so for functions that are simply defined.
    """

    source: str
    name: str | None
    shape: str
    can_fail: bool


def python(source):
    """Return the source of a cell with IPython's own commands replaced by Python that does nothing; lines stay."""
    return _COMMAND.sub(r"\1pass", _CAPTURED.sub(r"\1 None", source))


def parsed(source):
    """Return the tree of a cell's source.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        If it is no Python; the last two if it is nested too deeply.
    """
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(python(source))


def definitions(source):
    """Return the definitions in a cell's source, in order; none if it is no Python."""
    try:
        lines = [line.encode() for line in python(source).split("\n")]
        return [_definition(each, lines) for each in parsed(source).body if is_definition(each)]
    except _TOO_DEEP:
        return []


def given(source):
    """Return what identifies the statements in a cell of ours: their shapes, and the names they give."""
    try:
        statements = parsed(source).body
    except _TOO_DEEP:
        return set(), set()
    names = {_name(each) for each in statements} - {None}
    targets = [target for each in statements for target in getattr(each, "targets", ())]
    names |= {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return set(map(ast.dump, statements)), names


def defined(source):
    """Return the names of the functions and classes that a source defines, even one that is no Python."""
    return set(re.findall(r"^(?:def|class) +(\w+)", source, re.M))


def _definition(statement, lines):
    function = isinstance(statement, ast.FunctionDef)
    can_fail = not function or bool(statement.decorator_list) or any(
        not isinstance(default, ast.Constant | None) for default in
        (*statement.args.defaults, *statement.args.kw_defaults, *_annotations(statement)))
    return Definition(_text(statement, lines), _name(statement), ast.dump(statement), can_fail)


def _annotations(function):
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
    return [function.returns, *(each.annotation for each in every)]


def _text(statement, lines):
    """Return the text of a statement, with its comments and decorators."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(each.lineno for each in decorators)]) - 1
    text = lines[first:statement.end_lineno]
    text[-1] = text[-1][:statement.end_col_offset]
    if first == statement.lineno - 1:
        text[0] = text[0][statement.col_offset:]
    return b"\n".join(text).decode()


def _name(statement):
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    if isinstance(targets[0], ast.Name):
        return targets[0].id
    return getattr(statement, "name", None)
