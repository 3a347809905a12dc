"""HOG and colour histogram: sizes, what they respond to, and wrong input."""

import colorsys

import numpy as np
import pytest

from cs231n.features import color_histogram_hsv, extract_features, hog_feature, hog_picture, rgb2gray


def image(H=32, W=32):
    return np.random.default_rng(0).random((H, W, 3)) * 255


def stripes(angle, size=32, wavelength=8):
    """Brightness that changes along `angle` (degrees from the x axis, y downwards)."""
    y, x = np.indices((size, size))
    direction = np.deg2rad(angle)
    return 127 + 100 * np.sin(2 * np.pi / wavelength * (x * np.cos(direction) + y * np.sin(direction)))


def strongest_bin(im):
    return hog_feature(im).reshape(-1, 9).sum(axis=0).argmax()


@pytest.mark.parametrize("H, W, size", [(32, 32, 144), (240, 320, 10800), (8, 8, 9), (17, 31, 2 * 3 * 9)])
def test_hog_size(H, W, size):
    assert hog_feature(image(H, W)).shape == (size,)


@pytest.mark.parametrize("angle", range(10, 180, 20))
def test_hog_finds_the_direction(angle):
    """Also the opposite direction, which is the same edge."""
    assert strongest_bin(stripes(angle)) == strongest_bin(stripes(angle + 180)) == angle // 20


def test_hog_shares_a_direction_between_two_bins():
    total = hog_feature(stripes(0)).reshape(-1, 9).sum(axis=0)  # 0 degrees: halfway between the bins at 170 and 10
    np.testing.assert_allclose(total[[0, 8]] / total.sum(), 0.5, atol=0.01)


def test_hog_keeps_the_mean_gradient_length_of_each_cell():
    gray = rgb2gray(image())
    gy, gx = np.gradient(gray)
    means = np.hypot(gx, gy).reshape(4, 8, 4, 8).mean(axis=(1, 3))
    np.testing.assert_allclose(hog_feature(gray).reshape(4, 4, 9).sum(axis=2), means)


def test_hog_cells_run_row_by_row():
    im = np.zeros((24, 32))
    im[12, 20] = 100.0  # in cell row 1, cell column 2
    energy = hog_feature(im).reshape(3, 4, 9).sum(axis=2)
    assert np.argwhere(energy).tolist() == [[1, 2]]


def test_hog_ignores_brightness_and_integers_are_safe():
    gray = np.random.default_rng(1).integers(0, 200, (16, 16), dtype=np.uint8)
    np.testing.assert_allclose(hog_feature(gray), hog_feature(gray + 50.0))
    assert not hog_feature(np.full((8, 8, 3), 200, np.uint8)).any()


@pytest.mark.parametrize("im, message", [
    (np.zeros((7, 32)), "im must be an image .* at least 8x8 pixels"),
    (np.zeros((2, 32, 32, 3)), "im must be an image"),
    (np.full((8, 8), np.nan), "im must be finite"),
    (np.zeros((32, 32, 4)), "rgb must have 3 channels"),
])
def test_hog_refuses(im, message):
    with pytest.raises(ValueError, match=message):
        hog_feature(im)


@pytest.mark.parametrize("dtype, result", [(np.uint8, np.float64), (np.float32, np.float32), (np.float64, np.float64)])
def test_gray(dtype, result):
    rgb = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], dtype)
    gray = rgb2gray(rgb)
    assert gray.dtype == result
    np.testing.assert_allclose(gray, [76.245, 149.685, 29.07, 255], rtol=1e-6)


@pytest.mark.parametrize("colour", [(255, 0, 0), (200, 200, 0), (0, 99, 1), (10, 20, 250), (255, 0, 9)])
@pytest.mark.parametrize("nbin", [1, 7, 10])
def test_one_colour_is_in_one_bin(colour, nbin):
    hue = colorsys.rgb_to_hsv(*(c / 255 for c in colour))[0]
    expected = np.zeros(nbin)
    expected[int(hue * nbin)] = 1
    im = np.broadcast_to(np.array(colour, np.uint8), (6, 5, 3))
    np.testing.assert_array_equal(color_histogram_hsv(im, nbin=nbin), expected)


def test_histogram_counts():
    assert color_histogram_hsv(image()).sum() == pytest.approx(1)
    counts = color_histogram_hsv(image(), normalized=False)
    assert counts.sum() == 32 * 32 and (counts == counts.round()).all()
    np.testing.assert_allclose(color_histogram_hsv(image() / 255, xmax=1), counts / 1024)


@pytest.mark.parametrize("im, options, message", [
    (np.zeros((4, 4)), {}, "im must be a colour image"),
    (np.full((4, 4, 3), 256.0), {}, "im must have values from 0 to xmax = 255, got 256.0 to 256.0"),
    (np.full((4, 4, 3), -1.0), {}, "im must have values from 0"),
    (np.full((4, 4, 3), np.nan), {}, "im must have values from 0"),
    (np.zeros((4, 4, 3)), {"nbin": 0}, "nbin must be an integer"),
])
def test_histogram_refuses(im, options, message):
    with pytest.raises(ValueError, match=message):
        color_histogram_hsv(im, **options)


def test_extract_puts_features_one_after_the_other():
    images = np.stack([image(), image()[::-1]])
    features = extract_features(images, [hog_feature, lambda im: color_histogram_hsv(im, nbin=10)])
    assert features.shape == (2, 154)
    np.testing.assert_array_equal(features[1], np.r_[hog_feature(images[1]), color_histogram_hsv(images[1])])


def test_extract_tells_its_progress(capsys):
    extract_features(np.zeros((2001, 1, 1, 3)), [lambda im: im.ravel()], verbose=True)
    assert capsys.readouterr().out.splitlines() == [f"Done extracting features for {n} / 2001 images"
                                                    for n in (1000, 2000)]


@pytest.mark.parametrize("imgs, feature_fns, message", [
    (np.zeros((0, 8, 8, 3)), [hog_feature], "imgs and feature_fns must not be empty, got 0 images"),
    (np.zeros((2, 8, 8, 3)), [], "must not be empty"),
    (np.zeros((2, 8, 8, 3)), [rgb2gray], r"feature_fns must return 1-D arrays, got shapes \[\(8, 8\)\]"),
    ([np.zeros((8, 8, 3)), np.zeros((16, 8, 3))], [hog_feature], "got 9 for image 0 and 18 for image 1"),
])
def test_extract_refuses(imgs, feature_fns, message):
    with pytest.raises(ValueError, match=message):
        extract_features(imgs, feature_fns)


@pytest.mark.parametrize("bin", range(9))
def test_picture_draws_the_edge_across_its_gradient(bin):
    picture = hog_picture(np.eye(9)[bin], (8, 8), glyph=16)
    assert picture.shape == (16, 16) and picture.max() == 1 and picture.min() == 0
    y, x = np.nonzero(picture > 0.5)  # y downwards, as in `hog_feature`
    (xx, xy), (_, yy) = np.cov(x, y)
    lies = np.degrees(np.arctan2(2 * xy, xx - yy) / 2)  # the direction in which the line is longest
    assert (lies - (20 * bin + 10 + 90) + 90) % 180 == pytest.approx(90, abs=2)


def test_picture_has_one_glyph_a_cell():
    im = np.zeros((24, 32))
    im[12, 20] = 100.0
    cells = hog_picture(hog_feature(im), im.shape, glyph=10).reshape(3, 10, 4, 10).sum(axis=(1, 3))
    assert np.argwhere(cells).tolist() == [[1, 2]]
    assert not hog_picture(np.zeros(144), (32, 32, 3)).any()
    with pytest.raises(ValueError, match="hog must have 144 numbers for an image of shape"):
        hog_picture(np.zeros(143), (32, 32))
    with pytest.raises(ValueError, match="glyph must be an integer, 1 or more"):
        hog_picture(np.zeros(144), (32, 32), glyph=0)
