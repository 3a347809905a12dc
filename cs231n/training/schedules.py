"""Learning-rate schedules: by what factor the first learning rate is multiplied at step t.

Each function below makes a schedule, which is a function of t (steps or epochs: the unit of its other arguments).

    rate = 1e-3 * cosine(1000)(t)

They raise a ValueError for a number that is not above 0.
"""
import math
from numbers import Real

from cs231n.validation import describe


def step(every, factor=0.5):
    """Multiply by `factor` once every so many steps: ``factor^floor(t / every)``."""
    _positive(every=every, factor=factor)
    return lambda t: factor ** (t // every)


def exponential(k):
    """Decay by a constant share each step, ``exp(-k t)``; half is left after ``ln 2 / k``."""
    _positive(k=k)
    return lambda t: math.exp(-k * t)


def inverse(k):
    """Decay as ``1 / (1 + k t)``; half is left after ``1 / k``."""
    _positive(k=k)
    return lambda t: 1 / (1 + k * t)


def cosine(length, restart=False):
    """Go from 1 to 0 along half a cosine, ``(1 + cos(pi t / length)) / 2`` (Loshchilov and Hutter, 2017).

    Afterwards stay at 0, or with `restart` begin again at 1: each end is then a snapshot for an ensemble.
    """
    _positive(length=length)
    return lambda t: (1 + math.cos(math.pi * ((t % length if restart else min(t, length)) / length))) / 2


def warm_up(length, then):
    """Grow evenly from ``1 / length`` to 1 over the first steps, then follow another schedule from its start."""
    _positive(length=length)
    if not callable(then):
        raise ValueError(f"then must be a schedule such as cosine(1000), got {describe(then)}")
    return lambda t: (t + 1) / length if t < length else then(t - length)


def _positive(**arguments):
    for name, value in arguments.items():
        if not isinstance(value, Real) or not value > 0:
            raise ValueError(f"{name} must be above 0, got {describe(value)}")
