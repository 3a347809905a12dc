"""Grading as a whole, on a course of one small notebook: what is handed in, what comes out, what is kept."""
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import small_course
from small_course import RIGHT, hand_in, submission

import cs231n.grading
from cs231n.answers.imports import modules_behind
from cs231n.course import notebook
from cs231n.grading.grade import _RUN, CannotGrade, Grader, Job
from cs231n.grading.outputs import write as outputs
from cs231n.grading.outputs.results_json import results_json
from cs231n.grading.results import Reason, Student

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

WRONG = {"square": "def square(x):\n    return 2 * x"}
SUBMISSIONS = {
    "ada": RIGHT,
    "bob": WRONG,
    "cyd": {"square": "def square(x):\n    return x.astype(np.float64) ** 2"},
    "dan": {},
    "eve": {"square": "def square(x):\n    return x **"},
    "fay": {"square": "def square(x):\n    raise IndexError('of my own')", "total": RIGHT["total"]},
    "gus": {"square": "def square(x):\n    return np.empty((1 << 40, x.size))",
            "total": "def total(x):\n    raise MemoryError"},
}


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Six submissions, graded."""
    folder = tmp_path_factory.mktemp("course")
    root = small_course.make(folder)
    roster = [Student(name, name.title()) for name in (*SUBMISSIONS, "zoe")]
    return Job("assignment1", hand_in(root, SUBMISSIONS), folder / "out", root, roster, jobs=2, seed="5")


def graded(job):
    """Grade; return the outcome, and which notebooks were graded in this run."""
    grader = Grader(job)
    try:
        ready = list(grader.prepare())
        done = sorted(student for student, _ in grader.grade())
        return grader.gather(), ready, done
    finally:
        grader.close()


@pytest.fixture(scope="module")
def outcome(job):
    return graded(job)


def results(outcome, student):
    [found] = [each for each in outcome[0].students if each.student.id == student]
    return {result.check.name: result for result in found.notebooks[0].checks}


def test_right_answers_get_full_marks(outcome):
    right = results(outcome, "ada").values()
    assert [(result.score, result.reason) for result in right] == [(3, "right"), (2, "right")]


@pytest.mark.parametrize("student, check, reason, words", [
    ("bob", "check_square", Reason.WRONG, "It is doubled."),
    ("bob", "check_total", Reason.NOT_ATTEMPTED, ""),
    ("cyd", "check_square", Reason.HIDDEN_WRONG, "not for others"),
    ("dan", "check_square", Reason.NOT_ATTEMPTED, ""),
    ("eve", "check_square", Reason.SYNTAX_ERROR, "line 2"),
    ("fay", "check_square", Reason.ERROR, "IndexError: of my own"),
    ("fay", "check_total", Reason.ERROR, "IndexError"),
    ("gus", "check_square", Reason.OUT_OF_MEMORY, "Unable to allocate"),
    ("gus", "check_total", Reason.OUT_OF_MEMORY, "MemoryError"),
    ("zoe", "check_square", Reason.NO_NOTEBOOK, ""),
])
def test_what_is_not_right_gets_nothing_and_a_reason(outcome, student, check, reason, words):
    result = results(outcome, student)[check]
    assert (result.score, result.reason) == (0, reason)
    assert words in result.message


def test_students_stand_in_the_order_of_the_roster(outcome, job):
    assert [each.student for each in outcome[0].students] == job.roster
    assert outcome[0].out_of == 7


def test_grading_again_does_nothing_twice(outcome, job):
    grading, ready, done = graded(job)
    assert ready == [] and done == []
    assert results_json(grading) == results_json(outcome[0])


def test_a_new_submission_is_graded_and_no_other(outcome, job):
    path = job.submissions / "bob" / "tiny.ipynb"
    before = path.read_bytes()
    notebook.write(submission(job.root, **RIGHT), path)
    try:
        after = graded(job)
        assert after[2] == ["bob"] and results(after, "bob")["check_square"].reason == Reason.RIGHT
    finally:
        path.write_bytes(before)
        graded(job)


def test_regrade_by_name(outcome, job):
    assert graded(replace(job, regrade=("ada",)))[2] == ["ada"]


def test_one_worker_gives_what_two_give(outcome, job, tmp_path):
    alone = graded(replace(job, out=tmp_path, jobs=1))
    assert results_json(alone[0]) == results_json(outcome[0])


def test_another_seed_gives_the_same_points(outcome, job, tmp_path):
    other = graded(replace(job, out=tmp_path, seed="6"))
    points = [[each.total for each in grading.students] for grading in (other[0], outcome[0])]
    assert points[0] == points[1] == [5, *[0] * len(SUBMISSIONS)]


def test_outputs_are_written(outcome, job):
    said = outputs.write(outcome[0], job.out)
    rows = list(csv.DictReader((job.out / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == [student.id for student in job.roster]
    assert rows[0]["total"] == "5"
    assert json.loads((job.out / "results.json").read_text())["students"]["ada"]["total"] == 5
    assert json.loads((job.out / "gradescope" / "ada" / "results.json").read_text())["score"] == 5
    assert "It is doubled." in (job.out / "feedback" / "bob.html").read_text()
    assert (job.out / "report.html").is_file()
    assert said == []


def test_a_wrong_solution_of_ours_stops_grading(job, tmp_path):
    root = small_course.make(tmp_path)
    path = root / "assignment1" / "tiny.ipynb"
    path.write_text(path.read_text().replace("return x * x", "return x * x + 1"))
    with pytest.raises(CannotGrade, match="check_square is wrong with our own answers"):
        graded(replace(job, root=root, out=tmp_path / "out"))


def test_two_graders_do_not_share_a_folder(job):
    grader = Grader(job)
    try:
        with pytest.raises(CannotGrade, match="another grader"):
            Grader(job)
    finally:
        grader.close()


def test_what_a_killed_run_left_in_scratch_is_cleared_at_the_next_start(job, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    job = replace(job, out=tmp_path / "out")
    killed = Grader(job)
    killed.store.close()
    killed._lock.release()
    (killed.scratch / "connection.json").write_text("{}")
    grader = Grader(job)
    assert grader.scratch == killed.scratch and list(grader.scratch.iterdir()) == []
    assert grader.scratch.stat().st_mode & 0o777 == 0o711  # kernels that run as another user are to come through
    grader.close()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_copy_of_the_results_has_a_scratch_folder_of_its_own(job, tmp_path, monkeypatch):
    """Else two graders, one at work in each, would clear each other's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first = Grader(replace(job, out=tmp_path / "out"))
    (first.scratch / "connection.json").write_text("{}")
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    second = Grader(replace(job, out=tmp_path / "copy"))
    assert (first.scratch / "connection.json").exists()
    first.close()
    assert second.scratch.is_dir()
    second.close()


def test_an_unknown_assignment(job, tmp_path):
    with pytest.raises(CannotGrade, match="there is no assignment7"):
        Grader(replace(job, assignment="assignment7", out=tmp_path))


def test_by_hand_with_pytest_and_nbval(job):
    """As an instructor would run it on one notebook, cell by cell."""
    command = [sys.executable, "-m", "pytest", "-p", "cs231n.grading.one_notebook", "--nbval", "-v",
               "-p", "no:cacheprovider", "--graded-as", "assignment1/tiny", job.submissions / "cyd" / "tiny.ipynb"]
    done = subprocess.run(command, cwd=job.root, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "check: check_square PASSED" in done.stdout
    assert "check: check_square (hidden) FAILED" in done.stdout
    assert "check: check_total SKIPPED" in done.stdout
    assert "square: float32" in done.stdout  # by hand an instructor sees what failed


def test_by_hand_a_name_that_is_not_there_is_told(job):
    command = [sys.executable, "-m", "pytest", "-p", "cs231n.grading.one_notebook", "--nbval", "-p", "no:cacheprovider",
               "--trusted", "--graded-as", "assignment1/tyni", job.submissions / "cyd" / "tiny.ipynb"]
    done = subprocess.run(command, cwd=job.root, capture_output=True, text=True)
    assert done.returncode == 4 and done.stderr.strip() == (
        f"ERROR: {job.root}/assignment1/tyni.ipynb: there is no such file")


def test_the_map_of_the_package_names_each_of_its_modules():
    modules = {path.stem for path in Path(cs231n.grading.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == modules & set(re.findall(r"\w+", cs231n.grading.__doc__))


def test_results_are_made_anew_after_a_change_in_what_decides_points_and_not_in_what_shows_them(job):
    paths = modules_behind(_RUN, job.root)
    behind = {path.stem for path in paths}
    assert behind >= {"blind", "diagnosis", "judge", "kernel", "no_network", "other_user", "package", "plugin",
                      "prepare", "provisioner", "reduce", "bubblewrap", "strip", "syscalls", "transplant",
                      "variables", "worker"}
    assert not {path.parent.name for path in paths} & {"outputs", "platforms", "templates"}
