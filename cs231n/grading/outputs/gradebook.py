"""The gradebook: a CSV with a row for each student, in the roster's order."""
import csv
import io

from cs231n.course.notebook import write_atomically
from cs231n.grading import limits
from cs231n.grading.results import Reason
from cs231n.grading.text import cell, number, one_line, shorten


def by_exercise(parts):
    """Group what has to do with checks by the exercise that it is about.

    Parameters
    ----------
    parts : iterable of Check or CheckResult

    Returns
    -------
    dict of (str, str) -> list
        By notebook and exercise, in the order of the checks.
    """
    groups = {}
    for part in parts:
        check = getattr(part, "check", part)
        groups.setdefault((check.notebook, check.exercise), []).append(part)
    return groups


def results(graded):
    """Return all check results of a student, notebook after notebook."""
    return [result for notebook in graded.notebooks for result in notebook.checks]


def unfinished(graded):
    """Say what keeps a student's total from being final.

    Returns
    -------
    list of str
        A sentence each; empty for a total that can be told.
    """
    failed = sum(result.reason == Reason.GRADER_FAILED for result in results(graded))
    return [
        *([f"Answers that wait for a mark: {graded.unmarked}."] if graded.unmarked else []),
        *([f"Checks that were not graded, through no fault of the student's: {failed}."] if failed else []),
    ]


def write(grading, path):
    """Write the gradebook; the same grading gives the same bytes.

    The text is UTF-8 and begins with a byte order mark, without which Excel misreads names. Text that a spreadsheet
    would take for a formula stands behind a `'`. A mark that has not been given is empty, and not counted in the total.

    Parameters
    ----------
    grading : results.Grading
    path : Path
    """
    exercises = by_exercise(grading.checks)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([
        "id", "name", "email", "section", *(cell(f"{notebook}: {exercise}") for notebook, exercise in exercises),
        *(cell(f"{question.notebook}: {question.name}") for question in grading.questions),
        "checks", "questions", "days late", "free days", "factor", "total", "out of", "submitted", "remarks",
    ])
    for graded in grading.students:
        writer.writerow(_row(graded, grading, exercises))
    write_atomically(path, target.getvalue().encode("utf-8-sig"))


def _row(graded, grading, exercises):
    student, late = graded.student, graded.lateness
    reached = {key: sum(each.score for each in group) for key, group in by_exercise(results(graded)).items()}
    answers = {answer.question: answer for answer in graded.answers}
    remarks = [*([] if graded.file else ["Nothing was handed in."]), *oddities(graded), *unfinished(graded)]
    return [
        *(cell(one_line(text)) for text in (student.id, student.name, student.email, student.section)),
        *(number(reached.get(key, 0)) for key in exercises),
        *(_mark(answers.get(question)) for question in grading.questions),
        *map(number, (graded.checked, graded.marked, late.days, late.free, late.factor, graded.total, grading.out_of)),
        graded.submitted.isoformat(" ", "seconds") if graded.submitted else "",
        cell(shorten(" | ".join(dict.fromkeys(map(one_line, remarks))), limits.LONGEST_REMARKS)),
    ]


def _mark(answer):
    if answer is not None and answer.mark is not None:
        return number(answer.mark)
    return "" if answer is not None and answer.text else "0"


def oddities(graded):
    """Return what is odd about a submission: its problems, and the remarks on its notebooks."""
    return [
        *graded.problems,
        *(f"{notebook.notebook}: {remark}" for notebook in graded.notebooks for remark in notebook.remarks),
    ]
