"""Counting the steps that Python takes: what NumPy does passes, loops in any clothes fail."""
import functools
import math

import numpy as np
import pytest

from cs231n import check
from cs231n.check import CheckFailed, steps


@pytest.fixture(autouse=True)
def as_a_student(monkeypatch):
    monkeypatch.delenv("CS231N_CHECK", raising=False)


def loop(X):
    total = 0
    for row in X:
        total += row.sum()
    return total


def few_and_many():
    return (np.ones((8, 5)),), (np.ones((100, 5)),)


@pytest.mark.parametrize("function", [
    np.sum, lambda X: X.sum(axis=0).sum(), lambda X: np.ones(len(X)) @ X, lambda X: [X[:, j].sum() for j in range(5)],
    lambda X: np.concatenate(np.array_split(X, len(X))), lambda X: np.block([[X], [X]]), lambda X: np.array2string(X),
    lambda X: np.choose(np.zeros(5, int), X[:30]),
])
def test_no_python_loop_passes_what_numpy_does(function, capsys):
    check.no_python_loop("total", function, *few_and_many())
    assert capsys.readouterr().out == "pass: total (no Python loop over the examples)\n"


@pytest.mark.parametrize("function", [
    loop, lambda X: sum(row.sum() for row in X), lambda X: [row.sum() for row in X],
    lambda X: list(map(lambda row: row.sum(), X)), lambda X: list(map(np.linalg.norm, X)),
    lambda X: functools.reduce(lambda total, row: total + row, X), lambda X: [abs(row) for row in X],
    lambda X: np.vectorize(math.dist, signature="(n),(n)->()")(X, X),
    lambda X: np.vectorize(np.linalg.norm, signature="(n)->()")(X),
    lambda X: np.apply_along_axis(np.sum, 1, X), lambda X: np.vectorize(lambda v: v + 1)(X[:, 0]),
])
def test_no_python_loop_fails_loops_in_any_clothes(function):
    with pytest.raises(CheckFailed, match="somewhere it still loops"):
        check.no_python_loop("total", function, *few_and_many())


def test_the_kits_own_code_counts_wherever_it_is_installed(monkeypatch):
    """Else an answer could borrow a loop of the package."""
    code = compile("[row.sum() for row in X]", "/env/lib/python3.11/site-packages/cs231n/layers/loop.py", "eval")
    few, many = few_and_many()

    def borrowed(X):
        return eval(code, {"X": X})

    assert steps.explain_loop(steps.python_steps(borrowed, few), steps.python_steps(borrowed, many)) is None
    monkeypatch.setattr(steps, "_KIT", "/env/lib/python3.11/site-packages/cs231n")
    assert steps.explain_loop(steps.python_steps(borrowed, few), steps.python_steps(borrowed, many))
