"""What is taken from a student's notebook, whatever happened to it."""
import time

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
    assert sources[place - 3:place] == ["import numpy as np", "TWO = 2", "def twice(x):\n    return TWO * x"]
    assert sources[place + 1] == "from os import path" and notebook.grade_id(nb.cells[place + 2]) == "double-check"
    assert remarks == {}


def test_definitions_do_not_take_the_place_of_ours():
    submitted = student(double=ANSWER)
    submitted.cells.insert(2, code("def treble(x):\n    return 0"))
    submitted.cells.insert(2, code("def broken(:"))
    nb, _ = transplant(ORIGINAL, submitted)
    assert len(nb.cells) == len(ORIGINAL.cells)


HELPER, BY_HELPER = "def twice(x):\n    return x + x", "def double(x):\n    return twice(x)"


def in_cells(*sources, name="double"):
    """A submission in which several cells have the name of one: what Split Cell makes."""
    submitted = student()
    where = next(i for i, cell in enumerate(submitted.cells) if notebook.grade_id(cell) == name)
    copies = [strip_notebook(ORIGINAL).cells[where] for _ in sources]
    for cell, source in zip(copies, sources):
        cell.source = source
    submitted.cells[where:where + 1] = copies
    return submitted


def run(nb, *, until="double-check"):
    """Run the code of a notebook as a kernel does: a cell that fails takes nothing of the others with it."""
    namespace = {}
    for cell in nb.cells:
        if notebook.grade_id(cell) == until:
            return namespace
        if cell.cell_type == "code":
            try:
                exec(cell.source, namespace)
            except Exception:
                continue


@pytest.mark.parametrize("sources", [
    (ANSWER, "double(2)  # a try"), (ANSWER, "# ties"), (HELPER, BY_HELPER), (BY_HELPER, HELPER),
    ("def double(x):\n    return 0", ANSWER), (ANSWER, "def double(x):\n    return ("),
    (f"{HELPER}\n\n{BY_HELPER}", BY_HELPER),
])
def test_a_cell_that_was_split_is_whole_again(sources):
    nb, remarks = transplant(ORIGINAL, in_cells(*sources))
    assert run(nb)["double"](3) == 6
    assert "2 cells" in remarks["double"]


@pytest.mark.parametrize("left", ["", None])
def test_an_answer_in_a_cell_of_its_own_counts_where_the_named_one_is_empty(left):
    submitted = student(double="") if left == "" else student()
    submitted.cells.insert(3, code(ANSWER))
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb) == ANSWER and remarks == {"double": "it was found in a cell of its own"}


def test_a_helper_stands_before_all_that_may_need_it_in_a_notebook_whose_cells_were_moved():
    submitted = student(double="def double(x):\n    return twice(x)")
    by_name = {notebook.grade_id(cell): cell for cell in submitted.cells}
    submitted.cells = [code(HELPER), by_name["treble"], by_name["treble-check"], by_name["double"],
                       by_name["double-check"]]
    assert run(transplant(ORIGINAL, submitted)[0])["double"](3) == 6


@pytest.mark.parametrize("cell", [
    "import a_package_that_nobody_has\n\n" + HELPER,
    "from a_package import nothing\nSIZE = UNKNOWN\n" + HELPER,
    HELPER + "\n\nspent = %timeit -o twice(1)",
    HELPER + "\n\ntwice?",
    HELPER + "\n\nfiles = !ls",
    "import sys\nif 'google.colab' in sys.modules:\n    %pip install seaborn\n\n" + HELPER,
    "%%time\n" + HELPER,
    "twice = lambda x: x + x",
    "TWO = -(-2)\nONE: float = 1.0\nBOTH = (ONE, -1)\nNONE = {}\nKIND = float\ndef twice(x):\n    return KIND(TWO * x)",
    "try:\n    from a_package import twice\nexcept ImportError:\n    def twice(x):\n        return x + x",
    "import math; E = math.e; " + "twice = lambda x: x + x",
    "é = 1; twice = lambda x: x + x",
    "import functools\n\n@functools.lru_cache\ndef twice(x):\n    return x + x",
])
def test_a_helper_counts_in_any_honest_form(cell):
    submitted = student(double=BY_HELPER)
    submitted.cells.insert(2, code(cell))
    assert run(transplant(ORIGINAL, submitted)[0])["double"](3) == 6


def test_an_answer_below_a_question_is_one():
    submitted = student()
    place = next(i for i, cell in enumerate(submitted.cells) if notebook.grade_id(cell) == "why")
    submitted.cells.insert(place + 1, text("Because of that."))
    nb, remarks = transplant(ORIGINAL, submitted)
    assert answer(nb, "why").endswith("Because of that.") and "below it" in remarks["why"]


@pytest.mark.parametrize("source", [
    "x = y" + ".a" * 2900, "f" + "()" * 5000, "f = " + "lambda: " * 3000 + "1", "x = " + "1 + " * 3000 + "1",
    "if a:\n    pass\n" + "elif a:\n    pass\n" * 900, "x = " + "[" * 150 + "]" * 150, "x = " + "-" * 3000 + "1",
    "def f(x):\n    return x" + ".a" * 2900, "@f" + ".a" * 2900 + "\nclass A:\n    pass",
    "class A(" + "f(" * 99 + "x" + ")" * 99 + "):\n    pass",
])
@pytest.mark.parametrize("where", ["own", "exercise"])
def test_code_that_is_nested_too_deeply_harms_nobody(source, where):
    submitted = student(double=source if where == "exercise" else ANSWER)
    if where == "own":
        submitted.cells.insert(2, code(source))
    nb, _ = transplant(ORIGINAL, submitted)
    assert answer(nb) == (source if where == "exercise" else ANSWER)
    assert all(is_attempted(cell) in (True, False) for cell in nb.cells if cell.cell_type == "code")


def test_very_many_cells_of_ones_own_take_little_time():
    submitted = student(double=BY_HELPER)
    submitted.cells[2:2] = [code(f"x{number} = {number}") for number in range(20_000)] + [code(HELPER)]
    start = time.process_time()
    nb, remarks = transplant(ORIGINAL, submitted)
    assert time.process_time() - start < 10
    assert run(nb)["double"](3) == 6 and len(nb.cells) < 400 and "20001 things" in remarks["cells of your own"]
