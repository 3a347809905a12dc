"""The checks of `NetworkVisualization.ipynb`: any right way to the image passes, wrong ones get the words that help."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

NOTEBOOK = "assignment3/NetworkVisualization"

# Answers by exercise: each is the whole body of the function.
RIGHT = {
    "compute_saliency_maps": [
        """
        scores, cache = model.forward(X)
        return abs(model.backward(np.eye(scores.shape[1], dtype=X.dtype)[y], cache)).max(1)
        """,
        """
        maps = []
        for x, label in zip(X, y):
            scores, cache = model.forward(x[None])
            dout = np.zeros(scores.shape, scores.dtype)
            dout[0, label] = 1
            red, green, blue = np.abs(model.backward(dout, cache))[0]
            maps.append(np.maximum(red, np.maximum(green, blue)))
        return np.array(maps)
        """,
        """
        scores, cache = model.forward(X, model.layers[-1])
        dout = (np.arange(scores.shape[1]) == np.asarray(y)[:, None]).astype(scores.dtype)
        dX = model.backward(dout, cache)
        return np.linalg.norm(dX, np.inf, axis=1)
        """,
        """
        scores, cache = model.forward(X)
        dout = 0 * scores
        np.put_along_axis(dout, y[:, None], 1, axis=1)
        dX = model.backward(dout, cache)
        return np.maximum(dX.max(axis=1), -dX.min(axis=1))
        """,
    ],
    "make_fooling_image": [
        """
        x, steps = np.array(X), 0
        while steps < max_steps:
            scores, cache = model.forward(x)
            if scores[0].argmax() == target_y:
                return x
            g = model.backward(np.eye(scores.shape[1], dtype=x.dtype)[[target_y]], cache)
            x = x + learning_rate / np.sqrt((g * g).sum()) * g
            steps += 1
        return x
        """,
        """
        x = X
        scores, cache = model.forward(x)
        for _ in range(max_steps):
            if (scores > scores[0, target_y]).sum() == 0:
                break
            dout = np.zeros_like(scores)
            dout[:, target_y] = 1.0
            g = model.backward(dout, cache)
            x = x + learning_rate * (g / np.linalg.norm(g.ravel()))
            scores, cache = model.forward(x)
        return x
        """,
        """
        def ascend(x, left):
            scores, cache = model.forward(x)
            if left == 0 or np.argmax(scores) == target_y:
                return x
            dout = np.zeros(scores.shape, x.dtype)
            dout[0][target_y] = 1
            g = model.backward(dout, cache)[0]
            length = np.sqrt(np.einsum("chw,chw->", g, g))
            return ascend(x + learning_rate * g[None] / length, left - 1)

        return ascend(X.copy(), max_steps)
        """,
    ],
    "class_visualization_step": [
        """
        scores, cache = model.forward(X)
        g = model.backward(np.eye(scores.shape[1], dtype=X.dtype)[[target_y]], cache)
        g = g - l2_reg * (X + X)
        return X + g * (learning_rate / np.sqrt(np.sum(g * g)))
        """,
        """
        out = X.copy()
        scores, cache = model.forward(out)
        dout = np.zeros(scores.shape, scores.dtype)
        dout[:, target_y] = 1
        g = model.backward(dout, cache)
        g -= 2 * l2_reg * X
        g /= np.linalg.norm(g.ravel())
        out += learning_rate * g
        return out
        """,
        """
        scores, cache = model.forward(X)
        dscores = np.where(np.arange(scores.shape[1]) == target_y, -1, 0).astype(X.dtype)[None]
        dloss = model.backward(dscores, cache) + l2_reg * 2 * X
        return X - learning_rate * dloss / np.linalg.norm(dloss)
        """,
    ],
}


def both(first, second):
    """Two changes, one after the other."""
    return lambda solved: second(first(solved))


# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
BACK = "model.backward(dscores, cache)"
UP = "learning_rate * g / np.linalg.norm(g)"
STEP = f"\n    X_fooling += {UP}"
STOP = "\n    if np.argmax(scores[0]) == target_y:\n        break"
WRONG = [
    ("compute_saliency_maps", "raise NotImplementedError", "not written yet"),
    ("compute_saliency_maps", "pass", "is None"),
    ("compute_saliency_maps", replace("np.max(np.abs(dX), axis=1)", "dX"), "shape is .4, 3, 2, 2. and should be"),
    ("compute_saliency_maps", replace("np.max(np.abs(dX), axis=1)", "np.max(np.abs(dX), axis=0)"),
     "shape is .3, 2, 2. and"),
    ("compute_saliency_maps", replace("np.abs(dX)", "dX"), "sign is still there"),
    ("compute_saliency_maps", replace("np.max(np.abs(dX), axis=1)", "np.abs(np.max(dX, axis=1))"),
     "Absolute values come first"),
    ("compute_saliency_maps", replace("np.max", "np.sum"), "added up: take the largest"),
    ("compute_saliency_maps", replace("np.max", "np.mean"), "averaged: take the largest"),
    ("compute_saliency_maps", replace("len(X)), y]", "len(X)), scores.argmax(axis=1)]"), "y says which class"),
    ("compute_saliency_maps", replace("dscores[np.arange(len(X)), y] = 1", "dscores[:] = 1"),
     "gradient of all scores together"),
    ("compute_saliency_maps", replace("dscores[np.arange(len(X)), y] = 1", "dscores[:, y] = 1"),
     "gradient of all scores together"),
    ("compute_saliency_maps", replace("= 1", "= 1 / len(X)"), "Every value is 0.25 times"),
    ("compute_saliency_maps", replace("dscores[np.arange(len(X)), y] = 1",
                                      "dscores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)\n"
                                      "dscores[np.arange(len(X)), y] -= 1"), "gradient of the softmax loss"),
    ("compute_saliency_maps", replace("dscores[np.arange(len(X)), y] = 1", ""), "All values are 0"),
    ("compute_saliency_maps", replace("dscores[np.arange(len(X)), y] = 1",
                                      "dscores[np.arange(len(X)), y] = scores[np.arange(len(X)), y]"), "by hand"),
    ("compute_saliency_maps", replace("np.zeros_like(scores)", "np.zeros(scores.shape)"), "should hold float32"),
    ("compute_saliency_maps", replace("dX = " + BACK, f"dX = {BACK}\nX -= X.mean()"), "changes its input X in place"),
    ("make_fooling_image", "raise NotImplementedError", "not written yet"),
    ("make_fooling_image", "pass", "is None"),
    ("make_fooling_image", "return X.copy()", "Nothing has changed"),
    ("make_fooling_image", replace("X.copy()", "X"), "changes its input X in place"),
    ("make_fooling_image", replace(" / np.linalg.norm(g)", ""), "divide the gradient by its length"),
    ("make_fooling_image", replace("np.linalg.norm(g)", "np.sum(g**2)"), "a square root is missing"),
    ("make_fooling_image", replace("np.linalg.norm(g)", "np.abs(g).max()"), "divided by its largest number"),
    ("make_fooling_image", replace("g / np.linalg.norm(g)", "np.sign(g)"), "Only the sign of the gradient"),
    ("make_fooling_image", replace("+= learning", "-= learning"), "goes down"),
    ("make_fooling_image", replace("learning_rate * g", "g"), "learning rate is missing"),
    ("make_fooling_image", replace("dscores[0, target_y] = 1",
                                   "dscores = -np.exp(scores) / np.exp(scores).sum()\n    dscores[0, target_y] += 1"),
     "gradient of softmax"),
    ("make_fooling_image", replace("range(max_steps)", "range(max_steps + 1)"), "This is two steps"),
    ("make_fooling_image", replace("range(max_steps)", "range(100)"), "one step on a linear network"),
    ("make_fooling_image", replace("range(max_steps)", "range(max_steps - 1)"), "Nothing has changed"),
    ("make_fooling_image", replace("range(max_steps)", "range(max(1, max_steps - 1))"), "one step too few"),
    ("make_fooling_image", replace(STOP, ""),
     "goes on after the network is fooled"),
    ("make_fooling_image", both(replace(STOP, ""), replace(STEP, STEP + STOP)),
     "one step more: see what the network says before each step"),
    ("make_fooling_image",
     both(replace(STOP, ""), replace(STEP, STEP + STOP.replace("scores[0]", "model.forward(X_fooling)[0]"))),
     "although the network sees the target already"),
    ("make_fooling_image",
     """
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
        """, "first picture in both steps"),
    ("make_fooling_image", replace("X.copy()", "X.astype(np.float64)"), "should hold float32"),
    ("class_visualization_step", "raise NotImplementedError", "not written yet"),
    ("class_visualization_step", "pass", "is None"),
    ("class_visualization_step", replace(" - 2 * l2_reg * X", ""), "l2_reg has no effect"),
    ("class_visualization_step", replace("- 2 * l2_reg", "+ 2 * l2_reg"), "wrong sign: it holds the picture back"),
    ("class_visualization_step", replace("2 * l2_reg", "l2_reg"), "factor 2"),
    ("class_visualization_step", replace("2 * l2_reg * X", "l2_reg * X / np.linalg.norm(X)"),
     "no division by the length"),
    ("class_visualization_step", replace(UP, "learning_rate * g"), "not of length learning_rate"),
    ("class_visualization_step", replace(f" - 2 * l2_reg * X\nreturn X + {UP}",
                                         "\nreturn X + learning_rate * (g / np.linalg.norm(g) - 2 * l2_reg * X)"),
     "penalty included"),
    ("class_visualization_step", replace(f" - 2 * l2_reg * X\nreturn X + {UP}",
                                         f"\nreturn X + {UP} - 2 * l2_reg * X"), "comes after the division"),
    ("class_visualization_step", replace("return X +", "return X -"), "goes down: the score shall rise"),
    ("class_visualization_step", replace("return X + ", "return "), "step alone: add it"),
    ("class_visualization_step", replace("target_y] = 1", "0] = 1"), "step for class 0"),
    ("class_visualization_step", replace("dscores[0, target_y] = 1", "dscores[:] = 1"), "by hand"),
    ("class_visualization_step", replace(f"return X + {UP}", f"X += {UP}\nreturn X"), "changes its input X in place"),
    ("class_visualization_step", replace("np.zeros_like(scores)", "np.zeros(scores.shape)"), "should hold float32"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
    seeds = ("1", "77", "20240607", "4294967295")


@pytest.mark.parametrize("seed", TestChecks.seeds)
@pytest.mark.parametrize("exercise", RIGHT)
def test_right_answers_pass_whatever_the_inputs(notebook, exercise, seed, monkeypatch):
    monkeypatch.setenv("CS231N_CHECK_SEED", seed)
    assert "pass:" in notebook.run_check(f"check_{exercise}", {exercise: RIGHT[exercise][-1]})


@pytest.mark.parametrize("exercise", RIGHT)
def test_a_check_needs_no_other_exercise(notebook, exercise):
    assert "pass:" in notebook.run_alone(f"check_{exercise}", exercise)


def test_recorded_story_all_are_fooled_and_late_features_know_the_class(notebook):
    printed = notebook.printed()
    assert "fooled: 25 of 25" in printed
    assert int(re.search(r"noise of the same length changes the class of (\d+) of 25", printed)[1]) <= 2
    same = [float(part) for part in re.findall(r"five nearest neighbours of the same class: (0\.\d+)", printed)]
    assert len(same) == 4 and same == sorted(same)  # in pixels, and in an early, a middle and a late layer
    assert same[0] < 0.3 and same[-1] > 0.85
