"""nbgrader takes the solved notebooks as they are: it cuts a student version of them, and grades what comes back."""
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

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = ROOT / "assignment1"
POINTS = {"knn": 20, "svm": 25, "softmax": 20, "two_layer_net": 25, "features": 10}
STUBS = {"# YOUR CODE HERE", "raise NotImplementedError()", "YOUR ANSWER HERE"}
GRADED = "knn"


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
    config.ExecutePreprocessor.timeout = 300  # seconds a cell; its 30 are few on a busy machine
    with pytest.MonkeyPatch.context() as environment:  # nbgrader runs alembic, which stands beside this interpreter
        environment.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        environment.setenv("PYTHONPATH", str(ROOT))  # for the kernels
        api = NbGraderAPI(config=config)
        done = api.generate_assignment("assignment1")
        assert done["success"], done["log"]
        assert checksums(root / "source") == before, "nbgrader changed the source notebooks"
        yield root, api


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


def autograded(course, student, answers):
    """Hand in a notebook with these answers; return what nbgrader gives for each of its checks, and the most there is.

    The long cells that no check needs are left out, as a student may do.
    """
    root, api = course
    nb = notebook.read(root / "release" / "assignment1" / f"{GRADED}.ipynb")
    nb.cells = [cell for cell in nb.cells if "not-graded" not in cell.metadata.get("tags", [])]
    for cell in nb.cells:
        cell.source = answers.get(notebook.grade_id(cell), cell.source)
    notebook.write(nb, root / "submitted" / student / "assignment1" / f"{GRADED}.ipynb")
    done = api.autograde("assignment1", student)
    assert done["success"], done["log"]
    with api.gradebook as gradebook:
        grades = gradebook.find_submission_notebook(GRADED, "assignment1", student).grades
        return {grade.name: (grade.auto_score, grade.max_score) for grade in grades if grade.cell.cell_type == "code"}


@pytest.mark.filterwarnings("ignore:Object of type")  # SQLAlchemy, of what nbgrader does
def test_the_answers_get_full_marks_and_the_stubs_none(course):
    cells = notebook.read(ASSIGNMENT / f"{GRADED}.ipynb").cells
    exercises = [cell for cell in cells if notebook.kind(cell) == Kind.EXERCISE]
    answers = {notebook.grade_id(cell): notebook.without_markers(cell.source) for cell in exercises}
    checks = {notebook.grade_id(cell): notebook.points(cell) for cell in cells if notebook.kind(cell) == Kind.CHECK}
    assert autograded(course, "ada", answers) == {name: (points, points) for name, points in checks.items()}
    assert autograded(course, "bob", {}) == {name: (0, points) for name, points in checks.items()}
