"""The checks of every notebook as a grading run meets them: reduced, they report the same, and nothing forgeable."""
import sys
from functools import lru_cache

import numpy as np
import pytest
from solved_notebook import ROOT, SolvedNotebook

from cs231n import check
from cs231n.answers import wrong
from cs231n.answers.reduce import reduce_notebook
from cs231n.check.diagnosis import difference
from cs231n.course import notebook, reported

NOTEBOOKS = [f"{path.parent.name}/{path.stem}" for path in sorted(ROOT.glob("assignment?/*.ipynb"))]

# What trains for long, with an answer that takes no time: nothing here asks how good it is.
QUICK = {
    "best_svm": "coarse = fine = []\nbest_svm = svm_from_zero()\nbest_svm.train(X_train, y_train, 1e-7, 100, 2)",
    "best_softmax": "coarse = fine = []\nbest_softmax = from_zero(Softmax)\n"
                    "best_softmax.train(X_train, y_train, 1e-6, 30, 2)",
    "best_network": "return FullyConnectedNet([20])",
    "best_convnet": "return Solver(QuarterSize(channels=(2, 2, 2), blocks=1), data, num_epochs=1, verbose=False)",
    "best_captioner": """
        model = CaptioningRNN(data["word_to_idx"], data["train_features"].shape[1], 4, 5, cell_type="lstm")
        return CaptioningSolver(model, data, batch_size=10, verbose=False)
        """,
}


class Runs:
    """A notebook with the solved answers, its checks in whole or reduced."""

    def __init__(self, name, reduced):
        self.solved = SolvedNotebook(name)
        nb = notebook.read(ROOT / f"{name}.ipynb")
        self.sent = reduced
        whole = wrong.read(ROOT / f"{name}.ipynb")  # such checks compute nothing that would have to be cut out
        nb = reduce_notebook(nb) if reduced and not whole else nb
        for cell, source in zip(self.solved.cells, (each.source for each in nb.cells if each.cell_type == "code")):
            # Each check starts from one state of NumPy's global generator, whatever the checks before it drew.
            cell.source = f"np.random.seed(5)\n{source}" if cell.kind == "check" else source
        self.answers = {name: QUICK[name] for name in self.solved.ids("exercise") if name in QUICK}

    def reports(self, check_id, seed):
        """Return what a check reports: a list of `Reported`, each with the numbers that variables hold at the time."""
        position = [cell.grade_id for cell in self.solved.cells].index
        answers = {name: answer for name, answer in self.answers.items() if position(name) < position(check_id)}
        found = []

        def display(data, raw):
            found.append((reported.decode(data[check.MIME]), list(_held())))

        with pytest.MonkeyPatch.context() as grading:
            grading.setenv("CS231N_CHECK", "report" if self.sent else "record")
            grading.setenv("CS231N_CHECK_SEED", seed)
            grading.setattr("IPython.display.display", display)
            self.solved.run_check(check_id, answers)
        return found


def _held():
    """Yield what variables of a check cell and its functions hold that is like the value it reports now, but not it."""
    frame = sys._getframe()
    while frame.f_globals["__name__"] != "__main__":
        reporting, frame = frame, frame.f_back
    got = reporting.f_locals.get("got")
    shape = np.shape(got) if isinstance(got, np.ndarray) else None
    while True:
        for value in list(frame.f_locals.values()):
            numbers = isinstance(value, np.ndarray) or shape is None and isinstance(value, (np.number, int, float))
            if numbers and value is not got and shape in (None, np.shape(value)) and np.size(value) < 100_000:
                yield np.array(value)
        if frame.f_code.co_name == "<module>":
            return
        frame = frame.f_back


# Kept for the notebook at hand only: notebooks hold pictures and models by the hundred megabytes.
runs = lru_cache(2)(lambda name, reduced: Runs(name, reduced))
reports = lru_cache(3)(lambda name, check_id, seed, reduced: runs(name, reduced).reports(check_id, seed))
CHECKS = [(name, check_id) for name in NOTEBOOKS for check_id in SolvedNotebook(name).ids("check")]


@pytest.mark.parametrize("name, check_id", CHECKS, scope="module")  # check by check, not test by test
def test_a_reduced_check_reports_the_same_values_and_nothing_else(name, check_id):
    full, reduced = reports(name, check_id, "1", False), reports(name, check_id, "1", True)
    assert [each.name for each, _ in reduced] == [each.name for each, _ in full]
    for (ours, _), (theirs, _) in zip(full, reduced):
        carried = theirs.expected, theirs.wanted, theirs.low, theirs.high, theirs.mistakes
        assert carried == (None, None, None, None, ())
        assert ours.value.dtype == theirs.value.dtype and ours.value.shape == theirs.value.shape
        assert ours.value.tobytes() == theirs.value.tobytes(), ours.name


@pytest.mark.parametrize("name, check_id", CHECKS, scope="module")  # check by check, not test by test
def test_a_check_has_a_value_that_nobody_knows_before_the_run_and_the_kernel_does_not_hold(name, check_id):
    first, second = (reports(name, check_id, seed, False) for seed in "12")
    held = [numbers for _, numbers in reports(name, check_id, "1", True)]
    unknown = [ours.name for (ours, _), (other, _), numbers in zip(first, second, held, strict=True)
               if _compares(ours) and not _same(_right(ours), _right(other), 1e-3)
               and not any(_same(_right(ours), each, 0) for each in numbers)]
    assert unknown


def _compares(report):
    """Not a bound, not a count of steps, and not that an input was left alone."""
    return report.kind in ("close", "equal", "accuracy") and (report.recorded or report.expected is not None)


def _right(report):
    return report.value if report.expected is None else report.expected


def _same(right, other, tol):
    return right.shape == other.shape and other.dtype.kind in "biuf" and difference(other, right) <= tol
