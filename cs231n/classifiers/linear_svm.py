"""The multiclass SVM (hinge) loss of lecture 3 and its gradient, with loops and without."""

import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import check_labels, check_number, check_rows, describe


def check_linear_loss(W, X, y, reg):
    """Guard the SVM and softmax losses. A W that has run off to NaN is let through: that is a lesson, not a misuse."""
    if not isinstance(W, np.ndarray) or W.ndim != 2 or W.dtype.kind != "f" or W.size == 0:
        raise ValueError(f"W must be a non-empty 2-D float array (D, C), got {describe(W)}")
    check_rows(X, width=W.shape[0], width_of="W.shape[0]")
    check_labels(y, len(X), W.shape[1])
    check_number(reg, "reg")


@exercise("assignment1/svm", validate=check_linear_loss)
def svm_loss_naive(W, X, y, reg):
    """Multiclass SVM loss and gradient, with loops over images and classes.

    Parameters
    ----------
    W : ndarray (D, C), float32 or float64
        Weights.
    X : ndarray (N, D)
        Images as rows. Integers are safe: they meet W, a float, before anything can wrap round.
    y : ndarray (N,) of int
        Labels, 0 to C - 1.
    reg : float
        Regularisation strength.

    Returns
    -------
    loss : float
        ``1/N sum_i sum_{j != y_i} max(0, s_ij - s_i,y_i + 1) + reg sum W^2`` with ``s = X W``, in the precision of the
        scores. There is no 1/2 before `reg`.
    dW : ndarray (D, C)
        The gradient of the loss on W.

    Raises
    ------
    ValueError
        If shapes do not fit, labels are not integers in range, or X is empty or not finite.
    """
    num_train, num_classes = X.shape[0], W.shape[1]
    loss = 0.0
    dW = np.zeros_like(W)
    for i in range(num_train):
        scores = X[i].dot(W)
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                # The margin grows with s_j and falls with s_y, and each score is X[i] times a column of W.
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


@exercise("assignment1/svm", validate=check_linear_loss)
def svm_loss_vectorized(W, X, y, reg):
    """Multiclass SVM loss and gradient without a loop.

    Parameters and results are those of `svm_loss_naive`.
    """
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)  # (N, C)
    margins = np.maximum(0, scores - scores[rows, y][:, np.newaxis] + 1)
    margins[rows, y] = 0  # the correct class does not compete with itself
    loss = np.sum(margins) / num_train + reg * np.sum(W * W)

    # dloss/dscores: +1 for each violated margin, and minus their number at the correct class.
    dscores = (margins > 0).astype(scores.dtype)
    dscores[rows, y] = -np.sum(dscores, axis=1)
    dW = X.T.dot(dscores) / num_train + 2 * reg * W
    return loss, dW
