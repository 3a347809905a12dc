"""Textures that grow pixel by pixel."""
import numpy as np
import pytest

from cs231n.visualization.texture_growth import grow_texture


def chequerboard(H, W, side=1):
    fields = (np.indices((H, W)) // side).sum(axis=0)
    return np.array([(10, 20, 30), (250, 200, 100)], np.uint8)[fields % 2]


@pytest.mark.parametrize(("side", "window"), [(1, 3), (2, 5), (3, 7)])
def test_a_chequerboard_goes_on(side, window):
    np.random.seed(3)
    grown = grow_texture(chequerboard(14, 14, side), (17, 20), window)
    assert grown.shape == (17, 20, 3) and grown.dtype == np.uint8
    dark = grown[..., 0] == 10
    # Fields repeat after two of them, down and across, and are as wide as in the sample.
    np.testing.assert_array_equal(dark[2 * side:], dark[:-2 * side])
    np.testing.assert_array_equal(dark[:, 2 * side:], dark[:, :-2 * side])
    np.testing.assert_array_equal(dark[side:], ~dark[:-side])


def test_every_colour_is_from_the_sample():
    np.random.seed(0)
    sample = np.random.RandomState(0).randint(0, 256, (9, 8, 3), dtype=np.uint8)
    grown = grow_texture(sample, (6, 5), 3, tolerance=0.5)
    known = {tuple(colour) for colour in sample.reshape(-1, 3).tolist()}
    assert {tuple(colour) for colour in grown.reshape(-1, 3).tolist()} <= known


@pytest.mark.parametrize(("call", "message"), [
    (lambda s: grow_texture(s, (4, 4), 4), "window must be odd"),
    (lambda s: grow_texture(s, (4, 4), 9), "window must be an integer, from 3 to 8, the shorter side of sample"),
    (lambda s: grow_texture(s[..., 0], (4, 4)), r"sample must be an array .* \(h, w, 3\)"),
    (lambda s: grow_texture(s, (0, 4)), "each of size must be an integer, 1 or more"),
    (lambda s: grow_texture(s, 4), r"size must be .height, width., got int 4"),
    (lambda s: grow_texture(s, (4, 4), tolerance=-1), "tolerance must be a finite number"),
])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call(chequerboard(8, 10))
