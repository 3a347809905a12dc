"""Gradescope: its export of submissions, and `results.json`, which it shows a student.

An export has folders `submission_456` and `submission_metadata.yml`, which says of each who sent it and when. There was
no documentation of it to go by, and no sample: it is as its users know it. Nothing within a submission is believed.
"""
import json
import re
from datetime import UTC, datetime

import yaml

from cs231n.course.notebook import write_atomically
from cs231n.grading import limits
from cs231n.grading.handed_in import files
from cs231n.grading.handed_in.delivery import deliver, natural, time_in
from cs231n.grading.handed_in.entries import Refused
from cs231n.grading.handed_in.identity import find, shown
from cs231n.grading.outputs.gradebook import oddities, results
from cs231n.grading.outputs.wording import LABEL, told
from cs231n.grading.results import Reason
from cs231n.grading.text import file_names, one_line, plain, shorten

HEADINGS = {}

_METADATA = "submission_metadata.yml"
_EXPORT = re.compile(r"assignment_\d+_export")


def take(path, items, roster):
    """Take the submissions of an export: each of them for all who sent it together.

    Parameters and results as of all platforms. The folder of the export may also lie in another one.

    Raises
    ------
    ValueError
        If the metadata cannot be read.
    """
    metadata = [item for item in items if item.name == _METADATA and not item.folder]
    if metadata:
        return _export(path, items, metadata[0], roster), []
    found, left = [], []
    for item in items:
        inner = path / item.name
        if _EXPORT.match(item.name) and inner.exists() and not inner.is_symlink():
            taken, inside = take(inner, files.items(inner), roster)
            found += taken
            left += inside
        else:
            left.append(item)
    return found, left


def _export(path, items, metadata, roster):
    [file], _ = metadata.contents()
    told = _metadata(f"{path}: {_METADATA}", file)
    folders = {item.name: item for item in items if item.folder}
    found = []
    for name in sorted({*folders, *told}, key=natural):
        about = told.get(name)
        about = about if isinstance(about, dict) else {}
        submitted = _told_time(about.get(":created_at"))
        problems = []
        if name not in folders:
            problems.append(f"The export has no folder {shown(name)}.")
        if not submitted:
            problems.append(f"{_METADATA} does not say when it was handed in.")
        senders = about.get(":submitters")
        senders = [each for each in senders if isinstance(each, dict)] if isinstance(senders, list) else []
        if not senders:
            problems.append(f"{_METADATA} does not say who sent it.")
        for sender in senders or [{}]:
            student, called = _sender(sender, roster)
            held = [folders[name]] if name in folders else []
            found.append(deliver(student, called or name, held, submitted, problems, natural(name), shown(name)))
    return found


def _sender(sender, roster):
    """Return the student on the roster, or None, and what to call somebody who is not on it.

    A display name is the sender's own choice: it finds nobody, and it cannot be what somebody else is called.
    """
    sid, email, name = (str(sender.get(key) or "").strip() for key in (":sid", ":email", ":name"))
    student = next(filter(None, (find(roster, key) for key in (sid, email))), None)
    return student, sid or email or (f"{name} (a name)" if name else "")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML that makes plain values only; what Ruby marks as an object of its own is read as the plain value in it."""


def _plain_value(loader, _, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("!ruby/", _plain_value)


def _metadata(where, file):
    """Read what Gradescope tells of each submission."""
    try:
        told = yaml.load(file.read(limits.LARGEST_ARCHIVE), _Loader)  # a safe loader: see above
    except (Refused, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{where} cannot be read: {one_line(str(error))}. Download the export again") from None
    if not isinstance(told, dict):
        raise ValueError(f"{where} does not list submissions. Download the export again")
    return {str(name): about for name, about in told.items()}


def _told_time(value):
    """Return the time that Gradescope tells, UTC if it names no zone, or None."""
    value = value.get("utc") if isinstance(value, dict) else value
    if isinstance(value, str):
        value = time_in(value, UTC)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


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
        "output": shorten(_summary(graded, found), limits.LONGEST_SUMMARY),
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
    """Write `results.json` of one student; the file is whole at every moment."""
    write_atomically(path, results_json(graded).encode())


def write_all(grading, out):
    """Write `gradescope/<student>/results.json` for each student."""
    names = file_names(graded.student.id for graded in grading.students)
    for graded in grading.students:
        write(graded, out / "gradescope" / names[graded.student.id] / "results.json")


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
