"""The notebook format: kinds of cell, reading, writing, normalising.

Notebooks carry nbgrader's metadata (schema 3) and its markers:

    text      markdown
    given     code, no nbgrader metadata; the tag `not-graded` where no check needs it
    exercise  code with `### BEGIN SOLUTION` ... `### END SOLUTION`
    check     code with points, tagged `nbval-check-output`; may hold `### BEGIN HIDDEN TESTS` ... `### END ...`
    question  markdown with points, its model answer between the solution markers
"""
import copy
import hashlib
import json
import os
import re
from enum import StrEnum
from itertools import groupby
from pathlib import Path

import nbformat

SOLUTION = "SOLUTION"
HIDDEN_TESTS = "HIDDEN TESTS"

# What a committed notebook keeps. Anything else depends on who ran it, when and where.
_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_CELL_METADATA = ("deletable", "editable", "jupyter", "nbgrader", "tags")

# A tqdm bar ("12%|##   | 6/50 [00:01<00:08, 5.1it/s]", "50it [00:02, 20.1it/s]") or its complaint about ipywidgets.
_PROGRESS = re.compile(r"\d{1,3}%\|.*\||\d{1,9}it \[|TqdmWarning|^ +from \.autonotebook import|^ +from tqdm\.auto")
# What a bar of tqdm.auto, or any widget, leaves. Without the widget's state JupyterLab shows "model not found" there.
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Kind(StrEnum):
    """What a cell is for."""

    TEXT = "text"
    GIVEN = "given code"
    EXERCISE = "exercise"
    CHECK = "check"
    QUESTION = "question"


class Unreadable(ValueError):
    """A file that is not a notebook; the message says why."""


def kind(cell):
    """Return the `Kind` of a cell, from its nbgrader metadata."""
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("grade"):
        return Kind.QUESTION if nbgrader.get("solution") else Kind.CHECK
    if nbgrader.get("solution"):
        return Kind.EXERCISE
    return Kind.GIVEN if cell.cell_type == "code" else Kind.TEXT


def grade_id(cell):
    """Return the name that a cell is known by across versions of its notebook, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def points(cell):
    """Return the points that a cell carries: 0 unless it is a check or a question."""
    if kind(cell) not in (Kind.CHECK, Kind.QUESTION):
        return 0
    return cell.metadata.nbgrader.get("points", 0)


def is_executable(cell):
    """Tell whether running the notebook runs this cell: code that is not empty."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def is_folded(cell):
    """Tell whether the source of a cell is hidden until somebody opens it."""
    return cell.metadata.get("jupyter", {}).get("source_hidden") is True


def headings(nb):
    """Return, for each cell, the heading it stands under ("" before the first)."""
    current, found = "", []
    for cell in nb.cells:
        current = (_titles(cell) or [current])[-1]
        found.append(current)
    return found


def title(nb):
    """Return the first heading of a notebook, "" if it has none."""
    return next((title for cell in nb.cells for title in _titles(cell)), "")


def _titles(cell):
    """Return the headings within a cell, without emphasis; not comments in a code block, nor markers."""
    if cell.cell_type != "markdown":
        return []
    text = re.sub(r"^```.*?^```|^### (?:BEGIN|END) [^\n]*", "", cell.source, flags=re.M | re.S)
    return [re.sub(r"[*`]", "", title) for title in re.findall(r"^#{1,6} +(.+?)[ #]*$", text, re.M)]


def marked(source, name):
    """Find the regions between `BEGIN name` and `END name` lines.

    Parameters
    ----------
    source : str
    name : str
        `SOLUTION` or `HIDDEN_TESTS`.

    Returns
    -------
    list of (int, int)
        Line numbers, from 0, of each pair of markers.

    Raises
    ------
    ValueError
        If the markers are not balanced.
    """
    regions, begin = [], None
    for number, line in enumerate(source.splitlines()):
        if f"BEGIN {name}" in line:
            if begin is not None:
                raise ValueError(f"line {number + 1}: a second BEGIN {name} before the END of the first")
            begin = number
        elif f"END {name}" in line:
            if begin is None:
                raise ValueError(f"line {number + 1}: END {name} without a BEGIN")
            regions.append((begin, number))
            begin = None
    if begin is not None:
        raise ValueError(f"line {begin + 1}: BEGIN {name} without an END")
    return regions


def without_markers(source):
    """Return the source of a cell without the lines of its markers."""
    return "\n".join(line for line in source.split("\n") if not re.search(r"### (BEGIN|END) ", line))


def without_colours(text):
    """Return text without the terminal's escape sequences, which kernels colour their tracebacks with."""
    return _ANSI.sub("", text)


def read(path):
    """Read a notebook of format 4 or older, without touching its cell ids.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    Unreadable
        If there is no such file, or it is not a notebook.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a byte order mark first
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"it cannot be read: {error}") from None
    try:
        current = json.loads(text).get("nbformat") == 4
        nb = nbformat.v4.reads(text) if current else nbformat.reads(text, as_version=4)
        cells = list(nb.cells)
        if not all(cell.cell_type in ("code", "markdown", "raw") and isinstance(cell.source, str) for cell in cells):
            raise ValueError("a cell has no type or no source")
    except Exception as error:  # nbformat raises many kinds for the many ways in which a file is not a notebook
        raise Unreadable(f"it is not a notebook: {error}") from None
    return nb


def dumps(nb):
    """Return the text of a notebook file: sorted keys, one line of source a line, one newline at the end."""
    return nbformat.v4.writes(nb) + "\n"


def write(nb, path):
    """Write a notebook; the file is whole at every moment."""
    write_atomically(path, dumps(nb).encode())


def write_atomically(path, content):
    """Put bytes into a file so that a reader, or a kill, meets the old content or the new, never a part."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def normalise(nb):
    """Return a copy that holds nothing of who ran it, when or where.

    Times, kernel versions, widget state and interface state go; tags are sorted; progress bars leave the recorded
    outputs; execution counts become 1, 2, 3 ... where the cells ran in order; cells without an id get one that follows
    from what they hold.
    """
    nb = copy.deepcopy(nb)
    nb.metadata = nbformat.from_dict(_NOTEBOOK_METADATA)
    nb.nbformat, nb.nbformat_minor = 4, 5
    in_order = runs_in_order(nb)
    count, ids = 0, set()
    for position, cell in enumerate(nb.cells):
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in _CELL_METADATA if key in cell.metadata})
        if is_folded(cell):
            cell.metadata.jupyter = nbformat.from_dict({"source_hidden": True})
        else:
            cell.metadata.pop("jupyter", None)
        if "tags" in cell.metadata:
            cell.metadata.tags = sorted(set(cell.metadata.tags))
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        cell.source = cell.source.rstrip("\n")
        if not _CELL_ID.fullmatch(cell.get("id", "")) or cell.id in ids:
            cell.id = hashlib.sha256(f"{position} {grade_id(cell)} {cell.source}".encode()).hexdigest()[:8]
        ids.add(cell.id)
        if cell.cell_type == "code":
            if in_order and cell.get("execution_count") is not None:
                count += 1
                cell.execution_count = count
            cell.setdefault("execution_count", None)
            cell.outputs = _normalised_outputs(cell)
    return nb


def runs_in_order(nb):
    """Tell whether the execution counts of the cells that ran grow from top to bottom."""
    counts = [c.execution_count for c in nb.cells if c.cell_type == "code" and c.get("execution_count") is not None]
    return all(earlier < later for earlier, later in zip(counts, counts[1:]))


def _normalised_outputs(cell):
    outputs = []
    for output in _merged_streams(_without_progress(_merged_streams(cell.get("outputs", [])))):
        if output.output_type == "stream":
            output.text = _typed(output.text)
        if output.output_type in ("display_data", "execute_result"):
            output.metadata = nbformat.from_dict({k: v for k, v in output.metadata.items() if k in output.data})
            output.pop("transient", None)
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
        outputs.append(output)
    return outputs


def _merged_streams(outputs):
    """Join pieces of one stream that follow each other: where it was cut is chance."""
    for key, pieces in groupby(outputs, key=lambda o: o.name if o.output_type == "stream" else id(o)):
        first, *rest = pieces
        if rest:
            first.text = "".join([first.text, *(piece.text for piece in rest)])
        yield first


def _typed(text):
    """Apply carriage returns as a terminal does: what follows one overwrites the line."""
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _without_progress(outputs):
    """Drop widgets, the lines of progress bars from stderr, and streams in which nothing is left."""
    for output in outputs:
        if _WIDGET in output.get("data", {}):
            continue
        if output.output_type == "stream" and output.name == "stderr":
            lines = [line for line in re.split(r"[\r\n]+", output.text) if line.strip() and not _PROGRESS.search(line)]
            output.text = "".join(line + "\n" for line in lines)
        if output.output_type != "stream" or output.text:
            yield output
