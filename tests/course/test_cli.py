"""The command line: what it says, what it does by default, and its exit statuses."""
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from make_notebook import SOLVED, check, code, exercise, text, write
from rich.console import Console
from typer.testing import CliRunner

from cs231n import cli
from cs231n.course import notebook, plan, progress, run, terminal
from cs231n.course.execute import Failure, State


def call(*words):
    result = CliRunner().invoke(cli.app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def refused(*words):
    """Return what a command that cannot begin says, which is all on standard error."""
    result = CliRunner().invoke(cli.app, words)
    assert (result.exit_code, result.stdout) == (1, "") and isinstance(result.exception, SystemExit), result.exception
    return result.stderr


def test_help_names_the_commands():
    status, output = call("--help")
    assert status == 0
    assert all(command in output for command in ("run", "check", "handin", "data"))


def test_nothing_to_do_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("run", "check"):
        assert refused(command) == f"There is no assignment*/*.ipynb below {tmp_path}: name the notebooks.\n"


@pytest.mark.parametrize("words, said", [
    (("run", "assigment1/good.ipynb"), "There is no notebook assigment1/good.ipynb.\n"),
    (("check", "assigment1"), "There is no notebook assigment1.\n"),
    (("check", "empty", "--json"), "There is no notebook in empty.\n"),
    (("handin", "assigment1"), "There is no assigment1: below {here} there is assignment1.\n"),
    (("handin", "assignment1/good.ipynb"), "There is no assignment1/good.ipynb: below {here} there is assignment1.\n"),
    (("link", "nowhere"), "{here}/nowhere has no notebook: link the folder that the course's notebooks are in\n"),
])
def test_a_name_that_is_not_there_is_told_on_standard_error(kit, words, said):
    (kit / "empty").mkdir()
    assert refused(*words) == said.format(here=kit)


def test_a_notebook_named_from_the_root_is_found_from_a_folder_of_the_kit(kit, monkeypatch):
    (kit / plan.FILE).write_text(plan.dumps(plan.load(kit)))
    monkeypatch.chdir(kit / "assignment1")
    (here,) = terminal.chosen([Path("good.ipynb")])
    (named,) = terminal.chosen([Path("assignment1/good.ipynb")])
    assert named.resolve() == here.resolve() == kit / "assignment1" / "good.ipynb"


@pytest.mark.parametrize("out", ["nowhere/mine.zip", "assignment1"])
def test_a_file_that_cannot_be_written_is_told_on_standard_error(kit, out):
    result = CliRunner().invoke(cli.app, ["handin", "--out", out])
    assert result.exit_code == 1 and result.stderr.startswith(f"{out}: ") and result.stderr.count("\n") == 1


def test_a_check_of_no_exercise_counts_nowhere(kit):
    write(kit / "assignment1" / "good.ipynb", text("# Good"), check(), exercise(SOLVED), check("double(1)", "later", 3))
    status, output = call("check")
    assert status == 0 and "assignment1/good: 3 of 3 points" in output


def test_results_that_cannot_be_written_are_told_on_standard_error(kit):
    (kit / "results" / "index.html").mkdir(parents=True)
    result = CliRunner().invoke(cli.app, ["run"])
    assert result.exit_code == 1 and "results" in result.stderr and result.stderr.count("\n") == 1


def test_a_folder_stands_for_its_notebooks(kit):
    status, output = call("check", "assignment1")
    assert status == 0 and "assignment1/good: 5 of 5 points" in output


def test_what_cannot_be_read_is_told_beside_the_checks_of_the_others(kit):
    (kit / "assignment1" / "broken.ipynb").write_text("{")
    write(kit / "assignment1" / "prose.ipynb", text("# No code"))
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 1 and "assignment1/good: 5 of 5 points" in result.stdout
    assert result.stderr.startswith("assignment1/broken: it is not a notebook") and result.stderr.count("\n") == 1
    assert "prose: 0 of 0 points" in result.stdout


@pytest.mark.parametrize("options", [
    ("--jobs", "0"), ("--timeout", "0"), ("--memory", "0"), ("--save", "--resume"), ("--out", "."),
    ("--out", "assignment1/good.ipynb")])
def test_wrong_options_are_refused_before_anything_runs(kit, options):
    before = (kit / "assignment1" / "good.ipynb").read_bytes()
    assert call("run", *options)[0] in (1, 2)
    assert (kit / "assignment1" / "good.ipynb").read_bytes() == before


def test_run_takes_all_notebooks_says_how_it_went_and_exits_with_1_if_one_fails(kit):
    status, output = call("run")
    assert status == 0, output
    assert "assignment1/good: started" in output and "assignment1/good: passed, " in output
    assert "1 of 1 notebook passed" in output and "results/index.html" in output
    assert output.count("compiled kernels are") == 1
    write(kit / "assignment2" / "bad.ipynb", text("# [bold]Bad[/bold]"), code("1 / 0"))
    status, output = call("run", "--resume", "--out", "results")
    assert status == 1
    assert "assignment1/good: passed, kept from an earlier run" in output
    assert 'failed in cell [1] under "[bold]Bad[/bold]": ZeroDivisionError: division by zero' in output
    assert "1 of 2 notebooks passed" in output


def test_run_says_once_which_data_is_used_before_kernels_start(kit, monkeypatch):
    write(kit / "assignment1" / "good.ipynb", code("# load_CIFAR10"))
    monkeypatch.setattr("cs231n.data.cifar10.describe_CIFAR10", lambda: "Running on drawn images.")
    status, output = call("run")
    assert status == 0
    assert output.startswith("Running on drawn images.\n") and output.count("drawn images") == 1
    assert "Running on drawn images." in (kit / "results" / "index.html").read_text()


def test_what_a_terminal_cannot_hold_ends_nothing(kit):
    write(kit / "assignment1" / "bad.ipynb", text("# Bad"), code("raise ValueError('not yet \\u2192 \\U0001f389')"))
    done = subprocess.run([sys.executable, "-m", "cs231n.cli", "run", "--jobs", "1"], cwd=kit, capture_output=True,
                          text=True, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert "ValueError: not yet \\u2192 \\U0001f389" in done.stdout, done.stderr
    assert "assignment1/good: passed" in done.stdout and "1 of 2 notebooks passed" in done.stdout


def test_data_that_cannot_be_had_is_one_sentence(kit, monkeypatch):
    def fail():
        raise cli.DataError("The disk is full.")

    write(kit / "assignment1" / "good.ipynb", code("# load_CIFAR10"))
    monkeypatch.setattr("cs231n.data.cifar10.describe_CIFAR10", fail)
    assert call("run") == (1, "The disk is full.\n")


def test_the_live_table_shows_where_each_notebook_is(tmp_path):
    write(tmp_path / "a.ipynb", text("# One"), code("1"), text("## Two *halves*"), code("2"), code("3"))
    names = "running", "done", "bad", "waiting"
    running, done, bad, waiting = (run.Job(tmp_path / name, name) for name in names)
    nb = notebook.read(tmp_path / "a.ipynb")
    running.state, running.cells = State.RUNNING, 3
    running.execution = run.Execution(nb, tmp_path, {}, tmp_path, 60, 10**9)
    running.execution.cells_run, running.execution.heading = 2, "Two halves"
    done.state, done.result = State.PASSED, run.Result(State.PASSED, seconds=12.34, cells=3, cells_run=3)
    failure = Failure("KeyError", "[red]x", cell=1, heading="One")
    bad.state, bad.result = State.FAILED, run.Result(State.FAILED, seconds=1, cells=3, cells_run=1, failure=failure)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(progress._table([running, done, bad, waiting]))
    lines = console.export_text().splitlines()
    assert lines[1].split()[:3] == ["running", "running", "2/3"] and lines[1].rstrip().endswith("Two halves")
    assert lines[2].split() == ["done", "passed", "3/3", "12.3"]
    assert lines[3].split()[:4] == ["bad", "failed", "1/3", "1.0"] and "KeyError: [red]x" in lines[3]
    assert lines[4].split() == ["waiting", "waiting"]
