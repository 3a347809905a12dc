"""What is taken from a student's notebook, whatever happened to it."""
import pytest
from make_notebook import SOLVED, check, code, exercise, question, text
from nbformat.v4 import new_notebook

from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook
from cs231n.course.transplant import is_attempted, is_waiting, transplant

ORIGINAL = strip_notebook(new_notebook(cells=[
    text("# Doubling"), code("import math"), exercise(), check(),
    exercise(SOLVED.replace("double", "treble"), "treble"), check("assert treble(2) == 6", "treble-check"), question(),
]))
ANSWER = "def double(x):\n    return x + x"


def student(**answers):
    """The original with answers in it."""
    nb = strip_notebook(ORIGINAL)
    for cell in nb.cells:
        cell.source = answers.get(notebook.grade_id(cell), cell.source)
    return nb


def answer(nb, name="double"):
    [source] = [cell.source for cell in nb.cells if notebook.grade_id(cell) == name]
    return source


@pytest.mark.parametrize("error, waits", [
    ("treble is not written yet. Write double here, in place of this line.", True),
    ("layers.affine_forward is an exercise: fill it in assignment2/FullyConnectedNets.ipynb first.", True),
    ("Write double here, in place of this line. (line 2 of the cell)", True),
    ("ValueError: I do not know what to Write here", False),
    ("", False),
])
def test_an_answer_that_needs_another_is_told_from_a_wrong_one(error, waits):
    assert is_waiting(error) == waits


def test_answers_are_taken_and_nothing_else():
    submitted = student(double=ANSWER, why="Therefore.")
    for cell in submitted.cells:
        if notebook.grade_id(cell) == "double-check":
            cell.source = "print('pass')"
            cell.metadata.nbgrader.points = 100
        if notebook.grade_id(cell) == "double":
            cell.metadata.tags = ["skip-execution"]
            cell.outputs = [{"output_type": "stream", "name": "stdout", "text": "pass"}]
    submitted.cells.insert(1, code("print('trying things')\nx = [double(2)]"))
    submitted.metadata["kernelspec"] = {"name": "elsewhere"}
    nb, remarks = transplant(ORIGINAL, submitted)
    expected = student(double=ANSWER, why="Therefore.")
    assert [cell.source for cell in nb.cells] == [cell.source for cell in expected.cells]
    assert [cell.metadata for cell in nb.cells] == [cell.metadata for cell in ORIGINAL.cells]
    assert nb.metadata == ORIGINAL.metadata and remarks == {}
    assert all(cell.outputs == [] for cell in nb.cells if cell.cell_type == "code")


def test_the_original_and_the_submission_stay_as_they_are():
    submitted = student(double=ANSWER)
    before = notebook.dumps(ORIGINAL), notebook.dumps(submitted)
    transplant(ORIGINAL, submitted)
    assert (notebook.dumps(ORIGINAL), notebook.dumps(submitted)) == before


def test_moved_cells_count():
    submitted = student(double=ANSWER)
    submitted.cells.reverse()
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb) == ANSWER and remarks == {}


def test_a_deleted_cell_is_said_to_be_missing():
    submitted = student(treble="def treble(x):\n    return 3 * x")
    submitted.cells = [cell for cell in submitted.cells if notebook.grade_id(cell) != "double"]
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb) == answer(ORIGINAL)
    assert remarks == {"double": "its cell is not in the notebook any more"}


@pytest.mark.parametrize("first, second, taken", [
    (ANSWER, ANSWER + "  # 2", ANSWER + "  # 2"),
    (ANSWER, None, ANSWER),  # the copy was left empty
    (None, ANSWER, ANSWER),
])
def test_of_two_cells_the_last_one_that_is_filled_in_counts(first, second, taken):
    submitted = student()
    where = next(i for i, cell in enumerate(submitted.cells) if notebook.grade_id(cell) == "double")
    submitted.cells.insert(where + 1, strip_notebook(ORIGINAL).cells[where])
    for cell, source in zip(submitted.cells[where:], (first, second)):
        cell.source = source or cell.source
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb) == taken
    assert "2 cells" in remarks["double"]


def test_a_cell_without_its_name_is_found_by_what_it_defines():
    submitted = student(double=ANSWER)
    for cell in submitted.cells:
        cell.metadata = {}
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb) == ANSWER and "lost its name" in remarks["double"]


def test_a_cell_that_does_not_parse_is_taken_as_it_is():
    broken = "def double(x):\n    return 2 *"
    nb, _ = transplant(ORIGINAL, student(double=broken))
    assert answer(nb) == broken


@pytest.mark.parametrize("source, attempted", [
    ('def f(x):\n    """What to do."""\n    raise NotImplementedError("Write f here, in place of this line.")', False),
    ("def f(x):\n    raise NotImplementedError", False),
    ('np.random.seed(1)\nraise NotImplementedError("Write best here, in place of this line.")', False),
    ("def f(x):\n    return 2 * x", True),
    ("def f(x):\n    y = 2 * x\n    raise NotImplementedError", True),
    ("def f(x):\n    return 2 *", True),
    ("best = 3", True),
])
def test_what_counts_as_attempted(source, attempted):
    assert is_attempted(code(source)) is attempted


def test_all_stubs_count_as_not_attempted():
    exercises = [cell for cell in ORIGINAL.cells if notebook.kind(cell) == notebook.Kind.EXERCISE]
    assert [is_attempted(cell) for cell in exercises] == [False, False]


def test_definitions_in_cells_of_their_own_come_along_in_place():
    submitted = student(double="def double(x):\n    return twice(x)")
    submitted.cells[1].source += "\nimport numpy as np"
    submitted.cells.insert(2, code("%matplotlib inline\nTWO = 2\n\ndef twice(x):\n    return TWO * x\n\nprint(1)"))
    submitted.cells.insert(4, code("from os import path\nresult = double(3)"))
    nb, remarks = transplant(ORIGINAL, submitted)
    sources = [cell.source for cell in nb.cells]
    place = sources.index(answer(nb))
    assert sources[place - 1] == "import numpy as np\nTWO = 2\ndef twice(x):\n    return TWO * x"
    assert sources[place + 1] == "from os import path" and notebook.grade_id(nb.cells[place + 2]) == "double-check"
    assert remarks == {}


def test_definitions_do_not_take_the_place_of_ours():
    submitted = student(double=ANSWER)
    submitted.cells.insert(2, code("def treble(x):\n    return 0"))
    submitted.cells.insert(2, code("def broken(:"))
    nb, _ = transplant(ORIGINAL, submitted)
    assert len(nb.cells) == len(ORIGINAL.cells)
