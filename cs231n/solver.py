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
from pathlib import Path

import numpy as np
from scipy.special import softmax

from cs231n.training.loop import BaseSolver, TrainingDiverged, check_known, names
from cs231n.validation import check_finite, check_integer, check_labels, check_sizes, describe

__all__ = ["Solver", "TrainingDiverged"]

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


class Solver(BaseSolver):
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
        From `cs231n.training.schedules`: of the iteration (0 at first), by what the learning rate is multiplied.
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
        check_known(unknown, Solver, _SETTINGS + _FUNCTIONS)
        self._take_data(data)
        self.num_train_samples = num_train_samples
        self.num_val_samples = num_val_samples
        self.checkpoint_name = checkpoint_name
        self.early_stopping = early_stopping
        self.snapshots = snapshots
        self.augment = augment
        super().__init__(model, update_rule=update_rule, optim_config=optim_config, lr_decay=lr_decay,
                         batch_size=batch_size, num_epochs=num_epochs, print_every=print_every, verbose=verbose,
                         lr_schedule=lr_schedule, clip_norm=clip_norm, progress=progress)
        self.train_acc_history, self.val_acc_history = [], []
        self.best_val_acc, self.best_params, self.best_buffers = 0, None, None
        self.snapshot_states = []

    def train(self):
        """Train to the end, or on from where it was stopped; then put the best parameters into the model.

        Raises
        ------
        TrainingDiverged
            If the loss becomes infinite or NaN.
        """
        super().train()
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
            If there is no image, not one label for each, or a number is out of range.
        """
        _check_images(X, "X")
        check_labels(y, len(X))
        if num_samples is not None:
            check_sizes(num_samples=num_samples)
        if num_samples is not None and num_samples < len(X):
            drawn = np.random.choice(len(X), num_samples)
            X, y = X[drawn], y[drawn]
        return float(np.mean(np.argmax(self._scores(X, batch_size), axis=1) == y))

    def ensemble_probabilities(self, X, batch_size=100):
        """Return the mean of the snapshots' class probabilities, (N, C); its argmax is the ensemble's answer.

        Raises
        ------
        ValueError
            If no snapshot was kept, or there is no image.
        """
        _check_images(X, "X")
        if not self.snapshot_states:
            raise ValueError("there are no snapshots: train a Solver with snapshots=5, for example")
        present = self._model_state()
        total = 0
        for state in self.snapshot_states:
            self._put_state(*state)
            total = total + softmax(self._scores(X, batch_size), axis=1)
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
            raise ValueError(f"only {names(_CHANGEABLE)} can change in mid-training, got {names(changes)}")
        content = Path(path).read_bytes()
        pickled, digest = content[:-_DIGEST_SIZE], content[-_DIGEST_SIZE:]
        if _digest(pickled) != digest:
            raise ValueError(f"{path} is not a whole checkpoint of a Solver")
        saved = pickle.loads(pickled)
        missing = [name for name in saved["functions"] if changes.get(name) is None]
        if missing:
            raise ValueError(f"the training of {path} used {names(missing)}: give it again")
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
            _check_images(X, name)
            check_finite(X, name)
            check_labels(y, len(X), name=f"data['y_{split}']", rows_of=name)
            setattr(self, f"X_{split}", X)
            setattr(self, f"y_{split}", y)

    def _data_shapes(self):
        return self.X_train.shape, self.X_val.shape

    def _check_settings(self):
        super()._check_settings()
        check_integer(self.snapshots, "snapshots", 0)
        for name in ("num_train_samples", "num_val_samples", "early_stopping"):
            if getattr(self, name) is not None:
                check_integer(getattr(self, name), name, 1)
        self._check_function("augment")

    @property
    def _num_train(self):
        return len(self.X_train)

    def _minibatch(self):
        drawn = np.random.choice(self._num_train, self.batch_size)
        X, y = self.X_train[drawn], self.y_train[drawn]
        return X if self.augment is None else self.augment(X), y

    def _after_iteration(self, epoch_ends):
        if self.iteration == 1 or epoch_ends:
            self._measure()
        iterations = self.num_epochs * self._iterations_per_epoch
        if self.snapshots and self.iteration * self.snapshots // iterations > len(self.snapshot_states):
            self.snapshot_states.append(self._model_state())
        if epoch_ends and self.checkpoint_name is not None:
            self._save_checkpoint()

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

    def _finished(self):
        """Tell whether the last epochs brought nothing better, and say so."""
        if self.early_stopping is None or not self.val_acc_history:
            return False
        since_best = len(self.val_acc_history) - 1 - int(np.argmax(self.val_acc_history))
        if self.verbose and since_best >= self.early_stopping:
            print(f"Stopped: val_acc was not better in the last {self.early_stopping} epochs")
        return since_best >= self.early_stopping

    def _scores(self, X, batch_size=100):
        check_sizes(batch_size=batch_size)
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


def _check_images(X, name):
    if not isinstance(X, np.ndarray) or X.ndim < 2 or X.dtype.kind not in "fiu" or X.size == 0:
        raise ValueError(f"{name} must be an array (N, ...) of at least one image, got {describe(X)}")


def _digest(content):
    return hashlib.sha256(content).digest()
