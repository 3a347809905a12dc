"""The k-nearest-neighbour classifier of lecture 2: remember everything, then vote."""

import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import (
    check_integer,
    check_labels,
    check_rows,
    check_trained,
)


def _as_float(X):
    """float32 and float64 as they are, everything else as float64: differences of uint8 images would wrap round."""
    return X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)


def check_knn_distances(self, X):
    """Guard the distance methods of KNearestNeighbor."""
    check_trained(self.X_train is not None, self)
    check_rows(X, width=self.X_train.shape[1], width_of="the training data", floating=True)


def check_knn_labels(self, dists, k=1):
    """Guard KNearestNeighbor.predict_labels."""
    check_trained(self.X_train is not None, self)
    num_train = len(self.X_train)
    check_integer(k, "k", 1, num_train, ", the number of training images")
    check_rows(dists, "dists", num_train, "the number of training images")


class KNearestNeighbor:
    """k nearest neighbours with the L2 distance.

    Training costs nothing and prediction costs a pass over all training images: the wrong way round for practical use.

    Attributes
    ----------
    X_train : ndarray (num_train, D)
        The training images as rows, float32 or float64.
    y_train : ndarray (num_train,)
        Their labels.
    """

    def __init__(self):
        self.X_train = self.y_train = None

    def train(self, X, y):
        """Remember the training images.

        Parameters
        ----------
        X : ndarray (num_train, D)
            Images as rows. Integers become float64, so that uint8 images cannot wrap round.
        y : ndarray (num_train,) of int
            Labels, 0 or more.

        Raises
        ------
        ValueError
            If X is empty, not 2-D or not finite, or if y does not fit.
        """
        check_rows(X)
        check_labels(y, len(X))
        self.X_train, self.y_train = _as_float(X), y

    def predict(self, X, k=1, num_loops=0):
        """Predict a label for each row of X.

        Parameters
        ----------
        X : ndarray (num_test, D)
            Images as rows. Integers become float64 here, too.
        k : int
            Number of neighbours that vote, 1 to num_train.
        num_loops : {0, 1, 2}
            Which way to compute the distances.

        Returns
        -------
        y_pred : ndarray (num_test,)
            Labels, of the dtype of `y_train`.

        Raises
        ------
        ValueError
            If X, k or num_loops does not fit, or before training.
        """
        methods = {0: self.compute_distances_no_loops, 1: self.compute_distances_one_loop,
                   2: self.compute_distances_two_loops}
        if num_loops not in methods:
            raise ValueError(f"num_loops must be 0, 1 or 2, got {num_loops!r}")
        check_trained(self.X_train is not None, self)
        check_integer(k, "k", 1, len(self.X_train), ", the number of training images")
        check_rows(X, width=self.X_train.shape[1], width_of="the training data")
        return self.predict_labels(methods[num_loops](_as_float(X)), k=k)

    @exercise("assignment1/knn", validate=check_knn_distances)
    def compute_distances_two_loops(self, X):
        """L2 distances, one pair of images at a time.

        Parameters
        ----------
        X : ndarray (num_test, D)
            Test images as rows, float32 or float64.

        Returns
        -------
        dists : ndarray (num_test, num_train)
            ``dists[i, j] = sqrt(sum_d (X[i, d] - X_train[j, d]) ** 2)``, of the dtype of X.

        Raises
        ------
        ValueError
            If X does not fit the training data or holds integers, or before training.
        """
        num_test, num_train = X.shape[0], self.X_train.shape[0]
        dists = np.zeros((num_test, num_train), dtype=X.dtype)
        for i in range(num_test):
            for j in range(num_train):
                dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
        return dists

    @exercise("assignment1/knn", validate=check_knn_distances)
    def compute_distances_one_loop(self, X):
        """The same distances, a whole row of them at a time.

        Parameters and result are those of `compute_distances_two_loops`.
        """
        num_test, num_train = X.shape[0], self.X_train.shape[0]
        dists = np.zeros((num_test, num_train), dtype=X.dtype)
        for i in range(num_test):
            # (num_train, D) - (D,): broadcasting subtracts the test image from every training image.
            dists[i] = np.sqrt(np.sum((self.X_train - X[i]) ** 2, axis=1))
        return dists

    @exercise("assignment1/knn", validate=check_knn_distances)
    def compute_distances_no_loops(self, X):
        """The same distances by one matrix product.

        Parameters and result are those of `compute_distances_two_loops`.

        Notes
        -----
        ``|a - b|^2 = |a|^2 + |b|^2 - 2 a.b`` needs (num_test, num_train) numbers, where broadcasting the
        difference would need (num_test, num_train, D) of them: 61 GB for 500 test and 5,000 training images.
        The price is a little precision: the distance of nearly equal images is the small rest of large numbers.
        """
        test_squares = np.sum(X**2, axis=1, keepdims=True)  # (num_test, 1)
        train_squares = np.sum(self.X_train**2, axis=1)  # (num_train,)
        squares = test_squares + train_squares - 2 * X.dot(self.X_train.T)
        # Rounding can leave a tiny negative number where the true distance is 0.
        return np.sqrt(np.maximum(squares, 0))

    @exercise("assignment1/knn", validate=check_knn_labels)
    def predict_labels(self, dists, k=1):
        """Let the k nearest training images vote.

        Parameters
        ----------
        dists : ndarray (num_test, num_train)
            Distance of each test image to each training image.
        k : int
            Number of neighbours that vote, 1 to num_train.

        Returns
        -------
        y_pred : ndarray (num_test,)
            The commonest label among the neighbours, of the dtype of `y_train`; a tie goes to the smaller label.

        Raises
        ------
        ValueError
            If dists does not have a column for each training image, k is out of range, or before training.
        """
        num_test = dists.shape[0]
        y_pred = np.zeros(num_test, dtype=self.y_train.dtype)
        for i in range(num_test):
            # A stable sort takes the earlier of two training images at the same distance.
            closest_y = self.y_train[np.argsort(dists[i], kind="stable")[:k]]
            # bincount counts the votes of label 0, 1, ...; argmax takes the first maximum, so the smaller label.
            y_pred[i] = np.argmax(np.bincount(closest_y))
        return y_pred
