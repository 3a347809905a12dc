"""A check that computes what its exercise computes is found, and one that asks is not."""
import builtins
from pathlib import Path

import numpy as np
import pytest

from cs231n.answers import telling
from cs231n.layers import layernorm_forward

# The visible check of layer normalisation as it once was: it told the answer.
OLD_CHECK = Path(__file__).parents[1] / "fixtures" / "layer_norm_check.txt"
SETUP = "x = rng.normal(size=(3, 4))\nout = check.call(double, x)\n"


class Check:
    """Takes what is reported, and compares nothing."""

    def __init__(self, seed):
        self.seed, self.gave = seed, []

    def rng(self, _):
        return np.random.default_rng(self.seed)

    def call(self, function, *args, **_):
        result = function(*args)
        self.gave.extend(telling.numbers(result))
        return result

    def close(self, name, got, *_, **__):
        self.gave.append(got)

    equal = no_python_loop = close


def found(source, monkeypatch, **functions):
    watched, texts = telling.watched(source, set(functions))
    runs = []
    for seed in (1, 2):
        check, seen = Check(seed), {}
        monkeypatch.setattr(builtins, telling.SEE, lambda n, v, seen=seen: (seen.setdefault(n, v), v)[1], raising=False)
        exec(watched, {"np": np, "check": check, "rng": check.rng(""), **functions})
        runs.append((check.gave, seen))
    return telling.telling(runs, texts)


def test_the_old_check_of_layer_norm_told_the_answer(monkeypatch):
    source = "import statistics\n" + OLD_CHECK.read_text(encoding="utf-8")
    assert "gamma * (x - mean) / np.sqrt(var + 1e-05) + beta" in found(
        source, monkeypatch, layernorm_forward=layernorm_forward)


@pytest.mark.parametrize("line, told", [
    ("check.close('a', out, x + x)", ["x + x"]),
    ("right = np.add(x, x)\ncheck.close('a', out, right)", ["np.add(x, x)"]),
    ("def twice(v):\n    return v + v\ncheck.close('a', out, twice(x))", ["twice(x)"]),
    ("check.equal('a', np.allclose(out, 3 * x - x), True)", ["3 * x - x"]),
    ("check.close('a', out)", []),
    ("check.close('a', check.call(double, 5 * x) / 5, out)", []),
    ("check.close('a', double(np.array([1.0, 2.0])), [2, 4])", []),
    ("check.equal('a', out.shape, (3, 4))", []),
    ("check.equal('a', [max(row) for row in out], 3)", []),
    ("check.close('a', out - double(x), np.zeros((3, 4)))", []),
    ("once = np.ones(4)\ncheck.close('a', check.call(double, once), once + once)", []),  # anybody sees that these are 2
    ("check.close('a', out, x + x)  # hidden\n".replace("check", "### BEGIN HIDDEN TESTS\ncheck", 1)
     + "### END HIDDEN TESTS", []),
])
def test_what_tells(line, told, monkeypatch):
    assert found(SETUP + line, monkeypatch, double=lambda v: 2 * v) == told


ANSWER = "def loss(s):\n    ### BEGIN SOLUTION\n    a = np.mean((s - 1) ** 2)\n    return a / 2\n    ### END SOLUTION"


@pytest.mark.parametrize("check, texts", [
    ("check.close('a', got, np.mean((fake - 1) ** 2))", ["np.mean((fake - 1) ** 2)"]),
    ("check.close('a', got, np.mean((fake - 2) ** 2))", []), ("check.close('a', got, half / 2)", []),
])
def test_expressions_of_the_answer_are_found_under_other_names(check, texts):
    assert telling.copied(check, [ANSWER]) == texts
