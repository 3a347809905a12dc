"""Find visible lines of a check that compute what its exercise computes: a check asks, and students could copy them.

A check is run with our answers, under two seeds. Its visible expressions are watched, but for those that are drawn,
laid out anew, or made of the exercises' own results. One whose value depends on the seed, and is what an exercise gave
under either, tells the answer. The linter, which runs nothing, looks for expressions of the answers.
"""
import ast
import re
import textwrap

import numpy as np

from cs231n.answers.strip import replace_marked
from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION

SEE = "_see"  # what watched expressions are handed to, with their number
_LAYOUT = {"copy", "reshape", "astype", "ravel", "transpose", "tolist", "asarray", "array", "swapaxes", "list", "tuple",
           "get"}


def watched(source, exercises):
    """Return a visible check cell in which expressions are watched.

    Parameters
    ----------
    source : str
        Of the check, hidden tests included.
    exercises : set of str
        Names of the functions and methods that students write.

    Returns
    -------
    source : str
        It calls `SEE(number, value)`, which must return the value.
    texts : list of str
        Of the watched expressions, by number.
    """
    tree = ast.parse(replace_marked(source, HIDDEN_TESTS))
    watcher = _Watcher(_theirs(tree, exercises))
    return ast.unparse(ast.fix_missing_locations(watcher.visit(tree))), watcher.texts


def telling(runs, texts):
    """Return the texts of expressions that tell the answer.

    Parameters
    ----------
    runs : list of (list, dict of int to object)
        For two seeds: what the exercises gave, and what was seen.
    texts : list of str
    """
    (gave, seen), (gave_again, seen_again) = runs
    return [text for number, text in enumerate(texts) if number in seen and number in seen_again
            and not _same(seen[number], seen_again[number])
            and any(_same(seen[number], each) for each in gave)
            and any(_same(seen_again[number], each) for each in gave_again) and not _is_one_number(seen[number])]


def copied(source, answers):
    """Return the expressions of a visible check, of three operations or more, that stand in an answer as well.

    Names count for nothing: what is called x there may be called data here.

    Parameters
    ----------
    source : str
        Of the check, hidden tests included.
    answers : list of str
        Sources of the exercises' solved cells.
    """
    known = {_shape(node) for answer in answers for begin, end in notebook.marked(answer, SOLUTION)
             for node in _expressions(textwrap.dedent("\n".join(answer.splitlines()[begin + 1:end])))}
    return [ast.unparse(node) for node in _expressions(replace_marked(source, HIDDEN_TESTS)) if _shape(node) in known]


def numbers(value):
    """Yield all arrays and numbers in what an exercise returned."""
    if isinstance(value, (tuple, list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers(each)
    else:
        yield value


def _expressions(source):
    """Yield the expressions of three operations or more in a source."""
    operations = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.Compare)
    tree = ast.parse(f"def answer():\n{textwrap.indent(source, '    ')}")
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and "check" not in _names(node) and \
                sum(isinstance(each, operations) for each in ast.walk(node)) >= 3:
            yield node


def _shape(node):
    return re.sub(r"Name\(id='(?!np')\w+'", "Name(id='_'", ast.dump(node))


class _Watcher(ast.NodeTransformer):
    def __init__(self, theirs):
        self.theirs, self.texts = theirs, []

    def visit_FunctionDef(self, node):  # what it gives is watched where it is called, if the check itself calls it
        return node

    def visit_Lambda(self, node):
        return node

    def visit_BinOp(self, node):
        return self._watch(node)

    def visit_Call(self, node):
        return self._watch(node)

    def _watch(self, node):
        text, names = ast.unparse(node), _names(node)
        inner = self.generic_visit(node)
        own = {"check", "rng"} | self.theirs
        laid_out = isinstance(node, ast.Call) and _called(node) in _LAYOUT
        if names & own or laid_out or not names - {"np"}:
            return inner
        self.texts.append(text)
        return ast.Call(ast.Name(SEE, ast.Load()), [ast.Constant(len(self.texts) - 1), inner], [])


def _called(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _names(node):
    """Return the names and attributes in an expression."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} | \
        {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _theirs(tree, exercises):
    """Return the names that stand for exercises, or for what they gave."""
    theirs = set(exercises)
    for _ in range(2):  # in a loop, a name may be used above the line that binds it
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets, value):
                    pass
                case ast.AugAssign(target, _, value) | ast.NamedExpr(target, value) | ast.For(target, value):
                    targets = [target]
                case ast.comprehension(target, value):
                    targets = [target]
                case ast.FunctionDef(name):
                    targets, value = [ast.Name(name)], node
                case _:
                    continue
            used = _names(value)
            if used & theirs or {"check", "call"} <= used:
                theirs |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return theirs


def _is_one_number(value):
    """Tell whether an array holds one number everywhere, such as zeros of a drawn shape: these say nothing."""
    array = np.asarray(value)
    return array.size > 1 and array.dtype.kind in "biuf" and bool(np.all(array == array.flat[0]))


def _same(value, other):
    """Tell whether two things are the same numbers, up to rounding."""
    try:
        value, other = np.asarray(value, np.float64), np.asarray(other, np.float64)
    except (TypeError, ValueError):
        return False
    return value.shape == other.shape and value.size > 0 and np.allclose(value, other, rtol=1e-6, atol=1e-9)
