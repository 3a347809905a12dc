"""The index page of a run: a row a notebook, in one file that needs nothing else."""
import base64
import io
from dataclasses import dataclass

import jinja2
from PIL import Image

from cs231n.course import export, notebook
from cs231n.course.execute import State

_THUMBNAIL = (440, 184)  # pixels: twice the size on the page, for sharp screens
_TONE = {State.PASSED: "good", State.WAITING: "idle", State.RUNNING: "busy", State.STOPPED: "busy"}

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(export.TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
)


@dataclass(frozen=True)
class Figure:
    """A picture of a notebook, small: a data URI, the cell that made it, and the heading that stands over it."""

    thumbnail: str
    cell_id: str
    heading: str


def figures(nb):
    """Return the pictures in a notebook's outputs, in order, as a list of `Figure`."""
    found = []
    for cell, heading in zip(nb.cells, notebook.headings(nb)):
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get("image/png"):
                found.append(Figure(_thumbnail(base64.b64decode(png)), cell.id, heading))
    return found


def index_page(jobs, facts, seconds, done):
    """Return the index page.

    Parameters
    ----------
    jobs : list of run.Job
    facts : dict of str -> str
        What stands at the top, besides how the run went.
    seconds : float
        Wall time of the run so far.
    done : bool
        Whether the run has ended.
    """
    headline, tone = _headline(jobs, done)
    rows = [_row(job) for job in jobs]
    style = jinja2.utils.markupsafe.Markup((export.TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return _templates.get_template("index.html.j2").render(
        headline=headline, tone=tone, lead=_lead(jobs, seconds, done), facts=facts, rows=rows, style=style
    )


def _headline(jobs, done):
    states = [job.state for job in jobs]
    passed = states.count(State.PASSED)
    open_ = sum(state in (State.WAITING, State.RUNNING) for state in states)
    if not done and open_:
        return f"{len(jobs) - open_} of {len(jobs)} notebooks done", "busy"
    if passed == len(jobs):
        return f"All {len(jobs)} notebooks passed" if len(jobs) > 1 else "The notebook passed", "good"
    if State.STOPPED in states:
        return f"Stopped: {passed} of {len(jobs)} notebooks passed", "busy"
    return f"{len(jobs) - passed} of {len(jobs)} notebooks did not pass", "bad"


def _lead(jobs, seconds, done):
    results = [job.result for job in jobs if job.result]
    checks, passed = sum(r.checks for r in results), sum(r.checks_passed for r in results)
    points, reached = sum(r.points for r in results), sum(r.points_passed for r in results)
    counted = f"{passed} of {checks} checks passed, {reached:g} of {points:g} points. " if checks else ""
    return counted + (f"It took {_duration(seconds)}." if done else f"{_duration(seconds)} so far; reload for more.")


def _row(job):
    result = job.result
    has_page = result is not None and result.cells > 0
    row = {
        "name": job.name, "title": job.title or job.name, "kept": job.kept, "figures": job.figures, "state": job.state,
        "tone": _TONE.get(job.state, "bad"), "page": f"{job.name}.html" if has_page else "",
        "failure": None, "where": "", "numbers": [],
    }
    if result is None or not result.cells:
        return row | ({"failure": result.failure, "where": _where(result)} if result and result.failure else {})
    return row | {
        "failure": result.failure, "where": _where(result) if result.failure else "",
        "numbers": [
            (f"{result.checks_passed} of {result.checks}", "checks") if result.checks else ("none", "checks"),
            (f"{result.points_passed:g} of {result.points:g}", "points") if result.checks else ("", ""),
            (_duration(result.seconds), "wall time"),
            (f"{result.peak_memory / 1e6:.0f} MB", "memory"),
        ],
    }


def _where(result):
    """Say in words where a notebook stopped."""
    how = {
        State.FAILED: "An error", State.TIMED_OUT: "Still running when its time was over",
        State.OUT_OF_MEMORY: "Ended for taking too much memory", State.KERNEL_DIED: "The kernel died",
        State.STOPPED: "Stopped", State.UNREADABLE: "This file was not run",
    }[result.state]
    failure = result.failure
    cell = f" in code cell {failure.cell} of {result.cells}" if failure.cell else ""
    return f"{how}{cell}" + (f", under “{failure.heading}”" if failure.heading else "") + "."


def _duration(seconds):
    return f"{seconds:.1f} s" if seconds < 100 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _thumbnail(png):
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGBA")
    small.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
    flat = Image.new("RGB", small.size, "white")
    flat.paste(small, mask=small)
    target = io.BytesIO()
    flat.save(target, "WEBP", quality=82)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode()
