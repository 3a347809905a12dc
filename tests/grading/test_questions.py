"""Questions exported for marking, and marks read back."""
import csv

import inert_page
import pytest
from make_grading import QUESTIONS, graded, grading

from cs231n.grading.outputs import questions
from cs231n.grading.outputs.markdown import render
from cs231n.grading.results import Reason, Student

ONE, TWO = "assignment1-knn-question_1", "assignment1-svm-question_2"
SCRIPT = "<script>alert('here')</script>"


def course(**changes):
    """Three students; ada answers both questions, bob the first, cyd none."""
    ada, bob = changes.get("ada", "Neighbours, $k$ of them."), changes.get("bob", "No idea")
    return grading(graded("ada", answers=(ada, "Sum.")), graded("bob", answers=(bob, "")), graded("cyd"))


@pytest.fixture
def folder(tmp_path):
    questions.export(course(), tmp_path / "questions")
    return tmp_path / "questions"


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes(folder):
    return {row["student"]: row["code"] for row in table(folder / "key.csv")}


def edit(path, change):
    """Save a CSV again with its rows changed."""
    rows = table(path)
    change(rows)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["code", "mark", "comment", "answer"])
        writer.writeheader()
        writer.writerows(rows)


def mark(folder, student, value, comment="", question=ONE):
    code = codes(folder)[student]

    def change(rows):
        (row,) = (row for row in rows if row["code"] == code)
        row.update(mark=value, comment=comment)
    edit(folder / f"{question}.csv", change)


def test_each_answer_has_a_row_and_a_place_on_the_page(folder):
    assert {path.name for path in folder.iterdir()} == {
        "key.csv", "index.html", *(f"{name}.{end}" for name in (ONE, TWO) for end in ("html", "csv"))}
    code = codes(folder)
    assert len(set(code.values())) == 3
    rows = table(folder / f"{ONE}.csv")
    assert [row["code"] for row in rows] == sorted([code["ada"], code["bob"]])
    assert all(row["mark"] == row["comment"] == "" for row in rows)
    page = inert_page.read((folder / f"{ONE}.html").read_text(encoding="utf-8"))
    said = " ".join(page.text.split())
    for part in ("What is k?", "neighbours.", "Neighbours, k of them.", "No idea", code["ada"], "1 student without"):
        assert part in said, part
    assert "math" in page.tags and "Sum." not in page.text


def test_only_the_key_knows_who_is_who(folder):
    shown = inert_page.read((folder / f"{ONE}.html").read_text(encoding="utf-8")).text.lower()
    shown += "".join(row["code"] + row["mark"] + row["comment"] for row in table(folder / f"{ONE}.csv")).lower()
    assert "ada" not in shown and "bob" not in shown
    other = folder.with_name("other")
    questions.export(course(), other)
    assert codes(other) != codes(folder)  # by chance, so nothing about a student can be worked out from a code


def test_marks_are_read_back_and_entered(folder):
    mark(folder, "ada", "1.5", "=good")
    mark(folder, "ada", "1", question=TWO)
    marks = questions.read_back(folder, course())
    assert marks == {("ada", QUESTIONS[0]): (1.5, "=good"), ("ada", QUESTIONS[1]): (1, "")}
    ada, bob, _ = questions.enter(course(), marks).students
    assert (ada.marked, ada.unmarked, bob.unmarked) == (2.5, 0, 1) and ada.answers[0].comment == "=good"


def test_nothing_filled_in_is_not_marked_yet(folder):
    assert questions.read_back(folder, course()) == {}
    mark(folder, "bob", "", "see me")
    edit(folder / f"{TWO}.csv", lambda rows: rows.clear())
    assert questions.read_back(folder, course()) == {}


def test_another_export_keeps_codes_marks_and_comments(folder):
    mark(folder, "bob", "0", "-1 for style\nand two lines")
    before, key = (folder / f"{ONE}.csv").read_bytes(), codes(folder)
    more = grading(*course().students, graded("dan", answers=("new", "")))
    questions.export(more, folder)
    assert {student: code for student, code in codes(folder).items() if student != "dan"} == key
    assert len(table(folder / f"{ONE}.csv")) == 3
    assert questions.read_back(folder, more) == {("bob", QUESTIONS[0]): (0, "-1 for style\nand two lines")}
    assert before != (folder / f"{ONE}.csv").read_bytes()
    assert "0 of 2" in inert_page.read((folder / f"{ONE}.html").read_text(encoding="utf-8")).text


def test_marks_of_students_who_are_not_in_this_grading_stay(folder):
    mark(folder, "ada", "2")
    questions.export(grading(graded("bob", answers=("No idea", ""))), folder)
    assert questions.read_back(folder, grading(graded("bob", answers=("No idea", "")))) == {}
    assert questions.read_back(folder, course()) == {("ada", QUESTIONS[0]): (2, "")}


def test_a_mark_does_not_outlive_its_answer(folder):
    mark(folder, "ada", "2", "fine")
    changed = course(ada="Something else")
    assert questions.read_back(folder, changed) == {}
    questions.export(changed, folder)
    assert "changed since it got 2" in (folder / f"{ONE}.html").read_text(encoding="utf-8")
    mark(folder, "ada", "1")
    assert questions.read_back(folder, changed) == {("ada", QUESTIONS[0]): (1, "")}


def test_marks_that_are_known_already_stand_in_the_first_export(tmp_path):
    questions.export(grading(graded("ada", answers=("k", ""), marks=(0.5, None))), tmp_path)
    assert table(tmp_path / f"{ONE}.csv")[0]["mark"] == "0.5"


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_taken(folder):
    mark(folder, "ada", "2.5")
    mark(folder, "bob", "-1")
    mark(folder, "ada", "one", question=TWO)
    edit(folder / f"{TWO}.csv", lambda rows: rows.extend([rows[0] | {"mark": "1"}, rows[0] | {"code": "QQQQQQ"}]))
    with pytest.raises(ValueError) as error:
        questions.read_back(folder, course())
    told, code = str(error.value).splitlines(), codes(folder)
    assert len(told) == 5
    line = {row["code"]: at for at, row in enumerate(table(folder / f"{ONE}.csv"), 2)}
    for student, number in (("ada", "2.5"), ("bob", "-1")):
        where = f"{folder / ONE}.csv, line {line[code[student]]}: "
        assert f"{where}the mark of {code[student]} is {number} and should be from 0 to 2" in told
    assert f"{folder / TWO}.csv, line 2: the mark of {code['ada']} is 'one' and should be a number" in told
    assert f"{folder / TWO}.csv, line 3: {code['ada']} stands in line 2 already" in told
    assert f"{folder / TWO}.csv, line 4: nobody has the code 'QQQQQQ'" in told


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "1 point", "0x1", "--1"])
def test_a_mark_is_a_finite_number(folder, value):
    mark(folder, "ada", value)
    with pytest.raises(ValueError, match="should be a number"):
        questions.read_back(folder, course())


def test_an_export_over_a_csv_that_cannot_be_kept_writes_nothing(folder):
    edit(folder / f"{TWO}.csv", lambda rows: rows.append({"code": "ZZZZZZ", "mark": "1"}))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ValueError, match="nobody has the code 'ZZZZZZ'"):
        questions.export(course(bob="more"), folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_csv_saved_by_a_spreadsheet_elsewhere_is_read(folder):
    mark(folder, "ada", "0,5", "gut; sehr gut")
    path = folder / f"{ONE}.csv"
    rows = table(path)
    lines = [["Code", "Mark", "Comment", "Answer"], *(list(row.values()) for row in rows), ["", "", "", ""]]
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(lines)
    assert questions.read_back(folder, course()) == {("ada", QUESTIONS[0]): (0.5, "gut; sehr gut")}


@pytest.mark.parametrize("content, told", [
    ("code,mark\n", "line 1: there is no column comment and none answer"), (b"code,\xff\xfe\n", "UTF-8"),
])
def test_a_csv_that_is_another_is_an_error(folder, content, told):
    (folder / f"{ONE}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=told):
        questions.read_back(folder, course())


def test_without_the_key_nothing_is_read(folder):
    (folder / "key.csv").unlink()
    with pytest.raises(ValueError, match="key.csv is missing"):
        questions.read_back(folder, course())


@pytest.mark.parametrize("answer", [
    SCRIPT, "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](http://evil.org)",
    "![x](http://evil.org/x.png)", "![x](attachment:x.png)", "http://evil.org", "[r]: http://evil.org\n[r]",
    r"$\text{<script>alert(1)</script>}$", r"$\href{javascript:x}{y}$", r"$$\style{position:fixed}{y}$$",
    r"$\text{</math></div>}$", '"><svg/onload=alert(1)>', "\u202eevil\x1b[31m\x00", "```mermaid\nx\n```", "<!-- x -->",
    "</div></article>", "<style>*{display:none}</style>", "$" * 3000, "> " * 3000, "[" * 3000, "x" * 200_000,
    "{{ code }}{% raw %}", "&#60;script&#62;",
])
def test_no_answer_does_anything_on_the_page(tmp_path, answer):
    questions.export(grading(graded(Student(SCRIPT, name=SCRIPT), [Reason.WRONG], answers=(answer, ""))), tmp_path)
    page = inert_page.read((tmp_path / f"{ONE}.html").read_text(encoding="utf-8"))
    assert "a" not in page.tags and "img" not in page.tags and "svg" not in page.tags
    inert_page.read((tmp_path / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("source, shown", [
    ("**bold** `x < 1`", "<strong>bold</strong> <code>x &lt; 1</code>"), ("# Title", "<p><strong>Title</strong></p>"),
    ("[paper](http://a.org)", "paper (<code>http://a.org</code>)"), ("[1]: because of this", "[1]: because of this"),
    (r"$x_{$", "<code>x_{</code>"), (r"$\frac{a}{b}$", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
])
def test_markdown_reads_well(source, shown):
    assert shown in render(source)
