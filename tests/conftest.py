"""What all tests share."""
import matplotlib
import pytest
from make_notebook import check, executed, exercise, text, write
from solved_notebook import SolvedNotebook
from solved_notebook_grader import Grader

from cs231n.course.run import cores

# Notebook cells that run in the tests' own process must not open windows. Kernels choose their own backend.
matplotlib.use("Agg")

pytest.register_assert_rewrite("notebook_checks")


@pytest.hookimpl(optionalhook=True)  # unknown where xdist is not used
def pytest_xdist_auto_num_workers():
    """`-n auto`: one more than there are cores, as kernels, kills, attacks and browsers are mostly waited for."""
    return cores() + 1


@pytest.fixture(scope="module")
def notebook(request):
    """The notebook that a file of tests is about: its `NOTEBOOK`, such as `assignment1/knn`."""
    return SolvedNotebook(request.module.NOTEBOOK)


@pytest.fixture(scope="module")
def grader(notebook):
    """What a grader says of it. Gone with the file's tests, as notebooks hold pictures and models by the hundred MB."""
    return Grader(notebook)


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A folder with one good notebook, as the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    executed(write(tmp_path / "assignment1" / "good.ipynb", text("# Good"), exercise(), check()))
    return tmp_path
