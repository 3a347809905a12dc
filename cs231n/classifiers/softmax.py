"""The softmax (cross-entropy) loss of lecture 3 and its gradient, with loops and without."""

import numpy as np

from cs231n.classifiers.linear_svm import check_linear_loss
from cs231n.exercise import exercise


@exercise("assignment1/softmax", validate=check_linear_loss)
def softmax_loss_naive(W, X, y, reg):
    """Softmax loss and gradient, with loops over images and classes.

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
        ``-1/N sum_i log(exp(s_i,y_i) / sum_j exp(s_ij)) + reg sum W^2`` with ``s = X W``, in the precision of the
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
        scores -= np.max(scores)  # changes no probability, and exp cannot overflow
        log_probs = scores - np.log(np.sum(np.exp(scores)))  # log first: a probability may round to 0
        loss -= log_probs[y[i]]
        for j in range(num_classes):
            dscore = np.exp(log_probs[j]) - (j == y[i])
            dW[:, j] += dscore * X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


@exercise("assignment1/softmax", validate=check_linear_loss)
def softmax_loss_vectorized(W, X, y, reg):
    """Softmax loss and gradient without a loop.

    Parameters and results are those of `softmax_loss_naive`.
    """
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)  # (N, C)
    scores -= np.max(scores, axis=1, keepdims=True)  # changes no probability, and exp cannot overflow
    log_probs = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    loss = -np.sum(log_probs[rows, y]) / num_train + reg * np.sum(W * W)

    # dloss/dscores: the probabilities, less 1 at the correct class.
    dscores = np.exp(log_probs)
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores) / num_train + 2 * reg * W
    return loss, dW
