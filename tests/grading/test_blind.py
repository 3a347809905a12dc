"""Test data without their labels, as a submission's kernel sees them: of every data set that there is."""
import gzip
import json
import pickle
import shutil

import h5py
import numpy as np
import pytest
import small_course

from cs231n.data import catalogue
from cs231n.data.catalogue import CATALOGUE, named
from cs231n.data.cifar10 import load_CIFAR10
from cs231n.data.coco import KEPT, load_coco_data
from cs231n.data.mnist import load_mnist
from cs231n.grading.grade import Grader, Job
from cs231n.grading.preparation.blind import blinded


def lay_out_cifar10(place):
    rng = np.random.default_rng(0)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        batch = {"data": rng.integers(256, size=(4, 3072), dtype=np.uint8), "labels": [3, 1, 4, 1]}
        (place / name).write_bytes(pickle.dumps(batch, protocol=2))


def lay_out_mnist(place, packed=True):
    rng = np.random.default_rng(0)
    for part in ("train", "t10k"):
        for kind, shape in (("images-idx3", (4, 28, 28)), ("labels-idx1", (4,))):
            header = np.array([2048 + len(shape), *shape], ">i4").tobytes()
            content = header + rng.integers(1, 10, size=shape, dtype=np.uint8).tobytes()
            name = f"{part}-{kind}-ubyte" + ".gz" * packed
            (place / name).write_bytes(gzip.compress(content) if packed else content)


def lay_out_coco(place):
    rng = np.random.default_rng(0)
    words = ["<NULL>", "<START>", "<END>", *"abcdefg"]
    vocabulary = {"idx_to_word": words, "word_to_idx": {word: number for number, word in enumerate(words)}}
    (place / "coco2014_vocab.json").write_text(json.dumps(vocabulary))
    with h5py.File(place / "coco2014_captions.h5", "w") as file:
        for split in ("train", "val"):
            file[f"{split}_captions"] = rng.integers(1, 10, size=(6, 17), dtype=np.int32)
            file[f"{split}_image_idxs"] = np.arange(6, dtype=np.int32)
            (place / f"{split}2014_urls.txt").write_text("address\n" * 6)
            with h5py.File(place / f"{split}2014_vgg16_fc7_pca.h5", "w") as features:
                features["features"] = rng.normal(size=(6, 512)).astype(np.float32)


def of_cifar10():
    *rest, labels = load_CIFAR10()
    return labels, rest


def of_mnist():
    *rest, labels = load_mnist()
    return labels, rest


def of_coco():
    data = load_coco_data()
    captions = data.pop("val_captions")
    return captions[:, KEPT:], [captions[:, :KEPT], *data.values()]


# How a small one is laid out, and what of it is labels of test data: all that a loader gives, in two parts.
KNOWN = {"cifar10": (lay_out_cifar10, of_cifar10), "mnist": (lay_out_mnist, of_mnist), "coco": (lay_out_coco, of_coco)}
HIDDEN = [name for name, dataset in CATALOGUE.items() if dataset.test_labels]


def test_each_data_set_says_what_its_test_labels_are():
    """A set that says nothing cannot be made; one that says there are none is one of these two, which train nothing."""
    with pytest.raises(TypeError, match="test_labels"):
        catalogue.DataSet("new", "A new set", "new", (), (), ("loader",), "teller")
    assert {*CATALOGUE} - {*HIDDEN} == {"imagenet_val_25", "squeezenet"}
    assert {*HIDDEN} == {*KNOWN}


@pytest.mark.parametrize("which", ["real", "miniature", "unpacked"])
@pytest.mark.parametrize("name", HIDDEN)
def test_only_the_labels_of_test_data_change(tmp_path, monkeypatch, name, which):
    dataset, (lay_out, parts) = CATALOGUE[name], KNOWN[name]
    if which == "miniature" and not dataset.miniature or which == "unpacked" and name != "mnist":
        return
    data = tmp_path / "data"
    place = data / (dataset.miniature.folder if which == "miniature" else dataset.folder)
    place.mkdir(parents=True)
    lay_out(place, *([False] if which == "unpacked" else []))
    monkeypatch.setenv("CS231N_DATA", str(data))
    monkeypatch.setattr("cs231n.data.store.make", lambda miniature, folder: folder / miniature.folder)
    monkeypatch.setattr("cs231n.data.mnist.is_complete", lambda *_: True)
    labels, rest = parts()
    assert np.count_nonzero(labels) == labels.size
    covers = blinded(data, tmp_path / "blind")
    assert len(covers) == 1
    for each, copy in covers.items():
        (data / each).write_bytes(open(copy, "rb").read())
    blank, same = parts()
    assert blank.shape == labels.shape and not blank.any()
    for before, after in zip(rest, same, strict=True):
        assert np.array_equal(before, after)


def test_what_the_catalogue_names_is_there():
    for dataset in CATALOGUE.values():
        assert all(map(callable, map(named, (*dataset.loaders, dataset.teller, *dataset.test_labels.values()))))
        told = {file.name.removesuffix(".gz") for file in dataset.files}
        assert {name.removesuffix(".gz") for name in dataset.test_labels} <= told


PEEK = """def square(x):
    from cs231n.coco_utils import load_coco_data
    from cs231n.data_utils import load_CIFAR10, load_mnist
    labels = load_CIFAR10()[3], load_mnist()[3], load_coco_data()["val_captions"][:, 5:]
    raise ValueError(f"{[each.size for each in labels]} labels, {[int(each.any()) for each in labels]} known")"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_a_submission_that_loads_data_gets_no_labels_of_test_data(tmp_path, monkeypatch):
    for name in HIDDEN:
        place = tmp_path / "data" / CATALOGUE[name].folder
        place.mkdir(parents=True)
        KNOWN[name][0](place)
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    root = small_course.make(tmp_path)
    handed_in = small_course.hand_in(root, {"eve": {"square": PEEK}})
    grader = Grader(Job("assignment1", handed_in, tmp_path / "out", root))
    try:
        list(grader.prepare())
        list(grader.grade())
        [eve] = grader.gather().students
    finally:
        grader.close()
    assert "[4, 4, 72] labels, [0, 0, 0] known" in eve.notebooks[0].checks[0].message
