"""Whose turn it is in a notebook: the first line of an exercise, the last of a check, and which cells are folded.

    # Exercise 3 of 7, 4 points: your code          above an exercise: its number is that of the heading above it
    check.end("one loop", 4)                        the last line of a check that students see

Checks, and long cells that draw, are folded (`jupyter.source_hidden`), so that the exercises are what one sees. All
this follows from what stands elsewhere in the notebook: `cs231n lint --fix` writes it, lint refuses contradictions.
"""
import ast
import re
from dataclasses import dataclass

from nbformat.v4 import new_markdown_cell

from cs231n.answers.strip import replace_marked
from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, Kind

MOST_LINES = 60  # of code between an exercise and the next text, picture or exercise
LONG_DRAWING = 15  # lines from which a cell that draws is folded
OPEN = "open"  # tag of such a cell that shall be seen all the same
_HEADER = re.compile(r"# Exercise .*: your code\n?")
_HEADING = re.compile(r"^#+ +Exercises? (\d+)(?: and (\d+))?\b", re.M)
_LONG_BECAUSE = re.compile(r"^# Long because .+", re.M)


@dataclass(frozen=True)
class _End:
    """The line that ends a check: its title, its points, and from where to where it reaches in the cell."""

    title: str
    points: float
    begin: int
    end: int
    last: bool  # whether nothing that students see comes after it


def fix(nb, converted):
    """Write what follows from the rest of a notebook, in place.

    Parameters
    ----------
    nb : nbformat.NotebookNode
    converted : bool
        Whether the notebook's wrong answers stand beside it: then what is missing is written, too.
    """
    for cell, header in headers(nb):
        if converted or _HEADER.match(cell.source):
            cell.source = f"{header}\n{_HEADER.sub('', cell.source, count=1)}"
    for cell in nb.cells:
        if notebook.kind(cell) == Kind.CHECK:
            _fix_end(cell, converted)
        if converted and _is_to_fold(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}


def problems(nb, converted):
    """Say what contradicts the rest of the notebook; parameters as in `fix`.

    Returns
    -------
    dict of int to list of str
        Number of a cell, from 1 -> what is wrong with it.
    """
    found, begun = {number: [] for number in range(1, len(nb.cells) + 1)}, _is_begun(nb)
    wanted = {id(cell): header for cell, header in headers(nb)}
    for number, cell in enumerate(nb.cells, 1):
        header, has = wanted.get(id(cell)), _HEADER.match(cell.source)
        if header and (has or begun) and not cell.source.startswith(f"{header}\n"):
            found[number].append(f"its first line is not {header!r}: `cs231n lint --fix` writes it")
        if notebook.kind(cell) == Kind.CHECK:
            found[number] += _problems_of_end(cell, converted)
        if notebook.kind(cell) == Kind.EXERCISE and notebook.is_folded(cell):
            found[number].append("an exercise is folded: students would not see it")
        if begun and _is_to_fold(cell) and not notebook.is_folded(cell):
            found[number].append("checks, and long cells that draw, are folded: `cs231n lint --fix` does it")
    if begun:
        for number, lines in _long_stretches(nb):
            found[number].append(
                f"{lines} lines of code up to the next text, picture or exercise; at most {MOST_LINES}, or a comment "
                "among them says why: # Long because ...")
    return {number: messages for number, messages in found.items() if messages}


def _is_begun(nb):
    """Tell whether any exercise has its header: then all of them have, and what is to be folded is."""
    return any(_HEADER.match(cell.source) for cell in nb.cells if notebook.kind(cell) == Kind.EXERCISE)


def headers(nb):
    """Return the exercise cells of a notebook, each with the line that should stand first in it.

    An exercise has the number of the heading above it. Where several cells stand under one, they are its parts; where
    no heading says a number, they are counted.
    """
    cells = [cell for cell in nb.cells if notebook.kind(cell) == Kind.EXERCISE]
    under, numbers, current = [], [], None
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for match in _HEADING.finditer(cell.source):
                current = [int(number) for number in match.groups() if number]
                numbers += current
        elif notebook.kind(cell) == Kind.EXERCISE:
            under.append(current)
    if None in under:
        under = [[number] for number in range(1, len(cells) + 1)]
        numbers = [len(cells)]
    found, worth = [], _points(nb)
    for place, (cell, listed) in enumerate(zip(cells, under)):
        mates = [other for other, its in enumerate(under) if its == listed]
        here = mates.index(place)
        if len(mates) == len(listed):
            number, part = listed[here], ""
        else:
            number, part = listed[0], f", part {here + 1} of {len(mates)}"
        points = worth[id(cell)]
        found.append((cell, f"# Exercise {number} of {max(numbers)}{part}, {_counted(points)}: your code"))
    return found


def _points(nb):
    """Return the points of the checks that follow each exercise, up to the next."""
    worth, exercise = {}, None
    for cell in nb.cells:
        kind = notebook.kind(cell)
        if kind == Kind.EXERCISE:
            exercise = id(cell)
            worth[exercise] = 0
        elif kind == Kind.CHECK and exercise is not None:
            worth[exercise] += notebook.points(cell)
    return worth


def _counted(points):
    return f"{points:g} {'point' if points == 1 else 'points'}"


def _fix_end(cell, converted):
    end, points = _end(cell.source), f"{notebook.points(cell):g}"
    if end is not None:
        cell.source = f"{cell.source[:end.begin]}check.end({_quoted(end.title)}, {points}){cell.source[end.end:]}"
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = re.sub(rf"^{re.escape(end.title)}: all right, \S+ of \S+ points$",
                                     lambda _: _said(end.title, points), output.text, flags=re.M)
    elif converted:
        title = (notebook.grade_id(cell) or "check").removeprefix("check_").replace("_", " ")
        lines = cell.source.splitlines()
        hidden = notebook.marked(cell.source, HIDDEN_TESTS)
        place = hidden[0][0] if hidden else len(lines)
        above, below = "\n".join(lines[:place]).rstrip("\n"), "\n".join(lines[place:])
        cell.source = f"{above}\ncheck.end({_quoted(title)}, {points})" + (f"\n\n{below}" if below else "")


def _problems_of_end(cell, converted):
    end, points = _end(cell.source), notebook.points(cell)
    if end is None:
        if converted:
            yield "the last line that students see is not check.end(title, points): `cs231n lint --fix` writes it"
        return
    if not end.last:
        yield "check.end(...) stands last among what students see, before the hidden tests"
    if end.points != points:
        yield f"check.end says {_counted(end.points)}; the cell has {points:g}: `cs231n lint --fix` writes it"
    elif not any(_said(end.title, f"{points:g}") in output.get("text", "") for output in cell.outputs):
        yield "its outputs do not hold what check.end prints: run it again with `cs231n run --save`"


def _said(title, points):
    return f"{title}: all right, {points} of {points} points"


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _end(source):
    """Find the last call of check.end at the top of a cell; None if there is none, or the cell is no Python."""
    try:
        statements, visible = ast.parse(source).body, ast.parse(replace_marked(source, HIDDEN_TESTS)).body
    except (SyntaxError, ValueError):
        return None
    for statement in reversed(statements):
        match statement:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("check"), "end"),
                                   [ast.Constant(str() as title), ast.Constant(int() | float() as points)], [])):
                last = bool(visible) and ast.dump(visible[-1]) == ast.dump(statement)
                begin, end = (_offset(source, *where) for where in (
                    (statement.lineno, statement.col_offset), (statement.end_lineno, statement.end_col_offset)))
                return _End(title, points, begin, end, last)
    return None


def _offset(source, line, column):
    """Return the place in a text of a line, from 1, and a column in bytes, as trees give them."""
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[:line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _is_to_fold(cell):
    kind = notebook.kind(cell)
    if kind == Kind.CHECK:
        return True
    return kind == Kind.GIVEN and _draws(cell) and len(_lines(cell)) >= LONG_DRAWING and \
        OPEN not in cell.metadata.get("tags", [])


def _long_stretches(nb):
    """Find where too much code follows an exercise: the exercise's number, and how many lines."""
    exercise, stretch = None, []
    for number, cell in enumerate([*nb.cells, new_markdown_cell()], 1):  # the end is as good as a text
        kind = notebook.kind(cell)
        if exercise and kind in (Kind.GIVEN, Kind.CHECK):
            stretch.append(cell)
        if kind not in (Kind.GIVEN, Kind.CHECK) or _draws(cell):
            lines = sum(len(_lines(each)) for each in stretch)
            if lines > MOST_LINES and not any(_LONG_BECAUSE.search(each.source) for each in stretch):
                yield exercise, lines
            exercise, stretch = number if kind == Kind.EXERCISE else None, []


def _draws(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def _lines(cell):
    """Return the lines of a cell that students see, empty ones left out."""
    return [line for line in replace_marked(cell.source, HIDDEN_TESTS).splitlines() if line.strip()]
