"""`cs231n link`: a folder of the course's own assignments runs against the package, and is put back as it was."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from typer.testing import CliRunner

from cs231n import cli
from cs231n.course import link as linking
from cs231n.course import old_names
from cs231n.data.folders import data_folder

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = Path(__file__).with_name("course_notebooks")
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipy") if path.stem != "setup")
STARTER = {
    "__init__.py": "", "layers.py": "raise ImportError('the starter code was imported')\n",
    "classifiers/__init__.py": "raise ImportError('the starter code was imported')\n",
    "datasets/get_datasets.sh": "wget\n",
}


def snapshot(folder):
    """Every file and link of a folder, with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def call(*words):
    result = CliRunner().invoke(cli.app, ["link", *map(str, words)], env={"COLUMNS": "500"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def course(tmp_path):
    """A folder as the course gives it out: a notebook beside its own `cs231n/`."""
    folder = tmp_path / "assignment1"
    for name, content in STARTER.items():
        (folder / "cs231n" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "cs231n" / name).write_text(content)
    nbformat.write(new_notebook(), folder / "knn.ipynb")
    return folder


def run_python(code, folder, **variables):
    """What code prints that is started in a folder, as kernels are: with the folder first on the path."""
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CS231N_DATA")}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=outside | variables, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_link_and_undo(course):
    before = snapshot(course)
    status, said = call(course)
    assert status == 0 and f"Moved {course / 'cs231n'} to {course / 'cs231n.theirs'}." in said
    assert snapshot(course / "cs231n.theirs") == {str(Path(name)): text.encode() for name, text in STARTER.items()}
    found = run_python("import cs231n.layers; from cs231n.classifiers import *; print(cs231n.layers.__file__)", course)
    assert Path(found) == linking.PACKAGE / "layers" / "__init__.py"
    assert call(course, "--undo")[0] == 0
    assert snapshot(course) == before and not (course / "cs231n.theirs").exists()


def test_twice_is_as_good_as_once(course):
    before = snapshot(course)
    assert call(course, "--undo") == (0, f"{course} is not linked: nothing to undo.")
    linking.link(course)
    linked = snapshot(course)
    said = linking.link(course)
    assert snapshot(course) == linked and "Moved" not in "".join(said)
    linking.unlink(course)
    assert "nothing to undo" in linking.unlink(course)[0]
    assert snapshot(course) == before


def test_the_folder_is_here_by_default_and_needs_no_package_of_its_own(course, monkeypatch):
    shutil.rmtree(course / "cs231n")
    monkeypatch.chdir(course)
    assert call()[0] == 0
    assert run_python("from cs231n.optim import adam; print(adam.__name__)", course) == "adam"
    assert call("--undo") == (0, f"Took {course / 'cs231n'} away.")
    assert sorted(path.name for path in course.iterdir()) == ["knn.ipynb"]


def test_a_folder_without_notebooks_is_refused_and_left_alone(course):
    before = snapshot(course.parent)
    status, said = call(course.parent)
    assert status == 1 and "has no notebook" in said and "name one of assignment1" in said
    assert snapshot(course.parent) == before


def test_two_packages_of_the_course_are_refused(course):
    linking.link(course)
    linking.unlink(course)
    (course / "cs231n.theirs").mkdir()
    with pytest.raises(linking.Refused, match="has a cs231n and a cs231n.theirs"):
        linking.link(course)


def test_the_package_itself_is_not_linked(tmp_path):
    if not hasattr(os, "symlink"):
        pytest.skip("needs symbolic links")
    (tmp_path / "cs231n").symlink_to(linking.PACKAGE)
    nbformat.write(new_notebook(), tmp_path / "a.ipynb")
    with pytest.raises(linking.Refused, match="is this package itself"):
        linking.link(tmp_path)


def test_what_was_put_into_the_linked_package_is_never_deleted(course):
    linking.link(course)
    (course / "cs231n" / "mine.py").write_text("a = 1\n")
    with pytest.raises(linking.Refused, match="mine.py was not put there"):
        linking.unlink(course)
    assert (course / "cs231n" / "mine.py").is_file() and (course / "cs231n.theirs").is_dir()
    assert run_python("import cs231n.solver; print('runs')", course) == "runs"


def test_the_datasets_lead_to_the_data_folder(course, tmp_path, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    linking.link(course)
    (tmp_path / "data" / "here.txt").write_text("yes")
    assert (course / "cs231n" / "datasets" / "here.txt").read_text() == "yes"
    code = "from cs231n.data.folders import data_folder; print(data_folder())"
    assert run_python(code, course) == str(tmp_path / "data")
    assert run_python(code, course, CS231N_DATA=str(tmp_path / "other")) == str(tmp_path / "other")
    linking.unlink(course)
    assert (tmp_path / "data" / "here.txt").is_file()


def test_data_that_the_folder_has_already_are_used(course):
    (course / "cs231n" / "datasets" / "cifar-10-batches-py").mkdir()
    (course / "cs231n" / "datasets" / "cifar-10-batches-py" / "test_batch").write_text("theirs")
    linking.link(course)
    assert (course / "cs231n" / "datasets" / "cifar-10-batches-py" / "test_batch").read_text() == "theirs"
    code = "from cs231n.data.folders import data_folder; print(data_folder())"
    assert run_python(code, course) == str(course / "cs231n.theirs" / "datasets")
    linking.unlink(course)
    assert (course / "cs231n" / "datasets" / "cifar-10-batches-py" / "test_batch").read_text() == "theirs"


def test_where_links_cannot_be_made_it_works_without(course, monkeypatch):
    def refuse(*_, **__):
        raise OSError("a privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert "the loaders find the data without it" in linking.link(course)[-1]
    code = "from cs231n.data.folders import data_folder; print(data_folder())"
    assert run_python(code, course) == str(data_folder())
    linking.unlink(course)
    assert snapshot(course / "cs231n").keys() == {str(Path(name)) for name in STARTER}


def test_an_environment_that_moved_is_named(course, monkeypatch, tmp_path):
    monkeypatch.setattr(linking, "PACKAGE", tmp_path / "gone")
    linking.link(course)
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", "import cs231n.layers"], cwd=course, env=outside, capture_output=True,
                          text=True)
    assert "gone is not there any more: run `cs231n link` again" in done.stderr


# What SciPy has no longer ---------------------------------------------------------------------------------------------


def test_resizing_as_the_course_knew_it(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(picture).save(tmp_path / "picture.png")
    np.testing.assert_array_equal(old_names.imread(tmp_path / "picture.png"), picture)
    for size, shape in (((10, 12), (10, 12, 3)), (50, (10, 15, 3)), (0.5, (10, 15, 3)), (np.int64(200), (40, 60, 3))):
        small = old_names.imresize(picture, size)
        assert small.shape == shape and small.dtype == np.uint8
    stretched = old_names.imresize(np.array([[-1.0, 1.0], [0.0, 1.0]]), (2, 2))
    np.testing.assert_array_equal(stretched, [[0, 255], [128, 255]])
    assert not old_names.imresize(np.zeros((2, 2)), 100).any()


# The course's notebooks -----------------------------------------------------------------------------------------------


@pytest.fixture
def linked(course):
    """The course's folder, linked, with the pictures and values that its notebooks read."""
    for name in ("reference.py", "reference.json"):
        shutil.copy(NOTEBOOKS / name, course)
    rows, columns = np.mgrid[:240, :320] / 320
    picture = Image.fromarray(np.uint8(255 * np.stack([rows, columns, rows * columns], axis=2)))
    picture.save(course / "kitten.jpg")
    picture.resize((240, 240)).save(course / "puppy.jpg")
    linking.link(course)
    return course


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_of_the_courses_shape_runs_unchanged(name, linked, monkeypatch):
    """In a kernel, from its folder; what the notebook expects it asserts itself."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    if name == "NetworkVisualization":
        data = linked.parent / "data"
        data.mkdir()
        np.savez(data / "imagenet_val_25.npz", X=np.zeros((25, 224, 224, 3), np.uint8), y=np.arange(25),
                 label_map=np.array({0: "tench"}, dtype=object))
        monkeypatch.setenv("CS231N_DATA", str(data))
    sources = [path.read_text(encoding="utf-8") for path in (NOTEBOOKS / "setup.ipy", NOTEBOOKS / f"{name}.ipy")]
    cells = [new_code_cell(source) for text in sources for source in text.split("# %%\n")]
    nb = new_notebook(cells=cells)
    NotebookClient(nb, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(linked)}}).execute()
    outputs = [output for cell in cells for output in cell.outputs]
    streams = [output for output in outputs if output.output_type == "stream"]
    printed = "".join(output.text for output in streams if output.name == "stdout")
    figures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert [output.text for output in streams if "Warning" in output.text] == []
    assert len(figures) >= sum("plt.show()" in cell.source for cell in cells)
    assert [line for line in PRINTED.get(name, []) if line not in printed] == []


PRINTED = {
    "knn": ["Difference was: 0.000000", "(500, 5000)", "Got "],
    "svm": ["numerical: ", " analytic: ", ", relative error: ", "iteration 0 / 201: loss ",
            "Gradient difference: 0.000000"],
    "softmax": ["iteration 100 / 201: loss ", "Loss difference: 0.000000"],
    "two_layer_net": ["loss: 1.30378789133", "iteration 100 / 201: loss "],
    "features": ["(1500, 154)"],
    "FullyConnectedNets": ["(Iteration 1 / 40) loss: ", "(Epoch 20 / 20) train acc: ", "; val_acc: "],
    "BatchNormalization": ["(Iteration 1 / 2) loss: "],
    "Dropout": ["(Epoch 2 / 2) train acc: "],
    "ConvolutionalNetworks": ["(Iteration 1 / 2) loss: ", "Speedup: ", "difference:  0.0"],
    "RNN_Captioning": ["(Iteration 1 / 10) loss: ", "2.302"],
    "LSTM_Captioning": ["(Iteration 1 / 10) loss: "],
}


def test_autoreload_takes_in_a_changed_file(linked):
    """Notebooks edit files beside them and go on."""
    (linked / "mine.py").write_text("value = 1\n")
    change = "import os, pathlib\npathlib.Path('mine.py').write_text('value = 22\\n')\nos.utime('mine.py', (9e9, 9e9))"
    cells = [new_code_cell(source) for source in (
        (NOTEBOOKS / "setup.ipy").read_text(), "import mine\nfrom cs231n.layers import *\nimport cs231n", change,
        "mine.value, cs231n.layers.affine_forward is affine_forward")]
    NotebookClient(new_notebook(cells=cells), kernel_name="python3",
                   resources={"metadata": {"path": str(linked)}}).execute()
    assert cells[-1].outputs[0].data["text/plain"] == "(22, True)"
