"""The file to hand in: what is in it, and what is said about it."""
import shutil
import zipfile

import pytest
from make_notebook import SOLVED, check, exercise, question, text, write
from typer.testing import CliRunner

from cs231n import cli
from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook, plan, summary

CELLS = (text("# Doubling"), exercise(), check(), question())


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A student kit of two notebooks, as the current folder."""
    for name in ("assignment1/double.ipynb", "assignment1/again.ipynb"):
        stripped = strip_notebook(notebook.read(write(tmp_path / "full.ipynb", *CELLS)))
        notebook.write(stripped, tmp_path / "originals" / name)
        notebook.write(stripped, tmp_path / name)
    monkeypatch.setattr(summary, "ORIGINALS", tmp_path / "originals")
    (tmp_path / plan.FILE).write_text(plan.dumps(plan.load(tmp_path)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words):
    result = CliRunner().invoke(cli.app, ["handin", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def solve(path):
    notebook.write(notebook.normalise(notebook.read(write(path, *CELLS))), path)


def test_an_empty_kit_can_be_handed_in_and_says_what_is_not_attempted(kit):
    status, output = call()
    assert status == 0
    for name in ("again", "double"):
        assert f"not attempted in {name}.ipynb: double, why\n" in output
    assert "assignment1-handin.zip holds again.ipynb, double.ipynb (0.0 MB). Upload it." in output


def test_what_is_attempted_is_not_named(kit):
    solve(kit / "assignment1/double.ipynb")
    _, output = call("assignment1")
    assert "in double.ipynb" not in output and "not attempted in again.ipynb: double" in output


def test_the_zip_holds_the_notebooks_as_they_are_and_nothing_else(kit):
    (kit / "assignment1/notes.txt").write_text("mine")
    (kit / "assignment1/data.ipynb").write_text("{}")
    _, output = call("--out", "my.zip")
    assert "data.ipynb is none of the kit's notebooks. If it is a copy: answers count only in the original." in output
    with zipfile.ZipFile(kit / "my.zip") as archive:
        assert archive.namelist() == ["again.ipynb", "double.ipynb"]
        assert archive.read("double.ipynb") == (kit / "assignment1/double.ipynb").read_bytes()


def test_the_same_notebooks_give_the_same_bytes(kit):
    call("--out", "one.zip")
    call("--out", "two.zip")
    assert (kit / "one.zip").read_bytes() == (kit / "two.zip").read_bytes()


def test_a_missing_notebook_is_named_and_the_others_handed_in(kit):
    (kit / "assignment1/again.ipynb").unlink()
    status, output = call()
    assert status == 0 and "not there: again.ipynb" in output and "holds double.ipynb" in output


def test_a_renamed_notebook_is_told_to_take_its_name_back(kit):
    (kit / "assignment1/again.ipynb").rename(kit / "assignment1/again-final.ipynb")
    _, output = call()
    assert "not there: again.ipynb" in output and "holds double.ipynb (" in output
    assert "again-final.ipynb is none of the kit's notebooks, and there is no again.ipynb: was it renamed?" in output


@pytest.mark.parametrize("content, reason", [
    (b"{", "it is not a notebook"),
    (b"x" * 21_000_000, "has 21 MB, and 20 MB is the most: clear the outputs"),
])
def test_a_notebook_that_graders_could_not_take_is_refused(content, reason, kit):
    (kit / "assignment1/again.ipynb").write_bytes(content)
    status, output = call()
    assert status == 1 and f"again.ipynb {reason}" in output.replace("cannot be handed in: ", "")
    assert "Nothing was written." in output and not (kit / "assignment1-handin.zip").exists()


def test_a_folder_without_notebooks(kit):
    (kit / "assignment2").mkdir()
    status, output = call("assignment2")
    assert status == 1 and f"There is no assignment2: below {kit} there is assignment1." in output


def test_a_kit_beside_the_one_that_is_installed_goes_by_its_own_originals(kit):
    other = kit / "second"
    shutil.copytree(kit / "originals", other / "cs231n/course/originals")
    shutil.copytree(kit / "assignment1", other / "assignment1")
    shutil.copy(kit / plan.FILE, other)
    (other / "assignment1/again.ipynb").unlink()
    said = f"The cs231n that is installed here is the kit of assignment1, in {kit.parents[1]}: install that of {other} "
    status, output = call(str(other / "assignment1"))
    assert status == 0 and said in output
    assert "not there: again.ipynb" in output and "not attempted in double.ipynb: double, why" in output
    [found] = summary.summarise([other / "assignment1/double.ipynb"])
    assert found.against.startswith(said) and found.marks == []


def test_several_assignments_ask_for_a_name(kit):
    write(kit / "assignment2/x.ipynb", exercise(SOLVED))
    (kit / plan.FILE).unlink()  # without one, folders are assignments
    status, output = call()
    assert status == 1 and "Name the assignment: below" in output
