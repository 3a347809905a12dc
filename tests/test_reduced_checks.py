"""The checks of every notebook as a grading run meets them: reduced, they report the same, and nothing forgeable."""
from functools import cache

import pytest
from solved_notebook import ROOT, SolvedNotebook

from cs231n import check
from cs231n.course import notebook, reported
from cs231n.grading.reduce import reduce_notebook

NOTEBOOKS = [f"{path.parent.name}/{path.stem}" for path in sorted(ROOT.glob("assignment?/*.ipynb"))]

# What trains for long, with an answer that takes no time: nothing here asks how good it is.
QUICK = {
    "best_svm": "coarse = fine = []\nbest_svm = svm_from_zero()\nbest_svm.train(X_train, y_train, 1e-7, 100, 2)",
    "best_softmax": "coarse = fine = []\nbest_softmax = from_zero(Softmax)\n"
                    "best_softmax.train(X_train, y_train, 1e-6, 30, 2)",
    "best_network": "return FullyConnectedNet([20])",
}


class Runs:
    """A notebook with the solved answers, its checks in whole or reduced."""

    def __init__(self, name, reduced):
        self.solved = SolvedNotebook(name)
        nb = notebook.read(ROOT / f"{name}.ipynb")
        nb = reduce_notebook(nb) if reduced else nb
        for cell, source in zip(self.solved.cells, (each.source for each in nb.cells if each.cell_type == "code")):
            # Each check starts from one state of NumPy's global generator, whatever the checks before it drew.
            cell.source = f"np.random.seed(5)\n{source}" if cell.kind == "check" else source
        self.answers = {name: QUICK[name] for name in self.solved.ids("exercise") if name in QUICK}

    def reports(self, check_id, seed):
        """Return what a check reports, a list of `Reported`."""
        position = [cell.grade_id for cell in self.solved.cells].index
        answers = {name: answer for name, answer in self.answers.items() if position(name) < position(check_id)}
        found = []

        def display(data, raw):
            found.append(reported.decode(data[check.MIME]))

        with pytest.MonkeyPatch.context() as grading:
            grading.setenv("CS231N_CHECK", "report")
            grading.setenv("CS231N_CHECK_SEED", seed)
            grading.setattr("IPython.display.display", display)
            self.solved.run_check(check_id, answers)
        return found


runs = cache(Runs)
whole = cache(lambda name, check_id, seed: runs(name, False).reports(check_id, seed))
CHECKS = [(name, check_id) for name in NOTEBOOKS for check_id in SolvedNotebook(name).ids("check")]


@pytest.mark.parametrize("name, check_id", CHECKS)
def test_a_reduced_check_reports_the_same_values_and_nothing_else(name, check_id):
    full, reduced = whole(name, check_id, "1"), runs(name, True).reports(check_id, "1")
    assert [each.name for each in reduced] == [each.name for each in full]
    for ours, theirs in zip(full, reduced):
        carried = theirs.expected, theirs.wanted, theirs.low, theirs.high, theirs.mistakes
        assert carried == (None, None, None, None, ())
        assert ours.value.dtype == theirs.value.dtype and ours.value.shape == theirs.value.shape
        assert ours.value.tobytes() == theirs.value.tobytes(), ours.name
