"""The loop of every training: draw a minibatch, update the parameters, measure, print, save.

`Solver` trains classifiers and `CaptioningSolver` captions; each says how a minibatch is drawn and what is measured.
"""
import copy
import inspect
import math
import warnings
from dataclasses import fields

import numpy as np
from tqdm.auto import tqdm

from cs231n.training.checkpoints import load_checkpoint, save_checkpoint
from cs231n.training.settings import CHANGEABLE, FUNCTIONS, Settings
from cs231n.training.updater import Updater


class TrainingDiverged(RuntimeWarning):
    """The loss is not a finite number any more; the message says what to try."""


class BaseSolver(Settings):
    """Train a model by stochastic gradient descent; subclasses say on what.

    A subclass has

    * `SETTINGS`, the names of the keywords that it takes,
    * `_take_data(data)`, which checks the data and keeps them,
    * `_num_train`, the number of training examples,
    * `_minibatch()`, which draws the arguments of ``model.loss``,
    * and, if there is one to measure, `_accuracies()`: on training and validation examples.

    Parameters
    ----------
    model : object
        With a dictionary `params` of arrays, and `loss`, which returns the loss and a dictionary of its gradients. What
        else it has to keep, such as running averages, is called `bn_params`.
    data : dict
    **settings
        As in `Solver`.

    Raises
    ------
    ValueError
        If a keyword is unknown, or a setting or the data do not fit.
    """

    SETTINGS = tuple(field.name for field in fields(Settings))

    # With these, the settings and the model, training goes on as if it had never stopped.
    _STATE = ("epoch", "iteration", "loss_history", "train_acc_history", "val_acc_history", "best_val_acc",
              "best_params", "best_buffers", "snapshot_states", "optim_configs")

    def __init_subclass__(cls):
        """Show the keywords that the class takes, where somebody asks for its signature."""
        if "__init__" not in vars(cls):
            model_and_data = list(inspect.signature(BaseSolver.__init__).parameters.values())[1:3]
            known = inspect.signature(Settings).parameters
            cls.__signature__ = inspect.Signature([*model_and_data, *(known[name] for name in cls.SETTINGS)])

    def __init__(self, model, data, **settings):
        unknown = [name for name in settings if name not in self.SETTINGS]
        if unknown:
            raise ValueError(f"{type(self).__name__} does not know {_names(unknown)}; it takes {_names(self.SETTINGS)}")
        self._take_data(data)
        super().__init__(**settings)
        self.model = model
        self._updater = Updater(model.params, self)
        self.epoch = self.iteration = 0
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params, self.best_buffers = 0, None, None
        self.snapshot_states = []
        self.diverged = None

    @property
    def optim_configs(self):
        """For each parameter, what the update rule is called with: its settings, the learning rate, its memory."""
        return self._updater.configs

    @optim_configs.setter
    def optim_configs(self, configs):
        self._updater.configs = configs

    def train(self):
        """Train to the end, or on from where it was stopped; then put the best parameters into the model.

        A loss that is infinite or NaN ends it with the warning `TrainingDiverged`.
        """
        iterations = self.num_epochs * self._iterations_per_epoch
        steps = range(self.iteration, iterations)
        for t in tqdm(steps, initial=self.iteration, total=iterations, leave=False, disable=not self.progress):
            if self._stops_early():
                break
            loss, grads = self.model.loss(*self._minibatch())
            if not np.isfinite(loss):
                self._diverge(loss)
                break
            self._updater.step(self.model.params, grads, t)
            self.loss_history.append(float(loss))
            self.iteration = t + 1
            if self.verbose and self.print_every > 0 and t % self.print_every == 0:
                print(f"(Iteration {t + 1} / {iterations}) loss: {self.loss_history[-1]:f}")
            epoch_ends = (t + 1) % self._iterations_per_epoch == 0
            if epoch_ends:
                self.epoch += 1
                self._updater.decay()
            if t == 0 or epoch_ends:
                self._measure()
            if self.snapshots and (t + 1) * self.snapshots // iterations > len(self.snapshot_states):
                self.snapshot_states.append(self._model_state())
            if epoch_ends and self.checkpoint_name is not None:
                self._save()
        if self.best_params is not None:
            self._put_state(self.best_params, self.best_buffers)

    @classmethod
    def from_checkpoint(cls, path, data, **changes):
        """Take up a training where a checkpoint left it; `train()` then ends with the same parameters bit for bit.

        NumPy's global generator goes back to where it was then, too. Checkpoints are pickles, which can run code: open
        only your own.

        Parameters
        ----------
        path : str or Path
            A file that a training with `checkpoint_name` wrote.
        data : dict
            The same as before.
        **changes
            lr_schedule and augment if they were used: functions are not part of a checkpoint. And what shall be
            different from now on, of num_epochs (to train longer), print_every, verbose, progress, checkpoint_name.

        Returns
        -------
        solver
            Of this class.

        Raises
        ------
        ValueError
            If the file is not a whole checkpoint, the data have other shapes, a function that was used is not given,
            or something else is to be changed.
        """
        if not changes.keys() <= set(CHANGEABLE):
            raise ValueError(f"only {_names(CHANGEABLE)} can change in mid-training, got {_names(changes)}")
        saved = load_checkpoint(path, f"a {cls.__name__}")
        missing = [name for name in saved["functions"] if changes.get(name) is None]
        if missing:
            raise ValueError(f"the training of {path} used {_names(missing)}: give it again")
        solver = cls(saved["model"], data, **{name: saved[name] for name in cls.SETTINGS if name in saved} | changes)
        if solver._data_shapes() != saved["data_shapes"]:
            raise ValueError(f"data must be the same as before: {path} was trained on arrays of shapes "
                             f"{saved['data_shapes']}, got {solver._data_shapes()}")
        for name in cls._STATE:
            setattr(solver, name, saved[name])
        np.random.set_state(saved["random_state"])
        return solver

    def _accuracies(self):
        """On training and on validation examples, or None where there is nothing to measure."""

    @property
    def _iterations_per_epoch(self):
        return max(self._num_train // self.batch_size, 1)

    def _stops_early(self):
        """Tell whether the last epochs brought nothing better, and say so."""
        if self.early_stopping is None or not self.val_acc_history:
            return False
        since_best = len(self.val_acc_history) - 1 - int(np.argmax(self.val_acc_history))
        if self.verbose and since_best >= self.early_stopping:
            print(f"Stopped: val_acc was not better in the last {self.early_stopping} epochs")
        return since_best >= self.early_stopping

    def _diverge(self, loss):
        """End the curves, and leave a word of advice."""
        self.loss_history.append(math.nan)
        self.iteration += 1
        self.diverged = (f"The loss is {loss} in iteration {self.iteration}: training has diverged. Try a learning "
                         "rate ten times smaller, smaller first weights (weight_scale), inputs of mean 0 and about "
                         "unit size, or clip_norm=1.")
        if not self.val_acc_history:  # a search over settings looks for the best accuracy of each training
            self._measure()
        warnings.warn(self.diverged, TrainingDiverged, stacklevel=3)  # where train() was called

    def _measure(self):
        accuracies = self._accuracies()
        if accuracies is None:
            return
        train_acc, val_acc = accuracies
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        if self.verbose:
            print(f"(Epoch {self.epoch} / {self.num_epochs}) train acc: {train_acc:f}; val_acc: {val_acc:f}")
        if val_acc > self.best_val_acc:
            self.best_val_acc = val_acc
            self.best_params, self.best_buffers = self._model_state()

    def _save(self):
        saved = {name: getattr(self, name) for name in (*self.SETTINGS, *self._STATE) if name not in FUNCTIONS}
        saved |= {"model": self.model, "data_shapes": self._data_shapes(),
                  "functions": [name for name in FUNCTIONS if getattr(self, name) is not None]}
        path = f"{self.checkpoint_name}_epoch_{self.epoch}.pkl"
        save_checkpoint(path, saved)
        if self.verbose:
            print(f'Saving checkpoint to "{path}"')

    def _model_state(self):
        """Copy the parameters, and the running averages that belong to them."""
        return copy.deepcopy((self.model.params, getattr(self.model, "bn_params", None)))

    def _put_state(self, params, buffers):
        """Put a copy of what `_model_state` returned into the model."""
        self.model.params, buffers = copy.deepcopy((params, buffers))
        if buffers is not None:
            self.model.bn_params = buffers


def _names(them):
    """Names as an error message lists them."""
    return ", ".join(repr(name) for name in them)
