"""mini-COCO: captions are true and of all kinds, files are the course's, pictures the same everywhere."""
import hashlib
import itertools
import json
from collections import Counter

import h5py
import numpy as np
import pytest

from cs231n.data.drawn import mini_coco, scenes
from cs231n.data.drawn.scenes import COLOURS, KINDS, MOST_WORDS, RARE, plan, tell

NUMBERS = {"a": 1, "an": 1, "two": 2, "three": 3}
WHERE = {"left of": "left", "right of": "right", "above": "above", "over": "above", "below": "below",
         "under": "below", "next to": "beside"}
COMMON = {rare: word for word, others in RARE.items() for rare in others}
GROUND = {phrase: place for places in (scenes.PLACES, scenes.OVER) for place, phrases in places.items()
          for phrase in phrases}
NAMES = {name: one for kind in KINDS.values() for one, names in ((True, kind.names), (False, kind.plurals))
         for name in names}


def some_scenes(count, seed=0):
    rng = np.random.RandomState(seed)
    return [plan(rng) for _ in range(count)], rng


def read(words):
    """What a caption says: the groups [(count, colour or None, name)], a relation or None, a place or None."""
    text = " ".join(COMMON.get(word, word) for word in words).removeprefix("a picture of ")
    place = next((phrase for phrase in GROUND if phrase in text), None)
    text = text.replace(place or "", "")
    groups, tokens = [], text.split()
    for i, token in enumerate(tokens):
        if token in NUMBERS:
            rest = tokens[i + 1:]
            colour = rest.pop(0) if rest and rest[0] in COLOURS else None
            names = [name for name in NAMES if rest[:len(name.split())] == name.split()]
            if names:
                groups.append((NUMBERS[token], colour, max(names, key=len)))
    relations = [relation for phrase, relation in WHERE.items() if f" {phrase} " in text]
    assert len(relations) <= 1 and 1 <= len(groups) <= 2, text
    return groups, (relations[0] if relations else None), GROUND.get(place)


def is_right(said, group):
    count, colour, name = said
    kind = KINDS[group.kind]
    return (count == len(group.spots) and colour in (None, group.colour)
            and name in (kind.plurals if count > 1 else kind.names))


def lies(relation, first, second):
    """Whether each of the first group's things lies so to each of the second's."""
    pairs = list(itertools.product(first.spots, second.spots))
    return {
        "left": all(a[0] < b[0] - 0.2 for a, b in pairs), "right": all(a[0] > b[0] + 0.2 for a, b in pairs),
        "above": all(a[1] > b[1] + 0.3 for a, b in pairs), "below": all(a[1] < b[1] - 0.3 for a, b in pairs),
        "beside": all(abs(a[1] - b[1]) < 0.3 for a, b in pairs), None: True,
    }[relation]


def test_captions_are_true():
    found, rng = some_scenes(400)
    relations, placed = Counter(), Counter()
    for scene in found:
        for _ in range(5):
            words = tell(scene, rng)
            groups, relation, place = read(words)
            orders = [order for order in itertools.permutations(scene.groups, len(groups))
                      if len(groups) == len(scene.groups)
                      and all(is_right(said, group) for said, group in zip(groups, order, strict=True))]
            assert any(lies(relation, *order) if relation else True for order in orders), " ".join(words)
            assert place in (None, scene.place), " ".join(words)
            relations[relation] += 1
            placed[place] += 1
    assert min(relations[relation] for relation in {*WHERE.values()}) > 20
    assert min(placed[place] for place in scenes.PLACES) > 50


def test_the_reader_of_captions_finds_what_is_wrong():
    red_car = scenes.Group("car", 0, "red", np.array([[-0.5, -0.4, 1]]))
    dogs = scenes.Group("dog", 0, "white", np.array([[0.1, -0.4, 1], [0.6, -0.4, 1]]))
    assert read("a red car left of two dogs on the road".split()) == (
        [(1, "red", "car"), (2, None, "dogs")], "left", "road")
    assert read("there is a saloon in the snow".split()) == ([(1, None, "car")], None, "snow")
    assert lies("left", red_car, dogs) and not lies("right", red_car, dogs) and not lies("above", red_car, dogs)
    assert is_right((2, "white", "dogs"), dogs) and not is_right((2, "black", "dogs"), dogs)
    assert not is_right((1, None, "dog"), dogs) and not is_right((2, None, "cats"), dogs)


def test_captions_are_short_and_of_many_kinds():
    found, rng = some_scenes(400)
    captions = [[tuple(words) for words in mini_coco.tell_all(scene, rng)] for scene in found]
    lengths = [len(words) for each in captions for words in each]
    assert min(lengths) >= 3 and max(lengths) <= MOST_WORDS
    assert all(len({*each}) == 5 for each in captions)
    assert len({words for each in captions for words in each}) > 1200


def test_an_and_a():
    found, rng = some_scenes(300)
    for scene in found:
        for word, following in itertools.pairwise(tell(scene, rng)):
            if word in ("a", "an"):
                assert (word == "an") == (following[0] in "aeiou"), following


def test_scenes_are_of_all_kinds_and_within_the_picture():
    found, _ = some_scenes(600)
    assert {group.kind for scene in found for group in scene.groups} == set(KINDS)
    assert {scene.place for scene in found} == set(scenes.PLACES)
    assert {sum(len(group.spots) for group in scene.groups) for scene in found} == {1, 2, 3}
    spots = np.concatenate([group.spots for scene in found for group in scene.groups])
    assert np.abs(spots[:, :2]).max() < 0.8


# sha256 of the pictures below
PICTURES = "1d3ca04331bf0c5bdfdade34bc7023d3461525d5438a2ac427de924459b86b76"


def test_pictures_are_the_same_on_every_machine():
    found, rng = some_scenes(30)
    pictures = mini_coco.draw(found, rng)
    assert pictures.shape == (30, 64, 64, 3) and pictures.dtype == np.uint8
    assert hashlib.sha256(pictures.tobytes()).hexdigest() == PICTURES


@pytest.mark.parametrize("colour", COLOURS)
def test_a_thing_has_the_colour_that_is_said(colour):
    """The pixels of the thing's middle are nearer to its colour than to the others, mostly."""
    ones = [scenes.Scene("road", (scenes.Group("car", 0, colour, np.array([[0, -0.4, 1.3]])),), "")] * 40
    pictures = mini_coco.draw(ones, np.random.RandomState(0))
    body = pictures[:, 46:49, 26:38].mean(axis=(1, 2)) / 255  # the lower half of the doors
    names, values = list(COLOURS), np.array(list(COLOURS.values()))
    nearest = np.argmin(((body[:, np.newaxis] - values) ** 2).sum(axis=2), axis=1)
    assert np.mean(nearest == names.index(colour)) > 0.7


def test_where_a_thing_is_said_to_be_something_is():
    """A black thing on snow darkens the picture around its spot, and nowhere else."""
    x, y = 0.5, -0.4
    group = scenes.Group("cat", 0, "black", np.array([[x, y, 1]]))
    pictures = mini_coco.draw([scenes.Scene("snow", (group,), "")] * 40, np.random.RandomState(0)).mean(axis=(0, 3))
    row, column = int((1 - y) * 32), int((1 + x) * 32)
    assert pictures[row - 5:row + 5, column - 4:column + 4].mean() < 0.75 * pictures[row - 5:row + 5, :20].mean()


# The files ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small mini-COCO."""
    path = tmp_path_factory.mktemp("mini-coco")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"SCENES": {"train": 60, "val": 10}, "RAREST": 3, "GRID": 2, "FEATURES": 30}.items():
            patch.setattr(mini_coco, name, value)
        mini_coco.make(path)
    return path


def h5(path):
    with h5py.File(path, "r") as file:
        return {name: np.asarray(value) for name, value in file.items()}


def test_the_files_are_the_courses(folder):
    assert {path.name for path in folder.iterdir()} == {
        "coco2014_captions.h5", "coco2014_vocab.json", "train2014_vgg16_fc7_pca.h5", "val2014_vgg16_fc7_pca.h5",
        "train2014_urls.txt", "val2014_urls.txt", "pictures.h5",
    }
    captions, pictures = h5(folder / "coco2014_captions.h5"), h5(folder / "pictures.h5")
    for split, count in (("train", 60), ("val", 10)):
        assert captions[f"{split}_captions"].shape == (5 * count, 17)
        assert captions[f"{split}_captions"].dtype == captions[f"{split}_image_idxs"].dtype == np.int32
        np.testing.assert_array_equal(np.bincount(captions[f"{split}_image_idxs"]), np.full(count, 5))
        features = h5(folder / f"{split}2014_vgg16_fc7_pca.h5")["features"]
        assert features.shape == (count, 30) and features.dtype == np.float32
        assert pictures[split].shape == (count, 64, 64, 3)
        assert len((folder / f"{split}2014_urls.txt").read_text().split()) == count


def test_captions_are_words_between_start_and_end(folder):
    words = json.loads((folder / "coco2014_vocab.json").read_text())
    assert words["idx_to_word"][:4] == ["<NULL>", "<START>", "<END>", "<UNK>"]
    assert words["word_to_idx"] == {word: i for i, word in enumerate(words["idx_to_word"])}
    captions = h5(folder / "coco2014_captions.h5")["train_captions"]
    assert (captions[:, 0] == 1).all() and ((captions == 2).sum(axis=1) == 1).all()
    for caption in captions:
        end = int(np.argmax(caption == 2))
        assert (caption[1:end] > 2).all() and (caption[end + 1:] == 0).all() and end >= 4
    assert (captions == 3).any() and (captions == 3).mean() < 0.1
    used = Counter(captions.ravel().tolist())
    assert min(used[i] for i in range(4, len(words["idx_to_word"]))) >= 3


def test_features_are_principal_components(folder):
    features = h5(folder / "train2014_vgg16_fc7_pca.h5")["features"].astype(np.float64)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-5)
    covariance = np.cov(features.T)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-4)
    assert np.all(np.diff(np.diag(covariance)) < 0) and np.mean(features**2) == pytest.approx(1, rel=1e-3)


def test_it_is_made_the_same_again(folder, tmp_path, monkeypatch):
    for name, value in {"SCENES": {"train": 60, "val": 10}, "RAREST": 3, "GRID": 2, "FEATURES": 30}.items():
        monkeypatch.setattr(mini_coco, name, value)
    mini_coco.make(tmp_path)
    for path in folder.iterdir():
        if path.suffix == ".h5":
            for name, value in h5(path).items():
                np.testing.assert_allclose(h5(tmp_path / path.name)[name], value, atol=1e-5)
        else:
            assert (tmp_path / path.name).read_bytes() == path.read_bytes()
