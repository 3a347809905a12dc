"""The instructor's page: its numbers, what it puts first, and that nothing in it runs."""
import inert_page
import pytest
from make_grading import CHECKS, graded, grading, png

from cs231n.grading import results
from cs231n.grading.outputs import charts, report
from cs231n.grading.results import Answer, CheckResult, Figure, Graded, Lateness, NotebookResult, Reason, Student

SCRIPT = "<script>alert('here')</script>"


def read(this):
    names = {each.student.id: f"s{at}.html" for at, each in enumerate(this.students)}
    return inert_page.read(report.page(this, names))


def text(this):
    return " ".join(read(this).text.split())


def course():
    return grading(
        graded(Student("ada", "Ada", section="01"), [Reason.WRONG], ["12 of 30 values differ: got 1.5"]),
        graded("bob", [Reason.WRONG, Reason.TIMED_OUT], ["7 of 30 values differ: got -2e-05"],
               lateness=Lateness(2, 1, 0.75)),
        graded("cyd", [Reason.WRONG], ["Its shape is (3, 4)"], answers=("k", "")),
        graded("dan", [Reason.HIDDEN_WRONG], ["inputs (9, 9)"], remarks=("The cell of vote was there twice.",)),
        graded("eve", [Reason.NOT_ATTEMPTED, Reason.RIGHT, Reason.GRADER_FAILED], ["", "", "no sandbox"]),
        Graded(Student("fay")),
    )


def test_the_headline_counts():
    said = text(course())
    for part in ("5 of 6 students handed in", "1 answer to questions wait", "3 submissions need a look",
                 "Median 8 of 15 points", "Nothing handed in 1", "Late 1 1 with points taken off"):
        assert part in said, part


def test_checks_come_hardest_first_with_the_commonest_messages():
    said = text(course())
    table = said[said.index("Checks, the hardest first"):said.index("What became of the checks")]
    assert table.index("distances") < table.index("vote") < table.index("loss")
    assert "100 % 4 of 4 1 2 12 of 30 values differ: got 1.5 1 Its shape is (3, 4) 1 a hidden test fails" in table
    assert "(9, 9)" not in said


def test_what_needs_a_look_comes_worst_first():
    said = text(course())
    look = said[said.index("Submissions that need a look"):said.index("Exercises")]
    assert look.index("eve") < look.index("bob") < look.index("dan") and "ada" not in look and "fay" not in look
    assert "the grader failed 1 check no sandbox" in look and "The cell of vote was there twice." in look


def test_tables_of_outcomes_days_and_times():
    said = text(course())
    assert "not right yet wrong 3 3" in said and "on time 4 0 1 2 1 1 0.75" in said
    assert "assignment1/knn 2.0 s 2.0 s" in said


def test_every_student_leads_to_a_page():
    page = read(course())
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert {f"feedback/s{at}.html" for at in range(6)} == set(links)


def test_the_slowest_come_first():
    def slow(student, seconds):
        check = CheckResult(CHECKS[0], 4, Reason.RIGHT, "", seconds)
        one = NotebookResult("assignment1/knn", (check,), seconds=seconds + 1)
        return Graded(Student(student), "a.zip", notebooks=(one,))
    said = text(grading(slow("a", 1), slow("b", 99), slow("c", 5)))
    table = said[said.index("The slowest notebooks"):]
    assert table.index("100.0 b") < table.index("6.0 c") < table.index("2.0 a") and "check_distances, 99.0 s" in table


@pytest.mark.parametrize("students", [(), (Graded(Student("ada")),), (graded("ada"),)])
def test_a_course_of_few_has_a_page(students):
    said = text(grading(*students))
    assert f"{sum(bool(each.file) for each in students)} of {len(students)} student" in said


def test_a_course_of_many_has_a_page_that_is_not_large():
    reasons = list(Reason)
    many = grading(*[graded(f"s{at}", [reasons[at % len(reasons)]], [f"{at} differ"]) for at in range(500)])
    html = report.page(many, {f"s{at}": f"s{at}.html" for at in range(500)})
    page = inert_page.read(html)
    assert len(html) < 1_000_000 and page.tags.count("details") == 1
    checks = page.text[page.text.index("Checks, the hardest first"):page.text.index("What became of the checks")]
    assert checks.count("differ") == 3  # messages that differ in numbers only are one


@pytest.mark.parametrize("hostile", [
    SCRIPT, '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "\u202eevil\x1b[31m\x00", "{{ 7 * 7 }}",
    "</svg>", "\ud800",
])
def test_nothing_that_a_submission_holds_does_anything(hostile):
    check = results.Check(hostile, hostile, hostile, 1)
    question = results.Question(hostile, hostile, 1, hostile, hostile)
    notebook = NotebookResult(hostile, (CheckResult(check, 0, Reason.ERROR, hostile),), (hostile,),
                              (Figure(hostile, hostile, png(), png()),), 1)
    student = Graded(Student(hostile, hostile, hostile, section=hostile), hostile, problems=(hostile,),
                     notebooks=(notebook,), answers=(Answer(question, hostile, 0.5, hostile),))
    page = read(results.Grading(hostile, (check,), (question,), (student,)))
    assert "img" not in page.tags
    if hostile == SCRIPT:
        assert page.text.count(SCRIPT) >= 8


def test_charts_are_drawn_in_the_colours_of_the_page_and_alike_each_time():
    chart = charts.totals([1, 2, 2, 9.5], 10)
    assert chart == charts.totals([1, 2, 2, 9.5], 10)
    assert "#" not in chart.replace('"#', "").replace("url(#", "") and "var(--link)" in chart
    page = inert_page.Page(chart)
    assert {"students", "points, of 10", "median 2"} <= {line.strip() for line in page.text.splitlines()}


@pytest.mark.parametrize("values, counted", [
    ([0, 2, 2], {"0": "1", "2": "2"}), ([0, 0.5, 1], {"0": "1", "0.5": "1", "1": "1"}),
    ([0, 1, 2, 3, 4, 5, 6, 7, 8, 10], {"0": "2", "2": "2", "4": "2", "6": "2", "8": "1", "10": "1"}),
])
def test_bars_count_the_students_of_an_exercise(values, counted):
    told = charts.shares("vote", values, max(values))
    assert ", ".join(f"{count} with {step}" for step, count in counted.items()) in told
