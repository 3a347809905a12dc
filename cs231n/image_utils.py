"""Pictures in and out of networks: load, resize, normalise, blur.

A picture is (H, W, 3) in RGB, uint8 from 0 to 255; a stack of them is (N, H, W, 3). What networks take is float, with
about zero mean and unit deviation.
"""
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter1d

from cs231n.data.coco_pictures import image_from_url as image_from_url  # the course's notebooks import it from here
from cs231n.validation import check_integer, check_number, describe

# Mean and deviation of ImageNet's red, green and blue, of pixels from 0 to 1. All networks of this kit take pictures
# that are normalised by them.
SQUEEZENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
SQUEEZENET_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def preprocess_image(img):
    """Normalise pictures for a network: ``(img / 255 - SQUEEZENET_MEAN) / SQUEEZENET_STD``.

    Parameters
    ----------
    img : ndarray (..., 3)
        RGB, 0 to 255, of any type.

    Returns
    -------
    ndarray, shape of img
        float64 for float64, otherwise float32.

    Raises
    ------
    ValueError
        If the last axis is not that of three colours.
    """
    _check_colours(img)
    dtype = np.float64 if img.dtype == np.float64 else np.float32
    return (img.astype(dtype) / 255 - SQUEEZENET_MEAN) / SQUEEZENET_STD


def deprocess_image(img, rescale=False):
    """Undo `preprocess_image`.

    Parameters
    ----------
    img : ndarray (..., 3)
        What a network takes, with colours on the last axis.
    rescale : bool
        Stretch the darkest number to 0 and the brightest to 255, rather than cutting off what lies outside.

    Returns
    -------
    ndarray of uint8, shape of img
    """
    _check_colours(img)
    pixels = img * SQUEEZENET_STD + SQUEEZENET_MEAN
    if rescale:
        low, high = pixels.min(), pixels.max()
        pixels = (pixels - low) / (high - low if high > low else 1)
    return np.rint(np.clip(255 * pixels, 0, 255)).astype(np.uint8)


def clip_image(X):
    """Cut images off at what pixels can show: black, 0, and white, 255.

    Parameters
    ----------
    X : ndarray (N, 3, H, W) of float
        As networks take it.

    Returns
    -------
    ndarray, shape and dtype of X
    """
    _check_images(X)
    mean, std = (values.astype(X.dtype)[:, None, None] for values in (SQUEEZENET_MEAN, SQUEEZENET_STD))
    return np.clip(X, -mean / std, (1 - mean) / std)


def blur_image(X, sigma=1.0):
    """Blur images by a Gaussian. The mean of an image stays as it is.

    Parameters
    ----------
    X : ndarray (N, C, H, W) of float
    sigma : float
        Deviation of the Gaussian, in pixels; 0 leaves everything as it is.

    Returns
    -------
    ndarray, shape and dtype of X
    """
    _check_images(X)
    check_number(sigma, "sigma")
    if sigma == 0:
        return X.copy()
    return gaussian_filter1d(gaussian_filter1d(X, sigma, axis=2), sigma, axis=3)


def load_image(filename, size=None):
    """Load a picture file.

    Parameters
    ----------
    filename : str or path
    size : int, optional
        Resize the picture so that its shorter side has so many pixels.

    Returns
    -------
    ndarray (H, W, 3) of uint8
    """
    with Image.open(filename) as image:
        picture = np.asarray(image.convert("RGB"))
    return picture if size is None else resize(picture, size)


def resize(picture, size):
    """Resize a picture, smoothly (bilinear, of all pixels that fall on a new one).

    Parameters
    ----------
    picture : ndarray (H, W, 3) of uint8
    size : int or (int, int)
        Pixels of the shorter side, the other one follows; or the new (H, W).

    Returns
    -------
    ndarray (H', W', 3) of uint8

    Raises
    ------
    ValueError
        If the picture or a size is none.
    """
    _check_colours(picture, "picture")
    if picture.ndim != 3 or picture.dtype != np.uint8:
        raise ValueError(f"picture must be an array (H, W, 3) of uint8, got {describe(picture)}")
    H, W = picture.shape[:2]
    for length in size if isinstance(size, tuple) else (size,):
        check_integer(length, "size", 1)
    height, width = size if isinstance(size, tuple) else (size * H // min(H, W), size * W // min(H, W))
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR))


def _check_images(X):
    if not isinstance(X, np.ndarray) or X.ndim != 4 or X.dtype.kind != "f":
        raise ValueError(f"X must be an array of floats (N, C, H, W), got {describe(X)}")


def _check_colours(img, name="img"):
    if not isinstance(img, np.ndarray) or img.ndim < 1 or img.shape[-1] != 3 or img.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be an array of numbers (..., 3) with colours on the last axis, "
                         f"got {describe(img)}")
