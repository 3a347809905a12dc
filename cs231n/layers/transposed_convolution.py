"""The transposed convolution in its naive form, which enlarges images; `cs231n.fast_layers` computes the same, fast.

It is the gradient of a convolution on its input (hence the name), and the other way round. So it gives away what the
naive convolution asks of students, and has a file of its own, which `cs231n.layers` does not import.
"""
import numpy as np

from cs231n.layers.convolution import check_conv_transpose, transposed_sizes
from cs231n.validation import check_array


def conv_transpose_forward_naive(x, w, b, conv_param):
    """Transposed convolution: each number of x leaves its filters, scaled by it, in the output.

    ``out[n, f, i, j] = b[f] + sum of x[n, c, y, v] w[c, f, h, k]`` over all c, y, h, v, k with ``y S + h - pad = i``
    and ``v S + k - pad = j``, for stride S [1]_.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    w : ndarray (C, F, HH, WW)
        Filters.
    b : ndarray (F,)
        Biases.
    conv_param : dict
        stride : int, pixels of the output between neighbouring pixels of the input.
        pad : int, rows and columns cut off at each border of the output.

    Returns
    -------
    out : ndarray (N, F, H', W')
        ``H' = (H - 1) stride - 2 pad + HH``, and W' alike.
    cache : tuple
        For `conv_transpose_backward_naive`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or nothing is left of the output.

    References
    ----------
    .. [1] Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
    """
    check_conv_transpose(x, w, b, conv_param)
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    C, F, HH, WW = w.shape
    H_out, W_out = transposed_sizes(x, (HH, WW), stride, pad)
    out_pad = np.zeros((N, F, H_out + 2 * pad, W_out + 2 * pad), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for y in range(H):
                for v in range(W):
                    top, left = y * stride, v * stride
                    out_pad[n, :, top:top + HH, left:left + WW] += x[n, c, y, v] * w[c]
    out = out_pad[:, :, pad:pad + H_out, pad:pad + W_out] + b[:, np.newaxis, np.newaxis]
    return out.astype(x.dtype, copy=False), (x, w, b, conv_param)


def conv_transpose_backward_naive(dout, cache):
    """Gradients of `conv_transpose_forward_naive`.

    Each number of x sees a window of dout through its filter: dx is a convolution of dout.

    Parameters
    ----------
    dout : ndarray (N, F, H', W')
        Gradient on the output.
    cache : tuple
        What `conv_transpose_forward_naive` returned.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dw : ndarray (C, F, HH, WW)
    db : ndarray (F,)

    Raises
    ------
    ValueError
        If dout does not have the shape of the output.
    """
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    C, F, HH, WW = w.shape
    check_array(dout, "dout", (N, F, *transposed_sizes(x, (HH, WW), stride, pad)))
    dout_pad = np.pad(dout, ((0, 0), (0, 0), (pad, pad), (pad, pad)))  # what was cut off has no gradient
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n in range(N):
        for c in range(C):
            for y in range(H):
                for v in range(W):
                    top, left = y * stride, v * stride
                    window = dout_pad[n, :, top:top + HH, left:left + WW]
                    dx[n, c, y, v] = np.sum(window * w[c])
                    dw[c] += x[n, c, y, v] * window
    return dx, dw, np.sum(dout, axis=(0, 2, 3)).astype(b.dtype, copy=False)
