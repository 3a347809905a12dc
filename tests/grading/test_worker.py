"""When a notebook is run again: kills by somebody else cost nothing, and who ends the program has to answer for it."""
import pytest

from cs231n.course.notebook import Kind
from cs231n.grading import limits
from cs231n.grading.preparation.prepare import Cell
from cs231n.grading.results import Reason
from cs231n.grading.running import worker
from cs231n.grading.running.judge import CellRun

CELLS = {name: Cell(Kind.EXERCISE if name == "x" else Kind.CHECK, name, "", name.isupper()) for name in "xabAB"}


@pytest.fixture
def runs(monkeypatch):
    """What happens in each run: the names of the cells that are killed in it, or an error; and what it was asked."""
    happens, made = [], []

    def run(work, options, until=None, **asked):
        happened = happens[min(len(made), len(happens) - 1)]
        made.append(asked)
        if isinstance(happened, Exception):
            raise happened
        return [{cell: CellRun(ended=Reason.KERNEL_DIED if name in happened else None, message=f"run {len(made)}",
                               was_killed=name in happened) for name, cell in CELLS.items()} for _ in work or [0]]

    monkeypatch.setattr(worker, "run", run)
    return happens, made


@pytest.mark.parametrize("happens, tries, killed", [
    ([""], 1, ""),
    (["a", ""], 2, ""),
    (["a", "b"], 2, ""),
    (["a"], limits.TRIES, "a"),
    (["x", ""], 2, ""),
    (["x", "x"], 2, "x"),
])
def test_killed_cells_are_run_again_once_unless_they_do_it_themselves(runs, happens, tries, killed):
    runs[0].extend(happens)
    [found] = worker.run_unharmed([], {})
    assert "".join(cell.name for cell, run in found.items() if run.was_killed) == killed
    assert len(runs[1]) == tries


def test_what_a_student_reads_comes_from_the_first_run_in_which_it_was_there(runs):
    runs[0].extend(["A", ""])
    [found] = worker.run_unharmed([], {})
    assert {cell.name: run.message for cell, run in found.items()} == {
        "x": "run 1", "a": "run 1", "b": "run 1", "A": "run 2", "B": "run 1"}


def test_after_an_answer_that_was_killed_everything_is_run_again(runs):
    runs[0].extend(["x", ""])
    [found] = worker.run_unharmed([], {})
    assert {run.message for run in found.values()} == {"run 2"}


def test_hidden_tests_run_when_all_else_is_settled(runs):
    runs[0].extend(["a", "", ""])
    first, second = worker.run_unharmed([1, 2], {})
    assert [asked["hidden"] for asked in runs[1]] == [False, False, True] and runs[1][2]["known"]
    assert {cell.name: run.message for cell, run in first.items()} == {
        "x": "run 1", "a": "run 2", "b": "run 1", "A": "run 1", "B": "run 1"} and second == first


def test_where_the_machine_kills_there_are_more_runs(runs, monkeypatch):
    runs[0].extend(["a", "b", "a", "a", ""])
    count = iter(range(100))
    monkeypatch.setattr(worker, "_out_of_memory_kills", lambda: next(count))
    worker.run_unharmed([], {})
    assert len(runs[1]) == 5


def test_no_notebook_is_run_again_once_its_time_is_up(runs):
    runs[0].append("a")
    worker.run_unharmed([], {}, budget=1e-9)
    assert len(runs[1]) == 1


def test_a_kernel_that_never_starts_is_the_graders_failure(runs):
    runs[0].append(worker.GraderFailed("no kernel"))
    with pytest.raises(worker.GraderFailed, match="no kernel"):
        worker.run_unharmed([], {})
    assert len(runs[1]) == limits.FAILURES
