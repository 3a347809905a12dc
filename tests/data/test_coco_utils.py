"""The captions' loaders: the course's files, the miniature, broken files; minibatches and words."""
import json
import re

import h5py
import numpy as np
import pytest

from cs231n.coco_utils import decode_captions, describe_coco, load_coco_data, sample_coco_minibatch
from cs231n.data import DataError
from cs231n.data.catalogue import COCO

WORDS = ["<NULL>", "<START>", "<END>", "<UNK>", "a", "cat"]
IMAGES = {"train": 4, "val": 2}


def lay_out(folder, features=("pca", ""), first=0):
    """Captions and features in the course's files: three captions for each image, all of them that image's number."""
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "coco2014_captions.h5", "w") as file:
        for split, count in IMAGES.items():
            image_idxs = np.repeat(np.arange(count, dtype=np.int32), 3)
            file[f"{split}_image_idxs"] = image_idxs
            file[f"{split}_captions"] = np.tile(image_idxs[:, np.newaxis], (1, 17))
    for split, count in IMAGES.items():
        for kind, size in (("_pca", 512), ("", 4096)):
            if kind.strip("_") in features:
                with h5py.File(folder / f"{split}2014_vgg16_fc7{kind}.h5", "w") as file:
                    file["features"] = np.tile(first + np.arange(count, dtype=np.float32)[:, np.newaxis], (1, size))
        (folder / f"{split}2014_urls.txt").write_text("".join(f"http://{split}/{i}.jpg\n" for i in range(count)))
    vocabulary = {"idx_to_word": WORDS, "word_to_idx": {word: i for i, word in enumerate(WORDS)}}
    (folder / "coco2014_vocab.json").write_text(json.dumps(vocabulary))


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder, and a quick stand-in for the drawing of mini-COCO, whose features begin at 100."""
    monkeypatch.setattr("cs231n.data.drawn.mini_coco.make", lambda folder: lay_out(folder, ("pca",), first=100))
    monkeypatch.setenv("CS231N_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_dictionary_of_the_course(data):
    lay_out(data / COCO.folder)
    got = load_coco_data()
    assert {name: (value.shape, value.dtype.kind) for name, value in got.items() if isinstance(value, np.ndarray)} == {
        "train_captions": ((12, 17), "i"), "train_image_idxs": ((12,), "i"), "train_features": ((4, 512), "f"),
        "train_urls": ((4,), "U"), "val_captions": ((6, 17), "i"), "val_image_idxs": ((6,), "i"),
        "val_features": ((2, 512), "f"), "val_urls": ((2,), "U"),
    }
    assert got["train_features"].dtype == np.float32 and got["train_captions"].dtype == np.int32
    assert got["idx_to_word"] == WORDS and got["word_to_idx"]["cat"] == 5
    assert got["val_urls"].tolist() == ["http://val/0.jpg", "http://val/1.jpg"]


def test_features_of_vgg_as_they_are(data):
    lay_out(data / COCO.folder)
    assert load_coco_data(pca_features=False)["val_features"].shape == (2, 4096)


def test_without_a_download_the_miniature(data, capsys):
    assert load_coco_data()["train_features"].min() == 100
    assert "Drawing mini-COCO" in capsys.readouterr().err
    assert load_coco_data(pca_features=False)["train_features"].shape == (4, 512)  # it has no others
    lay_out(data / COCO.folder)
    assert load_coco_data()["train_features"].min() == 0


def test_a_folder_of_ones_own(data, tmp_path):
    lay_out(tmp_path / "mine", first=7)
    assert load_coco_data(tmp_path / "mine")["train_features"].min() == 7
    assert load_coco_data(str(tmp_path / "mine"))["train_features"].min() == 7


def test_the_course_notebooks_path_falls_back_and_says_so(data, capsys):
    load_coco_data(base_dir="cs231n/datasets/coco_captioning")
    assert "cs231n/datasets/coco_captioning is not there: using the built-in mini-COCO" in capsys.readouterr().out
    lay_out(data / COCO.folder)
    load_coco_data(base_dir="cs231n/datasets/coco_captioning")
    assert "using COCO from the data folder" in capsys.readouterr().out


def test_max_train_draws_training_captions_only(data):
    np.random.seed(0)
    got = load_coco_data(max_train=500)
    assert got["train_captions"].shape == (500, 17) and got["train_image_idxs"].shape == (500,)
    np.testing.assert_array_equal(got["train_captions"][:, 0], got["train_image_idxs"])
    assert len(got["train_features"]) == 4 and len(got["val_captions"]) == 6
    assert np.bincount(got["train_image_idxs"]).min() > 90
    np.random.seed(0)
    np.testing.assert_array_equal(load_coco_data(max_train=500)["train_captions"], got["train_captions"])


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_minibatch_belongs_together(data, split):
    np.random.seed(0)
    captions, features, urls = sample_coco_minibatch(load_coco_data(), batch_size=40, split=split)
    assert captions.shape == (40, 17) and features.shape == (40, 512) and urls.shape == (40,)
    np.testing.assert_array_equal(captions[:, 0] + 100, features[:, 0])
    assert [f"http://{split}/{i}.jpg" for i in captions[:, 0]] == urls.tolist()
    assert {*captions[:, 0].tolist()} == {*range(IMAGES[split])}


def test_decode_captions():
    captions = np.array([[1, 4, 5, 2, 0], [1, 3, 0, 5, 4], [4, 2, 2, 5, 1]])
    expected = ["<START> a cat <END>", "<START> <UNK> cat a", "a <END>"]
    assert decode_captions(captions, WORDS) == expected
    assert decode_captions(captions[0], WORDS) == expected[0]
    assert decode_captions(np.zeros((2, 3), int), WORDS) == ["", ""]


@pytest.mark.parametrize("kind, line", [("mini", "Running on mini-COCO: 12 .* 6 .* `cs231n data fetch coco`"),
                                        ("real", "Running on COCO: 12 captions to train on and 6 to validate")])
def test_describe_says_which_captions_and_how_to_get_the_real_ones(data, kind, line):
    if kind == "real":
        lay_out(data / COCO.folder)
    assert re.match(line, describe_coco())


# Wrong input and broken files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["coco2014_captions.h5", "coco2014_vocab.json", "train2014_vgg16_fc7_pca.h5",
                                  "val2014_urls.txt"])
def test_a_missing_file_is_named(data, name):
    lay_out(data / COCO.folder)
    (data / COCO.folder / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing: run `cs231n data fetch coco`"):
        load_coco_data()


@pytest.mark.parametrize("name", ["coco2014_captions.h5", "coco2014_vocab.json", "train2014_vgg16_fc7_pca.h5"])
def test_a_broken_file_is_named(data, name):
    lay_out(data / COCO.folder)
    (data / COCO.folder / name).write_text("{}")
    with pytest.raises(DataError, match=f"{name} cannot be read .*: delete it and run `cs231n data fetch coco`"):
        load_coco_data()


def test_a_broken_miniature_is_drawn_again_by_make(data):
    load_coco_data()
    (data / COCO.miniature.folder / "coco2014_vocab.json").write_text("not json")
    with pytest.raises(DataError, match="run `cs231n data make`"):
        load_coco_data()


def test_wrong_arguments_are_named(data):
    with pytest.raises(ValueError, match="max_train must be an integer, 1 or more, got int 0"):
        load_coco_data(max_train=0)
    with pytest.raises(ValueError, match="split must be 'train' or 'val', got str 'test'"):
        sample_coco_minibatch({}, split="test")
    with pytest.raises(ValueError, match="batch_size"):
        sample_coco_minibatch({}, batch_size=-1)
    with pytest.raises(ValueError, match="captions must be whole numbers of shape"):
        decode_captions(np.zeros(3), WORDS)
    with pytest.raises(ValueError, match=r"words from 0 to V - 1 = 5, got values from 1 to 6"):
        decode_captions(np.array([1, 6]), WORDS)
