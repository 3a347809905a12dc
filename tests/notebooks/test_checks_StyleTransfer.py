"""The checks of `StyleTransfer.ipynb`: right answers pass in any style, wrong ones get words that help."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import SolvedNotebook

from cs231n.check import CheckFailed

NOTEBOOK = "assignment3/StyleTransfer"

# Answers by exercise: each is the whole body of the function, and goes with the solved answers of the other exercises.
RIGHT = {
    "content_loss": [
        """
        difference = np.subtract(content_original, content_current)
        return content_weight * np.einsum("nchw,nchw", difference, difference), -2 * content_weight * difference
        """,
        """
        flat = (content_current - content_original).ravel()
        return [content_weight * flat @ flat, 2 * content_weight * flat.reshape(content_current.shape)]
        """,
        """
        loss, dcurrent = 0.0, np.zeros_like(content_current)
        for c in range(content_current.shape[1]):
            d = content_current[0, c] - content_original[0, c]
            loss += content_weight * (d * d).sum()
            dcurrent[0, c] = content_weight * (d + d)
        return loss, dcurrent
        """,
        """
        return (content_weight * np.linalg.norm(content_current - content_original) ** 2,
                (content_current - content_original) * (content_weight * 2))
        """,
    ],
    "gram_matrix": [
        """
        gram = np.einsum("nihw,njhw->nij", features, features)
        return gram / features[0].size if normalize else gram
        """,
        """
        rows = features.reshape(*features.shape[:2], -1)
        divisor = rows.shape[1] * rows.shape[2] if normalize else 1
        return np.stack([image @ image.T / divisor for image in rows])
        """,
        """
        N, C, H, W = features.shape
        places = features.transpose(0, 2, 3, 1).reshape(N, H * W, C)
        gram = places.swapaxes(1, 2) @ places
        if normalize:
            gram /= C * H * W
        return gram
        """,
        """
        gram = np.tensordot(features, features, axes=((2, 3), (2, 3)))  # N, C, N, C
        gram = gram[np.arange(len(features)), :, np.arange(len(features)), :]
        return gram * (1 / np.prod(features.shape[1:])).astype(features.dtype) if normalize else gram
        """,
    ],
    "gram_matrix_backward": [
        """
        dfeatures = np.einsum("nij,njhw->nihw", dgram, features) + np.einsum("nji,njhw->nihw", dgram, features)
        return dfeatures / features[0].size if normalize else dfeatures
        """,
        """
        rows = features.reshape(*features.shape[:2], -1)
        both = [(dG @ F + dG.T @ F).reshape(features.shape[1:]) for dG, F in zip(dgram, rows)]
        return np.array(both) / (features[0].size if normalize else 1)
        """,
        """
        if normalize:
            dgram = dgram / features[0].size
        last = np.moveaxis(features, 1, -1)  # N, H, W, C
        symmetric = (dgram + np.swapaxes(dgram, 1, 2))[:, None]
        return np.moveaxis(last @ symmetric, -1, 1)
        """,
    ],
    "style_loss": [
        """
        dfeats = [None for _ in feats]
        losses = []
        for k in range(len(style_layers)):
            features = feats[style_layers[k]]
            off = gram_matrix(features, normalize=True) - style_targets[k]
            losses.append(style_weights[k] * np.einsum("nij,nij", off, off))
            dfeats[style_layers[k]] = style_weights[k] * gram_matrix_backward(2 * off, features)
        return sum(losses, 0.0), dfeats
        """,
        """
        loss = 0
        gradients = {}
        for i, layer in enumerate(style_layers):
            off = style_targets[i] - gram_matrix(feats[layer])
            loss = loss + style_weights[i] * (off ** 2).sum()
            gradients[layer] = gram_matrix_backward(-2 * style_weights[i] * off, feats[layer], normalize=True)
        return loss, [gradients.get(layer) for layer in range(len(feats))]
        """,
        """
        loss, dfeats = 0.0, len(feats) * [None]
        for layer, target, weight in zip(style_layers, style_targets, style_weights):
            F = feats[layer].reshape(feats[layer].shape[1], -1)
            off = F @ F.T / F.size - target[0]
            loss += weight * np.sum(np.square(off))
            dfeats[layer] = (4 * weight / F.size * off @ F).reshape(feats[layer].shape)
        return [loss, dfeats]
        """,
    ],
    "tv_loss": [
        """
        down, across = np.diff(img, axis=2), np.diff(img, axis=3)
        loss = tv_weight * (np.sum(down ** 2) + np.sum(across ** 2))
        none, top, left = (0, 0), ((0, 0), (0, 0), (1, 0), (0, 0)), ((0, 0), (0, 0), (0, 0), (1, 0))
        bottom, right = tuple(pad[::-1] for pad in top), tuple(pad[::-1] for pad in left)
        dimg = np.pad(down, top) - np.pad(down, bottom) + np.pad(across, left) - np.pad(across, right)
        return loss, 2 * tv_weight * dimg
        """,
        """
        loss, dimg = 0.0, np.zeros(img.shape, img.dtype)
        for axis in 2, 3:
            x, slope = np.moveaxis(img, axis, 0), np.moveaxis(dimg, axis, 0)
            difference = x[1:] - x[:-1]
            loss += tv_weight * np.sum(difference ** 2)
            slope[1:] += 2 * tv_weight * difference
            slope[:-1] -= 2 * tv_weight * difference
        return loss, dimg
        """,
        """
        framed = np.pad(img, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
        neighbours = framed[:, :, 2:, 1:-1], framed[:, :, :-2, 1:-1], framed[:, :, 1:-1, 2:], framed[:, :, 1:-1, :-2]
        loss = tv_weight * sum(np.sum((img - each) ** 2) for each in neighbours) / 2
        return loss, 2 * tv_weight * sum(img - each for each in neighbours)
        """,
    ],
}


class TestChecks(NotebookChecks):
    right = RIGHT


@pytest.mark.parametrize("exercise", RIGHT)
def test_checks_do_without_the_other_exercises(notebook, exercise):
    needed = {"style_loss": ("gram_matrix", "gram_matrix_backward")}.get(exercise, ())
    assert "pass:" in notebook.run_alone(f"check_{exercise}", exercise, needed)


def test_a_style_loss_without_a_gram_matrix_says_which_exercise_is_missing(notebook):
    with pytest.raises(CheckFailed, match="gram_matrix is not written yet"):
        notebook.run_check("check_style_loss", {"gram_matrix": "raise NotImplementedError('Write gram_matrix here')"})


def test_no_check_looks_at_the_network(monkeypatch):
    def missing(name=None):
        raise AssertionError("a check loads a network")

    monkeypatch.setattr("cs231n.classifiers.pretrained_cnn.load_pretrained", missing)
    for exercise in RIGHT:
        assert "pass:" in SolvedNotebook(NOTEBOOK).run_check(f"check_{exercise}")


def test_recorded_story_each_loss_does_its_work(notebook):
    printed = notebook.printed()
    rows = re.findall(r"^(all three|without .+?) {2,}(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+)$", printed, re.M)
    far = {case: tuple(map(float, numbers)) for case, *numbers in rows}
    content, style, variation = far["all three"]
    assert far["without content"][0] > 1.3 * content
    assert far["without content, from noise"][0] > 1.3 * far["without content"][0]
    assert far["without content, from noise"][1] < 2 * far["without content"][1]
    assert far["without style"][1] > 20 * style
    assert far["without total variation"][2] > 1.5 * variation and far["without total variation"][1] < style
