"""Optimisers: the kit's update rules (`cs231n.optim`) on the parameters of modules, with PyTorch's arguments."""
import copy

import numpy as np

from cs231n import optim as rules
from cs231n.autograd.grad_mode import enable_grad, no_grad
from cs231n.autograd.tape import Tensor


class Optimizer:
    """Base of all optimisers. A subclass has `update`, or an own `step`.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        Dictionaries are groups: "params", and settings that differ from those of the others.
    defaults : dict
        Settings of groups that do not say otherwise.

    Attributes
    ----------
    param_groups : list of dict
    state : dict of Parameter -> dict
        What the update rule remembers.
    """

    def __init__(self, params, defaults):
        self.defaults, self.param_groups, self.state = defaults, [], {}
        groups = [params] if isinstance(params, Tensor) else list(params)
        if not groups:
            raise ValueError("params must hold at least one parameter")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, group):
        """Add parameters with settings of their own."""
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for p in params:
            if not isinstance(p, Tensor) or not p.is_leaf:
                raise ValueError(f"an optimiser moves leaves of the tape, got {type(p).__name__}")
            if id(p) in known:
                raise ValueError("a parameter stands in more than one group")
        group = {**self.defaults, **group, "params": params}
        for name in ("lr", "weight_decay"):
            if not group.get(name, 0) >= 0:
                raise ValueError(f"{name} must be 0 or more, got {group[name]!r}")
        self.param_groups.append(group)

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, as `backward` adds to them."""
        for p in (p for group in self.param_groups for p in group["params"]):
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad.zero_()

    def step(self, closure=None):
        """Move every parameter that has a gradient; `closure`, if given, computes the loss and the gradients first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        self._move(p, group)
        return loss

    def _move(self, p, group):
        # Arrays that lie transposed, as the weights of Linear, are handed over as they lie: rules go number by number.
        turned = p.data.ndim == 2 and p.data.flags.f_contiguous and not p.data.flags.c_contiguous
        w, dw = (p.data.T, p.grad.data.T) if turned else (p.data, p.grad.data)
        if group.get("maximize"):
            dw = -dw
        w = self.update(w, dw, self.state.setdefault(p, {}), group)
        p.data = w.T if turned else w
        p._version[0] += 1

    def update(self, w, dw, config, group):
        """Return the next values of a parameter: arrays w and dw, what is remembered of it, and its settings."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update")

    def state_dict(self):
        """Return settings and memory, with parameters by number."""
        numbers = {id(p): i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        return {"state": {numbers[id(p)]: copy.deepcopy(config) for p, config in self.state.items()},
                "param_groups": [{**group, "params": [numbers[id(p)] for p in group["params"]]}
                                 for group in self.param_groups]}

    def load_state_dict(self, state_dict):
        """Take over what `state_dict` returned, for the same parameters."""
        params = [p for group in self.param_groups for p in group["params"]]
        if [len(group["params"]) for group in state_dict["param_groups"]] != \
                [len(group["params"]) for group in self.param_groups]:
            raise ValueError("this state_dict has other groups of parameters")
        self.state = {params[i]: copy.deepcopy(config) for i, config in state_dict["state"].items()}
        for group, saved in zip(self.param_groups, state_dict["param_groups"], strict=True):
            group.update({name: value for name, value in saved.items() if name != "params"})

    def __repr__(self):
        settings = {name: value for name, value in self.param_groups[0].items() if name != "params"}
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in settings.items())})"


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum or Nesterov's.

    The kit's velocity is PyTorch's times minus the learning rate; it is scaled when the rate changes.
    """

    def __init__(self, params, lr=1e-3, momentum=0.0, weight_decay=0.0, nesterov=False, maximize=False):
        if nesterov and not momentum > 0:
            raise ValueError("nesterov needs a momentum above 0")
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "nesterov": nesterov,
                                  "maximize": maximize})

    def update(self, w, dw, config, group):
        dw = _decayed(w, dw, group)
        lr = group["lr"]
        if not group["momentum"]:
            return rules.sgd(w, dw, {"learning_rate": lr})[0]
        before = config.get("learning_rate", lr)
        if lr != before and "velocity" in config:
            if before == 0:
                config["velocity"] = np.zeros_like(w)
            else:
                config["velocity"] = config["velocity"] * (lr / before)
        config.update(learning_rate=lr, momentum=group["momentum"])
        return (rules.nesterov if group["nesterov"] else rules.sgd_momentum)(w, dw, config)[0]


class Adagrad(Optimizer):
    """AdaGrad."""

    def __init__(self, params, lr=1e-2, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
        super().__init__(params, {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps,
                                  "initial_accumulator_value": initial_accumulator_value})

    def update(self, w, dw, config, group):
        steps = config["t"] = config.get("t", -1) + 1
        config.setdefault("cache", np.full_like(w, group["initial_accumulator_value"]))
        config.update(learning_rate=group["lr"] / (1 + steps * group["lr_decay"]), epsilon=group["eps"])
        return rules.adagrad(w, _decayed(w, dw, group), config)[0]


class RMSprop(Optimizer):
    """RMSProp; without PyTorch's `momentum` and `centered`."""

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay})

    def update(self, w, dw, config, group):
        config.update(learning_rate=group["lr"], decay_rate=group["alpha"], epsilon=group["eps"])
        return rules.rmsprop(w, _decayed(w, dw, group), config)[0]


class Adam(Optimizer):
    """Adam; `weight_decay` is added to the gradient."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, maximize=False):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "maximize": maximize})

    def update(self, w, dw, config, group):
        return rules.adam(w, _decayed(w, dw, group), _adam_settings(config, group))[0]


class AdamW(Optimizer):
    """Adam with decoupled weight decay."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, maximize=False):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "maximize": maximize})

    def update(self, w, dw, config, group):
        config["weight_decay"] = group["weight_decay"]
        return rules.adamw(w, dw, _adam_settings(config, group))[0]


def _adam_settings(config, group):
    beta1, beta2 = group["betas"]
    config.update(learning_rate=group["lr"], beta1=beta1, beta2=beta2, epsilon=group["eps"])
    return config


def _decayed(w, dw, group):
    return dw + group["weight_decay"] * w if group["weight_decay"] else dw
