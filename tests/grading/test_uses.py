"""What answers lean on: found where an answer leans on it, not where it merely stands in the notebook."""
from pathlib import Path

import inert_page
import pytest
from make_grading import CHECKS, graded, grading
from make_notebook import check, code, exercise, write

from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook, plan
from cs231n.course.transplant import transplant
from cs231n.grading.handed_in.uses import leanings, uses
from cs231n.grading.outputs import report
from cs231n.grading.policy import Policy
from cs231n.grading.results import CheckResult, NotebookResult, Reason, Use

ROOT = Path(__file__).parents[2]
SETUP = "import sys\n\nimport numpy as np\n\nfrom cs231n import check\n" \
        "from cs231n.gradient_check import eval_numerical_gradient"
ANSWER = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def found(tmp_path, *cells, ours=ANSWER):
    """What is found in a submission whose last cell is the answer."""
    right = notebook.read(write(tmp_path / "ours.ipynb", code(SETUP), exercise(ours), check()))
    theirs = [*map(code, cells[:-1]), exercise(cells[-1])]
    theirs = notebook.read(write(tmp_path / "theirs.ipynb", code(SETUP), *theirs, check()))
    return uses(leanings(right), transplant(strip_notebook(right), theirs)[0])


def answer(*lines):
    return "def double(x):\n" + "\n".join(f"    {line}" for line in lines)


@pytest.mark.parametrize("cells, what", [
    ([answer("from scipy.spatial.distance import cdist", "return cdist(x, x)")], "scipy.spatial.distance.cdist"),
    (["from scipy.special import softmax as s", answer("return s(x)")], "scipy.special.softmax"),
    (["import torch", answer("return torch.tensor(x).numpy()")], "torch"),
    ([answer("import torch.nn.functional as F", "return F.relu(x)")], "torch.nn.functional"),
    (["import sklearn.metrics", answer("return sklearn.metrics.pairwise_distances(x)")], "sklearn.metrics"),
    (["from cs231n.fast_layers import conv_forward_fast", "def mine(x):\n    return conv_forward_fast(x)",
      answer("return mine(x)")], "cs231n.fast_layers.conv_forward_fast"),
    ([answer("return eval_numerical_gradient(lambda y: y * y, x)")], "cs231n.gradient_check.eval_numerical_gradient"),
    ([answer("f = lambda y: y * y", "return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5")], "a numeric slope"),
])
def test_borrowed_answers_are_named(tmp_path, cells, what):
    assert (what, "borrowed") in {(use.what, use.kind) for use in found(tmp_path, *cells)}
    assert {use.exercise for use in found(tmp_path, *cells)} == {"double"}


@pytest.mark.parametrize("cells, what", [
    ([answer("sys.settrace(None)", "return 2 * x")], "sys.settrace"),
    ([answer("import sys as s", "s._getframe().f_back.f_trace = None", "return 2 * x")], ".f_trace"),
    ([answer("import tracemalloc", "tracemalloc.reset_peak()", "return 2 * x")], "tracemalloc.reset_peak"),
    (["np.array_equal = lambda *a, **k: True\ndef helper(x):\n    np.array_equal = 1\n    return 2 * x",
      answer("return helper(x)")], "numpy.array_equal = ..."),
    ([answer("check._python_steps = 0", "return 2 * x")], "check._python_steps = ..."),
    ([answer("from concurrent.futures import ThreadPoolExecutor", "return ThreadPoolExecutor().map(abs, x)")],
     "concurrent.futures.ThreadPoolExecutor"),
    (["import gc", answer("return gc.get_objects()")], "gc.get_objects"),
    ([answer("from functools import reduce", "return reduce(lambda a, b: a + b, x)")], "functools.reduce"),
    ([answer("get_ipython().kernel", "return 2 * x")], "get_ipython"),
    ([answer("return __import__('os').kill(1, 9)")], "__import__(...)"),
])
def test_what_reaches_the_way_of_measuring_is_named(tmp_path, cells, what):
    assert (what, "measuring") in {(use.what, use.kind) for use in found(tmp_path, *cells)}


@pytest.mark.parametrize("cells", [
    [answer("return 2 * x")],
    ["import torch\nimport scipy.io", answer("return 2 * x")],  # nothing of the answer names them
    ["def slow(x):\n    import gc\n    return x", answer("return 2 * x")],
    [answer("signal = 2", "return signal * x")],
    [answer("class Net:\n        pass", "net = Net()", "net.scale = 2", "return net.scale * x")],
    [answer("return (np.sin(x) - np.cos(x)) / 2")],
    [answer("return (np.mean(x) - np.mean(x[1:])) / np.std(x)")],
    ["slope = eval_numerical_gradient(np.sum, np.ones(3))\ny = 3", answer("y = 2", "return y * x")],
    ["def double(x:", answer("return (")],
])
def test_honest_answers_are_not(tmp_path, cells):
    assert found(tmp_path, *cells) == ()


def test_what_ours_leans_on_as_well_is_none_of_it(tmp_path):
    ours = answer("### BEGIN SOLUTION", "from scipy import special", "return special.expit(x)", "### END SOLUTION")
    cells = [answer("from scipy import special", "return special.expit(x)")]
    assert found(tmp_path, *cells, ours=ours) == () != found(tmp_path, *cells)


def test_nesting_that_is_too_deep_is_left_to_others(tmp_path):
    assert found(tmp_path, answer("return x" + ".a" * 2900)) == ()


@pytest.mark.parametrize("name", list(plan.load(ROOT).notebooks))
def test_our_own_answers_lean_on_nothing(name):
    ours = notebook.read(ROOT / f"{name}.ipynb")
    assert leanings(ours) == []


USE = Use("vote", "scipy.stats.mode", "borrowed", 3)
TRACE = Use("vote", "sys.settrace", "measuring", 4)


def test_the_policy_decides_what_becomes_of_it():
    checks = tuple(CheckResult(each, each.points, Reason.RIGHT) for each in CHECKS[:3])
    right = NotebookResult("assignment1/knn", checks)
    reported = Policy().applied(right, (USE, TRACE))
    assert reported.checks == right.checks and reported.uses == (USE, TRACE)
    assert Policy(borrowed="ignore").applied(right, (USE, TRACE)).uses == (TRACE,)
    refused = Policy(borrowed="refuse").applied(right, (TRACE, USE))
    assert [each.score for each in refused.checks] == [4, 0, 0] and refused.checks[1].reason == Reason.REFUSED
    assert "scipy.stats.mode, in line 3" in refused.checks[2].message
    assert Policy(borrowed="refuse").applied(right, (TRACE,)).checks == right.checks


def test_the_report_names_it_and_nothing_in_it_runs():
    ada = graded("ada")
    odd = Use("vote", "<script>alert(1)</script>" + "a" * 500, "borrowed", 1)
    first = Policy().applied(ada.notebooks[0], (USE, TRACE, odd))
    this = grading(graded("ada", notebooks=(first, *ada.notebooks[1:])), graded("bob"))
    page = report.page(this, {"ada": "a.html", "bob": "b.html"})
    said = " ".join(inert_page.read(page).text.split())
    look = said[said.index("Submissions that need a look"):said.index("Exercises")]
    assert "vote uses scipy.stats.mode (line 3), <script>alert(1)</script>" in look
    assert "may be somebody else's answer" in look
    assert "sys.settrace (line 4): can reach how checks measure" in look and "bob" not in look
