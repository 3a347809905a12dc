"""Checks of what a caller passes in: one clear ``ValueError`` that names the argument, what it got and what it needs.

The first part holds the general checks, the second the checks of assignment 1's exercises. Those take the arguments of
the function they guard, and run before it, whoever wrote the implementation.
"""

from numbers import Integral, Real

import numpy as np


def describe(value):
    """What `value` is, in the words of an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    return f"{type(value).__name__} {value!r}"[:80]


def check_rows(X, name="X", width=None, width_of=None, floating=False):
    """Raise unless `X` is a non-empty, finite, real matrix with one row per example.

    Parameters
    ----------
    X : object
        What the caller passed.
    name : str
        The argument's name, for the message.
    width, width_of : int and str, optional
        The number of columns `X` must have, and what prescribes it.
    floating : bool
        Also refuse integers: arithmetic on uint8 images wraps round at 256.

    Raises
    ------
    ValueError
        If `X` is anything else.
    """
    if not isinstance(X, np.ndarray) or X.ndim != 2:
        raise ValueError(f"{name} must be a 2-D array with one row per example, got {describe(X)}; "
                         "turn images into rows with X.reshape(len(X), -1)")
    if X.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers, got {describe(X)}")
    if floating and X.dtype.kind != "f":
        raise ValueError(f"{name} must hold floats, got {describe(X)}, in which squares and differences wrap round; "
                         f"convert it with {name}.astype(np.float64)")
    if X.size == 0:
        raise ValueError(f"{name} must not be empty, got {describe(X)}")
    if width is not None and X.shape[1] != width:
        raise ValueError(f"{name} must have {width} columns to match {width_of}, got {describe(X)}")
    check_finite(X, name)


def check_finite(X, name):
    """Raise if `X` holds NaN or infinity, naming the first place."""
    with np.errstate(all="ignore"):
        if np.isfinite(X.sum()):  # one quick pass without a temporary; only a doubtful sum needs the full look
            return
    bad = np.argwhere(~np.isfinite(X))
    if len(bad):
        place = tuple(map(int, bad[0]))
        raise ValueError(f"{name} must be finite, but {name}[{', '.join(map(str, place))}] is {X[place]}")


def check_labels(y, count, num_classes=None, name="y", rows_of="X"):
    """Raise unless `y` holds `count` integer labels in 0 .. num_classes - 1.

    Parameters
    ----------
    y : object
        What the caller passed.
    count : int
        The number of examples the labels belong to.
    num_classes : int, optional
        The number of classes C; without it any label from 0 upwards is right.
    name, rows_of : str
        Names of the labels and of their examples, for the message.

    Raises
    ------
    ValueError
        If `y` is anything else.
    """
    if not isinstance(y, np.ndarray) or y.ndim != 1:
        raise ValueError(f"{name} must be a 1-D array with one label per row of {rows_of}, got {describe(y)}")
    if len(y) != count:
        raise ValueError(f"{name} must have one label per row of {rows_of}: got {len(y)} labels for {count} rows")
    if y.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold integer labels, got {describe(y)}")
    wrong = y < 0 if num_classes is None else (y < 0) | (y >= num_classes)
    if wrong.any():
        allowed = "0 or more" if num_classes is None else f"0 to {num_classes - 1} (there are {num_classes} classes)"
        raise ValueError(f"{name} must hold labels from {allowed}, got {y[wrong][0]} at position {np.argmax(wrong)}")


def check_number(value, name):
    """Raise unless `value` is a finite real number, 0 or more."""
    if not isinstance(value, Real) or not np.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a finite number, 0 or more, got {describe(value)}")


def check_integer(value, name, low, high=None, high_is=""):
    """Raise unless `value` is an integer from `low` to `high`."""
    if not isinstance(value, Integral) or value < low or (high is not None and value > high):
        bound = f"{low} or more" if high is None else f"from {low} to {high}{high_is}"
        raise ValueError(f"{name} must be an integer, {bound}, got {describe(value)}")


def check_sizes(**sizes):
    """Raise unless each of these arguments, given by name, is an integer, 1 or more."""
    for name, size in sizes.items():
        check_integer(size, name, 1)


def check_picture_size(size):
    """Raise unless `size` is the height and the width of a picture, two integers, 1 or more."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise ValueError(f"size must be (height, width), got {describe(size)}")
    for side in size:
        check_integer(side, "each of size", 1)


def check_dtype(dtype):
    """Raise unless `dtype` is float32 or float64, as a type or by name."""
    if dtype not in (np.float32, np.float64, "float32", "float64"):
        raise ValueError(f"dtype must be np.float32 or np.float64, got {describe(dtype)}")


# --- assignment 1: same arguments as the exercise each one guards ----------------------------------------------------

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


def check_linear_loss(W, X, y, reg):
    """Guard the SVM and softmax losses. A W that has run off to NaN is let through: that is a lesson, not a misuse."""
    if not isinstance(W, np.ndarray) or W.ndim != 2 or W.dtype.kind != "f" or W.size == 0:
        raise ValueError(f"W must be a non-empty 2-D float array (D, C), got {describe(W)}")
    check_rows(X, width=W.shape[0], width_of="W.shape[0]")
    check_labels(y, len(X), W.shape[1])
    check_number(reg, "reg")


def check_linear_train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    """Guard LinearClassifier.train; weights of an earlier call fix the width and the classes."""
    width, num_classes = (None, None) if self.W is None else self.W.shape
    check_rows(X, width=width, width_of="W of the earlier training")
    check_labels(y, len(X), num_classes)
    _check_schedule(learning_rate, reg, num_iters, batch_size)


def check_linear_predict(self, X):
    """Guard LinearClassifier.predict."""
    check_trained(self.W is not None, self)
    check_rows(X, width=self.W.shape[0], width_of="W.shape[0]")


def check_net_loss(self, X, y=None, reg=0.0):
    """Guard TwoLayerNet.loss."""
    check_rows(X, width=self.params["W1"].shape[0], width_of="W1.shape[0]")
    if y is not None:
        check_labels(y, len(X), self.params["W2"].shape[1])
    check_number(reg, "reg")


def check_net_train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
                    batch_size=200, verbose=False):
    """Guard TwoLayerNet.train."""
    width, num_classes = self.params["W1"].shape[0], self.params["W2"].shape[1]
    for name, images, labels in ("", X, y), ("_val", X_val, y_val):
        check_rows(images, "X" + name, width, "W1.shape[0]")
        check_labels(labels, len(images), num_classes, "y" + name, "X" + name)
    check_number(learning_rate_decay, "learning_rate_decay")
    _check_schedule(learning_rate, reg, num_iters, batch_size)


def check_net_predict(self, X):
    """Guard TwoLayerNet.predict."""
    check_rows(X, width=self.params["W1"].shape[0], width_of="W1.shape[0]")


def check_trained(ready, model):
    """Raise unless the model has been trained."""
    if not ready:
        raise ValueError(f"{type(model).__name__} has not been trained: call train(X, y) first")


def _check_schedule(learning_rate, reg, num_iters, batch_size):
    """The numbers which every training loop takes."""
    check_number(learning_rate, "learning_rate")
    check_number(reg, "reg")
    check_integer(num_iters, "num_iters", 0)
    check_integer(batch_size, "batch_size", 1)
