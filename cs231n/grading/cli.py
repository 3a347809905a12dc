"""The commands `cs231n grade` and `cs231n gradescope-zip`."""
import sqlite3
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cs231n.course import plan
from cs231n.course.terminal import Assignment, count, fail
from cs231n.grading import limits
from cs231n.grading.results import Reason
from cs231n.grading.text import one_line


def grade(
    assignment: Assignment,
    submissions: Annotated[Path, typer.Argument(help="A folder or zip of what was handed in.")],
    out: Annotated[Path, typer.Option(
        file_okay=False, help="Folder for the results; grading into it again goes on where it ended.")],
    roster: Annotated[Path | None, typer.Option(help="CSV: student id, name, e-mail, extension ...")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML: deadlines, late days.")] = None,
    export: Annotated[Path | None, typer.Option(
        "--export", "--canvas-export", help="Gradebook that Canvas or Moodle exported, to be filled.")] = None,
    column: Annotated[str | None, typer.Option(
        "--column", "--canvas-column", help="Its column, where that is not plain.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    regrade: Annotated[list[str] | None, typer.Option(help="The id of a student to grade anew, or 'all'.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the checks' inputs; drawn if not given.")] = None,
    cell_seconds: Annotated[float, typer.Option(min=1, help="Seconds that any cell may take.")] = limits.CELL_SECONDS,
    notebook_seconds: Annotated[
        float, typer.Option(min=1, help="Seconds that any notebook may take as a whole.")] = limits.NOTEBOOK_SECONDS,
    memory: Annotated[float, typer.Option(min=0.5, help="GB that a notebook may hold.")] = limits.MEMORY / 1e9,
    trusted: Annotated[bool, typer.Option("--trusted", help="Without a sandbox: your own work only.")] = False,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
):
    """Grade what students handed in, in a sandbox; write gradebook, feedback and a report."""
    from cs231n.course.run import cores
    from cs231n.grading import grade as grading
    from cs231n.grading import policy as policies
    from cs231n.grading.handed_in import roster as rosters
    from cs231n.grading.outputs import write as outputs
    from cs231n.grading.sandbox.provisioner import Unavailable

    started = time.monotonic()
    grader = None
    try:
        rule = policies.load(policy)
        if export:
            export.read_bytes()  # what cannot be read is told now, and not when all is graded
        grader = grading.Grader(grading.Job(
            assignment, submissions, out, plan.home(), rosters.load(roster) if roster else None, rule,
            jobs or cores(), None if seed is None else str(seed), tuple(regrade or ()), cell_seconds,
            notebook_seconds, int(memory * 1e9), "none" if trusted else "bubblewrap", scheduler))
        if not any(submission.file for submission in grader.submissions):
            fail(f"There is no submission in {submissions}: docs/instructors.md says how they may lie there.")
        if policy and assignment not in rule.deadlines:
            typer.echo(f"{policy} has no deadline for {assignment}, so nobody is late.")
        untimed = sum(bool(each.file) and each.submitted is None for each in grader.submissions)
        if assignment in rule.deadlines and untimed:
            typer.echo(f"{count(untimed, 'submission')} came without a time, as in Canvas's download, and count as in "
                       "time: the roster's column 'submitted' can tell it.")
        _show("our notebooks", len(grader.unprepared()), grader.prepare())
        waiting = len(grader.waiting())
        typer.echo(f"{count(len(grader.submissions), 'student')}, {count(waiting, 'notebook')} to grade.")
        _show("graded", waiting, grader.grade())
        outcome = grader.gather()
        for sentence in outputs.write(outcome, out, export, column):
            typer.echo(sentence)
        failures = [*grader.failures, *_failures(outcome)]
    except (grading.CannotGrade, Unavailable, sqlite3.Error, ValueError, OSError) as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo("Stopped. The same command goes on where this ended.")
        raise typer.Exit(130) from None
    finally:
        if grader:
            grader.close()
    for failure in failures:
        typer.echo(f"Not graded: {one_line(failure)}", err=True)
    typer.echo(f"Done in {time.monotonic() - started:.0f} s: {out / 'report.html'}, {out / 'gradebook.csv'}")
    if failures:
        raise typer.Exit(1)


def _failures(outcome):
    """Return a sentence for each notebook that the grader failed on."""
    return [f"{graded.student.id}: {each.notebook}: {each.checks[0].message}" for graded in outcome.students
            for each in graded.notebooks if any(result.reason == Reason.GRADER_FAILED for result in each.checks)]


def gradescope_zip(
    assignment: Assignment,
    out: Annotated[Path, typer.Option(dir_okay=False, help="The zip to write.")] = Path("autograder.zip"),
):
    """Write the zip that grades an assignment on Gradescope, to be uploaded there as its autograder."""
    from cs231n.answers.course import Course, Refused
    from cs231n.grading import autograder_zip

    try:
        autograder_zip.write(Course(assignment, plan.home()), out)
    except (Refused, OSError) as error:
        fail(error)
    typer.echo(f"{out} is ready, {out.stat().st_size / 1e6:.1f} MB. It holds the solutions: for Gradescope only.")


def _show(what, number, steps):
    """Go through the steps with a bar on a terminal, and a line now and then elsewhere."""
    console = Console()
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=number)
        for done, _ in enumerate(steps, 1):
            progress.update(task, completed=done)
            if not console.is_terminal and (done % 25 == 0 or done == number):
                typer.echo(f"{what}: {done} of {number}")
