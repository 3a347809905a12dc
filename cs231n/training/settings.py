"""The settings of a training, all in one place; `Solver` says what each of them means."""
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real

from cs231n import optim
from cs231n.validation import check_integer, check_number, describe


@dataclass(kw_only=True, eq=False, repr=False)
class Settings:
    """The keywords of `Solver`, with their defaults; other trainings take some of them.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    update_rule: str = "sgd"
    optim_config: dict | None = None
    lr_decay: float = 1.0
    batch_size: int = 100
    num_epochs: int = 10
    print_every: int = 10
    verbose: bool = True
    num_train_samples: int | None = 1000
    num_val_samples: int | None = None
    checkpoint_name: str | None = None
    lr_schedule: Callable | None = None
    clip_norm: float | None = None
    early_stopping: int | None = None
    snapshots: int = 0
    augment: Callable | None = None
    progress: bool = False

    def __post_init__(self):
        if self.update_rule not in optim.RULES:
            raise ValueError(f"update_rule must be one of {', '.join(optim.RULES)}, got {describe(self.update_rule)}")
        if not isinstance(self.optim_config, dict | None):
            raise ValueError(f"optim_config must be a dictionary, got {describe(self.optim_config)}")
        check_number((self.optim_config or {}).get("learning_rate", 0), "optim_config['learning_rate']")
        check_number(self.lr_decay, "lr_decay")
        for name, low in (("batch_size", 1), ("num_epochs", 0), ("snapshots", 0)):
            check_integer(getattr(self, name), name, low)
        for name in ("num_train_samples", "num_val_samples", "early_stopping"):
            if getattr(self, name) is not None:
                check_integer(getattr(self, name), name, 1)
        if not isinstance(self.print_every, Integral):
            raise ValueError(f"print_every must be an integer (below 1 for no line), got {describe(self.print_every)}")
        if not (self.clip_norm is None or isinstance(self.clip_norm, Real) and self.clip_norm > 0):
            raise ValueError(f"clip_norm must be above 0, or None for no clipping, got {describe(self.clip_norm)}")
        for name in FUNCTIONS:
            if getattr(self, name) is not None and not callable(getattr(self, name)):
                raise ValueError(f"{name} must be a function, got {describe(getattr(self, name))}")


# Functions are no part of a checkpoint; they must be given again.
FUNCTIONS = ("lr_schedule", "augment")

# What may change in the middle of a training.
CHANGEABLE = ("num_epochs", "print_every", "verbose", "progress", "checkpoint_name", *FUNCTIONS)
