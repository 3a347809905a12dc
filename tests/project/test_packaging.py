"""The package as it is built and installed: with a C compiler, with a broken one, and all its files aboard."""
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEELS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]


def build(tmp_path, **environment):
    """Build a wheel of a copy of the kit and unpack it; return the folder and what the build printed."""
    source, unpacked = tmp_path / "source", tmp_path / "unpacked"
    made_here = shutil.ignore_patterns("*.so", "*.pyd", "*.c", "__pycache__")
    shutil.copytree(ROOT / "cs231n", source / "cs231n", ignore=made_here)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*pip, "-w", tmp_path, source], env=os.environ | environment,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return unpacked, done.stdout + done.stderr


def run_python(code, folder):
    """Run code against the unpacked package only."""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)},
                          capture_output=True, text=True, check=True).stdout


def test_a_broken_compiler_leaves_a_package_that_runs_on_numpy(tmp_path):
    folder, said = build(tmp_path, CC="/bin/false")
    for name in "im2col_cython", "fast.kernels._kernels":
        assert f"building extension \"cs231n.{name}\" failed" in said
    assert not list(folder.glob("cs231n/**/*.so"))
    printed = run_python("import cs231n.im2col, numpy as np; "
                         "print(cs231n.im2col.im2col_indices(np.ones((1, 2, 3, 3)), 3, 3).shape)", folder)
    assert printed == "(18, 9)\n"
    assert run_python("import cs231n.fast_layers; print(cs231n.fast_layers.levels)", folder) == "('numpy',)\n"


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_a_compiler_gives_the_extension(tmp_path):
    """In a wheel that is installed into a fresh environment, with the command that tests the wheels of all systems."""
    folder, _ = build(tmp_path)
    printed = run_python("from cs231n.im2col_cython import im2col_cython; import numpy as np; "
                         "print(im2col_cython(np.ones((1, 2, 3, 3)), 3, 3, 1, 1).shape)", folder)
    assert printed == "(18, 9)\n"
    python = install(next(tmp_path.glob("*.whl")), tmp_path / "environment")
    command = WHEELS["test-command"].format(project=ROOT).split()
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CS231N_KERNEL")}
    done = subprocess.run([python, *command[1:]], cwd=tmp_path, env=outside, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("numpy baseline")
    where = subprocess.run([python, "-c", "import cs231n.fast.kernels as kernels; print(kernels.__file__)"],
                           cwd=tmp_path, env=outside, capture_output=True, text=True, check=True).stdout
    assert Path(where.strip()).is_relative_to(tmp_path / "environment")
    # What a linked folder's notebooks import before the package is there when a Python starts in one.
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "knn.ipynb")
    subprocess.run([python, "-m", "cs231n.cli", "link"], cwd=tmp_path, env=outside, check=True)
    subprocess.run([python, "-c", "from scipy.misc import imread"], cwd=tmp_path, env=outside, check=True)


def install(wheel, environment):
    """Install a wheel into an environment of its own, which borrows what it needs from ours; return its Python."""
    venv.create(environment, with_pip=False)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel],
                   capture_output=True, check=True)
    said = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                          capture_output=True, text=True, check=True).stdout
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(said.strip()) / "borrowed.pth").write_text("\n".join(borrowed))  # behind its own packages
    return python


def test_wheels_are_configured_for_every_system():
    asked = {system: WHEELS[system]["archs"] for system in ("linux", "macos", "windows")}
    assert asked == {"linux": ["x86_64", "aarch64"], "macos": ["x86_64", "arm64"], "windows": ["AMD64"]}
    assert not any(Path("cp311-manylinux_x86_64").match(pattern) for pattern in WHEELS["skip"].split())
    assert all(Path(f"cp3{minor}-win_amd64").match(WHEELS["build"]) for minor in range(11, 20))


def test_every_file_of_the_package_is_aboard(tmp_path):
    folder, _ = build(tmp_path, CC="/bin/false")
    tracked = subprocess.run(["git", "ls-files", "cs231n"], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = tracked.stdout.split()
    assert wanted and [name for name in wanted if not (folder / name).exists()] == []
