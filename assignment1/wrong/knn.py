"""Wrong answers to the exercises of knn.ipynb, and what each learner is told (see cs231n/answers/wrong.py)."""
import numpy as np

from cs231n.answers.wrong import before, edit, returns, wrong
from cs231n.classifiers import KNearestNeighbor

# Distances, in whichever way they are computed.

returns(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
        "These are squared distances: L2 takes the square root of the sum of squares.", "result ** 2")
returns(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
        "", "result.T", diagnosis="rows and columns are swapped")
returns(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
        "", "result[:, ::-1]", diagnosis="values differ")
returns(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
        "", "result.astype(float)", diagnosis="holds float64 numbers and should hold float32")
before(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
       "", "X -= 1\nself.X_train = self.X_train - 1", diagnosis="changes its input X in place")
before(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
       "", "self.X_train += 1\nX = X + 1", diagnosis="training pictures are left as they were")
before(["compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"],
       "", "X = X.astype(np.float32)", diagnosis="precision of float32")
edit(["compute_distances_two_loops", "compute_distances_one_loop"],
     "The squares are averaged: L2 adds them up (np.sum, not np.mean).", "np.sum((", "np.mean((")

# Two loops.

returns("compute_distances_two_loops", "", "2 * result", diagnosis="got 324.2.*, expected 162.1")
edit("compute_distances_two_loops", "", "range(num_train)", "range(1, num_train)", diagnosis="All values are 0")
edit("compute_distances_two_loops", "Each test picture is compared with one training picture only: use j for those.",
     "self.X_train[j]", "self.X_train[i % num_train]")
edit("compute_distances_two_loops",
     "This is the L1 distance: square the differences, add them up, and take the square root.",
     "np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))", "np.sum(np.abs(X[i] - self.X_train[j]))")
edit("compute_distances_two_loops", "The difference of the sums is not the sum of the differences.",
     "np.sum((X[i] - self.X_train[j]) ** 2)", "np.sum(X[i] - self.X_train[j]) ** 2")

# Votes.

# The ties come first: on the small example other answers give the same labels as these.
edit("predict_labels",
     "Where labels have equally many votes, the smaller one should win, not the nearer or the larger.",
     "np.argmax(np.bincount(closest_y))", "max(np.unique(closest_y), key=lambda c: (sum(closest_y == c), c))")
edit("predict_labels",
     "Where labels have equally many votes, the smaller one should win, not the nearer or the larger.",
     "np.argmax(np.bincount(closest_y))", "max(closest_y, key=list(closest_y).count)")
edit("predict_labels", "The labels are averaged: they are names, so count which one occurs most often.",
     "np.argmax(np.bincount(closest_y))", "np.mean(closest_y)")
edit("predict_labels", "These are places in the training set: look up the labels there, in self.y_train.",
     'self.y_train[np.argsort(dists[i], kind="stable")[:k]]', 'np.argsort(dists[i], kind="stable")[:k]')
edit("predict_labels", "The farthest pictures vote, not the nearest: sort the other way round.", "[:k]", "[-k:]")
edit("predict_labels", "These are the labels of the nearest pictures: the other neighbours have no vote.",
     "[:k]", "[:1]")
edit("predict_labels", "Others than the k nearest vote: the first k of the order are [:k].", "[:k]", "[:k + 1]")
edit("predict_labels", "Others than the k nearest vote: the first k of the order are [:k].", "[:k]", "[1:k + 1]")
edit("predict_labels", "These are numbers of votes: the label that has them is wanted (np.argmax, not np.max).",
     "np.argmax(", "np.max(")
returns("predict_labels", "", "result + 1", diagnosis=r"off by \+1")
returns("predict_labels", "", "result[:, np.newaxis]", diagnosis="only the shape is not")


@wrong("predict_labels", diagnosis="changes its input dists in place")
def crosses_out_the_nearest(self, dists, k=1):
    y_pred = np.zeros(len(dists), dtype=int)
    for i in range(len(dists)):
        votes = []
        for _ in range(k):
            j = np.argmin(dists[i])
            votes.append(self.y_train[j])
            dists[i, j] = np.inf
        y_pred[i] = np.argmax(np.bincount(votes))
    return y_pred


# One loop.

returns("compute_distances_one_loop", "", "2 * result", diagnosis="Every value is 2 times")
edit("compute_distances_one_loop",
     "All numbers of a row are the same: np.sum without an axis adds up everything; it should add up the D numbers of "
     "each training picture.", ", axis=1", "")
edit("compute_distances_one_loop", "These are L1 distances: L2 squares the differences.",
     "np.sqrt(np.sum((self.X_train - X[i]) ** 2, axis=1))", "np.abs(self.X_train - X[i]).sum(axis=1)")


@wrong(["compute_distances_one_loop", "compute_distances_no_loops"],
       diagnosis="training pictures\n.*somewhere it still loops")
def by_pairs(self, X):
    return np.array([[np.linalg.norm(a - b) for b in self.X_train] for a in X], dtype=X.dtype)


@wrong("compute_distances_one_loop", diagnosis="training pictures\n.*somewhere it still loops")
def by_numbers(self, X):
    dists = np.zeros((X.shape[0], self.X_train.shape[0]), dtype=X.dtype)
    for i in range(X.shape[0]):
        for j in range(self.X_train.shape[0]):
            total = 0
            for d in range(X.shape[1]):
                total += (X[i, d] - self.X_train[j, d]) ** 2
            dists[i, j] = total ** 0.5
    return dists


# No loops.

returns("compute_distances_no_loops", "", "2 * result", diagnosis="Every value is 2 times")
edit("compute_distances_no_loops", "The inner products need a factor of 2.", "- 2 * X", "- X")
edit("compute_distances_no_loops", "The inner products are subtracted, not added.", "- 2 * X", "+ 2 * X")
edit("compute_distances_no_loops", "The squares of the training pictures are missing.",
     "test_squares + train_squares", "test_squares")
edit("compute_distances_no_loops", "The squares of the test pictures are missing.",
     "test_squares + train_squares", "train_squares")
edit("compute_distances_no_loops", "", "np.maximum(squares, 0)", "squares",
     diagnosis="root of a tiny negative number\n.*nan")


@wrong("compute_distances_no_loops", diagnosis="test pictures\n.*somewhere it still loops")
def by_rows(self, X):
    return np.stack([np.linalg.norm(self.X_train - x, axis=1) for x in X])


@wrong("compute_distances_no_loops", diagnosis="memory.*\n.*at most 0.25")
def all_differences(self, X):
    return np.sqrt(((X[:, np.newaxis] - self.X_train) ** 2).sum(axis=2))


@wrong("compute_distances_no_loops", diagnosis="memory.*\n.*at most 0.25")
def norms_of_all_differences(self, X):
    return np.linalg.norm(X[:, None, :] - self.X_train[None, :, :], axis=-1)


# Cross-validation.

@wrong("cross_validate")
def trains_on_everything(X, y, k_choices, num_folds=5):
    """Everything is right, which is too good: are the pictures of fold i among the training pictures, too?"""
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    model = KNearestNeighbor()
    model.train(X, y)
    return {k: [np.mean(model.predict(X_folds[i], 1) == y_folds[i]) for i in range(num_folds)] for k in k_choices}


@wrong("cross_validate")
def swaps_the_folds(X, y, k_choices, num_folds=5):
    """The folds have changed places: fold i is for validation, all the others for training."""
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    k_to_accuracies = {k: [] for k in k_choices}
    for i in range(num_folds):
        model = KNearestNeighbor()
        model.train(X_folds[i], y_folds[i])
        rest, labels = np.concatenate(X_folds[:i] + X_folds[i + 1:]), np.concatenate(y_folds[:i] + y_folds[i + 1:])
        for k in k_choices:
            k_to_accuracies[k].append(np.mean(model.predict(rest, k) == labels))
    return k_to_accuracies


edit("cross_validate", "The labels do not belong to their pictures: join both in the same order.",
     "X_folds[:i] + X_folds[i + 1:]", "X_folds[i + 1:] + X_folds[:i]")
before("cross_validate", "The pictures are shuffled first: the folds are cut from X and y as they stand.",
       "order = np.random.RandomState(0).permutation(len(X))\nX, y = X[order], y[order]")
edit("cross_validate", "These are the parts that are wrong: the accuracy is the part that is right.",
     "== y_folds[i]", "!= y_folds[i]")
edit("cross_validate", "These are numbers of right labels: divide by the size of the fold (np.mean, not np.sum).",
     "np.mean(", "np.sum(")
edit("cross_validate", "", "np.mean(", "100 * np.mean(", diagnosis="Every value is 100 times")
edit("cross_validate", "This is the accuracy for k = 1: is k passed on to predict_labels?", "(dists, k)", "(dists)")
returns("cross_validate", "", "{k: np.mean(result[k]) for k in result}",
        diagnosis=r"shape is \(\) and should be \(5,\)")
returns("cross_validate", "", "{i: result[k] for i, k in enumerate(result)}", diagnosis="one entry for each k")
before("cross_validate", "", "y[0] = 3 - y[0]", diagnosis="changes its input y in place")

# The best k.

edit("choose_k", "This k has the best single fold: compare the means over the folds.", "np.mean", "np.max")
edit("choose_k", "This k has the lowest mean.", "max(", "min(")
edit("choose_k", "Between equally good ones choose the smaller k, in whatever order they stand.",
     "sorted(k_to_accuracies)", "k_to_accuracies")


@wrong("choose_k")
def place_of_the_best(k_to_accuracies):
    """This is the place of the best k in the list: return the k itself."""
    return np.argmax([np.mean(a) for a in k_to_accuracies.values()])


@wrong("choose_k")
def best_accuracy(k_to_accuracies):
    """This is the best accuracy: return the k that reaches it."""
    return max(np.mean(a) for a in k_to_accuracies.values())


@wrong("choose_k", diagnosis="the smaller of two equals")
def always_seven(k_to_accuracies):
    return 7
