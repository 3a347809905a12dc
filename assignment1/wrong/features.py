"""Wrong answers to the exercises of features, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import before, edit, wrong

# standardise

edit("standardise", "", "(train - mean) / std, (val - mean) / std, (test - mean) / std", "(train - mean) / std",
     diagnosis="its last line should be: return new_train, new_val, new_test")


@wrong("standardise")
def each_part_for_itself(train, val, test):
    """This part was treated with its own mean and standard deviation: use those of the training part."""
    return [(p - p.mean(0)) / np.where(p.std(0) > 0, p.std(0), 1) for p in (train, val, test)]


edit("standardise", "This part came back as it was: it needs the same treatment as the training part.",
     "(val - mean) / std", "val")
edit("standardise", "The mean is subtracted, the division by the standard deviation is missing.", "(test - mean) / std",
     "test - mean")
edit("standardise",
     "The mean and standard deviation are those of all three parts together: use the training part only.",
     "train.mean(axis=0), train.std(axis=0)",
     "(f(np.concatenate([train, val, test]), axis=0) for f in (np.mean, np.std))")
edit("standardise", "", "std[std == 0] = 1\n", "", diagnosis="nan")
edit("standardise", "The standard deviation divides by N - 1: leave ddof at 0.", "train.std(axis=0)",
     "train.std(axis=0, ddof=1)")
edit("standardise", "This is divided by the variance: the standard deviation is its square root.", "train.std(axis=0)",
     "train.var(axis=0)")


@wrong("standardise")
def one_mean_for_all_features(train, val, test):
    """One mean and one standard deviation for all features: each column needs its own (axis=0)."""
    return [(p - train.mean()) / train.std() for p in (train, val, test)]


edit("standardise", "It is divided by the standard deviation, but the mean is not subtracted.",
     "(train - mean)", "train")


@wrong("standardise")
def centred_only(train, val, test):
    """The mean is subtracted, the division by the standard deviation is missing."""
    return train - train.mean(0), val - train.mean(0), test - train.mean(0)


edit("standardise", "", "return (train - mean)", "train -= mean\nreturn train",
     diagnosis="changes its input train in place")


@wrong("standardise", diagnosis="changes its input val in place")
def in_place(train, val, test):
    std = train.std(0) + (train.std(0) == 0)
    val -= train.mean(0)
    return (train - train.mean(0)) / std, val / std, (test - train.mean(0)) / std


before("standardise", "", "train, val, test = (np.array(p, dtype=np.float32) for p in (train, val, test))",
       diagnosis="precision of float32")
edit("standardise", "It is divided by the standard deviation, but the mean is not subtracted.",
     "mean, std = train.mean(axis=0), train.std(axis=0)", "mean, std = 0, train.std(axis=0)")

# search_svm

edit("search_svm", "", '["model"], trials', '["model"]', diagnosis="its last line should be: return best_svm, trials")
edit("search_svm", "The model comes first, then the list of trials.",
     'return max(trials, key=lambda trial: trial["accuracy"])["model"], trials',
     'return trials, max(trials, key=lambda trial: trial["accuracy"])["model"]')
edit("search_svm", "This is not the model with the highest accuracy.",
     'return max(trials, key=lambda trial: trial["accuracy"])["model"]',
     'return min(trials, key=lambda trial: trial["accuracy"])["model"]')
edit("search_svm", "These are the fine trials only: add them to the coarse ones.", "trials += ", "trials = ")
edit("search_svm", "num_trials counts both halves together.", "near_lr, near_reg, half, num_iters)",
     "near_lr, near_reg, num_trials, num_iters)")
edit("search_svm", "", "trials += random_search(LinearSVM, data, near_lr, near_reg, half, num_iters)",
     "trials += random_search(LinearSVM, data, (1e-5, 1), (1e-6, 1e1), half, num_iters)",
     diagnosis="largest factor from the best learning_rate")
edit("search_svm", "", 'best = max(trials, key=lambda trial: trial["accuracy"])',
     'best = min(trials, key=lambda trial: trial["accuracy"])', diagnosis="largest factor from the best")
edit("search_svm", "", "near_lr, near_reg, half", "near_lr, (1e-6, 1e1), half",
     diagnosis="largest factor from the best reg")
edit("search_svm", "", "(1e-5, 1), (1e-6, 1e1)", "(1e-10, 1e-7), (1e2, 1e5)", diagnosis="best accuracy on six classes")
edit("search_svm", "", "(1e-5, 1), (1e-6, 1e1)", "(1e-2, 1), (1e3, 1e5)", diagnosis="best accuracy on six classes")
edit("search_svm", "Some occur again: draw every value anew.", "half, num_iters)\nreturn",
     "half, num_iters)\nfor trial in trials:\n    trial['reg'] = 1e-3\nreturn")
edit("search_svm", "Each trial is a dictionary with learning_rate, reg, accuracy and model.",
     'return max(trials, key=lambda trial: trial["accuracy"])["model"], trials',
     'best = max(trials, key=lambda trial: trial["accuracy"])\n'
     'return best["model"], [{name: trial[name] for name in ("learning_rate", "reg", "accuracy")} for '
     "trial in trials]")
edit("search_svm", "This is not the model with the highest accuracy.",
     'return max(trials, key=lambda trial: trial["accuracy"])["model"]', 'return trials[-1]["model"]')
edit("search_svm", "This is the best model of the coarse search: a fine trial was better.",
     'return max(trials, key=lambda trial: trial["accuracy"])["model"]', 'return best["model"]')

# train_net

edit("train_net", "The result should be the network itself, and nothing else.", "return net", "pass")
edit("train_net", "The result should be the network itself, and nothing else.", "return net", "return net, 0.5")
edit("train_net", "The argument hidden_size is not used.", "hidden_size, y_train", "50, y_train")
edit("train_net", "The number of classes is that of the labels: the largest and one more.", "y_train.max() + 1", "10")
edit("train_net", "", "net.train(X_train, y_train, X_val, y_val", "net.train(X_val, y_val, X_train, y_train",
     diagnosis="part of the training rows")
edit("train_net", "", "std=np.sqrt(2 / D), ", "", diagnosis="is std large enough")
edit("train_net", "", "learning_rate_decay=0.95", "learning_rate_decay=0", diagnosis="gets right")
edit("train_net", "", "num_iters=num_iters", "num_iters=300", diagnosis="after 0 steps")
edit("train_net", "", "learning_rate=learning_rate", "learning_rate=0.1", diagnosis="with learning rate 0")
edit("train_net", "", "reg=reg", "reg=1e-3", diagnosis="length of W1 with reg 1")
edit("train_net", "", "learning_rate=learning_rate", "learning_rate=reg", diagnosis="gets right")
edit("train_net", "Give the network the dtype of X_train.", ", dtype=X_train.dtype", "")
