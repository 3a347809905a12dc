"""A student's page: what it says, and what it does not."""
import inert_page
import pytest
from make_grading import CHECKS, DEADLINE, graded, grading, png

from cs231n.grading.outputs import feedback
from cs231n.grading.outputs.wording import ADVICE, LABEL, told
from cs231n.grading.results import Check, CheckResult, Figure, Graded, Lateness, NotebookResult, Reason, Student

SCRIPT = "<script>alert('here')</script>"
HOSTILE = [SCRIPT, '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "\u202eevil\x1b[31m\x1b]0;t\x07\x00",
           "{{ 7 * 7 }}{% raw %}", "</title></style><a href=http://evil.org>", "javascript:alert(1)", "\ud800"]


def shown(student):
    """Return what the page of a student says, white space folded, having seen that it is inert."""
    return " ".join(inert_page.read(feedback.page(student, grading(student))).text.split())


def test_it_says_what_is_right_and_what_is_not_and_why():
    text = shown(graded(
        Student("ada", "Ada Lovelace"), [Reason.RIGHT, Reason.WRONG], ["", "vote: k = 3\n  2 of 4 values differ."],
        answers=("It is *k*.", ""), marks=(1.5, None), remarks=("The cell of vote was there twice.",),
        problems=("Two zips; the newer was taken.",), lateness=Lateness(3, 2, 0.75, "3 days late, 2 of them free."),
    ))
    for said in ("Ada Lovelace", "3 of 4 checks right", "20 April 2026, 23:59", "Total 8.62 of 15 points",
                 "distances right 4 of 4", "vote not right yet 1 of 3 check_vote vote: k = 3 2 of 4 values differ.",
                 "question_1 1.5 of 2", "It is k.", "question_2 0 of 1", "There was no answer.",
                 "The cell of vote was there twice.", "3 days late, 2 of them free.", "Two zips; the newer was taken.",
                 "Late 3 days 2 free; points times 0.75"):
        assert said in text, said


def test_messages_keep_their_lines():
    page = feedback.page(graded("ada", [Reason.WRONG], ["one\n  two"]), grading())
    assert "one\n  two" in page and "white-space: pre-wrap" in page


def test_of_a_hidden_test_it_says_only_that_it_fails():
    student = graded("ada", [Reason.HIDDEN_WRONG], ["shape (7, 1): got 3.25, expected 4.5"])
    page = feedback.page(student, grading(student))
    assert "A hidden test fails here:" in page and "0 of 4" in page
    assert "3.25" not in page and "(7, 1)" not in page


def test_our_answers_to_questions_are_not_given_away():
    student = graded("ada", answers=("k", "sum"))
    page = feedback.page(student, grading(student))
    assert all(answer.question.answer not in page for answer in student.answers)
    assert "not marked yet" in page and "Total so far" in page


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason != Reason.RIGHT])
def test_every_reason_is_told_in_words(reason):
    text = shown(graded("ada", [reason], ["MESSAGE"]))
    assert f"distances {LABEL[reason]} 0 of 4" in text
    assert ADVICE.get(reason, "MESSAGE") in text
    assert ("MESSAGE" in text) == (reason not in (Reason.HIDDEN_WRONG, Reason.GRADER_FAILED))


def test_several_notebooks_are_told_on_top_with_their_points():
    student = graded("ada", [Reason.WRONG])
    page = inert_page.read(feedback.page(student, grading(student)))
    assert "assignment1/knn 3 of 7 assignment1/svm 5 of 5" in " ".join(page.text.split())
    assert page.addresses() == ["#notebook1", "#notebook2"]
    assert [value for _, name, value in page.attributes if name == "id"] == ["notebook1", "notebook2"]


def test_what_several_checks_say_is_said_once():
    text = shown(graded("ada", [Reason.RIGHT, Reason.NOT_ATTEMPTED, Reason.NOT_ATTEMPTED]))
    assert text.count(ADVICE[Reason.NOT_ATTEMPTED]) == 1


def test_a_message_without_end_is_cut():
    said = told(CheckResult(CHECKS[0], 0, Reason.ERROR, "x" * 10**6))
    assert len(said) < 5000 and said.endswith("(cut)")


def test_figures_stand_beside_ours():
    figure = Figure("assignment1/knn", "Loss <curve>", png("red"), png("blue"))
    student = graded("ada", figures=(figure,))
    page = inert_page.read(feedback.page(student, grading(student)))
    pictures = [value for tag, name, value in page.attributes if (tag, name) == ("img", "src")]
    assert len(set(pictures)) == 2 and all(each.startswith("data:image/png;base64,") for each in pictures)
    yours = page.text.index("yours")
    assert "Loss <curve>" in page.text and page.text.index("ours", yours + 5) > yours


def test_nothing_handed_in_has_a_page():
    text = shown(Graded(Student("ada", "Ada")))
    assert "Nothing was handed in." in text and "Total 0 of 15 points" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_submission_holds_does_anything(text):
    check = Check(text, text, text, 1)
    notebook = NotebookResult(
        text, (CheckResult(check, 0, Reason.WRONG, text), CheckResult(check, 0, Reason.ERROR, text * 2)), (text,),
        (Figure(text, text, png(), png()),))
    student = Graded(Student(text, text, text, section=text), text, DEADLINE, (text,), (notebook,),
                     graded("ada", answers=(text, text)).answers, Lateness(1, 0, 0.75, text))
    page = inert_page.read(feedback.page(student, grading(student)))
    assert page.tags.count("a") == 0 and page.tags.count("img") == 2
    if text == SCRIPT:
        assert page.text.count(SCRIPT) >= 8


def test_a_page_for_each_student_with_a_name_that_is_safe(tmp_path):
    ids = ["ada", "../../../etc/cron", "/abs", "a\\b", "Bob", "bob", SCRIPT, "", "nul"]
    folder = tmp_path / "out" / "feedback"
    names = feedback.write(grading(*[graded(Student(each, name=f"name {at}")) for at, each in enumerate(ids)]), folder)
    assert names["ada"] == "ada.html" and list(names) == ids
    assert len(set(names.values())) == len(ids)
    assert sorted(names.values()) == sorted(path.name for path in folder.iterdir())
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.parent != folder] == []
    for at, each in enumerate(ids):
        assert f"name {at}" in (folder / names[each]).read_text(encoding="utf-8")
