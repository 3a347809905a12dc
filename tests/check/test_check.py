"""The checks: right values pass with the same words everywhere, wrong ones fail with the words a learner needs."""
import base64
import re
import traceback
from pathlib import Path

import numpy as np
import pytest
import tqdm
import tqdm.notebook

from cs231n import check
from cs231n.check import CheckFailed, recorded
from cs231n.course import reported
from cs231n.exercise import exercise

RIGHT = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


@pytest.fixture(autouse=True)
def no_notebook(monkeypatch):
    monkeypatch.setattr(check, "_notebook", None)
    monkeypatch.delenv("CS231N_CHECK", raising=False)
    monkeypatch.delenv("CS231N_CHECK_SEED", raising=False)


@pytest.mark.parametrize("got", [
    RIGHT.copy(), RIGHT.tolist(), np.asfortranarray(RIGHT), RIGHT * (1 + 1e-10), RIGHT.astype(np.longdouble),
])
def test_close_passes_right_values_in_many_forms(got, capsys):
    check.close("scores", got, RIGHT)
    assert capsys.readouterr().out == "pass: scores (tolerance 1e-08)\n"


@pytest.mark.parametrize("got", [2.75, np.float64(2.75), np.float32(2.75), np.array(2.75), 2.75 + 1e-12])
def test_close_passes_right_numbers_in_many_forms(got, capsys):
    check.close("the loss", got, 2.75, tol=1e-6)
    assert capsys.readouterr().out == "pass: the loss (tolerance 1e-06)\n"


@pytest.mark.parametrize("got, words", [
    (None, "It is None and should be an array of shape (2, 3)"),
    ((RIGHT, RIGHT), "It is a tuple"),
    ([[1.0], [1.0, 2.0]], "parts differ in length"),
    (np.array([["a"]]), "should be an array of shape (2, 3) of real numbers"),
    (RIGHT + 1j, "of real numbers"),
    (RIGHT.T, "rows and columns are swapped"),
    (RIGHT.ravel(), "only the shape is not"),
    (RIGHT[None] + 1, "keepdims"),
    (RIGHT[:1], "Its shape is (1, 3) and should be (2, 3)"),
    (np.where(RIGHT == 5, np.nan, RIGHT), "It holds nan at [1, 1]"),
    (np.where(RIGHT == 5, np.inf, RIGHT), "It holds inf at [1, 1]"),
    (0 * RIGHT, "All values are 0"),
    (-RIGHT, "wrong sign"),
    (2 * RIGHT, "2 times what it should be"),
    (RIGHT / 3, "0.333333 times what it should be"),
    ((RIGHT * np.float32(1 + 1e-6)).astype(np.float32), "precision of float32"),
    (np.where(RIGHT == 5, 5.5, RIGHT), "1 of 6 values differ. The first is at [1, 1]: got 5.5, expected 5."),
])
def test_close_explains_what_is_wrong(got, words):
    with pytest.raises(CheckFailed, match=re.escape(words)):
        check.close("scores", got, RIGHT)


def test_close_recognises_a_transposed_square():
    with pytest.raises(CheckFailed, match="rows and columns are swapped"):
        check.close("distances", RIGHT[:, :2].T, RIGHT[:, :2])


@pytest.mark.parametrize("wrong", [RIGHT + 0.5, lambda right: right + 0.5])
def test_a_mistake_that_the_check_names_is_recognised_first(wrong):
    with pytest.raises(CheckFailed, match="the half is too many"):
        check.close("scores", RIGHT + 0.5, RIGHT, mistakes={"the half is too many": wrong})


def test_a_mistake_that_leads_elsewhere_is_not_named():
    with pytest.raises(CheckFailed) as caught:
        check.close("scores", RIGHT + 0.25, RIGHT, mistakes={"the half is too many": RIGHT + 0.5})
    assert "half" not in str(caught.value)


def test_noise_where_zero_is_right_passes():
    check.close("gradient", np.array([1e-13, 1.0]), np.array([0.0, 1.0]))


def test_zero_but_for_rounding_is_zero():
    check.close("db", np.array([1e-17, -3e-17]), np.array([-2e-17, 0.0]))
    with pytest.raises(CheckFailed, match="2 of 2 values differ"):
        check.close("db", np.array([1e-3, 1e-3]), np.array([-2e-17, 0.0]))


def test_zero_everywhere_can_be_right_and_anything_else_wrong():
    check.close("dW", np.zeros(3), np.zeros(3))
    with pytest.raises(CheckFailed):
        check.close("dW", np.full(3, 1e-6), np.zeros(3))


def test_dtype_is_checked_where_it_matters():
    check.close("out", RIGHT.astype(np.float32), RIGHT, dtype=np.float32, tol=1e-5)
    with pytest.raises(CheckFailed, match="holds float64 numbers and should hold float32"):
        check.close("out", RIGHT, RIGHT, dtype=np.float32)


@pytest.mark.parametrize("got", [[0, 2, 1], np.array([0, 2, 1]), np.array([0.0, 2, 1]), np.array([0, 2, 1], np.uint8)])
def test_equal_passes_labels_in_many_forms(got, capsys):
    check.equal("labels", got, np.array([0, 2, 1]))
    assert capsys.readouterr().out == "pass: labels (exact)\n"


@pytest.mark.parametrize("got, words", [
    (np.array([1, 3, 2]), "off by +1: counting starts at 0"),
    (np.array([0, 2, 2]), "1 of 3 values differ. The first is at [2]: got 2, expected 1."),
    (np.array([[0, 2, 1]]), "only the shape is not"),
    (np.array([0.0, 2.0, 1.0 + 1e-12]), "1 of 3 values differ"),
])
def test_equal_explains_what_is_wrong(got, words):
    with pytest.raises(CheckFailed, match=re.escape(words)):
        check.equal("labels", got, np.array([0, 2, 1]))


def test_equal_compares_shapes_and_booleans():
    check.equal("shape", RIGHT.shape, (2, 3))
    with pytest.raises(CheckFailed):
        check.equal("shape", RIGHT.T.shape, (2, 3))
    with pytest.raises(CheckFailed, match="opposite"):
        check.equal("mask", np.array([True, False]), np.array([False, True]))


def test_gradient_of_a_loss_and_of_an_array():
    x = np.array([1.0, -2.0, 0.5])
    check.gradient("dx", lambda v: np.sum(v**3), x, 3 * x**2)
    upstream = np.array([2.0, -1.0, 4.0])
    check.gradient("dx through a square", lambda v: v**2, x, 2 * x * upstream, upstream)
    with pytest.raises(CheckFailed, match="0.5 times what it should be"):
        check.gradient("dx", lambda v: np.sum(v**2), x, x)
    with pytest.raises(CheckFailed, match="Its shape is"):
        check.gradient("dx", lambda v: np.sum(v**2), x, 2 * x[None, :2])
    assert np.array_equal(x, [1.0, -2.0, 0.5])


def scaled(x, w):
    return x * w, (x, w.copy())


def scaled_backward(dout, cache):
    x, w = cache
    return dout * w, np.sum(dout * x, axis=0)


def two_outputs(x):
    return x**2, 3 * x, x


def spoils_its_cache(dout, cache):
    dx, dw = scaled_backward(dout, cache)
    cache[1][:] = 7
    return dx, dw


def test_gradients_of_a_layer():
    rng = np.random.default_rng(231)
    inputs = [rng.normal(size=(4, 3)), rng.normal(size=3)]
    check.gradients("scaled", scaled, scaled_backward, inputs, "dx, dw", rng)
    check.gradients("two", two_outputs, lambda da, db, x: [2 * x * da + 3 * db], inputs[:1], "dx", rng)
    for backward, words in [
        (lambda dout, cache: (dout, scaled_backward(dout, cache)[1]), "scaled: dx"),
        (lambda dout, cache: (scaled_backward(dout, cache)[0], np.zeros(3)), "scaled: dw"),
        (lambda dout, cache: (scaled_backward(dout, cache)[0],), "dx, dw"),
        (spoils_its_cache, "a second call gives the same"),
    ]:
        with pytest.raises(check.CheckFailed, match=words):
            check.gradients("scaled", scaled, backward, inputs, "dx, dw", rng)


@pytest.mark.parametrize("got", [0.4, np.float64(0.4), np.array(0.4), 1])
def test_within_passes_what_lies_between(got, capsys):
    check.within("accuracy", got, low=0.35)
    check.within("accuracy", got, low=0.35, high=1)
    assert capsys.readouterr().out == "pass: accuracy (at least 0.35)\npass: accuracy (at least 0.35 and at most 1)\n"


@pytest.mark.parametrize("got", [0.3, float("nan"), None, "0.4", np.array([0.4, 0.4])])
def test_within_fails_what_does_not(got):
    with pytest.raises(CheckFailed, match="accuracy"):
        check.within("accuracy", got, low=0.35)


LABELS = np.array([0, 2, 1, 1, 0])


@pytest.mark.parametrize("predictions", [LABELS, LABELS.tolist(), LABELS.astype(float), np.array([0, 2, 1, 1, 9])])
def test_accuracy_passes_enough_right_labels(predictions, capsys):
    check.accuracy("on the pictures", predictions, LABELS, low=0.8)
    assert capsys.readouterr().out == "pass: on the pictures (enough are right)\n"


@pytest.mark.parametrize("predictions, words", [
    (np.array([0, 2, 1, 9, 9]), "Got 0.6; it should be at least 0.8"),
    (LABELS[:, np.newaxis], re.escape("Their shape is (5, 1) and should be (5,)")),
    (None, "It is None"),
    (["cat"] * 5, "of real numbers"),
])
def test_accuracy_says_what_is_missing(predictions, words):
    with pytest.raises(CheckFailed, match=words):
        check.accuracy("on the pictures", predictions, LABELS, low=0.8)


def keeps(x, w):
    return x @ w


def doubles_in_place(x, w):
    x *= 2
    return x @ w


def test_call_returns_the_result_and_sees_changed_inputs():
    x, w = RIGHT.copy(), np.ones((3, 2))
    assert np.array_equal(check.call(keeps, x, w), RIGHT @ w)
    with pytest.raises(CheckFailed, match="doubles_in_place changes its input x in place"):
        check.call(doubles_in_place, x, w=w)
    with pytest.raises(CheckFailed, match="changes its input w in place"):
        check.call(lambda x, w: w.fill(0), x, w)


@pytest.mark.parametrize("result, got", [
    (None, "nothing"), (2.5, "float"), (np.ones(2), "ndarray"), ((1, 2.5, 3), "int, float, int"), ((), r"\(\)"),
])
def test_call_names_the_values_that_should_be_returned(result, got):
    def svm_loss(W):
        return result

    with pytest.raises(CheckFailed, match=f"svm_loss returns {got}; its last line should be: return loss, dW"):
        check.call(svm_loss, RIGHT, returns="loss, dW")


def test_call_hands_several_values_on():
    assert check.call(lambda W: (1, W), 2, returns="loss, dW") == (1, 2)


def test_call_takes_nan_in_an_input_as_unchanged():
    assert check.call(keeps, np.full((1, 1), np.nan), np.ones((1, 1))).shape == (1, 1)


def test_call_says_when_an_exercise_is_empty():
    def affine_forward(x):
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="affine_forward is not written yet"):
        check.call(affine_forward, RIGHT)


@exercise("assignment9/doubling")
def double(x):
    raise NotImplementedError


def test_call_names_the_empty_exercise_and_not_the_one_that_calls_it():
    with pytest.raises(CheckFailed, match="^double is not written yet: fill it in assignment9/doubling.ipynb first"):
        check.call(lambda x: double(double(x)), 2)


def test_an_error_of_the_students_is_shown_with_their_lines_and_not_the_kits():
    @exercise("assignment9/halving")
    def halve(x):
        return x / 0

    with pytest.raises(ZeroDivisionError) as caught:
        check.call(halve, 2)
    frames = [frame for frame, _ in traceback.walk_tb(caught.tb) if not frame.f_locals.get("__tracebackhide__")]
    assert {Path(frame.f_code.co_filename).name for frame in frames} == {Path(__file__).name}


def loop(X):
    return [row.sum() for row in X]


def test_rng_is_fixed_for_a_student_and_fresh_for_a_grader(monkeypatch):
    first = check.rng("svm").standard_normal(4)
    assert np.array_equal(first, check.rng("svm").standard_normal(4))
    assert not np.array_equal(first, check.rng("softmax").standard_normal(4))
    monkeypatch.setenv("CS231N_CHECK_SEED", "7")
    assert not np.array_equal(first, check.rng("svm").standard_normal(4))


def test_values_of_the_solved_notebook_are_the_default(tmp_path, monkeypatch):
    (tmp_path / "assignment9" / "expected").mkdir(parents=True)
    arrays = recorded.arrays({"the sum": np.array(6.0)}, {"the sum": {"The last is left out.": np.array(3.0)}})
    np.savez(tmp_path / "assignment9" / "expected" / "sums.npz", **arrays)
    monkeypatch.chdir(tmp_path / "assignment9")
    with pytest.raises(RuntimeError, match="run the first cell"):
        check.close("the sum", 6.0)
    check.begin("assignment9/sums")
    check.close("the sum", 6.0)
    with pytest.raises(CheckFailed, match="Got 7, expected 6"):
        check.close("the sum", 7.0)
    with pytest.raises(CheckFailed, match="The last is left out.\n.*Got 3, expected 6"):
        check.close("the sum", 3.0)
    with pytest.raises(CheckFailed, match="The last is left out."):
        check.close("the sum", 3.0, 6.0)  # also where the right value is passed
    with pytest.raises(RuntimeError, match="No value is recorded for the check 'the mean'"):
        check.close("the mean", 7.0)


def test_a_failure_is_shown_without_the_frames_of_the_kit():
    with pytest.raises(CheckFailed) as caught:
        check.close("scores", None, RIGHT)
    shown = " ".join(caught.value._render_traceback_())
    assert shown.split() == f"Not right yet: {caught.value}".split()


@pytest.fixture
def reports(monkeypatch):
    """Report mode, with the display messages kept in a list."""
    monkeypatch.setenv("CS231N_CHECK", "report")
    published = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: published.append(data[check.MIME]))
    return published


def array_of(report):
    data = base64.b64decode(report["data"])
    return np.frombuffer(data, dtype=report["dtype"]).reshape(report["shape"])


def test_a_grader_gets_raw_values_and_no_verdict(reports, capsys):
    check.close("scores", RIGHT.T + 1, RIGHT)
    check.equal("labels", np.array([3, 1]))
    check.gradient("dx", lambda v: 1 / 0, RIGHT, RIGHT * 0)  # there is nothing to compare with
    check.within("accuracy", 0.1, low=0.35)
    check.call(doubles_in_place, RIGHT.copy(), np.ones((3, 2)))
    check.no_python_loop("total", loop, (np.ones((8, 5)),), (np.ones((100, 5)),))
    by_name = {report["name"]: report for report in reports}
    assert np.array_equal(array_of(by_name["scores"]), RIGHT.T + 1)
    assert array_of(by_name["labels"]).dtype == int
    assert array_of(by_name["accuracy"]) == 0.1
    values = [reported.decode(report) for report in reports]
    assert {each.kind for each in values} == {"value", "unchanged"}
    told = {(each.tol, each.recorded, each.expected is None, each.low, each.wanted, each.mistakes) for each in values}
    assert told == {(None, False, True, None, None, ())}
    assert not array_of(by_name["doubles_in_place leaves x alone"])
    few, many = array_of(by_name["total"])
    assert many > 5 * few
    assert capsys.readouterr().out.startswith("reported: scores\nreported: labels\n")


def test_the_solved_notebook_tells_a_grader_what_to_compare_with(reports, monkeypatch):
    monkeypatch.setenv("CS231N_CHECK", "record")
    x = np.array([1.0, -2.0])
    check.close("scores", RIGHT, RIGHT.tolist(), 1e-5, np.float32, {"one more": lambda right: right + 1, "nought": 0})
    check.equal("labels", np.array([3, 1]), mistakes={"twice": lambda right: 2 * right})
    check.equal("shape", RIGHT.shape, (2, 3), mistakes={"turned": (3, 2)})
    check.gradient("dx", lambda v: np.sum(v**2), x, 2 * x)
    check.within("length", 1.5, low=1)
    check.accuracy("pictures", LABELS, LABELS[::-1], low=0.8)
    scores, labels, shape, dx, length, pictures = (reported.decode(report) for report in reports)
    assert np.array_equal(scores.expected, RIGHT) and scores.wanted == np.float32 and not scores.recorded
    assert [(sentence, wrong.tolist()) for sentence, wrong in scores.mistakes] == [
        ("one more", (RIGHT + 1).tolist()), ("nought", 0)]
    assert labels.expected is None and labels.recorded and labels.mistakes[0][1].tolist() == [6, 2]
    assert shape.value.tolist() == shape.expected.tolist() == [2, 3] and shape.mistakes[0][1].tolist() == [3, 2]
    assert np.allclose(dx.expected, 2 * x) and not dx.recorded
    assert (length.low, length.high, length.expected) == (1.0, None, None)
    assert pictures.kind == "accuracy" and np.array_equal(pictures.value, LABELS) and pictures.low == 0.8
    assert np.array_equal(pictures.expected, LABELS[::-1])


def test_a_reduced_check_hands_out_the_value_and_nothing_else(reports, monkeypatch):
    check.value("shape", (2, 3))
    report = reported.decode(reports[0])
    assert (report.kind, report.value.tolist()) == ("value", [2, 3])
    assert (report.expected, report.tol, report.low, report.high, report.wanted, report.mistakes) == (*[None] * 5, ())
    monkeypatch.delenv("CS231N_CHECK")
    with pytest.raises(RuntimeError, match=r"check.value\('shape', ...\) compares with nothing"):
        check.value("shape", (2, 3))


@pytest.mark.parametrize("got", [None, "text", (RIGHT, RIGHT), [[1], [1, 2]], object(), {"a": 1}])
def test_what_is_no_plain_number_leaves_as_an_empty_array(reports, got):
    check.close("scores", got, RIGHT)
    assert reports[0]["shape"] == [0] and reports[0]["data"] == ""


@pytest.fixture
def shell():
    """IPython, as a kernel runs it, without its history."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    made = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}), colors="nocolor")
    yield made
    InteractiveShell.clear_instance()


def test_a_name_that_is_not_there_is_explained(shell, capsys):
    shell.run_cell("from cs231n import check\ncheck.begin('assignment1/svm')")
    shell.run_cell("check.equal('the shape', best_svm.W.shape, (2, 3))")
    told = capsys.readouterr().out
    assert "best_svm is not there yet" in told and "After a restart" in told and "Traceback" not in told


def test_a_misspelt_name_in_an_answer_shows_its_line(shell, capsys):
    shell.run_cell("from cs231n import check\ncheck.begin('assignment1/svm')\ndef answer():\n    return missing + 1")
    shell.run_cell("answer()")
    told = capsys.readouterr().out
    assert "not there yet" not in told and "return missing + 1" in told


def test_a_long_explanation_is_not_broken_in_words():
    told = check.CheckFailed("name\n  " + "words and words " * 30)._render_traceback_()
    assert max(map(len, told)) <= 80 and told[0] == "Not right yet: name" and told[2].startswith("  words")


@pytest.mark.parametrize("bar", [tqdm.trange, tqdm.notebook.trange], ids=["terminal", "notebook"])
def test_call_hides_progress_bars_and_only_there(bar, monkeypatch, capsys):
    """Saved notebooks hold none, and right answers may show one or not."""
    shown = []
    monkeypatch.setattr("tqdm.notebook.display", shown.append)

    def search(count):
        list(bar(count, leave=False))
        if count > 5:
            raise KeyError("stopped")
        return count

    assert check.call(search, 5) == 5
    with pytest.raises(KeyError):
        check.call(search, 6)
    assert not shown and capsys.readouterr() == ("", "")
    search(5)
    assert shown or "0/5" in capsys.readouterr().err


@pytest.mark.parametrize("got, right, unfit", [
    (np.array([105, 207]), np.array([3, 105]), "counting starts at 0"),  # as numbers of parameters are
    (np.array(4), np.array(3), "counting starts at 0"),
    (np.array([6, 2]), np.array([3, 1]), "factor is missing"),
    (np.array([0, 0]), np.array([0, 2]), "ever filled in"),  # 0 is a label
    (np.array(False), np.array(True), "ever filled in"),
])
def test_whole_numbers_are_not_told_what_holds_for_others(got, right, unfit):
    with pytest.raises(CheckFailed) as failure:
        check.equal("numbers", got, right)
    assert unfit not in str(failure.value)


def test_zeros_may_be_unfinished_work_and_a_known_mistake():
    with pytest.raises(CheckFailed, match="ever filled in. If it was: A ReLU too many"):
        check.close("scores", np.zeros(3), np.ones(3), mistakes={"A ReLU too many.": np.zeros(3)})
    with pytest.raises(CheckFailed) as failure:
        check.close("scores", np.zeros(3), np.ones(3), mistakes={"A factor of 2.": np.full(3, 2.0)})
    assert "ever filled in?\n" in str(failure.value)


def test_a_mistake_that_makes_no_difference_takes_no_blame():
    with pytest.raises(CheckFailed) as failure:
        check.close("loss", np.float32(1 / 3), 1 / 3, mistakes={"The regularisation is missing.": 1 / 3})
    assert "regularisation" not in str(failure.value) and "precision of float32" in str(failure.value)
