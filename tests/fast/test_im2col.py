"""im2col and col2im, by indices and in Cython, against a plain loop and against each other."""

import numpy as np
import pytest

from cs231n import im2col


def cython():
    return pytest.importorskip("cs231n.im2col_cython", reason="the extension is not built")


SETTINGS = [  # x_shape, field_height, field_width, padding, stride
    ((2, 3, 4, 4), 3, 3, 1, 1),
    ((3, 2, 7, 5), 3, 3, 0, 2),
    ((1, 1, 1, 1), 1, 1, 0, 1),
    ((2, 3, 5, 6), 2, 3, 2, 1),
    ((1, 2, 2, 3), 4, 5, 1, 1),
    ((2, 1, 5, 5), 1, 1, 0, 2),
]
each_setting = pytest.mark.parametrize("x_shape, HH, WW, padding, stride", SETTINGS)


def patches(x, HH, WW, padding, stride):
    """Columns by definition: output row, output column, image, the image fastest."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    tops, lefts = (range(0, padded.shape[axis] - size + 1, stride) for axis, size in ((2, HH), (3, WW)))
    return np.stack([padded[n, :, top:top + HH, left:left + WW].ravel()
                     for top in tops for left in lefts for n in range(len(x))], axis=1)


@each_setting
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_columns_are_the_patches(x_shape, HH, WW, padding, stride, dtype):
    x = np.random.default_rng(0).standard_normal(x_shape).astype(dtype)
    cols = im2col.im2col_indices(x, HH, WW, padding, stride)
    assert cols.dtype == dtype
    np.testing.assert_array_equal(cols, patches(x, HH, WW, padding, stride))


@each_setting
def test_col2im_is_the_transpose_of_im2col(x_shape, HH, WW, padding, stride):
    """<im2col(x), cols> = <x, col2im(cols)>: what a backward pass has to satisfy."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal(x_shape)
    unfolded = im2col.im2col_indices(x, HH, WW, padding, stride)
    cols = rng.standard_normal(unfolded.shape)
    folded = im2col.col2im_indices(cols, x_shape, HH, WW, padding, stride)
    assert folded.shape == x_shape
    assert np.vdot(unfolded, cols) == pytest.approx(np.vdot(x, folded), rel=1e-10)


def test_col2im_counts_how_often_a_pixel_is_seen():
    counts = im2col.col2im_indices(np.ones((4, 4)), (1, 1, 3, 3), 2, 2, padding=0, stride=1)
    assert counts[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


@each_setting
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cython_does_the_same(x_shape, HH, WW, padding, stride, dtype):
    rng = np.random.default_rng(2)
    x = rng.standard_normal(x_shape).astype(dtype)
    x.flags.writeable = False
    cols = cython().im2col_cython(x, HH, WW, padding, stride)
    assert cols.dtype == dtype
    np.testing.assert_array_equal(cols, im2col.im2col_indices(x, HH, WW, padding, stride))

    grad = rng.standard_normal(cols.shape).astype(dtype)
    expected = im2col.col2im_indices(grad, x_shape, HH, WW, padding, stride)
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    folded = cython().col2im_cython(grad, *x_shape, HH, WW, padding, stride)
    assert folded.dtype == dtype
    np.testing.assert_allclose(folded, expected, atol=tolerance)

    out_height, out_width = im2col.get_output_size(x_shape, HH, WW, padding, stride)
    grad_6d = grad.reshape(x_shape[1], HH, WW, out_height, out_width, x_shape[0]).transpose(0, 1, 2, 5, 3, 4)
    folded = cython().col2im_6d_cython(grad_6d, *x_shape, HH, WW, padding, stride)
    np.testing.assert_allclose(folded, expected, atol=tolerance)


def test_cython_takes_strided_views():
    x = np.random.default_rng(3).standard_normal((5, 6, 3, 2)).transpose(3, 2, 0, 1)[:, :, ::-1]
    np.testing.assert_array_equal(cython().im2col_cython(x, 2, 2, 1, 1), im2col.im2col_indices(x, 2, 2, 1, 1))


@pytest.mark.parametrize("x_shape, HH, WW, padding, stride, message", [
    ((1, 1, 7, 7), 3, 3, 0, 3, "field_height 3, stride 3 and padding 0 do not fit height 7"),  # lecture 5's 2.33
    ((1, 1, 7, 6), 3, 3, 0, 2, "field_width 3, stride 2 and padding 0 do not fit width 6"),
    ((1, 1, 2, 2), 5, 5, 1, 1, "do not fit height 2"),
    ((1, 1, 4, 4), 2, 2, 0, 0, "stride must be 1 or more"),
    ((1, 1, 4, 4), 2, 2, -1, 1, "padding 0 or more"),
    ((0, 1, 4, 4), 2, 2, 0, 1, "x must be non-empty"),
])
def test_what_does_not_fit_is_refused(x_shape, HH, WW, padding, stride, message):
    with pytest.raises(ValueError, match=message):
        im2col.im2col_indices(np.zeros(x_shape), HH, WW, padding, stride)
    with pytest.raises(ValueError, match=message):
        im2col.col2im_indices(np.zeros((4, 4)), x_shape, HH, WW, padding, stride)


def test_images_need_four_axes():
    with pytest.raises(ValueError, match=r"x must be non-empty with shape \(N, C, H, W\), got \(4, 4\)"):
        im2col.im2col_indices(np.zeros((4, 4)), 2, 2)


@pytest.mark.parametrize("shape", [(8, 9), (9, 8), (4, 18)])
def test_wrong_columns_are_refused(shape):
    """2 channels, 2x2 field, 4x4 image, no padding: 8 rows and 9 columns an image; two images here."""
    with pytest.raises(ValueError, match=r"cols must have shape \(8, 18\)"):
        im2col.col2im_indices(np.zeros(shape), (2, 2, 4, 4), 2, 2, padding=0, stride=1)


def test_cython_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="do not fit height 7"):
        cython().im2col_cython(np.zeros((1, 1, 7, 7)), 3, 3, 0, 3)
    with pytest.raises(ValueError, match=r"cols must have shape \(8, 18\), got \(9, 8\)"):
        cython().col2im_cython(np.zeros((9, 8)), 2, 2, 4, 4, 2, 2, 0, 1)
    with pytest.raises(ValueError, match=r"cols must have shape \(2, 2, 2, 2, 3, 3\), got"):
        cython().col2im_6d_cython(np.zeros((2, 2, 2, 3, 3, 2)), 2, 2, 4, 4, 2, 2, 0, 1)
