"""Data augmentation: change training images at random in ways that leave their labels true (lecture 7).

Each function takes a minibatch of images (N, C, H, W) and returns a changed copy of the same dtype; every image has its
own draw from NumPy's global generator. Wrong input raises a ValueError that names the argument. `Solver(augment=...)`
takes one of them, or several in a row:

    augment = compose(random_flip, lambda X: random_shift(X, 4))
"""
import numpy as np
from scipy import ndimage

from cs231n.validation import check_array, check_integer, check_number, check_sizes, describe

IMAGES = ("N", "C", "H", "W")


def compose(*functions):
    """Return the function that applies these in turn."""
    def augment(X):
        for function in functions:
            X = function(X)
        return X

    return augment


def random_flip(X):
    """Mirror every second image, on average, left to right.

    Parameters
    ----------
    X : ndarray (N, C, H, W)

    Returns
    -------
    ndarray (N, C, H, W)
    """
    check_array(X, "X", IMAGES)
    flipped = np.random.random(len(X)) < 0.5
    out = X.copy()
    out[flipped] = X[flipped, :, :, ::-1]
    return out


def random_shift(X, pad):
    """Move each image by up to `pad` pixels in each direction: zeros all around, then a random crop of the old size.

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    pad : int

    Returns
    -------
    ndarray (N, C, H, W)
    """
    check_integer(pad, "pad", 0)
    check_array(X, "X", IMAGES)
    return random_crop(np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad))), *X.shape[2:])


def random_crop(X, height, width):
    """Cut a window out of each image, at a random place.

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    height, width : int
        Size of the window, at most (H, W).

    Returns
    -------
    ndarray (N, C, height, width)

    Raises
    ------
    ValueError
        If the window is larger than the images.
    """
    windows = _windows(X, height, width)
    rows = np.random.randint(windows.shape[2], size=len(X))
    columns = np.random.randint(windows.shape[3], size=len(X))
    return windows[np.arange(len(X)), :, rows, columns]


def ten_crops(X, height, width):
    """Cut the four corners and the centre out of each image, and mirror them: what a test averages scores over.

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    height, width : int
        Size of the crops, at most (H, W).

    Returns
    -------
    ndarray (10, N, C, height, width)
        Top left, top right, bottom left, bottom right, centre; then the same five mirrored.

    Raises
    ------
    ValueError
        If the crops are larger than the images.
    """
    windows = _windows(X, height, width)
    bottom, right = windows.shape[2] - 1, windows.shape[3] - 1
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = np.stack([windows[:, :, row, column] for row, column in places])
    return np.concatenate([crops, crops[..., ::-1]])


def random_colour(X, contrast=0.2, brightness=0.2):
    """Change contrast and brightness: ``a x + b`` with an a and a b for each image.

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    contrast : float
        a is drawn between ``1 - contrast`` and ``1 + contrast``.
    brightness : float
        b is drawn between plus and minus ``brightness`` standard deviations of all of X.

    Returns
    -------
    ndarray (N, C, H, W)

    Raises
    ------
    ValueError
        If the images are integers.
    """
    check_array(X, "X", IMAGES, floats=True)
    check_number(contrast, "contrast")
    check_number(brightness, "brightness")
    a = np.random.uniform(1 - contrast, 1 + contrast, size=(len(X), 1, 1, 1))
    b = np.random.uniform(-brightness, brightness, size=(len(X), 1, 1, 1)) * X.std()
    return (a * X + b).astype(X.dtype)


def colour_components(X):
    """Find the directions in which the colours of these images vary, for `random_colour_shift`.

    Parameters
    ----------
    X : ndarray (N, C, H, W)

    Returns
    -------
    ndarray (C, C)
        Row i is the i-th principal component of all pixels, times their standard deviation along it.
    """
    check_array(X, "X", IMAGES)
    variances, directions = np.linalg.eigh(np.cov(np.moveaxis(X, 1, 0).reshape(X.shape[1], -1)))
    return (directions * np.sqrt(np.maximum(variances, 0))).T


def random_colour_shift(X, components, strength=0.1):
    """Add one random colour to all pixels of an image, along the colours that vary anyway (Krizhevsky et al., 2012).

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    components : ndarray (C, C)
        From `colour_components` of the whole training set.
    strength : float
        Standard deviation of the draws, in units of the components.

    Returns
    -------
    ndarray (N, C, H, W)

    Raises
    ------
    ValueError
        If the components have another number of channels, or the images are integers.
    """
    check_array(X, "X", IMAGES, floats=True)
    check_number(strength, "strength")
    C = X.shape[1]
    if np.shape(components) != (C, C):
        raise ValueError(f"components must be ({C}, {C}) for images of {C} channels, got {describe(components)}")
    colours = np.random.normal(scale=strength, size=(len(X), C)) @ components
    return (X + colours[:, :, None, None]).astype(X.dtype)


def random_affine(X, degrees=10, scale=0.1, shear=0.1):
    """Turn, scale and shear each image around its centre; what comes in from outside is zero.

    Parameters
    ----------
    X : ndarray (N, C, H, W)
    degrees, scale, shear : float
        Largest angle; largest relative change of size; largest slant, pixels sideways for each row.

    Returns
    -------
    ndarray (N, C, H, W)
    """
    check_array(X, "X", IMAGES)
    for name, value in {"degrees": degrees, "scale": scale, "shear": shear}.items():
        check_number(value, name)
    centre = (np.array(X.shape[2:]) - 1) / 2
    out = np.empty_like(X)
    for image, changed in zip(X, out, strict=True):
        angle = np.radians(np.random.uniform(-degrees, degrees))
        size, slant = 1 + np.random.uniform(-scale, scale), np.random.uniform(-shear, shear)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = turn @ [[1, 0], [slant, 1]] / size  # from a place in the new image to its place in the old one
        for channel, target in zip(image, changed, strict=True):
            ndimage.affine_transform(channel, matrix, centre - matrix @ centre, output=target, order=1)
    return out


def _windows(X, height, width):
    """All windows of a size, as a view: (N, C, rows, columns, height, width)."""
    check_array(X, "X", IMAGES)
    check_sizes(height=height, width=width)
    if height > X.shape[2] or width > X.shape[3]:
        raise ValueError(f"a crop of {height} x {width} does not fit into images of {X.shape[2]} x {X.shape[3]}")
    return np.lib.stride_tricks.sliding_window_view(X, (height, width), axis=(2, 3))
