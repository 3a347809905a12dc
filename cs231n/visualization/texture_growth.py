"""Texture synthesis without a network: grow a texture pixel by pixel out of a sample (Efros and Leung, 1999)."""
import numpy as np

from cs231n.validation import check_array, check_integer, check_number, check_picture_size


def grow_texture(sample, size, window=7, tolerance=0.1):
    """Grow a texture in scanline order: each pixel is copied from where the sample has a like neighbourhood.

    The neighbourhood of a pixel is what is done of the window around it: rows above, and pixels to the left (Wei and
    Levoy, 2000). Of the places in the sample whose neighbourhoods are nearly as like as the likest, one is drawn from
    NumPy's global generator.

    Parameters
    ----------
    sample : ndarray (h, w, 3) of uint8
    size : (int, int)
        Height and width of the result.
    window : int
        Side of the neighbourhood, odd; at least as large as what repeats in the texture.
    tolerance : float
        Places are as good if their squared distance is at most ``1 + tolerance`` times the smallest one.

    Returns
    -------
    ndarray (H, W, 3) of uint8

    Raises
    ------
    ValueError
        If the window is even or larger than the sample, or another argument does not fit.
    """
    check_array(sample, "sample", ("h", "w", 3))
    check_picture_size(size)
    check_integer(window, "window", 3, min(sample.shape[:2]), ", the shorter side of sample")
    check_number(tolerance, "tolerance")
    if window % 2 == 0:
        raise ValueError(f"window must be odd, so that it has a middle, got {window}")
    half, (H, W) = window // 2, size
    done = np.zeros((half + 1, window), bool)
    done[:half], done[half, :half] = True, True
    windows = np.lib.stride_tricks.sliding_window_view(sample.astype(np.float64), (half + 1, window), axis=(0, 1))
    windows = windows.transpose(0, 1, 3, 4, 2).reshape(-1, half + 1, window, 3)
    rows = windows[:, done].reshape(len(windows), -1)  # (places, numbers of a neighbourhood)
    squares = rows**2
    grown = np.zeros((half + H, half + W + half, 3))
    known = np.zeros(grown.shape)  # 1 inside of the result, 0 outside, where no pixel will ever be
    known[half:, half:half + W] = 1
    for i in range(H):
        for j in range(W):
            around = slice(i, i + half + 1), slice(j, j + window)
            counts, colours = known[around][done].ravel(), grown[around][done].ravel()
            # Squared distances over what is known, (a - b)^2 = a^2 - 2 a b + b^2; outside, colours are 0.
            distance = squares @ counts - 2 * rows @ colours + colours @ colours
            alike = np.flatnonzero(distance <= (1 + tolerance) * distance.min())
            grown[i + half, j + half] = windows[np.random.choice(alike), half, half]
    return grown[half:, half:half + W].astype(np.uint8)
