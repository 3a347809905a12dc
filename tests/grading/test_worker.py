"""When a notebook is run again: kills by somebody else cost nothing, and who ends the program has to answer for it."""
import pytest

from cs231n.grading.results import Reason
from cs231n.grading.running import worker
from cs231n.grading.running.judge import CellRun

DEAD = CellRun(ended=Reason.KERNEL_DIED, was_killed=True)


@pytest.fixture
def runs(monkeypatch):
    """What happens in each run: the names of the cells that are killed in it, or an error."""
    happens, made = [], []

    def run(work, options):
        made.append(happens[min(len(made), len(happens) - 1)])
        if isinstance(made[-1], Exception):
            raise made[-1]
        return [{cell: DEAD if cell in made[-1] else CellRun() for cell in "abc"}]

    monkeypatch.setattr(worker, "run", run)
    return happens, made


@pytest.mark.parametrize("happens, tries, killed", [
    ([""], 1, ""),
    (["a", ""], 2, ""),
    (["a", "b", "c", "b", ""], 5, ""),
    (["a"], worker.TRIES, "a"),
    (["a", "ab", "a", "a"], worker.TRIES, "a"),
    (["ab", "a", "ac", "a"], 4, "a"),
])
def test_killed_cells_are_run_again_unless_they_do_it_themselves(runs, happens, tries, killed):
    runs[0].extend(happens)
    [found] = worker.run_unharmed([], {})
    assert "".join(cell for cell, run in found.items() if run.was_killed) == killed
    assert len(runs[1]) == tries


def test_a_kernel_that_never_starts_is_the_graders_failure(runs):
    runs[0].append(worker.GraderFailed("no kernel"))
    with pytest.raises(worker.GraderFailed, match="no kernel"):
        worker.run_unharmed([], {})
    assert worker.TRIES <= len(runs[1]) < 10
