"""Pictures in and out of networks."""
import numpy as np
import pytest
from PIL import Image

from cs231n.image_utils import (
    SQUEEZENET_MEAN,
    SQUEEZENET_STD,
    blur_image,
    clip_image,
    deprocess_image,
    load_image,
    preprocess_image,
    resize,
)


def pictures(*shape):
    return np.random.RandomState(0).randint(0, 256, shape, dtype=np.uint8)


def test_preprocess_gives_the_course_s_numbers():
    white, black = (preprocess_image(np.full((1, 1, 3), value, np.uint8))[0, 0] for value in (255, 0))
    np.testing.assert_allclose(white, [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225], rtol=1e-6)
    np.testing.assert_allclose(black, -SQUEEZENET_MEAN / SQUEEZENET_STD, rtol=1e-6)


@pytest.mark.parametrize(("dtype", "becomes"), [(np.uint8, np.float32), (np.float32, np.float32),
                                                (np.float64, np.float64)])
def test_preprocess_and_back_is_what_it_was(dtype, becomes):
    original = pictures(2, 5, 4, 3)
    normal = preprocess_image(original.astype(dtype))
    assert normal.dtype == becomes
    np.testing.assert_array_equal(deprocess_image(normal), original)


def test_deprocess_cuts_off_or_rescales():
    img = np.array([[[-10.0, 0, 10]]])
    cut, stretched = deprocess_image(img), deprocess_image(img, rescale=True)
    assert cut.dtype == stretched.dtype == np.uint8
    np.testing.assert_array_equal(cut, [[[0, 116, 255]]])
    # The range is -10 * 0.229 + 0.485 to 10 * 0.225 + 0.406, and 0.456 lies 0.5068 of it above its lower end.
    np.testing.assert_array_equal(stretched, [[[0, 129, 255]]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipping_keeps_what_pixels_can_show(dtype):
    shown = preprocess_image(pictures(1, 4, 5, 3).astype(dtype)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(clip_image(shown), shown, atol=1e-6)
    X = 10 * np.random.RandomState(0).randn(1, 3, 8, 9).astype(dtype)
    clipped = clip_image(X)
    assert clipped.dtype == dtype and (clipped != X).any()
    np.testing.assert_array_equal(*(deprocess_image(image.transpose(0, 2, 3, 1)) for image in (clipped, X)))
    lows, highs = clipped.min(axis=(0, 2, 3)), clipped.max(axis=(0, 2, 3))
    np.testing.assert_allclose(lows, -SQUEEZENET_MEAN / SQUEEZENET_STD, rtol=1e-5)
    np.testing.assert_allclose(highs, (1 - SQUEEZENET_MEAN) / SQUEEZENET_STD, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blur_keeps_the_mean_and_lowers_contrast(dtype):
    X = np.random.RandomState(1).randn(2, 3, 9, 12).astype(dtype)
    before = X.copy()
    blurred = blur_image(X, sigma=0.5)
    assert blurred.dtype == dtype
    np.testing.assert_allclose(blurred.mean(axis=(2, 3)), X.mean(axis=(2, 3)), atol=1e-5)
    assert np.all(blurred.std(axis=(2, 3)) < 0.9 * X.std(axis=(2, 3)))
    assert np.all(blur_image(X, 2.0).std(axis=(2, 3)) < blurred.std(axis=(2, 3)))
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(blur_image(X, 0), X)


def test_load_image_in_any_mode_and_size(tmp_path):
    Image.fromarray(pictures(20, 30)).save(tmp_path / "grey.png")
    picture = load_image(tmp_path / "grey.png")
    assert picture.shape == (20, 30, 3) and picture.dtype == np.uint8
    np.testing.assert_array_equal(picture[..., 0], pictures(20, 30))
    assert load_image(tmp_path / "grey.png", size=10).shape == (10, 15, 3)
    assert load_image(tmp_path / "grey.png", size=50).shape == (50, 75, 3)


def test_resize():
    tall = pictures(40, 10, 3)
    assert resize(tall, 5).shape == (20, 5, 3)
    assert resize(tall, (7, 9)).shape == (7, 9, 3)
    np.testing.assert_array_equal(resize(tall, 10), tall)
    # Each new pixel sees all old ones that it covers, so a fine chequerboard becomes grey rather than black or white.
    board = np.uint8(255 * (np.indices((32, 32)).sum(axis=0) % 2))[:, :, None].repeat(3, axis=2)
    assert abs(resize(board, 8).astype(float) - 127.5).max() < 12


@pytest.mark.parametrize(("call", "message"), [
    (lambda: preprocess_image(np.zeros((3, 4, 4))), "img must be an array of numbers .* with colours on the last axis"),
    (lambda: deprocess_image("sky.jpg"), "img must be an array"),
    (lambda: clip_image(np.zeros((3, 4, 4))), "X must be an array of floats"),
    (lambda: blur_image(pictures(1, 3, 4, 4)), "X must be an array of floats .* dtype uint8"),
    (lambda: blur_image(np.zeros((1, 3, 4, 4)), -1), "sigma must be a finite number, 0 or more"),
    (lambda: resize(np.zeros((4, 4, 3)), 2), "picture must be an array .* of uint8"),
    (lambda: resize(pictures(4, 4, 3), 0), "size must be an integer, 1 or more"),
])
def test_what_is_no_picture(call, message):
    with pytest.raises(ValueError, match=message):
        call()
