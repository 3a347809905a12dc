"""The two-layer network of lecture 4: affine - ReLU - affine - softmax."""

import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import check_dtype, check_labels, check_number, check_rows, check_schedule, check_sizes


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
    check_schedule(learning_rate, reg, num_iters, batch_size)


def check_net_predict(self, X):
    """Guard TwoLayerNet.predict."""
    check_rows(X, width=self.params["W1"].shape[0], width_of="W1.shape[0]")


class TwoLayerNet:
    """A fully connected network with one hidden layer of ReLU units and a softmax loss.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        Features D, hidden units M and classes C.
    std : float
        Standard deviation of the first weights (W1 is drawn first, then W2, from NumPy's global generator).
    dtype : {np.float64, np.float32}
        Precision of the parameters; float32 parameters and float32 images give float32 throughout, in half the time.

    Attributes
    ----------
    params : dict
        W1 (D, M), b1 (M,), W2 (M, C), b2 (C,).

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(self, input_size, hidden_size, output_size, std=1e-4, dtype=np.float64):
        check_sizes(input_size=input_size, hidden_size=hidden_size, output_size=output_size)
        check_number(std, "std")
        check_dtype(dtype)
        self.params = {
            "W1": (std * np.random.randn(input_size, hidden_size)).astype(dtype),
            "b1": np.zeros(hidden_size, dtype),
            "W2": (std * np.random.randn(hidden_size, output_size)).astype(dtype),
            "b2": np.zeros(output_size, dtype),
        }

    @exercise("assignment1/two_layer_net", validate=check_net_loss)
    def loss(self, X, y=None, reg=0.0):
        """Scores, or loss and gradients.

        Parameters
        ----------
        X : ndarray (N, D)
            Images as rows.
        y : ndarray (N,) of int, optional
            Labels, 0 to C - 1.
        reg : float
            Regularisation strength.

        Returns
        -------
        scores : ndarray (N, C)
            ``max(0, X W1 + b1) W2 + b2``, if y is None. Otherwise:
        loss : float
            Mean softmax loss ``+ reg (sum W1^2 + sum W2^2)``; no 1/2, and the biases are not regularised.
        grads : dict
            The gradient of the loss on each entry of `params`, under the same name.

        Raises
        ------
        ValueError
            If X does not fit W1, or the labels do not fit.
        """
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        N = X.shape[0]

        hidden = np.maximum(0, X.dot(W1) + b1)  # (N, M)
        scores = hidden.dot(W2) + b2  # (N, C)
        if y is None:
            return scores

        shifted = scores - np.max(scores, axis=1, keepdims=True)  # exp cannot overflow
        log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        loss = -np.sum(log_probs[np.arange(N), y]) / N + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        # Backwards, in the opposite order: scores, second layer, ReLU, first layer.
        dscores = np.exp(log_probs)
        dscores[np.arange(N), y] -= 1
        dscores /= N
        dhidden = dscores.dot(W2.T) * (hidden > 0)  # ReLU lets the gradient through where it was active
        grads = {
            "W1": X.T.dot(dhidden) + 2 * reg * W1,
            "b1": np.sum(dhidden, axis=0),
            "W2": hidden.T.dot(dscores) + 2 * reg * W2,
            "b2": np.sum(dscores, axis=0),
        }
        return loss, grads

    @exercise("assignment1/two_layer_net", validate=check_net_train)
    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        """Train by stochastic gradient descent.

        Parameters
        ----------
        X, X_val : ndarray (N, D), (N_val, D)
            Training and validation images as rows.
        y, y_val : ndarray (N,), (N_val,) of int
            Their labels, 0 to C - 1.
        learning_rate : float
            Step size at the start.
        learning_rate_decay : float
            The step size is multiplied by this once an epoch.
        reg : float
            Regularisation strength.
        num_iters, batch_size : int
            Number of steps, and of examples drawn (with replacement, from NumPy's global generator) for each.
        verbose : bool
            Print the loss each 100 steps.

        Returns
        -------
        history : dict
            loss_history (one number a step), train_acc_history (accuracy on the minibatch) and val_acc_history (both
            one number an epoch, the first after the first step).

        Raises
        ------
        ValueError
            If images, labels and parameters do not fit each other, or a setting is out of range.
        """
        iterations_per_epoch = max(X.shape[0] // batch_size, 1)
        history = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        for it in range(num_iters):
            batch = np.random.choice(X.shape[0], batch_size)
            X_batch, y_batch = X[batch], y[batch]
            loss, grads = self.loss(X_batch, y_batch, reg)
            history["loss_history"].append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name]
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
            if it % iterations_per_epoch == 0:
                history["train_acc_history"].append(np.mean(self.predict(X_batch) == y_batch))
                history["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
        return history

    @exercise("assignment1/two_layer_net", validate=check_net_predict)
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
            If X does not fit W1.
        """
        return np.argmax(self.loss(X), axis=1)
