"""Regularisation: what a weight array adds to the loss, and the gradient of that. Biases are left out."""
import numpy as np

from cs231n.validation import check_any, check_number


def l2_regularization(w, strength):
    """Half the sum of squares, ``strength / 2 * sum(w^2)``: prefers many small weights to a few large ones.

    Parameters
    ----------
    w : ndarray of any shape
    strength : float

    Returns
    -------
    loss : float
    dw : ndarray, shape of w

    Raises
    ------
    ValueError
        If w is not an array of real numbers, or a strength is not a finite number, 0 or more.
    """
    _check(w, strength=strength)
    return 0.5 * strength * np.sum(w * w), strength * w


def l1_regularization(w, strength):
    """Sum of magnitudes, ``strength * sum(|w|)``: drives weights that do not help to 0.

    Parameters and results are those of `l2_regularization`; where w is 0, of all slopes 0 is taken.
    """
    _check(w, strength=strength)
    return strength * np.sum(np.abs(w)), strength * np.sign(w)


def elastic_net(w, strength, beta):
    """Both together, ``strength * sum(beta w^2 + |w|)`` (lecture 3).

    Parameters
    ----------
    w : ndarray of any shape
    strength, beta : float
        Strength of the whole, and of the squares in it.

    Returns
    -------
    loss : float
    dw : ndarray, shape of w

    Raises
    ------
    ValueError
        As `l2_regularization` does.
    """
    _check(w, strength=strength, beta=beta)
    loss = strength * (beta * np.sum(w * w) + np.sum(np.abs(w)))
    return loss, strength * (2 * beta * w + np.sign(w))


def _check(w, **strengths):
    check_any(w, "w")
    for name, value in strengths.items():
        check_number(value, name)
