"""The checks of `svm.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
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
        """
        S = X.dot(W)
        violated = S - np.choose(y, S.T)[:, None] + 1  # NumPy's own Python code steps through the choices
        violated[range(len(y)), y] = 0
        loss = np.sum(np.maximum(violated, 0), axis=1).mean() + reg * np.sum(W ** 2)
        violated = np.array(violated > 0, W.dtype)
        violated[range(len(y)), y] = -np.sum(violated, axis=1)
        return loss, X.T.dot(violated) / len(y) + 2 * reg * W
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


class TestChecks(NotebookChecks):
    right = RIGHT
    fewest = 3
    slow, whole_cells = ("check_best_svm",), ("best_svm",)


@pytest.mark.parametrize("name, answer, words", [
    ("svm_loss_naive", replace("dW[:, j] += X[i]", "dW[j] += X[i]"), "could not be broadcast"),
    ("svm_loss_vectorized", replace("X.T.dot(dscores)", "X.dot(dscores)"), "not aligned"),
    ("linear_classifier_predict", replace("X.dot(self.W)", "self.W.dot(X)"), "not aligned"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})
