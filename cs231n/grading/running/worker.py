"""What a worker process does: run one notebook through pytest, and hand back what it got."""
import contextlib
import functools
import io
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from cs231n.course import notebook
from cs231n.grading import limits
from cs231n.grading.preparation import prepare
from cs231n.grading.results import CheckResult, NotebookResult, Reason
from cs231n.grading.running import judge
from cs231n.grading.text import plain, shorten


class GraderFailed(Exception):
    """Grading went wrong, through no fault of the submission."""


def grade(folder, path, options):
    """Grade one notebook of a submission.

    Parameters
    ----------
    folder : Path
        What `prepare.save` left there.
    path : Path
        The submitted notebook.
    options : dict
        For `provisioner.kernel_spec`.

    Returns
    -------
    results.NotebookResult

    Raises
    ------
    GraderFailed
        With a message that students may see.
    """
    try:
        return _grade(folder, path, options)
    except GraderFailed:
        raise
    except Exception as error:
        print(plain(traceback.format_exc()), file=sys.stderr)
        raise GraderFailed(f"the grader itself failed: {type(error).__name__}") from None


def _grade(folder, path, options):
    start = time.monotonic()
    parts = _loaded(folder)
    name = parts[0].notebook
    ours = [check for part in parts for check in part.checks]
    try:
        submitted = notebook.read(path)
    except notebook.Unreadable as error:
        return nothing(name, ours, Reason.UNREADABLE, str(error))
    work = [(part, *prepare.graded_cells(part, submitted)) for part in parts]
    budget = max(part.budget for part in parts)
    every = run_unharmed([(part, cells) for part, cells, _ in work], options, budget)
    found = {
        result.check.name: result for (part, cells, _), runs in zip(work, every)
        for result in judge.results(part, cells, runs)
    }
    order = [check.name for check in prepare.checks(name, parts[0].nb)]
    remarks = tuple(plain(f"{cell}: {remark}") for cell, remark in work[0][2].items())
    return NotebookResult(
        name, tuple(found[check] for check in order), remarks, seconds=round(time.monotonic() - start, 2))


def nothing(name, checks, reason, message):
    """Return the result of a notebook that could not be graded."""
    return NotebookResult(name, tuple(CheckResult(check, 0, reason, message) for check in checks))


def run(work, options, until=None, hidden=True, last=True, known=None):
    """Run cells through pytest and nbval.

    Parameters
    ----------
    work : list of (prepare.Part, list of prepare.Cell)
    options : dict
        For `provisioner.kernel_spec`.
    until : float, optional
        The time, as `time.monotonic` tells it, when all must be done.
    hidden : bool
        Whether hidden tests run.
    last : bool
        Whether they do so also if a kernel was killed: not so if everything is to be run again.
    known : list of dict, optional
        What came of everything but the hidden tests, if they alone are to be judged.

    Returns
    -------
    list of dict of prepare.Cell to judge.CellRun
        One for each part.

    Raises
    ------
    GraderFailed
        If pytest did not come to its end.
    """
    import pytest

    from cs231n.grading.running.plugin import Plugin
    from cs231n.grading.sandbox.provisioner import kernel_spec

    plugin = Plugin(work, lambda part: kernel_spec(package=str(part.package), **options), until, hidden, last, known)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory(prefix="grading-") as scratch, contextlib.redirect_stdout(io.StringIO()) as said:
        path = Path(scratch, "notebook.ipynb")
        path.write_text("{}")
        # Nothing but our own plugin decides: no configuration, no conftest, no cache.
        status = pytest.main(
            [str(path), "-q", "-p", "nbval.plugin", "-p", "no:cacheprovider", "-p", "no:unraisableexception",
             "-W", "ignore", "-c", os.devnull, "--rootdir", scratch, "--confcutdir", scratch, "--noconftest",
             "--color=no"], plugins=[plugin])
    if plugin.failure or status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        print(shorten(plain(said.getvalue()), 10_000), file=sys.stderr)  # no student is to see this
        raise GraderFailed(plugin.failure or f"pytest ended with {status!r}")
    return plugin.runs


def run_unharmed(work, options, budget=None):
    """Run cells as `run` does, and once more if a kernel was killed: it may not be the answer that did it.

    Where the system itself has killed for want of memory meanwhile, or kernels do not start, there are more runs. What
    students may read comes from a time before any hidden test of theirs has run: an answer that sees one could hide
    what it saw from the kernel it is in, and tell it in the next. So visible checks are settled first, of all parts.

    Parameters
    ----------
    work, options
        As of `run`.
    budget : float, optional
        Seconds for all of it.
    """
    until = time.monotonic() + budget if budget else None
    if len(work) < 2:  # hidden tests come last in a run anyway
        return _settled(work, options, until)
    return _settled(work, options, until, known=_settled(work, options, until, hidden=False))


def _settled(work, options, until, hidden=True, known=None):
    """Run, and run again what was killed; return what came of each cell.

    Without `hidden` tests, or, after all else is `known`, them alone. A cell keeps what came of it first, unless it was
    killed, or an answer was without which others could not be right.
    """
    every, failures = known, 0
    for attempt in range(1, limits.MOST_TRIES + 1):
        last, before = attempt - failures >= limits.TRIES, _out_of_memory_kills()
        try:
            found = run(work, options, until, hidden=hidden, last=last, known=known)
        except GraderFailed:
            failures += 1
            if failures == limits.FAILURES:
                raise
            continue
        every = [_merged(*both, known is not None) for both in zip(every, found)] if every else found
        killed = any(run.was_killed for runs in found for run in runs.values())
        machine = _out_of_memory_kills() > before
        if not killed or last and not machine or until and time.monotonic() > until:
            break
    return every


def _merged(first, again, only_hidden):
    """Return what came of each cell of a part, from two runs."""
    if only_hidden:
        again = {cell: run for cell, run in again.items() if cell.is_hidden}
    elif any(run.was_killed and not cell.is_check for cell, run in first.items()):
        return again
    return first | {cell: run for cell, run in again.items() if cell not in first or first[cell].was_killed}


def _out_of_memory_kills():
    """Return how many processes the system has killed for want of memory since it started."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0


@functools.cache
def _loaded(folder):
    return prepare.load(folder)
