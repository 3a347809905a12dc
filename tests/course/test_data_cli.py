"""`cs231n data`: what it shows, its exit status, and that trouble is one line."""
import pickle

import numpy as np
import pytest
from typer.testing import CliRunner

from cs231n.course import data_cli as cli
from cs231n.data import DataError
from cs231n.data.catalogue import CATALOGUE, CIFAR10, MNIST


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder, and quick stand-ins for the drawing of the miniatures."""

    def draw(folder):
        (folder / "data_batch_1").write_bytes(pickle.dumps({"data": np.zeros((2, 3072), np.uint8), "labels": [1, 2]}))
        (folder / "test_batch").write_bytes(b"right, and listed after the first")

    for module in ("mini_cifar", "mini_coco"):
        monkeypatch.setattr(f"cs231n.data.drawn.{module}.make", draw)
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "data"


def run(*arguments):
    return CliRunner().invoke(cli.app, arguments)


def failed(result):
    """The one line on standard error of a command that failed."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


def row(result, name):
    return next(line for line in result.stdout.splitlines() if line.split()[:1] == [name])


def place(dataset, data, n=None):
    """Put empty files in the place of a data set's first n."""
    folder = data / dataset.folder
    folder.mkdir(parents=True)
    for file in dataset.files[:n]:
        (folder / file.name).write_bytes(b"")


def test_list_says_what_is_absent_and_what_stands_in(data):
    result = run("list")
    assert result.exit_code == 0
    assert str(data) in result.stdout
    for name in CATALOGUE:
        assert "absent" in row(result, name)
    assert "mini-CIFAR-10 in its place" in row(result, "cifar10")
    assert not data.exists()  # looking makes nothing


def test_list_tells_real_from_miniature_from_incomplete(data):
    run("make")
    place(MNIST, data)
    assert "the miniature" in row(run("list"), "cifar10")
    assert "0.0 MB" in row(run("list"), "cifar10")
    assert "the real one" in row(run("list"), "mnist")
    place(CIFAR10, data, n=3)
    assert "incomplete: 3 of 7 files" in row(run("list"), "cifar10")
    (data / CIFAR10.folder / "data_batch_4").write_bytes(bytes(2_500_000))
    assert "2.5 MB" in row(run("list"), "cifar10")


def test_make_draws_and_mends(data):
    result = run("make")
    assert result.exit_code == 0
    assert "Drawing mini-CIFAR-10" in result.stderr
    batch = data / CIFAR10.miniature.folder / "data_batch_1"
    drawn = batch.read_bytes()
    assert "Drawing" not in run("make").stderr
    batch.write_bytes(b"damaged")
    assert "Drawing" in run("make").stderr
    assert batch.read_bytes() == drawn


def test_make_that_fails_is_one_line(data):
    data.parent.joinpath("data").write_text("in the way")
    assert "cannot put" in failed(run("make"))


def test_verify_accepts_what_is_right_and_skips_what_is_absent(data):
    assert "No data set is in" in run("verify").stdout
    run("make")
    result = run("verify")
    assert result.exit_code == 0
    assert "data_batch_1" in result.stdout and "ok" in result.stdout


def test_verify_says_what_is_wrong_file_by_file(data):
    place(MNIST, data, n=2)
    run("make")
    (data / CIFAR10.miniature.folder / "data_batch_1").write_bytes(b"damaged")
    result = run("verify")
    assert "Some files are wrong" in failed(result)
    lines = {tuple(line.split()[:2]): line for line in result.stdout.splitlines() if len(line.split()) > 2}
    images = lines["mnist", "train-images-idx3-ubyte.gz"]
    assert "unreadable" in images or "wrong" in images
    assert "missing" in lines["mnist", "t10k-labels-idx1-ubyte.gz"]
    assert "wrong: expected sha256" in lines[CIFAR10.miniature.folder, "data_batch_1"]
    assert failed(run("verify", "cifar10"))


def test_verify_shows_files_nobody_has_a_checksum_of(data):
    place(CATALOGUE["squeezenet"], data)
    result = run("verify", "squeezenet")
    assert result.exit_code == 0
    assert "unknown: its publisher gives no checksum" in result.stdout


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_an_unknown_name_is_one_line_with_the_known_ones(data, command):
    line = failed(run(command, "cifar100"))
    assert "cifar100" in line
    for name in CATALOGUE:
        assert name in line


def test_verify_of_an_absent_set_says_how_to_get_it(data):
    assert "cs231n data fetch mnist" in failed(run("verify", "mnist"))


def test_fetch_goes_on_after_a_failure_and_says_so_at_the_end(data, monkeypatch):
    asked = []

    def fetch(dataset, folder, say):
        asked.append((dataset.name, folder))
        if dataset is CIFAR10:
            raise DataError("cannot download it: no connection.")
        say(f"{dataset.name} is in {folder}.")

    monkeypatch.setattr(cli, "fetch", fetch)
    result = run("fetch", "cifar10", "mnist")
    assert failed(result) == "cannot download it: no connection.\n"
    assert asked == [("cifar10", data), ("mnist", data)]
    assert "mnist is in" in result.stdout
    assert run("fetch", "mnist").exit_code == 0
