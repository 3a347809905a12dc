"""Grade one notebook by hand, with pytest and nbval, to see each cell pass or fail:

    pytest -p cs231n.grading.one_notebook --nbval --graded-as assignment1/svm submissions/jane/svm.ipynb

From the root of the repository. First our own notebook runs, for the values to hold against.
"""
import shutil
import tempfile
from pathlib import Path

import pytest

from cs231n.course import notebook
from cs231n.data.folders import data_folder
from cs231n.grading import limits
from cs231n.grading.preparation import prepare
from cs231n.grading.running import ours
from cs231n.grading.running.plugin import Plugin
from cs231n.grading.sandbox import bubblewrap
from cs231n.grading.sandbox.provisioner import Unavailable, kernel_spec


def pytest_addoption(parser):
    """Add our options to nbval's."""
    group = parser.getgroup("cs231n")
    group.addoption("--graded-as", metavar="NAME", help="our notebook, such as assignment1/svm")
    group.addoption("--grading-seed", default="231", help="of the checks' inputs; 231 is what students see")
    group.addoption("--trusted", action="store_true", help="without a sandbox: your own work only")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Make our notebook ready, and register the plugin that runs the submission."""
    name, files = config.option.graded_as, [path for path in config.args if path.endswith(".ipynb")]
    if not name or len(files) != 1:
        raise pytest.UsageError("grading by hand needs --graded-as NAME and one notebook")
    root = Path(str(config.invocation_params.dir))
    kind = "none" if config.option.trusted else "bubblewrap"
    options = {"data": str(data_folder()), "seed": config.option.grading_seed, "sandbox": kind}
    try:
        if not config.option.trusted:
            bubblewrap.see_that_it_works()
        solved, submitted = _read(root / f"{name}.ipynb"), _read(files[0])
        folder = Path(tempfile.mkdtemp(prefix="grading-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        ours.prepare_notebook(name, solved, root, folder / "ours", options, shortest=limits.CELL_SECONDS)
    except (ours.NotReady, Unavailable) as error:
        raise pytest.UsageError(str(error)) from None
    work = [(part, prepare.graded_cells(part, submitted)[0]) for part in prepare.load(folder / "ours")]
    config.pluginmanager.register(
        Plugin(work, lambda part: kernel_spec(package=str(part.package), **options)), "cs231n-grading")


def _read(path):
    try:
        return notebook.read(path)
    except notebook.Unreadable as error:
        raise pytest.UsageError(f"{path}: {error}") from None
