"""Run single checks of a solved notebook with other answers in its exercises, in this process and so in no time."""
import builtins
import contextlib
import io
import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from cs231n import check as checks
from cs231n import exercise
from cs231n.answers import telling
from cs231n.answers.wrong import with_answer
from cs231n.check.diagnosis import difference
from cs231n.course.definitions import defined

ROOT = Path(__file__).resolve().parents[2]
STUB = "raise NotImplementedError"


class SolvedNotebook:
    """A solved notebook, such as `assignment1/knn`.

    Its code cells run in order up to the check asked for. Left out are the other checks and the cells tagged
    `not-graded`, as in grading; so a check that needs one of those fails here.
    """

    def __init__(self, name):
        self.path = ROOT / f"{name}.ipynb"
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        self.cells = [_Cell(cell) for cell in cells if cell["cell_type"] == "code"]
        self._ran = None  # how many cells ran, and what they left: variables and registered exercises

    def ids(self, kind):
        """Return the grade_ids of the cells of a kind, `exercise` or `check`."""
        return [cell.grade_id for cell in self.cells if cell.kind == kind]

    def run_check(self, check, answers=None):
        """Run one check.

        Parameters
        ----------
        check : str
            The grade_id of the check cell.
        answers : dict, optional
            grade_id of an exercise -> what stands between its solution markers instead: text, or a function from the
            solved text to another.

        Returns
        -------
        str
            What the check printed. What it raises passes through.
        """
        answers = answers or {}
        unknown = set(answers) - set(self.ids("exercise"))
        assert not unknown, f"{self.path.name} has no exercise {unknown}"
        last = next(i for i, cell in enumerate(self.cells) if cell.grade_id == check and cell.kind == "check")
        first = min([i for i, cell in enumerate(self.cells) if cell.grade_id in answers], default=last)
        assert first <= last, f"{check} stands before the exercise it is run with"
        variables = self._variables_after(first)
        folder = Path.cwd()
        os.chdir(self.path.parent)
        try:
            for cell in self.cells[first:last]:
                cell.run(variables, answers.get(cell.grade_id))
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                self.cells[last].run(variables, checking=True)
            return printed.getvalue()
        finally:
            os.chdir(folder)
            plt.close("all")
            exercise.forget()

    def run_alone(self, check, exercise, needed=()):
        """Run the check of an exercise with all earlier exercises unwritten, but for those that it needs."""
        before = self.ids("exercise")[:self.ids("exercise").index(exercise)]
        return self.run_check(check, {other: STUB for other in before if other not in needed})

    def reported(self, checks, answers, monkeypatch):
        """Return what checks hand out to a grader: a list of (name, kind, value, tolerance).

        Each check is run with those of the answers that stand before it; other arguments are as in `run_check`.
        """
        reports, order = [], [cell.grade_id for cell in self.cells]
        with monkeypatch.context() as grading:
            grading.setenv("CS231N_CHECK", "record")
            grading.setattr("cs231n.check._report", lambda name, kind, got, tol, **bounds: reports.append(
                (name, kind, np.array(got, np.float64), tol)))
            for check in checks:
                before = order[:order.index(check)]
                self.run_check(check, {name: answer for name, answer in answers.items() if name in before})
        return reports

    def telling(self, check, monkeypatch):
        """Return visible expressions of a check that compute what an exercise computes (`cs231n.answers.telling`)."""
        cell = next(cell for cell in self.cells if cell.grade_id == check)
        theirs = set().union(*(defined(each.source) for each in self.cells if each.kind == "exercise"))
        source, texts = telling.watched(cell.source, theirs | set(self.ids("exercise")))
        call, runs = checks.call, []
        for seed in ("231", "7"):
            gave, seen = [], {}

            def calling(*args, gave=gave, **kwargs):
                result = call(*args, **kwargs)
                gave.extend(telling.numbers(result))
                return result

            def seeing(number, value, seen=seen):
                seen.setdefault(number, value)
                return value

            with monkeypatch.context() as running:
                running.setenv("CS231N_CHECK", "record")
                running.setenv("CS231N_CHECK_SEED", seed)
                running.setattr(cell, "source", source)
                running.setattr(checks, "call", calling)
                running.setattr(checks, "_report", lambda name, kind, got, *_, gave=gave, **__: gave.append(got))
                running.setattr(builtins, telling.SEE, seeing, raising=False)
                self.run_check(check)
            runs.append((gave, seen))
        return telling.telling(runs, texts)

    def printed(self):
        """Return what the recorded cells printed."""
        return "".join(cell.printed for cell in self.cells)

    def _variables_after(self, count):
        """Return what the first `count` cells leave behind, running only those that have not run yet."""
        if self._ran is None or self._ran[0] > count:
            self._ran = (0, {"__name__": "__main__"}, {})
        done, variables, registered = self._ran
        variables = dict(variables)
        for each, implementation in registered.items():
            each.implementation = implementation
        folder = Path.cwd()
        os.chdir(self.path.parent)
        try:
            for cell in self.cells[done:count]:
                cell.run(variables)
        finally:
            os.chdir(folder)
            plt.close("all")
        registered = {each: each.implementation for each in exercise.declared() if each.implementation is not None}
        self._ran = (count, variables, registered)
        return dict(variables)


class _Cell:
    def __init__(self, cell):
        metadata = cell["metadata"].get("nbgrader", {})
        self.grade_id = metadata.get("grade_id")
        self.kind = "exercise" if metadata.get("solution") else "check" if metadata.get("grade") else "given"
        self.not_graded = "not-graded" in cell["metadata"].get("tags", [])
        self.source = "".join(cell["source"])
        self.printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])

    def run(self, variables, answer=None, checking=False):
        if self.not_graded or self.kind == "check" and not checking:
            return
        source = self.source if answer is None else self._with(answer)
        with contextlib.nullcontext() if checking else contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, self.grade_id or "given cell", "exec"), variables)

    def _with(self, answer):
        """Put another answer between the markers, indented as they are."""
        return with_answer(self.source, answer)


def replace(old, new):
    """Make an answer from the solved one by replacing a piece of its text, which must be there."""

    def change(solved):
        assert old in solved, f"the solved answer does not hold {old!r}"
        return solved.replace(old, new)

    return change


def held_against_our_values(reports):
    """Leave out what checks hold against bounds."""
    return [report for report in reports if report[1] != "within"]


def differing(ours, theirs):
    """Return the names under which two reports differ by more than the tolerance; they must hold the same names."""
    assert [name for name, *_ in ours] == [name for name, *_ in theirs]
    return [name for (name, _, right, tol), (_, _, got, _) in zip(ours, theirs) if difference(got, right) > tol]
