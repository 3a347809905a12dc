"""An assignment that an instructor makes up: two electives and a notebook of assignment3, from release to gradebook."""
import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
import small_course
from gradescope_container import environment, installable, made
from small_course import RIGHT, submission

from cs231n.course import notebook, plan

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

OWN = ("electives/shapes", "electives/numbers", "assignment3/sums")
PLAN = """
[assignments]
assignment1 = ["assignment1/tiny"]
assignment3 = ["assignment3/other"]
assignment4 = ["electives/shapes", "electives/numbers", "assignment3/sums"]

[[notebooks]]
path = "assignment1/tiny"
[[notebooks]]
path = "assignment3/other"
after = ["assignment1/tiny"]
[[notebooks]]
path = "assignment3/sums"
after = ["assignment1/tiny"]
[[notebooks]]
path = "electives/shapes"
points = 7
[[notebooks]]
path = "electives/numbers"
after = ["electives/shapes"]
"""
WRONG = RIGHT | {"square": "def square(x):\n    return 2 * x"}
SUBMISSIONS = {"ada": {name: RIGHT for name in OWN}, "bob": {OWN[0]: RIGHT, OWN[1]: WRONG, OWN[2]: {}}}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = small_course.make(tmp_path_factory.mktemp("course"))
    for name in ("assignment3/other", *OWN):
        small_course.add(root, name)
    (root / plan.FILE).write_text(PLAN)
    call(installable(root), "run", "assignment4", "--save")
    return root


def call(folder, *words, package=small_course.ROOT):
    """Run a command in a folder, from the repository's package or another one."""
    done = subprocess.run([sys.executable, "-m", "cs231n.cli", *words], cwd=folder, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(package), "CC": "false"})  # compiling is not the matter
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kit(course):
    """The kit, as `cs231n release` leaves it, which has proven it."""
    said = call(course, "release", "assignment4", "--offline")
    assert "with the answers: all points (21 with the questions)" in said
    return course / "dist" / "assignment4"


@pytest.fixture(scope="module")
def handed_in(course, kit, tmp_path_factory):
    """A folder with what each student's `cs231n handin` made."""
    folder = tmp_path_factory.mktemp("handed-in")
    for student, answers in SUBMISSIONS.items():
        theirs = tmp_path_factory.mktemp(student) / "kit"
        shutil.copytree(kit, theirs)
        for name in OWN:
            notebook.write(submission(course, name, **answers[name]), theirs / f"{name}.ipynb")
        marks = json.loads(call(theirs, "check", "--json", "assignment4", package=theirs))
        points = [sum(mark["points"] for mark in summary["marks"]) for summary in marks]
        assert points == {"ada": [5, 5, 5], "bob": [5, 0, 0]}[student], marks
        call(theirs, "handin", "--out", str(folder / f"{student}.zip"), package=theirs)
    return folder


def test_the_kit_holds_the_notebooks_in_their_folders_and_no_others(kit):
    assert {path.relative_to(kit).as_posix() for path in kit.glob("*/*.ipynb")} == {f"{name}.ipynb" for name in OWN}
    assert plan.load(kit).assignments == {"assignment4": OWN}
    readme = (kit / "README.md").read_text()
    assert all(f"{name}.ipynb" in readme for name in OWN)


def test_the_hand_in_holds_them(handed_in):
    with zipfile.ZipFile(handed_in / "ada.zip") as archive:
        assert sorted(archive.namelist()) == ["numbers.ipynb", "shapes.ipynb", "sums.ipynb"]


def test_they_are_graded_and_stand_in_the_gradebook(course, handed_in):
    call(course, "grade", "assignment4", str(handed_in), "--out", "graded", "--jobs", "2", "--seed", "5")
    with open(course / "graded" / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        ada, bob = csv.DictReader(file)
    points = {f"{name}: {exercise}": worth for name in OWN for exercise, worth in (("square", "3"), ("total", "2"))}
    assert {column: ada[column] for column in points} == points
    assert [bob[column] for column in points] == ["3", "2", "0", "0", "0", "0"]
    assert [row[column] for row in (ada, bob) for column in ("id", "checks", "out of")] == [
        "ada", "15", "21", "bob", "5", "21"]


def test_gradescopes_zip_grades_them(course):
    with made(course, "assignment4") as root:
        (root / "submission").mkdir()
        (root / "results").mkdir()
        for name in OWN:
            path = root / "submission" / f"{name.split('/')[1]}.ipynb"
            notebook.write(submission(course, name, **SUBMISSIONS["bob"][name]), path)
        (root / "submission_metadata.json").write_text(json.dumps(
            {"id": 7, "created_at": "2026-10-14T23:59:00.000000-07:00", "users": [{"email": "bob@example.org"}]}))
        done = subprocess.run([root / "source" / "run_autograder", "bubblewrap"], env=environment(root),
                              capture_output=True, text=True)
        found = json.loads((root / "results" / "results.json").read_text())
    assert found["score"] == 5 + 0 + 0, done.stdout + done.stderr
    assert [test.get("score") for test in found["tests"]] == [3, 2, None, 0, 0, None, 0, 0, None]
