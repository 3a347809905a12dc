"""What a network looks at, and images that it likes; what its features know is in `feature_visualization`.

Images X are (N, 3, H, W) as `model.preprocess` gives them. Nothing here knows the network but through `model.forward`
and `model.backward`, so all of it works with every `LayeredNet`. Wrong input raises a ValueError that names the
argument.
"""
from numbers import Real

import numpy as np
from scipy.ndimage import zoom
from scipy.special import softmax

from cs231n.exercise import exercise
from cs231n.image_utils import blur_image, clip_image
from cs231n.layers import relu_backward
from cs231n.validation import check_array, check_integer, check_labels, check_number, check_sizes, describe
from cs231n.visualization.feature_visualization import (
    feature_vectors,
    invert_features,
    max_activating_patches,
    nearest_neighbours,
    total_variation,
)

__all__ = [
    "class_visualization_step", "compute_saliency_maps", "create_class_visualization", "deep_dream", "dream_step",
    "feature_vectors", "guided_backpropagation", "guided_relu_backward", "invert_features", "make_fooling_image",
    "max_activating_patches", "nearest_neighbours", "occlusion_map", "total_variation",
]

NOTEBOOK = "assignment3/NetworkVisualization"


# Which pixels matter ----------------------------------------------------------------------------------------------


def _check_saliency(X, y, model):
    check_array(X, "X", ("N", 3, "H", "W"))
    check_labels(y, len(X), len(model.classes))


@exercise(NOTEBOOK, validate=_check_saliency)
def compute_saliency_maps(X, y, model):
    """How much each pixel would change the score of an image's class: the gradient, in absolute value.

    Of the three colours of a pixel the largest counts (Simonyan et al., 2014).

    Parameters
    ----------
    X : ndarray (N, 3, H, W)
    y : ndarray (N,) of int
        Classes.
    model : LayeredNet

    Returns
    -------
    saliency : ndarray (N, H, W)
    """
    scores, cache = model.forward(X)
    dscores = np.zeros_like(scores)
    dscores[np.arange(len(X)), y] = 1
    dX = model.backward(dscores, cache)
    return np.max(np.abs(dX), axis=1)


def guided_relu_backward(dout, x):
    """The rule of guided backpropagation for a ReLU: pass on what is positive, where the input was positive.

    Parameters
    ----------
    dout, x : ndarray
        Gradient on the output, and the input.

    Returns
    -------
    ndarray
    """
    return np.maximum(relu_backward(dout, x), 0)


def guided_backpropagation(X, model, layer, channel, relu_rule=guided_relu_backward):
    """Which pixels speak for a feature, where it is strongest (Springenberg et al., 2015).

    Parameters
    ----------
    X : ndarray (N, 3, H, W)
    model : LayeredNet
    layer : str or int
    channel : int
        Feature map of the layer, or class of its scores.
    relu_rule : function of (dout, x)
        With `layers.relu_backward` it is the plain gradient.

    Returns
    -------
    ndarray (N, 3, H, W)
    """
    out, cache = model.forward(X, layer)
    check_integer(channel, "channel", 0, out.shape[1] - 1)
    maps = out.reshape(*out.shape[:2], -1)  # class scores become maps of one number
    dmaps = np.zeros_like(maps)
    dmaps[np.arange(len(X)), channel, maps[:, channel].argmax(axis=1)] = 1
    return model.backward(dmaps.reshape(out.shape), cache, relu_rule)


def occlusion_map(X, y, model, patch, stride, batch_size=50):
    """Hide one place after the other, and see how probable the class still is (Zeiler and Fergus, 2014).

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
        One image.
    y : int
        Its class.
    model : LayeredNet
    patch : int
        Side of the grey square that hides a place.
    stride : int
        Pixels between neighbouring places.
    batch_size : int
        Images at once, to save memory.

    Returns
    -------
    probabilities : ndarray (1 + (H - patch) // stride, 1 + (W - patch) // stride)
    """
    _check_one(X, y, model)
    check_integer(patch, "patch", 1, min(X.shape[2:]), ", the shorter side of X")
    check_sizes(stride=stride, batch_size=batch_size)
    tops, lefts = (range(0, side - patch + 1, stride) for side in X.shape[2:])
    places = [(top, left) for top in tops for left in lefts]
    probabilities = []
    for first in range(0, len(places), batch_size):
        batch = places[first:first + batch_size]
        hidden = X.repeat(len(batch), axis=0)
        for image, (top, left) in zip(hidden, batch, strict=True):
            image[:, top:top + patch, left:left + patch] = 0
        scores, _ = model.forward(hidden)
        probabilities.extend(softmax(scores, axis=1)[:, y])
    return np.array(probabilities).reshape(len(tops), len(lefts))


# Images that a network likes --------------------------------------------------------------------------------------


def _check_fooling(X, target_y, model, learning_rate=1.0, max_steps=100):
    _check_one(X, target_y, model)
    check_number(learning_rate, "learning_rate")
    check_integer(max_steps, "max_steps", 0)


@exercise(NOTEBOOK, validate=_check_fooling)
def make_fooling_image(X, target_y, model, learning_rate=1.0, max_steps=100):
    """Change an image, as little as can be seen, until the network takes it for another class.

    Each step goes up the gradient of the target's score, ``X += learning_rate * g / ||g||``.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
        One image; it stays as it is.
    target_y : int
        The class that the network shall see.
    model : LayeredNet
    learning_rate : float
        Length of a step.
    max_steps : int
        Give up after so many.

    Returns
    -------
    X_fooling : ndarray (1, 3, H, W)
    """
    X_fooling = X.copy()
    for _ in range(max_steps):
        scores, cache = model.forward(X_fooling)
        if np.argmax(scores[0]) == target_y:
            break
        dscores = np.zeros_like(scores)
        dscores[0, target_y] = 1
        g = model.backward(dscores, cache)
        X_fooling += learning_rate * g / np.linalg.norm(g)
    return X_fooling


def _check_step(X, target_y, model, l2_reg, learning_rate):
    _check_one(X, target_y, model)
    check_number(l2_reg, "l2_reg")
    check_number(learning_rate, "learning_rate")


@exercise(NOTEBOOK, validate=_check_step)
def class_visualization_step(X, target_y, model, l2_reg, learning_rate):
    """One step of gradient ascent towards the image that a class likes most.

    It raises ``score of target_y - l2_reg * ||X||^2`` by a step of length `learning_rate` up the gradient g of this,
    ``X + learning_rate * g / ||g||``.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
        One image; it stays as it is.
    target_y : int
    model : LayeredNet
    l2_reg, learning_rate : float

    Returns
    -------
    ndarray (1, 3, H, W)
    """
    scores, cache = model.forward(X)
    dscores = np.zeros_like(scores)
    dscores[0, target_y] = 1
    g = model.backward(dscores, cache) - 2 * l2_reg * X
    return X + learning_rate * g / np.linalg.norm(g)


def create_class_visualization(target_y, model, l2_reg=1e-3, learning_rate=None, num_iterations=100, blur_every=10,
                               max_jitter=None, size=None, on_step=None):
    """Paint what a class looks like to the network, from noise (Simonyan et al., 2014; Yosinski et al., 2015).

    Each step sees the image shifted by a random distance, and now and then it is blurred: both keep pixels from
    conspiring. Random numbers are from NumPy's global generator.

    Parameters
    ----------
    target_y : int
    model : LayeredNet
    l2_reg : float
    learning_rate : float, optional
        25 for images of 224 pixels and in proportion for others, if not given.
    num_iterations : int
    blur_every : int
        Iterations from one blur to the next.
    max_jitter : int, optional
        Largest shift; 16 for images of 224 pixels and in proportion for others, if not given.
    size : int, optional
        Height and width of the image; that which the model was trained on, if not given.
    on_step : function of (int, ndarray), optional
        Called with the number of each iteration and the image after it.

    Returns
    -------
    X : ndarray (1, 3, size, size) of float32
    """
    size = model.input_size if size is None else size
    check_sizes(size=size, blur_every=blur_every)
    check_integer(num_iterations, "num_iterations", 0)
    max_jitter = round(16 * size / 224) if max_jitter is None else max_jitter
    check_integer(max_jitter, "max_jitter", 0)
    learning_rate = 25 * size / 224 if learning_rate is None else learning_rate
    X = np.random.randn(1, 3, size, size).astype(np.float32)
    for iteration in range(num_iterations):
        shift = np.random.randint(0, max_jitter + 1, 2)
        X = class_visualization_step(np.roll(X, shift, (2, 3)), target_y, model, l2_reg, learning_rate)
        X = clip_image(np.roll(X, -shift, (2, 3)))
        if iteration % blur_every == 0:
            X = blur_image(X, sigma=0.5)
        if on_step is not None:
            on_step(iteration, X)
    return X


def dream_step(X, model, layer, learning_rate):
    """Amplify whatever a layer sees in an image: a step up the gradient of half the sum of its squared features.

    That gradient starts as the features themselves. The step is ``learning_rate * g / mean |g|``.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
    model : LayeredNet
    layer : str or int
    learning_rate : float
        How far a pixel moves on average.

    Returns
    -------
    ndarray (1, 3, H, W)
    """
    features, cache = model.forward(X, layer)
    g = model.backward(features, cache)
    return X + learning_rate * g / np.mean(np.abs(g))


def deep_dream(X, model, layer, num_iterations=10, learning_rate=0.03, octaves=3, octave_scale=1.4, max_jitter=8):
    """DeepDream (Mordvintsev et al., 2015): `dream_step` on the image at several sizes, the smallest one first.

    What is dreamt at one size is enlarged and added to the image at the next, which so gets large and small features.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
    model : LayeredNet
    layer : str or int
    num_iterations : int
        Steps at each size.
    learning_rate : float
    octaves : int
        How many sizes.
    octave_scale : float
        From one size to the next, 1 or more.
    max_jitter : int
        Each step sees the image shifted by up to so many pixels.

    Returns
    -------
    ndarray (1, 3, H, W)
    """
    check_array(X, "X", (1, 3, "H", "W"))
    check_sizes(octaves=octaves)
    check_integer(num_iterations, "num_iterations", 0)
    check_integer(max_jitter, "max_jitter", 0)
    if not isinstance(octave_scale, Real) or not octave_scale >= 1:
        raise ValueError(f"octave_scale must be a number, 1 or more, got {describe(octave_scale)}")
    dream = np.zeros_like(X)
    for octave in reversed(range(octaves)):
        size = [max(1, round(side / octave_scale**octave)) for side in X.shape[2:]]
        base = _enlarge(X, size)
        image = clip_image(base + _enlarge(dream, size))
        for _ in range(num_iterations):
            shift = np.random.randint(0, max_jitter + 1, 2)
            image = dream_step(np.roll(image, shift, (2, 3)), model, layer, learning_rate)
            image = clip_image(np.roll(image, -shift, (2, 3)))
        dream = image - base
    return image


def _enlarge(X, size):
    """Images in another size (H, W)."""
    factors = [1, 1, *(new / old for new, old in zip(size, X.shape[2:], strict=True))]
    return zoom(X, factors, order=1, mode="nearest", grid_mode=True)


def _check_one(X, y, model):
    check_array(X, "X", (1, 3, "H", "W"))
    check_integer(y, "the class", 0, len(model.classes) - 1)
