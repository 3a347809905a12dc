"""What a run shows while it goes on: a table that moves on a terminal, plain lines elsewhere."""
import time
from contextlib import asynccontextmanager

from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cs231n.course.execute import State

STYLE = {State.WAITING: "dim", State.RUNNING: "cyan", State.PASSED: "green", State.STOPPED: "yellow"}


@asynccontextmanager
async def shown(console, jobs):
    """Show the jobs of a run while the block lasts; yields what to call when a job's state changes."""
    if not console.is_terminal:
        yield lambda job: console.print(_line(job), soft_wrap=True, highlight=False)
        return
    with Live(console=console, get_renderable=lambda: _table(jobs), refresh_per_second=8):
        yield lambda job: None


def _line(job):
    if job.result is None:
        return f"{escape(job.name)}: started"
    return f"{escape(job.name)}: {_summary(job)}"


def _summary(job):
    result = job.result
    if job.kept:
        return "passed, kept from an earlier run (nothing it is made from has changed)"
    if result.failure is None:
        return f"{result.state}, {result.seconds:.1f} s"
    where = f" in cell [{result.failure.cell}]" if result.failure.cell else ""
    under = f' under "{result.failure.heading}"' if result.failure.heading else ""
    message = (result.failure.message.splitlines() or [""])[0]
    return escape(f"{result.state}{where}{under}: {result.failure.error}: {message}")


def _table(jobs):
    now = time.monotonic()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("notebook", no_wrap=True)
    table.add_column("state", no_wrap=True, min_width=max(map(len, State)))
    table.add_column("cell", no_wrap=True, justify="right", min_width=len("00/00"))
    table.add_column("seconds", no_wrap=True, justify="right")
    table.add_column("", overflow="fold")
    for job in jobs:
        cell = seconds = note = ""
        if job.result:
            cell = f"{job.result.cells_run}/{job.result.cells}"
            seconds = f"{job.result.seconds:.1f}"
            note = _summary(job) if job.result.failure or job.kept else ""
        elif job.execution:
            cell = f"{job.execution.cells_run}/{job.cells}"
            seconds = f"{now - job.started:.1f}"
            note = escape(job.execution.heading)
        state = job.phase if job.phase and job.state == State.RUNNING else job.state
        table.add_row(job.name, Text(state, STYLE.get(job.state, "red")), cell, seconds, note)
    return table
