"""One step of all parameters of a model, by a rule of `optim`."""
import numpy as np

from cs231n import optim
from cs231n.validation import describe


class Updater:
    """Moves parameters along their gradients, and keeps what the rule remembers of each.

    Parameters
    ----------
    names : iterable of str
        Names of the parameters.
    settings : Settings
        Of it update_rule, optim_config, lr_decay, lr_schedule and clip_norm; `Solver` says what they mean. They may
        change between steps.

    Attributes
    ----------
    configs : dict of str -> dict
        For each parameter the settings of the rule, with the present learning rate, and its memory.
    """

    def __init__(self, names, settings):
        self.settings = settings
        config = dict(settings.optim_config or {})
        if "learning_rate" not in config:  # the rule's own, for decay and schedule to act on
            config["learning_rate"] = self._rule(np.zeros(1), np.zeros(1))[1]["learning_rate"]
        self.configs = {name: dict(config) for name in names}

    @property
    def _rule(self):
        return optim.RULES[self.settings.update_rule]

    def step(self, params, grads, iteration=0):
        """Put new arrays into `params`, a dictionary, given a gradient for each of them.

        Raises
        ------
        ValueError
            If a gradient is missing or has another shape than its parameter.
        """
        for name, w in params.items():
            if getattr(grads.get(name), "shape", None) != w.shape:
                raise ValueError(f"model.loss must return a gradient of shape {w.shape} for params[{name!r}], "
                                 f"got {describe(grads.get(name))}")
        if self.settings.clip_norm is not None:
            grads, _ = optim.clip_gradients(grads, self.settings.clip_norm)
        factor = 1.0 if self.settings.lr_schedule is None else self.settings.lr_schedule(iteration)
        for name, w in params.items():
            rate = self.configs[name]["learning_rate"]
            # A plain float: a NumPy number of 64 bits would turn parameters of 32 bits into 64.
            now = self.configs[name] | {"learning_rate": float(rate * factor)}
            params[name], config = self._rule(w, grads[name], now)
            self.configs[name] = config | {"learning_rate": rate}

    def decay(self):
        """Multiply all learning rates by lr_decay, from now on."""
        for config in self.configs.values():
            config["learning_rate"] *= self.settings.lr_decay
