"""The checks of `softmax.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import textwrap

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


def then(expression):
    """Make an answer that returns an expression of the solved answer's `loss` and `dW`."""
    return lambda solved: f"def solved():\n{textwrap.indent(solved, '    ')}\nloss, dW = solved()\nreturn {expression}"


def first(statements):
    """Make an answer that runs statements before the solved answer."""
    return lambda solved: f"{statements}\n{solved}"


FUNCTIONS = [name for name in RIGHT if name != "best_softmax"]
PROBABILITIES, NAIVE, VECTORIZED = FUNCTIONS
LOSSES = [NAIVE, VECTORIZED]
UNSAFE = """
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean() + reg * np.sum(W * W)
    P[rows, y] -= 1
    return loss, X.T @ P / len(y) + 2 * reg * W
    """

# (exercise, wrong answer, words of the message)
WRONG = [
    *((name, "raise NotImplementedError", "is not written yet") for name in FUNCTIONS),
    (PROBABILITIES, "pass", "None and should be"),
    *((name, "pass", "returns nothing; its last line should be: return loss, dW") for name in LOSSES),
    # Probabilities.
    (PROBABILITIES, replace("exponentials / np.sum(exponentials, axis=1, keepdims=True)", "exponentials"), "differ"),
    (PROBABILITIES, "return np.exp(scores)", "divide each row by its sum"),
    (PROBABILITIES, "return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)",
     "123, 456, 789\n.*nan.*exponential of a large number"),
    (PROBABILITIES, "return np.exp(scores) / np.exp(scores).sum(axis=0)", "Each column adds up to 1"),
    (PROBABILITIES, "return np.exp(scores) / np.exp(scores).sum()", "All numbers together add up to 1"),
    (PROBABILITIES, replace("np.sum(exponentials, axis=1, keepdims=True)", "np.sum(exponentials, axis=1)"),
     "keepdims=True makes the sums a column"),
    (PROBABILITIES, "return scores / scores.sum(axis=1, keepdims=True)", "the exponential is missing"),
    (PROBABILITIES, replace("np.max(scores, axis=1, keepdims=True)", "np.max(scores)"), "one near -1000\n.*nan"),
    (PROBABILITIES, replace("np.max(scores, axis=1, keepdims=True)", "np.max(scores, axis=1)"), "differ"),
    (PROBABILITIES, replace("np.max(scores, axis=1, keepdims=True)", "789"), "nan"),
    (PROBABILITIES, first("scores -= np.max(scores, axis=1, keepdims=True)"), "changes its input scores in place"),
    (PROBABILITIES, first("scores = scores.astype(np.float64)"), "holds float64 numbers and should hold float32"),
    (PROBABILITIES, first("scores = scores.astype(np.float32)"), "precision of float32"),
    (PROBABILITIES, "rows = [np.exp(s - s.max()) for s in scores]\nreturn np.array([row / row.sum() for row in rows])",
     "still loops"),
    (PROBABILITIES, """
        exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        return exponentials.T / np.sum(exponentials, axis=1)
        """, "rows and columns are swapped"),
    # The loss and its gradient, in whichever way they are computed.
    *((name, then("loss"), "its last line should be: return loss, dW") for name in LOSSES),
    *((name, then("(dW, loss)"), "Its shape is") for name in LOSSES),
    *((name, then("(2 * loss, dW)"), "Got 5.517.*, expected 2.758") for name in LOSSES),
    *((name, then("(-loss, dW)"), "minus sign of -log p is missing") for name in LOSSES),
    *((name, then("(loss * len(X), dW)"), "sum over the pictures") for name in LOSSES),
    *((name, then("(loss / np.log(10), dW)"), "logarithm to base 10") for name in LOSSES),
    *((name, then("(loss / W.shape[1], dW)"), "divide by N once") for name in LOSSES),
    *((name, then("(np.float32(loss), dW)"), "precision of float32") for name in LOSSES),
    *((name, then("(loss, 2 * dW)"), "Every value is 2 times") for name in LOSSES),
    *((name, then("(loss, -dW)"), "wrong sign") for name in LOSSES),
    *((name, then("(loss, dW * len(X))"), "Every value is 3 times") for name in LOSSES),
    *((name, then("(loss, dW.T)"), "rows and columns are swapped") for name in LOSSES),
    *((name, then("(loss, 0 * dW)"), "All values are 0") for name in LOSSES),
    *((name, then("(loss, dW.astype(np.float64))"), "float64 numbers and should hold float32") for name in LOSSES),
    *((name, then("(loss, dW.astype(np.float32))"), "precision of float32") for name in LOSSES),
    *((name, first("W *= 1.5"), "changes its input W in place") for name in LOSSES),
    *((name, first("X += 1"), "changes its input X in place") for name in LOSSES),
    *((name, first("y = (y + 1) % W.shape[1]"), "cat, car and frog") for name in LOSSES),
    *((name, first("y = y - 1"), "cat, car and frog") for name in LOSSES),
    *((name, replace("/ num_train + reg * np.sum(W * W)", "/ num_train"), "(?i)reg.* is missing") for name in LOSSES),
    *((name, replace("reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)"), "no 1/2 before reg") for name in LOSSES),
    *((name, replace(" + 2 * reg * W", ""), "gradient of reg .* is missing") for name in LOSSES),
    *((name, replace("2 * reg * W", "reg * W"), "has a factor of 2") for name in LOSSES),
    (NAIVE, replace("log_probs[y[i]]", "np.exp(log_probs[y[i]])"), "probabilities; the loss is minus|differ|Got"),
    (NAIVE, replace("loss -= log_probs[y[i]]", "loss += np.exp(log_probs[y[i]])"), "the loss is minus their logarithm"),
    (NAIVE, replace("loss -= log_probs[y[i]]", "loss -= log_probs.sum()"), "only the correct class counts"),
    (NAIVE, replace("loss = loss / num_train + reg * np.sum(W * W)",
                    "loss = (loss + reg * np.sum(W * W)) / num_train"), "add it after the division"),
    (NAIVE, replace("np.sum(W * W)", "np.sum(W * W) * num_train"), "not for each picture"),
    (NAIVE, replace("np.sum(W * W)", "np.linalg.norm(W)"), "no square root"),
    (NAIVE, replace("dW = dW / num_train + 2 * reg * W", "dW = (dW + 2 * reg * W) / num_train"), "after the division"),
    (NAIVE, replace("np.exp(log_probs[j]) - (j == y[i])", "np.exp(log_probs[j])"), "1 is not subtracted"),
    (NAIVE, replace("np.exp(log_probs[j]) - (j == y[i])", "np.exp(log_probs[j]) - 1"), "not at the correct one only"),
    (NAIVE, replace("np.exp(log_probs[j]) - (j == y[i])", "(np.exp(log_probs[j]) - 1) * (j == y[i])"),
     "Only the correct class has a gradient"),
    (NAIVE, replace("np.zeros_like(W)", "np.zeros(W.shape)"), "holds float64 numbers and should hold float32"),
    (NAIVE, replace("scores -= np.max(scores)", "pass"), "scores of 1000 and -1000\n.*exponential of a large number"),
    (NAIVE, replace("scores - np.log(np.sum(np.exp(scores)))", "np.log(np.exp(scores) / np.sum(np.exp(scores)))"),
     "scores of 1000 and -1000\n.*holds inf"),
    (NAIVE, replace("scores - np.log(np.sum(np.exp(scores)))",
                    "np.log(np.exp(scores) / np.sum(np.exp(scores)) + 1e-300)"), "scores of 1000 and -1000\n.*Got"),
    (VECTORIZED, UNSAFE, "scores of 1000 and -1000\n.*It holds"),
    (VECTORIZED, replace("np.max(scores, axis=1, keepdims=True)", "np.max(scores)"), "for scores of 1000 and -1000"),
    (VECTORIZED, replace("-np.sum(log_probs[rows, y])", "-np.sum(log_probs)"), "only the correct class counts"),
    (VECTORIZED, replace("np.sum(np.exp(scores), axis=1, keepdims=True)", "np.sum(np.exp(scores), axis=0)"), "Got"),
    (VECTORIZED, replace("dscores[rows, y] -= 1", "pass"), "1 is not subtracted"),
    (VECTORIZED, replace("dscores[rows, y] -= 1", "dscores -= 1"), "not at the correct one only"),
    (VECTORIZED, replace("dscores[rows, y] -= 1", "dscores[:, y] -= 1"), "gradient for cat, car and frog"),
    *((VECTORIZED, body, "200 pictures in place of 4\n.*somewhere it still loops") for body in RIGHT[NAIVE]),
    (VECTORIZED, replace("dscores[rows, y] -= 1", "for i in rows:\n    dscores[i, y[i]] -= 1"), "still loops"),
    (VECTORIZED, replace("np.exp(log_probs)", "np.stack([np.exp(column) for column in log_probs.T], axis=1)"),
     "60 classes in place of 3\n.*somewhere it still loops"),
    # The best classifier.
    ("best_softmax", "coarse = fine = 5 * [{}]\nbest_softmax = from_zero(Softmax)",
     "validation pictures\n.*should be at least 0"),
    ("best_softmax", """
        coarse = fine = 5 * [{}]
        best_softmax = from_zero(Softmax)
        best_softmax.train(X_train, y_train, 1e-9, 1e3, 20)
        """, "accuracy on the validation pictures"),
    ("best_softmax", """
        coarse = fine = [{}]
        best_softmax = from_zero(Softmax)
        for learning_rate in 4e-6, 1e-6:
            best_softmax.train(X_train, y_train, learning_rate, 30, 500)
        """, "trials of the two searches\n.*at least 10"),
    ("best_softmax", """
        coarse = fine = 5 * [{}]
        best_softmax = Softmax()
        best_softmax.train(X_train[:, :-1], y_train, 4e-6, 30, 10)
        """, "shape of its weights"),
]

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of answers that overflow


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
    fewest = 3
    slow = ("check_best_softmax",)


@pytest.mark.parametrize("name, answer, words", [
    (VECTORIZED, replace("X.T.dot(dscores)", "X.dot(dscores)"), "not aligned"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})
