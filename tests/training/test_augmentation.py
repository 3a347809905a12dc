"""Data augmentation: the copies are what the lecture says, labels could not change, and draws differ by image."""
import numpy as np
import pytest

from cs231n.training.augmentation import (
    colour_components,
    compose,
    random_affine,
    random_colour,
    random_colour_shift,
    random_crop,
    random_flip,
    random_shift,
    ten_crops,
)

SAME_SIZE = {
    "flip": random_flip,
    "shift": lambda X: random_shift(X, 2),
    "colour": random_colour,
    "colour shift": lambda X: random_colour_shift(X, np.eye(X.shape[1])),
    "affine": random_affine,
    "two": compose(random_flip, lambda X: random_shift(X, 2)),
}


@pytest.fixture
def X():
    np.random.seed(231)
    return np.random.default_rng(0).normal(size=(40, 3, 9, 7))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", SAME_SIZE)
def test_same_shape_and_type_and_the_original_stays(name, dtype, X):
    X = X.astype(dtype)
    before = X.copy()
    out = SAME_SIZE[name](X)
    assert out.shape == X.shape and out.dtype == dtype
    assert np.array_equal(X, before) and not np.shares_memory(out, X)
    assert not np.array_equal(out, X)


@pytest.mark.parametrize("name", SAME_SIZE)
def test_the_same_seed_gives_the_same_images(name, X):
    outs = []
    for _ in range(2):
        np.random.seed(5)
        outs.append(SAME_SIZE[name](X))
    assert np.array_equal(*outs)
    assert not np.array_equal(SAME_SIZE[name](X), outs[0])


def test_each_image_is_mirrored_or_not(X):
    out = random_flip(X)
    mirrored = [np.array_equal(new, old[:, :, ::-1]) for new, old in zip(out, X, strict=True)]
    same = [np.array_equal(new, old) for new, old in zip(out, X, strict=True)]
    assert np.all(np.logical_xor(mirrored, same))
    assert 8 < sum(mirrored) < 32


def test_shift_moves_and_fills_with_zeros(X):
    ones = np.ones_like(X)
    numbered = np.broadcast_to(np.arange(1.0, 64).reshape(9, 7), X.shape).copy()
    seen = set()
    for moved in random_shift(numbered, 2)[:, 0]:
        row, column = np.argwhere(moved == numbered[0, 0, 4, 3])[0] - (4, 3)
        seen.add((int(row), int(column)))
        expected = np.zeros((9, 7))
        expected[max(row, 0):9 + min(row, 0), max(column, 0):7 + min(column, 0)] = numbered[
            0, 0, max(-row, 0):9 - max(row, 0), max(-column, 0):7 - max(column, 0)]
        assert np.array_equal(moved, expected)
    assert len(seen) > 10 and np.abs(list(seen)).max() == 2
    assert np.array_equal(random_shift(ones, 0), ones)


def test_crops_come_from_everywhere(X):
    X = np.broadcast_to(np.arange(63.0).reshape(9, 7), X.shape)
    out = random_crop(X, 7, 6)
    assert out.shape == (40, 3, 7, 6)
    corners = {int(corner) for corner in out[:, 0, 0, 0]}
    assert corners == {7 * row + column for row in range(3) for column in range(2)}
    assert np.array_equal(out[0, 0], X[0, 0, int(out[0, 0, 0, 0]) // 7:, int(out[0, 0, 0, 0]) % 7:][:7, :6])


def test_ten_crops(X):
    crops = ten_crops(X, 5, 3)
    assert crops.shape == (10, 40, 3, 5, 3)
    assert np.array_equal(crops[0], X[:, :, :5, :3]) and np.array_equal(crops[1], X[:, :, :5, 4:])
    assert np.array_equal(crops[2], X[:, :, 4:, :3]) and np.array_equal(crops[3], X[:, :, 4:, 4:])
    assert np.array_equal(crops[4], X[:, :, 2:7, 2:5])
    assert np.array_equal(crops[5:], crops[:5, ..., ::-1])
    mirrored = ten_crops(X[..., ::-1], 5, 3)
    assert np.array_equal(mirrored[[1, 0, 3, 2, 4]], crops[5:])


def test_colour_is_one_line_for_each_image(X):
    out = random_colour(X, contrast=0.3, brightness=0.4)
    for new, old in zip(out, X, strict=True):
        a, b = np.polyfit(old.ravel(), new.ravel(), 1)
        assert np.allclose(new, a * old + b)
        assert 0.7 <= a <= 1.3 and abs(b) <= 0.4 * X.std() + 1e-9
    assert np.array_equal(random_colour(X, 0, 0), X)


def test_colour_components_find_how_the_colours_vary():
    directions = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    pixels = np.random.default_rng(2).normal(size=(20000, 3)) * [0.5, 1, 3] @ directions
    components = colour_components(pixels.reshape(20, 1000, 1, 3).transpose(0, 3, 1, 2))
    assert np.allclose(np.linalg.norm(components, axis=1), [0.5, 1, 3], rtol=0.03)
    cosines = np.abs(np.sum(components * directions, axis=1)) / np.linalg.norm(components, axis=1)
    assert np.all(cosines > 0.995)


def test_colour_shift_is_one_colour_for_each_image_with_that_covariance(X):
    components = np.array([[0.1, 0, 0], [0, 1, 1], [0, -2, 2]])
    many = np.zeros((20000, 3, 1, 2))
    shift = random_colour_shift(many, components, strength=0.5)
    assert np.array_equal(shift[..., 0], shift[..., 1])
    assert np.allclose(np.cov(shift[:, :, 0, 0].T), 0.25 * components.T @ components, atol=0.04)
    assert np.array_equal(random_colour_shift(X, components, strength=0), X)


def test_affine_without_change_is_the_image_and_a_quarter_turn_is_rot90(X, monkeypatch):
    assert np.allclose(random_affine(X, 0, 0, 0), X)
    square = X[:, :, :7]
    monkeypatch.setattr(np.random, "uniform", lambda low, high: high)
    turned = random_affine(square, degrees=90, scale=0, shear=0)
    assert np.allclose(turned, np.rot90(square, -1, axes=(2, 3))) or np.allclose(turned, np.rot90(square, axes=(2, 3)))
    small = random_affine(np.ones((1, 1, 9, 9)), degrees=0, scale=1, shear=0)
    assert np.allclose(small, 1), "twice as large: nothing comes in from outside"


def test_affine_keeps_the_centre(X):
    spot = np.zeros((5, 1, 9, 9))
    spot[:, :, 4, 4] = 1
    assert np.allclose(random_affine(spot, 30, 0, 0.2)[:, 0, 4, 4], 1)


@pytest.mark.parametrize("call, message", [
    (lambda X: random_flip(X[0]), r"X must be an array of real numbers of shape \(N, C, H, W\)"),
    (lambda X: random_flip(X[:0]), "X must not be empty"),
    (lambda X: random_crop(X, 10, 3), "a crop of 10 x 3 does not fit into images of 9 x 7"),
    (lambda X: ten_crops(X, 3, 8), "a crop of 3 x 8 does not fit"),
    (lambda X: random_crop(X, 0, 3), "height must be an integer, 1 or more"),
    (lambda X: random_shift(X, -1), "pad must be an integer, 0 or more"),
    (lambda X: random_colour(X, contrast=-1), "contrast must be a finite number, 0 or more"),
    (lambda X: random_colour(np.uint8(X)), "X must hold floats, got"),
    (lambda X: random_colour_shift(X, np.eye(4)), r"components must be \(3, 3\)"),
    (lambda X: random_affine(X, degrees=np.nan), "degrees must be a finite number"),
])
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_wrong_input_says_what_is_wrong(call, message, X):
    with pytest.raises(ValueError, match=message):
        call(X)
