"""The checks of `StyleTransfer.ipynb`: right answers pass in any style, wrong ones get words that help."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import SolvedNotebook, replace

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

# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
WRONG = [
    ("content_loss", "raise NotImplementedError", "not written yet"),
    ("content_loss", "pass", "return loss, dcurrent"),
    ("content_loss", replace("return loss, dcurrent", "return loss"), "return loss, dcurrent"),
    ("content_loss", replace("return loss, dcurrent", "return loss, None"), "gradient\n.*is None"),
    ("content_loss", replace("content_weight * np.sum", "np.sum"), "The weight is missing"),
    ("content_loss", replace("np.sum(", "np.mean("), "mean of the squares"),
    ("content_loss", replace("= content_weight * np", "= content_weight / 2 * np"), "half of the loss"),
    ("content_loss", replace("np.sum(difference**2)", "np.linalg.norm(difference)"), "without a root"),
    ("content_loss", replace("difference**2", "np.abs(difference)"), "absolute values"),
    ("content_loss", replace("difference**2", "difference"), "cancel: square before"),
    ("content_loss", replace("2 * content_weight * difference", "2 * difference"), "missing in the gradient"),
    ("content_loss", replace("2 * content_weight", "content_weight"), "The 2 from the square"),
    ("content_loss", replace("2 * content_weight", "-2 * content_weight"), "gradient on content_original"),
    ("content_loss", replace("2 * content_weight * difference", "2 * content_weight * difference / difference.size"),
     "gradient of the mean"),
    ("content_loss", replace("* difference\n", "* difference.ravel()\n"), "only the shape"),
    ("content_loss", replace("difference = content_current - content_original",
                             "content_current -= content_original\ndifference = content_current"), "in place"),
    ("content_loss", replace("2 * content_weight * difference", "2 * content_weight * difference.astype(np.float64)"),
     "should hold float32"),
    ("content_loss", replace("2 * content_weight * difference",
                             "2 * content_weight * difference.astype(np.float32)"), "precision of float32"),
    ("gram_matrix", "raise NotImplementedError", "not written yet"),
    ("gram_matrix", "pass", "is None"),
    ("gram_matrix", replace(" if normalize else gram", ""), "normalize=False it should not be"),
    ("gram_matrix", replace("gram / (C * H * W) if normalize else gram", "gram / (H * W)"), "number of places"),
    ("gram_matrix", replace("gram / (C * H * W) if normalize else gram", "gram"),
     "normalize is True if nothing is said"),
    ("gram_matrix", replace("C * H * W)", "H * W)"), "by C H W it should be"),
    ("gram_matrix", replace("C * H * W)", "C)"), "divided by C:"),
    ("gram_matrix", replace("(C * H * W)", "(2 * C * H * W)"), "twice C H W"),
    ("gram_matrix", replace("reshape(N, C, H * W)", "reshape(N, H * W, C).transpose(0, 2, 1)"), "Gram matrix of [AB]"),
    ("gram_matrix", replace("flat, flat.transpose(0, 2, 1)", "flat.transpose(0, 2, 1), flat"), "shape is .1, 3, 3"),
    ("gram_matrix", replace("return gram", "return gram[0]"), "shape is .2, 2."),
    ("gram_matrix", "return np.cov(features.reshape(features.shape[1], -1))[None]", "Gram matrix of A"),
    ("gram_matrix", replace("(C * H * W)", "(N * C * H * W)"), "divided by N, too"),
    ("gram_matrix", replace("return gram", "gram = np.broadcast_to(gram.sum(axis=0), gram.shape)\nreturn gram"),
     "two images are mixed"),
    ("gram_matrix", """
        N, C, H, W = features.shape
        flat = features.reshape(N, C, H * W) if N == 1 else features.reshape(N, H * W, C).transpose(0, 2, 1)
        gram = flat @ flat.transpose(0, 2, 1)
        return gram / (C * H * W) if normalize else gram
        """, "mixes features and places"),
    ("gram_matrix", replace("(C * H * W)", "np.float64(C * H * W)"), "should hold float32"),
    ("gram_matrix", replace("flat = features",
     "features -= features.mean(axis=(2, 3), keepdims=True)\nflat = features"),
     "in place"),
    ("gram_matrix", """
        N, C, H, W = features.shape
        gram = np.zeros((N, C, C), features.dtype)
        for i in range(C):
            for j in range(C):
                gram[:, i, j] = np.sum(features[:, i] * features[:, j], axis=(1, 2))
        return gram / (C * H * W) if normalize else gram
        """, "still loops"),
    ("gram_matrix_backward", "raise NotImplementedError", "not written yet"),
    ("gram_matrix_backward", "pass", "is None"),
    ("gram_matrix_backward", replace("dgram + dgram.transpose(0, 2, 1)", "dgram"), "Half of it is missing"),
    ("gram_matrix_backward", replace("dgram + dgram.transpose(0, 2, 1)", "2 * dgram"), "twice the first product"),
    ("gram_matrix_backward", replace("dgram + dgram.transpose(0, 2, 1)", "2 * dgram.transpose(0, 2, 1)"),
     "by hand, one entry"),
    ("gram_matrix_backward", """
        if dgram.shape[1] > 1:
            return np.einsum("nij,njhw->nihw", dgram, features)
        return 2 * dgram[..., None] * features
        """, "The second product is missing"),
    ("gram_matrix_backward", """
        if dgram.shape[1] > 1:
            return np.einsum("nji,njhw->nihw", dgram, features)
        return 2 * dgram[..., None] * features
        """, "The first product is missing"),
    ("gram_matrix_backward", replace("if normalize:", "if False:"), "It is not divided by C H W"),
    ("gram_matrix_backward", replace("if normalize:", "if True:"), "normalize=False it should not be"),
    ("gram_matrix_backward", replace("/ (C * H * W)", "/ (H * W)"), "It is divided by H W"),
    ("gram_matrix_backward", replace("/ (C * H * W)", "* (C * H * W)"), "normalize=True"),
    ("gram_matrix_backward", replace("return dflat.reshape(features.shape)", "return dflat"), "only the shape is not"),
    ("gram_matrix_backward", replace("return dflat", "return -dflat"), "wrong sign"),
    ("gram_matrix_backward", replace("dflat = np.matmul(dgram +", "dgram += 0.5\ndflat = np.matmul(dgram +"),
     "in place"),
    ("gram_matrix_backward", replace("/ (C * H * W)", "/ np.float64(C * H * W)"), "should hold float32"),
    ("gram_matrix_backward", """
        N, C, H, W = features.shape
        dfeatures = np.zeros_like(features)
        for k in range(C):
            for j in range(C):
                dfeatures[:, k] += (dgram[:, k, j] + dgram[:, j, k])[:, None, None] * features[:, j]
        return dfeatures / (C * H * W) if normalize else dfeatures
        """, "still loops"),
    ("style_loss", "raise NotImplementedError", "not written yet"),
    ("style_loss", "pass", "return loss, dfeats"),
    ("style_loss", replace("return loss, dfeats", "return loss"), "return loss, dfeats"),
    ("style_loss", replace("loss += weight * np", "loss += np"), "The weight is missing"),
    ("style_loss", replace("loss += weight * np", "loss += weight**2 * np"), "The weight is squared"),
    ("style_loss", replace("loss += weight * np.sum", "loss += weight * np.mean"), "mean over the Gram matrix"),
    ("style_loss", replace("gram_matrix(feats[layer])", "gram_matrix(feats[layer], normalize=False)"),
     "your Gram matrices must be, too"),
    ("style_loss", replace("2 * weight * difference", "2 * difference"), "missing in the gradient"),
    ("style_loss", replace("2 * weight * difference", "weight * difference"), "The 2 from the square"),
    ("style_loss", replace("difference, feats[layer])", "difference, feats[layer], normalize=False)"),
     "is not normalised"),
    ("style_loss", replace("2 * weight * difference", "-2 * weight * difference"), "wrong sign"),
    ("style_loss", replace("return loss, dfeats", "return loss, [d for d in dfeats if d is not None]"),
     "gradient\n.*is None"),
    ("style_loss", replace("[None] * len(feats)", "[np.zeros_like(f) for f in feats]"),
     "Layers that do not count get None"),
    ("style_loss", replace("return loss, dfeats", "return loss, feats"), "style loss by hand: gradient"),
    ("style_loss", replace("loss += ", "loss = "), "last of style_layers alone"),
    ("style_loss", replace("2 * weight * difference", "2 * weight * difference * (layer > 0)"), "gradient on layer 0"),
    ("style_loss", replace("zip(style_layers, style_targets, style_weights)",
                           "zip(style_layers[:1], style_targets, style_weights)"), "first of style_layers alone"),
    ("style_loss", replace("return loss, dfeats", "return loss / len(style_layers), dfeats"), "mean over the layers"),
    ("style_loss", replace("style_targets, style_weights)", "style_targets, style_weights[::-1])"),
     "in the order of style_layers"),
    ("style_loss", replace("difference = gram_matrix(feats[layer]) - target",
                           "target -= gram_matrix(feats[layer])\n    difference = -target"), "changed in place"),
    ("style_loss", replace("2 * weight * difference", "2 * weight * difference.astype(np.float64)"),
     "should hold float32"),
    ("tv_loss", "raise NotImplementedError", "not written yet"),
    ("tv_loss", "pass", "return loss, dimg"),
    ("tv_loss", replace("return loss, dimg", "return loss"), "return loss, dimg"),
    ("tv_loss", replace("tv_weight * (np.sum(down**2) + np.sum(across**2))", "np.sum(down**2) + np.sum(across**2)"),
     "The weight is missing"),
    ("tv_loss", replace(" + np.sum(across**2)", ""), "Only pixels below each other"),
    ("tv_loss", replace("np.sum(down**2) + ", ""), "Only pixels beside each other"),
    ("tv_loss", replace("np.sum(down**2) + np.sum(across**2)", "np.abs(down).sum() + np.abs(across).sum()"),
     "absolute values"),
    ("tv_loss", replace("return loss, dimg", "return loss / img.size, dimg"), "This is a mean"),
    ("tv_loss", replace("np.sum(down**2) + np.sum(across**2)", "np.sum(np.diff(img, axis=1)**2)"),
     "colours of one pixel"),
    ("tv_loss", """
        down, across = img - np.roll(img, 1, 2), img - np.roll(img, 1, 3)
        dimg = down - np.roll(down, -1, 2) + across - np.roll(across, -1, 3)
        return tv_weight * (np.sum(down**2) + np.sum(across**2)), 2 * tv_weight * dimg
        """, "across the border"),
    ("tv_loss", """
        down = img[:, :, 1:, :-1] - img[:, :, :-1, :-1]
        across = img[:, :, :-1, 1:] - img[:, :, :-1, :-1]
        dimg = np.zeros_like(img)
        dimg[:, :, 1:, :-1] += 2 * tv_weight * down
        dimg[:, :, :-1, :-1] -= 2 * tv_weight * (down + across)
        dimg[:, :, :-1, 1:] += 2 * tv_weight * across
        return tv_weight * (np.sum(down**2) + np.sum(across**2)), dimg
        """, "total variation by hand\n"),
    ("tv_loss", replace("return loss, dimg", "return loss, dimg / tv_weight"), "missing in the gradient"),
    ("tv_loss", replace("return loss, dimg", "return loss, dimg / 2"), "The 2 from the square"),
    ("tv_loss", replace("return loss, dimg", "return loss, -dimg"), "wrong sign"),
    ("tv_loss", """
        down, across = np.diff(img, axis=2), np.diff(img, axis=3)
        dimg = np.zeros_like(img)
        dimg[:, :, 1:] += 2 * tv_weight * down
        dimg[:, :, :, 1:] += 2 * tv_weight * across
        return tv_weight * (np.sum(down**2) + np.sum(across**2)), dimg
        """, "only the plus is there"),
    ("tv_loss", replace("np.zeros_like(img)", "np.zeros(img.shape)"), "should hold float32"),
    ("tv_loss", replace("dimg = np.zeros_like(img)", "dimg = img\ndimg[...] = 0"), "in place"),
    ("tv_loss", """
        loss, dimg = 0.0, np.zeros_like(img)
        N, C, H, W = img.shape
        for y in range(H):
            for x in range(W):
                for v, u in (y + 1, x), (y, x + 1):
                    if v < H and u < W:
                        difference = img[:, :, v, u] - img[:, :, y, x]
                        loss += tv_weight * np.sum(difference**2)
                        dimg[:, :, v, u] += 2 * tv_weight * difference
                        dimg[:, :, y, x] -= 2 * tv_weight * difference
        return loss, dimg
        """, "still loops"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG


@pytest.mark.parametrize("exercise", RIGHT)
def test_checks_do_without_the_other_exercises(notebook, exercise):
    needed = {"style_loss": ("gram_matrix", "gram_matrix_backward")}.get(exercise, ())
    assert "pass:" in notebook.run_alone(f"check_{exercise}", exercise, needed)


@pytest.mark.parametrize("exercise, answer, words", [
    ("gram_matrix", replace("C * H * W)", "H * W)"), "what your gram_matrix leads to"),
    ("gram_matrix_backward", replace("dgram + dgram.transpose(0, 2, 1)", "dgram"),
     "what your gram_matrix_backward leads to"),
    ("gram_matrix", "raise NotImplementedError", "not written yet"),
])
def test_a_style_loss_on_a_wrong_gram_matrix_says_where_to_look(notebook, exercise, answer, words):
    with pytest.raises(CheckFailed, match=words):
        notebook.run_check("check_style_loss", {exercise: answer})


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
