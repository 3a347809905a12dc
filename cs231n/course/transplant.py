"""Put a student's answers into our own notebook: only what they were asked to write is taken from theirs.

Cells are known by their grade_id, so a notebook whose cells were moved, split, doubled or deleted, whose checks were
edited, or which lost its metadata, still counts for what was written in it.

Answers may lean on cells that a student added: their imports, functions, classes and constants come along, in front of
the cell that they stand before. What else they do (plots, trials, training) does not.
"""
import ast
import copy
import re

from nbformat.v4 import new_code_cell

from cs231n.course import notebook
from cs231n.course.definitions import defined, definitions, given, parsed
from cs231n.course.notebook import Kind

MOST_ADDED = 300  # definitions in cells of one's own: what is more is left out
_ANSWERS = (Kind.EXERCISE, Kind.QUESTION)
_NOT_WRITTEN = re.compile(r"is not written yet|is an exercise: fill it in|^Write \w+ here")
_NOT_THERE = "its cell is not in the notebook any more"


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
    theirs = _Theirs(original, submitted)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if notebook.kind(cell) in _ANSWERS:
            source, remark = theirs.answer(cell)
            cell.source = source
            if remark:
                remarks[notebook.grade_id(cell)] = remark
    _add_definitions(nb, original, submitted, remarks)
    return nb, remarks


def is_attempted(cell):
    """Tell whether an exercise cell holds more than the stub that students find in it.

    The stub raises NotImplementedError, at the top of the cell or as all there is of a function. A cell that does not
    parse was attempted.
    """
    try:
        statements = parsed(cell.source).body
        return not any(_is_stub(each) for each in statements)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True


def is_waiting(error):
    """Tell whether an error says that an answer is not written yet, in the words of `check`, `exercise` or a stub."""
    return bool(_NOT_WRITTEN.search(error))


class _Theirs:
    """The cells of a submission, found by our names for them, and those that have none of ours."""

    def __init__(self, original, submitted):
        ours = {notebook.grade_id(cell) for cell in original.cells} - {None}
        self.named, self.own, self.below = {}, [], {}
        last = None
        for cell in submitted.cells:
            name = notebook.grade_id(cell)
            if name in ours:
                self.named.setdefault(name, []).append(cell.source)
                last = name
            elif cell.cell_type == "code":
                self.own.append((defined(cell.source), cell.source))
                last = None
            elif last is not None:
                self.below.setdefault(last, []).append(cell.source)

    def answer(self, cell):
        """Return what was written for one cell of ours, and a remark."""
        found = self.named.get(notebook.grade_id(cell), [])
        written = [source for source in found if source.strip() not in ("", cell.source.strip())]
        if cell.cell_type != "code":
            return self._text(cell, found, written)
        wanted = defined(cell.source)
        if wanted and not any(_counts(source, wanted) for source in written):
            elsewhere = [source for names, source in self.own if wanted <= names and _counts(source, wanted)]
            if elsewhere and found:
                return elsewhere[-1], "it was found in a cell of its own"
            if elsewhere:
                return elsewhere[-1], "its cell has lost its name, and was found by the function in it"
        if not found:
            return cell.source, _NOT_THERE
        remark = f"there are {len(found)} cells for it; what is defined last counts" if len(found) > 1 else ""
        return (_joined(written, wanted) if written else found[-1]), remark

    def _text(self, cell, found, written):
        """Return the answer to a question; one that stands below it, in a cell of its own, is one too."""
        if written:
            remark = f"there are {len(found)} cells for it; the last one that is filled in counts"
            return written[-1], remark if len(found) > 1 else ""
        below = "\n\n".join(self.below.get(notebook.grade_id(cell), []))
        if below:
            return f"{cell.source}\n\n{below}", "the answer was found below it, in a cell of its own"
        return (found[-1], "") if found else (cell.source, _NOT_THERE)


def _counts(source, wanted):
    """Tell whether a source is an attempt at an exercise that is to define some names."""
    return wanted <= defined(source) and is_attempted(new_code_cell(source))


def _joined(written, wanted):
    """Put the cells of one exercise together, as a kernel comes to see them that runs one after the other.

    Of those that hold the whole answer the last counts, and the others give what else they define. Where none does, or
    the exercise is no function, all stand one below the other.
    """
    whole = [place for place, source in enumerate(written) if wanted and wanted <= defined(source)]
    if len(written) == 1 or not whole:
        return "\n\n".join(written)
    main = next((place for place in reversed(whole) if _parses(written[place])), whole[-1])
    taken = defined(written[main])
    pieces = [
        [source] if place == main else [each.source for each in definitions(source) if each.name not in taken]
        for place, source in enumerate(written)
    ]
    return "\n\n".join(piece for each in pieces for piece in each)


def _parses(source):
    try:
        return bool(parsed(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _add_definitions(nb, original, submitted, remarks):
    """Put what a student defined in cells of their own before the first of the named cells (in ours) that come later.

    A definition that fails takes none of the others with it: what may fail is a cell by itself.
    """
    places = {notebook.grade_id(cell): number for number, cell in enumerate(nb.cells) if notebook.grade_id(cell)}
    shapes, names = set(), set()
    for cell in original.cells:
        if cell.cell_type == "code":
            of_cell = given(cell.source)
            shapes |= of_cell[0]
            names |= of_cell[1]
    answers = {cell.source for cell in nb.cells if notebook.kind(cell) == Kind.EXERCISE}
    found, place = [], None
    for cell in reversed(submitted.cells):
        name = notebook.grade_id(cell)
        if name in places:
            place = min(places[name], len(nb.cells) if place is None else place)
        elif place is not None and cell.cell_type == "code" and cell.source not in answers:
            new = [each for each in definitions(cell.source) if each.shape not in shapes and each.name not in names]
            found += [(place, each) for each in reversed(new)]
    if len(found) > MOST_ADDED:
        remarks["cells of your own"] = f"they define {len(found)} things; the {MOST_ADDED} nearest to the end count"
    cells = {}
    for place, each in reversed(found[:MOST_ADDED]):
        group = cells.setdefault(place, [])
        if group and not (each.can_fail or group[-1].metadata.can_fail):
            group[-1].source += f"\n\n{each.source}"
        else:
            group.append(new_code_cell(each.source, metadata={"can_fail": each.can_fail}))
    for place in sorted(cells, reverse=True):
        for cell in cells[place]:
            del cell.metadata["can_fail"]
        nb.cells[place:place] = cells[place]


def _is_stub(statement):
    if isinstance(statement, ast.FunctionDef):
        body = statement.body[ast.get_docstring(statement) is not None:]
        return len(body) == 1 and _is_stub(body[0])
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement)
