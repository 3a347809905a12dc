"""What the course's notebooks import from elsewhere and is gone since SciPy 1.3: `scipy.misc.imread` and `imresize`.

Only folders that `cs231n link` has been to bring it back; this package itself does without.
"""
import importlib
import numbers
import sys
import types
import warnings

import numpy as np
import scipy
from PIL import Image


def imread(name):
    """Read a picture file.

    Parameters
    ----------
    name : str, path or binary file object

    Returns
    -------
    ndarray (H, W, 3) of uint8, or (H, W), (H, W, 4) for grey and transparent ones
    """
    with Image.open(name) as image:
        return np.array(image)


def imresize(arr, size):
    """Resize a picture, smoothly (bilinear).

    Parameters
    ----------
    arr : ndarray (H, W) or (H, W, 3)
        Other types than uint8 are first stretched to 0 to 255, from their smallest to their largest number.
    size : int, float or tuple of int
        Per cent; a factor; or the new (H, W).

    Returns
    -------
    ndarray of uint8
    """
    arr = np.asarray(arr)
    if arr.dtype != np.uint8:
        span = np.ptp(arr) or 1
        arr = np.uint8((arr - arr.min()) * (255 / span) + 0.5)
    if np.ndim(size) == 0:
        factor = size / 100 if isinstance(size, numbers.Integral) else size
        size = [int(side * factor) for side in arr.shape[:2]]
    return np.array(Image.fromarray(arr).resize(tuple(size)[::-1], Image.Resampling.BILINEAR))


def bring_back():
    """Put them where they were, unless they are still there.

    Notebooks that read with imageio instead mean what its `imread` does today: they need not hear of a coming version.
    """
    warnings.filterwarnings("ignore", "Starting with ImageIO v3", DeprecationWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            misc = importlib.import_module("scipy.misc")
        except ImportError:
            misc = sys.modules["scipy.misc"] = scipy.misc = types.ModuleType("scipy.misc")
    for function in (imread, imresize):
        if not hasattr(misc, function.__name__):
            setattr(misc, function.__name__, function)
