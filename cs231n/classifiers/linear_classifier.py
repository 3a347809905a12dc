"""Linear classifiers trained by minibatch gradient descent: the SVM and softmax of lecture 3."""

from abc import ABC, abstractmethod

import numpy as np

from cs231n.classifiers.linear_svm import svm_loss_vectorized
from cs231n.classifiers.saved import Saved
from cs231n.classifiers.softmax import softmax_loss_vectorized
from cs231n.exercise import exercise
from cs231n.validation import check_labels, check_rows, check_schedule, check_trained


def check_linear_train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    """Guard LinearClassifier.train; weights of an earlier call fix the width and the classes."""
    width, num_classes = (None, None) if self.W is None else self.W.shape
    check_rows(X, width=width, width_of="W of the earlier training")
    check_labels(y, len(X), num_classes)
    check_schedule(learning_rate, reg, num_iters, batch_size)


def check_linear_predict(self, X):
    """Guard LinearClassifier.predict."""
    check_trained(self.W is not None, self)
    check_rows(X, width=self.W.shape[0], width_of="W.shape[0]")


class LinearClassifier(Saved, ABC):
    """A linear classifier; a subclass says which loss it minimises. It can be kept in a file (`saved`).

    Attributes
    ----------
    W : ndarray (D, C) or None
        The weights; None before the first training.
    """

    def __init__(self):
        self.W = None

    @property
    def params(self):
        """W under its name, as networks have their parameters; a ValueError before training."""
        check_trained(self.W is not None, self)
        return {"W": self.W}

    @params.setter
    def params(self, params):
        self.W = params["W"]

    @abstractmethod
    def loss(self, X_batch, y_batch, reg):
        """Loss and gradient on W for a minibatch X_batch (N, D), y_batch (N,)."""

    def init_weights(self, X, y):
        """Draw small random weights for the classes in `y`, unless there are weights from an earlier training.

        W is 0.001 times standard normal numbers, as float32 if X is float32, otherwise as float64.
        """
        if self.W is None:
            dtype = np.float32 if X.dtype == np.float32 else np.float64
            self.W = (0.001 * np.random.randn(X.shape[1], np.max(y) + 1)).astype(dtype)

    @exercise("assignment1/svm", validate=check_linear_train)
    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        """Train by stochastic gradient descent.

        Parameters
        ----------
        X : ndarray (N, D)
            Training images as rows.
        y : ndarray (N,) of int
            Labels, 0 to C - 1.
        learning_rate, reg : float
            Step size and regularisation strength.
        num_iters, batch_size : int
            Number of steps, and of examples drawn (with replacement, from NumPy's global generator) for each.
        verbose : bool
            Print the loss each 100 steps.

        Returns
        -------
        loss_history : list of float
            The minibatch loss of each step.

        Raises
        ------
        ValueError
            If X and y do not fit each other or the weights of an earlier training, or a setting is out of range.
        """
        self.init_weights(X, y)
        loss_history = []
        for it in range(num_iters):
            batch = np.random.choice(X.shape[0], batch_size)
            loss, grad = self.loss(X[batch], y[batch], reg)
            loss_history.append(loss)
            self.W -= learning_rate * grad
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
        return loss_history

    @exercise("assignment1/svm", validate=check_linear_predict)
    def predict(self, X):
        """Predict the class with the highest score.

        Parameters
        ----------
        X : ndarray (N, D)
            Images as rows.

        Returns
        -------
        y_pred : ndarray (N,) of int
            Predicted labels.

        Raises
        ------
        ValueError
            If X does not fit W, or before training.
        """
        return np.argmax(X.dot(self.W), axis=1)


class LinearSVM(LinearClassifier):
    """Linear classifier with the multiclass SVM loss."""

    def loss(self, X_batch, y_batch, reg):
        """Loss and gradient of `svm_loss_vectorized`."""
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    """Linear classifier with the softmax loss."""

    def loss(self, X_batch, y_batch, reg):
        """Loss and gradient of `softmax_loss_vectorized`."""
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
