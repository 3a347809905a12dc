"""Train a network: minibatches, updates, accuracies, checkpoints.

    solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, num_epochs=10)
    solver.train()

A model is anything with a dictionary `params` of arrays, and `loss(X, y)` that returns loss and gradients, or scores
without y.
"""
import copy
import os
import pickle
from pathlib import Path

import numpy as np
from tqdm import tqdm

from cs231n import optim
from cs231n.validation import check_integer, check_labels, check_number, describe

# What a checkpoint holds besides the model: with it, training goes on as if it had never stopped.
_STATE = ("update_rule", "optim_config", "lr_decay", "batch_size", "num_epochs", "num_train_samples", "num_val_samples",
          "clip_norm", "early_stopping", "snapshots", "epoch", "iteration", "loss_history", "train_acc_history",
          "val_acc_history", "best_val_acc", "best_params", "best_buffers", "snapshot_states", "optim_configs")

# What it cannot hold, and what must be given again.
_FUNCTIONS = ("lr_schedule", "augment")


class TrainingDiverged(FloatingPointError):
    """The loss is not a number any more; the message says what to try."""


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
    optim_config : dict
        Settings of the rule, such as learning_rate.
    lr_decay : float
        The learning rate is multiplied by this after each epoch.
    batch_size, num_epochs : int
    print_every : int
        Print the loss each so many iterations.
    verbose : bool
        Print at all.
    num_train_samples, num_val_samples : int or None
        How many examples are drawn to measure an accuracy; None takes all.
    checkpoint_name : str, optional
        Write `<name>_epoch_<n>.pkl` after each epoch.
    lr_schedule : function, optional
        From `cs231n.schedules`: of the iteration, by what the learning rate is multiplied.
    clip_norm : float, optional
        Largest common norm of all gradients (`optim.clip_gradients`).
    early_stopping : int, optional
        Stop after so many epochs without a better validation accuracy.
    snapshots : int
        Keep so many states of the model, taken at even distances, for `ensemble_probabilities`; meant for a schedule
        that restarts as often.
    augment : function, optional
        Of a minibatch of images; what it returns is trained on instead.
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

    def __init__(self, model, data, **settings):
        self.model = model
        self._take_data(data)
        self.update_rule = settings.pop("update_rule", "sgd")
        self.optim_config = settings.pop("optim_config", {})
        self.lr_decay = settings.pop("lr_decay", 1.0)
        self.batch_size = settings.pop("batch_size", 100)
        self.num_epochs = settings.pop("num_epochs", 10)
        self.num_train_samples = settings.pop("num_train_samples", 1000)
        self.num_val_samples = settings.pop("num_val_samples", None)
        self.clip_norm = settings.pop("clip_norm", None)
        self.early_stopping = settings.pop("early_stopping", None)
        self.snapshots = settings.pop("snapshots", 0)
        self._take_manners(settings)
        if settings:
            names = ", ".join(f"{name!r}" for name in sorted(settings))
            raise ValueError(f"Solver does not know the keyword{'s' * (len(settings) > 1)} {names}")
        self._check_settings()
        self._reset()

    def train(self):
        """Train to the end, or on from where a checkpoint was; put the best parameters into the model."""
        iterations = self.num_epochs * self._iterations_per_epoch
        steps = range(self.iteration, iterations)
        for t in tqdm(steps, initial=self.iteration, total=iterations, leave=False, disable=not self.progress):
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
            if epoch_ends:
                self._save_checkpoint()
                if self._stale():
                    break
        if self.best_params is not None:
            self.model.params = self.best_params
            self._put_buffers(self.best_buffers)

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
        """
        if num_samples is not None and num_samples < len(X):
            drawn = np.random.choice(len(X), num_samples)
            X, y = X[drawn], y[drawn]
        predicted = np.concatenate([np.argmax(scores, axis=1) for scores in self._scores(X, batch_size)])
        return float(np.mean(predicted == y))

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
        for params, buffers in self.snapshot_states:
            self.model.params = params
            self._put_buffers(buffers)
            total = total + _softmax(np.concatenate(list(self._scores(X, batch_size))))
        self.model.params, buffers = present
        self._put_buffers(buffers)
        return total / len(self.snapshot_states)

    @classmethod
    def from_checkpoint(cls, path, data, **manners):
        """Take up a training where a checkpoint left it; `train()` then ends with the same parameters bit for bit.

        Checkpoints are pickles, which can run code: open only your own.

        Parameters
        ----------
        path : str or Path
            A file that a Solver with `checkpoint_name` wrote.
        data : dict
            As for `Solver`; the same as before.
        **manners
            print_every, verbose, progress, checkpoint_name as for `Solver`, and lr_schedule and augment if they were
            used: functions are not part of a checkpoint.

        Returns
        -------
        Solver

        Raises
        ------
        ValueError
            If the file is not a whole checkpoint, or a function that was used is not given.
        """
        try:
            with open(path, "rb") as file:
                saved = pickle.load(file)
            solver = cls(saved["model"], data, **manners)
            for name in _STATE:
                setattr(solver, name, saved[name])
            np.random.set_state(saved["random_state"])
            missing = [name for name in saved["functions"] if getattr(solver, name) is None]
        except (pickle.UnpicklingError, EOFError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is not a whole checkpoint of a Solver: {error}") from error
        if missing:
            raise ValueError(f"the training of {path} used {' and '.join(missing)}: give it again")
        return solver

    def _take_data(self, data):
        for split in ("train", "val"):
            X, y = (data.get(f"{name}_{split}") for name in "Xy")
            if not isinstance(X, np.ndarray) or len(X) == 0:
                raise ValueError(f"data['X_{split}'] must be an array of at least one image, got {describe(X)}")
            check_labels(y, len(X), name=f"data['y_{split}']", rows_of=f"data['X_{split}']")
            setattr(self, f"X_{split}", X)
            setattr(self, f"y_{split}", y)

    def _take_manners(self, settings):
        """Take what changes how a training looks, or cannot be put into a file."""
        self.print_every = settings.pop("print_every", 10)
        self.verbose = settings.pop("verbose", True)
        self.progress = settings.pop("progress", False)
        self.checkpoint_name = settings.pop("checkpoint_name", None)
        self.lr_schedule = settings.pop("lr_schedule", None)
        self.augment = settings.pop("augment", None)

    def _check_settings(self):
        if self.update_rule not in optim.RULES:
            raise ValueError(f"update_rule must be one of {', '.join(optim.RULES)}, got {describe(self.update_rule)}")
        check_number(self.lr_decay, "lr_decay")
        for name, low in (("batch_size", 1), ("num_epochs", 0), ("print_every", 1), ("snapshots", 0)):
            check_integer(getattr(self, name), name, low)
        if self.early_stopping is not None:
            check_integer(self.early_stopping, "early_stopping", 1)

    def _reset(self):
        self.epoch = self.iteration = 0
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params, self.best_buffers = 0, None, None
        self.snapshot_states = []
        _, defaults = optim.RULES[self.update_rule](np.zeros(1), np.zeros(1))
        first = {"learning_rate": defaults["learning_rate"]} | self.optim_config
        self.optim_configs = {name: dict(first) for name in self.model.params}

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
        self.loss_history.append(loss)
        if self.clip_norm is not None:
            grads, _ = optim.clip_gradients(grads, self.clip_norm)
        rule = optim.RULES[self.update_rule]
        factor = 1.0 if self.lr_schedule is None else self.lr_schedule(self.iteration)
        for name, w in self.model.params.items():
            config = self.optim_configs[name]
            rate = config["learning_rate"]
            next_w, config = rule(w, grads[name], config | {"learning_rate": rate * factor})
            self.model.params[name] = next_w
            self.optim_configs[name] = config | {"learning_rate": rate}

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
        if self.early_stopping is None:
            return False
        since_best = len(self.val_acc_history) - 1 - int(np.argmax(self.val_acc_history))
        return since_best >= self.early_stopping

    def _scores(self, X, batch_size):
        return (self.model.loss(X[start:start + batch_size]) for start in range(0, len(X), batch_size))

    def _model_state(self):
        """Copy the parameters, and the running averages that belong to them."""
        params = {name: w.copy() for name, w in self.model.params.items()}
        return params, copy.deepcopy(getattr(self.model, "bn_params", None))

    def _put_buffers(self, buffers):
        if buffers is not None:
            self.model.bn_params = copy.deepcopy(buffers)

    def _save_checkpoint(self):
        """Write all there is to know, whole or not at all."""
        if self.checkpoint_name is None:
            return
        checkpoint = {name: getattr(self, name) for name in _STATE}
        checkpoint |= {"model": self.model, "random_state": np.random.get_state(),
                       "functions": [name for name in _FUNCTIONS if getattr(self, name) is not None]}
        path = Path(f"{self.checkpoint_name}_epoch_{self.epoch}.pkl")
        half = path.with_suffix(f".{os.getpid()}.part")
        with open(half, "wb") as file:
            pickle.dump(checkpoint, file, protocol=pickle.HIGHEST_PROTOCOL)
        half.replace(path)
        if self.verbose:
            print(f'Saving checkpoint to "{path}"')


def _softmax(scores):
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
