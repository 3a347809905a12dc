"""Random search for the settings of a linear classifier."""
import numpy as np
import pytest

from cs231n.classifiers import LinearSVM, Softmax
from cs231n.training.random_search import random_search


def two_groups():
    """Points around (3, 0) and (-3, 0), with a constant 1."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = np.column_stack([3.0 - 6 * y, np.zeros(60)]) + rng.standard_normal((60, 2))
    X = np.hstack([X, np.ones((60, 1))])
    return X[:40], y[:40], X[40:], y[40:]


@pytest.mark.parametrize("make_classifier", [LinearSVM, Softmax])
def test_it_finds_settings_that_work(make_classifier):
    np.random.seed(0)
    data = two_groups()
    results = random_search(make_classifier, data, (1e-4, 1e-1), (1e-4, 1e-1), num_trials=12, num_iters=50)
    best = max(results, key=lambda trial: trial["accuracy"])
    assert best["accuracy"] > 0.9
    assert best["accuracy"] == np.mean(best["model"].predict(data[2]) == data[3])
    assert isinstance(best["model"], make_classifier)
    for name in "learning_rate", "reg":
        values = [trial[name] for trial in results]
        assert len(set(values)) == 12 and 1e-4 <= min(values) <= max(values) <= 1e-1


@pytest.mark.filterwarnings("error")
def test_a_trial_that_diverges_is_a_poor_trial_and_no_warning():
    results = random_search(LinearSVM, two_groups(), (1e8, 1e9), (1e3, 1e4), num_trials=2, num_iters=50)
    assert all(not np.all(np.isfinite(trial["model"].W)) and trial["accuracy"] < 0.8 for trial in results)


@pytest.mark.parametrize("learning_rates, regs, named", [
    ((0, 1e-3), (1, 2), r"learning_rates must be .*0 < smallest <= largest, got \(0, 0.001\)"),
    ((1e-3, 1e-5), (1, 2), r"learning_rates must be .*got \(0.001, 1e-05\)"),
    ((1e-5, 1e-3), (-1, 2), r"regs must be .*got \(-1, 2\)"),
    ((1e-5, 1e-3), (1, np.inf), r"regs must be .*got \(1, inf\)"),
    ((1e-5, 1e-3), (1, 2, 3), r"regs must be .*got \(1, 2, 3\)"),
])
def test_ranges_must_have_logarithms(learning_rates, regs, named):
    with pytest.raises(ValueError, match=named):
        random_search(LinearSVM, two_groups(), learning_rates, regs, 1, 1)


@pytest.mark.parametrize("data, num_trials, named", [
    (two_groups()[:3], 1, r"data must be \(X_train, y_train, X_val, y_val\), got tuple"),
    (two_groups(), 0, "num_trials must be an integer, 1 or more, got int 0"),
])
def test_other_wrong_input_is_named(data, num_trials, named):
    with pytest.raises(ValueError, match=named):
        random_search(LinearSVM, data, (1e-5, 1e-3), (1, 2), num_trials, 1)
