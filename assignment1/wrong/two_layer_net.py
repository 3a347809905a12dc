"""Wrong answers to the exercises of two_layer_net, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# squared_norm_gradients

@wrong("squared_norm_gradients", diagnosis="its last line should be: return f, dW, dx")
def value_alone(W, x):
    return np.sum((W @ x) ** 2)


edit("squared_norm_gradients", "This is the length: its square has no root.", "np.sum(q * q)", "np.linalg.norm(q)")
edit("squared_norm_gradients", "This is the sum of q: square each of its elements first.", "np.sum(q * q)", "np.sum(q)")
edit("squared_norm_gradients", "The 2 of the derivative of a square is missing.", "dq = 2 * q", "dq = q")
edit("squared_norm_gradients", "Rows and columns are swapped: row i of dW belongs to q[i].", "np.outer(dq, x)",
     "np.outer(x, dq)")
edit("squared_norm_gradients", "The gradient goes back through the transpose of W: x[d] meets q[i] by W[i, d].",
     "W.T.dot(dq)", "W.dot(dq) if W.shape == (2, 2) else W.T.dot(dq)")
edit("squared_norm_gradients", "", "W.T.dot(dq)", "-W.T.dot(dq)", diagnosis="wrong sign")
before("squared_norm_gradients", "", "x *= 1.5", diagnosis="changes its input x in place")
edit("squared_norm_gradients", "", "dq = 2 * q", "dq = (2 * q).astype(np.float32)", diagnosis="precision of float32")

# two_layer_net_loss

edit("two_layer_net_loss", "The call has changed self.params: the step is for train to make.", "return loss, grads",
     "W1 -= 1e-3 * grads['W1']\nreturn loss, grads")
edit("two_layer_net_loss", "The ReLU is missing: hidden units below 0 count as 0.", "np.maximum(0, X.dot(W1) + b1)",
     "X.dot(W1) + b1")
edit("two_layer_net_loss", "The scores themselves do not go through a ReLU.", "hidden.dot(W2) + b2",
     "np.maximum(0, hidden.dot(W2) + b2)")
edit("two_layer_net_loss", "b1 is missing.", "X.dot(W1) + b1)", "X.dot(W1))")
edit("two_layer_net_loss", "b2 is missing.", "hidden.dot(W2) + b2", "hidden.dot(W2)")
edit("two_layer_net_loss", "b1 comes before the ReLU, inside max(0, ...).", "np.maximum(0, X.dot(W1) + b1)",
     "np.maximum(0, X.dot(W1)) + b1")
edit("two_layer_net_loss", "", "hidden.dot(W2) + b2", "(hidden.dot(W2) + b2).T", diagnosis="transposed")
edit("two_layer_net_loss", "b2 is subtracted: add it.", "hidden.dot(W2) + b2", "hidden.dot(W2) - b2")
edit("two_layer_net_loss", "", "N = X.shape[0]", "N = X.shape[0]\nX -= X.mean(axis=0)",
     diagnosis="changes its input X in place")
edit("two_layer_net_loss", "", "X.dot(W1) + b1", "X.dot(W1).astype(np.float32) + b1", diagnosis="precision of float32")
edit("two_layer_net_loss", "", "N = X.shape[0]", "N = X.shape[0]\nX = X.astype(np.float64)",
     diagnosis="should hold float32")
edit("two_layer_net_loss", "The call has changed self.params: write = where there is += or *=.", "N = X.shape[0]",
     "N = X.shape[0]\nb1 += 1e-12")
edit("two_layer_net_loss", "", "X.dot(W1)", "np.array([x.dot(W1) for x in X])", diagnosis="still loops")


@wrong("two_layer_net_loss", diagnosis="should hold float32|still loops")
def loops(self, X, y=None, reg=0.0):
    W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
    return np.array([sum(max(x @ W1[:, j] + b1[j], 0) * W2[j] for j in range(len(b1))) + b2 for x in X])


@wrong("two_layer_net_loss", diagnosis="its last line should be: return loss, grads")
def scores_alone(self, X, y=None, reg=0.0):
    W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
    scores = np.maximum(0, X.dot(W1) + b1).dot(W2) + b2
    if y is None:
        return scores


edit("two_layer_net_loss", "", "return loss, grads", "return loss",
     diagnosis="its last line should be: return loss, grads")
edit("two_layer_net_loss", "The regularisation is missing.", "reg * (np.sum(W1 * W1) + np.sum(W2 * W2))", "0")
edit("two_layer_net_loss", "The regularisation has no factor 1/2 here.", "reg * (", "0.5 * reg * (")
edit("two_layer_net_loss", "The regularisation of W2 is missing.", "np.sum(W1 * W1) + np.sum(W2 * W2)",
     "np.sum(W1 * W1)")
edit("two_layer_net_loss", "The regularisation of W1 is missing.", "np.sum(W1 * W1) + np.sum(W2 * W2)",
     "np.sum(W2 * W2)")
edit("two_layer_net_loss", "The biases take no part in the regularisation.", "+ np.sum(W2 * W2))",
     "+ np.sum(W2 * W2) + np.sum(b1 * b1) + np.sum(b2 * b2))")
edit("two_layer_net_loss",
     "The mean over the examples is missing: divide by N (not the regularisation, only the rest).", "y]) / N", "y])")
edit("two_layer_net_loss", "The regularisation is divided by N: only the sum over the examples is.", "reg * (",
     "reg / N * (")
edit("two_layer_net_loss", "The mean runs over classes, too: it is one number for each example, divided by N.",
     "y]) / N", "y]) / N / scores.shape[1]")
edit("two_layer_net_loss", "The sign of the logarithm's mean is wrong.", "loss = -np.sum", "loss = np.sum")
edit("two_layer_net_loss", "", "reg * (np.sum(W1 * W1)", "reg * np.sqrt(np.sum(W1 * W1)",
     diagnosis="expected 1.303787891")
edit("two_layer_net_loss", "", "[np.arange(N), y])", "[np.arange(N), y - 1])", diagnosis="expected 1.303787891")
edit("two_layer_net_loss", "", "np.exp(shifted), axis=1", "np.exp(shifted), axis=0", diagnosis="expected 1.303787891")
edit("two_layer_net_loss", "The logarithm is the natural one, np.log.", "np.log(", "np.log10(")
edit("two_layer_net_loss", "", "np.max(scores, axis=1, keepdims=True)", "0", diagnosis="It holds (nan|-?inf)")
edit("two_layer_net_loss", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores)",
     diagnosis="2000, 0 and 1, 1.*\n.*It holds (nan|-?inf)")
edit("two_layer_net_loss", "", "loss = -np.sum(log_probs[", "loss = -np.sum(np.log(np.exp(log_probs) + 1e-15)[",
     diagnosis="0, 2000, -3000")
edit("two_layer_net_loss", "", "shifted = scores - ", "scores = scores.astype(np.float32)\nshifted = scores - ",
     diagnosis="expected 1.303787891")
edit("two_layer_net_loss", "", "dscores /= N", "dscores /= N\ny[:] = 0", diagnosis="changes its input y in place")
edit("two_layer_net_loss", "The keys of grads are those of self.params.", "return loss, grads", "return loss, {}")
edit("two_layer_net_loss", "The keys of grads are those of self.params.", "return loss, grads", "return loss, None")
edit("two_layer_net_loss", "The keys of grads are those of self.params.", '"b1": np', '"b3": np')
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"b1": np.sum(dhidden, axis=0)', '"b1": None')
edit("two_layer_net_loss", "The part of the data is missing: this is the gradient of the regularisation alone.",
     '"W1": X.T.dot(dhidden)', '"W1": 0')
edit("two_layer_net_loss", "", '"b2": np.sum(dscores, axis=0)', '"b2": 0 * b2',
     diagnosis="gradient on b2\n.*All values are 0")
edit("two_layer_net_loss",
     "The gradient goes through where the unit was silent: the ReLU lets it pass only where the unit was active.",
     " * (hidden > 0)", "")
edit("two_layer_net_loss", "", "(hidden > 0)", "hidden", diagnosis="gradient on W1")
edit("two_layer_net_loss",
     "The gradient goes through where the unit was silent: the ReLU lets it pass only where the unit was active.",
     "(hidden > 0)", "(hidden <= 0)")
edit("two_layer_net_loss", "The sum over the examples is not divided by N.", "dscores /= N\n", "")
edit("two_layer_net_loss", "", "dscores[np.arange(N), y] -= 1\n", "", diagnosis="gradient on W2")
edit("two_layer_net_loss", "The part of the data has the wrong sign.", "dscores[np.arange(N), y] -= 1",
     "dscores *= -1\ndscores[np.arange(N), y] += 1")
edit("two_layer_net_loss", "", "dscores[np.arange(N), y] -= 1", "dscores[np.arange(N), y - 1] -= 1",
     diagnosis="gradient on W2")
edit("two_layer_net_loss", "The regularisation is missing from this gradient.", "X.T.dot(dhidden) + 2 * reg * W1",
     "X.T.dot(dhidden)")
edit("two_layer_net_loss", "The regularisation is missing from this gradient.", "hidden.T.dot(dscores) + 2 * reg * W2",
     "hidden.T.dot(dscores)")
edit("two_layer_net_loss", "The regularisation lacks the 2 of the derivative of a square.", "2 * reg * W2", "reg * W2")
edit("two_layer_net_loss", "The regularisation is subtracted.", "+ 2 * reg * W1", "- 2 * reg * W1")
edit("two_layer_net_loss", "The biases are not regularised.", '"b1": np.sum(dhidden, axis=0)',
     '"b1": np.sum(dhidden, axis=0) + 2 * reg * b1')
edit("two_layer_net_loss", "", '"b1": np.sum(dhidden, axis=0)', '"b1": np.mean(dhidden, axis=0)',
     diagnosis="gradient on b1")
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"b1": np.sum(dhidden, axis=0)',
     '"b1": np.sum(dhidden)')
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"b2": np.sum(dscores, axis=0)',
     '"b2": np.sum(dscores, axis=0, keepdims=True)')
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"W1": X.T.dot(dhidden) + 2 * reg * W1',
     '"W1": (X.T.dot(dhidden) + 2 * reg * W1).T')
edit("two_layer_net_loss", "", "hidden.T.dot(dscores)", "X.dot(W1).T.dot(dscores)", diagnosis="W2 of a silent unit")
edit("two_layer_net_loss", "", "return loss, grads", "return loss, {k: g.astype(np.float64) for k, g in grads.items()}",
     diagnosis="should hold float32")
edit("two_layer_net_loss", "", "return loss, grads", "X *= 2\nreturn loss, grads",
     diagnosis="changes its input X in place")
edit("two_layer_net_loss", "", '"W1": X.T.dot(dhidden)', '"W1": sum(np.outer(x, d) for x, d in zip(X, dhidden))',
     diagnosis="still loops")
edit("two_layer_net_loss", "", "np.exp(log_probs)", "np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)",
     diagnosis="It holds nan")
edit("two_layer_net_loss", "Both biases are missing.",
     "hidden = np.maximum(0, X.dot(W1) + b1)  # (N, M)\nscores = hidden.dot(W2) + b2",
     "hidden = np.maximum(0, X.dot(W1))\nscores = hidden.dot(W2)")
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"W1": X.T.dot(dhidden) + 2 * reg * W1',
     '"W1": X.T.dot(dhidden)[1:]')
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"b1": np.sum(dhidden, axis=0)',
     '"b1": dhidden')
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", "hidden.T.dot(dscores) + 2 * reg * W2",
     "(hidden.T.dot(dscores) + 2 * reg * W2).T")
edit("two_layer_net_loss", "A gradient has the shape of its parameter.", '"b2": np.sum(dscores, axis=0)',
     '"b2": np.sum(dscores, axis=1)')

# two_layer_net_predict

edit("two_layer_net_predict", "These are the highest scores: return the classes they belong to (np.argmax).",
     "return np.argmax(self.loss(X), axis=1)", "return np.max(self.loss(X), axis=1)")
edit("two_layer_net_predict", "These are the classes with the lowest scores.", "return np.argmax(self.loss(X), axis=1)",
     "return np.argmin(self.loss(X), axis=1)")
edit("two_layer_net_predict", "", "return np.argmax(self.loss(X), axis=1)", "return np.argmax(self.loss(X), axis=0)",
     diagnosis="Its shape is")
edit("two_layer_net_predict", "Classes count from 0.", "return np.argmax(self.loss(X), axis=1)",
     "return np.argmax(self.loss(X), axis=1) + 1")
edit("two_layer_net_predict", "", "return np.argmax(self.loss(X), axis=1)", "return np.argmax(self.loss(X))",
     diagnosis="Its shape is")
edit("two_layer_net_predict", "", "return np.argmax(self.loss(X), axis=1)", "return self.loss(X)",
     diagnosis="Its shape is")
edit("two_layer_net_predict", "", "return np.argmax(self.loss(X), axis=1)",
     "X -= 1\nreturn np.argmax(self.loss(X + 1), axis=1)", diagnosis="changes its input X in place")
edit("two_layer_net_predict", "", "return np.argmax(self.loss(X), axis=1)",
     'return np.argmax(X @ self.params["W1"] @ self.params["W2"], axis=1)', diagnosis="values differ")

# two_layer_net_train

edit("two_layer_net_train", "Two runs take the same examples in the same order: draw them with np.random.",
     "np.random.choice(X.shape[0], batch_size)", "(np.arange(batch_size) + it * batch_size) % X.shape[0]")
edit("two_layer_net_train", "The result should be a dictionary: loss_history, train_acc_history, val_acc_history.",
     "return history", 'return history["loss_history"]')
edit("two_layer_net_train", "It decays at every step, not once an epoch.",
     "        learning_rate *= learning_rate_decay", "        pass\n    learning_rate *= learning_rate_decay")
edit("two_layer_net_train", "Accuracies are noted once an epoch, not at every step.",
     "if it % iterations_per_epoch == 0:", "if True:")
edit("two_layer_net_train", "num_iters counts steps, not epochs.", "range(num_iters)",
     "range(num_iters * iterations_per_epoch)")
edit("two_layer_net_train", "The last step is missing.", "range(num_iters)", "range(num_iters - 1)")
edit("two_layer_net_train", "All examples take part in each step: draw batch_size of them.",
     "np.random.choice(X.shape[0], batch_size)", "np.arange(X.shape[0])")
edit("two_layer_net_train", "An epoch is a whole number of steps: // divides so, / does not.",
     "X.shape[0] // batch_size", "X.shape[0] / batch_size")
edit("two_layer_net_train", "Draw once, and take rows of X and of y by the same draw.", "X[batch], y[batch]",
     "X[batch], y[np.random.choice(X.shape[0], batch_size)]")
edit("two_layer_net_train", "self.loss needs reg, too.", "self.loss(X_batch, y_batch, reg)",
     "self.loss(X_batch, y_batch)")
edit("two_layer_net_train", "", 'history["loss_history"].append(loss)', 'history["loss_history"] = [loss]',
     diagnosis="the loss of every step")
edit("two_layer_net_train", "Accuracies are parts from 0 to 1.", "np.mean(self.predict(X_val) == y_val)",
     "100 * np.mean(self.predict(X_val) == y_val)")
edit("two_layer_net_train", "This is the part that is wrong.", "np.mean(self.predict(X_val) == y_val)",
     "np.mean(self.predict(X_val) != y_val)")
edit("two_layer_net_train", "This is the number of right answers: take the mean.",
     "np.mean(self.predict(X_val) == y_val)", "np.sum(self.predict(X_val) == y_val)")
edit("two_layer_net_train", "Accuracies are parts from 0 to 1: take the mean.", "np.mean(self.predict(X_batch)",
     "5 + np.sum(self.predict(X_batch)")
edit("two_layer_net_train", "The steps go uphill: subtract the gradient.", "-= learning_rate", "+= learning_rate")
edit("two_layer_net_train", "", "self.params[name] -=", "moved = self.params[name] -",
     diagnosis="three steps move b2.*\n.*All values are 0")
edit("two_layer_net_train", "The step is the learning rate times the gradient.", "-= learning_rate * grads[name]",
     "-= grads[name]")
edit("two_layer_net_train", "The learning rate never decays.", "learning_rate *= learning_rate_decay", "pass")
edit("two_layer_net_train", "", "for it in range(num_iters):",
     "for it in range(num_iters):\n    learning_rate *= learning_rate_decay if it % iterations_per_epoch == 0 else 1",
     diagnosis="three steps move b2")
edit("two_layer_net_train", "b1 is never updated: go through all of self.params.", "for name in self.params:",
     'for name in ("W1", "W2", "b2"):')
edit("two_layer_net_train", "It is the same batch in each step: draw a new one inside the loop.",
     "np.random.choice(X.shape[0], batch_size)", "np.arange(batch_size) % X.shape[0]")
edit("two_layer_net_train", "", "history = {", "X -= X.mean(axis=0)\nhistory = {",
     diagnosis="changes its input X in place")
edit("two_layer_net_train", "Draw once, and take rows of X and of y by the same draw.",
     "X_batch, y_batch = X[batch], y[batch]", "X_batch, y_batch = X[batch] * 0, y[batch]")
edit("two_layer_net_train", "This is the part of the batch that is wrong.",
     "np.mean(self.predict(X_batch) == y_batch)",
     "np.mean(self.predict(X_batch) != y_batch)")
edit("two_layer_net_train", "This is the number of right answers in the batch: take the mean.",
     "np.mean(self.predict(X_batch) == y_batch)", "np.sum(self.predict(X_batch) == y_batch)")


@wrong("two_layer_net_train")
def decay_before_the_step(self, X, y, X_val, y_val, learning_rate=0.001, learning_rate_decay=0.95, reg=5e-06,
                          num_iters=100, batch_size=200, verbose=False):
    """The first step comes before the first decay."""
    iterations_per_epoch = max(X.shape[0] // batch_size, 1)
    history = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
    for it in range(num_iters):
        batch = np.random.choice(X.shape[0], batch_size)
        X_batch, y_batch = X[batch], y[batch]
        learning_rate *= learning_rate_decay if it % iterations_per_epoch == 0 else 1
        loss, grads = self.loss(X_batch, y_batch, reg)
        history["loss_history"].append(loss)
        for name in self.params:
            self.params[name] -= learning_rate * grads[name]
        if verbose and it % 100 == 0:
            print(f"iteration {it} / {num_iters}: loss {loss:f}")
        if it % iterations_per_epoch == 0:
            history["train_acc_history"].append(np.mean(self.predict(X_batch) == y_batch))
            history["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
    return history


edit("two_layer_net_train", "W1 is never updated: go through all of self.params.", "for name in self.params:",
     'for name in ("b1", "W2", "b2"):')
edit("two_layer_net_train", "W2 is never updated: go through all of self.params.", "for name in self.params:",
     'for name in ("W1", "b1", "b2"):')
edit("two_layer_net_train", "", "for name in self.params:", 'for name in ("W1", "b1", "W2"):',
     diagnosis="steps move b2.*\n.*All values are 0")

# two_layer_net_random_search

edit("two_layer_net_random_search", "The accuracy is what evaluate returns, as it is.", "evaluate(**settings)",
     "1 - evaluate(**settings)")
edit("two_layer_net_random_search", "One trial is missing.", "range(num_trials)", "range(num_trials - 1)")
edit("two_layer_net_random_search", "", "np.exp(rng.uniform(np.log(low), np.log(high)))", "rng.uniform(low, high)",
     diagnosis="middle in log space")
edit("two_layer_net_random_search", "Some lie outside. Are they still logarithms (take np.exp, or 10 to their power)?",
     "np.exp(rng.uniform(np.log(low), np.log(high)))", "rng.uniform(np.log(low), np.log(high))")
edit("two_layer_net_random_search", "Some lie outside. Are they still logarithms (take np.exp, or 10 to their power)?",
     "np.exp(", "10 ** (")
edit("two_layer_net_random_search", "Each entry is a dictionary with the settings by name, and the accuracy.",
     "{**settings, ", "{")
edit("two_layer_net_random_search", "evaluate is never called: it says how good the settings are.",
     '"accuracy": evaluate(**settings)', '"accuracy": 0.5')
edit("two_layer_net_random_search", "evaluate runs twice in a trial: training is dear, so call it once.",
     "trials.append",
     "settings = {name: value * 1.0001 for name, value in settings.items()}\n"
     "    evaluate(**settings)\n"
     "    trials.append")
edit("two_layer_net_random_search", "Draw all numbers with rng, so that a search can be repeated.", "rng.uniform(",
     "np.random.uniform(")


@wrong("two_layer_net_random_search", diagnosis="each is drawn for itself")
def one_draw_for_all_settings(evaluate, ranges, num_trials, rng):
    u = [rng.uniform(0, 1) for _ in range(num_trials)]
    trials = [{name: low * (high / low) ** v for name, (low, high) in ranges.items()} for v in u]
    return [{**settings, "accuracy": evaluate(**settings)} for settings in trials]


@wrong("two_layer_net_random_search", diagnosis="new learning rate in each trial")
def grid(evaluate, ranges, num_trials, rng):
    side = int(np.ceil(num_trials ** 0.5))
    grid = {name: np.geomspace(low, high, side) for name, (low, high) in ranges.items()}
    trials = []
    for i in range(num_trials):
        settings = {name: grid[name][(i // side ** k) % side] for k, name in enumerate(ranges)}
        trials.append({**settings, "accuracy": evaluate(**settings)})
    return trials


@wrong("two_layer_net_random_search")
def one_draw_for_all_trials(evaluate, ranges, num_trials, rng):
    """All trials have the same settings: draw inside the loop."""
    settings = {name: np.exp(rng.uniform(np.log(low), np.log(high))) for name, (low, high) in ranges.items()}
    return [{**settings, "accuracy": evaluate(**settings)} for _ in range(num_trials)]


# two_layer_net_narrow

edit("two_layer_net_narrow", "The result should be a dictionary with the settings' names, without the accuracy.",
     'if name != "accuracy"', "")
edit("two_layer_net_narrow", "These are the trials with the lowest accuracy.", "[-keep:]", "[:keep]")
edit("two_layer_net_narrow", "", "[-keep:]", "[-keep - 1:]", diagnosis="learning rates of the three best")
edit("two_layer_net_narrow", "", 'sorted(trials, key=lambda trial: trial["accuracy"])[-keep:]', "trials[:keep]",
     diagnosis="learning rates of the three best")
edit("two_layer_net_narrow", "Low comes first: (low, high).",
     "(min(trial[name] for trial in best), max(trial[name] for trial in best))",
     "(max(trial[name] for trial in best), min(trial[name] for trial in best))")
edit("two_layer_net_narrow",
     "These are those of the best and of the worst of the three: take the smallest and the largest value.",
     "(min(trial[name] for trial in best), max(trial[name] for trial in best))",
     "tuple(sorted((best[0][name], best[-1][name])))")
edit("two_layer_net_narrow", "The list was sorted (or changed) in place: sorted(...) makes a new one.",
     'best = sorted(trials, key=lambda trial: trial["accuracy"])[-keep:]',
     'trials.sort(key=lambda trial: trial["accuracy"])\nbest = trials[-keep:]')
