"""Wrong answers to the exercises of NetworkVisualization, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import edit, wrong

# Several exercises

edit(["compute_saliency_maps", "class_visualization_step"], "", "np.zeros_like(scores)", "np.zeros(scores.shape)",
     diagnosis="should hold float32")

# compute_saliency_maps

edit("compute_saliency_maps", "", "np.max(np.abs(dX), axis=1)", "dX", diagnosis="shape is .4, 3, 2, 2. and should be")
edit("compute_saliency_maps", "", "np.max(np.abs(dX), axis=1)", "np.max(np.abs(dX), axis=0)",
     diagnosis="shape is .3, 2, 2. and")
edit("compute_saliency_maps", "The sign is still there: take absolute values before the largest of the three colours.",
     "np.abs(dX)", "dX")
edit("compute_saliency_maps", "Absolute values come first, then the largest: -6 matters more than 1.",
     "np.max(np.abs(dX), axis=1)", "np.abs(np.max(dX, axis=1))")
edit("compute_saliency_maps", "The three colours are added up: take the largest.", "np.max", "np.sum")
edit("compute_saliency_maps", "The three colours are averaged: take the largest.", "np.max", "np.mean")
edit("compute_saliency_maps",
     "These are the maps of the class with the highest score: y says which class is asked for.", "len(X)), y]",
     "len(X)), scores.argmax(axis=1)]")
edit("compute_saliency_maps",
     "This is the gradient of all scores together: dout is 1 for the class y of each picture, 0 for all others.",
     "dscores[np.arange(len(X)), y] = 1", "dscores[:] = 1")
edit("compute_saliency_maps",
     "This is the gradient of all scores together: dout is 1 for the class y of each picture, 0 for all others.",
     "dscores[np.arange(len(X)), y] = 1", "dscores[:, y] = 1")
edit("compute_saliency_maps", "", "= 1", "= 1 / len(X)", diagnosis="Every value is 0.25 times")
edit("compute_saliency_maps", "This is the gradient of the softmax loss: take the score itself.",
     "dscores[np.arange(len(X)), y] = 1",
     "dscores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)\ndscores[np.arange(len(X)), y] -= 1")
edit("compute_saliency_maps", "", "dscores[np.arange(len(X)), y] = 1", "", diagnosis="All values are 0")
edit("compute_saliency_maps", "", "dscores[np.arange(len(X)), y] = 1",
     "dscores[np.arange(len(X)), y] = scores[np.arange(len(X)), y]", diagnosis="by hand")
edit("compute_saliency_maps", "", "dX = model.backward(dscores, cache)",
     "dX = model.backward(dscores, cache)\nX -= X.mean()", diagnosis="changes its input X in place")

# make_fooling_image

@wrong("make_fooling_image")
def nothing_has_changed(X, target_y, model, learning_rate=1.0, max_steps=100):
    """Nothing has changed: it stops when the target has the highest score, or after max_steps steps, and not before."""
    return X.copy()


edit("make_fooling_image", "", "X.copy()", "X", diagnosis="changes its input X in place")
edit("make_fooling_image", "The step is not of length learning_rate: divide the gradient by its length.",
     " / np.linalg.norm(g)", "")
edit("make_fooling_image", "The gradient is divided by the square of its length: a square root is missing.",
     "np.linalg.norm(g)", "np.sum(g**2)")
edit("make_fooling_image",
     "The gradient is divided by its largest number: divide by its length, the square root of the sum of squares.",
     "np.linalg.norm(g)", "np.abs(g).max()")
edit("make_fooling_image", "Only the sign of the gradient counts here: divide by its length instead.",
     "g / np.linalg.norm(g)", "np.sign(g)")
edit("make_fooling_image", "This goes down: the score of the target shall rise.", "+= learning", "-= learning")
edit("make_fooling_image", "The learning rate is missing.", "learning_rate * g", "g")
edit("make_fooling_image", "This goes up the gradient of softmax: take the target's score itself.",
     "dscores[0, target_y] = 1", "dscores = -np.exp(scores) / np.exp(scores).sum()\n    dscores[0, target_y] += 1")
edit("make_fooling_image", "It takes one step too many: max_steps says how many.", "range(max_steps)",
     "range(max_steps + 1)")
edit("make_fooling_image", "", "range(max_steps)", "range(100)", diagnosis="three steps, then give up")
edit("make_fooling_image", "It takes one step too few: max_steps says how many.", "range(max_steps)",
     "range(max_steps - 1)")
edit("make_fooling_image", "It takes one step too few: max_steps says how many.", "range(max_steps)",
     "range(max(1, max_steps - 1))")
edit("make_fooling_image", "It goes on after the network is fooled.",
     "\n    if np.argmax(scores[0]) == target_y:\n        break", "")


@wrong("make_fooling_image")
def look_before_the_step(X, target_y, model, learning_rate=1.0, max_steps=100):
    """It takes one step more: see what the network says before each step."""
    X_fooling = X.copy()
    for _ in range(max_steps):
        scores, cache = model.forward(X_fooling)
        dscores = np.zeros_like(scores)
        dscores[0, target_y] = 1
        g = model.backward(dscores, cache)
        X_fooling += learning_rate * g / np.linalg.norm(g)
        if np.argmax(scores[0]) == target_y:
            break
    return X_fooling


@wrong("make_fooling_image")
def look_after_the_step(X, target_y, model, learning_rate=1.0, max_steps=100):
    """It takes a step although the network sees the target already."""
    X_fooling = X.copy()
    for _ in range(max_steps):
        scores, cache = model.forward(X_fooling)
        dscores = np.zeros_like(scores)
        dscores[0, target_y] = 1
        g = model.backward(dscores, cache)
        X_fooling += learning_rate * g / np.linalg.norm(g)
        if np.argmax(model.forward(X_fooling)[0]) == target_y:
            break
    return X_fooling


@wrong("make_fooling_image")
def one_gradient(X, target_y, model, learning_rate=1.0, max_steps=100):
    """It is the gradient of the first picture in all steps: compute it anew each time."""
    X_fooling = X.copy()
    scores, cache = model.forward(X)
    dscores = np.zeros_like(scores)
    dscores[0, target_y] = 1
    g = model.backward(dscores, cache)
    for _ in range(max_steps):
        if np.argmax(model.forward(X_fooling)[0]) == target_y:
            break
        X_fooling += learning_rate * g / np.linalg.norm(g)
    return X_fooling


edit("make_fooling_image", "", "X.copy()", "X.astype(np.float64)", diagnosis="should hold float32")
edit("make_fooling_image",
     "Nothing has changed: it stops when the target has the highest score, or after max_steps steps, and not before.",
     "== target_y:", "!= target_y:")
edit("make_fooling_image", "It stops one step too early, when the target does not yet have the highest score.",
     "    X_fooling += learning_rate * g / np.linalg.norm(g)",
     "    step = learning_rate * g / np.linalg.norm(g)\n"
     "    if np.argmax(model.forward(X_fooling + step)[0][0]) == target_y:\n"
     "        break\n"
     "    X_fooling += step")

# class_visualization_step

edit("class_visualization_step", "l2_reg has no effect: the gradient of the penalty is missing.", " - 2 * l2_reg * X",
     "")
edit("class_visualization_step", "The gradient of the penalty has the wrong sign: it holds the picture back.",
     "- 2 * l2_reg", "+ 2 * l2_reg")
edit("class_visualization_step", "The gradient of a square has a factor 2, which is missing.", "2 * l2_reg", "l2_reg")
edit("class_visualization_step",
     "The penalty is on the square of the length: no division by the length in its gradient.", "2 * l2_reg * X",
     "l2_reg * X / np.linalg.norm(X)")
edit("class_visualization_step", "The step is not of length learning_rate: divide the gradient by its length.",
     "learning_rate * g / np.linalg.norm(g)", "learning_rate * g")
edit("class_visualization_step",
     "Only the gradient of the score is divided by its length: divide all of it, penalty included.",
     " - 2 * l2_reg * X\nreturn X + learning_rate * g / np.linalg.norm(g)",
     "\nreturn X + learning_rate * (g / np.linalg.norm(g) - 2 * l2_reg * X)")
edit("class_visualization_step", "The penalty comes after the division by the length: it belongs into g before that.",
     " - 2 * l2_reg * X\nreturn X + learning_rate * g / np.linalg.norm(g)",
     "\nreturn X + learning_rate * g / np.linalg.norm(g) - 2 * l2_reg * X")
edit("class_visualization_step", "This goes down: the score shall rise.", "return X +", "return X -")
edit("class_visualization_step", "This is the step alone: add it to the picture.", "return X + ", "return ")
edit("class_visualization_step", "This is the step for class 0.", "target_y] = 1", "0] = 1")
edit("class_visualization_step", "", "dscores[0, target_y] = 1", "dscores[:] = 1", diagnosis="without a penalty")
edit("class_visualization_step", "", "return X + learning_rate * g / np.linalg.norm(g)",
     "X += learning_rate * g / np.linalg.norm(g)\nreturn X", diagnosis="changes its input X in place")
