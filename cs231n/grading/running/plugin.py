"""A pytest plugin on nbval's classes that runs a submission in a sandbox and judges what its checks report.

nbval drives the cells; what differs from its own way is here:

* the cells are those of our notebook with the student's answers in it, whatever else stands in the file;
* the kernel is ours too, in the sandbox, and its limits on time, memory and output are kept from outside;
* a cell that ends the kernel fails, and the cells after it go on in a new one;
* a check passes if the values that it reports are those of our own notebook (`judge`).
"""
import re
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from cs231n.check import MIME
from cs231n.course import notebook, reported
from cs231n.grading import limits
from cs231n.grading.results import Reason
from cs231n.grading.running import judge
from cs231n.grading.running.judge import CellRun
from cs231n.grading.running.kernel import Ended, Kernel, NotStarted
from cs231n.grading.sandbox.provisioner import Unavailable

_TELLS = ("CheckFailed", "NotSolved", "NotImplementedError")  # errors whose message needs no class before it


class Plugin:
    """Has pytest run the cells of one submission, in as many kernels as its notebook has parts.

    Parameters
    ----------
    work : list of (prepare.Part, list of prepare.Cell)
    spec : callable
        Of a part; returns its `KernelSpec`.
    until, hidden, last, known
        As of `worker.run`.

    Attributes
    ----------
    runs : list of dict of prepare.Cell to judge.CellRun
        One for each part, filled as the cells run.
    failure : str
        What went wrong with grading itself.
    """

    def __init__(self, work, spec, until=None, hidden=True, last=True, known=None):
        self.until, self.hidden, self.last, self.known = until, hidden, last, known
        self.work = work
        self.spec = spec
        self.runs = [dict(runs) for runs in known or [{} for _ in work]]
        self.failure = ""

    def pytest_collect_file(self, file_path, parent):
        """Collect a notebook; nbval's own collector is off."""
        return Submission.from_parent(parent, path=file_path, plugin=self) if file_path.suffix == ".ipynb" else None

    def pytest_configure(self, config):
        """Leave the collecting to this plugin, also where `--nbval` is given."""
        config.option.nbval = config.option.nbval_lax = False


class Submission(pytest.File):
    """A submitted notebook: as many graded ones as ours has parts."""

    def __init__(self, *, plugin, **options):
        super().__init__(**options)
        self.plugin = plugin

    def collect(self):
        """Make a notebook of each part."""
        for number, ((part, cells), runs) in enumerate(zip(self.plugin.work, self.plugin.runs)):
            yield GradedNotebook.from_parent(
                self, path=self.path, name=f"part {number}", plugin=self.plugin, part=part, cells=cells, runs=runs)


class GradedNotebook(IPyNbFile):
    """The cells of a submission, put into our notebook."""

    def __init__(self, *, plugin, part, cells, runs, **options):
        super().__init__(**options)
        self.plugin, self.part, self.cells, self.runs = plugin, part, cells, runs
        self.deadly = set()  # cells that ended a kernel

    def collect(self):
        """Make an item of each cell; markers and tags in it do not count."""
        self.nb = new_notebook(cells=[new_code_cell(cell.source) for cell in self.cells])
        options = {"check": False, "check_exception": False, "skip": False}
        for number, (cell, code) in enumerate(zip(self.cells, self.nb.cells)):
            yield GradedCell.from_parent(
                self, name=f"{cell.kind}: {cell.key}", cell_num=number, cell=code, options=dict(options), graded=cell)

    def setup(self):
        """Do nothing: the kernel starts with the first cell, as it does again after one that ended it."""

    def teardown(self):
        """End the kernel."""
        if self.kernel is not None:
            self.kernel.stop()

    def limit(self, cell):
        """Return how many seconds a cell may take: its own limit, and what is left for the notebook."""
        if self.plugin.until is None:
            return self.part.limit(cell)
        left = self.plugin.until - time.monotonic()
        if left <= 0:
            raise Ended(Reason.TIMED_OUT, "the notebook as a whole took too long, and this was not reached any more")
        return min(self.part.limit(cell), left)

    def is_run_again(self):
        """Tell whether what students see will run once more, because a kernel was killed."""
        again = not self.plugin.last and self.plugin.known is None
        return again and any(run.was_killed for cell, run in self.runs.items() if not cell.is_hidden)

    def have_kernel(self, before):
        """See that there is a kernel in which what this cell needs has run: given code and exercises."""
        if self.kernel is not None and self.kernel.lives():
            return
        again = self.kernel is not None
        if again:
            self.kernel.stop()
        self.kernel = Kernel(self.plugin.spec(self.part))
        for cell in self.cells[:before] if again else ():
            if not cell.is_check and cell not in self.deadly:
                self.kernel.limit_next(self.limit(cell))
                self.kernel.run(cell.source)


class GradedCell(IPyNbCell):
    """One cell, run by nbval in our kernel."""

    def __init__(self, *, graded, **options):
        super().__init__(**options)
        self.graded = graded

    def setup(self):
        """Pass over a check that cannot be right any more."""
        cell = self.graded
        if cell.is_check and not cell.attempted:
            pytest.skip("the exercise is not attempted")
        part, runs, plugin = self.parent.part, self.parent.runs, self.parent.plugin
        if cell.is_check and not cell.is_hidden and plugin.known is not None:
            pytest.skip("it is judged already")
        if cell.is_hidden and not plugin.hidden:
            pytest.skip("hidden tests run later")
        if cell.is_hidden and self.parent.is_run_again():
            pytest.skip("all is run again")
        if cell.is_hidden and part.ours and judge.of_cell(part, cell.visible, runs)[0] != Reason.RIGHT:
            pytest.skip("what students see of this check is not right")

    def runtest(self):
        """Run the cell, and if it is a check, judge it."""
        cell, part, runs = self.graded, self.parent.part, self.parent.runs
        run = runs[cell] = CellRun()
        start = time.monotonic()
        try:
            self.parent.limit(cell)  # no kernel is started once time is up
            self.parent.have_kernel(before=self.cell_num)
            start = time.monotonic()
            self.parent.kernel.limit_next(self.parent.limit(cell))
            super().runtest()
        except NbCellError:
            run.error = _error(self.test_outputs)
        except Ended as ended:
            run.ended, run.message, run.was_killed = ended.reason, str(ended), ended.was_killed
            self.parent.deadly.add(cell)
            if self.parent.kernel is not None:
                self.parent.kernel.kill()
        except Exception as error:
            known = isinstance(error, (NotStarted, Unavailable))  # others may hold a student's words, or hidden tests
            self.parent.plugin.failure = str(error) if known else f"the grader itself failed: {type(error).__name__}"
            raise
        run.seconds = time.monotonic() - start
        if cell.is_check:
            _take_values(self.test_outputs or [], run)
            if part.ours:
                reason, message = judge.of_cell(part, cell, runs)
                if reason != Reason.RIGHT:
                    raise NotRight(f"{reason}: {message}")
        elif run.error or run.ended:
            raise NotRight(run.error or run.message)

    def repr_failure(self, excinfo):
        """Say what is not right, without the frames that led to it."""
        return str(excinfo.value) if isinstance(excinfo.value, NotRight) else super().repr_failure(excinfo)


class NotRight(Exception):
    """A cell stopped, or a check is not right."""


def _take_values(outputs, run):
    """Take what a check reported out of its outputs; what is no value ends the list."""
    run.messages = [output["data"][MIME] for output in outputs if MIME in (output.get("data") or {})]
    try:
        for message in run.messages:
            run.values.append(reported.decode(message))
    except ValueError as error:
        run.error = run.error or str(error)


def _error(outputs):
    """Return what a cell raised, in a line or two."""
    output = next(output for output in reversed(outputs) if output.output_type == "error")
    name, message = (str(output.get(key, "")) for key in ("ename", "evalue"))
    message = notebook.without_colours(message).strip()[:limits.LONGEST_ERROR]
    if name in _TELLS:
        return message
    where = _line(output.get("traceback"))
    return f"{name}: {message}{where}".replace(": (", " (")


def _line(traceback):
    """Say which line of the exercise's cell an error came from, if the traceback tells."""
    text = notebook.without_colours("\n".join(map(str, traceback or [])))
    lines = re.findall(r"In\[\d+\], line (\d+)", text)
    return f" (line {lines[-1]} of the cell)" if len(lines) > 1 else ""
