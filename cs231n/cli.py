"""The command line: `cs231n run | check | data`.

The commands import what they need when they run: the notebook libraries take a second, and `cs231n data` needs none.
"""
import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

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
    sources = _chosen(notebooks)
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
    summary = f"{passed} of {_count(len(plan), 'notebook')} passed in {seconds:.0f} s: {out / 'index.html'}"
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
    fix: Annotated[bool, typer.Option("--fix", help="Normalise the notebooks in place first.")] = False,
):
    """Check that notebooks keep the format of the course; exit status 1 if one does not."""
    from cs231n.course import lint

    console = Console()
    count = 0
    sources = _chosen(notebooks)
    for path in sources:
        if fix:
            _fix(path)
        problems = lint.lint(path)
        count += len(problems)
        for problem in problems:
            console.print(f"{path}: {problem}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{_count(len(sources), 'notebook')}, {_count(count, 'problem')}", highlight=False)
    raise typer.Exit(count > 0)


def _fix(path):
    """Normalise a notebook in place; one that cannot be read is left to the linter's words."""
    from cs231n.course import notebook

    try:
        nb = notebook.read(path)
    except notebook.Unreadable:
        return
    notebook.write(notebook.normalise(nb), path)


def _count(number, noun):
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"


def _chosen(notebooks):
    chosen = notebooks or sorted(Path().glob("assignment*/*.ipynb"))
    if not chosen:
        raise typer.BadParameter(f"there is no assignment*/*.ipynb below {Path.cwd()}; name the notebooks")
    return chosen


def main():
    """Entry point of the command `cs231n`."""
    app()


if __name__ == "__main__":
    main()
