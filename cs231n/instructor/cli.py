"""The instructors' commands: `cs231n lint | release | grade | gradescope-zip`."""
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cs231n.cli import Notebooks, chosen, count
from cs231n.grading.cli import grade, gradescope_zip


def add_to(app):
    """Add the commands to those that everybody has."""
    app.command()(lint)
    app.command()(release)
    app.command()(grade)
    app.command()(gradescope_zip)


def lint(
    notebooks: Notebooks = None,
    fix: Annotated[bool, typer.Option("--fix", help="Normalise the notebooks in place first.")] = False,
):
    """Instructors: check that solved notebooks keep the format of the course; exit status 1 if one does not."""
    from cs231n.instructor import lint

    console = Console()
    problems = 0
    sources = chosen(notebooks)
    for path in sources:
        if fix:
            _fix(path)
        found = lint.lint(path)
        problems += len(found)
        for problem in found:
            console.print(f"{path}: {problem}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{count(len(sources), 'notebook')}, {count(problems, 'problem')}", highlight=False)
    raise typer.Exit(problems > 0)


def _fix(path):
    """Normalise a notebook in place; one that cannot be read is left to the linter's words."""
    from cs231n.course import notebook

    try:
        nb = notebook.read(path)
    except notebook.Unreadable:
        return
    notebook.write(notebook.normalise(nb), path)


def release(
    assignment: Annotated[str, typer.Argument(help="assignment1, for example.")],
    out: Annotated[Path, typer.Option(help="Folder for the kit and its zip.")] = Path("dist"),
    offline: Annotated[bool, typer.Option(help="Prove it with the packages of this environment.")] = False,
):
    """Instructors: cut the student kit of an assignment, and prove that it is fit to be given out."""
    from cs231n.instructor import proof
    from cs231n.instructor import release as releases

    console = Console()
    started = time.monotonic()

    def say(text):
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    try:
        course = releases.Course(assignment)
        folder, archive = releases.cut(course, out)
        with tempfile.TemporaryDirectory(prefix="cs231n-release-") as scratch:
            kit = proof.Kit(course, folder, archive, Path(scratch))
            for proven in proof.prove(kit, offline):
                say(f"[{time.monotonic() - started:4.0f} s] {proven}")
    except releases.Refused as refused:
        say(f"Not fit to be given out: {refused}")
        raise typer.Exit(1) from None
    say(f"{folder} and {archive} are ready.")
