"""The gradebook, and text made safe for spreadsheets and file names."""
import csv
import time
from datetime import datetime

import pytest
from make_grading import CHECKS, graded, grading, result

from cs231n.grading import text
from cs231n.grading.outputs import gradebook
from cs231n.grading.results import Graded, Lateness, Reason, Student

ADA = Student("ada", "Ada Lovelace", "ada@u.edu", section="01")
HEADER = ["id", "name", "email", "section", "assignment1/knn: distances", "assignment1/knn: vote",
          "assignment1/svm: loss", "assignment1/knn: question_1", "assignment1/svm: question_2", "checks", "questions",
          "days late", "free days", "factor", "total", "out of", "submitted", "remarks"]


def rows(tmp_path, *students):
    gradebook.write(grading(*students), tmp_path / "gradebook.csv")
    with open(tmp_path / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_holds_all_there_is_to_tell_of_a_student(tmp_path):
    (row,) = rows(tmp_path, graded(
        ADA, [Reason.RIGHT, Reason.WRONG], answers=("k", "sum"), marks=(1.5, None), remarks=("vote twice.",),
        lateness=Lateness(3, 2, 0.75, "late"), submitted=datetime(2026, 4, 23, 10, 0, 1),
        problems=("Two zips; the newer was taken.",),
    ))
    assert list(row) == HEADER
    assert list(row.values()) == [
        "ada", "Ada Lovelace", "ada@u.edu", "01", "4", "1", "5", "1.5", "", "10", "1.5", "3", "2", "0.75", "8.62", "15",
        "2026-04-23 10:00:01",
        "Two zips; the newer was taken. | assignment1/knn: vote twice. | Answers that wait for a mark: 1.",
    ]


def test_a_student_without_a_submission_has_a_row_that_says_so(tmp_path):
    row = rows(tmp_path, graded("bob"), Graded(ADA), graded("cyd"))[1]
    assert (row["id"], row["total"], row["assignment1/knn: vote"], row["submitted"]) == ("ada", "0", "0", "")
    assert row["remarks"] == "Nothing was handed in."


def test_rows_are_in_the_order_of_the_roster_and_the_bytes_are_the_same(tmp_path):
    students = [graded("zed"), graded("ada"), graded("mia")]
    assert [row["id"] for row in rows(tmp_path, *students)] == ["zed", "ada", "mia"]
    before = (tmp_path / "gradebook.csv").read_bytes()
    gradebook.write(grading(*students), tmp_path / "gradebook.csv")
    assert (tmp_path / "gradebook.csv").read_bytes() == before
    assert before.startswith(b"\xef\xbb\xbfid,name,") and b"\r" not in before


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u202e=1", "\x1b[31m=1", "＝1"]
)
def test_no_text_is_a_formula_and_numbers_stay_numbers(tmp_path, name):
    (row,) = rows(tmp_path, graded(Student(name, name, name, section=name), problems=(name,)))
    for column in ("id", "name", "email", "section", "remarks"):
        assert row[column][0] == "'" and row[column][1] in "=+-@＝"
    assert float(row["total"]) == 12


def test_quotes_commas_and_lines_come_through(tmp_path):
    name = 'Lovelace, "Ada"\nCountess; of; Löwe 图'
    (row,) = rows(tmp_path, graded(Student("a,b", name)))
    assert row["name"] == 'Lovelace, "Ada" Countess; of; Löwe 图' and row["id"] == "a,b"


def test_an_unanswered_question_is_nought_and_one_that_waits_is_empty(tmp_path):
    row, = rows(tmp_path, graded(ADA, answers=("", "because")))
    assert (row["assignment1/knn: question_1"], row["assignment1/svm: question_2"]) == ("0", "")


def test_an_ungraded_check_makes_a_total_unfinished():
    assert gradebook.unfinished(graded("ada", [Reason.WRONG])) == []
    assert "not graded" in gradebook.unfinished(graded("ada", [Reason.GRADER_FAILED]))[0]
    waiting = graded("ada", answers=("k", "sum"))
    assert gradebook.unfinished(waiting) == ["Answers that wait for a mark: 2."]


def test_checks_are_grouped_by_exercise_of_their_notebook():
    groups = gradebook.by_exercise(result(check) for check in CHECKS)
    assert {key: [each.check.points for each in group] for key, group in groups.items()} == {
        ("assignment1/knn", "distances"): [4], ("assignment1/knn", "vote"): [2, 1], ("assignment1/svm", "loss"): [5]}
    assert gradebook.by_exercise(CHECKS).keys() == groups.keys()


@pytest.mark.parametrize("dirty, clean", [
    ("\x1b[31mred\x1b[0m", "red"), ("\x1b]0;title\x07x", "x"), ("\x1b]52;c;ZXZpbA==\x1b\\x", "x"),
    ("a\u202eb\u2066c", "abc"), ("a\x00\x07\x7f\x9bb", "ab"), ("a\r\nb\rc\td", "a\nb\nc\td"), ("\ud800", ""),
    ("نام\u200cه", "نام\u200cه"), ("\ufeffx", "x"),
    ("\x1b]" * 1000 + "x", "]" * 1000 + "x"),
])
def test_plain_text_has_nothing_that_cannot_be_seen(dirty, clean):
    assert text.plain(dirty) == clean


@pytest.mark.parametrize("written", ["=1", "-", "a=1", "'", "two\nlines", "it's", ""])
def test_what_goes_into_a_cell_comes_out(written):
    assert text.from_cell(text.cell(written)) == written


def test_file_names_are_safe_and_no_two_are_the_same():
    ids = ["ada", "A0123456", "../../etc/passwd", "a/b", "a\\b", "a b", "con", "NUL", "", ".", "..", "-rf", "x" * 300,
           "é", "e", "Bob", "bob", "a\x00", "a:b", "图", "\ud800", "ada-0123456789"]
    names = text.file_names(ids)
    assert names["ada"] == "ada" and names["A0123456"] == "A0123456"
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) <= 64
        assert name[0] not in "-_" and name.lower() not in ("con", "nul")


@pytest.mark.parametrize("text_of_others", ["\x1b]" * 500_000, ("\x1b]" + "a" * 3999) * 250, "\x1b[" + "0" * 1_000_000,
                                            "\x1b[" * 500_000, "\x1b " * 500_000])
def test_text_is_made_plain_in_linear_time(text_of_others):
    start = time.process_time()
    text.plain(text_of_others)
    assert time.process_time() - start < 5
