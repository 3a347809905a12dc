"""Checkpoints of the Solver: killed anywhere and resumed, training ends the same bit for bit."""
import os
import pickle
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from cs231n.classifiers.cnn import ModernConvNet
from cs231n.classifiers.fc_net import FullyConnectedNet
from cs231n.solver import Solver
from cs231n.training import schedules

IMAGE = (2, 4, 4)
NETS = {
    "fc": partial(FullyConnectedNet, [9, 8], input_dim=32, num_classes=3, dropout=0.6, normalization="batchnorm"),
    "conv": partial(ModernConvNet, IMAGE, channels=(3, 4), blocks=2, residual=True, num_classes=3),
}


def make_data(N=40):
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=2 * N)
    X = (rng.standard_normal((2 * N, *IMAGE)) + y[:, None, None, None]).astype(np.float32)
    return {"X_train": X[:N], "y_train": y[:N], "X_val": X[N:], "y_val": y[N:]}


def make(folder, net="fc", **settings):
    np.random.seed(7)
    settings = {"update_rule": "adam", "optim_config": {"learning_rate": 1e-2}, "batch_size": 10, "num_epochs": 4,
                "lr_decay": 0.9, "num_train_samples": 20, "verbose": False,
                "checkpoint_name": str(folder / "run")} | settings
    return Solver(NETS[net](), make_data(), **settings)


def trained(solver):
    solver.train()
    return solver


def state(solver):
    """All that training leaves, to the last bit."""
    model = solver.model
    return [
        [(name, w.tobytes(), w.dtype, w.shape) for name, w in model.params.items()],
        [(name, np.asarray(value).tobytes()) for each in buffers(model) for name, value in each.items()],
        solver.loss_history, solver.train_acc_history, solver.val_acc_history, solver.best_val_acc, solver.epoch,
        solver.iteration, [params["W" if "W" in params else "W1"].tobytes() for params, _ in solver.snapshot_states],
        np.random.random(),
    ]


def buffers(model):
    return model.bn_params.values() if isinstance(model.bn_params, dict) else model.bn_params


def test_files_and_lines(tmp_path, capsys):
    trained(make(tmp_path / "new" / "folder", num_epochs=2, verbose=True))
    names = [tmp_path / "new" / "folder" / f"run_epoch_{n}.pkl" for n in (1, 2)]
    assert sorted((tmp_path / "new" / "folder").iterdir()) == names  # and nothing half-written
    lines = [line for line in capsys.readouterr().out.splitlines() if "checkpoint" in line]
    assert lines == [f'Saving checkpoint to "{name}"' for name in names]


def test_no_name_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained(make(tmp_path, checkpoint_name=None))
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_opens_as_the_course_s_do(tmp_path):
    solver = trained(make(tmp_path, num_epochs=1))
    with open(tmp_path / "run_epoch_1.pkl", "rb") as file:
        saved = pickle.load(file)
    assert {"model", "update_rule", "lr_decay", "optim_config", "batch_size", "num_train_samples", "num_val_samples",
            "epoch", "loss_history", "train_acc_history", "val_acc_history"} <= saved.keys()
    assert saved["epoch"] == 1 and saved["loss_history"] == solver.loss_history
    assert saved["model"].loss(make_data()["X_val"]).shape == (40, 3)


OPTIONS = {
    "plain": {},
    "schedule": {"lr_schedule": schedules.cosine(5, restart=True), "snapshots": 3, "clip_norm": 0.5},
    "augment": {"augment": lambda X: X + np.random.standard_normal(X.shape).astype(np.float32)},
    "stopping": {"early_stopping": 1, "num_epochs": 30},
}


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("option", OPTIONS)
def test_resumed_at_any_epoch_it_ends_the_same(tmp_path, net, option):
    settings = OPTIONS[option]
    whole = trained(make(tmp_path, net, **settings))
    expected = state(whole)
    assert whole.epoch >= 2
    functions = {name: value for name, value in settings.items() if callable(value)}
    for n in range(1, whole.epoch + 1):
        np.random.seed(99)
        path = tmp_path / f"run_epoch_{n}.pkl"
        again = Solver.from_checkpoint(path, make_data(), **functions, checkpoint_name=None)
        assert again.epoch == n and again.optim_config == {"learning_rate": 1e-2} and again.checkpoint_name is None
        assert state(trained(again)) == expected
    if "snapshots" in settings:
        assert len(again.snapshot_states) == 3
    if option == "stopping":
        assert whole.epoch < 30


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "nesterov", "adagrad", "rmsprop", "adamw"])
def test_every_rule_goes_on_where_it_was(tmp_path, rule):
    expected = state(trained(make(tmp_path, update_rule=rule, num_epochs=2)))
    again = Solver.from_checkpoint(tmp_path / "run_epoch_1.pkl", make_data())
    assert again.update_rule == rule and state(trained(again)) == expected


def test_more_epochs_than_before(tmp_path):
    expected = state(trained(make(tmp_path, num_epochs=4)))
    trained(make(tmp_path, num_epochs=2))
    longer = Solver.from_checkpoint(tmp_path / "run_epoch_2.pkl", make_data(), num_epochs=4)
    assert state(trained(longer)) == expected


def test_a_resumed_training_writes_under_the_same_name_and_prints_as_before(tmp_path, capsys):
    trained(make(tmp_path, verbose=True, print_every=3))
    printed = capsys.readouterr().out.splitlines()
    for n in (3, 4):
        (tmp_path / f"run_epoch_{n}.pkl").unlink()
    trained(Solver.from_checkpoint(tmp_path / "run_epoch_2.pkl", make_data()))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"run_epoch_{n}.pkl" for n in (1, 2, 3, 4)]
    assert capsys.readouterr().out.splitlines() == printed[printed.index(
        f'Saving checkpoint to "{tmp_path / "run_epoch_2.pkl"}"') + 1:]
    trained(Solver.from_checkpoint(tmp_path / "run_epoch_2.pkl", make_data(), verbose=False, checkpoint_name=None))
    assert capsys.readouterr().out == ""


# Killed for real.

def run_until_killed(folder, how):
    """Train in another process, which kills itself with SIGKILL as `how` says; return how it ended."""
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_solver_checkpoints as t; " \
             f"t.{how}(t.Path({str(folder)!r}))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


def kill_me(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_mid_epoch(folder):
    """In iteration 11 of 16, the third of epoch 3, when the gradients are there and the step is not done."""
    solver = make(folder)
    solver.lr_schedule = lambda t: kill_me() if t == 10 else 1.0
    solver.train()


def die_while_writing(folder):
    """With half of the third checkpoint on the disk."""
    write_whole = Path.write_bytes

    def write(path, content):
        if "epoch_3" not in path.name:
            return write_whole(path, content)
        write_whole(path, content[:len(content) // 2])
        kill_me()

    Path.write_bytes = write
    make(folder).train()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("how", ["die_in_mid_epoch", "die_while_writing"])
def test_killed_and_resumed_it_ends_the_same(tmp_path, how):
    expected = state(trained(make(tmp_path / "whole")))
    (tmp_path / "killed").mkdir()
    ended = run_until_killed(tmp_path / "killed", how)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert sorted(path.name for path in (tmp_path / "killed").glob("*.pkl")) == ["run_epoch_1.pkl", "run_epoch_2.pkl"]
    functions = {"lr_schedule": lambda t: 1.0} if how == "die_in_mid_epoch" else {}
    again = Solver.from_checkpoint(tmp_path / "killed" / "run_epoch_2.pkl", make_data(), **functions)
    assert state(trained(again)) == expected


def test_a_write_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch):
    trained(make(tmp_path, num_epochs=1))
    before = (tmp_path / "run_epoch_1.pkl").read_bytes()

    def full(path, content):
        with open(path, "wb") as file:
            file.write(content[:100])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        trained(make(tmp_path, num_epochs=1))
    assert (tmp_path / "run_epoch_1.pkl").read_bytes() == before


# Files of earlier versions.

def test_a_checkpoint_of_an_earlier_version_goes_on():
    """Written by 868995f after two epochs of `make(folder, "conv")`; these losses its training had to the end."""
    losses = [1.107557, 1.527103, 1.066323, 1.146177, 1.050217, 0.983277, 1.052327, 1.076522, 1.033900, 0.932732,
              1.116252, 1.053406, 0.914855, 0.880367, 0.939933, 1.019654]
    path = Path(__file__).parent / "fixtures" / "solver_checkpoint_v1.pkl"
    solver = Solver.from_checkpoint(path, make_data(), checkpoint_name=None)
    assert (solver.epoch, solver.iteration, solver.lr_decay, solver.num_epochs) == (2, 8, 0.9, 4)
    solver.train()
    np.testing.assert_allclose(solver.loss_history, losses, rtol=1e-3)
    assert solver.val_acc_history[:3] == [0.25, 0.4, 0.35] and solver.best_val_acc == 0.4


# Files and arguments that do not fit.

@pytest.mark.parametrize("damage", [
    lambda content: b"", lambda content: content[:1], lambda content: content[:-1],
    lambda content: content[:len(content) // 2], lambda content: content + b"\n",
    lambda content: content[:1000] + bytes([content[1000] ^ 1]) + content[1001:],
    lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    lambda content: b"not a pickle", lambda content: pickle.dumps({"model": 1}), lambda content: pickle.dumps(3),
])
def test_a_damaged_file_is_named(tmp_path, damage):
    trained(make(tmp_path, num_epochs=1))
    path = tmp_path / "run_epoch_1.pkl"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="run_epoch_1.pkl is not a whole checkpoint of a Solver"):
        Solver.from_checkpoint(path, make_data())


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        Solver.from_checkpoint(tmp_path / "run_epoch_1.pkl", make_data())


@pytest.mark.parametrize("changes, message", [
    ({}, r"run_epoch_1.pkl used 'lr_schedule', 'augment': give it again"),
    ({"augment": np.copy}, "used 'lr_schedule': give it again"),
    ({"augment": np.copy, "lr_schedule": float, "batch_size": 5}, "only 'num_epochs', .* in mid-training, got .*'bat"),
    ({"augment": np.copy, "lr_schedule": float, "num_epochs": 0.5}, "num_epochs must be an integer"),
])
def test_what_cannot_be_taken_up_is_named(tmp_path, changes, message):
    trained(make(tmp_path, num_epochs=1, lr_schedule=schedules.step(3), augment=np.copy))
    with pytest.raises(ValueError, match=message):
        Solver.from_checkpoint(tmp_path / "run_epoch_1.pkl", make_data(), **changes)


@pytest.mark.parametrize("data, message", [
    (make_data(41), r"data must be the same as before: .*\(40, 2, 4, 4\).*, got \(\(41, 2, 4, 4\)"),
    (None, "data must be a dictionary"),
])
def test_other_data_are_named(tmp_path, data, message):
    trained(make(tmp_path, num_epochs=1))
    with pytest.raises(ValueError, match=message):
        Solver.from_checkpoint(tmp_path / "run_epoch_1.pkl", data)


def test_a_model_that_cannot_be_saved_says_so_and_leaves_no_file(tmp_path):
    solver = make(tmp_path)
    solver.model.noise = lambda x: x
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        solver.train()
    assert list(tmp_path.iterdir()) == []
