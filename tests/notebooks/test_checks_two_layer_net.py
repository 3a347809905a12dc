"""The checks of the two-layer net notebook: right answers in other styles pass, wrong ones fail with a message."""
import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

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

RIGHT = [
    (check, exercise, answer)
    for exercise, checks, answers in [
        (WARM_UP, [WARM_UP], WARM_UP_RIGHT), (LOSS, [SCORES, LOSS, GRADIENTS], LOSS_RIGHT),
        (PREDICT, [PREDICT], PREDICT_RIGHT), (TRAIN, [TRAIN], TRAIN_RIGHT), (SEARCH, [SEARCH], SEARCH_RIGHT),
        (NARROW, [NARROW], NARROW_RIGHT),
    ]
    for check in checks for answer in answers.values()
]


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


# Wrong answers

WRONG = [
    # the warm-up
    (WARM_UP, WARM_UP, "raise NotImplementedError", "squared_norm_gradients is not written yet"),
    (WARM_UP, WARM_UP, "pass", "Return three things"),
    (WARM_UP, WARM_UP, "return np.sum((W @ x) ** 2)", "Return three things"),
    (WARM_UP, WARM_UP, replace("np.sum(q * q)", "np.linalg.norm(q)"), "This is the length"),
    (WARM_UP, WARM_UP, replace("np.sum(q * q)", "np.sum(q)"), "square each of its elements"),
    (WARM_UP, WARM_UP, replace("dq = 2 * q", "dq = q"), "2 of the derivative of a square is missing"),
    (WARM_UP, WARM_UP, replace("np.outer(dq, x)", "np.outer(x, dq)"), "Rows and columns are swapped"),
    (WARM_UP, WARM_UP, replace("W.T.dot(dq)", "W.dot(dq) if W.shape == (2, 2) else W.T.dot(dq)"), "transpose of W"),
    (WARM_UP, WARM_UP, replace("W.T.dot(dq)", "-W.T.dot(dq)"), "wrong sign"),
    (WARM_UP, WARM_UP, replace("q = W.dot(x)", "x *= 1.5\nq = W.dot(x)"), "changes its input x in place"),
    (WARM_UP, WARM_UP, replace("dq = 2 * q", "dq = (2 * q).astype(np.float32)"), "precision of float32"),
    (WARM_UP, WARM_UP, replace("dq = 2 * q", "dq = 2 * q.astype(np.float64)"), "should hold float32"),

    # the scores
    (SCORES, LOSS, "raise NotImplementedError", "loss is not written yet"),
    (SCORES, LOSS, "pass", "It is None"),
    (SCORES, LOSS, replace("np.maximum(0, X.dot(W1) + b1)", "X.dot(W1) + b1"), "The ReLU is missing"),
    (SCORES, LOSS, replace("hidden.dot(W2) + b2", "np.maximum(0, hidden.dot(W2) + b2)"), "do not go through a ReLU"),
    (SCORES, LOSS, replace("X.dot(W1) + b1)", "X.dot(W1))"), "b1 is missing"),
    (SCORES, LOSS, replace("hidden.dot(W2) + b2", "hidden.dot(W2)"), "b2 is missing"),
    (SCORES, LOSS, replace("np.maximum(0, X.dot(W1) + b1)", "np.maximum(0, X.dot(W1)) + b1"), "before the ReLU"),
    (SCORES, LOSS, replace("hidden.dot(W2) + b2", "(hidden.dot(W2) + b2).T"), "transposed"),
    (SCORES, LOSS, replace("hidden.dot(W2) + b2", "hidden.dot(W2) - b2"), "values differ"),
    (SCORES, LOSS, replace("N = X.shape[0]", "N = X.shape[0]\nX -= X.mean(axis=0)"), "changes its input X in place"),
    (SCORES, LOSS, replace("X.dot(W1) + b1", "X.dot(W1).astype(np.float32) + b1"), "precision of float32"),
    (SCORES, LOSS, replace("N = X.shape[0]", "N = X.shape[0]\nX = X.astype(np.float64)"), "should hold float32"),
    (SCORES, LOSS, replace("N = X.shape[0]", "N = X.shape[0]\nb1 += 1e-12"), "has changed self.params"),
    (SCORES, LOSS, replace("X.dot(W1)", "np.array([x.dot(W1) for x in X])"), "still loops"),
    (SCORES, LOSS, "return slow_scores(self.params, X)", "should hold float32|still loops"),

    # the loss
    (LOSS, LOSS, SCORES_ONLY, "return two things"),
    (LOSS, LOSS, replace("return loss, grads", "return loss"), "return two things"),
    (LOSS, LOSS, replace("reg * (np.sum(W1 * W1) + np.sum(W2 * W2))", "0"), "regularisation is missing"),
    (LOSS, LOSS, replace("reg * (", "0.5 * reg * ("), "no factor 1/2"),
    (LOSS, LOSS, replace("np.sum(W1 * W1) + np.sum(W2 * W2)", "np.sum(W1 * W1)"), "regularisation of W2 is missing"),
    (LOSS, LOSS, replace("np.sum(W1 * W1) + np.sum(W2 * W2)", "np.sum(W2 * W2)"), "regularisation of W1 is missing"),
    (LOSS, LOSS, replace("+ np.sum(W2 * W2))", "+ np.sum(W2 * W2) + np.sum(b1 * b1) + np.sum(b2 * b2))"),
     "biases take no part"),
    (LOSS, LOSS, replace("y]) / N", "y])"), "mean over the examples is missing"),
    (LOSS, LOSS, replace("reg * (", "reg / N * ("), "regularisation is divided by N"),
    (LOSS, LOSS, replace("y]) / N", "y]) / N / scores.shape[1]"), "mean runs over classes"),
    (LOSS, LOSS, replace("loss = -np.sum", "loss = np.sum"), "sign of the logarithm"),
    (LOSS, LOSS, replace("reg * (np.sum(W1 * W1)", "reg * np.sqrt(np.sum(W1 * W1)"), "expected 1.303787891"),
    (LOSS, LOSS, replace("[np.arange(N), y])", "[np.arange(N), y - 1])"), "expected 1.303787891"),
    (LOSS, LOSS, replace("np.exp(shifted), axis=1", "np.exp(shifted), axis=0"), "expected 1.303787891"),
    (LOSS, LOSS, replace("np.log(", "np.log10("), "expected 1.303787891"),
    (LOSS, LOSS, replace("np.max(scores, axis=1, keepdims=True)", "0"), "It holds (nan|-?inf)"),
    (LOSS, LOSS, replace("loss = -np.sum(log_probs[", "loss = -np.sum(np.log(np.exp(log_probs) + 1e-15)["),
     "0, 2000, -3000"),
    (LOSS, LOSS, replace("shifted = scores - ", "scores = scores.astype(np.float32)\nshifted = scores - "),
     "expected 1.303787891"),
    (LOSS, LOSS, replace("dscores /= N", "dscores /= N\ny[:] = 0"), "changes its input y in place"),

    # the gradients
    (GRADIENTS, LOSS, replace("return loss, grads", "return loss, {}"), "keys of grads are those of self.params"),
    (GRADIENTS, LOSS, replace("return loss, grads", "return loss, None"), "keys of grads are those of self.params"),
    (GRADIENTS, LOSS, replace('"b1": np', '"b3": np'), "keys of grads are those of self.params"),
    (GRADIENTS, LOSS, replace('"b1": np.sum(dhidden, axis=0)', '"b1": None'), r"It has the shape \(\)"),
    (GRADIENTS, LOSS, replace('"W1": X.T.dot(dhidden)', '"W1": 0'), "part of the data is missing"),
    (GRADIENTS, LOSS, replace('"b2": np.sum(dscores, axis=0)', '"b2": 0 * b2'), "was this gradient ever filled in"),
    (GRADIENTS, LOSS, replace(" * (hidden > 0)", ""), "its ReLU is a switch"),
    (GRADIENTS, LOSS, replace("(hidden > 0)", "hidden"), "gradient on W1"),
    (GRADIENTS, LOSS, replace("(hidden > 0)", "(hidden <= 0)"), "its ReLU is a switch"),
    (GRADIENTS, LOSS, replace("dscores /= N\n", ""), "not divided by N"),
    (GRADIENTS, LOSS, replace("dscores[np.arange(N), y] -= 1\n", ""), "gradient on W2"),
    (GRADIENTS, LOSS, replace("dscores[np.arange(N), y] -= 1", "dscores *= -1\ndscores[np.arange(N), y] += 1"),
     "part of the data has the wrong sign"),
    (GRADIENTS, LOSS, replace("dscores[np.arange(N), y] -= 1", "dscores[np.arange(N), y - 1] -= 1"), "gradient on W2"),
    (GRADIENTS, LOSS, replace("X.T.dot(dhidden) + 2 * reg * W1", "X.T.dot(dhidden)"), "regularisation is missing"),
    (GRADIENTS, LOSS, replace("hidden.T.dot(dscores) + 2 * reg * W2", "hidden.T.dot(dscores)"),
     "regularisation is missing"),
    (GRADIENTS, LOSS, replace("2 * reg * W2", "reg * W2"), "lacks the 2"),
    (GRADIENTS, LOSS, replace("+ 2 * reg * W1", "- 2 * reg * W1"), "regularisation is subtracted"),
    (GRADIENTS, LOSS, replace('"b1": np.sum(dhidden, axis=0)', '"b1": np.sum(dhidden, axis=0) + 2 * reg * b1'),
     "biases are not regularised"),
    (GRADIENTS, LOSS, replace('"b1": np.sum(dhidden, axis=0)', '"b1": np.mean(dhidden, axis=0)'), "gradient on b1"),
    (GRADIENTS, LOSS, replace('"b1": np.sum(dhidden, axis=0)', '"b1": np.sum(dhidden)'), r"It has the shape \(\)"),
    (GRADIENTS, LOSS, replace('"b2": np.sum(dscores, axis=0)', '"b2": np.sum(dscores, axis=0, keepdims=True)'),
     r"It has the shape \(1, 4\)"),
    (GRADIENTS, LOSS, replace('"W1": X.T.dot(dhidden) + 2 * reg * W1', '"W1": (X.T.dot(dhidden) + 2 * reg * W1).T'),
     r"It has the shape \(7, 5\)"),
    (GRADIENTS, LOSS, replace("hidden.T.dot(dscores)", "X.dot(W1).T.dot(dscores)"), "W2 of a silent unit"),
    (GRADIENTS, LOSS, replace("return loss, grads", "return loss, {k: g.astype(np.float64) for k, g in grads.items()}"),
     "should hold float32"),
    (GRADIENTS, LOSS, replace("return loss, grads", "W1 -= 1e-3 * grads['W1']\nreturn loss, grads"),
     "has changed self.params"),
    (GRADIENTS, LOSS, replace("return loss, grads", "X *= 2\nreturn loss, grads"), "changes its input X in place"),
    (GRADIENTS, LOSS, replace('"W1": X.T.dot(dhidden)', '"W1": sum(np.outer(x, d) for x, d in zip(X, dhidden))'),
     "still loops"),
    (GRADIENTS, LOSS, replace("np.exp(log_probs)", "np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)"),
     "It holds nan"),

    # predict
    (PREDICT, PREDICT, "raise NotImplementedError", "predict is not written yet"),
    (PREDICT, PREDICT, "pass", "It is None"),
    (PREDICT, PREDICT, "return np.max(self.loss(X), axis=1)", "These are the highest scores"),
    (PREDICT, PREDICT, "return np.argmin(self.loss(X), axis=1)", "lowest scores"),
    (PREDICT, PREDICT, "return np.argmax(self.loss(X), axis=0)", "Its shape is"),
    (PREDICT, PREDICT, "return np.argmax(self.loss(X), axis=1) + 1", "Classes count from 0"),
    (PREDICT, PREDICT, "return np.argmax(self.loss(X))", "Its shape is"),
    (PREDICT, PREDICT, "return self.loss(X)", "Its shape is"),
    (PREDICT, PREDICT, "X -= 1\nreturn np.argmax(self.loss(X + 1), axis=1)", "changes its input X in place"),
    (PREDICT, PREDICT, 'return np.argmax(X @ self.params["W1"] @ self.params["W2"], axis=1)', "values differ"),

    # train
    (TRAIN, TRAIN, "raise NotImplementedError", "train is not written yet"),
    (TRAIN, TRAIN, "pass", "Return a dictionary"),
    (TRAIN, TRAIN, replace("return history", 'return history["loss_history"]'), "Return a dictionary"),
    (TRAIN, TRAIN, replace("range(num_iters)", "range(num_iters * iterations_per_epoch)"), "counts steps, not epochs"),
    (TRAIN, TRAIN, replace("range(num_iters)", "range(num_iters - 1)"), "last step is missing"),
    (TRAIN, TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.arange(X.shape[0])"),
     "five examples in each"),
    (TRAIN, TRAIN, replace("X[batch], y[batch]", "X[batch], y[np.random.choice(X.shape[0], batch_size)]"),
     "by the same draw"),
    (TRAIN, TRAIN, replace("self.loss(X_batch, y_batch, reg)", "self.loss(X_batch, y_batch)"), "reg is handed on"),
    (TRAIN, TRAIN, replace('history["loss_history"].append(loss)', 'history["loss_history"] = [loss]'),
     "the loss of every step"),
    (TRAIN, TRAIN, replace("if it % iterations_per_epoch == 0:", "if True:"), "not at every step"),
    (TRAIN, TRAIN, replace("np.mean(self.predict(X_val) == y_val)", "100 * np.mean(self.predict(X_val) == y_val)"),
     "parts from 0 to 1"),
    (TRAIN, TRAIN, replace("np.mean(self.predict(X_val) == y_val)", "np.mean(self.predict(X_val) != y_val)"),
     "part that is wrong"),
    (TRAIN, TRAIN, replace("np.mean(self.predict(X_val) == y_val)", "np.sum(self.predict(X_val) == y_val)"),
     "take the mean"),
    (TRAIN, TRAIN, replace("np.mean(self.predict(X_batch)", "5 + np.sum(self.predict(X_batch)"), "training accuracies"),
    (TRAIN, TRAIN, replace("-= learning_rate", "+= learning_rate"), "uphill"),
    (TRAIN, TRAIN, replace("self.params[name] -=", "moved = self.params[name] -"), "self.params does not change"),
    (TRAIN, TRAIN, replace("-= learning_rate * grads[name]", "-= grads[name]"), "learning rate times the gradient"),
    (TRAIN, TRAIN, replace("learning_rate *= learning_rate_decay", "pass"), "never decays"),
    (TRAIN, TRAIN, replace("for it in range(num_iters):", "for it in range(num_iters):\n    learning_rate *= "
                           "learning_rate_decay if it % iterations_per_epoch == 0 else 1"), "learning rate of three"),
    (TRAIN, TRAIN, replace("for name in self.params:", 'for name in ("W1", "W2", "b2"):'), "b1 is never updated"),
    (TRAIN, TRAIN, lambda solved: solved.replace("learning_rate *= learning_rate_decay", "pass").replace(
        "return history", "    learning_rate *= learning_rate_decay\nreturn history"), "decays at every step"),
    (TRAIN, TRAIN, replace("np.random.choice(X.shape[0], batch_size)", "np.arange(batch_size) % X.shape[0]"),
     "every example is drawn"),
    (TRAIN, TRAIN, replace("np.random.choice(X.shape[0], batch_size)",
                           "(np.arange(batch_size) + it * batch_size) % X.shape[0]"),
     "same examples in the same order"),
    (TRAIN, TRAIN, replace("history = {", "X -= X.mean(axis=0)\nhistory = {"), "changes its input X in place"),
    (TRAIN, TRAIN, replace("X_batch, y_batch = X[batch], y[batch]", "X_batch, y_batch = X[batch] * 0, y[batch]"),
     "by the same draw"),

    # the search
    (SEARCH, SEARCH, "raise NotImplementedError", "random_search is not written yet"),
    (SEARCH, SEARCH, "pass", "one entry for each trial"),
    (SEARCH, SEARCH, replace("range(num_trials)", "range(num_trials - 1)"), "off by -1|one entry for each trial"),
    (SEARCH, SEARCH, replace("np.exp(rng.uniform(np.log(low), np.log(high)))", "rng.uniform(low, high)"),
     "middle in log space"),
    (SEARCH, SEARCH, replace("np.exp(rng.uniform(np.log(low), np.log(high)))",
                             "rng.uniform(np.log(low), np.log(high))"),
     "Are they still logarithms"),
    (SEARCH, SEARCH, replace("np.exp(", "10 ** ("), "Some lie outside"),
    (SEARCH, SEARCH, replace("{**settings, ", "{"), "Each entry is a dictionary with the settings"),
    (SEARCH, SEARCH, replace('"accuracy": evaluate(**settings)', '"accuracy": 0.5'), "one call of evaluate"),
    (SEARCH, SEARCH, replace("evaluate(**settings)", "1 - evaluate(**settings)"), "what it returned"),
    (SEARCH, SEARCH, replace("trials.append", "settings = {name: value * 1.0001 for name, value in settings.items()}\n"
                             "    evaluate(**settings)\n    trials.append"), "one call of evaluate"),
    (SEARCH, SEARCH, replace("rng.uniform(", "np.random.uniform("), "Draw all numbers with rng"),
    (SEARCH, SEARCH, """
        u = [rng.uniform(0, 1) for _ in range(num_trials)]
        trials = [{name: low * (high / low) ** v for name, (low, high) in ranges.items()} for v in u]
        return [{**settings, "accuracy": evaluate(**settings)} for settings in trials]
        """, "each is drawn for itself"),
    (SEARCH, SEARCH, """
        side = int(np.ceil(num_trials ** 0.5))
        grid = {name: np.geomspace(low, high, side) for name, (low, high) in ranges.items()}
        trials = []
        for i in range(num_trials):
            settings = {name: grid[name][(i // side ** k) % side] for k, name in enumerate(ranges)}
            trials.append({**settings, "accuracy": evaluate(**settings)})
        return trials
        """, "new learning rate in each trial"),
    (SEARCH, SEARCH, """
        settings = {name: np.exp(rng.uniform(np.log(low), np.log(high))) for name, (low, high) in ranges.items()}
        return [{**settings, "accuracy": evaluate(**settings)} for _ in range(num_trials)]
        """, "draw inside the loop"),

    # narrowing
    (NARROW, NARROW, "raise NotImplementedError", "narrow is not written yet"),
    (NARROW, NARROW, "pass", "Return a dictionary"),
    (NARROW, NARROW, replace('if name != "accuracy"', ""), "without the accuracy"),
    (NARROW, NARROW, replace("[-keep:]", "[:keep]"), "lowest accuracy"),
    (NARROW, NARROW, replace("[-keep:]", "[-keep - 1:]"), "learning rates of the three best"),
    (NARROW, NARROW, replace('sorted(trials, key=lambda trial: trial["accuracy"])[-keep:]', "trials[:keep]"),
     "learning rates of the three best"),
    (NARROW, NARROW, replace("(min(trial[name] for trial in best), max(trial[name] for trial in best))",
                             "(max(trial[name] for trial in best), min(trial[name] for trial in best))"),
     "Low comes first"),
    (NARROW, NARROW, replace("(min(trial[name] for trial in best), max(trial[name] for trial in best))",
                             "tuple(sorted((best[0][name], best[-1][name])))"), "smallest and the largest value"),
    (NARROW, NARROW, replace("best = sorted(trials, key=lambda trial: trial[\"accuracy\"])[-keep:]",
                             'trials.sort(key=lambda trial: trial["accuracy"])\nbest = trials[-keep:]'), "in place"),
]


class TestChecks(NotebookChecks):
    other_checks = (f"check_{SCORES}", f"check_{GRADIENTS}")

    def right_cases(self, notebook):
        """One exercise has three checks."""
        return [(f"check_{check}", exercise, answer) for check, exercise, answer in RIGHT]

    def wrong_cases(self, notebook):
        """Wrong answers to it are met by one of them each."""
        return [([f"check_{check}"], exercise, answer, words) for check, exercise, answer, words in WRONG]
