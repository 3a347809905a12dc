"""Wrong answers to the exercises of FullyConnectedNets, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# Several exercises

edit(["two_layer_net_loss", "fully_connected_net_loss"], "", "return loss, grads", "return loss",
     diagnosis="should be: return loss, grads")
edit(["two_layer_net_loss", "fully_connected_net_loss"], "The regularisation has a factor 1/2 here.", "0.5 * self.reg",
     "self.reg")
edit(["sgd_momentum", "rmsprop"], "", "np.zeros_like(w)", "np.zeros(w.shape)", diagnosis="should hold float32")
edit(["rmsprop", "adam"], "epsilon is missing.", ' + config["epsilon"]', "")
edit(["rmsprop", "adam"], "This step goes uphill.", 'w - config["learning_rate"]', 'w + config["learning_rate"]')

# affine_forward

@wrong("affine_forward", diagnosis="should be: return out, cache")
def no_cache(x, w, b):
    return x.reshape(x.shape[0], -1).dot(w) + b


edit("affine_forward", "The bias is missing.", " + b", "")
edit("affine_forward", "The bias is subtracted.", " + b", " - b")
edit("affine_forward", "", "out = x.reshape(x.shape[0], -1).dot(w) + b",
     "out = (x.reshape(x.shape[0], -1).dot(w) + b).T", diagnosis="transposed|Its shape")
edit("affine_forward", "", "out = x.reshape(x.shape[0], -1).dot(w) + b",
     "out = 2 * (x.reshape(x.shape[0], -1).dot(w) + b)", diagnosis="2 times")
edit("affine_forward", "", "x.reshape(x.shape[0], -1)", "x.reshape(x.shape[0], -1, order='F')",
     diagnosis="affine forward")
edit("affine_forward", "", "x.reshape(x.shape[0], -1)", "x.T.reshape(-1, x.shape[0]).T", diagnosis="affine forward")
before("affine_forward", "", "x *= 2", diagnosis="changes its input x in place")
before("affine_forward", "", "w += b", diagnosis="changes its input w in place")
edit("affine_forward", "", "out = x.reshape(x.shape[0], -1).dot(w) + b",
     "out = (x.reshape(x.shape[0], -1).astype(np.float32)).dot(w.astype(np.float32)) + b",
     diagnosis="precision of float32")
edit("affine_forward", "", "out = x.reshape(x.shape[0], -1).dot(w) + b",
     "out = np.zeros((len(x), len(b)))\nout += x.reshape(len(x), -1).dot(w) + b", diagnosis="should hold float32")
edit("affine_forward", "", "out = x.reshape(x.shape[0], -1).dot(w) + b",
     "out = np.array([row.ravel().dot(w) + b for row in x])", diagnosis="still loops")
edit("affine_forward", "Pixels are in another order: flatten each example as it lies in memory.",
     "x.reshape(x.shape[0], -1)", 'x.reshape(x.shape[0], -1, order="F")')

# affine_backward

edit("affine_backward", "", "return dx, dw, db", "return dx, dw", diagnosis="should be: return dx, dw, db")
edit("affine_backward", "", ".reshape(x.shape)", "", diagnosis="only the shape is not")
edit("affine_backward", "", "x.reshape(x.shape[0], -1).T.dot(dout)", "dout.T.dot(x.reshape(x.shape[0], -1))",
     diagnosis="transposed")
edit("affine_backward", "", "dout.dot(w.T)", "-dout.dot(w.T)", diagnosis="wrong sign")
edit("affine_backward", "This is the mean over the examples. They add up: the loss has divided by N already.",
     "x.reshape(x.shape[0], -1).T.dot(dout)", "x.reshape(x.shape[0], -1).T.dot(dout) / len(x)")
edit("affine_backward", "This is the mean over the examples. They add up: the loss has divided by N already.",
     "np.sum(dout, axis=0)", "np.mean(dout, axis=0)")
edit("affine_backward", "", "np.sum(dout, axis=0)", "np.sum(dout, axis=1)", diagnosis="Its shape")
edit("affine_backward", "", "np.sum(dout, axis=0)", "np.sum(dout, axis=0, keepdims=True)",
     diagnosis="only the shape is not")
edit("affine_backward", "", "np.sum(dout, axis=0)", "dout", diagnosis="Its shape")
edit("affine_backward", "", "dx = ", "dout *= 2\ndx = ", diagnosis="changes its input dout in place")
edit("affine_backward", "Backward changes what lies in the cache: work on a copy.", "return dx, dw, db",
     "w -= dw\nreturn dx, dw, db")
edit("affine_backward", "", "db = np.sum(dout, axis=0)", "db = np.zeros(dout.shape[1])\ndb += dout.sum(axis=0)",
     diagnosis="should hold float32")
edit("affine_backward", "", "dx = dout.dot(w.T)", "dx = dout.astype(np.float32).dot(w.T.astype(np.float32))",
     diagnosis="should hold float64|precision of float32")

# relu_forward

@wrong("relu_forward", diagnosis="should be: return out, cache")
def no_cache_2(x):
    return np.maximum(0, x)


edit("relu_forward", "This is the absolute value: negative numbers become 0.", "np.maximum(0, x)", "np.abs(x)")
edit("relu_forward", "This is min(0, x).", "np.maximum(0, x)", "np.minimum(0, x)")
edit("relu_forward", "This is 1 where x is positive: x itself comes through there.", "np.maximum(0, x)",
     "(x > 0).astype(x.dtype)")
edit("relu_forward", "", "np.maximum(0, x)", "np.max(x)", diagnosis="Its shape")
edit("relu_forward", "", "np.maximum(0, x)", "np.maximum(0, x, out=x)", diagnosis="changes its input x in place")
edit("relu_forward", "", "np.maximum(0, x)", "np.maximum(np.zeros(x.shape), x)", diagnosis="should hold float32")

# relu_backward

edit("relu_backward", "", "return dx", "pass", diagnosis="It is None")
edit("relu_backward", "The gradient comes through everywhere: where x is negative, nothing should.", "dout * (x > 0)",
     "dout")
edit("relu_backward", "It is the sign of x that switches, not the sign of dout.", "dout * (x > 0)",
     "np.maximum(0, dout)")
edit("relu_backward", "The switch is upside down.", "dout * (x > 0)", "dout * (x < 0)")
edit("relu_backward", "dout is missing: this is the slope alone.", "dout * (x > 0)", "1.0 * (x > 0)")
edit("relu_backward", "dout is multiplied by the output: the slope is 1 there.", "dout * (x > 0)",
     "dout * np.maximum(x, 0)")
edit("relu_backward", "", "dx = dout * (x > 0)", "dout[x <= 0] = 0\ndx = dout",
     diagnosis="changes its input dout in place")
edit("relu_backward", "", "dx = dout * (x > 0)", "x[x < 0] = 0\ndx = dout * (x > 0)",
     diagnosis="changes its input cache in place")
edit("relu_backward", "", "(x > 0)", "(x > 0).astype(np.float64)", diagnosis="should hold float32")

# two_layer_net_init

edit("two_layer_net_init", "", "self.reg = reg", "pass", diagnosis="It is None")
edit("two_layer_net_init", "Its keys are others (count layers from 1).", '"b2"', '"b3"')
edit("two_layer_net_init", "Rows and columns are swapped: w has a row for each input.",
     "np.random.randn(input_dim, hidden_dim)", "np.random.randn(hidden_dim, input_dim)")
edit("two_layer_net_init", "", "weight_scale * np.random.randn(input", "np.random.randn(input",
     diagnosis="standard deviation of W1")
edit("two_layer_net_init", "", "weight_scale * np.random.randn(hidden", "weight_scale**2 * np.random.randn(hidden",
     diagnosis="standard deviation of W2")
edit("two_layer_net_init", "", "np.random.randn(input_dim, hidden_dim)", "np.random.rand(input_dim, hidden_dim)",
     diagnosis="mean of W1")
edit("two_layer_net_init", "", "weight_scale * np.random.randn(hidden_dim, num_classes)",
     "np.zeros((hidden_dim, num_classes))", diagnosis="standard deviation of W2")
edit("two_layer_net_init", "", "np.zeros(hidden_dim)", "np.zeros((1, hidden_dim))", diagnosis="only the shape is not")
edit("two_layer_net_init", "", "np.zeros(num_classes)", "weight_scale * np.random.randn(num_classes)",
     diagnosis="b2 is 0")
edit("two_layer_net_init", "", "np.zeros(hidden_dim)", "np.zeros(num_classes)", diagnosis="Its shape")

# two_layer_net_loss

edit("two_layer_net_loss", "The regularisation is missing.",
     "loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))", "pass")
edit("two_layer_net_loss", "The biases take no part in the regularisation.", "np.sum(W2 * W2))",
     "np.sum(W2 * W2) + np.sum(b1 * b1) + np.sum(b2 * b2))")
edit("two_layer_net_loss", "", "np.sum(W1 * W1) + ", "", diagnosis="two layers, reg = 0.3: loss")
edit("two_layer_net_loss", "The regularisation is missing from this gradient.", "dW1 + self.reg * W1", "dW1")
edit("two_layer_net_loss", "The derivative of 0.5 * reg * w * w is reg * w: no 2, no 1/2.", "self.reg * W2",
     "2 * self.reg * W2")
edit("two_layer_net_loss", "This has half the gradient of the regularisation: the 1/2 and the square cancel.",
     "self.reg * W2", "0.5 * self.reg * W2")
edit("two_layer_net_loss", "The biases are not regularised.", '"b1": db1', '"b1": db1 + self.reg * b1')
edit("two_layer_net_loss", "A gradient is missing, or has another name than its parameter.", '"b1": db1, ', "")
edit("two_layer_net_loss", "", '"b1": db1', '"b1": db2', diagnosis="Its shape")
edit("two_layer_net_loss", "The last layer has no ReLU: scores may be negative.",
     "scores, scores_cache = affine_forward(hidden", "scores, scores_cache = affine_relu_forward(hidden")
edit("two_layer_net_loss", "The last layer has no ReLU: scores may be negative.", "return scores",
     "return np.maximum(0, scores)")
edit("two_layer_net_loss", "", "loss, dscores = softmax_loss", "loss, dscores = svm_loss",
     diagnosis="two layers, reg = 0.3: loss")
edit("two_layer_net_loss", "", "softmax_loss(scores, y)", "softmax_loss(scores, (y + 1) % 4)",
     diagnosis="two layers, reg = 0.3: loss")
edit("two_layer_net_loss", "loss changes self.params: the step is for the update rule to make.", "return loss, grads",
     "W1 -= 0.1 * dW1\nreturn loss, grads")
edit("two_layer_net_loss", "", "return loss, grads", "X *= 2\nreturn loss, grads",
     diagnosis="changes its input X in place")
edit("two_layer_net_loss", "", "return loss, grads", "return loss, {k: g.astype(np.float64) for k, g in grads.items()}",
     diagnosis="should hold float32")
edit("two_layer_net_loss", "The biases are missing.",
     "hidden, hidden_cache = affine_relu_forward(X, W1, b1)\nscores, scores_cache = affine_forward(hidden, W2, b2)",
     "hidden, hidden_cache = affine_relu_forward(X, W1, 0 * b1)\n"
     "scores, scores_cache = affine_forward(hidden, W2, 0 * b2)")
edit("two_layer_net_loss", "The regularisation is halved twice.", "0.5 * self.reg", "0.25 * self.reg")

# fully_connected_net_init_params

@wrong("fully_connected_net_init_params")
def returns_nothing(self, dims, weight_scale):
    """Its keys are others (count layers from 1)."""
    pass


edit("fully_connected_net_init_params", "Its keys are others (count layers from 1).", "range(1, self.num_layers + 1)",
     "range(1, self.num_layers)")
edit("fully_connected_net_init_params", "Its keys are others (count layers from 1).", 'f"W{i}"', 'f"W{i - 1}"')
edit("fully_connected_net_init_params", "Rows and columns are swapped: w has a row for each input.",
     "np.random.randn(dims[i - 1], dims[i])", "np.random.randn(dims[i], dims[i - 1])")
edit("fully_connected_net_init_params", "", "weight_scale * ", "", diagnosis="standard deviation of W1")
edit("fully_connected_net_init_params", "", "np.random.randn", "np.random.rand", diagnosis="mean of W1")
edit("fully_connected_net_init_params", "", "weight_scale * np.random.randn", "weight_scale / i * np.random.randn",
     diagnosis="standard deviation of W2")
edit("fully_connected_net_init_params", "", "np.zeros(dims[i])\n    if", "np.ones(dims[i])\n    if",
     diagnosis="b1 is 0")
edit("fully_connected_net_init_params", "", "np.zeros(dims[i])\n    if", "np.zeros(dims[i - 1])\n    if",
     diagnosis="Its shape")

# fully_connected_net_loss

edit("fully_connected_net_loss", "The regularisation is missing.", "loss += 0.5 * self.reg * np.sum(W * W)", "pass")
edit("fully_connected_net_loss", "The regularisation is halved twice.", "loss += 0.5 * self.reg * np.sum(W * W)",
     "loss += 0.25 * self.reg * np.sum(W * W)")
edit("fully_connected_net_loss", "", "for i in range(1, L + 1):\n    W = ", "for i in range(1, L):\n    W = ",
     diagnosis="loss")
edit("fully_connected_net_loss", "The biases take no part in the regularisation.", "np.sum(W * W)",
     "(np.sum(W * W) + np.sum(params[f'b{i}'] ** 2))")
edit("fully_connected_net_loss", "The regularisation is missing from this gradient.", 'grads[f"W{i}"] += self.reg * W',
     "pass")
edit("fully_connected_net_loss", "The derivative of 0.5 * reg * w * w is reg * w: no 2, no 1/2.",
     'grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] += 2 * self.reg * W')
edit("fully_connected_net_loss", "", 'grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] -= self.reg * W',
     diagnosis="gradient on W1")
edit("fully_connected_net_loss", "The biases are not regularised.", 'grads[f"W{i}"] += self.reg * W',
     'grads[f"W{i}"] += self.reg * W\n    grads[f"b{i}"] += self.reg * params[f"b{i}"]')
edit("fully_connected_net_loss", "The last layer has no ReLU: scores may be negative.",
     "scores, caches[L] = affine_forward(out", "scores, caches[L] = affine_relu_forward(out")
edit("fully_connected_net_loss", "", "X = X.astype(self.dtype)", "pass", diagnosis="should hold float32")
edit("fully_connected_net_loss", "", "X = X.astype(self.dtype)", "X = X.astype(np.float32)",
     diagnosis="precision of float32")
edit("fully_connected_net_loss", "A gradient is missing, or has another name than its parameter.", "return loss, grads",
     "return loss, {k: g for k, g in grads.items() if k != 'b1'}")
edit("fully_connected_net_loss", "loss changes self.params: the step is for the update rule to make.",
     "return loss, grads", "params['W1'] -= grads['W1']\nreturn loss, grads")
edit("fully_connected_net_loss", "", "out, caches[i] = affine_relu_forward(out, W, b)\n",
     "out, caches[i] = affine_relu_forward(out, W, 0 * b)\n", diagnosis="three layers: scores")
edit("fully_connected_net_loss", "", 'dout, grads[f"W{i}"], grads[f"b{i}"] = affine_relu_backward(dout, caches[i])',
     'dout, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dout, caches[i][0])', diagnosis="gradient on")
edit("fully_connected_net_loss", "", "softmax_loss(scores, y)", "softmax_loss(scores, (y + 1) % scores.shape[1])",
     diagnosis="three layers: loss")
edit("fully_connected_net_loss", "", "dscores = softmax_loss(scores, y)",
     "dscores = softmax_loss(scores, y)\ndscores = dscores * len(y)", diagnosis="5 times what it should be")
edit("fully_connected_net_loss", "The biases are missing.", "L, params = self.num_layers, self.params",
     "L = self.num_layers\n"
     'params = {name: value if name[0] == "W" else 0 * value for name, value in self.params.items()}')
edit("fully_connected_net_loss", "This has half the gradient of the regularisation: the 1/2 and the square cancel.",
     'grads[f"W{i}"] += self.reg * W', 'grads[f"W{i}"] += 0.5 * self.reg * W')

# sgd_momentum

edit("sgd_momentum", "", "return next_w, config", "return next_w", diagnosis="should be: return next_w, config")
edit("sgd_momentum", "This step goes uphill.", "next_w = w + v", "next_w = w - v")
edit("sgd_momentum", "The velocity is forgotten between steps: store it in config.", 'config["velocity"] = v', "pass")
edit("sgd_momentum", "The momentum does not act on the velocity.", 'config["momentum"] * v - ', "v - ")
edit("sgd_momentum", "The velocity is forgotten between steps: store it in config.", 'config["momentum"] * v - ', "- ")
edit("sgd_momentum", "The velocity is forgotten between steps: store it in config.", "next_w = w + v",
     "next_w = w - config['learning_rate'] * dw")
edit("sgd_momentum", "", "next_w = w + v", "w += v\nnext_w = w", diagnosis="changes its input w in place")
edit("sgd_momentum", "", "next_w = w + v", "dw *= 2\nnext_w = w + v", diagnosis="changes its input dw in place")
edit("sgd_momentum", "", '"learning_rate", 1e-2', '"learning_rate", 1e-3', diagnosis="defaults, one step")
edit("sgd_momentum", "", '"momentum", 0.9', '"momentum", 0.5', diagnosis="default of momentum")
edit("sgd_momentum", "", "next_w = w + v", "next_w = (w + v).astype(np.float32)", diagnosis="float32")

# rmsprop

@wrong("rmsprop", diagnosis="It is None|RMSProp")
def weights_as_they_were(w, dw, config=None):
    return w, config


edit("rmsprop", "The two weights of the average are swapped: decay_rate is what stays.",
     'decay * config["cache"] + (1 - decay) * dw**2', '(1 - decay) * config["cache"] + decay * dw**2')
edit("rmsprop", "The squares are added up, which is AdaGrad: the new one counts 1 - decay_rate.",
     'decay * config["cache"] + (1 - decay) * dw**2', 'config["cache"] + dw**2')
edit("rmsprop", "The gradient is to be squared.", "(1 - decay) * dw**2", "(1 - decay) * dw")
edit("rmsprop", "epsilon stands outside the root.", '(np.sqrt(config["cache"]) + config["epsilon"])',
     'np.sqrt(config["cache"] + config["epsilon"])')
edit("rmsprop", "The root is missing.", 'np.sqrt(config["cache"])', 'config["cache"]')
edit("rmsprop", "The new cache is forgotten: put it back into config.", 'config["cache"] = decay', "cache = decay")
edit("rmsprop", "", '"decay_rate", 0.99', '"decay_rate", 0.9', diagnosis="RMSProp: defaults")
edit("rmsprop", "", '"epsilon", 1e-8', '"epsilon", 1e-7', diagnosis="RMSProp: defaults")
edit("rmsprop", "", '"learning_rate", 1e-2', '"learning_rate", 1e-3', diagnosis="RMSProp: defaults")
edit("rmsprop", "", "return next_w", "w[:] = next_w\nreturn next_w", diagnosis="changes its input w in place")
edit("rmsprop", "The default of epsilon is missing.", '"epsilon", 1e-8', '"epsilon", 0')
edit("rmsprop", "The step uses the old cache: update it first.",
     'config["cache"] = decay * config["cache"] + (1 - decay) * dw**2\n'
     'next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])',
     'next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])\n'
     'config["cache"] = decay * config["cache"] + (1 - decay) * dw**2')

# adam

edit("adam", "t is not raised.", 'config["t"] += 1', "pass")
edit("adam", "The correction of m is missing.", 'config["m"] / (1 - beta1 ** config["t"])', 'config["m"]')
edit("adam", "The correction of v is missing.", 'config["v"] / (1 - beta2 ** config["t"])', 'config["v"]')
edit("adam", "The correction for the start at 0 is missing.",
     'm_hat = config["m"] / (1 - beta1 ** config["t"])\nv_hat = config["v"] / (1 - beta2 ** config["t"])',
     'm_hat = config["m"]\nv_hat = config["v"]')
edit("adam", "epsilon stands outside the root.", '(np.sqrt(v_hat) + config["epsilon"])',
     'np.sqrt(v_hat + config["epsilon"])')
edit("adam", "Keep m itself, not the corrected one; and the new gradient counts 1 - beta1 in it.",
     'v_hat = config["v"]', 'config["m"] = m_hat\nv_hat = config["v"]')
edit("adam", "Keep v itself, not the corrected one; and the new square counts 1 - beta2 in it.", "next_w = ",
     'config["v"] = v_hat\nnext_w = ')
edit("adam", "", "(1 - beta2) * dw**2", "(1 - beta2) * dw", diagnosis="v by hand")
edit("adam", "The two weights of the average are swapped: beta2 is what stays.", 'beta2 * config["v"] + (1 - beta2)',
     '(1 - beta2) * config["v"] + beta2')
edit("adam", "", '** config["t"])\nv_hat', ")\nv_hat", diagnosis="Adam: five steps")
edit("adam", "", '"beta1", 0.9)', '"beta1", 0.8)', diagnosis="Adam: defaults")
edit("adam", "", '"beta2", 0.999)', '"beta2", 0.99)', diagnosis="Adam: defaults")
edit("adam", "", '"epsilon", 1e-8)', '"epsilon", 1e-7)', diagnosis="Adam: default")
edit("adam", "", '"learning_rate", 1e-3)', '"learning_rate", 1e-2)', diagnosis="Adam: defaults")
edit("adam", "", "next_w = w - ", "dw *= 2\nnext_w = w - ", diagnosis="changes its input dw in place")
edit("adam", "", '"m", np.zeros_like(w)', '"m", np.zeros(w.shape)', diagnosis="should hold float32")
edit("adam", "t is 2 after the first step: it starts at 0, and is raised once.", 'setdefault("t", 0)',
     'setdefault("t", 1)')
edit("adam", "t is 2 after the first step: it starts at 0, and is raised once.", 'config["t"] += 1', 'config["t"] += 2')

# best_network

@wrong("best_network")
def returns_nothing_2(data):
    """Return the trained network itself."""
    pass


@wrong("best_network")
def accuracy_alone(data):
    """Return the trained network itself."""
    return 0.9


@wrong("best_network", diagnosis="validation accuracy\n.*should be at least 0")
def untrained(data):
    return FullyConnectedNet([100])


@wrong("best_network", diagnosis="shape of the scores")
def seven_classes(data):
    return FullyConnectedNet([100], num_classes=7)
