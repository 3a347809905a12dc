"""What grading knows: our assignment, each student's submission, and what became of it. Plain data, no behaviour."""
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a check got the points it got."""

    RIGHT = "right"
    WRONG = "wrong"                      # a visible test: the message tells what a learner needs
    HIDDEN_WRONG = "hidden-test"         # right where the student could see, wrong in a hidden test
    ERROR = "error"                      # the answer raised an exception
    SYNTAX_ERROR = "syntax-error"        # the cell is no Python
    NOT_ATTEMPTED = "not-attempted"
    WAITING = "needs-another-exercise"
    NO_VALUE = "no-value"                # the check ended without reporting what it should
    TIMED_OUT = "timed-out"
    OUT_OF_MEMORY = "out-of-memory"
    KERNEL_DIED = "kernel-died"          # the answer ended the program
    TOO_MUCH_OUTPUT = "too-much-output"
    NO_NOTEBOOK = "no-notebook"          # the submission lacks this notebook, or nothing was handed in
    UNREADABLE = "unreadable"            # the file is no notebook that can be graded
    REFUSED = "refused"                  # it leans on what this course does not allow
    GRADER_FAILED = "grader-failed"      # not the student's fault: look at it, then grade again


@dataclass(frozen=True)
class Use:
    """What an exercise leans on that a person should know of.

    `kind` is "borrowed" for somebody else's answer (a library, a faster form, a numeric slope in the place of a
    derivation), "measuring" for what sees or changes how a check measures. `line` is that of the cell it stands in.
    """

    exercise: str
    what: str
    kind: str
    line: int


@dataclass(frozen=True)
class Check:
    """A check cell of ours that carries points; `notebook` is a name such as `assignment1/svm`."""

    notebook: str
    name: str
    exercise: str
    points: float


@dataclass(frozen=True)
class Question:
    """An inline question: what stands around it and our own answer (both Markdown), and its points."""

    notebook: str
    name: str
    points: float
    prompt: str
    answer: str


@dataclass(frozen=True)
class Figure:
    """A figure of a submission's own recorded outputs, beside the one that our notebook has there.

    `heading` is what both stand under; `theirs` and `ours` are PNG files, decoded and encoded anew by us.
    """

    notebook: str
    heading: str
    theirs: bytes
    ours: bytes


@dataclass(frozen=True)
class CheckResult:
    """What a submission got for one check.

    `message` is plain text for the student (and from the student: escape it), with nothing of hidden tests. `seconds`
    is the wall time of the check.
    """

    check: Check
    score: float
    reason: Reason
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class NotebookResult:
    """What a submission got for one notebook: a result for each check of ours, in our order.

    `remarks` are sentences on what was odd: cells renamed, doubled, lost. `uses` is for instructors alone. `seconds` is
    the wall time of grading.
    """

    notebook: str
    checks: tuple[CheckResult, ...]
    remarks: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    seconds: float = 0.0
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A student's answer to a question (Markdown; "" if not attempted), and its mark, None before it is marked."""

    question: Question
    text: str
    mark: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Student:
    """A line of the roster. Without a roster there is only the id, which the name of the submission gives."""

    id: str
    name: str = ""
    email: str = ""
    platform_id: str = ""  # the number that Canvas or Moodle has for them
    sis_id: str = ""
    login: str = ""
    section: str = ""
    extension: float = 0.0  # days granted for this assignment
    late_days_used: float = 0.0  # in earlier assignments
    submitted: datetime | None = None  # where the course knows better than the download when it was


@dataclass(frozen=True)
class Lateness:
    """What the late policy makes of a submission.

    `days` late after the extension, of which `free` cost nothing; `factor` is what the score is multiplied with; `note`
    says it in a sentence, "" if the submission is on time.
    """

    days: int = 0
    free: int = 0
    factor: float = 1.0
    note: str = ""


@dataclass(frozen=True)
class Graded:
    """A student and all there is to tell. `file` names what was handed in, "" if nothing was."""

    student: Student
    file: str = ""
    submitted: datetime | None = None
    problems: tuple[str, ...] = ()  # with the submission as a whole, each a sentence for a teacher
    notebooks: tuple[NotebookResult, ...] = ()
    answers: tuple[Answer, ...] = ()
    lateness: Lateness = Lateness()

    @property
    def checked(self):
        """Points of the checks, before lateness."""
        return sum(result.score for each in self.notebooks for result in each.checks)

    @property
    def marked(self):
        """Points of the questions marked so far, before lateness."""
        return sum(answer.mark or 0 for answer in self.answers)

    @property
    def unmarked(self):
        """How many questions still wait for a mark."""
        return sum(answer.mark is None and bool(answer.text) for answer in self.answers)

    @property
    def total(self):
        """What goes into the gradebook."""
        return round(self.lateness.factor * (self.checked + self.marked), 2)


@dataclass(frozen=True)
class Grading:
    """One assignment, graded: all students of the roster, in its order, and submissions that nobody on it sent."""

    assignment: str
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    students: tuple[Graded, ...] = field(default=())
    deadline: datetime | None = None

    @property
    def out_of(self):
        """All points there are."""
        return sum(each.points for each in (*self.checks, *self.questions))
