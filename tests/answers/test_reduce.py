"""Reducing a check cell: what compares goes, what the values come from stays as it is."""
import ast
import textwrap

import pytest
from make_notebook import check, code, exercise, text
from nbformat.v4 import new_notebook

from cs231n.answers.reduce import reduce, reduce_notebook


def assert_reduced(before, after):
    assert ast.dump(ast.parse(reduce(textwrap.dedent(before)))) == ast.dump(ast.parse(textwrap.dedent(after)))


@pytest.mark.parametrize("call, value", [
    ("check.close('a', f(x), 2.5, 1e-6, np.float32, {'no': 3})", "check.value('a', f(x))"),
    ("check.close('a', f(x))", "check.value('a', f(x))"),
    ("check.close('a', expected=3, got=f(x))", "check.value('a', f(x))"),
    ("check.close(got=f(x), name='a', tol=1)", "check.value('a', f(x))"),
    ("check.equal(f'{name}: shape', np.shape(x), (2, 3))", "check.value(f'{name}: shape', np.shape(x))"),
    ("check.gradient('a', lambda v: f(v), x, dx, dout, mistakes={})", "check.value('a', dx)"),
    ("check.gradient('a', function=f, x=x, got=dx)", "check.value('a', dx)"),
    ("check.within('a', x, 0, high=1)", "check.value('a', x)"),
    ("check.accuracy('a', m.predict(X), y, low=0.5)", "check.value('a', m.predict(X))"),
    ("check.accuracy('a', predictions=m.predict(X), truth=y, low=0.5)", "check.value('a', m.predict(X))"),
    ("[check.close(n, v, 0) for n, v in d.items()]", "[check.value(n, v) for n, v in d.items()]"),
])
def test_what_compares_keeps_its_name_and_the_value(call, value):
    assert_reduced(call, value)


@pytest.mark.parametrize("kept", [
    "rng = check.rng('check_f')",
    "check.begin('assignment1/svm')",
    "check.no_python_loop('all at once', f, (x,), (np.tile(x, 40),))",
    "loss, dW = check.call(f, W, X, returns='loss, dW')",  # it reports that its inputs are left alone
    "np.random.seed(3)",
    "tracemalloc.start()",
    "assert len(X) == 3",
    "from helpers import *",
    "X_train[0] = 0",  # not of this cell: others may use it
])
def test_what_is_done_for_its_effect_stays(kept):
    assert_reduced(kept, kept)


@pytest.mark.parametrize("before, after", [
    # Definitions that only comparisons used go, and what only these used.
    ("""
     a, b = g(x), 3 * h(x)
     right = a + b
     check.close("v", f(x), right, mistakes={"minus": a - b})
     """, 'check.value("v", f(x))'),
    ("""
     import statistics
     from scipy import stats, signal
     def by_hand(v):
         return statistics.mean(v)
     class Slow:
         pass
     check.close("v", f(signal.x), by_hand(x) + stats.y, mistakes={"s": Slow})
     """, """
     from scipy import signal
     check.value("v", f(signal.x))
     """),
    # Of a tuple of assignments, those; a tuple that is taken apart stays whole.
    ("""
     x, right = np.ones(3), 2 * np.ones(3)
     left, rest = pair()
     check.close("v", f(x, left), right + rest)
     """, """
     x = np.ones(3)
     left, rest = pair()
     check.value("v", f(x, left))
     """),
    # Random draws stay, also in functions, in comprehensions, and through a generator of another name.
    ("""
     generator = np.random.default_rng(3)
     rng = check.rng("c")
     def draw(n):
         scale = 2
         return rng.normal(size=n)
     later = lambda n: generator.normal(size=n)
     a, b = draw(3), 5
     c = [later(n) for n in range(3)]
     d = np.random.rand(3)
     check.close("v", f(x), a + b + c + d)
     """, """
     generator = np.random.default_rng(3)
     rng = check.rng("c")
     def draw(n):
         return rng.normal(size=n)
     later = lambda n: generator.normal(size=n)
     a = draw(3)
     c = [later(n) for n in range(3)]
     d = np.random.rand(3)
     check.value("v", f(x))
     """),
    # Loops and conditions that are left with nothing.
    ("""
     right = np.zeros(3)
     for i in range(3):
         if i % 2:
             right[i] = i
             continue
         while right[i] < 3:
             right[i] += 1
             break
     with np.errstate(all="ignore"):
         right = np.log(right)
     check.close("v", f(x), right)
     """, 'check.value("v", f(x))'),
    # Those that still hold something, with what they need.
    ("""
     with np.errstate(all="ignore"):
         got = f(x)
         right = g(x)
     if hard:
         check.close("v", got, right)
     else:
         wrong = right + 1
     """, """
     with np.errstate(all="ignore"):
         got = f(x)
     if hard:
         check.value("v", got)
     """),
    # Columns of loops.
    ("""
     for name, got, right in zip(("dx", "dw"), f(x), g(x)):
         check.close(f"{name}", got, right)
     for case, size, right in ("one", 1, 2.5), ("two", 2, 3.5):
         check.close(case, f(size), right)
     for name, value in {"mean": x.mean(), "var": x.var()}.items():
         check.close(name, param[name], value)
     """, """
     for name, got in zip(("dx", "dw"), f(x)):
         check.value(f"{name}", got)
     for case, size in ("one", 1), ("two", 2):
         check.value(case, f(size))
     for name in ("mean", "var"):
         check.value(name, param[name])
     """),
    # Parameters of functions.
    ("""
     def compare(case, size, right, tol=1e-6, *, mistakes=()):
         '''Compare.'''
         check.close(case, f(size), right, tol, mistakes=dict(mistakes))
     compare("one", 1, 2.5)
     compare("two", size=2, right=g(2), tol=1e-9, mistakes=[("no", 3)])
     """, """
     def compare(case, size):
         check.value(case, f(size))
     compare("one", 1)
     compare("two", size=2)
     """),
    # A name that serves a comparison first and a value later.
    ("""
     right = g(x)
     check.close("v", f(x), right)
     right = h(x)
     check.close("w", right, 3)
     """, """
     check.value("v", f(x))
     right = h(x)
     check.value("w", right)
     """),
    ("""
     right = 1
     right += 2
     check.close("v", f(x), right)
     right = h(x)
     check.close("w", right, 3)
     a, b = *x, 3
     table["f"](x)
     check.close("u", a + b, 3)
     """, """
     right = 1
     right += 2
     check.value("v", f(x))
     right = h(x)
     check.value("w", right)
     a, b = *x, 3
     table["f"](x)
     check.value("u", a + b)
     """),
    # Names mean what they mean in their own scope.
    ("""
     right = g(x)
     def double(right):
         return 2 * right
     check.close("v", double(f(x)), right, mistakes={"no": lambda double: double})
     """, """
     def double(right):
         return 2 * right
     check.value("v", double(f(x)))
     """),
    # What changes an object that is still used stays, under whichever name.
    ("""
     net = Net()
     part = net.params["W"]
     part[:] = 0
     net.steps = 3
     for each in net.layers:
         each.update(mode="test")
     net.train(x)
     losses = fit(net, x)
     notes = []
     notes.append(net.score(x))
     check.close("v", net.loss(x), notes)
     """, """
     net = Net()
     part = net.params["W"]
     part[:] = 0
     net.steps = 3
     for each in net.layers:
         each.update(mode="test")
     net.train(x)
     losses = fit(net, x)
     check.value("v", net.loss(x))
     """),
    # A function that changes what it is given, or counts in another scope.
    ("""
     seen = []
     def spy(batch):
         batch[0] = 0
         note = seen
         seen.append(batch)
     def run():
         count = 0
         def step():
             nonlocal count
             count += 1
         f(step)
         return count
     check.close("v", f(spy), 3)
     check.close("w", run(), len(seen))
     check.equal("s", len(seen), 3)
     """, """
     seen = []
     def spy(batch):
         batch[0] = 0
         seen.append(batch)
     def run():
         count = 0
         def step():
             nonlocal count
             count += 1
         f(step)
         return count
     check.value("v", f(spy))
     check.value("w", run())
     check.value("s", len(seen))
     """),
])
def test_what_only_comparisons_need_goes(before, after):
    assert_reduced(before, after)


def test_functions_of_other_cells_may_report():
    assert_reduced("sizes = [1, 2]\ncompare('v', sizes)", "sizes = [1, 2]\ncompare('v', sizes)")
    cell = "right = compare('v', x)\ncheck.close('w', f(x), right)"
    assert reduce(cell) == "check.value('w', f(x))"
    assert reduce(cell, {"compare"}) == "right = compare('v', x)\ncheck.value('w', f(x))"
    helper = "def compare(case, x):\n    check.equal(case, x, 1)\n    return x"
    nb = reduce_notebook(new_notebook(cells=[code(helper), check(cell)]))
    assert nb.cells[1].source == "right = compare('v', x)\ncheck.value('w', f(x))"


@pytest.mark.parametrize("source, words", [
    ("check.close('a')", "line 1: which argument of check.close is the value"),
    ("check.close(*arguments)", "write out the arguments of check.close"),
    ("x = 3\ncheck.equal('a', x, **more)", "line 2: write out the arguments of check.equal"),
    ("same = check.close\nsame('a', x, 3)", "call check.close where it stands"),
    ("check.close('a', f(x), rng.normal())", r"draw rng.normal\(\) before the check"),
    ("check.close('a', f(x), np.random.rand())", r"draw np.random.rand\(\) before the check"),
])
def test_what_leaves_the_value_open_is_refused(source, words):
    with pytest.raises(ValueError, match=words):
        reduce(source)


GIVEN = """
scale = 3
one_hot = scale * np.eye(3)
loss_mistakes = {"The mean is missing.": one_hot}
used_by_student = 5
figure = plt.figure()
x, right = 1, 2
"""
HELPER = """
def compare(case, got, right):
    # compare
    wrong = right + 1
    check.close(case, got, right, mistakes={"one more": wrong})


def slow(x):
    return x
"""


def test_given_code_loses_what_only_served_comparisons():
    nb = new_notebook(cells=[
        text("# T"), code(GIVEN), code(HELPER), code("plot(used_by_student)", tags=["not-graded"]),
        exercise("def double(x):\n    ### BEGIN SOLUTION\n    return x + used_by_student\n    ### END SOLUTION"),
        check("compare('v', double(x), slow(x))\n"
              "check.close('w', double(3), one_hot, mistakes=loss_mistakes | {'no': used_by_student})"),
        code("# as it is\nprint( 1 )"), exercise("not ( Python", "broken"),
    ])
    before = [cell.source for cell in nb.cells]
    reduced = [cell.source for cell in reduce_notebook(nb).cells]
    assert [cell.source for cell in nb.cells] == before
    changed = [i for i, source in enumerate(reduced) if source != before[i]]
    assert changed == [1, 2, 5]
    assert reduced[1].split("\n") == [
        "used_by_student = 5", "figure = plt.figure()", "x, right = (1, 2)"]
    assert ast.unparse(ast.parse(reduced[2])) == ast.unparse(ast.parse(
        "def compare(case, got, right):\n    check.value(case, got)\n\ndef slow(x):\n    return x"))
    assert reduced[5] == "compare('v', double(x), slow(x))\ncheck.value('w', double(3))"


def test_a_cell_that_cannot_be_reduced_is_named():
    with pytest.raises(ValueError, match="^double-check: line 1: which argument"):
        reduce_notebook(new_notebook(cells=[check("check.close('a')")]))
    with pytest.raises(ValueError, match="^given code: line 2: write out"):
        reduce_notebook(new_notebook(cells=[code("x = 3\ncheck.close(*x)")]))
