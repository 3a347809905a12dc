"""The instructor's page: how an assignment went, what was hard, what took long, and which submissions need a look."""
import re
import statistics
from collections import Counter

from cs231n.course.notebook import write_atomically
from cs231n.grading.outputs import charts, pages
from cs231n.grading.outputs.gradebook import by_exercise, oddities, results
from cs231n.grading.results import Reason
from cs231n.grading.text import plain, shorten

_LONGEST = 300  # characters of a message in the table of checks
_SLOWEST = 10  # submissions in the table of the slowest
_MOST_USES = 5  # of an exercise that are named
_AT_ONCE = 15  # rows of a long table that are shown before one asks for more
_NUMBERS = re.compile(r"[-+]?\b\d[\d.,]*(?:e[-+]?\d+)?|\b(?:nan|inf)\b")

# Reasons that a person should look into, those first that are ours to mend; the rest say how an answer went.
_LOOK = (Reason.GRADER_FAILED, Reason.UNREADABLE, Reason.KERNEL_DIED, Reason.OUT_OF_MEMORY, Reason.TIMED_OUT,
         Reason.TOO_MUCH_OUTPUT)
_NOT_TRIED = (Reason.NOT_ATTEMPTED, Reason.NO_NOTEBOOK, Reason.UNREADABLE, Reason.GRADER_FAILED)


def write(grading, path, names):
    """Write the page; parameters as in `page`."""
    write_atomically(path, page(grading, names).encode())


def page(grading, names):
    """Return the instructor's page.

    Distributions and rates are those of students who handed something in. A check's failure rate is that of the
    students who tried it. Messages that differ only in numbers count as one; the first of them is shown.

    Parameters
    ----------
    grading : results.Grading
    names : dict of str -> str
        Name of each student's page in `feedback/` beside this one, by student id: what `feedback.write` returns.

    Returns
    -------
    str
        HTML: one file, without script, that opens without a network.
    """
    handed_in = [graded for graded in grading.students if graded.file]
    look = sorted((found for graded in grading.students if (found := _look(graded))), key=lambda each: each["urgency"])
    totals = [graded.total for graded in handed_in]
    return pages.render(
        "report.html.j2", grading=grading, names=names, handed_in=handed_in, look=look, at_once=_AT_ONCE,
        numbers=_numbers(totals), totals=charts.totals(totals, grading.out_of) if totals else "",
        exercises=_exercises(grading, handed_in), checks=_checks(grading, handed_in), reasons=_reasons(handed_in),
        slowest=_slowest(handed_in), notebooks=_notebooks(handed_in), late=_late(handed_in),
        unmarked=sum(graded.unmarked for graded in handed_in),
    )


def _numbers(totals):
    if not totals:
        return None
    low, median, high = statistics.quantiles(totals, n=4, method="inclusive") if len(totals) > 1 else totals * 3
    return {"mean": statistics.fmean(totals), "median": median, "low": low, "high": high}


def _exercises(grading, handed_in):
    """Return notebook -> name, picture and mean share of each of its exercises and questions."""
    reached = [{key: sum(each.score for each in group) for key, group in by_exercise(results(graded)).items()}
               for graded in handed_in]
    sheets = {}
    for (notebook, name), checks in by_exercise(grading.checks).items() if handed_in else ():
        values = [scores.get((notebook, name), 0) for scores in reached]
        sheets.setdefault(notebook, []).append(_sheet(name, values, sum(check.points for check in checks)))
    for question in grading.questions:
        marks = [_mark(graded, question) for graded in handed_in]
        if given := [mark for mark in marks if mark is not None]:
            sheets.setdefault(question.notebook, []).append(_sheet(question.name, given, question.points))
    return sheets


def _sheet(name, values, out_of):
    share = statistics.fmean(values) / out_of if out_of else 1
    return {"name": name, "picture": charts.shares(name, values, out_of), "share": share}


def _mark(graded, question):
    """Return the mark of a question, 0 without an answer, None where it waits for one."""
    answer = next((answer for answer in graded.answers if answer.question == question), None)
    return 0 if answer is None or not answer.text else answer.mark


def _checks(grading, handed_in):
    """Return the checks, those first that most fail who try."""
    by_check = {check: [] for check in grading.checks}
    for graded in handed_in:
        for result in results(graded):
            by_check.setdefault(result.check, []).append(result)
    rows = []
    for check, found in by_check.items():
        tried = [result for result in found if result.reason not in _NOT_TRIED]
        failed = [result for result in tried if result.reason != Reason.RIGHT]
        rows.append({
            "check": check, "tried": len(tried), "failed": len(failed), "rate": len(failed) / max(len(tried), 1),
            "untouched": len(handed_in) - len(tried), "messages": _messages(failed),
        })
    return sorted(rows, key=lambda row: (-row["rate"], -row["failed"]))


def _messages(failed):
    """Return the three commonest (count, reason, message)."""
    counts, first = Counter(), {}
    for result in failed:
        message = "" if result.reason == Reason.HIDDEN_WRONG else plain(result.message).strip()
        key = result.reason, _NUMBERS.sub("0", message)
        counts[key] += 1
        first.setdefault(key, shorten(message, _LONGEST))
    return [(count, key[0], first[key]) for key, count in counts.most_common(3)]


def _reasons(handed_in):
    """Return (reason, checks, students), the commonest first."""
    checks, students = Counter(), Counter()
    for graded in handed_in:
        found = [result.reason for result in results(graded)]
        checks.update(found)
        students.update(set(found))
    return [(reason, count, students[reason]) for reason, count in checks.most_common()]


def _slowest(handed_in):
    """Return the notebooks that took longest, each with its student and its slowest check."""
    found = [(notebook.seconds, notebook, graded) for graded in handed_in for notebook in graded.notebooks]
    found.sort(key=lambda each: -each[0])
    return [
        {"seconds": seconds, "notebook": notebook.notebook, "student": graded.student,
         "check": max(notebook.checks, key=lambda result: result.seconds, default=None)}
        for seconds, notebook, graded in found[:_SLOWEST]
    ]


def _notebooks(handed_in):
    """Return (notebook, median, longest) seconds, in the order of the assignment."""
    seconds = {}
    for graded in handed_in:
        for notebook in graded.notebooks:
            seconds.setdefault(notebook.notebook, []).append(notebook.seconds)
    return [(name, statistics.median(values), max(values)) for name, values in seconds.items()]


def _late(handed_in):
    """Return (days, students, free days in all, lowest factor) for each number of days late."""
    groups = {}
    for graded in handed_in:
        groups.setdefault(graded.lateness.days, []).append(graded.lateness)
    return [(days, len(group), sum(each.free for each in group), min(each.factor for each in group))
            for days, group in sorted(groups.items())]


def _leanings(graded):
    """Return a sentence for each exercise that leans on what a person should know of."""
    found = {}
    for notebook in graded.notebooks:
        for use in notebook.uses:
            found.setdefault((notebook.notebook, use.exercise, use.kind), []).append(use)
    words = {"borrowed": "may be somebody else's answer", "measuring": "can reach how checks measure"}
    for (name, exercise, kind), uses in found.items():
        what = ", ".join(f"{shorten(plain(use.what), 80)} (line {use.line})" for use in uses[:_MOST_USES])
        more = f" and {len(uses) - _MOST_USES} more" if len(uses) > _MOST_USES else ""
        yield f"{name}: {exercise} uses {what}{more}: {words[kind]}."


def _look(graded):
    """Return why a person should look at a submission, None if there is nothing; nothing handed in is no reason."""
    found = results(graded)
    counts = Counter(result.reason for result in found)
    reasons = [(reason, counts[reason], next((r.message for r in found if r.reason == reason and r.message), ""))
               for reason in _LOOK if counts[reason]]
    notes = [*oddities(graded), *_leanings(graded)]
    if not (reasons or notes):
        return None
    urgency = _LOOK.index(reasons[0][0]) if reasons else len(_LOOK) + (not graded.problems)
    return {"student": graded.student, "file": graded.file, "reasons": reasons, "notes": notes, "urgency": urgency}
