"""What the checks of every notebook are put to: right answers in any style pass, wrong ones get words that help, to a
student and to a grader alike.

A test file names its notebook and subclasses `NotebookChecks`:

    NOTEBOOK = "assignment2/Dropout"

    class TestChecks(NotebookChecks):
        right, wrong = RIGHT, WRONG
"""
import re
from collections import Counter

import pytest
from solved_notebook import SolvedNotebook
from solved_notebook_grader import run

from cs231n.answers import wrong
from cs231n.check import CheckFailed
from cs231n.grading.results import Reason


class NotebookChecks:
    """The tests, and what they are told.

    Attributes
    ----------
    right : dict of str to list
        Answers in other styles by exercise, as `SolvedNotebook.run_check` takes them.
    wrong : list of (str, answer, str)
        Exercise, answer, and a regular expression that the message of its check must match.
        Empty where the notebook's wrong answers stand beside it (`cs231n.answers.wrong`).
    other_checks : tuple of str
        Checks besides `check_<exercise>` and `check_<exercise>_float32`.
    slow : tuple of str
        Checks whose inputs no seed decides and which take their time: the run of the notebook itself is enough.
    whole_cells : tuple of str
        Exercises that are a cell without a function: where one is empty, Python itself says which name is missing.
    seeds : tuple of str
        Besides 231, that of the notebook's own run.
    fewest : int
        Lines that a check which passes prints at least.
    """

    right, wrong = {}, []
    other_checks, slow, whole_cells = (), (), ()
    seeds = ("1", "20240607")
    fewest = 1

    def checks_of(self, exercise, checks):
        """Return which of the notebook's checks a right answer to this exercise must pass."""
        return self.own_checks(exercise, checks)

    @staticmethod
    def own_checks(exercise, checks):
        """Return those of the notebook's checks that carry the points of an exercise."""
        return [check for check in checks if check in (f"check_{exercise}", f"check_{exercise}_float32")]

    def right_cases(self, notebook):
        """Return (check, exercise, answer) for each check that a right answer must pass."""
        return [(check, exercise, answer) for exercise, answers in self.right.items()
                for check in self.checks_of(exercise, notebook.ids("check")) for answer in answers]

    def wrong_cases(self, notebook):
        """Return (checks, exercise, answer, words) for each wrong answer; words are None where hidden tests find it."""
        known = wrong.read(notebook.path)
        empty = [("raise NotImplementedError", "is not written yet"), ("pass", "should be|returns nothing")]
        cases = [([f"check_{exercise}"], exercise, *each) for exercise in notebook.ids("exercise")
                 if known and exercise not in self.whole_cells for each in empty]
        cases += [([f"check_{exercise}"], exercise, answer, words) for exercise, answer, words in self.wrong]
        return cases + [(self.own_checks(each.exercise, notebook.ids("check")), each.exercise, each.answer,
                         None if each.hidden else each.words) for each in known]

    def pytest_generate_tests(self, metafunc):
        notebook = SolvedNotebook(metafunc.module.NOTEBOOK)
        order = notebook.ids("exercise").index  # so that its cells need not run again and again
        if "seed" in metafunc.fixturenames:
            metafunc.parametrize("check, seed", [
                (check, seed) for check in notebook.ids("check") if check not in self.slow for seed in self.seeds
            ])
        elif "words" in metafunc.fixturenames:
            cases = sorted(self.wrong_cases(notebook), key=lambda case: order(case[1]))
            metafunc.parametrize("checks, exercise, answer, words", cases)
        elif "answer" in metafunc.fixturenames:
            cases = sorted(self.right_cases(notebook), key=lambda case: order(case[1]))
            metafunc.parametrize("check, exercise, answer", cases)

    def test_every_exercise_has_its_check_and_its_answers(self, notebook):
        exercises, checks = notebook.ids("exercise"), notebook.ids("check")
        assert len(set(exercises)) == len(exercises) and len(set(checks)) == len(checks)
        assert set(exercises) == {case[1] for case in self.right_cases(notebook)}
        assert set(exercises) == {case[1] for case in self.wrong_cases(notebook)}
        own = [check for check in checks if check not in self.other_checks and not check.endswith("_float32")]
        assert own == [f"check_{name}" for name in exercises]
        assert set(self.other_checks) | set(self.slow) <= set(checks)
        styles = Counter((check, exercise) for check, exercise, _ in self.right_cases(notebook))
        assert min(styles.values()) >= 3

    def test_solved_answers_pass_whatever_the_inputs(self, notebook, check, seed, monkeypatch):
        self.record(notebook, check, seed, monkeypatch)
        self.passed(check, notebook.run_check(check))

    def test_right_answers_in_other_styles_pass(self, notebook, check, exercise, answer):
        self.passed(check, notebook.run_check(check, {exercise: answer}))

    def test_a_grader_takes_right_answers_in_other_styles(self, grader, check, exercise, answer):
        assert grader.judged(check, {exercise: answer}) == (Reason.RIGHT, "")

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_a_grader_takes_no_wrong_answer(self, grader, checks, exercise, answer, words):
        assert {grader.judged(check, {exercise: answer})[0] for check in checks} != {Reason.RIGHT}

    @staticmethod
    def record(notebook, check, seed, monkeypatch):
        """Let a check draw its inputs from a seed; what is recorded for it belongs to that of students."""
        monkeypatch.setenv("CS231N_CHECK_SEED", seed)
        if wrong.read(notebook.path):
            reports = run(notebook, check, None, seed, "record").values
            right = {each.name: each.value for each in reports if each.recorded}
            monkeypatch.setattr("cs231n.check.recorded.look_up", lambda _, name: (right.get(name), {}))

    def test_no_visible_line_computes_what_an_exercise_computes(self, notebook, monkeypatch):
        if wrong.read(notebook.path):  # others compute it until they are converted
            told = {check: notebook.telling(check, monkeypatch) for check in notebook.ids("check")
                    if check not in self.slow}
            assert {check: texts for check, texts in told.items() if texts} == {}

    def passed(self, check, printed):
        """Assert that a check told what passes, of as many things as it should, and printed nothing else."""
        lines = printed.splitlines()
        told = [re.match(r"pass: |.*: all right, (\S+) of \1 points$", line) for line in lines]
        fewest = 1 if check.endswith("_float32") else self.fewest
        assert len(lines) >= fewest and all(told), printed

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of answers that overflow or divide by zero
    def test_wrong_answers_fail_with_words_that_help(self, notebook, checks, exercise, answer, words):
        if words is None:
            words = ""  # a student does not see the hidden test that finds it; here it is run
        with pytest.raises(CheckFailed) as failure:
            for check in checks:
                notebook.run_check(check, {exercise: answer})
        assert re.search(words, str(failure.value)), f"the message was: {failure.value}"
