"""The checks of `softmax.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

NOTEBOOK = "assignment1/softmax"

# Answers by exercise: each is the whole body of the function, or all that stands in the cell.
RIGHT = {
    "softmax_probabilities": [
        """
        shifted = scores - scores.max(axis=1)[:, np.newaxis]
        return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
        """,
        """
        columns = np.exp(scores.T - scores.T.max(axis=0))
        return (columns / columns.sum(axis=0)).T
        """,
        """
        from scipy.special import softmax
        return softmax(scores, axis=1)
        """,
    ],
    "softmax_loss_naive": [
        """
        loss, dW = 0.0, np.zeros(W.shape, W.dtype)
        for x, label in zip(X, y):
            p = softmax_probabilities((x @ W)[np.newaxis])[0]
            s = x @ W - np.max(x @ W)
            loss += np.log(np.exp(s).sum()) - s[label]
            for j in range(W.shape[1]):
                dW[:, j] += x * (p[j] - 1 if j == label else p[j])
        return loss / len(X) + reg * (W ** 2).sum(), dW / len(X) + reg * W * 2
        """,
        """
        N, C = len(X), W.shape[1]
        losses, dS = [], np.zeros((N, C), W.dtype)
        for i in range(N):
            s = X[i] @ W
            top = max(s)
            total = sum(np.exp(s[j] - top) for j in range(C))
            losses.append(top + np.log(total) - s[y[i]])
            for j in range(C):
                dS[i, j] = np.exp(s[j] - top) / total
            dS[i, y[i]] -= 1
        return np.mean(losses) + reg * np.sum(np.square(W)), X.T @ dS / N + 2 * reg * W
        """,
        """
        from scipy.special import log_softmax
        loss, dW = reg * np.vdot(W, W), W * (2 * reg)
        for i, label in enumerate(y):
            logs = log_softmax(X[i].dot(W))
            truth = np.zeros_like(logs)
            truth[label] = 1
            loss -= logs[label] / len(y)
            dW = dW + np.outer(X[i], np.exp(logs) - truth) / X.shape[0]
        return loss, dW
        """,
    ],
    "softmax_loss_vectorized": [
        """
        S = X @ W
        S = S - S.max(axis=1, keepdims=True)
        E = np.exp(S)
        loss = np.mean(np.log(E.sum(axis=1)) - np.take_along_axis(S, y[:, None], axis=1)[:, 0])
        dS = E / E.sum(axis=1, keepdims=True) - np.eye(W.shape[1], dtype=W.dtype)[y]
        return loss + reg * np.sum(W ** 2), X.T @ dS / len(y) + 2 * reg * W
        """,
        """
        from scipy.special import logsumexp
        S = np.einsum("nd,dc->nc", X, W)
        own = S[np.arange(len(y)), y].reshape(-1, 1)
        loss = logsumexp(S - own, axis=1).mean() + reg * np.linalg.norm(W) ** 2
        correct = np.arange(W.shape[1]) == y.reshape(-1, 1)
        P = softmax_probabilities(S)
        return loss, np.einsum("nd,nc->dc", X, np.where(correct, P - 1, P)) / len(y) + 2 * reg * W
        """,
        """
        S = np.dot(W.T, X.T)
        S -= S.max(axis=0)
        logs = S - np.log(np.sum(np.exp(S), axis=0))
        columns = np.arange(len(X))
        loss = -logs[y, columns].mean()
        P = np.exp(logs)
        np.subtract.at(P, (y, columns), 1)
        return loss + reg * (W * W).sum(), np.dot(P, X).T / len(X) + W * (2 * reg)
        """,
    ],
    "best_softmax": [
        """
        coarse = fine = 5 * [{}]
        best_softmax = from_zero(Softmax)
        for learning_rate in 4e-6, 1e-6:
            best_softmax.train(X_train, y_train, learning_rate, 30, 500)
        """,
        """
        coarse, fine = 8 * [{}], 2 * [{}]
        best_softmax = Softmax()
        best_softmax.W = np.zeros((3073, 10))
        best_softmax.train(X_train, y_train, learning_rate=3e-6, reg=10, num_iters=700, batch_size=100)
        """,
        replace("coarse = ", "coarse_trials, coarse_steps, fine_trials, fine_steps = 6, 60, 4, 300\ncoarse = "),
    ],
}


pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of answers that overflow


class TestChecks(NotebookChecks):
    right = RIGHT
    fewest = 3
    slow, whole_cells = ("check_best_softmax",), ("best_softmax",)


@pytest.mark.parametrize("name, answer, words", [
    ("softmax_loss_vectorized", replace("X.T.dot(dscores)", "X.dot(dscores)"), "not aligned"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})
