"""Train a network: minibatches, updates, accuracies, checkpoints.

    solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, num_epochs=10)
    solver.train()

A model is anything with a dictionary `params` of arrays, and `loss(X, y)` that returns the loss and a dictionary of its
gradients, or the scores without y. If it has running averages to keep as well, they are called `bn_params`.
"""
import numpy as np
from scipy.special import softmax

from cs231n.training.loop import BaseSolver, TrainingDiverged
from cs231n.validation import check_finite, check_labels, check_sizes, describe

__all__ = ["Solver", "TrainingDiverged"]


class Solver(BaseSolver):
    """Train a model by stochastic gradient descent with any update rule of `optim`.

    Parameters
    ----------
    model : object
        See above.
    data : dict
        X_train, y_train, X_val, y_val: images (N, ...) and labels (N,).
    update_rule : str
        Name of a rule in `cs231n.optim`.
    optim_config : dict, optional
        Settings of the rule, such as learning_rate; the rule has defaults for what is missing.
    lr_decay : float
        The learning rate is multiplied by this after each epoch.
    batch_size, num_epochs : int
        Images of a minibatch, drawn with replacement; an epoch has ``max(N // batch_size, 1)`` of them.
    print_every : int
        Print the loss each so many iterations; below 1 never.
    verbose : bool
        Print at all.
    num_train_samples, num_val_samples : int or None
        How many examples are drawn to measure an accuracy; None takes all.
    checkpoint_name : str, optional
        Write `<name>_epoch_<n>.pkl` after each epoch.
    lr_schedule : function, optional
        From `cs231n.training.schedules`: of the iteration (0 at first), by what the learning rate is multiplied.
    clip_norm : float, optional
        Largest common norm of all gradients (`optim.clip_gradients`).
    early_stopping : int, optional
        Stop after so many epochs without a better validation accuracy.
    snapshots : int
        Keep so many states of the model, taken at even distances, for `ensemble_probabilities`; meant for a schedule
        that restarts as often.
    augment : function, optional
        Of a minibatch of images; what it returns is trained on instead. A training that is resumed repeats its draws
        if they come from NumPy's global generator.
    progress : bool
        Show a progress bar.

    Attributes
    ----------
    loss_history : list of float
        Minibatch loss of each iteration.
    train_acc_history, val_acc_history : list of float
        Accuracies after the first iteration and after each epoch.
    best_val_acc : float
        The best of them; the model has the parameters of that moment when training ends.
    diverged : str or None
        What `train` warned of when the loss was no finite number any more, and stopped: `loss_history` then ends with
        NaN, and the accuracies are those until then.

    Raises
    ------
    ValueError
        If a keyword is unknown or a setting or the data do not fit.
    """

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Return the share of images whose highest score is that of their label.

        Parameters
        ----------
        X : ndarray (N, ...)
        y : ndarray (N,) of int
        num_samples : int, optional
            Draw so many (with replacement) and measure on them.
        batch_size : int
            Images at once, to save memory.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If there is no image, not one label for each, or a number is out of range.
        """
        _check_images(X, "X")
        check_labels(y, len(X))
        if num_samples is not None:
            check_sizes(num_samples=num_samples)
        if num_samples is not None and num_samples < len(X):
            drawn = np.random.choice(len(X), num_samples)
            X, y = X[drawn], y[drawn]
        return float(np.mean(np.argmax(self._scores(X, batch_size), axis=1) == y))

    def ensemble_probabilities(self, X, batch_size=100):
        """Return the mean of the snapshots' class probabilities, (N, C); its argmax is the ensemble's answer.

        Raises
        ------
        ValueError
            If no snapshot was kept, or there is no image.
        """
        _check_images(X, "X")
        if not self.snapshot_states:
            raise ValueError("there are no snapshots: train a Solver with snapshots=5, for example")
        present = self._model_state()
        total = 0
        for state in self.snapshot_states:
            self._put_state(*state)
            total = total + softmax(self._scores(X, batch_size), axis=1)
        self._put_state(*present)
        return total / len(self.snapshot_states)

    def _take_data(self, data):
        if not isinstance(data, dict):
            raise ValueError(f"data must be a dictionary with X_train, y_train, X_val and y_val, got {describe(data)}")
        for split in ("train", "val"):
            X, y = (data.get(f"{name}_{split}") for name in "Xy")
            name = f"data['X_{split}']"
            _check_images(X, name)
            check_finite(X, name)
            check_labels(y, len(X), name=f"data['y_{split}']", rows_of=name)
            setattr(self, f"X_{split}", X)
            setattr(self, f"y_{split}", y)

    def _data_shapes(self):
        return self.X_train.shape, self.X_val.shape

    @property
    def _num_train(self):
        return len(self.X_train)

    def _minibatch(self):
        drawn = np.random.choice(self._num_train, self.batch_size)
        X, y = self.X_train[drawn], self.y_train[drawn]
        return X if self.augment is None else self.augment(X), y

    def _accuracies(self):
        return (self.check_accuracy(self.X_train, self.y_train, num_samples=self.num_train_samples),
                self.check_accuracy(self.X_val, self.y_val, num_samples=self.num_val_samples))

    def _scores(self, X, batch_size=100):
        check_sizes(batch_size=batch_size)
        return np.concatenate([self.model.loss(X[i:i + batch_size]) for i in range(0, len(X), batch_size)])


def _check_images(X, name):
    if not isinstance(X, np.ndarray) or X.ndim < 2 or X.dtype.kind not in "fiu" or X.size == 0:
        raise ValueError(f"{name} must be an array (N, ...) of at least one image, got {describe(X)}")
