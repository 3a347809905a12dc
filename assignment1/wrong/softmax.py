"""Wrong answers to the exercises of softmax.

What each gives is recorded beside the right values, and its sentence is what its author reads. Where there is
no sentence, the general diagnosis speaks.
"""
from cs231n.answers.wrong import edit, wrong

edit("softmax_probabilities", "", "exponentials / np.sum(exponentials, axis=1, keepdims=True)", "exponentials")


@wrong("softmax_probabilities")
def exponentials_alone(scores):
    """These are the exponentials: divide each row by its sum."""
    return np.exp(scores)


@wrong("softmax_probabilities")
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


edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores)")
edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores, axis=1)")
edit("softmax_probabilities", "", "np.max(scores, axis=1, keepdims=True)", "789")
edit("softmax_probabilities", "",
     "exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))",
     "scores -= np.max(scores, axis=1, keepdims=True)\n"
     "exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))")
edit("softmax_probabilities", "",
     "exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))",
     "scores = scores.astype(np.float64)\nexponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))")
edit("softmax_probabilities", "",
     "exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))",
     "scores = scores.astype(np.float32)\nexponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))")


@wrong("softmax_probabilities")
def loops(scores):
    rows = [np.exp(s - s.max()) for s in scores]
    return np.array([row / row.sum() for row in rows])


@wrong("softmax_probabilities")
def transposed(scores):
    exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return exponentials.T / np.sum(exponentials, axis=1)


edit("softmax_probabilities", "Subtract the largest score of each row: only then is no exponent above 0.",
     "np.max(scores, axis=1, keepdims=True)", "np.min(scores, axis=1, keepdims=True)")

edit("softmax_loss_naive", "", "return loss, dW", "return loss")
edit("softmax_loss_naive", "", "return loss, dW", "return dW, loss")
edit("softmax_loss_naive", "", "return loss, dW", "return 2 * loss, dW")
edit("softmax_loss_naive", "The minus sign of -log p is missing.", "return loss, dW", "return -loss, dW")
edit("softmax_loss_naive", "This is the sum over the pictures: divide it by their number N.",
     "return loss, dW", "return loss * len(X), dW")
edit("softmax_loss_naive", "This is the logarithm to base 10: use np.log.",
     "return loss, dW", "return loss / np.log(10), dW")
edit("softmax_loss_naive", "The mean is over the pictures only: divide by N once.",
     "return loss, dW", "return loss / W.shape[1], dW")
edit("softmax_loss_naive", "", "return loss, dW", "return np.float32(loss), dW")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, 2 * dW")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, -dW")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, dW * len(X)")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, dW.T")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, 0 * dW")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, dW.astype(np.float64)")
edit("softmax_loss_naive", "", "return loss, dW", "return loss, dW.astype(np.float32)")
edit("softmax_loss_naive", "",
     "num_train, num_classes = X.shape[0], W.shape[1]", "W *= 1.5\nnum_train, num_classes = X.shape[0], W.shape[1]")
edit("softmax_loss_naive", "",
     "num_train, num_classes = X.shape[0], W.shape[1]", "X += 1\nnum_train, num_classes = X.shape[0], W.shape[1]")
edit("softmax_loss_naive", "",
     "num_train, num_classes = X.shape[0], W.shape[1]",
     "y = (y + 1) % W.shape[1]\nnum_train, num_classes = X.shape[0], W.shape[1]")
edit("softmax_loss_naive", "",
     "num_train, num_classes = X.shape[0], W.shape[1]", "y = y - 1\nnum_train, num_classes = X.shape[0], W.shape[1]")
edit("softmax_loss_naive", "Nothing: reg * np.sum(W * W) is missing.",
     "/ num_train + reg * np.sum(W * W)", "/ num_train")
edit("softmax_loss_naive", "The loss of this notebook has no 1/2 before reg.",
     "reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)")
edit("softmax_loss_naive", "The gradient of reg * sum(W * W) is missing.", " + 2 * reg * W", "")
edit("softmax_loss_naive", "The gradient of reg * sum(W * W) has a factor of 2.", "2 * reg * W", "reg * W")
edit("softmax_loss_naive", "", "log_probs[y[i]]", "np.exp(log_probs[y[i]])")
edit("softmax_loss_naive", "These are probabilities; the loss is minus their logarithm.",
     "loss -= log_probs[y[i]]", "loss += np.exp(log_probs[y[i]])")
edit("softmax_loss_naive", "This adds up -log p of all classes; only the correct class counts.",
     "loss -= log_probs[y[i]]", "loss -= log_probs.sum()")
edit("softmax_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "loss = loss / num_train + reg * np.sum(W * W)", "loss = (loss + reg * np.sum(W * W)) / num_train")
edit("softmax_loss_naive", "Regularisation is added once, not for each picture.",
     "np.sum(W * W)", "np.sum(W * W) * num_train")
edit("softmax_loss_naive", "The sum of the squares has no square root.", "np.sum(W * W)", "np.linalg.norm(W)")
edit("softmax_loss_naive", "Regularisation is not divided by N: add it after the division.",
     "dW = dW / num_train + 2 * reg * W", "dW = (dW + 2 * reg * W) / num_train")
edit("softmax_loss_naive", "The 1 is not subtracted at the correct class.",
     "np.exp(log_probs[j]) - (j == y[i])", "np.exp(log_probs[j])")
edit("softmax_loss_naive", "The 1 is subtracted in all classes, not at the correct one only.",
     "np.exp(log_probs[j]) - (j == y[i])", "np.exp(log_probs[j]) - 1")
edit("softmax_loss_naive", "Only the correct class has a gradient so far.",
     "np.exp(log_probs[j]) - (j == y[i])", "(np.exp(log_probs[j]) - 1) * (j == y[i])")
edit("softmax_loss_naive", "", "np.zeros_like(W)", "np.zeros(W.shape)")
edit("softmax_loss_naive", "", "scores -= np.max(scores)", "pass")
edit("softmax_loss_naive", "",
     "scores - np.log(np.sum(np.exp(scores)))", "np.log(np.exp(scores) / np.sum(np.exp(scores)))")
edit("softmax_loss_naive", "",
     "scores - np.log(np.sum(np.exp(scores)))", "np.log(np.exp(scores) / np.sum(np.exp(scores)) + 1e-300)")

edit("softmax_loss_vectorized", "", "return loss, dW", "return loss")
edit("softmax_loss_vectorized", "", "return loss, dW", "return dW, loss")
edit("softmax_loss_vectorized", "", "return loss, dW", "return 2 * loss, dW")
edit("softmax_loss_vectorized", "The minus sign of -log p is missing.", "return loss, dW", "return -loss, dW")
edit("softmax_loss_vectorized", "This is the sum over the pictures: divide it by their number N.",
     "return loss, dW", "return loss * len(X), dW")
edit("softmax_loss_vectorized", "This is the logarithm to base 10: use np.log.",
     "return loss, dW", "return loss / np.log(10), dW")
edit("softmax_loss_vectorized", "The mean is over the pictures only: divide by N once.",
     "return loss, dW", "return loss / W.shape[1], dW")
edit("softmax_loss_vectorized", "", "return loss, dW", "return np.float32(loss), dW")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, 2 * dW")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, -dW")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, dW * len(X)")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, dW.T")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, 0 * dW")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, dW.astype(np.float64)")
edit("softmax_loss_vectorized", "", "return loss, dW", "return loss, dW.astype(np.float32)")
edit("softmax_loss_vectorized", "", "num_train = X.shape[0]", "W *= 1.5\nnum_train = X.shape[0]")
edit("softmax_loss_vectorized", "", "num_train = X.shape[0]", "X += 1\nnum_train = X.shape[0]")
edit("softmax_loss_vectorized", "", "num_train = X.shape[0]", "y = (y + 1) % W.shape[1]\nnum_train = X.shape[0]")
edit("softmax_loss_vectorized", "", "num_train = X.shape[0]", "y = y - 1\nnum_train = X.shape[0]")
edit("softmax_loss_vectorized", "Regularisation is missing: reg * np.sum(W * W).",
     "/ num_train + reg * np.sum(W * W)", "/ num_train")
edit("softmax_loss_vectorized", "The loss of this notebook has no 1/2 before reg.",
     "reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)")
edit("softmax_loss_vectorized", "The gradient of reg * sum(W * W) is missing.", " + 2 * reg * W", "")
edit("softmax_loss_vectorized", "The gradient of reg * sum(W * W) has a factor of 2.", "2 * reg * W", "reg * W")


@wrong("softmax_loss_vectorized")
def unsafe_loss(W, X, y, reg):
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean() + reg * np.sum(W * W)
    P[rows, y] -= 1
    return loss, X.T @ P / len(y) + 2 * reg * W


edit("softmax_loss_vectorized", "", "np.max(scores, axis=1, keepdims=True)", "np.max(scores)")
edit("softmax_loss_vectorized", "This adds up -log p of all classes; only the correct class counts.",
     "-np.sum(log_probs[rows, y])", "-np.sum(log_probs)")
edit("softmax_loss_vectorized", "The sum runs over the pictures: it should run over the classes of each picture.",
     "np.sum(np.exp(scores), axis=1, keepdims=True)", "np.sum(np.exp(scores), axis=0)")
edit("softmax_loss_vectorized", "The 1 is not subtracted at the correct class.", "dscores[rows, y] -= 1", "pass")
edit("softmax_loss_vectorized", "The 1 is subtracted in all classes, not at the correct one only.",
     "dscores[rows, y] -= 1", "dscores -= 1")
edit("softmax_loss_vectorized", "The 1 is subtracted in whole columns: each row has one correct class, at [rows, y].",
     "dscores[rows, y] -= 1", "dscores[:, y] -= 1")


@wrong("softmax_loss_vectorized")
def loops_2(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape, W.dtype)
    for x, label in zip(X, y):
        p = softmax_probabilities((x @ W)[np.newaxis])[0]
        s = x @ W - np.max(x @ W)
        loss += np.log(np.exp(s).sum()) - s[label]
        for j in range(W.shape[1]):
            dW[:, j] += x * (p[j] - 1 if j == label else p[j])
    return loss / len(X) + reg * (W ** 2).sum(), dW / len(X) + reg * W * 2


edit("softmax_loss_vectorized", "", "dscores[rows, y] -= 1", "for i in rows:\n    dscores[i, y[i]] -= 1")
edit("softmax_loss_vectorized", "", "np.exp(log_probs)", "np.stack([np.exp(column) for column in log_probs.T], axis=1)")
edit("softmax_loss_vectorized", "These are probabilities; the loss is minus their logarithm.",
     "-np.sum(log_probs[rows, y])", "np.sum(np.exp(log_probs[rows, y]))")
edit("softmax_loss_vectorized", "Only the correct class has a gradient so far.",
     "dscores[rows, y] -= 1", "dscores = np.where(np.arange(W.shape[1]) == y[:, np.newaxis], dscores - 1, 0)")


@wrong("best_softmax")
def untrained():
    coarse = fine = 5 * [{}]
    best_softmax = from_zero(Softmax)


@wrong("best_softmax")
def hardly_trained():
    coarse = fine = 5 * [{}]
    best_softmax = from_zero(Softmax)
    best_softmax.train(X_train, y_train, 1e-9, 1e3, 20)


@wrong("best_softmax")
def hardly_searched():
    coarse = fine = [{}]
    best_softmax = from_zero(Softmax)
    for learning_rate in 4e-6, 1e-6:
        best_softmax.train(X_train, y_train, learning_rate, 30, 500)


@wrong("best_softmax")
def no_bias():
    coarse = fine = 5 * [{}]
    best_softmax = Softmax()
    best_softmax.train(X_train[:, :-1], y_train, 4e-6, 30, 10)
