"""What runs in Gradescope's container: grades one submission, by the values that our own notebooks report in this run.

    python -m cs231n.grading.autograder setup|run /autograder assignment1 [bubblewrap|other-user]

The scripts in the zip start it, as root. Students' code runs in bubblewrap where namespaces are allowed, and elsewhere
as another user (`other_user`). The seed is drawn anew each time and our own notebooks run first, those of them that
were handed in, so that no submission can know the inputs of its checks from an earlier one. What is printed is for the
staff.
"""
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cs231n.course import plan
from cs231n.grading.grade import CannotGrade, Grader, Job
from cs231n.grading.platforms import gradescope
from cs231n.grading.preparation import prepare
from cs231n.grading.results import Reason, Student
from cs231n.grading.running import worker
from cs231n.grading.sandbox import bubblewrap, other_user
from cs231n.grading.sandbox.provisioner import Unavailable

_STUDENT = Student("submission")  # Gradescope knows who it is
_NOT_REACHED = "The autograder was stopped before it had graded this notebook. Tell the course staff."
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container
_SHARE = 0.7  # of the container's memory, for a kernel


def run(root, assignment, kind=None):
    """Grade what was handed in; after each notebook the results so far are left in `results/results.json`.

    Parameters
    ----------
    root : Path
        `/autograder`.
    assignment : str
    kind : {"bubblewrap", "other-user"}, optional
        The sandbox; by default the first of them that works.

    Raises
    ------
    CannotGrade, Unavailable
    """
    print(_about(root / "submission_metadata.json"))
    _grade(root, assignment, root / "submission", kind, root / "results" / "results.json")


def setup(root, assignment, kind=None):
    """Draw the data and grade our own notebooks, as if they were handed in. Parameters as in `run`.

    Raises
    ------
    CannotGrade, Unavailable
        Also if they do not get all points.
    """
    kit = root / "source" / "kit"
    with tempfile.TemporaryDirectory(prefix="ours-") as ours:
        for name in plan.load(kit).assignments[assignment]:
            shutil.copy(kit / f"{name}.ipynb", ours)
        graded, out_of = _grade(root, assignment, Path(ours), kind)
    if graded.checked != out_of:
        wrong = [f"{result.check.name}: {result.message}" for each in graded.notebooks for result in each.checks
                 if result.reason != Reason.RIGHT]
        raise CannotGrade(f"our own notebooks got {graded.checked:g} of {out_of:g} points: {'; '.join(wrong)}")


def _grade(root, assignment, submission, kind, results=None):
    """Grade a folder as one submission; return what came of it and the points that there are."""
    started = time.monotonic()
    kind = kind or _kind()
    with tempfile.TemporaryDirectory(prefix="grading-") as place:
        handed_in = Path(place, "handed-in")
        handed_in.mkdir()
        if submission.is_dir() and any(submission.iterdir()):
            shutil.copytree(submission, handed_in / _STUDENT.id, symlinks=True)  # which are not followed later either
        job = Job(assignment, handed_in, Path(place, "out"), root / "source" / "kit", [_STUDENT], sandbox=kind,
                  memory=_memory())
        grader = Grader(job)
        try:
            for name in grader.prepare():
                print(f"[{time.monotonic() - started:5.1f} s] {name} is ready")
            _expect_the_worst(grader)
            for _, result in grader.grade():
                print(f"[{time.monotonic() - started:5.1f} s] {result.notebook} is graded, in {result.seconds:.1f} s")
                if results:
                    gradescope.write(grader.gather().students[0], results)
            grading = grader.gather()
            if results:
                gradescope.write(grading.students[0], results)
        finally:
            grader.close()
    print(f"[{time.monotonic() - started:5.1f} s] done, in {kind}")
    return grading.students[0], sum(check.points for check in grading.checks)


def _expect_the_worst(grader):
    """Enter a result for each notebook that is still to be graded, so that there is a whole one at every moment."""
    for student, name in grader.waiting():
        checks = prepare.checks(name, grader.notebooks[name])
        nothing = worker.nothing(name, checks, Reason.GRADER_FAILED, _NOT_REACHED)
        grader.store.put(student, nothing, "", grader.version)


def _kind():
    """Return the sandbox that works here, the better one first."""
    try:
        bubblewrap.see_that_it_works()
    except Unavailable as reason:
        network = "" if other_user.closes_network() else ", with the network open"
        print(f"{reason} Students' code runs as another user{network}.")
        return "other-user"
    return "bubblewrap"


def _memory():
    """Return the bytes that a kernel may hold: the usual, or a share of what the container has."""
    found = [Path(limit).read_text().strip() for limit in _LIMITS if Path(limit).is_file()]
    return min([Job.memory, *(int(_SHARE * int(limit)) for limit in found if limit.isdecimal())])


def _about(path):
    """Say which submission this is, as far as Gradescope tells."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"Submission {told['id']} of {told['created_at']}"
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        return f"Gradescope does not say which submission this is ({type(error).__name__})"


if __name__ == "__main__":
    what, root, assignment, *kind = sys.argv[1:]
    try:
        {"run": run, "setup": setup}[what](Path(root), assignment, *kind)
    except (CannotGrade, Unavailable) as error:
        sys.exit(str(error))
