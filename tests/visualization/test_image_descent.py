"""Gradient descent on pixels."""
import numpy as np
import pytest

from cs231n.image_utils import clip_image
from cs231n.visualization.image_descent import descend


def test_it_ends_at_the_nearest_image_that_can_be_shown():
    np.random.seed(0)
    target = 3 * np.random.randn(1, 3, 6, 5)
    X = descend(np.zeros_like(target), lambda X, shift: 2 * (X - target), num_iterations=300)
    np.testing.assert_allclose(X, clip_image(target), atol=1e-3)


def test_steps_grow_smaller_along_half_a_cosine():
    shown = [np.zeros((1, 3, 4, 4))]
    # Of a gradient that never changes, each step of Adam is as long as its rate.
    descend(shown[0], lambda X, shift: np.ones_like(X), 10, 0.05, on_step=lambda i, X: shown.append(X))
    steps = -np.diff([X[0, 0, 0, 0] for X in shown])
    np.testing.assert_allclose(steps, 0.05 * (1 + np.cos(np.pi * np.arange(10) / 10)) / 2, rtol=1e-6)


def test_shifts_are_drawn_evenly_and_float32_stays():
    shifts, numbers = [], []

    def gradient(X, shift):
        shifts.append(tuple(shift))
        return X

    np.random.seed(0)
    X = descend(np.ones((1, 3, 4, 4), np.float32), gradient, 200, max_jitter=2, on_step=lambda i, X: numbers.append(i))
    assert X.dtype == np.float32 and numbers == list(range(200))
    assert set(shifts) == {(down, across) for down in range(3) for across in range(3)}


@pytest.mark.parametrize(("settings", "message"), [
    ({"num_iterations": 1.5}, "num_iterations must be an integer"),
    ({"learning_rate": -1}, "learning_rate must be a finite number, 0 or more"),
    ({"max_jitter": -1}, "max_jitter must be an integer, 0 or more"),
])
def test_errors_name_the_argument(settings, message):
    with pytest.raises(ValueError, match=message):
        descend(np.zeros((1, 3, 4, 4)), lambda X, shift: X, **settings)
