"""nbgrader takes the solved notebooks as they are: it cuts a student version of them and registers their points."""
import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest

from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION, Kind

pytest.importorskip("nbgrader", reason="nbgrader is one of the peers")
from nbgrader.apps import NbGraderAPI  # noqa: E402
from traitlets.config import Config  # noqa: E402

ASSIGNMENT = Path(__file__).resolve().parents[1] / "assignment1"
POINTS = {"knn": 20, "svm": 25, "softmax": 20, "two_layer_net": 25, "features": 10}
STUBS = {"# YOUR CODE HERE", "raise NotImplementedError()", "YOUR ANSWER HERE"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder in which nbgrader has cut assignment 1; and its API."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ASSIGNMENT, root / "source" / "assignment1", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    before = checksums(root / "source")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.Exchange.root = str(root / "exchange")
    with pytest.MonkeyPatch.context() as environment:  # nbgrader runs alembic, which stands beside this interpreter
        environment.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        api = NbGraderAPI(config=config)
        done = api.generate_assignment("assignment1")
    assert done["success"], done["log"]
    assert checksums(root / "source") == before, "nbgrader changed the source notebooks"
    return root, api


@pytest.fixture(params=POINTS)
def name(request):
    return request.param


@pytest.fixture
def solved(name):
    return notebook.read(ASSIGNMENT / f"{name}.ipynb").cells


@pytest.fixture
def released(course, name):
    return notebook.read(course[0] / "release" / "assignment1" / f"{name}.ipynb").cells


def checksums(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def outside(cell):
    """The lines of a solved cell that students get: those outside all marked regions."""
    lines = cell.source.splitlines()
    marked = [region for name in (SOLUTION, HIDDEN_TESTS) for region in notebook.marked(cell.source, name)]
    return [line.strip() for i, line in enumerate(lines) if line.strip() and not any(a <= i <= b for a, b in marked)]


def test_students_get_the_cells_without_solutions_hidden_tests_and_model_answers(solved, released):
    assert len(released) == len(solved)
    for before, after in zip(solved, released):
        kept = [line.strip() for line in after.source.splitlines() if line.strip()]
        assert [line for line in kept if line not in STUBS] == outside(before)
        assert (not STUBS.isdisjoint(kept)) == (notebook.kind(before) in (Kind.EXERCISE, Kind.QUESTION))


def test_students_get_no_recorded_outputs_and_locked_checks(released):
    assert [cell.source for cell in released if cell.get("outputs")] == []
    checks = [cell for cell in released if notebook.kind(cell) == Kind.CHECK]
    assert checks and all(cell.metadata.editable is cell.metadata.deletable is False for cell in checks)


def test_points_and_names_are_registered(course, name, solved):
    with course[1].gradebook as gradebook:
        registered = gradebook.find_notebook(name, "assignment1")
        assert registered.max_score == POINTS[name]
        points = {cell.name: cell.max_score for cell in registered.grade_cells}
        solutions = {cell.name for cell in registered.solution_cells}
    assert points == {notebook.grade_id(cell): notebook.points(cell) for cell in solved if notebook.points(cell)}
    assert solutions == {
        notebook.grade_id(cell) for cell in solved if notebook.kind(cell) in (Kind.EXERCISE, Kind.QUESTION)
    }
