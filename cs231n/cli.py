"""The command line: `cs231n run | check | handin | link | data`, and for instructors what `cs231n.instructor.cli` adds.

The commands import what they need when they run: the notebook libraries take a second, and `cs231n data` needs none.
"""
import asyncio
import dataclasses
import importlib.util
import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cs231n.course_files import as_taught
from cs231n.data import DataError
from cs231n.data.cli import app as data_app

app = typer.Typer(
    help="The course kit: run and check its notebooks, manage its data.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)
app.add_typer(data_app, name="data")

Notebooks = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[NOTEBOOK]...", help="By default assignment*/*.ipynb, from here.", show_default=False),
]


@app.command()
def run(
    notebooks: Notebooks = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("results"),
    resume: Annotated[bool, typer.Option("--resume", help="Keep what passed and has not changed since.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for a whole notebook.")] = 600,
    memory: Annotated[float | None, typer.Option(min=0.05, help="GB a notebook; by default a share.")] = None,
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
    options = runs.Options(out, jobs, timeout, limit, resume, save)
    try:
        plan = runs.plan(sources, out)
        out.mkdir(parents=True, exist_ok=True)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from None
    started = time.monotonic()
    stopped = False
    try:
        facts = runs.prepare(plan, options)
        console.print("\n".join(facts.values()), highlight=False, markup=False, soft_wrap=True)
        asyncio.run(_shown(console, plan, options, facts))
    except (DataError, ValueError) as error:
        console.print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        stopped = True
    passed = sum(job.state == State.PASSED for job in plan)
    seconds = time.monotonic() - started
    summary = f"{passed} of {count(len(plan), 'notebook')} passed in {seconds:.0f} s: {out / 'index.html'}"
    console.print(summary, highlight=False, markup=False, soft_wrap=True)
    if stopped:
        console.print("Stopped. `cs231n run --resume` goes on where this ended.", markup=False)
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
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
):
    """How far am I? Runs the checks: each exercise right, wrong (and why) or not attempted; points so far."""
    from cs231n.course import run as runs
    from cs231n.course import summary

    sources = chosen(notebooks)
    jobs = min(jobs or runs.cores(), len(sources))
    if as_json:
        print(json.dumps([dataclasses.asdict(each) for each in summary.summarise(sources, jobs)]))
        return
    console = Console()
    with console.status("Running the checks..."):
        found = summary.summarise(sources, jobs)
    for each in found:
        console.print(_table(each))
    points, out_of = sum(each.points for each in found), sum(each.out_of for each in found)
    console.print(f"{points:g} of {out_of:g} points so far; questions are marked by people.", highlight=False)


def _table(summary):
    from cs231n.course.summary import Verdict

    colours = {Verdict.RIGHT: "green", Verdict.WRONG: "red", Verdict.WAITING: "yellow"}
    table = Table(title=f"{summary.notebook}: {summary.points:g} of {summary.out_of:g} points", title_justify="left",
                  show_header=False, box=None, padding=(0, 2, 0, 0))
    for mark in summary.marks:
        points = f"{mark.out_of:g}" if mark.by_hand else f"{mark.points:g}/{mark.out_of:g}"
        table.add_row(Text(mark.name), Text(points), Text(mark.verdict, colours.get(mark.verdict, "")), Text(mark.why))
    for remark in summary.remarks:
        table.add_row("", "", "", Text(remark, "yellow"))
    return table


@app.command()
def handin(
    assignment: Annotated[Path | None, typer.Argument(help="Its folder; by default the one there is.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; by default <assignment>-handin.zip.")] = None,
):
    """Make the file to hand in: the notebooks of an assignment. Says what is missing or not attempted."""
    from cs231n.course import handin as handing_in

    console = Console()
    folder = assignment or _only_assignment()
    found = handing_in.look_through(folder)
    lines = [f"not there: {name}" for name in found.missing]
    lines += [f"not attempted in {name}: {', '.join(untouched)}" for name, untouched in found.not_attempted.items()]
    lines += found.others + found.problems
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    if found.problems:
        console.print("Nothing was written.")
        raise typer.Exit(1)
    target = out or Path(f"{folder.resolve().name}-handin.zip")
    handing_in.pack(folder, found.notebooks, target)
    size = f"{target.stat().st_size / 1e6:.1f} MB"
    console.print(f"{target} holds {', '.join(found.notebooks)} ({size}). Upload it.", highlight=False, markup=False,
                  soft_wrap=True)


@app.command()
def link(
    folder: Annotated[Path, typer.Argument(help="With notebooks of CS231n's own assignments.")] = Path(),
    undo: Annotated[bool, typer.Option("--undo", help="Put everything back as it was.")] = False,
):
    """Make CS231n's own notebooks (2017 to 2019) run against this package and its data."""
    from cs231n.course import link as linking

    try:
        said = (linking.unlink if undo else linking.link)(folder)
    except (linking.Refused, OSError) as error:
        raise typer.BadParameter(str(error)) from None
    Console().print("\n".join(said), highlight=False, markup=False, soft_wrap=True)


def _only_assignment():
    folders = sorted({path.parent for path in Path().glob("assignment*/*.ipynb")})
    if len(folders) != 1:
        there = ", ".join(map(str, folders)) or "none"
        raise typer.BadParameter(f"name the assignment's folder: below {Path.cwd()} there is {there}")
    return folders[0]


def count(number, noun):
    """Return a number of things in words."""
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"


def chosen(notebooks):
    """Return the notebooks named on a command line, or those of all assignments."""
    chosen = notebooks or as_taught(Path().glob("assignment*/*.ipynb"))
    if not chosen:
        raise typer.BadParameter(f"there is no assignment*/*.ipynb below {Path.cwd()}; name the notebooks")
    return chosen


def main():
    """Entry point of the command `cs231n`."""
    if importlib.util.find_spec("cs231n.instructor"):  # student kits have none
        importlib.import_module("cs231n.instructor.cli").add_to(app)
    app()


if __name__ == "__main__":
    main()
