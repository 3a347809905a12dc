"""What students of CS231n have stumbled over for years, and that none of it can happen here.

`docs/complaints.md` lists the complaints by number, with the tests for each: those in this file, and those of others.
"""
import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from cs231n import check, layers
from cs231n.check import CheckFailed
from cs231n.classifiers import KNearestNeighbor
from cs231n.classifiers.fc_net import FullyConnectedNet
from cs231n.data.folders import data_folder
from cs231n.gradient_check import rel_error

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(ROOT.glob("cs231n/**/*.py"))
NOTEBOOKS = sorted(ROOT.glob("assignment*/*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    line.split("==") for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if "==" in line
)

# Gone from the standard library since Python 3.12 or 3.13; a 3.11 still has them.
REMOVED = {
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp",
    "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau",
    "telnetlib", "uu", "xdrlib",
}


def cells(path, kind):
    """The sources of a notebook's cells of a kind, "code" or "markdown"."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def trees(path):
    """What a module, or each code cell of a notebook, is made of."""
    sources = cells(path, "code") if path.suffix == ".ipynb" else [path.read_text(encoding="utf-8")]
    return [node for source in sources for node in ast.walk(ast.parse(source))]


def imports(path):
    """Names of the modules that a module or notebook imports."""
    for node in trees(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module


def run_python(code, *options, **environment):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run([sys.executable, *options, "-c", code], env=environment, capture_output=True, text=True)


each_file = pytest.mark.parametrize("path", [*MODULES, *NOTEBOOKS], ids=lambda path: str(path.relative_to(ROOT)))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


# Set-up and building --------------------------------------------------------------------------------------------------


def test_without_the_extension_forward_and_backward_run():
    """2. The course prints a hint, runs forward, and fails backward with a NameError."""
    done = run_python("""
import sys
# As where there is no compiler:
sys.modules["cs231n.im2col_cython"] = sys.modules["cs231n.fast.kernels._kernels"] = None
import numpy as np
from cs231n import fast_layers, layers
x, w, b = np.random.randn(2, 3, 8, 8), np.random.randn(4, 3, 3, 3), np.random.randn(4)
conv, pool = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
def alike(ours, naive):
    return all(np.allclose(a, b) for a, b in zip(ours, naive, strict=True))
wanted = layers.conv_forward_naive(x, w, b, conv)
wanted = wanted[0], *layers.conv_backward_naive(np.ones_like(wanted[0]), wanted[1])
for form in "fast", "im2col", "strides":
    out, cache = getattr(fast_layers, f"conv_forward_{form}")(x, w, b, conv)
    assert alike((out, *getattr(fast_layers, f"conv_backward_{form}")(np.ones_like(out), cache)), wanted), form
out, cache = layers.max_pool_forward_naive(x, pool)
wanted = out, layers.max_pool_backward_naive(np.ones_like(out), cache)
for form in "fast", "im2col", "reshape":
    out, cache = getattr(fast_layers, f"max_pool_forward_{form}")(x, pool)
    assert alike((out, getattr(fast_layers, f"max_pool_backward_{form}")(np.ones_like(out), cache)), wanted), form
print(fast_layers.level)
""", CS231N_KERNEL="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "numpy\n", "")


def test_nothing_that_was_built_is_committed():
    """3. Others ended by committing the .pyd, .so, .c and .o files of their machine."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "setup.py" in tracked
    assert [name for name in tracked if name.endswith((".pyd", ".so", ".dll", ".dylib", ".c", ".o", ".pyc"))] == []


def required(*extras):
    """What pyproject.toml asks for, with these extras."""
    optional = PROJECT["optional-dependencies"]
    lines = map(Requirement, [*PROJECT["dependencies"], *(line for each in extras for line in optional[each])])
    # An extra may stand for another one of this project's.
    return [need for each in lines for need in (required(*each.extras) if each.name == PROJECT["name"] else [each])]


def test_the_pinned_versions_are_those_that_the_package_asks_for():
    """5. A pin outside the ranges of pyproject.toml makes an install that cannot be resolved."""
    pins = {canonicalize_name(name): version for name, version in PINS.items()}
    wrong = [
        f"{requirement}: pinned to {pins[name]}" for requirement in required(*PROJECT["optional-dependencies"])
        if (name := canonicalize_name(requirement.name)) in pins and pins[name] not in requirement.specifier
    ]
    assert wrong == []
    assert {canonicalize_name(requirement.name) for requirement in required("test")} <= pins.keys()


def test_the_pinned_set_can_be_installed_on_any_system():
    """5. The course's lists hold packages that exist for macOS only, and a numpy for Python 3.6."""
    one_system = {"appnope", "gnureadline", "pyobjc", "pywin32", "pywinpty", "pyreadline3", "uvloop", "triton"}
    assert [name for name in PINS if canonicalize_name(name) in one_system or name.startswith("nvidia")] == []
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"# .*|[\w.-]+==[\w.]+", line)] == []


def test_the_pinned_versions_run_on_the_oldest_python_and_fit_each_other():
    """5. As far as they are installed here, so that what they need themselves can be read."""
    pins = {canonicalize_name(name): version for name, version in PINS.items()}
    pinned = [found for found in importlib.metadata.distributions() if found.version == pins.get(canonical(found))]
    assert len(pinned) > 20
    for found in pinned:
        assert "3.11" in SpecifierSet(found.metadata.get("Requires-Python") or ""), found.name
        for need in map(Requirement, found.requires or []):
            version = pins.get(canonicalize_name(need.name))
            if version and (need.marker is None or need.marker.evaluate({"extra": ""})):
                assert version in need.specifier, f"{found.name} needs {need}"


def canonical(distribution):
    return canonicalize_name(distribution.name)


@each_file
def test_nothing_chooses_a_window_system(path):
    """6. matplotlib's macOS backend once needed a "framework" Python; kernels bring their own backend."""
    calls = [ast.unparse(node.func) for node in trees(path) if isinstance(node, ast.Call)]
    assert not {"matplotlib.use", "mpl.use", "plt.switch_backend"} & {*calls}


# Removed functions ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def importable():
    """Top names of the standard libraries since 3.11, of this package, and of what is installed with it.

    Also what the extras for grading and for ONNX bring: modules of ours are imported where these are installed.
    """
    declared = {canonicalize_name(requirement.name) for requirement in required("autograder", "cluster", "onnx")}
    for name in [*declared]:
        try:
            needs = map(Requirement, importlib.metadata.requires(name) or [])
        except importlib.metadata.PackageNotFoundError:  # of an extra
            continue
        declared |= {canonicalize_name(need.name) for need in needs if need.marker is None}
    installed = importlib.metadata.packages_distributions().items()
    third = {top for top, names in installed if declared & {*map(canonicalize_name, names)}}
    return sys.stdlib_module_names - REMOVED | third | declared | {"cs231n"}


@each_file
def test_imports_are_there_on_every_python_and_every_machine(path, importable):
    """4, 7, 8, 9. Nothing that newer Pythons lack, and no package that nobody was told to install."""
    assert [module for module in imports(path) if module.partition(".")[0] not in importable] == []


def test_importing_everything_gives_no_warning():
    """7, 8, 11. A deprecated module or name today is an ImportError tomorrow."""
    ours = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES}
    theirs = {module for path in [*MODULES, *NOTEBOOKS] for module in imports(path)}
    # Only where there is a compiler:
    compiled = {"cs231n.fast.kernels", "cs231n.fast.kernels._kernels", "cs231n.im2col_cython"}
    # Of one system, or of an extra:
    elsewhere = {"_winapi", "pyseccomp", "distributed", "cs231n.grading.sandbox.no_network"}
    wanted = sorted((ours | theirs) - compiled - elsewhere)
    done = run_python(f"import importlib\nfor name in {wanted}: importlib.import_module(name)", "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")


@each_file
@pytest.mark.filterwarnings("error")
def test_names_of_numpy_exist(path):
    """11. np.int, np.float, np.product ... are gone."""
    for node in trees(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            assert hasattr(np, node.attr), f"np.{node.attr}"


@each_file
def test_arrays_are_read_without_pickle(path):
    """10. np.load refuses pickled arrays since 1.16, for good reason: reading one runs what is in it."""
    calls = [node for node in trees(path) if isinstance(node, ast.Call)]
    allowed = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "allow_pickle"]
    assert all(isinstance(value, ast.Constant) and value.value is False for value in allowed)


# Data and downloads ---------------------------------------------------------------------------------------------------


@each_notebook
def test_a_notebook_opens_no_url_and_no_file_that_is_not_there(path):
    """12, 13. Dead links end a notebook in the middle; pictures beside it may be forgotten."""
    network = {"urllib", "http", "requests", "socket", "pooch", "ftplib", "webbrowser"}
    assert not network & {module.partition(".")[0] for module in imports(path)}
    texts = [node.value for node in trees(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if "://" in text] == []
    files = [text for text in texts if re.fullmatch(r"[\w./-]+\.(jpg|jpeg|png|npz|npy|h5|json|csv|txt|pkl|ckpt)", text)]
    assert [name for name in files if not (path.parent / name).is_file()] == []


def test_where_a_notebook_is_started_does_not_matter(tmp_path, monkeypatch):
    """15. The course looks for its data below the working folder."""
    monkeypatch.delenv("CS231N_DATA", raising=False)
    before = data_folder()
    monkeypatch.chdir(tmp_path)
    assert data_folder() == before and before.is_absolute()


# Checks that mislead --------------------------------------------------------------------------------------------------


def test_knn_without_loops_takes_little_memory():
    """17. All differences at once would be num_test x num_train x D numbers."""
    rng = np.random.default_rng(0)
    X_train, X_test = rng.normal(size=(100, 1000)), rng.normal(size=(80, 1000))
    model = KNearestNeighbor()
    model.train(X_train, np.zeros(100, int))
    tracemalloc.start()
    model.compute_distances_no_loops(X_test)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * (X_train.nbytes + X_test.nbytes) < 80 * 100 * 1000 * 8 / 10


def test_a_wrong_shape_does_not_pass_by_broadcasting():
    """18. A group norm that returned (1, 1, 1, 2, 6, 4, 5) passed every printed check."""
    x, gamma, beta = np.random.default_rng(0).normal(size=(2, 6, 4, 5)), np.ones((1, 6, 1, 1)), np.zeros((1, 6, 1, 1))
    out, cache = layers.spatial_groupnorm_forward(x, gamma, beta, 2, {"eps": 1e-5})
    gradients = layers.spatial_groupnorm_backward(np.ones_like(out), cache)
    assert [a.shape for a in (out, *gradients)] == [(2, 6, 4, 5), (2, 6, 4, 5), (1, 6, 1, 1), (1, 6, 1, 1)]
    wrong = out[np.newaxis, np.newaxis, np.newaxis]
    with pytest.raises(CheckFailed, match=r"shape is \(1, 1, 1, 2, 6, 4, 5\)"):
        check.close("group norm", wrong, out)
    with pytest.raises(ValueError, match="shape"):
        rel_error(wrong, out)


@each_notebook
def test_text_names_what_there_is(path):
    """19. layernorm_backward where layernorm_forward is meant, files that moved, headings of another notebook."""
    text = re.sub(r"```.*?```", "", "\n".join(cells(path, "markdown")), flags=re.S)
    quoted = re.findall(r"`([^`\n]+)`", text)
    assert quoted
    files = [name for name in quoted if name.endswith(".ipynb")]
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [name for name in [*files, *links] if name and not (path.parent / name).exists()] == []
    code = "\n".join([*cells(path, "code"), *(module.read_text(encoding="utf-8") for module in MODULES)])
    known = {*re.findall(r"\w+", code), *dir(np)}
    names = [name for words in quoted if words not in files for name in re.findall(r"[A-Za-z_]\w{2,}", words)]
    numbered = {name for name in names if name.rstrip("0123456789") in known}  # gamma1 of gamma{i}
    begun = {name for name in names if name.endswith("_") and any(each.startswith(name) for each in known)}
    assert [name for name in names if name not in known | numbered | begun] == []


@pytest.mark.parametrize("p", [0, 0.0, 1.5, -0.2])
def test_dropout_of_2017_is_noticed(p):
    """20. There p = 0 meant to drop nothing. Here p is the part that stays, so 0 would keep nothing."""
    with pytest.raises(ValueError, match="keep"):
        layers.dropout_forward(np.ones((2, 3)), {"p": p, "mode": "train"})
    with pytest.raises(ValueError, match="keep"):
        FullyConnectedNet([5], dropout=p)


def test_gradients_that_are_zero_pass_despite_their_noise():
    """21. Batch norm takes the mean away, and the bias before it with it: relative errors of 1e-3 of nothing."""
    np.random.seed(0)  # of the first weights
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(4, 15)), rng.integers(0, 10, 4)
    net = FullyConnectedNet([20, 30], input_dim=15, normalization="batchnorm", weight_scale=5e-2, dtype=np.float64)
    _, grads = net.loss(X, y)
    assert 0 < np.abs(grads["b1"]).max() < 1e-12
    for name in net.params:
        check.gradient(f"the gradient of {name}", lambda _: net.loss(X, y)[0], net.params[name], grads[name])


# Slow -----------------------------------------------------------------------------------------------------------------


@each_notebook
def test_no_notebook_loads_a_data_set_of_gigabytes(path):
    """23. TinyImageNet as the course of 2016 loaded it."""
    called = {ast.unparse(node.func).rpartition(".")[2] for node in trees(path) if isinstance(node, ast.Call)}
    assert called and not called & {"load_tiny_imagenet", "load_models"}


# The table ------------------------------------------------------------------------------------------------------------

TABLE = [line.split("|")[1:-1] for line in (ROOT / "docs" / "complaints.md").read_text(encoding="utf-8").splitlines()
         if re.match(r"\| \d", line)]


def test_the_table_has_every_complaint():
    assert [int(number) for number, *_ in TABLE] == list(range(1, 24))
    assert all(cell.strip() for row in TABLE for cell in row)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0].strip())
def test_every_test_that_the_table_names_exists(row):
    named = re.findall(r"`(test_\w+\.py)::(\w+)`", row[3])
    assert named and row[3].count("`") == 2 * len(named)
    for file, name in named:
        [path] = (ROOT / "tests").rglob(file)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert name in defined, f"{file} has no {name}"
