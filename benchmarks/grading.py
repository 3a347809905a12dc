"""What grading costs beyond the cells' own run time, against nbgrader: ``python -m benchmarks.grading``.

A small notebook, the same submissions, one core each, one after the other in turns. The cells' own time is that of the
same cells in a kernel that is already up. nbgrader runs them without a sandbox.
"""
import os
import sys
import tempfile
import time
from pathlib import Path

import typer
from nbgrader.apps import NbGraderAPI
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

from benchmarks import timing
from cs231n.course import notebook
from cs231n.data.folders import data_folder
from cs231n.grading.grade import Grader, Job
from cs231n.grading.preparation import prepare
from cs231n.grading.running import worker

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import small_course  # noqa: E402


def main(number: int = 20, rounds: int = 3):
    """Print seconds a notebook of both graders, and what is left of them beyond the cells."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CS231N_DATA": str(data_folder())}
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    os.environ["PYTHONPATH"] = str(small_course.ROOT)
    with tempfile.TemporaryDirectory(prefix="grading-") as scratch:
        root = small_course.make(Path(scratch))
        students = [f"student{each:02d}" for each in range(number)]
        for folder in (f"handed-in/{each}" for each in students):
            notebook.write(small_course.submission(root, **small_course.RIGHT), root / folder / "tiny.ipynb")
        judged, own, peer = [], [], []
        for each in range(rounds):
            seconds, cells = ours(root, root / f"out-{each}", number)
            judged.append(seconds)
            own.append(cells)
            peer.append(nbgrader(root, root / f"nbgrader-{each}", students))
    console, table = Console(width=100), Table("", "s a notebook", "beyond its cells", "ratio")
    cells = min(own)
    for name, seconds in (("cs231n grade", min(judged)), ("nbgrader autograde", min(peer))):
        ratio = (seconds - cells) / (min(peer) - cells)
        table.add_row(name, f"{seconds:.2f}", f"{seconds - cells:.2f}", f"{ratio:.2f}")
    console.print(f"{timing.machine()}; {number} submissions, least of {rounds} rounds; the cells take {cells:.2f} s")
    console.print(table)


def ours(root, out, number):
    """Grade all submissions with one worker; return seconds a notebook, and seconds of its cells alone."""
    grader = Grader(Job("assignment1", root / "handed-in", out, root, jobs=1, seed="1"))
    try:
        list(grader.prepare())
        start = time.perf_counter()
        results = [result for _, result in grader.grade()]
        seconds = (time.perf_counter() - start) / number
        assert all(check.score for result in results for check in result.checks)
        [part] = prepare.load(next(out.glob(".grading/ours-*/*")))
        cells, _ = prepare.graded_cells(part, small_course.submission(root, **small_course.RIGHT))
        [runs] = worker.run([(part, cells)], grader.options())
        return seconds, sum(run.seconds for run in runs.values())
    finally:
        grader.close()


def nbgrader(root, folder, students):
    """Grade all submissions with nbgrader; return seconds a notebook."""
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.Exchange.root = str(folder / "exchange")
    source = folder / "source" / "assignment1"
    source.mkdir(parents=True)
    (source / "tiny.ipynb").write_bytes((root / "assignment1" / "tiny.ipynb").read_bytes())
    api = NbGraderAPI(config=config)
    made = api.generate_assignment("assignment1")
    assert made["success"], made["log"]
    for student in students:
        target = folder / "submitted" / student / "assignment1"
        target.mkdir(parents=True)
        (target / "tiny.ipynb").write_bytes((root / "handed-in" / student / "tiny.ipynb").read_bytes())
    start = time.perf_counter()
    for student in students:
        done = api.autograde("assignment1", student)
        assert done["success"], done["log"]
    return (time.perf_counter() - start) / len(students)


if __name__ == "__main__":
    typer.run(main)
