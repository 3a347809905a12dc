"""The checks of `NetworkVisualization.ipynb`: any right way to the image passes, wrong ones get the words that help."""
import re

import pytest
from notebook_checks import NotebookChecks

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


class TestChecks(NotebookChecks):
    right = RIGHT
    seeds = ("1", "77", "20240607", "4294967295")

    def test_right_answers_pass_whatever_the_inputs(self, notebook, check, seed, monkeypatch):
        exercise = check.removeprefix("check_").removesuffix("_float32")
        self.record(notebook, check, seed, monkeypatch)
        self.passed(check, notebook.run_check(check, {exercise: RIGHT[exercise][-1]}))


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
