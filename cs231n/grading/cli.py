"""The commands `cs231n grade` and `cs231n gradescope-zip`."""
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def grade(
    assignment: Annotated[str, typer.Argument(help="assignment1, for example.")],
    submissions: Annotated[Path, typer.Argument(help="A folder or zip of what was handed in.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; grading into it again goes on where it ended.")],
    roster: Annotated[Path | None, typer.Option(help="CSV: student id, name, e-mail, extension ...")] = None,
    policy: Annotated[Path | None, typer.Option(help="TOML: deadlines, late days.")] = None,
    canvas_export: Annotated[Path | None, typer.Option(help="Gradebook exported by Canvas, to be filled.")] = None,
    canvas_column: Annotated[str | None, typer.Option(help="Its column, where that is not plain.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at once; by default a core each.")] = None,
    regrade: Annotated[list[str] | None, typer.Option(help="A student to grade anew, or 'all'.")] = None,
    seed: Annotated[str | None, typer.Option(help="Of the checks' inputs; drawn by default.")] = None,
    cell_seconds: Annotated[float, typer.Option(min=1, help="Seconds that any cell may take.")] = 30,
    memory: Annotated[float, typer.Option(min=0.5, help="GB that a notebook may hold.")] = 2.5,
    trusted: Annotated[bool, typer.Option("--trusted", help="Without a sandbox: your own work only.")] = False,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
):
    """Instructors: grade what students handed in, in a sandbox; writes gradebook, feedback and a report."""
    from cs231n.course.run import cores
    from cs231n.grading import grade as grading
    from cs231n.grading import outputs, sandbox
    from cs231n.grading import policy as policies
    from cs231n.grading import roster as rosters

    console = Console()

    def say(text):
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    started = time.monotonic()
    grader = None
    try:
        grader = grading.Grader(grading.Job(
            assignment, submissions, out, Path.cwd(), rosters.load(roster) if roster else None, policies.load(policy),
            jobs or cores(), seed, tuple(regrade or ()), cell_seconds,
            int(memory * 1e9), "none" if trusted else "bubblewrap", scheduler))
        _show(console, "our notebooks", len(grader.unprepared()), grader.prepare())
        waiting = len(grader.waiting())
        say(f"{len(grader.submissions)} students, {waiting} notebooks to grade.")
        _show(console, "graded", waiting, grader.grade())
        for sentence in outputs.write(grader.gather(), out, canvas_export, canvas_column):
            say(sentence)
    except (grading.CannotGrade, sandbox.Unavailable, ValueError, OSError) as error:
        say(f"{error}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say("Stopped. The same command goes on where this ended.")
        raise typer.Exit(130) from None
    finally:
        if grader:
            grader.close()
    say(f"Done in {time.monotonic() - started:.0f} s: {out / 'report.html'}, {out / 'gradebook.csv'}")


def gradescope_zip(
    assignment: Annotated[str, typer.Argument(help="assignment1, for example.")],
    out: Annotated[Path, typer.Option(help="The zip.")] = Path("autograder.zip"),
):
    """Instructors: write the zip that grades an assignment on Gradescope, to be uploaded there as its autograder."""
    from cs231n.grading import autograder_zip
    from cs231n.instructor.release import Course, Refused

    console = Console()
    try:
        autograder_zip.write(Course(assignment, Path.cwd()), out)
    except (Refused, OSError) as error:
        console.print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    console.print(f"{out} is ready, {out.stat().st_size / 1e6:.1f} MB. It holds the solutions: for Gradescope only.",
                  highlight=False, markup=False, soft_wrap=True)


def _show(console, what, number, steps):
    """Go through the steps with a bar on a terminal, and a line now and then elsewhere."""
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=number)
        for done, _ in enumerate(steps, 1):
            progress.update(task, completed=done)
            if not console.is_terminal and (done % 25 == 0 or done == number):
                console.print(f"{what}: {done} of {number}", highlight=False)
