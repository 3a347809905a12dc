"""What is wrong with a notebook of the course, in words."""
import ast
import json
import re
import symtable
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cs231n.answers import telling, wrong
from cs231n.answers.reduce import reduce
from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION, Kind
from cs231n.instructor import quoted, turns

LARGEST = 1_000_000  # bytes: what a page of a code host still shows, and a diff still reads

# The nbgrader metadata of each kind, besides grade_id and points.
_FLAGS = {
    Kind.EXERCISE: {"grade": False, "locked": False, "schema_version": 3, "solution": True, "task": False},
    Kind.CHECK: {"grade": True, "locked": True, "schema_version": 3, "solution": False, "task": False},
    Kind.QUESTION: {"grade": True, "locked": False, "schema_version": 3, "solution": True, "task": False},
}
_CELL_TYPE = {Kind.EXERCISE: "code", Kind.CHECK: "code", Kind.QUESTION: "markdown"}
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|\b0x7f[0-9a-fA-F]{6,}")
_MACHINE_PATH = re.compile(r"(?<![\w.:/<])/[A-Za-z][\w.-]*/[\w./-]+|\b[A-Za-z]:\\\w+\S*")


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the notebook, the cell in words ("" for the notebook as a whole), and what is wrong."""

    path: Path
    cell: str
    message: str

    def __str__(self):
        return f"{self.cell}: {self.message}" if self.cell else self.message


def lint(path):
    """Check one notebook against the format of the course.

    Parameters
    ----------
    path : path
        Other notebooks of the same folder are read too: grade_ids are unique across an assignment.

    Returns
    -------
    list of Problem
        In the order of the cells; empty if all is well.
    """
    path = Path(path)
    try:
        nb = notebook.read(path)
    except notebook.Unreadable as error:
        return [Problem(path, "", str(error))]
    problems = [Problem(path, "", message) for message in _whole(nb, path)]
    others = [_leaning(nb), _turns(nb, path), quoted.problems(nb), _copied(nb, path)]
    elsewhere = _grade_ids_elsewhere(path)
    own = Counter(notebook.grade_id(cell) for cell in nb.cells)
    for number, (cell, heading) in enumerate(zip(nb.cells, notebook.headings(nb)), 1):
        where = f"cell {number} ({notebook.grade_id(cell) or notebook.kind(cell)}"
        where += f', under "{heading}")' if heading else ")"
        messages = [*_grading(cell, own, elsewhere), *_markers(cell), *_code(cell), *_outputs(cell)]
        messages += [*_comparisons(cell), *(message for found in others for message in found.get(number, []))]
        problems += [Problem(path, where, message) for message in messages]
    return problems


def fix(path):
    """Write what follows from the rest of a notebook (see `turns`), and its normal form, in place.

    A notebook that cannot be read, or whose markers are not balanced, is left to the words of `lint`.
    """
    try:
        nb = notebook.read(path)
        turns.fix(nb, _is_converted(path))
    except ValueError:
        return
    notebook.write(notebook.normalise(nb), path)


def _turns(nb, path):
    try:
        return turns.problems(nb, _is_converted(path))
    except ValueError:  # of markers that are not balanced, which is said already
        return {}


def _copied(nb, path):
    """Find checks of converted notebooks that hold expressions of the answers: number -> messages."""
    if not _is_converted(path):
        return {}
    answers = [cell.source for cell in nb.cells if notebook.kind(cell) == Kind.EXERCISE]
    found = {}
    for number, cell in enumerate(nb.cells, 1):
        try:
            texts = telling.copied(cell.source, answers) if notebook.kind(cell) == Kind.CHECK else []
        except (SyntaxError, ValueError):
            continue  # said already
        found[number] = [f"it tells a part of an answer: {text}" for text in dict.fromkeys(texts)]
    return found


def _is_converted(path):
    """Tell whether the notebook's wrong answers stand beside it, so that its checks ask and do not tell."""
    return wrong.path_of(path).is_file()


def _whole(nb, path):
    try:
        nbformat.validate(json.loads(path.read_text(encoding="utf-8")))
    except nbformat.ValidationError as error:
        yield f"not valid: {str(error).splitlines()[0]}"
    size = path.stat().st_size
    if size > LARGEST:
        yield f"{size / 1e6:.2f} MB; at most {LARGEST / 1e6:g} MB (save pictures at a lower dpi, or fewer of them)"
    if path.read_bytes() != notebook.dumps(notebook.normalise(nb)).encode():
        yield "not normalised: `cs231n lint --fix` does it"
    code = [cell for cell in nb.cells if notebook.is_executable(cell)]
    if code and not any(cell.get("execution_count") for cell in code):
        yield "never run: `cs231n run --save` runs it and records its outputs"
    elif not notebook.runs_in_order(nb):
        yield "its cells ran in another order than they stand: run it again with `cs231n run --save`"
    yield from _unchecked_exercises(nb)


def _unchecked_exercises(nb):
    """An exercise is followed by its check before the next exercise comes, and no check stands before the first."""
    waiting, begun = None, False
    for cell in nb.cells:
        this = notebook.kind(cell)
        begun |= this == Kind.EXERCISE
        if this == Kind.CHECK and not begun:
            yield f"the check {notebook.grade_id(cell) or 'without a grade_id'} has no exercise before it"
        if waiting and this in (Kind.EXERCISE, Kind.CHECK):
            if this == Kind.EXERCISE:
                yield f"the exercise {waiting} has no check before the next exercise"
            waiting = None
        if this == Kind.EXERCISE:
            waiting = notebook.grade_id(cell) or "without a grade_id"
    if waiting:
        yield f"the exercise {waiting} has no check after it"


def _leaning(nb):
    """Find cells that fail when an earlier exercise is wrong although they are about another: number -> messages.

    A check may use names of given code and of exercises, not of other checks; and given code that runs in grading may
    not call exercises.
    """
    problems, available, exercises, checks = {}, set(), set(), {}
    for number, cell in enumerate(nb.cells, 1):
        if not notebook.is_executable(cell) or "not-graded" in cell.metadata.get("tags", []):
            continue
        kind, (binds, uses) = notebook.kind(cell), _names(cell.source)
        if kind == Kind.CHECK:
            leaning = sorted((uses - binds - available) & checks.keys())
            problems[number] = [
                f"it uses {name} of the check {checks[name]}, which may not get that far" for name in leaning
            ]
            checks |= {name: notebook.grade_id(cell) for name in binds - checks.keys()}
            continue
        if kind == Kind.GIVEN:
            problems[number] = [
                f"it calls the exercise {name}, so checks fail where that is wrong: tag it not-graded, or do without"
                for name in sorted(uses & exercises)
            ]
        available |= binds
        exercises |= binds if kind == Kind.EXERCISE else set()
    return problems


def _names(source):
    """Return the names that a cell binds for those below, and those that it uses; none if it does not parse."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        return set(), set()
    tables = [top]
    for table in tables:
        tables += table.get_children()
    binds = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    uses = {
        symbol.get_name() for table in tables for symbol in table.get_symbols()
        if symbol.is_referenced() and (table is top or symbol.is_global())
    }
    return binds, uses


def _grade_ids_elsewhere(path):
    """Map each grade_id of the folder's other notebooks to the notebook's name."""
    ids = {}
    for other in sorted(path.parent.glob("*.ipynb")):
        if other.name != path.name:
            try:
                ids.update({notebook.grade_id(cell): other.name for cell in notebook.read(other).cells})
            except notebook.Unreadable:
                continue  # its own lint says so
    ids.pop(None, None)
    return ids


def _grading(cell, own, elsewhere):
    kind, grade_id, tags = notebook.kind(cell), notebook.grade_id(cell), cell.metadata.get("tags", [])
    if "not-graded" in tags and kind != Kind.GIVEN:
        yield f"only given code can have the tag not-graded; this is of kind {kind}"
    if kind not in _FLAGS:
        if "nbgrader" in cell.metadata:
            yield "nbgrader metadata on a cell that is neither exercise, check nor question"
        return
    if cell.cell_type != _CELL_TYPE[kind]:
        yield f"its metadata says {kind}, which is a {_CELL_TYPE[kind]} cell; this is a {cell.cell_type} cell"
    if not grade_id:
        yield "no grade_id"
    elif own[grade_id] > 1:
        yield f"the grade_id {grade_id} occurs {own[grade_id]} times in this notebook"
    elif grade_id in elsewhere:
        yield f"the grade_id {grade_id} is also in {elsewhere[grade_id]}"
    flags = {key: value for key, value in cell.metadata.nbgrader.items() if key not in ("grade_id", "points")}
    if flags != _FLAGS[kind]:
        differing = sorted(key for key in {*flags, *_FLAGS[kind]} if flags.get(key) != _FLAGS[kind].get(key))
        wanted = {key: _FLAGS[kind].get(key, "absent") for key in differing}
        yield f"nbgrader metadata of kind {kind} needs " + ", ".join(f"{k} {v}" for k, v in wanted.items())
    if kind == Kind.EXERCISE:
        if "points" in cell.metadata.nbgrader:
            yield "an exercise carries no points; its check does"
    elif not isinstance(notebook.points(cell), (int, float)) or not notebook.points(cell) > 0:
        yield f"needs points greater than 0; has {cell.metadata.nbgrader.get('points')!r}"
    if kind == Kind.CHECK and "nbval-check-output" not in tags:
        yield "a check needs the tag nbval-check-output"


def _markers(cell):
    kind = notebook.kind(cell)
    for name, kinds in ((SOLUTION, (Kind.EXERCISE, Kind.QUESTION)), (HIDDEN_TESTS, (Kind.CHECK,))):
        try:
            regions = notebook.marked(cell.source, name)
        except ValueError as error:
            yield str(error)
            continue
        if regions and kind not in kinds:
            yield f"BEGIN {name} in a cell of kind {kind}; it belongs into {' or '.join(kinds)}"
        if name == SOLUTION and kind in kinds and not regions:
            yield f"no BEGIN {SOLUTION} ... END {SOLUTION}: what would students write?"


def _code(cell):
    if not notebook.is_executable(cell):
        return
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.source.splitlines()[(error.lineno or 1) - 1].strip()
        magic = " (a %magic or !command runs in Jupyter only)" if line.startswith(("%", "!")) else ""
        yield f"not plain Python{magic}: {line}"
    if cell.get("execution_count") is None:
        yield "it was not run"


def _comparisons(cell):
    """What a check compares with must be something that grading can take out of it."""
    if notebook.is_executable(cell) and notebook.kind(cell) in (Kind.CHECK, Kind.GIVEN):
        try:
            reduce(cell.source)
        except SyntaxError:
            return  # said already
        except ValueError as error:
            yield f"grading cannot tell the value of a check from what it is compared with: {error}"


def _outputs(cell):
    for output in cell.get("outputs", []):
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
            yield f"a recorded error: {output.ename}: {output.evalue}"
        if output.output_type == "stream" and output.name == "stderr":
            yield f"a warning in the recorded outputs: {output.text.strip().splitlines()[-1]}"
        text = output.get("text", "") + "".join(v for k, v in output.get("data", {}).items() if k.startswith("text/"))
        for pattern, what in ((_ADDRESS, "the address of an object"), (_MACHINE_PATH, "a path of one machine")):
            if found := pattern.search(text):
                yield f"{what} in the recorded outputs: {found[0]}"
