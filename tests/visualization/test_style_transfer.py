"""The four losses of style transfer with their gradients, and the pictures that come of them."""
from pathlib import Path

import numpy as np
import pytest
from layered_nets import tiny

from cs231n.classifiers.pretrained_cnn import PretrainedCNN
from cs231n.classifiers.squeezenet import SqueezeNet
from cs231n.exercise import declared, forget, implements
from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array, rel_error
from cs231n.image_utils import load_image, preprocess_image
from cs231n.visualization.style_transfer import (
    content_loss,
    gram_matrix,
    gram_matrix_backward,
    gram_targets,
    style_loss,
    style_transfer,
    texture_synthesis,
    tv_loss,
)

REAL = Path(__file__).parents[2].parent / "shared" / "data"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="needs the course's pictures")


def features(*shape, seed=0, dtype=np.float64):
    return np.random.RandomState(seed).randn(*shape).astype(dtype)


def stripes(H, W, period, colours=((20, 40, 200), (240, 220, 60))):
    """A picture of slanted stripes."""
    phase = np.add.outer(np.arange(H), np.arange(W)) // period % 2
    return np.array(colours, np.uint8)[phase]


# The losses ---------------------------------------------------------------------------------------------------------

def test_content_loss():
    current, original = features(1, 2, 3, 4), features(1, 2, 3, 4, seed=1)
    assert content_loss(0.5, current, current)[0] == 0
    assert content_loss(0.5, current, current + 2)[0] == pytest.approx(0.5 * 24 * 4)
    numeric = eval_numerical_gradient(lambda f: content_loss(0.3, f, original)[0], current, verbose=False)
    assert rel_error(content_loss(0.3, current, original)[1], numeric) < 1e-7


def test_gram_matrix_by_hand():
    maps = np.array([[[[1.0, 2]], [[3, 4]]]])  # two channels of 1x2
    np.testing.assert_array_equal(gram_matrix(maps, normalize=False), [[[5, 11], [11, 25]]])
    np.testing.assert_array_equal(gram_matrix(maps), [[[5 / 4, 11 / 4], [11 / 4, 25 / 4]]])


def test_gram_matrix_knows_no_places():
    maps = features(2, 5, 4, 3)
    order = np.random.RandomState(1).permutation(12)
    shuffled = maps.reshape(2, 5, 12)[:, :, order].reshape(maps.shape)
    gram = gram_matrix(maps)
    assert gram.shape == (2, 5, 5)
    np.testing.assert_allclose(gram_matrix(shuffled), gram, rtol=1e-12)
    np.testing.assert_allclose(gram.transpose(0, 2, 1), gram, rtol=1e-12)
    assert np.linalg.eigvalsh(gram).min() > -1e-12


@pytest.mark.parametrize("normalize", [True, False])
def test_gram_matrix_gradient(normalize):
    maps, dgram = features(2, 3, 4, 5), features(2, 3, 3, seed=1)  # dgram need not be symmetric
    numeric = eval_numerical_gradient_array(lambda f: gram_matrix(f, normalize), maps, dgram)
    assert rel_error(gram_matrix_backward(dgram, maps, normalize), numeric) < 1e-7


def test_style_loss():
    feats = [features(1, 3, 5, 4), features(1, 2, 5, 4, seed=1), features(1, 4, 3, 2, seed=2)]
    targets = [gram_matrix(features(1, 4, 6, 6, seed=3)), gram_matrix(features(1, 3, 2, 7, seed=4))]
    loss, dfeats = style_loss(feats, [2, 0], targets, [10.0, 0.5])
    expected = (10 * np.sum((gram_matrix(feats[2]) - targets[0])**2)
                + 0.5 * np.sum((gram_matrix(feats[0]) - targets[1])**2))
    assert loss == pytest.approx(expected, rel=1e-12)
    assert dfeats[1] is None
    for layer in (0, 2):
        numeric = eval_numerical_gradient(lambda f: style_loss(feats, [2, 0], targets, [10.0, 0.5])[0],
                                          feats[layer], verbose=False)
        assert rel_error(dfeats[layer], numeric) < 1e-6
    assert style_loss(feats, [1], [gram_matrix(feats[1])], [3])[0] == 0


def test_total_variation():
    flat = np.full((1, 3, 4, 5), 7.0)
    assert tv_loss(flat, 2.0)[0] == 0
    flat[0, 1, :, 2:] += 3  # an edge over four rows in one colour
    flat[0, 2, 1:] += 2  # and one over five columns in another
    assert tv_loss(flat, 0.5)[0] == pytest.approx(0.5 * (4 * 9 + 5 * 4))
    img = features(2, 3, 4, 5)
    numeric = eval_numerical_gradient(lambda x: tv_loss(x, 0.3)[0], img, verbose=False)
    assert rel_error(tv_loss(img, 0.3)[1], numeric) < 1e-7


def test_losses_and_gradients_against_torch():
    torch = pytest.importorskip("torch")

    def gram(f):
        N, C, H, W = f.shape
        flat = f.reshape(N, C, H * W)
        return flat @ flat.transpose(1, 2) / (C * H * W)

    maps, original, img = features(1, 4, 5, 6), features(1, 4, 5, 6, seed=1), features(1, 3, 7, 8)
    target = gram_matrix(features(1, 4, 9, 9, seed=2))
    cases = [
        (content_loss(0.7, maps, original), maps, lambda f: 0.7 * (f - torch.tensor(original)).square().sum()),
        (style_loss([maps], [0], [target], [5.0]), maps, lambda f: 5 * (gram(f) - torch.tensor(target)).square().sum()),
        (tv_loss(img, 0.2), img, lambda x: 0.2 * (x.diff(dim=2).square().sum() + x.diff(dim=3).square().sum())),
    ]
    for (loss, gradient), value, theirs in cases:
        leaf = torch.tensor(value, requires_grad=True)
        total = theirs(leaf)
        total.backward()
        assert loss == pytest.approx(total.item(), rel=1e-12)
        gradient = gradient[0] if isinstance(gradient, list) else gradient
        np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_losses_keep_float32_and_what_they_are_given():
    maps, img = features(1, 3, 4, 5, dtype=np.float32), features(1, 3, 4, 5, seed=1, dtype=np.float32)
    target = gram_matrix(img)
    before = maps.copy(), img.copy()
    assert target.dtype == np.float32
    gradients = [content_loss(0.5, maps, img)[1], style_loss([maps], [0], [target], [2.0])[1][0], tv_loss(img, 0.5)[1]]
    assert [gradient.dtype for gradient in gradients] == 3 * [np.float32]
    np.testing.assert_array_equal(maps, before[0])
    np.testing.assert_array_equal(img, before[1])


@needs_real
def test_total_variation_of_the_course_s_picture():
    tubingen = load_image(REAL / "style_transfer" / "tubingen.jpg", 192)
    assert tubingen.shape == (192, 256, 3)
    img = preprocess_image(tubingen).transpose(2, 0, 1)[None]
    with np.load(REAL / "style_transfer" / "style-transfer-checks.npz") as checks:
        assert tv_loss(img, 2e-2)[0] == pytest.approx(float(checks["tv_out"]), rel=1e-5)
    assert tv_loss(img, 2e-2)[0] == pytest.approx(303.47, rel=1e-5)


# The pictures ------------------------------------------------------------------------------------------

def test_the_gradient_on_the_pixels_is_that_of_the_losses(monkeypatch):
    """One step of the loop, its gradient caught on the way, against the numeric one of the total loss."""
    net, caught = tiny(), {}
    content, style = (np.random.RandomState(s).randint(0, 256, (13, 12, 3), dtype=np.uint8) for s in (0, 1))

    def descend(start, gradient):
        caught["start"] = start.astype(np.float64) + 0.3 * features(*start.shape)
        caught["gradient"] = gradient
        return start

    monkeypatch.setattr("cs231n.visualization.style_transfer.descend", descend)
    _, losses = style_transfer(content, style, net, "fire2", 0.4, ["relu1", "fire2"], [2.0, 30.0], tv_weight=0.1)
    shift = np.array([2, 1])

    def total(x):
        caught["gradient"](x, shift)
        return sum(part.pop() for part in losses.values())

    dx = caught["gradient"](caught["start"], shift)
    numeric = eval_numerical_gradient(total, caught["start"], verbose=False)
    np.testing.assert_allclose(dx, numeric, rtol=1e-6, atol=1e-7 * abs(numeric).max())


def test_style_transfer_lowers_the_loss_and_keeps_the_size():
    np.random.seed(0)
    content, style = stripes(28, 36, 20, ((90, 90, 90), (150, 150, 150))), stripes(40, 40, 4)
    seen = []
    picture, losses = style_transfer(content, style, PretrainedCNN(), "relu3", 1e-3, ["relu1", "relu3"], [100, 100],
                                     1e-3, num_iterations=30, on_step=lambda i, x: seen.append(i))
    assert picture.shape == content.shape and picture.dtype == np.uint8
    assert list(losses) == ["content", "style", "tv"] and seen == list(range(30))
    assert losses["content"][0] == 0 < losses["content"][-1]  # it starts at the content picture
    assert losses["style"][-1] < 0.2 * losses["style"][0]


def test_without_style_the_content_is_rebuilt_from_noise():
    np.random.seed(0)
    content = stripes(24, 24, 8)
    picture, losses = style_transfer(content, content, PretrainedCNN(), "relu2", 1e-2, ["relu2"], [0], init_random=True,
                                     num_iterations=80)
    assert losses["style"][-1] == 0 and losses["content"][-1] < 0.02 * losses["content"][0]
    assert np.corrcoef(picture.ravel(), content.ravel())[0, 1] > 0.95


def test_texture_synthesis_grows_the_style_at_any_size():
    np.random.seed(0)
    model, style = PretrainedCNN(), stripes(40, 40, 4)
    picture, losses = texture_synthesis(style, model, (24, 36), ["relu1", "relu3"], [1, 1], num_iterations=60)
    assert picture.shape == (24, 36, 3)
    assert losses["content"][-1] == 0 and losses["style"][-1] < 0.1 * losses["style"][0]


def test_two_styles_are_blended():
    model, styles = PretrainedCNN(), [stripes(20, 20, 3), stripes(30, 24, 5)]
    blended = gram_targets(styles, model, ["relu1", 5])
    alone = [gram_targets(style, model, ["relu1", 5]) for style in styles]
    for target, one, other in zip(blended, *alone, strict=True):
        np.testing.assert_allclose(target, (one + other) / 2, rtol=1e-6)


def test_what_students_write_makes_the_picture():
    calls = []
    try:
        @implements(tv_loss)
        def mine(img, tv_weight):
            calls.append(tv_weight)
            return 0.0, np.zeros_like(img)

        texture_synthesis(stripes(12, 12, 3), PretrainedCNN(), (8, 8), ["relu1"], [1], 0.25, num_iterations=2)
    finally:
        forget()
    assert calls == [0.25, 0.25]


@needs_real
def test_style_transfer_of_the_course_s_pictures():
    np.random.seed(0)
    pictures, model = REAL / "style_transfer", SqueezeNet(REAL / "squeezenet" / "squeezenet_v1.1_fp16.npz")
    content, style = load_image(pictures / "tubingen.jpg", 64), load_image(pictures / "the_scream.jpg", 64)
    picture, losses = style_transfer(content, style, model, 3, 3e-2, [1, 4, 6, 7], [2e6, 8e3, 120, 10], 4e-2,
                                     num_iterations=40)
    assert losses["style"][-1] < 0.05 * losses["style"][0]
    redness = [np.mean(p[..., 0].astype(float) - p[..., 2]) for p in (content, picture, style)]
    assert redness[0] < 20 < 40 < redness[1]  # The Scream's orange


# ----------------------------------------------------------------------------------------------------

def test_the_exercises_of_the_notebook():
    names = {each.name for each in declared() if each.notebook == "assignment3/StyleTransfer"}
    assert names == {"content_loss", "gram_matrix", "gram_matrix_backward", "style_loss", "tv_loss"}


@pytest.mark.parametrize(("call", "message"), [
    (lambda: content_loss(1, features(1, 2, 3, 4), features(1, 2, 4, 3)), r"content_current must have shape \(1, 2, 4"),
    (lambda: content_loss(-1, features(1, 2, 3, 4), features(1, 2, 3, 4)), "content_weight must be a finite number"),
    (lambda: gram_matrix(features(2, 3, 4)), r"features must be an array .* \(N, C, H, W\)"),
    (lambda: style_loss(features(1, 2, 3, 4), [0], [0], [0]), "feats must be a list with the features of each layer"),
    (lambda: style_loss([features(1, 2, 3, 4)], [0], [features(1, 2, 2)], []), "must be equally many, got 1, 1 and 0"),
    (lambda: style_loss([features(1, 2, 3, 4)], [1], [features(1, 2, 2)], [1]), "each of style_layers must be an"),
    (lambda: style_loss([features(1, 2, 3, 4)], [0], [features(1, 3, 3)], [1]), "style_targets for layer 0 must have"),
    (lambda: style_loss([[1.0]], [0], [features(1, 2, 2)], [1]), r"feats\[0\] must be an array"),
    (lambda: gram_matrix_backward(features(1, 2, 2), features(1, 3, 4, 4)), r"dgram must have shape \(1, 3, 3\)"),
    (lambda: tv_loss(np.ones((1, 3, 4, 4), np.uint8), 1), "img must hold floats, got .* dtype uint8"),
    (lambda: tv_loss(features(3, 4, 5), 1), r"img must be an array .* \(N, 3, H, W\)"),
    (lambda: tv_loss(features(1, 3, 4, 5), float("nan")), "tv_weight must be a finite number"),
    (lambda: texture_synthesis(stripes(9, 9, 2), tiny(), 8, ["relu1"], [1]), r"size must be \(height, width\)"),
    (lambda: texture_synthesis(stripes(9, 9, 2), tiny(), (8, 8), [], []), "style_layers must name one layer at least"),
    (lambda: texture_synthesis(stripes(9, 9, 2), tiny(), (8, 8), ["relu1"], [1], learning_rate=-1), "learning_rate"),
])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
