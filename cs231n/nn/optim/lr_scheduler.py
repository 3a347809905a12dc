"""Learning-rate schedules of optimisers, with PyTorch's names: ``scheduler.step()`` after each epoch, or each step."""
import math

from cs231n.training import schedules


class LambdaLR:
    """The first learning rate of each group times a function of the number of calls of `step`.

    Parameters
    ----------
    optimizer : Optimizer
    lr_lambda : function
        Such as a schedule of `cs231n.training.schedules`.
    """

    def __init__(self, optimizer, lr_lambda):
        self.optimizer, self.factor, self.last_epoch = optimizer, lr_lambda, 0
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self._set()

    def step(self):
        """Go on by one."""
        self.last_epoch += 1
        self._set()

    def _set(self):
        for group, lr in zip(self.optimizer.param_groups, self.rates(), strict=True):
            group["lr"] = lr

    def rates(self):
        """Return the learning rates that hold now, one for each group."""
        return [lr * self.factor(self.last_epoch) for lr in self.base_lrs]

    def get_last_lr(self):
        """Return the learning rates in force, one for each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self):
        """Return where the schedule stands."""
        return {"last_epoch": self.last_epoch, "base_lrs": self.base_lrs}

    def load_state_dict(self, state_dict):
        """Go on from there."""
        self.last_epoch, self.base_lrs = state_dict["last_epoch"], state_dict["base_lrs"]
        self._set()


class StepLR(LambdaLR):
    """Multiply by `gamma` once every `step_size`."""

    def __init__(self, optimizer, step_size, gamma=0.1):
        super().__init__(optimizer, schedules.step(step_size, gamma))


class MultiStepLR(LambdaLR):
    """Multiply by `gamma` at each of the milestones."""

    def __init__(self, optimizer, milestones, gamma=0.1):
        super().__init__(optimizer, lambda t: gamma ** sum(t >= milestone for milestone in milestones))


class ExponentialLR(LambdaLR):
    """Multiply by `gamma` each time."""

    def __init__(self, optimizer, gamma):
        super().__init__(optimizer, lambda t: gamma ** t)


class LinearLR(LambdaLR):
    """Go evenly from `start_factor` to `end_factor` in `total_iters`: a warm-up."""

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        super().__init__(optimizer, lambda t: start_factor + (end_factor - start_factor) * min(t / total_iters, 1))


class CosineAnnealingLR(LambdaLR):
    """Half a cosine from the first learning rate to `eta_min` in `T_max`, and back up again after."""

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, lambda t: (1 + math.cos(math.pi * t / T_max)) / 2)

    def rates(self):
        return [self.eta_min + (lr - self.eta_min) * self.factor(self.last_epoch) for lr in self.base_lrs]


class ReduceLROnPlateau:
    """Multiply by `factor` when what is watched has not become better for more than `patience` calls of `step`."""

    def __init__(self, optimizer, mode="min", factor=0.1, patience=10, threshold=1e-4, min_lr=0.0):
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.min_lr = threshold, min_lr
        self.best, self.num_bad_epochs = math.inf if mode == "min" else -math.inf, 0

    def step(self, metrics):
        """Tell how good it is now."""
        metrics = float(metrics)
        margin = self.threshold * abs(self.best) if math.isfinite(self.best) else 0
        if metrics < self.best - margin if self.mode == "min" else metrics > self.best + margin:
            self.best, self.num_bad_epochs = metrics, 0
        else:
            self.num_bad_epochs += 1
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                group["lr"] = max(group["lr"] * self.factor, self.min_lr)
            self.num_bad_epochs = 0
