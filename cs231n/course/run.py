"""Run many notebooks at once, and keep what each gave as soon as it is there.

For each notebook the results folder gets, in this order, the executed notebook, its HTML page, and a small JSON record.
The record is written last and names what the result was made from, so after a kill at any moment `resume` knows which
results are whole and still true.
"""
import asyncio
import dataclasses
import hashlib
import json
import os
import platform
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

import cs231n
from cs231n.course import export, notebook, report
from cs231n.course.execute import Execution, Failure, Outcome, State, kernel_environment
from cs231n.course.notebook import Kind
from cs231n.data.catalogue import CATALOGUE, named


@dataclass(frozen=True)
class Options:
    """How to run. `memory` is in bytes a notebook; `jobs` notebooks run at once and share the cores."""

    out: Path
    jobs: int
    timeout: float
    memory: int
    resume: bool = False
    recorder: object = None  # `cs231n.answers.recording`: outputs and values of checks are written back

    @property
    def threads(self):
        """Threads of each kernel's convolutions."""
        return max(1, cores() // self.jobs)


@dataclass
class Result:
    """What the record of a notebook holds: seconds of wall time, bytes of memory, points of its check cells."""

    state: State
    fingerprint: str = ""
    seconds: float = 0.0
    peak_memory: int = 0
    cells: int = 0
    cells_run: int = 0
    checks: int = 0
    checks_passed: int = 0
    points: float = 0
    points_passed: float = 0
    failure: Failure | None = None


@dataclass
class Job:
    """One notebook of a run, and how far it is."""

    source: Path
    name: str  # of its files in the results folder, without ending: `assignment1/knn`
    state: State = State.WAITING
    phase: str = ""  # what runs, where a notebook runs twice
    started: float = 0.0  # on the monotonic clock
    cells: int = 0
    execution: Execution | None = None
    result: Result | None = None
    title: str = ""
    figures: list = field(default_factory=list)
    kept: bool = False  # the result is from an earlier run


def cores():
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_memory(jobs):
    """Return the memory limit of a notebook in bytes: a fair share of what is free now, less a fifth for the rest."""
    return int(0.8 * psutil.virtual_memory().available / jobs)


def plan(paths, out):
    """Name the jobs of a run.

    Parameters
    ----------
    paths : list of Path
    out : Path
        The results folder.

    Returns
    -------
    list of Job

    Raises
    ------
    ValueError
        If two notebooks would share a name in the results folder, or a result would overwrite its notebook.
    """
    jobs = {}
    for path in dict.fromkeys(Path(path).absolute() for path in paths):
        inside = path.is_relative_to(Path.cwd())
        relative = path.relative_to(Path.cwd()) if inside else Path(path.parent.name, path.name)
        name = relative.with_suffix("").as_posix()
        if name in jobs:
            raise ValueError(f"{jobs[name].source} and {path} would share one place in the results; run them apart")
        if (out / f"{name}.ipynb").absolute() == path:
            raise ValueError(f"out = {out} would overwrite {path} with its result; choose another folder")
        jobs[name] = Job(path, name)
    return list(jobs.values())


def prepare(jobs, options):
    """Do once what parallel kernels would wait on each other for, and gather what a run says at its start.

    Returns
    -------
    dict of str -> str
        Title of each fact, and the fact in a sentence.
    """
    from matplotlib import font_manager  # noqa: F401  its first import on a machine writes a cache that all kernels read

    facts = {}
    texts = "".join(path.read_text(encoding="utf-8", errors="replace") for path in _existing(jobs))
    if told := describe_data(texts):
        facts["Data"] = "\n".join(told)
    facts["Compiled"] = _compiled_kernels()
    system = f"{platform.system()} {platform.machine()}, {cores()} cores"
    facts["Machine"] = f"Python {platform.python_version()}, NumPy {np.__version__}, {system}"
    facts["Run"] = (
        f"{options.jobs} at once, {options.threads} thread{'s' * (options.threads > 1)} each; "
        f"at most {options.timeout:g} s and {options.memory / 1e9:.1f} GB a notebook"
    )
    return facts


def describe_data(text):
    """Draw what is missing of the built-in data that notebooks with this text load; return a sentence on each."""
    words = set(re.findall(r"\w+", text))
    return [named(dataset.teller)() for dataset in CATALOGUE.values()
            if words & {loader.rpartition(".")[2] for loader in dataset.loaders}]


def _existing(jobs):
    return [job.source for job in jobs if job.source.is_file()]


def _compiled_kernels():
    try:
        from cs231n.fast import kernels  # noqa: F401  only whether they are there
    except ImportError:
        return "The compiled kernels are not there: everything runs on NumPy, slower."
    return "The compiled kernels are there."


class Run:
    """One run of a list of jobs.

    Parameters
    ----------
    jobs : list of Job
    options : Options
    facts : dict of str -> str
        What the results page says about the machine and the data.
    on_change : callable
        Called with a job whenever its state changes.
    """

    def __init__(self, jobs, options, facts, on_change):
        self.jobs = jobs
        self.options = options
        self.facts = facts
        self.on_change = on_change
        self._stopping = False
        self._context = _context_hash(facts.get("Data", ""))

    async def run(self):
        """Run all jobs. If cancelled (Ctrl-C), end the kernels, write the page, and pass the cancellation on."""
        free = asyncio.Semaphore(self.options.jobs)
        self.started = time.monotonic()
        self._write_index()
        with tempfile.TemporaryDirectory(prefix="cs231n-", ignore_cleanup_errors=True) as scratch:
            tasks = [asyncio.create_task(self._do(job, free, Path(scratch, str(i)))) for i, job in enumerate(self.jobs)]
            try:
                await asyncio.wait(tasks)
            except asyncio.CancelledError:
                self._stop()
                await asyncio.wait(tasks)
                raise
            finally:
                self._write_index(done=True)
        for task in tasks:
            task.result()

    def _stop(self):
        self._stopping = True
        for job in self.jobs:
            if job.execution:
                job.execution.end(State.STOPPED, "Stopped", "the run was stopped")

    async def _do(self, job, free, scratch):
        async with free:
            if self._stopping:
                job.result = Result(State.STOPPED)
            elif not (self.options.resume and self._keep(job)):
                job.started = time.monotonic()
                try:
                    self._record(job).unlink(missing_ok=True)
                    await self._execute(job, scratch)
                except Exception as error:  # whatever one notebook, or one picture in it, can do to us
                    job.result = Result(State.FAILED, failure=Failure(type(error).__name__, str(error)))
                    job.execution = None
            job.state = job.result.state
        self.on_change(job)
        self._write_index()

    def _record(self, job):
        return self.options.out / f"{job.name}.json"

    def _keep(self, job):
        """Take over the result of an earlier run, if it passed and was made from the same things."""
        try:
            record = json.loads(self._record(job).read_text(encoding="utf-8"))
            executed = notebook.read(self.options.out / f"{job.name}.ipynb")
            fingerprint = self._fingerprint(job, notebook.normalise(notebook.read(job.source)))
            if record["state"] != State.PASSED or record["fingerprint"] != fingerprint:
                return False
        except (OSError, ValueError, KeyError):
            return False
        job.result = Result(**record | {"state": State(record["state"]), "failure": None})
        job.title, job.figures = notebook.title(executed), report.figures(executed)
        job.kept = True
        return True

    async def _execute(self, job, scratch):
        try:
            nb = notebook.normalise(notebook.read(job.source))
            before = job.source.read_bytes()
        except notebook.Unreadable as error:
            job.result = Result(State.UNREADABLE, failure=Failure("Unreadable", str(error)))
            return
        job.title = notebook.title(nb)
        job.state, job.cells = State.RUNNING, sum(map(notebook.is_executable, nb.cells))
        self.on_change(job)
        if self.options.recorder:
            outcome = await self._record_and_save(job, nb, scratch, before)
        else:
            outcome = await self._execute_once(job, nb, scratch, kernel_environment(self.options.threads))
        job.result = Result(
            fingerprint=self._fingerprint(job, nb), cells=job.cells, **_checks(nb),
            **{f.name: getattr(outcome, f.name) for f in dataclasses.fields(outcome)},
        )
        nb = notebook.normalise(nb)
        job.figures = await asyncio.to_thread(report.figures, nb)
        page = await asyncio.to_thread(export.notebook_page, nb, job.name)
        notebook.write(nb, self.options.out / f"{job.name}.ipynb")
        notebook.write_atomically(self.options.out / f"{job.name}.html", page.encode())
        record = json.dumps(dataclasses.asdict(job.result), indent=1, ensure_ascii=False)
        notebook.write_atomically(self._record(job), record.encode())

    async def _execute_once(self, job, nb, scratch, environment):
        if self._stopping:
            return Outcome(State.STOPPED, 0.0, 0, 0)
        scratch.mkdir(parents=True)
        limits = self.options.timeout, self.options.memory
        job.execution = Execution(nb, job.source.parent, environment, scratch, *limits)
        outcome = await job.execution.run()
        job.execution = None
        return outcome

    async def _record_and_save(self, job, nb, scratch, before):
        """Run to record the values that checks compare with, again as a student would, and save what that gave.

        Where anything goes wrong nothing is saved, and the values recorded earlier are put back.
        """
        job.phase = "recording"
        environment = kernel_environment(self.options.threads, CS231N_CHECK="record")
        outcome = Outcome(State.FAILED, 0.0, 0, 0)
        try:
            recorder = self.options.recorder
            rounds = recorder.rounds(nb, job.source)
            outcome = await self._execute_once(job, rounds, scratch / "record", environment)
            values = recorder.files(rounds) if outcome.state == State.PASSED else ()
        except ValueError as error:
            return _not_saved(outcome, str(error))
        if outcome.state != State.PASSED:
            return outcome
        paths = [job.source.parent / "expected" / f"{job.source.stem}{ending}" for ending in recorder.ENDINGS]
        earlier = [path.read_bytes() if path.exists() else None for path in paths]
        saved = False
        try:
            for path, content in zip(paths, values, strict=True):
                _put(path, content)
            job.phase = "running"
            outcome = await self._execute_once(job, nb, scratch / "run", kernel_environment(self.options.threads))
            if outcome.state == State.PASSED and job.source.read_bytes() != before:
                outcome = _not_saved(outcome, "the notebook was changed on disk while it ran; run it again")
            if outcome.state == State.PASSED:
                notebook.write(notebook.normalise(nb), job.source)
                saved = True
        finally:
            if not saved:
                for path, content in zip(paths, earlier, strict=True):
                    _put(path, content)
        return outcome

    def _fingerprint(self, job, nb):
        """Hash what the result is made from: the notebook, the values recorded for it, the package, the data."""
        digest = hashlib.sha256(self._context)
        for cell in nb.cells:
            digest.update(json.dumps([cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))]).encode())
        expected = _expected_values(job.source)
        digest.update(expected.read_bytes() if expected.exists() else b"")
        return digest.hexdigest()

    def _write_index(self, done=False):
        seconds = time.monotonic() - self.started
        page = report.index_page(self.jobs, self.facts, seconds, done)
        notebook.write_atomically(self.options.out / "index.html", page.encode())


def _context_hash(data):
    """Hash what all notebooks of a run share."""
    digest = hashlib.sha256(f"{sys.version} {np.__version__} {data}".encode())
    package = Path(cs231n.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".pyx", ".so", ".pyd"):
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.digest()


def _checks(nb):
    """Count the check cells and their points, and those that ran without an error."""
    checks = [cell for cell in nb.cells if notebook.kind(cell) == Kind.CHECK and cell.cell_type == "code"]
    passed = [c for c in checks if c.execution_count and not any(o.output_type == "error" for o in c.outputs)]
    return {
        "checks": len(checks), "checks_passed": len(passed),
        "points": sum(map(notebook.points, checks)), "points_passed": sum(map(notebook.points, passed)),
    }


def _expected_values(source):
    return source.parent / "expected" / f"{source.stem}.npz"


def _not_saved(outcome, message):
    return dataclasses.replace(outcome, state=State.FAILED, failure=Failure("NotSaved", message))


def _put(path, content):
    """Write a file, or remove it if the content is None."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        notebook.write_atomically(path, content)
