"""Each student's page: what is right, what is not and why, the figures beside ours, the marks of the questions."""
from pathlib import Path

from cs231n.course.notebook import write_atomically
from cs231n.grading.outputs import pages
from cs231n.grading.outputs.gradebook import by_exercise, results, unfinished
from cs231n.grading.outputs.wording import told
from cs231n.grading.results import Reason
from cs231n.grading.text import file_names

_TONE = {Reason.RIGHT: "good", Reason.NOT_ATTEMPTED: "idle", Reason.NO_NOTEBOOK: "idle", Reason.WAITING: "busy",
         Reason.GRADER_FAILED: "busy"}


def write(grading, folder):
    """Write a page for each student, `<folder>/<student>.html`.

    Parameters
    ----------
    grading : results.Grading
    folder : Path

    Returns
    -------
    dict of str -> str
        The name of the page in the folder, by student id. It is the id where that is safe as a name.
    """
    names = {student: f"{name}.html" for student, name in file_names(g.student.id for g in grading.students).items()}
    for graded in grading.students:
        write_atomically(Path(folder) / names[graded.student.id], page(graded, grading).encode())
    return names


def page(graded, grading):
    """Return a student's page: one file that opens without a network, and holds nothing of hidden tests.

    Parameters
    ----------
    graded : results.Graded
    grading : results.Grading
        Whose checks and questions say what there was to reach.

    Returns
    -------
    str
        HTML.
    """
    found = results(graded)
    return pages.render(
        "feedback.html.j2", graded=graded, grading=grading, so_far=bool(unfinished(graded)),
        notes=[note for note in (*graded.problems, graded.lateness.note) if note],
        checks_out_of=sum(check.points for check in grading.checks),
        questions_out_of=sum(question.points for question in grading.questions),
        right=sum(result.reason == Reason.RIGHT for result in found), checks=len(found),
        notebooks=[_notebook(notebook, graded) for notebook in graded.notebooks],
    )


def _notebook(notebook, graded):
    """Return what the page shows of a notebook."""
    exercises = [
        {"name": name, "score": sum(each.score for each in group), "points": sum(each.check.points for each in group),
         "tone": _tone(group), "reason": _first(group).reason, "said": _said(group)}
        for (_, name), group in by_exercise(notebook.checks).items()
    ]
    return {
        "name": notebook.notebook, "remarks": notebook.remarks, "exercises": exercises, "figures": notebook.figures,
        "score": sum(each["score"] for each in exercises), "points": sum(each["points"] for each in exercises),
        "answers": [answer for answer in graded.answers if answer.question.notebook == notebook.notebook],
    }


def _said(group):
    """Return (check, text) for each check of an exercise that is not right; what is said twice is said once."""
    said = {}
    for result in group:
        if result.reason != Reason.RIGHT:
            said.setdefault(told(result), result.check.name if len(group) > 1 else "")
    return [(name, text) for text, name in said.items() if text]


def _first(group):
    """Return the first result that is not right: that is the one to mend first."""
    return next((result for result in group if result.reason != Reason.RIGHT), group[0])


def _tone(group):
    return _TONE.get(_first(group).reason, "bad")
