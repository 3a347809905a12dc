"""The commands `cs231n grade` and `cs231n gradescope-zip`."""
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cs231n.course import plan
from cs231n.course.terminal import Assignment, count, fail


def grade(
    assignment: Assignment,
    submissions: Annotated[Path, typer.Argument(help="A folder or zip of what was handed in.")],
    out: Annotated[Path, typer.Option(
        file_okay=False, help="Folder for the results; grading into it again goes on where it ended.")],
    roster: Annotated[Path | None, typer.Option(help="CSV: student id, name, e-mail, extension ...")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML: deadlines, late days.")] = None,
    canvas_export: Annotated[Path | None, typer.Option(help="Gradebook exported by Canvas, to be filled.")] = None,
    canvas_column: Annotated[str | None, typer.Option(help="Its column, where that is not plain.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    regrade: Annotated[list[str] | None, typer.Option(help="The id of a student to grade anew, or 'all'.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the checks' inputs; drawn if not given.")] = None,
    cell_seconds: Annotated[float, typer.Option(min=1, help="Seconds that any cell may take.")] = 30,
    memory: Annotated[float, typer.Option(min=0.5, help="GB that a notebook may hold.")] = 2.5,
    trusted: Annotated[bool, typer.Option("--trusted", help="Without a sandbox: your own work only.")] = False,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
):
    """Grade what students handed in, in a sandbox; write gradebook, feedback and a report."""
    from cs231n.course.run import cores
    from cs231n.grading import grade as grading
    from cs231n.grading import policy as policies
    from cs231n.grading.handed_in import roster as rosters
    from cs231n.grading.outputs import write as outputs
    from cs231n.grading.sandbox import bubblewrap as sandbox

    started = time.monotonic()
    grader = None
    try:
        rule = policies.load(policy)
        if canvas_export:
            canvas_export.read_bytes()  # what cannot be read is told now, and not when all is graded
        grader = grading.Grader(grading.Job(
            assignment, submissions, out, plan.home(), rosters.load(roster) if roster else None, rule,
            jobs or cores(), None if seed is None else str(seed), tuple(regrade or ()), cell_seconds,
            int(memory * 1e9), "none" if trusted else "bubblewrap", scheduler))
        if not any(submission.file for submission in grader.submissions):
            fail(f"There is no submission in {submissions}: docs/instructors.md says how they may lie there.")
        if policy and assignment not in rule.deadlines:
            typer.echo(f"{policy} has no deadline for {assignment}, so nobody is late.")
        _show("our notebooks", len(grader.unprepared()), grader.prepare())
        waiting = len(grader.waiting())
        typer.echo(f"{count(len(grader.submissions), 'student')}, {count(waiting, 'notebook')} to grade.")
        _show("graded", waiting, grader.grade())
        for sentence in outputs.write(grader.gather(), out, canvas_export, canvas_column):
            typer.echo(sentence)
    except (grading.CannotGrade, sandbox.Unavailable, ValueError, OSError) as error:
        fail(error)
    except KeyboardInterrupt:
        typer.echo("Stopped. The same command goes on where this ended.")
        raise typer.Exit(130) from None
    finally:
        if grader:
            grader.close()
    typer.echo(f"Done in {time.monotonic() - started:.0f} s: {out / 'report.html'}, {out / 'gradebook.csv'}")


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
