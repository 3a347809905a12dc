"""Gradings made up for the tests of what is written from them: small, and exact."""
import io
from datetime import datetime, timezone

from PIL import Image

from cs231n.grading import results
from cs231n.grading.results import Answer, Check, Graded, NotebookResult, Question, Reason, Student

DEADLINE = datetime(2026, 4, 20, 23, 59, tzinfo=timezone.utc)
CHECKS = (
    Check("assignment1/knn", "check_distances", "distances", 4), Check("assignment1/knn", "check_vote", "vote", 2),
    Check("assignment1/knn", "check_vote_ties", "vote", 1), Check("assignment1/svm", "check_loss", "loss", 5),
)
QUESTIONS = (
    Question("assignment1/knn", "question_1", 2, "### Question 1\n\nWhat is $k$?", "The *number* of neighbours."),
    Question("assignment1/svm", "question_2", 1, "Why $\\sum_j$?", "Because."),
)


def result(check, reason=Reason.RIGHT, message="", seconds=0.5, score=None):
    reached = (check.points if reason == Reason.RIGHT else 0) if score is None else score
    return results.CheckResult(check, reached, reason, message, seconds)


def graded(student, reasons=(), messages=(), answers=("", ""), marks=(None, None), **others):
    """A student's work; checks beyond the reasons given are right."""
    reasons = [*reasons, *[Reason.RIGHT] * (len(CHECKS) - len(reasons))]
    messages = [*messages, *[""] * (len(CHECKS) - len(messages))]
    found = [result(*each) for each in zip(CHECKS, reasons, messages)]
    remarks = others.pop("remarks", ())
    figures = others.pop("figures", ())
    notebooks = (NotebookResult("assignment1/knn", tuple(found[:3]), remarks, figures, 2.0),
                 NotebookResult("assignment1/svm", tuple(found[3:]), seconds=1.0))
    written = tuple(Answer(question, text, mark) for question, text, mark in zip(QUESTIONS, answers, marks))
    student = student if isinstance(student, Student) else Student(student)
    return Graded(**{"student": student, "file": f"{student.id}.zip", "submitted": DEADLINE, "notebooks": notebooks,
                     "answers": written} | others)


def grading(*students):
    return results.Grading("assignment1", CHECKS, QUESTIONS, students, DEADLINE)


def png(colour="navy", size=(6, 4)):
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()
