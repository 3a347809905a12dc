"""Files of a training's state: whole, or not there, or known to be damaged."""
import pickle

import numpy as np
import pytest

from cs231n.training.checkpoints import load_checkpoint, save_checkpoint


def test_what_was_saved_comes_back_with_the_generator(tmp_path):
    path = tmp_path / "new" / "folder" / "run.pkl"
    np.random.seed(4)
    np.random.random(3)
    save_checkpoint(path, {"params": {"w": np.arange(3.0)}, "step": 7})
    drawn = np.random.random(5)
    saved = load_checkpoint(path)
    assert saved.keys() == {"params", "step", "random_state"} and saved["step"] == 7
    np.testing.assert_array_equal(saved["params"]["w"], np.arange(3.0))
    np.random.set_state(saved["random_state"])
    np.testing.assert_array_equal(np.random.random(5), drawn)
    assert [each.name for each in path.parent.iterdir()] == ["run.pkl"]


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: c + b"x", lambda c: b"", lambda c: b"x" + c[1:]])
def test_a_damaged_file_is_named_with_what_it_should_be(tmp_path, damage):
    path = tmp_path / "run.pkl"
    save_checkpoint(path, {"step": 7})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="run.pkl is not a whole checkpoint of a Gan"):
        load_checkpoint(path, "a Gan")


def test_what_cannot_be_saved_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "run.pkl"
    save_checkpoint(path, {"step": 7})
    with pytest.raises((AttributeError, pickle.PicklingError)):
        save_checkpoint(path, {"step": lambda: 8})
    assert load_checkpoint(path)["step"] == 7
