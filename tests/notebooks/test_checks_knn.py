"""The checks of `knn.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import textwrap

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

NOTEBOOK = "assignment1/knn"

# Answers by exercise: each is the whole body of the function.
RIGHT = {
    "compute_distances_two_loops": [
        """
        return np.array([[np.linalg.norm(a - b) for b in self.X_train] for a in X], dtype=X.dtype)
        """,
        """
        dists = np.empty((len(X), len(self.X_train)), X.dtype)
        for j, train in enumerate(self.X_train):
            for i, test in enumerate(X):
                difference = test - train
                dists[i, j] = difference.dot(difference) ** 0.5
        return dists
        """,
        """
        dists = np.zeros((X.shape[0], self.X_train.shape[0]), dtype=X.dtype)
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                total = 0
                for d in range(X.shape[1]):
                    total += (X[i, d] - self.X_train[j, d]) ** 2
                dists[i, j] = total ** 0.5
        return dists
        """,
    ],
    "predict_labels": [
        """
        y_pred = np.zeros(len(dists))
        for i, row in enumerate(dists):
            labels, counts = np.unique(self.y_train[row.argsort()[:k]], return_counts=True)
            y_pred[i] = labels[counts.argmax()]
        return y_pred
        """,
        """
        closest = self.y_train[np.argpartition(dists, k - 1, axis=1)[:, :k]]
        votes = np.zeros((len(dists), self.y_train.max() + 1), dtype=int)
        np.add.at(votes, (np.arange(len(dists))[:, None], closest), 1)
        return votes.argmax(axis=1)
        """,
        """
        from collections import Counter
        y_pred = []
        for row in dists:
            votes = Counter(self.y_train[j] for j in sorted(range(len(row)), key=lambda j: row[j])[:k])
            y_pred.append(min(votes, key=lambda label: (-votes[label], label)))
        return np.array(y_pred)
        """,
    ],
    "compute_distances_one_loop": [
        """
        return np.stack([np.linalg.norm(self.X_train - x, axis=1) for x in X])
        """,
        """
        dists = np.zeros((X.shape[0], self.X_train.shape[0]), X.dtype)
        for i in range(X.shape[0]):
            difference = X[i].reshape(1, -1) - self.X_train
            dists[i, :] = np.sqrt(np.einsum("jd,jd->j", difference, difference))
        return dists
        """,
        """
        dists = []
        for x in X:
            dists.append(np.sqrt(((np.tile(x, (len(self.X_train), 1)) - self.X_train) ** 2).sum(1)))
        return np.array(dists)
        """,
    ],
    "compute_distances_no_loops": [
        """
        squares = -2 * X @ self.X_train.T
        squares += (X ** 2).sum(1)[:, None]
        squares += (self.X_train ** 2).sum(1)[None, :]
        return np.sqrt(squares.clip(min=0))
        """,
        """
        a = np.einsum("id,id->i", X, X).reshape(-1, 1)
        b = np.einsum("jd,jd->j", self.X_train, self.X_train).reshape(1, -1)
        return np.abs(a + b - 2 * np.einsum("id,jd->ij", X, self.X_train)) ** 0.5
        """,
        """
        train = self.X_train
        dists = np.repeat(np.square(X).sum(axis=1, keepdims=True), len(train), axis=1)
        dists = dists + np.tile(np.square(train).sum(axis=1), (len(X), 1)) - np.dot(train, X.T).T * 2
        dists[dists < 0] = 0
        return np.sqrt(dists)
        """,
    ],
    "cross_validate": [
        """
        k_to_accuracies = {}
        parts = np.array_split(np.arange(len(X)), num_folds)
        for k in k_choices:
            k_to_accuracies[k] = []
            for part in parts:
                rest = np.setdiff1d(np.arange(len(X)), part)
                model = KNearestNeighbor()
                model.train(X[rest], y[rest])
                k_to_accuracies[k].append((model.predict(X[part], k=k, num_loops=1) == y[part]).mean())
        return k_to_accuracies
        """,
        """
        result = {k: np.zeros(num_folds) for k in k_choices}
        fold_of = np.concatenate([np.full(len(p), i) for i, p in enumerate(np.array_split(X, num_folds))])
        for i in range(num_folds):
            model = KNearestNeighbor()
            model.train(X[fold_of != i], y[fold_of != i])
            for k in k_choices:
                result[k][i] = np.sum(model.predict(X[fold_of == i], k) == y[fold_of == i]) / np.sum(fold_of == i)
        return result
        """,
        """
        Xs, ys = np.array_split(X, num_folds), np.array_split(y, num_folds)
        def one(i, k):
            model = KNearestNeighbor()
            model.train(np.vstack([x for j, x in enumerate(Xs) if j != i]),
                        np.hstack([t for j, t in enumerate(ys) if j != i]))
            return float(np.mean(model.predict(Xs[i], k=k, num_loops=2) == ys[i]))
        return {k: [one(i, k) for i in range(num_folds)] for k in k_choices}
        """,
    ],
    "choose_k": [
        """
        best_k, best = None, -1
        for k in sorted(k_to_accuracies):
            if sum(k_to_accuracies[k]) / len(k_to_accuracies[k]) > best:
                best_k, best = k, sum(k_to_accuracies[k]) / len(k_to_accuracies[k])
        return best_k
        """,
        """
        ks = np.array(sorted(k_to_accuracies))
        return ks[np.argmax([np.mean(k_to_accuracies[k]) for k in ks])]
        """,
        """
        return sorted(k_to_accuracies, key=lambda k: (-np.mean(k_to_accuracies[k]), k))[0]
        """,
    ],
}


DISTANCES = [name for name in RIGHT if name.startswith("compute_distances")]
LOOPS = [name for name in DISTANCES if name != "compute_distances_no_loops"]


def then(expression):
    """Make an answer that returns an expression of the solved answer's `result`."""
    return lambda solved: f"def solved():\n{textwrap.indent(solved, '    ')}\nresult = solved()\nreturn {expression}"


def first(statements):
    """Make an answer that runs statements before the solved answer."""
    return lambda solved: f"{statements}\n{solved}"


# (exercise, wrong answer, words of the message)
WRONG = [
    *((name, "raise NotImplementedError", "is not written yet") for name in RIGHT),
    *((name, "pass", "should be") for name in RIGHT),
    # Distances, in whichever way they are computed.
    *((name, then("result ** 2"), "square root") for name in DISTANCES),
    *((name, then("result.T"), "rows and columns are swapped") for name in DISTANCES),
    *((name, then("result[:, ::-1]"), "values differ") for name in DISTANCES),
    *((name, first("X -= 1\nself.X_train = self.X_train - 1"), "changes its input X in place") for name in DISTANCES),
    *((name, first("self.X_train += 1\nX = X + 1"), "training pictures are left as they were") for name in DISTANCES),
    *((name, then("result.astype(float)"), "holds float64 numbers and should hold float32") for name in DISTANCES),
    *((name, first("X = X.astype(np.float32)"), "precision of float32|should hold float64") for name in DISTANCES),
    *((name, replace("np.sum((", "np.mean(("), "np.sum, not np.mean") for name in LOOPS),
    # Two loops.
    ("compute_distances_two_loops", then("2 * result"), "got 324.2.*, expected 162.1"),
    ("compute_distances_two_loops", replace("range(num_train)", "range(1, num_train)"), "All values are 0"),
    ("compute_distances_two_loops", replace("self.X_train[j]", "self.X_train[i]"), "values differ"),
    ("compute_distances_two_loops", replace("np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))",
                                            "np.sum(np.abs(X[i] - self.X_train[j]))"), "This is the L1 distance"),
    ("compute_distances_two_loops", replace("np.sum((X[i] - self.X_train[j]) ** 2)",
                                            "np.sum(X[i] - self.X_train[j]) ** 2"), "difference of the sums"),
    # Votes.
    ("predict_labels", replace("self.y_train[np.argsort(dists[i], kind=\"stable\")[:k]]",
                               "np.argsort(dists[i], kind=\"stable\")[:k]"), "look up the labels there"),
    ("predict_labels", replace("[:k]", "[-k:]"), "sort the other way round"),
    ("predict_labels", replace("[:k]", "[:1]"), "k = 3\n"),
    ("predict_labels", replace("[:k]", "[:k + 1]"), "k = 1\n"),
    ("predict_labels", replace("[:k]", "[1:k + 1]"), "k = 1\n"),
    ("predict_labels", replace("np.argmax(np.bincount(closest_y))",
                               "max(np.unique(closest_y), key=lambda c: (sum(closest_y == c), c))"), "larger one did"),
    ("predict_labels", replace("np.argmax(np.bincount(closest_y))",
                               "max(closest_y, key=list(closest_y).count)"), "the nearer or the larger one did"),
    ("predict_labels", replace("np.argmax(", "np.max("), "k = 1\n"),
    ("predict_labels", replace("np.argmax(np.bincount(closest_y))", "np.mean(closest_y)"), "k = 3\n"),
    ("predict_labels", then("result + 1"), r"off by \+1"),
    ("predict_labels", then("result[:, np.newaxis]"), "only the shape is not"),
    ("predict_labels", """
        y_pred = np.zeros(len(dists), dtype=int)
        for i in range(len(dists)):
            votes = []
            for _ in range(k):
                j = np.argmin(dists[i])
                votes.append(self.y_train[j])
                dists[i, j] = np.inf
            y_pred[i] = np.argmax(np.bincount(votes))
        return y_pred
        """, "changes its input dists in place"),
    # One loop.
    ("compute_distances_one_loop", then("2 * result"), "Every value is 2 times"),
    ("compute_distances_one_loop", replace(", axis=1", ""), "np.sum without an axis"),
    ("compute_distances_one_loop", replace("np.sqrt(np.sum((self.X_train - X[i]) ** 2, axis=1))",
                                           "np.abs(self.X_train - X[i]).sum(axis=1)"), "These are L1 distances"),
    *(("compute_distances_one_loop", body, "training pictures\n.*somewhere it still loops")
      for body in RIGHT["compute_distances_two_loops"]),
    # No loops.
    ("compute_distances_no_loops", then("2 * result"), "Every value is 2 times"),
    ("compute_distances_no_loops", replace("- 2 * X", "- X"), "need a factor of 2"),
    ("compute_distances_no_loops", replace("- 2 * X", "+ 2 * X"), "subtracted, not added"),
    ("compute_distances_no_loops", replace("test_squares + train_squares", "test_squares"),
     "training pictures are missing"),
    ("compute_distances_no_loops", replace("test_squares + train_squares", "train_squares"),
     "test pictures are missing"),
    ("compute_distances_no_loops", replace("np.maximum(squares, 0)", "squares"),
     "root of a tiny negative number\n.*nan"),
    *(("compute_distances_no_loops", body, "training pictures\n.*somewhere it still loops")
      for body in RIGHT["compute_distances_two_loops"][:2]),
    *(("compute_distances_no_loops", body, "test pictures\n.*somewhere it still loops")
      for body in RIGHT["compute_distances_one_loop"]),
    ("compute_distances_no_loops", "return np.sqrt(((X[:, np.newaxis] - self.X_train) ** 2).sum(axis=2))",
     "memory.*\n.*at most 0.25"),
    ("compute_distances_no_loops", "return np.linalg.norm(X[:, None, :] - self.X_train[None, :, :], axis=-1)",
     "memory.*\n.*at most 0.25"),
    # Cross-validation.
    ("cross_validate", """
        X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
        model = KNearestNeighbor()
        model.train(X, y)
        return {k: [np.mean(model.predict(X_folds[i], k) == y_folds[i]) for i in range(num_folds)] for k in k_choices}
        """, "too good"),
    ("cross_validate", """
        X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
        k_to_accuracies = {k: [] for k in k_choices}
        for i in range(num_folds):
            model = KNearestNeighbor()
            model.train(X_folds[i], y_folds[i])
            rest, labels = np.concatenate(X_folds[:i] + X_folds[i + 1:]), np.concatenate(y_folds[:i] + y_folds[i + 1:])
            for k in k_choices:
                k_to_accuracies[k].append(np.mean(model.predict(rest, k) == labels))
        return k_to_accuracies
        """, "changed places"),
    ("cross_validate", replace("X_folds[:i] + X_folds[i + 1:]", "X_folds[i + 1:] + X_folds[:i]"), "k = 1, accuracy"),
    ("cross_validate", first("order = np.random.RandomState(0).permutation(len(X))\nX, y = X[order], y[order]"),
     "k = 1, accuracy on each fold"),
    ("cross_validate", replace("== y_folds[i]", "!= y_folds[i]"), "the parts that are wrong"),
    ("cross_validate", replace("np.mean(", "np.sum("), "np.mean, not np.sum"),
    ("cross_validate", replace("np.mean(", "100 * np.mean("), "Every value is 100 times"),
    ("cross_validate", replace("(dists, k)", "(dists)"), "is k passed on"),
    ("cross_validate", then("{k: np.mean(result[k]) for k in result}"), r"shape is \(\) and should be \(5,\)"),
    ("cross_validate", then("{i: result[k] for i, k in enumerate(result)}"), "one entry for each k"),
    ("cross_validate", first("y[0] = 3 - y[0]"), "changes its input y in place"),
    # The best k.
    ("choose_k", replace("np.mean", "np.max"), "best single fold"),
    ("choose_k", replace("max(", "min("), "lowest mean"),
    ("choose_k", replace("sorted(k_to_accuracies)", "k_to_accuracies"), "smaller k, in whatever order"),
    ("choose_k", "return np.argmax([np.mean(a) for a in k_to_accuracies.values()])", "return the k itself"),
    ("choose_k", "return max(np.mean(a) for a in k_to_accuracies.values())", "return the k that reaches it"),
    ("choose_k", "return 7", "the smaller of two equals"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
    fewest = 3


@pytest.mark.parametrize("name, answer, words", [
    ("compute_distances_one_loop", replace("axis=1", "axis=0"), "could not broadcast"),
    ("cross_validate", replace("np.array_split", "np.split"), "equal division"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})
