"""`cs231n data`: list, make, fetch and verify the data sets."""
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from cs231n.course.terminal import fail
from cs231n.data import DataError
from cs231n.data.catalogue import CATALOGUE, DataSet
from cs231n.data.fetch import fetch
from cs231n.data.folders import data_folder
from cs231n.data.store import is_complete, is_drawn, make, verify, verify_miniature

app = typer.Typer(no_args_is_help=True, help="List, draw, download and check the data sets.")
_NAME = typer.Argument(metavar="NAME", help="As `cs231n data list` shows them.", show_default=False)


@app.command("list")
def list_() -> None:
    """Show each data set: what it is, what of it is here, and how large that is."""
    folder = data_folder()
    typer.echo(f"Data sets in {folder}:")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("name", no_wrap=True)
    table.add_column("what it is")
    table.add_column("here")
    table.add_column("size", justify="right", no_wrap=True)
    for dataset in CATALOGUE.values():
        state, size = _state(dataset, folder)
        table.add_row(dataset.name, dataset.title, state, size)
    Console().print(table)


@app.command("make")
def make_() -> None:
    """Draw the built-in miniatures now, rather than when a notebook first needs them."""
    folder = data_folder()
    for dataset in CATALOGUE.values():
        if miniature := dataset.miniature:
            damaged = any(state != "ok" for state in verify_miniature(folder / miniature.folder).values())
            try:
                typer.echo(f"{miniature.title}: {make(miniature, folder, again=damaged)}")
            except DataError as error:
                fail(error)


@app.command("fetch")
def fetch_(names: Annotated[list[str], _NAME]) -> None:
    """Download data sets from their publishers, check them and put them in place."""
    failed = False
    for dataset in _named(names):
        try:
            fetch(dataset, data_folder(), say=typer.echo)
        except DataError as error:
            typer.echo(error, err=True)
            failed = True
    raise typer.Exit(failed)


@app.command("verify")
def verify_(names: Annotated[list[str] | None, _NAME] = None) -> None:
    """Check every file that is here against its checksum; without names, of all sets that are here."""
    folder = data_folder()
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("data set", "file", "state"):
        table.add_column(column, overflow="fold")
    right = True
    for dataset in _named(names or CATALOGUE):
        found = _verified(dataset, folder)
        if names and not found:
            fail(f"{dataset.name} is not in {folder}: run `cs231n data fetch {dataset.name}`.")
        for (label, file), state in found.items():
            colour = {"ok": "green", "unknown": "yellow"}.get(state.partition(":")[0], "red")
            right = right and colour != "red"
            table.add_row(label, file, state, style=colour)
    if table.row_count:
        Console().print(table)
    else:
        typer.echo(f"No data set is in {folder} yet.")
    if not right:
        fail("Some files are wrong: `cs231n data fetch NAME` or, for a miniature, `cs231n data make` puts them right.")


def _named(names) -> list[DataSet]:
    """The data sets of these names."""
    for name in names:
        if name not in CATALOGUE:
            fail(f"There is no data set {name!r}, only {', '.join(CATALOGUE)}.")
    return [CATALOGUE[name] for name in names]





def _state(dataset: DataSet, folder: Path) -> tuple[str, str]:
    """What of a data set is here, in words, and its size."""
    files = [folder / dataset.folder / file.name for file in dataset.files]
    here = [file for file in files if file.is_file()]
    if is_complete(dataset, folder):
        return "[green]the real one[/]", _size(here)
    if here:
        return f"[red]incomplete[/]: {len(here)} of {len(files)} files", _size(here)
    if dataset.miniature and is_drawn(dataset.miniature, folder):
        return "[yellow]the miniature[/]", _size((folder / dataset.miniature.folder).iterdir())
    return f"absent; {dataset.otherwise} in its place" if dataset.otherwise else "absent", ""


def _size(files) -> str:
    return f"{sum(file.stat().st_size for file in files) / 1e6:,.1f} MB"


def _verified(dataset: DataSet, folder: Path) -> dict[tuple[str, str], str]:
    """The state of each file of a data set and of its miniature, as far as they are here."""
    found = {}
    if any((folder / dataset.folder / file.name).is_file() for file in dataset.files):
        states = verify(dataset, folder / dataset.folder)
        found = {(dataset.name, file): state for file, state in states.items()}
    if dataset.miniature and (place := folder / dataset.miniature.folder).is_dir():
        found |= {(dataset.miniature.folder, file): state for file, state in verify_miniature(place).items()}
    return found
