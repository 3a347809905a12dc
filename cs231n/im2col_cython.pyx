# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""im2col and col2im in C speed, for float32 and float64. What they compute is explained in im2col.py.

Shapes are checked before a loop starts, since the loops do not check their indices.
"""
from cython cimport floating

import numpy as np

from cs231n.im2col import get_output_size


def im2col_cython(const floating[:, :, :, :] x, int field_height, int field_width, int padding, int stride):
    """Patches of x (N, C, H, W) as columns (C * HH * WW, out_height * out_width * N)."""
    cdef int N = x.shape[0], C = x.shape[1], H = x.shape[2], W = x.shape[3]
    cdef int n, c, h, w, i, j, top, left, out_height, out_width
    out_height, out_width = get_output_size((N, C, H, W), field_height, field_width, padding, stride)
    cols = np.zeros((C, field_height, field_width, out_height, out_width, N), dtype=_dtype(x))
    cdef floating[:, :, :, :, :, ::1] out = cols
    for c in range(C):
        for i in range(field_height):
            for j in range(field_width):
                for h in range(out_height):
                    top = h * stride + i - padding
                    if not 0 <= top < H:
                        continue  # a row of the padding: stays zero
                    for w in range(out_width):
                        left = w * stride + j - padding
                        if 0 <= left < W:
                            for n in range(N):
                                out[c, i, j, h, w, n] = x[n, c, top, left]
    return cols.reshape(C * field_height * field_width, -1)


def col2im_cython(const floating[:, :] cols, int N, int C, int H, int W,
                  int field_height, int field_width, int padding, int stride):
    """Add the columns of im2col_cython back up into images (N, C, H, W)."""
    out_height, out_width = get_output_size((N, C, H, W), field_height, field_width, padding, stride)
    shape = (C, field_height, field_width, out_height, out_width, N)
    if cols.shape[0] * cols.shape[1] != np.prod(shape) or cols.shape[1] != out_height * out_width * N:
        raise ValueError(f"cols must have shape {(shape[0] * shape[1] * shape[2], out_height * out_width * N)}, "
                         f"got {(cols.shape[0], cols.shape[1])}")
    patches = np.asarray(cols).reshape(shape)
    return col2im_6d_cython(patches.transpose(0, 1, 2, 5, 3, 4), N, C, H, W,
                            field_height, field_width, padding, stride)


def col2im_6d_cython(const floating[:, :, :, :, :, :] cols, int N, int C, int H, int W,
                     int HH, int WW, int pad, int stride):
    """Add columns (C, HH, WW, N, out_height, out_width) back up into images (N, C, H, W)."""
    cdef int n, c, h, w, i, j, top, left, out_height, out_width
    out_height, out_width = get_output_size((N, C, H, W), HH, WW, pad, stride)
    expected, got = (C, HH, WW, N, out_height, out_width), np.asarray(cols).shape
    if got != expected:
        raise ValueError(f"cols must have shape {expected}, got {got}")
    images = np.zeros((N, C, H, W), dtype=_dtype(cols))
    cdef floating[:, :, :, ::1] out = images
    for n in range(N):
        for c in range(C):
            for i in range(HH):
                for j in range(WW):
                    for h in range(out_height):
                        top = h * stride + i - pad
                        if not 0 <= top < H:
                            continue  # the gradient of a row of the padding is dropped
                        for w in range(out_width):
                            left = w * stride + j - pad
                            if 0 <= left < W:
                                out[n, c, top, left] += cols[c, i, j, n, h, w]
    return images


def _dtype(array):
    """The NumPy dtype of a memoryview."""
    return np.asarray(array).dtype
