"""Random search for the learning rate and regularisation of a linear classifier (lecture 6)."""

import numpy as np
from tqdm.auto import tqdm

from cs231n.exercise import exercise
from cs231n.validation import check_sizes, describe


def _check_ranges(make_classifier, data, learning_rates, regs, num_trials, num_iters):
    """Guard random_search: a logarithm needs positive ends, and the smaller one first."""
    if not isinstance(data, (tuple, list)) or len(data) != 4:
        raise ValueError(f"data must be (X_train, y_train, X_val, y_val), got {describe(data)}")
    check_sizes(num_trials=num_trials)
    for name, ends in ("learning_rates", learning_rates), ("regs", regs):
        if np.shape(ends) != (2,) or not 0 < ends[0] <= ends[1] < np.inf:
            raise ValueError(f"{name} must be (smallest, largest) with 0 < smallest <= largest, got {ends}")


@exercise("assignment1/svm", validate=_check_ranges)
def random_search(make_classifier, data, learning_rates, regs, num_trials, num_iters):
    """Train a classifier for each of many settings, drawn at random and evenly in log space.

    Parameters
    ----------
    make_classifier : callable
        Returns a new, untrained `LinearClassifier`; a class such as `LinearSVM` does.
    data : tuple of ndarray
        X_train (N, D), y_train (N,), X_val (M, D), y_val (M,).
    learning_rates, regs : (float, float)
        Smallest and largest value to draw; both positive.
    num_trials : int
        Number of settings.
    num_iters : int
        Steps of training for each.

    Returns
    -------
    results : list of dict
        For each trial its "learning_rate", its "reg", the trained "model", and its "accuracy" on the validation
        images, 0 to 1.

    Raises
    ------
    ValueError
        If a range is not two positive numbers, the smaller first, or data or num_trials is something else.
    """
    X_train, y_train, X_val, y_val = data
    results = []
    for _ in tqdm(range(num_trials), leave=False):
        learning_rate = 10 ** np.random.uniform(*np.log10(learning_rates))
        reg = 10 ** np.random.uniform(*np.log10(regs))
        model = make_classifier()
        with np.errstate(all="ignore"):  # steps that are too large end in infinity: a poor result, not an accident
            model.train(X_train, y_train, learning_rate, reg, num_iters)
            accuracy = np.mean(model.predict(X_val) == y_val)
        results.append({"learning_rate": learning_rate, "reg": reg, "accuracy": accuracy, "model": model})
    return results
