"""The Solver: what it prints, remembers, puts back and refuses."""
import inspect

import numpy as np
import pytest

from cs231n import exercise, optim
from cs231n.captioning_solver import CaptioningSolver
from cs231n.classifiers.fc_net import FullyConnectedNet, TwoLayerNet
from cs231n.solver import Solver, TrainingDiverged
from cs231n.training import schedules


class Counter:
    """A model whose parameter w counts steps (SGD of rate 1), and whose accuracies are written down beforehand.

    After step w it labels the share `accuracies[w]` of the ten images to validate right, and the others of those to
    train: who mistakes one accuracy for the other is found out.
    """

    def __init__(self, accuracies=None, loss=1.0):
        self.params = {"w": np.zeros(1)}
        self.bn_params = [{"steps": 0}]
        self.accuracies, self.value = accuracies or {}, loss
        self.seen, self.tested = [], []

    def loss(self, X, y=None):
        if y is None:
            self.tested.append(X)
            right = round(10 * self.accuracies.get(float(self.params["w"][0]), 0))
            validating = X.min() >= 100
            return np.array([[1.0, 0.0] if (i < right) == validating else [0.0, 1.0] for i in range(len(X))])
        self.bn_params[0]["steps"] += 1
        self.seen.append((float(self.params["w"][0]), X))
        return self.value, {"w": -np.ones(1)}


def ten():
    """Ten images of label 0."""
    X = np.arange(30.0).reshape(10, 3)
    return {"X_train": X, "y_train": np.zeros(10, int), "X_val": X + 100, "y_val": np.zeros(10, int)}


def counting(accuracies=None, **settings):
    """A Solver whose epochs have two steps of 1."""
    settings = {"batch_size": 5, "num_epochs": 4, "optim_config": {"learning_rate": 1.0}, "verbose": False} | settings
    return Solver(Counter(accuracies), ten(), **settings)


def blobs(N=40, seed=0):
    """Three clouds of points, learnable."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=2 * N)
    X = np.eye(3, 6)[y] * 2 + rng.standard_normal((2 * N, 6))
    return {"X_train": X[:N], "y_train": y[:N], "X_val": X[N:], "y_val": y[N:]}


def two_layers(**settings):
    np.random.seed(0)
    return TwoLayerNet(6, 8, 3, weight_scale=0.1, **settings)


# What it prints.

def test_the_lines_of_the_course(capsys):
    """Nothing is learned at rate 0, so that every number is known: log 10, and the five images of class 0 in fifty."""
    X, y = np.random.default_rng(0).standard_normal((50, 12)), np.arange(50) % 10
    data = {"X_train": X, "y_train": y, "X_val": X[:20], "y_val": np.full(20, 3)}
    Solver(TwoLayerNet(12, 5, 10, weight_scale=0.0), data, num_epochs=20, batch_size=25,
           optim_config={"learning_rate": 0.0}).train()
    expected = []
    for t in range(40):
        if t % 10 == 0:
            expected.append(f"(Iteration {t + 1} / 40) loss: 2.302585")
        if t == 0 or t % 2 == 1:
            expected.append(f"(Epoch {(t + 1) // 2} / 20) train acc: 0.100000; val_acc: 0.000000")
    assert capsys.readouterr().out.splitlines() == expected


def test_print_every_and_verbose(capsys):
    counting(verbose=True, print_every=3, num_epochs=2).train()
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "Iteration" in line] == [f"(Iteration {i} / 4) loss: 1.000000" for i in (1, 4)]
    counting(num_epochs=2).train()
    assert capsys.readouterr().out == ""


def test_the_progress_bar_leaves_the_printed_lines_alone(capsys):
    counting(verbose=True).train()
    plain = capsys.readouterr()
    counting(verbose=True, progress=True).train()
    shown = capsys.readouterr()
    assert shown.out == plain.out and plain.err == ""
    assert "8/8" in shown.err or "0/8" in shown.err


# The arithmetic of training.

def test_training_is_the_course_s_loop():
    """Same draws from the same generator, same steps, same decay: written out here once more, for SGD."""
    data, net = blobs(), two_layers(reg=0.1)
    solver = Solver(net, data, batch_size=15, num_epochs=3, lr_decay=0.7, optim_config={"learning_rate": 0.5},
                    num_train_samples=20, num_val_samples=10, verbose=False)
    again, rate, losses, accuracies = two_layers(reg=0.1), 0.5, [], []
    np.random.seed(1)
    solver.train()
    np.random.seed(1)
    for t in range(6):
        drawn = np.random.choice(40, 15)
        loss, grads = again.loss(data["X_train"][drawn], data["y_train"][drawn])
        losses.append(loss)
        for name in again.params:
            again.params[name] = again.params[name] - rate * grads[name]
        if t % 2 == 1:
            rate *= 0.7
        if t == 0 or t % 2 == 1:
            for split, count in (("train", 20), ("val", 10)):
                drawn = np.random.choice(40, count)
                scores = again.loss(data[f"X_{split}"][drawn])
                accuracies.append(np.mean(scores.argmax(axis=1) == data[f"y_{split}"][drawn]))
    assert solver.loss_history == losses
    assert solver.train_acc_history == accuracies[::2] and solver.val_acc_history == accuracies[1::2]
    assert solver.optim_configs["W1"]["learning_rate"] == rate
    assert len(set(accuracies)) > 2


@pytest.mark.parametrize("N, batch_size, per_epoch", [(10, 5, 2), (10, 4, 2), (10, 10, 1), (10, 60, 1)])
def test_lengths_of_the_histories(N, batch_size, per_epoch):
    solver = counting(batch_size=batch_size, num_epochs=3)
    solver.train()
    assert len(solver.loss_history) == 3 * per_epoch
    measured = 3 + (per_epoch > 1)  # after the first iteration too, unless that is the first epoch
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == measured
    assert [type(loss) for loss in solver.loss_history] == [float] * 3 * per_epoch
    assert all(len(X) == batch_size for _, X in solver.model.seen)


def test_no_epochs_no_change():
    solver = counting(num_epochs=0)
    solver.train()
    assert solver.model.params["w"] == 0 and solver.loss_history == [] and solver.best_params is None


def positions(**settings):
    """Where w was before each step, and at last."""
    solver = counting(**settings)
    solver.train()
    return [w for w, _ in solver.model.seen] + [float(solver.model.params["w"][0])]


def test_learning_rate_decay():
    np.testing.assert_allclose(positions(lr_decay=0.5), [0, 1, 2, 2.5, 3, 3.25, 3.5, 3.625, 3.75])


def test_schedule_is_asked_at_each_iteration():
    steps = np.diff(positions(lr_schedule=schedules.step(2), lr_decay=0.1))
    np.testing.assert_allclose(steps, [1, 1, 0.05, 0.05, 0.0025, 0.0025, 1.25e-4, 1.25e-4])


def test_decay_and_schedule_act_on_the_rule_s_own_rate():
    assert np.diff(positions(optim_config=None, lr_decay=0.5))[[0, 2]] == pytest.approx([1e-2, 5e-3])
    solver = Solver(two_layers(), blobs(), update_rule="adam", verbose=False)
    assert {config["learning_rate"] for config in solver.optim_configs.values()} == {1e-3}


def test_clipping():
    class Steep(Counter):
        def loss(self, X, y=None):
            result = super().loss(X, y)
            return result if y is None else (1.0, {"w": np.array([-30.0]), "v": np.array([-40.0])})

    model = Steep()
    model.params["v"] = np.zeros(1)
    Solver(model, ten(), batch_size=10, num_epochs=1, optim_config={"learning_rate": 1.0}, clip_norm=5.0,
           verbose=False).train()
    assert [model.params["w"].item(), model.params["v"].item()] == pytest.approx([3, 4])


def test_augmented_images_are_trained_on_and_not_tested_on():
    solver = counting(augment=lambda X: X + 1000)
    solver.train()
    assert all((X >= 1000).all() for _, X in solver.model.seen)
    assert all((X < 1000).all() for X in solver.model.tested)


@pytest.mark.parametrize("config", [{"learning_rate": 0.1, "momentum": 0.5}, {"momentum": 0.5}])
def test_settings_of_the_rule_reach_it_and_are_not_changed(config):
    before = dict(config)
    solver = Solver(two_layers(), blobs(), update_rule="sgd_momentum", optim_config=config, num_epochs=2, lr_decay=0.5,
                    verbose=False)
    solver.train()
    assert config == before
    rate = config.get("learning_rate", 1e-2) / 4
    assert all(each["momentum"] == 0.5 and each["learning_rate"] == rate for each in solver.optim_configs.values())
    velocities = [each["velocity"] for each in solver.optim_configs.values()]
    assert [v.shape for v in velocities] == [w.shape for w in solver.model.params.values()]


def test_all_rules_learn():
    for rule in optim.RULES:
        np.random.seed(3)
        solver = Solver(two_layers(), blobs(), update_rule=rule, optim_config={"learning_rate": 0.1}, batch_size=20,
                        num_epochs=40, verbose=False)
        solver.train()
        assert solver.loss_history[-1] < 0.6 * solver.loss_history[0], rule


def test_a_student_s_rule_is_used_also_when_it_works_in_place():
    """The best parameters must be copies, or the steps after them would move them along."""
    try:
        @exercise.implements(optim.sgd_momentum)
        def sgd_momentum(w, dw, config=None):
            w -= config["learning_rate"] * dw
            return w, config

        solver = counting({2: 0.9}, update_rule="sgd_momentum")
        solver.train()
    finally:
        exercise.forget()
    assert [w for w, _ in solver.model.seen] == list(range(8)) and solver.model.params["w"] == 2


@pytest.mark.parametrize("rule", optim.RULES)
def test_numbers_of_numpy_keep_float32(rule):
    """A rate from ``10 ** np.random.uniform(-4, -2)`` is float64, and must not make the parameters so."""
    np.random.seed(0)
    net, data = FullyConnectedNet([5], 6, 3, normalization="batchnorm"), blobs()
    solver = Solver(net, data, update_rule=rule, optim_config={"learning_rate": np.float64(1e-3)}, num_epochs=2,
                    lr_decay=np.float64(0.9), lr_schedule=lambda t: np.float64(0.5), clip_norm=1, verbose=False)
    solver.train()
    assert {w.dtype for w in net.params.values()} == {np.dtype(np.float32)}


# What it puts back.

def test_the_best_parameters_and_their_running_averages_are_put_back():
    solver = counting({1: 0.1, 2: 0.3, 4: 0.8, 6: 0.5, 8: 0.8})
    solver.train()
    assert solver.val_acc_history == [0.1, 0.3, 0.8, 0.5, 0.8] and solver.best_val_acc == 0.8
    np.testing.assert_allclose(solver.train_acc_history, [0.9, 0.7, 0.2, 0.5, 0.2])
    assert solver.model.params["w"] == 4 and solver.model.bn_params == [{"steps": 4}]  # the first of equals


def test_a_poor_best_is_still_the_best():
    solver = counting({2: 0.1})
    solver.train()
    assert solver.model.params["w"] == 2 and solver.best_val_acc == 0.1


def test_training_on_leaves_the_best_alone():
    solver = counting({4: 0.8})
    solver.train()
    solver.train()  # nothing left to do
    assert len(solver.loss_history) == 8 and solver.model.params["w"] == 4
    solver.num_epochs = 5
    solver.train()
    assert len(solver.loss_history) == 10
    assert solver.model.params["w"] == 4 and solver.best_params["w"] == 4


def test_an_interrupted_training_goes_on():
    def augment(X):
        if len(solver.model.seen) == 3 and not stopped:
            stopped.append(True)
            raise KeyboardInterrupt
        return X

    stopped = []
    solver = counting(augment=augment)
    with pytest.raises(KeyboardInterrupt):
        solver.train()
    solver.train()
    assert [w for w, _ in solver.model.seen] == list(range(8)) and len(solver.val_acc_history) == 5


@pytest.mark.parametrize("patience, epochs", [(1, 3), (2, 4), (3, 8), (None, 9)])
def test_early_stopping(patience, epochs, capsys):
    accuracies = [0.1, 0.2, 0.5, 0.5, 0.4, 0.6, 0.3, 0.6, 0.1, 0.1]  # after the first step, and after epochs 1 to 9
    steps = [1, *range(2, 20, 2)]
    solver = counting(dict(zip(steps, accuracies, strict=True)), num_epochs=9, early_stopping=patience, verbose=True)
    solver.train()
    assert solver.val_acc_history == accuracies[:epochs + 1] and len(solver.loss_history) == 2 * epochs
    assert solver.model.params["w"] == steps[accuracies.index(max(accuracies[:epochs + 1]))]
    told = f"Stopped: val_acc was not better in the last {patience} epochs" in capsys.readouterr().out
    assert told == (patience is not None)


def test_snapshots_and_their_ensemble():
    solver = counting({8: 0.5}, snapshots=2)
    solver.train()
    assert [float(params["w"][0]) for params, _ in solver.snapshot_states] == [4, 8]
    assert [buffers[0]["steps"] for _, buffers in solver.snapshot_states] == [4, 8]
    solver.model.params["w"][:] = 7
    found = solver.ensemble_probabilities(ten()["X_val"], batch_size=10)
    e = np.e / (1 + np.e)
    np.testing.assert_allclose(found, [[0.5, 0.5]] * 5 + [[1 - e, e]] * 5)
    assert solver.model.params["w"] == 7 and solver.model.bn_params == [{"steps": 8}]


@pytest.mark.parametrize("snapshots, at", [(1, [8]), (3, [3, 6, 8]), (8, list(range(1, 9))), (20, list(range(1, 9)))])
def test_snapshots_are_taken_at_even_distances(snapshots, at):
    solver = counting(snapshots=snapshots)
    solver.train()
    assert [params["w"][0] for params, _ in solver.snapshot_states] == at


def test_an_ensemble_needs_snapshots():
    solver = counting()
    solver.train()
    with pytest.raises(ValueError, match="there are no snapshots: train a Solver with snapshots=5"):
        solver.ensemble_probabilities(np.zeros((2, 3)))


def test_check_accuracy():
    solver = counting({0: 1.0})
    X, y = ten()["X_val"], np.array([0, 0, 0, 1, 1, 1, 1, 2, 0, 0])
    assert solver.check_accuracy(X, y) == solver.check_accuracy(X, y, num_samples=10) == 0.5
    net, data = two_layers(), blobs()
    solver = Solver(net, data)
    expected = np.mean(net.loss(data["X_val"]).argmax(axis=1) == data["y_val"])
    assert {solver.check_accuracy(data["X_val"], data["y_val"], batch_size=n) for n in (1, 7, 40, 100)} == {expected}
    np.random.seed(5)
    sampled = solver.check_accuracy(data["X_val"], data["y_val"], num_samples=8)
    np.random.seed(5)
    drawn = np.random.choice(40, 8)
    assert sampled == np.mean(net.loss(data["X_val"][drawn]).argmax(axis=1) == data["y_val"][drawn])
    with pytest.raises(ValueError, match="y must have one label per row of X: got 9 labels for 10 rows"):
        solver.check_accuracy(X, y[:9])
    with pytest.raises(ValueError, match=r"X must be an array \(N, ...\) of at least one image, got list"):
        solver.check_accuracy(X.tolist(), y)
    for name in "num_samples", "batch_size":
        with pytest.raises(ValueError, match=f"{name} must be an integer, 1 or more, got int 0"):
            solver.check_accuracy(X, y, **{name: 0})


# What it refuses.

@pytest.mark.parametrize("settings, message", [
    ({"learning_rate": 1e-3}, "Solver does not know 'learning_rate'; it takes 'update_rule', 'optim_config'"),
    ({"lr": 1, "epochs": 2}, "Solver does not know 'lr', 'epochs'"),
    ({"update_rule": "sdg"}, "update_rule must be one of sgd, sgd_momentum, .* got str 'sdg'"),
    ({"update_rule": None}, "update_rule must be one of"),
    ({"optim_config": 1e-3}, "optim_config must be a dictionary, got float 0.001"),
    ({"optim_config": {"learning_rate": -1}}, r"optim_config\['learning_rate'\] must be a finite number, 0 or more"),
    ({"lr_decay": None}, "lr_decay must be a finite number"),
    ({"batch_size": 0}, "batch_size must be an integer, 1 or more, got int 0"),
    ({"batch_size": 2.0}, "batch_size must be an integer"),
    ({"num_epochs": -1}, "num_epochs must be an integer, 0 or more"),
    ({"print_every": 0.5}, "print_every must be an integer .below 1 for no line., got float 0.5"),
    ({"num_train_samples": 0}, "num_train_samples must be an integer, 1 or more"),
    ({"num_val_samples": 0.5}, "num_val_samples must be an integer, 1 or more"),
    ({"clip_norm": 0}, "clip_norm must be above 0, .* got int 0"),
    ({"clip_norm": "1"}, "clip_norm must be above 0, .* got str '1'"),
    ({"early_stopping": 0}, "early_stopping must be an integer, 1 or more"),
    ({"snapshots": -1}, "snapshots must be an integer, 0 or more"),
    ({"lr_schedule": 0.5}, "lr_schedule must be a function, got float 0.5"),
    ({"augment": "flip"}, "augment must be a function, got str 'flip'"),
])
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        Solver(Counter(), ten(), **settings)


@pytest.mark.parametrize("change, message", [
    ({"X_train": None}, r"data\['X_train'\] must be an array \(N, ...\) of at least one image, got NoneType"),
    ({"X_val": np.zeros((0, 3)), "y_val": np.zeros(0, int)}, r"data\['X_val'\] must be an array .* at least one image"),
    ({"X_train": np.zeros(10)}, r"data\['X_train'\] must be an array \(N, ...\)"),
    ({"X_train": np.full((10, 3), "a")}, r"data\['X_train'\] must be an array"),
    ({"X_val": np.full((10, 3), np.nan)}, r"data\['X_val'\] must be finite, but data\['X_val'\]\[0, 0\] is nan"),
    ({"y_train": np.zeros(9, int)}, r"data\['y_train'\] must have one label per row of data\['X_train'\]: got 9"),
    ({"y_val": np.zeros(10)}, r"data\['y_val'\] must hold integer labels"),
    ({"y_val": np.full(10, -1)}, r"data\['y_val'\] must hold labels from 0 or more"),
    ({"y_train": None}, r"data\['y_train'\] must be a 1-D array"),
])
def test_wrong_data_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Solver(Counter(), ten() | change)
    with pytest.raises(ValueError, match="data must be a dictionary with X_train, y_train, X_val and y_val, got list"):
        Solver(Counter(), [1, 2])


@pytest.mark.parametrize("grads, message", [
    ({}, r"a gradient of shape \(1,\) for params\['w'\], got NoneType None"),
    ({"w": np.zeros((1, 1))}, r"a gradient of shape \(1,\) for params\['w'\], got an array of shape \(1, 1\)"),
    ({"w": 0.5}, r"a gradient of shape \(1,\) for params\['w'\], got float 0.5"),
])
def test_a_gradient_that_does_not_fit_is_named(grads, message):
    solver = counting()
    solver.model.loss = lambda X, y=None: (1.0, grads)
    with pytest.raises(ValueError, match="model.loss must return " + message):
        solver.train()


# Trainings that run off: one of many settings is poor, and the others are still to be tried.

@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, np.float32("nan")])
def test_a_loss_that_is_no_number_ends_the_training_with_advice(bad):
    solver = counting({1: 0.3, 2: 0.2})
    solver.augment = lambda X: setattr(solver.model, "value", bad if len(solver.model.seen) == 2 else 1.0) or X
    with pytest.warns(TrainingDiverged, match=f"is {bad} in iteration 3: .* rate ten times smaller") as told:
        solver.train()
    assert told[0].filename == __file__  # the warning points to the caller's line
    np.testing.assert_array_equal(solver.loss_history, [1.0, 1.0, np.nan])
    assert solver.val_acc_history == [0.3, 0.2] and solver.best_val_acc == 0.3 and solver.model.params["w"] == 1
    assert solver.iteration == 3 and "clip_norm=1" in solver.diverged


def test_accuracies_are_there_even_if_the_first_loss_is_no_number():
    solver = counting({0: 0.1})
    solver.model.value = np.nan
    with pytest.warns(TrainingDiverged):
        solver.train()
    assert solver.val_acc_history == [0.1] and len(solver.train_acc_history) == 1 and len(solver.loss_history) == 1


def test_a_training_that_ends_well_has_not_diverged():
    solver = counting()
    solver.train()
    assert solver.diverged is None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_search_goes_on_after_a_learning_rate_that_is_far_too_large():
    best = {}
    for rate in (1e200, 0.5):
        solver = Solver(two_layers(), blobs(), optim_config={"learning_rate": rate}, batch_size=10, verbose=False)
        solver.train()
        best[rate] = max(solver.val_acc_history)
        assert np.isnan(solver.loss_history[-1]) == (rate > 1)
    assert best[0.5] > 0.8 > best[1e200]


@pytest.mark.parametrize("print_every", [0, -1])
def test_print_every_below_1_prints_no_loss(print_every, capsys):
    counting(print_every=print_every, verbose=True, num_epochs=1).train()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["(Epoch", "(Epoch"]
    counting(print_every=print_every, num_epochs=1).train()
    assert capsys.readouterr().out == ""


def test_the_signature_shows_every_keyword():
    names = list(inspect.signature(Solver).parameters)
    assert names[:4] == ["model", "data", "update_rule", "optim_config"] and names[-1] == "progress"
    assert inspect.signature(Solver).parameters["num_train_samples"].default == 1000
    assert "early_stopping" in names and "early_stopping" not in inspect.signature(CaptioningSolver).parameters
