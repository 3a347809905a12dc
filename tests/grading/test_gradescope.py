"""`results.json` as Gradescope reads it."""
import json

import pytest
from make_grading import CHECKS, graded, result

from cs231n.grading.outputs.wording import ADVICE, LABEL
from cs231n.grading.platforms import gradescope
from cs231n.grading.results import Graded, Lateness, NotebookResult, Reason, Student

NUMBER = (int, float)
TOP = {"score": NUMBER, "execution_time": NUMBER, "output": str, "output_format": str, "test_output_format": str,
       "test_name_format": str, "visibility": str, "stdout_visibility": str, "extra_data": dict, "tests": list}
CHECK = {"name": str, "name_format": str, "number": str, "score": NUMBER, "max_score": NUMBER, "status": str,
         "output": str, "output_format": str, "visibility": str, "tags": list, "extra_data": dict}
QUESTION = {key: kind for key, kind in CHECK.items() if key not in ("score", "max_score", "status")}
SECRET = "hidden: inputs of shape (7, 1) gave 3.25, expected 4.5"


def results(student):
    return json.loads(gradescope.results_json(student), parse_constant=pytest.fail)


def test_every_field_has_its_type():
    found = results(graded("ada", [Reason.WRONG], ["no"], answers=("k", "")))
    tests = [(QUESTION if "question" in test["tags"] else CHECK, test) for test in found["tests"]]
    for table, contents in [(TOP, found), *tests]:
        assert contents.keys() == table.keys()
        for key, kind in table.items():
            assert isinstance(contents[key], kind) and not isinstance(contents[key], bool), key
    assert {test["visibility"] for test in found["tests"]} | {found["visibility"]} == {"visible"}
    assert {test["output_format"] for test in found["tests"]} == {"text"} and found["stdout_visibility"] == "hidden"


def test_a_test_for_each_check_and_the_questions_as_information():
    found = results(graded("ada", [Reason.RIGHT, Reason.WRONG], ["", "vote\n  2 of 4 differ"], answers=("k", "")))
    assert [(test["number"], test["name"], test.get("score"), test.get("max_score"), test.get("status"))
            for test in found["tests"]] == [
        ("1.1", "distances: check_distances", 4, 4, "passed"), ("1.2", "vote: check_vote", 0, 2, "failed"),
        ("1.3", "vote: check_vote_ties", 1, 1, "passed"), ("1.4", "Question: question_1", None, None, None),
        ("2.1", "loss: check_loss", 5, 5, "passed"), ("2.2", "Question: question_2", None, None, None)]
    assert found["score"] == sum(test.get("score", 0) for test in found["tests"]) == 10
    wrong = found["tests"][1]
    assert wrong["output"] == "Not right yet.\n\nvote\n  2 of 4 differ"
    assert wrong["tags"] == ["assignment1/knn", "vote"] and wrong["extra_data"]["reason"] == "wrong"
    assert "is there" in found["tests"][3]["output"] and "no answer" in found["tests"][5]["output"]
    assert found["extra_data"]["reasons"] == {"right": 3, "wrong": 1}


def test_marks_and_lateness_are_not_in_the_score():
    late = graded("ada", answers=("k", "s"), marks=(2, 1), lateness=Lateness(3, 1, 0.5))
    assert late.total == 7.5 and results(late)["score"] == 12


def test_a_hidden_test_tells_nothing_but_that_it_fails():
    text = gradescope.results_json(graded("ada", [Reason.HIDDEN_WRONG], [SECRET]))
    test = json.loads(text)["tests"][0]
    assert test["output"].startswith("A hidden test fails.") and ADVICE[Reason.HIDDEN_WRONG] in test["output"]
    assert "3.25" not in text and "(7, 1)" not in text and test["status"] == "failed"
    assert json.loads(text)["execution_time"] == 2  # of what students see; the notebooks took 3 seconds


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_words(reason):
    (test, *_) = results(graded("ada", [reason]))["tests"]
    assert test["output"].lower().startswith(LABEL[reason].lower()) and test["extra_data"]["reason"] == reason.value


@pytest.mark.parametrize("score, status", [(4, "passed"), (1.5, "failed"), (0, "failed")])
def test_part_of_the_points_is_no_pass(score, status):
    part = NotebookResult("assignment1/knn", (result(CHECKS[0], Reason.WRONG, score=score),))
    (test,) = results(Graded(Student("ada"), "a.zip", notebooks=(part,)))["tests"]
    assert (test["score"], test["status"]) == (score, status)


def test_nothing_handed_in_is_a_result_too():
    found = results(Graded(Student("ada"), problems=("The file is no zip.",)))
    assert found["score"] == 0 and found["tests"] == [] and "The file is no zip." in found["output"]


@pytest.mark.parametrize("message", ["\x1b[31mred\ud800\x00\u202e", "x" * 10**6, "<script>alert(1)</script>", '"\\\n'])
def test_hostile_messages_leave_valid_json(tmp_path, message):
    student = graded("ada", [Reason.ERROR], [message], problems=(message,))
    path = tmp_path / "results" / "results.json"
    gradescope.write(student, path)
    content = path.read_bytes()
    assert content.isascii() and len(content) < 100_000
    text = json.loads(content)["tests"][0]["output"]
    assert not set("\x1b\x00\u202e\ud800") & set(text)
    assert [entry.name for entry in path.parent.iterdir()] == ["results.json"]
