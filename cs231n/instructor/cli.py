"""The instructors' commands: `cs231n lint | release | grade | gradescope-zip`."""
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from cs231n.course import plan
from cs231n.course.terminal import Assignment, Notebooks, Timeout, chosen, count, fail
from cs231n.grading.cli import grade, gradescope_zip


def add_to(app):
    """Add the commands to those that everybody has."""
    for command in (lint, release, grade, gradescope_zip):
        app.command(rich_help_panel="Instructors")(command)


def lint(
    notebooks: Notebooks = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write headers, points, folds and the normal form first.")] = False,
):
    """Check that solved notebooks keep the format of the course; exit status 1 if one does not."""
    from cs231n.instructor import lint

    problems = 0
    sources = chosen(notebooks)
    for path in sources:
        if fix:
            try:
                lint.fix(path)
            except OSError as error:
                fail(error)
        found = lint.lint(path)
        problems += len(found)
        for problem in found:
            typer.echo(f"{path}: {problem}")
    typer.echo(f"{count(len(sources), 'notebook')}, {count(problems, 'problem')}")
    raise typer.Exit(problems > 0)


def release(
    assignment: Assignment,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the kit and its zip.")] = Path("dist"),
    offline: Annotated[bool, typer.Option("--offline", help="Prove it with the packages of this environment.")] = False,
    timeout: Timeout = None,
):
    """Cut the student kit of an assignment, and prove that it is fit to be given out."""
    from cs231n.answers.course import Course, Refused
    from cs231n.instructor import proof
    from cs231n.instructor import release as releases

    started = time.monotonic()
    try:
        course = Course(assignment, plan.home())
        with releases.unproven(course, out) as (folder, archive):
            with tempfile.TemporaryDirectory(prefix="cs231n-release-") as scratch:
                kit = proof.Kit(course, folder, archive, Path(scratch), timeout)
                _prove(kit, offline, started)
            folder, archive = releases.put_in_place(course, folder, archive, out)
    except (Refused, OSError) as error:
        fail(error)
    typer.echo(f"{folder} and {archive} are ready.")


def _prove(kit, offline, started):
    """Say what is proven of a kit, and what is wrong with it, as it is found; end if anything is."""
    from cs231n.instructor import proof

    faults = 0
    for found in proof.prove(kit, offline):
        said = f"[{time.monotonic() - started:4.0f} s] {found}"
        faults += isinstance(found, proof.Fault)
        typer.echo(said, err=isinstance(found, proof.Fault))
    if faults:
        fail(f"Not fit to be given out: {count(faults, 'fault')}. No kit was written.")
