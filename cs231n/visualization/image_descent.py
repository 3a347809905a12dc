"""Gradient descent on the pixels of an image, as feature inversion and style transfer need it."""
import numpy as np

from cs231n.image_utils import clip_image
from cs231n.training.schedules import cosine
from cs231n.training.settings import Settings
from cs231n.training.updater import Updater
from cs231n.validation import check_integer, check_number


def descend(X, gradient, num_iterations=200, learning_rate=0.2, max_jitter=3, on_step=None):
    """Change an image by Adam, at a rate that falls to 0 along half a cosine; pixels stay between black and white.

    Layers with strides look at some pixels more often than at others, which would print a grid on the result. So each
    iteration names another shift, by which `gradient` is to shift what it looks at.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
        Where to start.
    gradient : function of (ndarray, ndarray)
        Of the image and of the shift, pixels down and to the right; returns the gradient (1, 3, H, W) on the image.
    num_iterations : int
    learning_rate : float
        Of the first step.
    max_jitter : int
        Shifts are from 0 to this, drawn from NumPy's global generator.
    on_step : function of (int, ndarray), optional
        Called with the number of each iteration and the image after it.

    Returns
    -------
    ndarray (1, 3, H, W)
    """
    check_integer(num_iterations, "num_iterations", 0)
    check_number(learning_rate, "learning_rate")
    check_integer(max_jitter, "max_jitter", 0)
    pixels = {"X": X}
    updater = Updater(pixels, Settings(update_rule="adam", optim_config={"learning_rate": learning_rate},
                                       lr_schedule=cosine(max(num_iterations, 1))))
    for iteration in range(num_iterations):
        dX = gradient(pixels["X"], np.random.randint(0, max_jitter + 1, 2))
        updater.step(pixels, {"X": dX}, iteration)
        pixels["X"] = clip_image(pixels["X"])
        if on_step is not None:
            on_step(iteration, pixels["X"])
    return pixels["X"]
