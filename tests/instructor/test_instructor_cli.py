"""The instructors' commands: what they say, and their exit statuses."""
from pathlib import Path

import pytest
import typer
from make_notebook import check, code, edit, exercise, text, write
from typer.testing import CliRunner

from cs231n.instructor import cli, proof, release


def call(*words):
    app = typer.Typer(pretty_exceptions_enable=False)
    cli.add_to(app)
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_lint_passes_a_good_kit(kit):
    assert call("lint") == (0, "1 notebook, no problems\n")


def test_lint_names_notebook_cell_and_problem(kit):
    write(kit / "assignment2" / "bad.ipynb", text("# Bad"), exercise(), check("%time 1", points=0))
    status, output = call("lint")
    assert status == 1
    assert 'assignment2/bad.ipynb: cell 3 (double-check, under "Bad"): needs points greater than 0; has 0' in output
    assert output.endswith("2 notebooks, 5 problems\n")
    assert call("lint", "assignment1/good.ipynb")[0] == 0


def test_lint_fix_normalises_in_place_and_leaves_what_it_cannot_read(kit):
    path = kit / "assignment1" / "good.ipynb"
    good = path.read_bytes()
    edit(path, lambda raw: raw["metadata"].update(widgets={}))
    (kit / "assignment1" / "broken.ipynb").write_text("{")
    status, output = call("lint")
    assert status == 1 and "not normalised" in output
    status, output = call("lint", "--fix")
    assert status == 1 and "not normalised" not in output and "broken.ipynb: it is not a notebook" in output
    assert path.read_bytes() == good
    assert (kit / "assignment1" / "broken.ipynb").read_text() == "{"


def test_lint_finds_checks_that_lean_on_other_checks_and_given_code_that_calls_exercises(kit):
    treble = "def treble(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION"
    write(kit / "assignment1" / "leaning.ipynb", text("# Leaning"), exercise(),
          check("right = double(2)\nassert right == 4"), code("four = double(2)"), exercise(treble, "treble"),
          check("assert treble(2) - 2 == right", "treble-check"))
    _, output = call("lint", "assignment1/leaning.ipynb")
    assert "cell 4 (given code" in output and "it calls the exercise double" in output
    assert "cell 6 (treble-check" in output and "it uses right of the check double-check" in output


def cut(course, out):
    """Write a kit of one file."""
    folder, zipped = Path(out) / course.assignment, Path(out) / f"{course.assignment}.zip"
    folder.mkdir()
    (folder / "README.md").write_text(course.assignment)
    zipped.touch()
    return folder, zipped


def test_release_says_what_is_proven_and_where_the_kit_is(monkeypatch, kit):
    monkeypatch.setattr(proof, "prove", lambda kit, offline: iter(["one thing", f"offline {offline}"]))
    monkeypatch.setattr(release, "cut", cut)
    monkeypatch.chdir(kit)
    status, output = call("release", "assignment1", "--out", "dist")
    assert status == 0 and "one thing" in output and "offline False" in output
    assert output.endswith("dist/assignment1 and dist/assignment1.zip are ready.\n")
    assert (kit / "dist/assignment1/README.md").read_text() == "assignment1"


def test_release_tells_all_faults_and_writes_nothing(monkeypatch, kit):
    faults = ["one thing", proof.Fault("an answer would get out"), proof.Fault("it does not install")]
    monkeypatch.setattr(proof, "prove", lambda kit, offline: iter(faults))
    monkeypatch.setattr(release, "cut", cut)
    status, output = call("release", "assignment1")
    assert status == 1 and "ready" not in output and all(each in output for each in faults)
    assert "Not fit to be given out: 2 faults. No kit was written.\n" in output
    assert list((kit / "dist").iterdir()) == []


GRADE = "grade", "assignment1", "sent", "--out", "graded", "--trusted"


@pytest.mark.parametrize("words, said", [
    (("lint", "assigment1"), "There is no notebook assigment1.\n"),
    (("release", "assignment9"), "there is no assignment9 in {here} (there is assignment1)\n"),
    (("release", "assignment1/", "--out", "."),
     "assignment1 is there and is no student kit: move it away, or name another folder\n"),
    (("gradescope-zip", "assignment9"), "there is no assignment9 in {here} (there is assignment1)\n"),
    (("grade", "assignment9", *GRADE[2:]), "there is no assignment9 in {here} (there is assignment1)\n"),
    ((*GRADE, "--out", "sent/graded"),
     "sent/graded lies among the submissions and would be taken for one: name another folder\n"),
    (("grade", "assignment1", "assignment1/good.ipynb", *GRADE[3:]),
     "assignment1/good.ipynb is neither a folder of submissions nor a zip of them: File is not a zip file\n"),
    (("grade", "assignment1", "nowhere", *GRADE[3:]),
     "nowhere is neither a folder of submissions nor a zip of them: No such file or directory\n"),
    (GRADE, "There is no submission in sent: docs/instructors.md says how they may lie there.\n"),
    ((*GRADE, "--regrade", "jone"), "--regrade: there is no student jone; ids stand in gradebook.csv\n"),
    ((*GRADE, "--policy", "assignment1/good.ipynb"),
     "assignment1/good.ipynb is not TOML: Invalid statement (at line 1, column 1)\n"),
])
def test_wrong_use_is_told_in_one_line_on_standard_error(kit, words, said):
    (kit / "sent").mkdir()
    app = typer.Typer(pretty_exceptions_enable=False)
    cli.add_to(app)
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said.format(here=kit)), result.exception


@pytest.mark.parametrize("content, why", [
    ("{", "{here}/assignment1/broken.ipynb: it is not a notebook: "),
    (None, "assignment1/broken: line 1: BEGIN SOLUTION without an END: `cs231n lint` tells where"),
])
def test_a_release_names_the_notebook_that_stands_in_its_way(kit, content, why):
    path = write(kit / "assignment1" / "broken.ipynb", exercise("### BEGIN SOLUTION"))
    if content:
        path.write_text(content)
    for name in ("LICENSE", "setup.py", "requirements.txt", "install.mk", "datasets/README.md", "pyproject.toml"):
        (kit / name).parent.mkdir(exist_ok=True)
        (kit / name).touch()
    status, output = call("release", "assignment1")
    assert status == 1 and output.startswith(why.format(here=kit)) and output.count("\n") == 1


def test_a_file_in_the_place_of_the_results_is_told(kit):
    (kit / "sent").mkdir()
    (kit / "graded").mkdir()
    (kit / "graded" / "results.sqlite").write_text("Results: none so far, but soon there will be.")
    status, said = call(*GRADE)
    assert status == 1 and "does not hold results of grading" in said and "file is not a database" in said


@pytest.mark.parametrize("option", ["--roster", "--policy", "--canvas-export"])
@pytest.mark.parametrize("path, why", [("nowhere", "No such file or directory"), ("sent", "Is a directory")])
def test_a_file_that_is_not_there_is_told_before_anything_runs(kit, option, path, why):
    (kit / "sent").mkdir()
    assert call(*GRADE, option, path) == (1, f"{path}: {why}\n") and not (kit / "graded").exists()
