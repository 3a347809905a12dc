"""What Gradescope shows a student: `results.json`, from what became of the student's submission."""
import json

from cs231n.course.notebook import write_atomically
from cs231n.grading.outputs.gradebook import oddities, results
from cs231n.grading.outputs.wording import LABEL, told
from cs231n.grading.results import Reason
from cs231n.grading.text import one_line, plain, shorten

_LONGEST = 20_000  # characters of the text on top; platforms refuse results that are too long


def results_json(graded):
    """Return what `results.json` holds: a test for each check, the questions as information, the points on top.

    The score is that of the checks alone. Lateness is left to Gradescope, which knows its own due dates and extensions:
    a penalty from us on top would count twice. Questions carry no score here, because people mark them. A check that
    fails in a hidden test only says that it does, whatever its message holds.

    What the grader itself printed is for staff only.

    Parameters
    ----------
    graded : results.Graded

    Returns
    -------
    str
        JSON, without NaN and in ASCII, so that every reader takes it.
    """
    found = results(graded)
    contents = {
        "score": round(graded.checked, 4),
        "execution_time": round(sum(result.seconds for result in found), 2),  # a notebook's has hidden tests in it
        "output": shorten(_summary(graded, found), _LONGEST),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "file": one_line(graded.file),
            "reasons": {reason: count for reason in Reason if (count := sum(r.reason == reason for r in found))},
        },
        "tests": _tests(graded),
    }
    return json.dumps(contents, indent=1, allow_nan=False) + "\n"


def write(graded, path):
    """Write `results.json`; the file is whole at every moment."""
    write_atomically(path, results_json(graded).encode())


def _summary(graded, found):
    right = sum(result.reason == Reason.RIGHT for result in found)
    lines = [f"{right} of {len(found)} checks are right." if found else "There was nothing to check."]
    lines += oddities(graded)
    if graded.answers:
        lines.append(f"{len(graded.answers)} questions are marked by people; their points are not in this score.")
    return "\n".join(map(plain, lines))


def _tests(graded):
    tests, common = [], {"name_format": "text", "output_format": "text", "visibility": "visible"}
    for chapter, notebook in enumerate(graded.notebooks, 1):
        cases = [_case(result) for result in notebook.checks]
        cases += [_question(answer) for answer in graded.answers if answer.question.notebook == notebook.notebook]
        tests += [case | common | {"number": f"{chapter}.{place}"} for place, case in enumerate(cases, 1)]
    return tests


def _case(result):
    check, label = result.check, LABEL[result.reason]
    return {
        "name": one_line(f"{check.exercise}: {check.name}"),
        "score": round(result.score, 4),
        "max_score": check.points,
        "status": "passed" if result.score >= check.points else "failed",
        "output": f"{label[0].upper()}{label[1:]}.\n\n{told(result)}".strip(),
        "tags": [one_line(check.notebook), one_line(check.exercise)],
        "extra_data": {"reason": result.reason, "seconds": round(result.seconds, 3)},
    }


def _question(answer):
    said = "Your answer is there; people mark it." if answer.text else "There is no answer to this question."
    return {
        "name": one_line(f"Question: {answer.question.name}"),
        "output": f"{said} It carries {answer.question.points:g} points, which are not in this score.",
        "tags": [one_line(answer.question.notebook), "question"],
        "extra_data": {"attempted": bool(answer.text)},
    }
