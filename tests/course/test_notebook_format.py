"""The notebook format: normalising, the linter, model answers that stand twice, and this repository's notebooks."""
import copy
import inspect
import random
import textwrap
from pathlib import Path

import nbformat
import numpy as np
import pytest
from make_notebook import SOLVED, check, code, edit, executed, exercise, question, text, write
from nbformat.v4 import new_notebook, new_output

from cs231n.answers import twice as answers
from cs231n.classifiers import KNearestNeighbor, linear_svm
from cs231n.course import notebook, plan, reported
from cs231n.course.notebook import Kind
from cs231n.instructor.lint import lint

ROOT = Path(__file__).parents[2]
NOTEBOOKS = list(plan.load(ROOT).notebooks)
GOOD = (text("# Doubling"), code("import math"), exercise(), check(), question())


def output(kind="stream", **fields):
    return new_output(kind, **({"name": "stdout"} if kind == "stream" else {}) | fields)


def with_output(*outputs):
    cell = code("print()")
    cell.outputs, cell.execution_count = list(outputs), 1
    return cell


# The notebooks of this repository

@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_repositorys_notebooks_keep_the_format(name):
    assert [str(problem) for problem in lint(ROOT / f"{name}.ipynb")] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_model_answers_of_the_repository_are_those_of_the_package(name):
    found = answers.answers(notebook.read(ROOT / f"{name}.ipynb"))
    assert [answer.differs() for answer in found if answer.differs()] == []


# Reading

@pytest.mark.parametrize("content, reason", [
    (None, "no such file"),
    ("{ nonsense", "not a notebook"),
    ("", "not a notebook"),
    ("[1, 2]", "not a notebook"),
    ('{"nbformat": 4, "cells": [{"source": "1"}]}', "not a notebook"),
    ("\udcff".encode("utf-8", "surrogateescape"), "cannot be read"),
])
def test_a_file_that_is_not_a_notebook_is_named_so(tmp_path, content, reason):
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(notebook.Unreadable, match=reason):
        notebook.read(path)
    assert [reason in str(problem) for problem in lint(path)] == [True]


def test_kinds_points_and_headings():
    nb = new_notebook(cells=[text("# A `b` #\n```\n# no heading\n```"), *GOOD[1:], text("### C\n## *D*"), code("1")])
    assert [notebook.kind(cell) for cell in nb.cells[:5]] == [
        Kind.TEXT, Kind.GIVEN, Kind.EXERCISE, Kind.CHECK, Kind.QUESTION]
    assert [notebook.points(cell) for cell in nb.cells] == [0, 0, 0, 5, 2, 0, 0]
    assert notebook.headings(nb) == ["A b"] * 5 + ["D"] * 2
    assert notebook.title(nb) == "A b"


@pytest.mark.parametrize("source, regions", [
    ("a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc", [(1, 3)]),
    ("### BEGIN SOLUTION\n### END SOLUTION\n### BEGIN SOLUTION\n\n### END SOLUTION", [(0, 1), (2, 4)]),
    ("a", []),
])
def test_marked_regions(source, regions):
    assert notebook.marked(source, notebook.SOLUTION) == regions


@pytest.mark.parametrize("source, message", [
    ("### BEGIN SOLUTION\nb", "line 1: BEGIN SOLUTION without an END"),
    ("a\n### END SOLUTION", "line 2: END SOLUTION without a BEGIN"),
    ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "line 2: a second BEGIN SOLUTION"),
])
def test_unbalanced_markers_are_refused(source, message):
    with pytest.raises(ValueError, match=message):
        notebook.marked(source, notebook.SOLUTION)


# Normalising

def test_normalise_drops_what_depends_on_who_ran_it():
    nb = new_notebook(cells=[with_output(), *copy.deepcopy(GOOD)], metadata={
        "widgets": {"x": 1}, "kernelspec": {"name": "conda-env", "display_name": "mine"}, "toc": {},
        "language_info": {"name": "python", "version": "3.11.7"}})
    nb.cells[0].metadata.update(
        {"execution": {"iopub.status.busy": "now"}, "collapsed": True, "trusted": True, "tags": ["b", "a", "b"]})
    clean = notebook.normalise(nb)
    assert clean.metadata.keys() == {"kernelspec", "language_info"}
    assert clean.metadata.kernelspec.name == "python3"
    assert clean.metadata.language_info == {"name": "python"}
    assert clean.cells[0].metadata == {"tags": ["a", "b"]}
    assert clean.cells[3].metadata.nbgrader == GOOD[2].metadata.nbgrader
    assert nb.cells[0].metadata.trusted, "the argument itself is left alone"


def test_normalise_is_idempotent_and_indifferent_to_the_order_of_keys(tmp_path):
    path = write(tmp_path / "a.ipynb", *GOOD)
    first = path.read_text()

    def shuffle(raw):
        for cell in raw["cells"]:
            keys = random.Random(1).sample(list(cell), len(cell))
            for key in keys:
                cell[key] = cell.pop(key)

    edit(path, shuffle)
    assert path.read_text() != first
    notebook.write(notebook.normalise(notebook.read(path)), path)
    assert path.read_text() == first


def test_cell_ids_are_kept_and_missing_or_doubled_ones_follow_from_the_content():
    nb = new_notebook(cells=[code("a"), code("b"), code("c")])
    nb.cells[0].id = nb.cells[2].id = "kept"
    del nb.cells[1]["id"]
    ids = [cell.id for cell in notebook.normalise(nb).cells]
    assert ids[0] == "kept" and len(set(ids)) == 3
    assert ids == [cell.id for cell in notebook.normalise(nb).cells]
    nbformat.validate(notebook.normalise(nb))


def test_progress_bars_leave_no_noise_but_warnings_stay():
    noise = "  0%|    | 0/50 [00:00<?, ?it/s]\r 40%|##  | 20/50 [00:01<00:01, 5.1it/s]\n50it [00:02, 20.1it/s]\n"
    cell = with_output(
        output(text="loss 2\n"), output(name="stderr", text=noise), output(text="10%\r20%\rloss 1\n"),
        output(name="stderr", text=noise + "UserWarning: look here\n"),
    )
    outputs = notebook.normalise(new_notebook(cells=[cell])).cells[0].outputs
    assert [(o.name, o.text) for o in outputs] == [
        ("stdout", "loss 2\nloss 1\n"), ("stderr", "UserWarning: look here\n")]


def test_widgets_leave_the_outputs_as_their_state_left_the_notebook():
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "  0%|"}
    bar = output("display_data", data=widget)
    figure = output("display_data", data={"text/plain": "figure", "image/png": "abc"})
    cell = with_output(output(text="loss 2\n"), bar, output(text="loss 1\n"), figure)
    text, picture = notebook.normalise(new_notebook(cells=[cell])).cells[0].outputs
    assert text.text == "loss 2\nloss 1\n" and picture.data["image/png"] == "abc"


def test_streams_cut_anywhere_are_one_and_a_huge_line_takes_no_time():
    pieces = [output(text=piece) for piece in ("a\r", "b\r\nc", "d" * 3_000_000, "\rlast\n")]
    figure = output("display_data", data={"text/plain": "figure"})
    outputs = notebook.normalise(new_notebook(cells=[with_output(*pieces, figure, output(text="e"))])).cells[0].outputs
    assert [o.get("text") for o in outputs] == ["b\nlast\n", None, "e"]


def test_execution_counts_start_at_one_but_wrong_order_stays_visible():
    def counts(*given):
        cells = [code(str(count)) for count in given]
        for cell, count in zip(cells, given):
            cell.execution_count = count
        return [cell.execution_count for cell in notebook.normalise(new_notebook(cells=cells)).cells]

    assert counts(4, 7, 9) == [1, 2, 3]
    assert counts(3, None, 5) == [1, None, 2]
    assert counts(5, 2) == [5, 2]


# The linter

def test_a_good_notebook_has_no_problems(tmp_path):
    assert lint(executed(write(tmp_path / "a.ipynb", *GOOD))) == []


def changed(position, **nbgrader):
    """GOOD, with changes to the nbgrader metadata of one cell; None takes a key away."""
    cells = copy.deepcopy(GOOD)
    metadata = cells[position].metadata.nbgrader
    metadata.update(nbgrader)
    for key in [key for key, value in nbgrader.items() if value is None]:
        del metadata[key]
    return cells


@pytest.mark.parametrize("cells, message", [
    (changed(2, grade_id=None), "no grade_id"),
    (changed(2, grade_id="why"), "the grade_id why occurs 2 times"),
    (changed(3, points=None), "needs points greater than 0; has None"),
    (changed(3, points=0), "needs points greater than 0; has 0"),
    (changed(4, points=-1), "needs points greater than 0; has -1"),
    (changed(2, points=3), "an exercise carries no points"),
    (changed(3, locked=False), "kind check needs locked True"),
    (changed(2, schema_version=2), "kind exercise needs schema_version 3"),
    (changed(3, grade=False), "nbgrader metadata on a cell that is neither"),
    (changed(4, grade=False), "says exercise, which is a code cell; this is a markdown cell"),
    ((exercise("def double(x):\n    return 2 * x"), check()), "no BEGIN SOLUTION"),
    ((exercise(SOLVED + "\n### END SOLUTION"), check()), "END SOLUTION without a BEGIN"),
    ((exercise(), check("### BEGIN HIDDEN TESTS\n1")), "BEGIN HIDDEN TESTS without an END"),
    ((code("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"),), "BEGIN HIDDEN TESTS in a cell of kind given code"),
    ((text("### BEGIN SOLUTION\n### END SOLUTION"),), "BEGIN SOLUTION in a cell of kind text"),
    ((exercise(),), "the exercise double has no check after it"),
    ((check(), exercise(), check(grade_id="c2")), "the check double-check has no exercise before it"),
    ((exercise(), exercise(grade_id="e2"), check()), "the exercise double has no check before the next"),
    ((code("%matplotlib inline\n1"),), "not plain Python (a %magic"),
    ((code("!ls"),), "not plain Python (a %magic"),
    ((code("def f(:"),), "not plain Python"),
    ((exercise(), check("check.close(*arguments)")), "grading cannot tell the value of a check"),
    ((code("def f(x):\n    check.equal('a', x, rng.normal())"),), "line 2: draw rng.normal() before the check"),
    ((text("x", tags=["not-graded"]),), "only given code can have the tag not-graded"),
])
def test_the_linter_names_each_problem(tmp_path, cells, message):
    problems = [str(problem) for problem in lint(executed(write(tmp_path / "a.ipynb", *cells)))]
    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize("recorded, message", [
    (output("error", ename="ValueError", evalue="no", traceback=[]), "a recorded error: ValueError: no"),
    (output(name="stderr", text="a.py: RuntimeWarning: overflow\n"), "a warning in the recorded outputs"),
    (output(text="<object at 0x7fdd3a2b1c40>\n"), "the address of an object"),
    (output("execute_result", data={"text/plain": "<f at 0x10d2f3a60>"}), "the address of an object"),
    (output(text="saved to /home/ann/kit/datasets/x.npz\n"), "/home/ann/kit/datasets/x.npz"),
    (output(text="C:\\Users\\ann\n"), "a path of one machine"),
])
def test_the_linter_reads_the_outputs(tmp_path, recorded, message):
    problems = [str(problem) for problem in lint(write(tmp_path / "a.ipynb", text("# T"), with_output(recorded)))]
    assert len(problems) == 1 and message in problems[0]
    assert problems[0].startswith('cell 2 (given code, under "T"): ')


@pytest.mark.parametrize("harmless", [
    "see https://example.org/home/x\n", "either and/or\n", "1/2/3\n", "loss 0x10\n", "datasets/cifar-10\n", "C: 3\n"])
def test_the_linter_lets_ordinary_text_pass(tmp_path, harmless):
    assert lint(write(tmp_path / "a.ipynb", with_output(output(text=harmless)))) == []


def test_a_check_needs_its_nbval_tag(tmp_path):
    untagged = check()
    untagged.metadata.tags = []
    problems = [str(p) for p in lint(executed(write(tmp_path / "a.ipynb", exercise(), untagged)))]
    assert len(problems) == 1 and "needs the tag nbval-check-output" in problems[0]


def test_grade_ids_are_unique_in_the_folder(tmp_path):
    a, b = (executed(write(tmp_path / f"{name}.ipynb", *GOOD)) for name in "ab")
    assert [str(p).split(": ")[1] for p in lint(a)] == [
        f"the grade_id {grade_id} is also in b.ipynb" for grade_id in ("double", "double-check", "why")]
    other = executed(write(tmp_path / "assignment9" / "c.ipynb", *GOOD))
    assert lint(other) == []


def test_a_notebook_that_never_ran_or_ran_out_of_order(tmp_path):
    path = write(tmp_path / "a.ipynb", code("1"), code("2"))
    assert [str(p) for p in lint(path)][0].startswith("never run")
    edit(path, lambda raw: [cell.update(execution_count=count) for cell, count in zip(raw["cells"], (2, 1))])
    assert any("another order" in str(p) for p in lint(path))
    edit(path, lambda raw: [cell.update(execution_count=count) for cell, count in zip(raw["cells"], (1, None))])
    assert any("it was not run" in str(p) for p in lint(path))


def test_size_validity_and_normal_form(tmp_path):
    path = write(tmp_path / "a.ipynb", text("x" * 1_000_001))
    assert ["1.00 MB; at most 1 MB" in str(p) for p in lint(path)] == [True]
    path = write(tmp_path / "b.ipynb", text("x"))
    path.write_text(path.read_text() + " ")
    assert ["not normalised" in str(p) for p in lint(path)] == [True]
    edit(path, lambda raw: raw["cells"][0].update(surprise=1))
    assert any(str(p).startswith("not valid") for p in lint(path))


# Model answers

def source_of(function):
    """The package's own answer as a student would write it: no decorator, no indent of a class."""
    source = textwrap.dedent(inspect.getsource(function))
    return source[source.index("def "):].rstrip()


SVM = source_of(linear_svm.svm_loss_naive)


def solved(target, source, imports="from cs231n.classifiers import linear_svm"):
    return new_notebook(cells=[code(imports), exercise(f"@implements({target})\n{source}", "x"), check()])


@pytest.mark.parametrize("imports, target", [
    ("from cs231n.classifiers import linear_svm", "linear_svm.svm_loss_naive"),
    ("from cs231n.classifiers import linear_svm as svm", "svm.svm_loss_naive"),
    ("from cs231n.classifiers.linear_svm import svm_loss_naive as f", "f"),
    ("import cs231n.classifiers.linear_svm", "cs231n.classifiers.linear_svm.svm_loss_naive"),
    ("import cs231n.classifiers.linear_svm as svm", "svm.svm_loss_naive"),
])
def test_a_model_answer_is_found_through_the_imports_and_equals_the_packages(imports, target):
    commented = SVM.replace('"""', '"""Another text. ', 1).replace("\n    return", "\n\n    # a comment\n    return")
    answer, = answers.answers(solved(target, commented, imports))
    assert (answer.target, answer.grade_id, answer.differs()) == (target, "x", "")


def test_a_method_is_compared_too():
    imports, target = "from cs231n.classifiers import KNearestNeighbor", "KNearestNeighbor.predict_labels"
    same, = answers.answers(solved(target, source_of(KNearestNeighbor.predict_labels), imports))
    other, = answers.answers(solved(target, source_of(KNearestNeighbor.compute_distances_no_loops), imports))
    assert same.differs() == ""
    assert "KNearestNeighbor.predict_labels takes (self, dists, k=1) in the package" in other.differs()


@pytest.mark.parametrize("source, message", [
    (SVM + "\n    print(1)", "here `print(1)`, in the package `nothing`"),
    (SVM.removesuffix("    return loss, dW"), "here `nothing`, in the package `return (loss, dW)`"),
    (SVM.replace("reg)", "reg=0)", 1), "takes (W, X, y, reg) in the package, (W, X, y, reg=0) here"),
    (SVM.replace("+ 1", "- 1"), "here `margin = scores[j] - scores[y[i]] - 1`, in the package `margin = scores[j]"),
    (SVM.replace("loss = 0.0", "loss = 1"), "here `loss = 1`, in the package `loss = 0.0`"),
])
def test_a_model_answer_that_differs_is_told_where(source, message):
    answer, = answers.answers(solved("linear_svm.svm_loss_naive", source))
    assert message in answer.differs()


@pytest.mark.parametrize("target, message", [
    ("linear_svm.missing", "missing"), ("elsewhere.f", "no import statement of the notebook gives the name elsewhere")])
def test_a_target_that_leads_nowhere_is_refused(target, message):
    with pytest.raises(ValueError, match=message):
        answers.answers(solved(target, "def f(x):\n    return x"))


# Reported values

def test_archives_are_the_same_bytes_for_the_same_values_and_numpy_reads_them(tmp_path):
    values = {"the loss": np.float64(0.5), "b/c": np.ones((2, 3), np.float32), "empty": np.zeros((0, 3))}
    path = tmp_path / "x.npz"
    path.write_bytes(reported.dumps(values))
    assert reported.dumps(dict(reversed(values.items()))) == path.read_bytes()
    with np.load(path) as loaded:
        assert set(loaded) == set(values)
        for name, value in values.items():
            assert loaded[name].dtype == value.dtype and np.array_equal(loaded[name], value)


ZERO = {"dtype": "<f8", "shape": [1], "data": "AAAAAAAAAAA="}
RIGHT = {"name": "x", "kind": "close", "tol": 1e-8, "recorded": True, **ZERO}


def test_a_message_is_decoded_with_all_that_it_carries():
    more = {"expected": ZERO, "wanted": "<f4", "mistakes": [["a sentence", ZERO]], "low": 0, "high": None}
    for message, expected, wanted, mistakes, low in (RIGHT, None, None, 0, None), (RIGHT | more, 0, np.float32, 1, 0):
        got = reported.decode(message, "check_x")
        assert (got.grade_id, got.name, got.kind, got.tol, got.recorded) == ("check_x", "x", "close", 1e-8, True)
        assert got.value == [0.0] and got.expected == expected and got.wanted == wanted and got.low == low
        assert [(sentence, wrong.tolist()) for sentence, wrong in got.mistakes] == mistakes * [("a sentence", [0.0])]


@pytest.mark.parametrize("message", [
    {"dtype": "|O", "shape": [1], "data": "AAAAAAAAAAA="},
    {"dtype": "<f8", "shape": [2], "data": "AAAAAAAAAAA="},
    {"dtype": "<f8", "shape": [1], "data": "not base64!"},
    {"dtype": "nonsense", "shape": [1], "data": ""},
    {"dtype": "<f8", "shape": [-1, -1], "data": "AAAAAAAAAAA="},
    {"dtype": "<f8", "shape": [True], "data": "AAAAAAAAAAA="},
    {"dtype": "<f8", "shape": [0, 10**30], "data": ""},
    {"dtype": "(1,f8", "shape": [0], "data": ""},
    {"dtype": "<f8", "shape": [0], "data": None},
    {"dtype": "|b1", "shape": [1], "data": "Ag=="},
    RIGHT | {"name": 3},
    RIGHT | {"kind": None},
    RIGHT | {"recorded": 1},
    RIGHT | {"tol": "1e-8"},
    RIGHT | {"tol": True},
    RIGHT | {"low": float("nan")},
    RIGHT | {"high": [1]},
    RIGHT | {"expected": 0.5},
    RIGHT | {"expected": {"dtype": "|O", "shape": [1], "data": "AAAAAAAAAAA="}},
    RIGHT | {"wanted": "|O8"},
    RIGHT | {"mistakes": 3},
    RIGHT | {"mistakes": [["a sentence", "no array"]]},
    RIGHT | {"mistakes": [[None, ZERO]]},
    {},
])
def test_a_forged_message_is_refused(message):
    cell = with_output(output("display_data", data={reported.MIME: message and RIGHT | message}))
    with pytest.raises(ValueError, match="not a value"):
        reported.take(new_notebook(cells=[cell]))


def test_an_array_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(reported, "LARGEST", 6)
    with pytest.raises(ValueError, match="more than 6 bytes in one array"):
        reported.decode(RIGHT | {"dtype": "|u1", "shape": [12], "data": "AAAA" * 4})
