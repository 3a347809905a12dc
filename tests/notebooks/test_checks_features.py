"""The checks of `features.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import re

from notebook_checks import NotebookChecks
from solved_notebook import replace

NOTEBOOK = "assignment1/features"

# Answers by exercise: each is the whole body of the function.
RIGHT = {
    "standardise": [
        """
        mean = train.mean(axis=0)
        std = np.sqrt(((train - mean) ** 2).mean(axis=0))
        std = np.where(std > 0, std, 1)
        return [(part - mean) / std for part in (train, val, test)]
        """,
        """
        results = []
        for part in (train, val, test):
            result = np.zeros_like(part)
            for d in range(part.shape[1]):
                column = train[:, d]
                divisor = np.std(column) if np.ptp(column) > 0 else 1
                result[:, d] = (part[:, d] - np.mean(column)) / divisor
            results.append(result)
        return tuple(results)
        """,
        """
        mu, sigma = np.mean(train, 0), np.std(train, 0)
        train, val, test = train - mu, val - mu, test - mu
        train /= sigma + 1e-8
        val /= sigma + 1e-8
        test /= sigma + 1e-8
        return train, val, test
        """,
    ],
    "search_svm": [
        """
        X_train, y_train, X_val, y_val = data
        trials, best = [], None
        for i in range(num_trials):
            if i < num_trials / 2:
                settings = 10 ** np.random.uniform(-4, 0), 10 ** np.random.uniform(-5, 0)
            else:
                if i == num_trials // 2:
                    middle = best["learning_rate"], best["reg"]
                settings = [value * np.exp(np.random.uniform(-np.log(3), np.log(3))) for value in middle]
            svm = LinearSVM()
            with np.errstate(all="ignore"):
                svm.train(X_train, y_train, *settings, num_iters)
            accuracy = (svm.predict(X_val) == y_val).mean()
            trials.append(dict(learning_rate=settings[0], reg=settings[1], accuracy=accuracy, model=svm))
            if best is None or accuracy > best["accuracy"]:
                best = trials[-1]
        return best["model"], trials
        """,
        """
        coarse = random_search(LinearSVM, data, [1e-4, 1e-1], [1e-7, 1e-1], num_trials // 2, num_iters)
        coarse_best = sorted(coarse, key=lambda trial: trial["accuracy"])[-1]
        low_lr, low_reg = coarse_best["learning_rate"] / 2, coarse_best["reg"] / 2
        fine = random_search(LinearSVM, data, (low_lr, 4 * low_lr), (low_reg, 4 * low_reg), num_trials // 2, num_iters)
        both = coarse + fine
        return both[np.argmax([trial["accuracy"] for trial in both])]["model"], both
        """,
        """
        trials, lr, reg = [], 1e-3, 1e-3
        for width in (100, 3):
            trials += random_search(
                LinearSVM, data, (lr / width, lr * width), (reg / width, reg * width), num_trials // 2, num_iters)
            order = sorted(range(len(trials)), key=lambda i: -trials[i]["accuracy"])
            lr, reg = (trials[order[0]][name] for name in ("learning_rate", "reg"))
        return [trials[order[0]]["model"], tuple(trials)]
        """,
    ],
    "train_net": [
        """
        X, y = data[:2]
        net = TwoLayerNet(X.shape[1], hidden_size, len(np.unique(y)), std=0.1, dtype=X.dtype)
        net.train(*data, learning_rate, 0.97, reg, num_iters)
        return net
        """,
        """
        X_train, y_train, X_val, y_val = data
        net = TwoLayerNet(X_train.shape[1], hidden_size, max(y_train) + 1, 1 / np.sqrt(X_train.shape[1]))
        net.params = {name: value.astype(X_train.dtype) for name, value in net.params.items()}
        net.train(X_train, y_train, X_val, y_val, learning_rate, 0.9, reg, num_iters, batch_size=100)
        return net
        """,
        """
        X, y, X_val, y_val = data
        net = TwoLayerNet(X.shape[1], hidden_size, int(y.max()) + 1, std=0.3, dtype=X.dtype)
        for _ in range(num_iters):
            rows = np.random.randint(len(X), size=200)
            loss, grads = net.loss(X[rows], y[rows], reg)
            for name in net.params:
                net.params[name] -= (learning_rate * grads[name]).astype(X.dtype)
        return net
        """,
    ],
}

# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
WRONG = [
    ("standardise", "raise NotImplementedError", "not written yet"),
    ("standardise", "pass", "Return three arrays"),
    ("standardise", replace("(train - mean) / std, (val - mean) / std, (test - mean) / std", "(train - mean) / std"),
     "Return three arrays"),
    ("standardise", "return [(p - p.mean(0)) / np.where(p.std(0) > 0, p.std(0), 1) for p in (train, val, test)]",
     "treated with its own mean and standard deviation"),
    ("standardise", replace("(val - mean) / std", "val"), "came back as it was"),
    ("standardise", replace("(test - mean) / std", "test - mean"), "standardise: .*test part"),
    ("standardise", replace("train.mean(axis=0), train.std(axis=0)",
                            "(f(np.concatenate([train, val, test]), axis=0) for f in (np.mean, np.std))"),
     "those of all three parts together"),
    ("standardise", replace("std[std == 0] = 1\n", ""), "nan"),
    ("standardise", replace("train.std(axis=0)", "train.std(axis=0, ddof=1)"), "ddof at 0"),
    ("standardise", replace("train.std(axis=0)", "train.var(axis=0)"), "divided by the variance"),
    ("standardise", "return [(p - train.mean()) / train.std() for p in (train, val, test)]",
     "each column needs its own"),
    ("standardise", replace("(train - mean)", "train"), "mean is not subtracted"),
    ("standardise", "return train - train.mean(0), val - train.mean(0), test - train.mean(0)",
     "division by the standard deviation is missing"),
    ("standardise", replace("return (train - mean)", "train -= mean\nreturn train"),
     "changes its input train in place"),
    ("standardise", "std = train.std(0) + (train.std(0) == 0)\nval -= train.mean(0)\n"
     "return (train - train.mean(0)) / std, val / std, (test - train.mean(0)) / std", "changes its input val in place"),
    ("standardise", replace("mean, std = train.mean(axis=0), train.std(axis=0)",
                            "train, val, test = (np.array(p, dtype=float) for p in (train, val, test))\n"
                            "mean, std = train.mean(axis=0), train.std(axis=0)"), "should hold float32"),
    ("standardise", replace("mean, std = train.mean(axis=0), train.std(axis=0)",
                            "train, val, test = (np.array(p, dtype=np.float32) for p in (train, val, test))\n"
                            "mean, std = train.mean(axis=0), train.std(axis=0)"), "should hold float64"),
    ("search_svm", "raise NotImplementedError", "not written yet"),
    ("search_svm", "return None", "Return two things"),
    ("search_svm", replace('["model"], trials', '["model"]'), "Return two things"),
    ("search_svm", replace('return max(trials, key=lambda trial: trial["accuracy"])["model"], trials',
                           'return trials, max(trials, key=lambda trial: trial["accuracy"])["model"]'),
     "The model comes first"),
    ("search_svm", replace('return max(trials, key=lambda trial: trial["accuracy"])["model"]',
                           'return min(trials, key=lambda trial: trial["accuracy"])["model"]'), "lowest accuracy"),
    ("search_svm", replace("trials += ", "trials = "), "fine trials only"),
    ("search_svm", replace("near_lr, near_reg, half, num_iters)", "near_lr, near_reg, num_trials, num_iters)"),
     "counts both halves"),
    ("search_svm", replace("trials += random_search(LinearSVM, data, near_lr, near_reg, half, num_iters)",
                           "trials += random_search(LinearSVM, data, (1e-5, 1), (1e-6, 1e1), half, num_iters)"),
     "largest factor from the best learning_rate"),
    ("search_svm", replace('best = max(trials, key=lambda trial: trial["accuracy"])',
                           'best = min(trials, key=lambda trial: trial["accuracy"])'), "largest factor from the best"),
    ("search_svm", replace("near_lr, near_reg, half", "near_lr, (1e-6, 1e1), half"),
     "largest factor from the best reg"),
    ("search_svm", replace("(1e-5, 1), (1e-6, 1e1)", "(1e-10, 1e-7), (1e2, 1e5)"), "best accuracy on six classes"),
    ("search_svm", replace("(1e-5, 1), (1e-6, 1e1)", "(1e-2, 1), (1e3, 1e5)"), "best accuracy on six classes"),
    ("search_svm", replace("half, num_iters)\nreturn", "half, num_iters)\nfor trial in trials:\n"
                           "    trial['reg'] = 1e-3\nreturn"), "different values of reg\n  Some occur again"),
    ("train_net", "raise NotImplementedError", "not written yet"),
    ("train_net", replace("return net", "pass"), "Return the network itself"),
    ("train_net", replace("return net", "return net, 0.5"), "Return the network itself"),
    ("train_net", replace("hidden_size, y_train", "50, y_train"), "shape of W1"),
    ("train_net", replace("y_train.max() + 1", "10"), "shape of W2"),
    ("train_net", replace("net.train(X_train, y_train, X_val, y_val", "net.train(X_val, y_val, X_train, y_train"),
     "part of the training rows"),
    ("train_net", replace("std=np.sqrt(2 / D), ", ""), "is std large enough"),
    ("train_net", replace("learning_rate_decay=0.95", "learning_rate_decay=0"), "gets right"),
    ("train_net", replace("num_iters=num_iters", "num_iters=300"), "after 0 steps"),
    ("train_net", replace("learning_rate=learning_rate", "learning_rate=0.1"), "with learning rate 0"),
    ("train_net", replace("reg=reg", "reg=1e-3"), "length of W1 with reg 1"),
    ("train_net", replace("learning_rate=learning_rate", "learning_rate=reg"), "gets right"),
    ("train_net", replace(", dtype=X_train.dtype", ""), "dtype of X_train"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG


def test_recorded_story_features_beat_pixels(notebook):
    printed = notebook.printed()
    found = re.findall(r"^(\w+) +on (pixels|features) +(0\.\d+)$", printed, re.M)
    accuracy = {(name, what): float(number) for name, what, number in found}
    assert accuracy["kNN", "pixels"] < accuracy["softmax", "pixels"] < accuracy["net", "pixels"]
    assert accuracy["net", "pixels"] < accuracy["SVM", "features"] < accuracy["net", "features"] < 0.9
