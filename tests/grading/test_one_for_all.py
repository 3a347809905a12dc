"""What goes wrong with one submission is that student's result, and keeps nobody else from theirs."""
import sqlite3

import pytest
import small_course
import typer
from small_course import RIGHT, hand_in
from typer.testing import CliRunner

from cs231n.course import notebook
from cs231n.grading import cli
from cs231n.grading import grade as grading
from cs231n.grading.grade import Grader, Job
from cs231n.grading.preparation import prepare
from cs231n.grading.results import CheckResult, NotebookResult, Reason
from cs231n.grading.running import pool

NAME = "assignment1/tiny"


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Three submissions; kernels are left out, and everybody is right but for what a test says."""
    root = small_course.make(tmp_path)
    job = Job("assignment1", hand_in(root, dict.fromkeys(("ada", "eve", "zoe"), RIGHT)), tmp_path / "out", root,
              sandbox="none")
    checks = prepare.checks(NAME, notebook.read(root / f"{NAME}.ipynb"))
    special = {}

    def run(tasks, *rest, **options):
        for key in tasks if isinstance(next(iter(tasks), ""), tuple) else ():  # our own notebooks are not run
            yield key, special.get(key[0]) or NotebookResult(
                NAME, tuple(CheckResult(check, check.points, Reason.RIGHT) for check in checks))

    monkeypatch.setattr(pool, "run", run)
    return job, special, checks


def graded(job):
    grader = Grader(job)
    try:
        list(grader.grade())
        return {each.student.id: each for each in grader.gather().students}, grader.failures
    finally:
        grader.close()


def test_a_result_that_cannot_be_kept(job):
    job, special, checks = job
    special["eve"] = NotebookResult(NAME, tuple(CheckResult(each, 0, Reason.ERROR, "\ud800") for each in checks))
    found, _ = graded(job)
    assert [found[name].checked for name in ("ada", "eve", "zoe")] == [5, 0, 5]
    assert {result.reason for result in found["eve"].notebooks[0].checks} == {Reason.GRADER_FAILED}


@pytest.mark.parametrize("error", [RecursionError, TypeError, MemoryError, UnicodeEncodeError("a", "b", 0, 1, "c")])
def test_what_the_main_process_cannot_do(job, monkeypatch, error):
    job, _, _ = job
    right = grading.figures.figures

    def figures(name, nb, theirs):
        if "eve" in str(theirs.metadata):
            raise error
        return right(name, nb, theirs)

    monkeypatch.setattr(grading.figures, "figures", figures)
    path = job.submissions / "eve" / "tiny.ipynb"
    nb = notebook.read(path)
    nb.metadata["author"] = "eve"
    notebook.write(nb, path)
    found, failures = graded(job)
    assert [each.checked for each in found.values()] == [5, 5, 5]
    assert "cannot be shown" in found["eve"].problems[0] and "eve" in failures[0] and len(failures) == 1
    assert found["ada"].problems == found["zoe"].problems == ()


def test_an_earlier_result_stays_where_the_grader_fails(job):
    job, special, _ = job
    graded(job)
    special["eve"] = pool.TaskFailed("its worker process died each time")
    nb = notebook.read(job.submissions / "eve" / "tiny.ipynb")
    notebook.write(nb, job.submissions / "eve" / "tiny.ipynb")
    (job.submissions / "eve" / "tiny.ipynb").write_text((job.submissions / "eve" / "tiny.ipynb").read_text() + " ")
    found, failures = graded(job)
    assert found["eve"].checked == 5 and "an earlier result is kept" in failures[0]


def test_the_exit_status_says_that_somebody_was_not_graded(job, monkeypatch):
    job, special, _ = job
    special["eve"] = pool.TaskFailed("its worker process died each time")
    monkeypatch.chdir(job.root)
    app = typer.Typer()
    app.command()(cli.grade)
    command = ["assignment1", str(job.submissions), "--out", str(job.out), "--trusted"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "Not graded: eve: assignment1/tiny: its worker process died" in done.output
    assert (job.out / "gradebook.csv").exists() and (job.out / "feedback" / "ada.html").exists()
    special.clear()
    assert CliRunner().invoke(app, command).exit_code == 0  # it is graded again


def test_a_cell_whose_id_is_no_text_is_refused(job):
    job, _, _ = job
    path = job.submissions / "eve" / "tiny.ipynb"
    path.write_text(path.read_text().replace('"id": "', '"id": ["', 1).replace('",', '"],', 1))
    found, failures = graded(job)
    assert found["ada"].checked == 5 and not failures
    assert {result.reason for result in found["eve"].notebooks[0].checks} <= {Reason.UNREADABLE, Reason.NO_NOTEBOOK}


def test_what_was_prepared_is_made_anew_if_it_is_damaged(job):
    job, _, _ = job
    grader = Grader(job)
    try:
        assert grader.unprepared() == [NAME]
        folder = grader._prepared(NAME)
        folder.mkdir(parents=True)
        for text in ("", "{", "[]", '{"notebook": 3}'):
            (folder / "parts.json").write_text(text)
            assert grader.unprepared() == [NAME]
    finally:
        grader.close()


def test_a_damaged_store_is_told_in_one_sentence_with_what_to_do(job):
    job, _, _ = job
    graded(job)
    store = job.out / "results.sqlite"
    whole = store.read_bytes()
    for content in (b"no database at all, but a text" * 100, whole[:len(whole) // 2],
                    whole[:4096] + bytes(range(256)) * (len(whole) // 256 - 16)):
        store.write_bytes(content)
        for beside in job.out.glob("results.sqlite-*"):
            beside.unlink()
        with pytest.raises(ValueError, match="move it away, and the same command grades anew"):
            Grader(job)
    store.write_bytes(whole)
    db = sqlite3.connect(store)
    db.execute("DELETE FROM checks WHERE student = 'eve' AND name = 'check_total'")
    db.commit()
    db.close()
    found, failures = graded(job)
    assert found["eve"].checked == 5 and not failures  # graded again
