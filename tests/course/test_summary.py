"""A student's summary of a notebook: verdicts, points, and words for everything that can happen to a notebook."""
import io

import pytest
from make_notebook import SOLVED, check, code, edit, exercise, question, text, write
from rich.console import Console

from cs231n import cli
from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook, summary
from cs231n.course.notebook import Kind
from cs231n.course.summary import Verdict

NAME = "assignment1/doubling.ipynb"
STUB = "def treble(x):\n    ### BEGIN SOLUTION\n    return x + double(x)\n    ### END SOLUTION"
TREBLE_CHECK = "got = check.call(treble, 2)\ncheck.equal('treble', got, 6)"
CELLS = (
    text("# Doubling"), code("from cs231n import check"), exercise(),
    question(), check("got = check.call(double, 2)\ncheck.equal('double', got, 4)"),
    check("check.equal('double of half', check.call(double, 0.5), 1)", "double-check-2", 2),
    code("raise RuntimeError('hours of training')", tags=["not-graded"]),
    exercise(STUB, "treble"), check(TREBLE_CHECK, "treble-check", 3),
)
ANSWERS = {"double": "def double(x):\n    return x + x", "treble": "def treble(x):\n    return x + double(x)"}


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A student kit of one notebook; a function that puts answers into it and returns its marks and remarks."""
    original = write(tmp_path / "originals" / NAME, *CELLS)
    notebook.write(strip_notebook(notebook.read(original)), original)
    monkeypatch.setattr(summary, "ORIGINALS", tmp_path / "originals")
    monkeypatch.chdir(tmp_path)

    def fill(change=None, name=NAME, timeout=summary.TIMEOUT, **answers):
        nb = notebook.read(original)
        for cell in nb.cells:
            cell.source = answers.get(notebook.grade_id(cell), cell.source)
        if change is not None:
            change(nb)
        notebook.write(nb, tmp_path / name)
        [found] = summary.summarise([tmp_path / name], timeout=timeout)
        return {mark.name: mark for mark in found.marks}, found

    return fill


def test_all_right(kit):
    marks, found = kit(**ANSWERS, why="Because.")
    assert {name: (mark.verdict, mark.points, mark.out_of) for name, mark in marks.items()} == {
        "double": (Verdict.RIGHT, 7, 7), "treble": (Verdict.RIGHT, 3, 3), "why": (Verdict.BY_HAND, 0, 2)}
    assert (found.points, found.out_of, found.remarks) == (10, 10, [])


def test_nothing_attempted(kit):
    marks, found = kit()
    assert {(mark.verdict, mark.why) for mark in marks.values()} == {(Verdict.NOT_ATTEMPTED, "")}
    assert (found.points, found.remarks) == (0, [])


def test_not_attempted_needs_no_words_where_the_cell_itself_raises(kit):
    marks, _ = kit(treble="raise NotImplementedError('Write treble here, in place of this line.')")
    assert (marks["treble"].verdict, marks["treble"].why) == (Verdict.NOT_ATTEMPTED, "")


def test_wrong_with_the_words_of_the_check_and_points_for_what_is_right(kit):
    marks, found = kit(double="def double(x):\n    return x + 2")
    assert (marks["double"].verdict, marks["double"].points) == (Verdict.WRONG, 5)
    assert marks["double"].why.startswith("double of half: ")
    assert "expected 1" in marks["double"].why
    assert "\n" not in marks["double"].why


def test_an_exercise_that_calls_an_unwritten_one_says_so(kit):
    marks, found = kit(treble=ANSWERS["treble"])
    assert marks["double"].verdict == Verdict.NOT_ATTEMPTED
    assert marks["treble"].verdict == Verdict.WAITING
    assert marks["treble"].why.startswith("double is not written yet. Write it in its cell above")


@pytest.mark.parametrize("answer, why", [
    ("def double(x):\n    return 2 *", "SyntaxError: invalid syntax in line 2 of the cell"),
    ("def double(x):\n    return y", "NameError: name 'y' is not defined"),
    ("def double(x):\n    return x / 0", "ZeroDivisionError: division by zero"),
    ("dubble = 3", "NameError: name 'double' is not defined"),
    ("import os\nos._exit(3)", "KernelDied: the kernel ended with exit status 3"),
])
def test_cells_that_fail_are_wrong_and_leave_the_others_their_points(kit, answer, why):
    marks, found = kit(double=answer, treble="def treble(x):\n    return 3 * x")
    assert marks["double"].verdict == Verdict.WRONG and marks["double"].why.startswith(why)
    if "_exit" in answer:
        assert "exit status 3" in found.remarks[0]
    else:
        assert marks["treble"].verdict == Verdict.RIGHT


def test_an_endless_loop_ends_and_what_it_keeps_from_being_judged_is_not_called_wrong(kit):
    marks, found = kit(**ANSWERS | {"double": "while True:\n    pass"}, timeout=4)
    assert marks["double"].verdict == marks["treble"].verdict == Verdict.UNJUDGED
    assert marks["double"].why == "TimedOut: it was not done after 4 seconds of computing"
    assert marks["treble"].why == "the check was not reached" and found.points == 0
    assert found.remarks == ["the checks stopped: it was not done after 4 seconds of computing. Where nothing goes "
                             "round for ever, give it longer: cs231n check --timeout 8"]


def test_a_kernel_that_is_kept_waiting_is_given_its_time(kit):
    waits = "import time\ntime.sleep(7)\n\ndef treble(x):\n    return 3 * x"
    marks, found = kit(**ANSWERS | {"treble": waits}, timeout=6)
    assert (found.points, found.remarks) == (10, [])


def test_a_helper_in_a_cell_of_its_own_counts(kit):
    marks, _ = kit(lambda nb: nb.cells.insert(1, code("def helper(x):\n    return 2 * x")),
                   double="def double(x):\n    return helper(x)")
    assert marks["double"].verdict == Verdict.RIGHT


def test_a_value_made_in_another_cell_is_found_out(kit):
    marks, _ = kit(lambda nb: nb.cells.insert(1, code("factor = sum([1, 1])")),
                   double="def double(x):\n    return factor * x")
    assert "made in another cell" in marks["double"].why and "move it into this one" in marks["double"].why


def test_a_check_that_was_made_easy_is_ours_again(kit):
    def make_easy(nb):
        for cell in nb.cells:
            if notebook.kind(cell) == Kind.CHECK:
                cell.source = "print('right')"

    marks, found = kit(make_easy, double="def double(x):\n    return 5")
    assert marks["double"].verdict == Verdict.WRONG and found.points == 0


def test_doubled_and_deleted_cells_are_named(kit):
    def double_and_delete(nb):
        nb.cells = [cell for cell in nb.cells if notebook.grade_id(cell) != "treble"]
        nb.cells.append(code(ANSWERS["double"] + "  # again", nbgrader={"grade_id": "double", "solution": True}))

    marks, _ = kit(double_and_delete, **ANSWERS)
    assert marks["double"].verdict == Verdict.RIGHT and "2 cells" in marks["double"].why
    assert marks["treble"].verdict == Verdict.NOT_ATTEMPTED and "not in the notebook any more" in marks["treble"].why


def test_a_doubled_cell_that_is_wrong_says_both(kit):
    wrong = code("def double(x):\n    return 3 * x", nbgrader={"grade_id": "double", "solution": True})
    marks, _ = kit(lambda nb: nb.cells.append(wrong), **ANSWERS)
    assert marks["double"].verdict == Verdict.WRONG
    assert marks["double"].why.startswith("double: ") and marks["double"].why.endswith(
        "(there are 2 cells for it; what is defined last counts)")


def test_a_renamed_notebook_is_told_to_take_its_name_back(kit):
    marks, found = kit(name="assignment1/doubling-final.ipynb")
    assert marks == {} and found.remarks == [
        "doubling-final.ipynb is none of the kit's notebooks, and there is no doubling.ipynb: was it renamed? "
        "Give it its name back."]


def test_a_copy_and_a_renamed_folder_are_told_apart_from_it(kit):
    kit()
    assert "If it is a copy" in kit(name="assignment1/doubling-Copy1.ipynb")[1].remarks[0]
    assert "no folder homework: was it renamed?" in kit(name="homework/doubling.ipynb")[1].remarks[0]


def test_a_broken_file_is_said_to_be_broken(kit, tmp_path):
    kit()
    (tmp_path / NAME).write_text("{")
    [found] = summary.summarise([tmp_path / NAME])
    assert found.marks == [] and "not a notebook" in found.against


def test_what_goes_wrong_with_one_notebook_is_said_of_it_and_the_others_are_checked(tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "ORIGINALS", tmp_path / "none")
    good, bad = write(tmp_path / "good.ipynb", *CELLS), write(tmp_path / "bad.ipynb", *CELLS)

    def stumble(nb, folder, *rest, stand=summary.Execution, **options):
        seen.append(nb)
        if len(seen) == 1:
            raise KeyError("model_id")
        return stand(nb, folder, *rest, **options)

    seen = []
    monkeypatch.setattr(summary, "Execution", stumble)
    first, second = summary.summarise([bad, good])
    assert first.against == "it cannot be checked: KeyError: 'model_id'" and second.points == 10


def test_without_originals_a_notebook_is_checked_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "ORIGINALS", tmp_path / "none")
    [found] = summary.summarise([write(tmp_path / "solved.ipynb", *CELLS)])
    assert found.points == found.out_of == 10


def test_the_table_says_it_all(kit):
    _, found = kit(treble=ANSWERS["treble"], double="def double(x):\n    return [bold]")
    with io.StringIO() as printed:
        cli._show(Console(file=printed, width=150), found)
        shown = printed.getvalue()
    assert "assignment1/doubling: 0 of 10 points" in shown
    assert "NameError: name 'bold' is not defined" in shown and SOLVED not in shown


def test_widget_state_and_other_metadata_do_no_harm(kit, tmp_path):
    kit(**ANSWERS)
    edit(tmp_path / NAME, lambda raw: raw["metadata"].update(widgets={"a": 1}))
    [found] = summary.summarise([tmp_path / NAME])
    assert found.points == 10


def test_a_set_up_that_fails_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "ORIGINALS", tmp_path / "none")
    [found] = summary.summarise([write(tmp_path / "broken.ipynb", code("import nothing_of_that_name"), *CELLS[2:])])
    assert "the first cell fails" in found.remarks[0] and "nothing_of_that_name" in found.remarks[0]
    assert found.points == 0


def test_a_cell_that_itself_runs_an_unwritten_exercise_waits_for_it(kit):
    marks, _ = kit(treble="treble = double(3)")
    assert marks["treble"].verdict == Verdict.WAITING and marks["treble"].why.startswith("double is not written yet")
