"""mini-CIFAR: CIFAR-10's file format, the same bytes everywhere, and neither too easy nor too hard."""
import hashlib
import pickle

import numpy as np
import pytest

from cs231n.data.drawn import mini_cifar
from cs231n.data.drawn.drawing import SIZE, Scene
from cs231n.data.pickles import read_pickle

BATCHES = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

# sha256 of the pixels and the labels, and of the whole file
CONTENT = {
    "data_batch_1": "48e9f689c09a014cfa136f6c547e0256ea1345111cc741d958c4b0bcc305adc2",
    "data_batch_2": "67b42a358439a6cdbd0febabfd13f3141ee35b0a3b599a7883856b348a7536a5",
    "data_batch_3": "e7e6ec5e568fcf06085f1dab9ba93d26df7a85f3413437540c54a5bbe2f69481",
    "data_batch_4": "23d1c10444f5285d2d094e2e903f4d21f656b2cbf61fabe9822e4b4ac71333c8",
    "data_batch_5": "2a15dc697880951e907e8af93fcfe350b859963dd847a56c2dbd1db69f6213e1",
    "test_batch": "bf1dc38b28fb6cf632313c97cab7178f209bed11044c3cc64444e7960418720a",
}
FILES = {
    "data_batch_1": "2ecff875801b4166f746b17d835f7624daa233cbd932ee6479b0c6594a548476",
    "data_batch_2": "c7a99653a61afa3f4954031c8ffff74ae08d95558ab827ca392e76d067730934",
    "data_batch_3": "f882f15e80873f63f14dd96d82c343d85acf907c3e62611cff0b5adedaed821d",
    "data_batch_4": "08e5a57cb30e8ae4fdfbbc1cedb6cf99a0b0e08b52b61124699e282334a7054b",
    "data_batch_5": "59e363a5b27f66913a90403b27e9b7a51b1185897e4890c39058a093e9f4bc77",
    "test_batch": "819ef776db640dc33fbd35e27f06448997c8db87e9d9362a375231f81808951b",
    "batches.meta": "b3b02445120af780be47d317bd2b26e30a18b628ac8ab596015ea9a9ee6c21c1",
}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("mini")
    mini_cifar.make(path)
    return path


@pytest.fixture(scope="module")
def batches(folder):
    return {name: pickle.loads((folder / name).read_bytes()) for name in BATCHES}


def test_make_writes_cifar10s_files_and_no_other(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted([*BATCHES, "batches.meta"])


def test_meta_names_the_classes_in_cifar10s_order(folder):
    meta = pickle.loads((folder / "batches.meta").read_bytes())
    assert meta == {"label_names": CLASSES, "num_cases_per_batch": 2000, "num_vis": 3072}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_has_the_published_layout(batches, name):
    batch = batches[name]
    assert sorted(batch) == ["batch_label", "data", "filenames", "labels"]
    assert batch["data"].shape == (2000, 3072) and batch["data"].dtype == np.uint8
    assert {type(label) for label in batch["labels"]} == {int}
    assert np.bincount(batch["labels"]).tolist() == [200] * 10
    assert [CLASSES.index(file.split("_")[0]) for file in batch["filenames"]] == batch["labels"]


def test_titles_are_the_published_ones(batches):
    titles = [f"training batch {i} of 5" for i in range(1, 6)] + ["testing batch 1 of 1"]
    assert [batches[name]["batch_label"] for name in BATCHES] == titles


def test_file_names_and_pictures_are_all_different(batches):
    assert len({file for batch in batches.values() for file in batch["filenames"]}) == 12000
    assert len({row.tobytes() for batch in batches.values() for row in batch["data"]}) == 12000


@pytest.mark.parametrize("name", BATCHES)
def test_labels_are_shuffled(batches, name):
    labels = np.array(batches[name]["labels"])
    assert np.bincount(labels[:500], minlength=10).min() >= 25
    assert np.mean(labels[1:] == labels[:-1]) < 0.2


def test_the_safe_reader_reads_the_files(folder, batches):
    with (folder / "test_batch").open("rb") as file:
        batch = read_pickle(file, "test_batch")
    assert np.array_equal(batch["data"], batches["test_batch"]["data"])
    assert batch["labels"] == batches["test_batch"]["labels"]


@pytest.mark.parametrize("name", BATCHES)
def test_pixels_and_labels_are_the_same_on_every_machine(batches, name):
    batch = batches[name]
    assert sha256(batch["data"].tobytes() + bytes(batch["labels"])) == CONTENT[name]


@pytest.mark.parametrize("name", [*BATCHES, "batches.meta"])
def test_files_are_the_same_on_every_machine(folder, name):
    assert sha256((folder / name).read_bytes()) == FILES[name]


def test_a_linear_classifier_beats_nearest_neighbour_and_neither_is_good(batches):
    train, test = (batches[name]["data"].astype(float) for name in ("data_batch_1", "test_batch"))
    labels, answers = (np.array(batches[name]["labels"]) for name in ("data_batch_1", "test_batch"))
    products = test @ train.T
    nearest = labels[np.argmin((train * train).sum(1) - 2 * products, axis=1)]
    # ridge regression onto the one-hot labels, solved in the space of the 2,000 pictures
    centre = train.mean(0)
    train, test = (train - centre) / 64, (test - centre) / 64
    weights = np.linalg.solve(train @ train.T + 3000 * np.eye(len(train)), np.eye(10)[labels])
    linear = np.argmax(test @ train.T @ weights, axis=1)
    neighbour_accuracy, linear_accuracy = np.mean(nearest == answers), np.mean(linear == answers)
    assert 0.2 < neighbour_accuracy < 0.4
    assert neighbour_accuracy + 0.03 < linear_accuracy < 0.6


@pytest.mark.parametrize("label", CLASSES)
def test_draw_gives_pictures_with_an_object_and_contrast(label):
    pictures = mini_cifar.draw(label, 20, np.random.RandomState(0))
    assert pictures.shape == (20, 3, 32, 32) and pictures.dtype == np.uint8
    assert pictures.std(axis=(1, 2, 3)).min() > 8


def test_draw_repeats_itself_only_with_the_same_seed():
    first, again, other = (mini_cifar.draw("cat", 3, np.random.RandomState(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_draw_names_the_labels_it_knows():
    with pytest.raises(ValueError, match="label is 'zebra'.*airplane.*truck"):
        mini_cifar.draw("zebra", 1, np.random.RandomState(0))


# The rasteriser --------------------------------------------------------------------------------------------------


@pytest.fixture
def scene():
    return Scene.blank(2, np.random.RandomState(0))


def area(scene, shape):
    """Paint `shape` white and return its area in the frame's units, one number a picture."""
    scene.paint(shape, (1.0, 1.0, 1.0), relief=0)
    return scene.rgb.mean(axis=(1, 2, 3)) * 4


SHAPES = {
    "disc": (lambda s: s.disc(0.1, 0, 0.5), np.pi / 4),
    "ellipse": (lambda s: s.ellipse(0, 0.1, 0.8, 0.4), np.pi * 0.32),
    "box": (lambda s: s.box(0, 0, 0.6, 0.3), 0.72),
    "rounded box": (lambda s: s.box(0, 0, 0.6, 0.3, 0.3), 0.72 - (4 - np.pi) * 0.09),
    "polygon": (lambda s: s.polygon((-0.8, -0.5), (0.8, -0.5), (0, 0.7)), 0.96),
    "limb": (lambda s: s.limb([(-0.5, 0), (0.5, 0)], 0.2), 0.4 + np.pi * 0.04),
    "chain": (lambda s: s.limb([(-0.5, 0), (0, 0), (0.5, 0)], 0.2), 0.4 + np.pi * 0.04),
}


@pytest.mark.parametrize("name", SHAPES)
def test_painted_shapes_have_the_right_area(scene, name):
    shape, expected = SHAPES[name]
    assert area(scene, shape(scene)) == pytest.approx([expected] * 2, rel=0.03)


@pytest.mark.parametrize("name", SHAPES)
def test_a_turned_smaller_frame_shrinks_the_area_by_the_square(scene, name):
    shape, expected = SHAPES[name]
    frame = scene.at(0.05, -0.1, size=0.7, turn=0.3, mirror=-1)
    assert area(frame, shape(frame)) == pytest.approx([0.49 * expected] * 2, rel=0.04)


def test_turn_is_the_tangent_of_half_the_angle(scene):
    quarter = scene.at(turn=1)  # 45 degrees is half of a right angle
    assert np.allclose(quarter.x, scene.y) and np.allclose(quarter.y, -scene.x)


def test_fold_paints_both_sides(scene):
    folded = scene.fold()
    folded.paint(folded.disc(0.5, 0.2, 0.2), (1.0, 0.5, 0.25))
    assert scene.rgb.max() > 0.9 and np.allclose(scene.rgb, scene.rgb[..., ::-1])


def test_each_picture_has_its_own_size(scene):
    assert area(scene, scene.disc(0, 0, np.array([0.3, 0.6]).reshape(2, 1, 1))) == pytest.approx(
        [np.pi * 0.09, np.pi * 0.36], rel=0.03)


def test_noise_is_smooth_and_within_its_bounds(scene):
    noise = scene.noise(4, 4)
    assert noise.shape == (2, SIZE, SIZE) and 0.3 < np.abs(noise).max() <= 1
    assert np.abs(np.diff(noise, axis=1)).max() < 0.4 and np.abs(np.diff(noise, axis=2)).max() < 0.4
