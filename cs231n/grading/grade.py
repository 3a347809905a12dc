"""Grade an assignment: find what was handed in, run it, keep every result, and gather them all."""
import hashlib
import json
import platform
import secrets
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from cs231n.answers import wrong
from cs231n.answers.course import Course, Refused
from cs231n.answers.imports import modules_behind
from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook
from cs231n.course.notebook import Kind
from cs231n.course.run import describe_data
from cs231n.course.transplant import transplant
from cs231n.data.folders import data_folder
from cs231n.grading import limits
from cs231n.grading.handed_in import collect as intake
from cs231n.grading.handed_in.uses import leanings, uses
from cs231n.grading.outputs import figures
from cs231n.grading.policy import Policy
from cs231n.grading.preparation import prepare
from cs231n.grading.preparation.blind import blinded
from cs231n.grading.results import Answer, Graded, Grading, Reason, Student
from cs231n.grading.running import ours, pool, worker
from cs231n.grading.sandbox import bubblewrap, other_user
from cs231n.grading.store import Store

# These lead to all that decides.
_RUN = ("cs231n.grading.preparation.blind", "cs231n.grading.sandbox.bubblewrap", "cs231n.grading.sandbox.other_user",
        "cs231n.grading.running.ours")
_FAILED = "failed "  # before the hash of a submission that the grader failed on: it is graded again next time


class CannotGrade(Exception):
    """Grading cannot begin; the message says why."""


@dataclass(frozen=True)
class Job:
    """What to grade, and how.

    Attributes
    ----------
    assignment : str
    submissions : Path
        As `intake.collect` takes them.
    out : Path
        For all that comes of it. Grading into the same folder again goes on where it ended.
    root : Path
        Of the repository.
    roster : list of results.Student, optional
    policy : Policy
        For late submissions.
    jobs : int
        Notebooks at once.
    seed : str, optional
        Of the checks' inputs; drawn once for each folder if it is not given.
    regrade : tuple of str
        Students whose results are made anew; `("all",)` for everybody.
    cell_seconds : float
        That any cell may take; a cell that takes our own answers long may take longer.
    notebook_seconds : float
        That any notebook may take as a whole; likewise.
    memory : int
        Bytes that a kernel may hold.
    sandbox : {"bubblewrap", "other-user", "none"}
        None is for one's own work.
    scheduler : str, optional
        Of a Dask cluster whose workers see the same files.
    """

    assignment: str
    submissions: Path
    out: Path
    root: Path
    roster: list[Student] | None = None
    policy: Policy = Policy()
    jobs: int = 1
    seed: str | None = None
    regrade: tuple[str, ...] = ()
    cell_seconds: float = limits.CELL_SECONDS
    notebook_seconds: float = limits.NOTEBOOK_SECONDS
    memory: int = limits.MEMORY
    sandbox: str = "bubblewrap"
    scheduler: str | None = None


class Grader:
    """Grades one assignment.

    Parameters
    ----------
    job : Job

    Raises
    ------
    CannotGrade
        If there is no such assignment, no such student to regrade, no sandbox, another grader at work in `job.out`, or
        `job.out` is not a folder of its own.
    ValueError
        If the submissions cannot be found.
    """

    def __init__(self, job):
        self.job = job
        if job.out.resolve().is_relative_to(job.submissions.resolve()):
            raise CannotGrade(f"{job.out} lies among the submissions and would be taken for one: name another folder")
        if job.sandbox == "bubblewrap":
            bubblewrap.see_that_it_works()
        elif job.sandbox == "other-user":
            other_user.see_that_it_works()
        try:
            course = Course(job.assignment, job.root)
        except Refused as refused:
            raise CannotGrade(str(refused)) from None
        self.notebooks = {name: course.notebooks[name] for name in course.own()}
        self.work = job.out.absolute() / ".grading"
        self.work.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self.work / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise CannotGrade(f"another grader is at work in {job.out}") from None
        try:
            self.store = Store(job.out / "results.sqlite")
        except BaseException:
            self._lock.release()
            raise
        self.seed = self.store.remembered("seed", job.seed or str(secrets.randbits(32)))
        if job.seed not in (None, self.seed):
            raise CannotGrade(f"{job.out} was begun with the seed {self.seed}; take another folder for another seed")
        names = {name: {notebook.grade_id(cell) for cell in nb.cells} - {None} for name, nb in self.notebooks.items()}
        self.submissions = intake.collect(job.submissions, names, self.work / "inbox", job.roster)
        self.version = _version(course, self.seed)
        self._covers = {}
        self.failures = []  # sentences on what went wrong with single submissions
        everybody = {each.student for each in self.submissions}
        if unknown := sorted({*job.regrade} - everybody - {"all"}):
            raise CannotGrade(f"--regrade: there is no student {', '.join(unknown)}; ids stand in gradebook.csv")
        self.store.forget(everybody if "all" in job.regrade else job.regrade)
        # Not below `out`: sockets need a short path, and kernels that run as another user a way to it.
        name = self.store.remembered(f"scratch of {job.out.resolve()}", f"grading-{secrets.token_hex(4)}")
        self.scratch = _emptied(Path(tempfile.gettempdir(), name))

    def close(self):
        """Let go of the folder."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.store.close()
        self._lock.release()

    def waiting(self):
        """Return what is still to do: (student, notebook) -> (our copy of what was handed in, its hash)."""
        found = {}
        for submission in self.submissions:
            for name in self.notebooks:
                path, digest = submission.notebooks.get(name), submission.hashes.get(name, "")
                if path and not self._is_done(submission.student, name, digest):
                    found[submission.student, name] = path, digest
        return found

    def unprepared(self):
        """Return the names of our own notebooks that are needed and have not run with this seed."""
        needed = {name for _, name in self.waiting()}
        return [name for name in self.notebooks if name in needed and not prepare.is_saved(self._prepared(name))]

    def prepare(self):
        """Draw built-in data that is missing, and run our own notebooks, those that are `unprepared`.

        Yields
        ------
        str
            The name of each notebook, when it is ready.

        Raises
        ------
        CannotGrade
            If one does not get full marks.
        """
        describe_data("".join(cell.source for nb in self.notebooks.values() for cell in nb.cells))
        self._covers = blinded(data_folder(), self.work / "blind")
        tasks = {
            name: (ours.prepare_notebook, (name, self.notebooks[name], self.job.root, self._prepared(name),
                                          self.options(), self.job.cell_seconds, self.job.notebook_seconds))
            for name in self.unprepared()
        }
        for name, result in pool.run(tasks, self.job.jobs, scratch=self.scratch):
            if isinstance(result, pool.TaskFailed):
                raise CannotGrade(str(result))
            yield name

    def grade(self):
        """Grade what is waiting.

        Yields
        ------
        (student, NotebookResult)
            When it is in the store.
        """
        self._put_what_is_missing()
        waiting = self.waiting()
        tasks = {
            key: (worker.grade, (self._prepared(key[1]), path, self.options())) for key, (path, _) in waiting.items()
        }
        for (student, name), result in pool.run(tasks, self.job.jobs, self.job.scheduler, self.scratch):
            digest = waiting[student, name][1]
            if isinstance(result, pool.TaskFailed):
                digest = _FAILED + digest
                result = self._failed(name, str(result))
                if self.store.result(student, name, self._checks(name)):
                    self.failures.append(f"{student}: {name}: {result.checks[0].message}; an earlier result is kept")
                    yield student, result
                    continue
            try:
                self.store.put(student, result, digest, self.version)
            except (TypeError, ValueError, OverflowError) as error:  # what cannot be kept is this student's matter
                result = self._failed(name, f"its result cannot be kept ({type(error).__name__})")
                self.store.put(student, result, _FAILED + digest, self.version)
            yield student, result

    def gather(self):
        """Return the whole outcome, as `results.Grading`."""
        checks = [check for name in self.notebooks for check in self._checks(name)]
        questions = [question for name, nb in self.notebooks.items() for question in prepare.questions(name, nb)]
        by_student = {submission.student: submission for submission in self.submissions}
        order = [student.id for student in self.job.roster or []]
        order += [student for student in by_student if student not in set(order)]
        known = {student.id: student for student in self.job.roster or []}
        ours = {name: (strip_notebook(nb), leanings(nb)) for name, nb in self.notebooks.items()}
        students = [
            self._graded(known.get(each, Student(each)), by_student[each], questions, ours) for each in order
        ]
        return Grading(self.job.assignment, tuple(checks), tuple(questions), tuple(students),
                       self.job.policy.deadlines.get(self.job.assignment))

    def _graded(self, student, submission, questions, ours):
        results, answers = [], []
        for name, nb in self.notebooks.items():
            result = self.store.result(student.id, name, self._checks(name))
            result = result or self._failed(name, "there is no result of it: grade again")
            given, texts, leans = (), {}, ()
            if name in submission.notebooks:
                try:
                    theirs = notebook.read(submission.notebooks[name])
                    empty, allowed = ours[name]
                    answered = transplant(empty, theirs)[0]
                    given, texts = figures.figures(name, nb, theirs), written_answers(empty, answered)
                    leans = uses(allowed, answered)
                except notebook.Unreadable:
                    pass  # its result says so
                except Exception as error:  # of one student, which is to keep nobody else from their grades
                    problem = f"{name}: what was written and drawn cannot be shown ({type(error).__name__})."
                    submission = replace(submission, problems=(*submission.problems, problem))
                    self.failures.append(f"{student.id}: {problem}")
            results.append(replace(self.job.policy.applied(result, leans), figures=given))
            answers += [Answer(question, texts.get(question.name, "")) for question in questions
                        if question.notebook == name]
        lateness = self.job.policy.lateness(submission.submitted, self.job.assignment, student)
        return Graded(student, submission.file, submission.submitted, submission.problems, tuple(results),
                      tuple(answers), lateness)

    def _put_what_is_missing(self):
        """Enter results for notebooks that cannot be run."""
        for submission in self.submissions:
            for name in self.notebooks:
                if name in submission.notebooks:
                    continue
                against = submission.unreadable.get(name)
                reason = Reason.UNREADABLE if against else Reason.NO_NOTEBOOK
                if not self._is_done(submission.student, name, against or reason):
                    result = worker.nothing(name, self._checks(name), reason, against or "")
                    self.store.put(submission.student, result, against or reason, self.version)

    def _is_done(self, student, name, digest):
        return self.store.is_done(student, name, digest, self.version) and self.store.result(
            student, name, self._checks(name)) is not None

    def _failed(self, name, message):
        return worker.nothing(name, self._checks(name), Reason.GRADER_FAILED, message)

    def _checks(self, name):
        return prepare.checks(name, self.notebooks[name])

    def _prepared(self, name):
        return self.work / f"ours-{self.version[:12]}" / name.replace("/", "-")

    def options(self):
        """Return what `provisioner.kernel_spec` takes, besides the package."""
        hidden = [str(Path(path).absolute()) for path in (self.job.root, self.job.out, self.job.submissions)]
        return {"sandbox": self.job.sandbox, "data": str(data_folder().absolute()), "seed": self.seed,
                "memory": self.job.memory, "hidden": hidden, "covers": self._covers}


def _emptied(folder):
    """Make a folder that is empty, also after a run that was killed, and that other users may pass through."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    folder.chmod(0o711)
    return folder


def written_answers(empty, answered):
    """Return what a student wrote to each question: the lines that were not there before.

    Parameters
    ----------
    empty, answered : nbformat.NotebookNode
        Our notebook without answers, and with the student's in it.
    """
    given = {notebook.grade_id(cell): set(map(str.strip, cell.source.splitlines())) for cell in empty.cells}
    texts = {}
    for cell in answered.cells:
        if notebook.kind(cell) == Kind.QUESTION:
            name = notebook.grade_id(cell)
            lines = [line for line in cell.source.splitlines() if line.strip() not in given[name]]
            texts[name] = "\n".join(lines).strip()
    return texts


def _version(course, seed):
    """Hash all that results depend on besides the submissions."""
    digest = hashlib.sha256(f"{platform.python_version()} {np.__version__} {seed}".encode())
    for name in course.own():
        for cell in course.notebooks[name].cells:
            digest.update(json.dumps([name, cell.source, cell.metadata], sort_keys=True).encode())
        known = wrong.path_of(course.root / f"{name}.ipynb")
        digest.update(known.read_bytes() if known.is_file() else b"")
    for name, content in sorted(course.package().items()):
        digest.update(name.encode() + content)
    for path in modules_behind(_RUN, course.root):
        digest.update(path.relative_to(course.root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
