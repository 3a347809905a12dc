"""Hand-made image features of lecture 3: a histogram of oriented gradients (HOG) and a histogram of hues."""

import functools

import numpy as np
from matplotlib.colors import rgb_to_hsv

from cs231n.validation import check_finite, check_integer, check_sizes, describe

CELL = 8  # pixels along the side of a HOG cell
ORIENTATIONS = 9  # bins over 180 degrees: an edge and its negative point the same way


def extract_features(imgs, feature_fns, verbose=False):
    """Describe each image by the numbers of several features, one after the other.

    Parameters
    ----------
    imgs : ndarray (N, H, W, C)
        Images.
    feature_fns : sequence of callable
        Each takes one image (H, W, C) and returns a 1-D array.
    verbose : bool
        Print progress each 1,000 images.

    Returns
    -------
    features : ndarray (N, F) of float64
        F is the number of numbers of all features together.

    Raises
    ------
    ValueError
        If there are no images or no features, or a feature is not 1-D or changes its length.
    """
    if len(imgs) == 0 or len(feature_fns) == 0:
        raise ValueError(f"imgs and feature_fns must not be empty, got {len(imgs)} images "
                         f"and {len(feature_fns)} features")
    features = None
    for n, image in enumerate(imgs):
        row = [np.asarray(feature(image)) for feature in feature_fns]
        if any(numbers.ndim != 1 for numbers in row):
            raise ValueError(f"feature_fns must return 1-D arrays, got shapes {[numbers.shape for numbers in row]}")
        row = np.concatenate(row)
        if features is None:
            features = np.zeros((len(imgs), len(row)))
        if len(row) != features.shape[1]:
            raise ValueError(f"feature_fns must return as many numbers for each image: got {features.shape[1]} for "
                             f"image 0 and {len(row)} for image {n}")
        features[n] = row
        if verbose and (n + 1) % 1000 == 0:
            print(f"Done extracting features for {n + 1} / {len(imgs)} images")
    return features


def rgb2gray(rgb):
    """Brightness as the eye sees it.

    Parameters
    ----------
    rgb : ndarray (..., 3)
        Colour image or images.

    Returns
    -------
    gray : ndarray (...)
        ``0.299 R + 0.587 G + 0.114 B`` (ITU-R BT.601), float32 for float32, otherwise float64.

    Raises
    ------
    ValueError
        If the last axis is not of length 3.
    """
    rgb = np.asarray(rgb)
    if rgb.ndim == 0 or rgb.shape[-1] != 3:
        raise ValueError(f"rgb must have 3 channels in its last axis, got {describe(rgb)}")
    return rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32 if rgb.dtype == np.float32 else np.float64)


def hog_feature(im):
    """Histogram of oriented gradients: how strong the edges of each direction are, cell by cell.

    Parameters
    ----------
    im : ndarray (H, W, 3) or (H, W)
        Image; colour is turned to grey. Rows and columns beyond a multiple of 8 are left out of the cells.

    Returns
    -------
    hog : ndarray (H // 8 * (W // 8) * 9,) of float64
        For each 8x8 cell, row by row, 9 numbers: the mean over its pixels of the length of the brightness gradient, in
        bins of 20 degrees by the gradient's direction. Bin b is centred on ``20 b + 10`` degrees from the x axis, and
        each pixel is shared between the two nearest bins. 144 numbers for a 32x32 image.

    Raises
    ------
    ValueError
        If the image has another shape, is smaller than 8x8 or is not finite.

    Notes
    -----
    After Dalal and Triggs, "Histograms of oriented gradients for human detection", CVPR 2005, without the
    normalisation over blocks.
    """
    im = np.asarray(im)
    gray = rgb2gray(im) if im.ndim == 3 else im.astype(np.float64)
    if gray.ndim != 2 or min(gray.shape) < CELL:
        raise ValueError(f"im must be an image (H, W, 3) or (H, W) of at least {CELL}x{CELL} pixels, "
                         f"got {describe(im)}")
    check_finite(gray, "im")
    rows, columns = gray.shape[0] // CELL, gray.shape[1] // CELL
    gy, gx = (g[:rows * CELL, :columns * CELL].ravel() for g in np.gradient(gray))
    strength = np.hypot(gx, gy) / CELL**2

    position = np.arctan2(gy, gx) * (ORIENTATIONS / np.pi) - 0.5  # in bins; a whole number at the centre of a bin
    low = np.floor(position)
    share = position - low
    low = low.astype(np.intp) % ORIENTATIONS
    high = (low + 1) % ORIENTATIONS
    first = _first_bin(rows, columns)
    size = rows * columns * ORIENTATIONS
    return (np.bincount(first + low, strength * (1 - share), size)
            + np.bincount(first + high, strength * share, size))


def color_histogram_hsv(im, nbin=10, xmin=0, xmax=255, normalized=True):
    """Histogram of the hues of an image.

    Parameters
    ----------
    im : ndarray (H, W, 3)
        Colour image with values from 0 to `xmax`.
    nbin : int
        Number of bins.
    xmin, xmax : float
        The bins divide the range `xmin` to `xmax`; hue is scaled so that a full turn is 0 to `xmax`.
    normalized : bool
        Divide by the number of pixels counted, so that the histogram sums to one.

    Returns
    -------
    hist : ndarray (nbin,) of float64
        Part (or number) of the pixels in each bin. Grey pixels have hue 0.

    Raises
    ------
    ValueError
        If `im` is not a colour image or leaves the range 0 to `xmax`, or `nbin` is not 1 or more.
    """
    im = np.asarray(im)
    check_integer(nbin, "nbin", 1)
    if im.ndim != 3 or im.shape[2] != 3 or im.size == 0:
        raise ValueError(f"im must be a colour image (H, W, 3), got {describe(im)}")
    if not (im.min() >= 0 and im.max() <= xmax):
        raise ValueError(f"im must have values from 0 to xmax = {xmax}, got {im.min()} to {im.max()}")
    hue = rgb_to_hsv(im / xmax)[:, :, 0] * xmax
    hist = np.histogram(hue, bins=nbin, range=(xmin, xmax))[0].astype(np.float64)
    return hist / max(hist.sum(), 1) if normalized else hist


def hog_picture(hog, image_shape, glyph=16):
    """Draw HOG numbers as an image: in each cell a line along each edge direction, the brighter the stronger.

    Parameters
    ----------
    hog : ndarray
        What `hog_feature` returned (or weights of a template over it; negative numbers draw nothing).
    image_shape : tuple
        Shape of the image that was described, (H, W) or (H, W, 3).
    glyph : int
        Pixels along the side of a drawn cell.

    Returns
    -------
    picture : ndarray (H // 8 * glyph, W // 8 * glyph) of float64
        Grey image, 0 to 1.

    Raises
    ------
    ValueError
        If `hog` has another number of entries than `image_shape` asks for, or `glyph` is not 1 or more.
    """
    check_sizes(glyph=glyph)
    rows, columns = image_shape[0] // CELL, image_shape[1] // CELL
    hog = np.asarray(hog)
    if hog.size != rows * columns * ORIENTATIONS:
        raise ValueError(f"hog must have {rows * columns * ORIENTATIONS} numbers for an image of shape "
                         f"{tuple(image_shape)}, got {describe(hog)}")
    # The edge runs across the gradient: its normal has the direction of the bin's centre.
    angles = (np.arange(ORIENTATIONS) + 0.5) * np.pi / ORIENTATIONS
    y, x = np.indices((glyph, glyph)) - (glyph - 1) / 2
    across = np.cos(angles)[:, None, None] * x + np.sin(angles)[:, None, None] * y
    lines = np.clip(1.2 - np.abs(across), 0, 1) * (np.hypot(x, y) < glyph / 2)  # (9, glyph, glyph)
    cells = np.maximum(hog, 0).reshape(rows, columns, ORIENTATIONS, 1, 1)
    glyphs = (cells * lines).max(axis=2)  # the strongest line shows where they cross
    picture = glyphs.transpose(0, 2, 1, 3).reshape(rows * glyph, columns * glyph)
    return picture / (picture.max() or 1)


@functools.lru_cache
def _first_bin(rows, columns):
    """For each pixel of rows x columns cells, where the histogram of its cell begins."""
    y, x = np.indices((rows * CELL, columns * CELL)) // CELL
    return (ORIENTATIONS * (y * columns + x)).ravel()
