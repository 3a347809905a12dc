"""The roster: whatever a course calls its columns, and one clear sentence where a line is wrong."""
import pytest

from cs231n.grading.handed_in.identity import find
from cs231n.grading.handed_in.roster import load
from cs231n.grading.results import Student

JANE = Student("7", "Doe, Jane", "jane@x.edu", "12345", "S7", "jdoe", "01", 2.0, 1.5)


@pytest.fixture
def roster(tmp_path):
    """A function that writes a roster and reads it."""
    def read(text, encoding="utf-8"):
        (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
        return load(tmp_path / "roster.csv")
    return read


@pytest.mark.parametrize("text", [
    'Student ID,Name,E-mail,Canvas ID,SIS ID,Login,Section,Extension (days),Late days used\n'
    '7,"Doe, Jane",jane@x.edu,12345,S7,jdoe,01,2,1.5\n',
    'late_days;EXTENSION;section;SIS Login ID;SIS User ID;ID;e-mail;name;sid\n'
    '1,5;2;01;jdoe;S7;12345;jane@x.edu;Doe, Jane;7\n',
    'student\tname\temail\tcanvas user id\tsis id\tlogin id\tsections\textension\tlate days\r\n'
    '7\tDoe, Jane\tjane@x.edu\t12345\tS7\tjdoe\t01\t2.0\t1.5\r\n\r\n',
    ' id , full name ,email address,canvas_id,sis_id,user name,Section,extension in days,late days used,remarks\n'
    ' 7 ," Doe, Jane ", jane@x.edu ,12345,S7,jdoe,01, 2 , 1.5 ,good\n,,,,,,,,,\n',
])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_columns_are_known_by_their_headings(roster, text, encoding):
    assert roster(text, encoding) == [JANE]


def test_an_id_is_enough_and_the_order_is_kept(roster):
    assert roster("id\n9\n7\n8") == [Student("9"), Student("7"), Student("8")]
    assert roster("id,extension\n7,\n8") == [Student("7"), Student("8")]


def test_a_gradebook_that_canvas_exported_is_a_roster(roster):
    text = ("Student,ID,SIS User ID,SIS Login ID,Section,Assignment 1 (99)\n"
            "    Points Possible,,,,,10\n"
            '"Doe, Jane",12345,S7,jdoe,01,\n"Roe, Bob",12346,,broe,01,7\n"Poe, Eve",12347,,,01,\n'
            '"Student, Test",1,,t,01,\n')
    assert roster(text) == [
        Student("S7", "Doe, Jane", platform_id="12345", sis_id="S7", login="jdoe", section="01"),
        Student("broe", "Roe, Bob", platform_id="12346", login="broe", section="01"),
        Student("12347", "Poe, Eve", platform_id="12347", section="01"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_names_keep_their_accents(roster, encoding):
    assert roster("id,name\n7,Zoë Müller\n", encoding) == [Student("7", "Zoë Müller")]


@pytest.mark.parametrize("text, words", [
    ("", "line 1: there is no column 'student id'.*there are: none"),
    ("name,email\nJane,j@x.edu\n", "line 1: there is no column 'student id'.*there are: name, email"),
    ("id,e-mail,email\n", "line 1: columns 'e-mail' and 'email' are the same"),
    ("id,name\n7,Jane\n8,Bob\n7,Eve\n", "line 4, column 'id': '7' is already in line 2"),
    ("SID\nJDoe\njdoe\n", "line 3, column 'SID': 'jdoe' is already in line 2"),
    ("id,name\n7,Jane\n,Bob\n", "line 3, column 'id': the student has no id"),
    ("id,Extension (days)\n7,2\n8,two\n", r"line 3, column 'Extension \(days\)': 'two' is not a number of days"),
    ("id,extension\n7,-1\n", "line 2, column 'extension': '-1' is not"),
    ("id,extension\n7,nan\n", "line 2, column 'extension': 'nan' is not"),
    ("id,extension\n7,1e300\n", "line 2, column 'extension': '1e300' is not"),
    ("id,late days used\n7,inf\n", "line 2, column 'late days used': 'inf' is not"),
    ('id,name\n7,"Jane\n', "line 2: unexpected end of data"),
    ("Student,ID,SIS Login ID\nJane,,\n", "line 2, column 'ID': the student has no id"),
])
def test_what_is_wrong_is_said_with_its_line_and_column(roster, text, words):
    with pytest.raises(ValueError, match=words):
        roster(text)


@pytest.mark.parametrize("key", ["7", " JANE@X.EDU ", "JDoe", "s7", "12345"])
def test_students_are_found_by_all_that_is_known_of_them(key):
    assert find([Student("8"), JANE], key) is JANE


@pytest.mark.parametrize("key", ["", " ", "9", "Doe, Jane", "01"])
def test_what_nobody_is_known_by_finds_nobody(key):
    assert find([Student("8"), JANE], key) is None


def test_the_surest_key_wins_and_nobody_is_guessed():
    first, second = Student("12345", email="a@x.edu"), Student("8", email="A@x.edu")
    assert find([JANE, first], "12345") is first
    assert find([JANE, first], "12345", ("platform_id",)) is JANE
    assert find([first, second], "a@x.edu") is None
