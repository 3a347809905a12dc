"""What the features of a network know: images with the same features, patches that excite one, and neighbours.

Images X are (N, 3, H, W) as `model.preprocess` gives them. Wrong input raises a ValueError that names the argument.
"""
import numpy as np
from scipy.spatial.distance import cdist

from cs231n.validation import check_array, check_integer, check_number, check_sizes
from cs231n.visualization.image_descent import descend


def total_variation(X):
    """Length of the steps between neighbouring pixels, ``sum sqrt(down^2 + across^2)``, and its gradient.

    `down` and `across` are the differences to the next pixel. Unlike squares, this allows sharp edges.

    Parameters
    ----------
    X : ndarray (N, 3, H, W)

    Returns
    -------
    value : float
    dX : ndarray (N, 3, H, W)
    """
    check_array(X, "X", ("N", 3, "H", "W"), floats=True)
    down, across = np.zeros_like(X), np.zeros_like(X)
    down[:, :, :-1] = np.diff(X, axis=2)
    across[:, :, :, :-1] = np.diff(X, axis=3)
    length = np.sqrt(down**2 + across**2)
    safe = np.where(length > 0, length, 1)
    ddown, dacross = down / safe, across / safe
    dX = -ddown - dacross
    dX[:, :, 1:] += ddown[:, :, :-1]
    dX[:, :, :, 1:] += dacross[:, :, :, :-1]
    return np.sum(length), dX


def invert_features(X, model, layer, tv_weight=0.2, **settings):
    """Find an image with the features of X, from noise (Mahendran and Vedaldi, 2015): what does a layer still know?

    It minimises ``||F(x) - F(X)||^2 / ||F(X)||^2 + tv_weight * total_variation(x) / (H W)``.

    Parameters
    ----------
    X : ndarray (1, 3, H, W)
    model : LayeredNet
    layer : str or int
    tv_weight : float
    **settings
        num_iterations, learning_rate, max_jitter and on_step of `image_descent.descend`.

    Returns
    -------
    x : ndarray (1, 3, H, W)
    losses : list of float
        What is minimised, at each iteration.
    """
    check_array(X, "X", (1, 3, "H", "W"))
    check_number(tv_weight, "tv_weight")
    pixels, losses = X.shape[2] * X.shape[3], []

    def gradient(x, shift):
        target, _ = model.forward(np.roll(X, shift, (2, 3)), layer)
        features, cache = model.forward(np.roll(x, shift, (2, 3)), layer)
        difference, scale = features - target, np.sum(target**2)
        variation, dvariation = total_variation(x)
        losses.append(float(np.sum(difference**2) / scale + tv_weight * variation / pixels))
        dfeatures = model.backward(2 * difference / scale, cache)
        return np.roll(dfeatures, -shift, (2, 3)) + tv_weight / pixels * dvariation

    noise = (0.1 * np.random.randn(*X.shape)).astype(X.dtype)
    return descend(noise, gradient, **settings), losses


def max_activating_patches(X, model, layer, channel, count=9, batch_size=50):
    """Find the patches of images that excite a feature most; of each image the best one.

    Parameters
    ----------
    X : ndarray (N, 3, H, W)
    model : LayeredNet
    layer : str or int
    channel : int
        Feature map of the layer.
    count : int
        How many patches.
    batch_size : int
        Images at once, to save memory.

    Returns
    -------
    patches : ndarray (count, 3, size, size)
        All that the feature sees; 0 where that is outside of the image.
    values : ndarray (count,)
        The feature there, the largest first.
    places : ndarray (count, 3) of int
        Number of the image, and the row and column of it where the patch begins, which may be negative.
    """
    check_integer(count, "count", 1, len(X), ", the number of images")
    check_sizes(batch_size=batch_size)
    size, stride, start = model.receptive_field(layer)
    values, rows, columns = [], [], []
    for first in range(0, len(X), batch_size):
        maps = model.forward(X[first:first + batch_size], layer)[0]
        check_integer(channel, "channel", 0, maps.shape[1] - 1)
        flat = maps[:, channel].reshape(len(maps), -1)
        values.extend(flat.max(axis=1))
        row, column = np.divmod(flat.argmax(axis=1), maps.shape[3])
        rows.extend(start + row * stride)
        columns.extend(start + column * stride)
    best = np.argsort(-np.array(values), kind="stable")[:count]
    patches = np.zeros((count, 3, size, size), X.dtype)
    for patch, n in zip(patches, best, strict=True):
        framed = np.pad(X[n], ((0, 0), (size, size), (size, size)))
        patch[:] = framed[:, size + rows[n]:, size + columns[n]:][:, :size, :size]
    return patches, np.array(values)[best], np.stack([best, np.array(rows)[best], np.array(columns)[best]], axis=1)


def feature_vectors(X, model, layer, batch_size=50):
    """Return for each image of X (N, 3, H, W) the mean of each feature map of a layer, (N, C)."""
    check_array(X, "X", ("N", 3, "H", "W"))
    check_sizes(batch_size=batch_size)
    batches = (model.forward(X[first:first + batch_size], layer)[0] for first in range(0, len(X), batch_size))
    return np.concatenate([maps.reshape(*maps.shape[:2], -1).mean(axis=2) for maps in batches])


def nearest_neighbours(queries, features, k=5):
    """Find the nearest of some vectors, in Euclidean distance.

    Parameters
    ----------
    queries : ndarray (Q, D)
    features : ndarray (N, D)
    k : int

    Returns
    -------
    ndarray (Q, k) of int
        Rows of `features`, the nearest first.
    """
    check_array(features, "features", ("N", "D"))
    check_array(queries, "queries", ("Q", features.shape[1]))
    check_integer(k, "k", 1, len(features), ", the number of vectors")
    return np.argsort(cdist(queries, features), axis=1, kind="stable")[:, :k]
