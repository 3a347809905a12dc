"""The loop of every training: draw a minibatch, update the parameters, print the loss.

`Solver` trains classifiers and `CaptioningSolver` captions; here is what they share.
"""
from numbers import Real

import numpy as np
from tqdm.auto import tqdm

from cs231n import optim
from cs231n.validation import check_integer, check_number, describe


class TrainingDiverged(FloatingPointError):
    """The loss is not a finite number any more; the message says what to try."""


class BaseSolver:
    """Train a model by stochastic gradient descent; subclasses say on what.

    A subclass reads its data before it calls `__init__` here, and has `_num_train`, the number of training examples,
    and `_minibatch()`, which draws the arguments of ``model.loss``. It may do more after an iteration
    (`_after_iteration`) and end the training early (`_finished`).

    Parameters
    ----------
    model : object
        With a dictionary `params` of arrays, and `loss`, which returns the loss and a dictionary of its gradients.
    update_rule, optim_config, lr_decay, batch_size, num_epochs, print_every, verbose, lr_schedule, clip_norm, progress
        As in `Solver`.

    Raises
    ------
    ValueError
        If a setting does not fit.
    """

    def __init__(self, model, *, update_rule, optim_config, lr_decay, batch_size, num_epochs, print_every, verbose,
                 lr_schedule, clip_norm, progress):
        self.model = model
        self.update_rule = update_rule
        self.optim_config = {} if optim_config is None else optim_config
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.print_every = print_every
        self.verbose = verbose
        self.lr_schedule = lr_schedule
        self.clip_norm = clip_norm
        self.progress = progress
        self._check_settings()
        self.epoch = self.iteration = 0
        self.loss_history = []
        config = dict(self.optim_config)
        if "learning_rate" not in config:  # the rule's own, for decay and schedule to act on
            config["learning_rate"] = optim.RULES[self.update_rule](np.zeros(1), np.zeros(1))[1]["learning_rate"]
        self.optim_configs = {name: dict(config) for name in self.model.params}

    def train(self):
        """Train to the end, or on from where it was stopped.

        Raises
        ------
        TrainingDiverged
            If the loss becomes infinite or NaN.
        """
        iterations = self.num_epochs * self._iterations_per_epoch
        steps = range(self.iteration, iterations)
        for t in tqdm(steps, initial=self.iteration, total=iterations, leave=False, disable=not self.progress):
            if self._finished():
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
            self._after_iteration(epoch_ends)

    def _finished(self):
        """Tell whether the training may stop before its end."""
        return False

    def _after_iteration(self, epoch_ends):
        """Do what a subclass does besides."""

    def _check_settings(self):
        if self.update_rule not in optim.RULES:
            raise ValueError(f"update_rule must be one of {', '.join(optim.RULES)}, got {describe(self.update_rule)}")
        if not isinstance(self.optim_config, dict):
            raise ValueError(f"optim_config must be a dictionary, got {describe(self.optim_config)}")
        check_number(self.optim_config.get("learning_rate", 0), "optim_config['learning_rate']")
        check_number(self.lr_decay, "lr_decay")
        for name, low in (("batch_size", 1), ("num_epochs", 0), ("print_every", 1)):
            check_integer(getattr(self, name), name, low)
        if not (self.clip_norm is None or isinstance(self.clip_norm, Real) and self.clip_norm > 0):
            raise ValueError(f"clip_norm must be above 0, or None for no clipping, got {describe(self.clip_norm)}")
        self._check_function("lr_schedule")

    def _check_function(self, name):
        if getattr(self, name) is not None and not callable(getattr(self, name)):
            raise ValueError(f"{name} must be a function, got {describe(getattr(self, name))}")

    @property
    def _iterations_per_epoch(self):
        return max(self._num_train // self.batch_size, 1)

    def _step(self):
        loss, grads = self.model.loss(*self._minibatch())
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


def check_known(unknown, cls, known):
    """Raise if there are keywords left over that a solver does not know."""
    if unknown:
        raise ValueError(f"{cls.__name__} does not know {names(unknown)}; it takes {names(known)}")


def names(them):
    """Names as an error message lists them."""
    return ", ".join(repr(name) for name in them)
