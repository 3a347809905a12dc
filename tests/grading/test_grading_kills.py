"""SIGKILL at any moment, to the grader, a worker or a kernel: the same command goes on, and comes to the same result.

Run as a program (`python tests/grading/test_grading_kills.py 100`) it kills as often as it is told, and says what
happened.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
import small_course
from small_course import RIGHT, submission

from cs231n.course import notebook

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

SEED = f"424{os.getpid():07}"  # by it the processes of this run are known
WEIGHTS = {"grader": 1, "worker": 3, "kernel": 4}
IN_A_ROW = 5  # kills between two results; with many more, on a slow machine, there would never be one
KINDS = [
    RIGHT,
    {"square": "def square(x):\n    return 2 * x", "total": RIGHT["total"]},
    {},
    RIGHT | {"square": "def square(x):\n    import os\n    os._exit(3)"},
    RIGHT | {"square": "def square(x):\n    return np.multiply(x, x)"},
    {"square": RIGHT["square"]},
    RIGHT | {"total": "def total(x):\n    raise ValueError('mine')"},
    RIGHT | {"total": "def total(x):\n    import os\n    os.kill(os.getpid(), 9)"},
]


class Course:
    """Submissions of every kind, and the command that grades them."""

    def __init__(self, folder, of_each_kind):
        self.folder, self.kills, self.finished = folder, Counter(), 0
        self.students = of_each_kind * len(KINDS)
        (folder / "course").mkdir()
        (folder / "scratch").mkdir()
        self.root = small_course.make(folder / "course")
        for number in range(self.students):
            theirs = submission(self.root, **KINDS[number % len(KINDS)])
            notebook.write(theirs, folder / "handed-in" / f"student{number:02}" / "tiny.ipynb")

    def start(self, out):
        """Start the command."""
        program = "from cs231n.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-P", "-c", program, "grade", "assignment1", str(self.folder / "handed-in"),
             "--out", str(out), "--seed", SEED, "--jobs", "2", "--cell-seconds", "20"],
            cwd=self.root, stdout=(self.folder / "log").open("a"), stderr=subprocess.STDOUT,
            env=os.environ | {"TMPDIR": str(self.folder / "scratch"), "KILLED": SEED})

    def undisturbed(self):
        """Grade; return what comes of it."""
        assert self.start(self.folder / "quiet").wait() == 0, self.log()
        return outcome(self.folder / "quiet")

    def disturbed(self, out, kills, rng):
        """Grade while processes are killed, up to so many; return what comes of it and what was graded twice."""
        rows, again, done, in_a_row = {}, [], 0, 0
        process = self.start(out)
        while process.poll() is None:
            time.sleep(rng.uniform(0, 2))
            if len(stored(out)) > done:
                done, in_a_row = len(stored(out)), 0
            kind = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            if sum(self.kills.values()) < kills and in_a_row < IN_A_ROW and kill(process, kind, rng):
                self.kills[kind] += 1
                in_a_row += 1
                if kind == "grader":
                    process.wait()
                    found = stored(out)
                    again += [key for key in rows if found.get(key) != rows[key]]
                    rows = found
                    process = self.start(out)
        assert process.returncode == 0, self.log()
        if len(stored(out)) < self.students:
            assert self.start(out).wait() == 0, self.log()
        found = stored(out)
        again += [key for key in rows if found.get(key) != rows[key]]
        self.finished += 1
        return outcome(out), again

    def log(self):
        """The last lines that the command wrote."""
        return (self.folder / "log").read_text()[-3000:]


def kill(grader, kind, rng):
    """Kill a process of this kind; return whether there was one."""
    try:
        process = psutil.Process(grader.pid)
        family = process.children(recursive=True)
        chosen = [process] if kind == "grader" else [each for each in family if kind_of(each) == kind]
        if chosen:
            rng.choice(chosen).kill()
        return bool(chosen)
    except psutil.NoSuchProcess:
        return False


def kind_of(process):
    """Tell a worker, and a kernel (bubblewrap, or what runs in it), from all others."""
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return None
    if "ipykernel_launcher" in words:
        return "kernel"
    return "worker" if "spawn_main" in words else None


def stored(out):
    """When each notebook was graded; those that the grader failed on are to be graded again."""
    if not (out / "results.sqlite").is_file():
        return {}
    with sqlite3.connect(out / "results.sqlite", timeout=30) as database:
        try:
            rows = database.execute(
                "SELECT student, notebook, at FROM notebooks WHERE submission NOT LIKE 'failed %'").fetchall()
        except sqlite3.OperationalError:  # killed before it was made
            return {}
    return {row[:2]: row[2] for row in rows}


def outcome(out):
    """The bytes that must not differ."""
    return {name: (out / name).read_bytes() for name in ("gradebook.csv", "results.json")}


def left():
    """The command lines of processes of these runs that still live."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
            if SEED in (environment.get("KILLED"), environment.get("CS231N_CHECK_SEED"), *process.cmdline()):
                found.append(" ".join(process.cmdline())[:200])
        except psutil.Error:
            continue
    return found


def see(course, kills, rng, say=lambda *words: None):
    """Grade again and again until so many processes were killed; see that nothing is different, twice or missing."""
    expected = course.undisturbed()
    say("undisturbed")
    while sum(course.kills.values()) < kills:
        out = course.folder / f"out{course.finished}"
        found, again = course.disturbed(out, kills, rng)
        assert again == []
        assert len(stored(out)) == course.students
        assert found == expected
        say(dict(course.kills), "killed in", course.finished, "runs")
    deadline = time.monotonic() + 10
    while left() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left() == []


def test_kills_change_nothing(tmp_path):
    course = Course(tmp_path, of_each_kind=2)
    see(course, 8, random.Random(231))
    text = (tmp_path / "quiet" / "results.json").read_text()
    assert text.count('"kernel-died"') == 3 * 2  # who ends the program answers for it
    assert '"grader-failed"' not in text


if __name__ == "__main__":
    number = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        see(Course(Path(folder), of_each_kind=5), number, random.Random(int(sys.argv[2]) if sys.argv[2:] else 0), print)
        print(f"all alike after {time.monotonic() - begun:.0f} s; left in the folder for temporary files:",
              [path.name for path in Path(folder, "scratch").iterdir()])
