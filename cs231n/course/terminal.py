"""What the commands share: how they name notebooks and assignments, count, and fail."""
from pathlib import Path
from typing import Annotated

import typer

from cs231n.course import plan

Notebooks = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="NOTEBOOK", help="Files, folders of them, or assignments; by default all of the course plan.",
        show_default=False),
]
Timeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds of computing for the checks of a notebook, instead of the usual.")]
Assignment = Annotated[str, typer.Argument(
    help="assignment1, for example.", callback=lambda given: given and Path(given).as_posix())]  # not assignment1/


def fail(message: object) -> None:
    """End the command with one line on standard error."""
    if isinstance(message, OSError) and message.filename:
        message = f"{message.filename}: {message.strerror}"
    typer.echo(message, err=True)
    raise typer.Exit(1)


def count(number, noun):
    """Return a number of things in words."""
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"


def chosen(notebooks):
    """Return the notebooks named on a command line, those of folders or assignments that are named, or all of the plan.

    Outside of a folder with a plan, folders named `assignment<number>` stand for one.
    """
    home = plan.home()
    try:
        course = plan.load(home)
    except plan.Unusable as error:
        fail(error)
    if not notebooks:
        paths = [home / f"{name}.ipynb" for name in course.notebooks]
        found = [_from_here(path) for path in paths if path.is_file()]
        return found or fail(f"There is no assignment*/*.ipynb below {Path.cwd()}: name the notebooks.")
    found = []
    for path in notebooks:
        if (name := path.as_posix()) in course.assignments:
            found += [_from_here(home / f"{name}.ipynb") for name in course.assignments[name]]
        elif not path.exists() and (home / path).exists():  # named from the root, typed in a folder of the kit
            found += chosen([home / path])
        elif not path.exists():
            fail(f"There is no notebook {path}.")
        else:
            found += course.sort(path.glob("*.ipynb")) if path.is_dir() else [path]
    return found or fail(f"There is no notebook in {', '.join(map(str, notebooks))}.")


def _from_here(path):
    """Return a path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
