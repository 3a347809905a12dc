"""Convolution as one matrix product: every patch of the images becomes a column (im2col), and back (col2im).

Columns hold (C, HH, WW) patches; their order is output row, output column, image, the image running fastest.
The same in C speed: `im2col_cython`.
"""

import numpy as np


def get_output_size(x_shape, field_height, field_width, padding, stride):
    """Height and width of the output of a filter that slides over images.

    Parameters
    ----------
    x_shape : tuple
        (N, C, H, W).
    field_height, field_width : int
        Filter size HH, WW.
    padding, stride : int
        Zeros around the image, and step of the filter.

    Returns
    -------
    out_height, out_width : int
        ``(H + 2 padding - HH) / stride + 1`` and the same with W and WW.

    Raises
    ------
    ValueError
        If the filter is larger than the padded image, or its steps do not end at the border.
    """
    if len(x_shape) != 4 or min(x_shape) < 1:
        raise ValueError(f"x must be non-empty with shape (N, C, H, W), got {tuple(x_shape)}")
    if min(field_height, field_width, stride) < 1 or padding < 0:
        raise ValueError(f"field_height, field_width and stride must be 1 or more and padding 0 or more, got "
                         f"{field_height}, {field_width}, {stride}, {padding}")
    sizes = []
    for name, size, field in ("height", x_shape[2], field_height), ("width", x_shape[3], field_width):
        room = size + 2 * padding - field
        if room < 0 or room % stride:
            raise ValueError(f"field_{name} {field}, stride {stride} and padding {padding} do not fit {name} {size}: "
                             f"{name} + 2 padding - field_{name} is {room}, not a multiple of the stride")
        sizes.append(room // stride + 1)
    return tuple(sizes)


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    """Where each entry of the column matrix comes from.

    Parameters
    ----------
    x_shape : tuple
        (N, C, H, W).
    field_height, field_width, padding, stride : int
        As in `get_output_size`, which also raises for them.

    Returns
    -------
    k : ndarray (C * HH * WW, 1) of int
        Channel of each row of the column matrix.
    i, j : ndarray (C * HH * WW, out_height * out_width) of int
        Row and column in the padded image.
    """
    out_height, out_width = get_output_size(x_shape, field_height, field_width, padding, stride)
    # Entries of a patch run down (C, HH, WW), positions of the patch across (out_height, out_width).
    k, i0, j0 = np.indices((x_shape[1], field_height, field_width)).reshape(3, -1, 1)
    i1, j1 = stride * np.indices((out_height, out_width)).reshape(2, 1, -1)
    return k, i0 + i1, j0 + j1


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    """Lay the patches of images out as columns.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
        Images.
    field_height, field_width, padding, stride : int
        As in `get_output_size`, which also raises for them.

    Returns
    -------
    cols : ndarray (C * HH * WW, out_height * out_width * N)
        One patch a column, of the dtype of x.
    """
    k, i, j = get_im2col_indices(x.shape, field_height, field_width, padding, stride)
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = x_padded[:, k, i, j]  # (N, C * HH * WW, out_height * out_width)
    return patches.transpose(1, 2, 0).reshape(len(k), -1)


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1):
    """Add columns back up into images: the backward pass of `im2col_indices`.

    Parameters
    ----------
    cols : ndarray (C * HH * WW, out_height * out_width * N)
        One patch a column.
    x_shape : tuple
        (N, C, H, W) of the images.
    field_height, field_width, padding, stride : int
        As in `get_output_size`, which also raises for them.

    Returns
    -------
    x : ndarray (N, C, H, W)
        In each pixel the sum of all entries of `cols` that were copied from it, of the dtype of cols.

    Raises
    ------
    ValueError
        If `cols` does not have the shape that `im2col_indices` gives.
    """
    N, C, H, W = x_shape
    k, i, j = get_im2col_indices(x_shape, field_height, field_width, padding, stride)
    if cols.shape != (len(k), i.shape[1] * N):
        raise ValueError(f"cols must have shape {(len(k), i.shape[1] * N)} for x_shape {tuple(x_shape)}, "
                         f"got {cols.shape}")
    x_padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    patches = cols.reshape(len(k), -1, N).transpose(2, 0, 1)
    np.add.at(x_padded, (slice(None), k, i, j), patches)  # unlike +=, add.at adds at repeated indices each time
    return x_padded[:, :, padding:H + padding, padding:W + padding]
