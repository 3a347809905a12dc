"""The checks of `svm.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import textwrap

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

NOTEBOOK = "assignment1/svm"

# Answers by exercise: each is the whole body of the function, or all that stands in the cell.
RIGHT = {
    "svm_loss_naive": [
        """
        loss, dW = 0.0, np.zeros(W.shape, W.dtype)
        for x, label in zip(X, y):
            s = x @ W
            for j in range(W.shape[1]):
                if j != label and s[j] + 1 > s[label]:
                    loss = loss + s[j] - s[label] + 1
                    dW[:, j] = dW[:, j] + x / len(X)
                    dW[:, label] = dW[:, label] - x / len(X)
        return loss / len(X) + reg * (W ** 2).sum(), dW + 2 * reg * W
        """,
        """
        dS = np.zeros((len(X), W.shape[1]), dtype=W.dtype)
        losses = []
        for i in range(len(X)):
            s = W.T.dot(X[i])
            violated = 0
            for j in range(W.shape[1]):
                margin = max(0, s[j] - s[y[i]] + 1) if j != y[i] else 0
                losses.append(margin)
                if margin > 0:
                    dS[i, j] = 1
                    violated += 1
            dS[i, y[i]] = -violated
        loss = sum(losses) / len(X) + reg * np.linalg.norm(W) ** 2
        return loss, np.dot(X.T, dS / dS.dtype.type(len(X))) + reg * W * 2
        """,
        """
        N, total, dW = X.shape[0], 0.0, 0 * W
        for i in range(N):
            margins = X[i] @ W - X[i] @ W[:, y[i]] + 1
            total += margins[margins > 0].sum() - 1
            for j in np.flatnonzero(margins > 0):
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
        return [total / N + np.sum(W * W) * reg, dW / N + reg * 2 * W]
        """,
    ],
    "svm_loss_vectorized": [
        """
        S = X @ W
        M = S - np.take_along_axis(S, y[:, None], axis=1) + 1
        np.put_along_axis(M, y[:, None], 0, axis=1)
        V = (M > 0).astype(W.dtype)
        np.put_along_axis(V, y[:, None], -V.sum(axis=1, keepdims=True), axis=1)
        return M.clip(min=0).sum() / len(y) + reg * np.vdot(W, W), X.T @ V / len(y) + 2 * reg * W
        """,
        """
        N, C = len(X), W.shape[1]
        correct = np.arange(C) == y.reshape(-1, 1)
        S = np.einsum("nd,dc->nc", X, W)
        M = S - S[correct].reshape(N, 1) + 1
        violated = (M > 0) & ~correct
        dS = (violated - violated.sum(axis=1, keepdims=True) * correct).astype(X.dtype)
        loss = np.where(violated, M, 0).sum() / N
        return loss + reg * np.square(W).sum(), np.einsum("nd,nc->dc", X, dS) / N + 2 * reg * W
        """,
        """
        S = np.dot(X, W).T
        columns = np.arange(len(y))
        margins = np.maximum(S - S[y, columns] + 1, 0)
        loss = (margins.sum() - len(y)) / len(y)
        counts = np.sign(margins)
        counts[y, columns] -= counts.sum(axis=0)
        return loss + reg * (W * W).sum(), np.dot(counts, X).T / len(y) + W * (2 * reg)
        """,
    ],
    "linear_classifier_train": [
        """
        self.init_weights(X, y)
        history = []
        for _ in range(num_iters):
            batch = np.random.choice(len(X), size=batch_size, replace=False)
            loss, dW = self.loss(X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            history.append(float(loss))
        return history
        """,
        """
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], y.max() + 1)
        history, order, rng = np.zeros(num_iters), [], np.random.default_rng()
        for step in range(num_iters):
            if len(order) < batch_size:
                order = list(rng.permutation(len(X)))
            batch, order = order[:batch_size], order[batch_size:]
            history[step], gradient = self.loss(X[batch], y[batch], reg)
            self.W -= learning_rate * gradient
        return history
        """,
        """
        import random
        self.init_weights(X, y)
        losses = []
        while len(losses) < num_iters:
            rows = [random.randrange(X.shape[0]) for _ in range(batch_size)]
            loss, dW = self.loss(np.take(X, rows, axis=0), np.take(y, rows), reg)
            losses += [loss]
            self.W += -learning_rate * dW
            if verbose:
                print(loss)
        return losses
        """,
    ],
    "linear_classifier_predict": [
        "return (X @ self.W).argmax(axis=1)",
        "return np.array([np.argmax(self.W.T.dot(x)) for x in X])",
        "return np.argsort(-X.dot(self.W), axis=1)[:, 0]",
    ],
    "svm_random_search": [
        """
        X_train, y_train, X_val, y_val = data
        results = []
        for _ in range(num_trials):
            lr = np.exp(np.random.uniform(np.log(learning_rates[0]), np.log(learning_rates[1])))
            reg = np.exp(np.random.uniform(np.log(regs[0]), np.log(regs[1])))
            model = make_classifier()
            model.train(X_train, y_train, learning_rate=lr, reg=reg, num_iters=num_iters, verbose=False)
            accuracy = (model.predict(X_val) == y_val).sum() / len(y_val)
            results.append(dict(learning_rate=lr, reg=reg, accuracy=accuracy, model=model))
        return results
        """,
        """
        rng = np.random.default_rng()
        def draw(low, high):
            return float(10 ** rng.uniform(np.log10(low), np.log10(high), size=1)[0])
        def trial():
            setting = {"learning_rate": draw(*learning_rates), "reg": draw(*regs)}
            model = make_classifier()
            model.train(*data[:2], num_iters=num_iters, **setting)
            return {**setting, "accuracy": np.mean(model.predict(data[2]) == data[3]), "model": model}
        return [trial() for _ in range(num_trials)]
        """,
        """
        (a, b), (c, d) = learning_rates, regs
        models = [make_classifier() for _ in range(num_trials)]
        u, v = np.random.rand(2, num_trials)
        out = []
        for model, lr, reg in zip(models, a * (b / a) ** u, c * (d / c) ** v):
            model.train(data[0], data[1], lr, reg, num_iters, 100)
            out.append({"model": model, "reg": reg, "learning_rate": lr, "seconds": 0,
                        "accuracy": 1 - np.mean(model.predict(data[2]) != data[3])})
        return tuple(out)
        """,
    ],
    "best_svm": [
        """
        coarse = fine = 5 * [{}]
        best_svm = svm_from_zero()
        for learning_rate in 6e-7, 1e-7:
            best_svm.train(X_train, y_train, learning_rate, 100, 500)
        """,
        """
        coarse, fine = 8 * [{}], 2 * [{}]
        best_svm = LinearSVM()
        best_svm.train(X_train, y_train, learning_rate=7e-7, reg=3e3, num_iters=700, batch_size=100)
        best_svm.train(X_train, y_train, learning_rate=1e-7, reg=3e3, num_iters=300)
        """,
        replace("coarse = ", "coarse_trials, coarse_steps, fine_trials, fine_steps = 6, 50, 4, 300\ncoarse = "),
    ],
}


def then(expression):
    """Make an answer that returns an expression of the solved answer's `loss` and `dW`."""
    return lambda solved: f"def solved():\n{textwrap.indent(solved, '    ')}\nloss, dW = solved()\nreturn {expression}"


def first(statements):
    """Make an answer that runs statements before the solved answer."""
    return lambda solved: f"{statements}\n{solved}"


FUNCTIONS = [name for name in RIGHT if name != "best_svm"]
LOSSES = ["svm_loss_naive", "svm_loss_vectorized"]
NAIVE, VECTORIZED = LOSSES
TRAIN, PREDICT, SEARCH = FUNCTIONS[2:]

# (exercise, wrong answer, words of the message)
WRONG = [
    *((name, "raise NotImplementedError", "is not written yet") for name in FUNCTIONS),
    *((name, "pass", "returns nothing|None and should be") for name in (*LOSSES, PREDICT, SEARCH)),
    (TRAIN, "pass", "The weights have not changed"),
    # The loss and its gradient, in whichever way they are computed.
    *((name, then("loss"), "its last line should be: return loss, dW") for name in LOSSES),
    *((name, then("(dW, loss)"), "Its shape is") for name in LOSSES),
    *((name, then("(2 * loss, dW)"), r"got 10\.5\d*, expected 5\.26|Got 10\.5\d*, expected 5\.26") for name in LOSSES),
    *((name, then("(-loss, dW)"), "Got -5.26") for name in LOSSES),
    *((name, then("(loss + 1, dW)"), "does not compete with itself") for name in LOSSES),
    *((name, then("(loss * len(X), dW)"), "sum over the pictures") for name in LOSSES),
    *((name, then("(np.float32(loss), dW)"), "precision of float32") for name in LOSSES),
    *((name, then("(loss, 2 * dW)"), "Every value is 2 times") for name in LOSSES),
    *((name, then("(loss, -dW)"), "wrong sign") for name in LOSSES),
    *((name, then("(loss, dW * len(X))"), "Every value is 3 times") for name in LOSSES),
    *((name, then("(loss, dW.T)"), "transposed|rows and columns are swapped|values differ") for name in LOSSES),
    *((name, then("(loss, dW.astype(np.float64))"), "float64 numbers and should hold float32") for name in LOSSES),
    *((name, then("(loss, dW.astype(np.float32))"), "precision of float32") for name in LOSSES),
    *((name, then("(loss, 0 * dW)"), "All values are 0") for name in LOSSES),
    *((name, first("W *= 1.5"), "changes its input W in place") for name in LOSSES),
    *((name, first("X += 1"), "changes its input X in place") for name in LOSSES),
    *((name, first("y = (y + 1) % W.shape[1]"), "cat, car and frog") for name in LOSSES),
    *((name, first("y = y - 1"), "cat, car and frog") for name in LOSSES),
    *((name, replace("/ num_train + reg * np.sum(W * W)", "/ num_train"), "(?i)reg.* is missing") for name in LOSSES),
    *((name, replace("reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)"), "no 1/2 before reg") for name in LOSSES),
    *((name, replace(" + 2 * reg * W", ""), "gradient of reg .* is missing") for name in LOSSES),
    *((name, replace("2 * reg * W", "reg * W"), "has a factor of 2") for name in LOSSES),
    (NAIVE, replace("if j == y[i]:", "if j == 99:"), "does not compete with itself"),
    (NAIVE, replace("scores[y[i]] + 1", "scores[y[i]]"), "The 1 is missing"),
    (NAIVE, replace("scores[j] - scores[y[i]] + 1", "scores[y[i]] - scores[j] + 1"), "have changed places"),
    (NAIVE, replace("if margin > 0:", "if True:"), "Negative margins are added too"),
    (NAIVE, replace("loss += margin", "loss += margin ** 2"), "The margins are squared"),
    (NAIVE, replace("loss / num_train", "loss / num_train / num_classes"), "over the pictures only"),
    (NAIVE, replace("loss / num_train", "loss / num_train / (num_classes - 1)"), "over the pictures only"),
    (NAIVE, replace("loss = loss / num_train + reg * np.sum(W * W)",
                    "loss = (loss + reg * np.sum(W * W)) / num_train"), "add it after the division"),
    (NAIVE, replace("np.sum(W * W)", "np.sum(W * W) * num_train"), "not for each picture"),
    (NAIVE, replace("np.sum(W * W)", "np.linalg.norm(W)"), "no square root"),
    (NAIVE, replace("np.sum(W * W)", "np.sum(W)"), "squared weights, not of the weights"),
    (NAIVE, replace("dW = dW / num_train + 2 * reg * W", "dW = (dW + 2 * reg * W) / num_train"), "after the division"),
    (NAIVE, replace("dW[:, y[i]] -= X[i]", "pass"), "column of the correct class gets nothing yet"),
    (NAIVE, replace("dW[:, j] += X[i]", "pass"), "columns of the wrong classes get nothing yet"),
    (NAIVE, replace("dW[:, y[i]] -= X[i]", "dW[:, y[i]] -= margin * X[i]\n            dW[:, j] += (margin - 1) * X[i]"),
     "however large it is"),
    (NAIVE, replace("np.zeros_like(W)", "np.zeros(W.shape)"), "holds float64 numbers and should hold float32"),
    (VECTORIZED, replace("margins[rows, y] = 0", "margins[rows, y] = 1"), "does not compete with itself"),
    (VECTORIZED, replace("[:, np.newaxis] + 1", "[:, np.newaxis]"), "The 1 is missing"),
    (VECTORIZED, replace("np.maximum(0, scores - scores[rows, y][:, np.newaxis] + 1)",
                         "scores - scores[rows, y][:, np.newaxis] + 1"), "Negative margins are added too"),
    (VECTORIZED, replace("np.sum(margins) / num_train", "np.mean(margins)"), "over the pictures only"),
    (VECTORIZED, replace("dscores[rows, y] = -np.sum(dscores, axis=1)", "pass"), "correct classes get nothing yet"),
    (VECTORIZED, replace("-np.sum(dscores, axis=1)", "-1"), "not -1"),
    (VECTORIZED, replace("(margins > 0).astype(scores.dtype)", "margins.copy()"), "however large it is"),
    (VECTORIZED, replace("axis=1)", "axis=0)"), "gradient for cat, car and frog"),
    (VECTORIZED, replace("scores[rows, y][:, np.newaxis]", "scores[rows, y]"), "loss of cat, car and frog"),
    *((VECTORIZED, body, "200 pictures in place of 4\n.*somewhere it still loops") for body in RIGHT[NAIVE]),
    (VECTORIZED, replace("margins[rows, y] = 0", "for i in rows:\n    margins[i, y[i]] = 0"), "still loops"),
    (VECTORIZED, replace("np.sum(margins) /", "sum(margins[:, j].sum() for j in range(W.shape[1])) /"),
     "60 classes in place of 3\n.*somewhere it still loops"),
    # Training.
    (TRAIN, replace("self.W -= ", "self.W += "), "goes uphill"),
    (TRAIN, replace("self.W -= learning_rate * grad", "self.W -= grad"), "not multiplied by the learning rate"),
    (TRAIN, replace("self.W -= learning_rate * grad", "W = self.W - learning_rate * grad"), "have not changed"),
    (TRAIN, replace("learning_rate * grad", "learning_rate * (grad + 2 * reg * self.W)"), "nothing is to be added"),
    (TRAIN, replace("learning_rate * grad", "learning_rate * grad / batch_size"), "weights after one step"),
    (TRAIN, replace("learning_rate * grad", "learning_rate * 0.99**it * grad"), "six steps"),
    (TRAIN, replace("self.init_weights(X, y)", "self.W = None\nself.init_weights(X, y)"), "after one step"),
    (TRAIN, replace("self.init_weights(X, y)", "if self.W is None:\n    self.W = np.zeros((X.shape[1], y.max()))"),
     "largest label and one more"),
    (TRAIN, replace("self.init_weights(X, y)", "if self.W is None:\n    self.W = np.zeros((y.max() + 1, X.shape[1]))"),
     "operands|shape of new weights"),
    (TRAIN, replace("range(num_iters)", "range(num_iters + 1)"), "after one step"),
    (TRAIN, replace("loss_history.append(loss)", "loss_history.append(0.0)"), "All values are 0"),
    (TRAIN, replace("loss_history.append(loss)\n    self.W -= learning_rate * grad",
                    "self.W -= learning_rate * grad\n    loss_history.append(self.loss(X[batch], y[batch], reg)[0])"),
     "losses after each step"),
    (TRAIN, replace("return loss_history", "return loss_history[-1]"), "Only one loss comes back"),
    (TRAIN, replace("return loss_history", "return None"), "Nothing is returned"),
    (TRAIN, replace("    if verbose", "    return loss_history\n    if verbose"), "return it after the loop"),
    (TRAIN, replace("y[batch], reg)", "y[batch], 0.0)"), "reg is handed to self.loss"),
    (TRAIN, replace("self.loss(X[batch], y[batch], reg)", "self.loss(X[batch], y[:batch_size], reg)"),
     "same indices for X and y"),
    (TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.arange(batch_size)"), "same batch in each step"),
    (TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.random.RandomState(0).choice(len(X), batch_size)"),
     "same batch in each step"),
    (TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.random.choice(X.shape[0] // 2, batch_size)"),
     "expected 40"),
    (TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.arange(len(X))"), "shapes? of all batches|shape"),
    (TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.random.choice(len(X), 200)"), "of all batches"),
    (TRAIN, replace("self.W -= learning_rate * grad", "self.W = self.W - learning_rate * grad.astype(np.float64)"),
     "holds float64 numbers and should hold float32"),
    (TRAIN, first("X -= X.mean(axis=0)"), "changes its input X in place"),
    (TRAIN, first("y[:] = y[::-1].copy()"), "changes its input y in place|their own label"),
    # Predicting.
    (PREDICT, replace("axis=1", "axis=0"), "Its shape is"),
    (PREDICT, replace("argmax", "argmin"), "class with the lowest score"),
    (PREDICT, replace("argmax", "max"), "return its class"),
    (PREDICT, "return np.argmax(X.dot(self.W), axis=1) + 1", r"expected 1|off by \+1"),
    (PREDICT, "return np.argmax(np.abs(X.dot(self.W)), axis=1)[:, np.newaxis]", "only the shape is not|Its shape"),
    (PREDICT, "self.W -= 1\nreturn np.argmax(X.dot(self.W + 1), axis=1)", "weights stay as they are"),
    (PREDICT, "X -= X.mean()\nreturn np.argmax(X.dot(self.W), axis=1)", "changes its input X in place"),
    # Searching.
    (SEARCH, replace("10 ** np.random.uniform(*np.log10(learning_rates))", "np.random.uniform(*learning_rates)"),
     "learning rates in the lower half of the range in log space"),
    (SEARCH, replace("10 ** np.random.uniform(*np.log10(regs))", "np.random.uniform(*regs)"),
     "reg in the lower half of the range in log space"),
    (SEARCH, replace("10 ** np.random.uniform(*np.log10(regs))", "np.exp(np.random.uniform(*np.log10(regs)))"),
     "outside their range"),
    (SEARCH, replace("10 ** np.random.uniform(*np.log10(regs))", "np.random.choice(np.logspace(*np.log10(regs), 5))"),
     "different values of reg"),
    (SEARCH, replace("10 ** np.random.uniform(*np.log10(regs))",
                     "regs[0] * (regs[1] / regs[0]) ** (np.log(learning_rate / learning_rates[0])"
                     " / np.log(learning_rates[1] / learning_rates[0]))"), "correlation of the two settings"),
    (SEARCH, replace("range(num_trials)", "range(num_trials - 1)"), "Got 599, expected 600"),
    (SEARCH, replace("== y_val", "!= y_val"), "not that on the validation pictures"),
    (SEARCH, replace("np.mean(model.predict(X_val) == y_val)", "np.mean(model.predict(X_train) == y_train)"),
     "accuracy on the training pictures"),
    (SEARCH, replace("np.mean(", "100 * np.mean("), "not that on the validation pictures"),
    (SEARCH, first("make_classifier = lambda model=make_classifier(): model"),
     "make a new one for each"),
    (SEARCH, replace("learning_rate, reg, num_iters)", "learning_rate, reg)"), "not trained with the settings"),
    (SEARCH, replace("learning_rate, reg, num_iters)", "reg, learning_rate, num_iters)"), "not trained with"),
    (SEARCH, replace("model.train(X_train, y_train,", "model.train(X_val, y_val,"), "not trained with the settings"),
    (SEARCH, replace('"accuracy": accuracy, ', ""), "all four entries"),
    (SEARCH, replace("return results", "return max(results, key=lambda trial: trial['accuracy'])"), "number of trials"),
    # The best classifier.
    ("best_svm", "coarse = fine = 5 * [{}]\nbest_svm = svm_from_zero()", "validation pictures\n.*should be at least 0"),
    ("best_svm", """
        coarse = fine = 5 * [{}]
        best_svm = svm_from_zero()
        best_svm.train(X_train, y_train, 1e-9, 1e3, 20)
        """, "accuracy on the validation pictures"),
    ("best_svm", """
        coarse = fine = [{}]
        best_svm = svm_from_zero()
        for learning_rate in 6e-7, 1e-7:
            best_svm.train(X_train, y_train, learning_rate, 100, 500)
        """, "trials of the two searches\n.*at least 10"),
    ("best_svm", """
        coarse = fine = 5 * [{}]
        best_svm = LinearSVM()
        best_svm.train(X_train[:, :-1], y_train, 6e-7, 100, 10)
        """, "shape of its weights"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
    fewest = 3
    slow = ("check_best_svm",)


@pytest.mark.parametrize("name, answer, words", [
    (NAIVE, replace("dW[:, j] += X[i]", "dW[j] += X[i]"), "could not be broadcast"),
    (VECTORIZED, replace("X.T.dot(dscores)", "X.dot(dscores)"), "not aligned"),
    (PREDICT, replace("X.dot(self.W)", "self.W.dot(X)"), "not aligned"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})
