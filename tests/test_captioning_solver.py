"""CaptioningSolver: what it prints and draws, clipping, divergence, wrong input, and fifty captions by heart."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from cs231n import optim
from cs231n.captioning_solver import CaptioningSolver
from cs231n.classifiers.rnn import CaptioningRNN
from cs231n.coco_utils import load_coco_data
from cs231n.training.loop import TrainingDiverged


class Model:
    """Remembers what it is given; its gradient is that of w itself."""

    def __init__(self, loss=1.0, gradient=1.0):
        self.params = {"w": np.zeros(3)}
        self.value, self.gradient, self.seen = loss, gradient, []

    def loss(self, features, captions):
        self.seen.append((features, captions))
        return self.value, {"w": np.full(3, self.gradient)}


def ten():
    """Ten captions of five images; the features of image i are all i, and so are the words of its captions."""
    image_idxs = np.repeat(np.arange(5), 2)
    return {"train_captions": np.tile(image_idxs[:, np.newaxis], (1, 4)), "train_image_idxs": image_idxs,
            "train_features": np.tile(np.arange(5.0)[:, np.newaxis], (1, 3)), "train_urls": np.array(list("abcde"))}


def solver(model=None, **settings):
    return CaptioningSolver(model or Model(), ten(), **({"batch_size": 5, "num_epochs": 4} | settings))


def test_the_lines_of_the_course(capsys):
    solver(print_every=3).train()
    assert capsys.readouterr().out.splitlines() == [f"(Iteration {t} / 8) loss: 1.000000" for t in (1, 4, 7)]
    solver(verbose=False).train()
    assert capsys.readouterr().out == ""


def test_each_caption_comes_with_the_features_of_its_image():
    model = Model()
    solver(model, verbose=False).train()
    assert len(model.seen) == 8
    for features, captions in model.seen:
        assert features.shape == (5, 3) and captions.shape == (5, 4)
        np.testing.assert_array_equal(features[:, 0], captions[:, 0])
    assert {int(i) for _, captions in model.seen for i in captions[:, 0]} == set(range(5))


def test_loss_history_and_learning_rates():
    model = Model(loss=2.5)
    training = solver(model, verbose=False, num_epochs=2, lr_decay=0.5, optim_config={"learning_rate": 1.0})
    training.train()
    assert training.loss_history == [2.5] * 4
    np.testing.assert_allclose(model.params["w"], -(1 + 1 + 0.5 + 0.5))


def test_a_batch_larger_than_the_data_is_an_epoch():
    training = solver(batch_size=50, verbose=False, num_epochs=3)
    training.train()
    assert len(training.loss_history) == 3 and training.epoch == 3


def test_gradients_are_clipped_to_a_common_norm():
    model = Model(gradient=100.0)
    solver(model, verbose=False, num_epochs=1, clip_norm=0.3, optim_config={"learning_rate": 1.0}).train()
    assert np.linalg.norm(model.params["w"]) == pytest.approx(2 * 0.3)


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_training_that_diverges_stops_and_says_so(loss):
    training = solver(Model(loss=loss))
    with pytest.warns(TrainingDiverged, match="iteration 1.*ten times smaller.*clip_norm"):
        training.train()
    assert len(training.loss_history) == 1 and np.isnan(training.loss_history[0])


def test_a_checkpoint_goes_on_bit_for_bit(tmp_path):
    """The draws, the rule's memory and the learning rates are all in it."""
    def training():
        np.random.seed(3)
        return solver(Model(), verbose=False, update_rule="adam", lr_decay=0.5, checkpoint_name=str(tmp_path / "run"))

    whole = training()
    whole.train()
    again = CaptioningSolver.from_checkpoint(tmp_path / "run_epoch_2.pkl", ten())
    assert again.iteration == 4 and len(again.model.seen) == 4
    again.train()
    np.testing.assert_array_equal(again.model.params["w"], whole.model.params["w"])
    for (features, captions), (others, words) in zip(again.model.seen, whole.model.seen, strict=True):
        np.testing.assert_array_equal(features, others)
        np.testing.assert_array_equal(captions, words)
    longer = ten() | {"train_captions": np.zeros((10, 5), int)}
    with pytest.raises(ValueError, match="data must be the same as before"):
        CaptioningSolver.from_checkpoint(tmp_path / "run_epoch_2.pkl", longer)


@pytest.mark.parametrize("settings, message", [
    ({"num_epoch": 3}, "CaptioningSolver does not know 'num_epoch'; it takes 'update_rule'"),
    ({"update_rule": "newton"}, f"update_rule must be one of {', '.join(optim.RULES)}"),
    ({"batch_size": 0}, "batch_size must be an integer, 1 or more"),
    ({"num_epochs": -1}, "num_epochs"),
    ({"clip_norm": 0}, "clip_norm must be above 0"),
    ({"optim_config": 3}, "optim_config must be a dictionary"),
    ({"lr_schedule": 3}, "lr_schedule must be a function"),
])
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        solver(**settings)


@pytest.mark.parametrize("change, message", [
    ({"train_captions": None}, r"data\['train_captions'\] must be an array"),
    ({"train_image_idxs": np.zeros(9, int)}, r"data\['train_image_idxs'\] must have shape \(10,\)"),
    ({"train_image_idxs": np.full(10, 5)}, r"data\['train_image_idxs'\] must hold whole numbers from 0 to .* = 4"),
    ({"train_features": np.zeros(5)}, r"data\['train_features'\] must be an array"),
    ({"train_features": np.full((5, 3), np.nan)}, r"data\['train_features'\] must be finite"),
    ({"train_urls": np.array(["a"])}, r"data\['train_urls'\] must have an address for each of the 5 rows"),
])
def test_wrong_data_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        CaptioningSolver(Model(), ten() | change)
    with pytest.raises(ValueError, match="data must be the dictionary of load_coco_data, got list"):
        CaptioningSolver(Model(), [])


# Fifty captions by heart, with the course's settings ------------------------------------------------------------------

REAL = Path(__file__).parents[1].parent / "shared" / "tools" / "real_data.py"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A folder of real captions in the course's files."""
    if not REAL.is_file():
        pytest.skip("needs the real data beside the repository")
    folder = tmp_path_factory.mktemp("real") / "coco_captioning"
    spec = importlib.util.spec_from_file_location("real_data", REAL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.coco(folder)
    return folder


def fifty(which, request):
    """Fifty captions of as many images, as mostly among COCO's 82,783: two of the same image cannot both be learnt."""
    data = load_coco_data(request.getfixturevalue("real") if which == "real" else None)
    rows = np.unique(data["train_image_idxs"], return_index=True)[1][:50]
    features = data["train_features"]
    if which == "real":  # only 159 images, whose features nobody has put through a PCA as the published ones are
        features = features - features.mean(axis=0)
        features = features @ np.linalg.svd(features, full_matrices=False)[2].T / features.std()
    return data | {"train_features": features, "train_captions": data["train_captions"][rows],
                   "train_image_idxs": data["train_image_idxs"][rows]}


@pytest.mark.parametrize("which, cell_type, lr_decay, most", [
    ("mini", "rnn", 0.95, 0.1), ("mini", "lstm", 0.995, 0.5),
    ("real", "rnn", 0.97, 0.1), ("real", "lstm", 0.995, 0.5),  # 0.97, not 0.95, as it ends at 0.1 with these features
])
def test_fifty_captions_are_learnt_by_heart(which, cell_type, lr_decay, most, request):
    data = fifty(which, request)
    np.random.seed(231)
    model = CaptioningRNN(data["word_to_idx"], input_dim=data["train_features"].shape[1], wordvec_dim=256,
                          hidden_dim=512, cell_type=cell_type)
    training = CaptioningSolver(model, data, update_rule="adam", num_epochs=50, batch_size=25, lr_decay=lr_decay,
                                optim_config={"learning_rate": 5e-3}, verbose=False)
    training.train()
    assert training.loss_history[0] > 20
    assert max(training.loss_history[-4:]) < most
    features = data["train_features"][data["train_image_idxs"]]
    right = np.all(model.sample(features, 16) == data["train_captions"][:, 1:], axis=1)
    assert right.mean() > 0.9
