"""Wrong answers to the exercises of softmax, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# Several exercises

edit("softmax_loss_naive", "Regularisation is added once, not for each picture.", "np.sum(W * W)",
     "np.sum(W * W) * num_train")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss",
     diagnosis="its last line should be: return loss, dW")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return dW, loss",
     diagnosis="Its shape is")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return 2 * loss, dW",
     diagnosis="Every value is 2 times|Got 5.517.*, expected 2.758")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "The minus sign of -log p is missing.", "return loss, dW",
     "return -loss, dW")
edit(["softmax_loss_naive", "softmax_loss_vectorized"],
     "This is the sum over the pictures: divide it by their number N.", "return loss, dW", "return loss * len(X), dW")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "This is the logarithm to base 10: use np.log.",
     "return loss, dW", "return loss / np.log(10), dW")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "The mean is over the pictures only: divide by N once.",
     "return loss, dW", "return loss / W.shape[1], dW")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return np.float32(loss), dW",
     diagnosis="precision of float32")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, 2 * dW",
     diagnosis="Every value is 2 times")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, -dW",
     diagnosis="wrong sign")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, dW * len(X)",
     diagnosis="Every value is 3 times")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, dW.T",
     diagnosis="rows and columns are swapped")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, 0 * dW",
     diagnosis="All values are 0")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, dW.astype(np.float64)",
     diagnosis="float64 numbers and should hold float32")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "", "return loss, dW", "return loss, dW.astype(np.float32)",
     diagnosis="precision of float32")
before(["softmax_loss_naive", "softmax_loss_vectorized"], "", "W *= 1.5", diagnosis="changes its input W in place")
before(["softmax_loss_naive", "softmax_loss_vectorized"], "", "X += 1", diagnosis="changes its input X in place")
before(["softmax_loss_naive", "softmax_loss_vectorized"], "", "y = (y + 1) % W.shape[1]", diagnosis="cat, car and frog")
before(["softmax_loss_naive", "softmax_loss_vectorized"], "", "y = y - 1", diagnosis="cat, car and frog")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "The loss of this notebook has no 1/2 before reg.",
     "reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "The gradient of reg * sum(W * W) is missing.",
     " + 2 * reg * W", "")
edit(["softmax_loss_naive", "softmax_loss_vectorized"], "The gradient of reg * sum(W * W) has a factor of 2.",
     "2 * reg * W", "reg * W")

# softmax_probabilities

edit("softmax_probabilities", "", "exponentials / np.sum(exponentials, axis=1, keepdims=True)", "exponentials",
     diagnosis="differ")


@wrong("softmax_probabilities")
def exponentials_alone(scores):
    """These are the exponentials: divide each row by its sum."""
    return np.exp(scores)


@wrong("softmax_probabilities", diagnosis="123, 456, 789\n.*nan.*exponential of a large number")
def unsafe_exponentials(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


@wrong("softmax_probabilities")
def sum_over_pictures(scores):
    """Each column adds up to 1. It should be each row: axis=1."""
    return np.exp(scores) / np.exp(scores).sum(axis=0)


@wrong("softmax_probabilities")
def one_sum_for_all(scores):
    """All numbers together add up to 1. It should be each row: axis=1."""
    return np.exp(scores) / np.exp(scores).sum()


edit("softmax_probabilities", "Rows are divided by the sums of other rows: keepdims=True makes the sums a column.",
     "np.sum(exponentials, axis=1, keepdims=True)", "np.sum(exponentials, axis=1)")


@wrong("softmax_probabilities")
def no_exponential(scores):
    """These are the scores divided by their sum; the exponential is missing."""
    return scores / scores.sum(axis=1, keepdims=True)


edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores)",
     diagnosis="one near -1000\n.*nan")
edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores, axis=1)", diagnosis="differ")
edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "789", diagnosis="nan")
before("softmax_probabilities", "", "scores -= np.max(scores, axis=1, keepdims=True)",
       diagnosis="changes its input scores in place")
before("softmax_probabilities", "", "scores = scores.astype(np.float64)",
       diagnosis="holds float64 numbers and should hold float32")
before("softmax_probabilities", "", "scores = scores.astype(np.float32)", diagnosis="precision of float32")


@wrong("softmax_probabilities", diagnosis="still loops")
def loops(scores):
    rows = [np.exp(s - s.max()) for s in scores]
    return np.array([row / row.sum() for row in rows])


@wrong("softmax_probabilities", diagnosis="rows and columns are swapped")
def transposed(scores):
    exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return exponentials.T / np.sum(exponentials, axis=1)


edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "np.min(scores, axis=1, keepdims=True)",
     diagnosis="one with both.*\n.*exponential of a large number")

# softmax_loss_naive

edit("softmax_loss_naive", "Nothing: reg * np.sum(W * W) is missing.", "/ num_train + reg * np.sum(W * W)",
     "/ num_train")
edit("softmax_loss_naive", "", "log_probs[y[i]]", "np.exp(log_probs[y[i]])",
     diagnosis="probabilities; the loss is minus|differ|Got")
edit("softmax_loss_naive", "These are probabilities; the loss is minus their logarithm.", "loss -= log_probs[y[i]]",
     "loss += np.exp(log_probs[y[i]])")
edit("softmax_loss_naive", "This adds up -log p of all classes; only the correct class counts.",
     "loss -= log_probs[y[i]]", "loss -= log_probs.sum()")
edit("softmax_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "loss = loss / num_train + reg * np.sum(W * W)", "loss = (loss + reg * np.sum(W * W)) / num_train")
edit("softmax_loss_naive", "The sum of the squares has no square root.", "np.sum(W * W)", "np.linalg.norm(W)")
edit("softmax_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "dW = dW / num_train + 2 * reg * W", "dW = (dW + 2 * reg * W) / num_train")
edit("softmax_loss_naive", "The 1 is not subtracted at the correct class.", "np.exp(log_probs[j]) - (j == y[i])",
     "np.exp(log_probs[j])")
edit("softmax_loss_naive", "The 1 is subtracted in all classes, not at the correct one only.",
     "np.exp(log_probs[j]) - (j == y[i])", "np.exp(log_probs[j]) - 1")
edit("softmax_loss_naive", "Only the correct class has a gradient so far.", "np.exp(log_probs[j]) - (j == y[i])",
     "(np.exp(log_probs[j]) - 1) * (j == y[i])")
edit("softmax_loss_naive", "", "np.zeros_like(W)", "np.zeros(W.shape)",
     diagnosis="holds float64 numbers and should hold float32")
edit("softmax_loss_naive", "", "scores -= np.max(scores)", "pass",
     diagnosis="scores of 1000 and -1000\n.*exponential of a large number")
edit("softmax_loss_naive", "", "scores - np.log(np.sum(np.exp(scores)))",
     "np.log(np.exp(scores) / np.sum(np.exp(scores)))", diagnosis="scores of 1000 and -1000\n.*holds inf")
edit("softmax_loss_naive", "", "scores - np.log(np.sum(np.exp(scores)))",
     "np.log(np.exp(scores) / np.sum(np.exp(scores)) + 1e-300)", diagnosis="scores of 1000 and -1000\n.*Got")

# softmax_loss_vectorized

edit("softmax_loss_vectorized", "Regularisation is missing: reg * np.sum(W * W).", "/ num_train + reg * np.sum(W * W)",
     "/ num_train")


@wrong("softmax_loss_vectorized", diagnosis="scores of 1000 and -1000\n.*It holds")
def unsafe_loss(W, X, y, reg):
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean() + reg * np.sum(W * W)
    P[rows, y] -= 1
    return loss, X.T @ P / len(y) + 2 * reg * W


edit("softmax_loss_vectorized", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores)",
     diagnosis="for scores of 1000 and -1000")
edit("softmax_loss_vectorized", "This adds up -log p of all classes; only the correct class counts.",
     "-np.sum(log_probs[rows, y])", "-np.sum(log_probs)")
edit("softmax_loss_vectorized", "The sum runs over the pictures: it should run over the classes of each picture.",
     "np.sum(np.exp(scores), axis=1, keepdims=True)", "np.sum(np.exp(scores), axis=0)")
edit("softmax_loss_vectorized", "The 1 is not subtracted at the correct class.", "dscores[rows, y] -= 1", "pass")
edit("softmax_loss_vectorized", "The 1 is subtracted at one class of each row, the correct one: at [rows, y].",
     "dscores[rows, y] -= 1", "dscores -= 1")
edit("softmax_loss_vectorized", "The 1 is subtracted at one class of each row, the correct one: at [rows, y].",
     "dscores[rows, y] -= 1", "dscores[:, y] -= 1")


@wrong("softmax_loss_vectorized", diagnosis="200 pictures in place of 4\n.*somewhere it still loops")
def loops_2(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape, W.dtype)
    for x, label in zip(X, y):
        p = softmax_probabilities((x @ W)[np.newaxis])[0]
        s = x @ W - np.max(x @ W)
        loss += np.log(np.exp(s).sum()) - s[label]
        for j in range(W.shape[1]):
            dW[:, j] += x * (p[j] - 1 if j == label else p[j])
    return loss / len(X) + reg * (W ** 2).sum(), dW / len(X) + reg * W * 2


edit("softmax_loss_vectorized", "", "dscores[rows, y] -= 1", "for i in rows:\n    dscores[i, y[i]] -= 1",
     diagnosis="still loops")
edit("softmax_loss_vectorized", "", "np.exp(log_probs)", "np.stack([np.exp(column) for column in log_probs.T], axis=1)",
     diagnosis="30 classes in place of 3\n.*somewhere it still loops")
edit("softmax_loss_vectorized", "These are probabilities; the loss is minus their logarithm.",
     "-np.sum(log_probs[rows, y])", "np.sum(np.exp(log_probs[rows, y]))")
edit("softmax_loss_vectorized", "Only the correct class has a gradient so far.", "dscores[rows, y] -= 1",
     "dscores = np.where(np.arange(W.shape[1]) == y[:, np.newaxis], dscores - 1, 0)")

# best_softmax

@wrong("best_softmax", diagnosis="validation pictures\n.*should be at least 0")
def untrained():
    coarse = fine = 5 * [{}]
    best_softmax = from_zero(Softmax)


@wrong("best_softmax", diagnosis="accuracy on the validation pictures")
def hardly_trained():
    coarse = fine = 5 * [{}]
    best_softmax = from_zero(Softmax)
    best_softmax.train(X_train, y_train, 1e-9, 1e3, 20)


@wrong("best_softmax", diagnosis="trials of the two searches\n.*at least 10")
def hardly_searched():
    coarse = fine = [{}]
    best_softmax = from_zero(Softmax)
    for learning_rate in 4e-6, 1e-6:
        best_softmax.train(X_train, y_train, learning_rate, 30, 500)


@wrong("best_softmax", diagnosis="shape of its weights")
def no_bias():
    coarse = fine = 5 * [{}]
    best_softmax = Softmax()
    best_softmax.train(X_train[:, :-1], y_train, 4e-6, 30, 10)
