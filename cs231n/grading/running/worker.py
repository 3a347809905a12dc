"""What a worker process does: run one notebook through pytest, and hand back what it got."""
import contextlib
import functools
import io
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from cs231n.course import notebook
from cs231n.grading.preparation import prepare
from cs231n.grading.results import CheckResult, NotebookResult, Reason
from cs231n.grading.running import judge
from cs231n.grading.text import plain, shorten

TRIES = 3  # a kernel that was killed, or that did not start, gets another: it may not be the answer that did it
_MOST_TRIES = 10  # where each time another cell is hit
_FAILURES = 5  # of the grader itself, such as kernels that do not start


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
        For `sandbox.kernel_spec`.

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
    every = run_unharmed([(part, cells) for part, cells, _ in work], options)
    found = {
        result.check.name: result for (part, cells, _), runs in zip(work, every)
        for result in judge.results(part, cells, runs)
    }
    order = [check.name for check in prepare.checks(name, parts[0].nb)]
    remarks = tuple(f"{cell}: {remark}" for cell, remark in work[0][2].items())
    return NotebookResult(
        name, tuple(found[check] for check in order), remarks, seconds=round(time.monotonic() - start, 2))


def nothing(name, checks, reason, message):
    """Return the result of a notebook that could not be graded."""
    return NotebookResult(name, tuple(CheckResult(check, 0, reason, message) for check in checks))


def run(work, options):
    """Run cells through pytest and nbval.

    Parameters
    ----------
    work : list of (prepare.Part, list of prepare.Cell)
    options : dict
        For `sandbox.kernel_spec`.

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
    from cs231n.grading.sandbox.bubblewrap import kernel_spec

    plugin = Plugin(work, lambda part: kernel_spec(package=str(part.package), **options))
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


def run_unharmed(work, options):
    """Run cells as `run` does, until none was killed, or each of those that were does it time and again itself."""
    failures, kills = 0, Counter()
    for _ in range(_MOST_TRIES):
        try:
            every = run(work, options)
        except GraderFailed:
            failures += 1
            if failures == _FAILURES:
                raise
            continue
        killed = [(part, cell) for part, runs in enumerate(every) for cell, each in runs.items() if each.was_killed]
        kills.update(killed)
        if all(kills[each] >= TRIES for each in killed):
            break
    return every


@functools.cache
def _loaded(folder):
    return prepare.load(folder)
