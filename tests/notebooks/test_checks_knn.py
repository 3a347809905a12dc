"""The checks of `knn.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import textwrap

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

from cs231n.check import CheckFailed

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


class TestChecks(NotebookChecks):
    right = RIGHT
    fewest = 3


@pytest.mark.parametrize("name, answer, words", [
    ("compute_distances_one_loop", replace("axis=1", "axis=0"), "could not broadcast"),
    ("cross_validate", replace("np.array_split", "np.split"), "equal division"),
])
def test_numpy_says_what_is_wrong_itself(notebook, name, answer, words):
    with pytest.raises(ValueError, match=words):
        notebook.run_check(f"check_{name}", {name: answer})


@pytest.mark.parametrize("name", ["two_loops", "one_loop", "no_loops"])
def test_float64_pictures_give_float64(notebook, name):
    def in_float32(solved):
        return f"def solved():\n{textwrap.indent(solved, '    ')}\nreturn solved().astype(np.float32)"

    name = f"compute_distances_{name}"
    with pytest.raises(CheckFailed, match="holds float32 numbers and should hold float64: .* type of X"):
        notebook.run_check(f"check_{name}_float32", {name: in_float32})
