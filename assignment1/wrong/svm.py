"""Wrong answers to the exercises of svm, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# Several exercises

edit("svm_loss_naive", "Regularisation is added once, not for each picture.", "np.sum(W * W)",
     "np.sum(W * W) * num_train")
edit("svm_loss_naive", "Only violated margins count: the others add nothing to the loss.",
     "            # The margin grows with s_j and falls with s_y, and each score is X[i] times a column of W.\n"
     "            dW[:, j] += X[i]\n"
     "            dW[:, y[i]] -= X[i]",
     "        dW[:, j] += X[i]\n        dW[:, y[i]] -= X[i]")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss",
     diagnosis="its last line should be: return loss, dW")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return dW, loss", diagnosis="Its shape is")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return 2 * loss, dW",
     diagnosis="Every value is 2 times")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return -loss, dW",
     diagnosis="Every value has the wrong sign")
edit(["svm_loss_naive", "svm_loss_vectorized"],
     "The correct class does not compete with itself: without j = y, each picture costs 1 less.", "return loss, dW",
     "return loss + 1, dW")
edit(["svm_loss_naive", "svm_loss_vectorized"], "This is the sum over the pictures: divide it by their number N.",
     "return loss, dW", "return loss * len(X), dW")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return np.float32(loss), dW",
     diagnosis="precision of float32")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, 2 * dW",
     diagnosis="Every value is 2 times")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, -dW", diagnosis="wrong sign")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, dW * len(X)",
     diagnosis="Every value is 3 times")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, dW.T",
     diagnosis="transposed|rows and columns are swapped|values differ")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, dW.astype(np.float64)",
     diagnosis="float64 numbers and should hold float32")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, dW.astype(np.float32)",
     diagnosis="precision of float32")
edit(["svm_loss_naive", "svm_loss_vectorized"], "", "return loss, dW", "return loss, 0 * dW",
     diagnosis="All values are 0")
before(["svm_loss_naive", "svm_loss_vectorized"], "", "W *= 1.5", diagnosis="changes its input W in place")
before(["svm_loss_naive", "svm_loss_vectorized"], "", "X += 1", diagnosis="changes its input X in place")
before(["svm_loss_naive", "svm_loss_vectorized"], "", "y = (y + 1) % W.shape[1]",
       diagnosis="cat, car and frog|three cats, three cars")
before(["svm_loss_naive", "svm_loss_vectorized"], "", "y = y - 1",
       diagnosis="cat, car and frog|three cats, three cars")
edit(["svm_loss_naive", "svm_loss_vectorized"], "The regularisation is missing.", "/ num_train + reg * np.sum(W * W)",
     "/ num_train")
edit(["svm_loss_naive", "svm_loss_vectorized"], "The loss of this notebook has no 1/2 before reg.",
     "reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)")
edit(["svm_loss_naive", "svm_loss_vectorized"], "The gradient of reg * sum(W * W) is missing.", " + 2 * reg * W", "")
edit(["svm_loss_naive", "svm_loss_vectorized"], "The gradient of reg * sum(W * W) has a factor of 2.", "2 * reg * W",
     "reg * W")

# svm_loss_naive

edit("svm_loss_naive", "The correct class does not compete with itself: without j = y, each picture costs 1 less.",
     "if j == y[i]:", "if j == 99:")
edit("svm_loss_naive", "The 1 is missing: a margin is s_j - s_y + 1.", "scores[y[i]] + 1", "scores[y[i]]")
edit("svm_loss_naive", "s_j and s_y have changed places.", "scores[j] - scores[y[i]] + 1",
     "scores[y[i]] - scores[j] + 1")
edit("svm_loss_naive", "Negative margins are added too: max(0, ...) leaves them out.", "if margin > 0:", "if True:")
edit("svm_loss_naive", "The margins are squared; this loss takes them as they are.", "loss += margin",
     "loss += margin ** 2")
edit("svm_loss_naive", "The mean is over the pictures only: the margins of one picture add up.", "loss / num_train",
     "loss / num_train / num_classes")
edit("svm_loss_naive", "The mean is over the pictures only: the margins of one picture are added up.",
     "loss / num_train", "loss / num_train / (num_classes - 1)")
edit("svm_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "loss = loss / num_train + reg * np.sum(W * W)", "loss = (loss + reg * np.sum(W * W)) / num_train")
edit("svm_loss_naive", "The sum of the squares has no square root.", "np.sum(W * W)", "np.linalg.norm(W)")
edit("svm_loss_naive", "It is the sum of the squared weights, not of the weights.", "np.sum(W * W)", "np.sum(W)")
edit("svm_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "dW = dW / num_train + 2 * reg * W", "dW = (dW + 2 * reg * W) / num_train")
edit("svm_loss_naive", "The column of the correct class gets nothing yet: it gets -X[i] for each violated margin.",
     "dW[:, y[i]] -= X[i]", "pass")
edit("svm_loss_naive", "The columns of the wrong classes get nothing yet: each violated one gets X[i].",
     "dW[:, j] += X[i]", "pass")
edit("svm_loss_naive", "A violated margin counts 1, however large it is.", "dW[:, y[i]] -= X[i]",
     "dW[:, y[i]] -= margin * X[i]\n            dW[:, j] += (margin - 1) * X[i]")
edit("svm_loss_naive", "", "np.zeros_like(W)", "np.zeros(W.shape)",
     diagnosis="holds float64 numbers and should hold float32")
edit("svm_loss_naive", "The margin that is asked for is 1.", "scores[y[i]] + 1", "scores[y[i]] + 2")
edit("svm_loss_naive", "Some classes are left out: j runs over all C of them.", "range(num_classes)",
     "range(num_classes - 1)")
edit("svm_loss_naive", "A margin that is not above 0 adds nothing: compare with 0.", "if margin > 0:",
     "if margin > -1:")


@wrong("svm_loss_naive")
def once_a_picture(W, X, y, reg):
    """The column of the correct class gets -X[i] for each violated margin, not once a picture."""
    num_train, num_classes = X.shape[0], W.shape[1]
    loss = 0.0
    dW = np.zeros_like(W)
    for i in range(num_train):
        scores = X[i].dot(W)
        dW[:, y[i]] -= X[i]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                # The margin grows with s_j and falls with s_y, and each score is X[i] times a column of W.
                dW[:, j] += X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


edit("svm_loss_naive", "The column of the correct class gets -X[i] once for each violated margin, not once a picture.",
     "            dW[:, y[i]] -= X[i]\n",
     "    dW[:, y[i]] -= X[i] * (scores.max() > scores[y[i]] - 1 and np.sum(scores > scores[y[i]] - 1) > 1)\n")

# svm_loss_vectorized

edit("svm_loss_vectorized", "The correct class does not compete with itself: without j = y, each picture costs 1 less.",
     "margins[rows, y] = 0", "margins[rows, y] = 1")
edit("svm_loss_vectorized", "The 1 is missing: a margin is s_j - s_y + 1.", "[:, np.newaxis] + 1", "[:, np.newaxis]")
edit("svm_loss_vectorized", "Negative margins are added too: max(0, ...) leaves them out.",
     "np.maximum(0, scores - scores[rows, y][:, np.newaxis] + 1)", "scores - scores[rows, y][:, np.newaxis] + 1")
edit("svm_loss_vectorized", "The mean is over the pictures only: the margins of one picture add up.",
     "np.sum(margins) / num_train", "np.mean(margins)")
edit("svm_loss_vectorized",
     "The correct classes get nothing yet: minus the number of violated margins, one number from each row.",
     "dscores[rows, y] = -np.sum(dscores, axis=1)", "pass")
edit("svm_loss_vectorized", "At the correct class stands minus the number of violated margins, not -1.",
     "-np.sum(dscores, axis=1)", "-1")
edit("svm_loss_vectorized", "A violated margin counts 1, however large it is.", "(margins > 0).astype(scores.dtype)",
     "margins.copy()")
edit("svm_loss_vectorized", "", "axis=1)", "axis=0)", diagnosis="gradient for cat, car and frog")
edit("svm_loss_vectorized", "", "scores[rows, y][:, np.newaxis]", "scores[rows, y]",
     diagnosis="loss of cat, car and frog")


@wrong("svm_loss_vectorized", diagnosis="200 pictures in place of 4\n.*somewhere it still loops")
def loops(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape, W.dtype)
    for x, label in zip(X, y):
        s = x @ W
        for j in range(W.shape[1]):
            if j != label and s[j] + 1 > s[label]:
                loss = loss + s[j] - s[label] + 1
                dW[:, j] = dW[:, j] + x / len(X)
                dW[:, label] = dW[:, label] - x / len(X)
    return loss / len(X) + reg * (W ** 2).sum(), dW + 2 * reg * W


edit("svm_loss_vectorized", "", "margins[rows, y] = 0", "for i in rows:\n    margins[i, y[i]] = 0",
     diagnosis="still loops")
edit("svm_loss_vectorized", "", "np.sum(margins) /", "sum(margins[:, j].sum() for j in range(W.shape[1])) /",
     diagnosis="30 classes in place of 3\n.*somewhere it still loops")
edit("svm_loss_vectorized", "The margin that is asked for is 1.", "[:, np.newaxis] + 1", "[:, np.newaxis] + 2")
edit("svm_loss_vectorized", "s_j and s_y have changed places.", "scores - scores[rows, y][:, np.newaxis] + 1",
     "scores[rows, y][:, np.newaxis] - scores + 1")
edit("svm_loss_vectorized", "The margins are squared; this loss takes them as they are.", "np.sum(margins)",
     "np.sum(margins ** 2)")
edit("svm_loss_vectorized", "The mean is over the pictures only: the margins of one picture are added up.",
     "np.sum(margins) / num_train", "np.sum(margins) / num_train / (W.shape[1] - 1)")

# linear_classifier_train

edit("linear_classifier_train", "It is the same batch in each step: draw a new one inside the loop.",
     "np.random.choice(X.shape[0], batch_size)", "np.arange(batch_size)")
edit("linear_classifier_train", "It is the same batch in each step: draw a new one inside the loop.",
     "np.random.choice(X.shape[0], batch_size)", "np.random.RandomState(0).choice(len(X), batch_size)")
edit("linear_classifier_train", "This step goes uphill: subtract the gradient.", "self.W -= ", "self.W += ")
edit("linear_classifier_train", "The gradient is not multiplied by the learning rate.",
     "self.W -= learning_rate * grad", "self.W -= grad")
edit("linear_classifier_train", "The weights have not changed: take the step downhill, in place, on self.W.",
     "self.W -= learning_rate * grad", "W = self.W - learning_rate * grad")
edit("linear_classifier_train", "self.loss returns the gradient with regularisation in it: nothing is to be added.",
     "learning_rate * grad", "learning_rate * (grad + 2 * reg * self.W)")
edit("linear_classifier_train",
     "self.loss returns the gradient of a mean already: there is no division by batch_size here.",
     "learning_rate * grad", "learning_rate * grad / batch_size")
edit("linear_classifier_train", "The learning rate stays the same in all steps.", "learning_rate * grad",
     "learning_rate * 0.99**it * grad")
before("linear_classifier_train", "", "self.W = None", diagnosis="from those that were there")
edit("linear_classifier_train", "There are as many classes as the largest label and one more.",
     "self.init_weights(X, y)", "if self.W is None:\n    self.W = np.zeros((X.shape[1], y.max()))")
edit("linear_classifier_train", "Rows and columns are swapped: W has the shape (D, C).", "self.init_weights(X, y)",
     "if self.W is None:\n    self.W = np.zeros((y.max() + 1, X.shape[1]))")
edit("linear_classifier_train", "This is one step too many: num_iters counts them.", "range(num_iters)",
     "range(num_iters + 1)")
edit("linear_classifier_train", "", "loss_history.append(loss)", "loss_history.append(0.0)",
     diagnosis="All values are 0")
edit("linear_classifier_train", "These are the losses after each step; return those before it.",
     "loss_history.append(loss)\n    self.W -= learning_rate * grad",
     "self.W -= learning_rate * grad\n    loss_history.append(self.loss(X[batch], y[batch], reg)[0])")
edit("linear_classifier_train", "Only one loss comes back: collect them in a list, and return it after the loop.",
     "return loss_history", "return loss_history[-1]")
edit("linear_classifier_train", "Nothing is returned: the last line should be return loss_history.",
     "return loss_history", "return None")
edit("linear_classifier_train", "Only one loss comes back: collect them in a list, and return it after the loop.",
     "    if verbose", "    return loss_history\n    if verbose")
edit("linear_classifier_train", "self.loss needs reg, too.", "y[batch], reg)", "y[batch], 0.0)")
edit("linear_classifier_train", "Use the same indices for X and y.", "self.loss(X[batch], y[batch], reg)",
     "self.loss(X[batch], y[:batch_size], reg)")
edit("linear_classifier_train", "Some pictures never have their turn: draw from all N of them.",
     "np.random.choice(X.shape[0], batch_size)", "np.random.choice(X.shape[0] // 2, batch_size)")
edit("linear_classifier_train", "All pictures take part in each step: draw batch_size of them.",
     "np.random.choice(X.shape[0], batch_size)", "np.arange(len(X))")
edit("linear_classifier_train", "The argument batch_size is not used.", "np.random.choice(X.shape[0], batch_size)",
     "np.random.choice(len(X), 200)")
edit("linear_classifier_train", "", "self.W -= learning_rate * grad",
     "self.W = self.W - learning_rate * grad.astype(np.float64)",
     diagnosis="holds float64 numbers and should hold float32")
before("linear_classifier_train", "", "X -= X.mean(axis=0)", diagnosis="changes its input X in place")
before("linear_classifier_train", "", "y[:] = y[::-1].copy()", diagnosis="changes its input y in place|their own label")
edit("linear_classifier_train", "One step is missing: num_iters counts them.", "range(num_iters)",
     "range(num_iters - 1)")
edit("linear_classifier_train", "The list of losses is empty: append the loss of each step.",
     "loss_history.append(loss)", "pass")
edit("linear_classifier_train", "Draw from the pictures, which are the rows of X: from X.shape[0].",
     "np.random.choice(X.shape[0], batch_size)", "np.random.choice(X.shape[1], batch_size)")

# linear_classifier_predict

edit("linear_classifier_predict", "", "axis=1", "axis=0", diagnosis="Its shape is")
edit("linear_classifier_predict", "This is the class with the lowest score.", "argmax", "argmin")
edit("linear_classifier_predict", "This is the score itself; return its class.", "argmax", "max")
edit("linear_classifier_predict", "", "return np.argmax(X.dot(self.W), axis=1)",
     "return np.argmax(X.dot(self.W), axis=1) + 1", diagnosis=r"expected 1|off by \+1")
edit("linear_classifier_predict", "", "return np.argmax(X.dot(self.W), axis=1)",
     "return np.argmax(np.abs(X.dot(self.W)), axis=1)[:, np.newaxis]", diagnosis="only the shape is not|Its shape")
edit("linear_classifier_predict", "", "return np.argmax(X.dot(self.W), axis=1)",
     "self.W -= 1\nreturn np.argmax(X.dot(self.W + 1), axis=1)", diagnosis="weights stay as they are")
before("linear_classifier_predict", "", "X -= X.mean()", diagnosis="changes its input X in place")

# svm_random_search

edit("svm_random_search", "", "10 ** np.random.uniform(*np.log10(learning_rates))",
     "np.random.uniform(*learning_rates)", diagnosis="learning rates in the lower half of the range in log space")
edit("svm_random_search", "", "10 ** np.random.uniform(*np.log10(regs))", "np.random.uniform(*regs)",
     diagnosis="reg in the lower half of the range in log space")
edit("svm_random_search", "", "10 ** np.random.uniform(*np.log10(regs))", "np.exp(np.random.uniform(*np.log10(regs)))",
     diagnosis="outside their range")
edit("svm_random_search", "The same values occur again and again: draw each from the whole range, not from a list.",
     "10 ** np.random.uniform(*np.log10(regs))", "np.random.choice(np.logspace(*np.log10(regs), 5))")
edit("svm_random_search", "", "10 ** np.random.uniform(*np.log10(regs))",
     "regs[0] * (regs[1] / regs[0]) ** (np.log(learning_rate / learning_rates[0]) / "
     "np.log(learning_rates[1] / learning_rates[0]))", diagnosis="correlation of the two settings")
edit("svm_random_search", "One trial is missing.", "range(num_trials)", "range(num_trials - 1)")
edit("svm_random_search", "This is the part that is wrong.", "== y_val", "!= y_val")
edit("svm_random_search", "This is the accuracy on the training pictures.", "np.mean(model.predict(X_val) == y_val)",
     "np.mean(model.predict(X_train) == y_train)")
edit("svm_random_search", "The accuracy is a part between 0 and 1, not a percentage.", "np.mean(", "100 * np.mean(")
before("svm_random_search", "One classifier goes on learning through all trials: make a new one for each.",
       "make_classifier = lambda model=make_classifier(): model")
edit("svm_random_search", "num_iters is not handed to train.", "learning_rate, reg, num_iters)", "learning_rate, reg)")
edit("svm_random_search", "The learning rate and reg have changed places.", "learning_rate, reg, num_iters)",
     "reg, learning_rate, num_iters)")
edit("svm_random_search", "This trains on the validation pictures: they are there to judge.",
     "model.train(X_train, y_train,", "model.train(X_val, y_val,")
edit("svm_random_search", "An entry of the dictionary is missing: learning_rate, reg, accuracy, model.",
     '"accuracy": accuracy, ', "")
edit("svm_random_search", "Return the list of all trials, not the best one alone.", "return results",
     "return max(results, key=lambda trial: trial['accuracy'])")

# best_svm

@wrong("best_svm", diagnosis="validation pictures\n.*should be at least 0")
def untrained():
    coarse = fine = 5 * [{}]
    best_svm = svm_from_zero()


@wrong("best_svm", diagnosis="accuracy on the validation pictures")
def hardly_trained():
    coarse = fine = 5 * [{}]
    best_svm = svm_from_zero()
    best_svm.train(X_train, y_train, 1e-9, 1e3, 20)


@wrong("best_svm", diagnosis="trials of the two searches\n.*at least 10")
def hardly_searched():
    coarse = fine = [{}]
    best_svm = svm_from_zero()
    for learning_rate in 6e-7, 1e-7:
        best_svm.train(X_train, y_train, learning_rate, 100, 500)


@wrong("best_svm", diagnosis="shape of its weights")
def no_bias():
    coarse = fine = 5 * [{}]
    best_svm = LinearSVM()
    best_svm.train(X_train[:, :-1], y_train, 6e-7, 100, 10)
