"""Train a network: minibatches, updates, accuracies, checkpoints.

    solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, num_epochs=10)
    solver.train()

A model is anything with a dictionary `params` of arrays, and `loss(X, y)` that returns the loss and a dictionary of its
gradients, or the scores without y. If it has running averages to keep as well, they are called `bn_params`.
"""
import copy
import hashlib
import os
import pickle
from numbers import Real
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from cs231n import optim
from cs231n.validation import check_finite, check_integer, check_labels, check_number, describe

# A checkpoint holds the model, these settings and this state: with them, training goes on as if it had never stopped.
_SETTINGS = ("update_rule", "optim_config", "lr_decay", "batch_size", "num_epochs", "print_every", "verbose",
             "num_train_samples", "num_val_samples", "checkpoint_name", "clip_norm", "early_stopping", "snapshots",
             "progress")
_STATE = ("epoch", "iteration", "loss_history", "train_acc_history", "val_acc_history", "best_val_acc", "best_params",
          "best_buffers", "snapshot_states", "optim_configs")

# Functions it cannot hold; they must be given again.
_FUNCTIONS = ("lr_schedule", "augment")

# What may change in the middle of a training.
_CHANGEABLE = ("num_epochs", "print_every", "verbose", "progress", "checkpoint_name", *_FUNCTIONS)


class TrainingDiverged(FloatingPointError):
    """The loss is not a finite number any more; the message says what to try."""


class Solver:
    """Train a model by stochastic gradient descent with any update rule of `optim`.

    Parameters
    ----------
    model : object
        See above.
    data : dict
        X_train, y_train, X_val, y_val: images (N, ...) and labels (N,).
    update_rule : str
        Name of a rule in `cs231n.optim`.
    optim_config : dict, optional
        Settings of the rule, such as learning_rate; the rule has defaults for what is missing.
    lr_decay : float
        The learning rate is multiplied by this after each epoch.
    batch_size, num_epochs : int
        Images of a minibatch, drawn with replacement; an epoch has ``max(N // batch_size, 1)`` of them.
    print_every : int
        Print the loss each so many iterations.
    verbose : bool
        Print at all.
    num_train_samples, num_val_samples : int or None
        How many examples are drawn to measure an accuracy; None takes all.
    checkpoint_name : str, optional
        Write `<name>_epoch_<n>.pkl` after each epoch.
    lr_schedule : function, optional
        From `cs231n.schedules`: of the iteration (0 at first), by what the learning rate is multiplied.
    clip_norm : float, optional
        Largest common norm of all gradients (`optim.clip_gradients`).
    early_stopping : int, optional
        Stop after so many epochs without a better validation accuracy.
    snapshots : int
        Keep so many states of the model, taken at even distances, for `ensemble_probabilities`; meant for a schedule
        that restarts as often.
    augment : function, optional
        Of a minibatch of images; what it returns is trained on instead. A training that is resumed repeats its draws
        if they come from NumPy's global generator.
    progress : bool
        Show a progress bar.

    Attributes
    ----------
    loss_history : list of float
        Minibatch loss of each iteration.
    train_acc_history, val_acc_history : list of float
        Accuracies after the first iteration and after each epoch.
    best_val_acc : float
        The best of them; the model has the parameters of that moment when training ends.

    Raises
    ------
    ValueError
        If a keyword is unknown or a setting or the data do not fit.
    """

    def __init__(self, model, data, *, update_rule="sgd", optim_config=None, lr_decay=1.0, batch_size=100,
                 num_epochs=10, print_every=10, verbose=True, num_train_samples=1000, num_val_samples=None,
                 checkpoint_name=None, lr_schedule=None, clip_norm=None, early_stopping=None, snapshots=0,
                 augment=None, progress=False, **unknown):
        if unknown:
            raise ValueError(f"Solver does not know {_names(unknown)}; it takes {_names(_SETTINGS + _FUNCTIONS)}")
        self.model = model
        self._take_data(data)
        self.update_rule = update_rule
        self.optim_config = {} if optim_config is None else optim_config
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.print_every = print_every
        self.verbose = verbose
        self.num_train_samples = num_train_samples
        self.num_val_samples = num_val_samples
        self.checkpoint_name = checkpoint_name
        self.lr_schedule = lr_schedule
        self.clip_norm = clip_norm
        self.early_stopping = early_stopping
        self.snapshots = snapshots
        self.augment = augment
        self.progress = progress
        self._check_settings()
        self._reset()

    def train(self):
        """Train to the end, or on from where it was stopped; then put the best parameters into the model.

        Raises
        ------
        TrainingDiverged
            If the loss becomes infinite or NaN.
        """
        iterations = self.num_epochs * self._iterations_per_epoch
        steps = range(self.iteration, iterations)
        for t in tqdm(steps, initial=self.iteration, total=iterations, leave=False, disable=not self.progress):
            if self._stale():
                if self.verbose:
                    print(f"Stopped: val_acc was not better in the last {self.early_stopping} epochs")
                break
            self._step()
            self.iteration = t + 1
            if self.verbose and t % self.print_every == 0:
                print(f"(Iteration {t + 1} / {iterations}) loss: {self.loss_history[-1]:f}")
            epoch_ends = (t + 1) % self._iterations_per_epoch == 0
            if epoch_ends:
                self.epoch += 1
                for config in self.optim_configs.values():
                    config["learning_rate"] *= self.lr_decay
            if t == 0 or epoch_ends:
                self._measure()
            if self.snapshots and (t + 1) * self.snapshots // iterations > len(self.snapshot_states):
                self.snapshot_states.append(self._model_state())
            if epoch_ends and self.checkpoint_name is not None:
                self._save_checkpoint()
        if self.best_params is not None:
            self._put_state(self.best_params, self.best_buffers)

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Return the share of images whose highest score is that of their label.

        Parameters
        ----------
        X : ndarray (N, ...)
        y : ndarray (N,) of int
        num_samples : int, optional
            Draw so many (with replacement) and measure on them.
        batch_size : int
            Images at once, to save memory.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If there is not one label for each image.
        """
        check_labels(y, len(X))
        if num_samples is not None and num_samples < len(X):
            drawn = np.random.choice(len(X), num_samples)
            X, y = X[drawn], y[drawn]
        return float(np.mean(np.argmax(self._scores(X, batch_size), axis=1) == y))

    def ensemble_probabilities(self, X, batch_size=100):
        """Return the mean of the snapshots' class probabilities, (N, C); its argmax is the ensemble's answer.

        Raises
        ------
        ValueError
            If no snapshot was kept.
        """
        if not self.snapshot_states:
            raise ValueError("there are no snapshots: train a Solver with snapshots=5, for example")
        present = self._model_state()
        total = 0
        for state in self.snapshot_states:
            self._put_state(*state)
            total = total + _softmax(self._scores(X, batch_size))
        self._put_state(*present)
        return total / len(self.snapshot_states)

    @classmethod
    def from_checkpoint(cls, path, data, **changes):
        """Take up a training where a checkpoint left it; `train()` then ends with the same parameters bit for bit.

        NumPy's global generator goes back to where it was then, too. Checkpoints are pickles, which can run code: open
        only your own.

        Parameters
        ----------
        path : str or Path
            A file that a Solver with `checkpoint_name` wrote.
        data : dict
            As for `Solver`; the same as before.
        **changes
            lr_schedule and augment if they were used: functions are not part of a checkpoint. And what shall be
            different from now on, of num_epochs (to train longer), print_every, verbose, progress, checkpoint_name.

        Returns
        -------
        Solver

        Raises
        ------
        ValueError
            If the file is not a whole checkpoint, the data have other shapes, a function that was used is not given,
            or something else is to be changed.
        """
        if not changes.keys() <= set(_CHANGEABLE):
            raise ValueError(f"only {_names(_CHANGEABLE)} can change in mid-training, got {_names(changes)}")
        content = Path(path).read_bytes()
        pickled, digest = content[:-_DIGEST_SIZE], content[-_DIGEST_SIZE:]
        if _digest(pickled) != digest:
            raise ValueError(f"{path} is not a whole checkpoint of a Solver")
        saved = pickle.loads(pickled)
        missing = [name for name in saved["functions"] if changes.get(name) is None]
        if missing:
            raise ValueError(f"the training of {path} used {_names(missing)}: give it again")
        solver = cls(saved["model"], data, **{name: saved[name] for name in _SETTINGS} | changes)
        if solver._data_shapes() != saved["data_shapes"]:
            raise ValueError(f"data must be the same as before: {path} was trained on images of shapes "
                             f"{saved['data_shapes']} to train and to validate, got {solver._data_shapes()}")
        for name in _STATE:
            setattr(solver, name, saved[name])
        np.random.set_state(saved["random_state"])
        return solver

    def _take_data(self, data):
        if not isinstance(data, dict):
            raise ValueError(f"data must be a dictionary with X_train, y_train, X_val and y_val, got {describe(data)}")
        for split in ("train", "val"):
            X, y = (data.get(f"{name}_{split}") for name in "Xy")
            name = f"data['X_{split}']"
            if not isinstance(X, np.ndarray) or X.ndim < 2 or X.dtype.kind not in "fiu" or X.size == 0:
                raise ValueError(f"{name} must be an array (N, ...) of at least one image, got {describe(X)}")
            check_finite(X, name)
            check_labels(y, len(X), name=f"data['y_{split}']", rows_of=name)
            setattr(self, f"X_{split}", X)
            setattr(self, f"y_{split}", y)

    def _data_shapes(self):
        return self.X_train.shape, self.X_val.shape

    def _check_settings(self):
        if self.update_rule not in optim.RULES:
            raise ValueError(f"update_rule must be one of {', '.join(optim.RULES)}, got {describe(self.update_rule)}")
        if not isinstance(self.optim_config, dict):
            raise ValueError(f"optim_config must be a dictionary, got {describe(self.optim_config)}")
        check_number(self.optim_config.get("learning_rate", 0), "optim_config['learning_rate']")
        check_number(self.lr_decay, "lr_decay")
        for name, low in (("batch_size", 1), ("num_epochs", 0), ("print_every", 1), ("snapshots", 0)):
            check_integer(getattr(self, name), name, low)
        for name in ("num_train_samples", "num_val_samples", "early_stopping"):
            if getattr(self, name) is not None:
                check_integer(getattr(self, name), name, 1)
        if not (self.clip_norm is None or isinstance(self.clip_norm, Real) and self.clip_norm > 0):
            raise ValueError(f"clip_norm must be above 0, or None for no clipping, got {describe(self.clip_norm)}")
        for name in _FUNCTIONS:
            if getattr(self, name) is not None and not callable(getattr(self, name)):
                raise ValueError(f"{name} must be a function, got {describe(getattr(self, name))}")

    def _reset(self):
        self.epoch = self.iteration = 0
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params, self.best_buffers = 0, None, None
        self.snapshot_states = []
        config = dict(self.optim_config)
        if "learning_rate" not in config:  # the rule's own, for decay and schedule to act on
            config["learning_rate"] = optim.RULES[self.update_rule](np.zeros(1), np.zeros(1))[1]["learning_rate"]
        self.optim_configs = {name: dict(config) for name in self.model.params}

    @property
    def _iterations_per_epoch(self):
        return max(len(self.X_train) // self.batch_size, 1)

    def _step(self):
        drawn = np.random.choice(len(self.X_train), self.batch_size)
        X, y = self.X_train[drawn], self.y_train[drawn]
        loss, grads = self.model.loss(X if self.augment is None else self.augment(X), y)
        if not np.isfinite(loss):
            raise TrainingDiverged(
                f"The loss is {loss} in iteration {self.iteration + 1}: training has diverged. Try a learning rate ten "
                "times smaller, smaller first weights (weight_scale), inputs of mean 0 and about unit size, or "
                "clip_norm=1."
            )
        for name, w in self.model.params.items():
            if getattr(grads.get(name), "shape", None) != w.shape:
                raise ValueError(f"model.loss must return a gradient of shape {w.shape} for params[{name!r}], "
                                 f"got {describe(grads.get(name))}")
        if self.clip_norm is not None:
            grads, _ = optim.clip_gradients(grads, self.clip_norm)
        rule = optim.RULES[self.update_rule]
        factor = 1.0 if self.lr_schedule is None else self.lr_schedule(self.iteration)
        for name, w in self.model.params.items():
            config = self.optim_configs[name]
            rate = config["learning_rate"]
            # A plain float: a NumPy number of 64 bits would turn parameters of 32 bits into 64.
            self.model.params[name], config = rule(w, grads[name], config | {"learning_rate": float(rate * factor)})
            self.optim_configs[name] = config | {"learning_rate": rate}
        self.loss_history.append(float(loss))

    def _measure(self):
        train_acc = self.check_accuracy(self.X_train, self.y_train, num_samples=self.num_train_samples)
        val_acc = self.check_accuracy(self.X_val, self.y_val, num_samples=self.num_val_samples)
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        if self.verbose:
            print(f"(Epoch {self.epoch} / {self.num_epochs}) train acc: {train_acc:f}; val_acc: {val_acc:f}")
        if val_acc > self.best_val_acc:
            self.best_val_acc = val_acc
            self.best_params, self.best_buffers = self._model_state()

    def _stale(self):
        """Tell whether the last epochs brought nothing better."""
        if self.early_stopping is None or not self.val_acc_history:
            return False
        since_best = len(self.val_acc_history) - 1 - int(np.argmax(self.val_acc_history))
        return since_best >= self.early_stopping

    def _scores(self, X, batch_size=100):
        return np.concatenate([self.model.loss(X[i:i + batch_size]) for i in range(0, len(X), batch_size)])

    def _model_state(self):
        """Copy the parameters, and the running averages that belong to them."""
        return copy.deepcopy((self.model.params, getattr(self.model, "bn_params", None)))

    def _put_state(self, params, buffers):
        """Put a copy of what `_model_state` returned into the model."""
        self.model.params, buffers = copy.deepcopy((params, buffers))
        if buffers is not None:
            self.model.bn_params = buffers

    def _save_checkpoint(self):
        """Write all there is to know, whole or not at all; the digest at the end tells a damaged file."""
        checkpoint = {name: getattr(self, name) for name in _SETTINGS + _STATE}
        checkpoint |= {"model": self.model, "random_state": np.random.get_state(), "data_shapes": self._data_shapes(),
                       "functions": [name for name in _FUNCTIONS if getattr(self, name) is not None]}
        pickled = pickle.dumps(checkpoint, protocol=pickle.HIGHEST_PROTOCOL)
        path = Path(f"{self.checkpoint_name}_epoch_{self.epoch}.pkl")
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.part")
        half.write_bytes(pickled + _digest(pickled))
        half.replace(path)
        if self.verbose:
            print(f'Saving checkpoint to "{path}"')


_DIGEST_SIZE = hashlib.sha256().digest_size


def _digest(content):
    return hashlib.sha256(content).digest()


def _names(names):
    return ", ".join(repr(name) for name in names)


def _softmax(scores):
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
