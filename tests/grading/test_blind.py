"""Test pictures without their labels, as a submission's kernel sees them."""
import pickle

import numpy as np

from cs231n.data_utils import load_CIFAR10
from cs231n.grading.preparation.blind import blinded


def test_only_the_labels_of_test_pictures_change(tmp_path):
    place = tmp_path / "data" / "cifar-10-batches-py"
    place.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        batch = {"data": rng.integers(256, size=(4, 3072), dtype=np.uint8), "labels": [3, 1, 4, 1]}
        (place / name).write_bytes(pickle.dumps(batch, protocol=2))
    before = load_CIFAR10(place)
    [(name, copy)] = blinded(tmp_path / "data", tmp_path / "blind").items()
    assert name == "cifar-10-batches-py/test_batch"
    with open(copy, "rb") as file:
        (place / "test_batch").write_bytes(file.read())
    after = load_CIFAR10(place)
    for same in range(3):
        assert np.array_equal(before[same], after[same])
    assert list(before[3]) == [3, 1, 4, 1] and list(after[3]) == [0, 0, 0, 0]
