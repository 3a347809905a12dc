"""The loaders: what they return, from real files, from the miniature and from broken files."""
import codecs
import gzip
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cs231n.data import DataError, folders
from cs231n.data.catalogue import CIFAR10
from cs231n.data_utils import (
    CIFAR10_CLASSES,
    describe_CIFAR10,
    describe_mnist,
    get_CIFAR10_data,
    load_CIFAR10,
    load_CIFAR_batch,
    load_imagenet_val,
    load_mnist,
    load_models,
    load_pickle,
    load_tiny_imagenet,
)

SHARED = Path(__file__).parents[2].parent / "shared"
needs_real_data = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real data beside the repository")


def write_CIFAR10(folder, per_batch=20, n_test=15):
    """Write a small random CIFAR-10 and return its images (N, 3, 32, 32) and labels, training and test."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    images = rng.integers(0, 256, (5 * per_batch + n_test, 3, 32, 32), dtype=np.uint8)
    labels = rng.integers(0, 10, len(images))
    for i, name in enumerate([f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]):
        rows = slice(i * per_batch, (i + 1) * per_batch if i < 5 else None)
        batch = {"data": images[rows].reshape(-1, 3072), "labels": labels[rows].tolist(), "batch_label": name}
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    cut = 5 * per_batch
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder that the loaders look into."""
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def miniature(data, monkeypatch):
    """A data folder with nothing but a quick stand-in for mini-CIFAR-10; gives its images and labels."""
    drawn = {}

    def draw(folder):
        folder.rmdir()
        drawn["parts"] = write_CIFAR10(folder)

    monkeypatch.setattr("cs231n.data.drawn.mini_cifar.make", draw)
    load_CIFAR10()
    return drawn["parts"]


# CIFAR-10 -------------------------------------------------------------------------------------------------------------


def test_load_CIFAR10_from_a_folder(tmp_path):
    X, y, X_test, y_test = write_CIFAR10(tmp_path / "cifar")
    Xtr, ytr, Xte, yte = load_CIFAR10(str(tmp_path / "cifar"))
    assert Xtr.shape == (100, 32, 32, 3) and Xte.shape == (15, 32, 32, 3)
    assert Xtr.dtype == Xte.dtype == np.float64 and ytr.dtype == yte.dtype == np.int64
    assert Xtr.flags.c_contiguous
    np.testing.assert_array_equal(Xtr.transpose(0, 3, 1, 2), X)
    np.testing.assert_array_equal(Xte.transpose(0, 3, 1, 2), X_test)
    np.testing.assert_array_equal(ytr, y)
    np.testing.assert_array_equal(yte, y_test)


def test_load_CIFAR_batch(tmp_path):
    X, y, _, _ = write_CIFAR10(tmp_path / "cifar")
    Xb, yb = load_CIFAR_batch(tmp_path / "cifar" / "data_batch_2")
    np.testing.assert_array_equal(Xb, X[20:40].transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(yb, y[20:40])


def test_the_course_notebooks_path_falls_back_and_says_so(miniature, capsys):
    Xtr, _, _, _ = load_CIFAR10("cs231n/datasets/cifar-10-batches-py")
    np.testing.assert_array_equal(Xtr.transpose(0, 3, 1, 2), miniature[0])
    assert capsys.readouterr().out == (
        "cs231n/datasets/cifar-10-batches-py is not there: using the built-in mini-CIFAR-10, which has fewer images.\n"
    )


def test_the_real_set_is_preferred_to_the_miniature(miniature, data, capsys):
    X, _, _, _ = write_CIFAR10(data / CIFAR10.folder, per_batch=3)
    assert len(load_CIFAR10()[0]) == len(X) == 15
    assert capsys.readouterr().out == ""
    assert describe_CIFAR10() == "Running on CIFAR-10: 15 training and 15 test images."
    load_CIFAR10("nowhere")
    assert capsys.readouterr().out == "nowhere is not there: using CIFAR-10 from the data folder.\n"


def test_describe_the_miniature(miniature):
    text = describe_CIFAR10()
    assert "mini-CIFAR-10: 100 training and 15 test images" in text
    assert "cs231n data fetch cifar10" in text
    assert "\n" not in text


def test_ten_class_names():
    assert len(set(CIFAR10_CLASSES)) == 10


@pytest.mark.parametrize("subtract_mean", [True, False])
def test_get_CIFAR10_data(data, subtract_mean):
    X, y, X_test, y_test = (part.astype(float) for part in write_CIFAR10(data / CIFAR10.folder))
    got = get_CIFAR10_data(60, 10, 5, subtract_mean)
    mean = X[:60].mean(axis=0) if subtract_mean else 0
    expected = {
        "X_train": X[:60] - mean, "y_train": y[:60], "X_val": X[60:70] - mean, "y_val": y[60:70],
        "X_test": X_test[:5] - mean, "y_test": y_test[:5],
    }
    assert got.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(got[key], value, atol=1e-10)
        assert got[key].dtype == (np.float64 if key.startswith("X") else np.int64)


def test_get_CIFAR10_data_takes_what_the_miniature_has(miniature, capsys):
    got = get_CIFAR10_data(num_validation=10, num_test=15)
    assert [len(got[key]) for key in ("X_train", "X_val", "X_test")] == [90, 10, 15]
    np.testing.assert_array_equal(got["y_val"], miniature[1][90:])
    assert capsys.readouterr().out == (
        "mini-CIFAR-10 has 100 training images: num_training is 90 in place of 49,000.\n"
    )
    get_CIFAR10_data(90, 10, 15)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ({"num_training": 91}, ValueError, "num_training is 91, but 90 of 100"),
        ({"num_validation": 100}, ValueError, "num_validation is 100"),
        ({"num_test": 16}, ValueError, "num_test is 16, but there are 15"),
        ({"num_training": 0}, ValueError, "num_training must be an integer, 1 or more"),
        ({"num_validation": -1}, ValueError, "num_validation must be an integer, 0 or more"),
        ({"num_test": 2.5}, ValueError, "num_test must be an integer"),
    ],
)
def test_get_CIFAR10_data_names_the_impossible_count(data, counts, error, message):
    write_CIFAR10(data / CIFAR10.folder)
    with pytest.raises(error, match=message):
        get_CIFAR10_data(**{"num_training": 90, "num_validation": 10, "num_test": 15, **counts})


# Broken files ---------------------------------------------------------------------------------------------------------

IMAGES = np.zeros((4, 3072), np.uint8)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"no pickle", "cannot be read"),
        (pickle.dumps({"data": IMAGES, "labels": [1] * 4})[:-500], "cannot be read"),
        (pickle.dumps([1, 2]), "no 'data' and 'labels'"),
        (pickle.dumps({"data": IMAGES}), "no 'data' and 'labels'"),
        (pickle.dumps({"data": IMAGES[:, :-1], "labels": [1] * 4}), r"uint8 of shape \(4, 3071\)"),
        (pickle.dumps({"data": IMAGES.astype(np.float32), "labels": [1] * 4}), "its data is float32"),
        (pickle.dumps({"data": [1, 2], "labels": [1] * 4}), "its data is list"),
        (pickle.dumps({"data": IMAGES, "labels": [1] * 3}), "list of 4 labels"),
        (pickle.dumps({"data": IMAGES, "labels": [1, 2, 3, 10]}), "list of 4 labels from 0 to 9"),
        (pickle.dumps({"data": IMAGES, "labels": [1, 2, 3, 10**30]}), "list of 4 labels from 0 to 9"),
        (pickle.dumps({"data": IMAGES, "labels": ["a"] * 4}), "list of 4 labels"),
        (pickle.dumps({"data": IMAGES, "labels": np.array(3)}), "list of 4 labels"),
        (pickle.dumps({"data": IMAGES, "labels": None}), "list of 4 labels"),
    ],
)
def test_a_broken_batch_is_named_with_the_way_out(data, content, message):
    write_CIFAR10(data / CIFAR10.folder)
    (data / CIFAR10.folder / "data_batch_3").write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        load_CIFAR10()
    assert "data_batch_3" in str(caught.value)
    assert "cs231n data fetch cifar10" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_batch_is_named(tmp_path):
    write_CIFAR10(tmp_path / "cifar")
    (tmp_path / "cifar" / "data_batch_5").unlink()
    with pytest.raises(DataError, match="data_batch_5 is missing"):
        load_CIFAR10(tmp_path / "cifar")


def test_a_broken_miniature_is_drawn_again_by_make(miniature, data):
    (data / CIFAR10.miniature.folder / "test_batch").write_bytes(b"")
    with pytest.raises(DataError, match="cs231n data make"):
        load_CIFAR10()


# Pickles --------------------------------------------------------------------------------------------------------------


def read_back(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    return load_pickle(tmp_path / "file")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.uint8).reshape(3, 4), np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(3, dtype=">f4"), np.array([True, False]), np.array(["one", "three"]), np.array(2.5), np.array([1j]),
        np.array([1, "a", (2.5, [None])], dtype=object), np.arange(20)[::3],
    ],
    ids=str,
)
def test_plain_data_comes_back(tmp_path, protocol, array):
    value = {"array": array, "scalar": array.dtype.type(1), "nested": [{"x": (array, "é", b"\xff")}, None, 1.5]}
    got = read_back(tmp_path, pickle.dumps(value, protocol))
    for back in (got["array"], got["nested"][0]["x"][0]):
        assert type(back) is np.ndarray and back.dtype == array.dtype
        np.testing.assert_array_equal(back, array)
        assert back.flags.writeable
    assert got["scalar"] == value["scalar"]
    assert got["nested"][0]["x"][1:] == ("é", b"\xff") and got["nested"][1:] == [None, 1.5]


def test_python_2_pickle_as_published(tmp_path):
    """Written by hand in the opcodes Python 2 used: bytes as text, latin1."""
    raw = bytes(range(250, 256))
    content = (
        b"\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x02K\x03\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89T" + struct.pack("<i", len(raw)) + raw + b"tbU\x06labels](K\x03K\x04eu."
    )
    assert pickle.loads(content, encoding="latin1")["labels"] == [3, 4]  # a pickle to the standard reader too
    got = read_back(tmp_path, content)
    np.testing.assert_array_equal(got["data"], [[250, 251, 252], [253, 254, 255]])
    assert got["data"].dtype == np.uint8 and got["labels"] == [3, 4]


class Evil:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    "value",
    [
        Evil(os.system, "touch it_ran"), Evil(open, "it_ran", "w"), Evil(eval, "open('it_ran', 'w')"),
        Evil(subprocess.Popen, ["touch", "it_ran"]), Evil(getattr, {}, "keys"), Evil(np.load, "it_ran"),
        np.array([Evil(open, "it_ran", "w")], dtype=object), {"data": Path("x")}, np.zeros(2, [("a", "O")]),
        np.zeros(2, "V8"), np.array(["2020-01-01"], "M8[D]"), np.dtype, np.ndarray,
        Evil(codecs.encode, "text", "utf-16"),
    ],
    ids=range(14),
)
def test_anything_but_plain_data_is_refused_and_not_run(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps(value)
    if value is np.ndarray:
        content = content[:-1] + b"K\x03\x85R."  # numpy.ndarray(3)
    if value is np.dtype:
        content = content[:-1] + b"X\x01\x00\x00\x00O\x85R."  # numpy.dtype("O")
    with pytest.raises(DataError, match="file cannot be read"):
        read_back(tmp_path, content)
    assert not (tmp_path / "it_ran").exists()


def test_forged_object_pointers_are_not_followed(tmp_path):
    """A dtype that denies holding objects would make numpy take these bytes for addresses."""
    content = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x01\x85cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R(K\x03U\x01|NNNK\x08K\x08K\x00tb\x89U\x08ABCDEFGHtb."
    )
    with pytest.raises(DataError):
        read_back(tmp_path, content)


def test_a_list_in_itself_is_refused(tmp_path):
    value = []
    value.append(value)
    with pytest.raises(DataError):
        read_back(tmp_path, pickle.dumps(value))


def test_load_pickle_takes_an_open_file(tmp_path):
    (tmp_path / "file").write_bytes(pickle.dumps([1, 2]))
    with open(tmp_path / "file", "rb") as f:
        assert load_pickle(f) == [1, 2]


def test_load_models(tmp_path):
    weights = np.arange(3.0)
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(pickle.dumps({"model": {"W": weights, "name": name}}))
    models = load_models(tmp_path)
    assert [models[name]["name"] for name in ("a", "b")] == ["a", "b"]
    np.testing.assert_array_equal(models["b"]["W"], weights)
    (tmp_path / "c").write_bytes(pickle.dumps({"W": weights}))
    with pytest.raises(DataError, match="'model'"):
        load_models(tmp_path)


# Digits ---------------------------------------------------------------------------------------------------------------


def write_idx(path, array):
    header = struct.pack(f">{1 + array.ndim}i", 2048 + array.ndim, *array.shape)
    path.write_bytes((gzip.compress if path.suffix == ".gz" else bytes)(header + array.tobytes()))


def write_mnist(folder, suffix=".gz"):
    rng = np.random.default_rng(1)
    folder.mkdir(parents=True)
    parts = []
    for part, n in (("train", 7), ("t10k", 3)):
        X, y = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8), rng.integers(0, 10, n, dtype=np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte{suffix}", X)
        write_idx(folder / f"{part}-labels-idx1-ubyte{suffix}", y)
        parts += [X, y]
    return parts


@pytest.mark.parametrize("suffix", [".gz", ""])
def test_load_mnist(tmp_path, data, suffix):
    expected = write_mnist(tmp_path / "digits", suffix)
    got = load_mnist(tmp_path / "digits")
    for a, b in zip(got, expected):
        np.testing.assert_array_equal(a, b)
    assert got[0].dtype == np.uint8 and got[1].dtype == np.int64
    got[0][0] = 0  # the arrays are the caller's


def test_load_mnist_looks_into_the_data_folder(data):
    write_mnist(data / "mnist")
    assert len(load_mnist()[0]) == 7
    assert describe_mnist() == "Running on MNIST: 7 training and 3 test images."


def test_without_mnist_there_are_scikit_learns_digits(data):
    pytest.importorskip("sklearn")
    Xtr, ytr, Xte, yte = load_mnist()
    assert Xtr.shape == (1437, 28, 28) and Xte.shape == (360, 28, 28)
    assert Xtr.dtype == Xte.dtype == np.uint8 and ytr.dtype == yte.dtype == np.int64
    assert Xtr.max() == 255 and not Xtr[:, :4].any() and not Xtr[:, :, 24:].any()
    assert set(ytr) == set(yte) == set(range(10))
    assert describe_mnist() == ("Running on scikit-learn's digits: 1,437 training and 360 test images, enlarged from "
                                "8x8. For MNIST run `cs231n data fetch mnist`.")
    means = np.stack([Xtr[ytr == digit].mean(axis=0).ravel() for digit in range(10)])
    nearest = ((Xte.reshape(360, 1, -1) - means) ** 2).sum(axis=-1).argmin(axis=1)
    assert (nearest == yte).mean() > 0.8  # pictures and labels belong together


def test_without_scikit_learn_the_message_says_what_to_do(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(DataError, match="cs231n data fetch mnist.*pip install scikit-learn"):
        load_mnist()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte.gz", b"no gzip", "train-images"),
        ("train-images-idx3-ubyte.gz", gzip.compress(struct.pack(">i", 7) + b"\0" * 12), "magic number is 7"),
        ("t10k-images-idx3-ubyte.gz", gzip.compress(struct.pack(">4i", 2051, 9, 28, 28) + b"\0" * 99), "t10k-images"),
        ("t10k-labels-idx1-ubyte.gz", gzip.compress(struct.pack(">2i", 2049, 2) + b"\1\2"), "3 t10k images, but 2"),
        ("t10k-labels-idx1-ubyte.gz", gzip.compress(b"12345678" * 10)[:-12], "t10k-labels"),
        ("t10k-labels-idx1-ubyte.gz", gzip.compress(b""), "t10k-labels"),
    ],
    # Not the bytes: gzip puts the time into them, and parallel workers must agree on the names of the tests.
    ids=["no gzip", "wrong magic number", "wrong length", "too few labels", "cut short", "nothing in it"],
)
def test_broken_mnist_files_are_named(tmp_path, name, content, message):
    write_mnist(tmp_path / "digits")
    (tmp_path / "digits" / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        load_mnist(tmp_path / "digits")


# ImageNet -------------------------------------------------------------------------------------------------------------


def write_imagenet(data, **changed):
    data.mkdir(parents=True)
    arrays = {
        "X": np.arange(25 * 224 * 224 * 3, dtype=np.uint8).reshape(25, 224, 224, 3), "y": np.arange(25),
        "label_map": np.array({0: "tench", 1: "goldfish"}, dtype=object),
    } | changed
    np.savez(data / "imagenet_val_25.npz", **arrays)
    return arrays


def test_load_imagenet_val(data):
    arrays = write_imagenet(data)
    X, y, names = load_imagenet_val(num=4)
    np.testing.assert_array_equal(X, arrays["X"][:4])
    np.testing.assert_array_equal(y, [0, 1, 2, 3])
    assert names == {0: "tench", 1: "goldfish"}
    assert len(load_imagenet_val()[0]) == 25


def test_load_imagenet_val_runs_nothing(data, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write_imagenet(data, label_map=np.array(Evil(open, "it_ran", "w"), dtype=object))
    with pytest.raises(DataError, match="not allowed"):
        load_imagenet_val()
    assert not (tmp_path / "it_ran").exists()


@pytest.mark.parametrize("content", [None, b"", b"no archive", "cut"])
def test_imagenet_val_missing_or_broken(data, content):
    write_imagenet(data)
    path = data / "imagenet_val_25.npz"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:5000] if content == "cut" else content)
    with pytest.raises(DataError, match="imagenet_val_25.npz.*cs231n data fetch imagenet_val_25"):
        load_imagenet_val()


@pytest.mark.parametrize("num", [0, 26])
def test_imagenet_val_has_25_pictures(num):
    with pytest.raises(ValueError, match="num "):
        load_imagenet_val(num)


def draw_tiny_imagenet(root, test_labels):
    """A TinyImageNet of two classes in which each picture is of one colour, which is 10 * its number."""
    colours = iter(range(10, 250, 10))

    def draw(path, mode="RGB"):
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = next(colours)
        Image.new(mode, (64, 64), (colour, 0, 255) if mode == "RGB" else colour).save(path, "PNG")
        return path.name

    for wnid in ("n01", "n02"):
        draw(root / "train" / wnid / "images" / f"{wnid}_0.JPEG")
        draw(root / "train" / wnid / "images" / f"{wnid}_1.JPEG", "L")
    for part, noted in (("val", True), ("test", test_labels)):
        names = [draw(root / part / "images" / f"{part}_{i}.JPEG") for i in range(3)]
        if noted:
            rows = [f"{name}\tn0{1 + i % 2}\t0\t0\t63\t63\n" for i, name in enumerate(names)]
            (root / part / f"{part}_annotations.txt").write_text("".join(rows))
    (root / "wnids.txt").write_text("n02\nn01\n")
    (root / "words.txt").write_text("n01\tgoldfish, Carassius auratus\nn02\ttench\nn03\tunused\n")


@pytest.mark.parametrize("test_labels", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_load_tiny_imagenet(tmp_path, test_labels, dtype):
    draw_tiny_imagenet(tmp_path, test_labels)
    plain = load_tiny_imagenet(str(tmp_path), dtype, subtract_mean=False)
    assert plain["class_names"] == [["tench"], ["goldfish", "Carassius auratus"]]
    assert plain["X_train"].shape == (4, 3, 64, 64) and plain["X_train"].dtype == plain["mean_image"].dtype == dtype
    np.testing.assert_array_equal(plain["X_train"][:, :, 5, 5], [[30, 0, 255], [40] * 3, [10, 0, 255], [20] * 3])
    np.testing.assert_array_equal(plain["y_train"], [0, 0, 1, 1])
    np.testing.assert_array_equal(plain["X_val"][:, 0, 0, 0], [50, 60, 70])
    np.testing.assert_array_equal(plain["y_val"], [1, 0, 1])
    np.testing.assert_array_equal(plain["X_test"][:, 0, 0, 0], [80, 90, 100])
    assert plain["y_test"] is None if not test_labels else plain["y_test"].tolist() == [1, 0, 1]
    np.testing.assert_allclose(plain["mean_image"][:, 9, 9], [25, 15, 142.5])

    centred = load_tiny_imagenet(tmp_path, dtype)
    for part in ("X_train", "X_val", "X_test"):
        np.testing.assert_allclose(centred[part], plain[part] - plain["mean_image"])
        assert centred[part].dtype == dtype


@pytest.mark.parametrize("lost", ["wnids.txt", "words.txt", "val/images/val_1.JPEG"])
def test_tiny_imagenet_with_a_file_missing(tmp_path, lost):
    draw_tiny_imagenet(tmp_path, False)
    (tmp_path / lost).unlink()
    with pytest.raises(DataError, match=Path(lost).name):
        load_tiny_imagenet(tmp_path)


# Where the data lives -------------------------------------------------------------------------------------------------


def test_the_environment_variable_names_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("CS231N_DATA", str(tmp_path))
    assert folders.data_folder() == tmp_path


def test_a_checkout_keeps_its_data_beside_the_package(monkeypatch):
    monkeypatch.delenv("CS231N_DATA", raising=False)
    assert folders.data_folder() == Path(__file__).parents[2] / "datasets"


def test_an_installed_package_keeps_its_data_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("CS231N_DATA", raising=False)
    monkeypatch.setattr(folders, "__file__", str(tmp_path / "site-packages" / "cs231n" / "data" / "folders.py"))
    folder = folders.data_folder()
    assert "cs231n" in folder.parts and tmp_path not in folder.parents


# The real data --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data(tmp_path_factory):
    out = tmp_path_factory.mktemp("real")
    subprocess.run([sys.executable, SHARED / "tools" / "real_data.py", out], check=True, capture_output=True)
    return out


@needs_real_data
def test_real_CIFAR10(real_data, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(real_data))
    Xtr, ytr, Xte, yte = load_CIFAR10()
    assert Xtr.shape == (50000, 32, 32, 3) and Xte.shape == (10000, 32, 32, 3)
    assert np.bincount(ytr).tolist() == [5000] * 10 and np.bincount(yte).tolist() == [1000] * 10
    mean = Xtr[:49000].reshape(49000, -1).mean(axis=0)[:10]
    course = [130.64189796, 135.98173469, 132.47391837, 130.05569388, 135.34804082,
              131.75402041, 130.96055102, 136.14328571, 132.47636735, 131.48467347]
    np.testing.assert_allclose(mean, course, atol=0.6)  # most of these pictures went through JPEG
    np.testing.assert_array_equal(Xtr[0, 0, 0], [59, 62, 63])
    assert CIFAR10_CLASSES[ytr[0]] == "frog"


@needs_real_data
def test_real_mnist_and_imagenet(real_data, monkeypatch):
    monkeypatch.setenv("CS231N_DATA", str(real_data))
    Xtr, ytr, Xte, yte = load_mnist()
    assert Xtr.shape == (60000, 28, 28) and Xte.shape == (10000, 28, 28)
    assert ytr[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    np.testing.assert_allclose([Xtr.mean() / 255, Xtr.std() / 255], [0.1307, 0.3081], atol=1e-4)  # well-known figures
    X, y, names = load_imagenet_val(5)
    assert X.shape == (5, 224, 224, 3) and X.dtype == np.uint8
    assert [names[label] for label in y[:2]] == ["hay", "quail"]
