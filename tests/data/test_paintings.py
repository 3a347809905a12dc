"""Pictures of our own drawing."""
import numpy as np
import pytest

from cs231n.data.drawn.paintings import STYLES, landscape


@pytest.mark.parametrize("draw", [landscape, *STYLES.values()])
@pytest.mark.parametrize("size", [(48, 64), (61, 40)])
def test_a_picture_of_any_size(draw, size):
    picture = draw(*size)
    assert picture.shape == (*size, 3) and picture.dtype == np.uint8
    np.testing.assert_array_equal(draw(*size), picture)
    assert (draw(*size, seed=1) != picture).mean() > 0.1
    assert picture.std(axis=(0, 1)).min() > 15  # in each colour
    # No corner was left empty.
    H, W = size
    for rows in (slice(H // 3), slice(2 * H // 3, H)):
        for columns in (slice(W // 3), slice(2 * W // 3, W)):
            assert len(np.unique(picture[rows, columns].reshape(-1, 3), axis=0)) > 20


def test_the_lake_mirrors_the_sky():
    picture = landscape(96, 128).astype(float)
    sky, lake = picture[10:20, :90].mean(axis=(0, 1)), picture[85:95, :90].mean(axis=(0, 1))
    assert sky.argmax() == lake.argmax() == 2 and lake.sum() < sky.sum()


def test_styles_differ_in_colour_and_in_grain():
    pictures = {name: draw().astype(float) for name, draw in STYLES.items()}
    colours = {name: tuple(np.argsort(picture.mean(axis=(0, 1)))) for name, picture in pictures.items()}
    assert colours["swirls"][-1] == 2 and colours["mosaic"][-1] == 0
    grain = {name: np.abs(np.diff(picture, axis=1)).mean() for name, picture in pictures.items()}
    assert all(value > 3 * np.abs(np.diff(landscape().astype(float), axis=1)).mean() for value in grain.values())
