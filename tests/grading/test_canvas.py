"""Canvas's gradebook: one column filled, everything else as it was, to the byte."""
import csv
import io

import pytest
from make_grading import graded, grading

from cs231n.grading import platforms
from cs231n.grading.platforms.sheet import Filled
from cs231n.grading.results import Reason, Student

TITLE = "Assignment 1 (1234567)"
EXPORT = (
    '\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,"Assignment 1 (1234567)",Assignment 10 (1234568),'
    "Quiz (99),Assignments Current Score\r\n"
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,15,10.00,5.00,(read only)\r\n"
    '"Lovelace, Ada",11,S-1,ada@u.edu,"CS, ""01""",,7.50,=1+1,\r\n'
    'Noether  Emmy,12,S-2,emmy@u.edu,01,"3.0",,5,\r\n'
    '"Hopper, Grace",13,S-3,grace@u.edu,01, EX ,,,\r\n'
    '"Student, Test",99,,abcdef,01,,,,\r\n'
)
ADA, EMMY = Student("a", platform_id="11"), Student("e", sis_id="S-2")
GRACE, NEW = Student("g", login="grace@u.edu"), Student("new", "Ada Lovelace", platform_id="77")


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORT.encode())
    return path


def fill(export, *students, **options):
    """Fill, and return what was said and what was written."""
    out = export.with_name("canvas.csv")
    said = platforms.fill(export, grading(*students), out.parent, **options)
    return said, out.read_bytes().decode()


def test_the_cells_of_the_column_are_filled_and_no_other_byte_changes(export):
    said, written = fill(export, graded(EMMY, [Reason.WRONG]), graded(ADA), graded(GRACE), graded(NEW))
    wanted = EXPORT.replace('"CS, ""01""",,7.50', '"CS, ""01""",12,7.50').replace('"3.0"', "8")
    assert written == wanted
    assert said == Filled(TITLE, 2, ("new",), ("Student, Test",), (), ("Hopper, Grace",))


def test_a_row_of_nobody_stays(export):
    said, written = fill(export, graded(ADA))
    assert said.no_student == ("Noether Emmy", "Hopper, Grace", "Student, Test") and '"3.0"' in written


def test_names_are_not_compared(export):
    said, written = fill(export, graded(Student("a", "Lovelace, Ada")))
    assert said.no_row == ("a",) and said.filled == 0 and written == EXPORT


def test_a_total_that_is_not_final_waits(export):
    students = [graded(ADA, answers=("k", "")), graded(EMMY, [Reason.GRADER_FAILED])]
    said, written = fill(export, *students)
    assert said.waiting == ("a", "e") and said.filled == 0 and written == EXPORT


def test_other_points_are_told(export):
    export.write_bytes(EXPORT.replace(",15,", ",100,").encode())
    assert fill(export, graded(ADA))[0].note == "Canvas counts this assignment out of 100 points, and we out of 15."


@pytest.mark.parametrize("column", [TITLE, "Assignment 1"])
def test_the_column_can_be_named(export, column):
    assert fill(export, graded(ADA), column=column)[0].column == TITLE


@pytest.mark.parametrize("title", [
    "Assignment 1: kNN, SVM (5)", "assignment1 (5)", "ASSIGNMENT #1 (5)", "Assignment 01 (5)", "HW: assignment-1 (5)",
])
def test_the_column_is_found_by_a_name_like_the_assignments(export, title):
    quoted = f'"{title}"'
    export.write_bytes(EXPORT.replace('"Assignment 1 (1234567)"', quoted).encode())
    assert fill(export, graded(ADA))[0].column == title


@pytest.mark.parametrize("old, new, options, told", [
    ("Assignment 1 (", "Essay (", {}, "no column is named like 'assignment1'"),
    ("Quiz (99)", "Assignment 1 again (99)", {}, "more than one column is named like"),
    ("", "", {"column": "Essay"}, "no column is titled 'Essay'"),
    ("", "", {"column": "ID"}, "no column is titled 'ID'"),
    ("Student,ID", "Name;Number", {}, "not a gradebook that Canvas exported"),
    ('""01"""', '"01', {}, "quotation marks"),
    (",5,\r\n", ",5\r\n", {}, "record 5 has 8 cells and the first has 9"),
    ('Emmy,12,S-2', 'Emmy,12,S-1', {}, None),
])
def test_what_is_not_clear_is_one_error_and_nothing_is_written(export, old, new, options, told):
    export.write_bytes(EXPORT.replace(old, new, 1).encode() if old else EXPORT.encode())
    if told is None:  # the ids of one student on two rows
        students, told = [graded(Student("a", platform_id="11", sis_id="S-1"))], "which row is a's"
    else:
        students = [graded(ADA)]
    with pytest.raises(ValueError, match=told) as error:
        fill(export, *students, **options)
    assert "\n" not in str(error.value) and not export.with_name("canvas.csv").exists()
    if "column" in told:
        assert "Quiz (99)" in str(error.value) or "again (99)" in str(error.value)


def test_two_students_on_one_row_are_an_error(export):
    with pytest.raises(ValueError, match="another student's already"):
        fill(export, graded(ADA), graded(Student("twin", sis_id="S-1")))


@pytest.mark.parametrize("content, told", [
    (None, "no such file"), ("Müller".encode("latin-1"), "UTF-8"), (b"", "Canvas"),
])
def test_a_file_that_is_none_of_canvas_is_an_error(tmp_path, content, told):
    path = tmp_path / "export.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=told):
        fill(path, graded(ADA))


def test_unix_lines_and_a_missing_last_one_stay(export):
    plain = EXPORT.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n")
    export.write_bytes(plain.encode())
    _, written = fill(export, graded(ADA))
    assert written == plain.replace('"CS, ""01""",,7.50', '"CS, ""01""",12,7.50')
    assert len(list(csv.reader(io.StringIO(written)))) == 7


def test_moodles_worksheet_is_filled(tmp_path):
    path = tmp_path / "worksheet.csv"
    text = ("Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
            "Participant 17,Ada Lovelace,a,ada@u.edu,Submitted,,15.00,\nParticipant 18,Emmy Noether,e,,,3,15.00,\n")
    path.write_text(text)
    said = platforms.fill(path, grading(graded(Student("x", platform_id="Participant 17"))), tmp_path)
    assert (tmp_path / "moodle.csv").read_text() == text.replace("Submitted,,", "Submitted,12,")
    assert said.sentences()[0] == "Moodle: 1 cells of Grade filled." and said.no_student == ("Emmy Noether",)


def test_what_came_of_it_is_told_in_sentences(export):
    said, _ = fill(export, graded(EMMY), graded(NEW), graded(ADA, answers=("k", "")))
    assert said.sentences() == [
        f"Canvas: 1 cells of {TITLE} filled.", "1 not in Canvas's file, or without one of its ids on the roster: new.",
        "2 in Canvas's file and not on the roster: Hopper, Grace; Student, Test.",
        "1 left as they were, because their totals are not final: a.",
    ]
