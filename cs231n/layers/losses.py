"""Loss functions: scores and labels in, one number and its gradient on the scores out."""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.activations import sigmoid
from cs231n.validation import check_array, check_whole


def check_scores(x, y):
    """Guard the losses: scores (N, C) and labels (N,)."""
    check_array(x, "x", ("N", "C"))
    N, C = x.shape
    check_array(y, "y", (N,))
    check_whole(y, "y", C, "C")


def svm_loss(x, y):
    """Multiclass SVM (hinge) loss: ``1/N sum_i sum_{j != y_i} max(0, x_ij - x_i,y_i + 1)``.

    Parameters
    ----------
    x : ndarray (N, C)
        Scores.
    y : ndarray (N,) of int
        Labels, 0 to C - 1.

    Returns
    -------
    loss : float
    dx : ndarray (N, C)
        Gradient of the loss on the scores.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or a label is out of range.
    """
    margins, rows = _margins(x, y)
    return np.sum(margins) / len(x), _to_scores((margins > 0).astype(x.dtype), rows, y)


def squared_hinge_loss(x, y):
    """Multiclass SVM loss with squared margins: ``1/N sum_i sum_{j != y_i} max(0, x_ij - x_i,y_i + 1)^2``.

    One large violation costs more than several small ones. Parameters and results are those of `svm_loss`.
    """
    margins, rows = _margins(x, y)
    return np.sum(margins**2) / len(x), _to_scores(2 * margins, rows, y)


def softmax_loss(x, y):
    """Softmax (cross-entropy) loss: ``-1/N sum_i log(exp(x_i,y_i) / sum_j exp(x_ij))``.

    Parameters and results are those of `svm_loss`.
    """
    check_scores(x, y)
    N, rows = len(x), np.arange(len(x))
    shifted = x - np.max(x, axis=1, keepdims=True)  # changes no probability, and exp cannot overflow
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    loss = -np.sum(log_probs[rows, y]) / N
    dx = np.exp(log_probs)
    dx[rows, y] -= 1
    dx /= N
    return loss, dx


def check_targets(logits, targets):
    """Guard bce_loss."""
    check_array(logits, "logits", ("N", 1))
    check_array(targets, "targets", logits.shape)


@exercise("assignment3/GANs", validate=check_targets)
def bce_loss(logits, targets):
    """Binary cross-entropy of scores, ``mean of -t log(p) - (1 - t) log(1 - p)`` with ``p = sigmoid(logit)``.

    Computed as ``max(s, 0) - s t + log(1 + exp(-|s|))``, the same number, which no score can make overflow.

    Parameters
    ----------
    logits : ndarray (N, 1)
        Scores s.
    targets : ndarray (N, 1)
        t: 1 for real, 0 for generated.

    Returns
    -------
    loss : float
    dlogits : ndarray (N, 1)
        Gradient of the loss on the scores.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no scores.
    """
    loss = np.mean(np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits))))
    dlogits = (sigmoid(logits) - targets) / logits.size
    return loss, dlogits


def _margins(x, y):
    check_scores(x, y)
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)
    margins[rows, y] = 0  # the correct class does not compete with itself
    return margins, rows


def _to_scores(dmargins, rows, y):
    """Every margin grows with its own score and falls with that of the correct class."""
    dmargins[rows, y] = -np.sum(dmargins, axis=1)
    return dmargins / len(rows)
