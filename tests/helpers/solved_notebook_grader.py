"""Let a grader judge single checks of a solved notebook with other answers in its exercises, in this process."""
import pytest
from solved_notebook import ROOT, SolvedNotebook

from cs231n import check as checks
from cs231n.answers import wrong
from cs231n.answers.reduce import reduce_notebook
from cs231n.course import notebook as notebooks
from cs231n.course import reported
from cs231n.grading.running.judge import CellRun, judge


class Grader:
    """What a grader says of a notebook's checks. What it compares with comes from our own answers."""

    def __init__(self, notebook, seed="77"):
        self.notebook, self.seed = notebook, seed
        self.known = wrong.read(notebook.path)
        self.sent = notebook if self.known else reduced(notebook)  # whole checks, where they compute nothing
        self._ours = {}

    def judged(self, check, answers):
        """Return reason and message."""
        if check not in self._ours:
            self._ours[check] = run(self.notebook, check, None, self.seed, "record").values
        return judge(self._ours[check], run(self.sent, check, answers, self.seed, "report"))


def reduced(notebook):
    """The same notebook with its checks as they are sent to a submission's kernel."""
    nb = reduce_notebook(notebooks.read(notebook.path))
    other = SolvedNotebook(notebook.path.relative_to(ROOT).with_suffix("").as_posix())
    for cell, source in zip(other.cells, (each.source for each in nb.cells if each.cell_type == "code"), strict=True):
        cell.source = source
    return other


def run(notebook, check, answers, seed, mode):
    """Run a check as grading does; return what came of it."""
    result = CellRun()
    with pytest.MonkeyPatch.context() as grading:
        grading.setenv("CS231N_CHECK", mode)
        grading.setenv("CS231N_CHECK_SEED", seed)
        grading.setattr("IPython.display.display",
                        lambda data, raw: result.values.append(reported.decode(data[checks.MIME])))
        try:
            notebook.run_check(check, answers)
        except Exception as error:  # answers raise what they like
            result.error = str(error) or type(error).__name__
    return result
