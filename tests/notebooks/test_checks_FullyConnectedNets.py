"""The checks of the FullyConnectedNets notebook: right answers in other styles pass, wrong ones fail with a message."""
from notebook_checks import NotebookChecks
from solved_notebook import differing, replace

NOTEBOOK = "assignment2/FullyConnectedNets"

BEST = "best_network"


# Right answers

RIGHT = {
    "affine_forward": [
        """
        rows = np.reshape(x, (len(x), -1))
        return rows @ w + b, (x, w, b)
        """,
        """
        N = x.shape[0]
        flat = x.reshape(N, np.prod(x.shape[1:]))
        return np.einsum("nd,dm->nm", flat, w) + b[None, :], (x, w)
        """,
        """
        k = x.ndim - 1
        kernel = w.reshape(*x.shape[1:], -1)
        out = np.tensordot(x, kernel, axes=(range(1, k + 1), range(k)))
        out += b
        return out, [x, w]
        """,
    ],
    "affine_backward": [
        """
        x, w = cache
        rows = x.reshape(len(x), -1)
        return np.reshape(dout @ w.T, x.shape), rows.T @ dout, dout.sum(axis=0)
        """,
        """
        x, w = cache
        N = len(x)
        dx = np.einsum("nm,dm->nd", dout, w).reshape(x.shape)
        dw = np.einsum("nd,nm->dm", x.reshape(N, -1), dout)
        return dx, dw, np.ones(N, dtype=dout.dtype) @ dout
        """,
        """
        x, w = cache
        dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1], w.dtype)
        for n in range(len(x)):
            dx[n] = w.dot(dout[n]).reshape(x[n].shape)
            dw += np.outer(x[n], dout[n])
            db += dout[n]
        return [dx, dw, db]
        """,
    ],
    "relu_forward": [
        "return np.where(x > 0, x, 0), x",
        "return x * (x > 0), x.copy()",
        "out = x.copy()\nout[out < 0] = 0\nreturn out, x",
    ],
    "relu_backward": [
        "return np.where(cache > 0, dout, 0)",
        "dx = dout.copy()\ndx[cache <= 0] = 0\nreturn dx",
        "return np.multiply(dout, np.heaviside(cache, 0))",
    ],
    "two_layer_net_init": [
        """
        self.params, self.reg = {}, reg
        self.params["W1"] = np.random.normal(0, weight_scale, (input_dim, hidden_dim))
        self.params["W2"] = np.random.normal(0, weight_scale, (hidden_dim, num_classes))
        self.params["b1"], self.params["b2"] = np.zeros((hidden_dim,)), np.zeros((num_classes,))
        """,
        """
        rng = np.random.default_rng()
        self.reg = reg
        dims = (input_dim, hidden_dim, num_classes)
        self.params = {f"W{i + 1}": rng.standard_normal(dims[i:i + 2]) * weight_scale for i in range(2)}
        self.params |= {f"b{i + 1}": np.zeros(dims[i + 1]) for i in range(2)}
        """,
        """
        self.params = dict(
            W1=np.random.randn(input_dim, hidden_dim), b1=np.zeros(hidden_dim),
            W2=np.random.randn(hidden_dim, num_classes), b2=np.zeros(num_classes),
        )
        for name in ("W1", "W2"):
            self.params[name] *= weight_scale
        self.reg = float(reg)
        """,
    ],
    "two_layer_net_loss": [
        """
        p = self.params
        a, cache_1 = affine_forward(X, p["W1"], p["b1"])
        h, cache_2 = relu_forward(a)
        scores, cache_3 = affine_forward(h, p["W2"], p["b2"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = affine_backward(d, cache_3)
        d, grads["W1"], grads["b1"] = affine_backward(relu_backward(d, cache_2), cache_1)
        for name in ("W1", "W2"):
            loss += self.reg / 2 * np.sum(p[name] ** 2)
            grads[name] += self.reg * p[name]
        return loss, grads
        """,
        """
        W1, b1, W2, b2 = [self.params[k] for k in ["W1", "b1", "W2", "b2"]]
        x = X.reshape(len(X), -1)
        h = np.maximum(x @ W1 + b1, 0)
        s = h @ W2 + b2
        if y is None:
            return s
        loss, ds = softmax_loss(s, y)
        loss += 0.5 * self.reg * (np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2)
        dh = ds @ W2.T
        dh[h <= 0] = 0
        return loss, {"b2": ds.sum(0), "b1": dh.sum(0), "W2": h.T @ ds + self.reg * W2, "W1": x.T @ dh + self.reg * W1}
        """,
        """
        h, first = layers.affine_forward(X, self.params["W1"], self.params["b1"])
        s, second = layers.affine_forward(layers.relu_forward(h)[0], self.params["W2"], self.params["b2"])
        if y is None:
            return s
        loss, ds = layers.softmax_loss(s, y)
        dh, dW2, db2 = layers.affine_backward(ds, second)
        _, dW1, db1 = layers.affine_backward(np.where(h > 0, dh, 0), first)
        grads = dict(W1=dW1, b1=db1, W2=dW2, b2=db2)
        for name, w in self.params.items():
            if w.ndim == 2:
                loss = loss + 0.5 * self.reg * np.vdot(w, w)
                grads[name] = grads[name] + self.reg * w
        return loss, grads
        """,
    ],
    "fully_connected_net_init_params": [
        """
        for i, (rows, columns) in enumerate(zip(dims[:-1], dims[1:]), start=1):
            self.params["W" + str(i)] = np.random.normal(scale=weight_scale, size=(rows, columns))
            self.params["b" + str(i)] = np.zeros(columns)
        """,
        """
        L = len(dims) - 1
        self.params = {f"W{i + 1}": np.random.randn(dims[i], dims[i + 1]) * weight_scale for i in range(L)}
        self.params.update({f"b{i + 1}": np.zeros(dims[i + 1]) for i in range(L)})
        """,
        """
        i = self.num_layers
        while i > 0:
            self.params.update({f"W{i}": small_init((dims[i - 1], dims[i]), weight_scale), f"b{i}": np.zeros(dims[i])})
            i -= 1
        """,
    ],
    "fully_connected_net_loss": [
        """
        out, caches = X.astype(self.dtype), []
        for i in range(1, self.num_layers + 1):
            forward = affine_relu_forward if i < self.num_layers else affine_forward
            out, cache = forward(out, self.params[f"W{i}"], self.params[f"b{i}"])
            caches.append(cache)
        if y is None:
            return out
        loss, dout = softmax_loss(out, y)
        grads = {}
        for i in reversed(range(1, self.num_layers + 1)):
            backward = affine_relu_backward if i < self.num_layers else affine_backward
            dout, grads[f"W{i}"], grads[f"b{i}"] = backward(dout, caches.pop())
            grads[f"W{i}"] += self.reg * self.params[f"W{i}"]
            loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
        return loss, grads
        """,
        """
        L, p = self.num_layers, self.params
        h = [X.astype(self.dtype).reshape(len(X), -1)]
        for i in range(1, L + 1):
            a = h[-1] @ p["W%d" % i] + p["b%d" % i]
            h.append(a if i == L else np.maximum(a, 0))
        if y is None:
            return h[-1]
        loss, d = softmax_loss(h[-1], y)
        loss += self.reg / 2 * sum((p["W%d" % i] ** 2).sum() for i in range(1, L + 1))
        grads = {}
        for i in range(L, 0, -1):
            if i < L:
                d = d * (h[i] > 0)
            grads["b%d" % i] = d.sum(axis=0)
            grads["W%d" % i] = h[i - 1].T @ d + self.reg * p["W%d" % i]
            d = d @ p["W%d" % i].T
        return loss, grads
        """,
        """
        X = X.astype(self.dtype)
        grads = {}

        def walk(x, i):
            W, b = self.params[f"W{i}"], self.params[f"b{i}"]
            a, affine_cache = affine_forward(x, W, b)
            if i == self.num_layers:
                if y is None:
                    return a, None
                loss, da = softmax_loss(a, y)
            else:
                out, relu_cache = relu_forward(a)
                loss, dout = walk(out, i + 1)
                if y is None:
                    return loss, None
                da = relu_backward(dout, relu_cache)
            dx, dW, grads[f"b{i}"] = affine_backward(da, affine_cache)
            grads[f"W{i}"] = dW + self.reg * W
            return loss + 0.5 * self.reg * np.sum(W * W), dx

        result, _ = walk(X, 1)
        return result if y is None else (result, grads)
        """,
    ],
    "sgd_momentum": [
        """
        config = dict({"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)}, **(config or {}))
        config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
        return w + config["velocity"], config
        """,
        """
        config = config if config is not None else {}
        eta, mu = config.get("learning_rate", 0.01), config.get("momentum", 0.9)
        v = -eta * dw
        if "velocity" in config:
            v += mu * config["velocity"]
        return w + v, {**config, "velocity": v}
        """,
        """
        config = config or {}
        v = config.setdefault("velocity", np.zeros_like(w))
        v *= config.setdefault("momentum", 0.9)
        v -= config.setdefault("learning_rate", 1e-2) * dw
        return w + v, config
        """,
    ],
    "rmsprop": [
        """
        settings = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w)}
        settings.update(config or {})
        rho = settings["decay_rate"]
        settings["cache"] = rho * settings["cache"] + (1 - rho) * np.square(dw)
        rate = settings["learning_rate"] / (settings["epsilon"] + settings["cache"] ** 0.5)
        return w - rate * dw, settings
        """,
        """
        config = config or {}
        cache = config.get("cache", 0 * w)
        cache = cache + (1 - config.get("decay_rate", 0.99)) * (dw * dw - cache)
        config["cache"] = cache
        return w - config.get("learning_rate", 1e-2) * dw / (np.sqrt(cache) + config.get("epsilon", 1e-8)), config
        """,
        """
        if config is None:
            config = dict()
        for name, value in ("learning_rate", 1e-2), ("decay_rate", 0.99), ("epsilon", 1e-8), ("cache", 0 * w):
            if name not in config:
                config[name] = value
        lr, rho, eps, cache = (config[name] for name in ("learning_rate", "decay_rate", "epsilon", "cache"))
        cache *= rho
        cache += (1 - rho) * dw ** 2
        next_w = w.copy()
        next_w -= lr * dw / (np.sqrt(cache) + eps)
        return next_w, config
        """,
    ],
    "adam": [
        """
        c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
        c |= {"m": np.zeros_like(w), "v": np.zeros_like(w)} | (config or {})
        c["t"] += 1
        c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
        c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw * dw
        m, v = c["m"] / (1 - c["beta1"] ** c["t"]), c["v"] / (1 - c["beta2"] ** c["t"])
        return w - c["learning_rate"] * m / (v ** 0.5 + c["epsilon"]), c
        """,
        """
        config = config or {}
        lr, b1, b2 = config.get("learning_rate", 1e-3), config.get("beta1", 0.9), config.get("beta2", 0.999)
        t = config.get("t", 0) + 1
        m = config.get("m", 0) * b1 + (1 - b1) * dw
        v = config.get("v", 0) * b2 + (1 - b2) * dw ** 2
        config.update(t=t, m=m, v=v)
        step = lr / (1 - b1 ** t) * m / (np.sqrt(v / (1 - b2 ** t)) + config.get("epsilon", 1e-8))
        return w - step, config
        """,
        """
        if config is None:
            config = {}
        defaults = dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros_like(w),
                        v=np.zeros_like(w), t=0)
        for name in defaults:
            config.setdefault(name, defaults[name])
        config["t"] = config["t"] + 1
        config["m"] += (1 - config["beta1"]) * (dw - config["m"])
        config["v"] += (1 - config["beta2"]) * (dw ** 2 - config["v"])
        root = np.sqrt(1 - config["beta2"] ** config["t"])
        denominator = np.sqrt(config["v"]) + config["epsilon"] * float(root)
        rate = float(config["learning_rate"] * root / (1 - config["beta1"] ** config["t"]))
        return w - rate * config["m"] / denominator, config
        """,
    ],
    BEST: [
        """
        model = FullyConnectedNet([100], weight_scale=1e-2, reg=1e-3)
        Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3}, lr_decay=0.7, num_epochs=6,
               verbose=False).train()
        return model
        """,
        """
        model = FullyConnectedNet([100], weight_scale=1e-2, reg=1e-3)
        solver = Solver(model, data, update_rule="sgd_momentum", optim_config={"learning_rate": 3e-4}, lr_decay=0.8,
                        batch_size=50, num_epochs=6, verbose=False)
        solver.train()
        return solver.model
        """,
        """
        data = {name: values.astype(np.float32) if name[0] == "X" else values for name, values in data.items()}
        net = FullyConnectedNet([100], weight_scale=1e-2, reg=1e-3)
        memory = {name: None for name in net.params}
        for step in range(540):
            rows = np.random.choice(len(data["X_train"]), 100)
            _, grads = net.loss(data["X_train"][rows], data["y_train"][rows])
            for name in net.params:
                settings = (memory[name] or {}) | {"learning_rate": 1e-3 * 0.7 ** (step // 90)}
                net.params[name], memory[name] = adam(net.params[name], grads[name], settings)
        return net
        """,
    ],
}


def test_backward_may_use_whatever_forward_kept(notebook):
    mask = {"relu_forward": "return np.maximum(x, 0), x > 0", "relu_backward": "return dout * cache"}
    assert "pass: " in notebook.run_check("check_relu_backward", mask)


# Wrong answers

LINE = "out = x.reshape(x.shape[0], -1).dot(w) + b"
STUB = "raise NotImplementedError"
WRONG = {
    "affine_forward": [
        (STUB, "affine_forward is not written yet"),
        ("pass", "returns nothing"),
        ("return x.reshape(x.shape[0], -1).dot(w) + b", "should be: return out, cache"),
        (replace(" + b", ""), "bias is missing"),
        (replace(" + b", " - b"), "bias is subtracted"),
        (replace(LINE, "out = (x.reshape(x.shape[0], -1).dot(w) + b).T"), "transposed|Its shape"),
        (replace(LINE, "out = 2 * (x.reshape(x.shape[0], -1).dot(w) + b)"), "2 times"),
        (replace("x.reshape(x.shape[0], -1)", "x.reshape(x.shape[0], -1, order='F')"), "affine forward"),
        (replace("x.reshape(x.shape[0], -1)", "x.T.reshape(-1, x.shape[0]).T"), "affine forward"),
        (replace(LINE, "x *= 2\n" + LINE), "changes its input x in place"),
        (replace(LINE, "w += b\n" + LINE), "changes its input w in place"),
        (replace(LINE, "out = (x.reshape(x.shape[0], -1).astype(np.float32)).dot(w.astype(np.float32)) + b"),
         "precision of float32"),
        (replace(LINE, "out = np.zeros((len(x), len(b)))\nout += x.reshape(len(x), -1).dot(w) + b"),
         "should hold float32"),
        (replace(LINE, "out = np.array([row.ravel().dot(w) + b for row in x])"), "still loops"),
    ],
    "affine_backward": [
        (STUB, "affine_backward is not written yet"),
        ("pass", "returns nothing"),
        (replace("return dx, dw, db", "return dx, dw"), "should be: return dx, dw, db"),
        (replace(".reshape(x.shape)", ""), "only the shape is not"),
        (replace("x.reshape(x.shape[0], -1).T.dot(dout)", "dout.T.dot(x.reshape(x.shape[0], -1))"), "transposed"),
        (replace("dout.dot(w.T)", "-dout.dot(w.T)"), "wrong sign"),
        (replace("x.reshape(x.shape[0], -1).T.dot(dout)", "x.reshape(x.shape[0], -1).T.dot(dout) / len(x)"),
         "mean over the examples"),
        (replace("np.sum(dout, axis=0)", "np.mean(dout, axis=0)"), "mean over the examples"),
        (replace("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"), "Its shape"),
        (replace("np.sum(dout, axis=0)", "np.sum(dout, axis=0, keepdims=True)"), "only the shape is not"),
        (replace("np.sum(dout, axis=0)", "dout"), "Its shape"),
        (replace("dx = ", "dout *= 2\ndx = "), "changes its input dout in place"),
        (replace("return dx, dw, db", "w -= dw\nreturn dx, dw, db"), "changes what lies in the cache"),
        (replace("db = np.sum(dout, axis=0)", "db = np.zeros(dout.shape[1])\ndb += dout.sum(axis=0)"),
         "should hold float32"),
        (replace("dx = dout.dot(w.T)", "dx = dout.astype(np.float32).dot(w.T.astype(np.float32))"),
         "should hold float64|precision of float32"),
    ],
    "relu_forward": [
        (STUB, "relu_forward is not written yet"),
        ("return np.maximum(0, x)", "should be: return out, cache"),
        (replace("np.maximum(0, x)", "np.abs(x)"), "absolute value"),
        (replace("np.maximum(0, x)", "np.minimum(0, x)"), r"min\(0, x\)"),
        (replace("np.maximum(0, x)", "(x > 0).astype(x.dtype)"), "1 where x is positive"),
        (replace("np.maximum(0, x)", "np.max(x)"), "Its shape"),
        (replace("np.maximum(0, x)", "np.maximum(0, x, out=x)"), "changes its input x in place"),
        (replace("np.maximum(0, x)", "np.maximum(np.zeros(x.shape), x)"), "should hold float32"),
    ],
    "relu_backward": [
        (STUB, "relu_backward is not written yet"),
        (replace("return dx", "pass"), "It is None"),
        (replace("dout * (x > 0)", "dout"), "comes through everywhere"),
        (replace("dout * (x > 0)", "np.maximum(0, dout)"), "sign of x that switches"),
        (replace("dout * (x > 0)", "dout * (x < 0)"), "upside down"),
        (replace("dout * (x > 0)", "1.0 * (x > 0)"), "dout is missing"),
        (replace("dout * (x > 0)", "dout * np.maximum(x, 0)"), "multiplied by the output"),
        (replace("dx = dout * (x > 0)", "dout[x <= 0] = 0\ndx = dout"), "changes its input dout in place"),
        (replace("dx = dout * (x > 0)", "x[x < 0] = 0\ndx = dout * (x > 0)"), "changes its input cache in place"),
        (replace("(x > 0)", "(x > 0).astype(np.float64)"), "should hold float32"),
    ],
    "two_layer_net_init": [
        (STUB, "__init__ is not written yet"),
        (replace("self.reg = reg", "pass"), "It is None"),
        (replace('"b2"', '"b3"'), "Its keys are others"),
        (replace("np.random.randn(input_dim, hidden_dim)", "np.random.randn(hidden_dim, input_dim)"), "swapped"),
        (replace("weight_scale * np.random.randn(input", "np.random.randn(input"), "standard deviation of W1"),
        (replace("weight_scale * np.random.randn(hidden", "weight_scale**2 * np.random.randn(hidden"),
         "standard deviation of W2"),
        (replace("np.random.randn(input_dim, hidden_dim)", "np.random.rand(input_dim, hidden_dim)"), "mean of W1"),
        (replace("weight_scale * np.random.randn(hidden_dim, num_classes)", "np.zeros((hidden_dim, num_classes))"),
         "standard deviation of W2"),
        (replace("np.zeros(hidden_dim)", "np.zeros((1, hidden_dim))"), "only the shape is not"),
        (replace("np.zeros(num_classes)", "weight_scale * np.random.randn(num_classes)"), "b2 is 0"),
        (replace("np.zeros(hidden_dim)", "np.zeros(num_classes)"), "Its shape"),
    ],
    "two_layer_net_loss": [
        (STUB, "TwoLayerNet.loss is not written yet"),
        (replace("return loss, grads", "return loss"), "should be: return loss, grads"),
        (replace("0.5 * self.reg", "self.reg"), "factor 1/2"),
        (replace("loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))", "pass"), "regularisation is missing"),
        (replace("np.sum(W2 * W2))", "np.sum(W2 * W2) + np.sum(b1 * b1) + np.sum(b2 * b2))"),
         "biases take no part"),
        (replace("np.sum(W1 * W1) + ", ""), "two layers, reg = 0.3: loss"),
        (replace("dW1 + self.reg * W1", "dW1"), "missing from this gradient"),
        (replace("self.reg * W2", "2 * self.reg * W2"), "no 2, no 1/2"),
        (replace("self.reg * W2", "0.5 * self.reg * W2"), "half the gradient"),
        (replace('"b1": db1', '"b1": db1 + self.reg * b1'), "biases are not regularised"),
        (replace('"b1": db1, ', ""), "another name than its parameter"),
        (replace('"b1": db1', '"b1": db2'), "Its shape"),
        (replace("scores, scores_cache = affine_forward(hidden", "scores, scores_cache = affine_relu_forward(hidden"),
         "last layer has no ReLU"),
        (replace("return scores", "return np.maximum(0, scores)"), "last layer has no ReLU"),
        (replace("loss, dscores = softmax_loss", "loss, dscores = svm_loss"), "two layers, reg = 0.3: loss"),
        (replace("softmax_loss(scores, y)", "softmax_loss(scores, (y + 1) % 4)"), "two layers, reg = 0.3: loss"),
        (replace("return loss, grads", "W1 -= 0.1 * dW1\nreturn loss, grads"), "loss changes self.params"),
        (replace("return loss, grads", "X *= 2\nreturn loss, grads"), "changes its input X in place"),
        (replace("return loss, grads", "return loss, {k: g.astype(np.float64) for k, g in grads.items()}"),
         "should hold float32"),
    ],
    "fully_connected_net_init_params": [
        (STUB, "init_params is not written yet"),
        ("pass", "Its keys are others"),
        (replace("range(1, self.num_layers + 1)", "range(1, self.num_layers)"), "Its keys are others"),
        (replace('f"W{i}"', 'f"W{i - 1}"'), "Its keys are others"),
        (replace("np.random.randn(dims[i - 1], dims[i])", "np.random.randn(dims[i], dims[i - 1])"), "swapped"),
        (replace("weight_scale * ", ""), "standard deviation of W1"),
        (replace("np.random.randn", "np.random.rand"), "mean of W1"),
        (replace("weight_scale * np.random.randn", "weight_scale / i * np.random.randn"), "standard deviation of W2"),
        (replace("np.zeros(dims[i])\n    if", "np.ones(dims[i])\n    if"), "b1 is 0"),
        (replace("np.zeros(dims[i])\n    if", "np.zeros(dims[i - 1])\n    if"), "Its shape"),
    ],
    "fully_connected_net_loss": [
        (STUB, "FullyConnectedNet.loss is not written yet"),
        (replace("return loss, grads", "return loss"), "should be: return loss, grads"),
        (replace("0.5 * self.reg", "self.reg"), "factor 1/2"),
        (replace("loss += 0.5 * self.reg * np.sum(W * W)", "pass"), "regularisation is missing"),
        (replace("loss += 0.5 * self.reg * np.sum(W * W)", "loss += 0.25 * self.reg * np.sum(W * W)"), "halved twice"),
        (replace("for i in range(1, L + 1):\n    W = ", "for i in range(1, L):\n    W = "), "loss"),
        (replace("np.sum(W * W)", "(np.sum(W * W) + np.sum(params[f'b{i}'] ** 2))"), "biases take no part"),
        (replace('grads[f"W{i}"] += self.reg * W', "pass"), "missing from this gradient"),
        (replace('grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] += 2 * self.reg * W'), "no 2, no 1/2"),
        (replace('grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] -= self.reg * W'), "gradient on W1"),
        (replace('grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] += self.reg * W\n'
                 '    grads[f"b{i}"] += self.reg * params[f"b{i}"]'), "biases are not regularised"),
        (replace("scores, caches[L] = affine_forward(out", "scores, caches[L] = affine_relu_forward(out"),
         "last layer has no ReLU"),
        (replace("X = X.astype(self.dtype)", "pass"), "should hold float32"),
        (replace("X = X.astype(self.dtype)", "X = X.astype(np.float32)"), "precision of float32"),
        (replace("return loss, grads", "return loss, {k: g for k, g in grads.items() if k != 'b1'}"),
         "another name than its parameter"),
        (replace("return loss, grads", "params['W1'] -= grads['W1']\nreturn loss, grads"), "loss changes self.params"),
        (replace("out, caches[i] = affine_relu_forward(out, W, b)\n",
                 "out, caches[i] = affine_relu_forward(out, W, 0 * b)\n"), "three layers: scores"),
        (replace("dout, grads[f\"W{i}\"], grads[f\"b{i}\"] = affine_relu_backward(dout, caches[i])",
                 "dout, grads[f\"W{i}\"], grads[f\"b{i}\"] = affine_backward(dout, caches[i][0])"), "gradient on"),
        (replace("softmax_loss(scores, y)", "softmax_loss(scores, (y + 1) % scores.shape[1])"), "three layers: loss"),
        (replace("dscores = softmax_loss(scores, y)", "dscores = softmax_loss(scores, y)\ndscores = dscores * len(y)"),
         "5 times what it should be"),
    ],
    "sgd_momentum": [
        (STUB, "sgd_momentum is not written yet"),
        ("pass", "returns nothing"),
        (replace("return next_w, config", "return next_w"), "should be: return next_w, config"),
        (replace("next_w = w + v", "next_w = w - v"), "uphill"),
        (replace('config["velocity"] = v', "pass"), "forgotten between steps"),
        (replace('config["momentum"] * v - ', "v - "), "momentum: second step"),
        (replace('config["momentum"] * v - ', "- "), "forgotten between steps"),
        (replace("next_w = w + v", "next_w = w - config['learning_rate'] * dw"), "forgotten between steps"),
        (replace("next_w = w + v", "w += v\nnext_w = w"), "changes its input w in place"),
        (replace("next_w = w + v", "dw *= 2\nnext_w = w + v"), "changes its input dw in place"),
        (replace('"learning_rate", 1e-2', '"learning_rate", 1e-3'), "defaults, one step"),
        (replace('"momentum", 0.9', '"momentum", 0.5'), "default of momentum"),
        (replace("np.zeros_like(w)", "np.zeros(w.shape)"), "should hold float32"),
        (replace("next_w = w + v", "next_w = (w + v).astype(np.float32)"), "float32"),
    ],
    "rmsprop": [
        (STUB, "rmsprop is not written yet"),
        ("return w, config", "It is None|RMSProp"),
        (replace('decay * config["cache"] + (1 - decay) * dw**2', '(1 - decay) * config["cache"] + decay * dw**2'),
         "swapped"),
        (replace('decay * config["cache"] + (1 - decay) * dw**2', 'config["cache"] + dw**2'), "AdaGrad"),
        (replace("(1 - decay) * dw**2", "(1 - decay) * dw"), "to be squared"),
        (replace('(np.sqrt(config["cache"]) + config["epsilon"])', 'np.sqrt(config["cache"] + config["epsilon"])'),
         "epsilon stands outside"),
        (replace('np.sqrt(config["cache"])', 'config["cache"]'), "root is missing"),
        (replace(' + config["epsilon"]', ""), "epsilon is missing"),
        (replace('w - config["learning_rate"]', 'w + config["learning_rate"]'), "uphill"),
        (replace('config["cache"] = decay', "cache = decay"), "cache by hand"),
        (replace('"decay_rate", 0.99', '"decay_rate", 0.9'), "RMSProp: defaults"),
        (replace('"epsilon", 1e-8', '"epsilon", 1e-7'), "RMSProp: defaults"),
        (replace('"learning_rate", 1e-2', '"learning_rate", 1e-3'), "RMSProp: defaults"),
        (replace("return next_w", "w[:] = next_w\nreturn next_w"), "changes its input w in place"),
        (replace("np.zeros_like(w)", "np.zeros(w.shape)"), "should hold float32"),
    ],
    "adam": [
        (STUB, "adam is not written yet"),
        ("pass", "returns nothing"),
        (replace('config["t"] += 1', "pass"), "t is not raised|nan"),
        (replace('config["m"] / (1 - beta1 ** config["t"])', 'config["m"]'), "correction of m is missing"),
        (replace('config["v"] / (1 - beta2 ** config["t"])', 'config["v"]'), "correction of v is missing"),
        (lambda solved: solved.replace('config["m"] / (1 - beta1 ** config["t"])', 'config["m"]').replace(
            'config["v"] / (1 - beta2 ** config["t"])', 'config["v"]'), "correction for the start at 0 is missing"),
        (replace('(np.sqrt(v_hat) + config["epsilon"])', 'np.sqrt(v_hat + config["epsilon"])'),
         "epsilon stands outside"),
        (replace(' + config["epsilon"]', ""), "epsilon is missing"),
        (replace('w - config["learning_rate"]', 'w + config["learning_rate"]'), "uphill"),
        (replace('v_hat = config["v"]', 'config["m"] = m_hat\nv_hat = config["v"]'), "Keep m itself"),
        (replace("next_w = ", 'config["v"] = v_hat\nnext_w = '), "Keep v itself"),
        (replace("(1 - beta2) * dw**2", "(1 - beta2) * dw"), "v by hand"),
        (replace('beta2 * config["v"] + (1 - beta2)', '(1 - beta2) * config["v"] + beta2'), "swapped"),
        (replace('** config["t"])\nv_hat', ')\nv_hat'), "Adam: five steps"),
        (replace('"beta1", 0.9)', '"beta1", 0.8)'), "Adam: defaults"),
        (replace('"beta2", 0.999)', '"beta2", 0.99)'), "Adam: defaults"),
        (replace('"epsilon", 1e-8)', '"epsilon", 1e-7)'), "Adam: default"),
        (replace('"learning_rate", 1e-3)', '"learning_rate", 1e-2)'), "Adam: defaults"),
        (replace("next_w = w - ", "dw *= 2\nnext_w = w - "), "changes its input dw in place"),
        (replace('"m", np.zeros_like(w)', '"m", np.zeros(w.shape)'), "should hold float32"),
    ],
    BEST: [
        (STUB, "train_best_network is not written yet"),
        ("pass", "Return the trained network itself"),
        ("return 0.9", "Return the trained network itself"),
        ("return FullyConnectedNet([100])", "validation accuracy\n.*should be at least 0"),
        ("return FullyConnectedNet([100], num_classes=7)", "shape of the scores"),
    ],
}


class TestChecks(NotebookChecks):
    right = RIGHT
    wrong = [(exercise, answer, words) for exercise, cases in WRONG.items() for answer, words in cases]
    slow = (f"check_{BEST}",)


def test_what_grading_compares_does_not_depend_on_the_order_of_the_parameters(notebook, monkeypatch):
    backwards = "\nself.params = dict(reversed(self.params.items()))"
    others = dict.fromkeys(("two_layer_net_init", "fully_connected_net_init_params"), lambda solved: solved + backwards)
    checks = ("check_two_layer_net_loss", "check_fully_connected_net_loss")
    # By name: each parameter's gradient has its own, and they come in the order of the parameters.
    ours, theirs = (sorted(notebook.reported(checks, answers, monkeypatch), key=lambda report: report[0])
                    for answers in ({}, others))
    assert len({name for name, *_ in ours}) > 50 and differing(ours, theirs) == []
