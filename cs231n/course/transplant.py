"""Put a student's answers into our own notebook: only what they were asked to write is taken from theirs.

Cells are known by their grade_id, so a notebook whose cells were moved, doubled or deleted, whose checks were edited,
or which lost its metadata, still counts for what was written in it.

Answers may lean on cells that a student added: their imports, functions, classes and constants come along, in front of
the cell that they stand before. What else they do (plots, trials, training) does not.
"""
import ast
import copy
import re

from nbformat.v4 import new_code_cell

from cs231n.course import notebook
from cs231n.course.notebook import Kind
from cs231n.exercise import is_definition

_ANSWERS = (Kind.EXERCISE, Kind.QUESTION)
_NOT_WRITTEN = re.compile(r"is not written yet|is an exercise: fill it in|^Write \w+ here")


def transplant(original, submitted):
    """Put the answers of one notebook into another.

    Parameters
    ----------
    original : nbformat.NotebookNode
        Ours. Its checks, given code, metadata and order stay.
    submitted : nbformat.NotebookNode
        The student's. The source of its exercises and questions is taken, and definitions that are not ours.

    Returns
    -------
    nb : nbformat.NotebookNode
        A new notebook, without outputs.
    remarks : dict of str to str
        For a grade_id whose cell was not simply there, what was done about it, as a sentence.
    """
    nb, remarks = copy.deepcopy(original), {}
    ours = {notebook.grade_id(cell) for cell in original.cells} - {None}
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if notebook.kind(cell) in _ANSWERS:
            source, remark = _answer(cell, submitted, ours)
            cell.source = source
            if remark:
                remarks[notebook.grade_id(cell)] = remark
    _add_definitions(nb, original, submitted)
    return nb, remarks


def is_attempted(cell):
    """Tell whether an exercise cell holds more than the stub that students find in it.

    The stub raises NotImplementedError, at the top of the cell or as all there is of a function. A cell that does not
    parse was attempted.
    """
    try:
        statements = ast.parse(cell.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return not any(_is_stub(each) for each in statements)


def is_waiting(error):
    """Tell whether an error says that an answer is not written yet, in the words of `check`, `exercise` or a stub."""
    return bool(_NOT_WRITTEN.search(error))


def defines(source):
    """Return the names of the functions and classes that a cell defines, even one that does not parse."""
    return set(re.findall(r"^(?:def|class) +(\w+)", source, re.M))


def _answer(cell, submitted, ours):
    """Find what was written for one cell of ours: its source, and a remark."""
    name = notebook.grade_id(cell)
    found = [other.source for other in submitted.cells if notebook.grade_id(other) == name]
    remark = ""
    if not found:
        found = [
            other.source for other in submitted.cells
            if other.cell_type == cell.cell_type == "code" and notebook.grade_id(other) not in ours
            and defines(cell.source) and defines(cell.source) <= defines(other.source)
        ]
        remark = "its cell has lost its name, and was found by the function in it" if found else ""
    if not found:
        return cell.source, "its cell is not in the notebook any more"
    written = [source for source in found if source.strip() not in ("", cell.source.strip())]
    if len(found) > 1:
        remark = f"there are {len(found)} cells for it; the last one that is filled in counts"
    return (written or found)[-1], remark


def _add_definitions(nb, original, submitted):
    """Put what a student defined in cells of their own before the named cell of ours that comes next in theirs."""
    places = {notebook.grade_id(cell): number for number, cell in enumerate(nb.cells)}
    given = [statement for cell in original.cells for statement in _statements(cell)]
    texts, names = {ast.dump(statement) for statement in given}, {_name(statement) for statement in given} - {None}
    found, pending = {}, []
    for cell in submitted.cells:
        place = places.get(notebook.grade_id(cell)) if notebook.grade_id(cell) else None
        if place is None:
            pending += [each for each in _statements(cell) if is_definition(each) and ast.dump(each) not in texts
                        and _name(each) not in names]
        elif pending:
            found.setdefault(place, []).extend(pending)
            pending = []
    for place in sorted(found, reverse=True):
        nb.cells.insert(place, new_code_cell("\n".join(map(ast.unparse, found[place]))))


def _statements(cell):
    """Return the statements of a code cell, without IPython's own commands; none if it does not parse."""
    if cell.cell_type != "code":
        return []
    lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.source.splitlines()]
    try:
        return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _name(statement):
    """Return the name that a function, class or constant is given, None for others."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return getattr(statement, "name", None)


def _is_stub(statement):
    if isinstance(statement, ast.FunctionDef):
        body = statement.body[ast.get_docstring(statement) is not None:]
        return len(body) == 1 and _is_stub(body[0])
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement)
