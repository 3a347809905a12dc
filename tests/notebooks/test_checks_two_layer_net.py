"""The checks of the two-layer net notebook: right answers in other styles pass, wrong ones fail with a message."""
import pytest
from notebook_checks import NotebookChecks

NOTEBOOK = "assignment1/two_layer_net"

WARM_UP, LOSS, PREDICT, TRAIN = (
    "squared_norm_gradients", "two_layer_net_loss", "two_layer_net_predict", "two_layer_net_train")
SEARCH, NARROW = "two_layer_net_random_search", "two_layer_net_narrow"
SCORES, GRADIENTS = "two_layer_net_scores", "two_layer_net_gradients"  # with LOSS, the checks of the three steps


# Right answers

WARM_UP_RIGHT = {
    "einsum": """
        q = W @ x
        return q @ q, 2 * np.einsum("m,d->md", q, x), 2 * np.einsum("md,m->d", W, q)
        """,
    "column vectors": """
        x = x.reshape(-1, 1)
        q = W @ x
        return float((q ** 2).sum()), 2 * q @ x.T, (2 * W.T @ q)[:, 0]
        """,
    "loops": """
        M, D = W.shape
        f, dW, dx = 0.0, np.zeros_like(W), np.zeros_like(x)
        for i in range(M):
            q = sum(W[i, d] * x[d] for d in range(D))
            f += q * q
            for d in range(D):
                dW[i, d] += 2 * q * x[d]
                dx[d] += 2 * q * W[i, d]
        return f, dW, dx
        """,
    "a list": """
        dq = 2 * np.matmul(W, x)
        return [np.sum(dq ** 2) / 4, dq[:, None] * x[None, :], dq @ W]
        """,
}

LOSS_RIGHT = {
    "probabilities, cross-entropy at the end": """
        p = self.params
        z = X @ p["W1"] + p["b1"]
        h = z * (z > 0)
        s = h @ p["W2"] + p["b2"]
        if y is None:
            return s
        e = np.exp(s - s.max(axis=1)[:, None])
        prob = e / e.sum(axis=1)[:, None]
        picked = s[range(len(y)), y] - s.max(axis=1) - np.log(e.sum(axis=1))
        loss = -picked.mean() + reg * (p["W1"] ** 2).sum() + reg * (p["W2"] ** 2).sum()
        onehot = np.eye(s.shape[1], dtype=s.dtype)[y]
        ds = (prob - onehot) / len(y)
        dh = ds @ p["W2"].T
        dh[z <= 0] = 0
        return loss, {
            "W1": X.T @ dh + 2 * reg * p["W1"], "b1": dh.sum(0), "W2": h.T @ ds + 2 * reg * p["W2"], "b2": ds.sum(0)}
        """,
    "scipy, einsum and np.where": """
        from scipy.special import log_softmax, softmax

        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        z = np.einsum("nd,dh->nh", X, W1) + b1[None]
        h = np.where(z > 0, z, 0)
        s = np.einsum("nh,hc->nc", h, W2) + b2[None]
        if y is None:
            return s
        N = len(X)
        loss = -log_softmax(s, axis=1)[np.arange(N), y].mean()
        loss += reg * sum(np.vdot(W, W) for W in (W1, W2))
        ds = softmax(s, axis=1)
        ds[np.arange(N), y] -= 1
        dz = np.where(z > 0, np.einsum("nc,hc->nh", ds, W2), 0)
        grads = dict(W1=np.einsum("nd,nh->dh", X, dz), b1=np.ones(N, X.dtype) @ dz, W2=np.einsum("nh,nc->hc", h, ds),
                     b2=np.ones(N, X.dtype) @ ds)
        grads = {k: g / N for k, g in grads.items()}
        for k in ("W1", "W2"):
            grads[k] += 2 * reg * self.params[k]
        return loss, grads
        """,
    "the bias trick": """
        def with_ones(A):
            return np.hstack([A, np.ones((len(A), 1), A.dtype)])

        V1 = np.vstack([self.params["W1"], self.params["b1"]])
        V2 = np.vstack([self.params["W2"], self.params["b2"]])
        X1 = with_ones(X)
        h = X1 @ V1
        h[h < 0] = 0
        h1 = with_ones(h)
        scores = h1 @ V2
        if y is None:
            return scores
        scores = scores - scores.max(1, keepdims=True)
        total = np.exp(scores).sum(1, keepdims=True)
        n = np.arange(len(y))
        loss = (np.log(total)[:, 0] - scores[n, y]).sum() / len(y)
        d = np.exp(scores) / total
        d[n, y] -= 1
        d /= len(y)
        dV2 = h1.T @ d
        dV1 = X1.T @ ((d @ V2.T)[:, :-1] * np.sign(h))
        for V, dV in ((V1, dV1), (V2, dV2)):
            loss += reg * np.linalg.norm(V[:-1]) ** 2
            dV[:-1] += reg * V[:-1] * 2
        return loss, {"W1": dV1[:-1], "b1": dV1[-1], "W2": dV2[:-1], "b2": dV2[-1]}
        """,
}

PREDICT_RIGHT = {
    "sorted scores": "return self.loss(X).argsort(axis=1)[:, -1]",
    "the forward pass again": """
        hidden = np.maximum(X @ self.params["W1"] + self.params["b1"], 0)
        return (hidden @ self.params["W2"] + self.params["b2"]).argmax(-1)
        """,
    "a loop": """
        labels = np.zeros(len(X), dtype=int)
        for i, scores in enumerate(self.loss(X)):
            labels[i] = int(np.argmax(scores))
        return labels
        """,
    "a list": "return [int(np.argmax(s)) for s in self.loss(X)]",
}

TRAIN_RIGHT = {
    "new arrays, decay and accuracies at the end of an epoch": """
        losses, train_acc, val_acc = [], [], []
        epoch = max(len(X) // batch_size, 1)
        for step in range(1, num_iters + 1):
            rows = np.random.randint(0, len(X), size=batch_size)
            loss, grads = self.loss(X[rows], y=y[rows], reg=reg)
            losses.append(loss)
            self.params = {k: self.params[k] - learning_rate * grads[k] for k in self.params}
            if step % epoch == 0:
                train_acc.append((self.predict(X[rows]) == y[rows]).mean())
                val_acc.append((self.predict(X_val) == y_val).mean())
                learning_rate = learning_rate * learning_rate_decay
        return {"loss_history": losses, "train_acc_history": train_acc, "val_acc_history": val_acc}
        """,
    "shuffled epochs, accuracy on all training examples, learning rate from the step": """
        N = len(X)
        epoch = max(N // batch_size, 1)
        order = np.array([], dtype=int)
        history = dict(val_acc_history=[], train_acc_history=[], loss_history=[])
        for it in range(num_iters):
            while len(order) < batch_size:
                order = np.concatenate([order, np.random.permutation(N)])
            rows, order = order[:batch_size], order[batch_size:]
            loss, grads = self.loss(X[rows], y[rows], reg)
            step = learning_rate * learning_rate_decay ** (it // epoch)
            self.params["W1"] -= step * grads["W1"]
            self.params["b1"] -= step * grads["b1"]
            self.params["W2"] -= step * grads["W2"]
            self.params["b2"] -= step * grads["b2"]
            history["loss_history"].append(float(loss))
            if it % epoch == 0:
                history["train_acc_history"].append(float(np.mean(self.predict(X) == y)))
                history["val_acc_history"].append(float(np.mean(self.predict(X_val) == y_val)))
        return history
        """,
    "a generator object, arrays for lists": """
        import math

        rng = np.random.default_rng()
        per_epoch = max(1, math.floor(X.shape[0] / batch_size))
        loss_history = np.zeros(num_iters)
        train_acc, val_acc = [], []
        for it in range(num_iters):
            mask = rng.integers(X.shape[0], size=batch_size)
            loss_history[it], grads = self.loss(X.take(mask, axis=0), y.take(mask), reg=reg)
            for param, grad in grads.items():
                np.add(self.params[param], -learning_rate * grad, out=self.params[param])
            if it % per_epoch == 0:
                scores = self.loss(X[mask])
                train_acc.append(np.mean(np.argmax(scores, axis=1) == y[mask]))
                val_acc.append(sum(self.predict(X_val) == y_val) / len(y_val))
                learning_rate *= learning_rate_decay
        return {"loss_history": loss_history, "train_acc_history": train_acc, "val_acc_history": val_acc}
        """,
}

SEARCH_RIGHT = {
    "powers of ten": """
        trials = []
        while len(trials) < num_trials:
            settings = {}
            for name in ranges:
                low, high = np.log10(ranges[name])
                settings[name] = 10 ** rng.uniform(low, high)
            trials.append(dict(settings, accuracy=evaluate(**settings)))
        return trials
        """,
    "all drawn at once, best first": """
        names = list(ranges)
        low, high = np.log([ranges[name] for name in names]).T
        drawn = np.exp(low + (high - low) * rng.random((num_trials, len(names))))
        trials = []
        for row in drawn:
            trial = dict(zip(names, row.tolist()))
            trial["accuracy"] = evaluate(**trial)
            trials.append(trial)
        return sorted(trials, key=lambda trial: -trial["accuracy"])
        """,
    "ratio to a random power": """
        def draw():
            return {name: low * (high / low) ** rng.uniform(0, 1) for name, (low, high) in ranges.items()}

        settings = [draw() for _ in range(num_trials)]
        return [s | {"accuracy": evaluate(**s)} for s in settings]
        """,
}

NARROW_RIGHT = {
    "argsort": """
        order = np.argsort([-t["accuracy"] for t in trials])[:keep]
        names = set(trials[0]) - {"accuracy"}
        return {n: (np.min([trials[i][n] for i in order]), np.max([trials[i][n] for i in order])) for n in names}
        """,
    "heapq and lists": """
        import heapq

        best = heapq.nlargest(keep, trials, key=lambda t: t["accuracy"])
        ranges = {}
        for name in best[0]:
            values = sorted(t[name] for t in best)
            ranges[name] = [values[0], values[-1]]
        del ranges["accuracy"]
        return ranges
        """,
    "a copy sorted in place": """
        copy = list(trials)
        copy.sort(key=lambda t: t["accuracy"], reverse=True)
        columns = {name: np.array([t[name] for t in copy[:keep]]) for name in copy[0] if name != "accuracy"}
        return {name: (values.min(), values.max()) for name, values in columns.items()}
        """,
}

RIGHT = {
    WARM_UP: WARM_UP_RIGHT, LOSS: LOSS_RIGHT, PREDICT: PREDICT_RIGHT, TRAIN: TRAIN_RIGHT, SEARCH: SEARCH_RIGHT,
    NARROW: NARROW_RIGHT,
}
RIGHT = {exercise: list(answers.values()) for exercise, answers in RIGHT.items()}


SCORES_ONLY = """
    W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
    scores = np.maximum(0, X.dot(W1) + b1).dot(W2) + b2
    if y is None:
        return scores
    """


@pytest.mark.parametrize("check, rest", [
    (SCORES, 'raise NotImplementedError("The loss comes next.")'),
    (SCORES, ""),
    (LOSS, """
    log_probs = scores - scores.max(axis=1, keepdims=True)
    log_probs -= np.log(np.exp(log_probs).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(y)), y].mean() + reg * (np.sum(W1**2) + np.sum(W2**2)), {}
    """),
])
def test_each_step_of_the_loss_can_be_checked_before_the_next_is_written(notebook, check, rest):
    assert "pass: " in notebook.run_check(f"check_{check}", {LOSS: f"{SCORES_ONLY}\n    {rest}"})


class TestChecks(NotebookChecks):
    right = RIGHT
    other_checks = (f"check_{SCORES}", f"check_{GRADIENTS}")

    @staticmethod
    def own_checks(exercise, checks):
        """Return those of an exercise: the loss has three steps, each with its check."""
        steps = (SCORES, LOSS, GRADIENTS) if exercise == LOSS else (exercise,)
        return [check for check in checks if check.removeprefix("check_").removesuffix("_float32") in steps]
