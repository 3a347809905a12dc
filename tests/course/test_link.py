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
from cs231n.course import old_names, years
from cs231n.data.folders import data_folder

NOTEBOOKS = Path(__file__).with_name("course_notebooks")
# Those of one year stand in its folder; the others have the shape of 2017 to 2019.
NAMES = sorted(path.relative_to(NOTEBOOKS).with_suffix("").as_posix()
               for path in NOTEBOOKS.rglob("*.ipy") if path.stem != "setup")
SETUPS = {"2020": "2020/setup.ipy", "2021": "2021/setup.ipy", "2025": "2021/setup.ipy"}  # in Colab
DROPPING = "\"\"\"We drop each neuron output with probability p.\"\"\"\n"
KEEPING = "\"\"\"We keep each neuron output with probability p.\"\"\"\n"
HALVING = "# So that your results match ours, multiply the regularization loss by 0.5\n"
OF_A_YEAR = {"2016": {"layers.py": DROPPING, "classifiers/neural_net.py": HALVING}, "2017": {"layers.py": DROPPING}}
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


def fill(folder, files):
    """Write files, given as name -> content."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def write_notebook(path, *sources):
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)


@pytest.fixture
def course(tmp_path):
    """A folder as the course gives it out: a notebook beside its own `cs231n/`."""
    folder = tmp_path / "assignment1"
    fill(folder / "cs231n", STARTER)
    write_notebook(folder / "knn.ipynb")
    return folder


def run_python(code, folder, **variables):
    """What code prints that is started in a folder, as kernels are: with the folder first on the path."""
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CS231N_DATA")}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=outside | variables,
                          capture_output=True, text=True)
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


def test_what_the_package_has_not_comes_from_theirs(course):
    """Modules of the course that need a framework, and the student's own."""
    fill(course / "cs231n", {"mine.py": "from cs231n.layers import relu_forward\n"})
    linking.link(course)
    code = "from cs231n.mine import relu_forward; print(relu_forward.__module__)"
    assert run_python(code, course).startswith("cs231n.")
    linking.unlink(course)
    assert (course / "cs231n" / "mine.py").is_file()


def test_pictures_of_the_courses_package_stay_where_notebooks_read_them(course, monkeypatch):
    before = snapshot(course)
    fill(course / "cs231n", {"notebook_images/kitten.jpg": "a picture", "classifiers/deep/net.py": ""})
    linking.link(course)
    linking.link(course)
    assert (course / "cs231n" / "notebook_images" / "kitten.jpg").read_text() == "a picture"
    assert sorted(path.name for path in (course / "cs231n").iterdir()) == ["__init__.py", "datasets", "notebook_images"]
    linking.unlink(course)
    assert snapshot(course).keys() - before.keys() == {str(Path("cs231n", "notebook_images", "kitten.jpg")),
                                                       str(Path("cs231n", "classifiers", "deep", "net.py"))}


# What depends on the year ---------------------------------------------------------------------------------------------


ZEROS = ("import numpy as np; from cs231n.classifiers.cnn import *; from cs231n.layers import dropout_forward as same; "
         "assert same is dropout_forward; "
         "print(round((dropout_forward(np.ones(10000), {'mode': 'train', 'p': 0.9})[0] == 0).mean(), 1))")


@pytest.mark.parametrize("files, notebook, zeros", [
    ({"layers.py": DROPPING}, "", "0.9"),
    ({"layers.py": KEEPING}, "", "0.1"),
    ({"layers.py": DROPPING}, "FullyConnectedNet([5], normalization=None)", "0.9"),  # the package is the surer place
    ({"classifiers/fc_net.py": "def __init__(self, dropout=0, use_batchnorm=False, reg=0.0):"}, "", "0.9"),
    ({"classifiers/fc_net.py": "def __init__(self, dropout=1, normalization=None, reg=0.0):"}, "", "0.1"),
    ({"classifiers/fc_net.py": "def __init__(self, dropout_keep_ratio=1, normalization=None):"}, "", "0.1"),
    ({}, "FullyConnectedNet([5], use_batchnorm=True)", "0.9"),
    ({}, "for dropout in [0, 0.25, 0.5]:\n    FullyConnectedNet([5], dropout=dropout)", "0.9"),
    ({}, "for dropout in [1, 0.75, 0.5]:\n    FullyConnectedNet([5], dropout=dropout)", "0.1"),
    ({}, "FullyConnectedNet([5], dropout=0.5, normalization='layernorm')", "0.1"),
])
def test_the_courses_own_files_tell_what_dropouts_p_means(files, notebook, zeros, course):
    fill(course / "cs231n", files)
    write_notebook(course / "Dropout.ipynb", notebook)
    said = " ".join(linking.link(course))
    assert ("dropout's p is the probability of dropping here" in said) == (zeros == "0.9")
    assert "Nothing here tells the year" not in said
    assert run_python(ZEROS, course) == zeros


def test_where_nothing_tells_the_year_it_is_asked_for(course):
    write_notebook(course / "Dropout.ipynb", "dropout_forward(x, {'mode': 'train', 'p': 0.9})")
    status, said = call(course)
    assert status == 0 and "Nothing here tells the year of these notebooks" in said and "--year 2017" in said
    assert run_python(ZEROS, course) == "0.1"
    status, said = call(course, "--year", "2017")
    assert status == 0 and "probability of dropping here" in said and "Nothing here" not in said
    assert run_python(ZEROS, course) == "0.9"
    assert call(course, "--year", "2018")[0] == 0 and run_python(ZEROS, course) == "0.1"
    assert call(course, "--year", "2014") == (1, "the year must be one of 2016 to 2025, got 2014")


def test_a_folder_without_dropout_is_not_asked(course):
    assert "year" not in " ".join(linking.link(course))


def test_in_a_folder_of_2017_wrong_probabilities_are_named(course):
    linking.link(course, 2017)
    code = """
import numpy as np
from cs231n.classifiers.fc_net import *
for p in (1, 1.5, -0.1, None, "0.5"):
    for call in (lambda: dropout_forward(np.ones(3), {"mode": "test", "p": p}),
                 lambda: FullyConnectedNet([5], dropout=p)):
        try:
            call()
        except ValueError as error:
            print("the probability of dropping, as in 2016 and 2017" in str(error), end=" ")
for wrong in ({"mode": "train"}, None):
    try:
        dropout_forward(np.ones(3), wrong)
    except ValueError as error:
        print("dropout_param" in str(error), end=" ")
"""
    assert run_python(code, course) == " ".join(["True"] * 12)


@pytest.mark.parametrize("given, halves", [
    ("    loss += 0.5 * reg * np.sum(W * W)\n", True),
    ("    loss += reg * np.sum(W * W)\n\n    loss += 0.5 * reg * np.sum(W * W)\n", False),
])
def test_half_of_the_regularisation_is_told_by_the_loss_that_was_given(given, halves, course):
    fill(course / "cs231n", {"classifiers/linear_svm.py": given})
    assert ("half of the regularisation" in " ".join(linking.link(course))) == halves


def test_what_a_kit_has_not_is_left_alone(monkeypatch):
    """Kits of early assignments lack the networks of later ones."""
    monkeypatch.setattr(years, "_module", lambda name: None)
    years.keep(drops=True, halves=True)


def test_a_missing_package_is_not_taken_for_a_missing_module_of_the_kit(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr(years.importlib, "import_module", absent)
    with pytest.raises(ModuleNotFoundError, match="scipy"):
        years.keep(drops=True, halves=False)


# What does not run ----------------------------------------------------------------------------------------------------


def test_what_does_not_run_is_told_in_one_sentence(course, monkeypatch):
    for name, source in (("PyTorch", "import torch\nimport torch.nn as nn"), ("GANs", "from torch import nn"),
                         ("TensorFlow", "x = 1\nimport tensorflow as tf"), ("ImageGradients",
                          "from cs231n.classifiers.pretrained_cnn import PretrainedCNN"), ("fine", "# no torch here")):
        write_notebook(course / f"{name}.ipynb", source)
    monkeypatch.setattr(linking.importlib.util, "find_spec", lambda name: None)
    said = linking.link(course)
    assert [each for each in said if " run" in each] == [
        "TensorFlow.ipynb does not run: it is written for TensorFlow, which is no part of this kit.",
        "GANs.ipynb, PyTorch.ipynb do not run: they are written for PyTorch, which is no part of this kit.",
        "ImageGradients.ipynb does not run: it is for a network and pictures of 2016, which the course does not give "
        "out any more."]
    monkeypatch.setattr(linking.importlib.util, "find_spec", lambda name: name)
    assert [each.split()[0] for each in linking.link(course) if " run:" in each] == ["ImageGradients.ipynb"]


# What a kernel finds before it imports the package --------------------------------------------------------------------


def test_pictures_of_scipy_are_there_before_the_package_is_imported(course):
    code = "from scipy.misc import imread, imresize; import sys; print('cs231n' in sys.modules, imread.__name__)"
    linking.link(course)
    assert run_python(code, course) == "False imread"
    linking.unlink(course)
    assert run_python(f"try:\n    {code}\nexcept ImportError:\n    print('gone')", course) == "gone"


def test_colab_is_there_in_a_linked_folder_alone(course):
    code = "import os; from google.colab import drive; drive.mount('/content/drive'); print(os.getcwd())"
    linking.link(course)
    said = run_python(code, course)
    assert "This is not Colab" in said and said.endswith(str(course))
    assert run_python(f"from google import colab; {code}", course) == said
    outside = run_python(f"try:\n    {code}\nexcept ImportError:\n    print('no Colab')", course.parent)
    assert outside == "no Colab"


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
def furnished(course):
    """The course's folder, with the pictures and values that its notebooks read."""
    for name in ("reference.py", "reference.json"):
        shutil.copy(NOTEBOOKS / name, course)
    rows, columns = np.mgrid[:240, :320] / 320
    picture = Image.fromarray(np.uint8(255 * np.stack([rows, columns, rows * columns], axis=2)))
    (course / "cs231n" / "notebook_images").mkdir()
    for folder in (course, course / "cs231n" / "notebook_images"):
        picture.save(folder / "kitten.jpg")
        picture.resize((240, 240)).save(folder / "puppy.jpg")
    return course


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_of_the_courses_shape_runs_unchanged(name, furnished, monkeypatch):
    """In a kernel, from its folder; what the notebook expects it asserts itself."""
    year = name.partition("/")[0] if "/" in name else ""
    fill(furnished / "cs231n", OF_A_YEAR.get(year, {}))
    linking.link(furnished)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    if name == "NetworkVisualization":
        data = furnished.parent / "data"
        data.mkdir()
        np.savez(data / "imagenet_val_25.npz", X=np.zeros((25, 224, 224, 3), np.uint8), y=np.arange(25),
                 label_map=np.array({0: "tench"}, dtype=object))
        monkeypatch.setenv("CS231N_DATA", str(data))
    files = SETUPS.get(year, "setup.ipy"), f"{name}.ipy"
    sources = [(NOTEBOOKS / file).read_text(encoding="utf-8") for file in files]
    cells = [new_code_cell(source) for text in sources for source in text.split("# %%\n")]
    nb = new_notebook(cells=cells)
    NotebookClient(nb, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(furnished)}}).execute()
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


def test_autoreload_takes_in_a_changed_file(furnished):
    """Notebooks edit files beside them and go on."""
    linking.link(furnished)
    (furnished / "mine.py").write_text("value = 1\n")
    change = "import os, pathlib\npathlib.Path('mine.py').write_text('value = 22\\n')\nos.utime('mine.py', (9e9, 9e9))"
    cells = [new_code_cell(source) for source in (
        (NOTEBOOKS / "setup.ipy").read_text(), "import mine\nfrom cs231n.layers import *\nimport cs231n", change,
        "mine.value, cs231n.layers.affine_forward is affine_forward")]
    NotebookClient(new_notebook(cells=cells), kernel_name="python3",
                   resources={"metadata": {"path": str(furnished)}}).execute()
    assert cells[-1].outputs[0].data["text/plain"] == "(22, True)"
