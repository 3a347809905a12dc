"""The command line: `cs231n run | check | handin | link | data`, and for instructors what `cs231n.instructor.cli` adds.

The commands import what they need when they run: the notebook libraries take a second, and `cs231n data` needs none.
"""
import asyncio
import dataclasses
import importlib.util
import io
import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cs231n.course import plan
from cs231n.course.data_cli import app as data_app
from cs231n.course.terminal import Assignment, Notebooks, Timeout, chosen, count, fail
from cs231n.data import DataError

app = typer.Typer(
    help="The course kit: run and check its notebooks, manage its data.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)
app.add_typer(data_app, name="data")

def _recorder():
    """Return what records the values of checks; student kits do not have it."""
    try:
        from cs231n.answers import recording
    except ImportError:
        fail("--save is for instructors: this kit has no answers to record.")
    return recording


@app.command()
def run(
    notebooks: Notebooks = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the results.")] = Path("results"),
    resume: Annotated[bool, typer.Option("--resume", help="Keep what passed and has not changed since.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for a whole notebook.")] = 600,
    memory: Annotated[float | None, typer.Option(min=0.05, help="GB for a notebook; by default a fair share.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Instructors: write outputs and expected values back.")] = False,
):
    """Run notebooks in parallel; each leaves its executed copy and a page, and one index page tells of all."""
    from cs231n.course import run as runs
    from cs231n.course.execute import State

    console = Console()
    if save and resume:
        raise typer.BadParameter("--save runs every notebook; leave out --resume")
    sources = chosen(notebooks)
    jobs = min(jobs or runs.cores(), len(sources))
    limit = int(memory * 1e9) if memory else runs.default_memory(jobs)
    options = runs.Options(out, jobs, timeout, limit, resume, _recorder() if save else None)
    try:
        plan = runs.plan(sources, out)
        out.mkdir(parents=True, exist_ok=True)
    except (ValueError, OSError) as error:
        fail(error)
    started = time.monotonic()
    stopped = False
    try:
        facts = runs.prepare(plan, options)
        typer.echo("\n".join(facts.values()))
        asyncio.run(_shown(console, plan, options, facts))
    except (DataError, ValueError, OSError) as error:
        fail(error)
    except KeyboardInterrupt:
        stopped = True
    passed = sum(job.state == State.PASSED for job in plan)
    seconds = time.monotonic() - started
    typer.echo(f"{passed} of {count(len(plan), 'notebook')} passed in {seconds:.0f} s: {out / 'index.html'}")
    if stopped:
        typer.echo("Stopped. `cs231n run --resume` goes on where this ended.")
        raise typer.Exit(130)
    raise typer.Exit(passed < len(plan))


async def _shown(console, plan, options, facts):
    from cs231n.course import progress, run

    async with progress.shown(console, plan) as on_change:
        await run.Run(plan, options, facts, on_change).run()


@app.command()
def check(
    notebooks: Notebooks = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    timeout: Timeout = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what programs can read.")] = False,
):
    """How far am I? Run the checks: each exercise is right, wrong (and why) or not attempted; points so far."""
    from cs231n.course import run as runs
    from cs231n.course import summary

    sources = chosen(notebooks)
    jobs = min(jobs or runs.cores(), len(sources))
    with Console(stderr=True).status("Running the checks..."):
        found = summary.summarise(sources, jobs, timeout=timeout or summary.TIMEOUT)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in found]))
    else:
        console = Console()
        for each in found:
            if not each.against:
                _show(console, each)
        points, out_of = sum(each.points for each in found), sum(each.out_of for each in found)
        typer.echo(f"{points:g} of {out_of:g} points so far; questions are marked by people.")
    if unreadable := [f"{each.notebook}: {each.against}" for each in found if each.against]:
        fail("\n".join(unreadable))


def _show(console, summary):
    from cs231n.course.summary import Verdict

    colours = {Verdict.RIGHT: "green", Verdict.WRONG: "red", Verdict.WAITING: "yellow",
               Verdict.UNJUDGED: "yellow"}
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for mark in summary.marks:
        points = f"-/{mark.out_of:g}" if mark.by_hand else f"{mark.points:g}/{mark.out_of:g}"
        table.add_row(Text(mark.name), Text(points), Text(mark.verdict, colours.get(mark.verdict, "")), Text(mark.why))
    for remark in summary.remarks:
        table.add_row("", "", "", Text(remark, "yellow"))
    console.print(Text(f"{summary.notebook}: {summary.points:g} of {summary.out_of:g} points", "bold"), table)


@app.command()
def handin(
    assignment: Assignment = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; by default <assignment>-handin.zip.")] = None,
):
    """Make the file to hand in: the notebooks of an assignment. Says what is missing or not attempted."""
    from cs231n.course import handin as handing_in

    try:
        found = handing_in.look_through(*_named(assignment))
    except (plan.Unusable, handing_in.Unknown) as error:
        fail(error)
    lines = [f"not there: {name}" for name in found.missing]
    lines += [f"not attempted in {name}: {', '.join(untouched)}" for name, untouched in found.not_attempted.items()]
    for line in lines + found.others:
        typer.echo(line)
    if found.problems:
        fail("\n".join([*found.problems, "Nothing was written."]))
    target = out or Path(f"{found.assignment}-handin.zip")
    try:
        handing_in.pack(found, target)
    except OSError as error:
        fail(error)
    size = f"{target.stat().st_size / 1e6:.1f} MB"
    typer.echo(f"{target} holds {', '.join(found.notebooks)} ({size}). Upload it.")


def _named(assignment):
    """Return the kit and the name of an assignment that is named, as such or as its folder."""
    folder = Path(assignment or "").resolve()
    if assignment and len(Path(assignment).parts) > 1 and folder.is_dir():
        return plan.home(folder.parent), folder.name
    return plan.home(), assignment


@app.command()
def link(
    folder: Annotated[Path, typer.Argument(help="With notebooks of CS231n's own assignments.")] = Path(),
    undo: Annotated[bool, typer.Option("--undo", help="Put everything back as it was.")] = False,
    year: Annotated[int | None, typer.Option(help="Of the notebooks, where their folder does not tell.")] = None,
):
    """Make CS231n's own NumPy notebooks (2016 to 2025) run against this package and its data."""
    from cs231n.course import link as linking

    try:
        said = linking.unlink(folder) if undo else linking.link(folder, year)
    except (linking.Refused, OSError) as error:
        fail(error)
    typer.echo("\n".join(said))


def main():
    """Entry point of the command `cs231n`."""
    for stream in (sys.stdout, sys.stderr):  # a character that the terminal, or the file, cannot hold ends nothing
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if importlib.util.find_spec("cs231n.instructor"):  # student kits have none
        importlib.import_module("cs231n.instructor.cli").add_to(app)
    app()


if __name__ == "__main__":
    main()
