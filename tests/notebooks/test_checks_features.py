"""The checks of `features.ipynb`: right answers in any style pass, wrong ones get the words a learner needs."""
import re

from notebook_checks import NotebookChecks

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


class TestChecks(NotebookChecks):
    right = RIGHT


def test_recorded_story_features_beat_pixels(notebook):
    printed = notebook.printed()
    found = re.findall(r"^(\w+) +on (pixels|features) +(0\.\d+)$", printed, re.M)
    accuracy = {(name, what): float(number) for name, what, number in found}
    assert accuracy["kNN", "pixels"] < accuracy["softmax", "pixels"] < accuracy["net", "pixels"]
    assert accuracy["net", "pixels"] < accuracy["SVM", "features"] < accuracy["net", "features"] < 0.9
