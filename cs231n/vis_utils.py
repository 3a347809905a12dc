"""Pictures for the notebooks: image grids, learned templates, training curves, confusion matrices.

`visualize_grid`, `vis_grid` and `vis_nn` make one image array out of many; the others draw with matplotlib. Images are
(H, W, C) arrays with any range of values unless said otherwise.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from cs231n.validation import check_integer, check_labels, check_sizes, describe

BLUE, ORANGE = "#2f6f9f", "#d9772b"  # apart for colour-blind readers, and in grey print


def set_style():
    """Set how figures of the notebooks look: quiet axes, sharp pixels, small files."""
    plt.rcParams.update({
        "figure.figsize": (8, 4.5),
        "figure.dpi": 72,
        "figure.constrained_layout.use": True,
        "image.interpolation": "nearest",
        "image.cmap": "gray",
        "font.size": 11,
        "axes.titlesize": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, "#3f8f5f", "#8a5fa8", "#7a7a7a"]),
        "legend.frameon": False,
    })


def visualize_grid(Xs, ubound=255.0, padding=1):
    """Put images into one square grid, each stretched to the full range by itself.

    Parameters
    ----------
    Xs : ndarray (N, H, W, C)
        Images, or anything shaped like them, such as the weights of a first layer.
    ubound : float
        The darkest number of each image becomes 0, the brightest `ubound`; a flat image becomes 0.
    padding : int
        Pixels between images.

    Returns
    -------
    grid : ndarray (rows, columns, C) of float64
        One image; ``(grid / ubound)`` and ``grid.astype(np.uint8)`` (for `ubound` 255) go to ``imshow``.

    Raises
    ------
    ValueError
        If `Xs` is not 4-D or is empty, or `padding` is below 0.
    """
    _check_images(Xs)
    check_integer(padding, "padding", 0)
    side = _side(len(Xs))
    return _tile(_stretch(Xs, ubound, axis=(1, 2, 3)), side, side, padding, fill=0.0)


def vis_grid(Xs):
    """Put images into one square grid, all stretched together to the range 0 to 1.

    Parameters
    ----------
    Xs : ndarray (N, H, W, C)
        Images.

    Returns
    -------
    grid : ndarray (rows, columns, C) of float64
        One image, with lines of the darkest value between images.

    Raises
    ------
    ValueError
        If `Xs` is not 4-D or is empty.
    """
    _check_images(Xs)
    side = _side(len(Xs))
    return _tile(_stretch(Xs), side, side, 1, fill=0.0)


def vis_nn(rows):
    """Put rows of images under each other, such as test images, each with its nearest neighbours.

    Parameters
    ----------
    rows : list of list of ndarray (H, W, C)
        Images; the rows are equally long.

    Returns
    -------
    grid : ndarray (rows, columns, C) of float64
        One image in the range 0 to 1, with bright lines between images.

    Raises
    ------
    ValueError
        If the rows or images differ in size, or there are none.
    """
    lengths, shapes = {len(row) for row in rows}, {np.shape(image) for row in rows for image in row}
    if len(lengths) != 1 or len(shapes) != 1:
        raise ValueError("rows must be a list of equally long lists of images of one shape, got lists of lengths "
                         f"{sorted(lengths)} with images of shapes {sorted(shapes)}")
    images = np.array([image for row in rows for image in row])
    _check_images(images, "each row's images together")
    return _tile(_stretch(images), len(rows), len(rows[0]), 1, fill=1.0)


def class_templates(W, image_shape=(32, 32, 3)):
    """Turn the columns of a linear classifier's weights, or of a first layer's, into pictures.

    Parameters
    ----------
    W : ndarray (D, C) or (D + 1, C)
        Weights; a last row for the bias is left out.
    image_shape : tuple
        (H, W, channels), with the product D.

    Returns
    -------
    templates : ndarray (C, *image_shape) of uint8
        One picture a class, each stretched to 0..255 by itself.

    Raises
    ------
    ValueError
        If `W` has another number of rows.
    """
    size = math.prod(image_shape)
    if not isinstance(W, np.ndarray) or W.ndim != 2 or W.shape[0] not in (size, size + 1):
        raise ValueError(f"W must have {size} rows for {image_shape} images (or one more, for the bias), "
                         f"got {describe(W)}")
    templates = _stretch(W[:size].T, 255, axis=1)  # (C, D)
    return templates.round().astype(np.uint8).reshape(-1, *image_shape)


def show_images(images, titles=None, columns=10, size=1.2):
    """Draw images in a grid, with a title over each if wanted.

    Parameters
    ----------
    images : sequence of ndarray (H, W, 3) or (H, W)
        uint8, or floats: those with a largest value above 1 are taken to be 0..255, others 0..1.
    titles : sequence of str, optional
        One for each image.
    columns : int
        Images in a row.
    size : float
        Inches an image.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no images, another number of titles, or `columns` is not 1 or more.
    """
    if len(images) == 0 or (titles is not None and len(titles) != len(images)):
        raise ValueError(f"titles must be as many as images, at least one; got {len(titles or ())} titles "
                         f"and {len(images)} images")
    check_sizes(columns=columns)
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    height = size + (0.25 if titles is not None else 0)
    figure, axes = plt.subplots(rows, columns, figsize=(size * columns, height * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, image) in enumerate(zip(axes.flat, images)):
        ax.imshow(_displayable(image), vmin=0, vmax=255)  # the range counts for grey images only
        if titles is not None:
            ax.set_title(titles[i], fontsize=9)
    return figure


def plot_training(losses, accuracies=None):
    """Draw the loss of each step and, beside it, accuracies of each epoch.

    Parameters
    ----------
    losses : sequence of float
        Loss of each step; a thick line shows the mean of the last 2 % of steps.
    accuracies : dict of str to sequence of float, optional
        Accuracy of each epoch, 0 to 1, by name: ``{"training": ..., "validation": ...}``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no losses.
    """
    if len(losses) == 0:
        raise ValueError("losses must not be empty: was the model trained?")
    panels = 2 if accuracies else 1
    figure, axes = plt.subplots(1, panels, figsize=(5 * panels, 3.5), squeeze=False)
    ax = axes[0, 0]
    window = max(len(losses) // 50, 1)
    ax.plot(losses, color=BLUE, alpha=0.3, linewidth=1)
    ax.plot(np.arange(window - 1, len(losses)), np.convolve(losses, np.ones(window) / window, "valid"), color=BLUE)
    ax.set(title="Loss", xlabel="step", ylabel="minibatch loss")
    if accuracies:
        for name, values in accuracies.items():
            axes[0, 1].plot(values, label=name, marker=".")
        axes[0, 1].set(title="Accuracy", xlabel="epoch", ylabel="part that is right")
        axes[0, 1].legend()
    return figure


def plot_search(results, x="learning_rate", y="reg"):
    """Draw the trials of a random search over two settings, in log space, coloured by what they reached.

    Parameters
    ----------
    results : sequence of dict
        Each with the two settings and "accuracy", the accuracy on the validation images.
    x, y : str
        Names of the two settings.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no results.
    """
    if len(results) == 0:
        raise ValueError("results must not be empty: was a trial made?")
    figure, ax = plt.subplots(figsize=(6, 4))
    accuracy = np.array([trial["accuracy"] for trial in results])
    xs, ys = (np.array([trial[name] for trial in results]) for name in (x, y))
    dots = ax.scatter(xs, ys, c=accuracy, s=80, cmap="viridis", edgecolors="white")
    best = np.argmax(accuracy)
    ax.scatter(xs[best], ys[best], s=220, facecolors="none", edgecolors=ORANGE, linewidths=2)
    ax.annotate(f"{accuracy[best]:.3f}", (xs[best], ys[best]), xytext=(10, 8), textcoords="offset points")
    ax.set(xscale="log", yscale="log", xlabel=x.replace("_", " "), ylabel=y.replace("_", " "),
           title="Random search, best one ringed")
    ax.tick_params(axis="x", which="minor", labelsize=8, labelrotation=30)  # a narrow range labels every digit
    figure.colorbar(dots, label="validation accuracy")
    return figure


def confusion_matrix(y_true, y_pred, num_classes):
    """Count how often class i (row) was taken for class j (column).

    Parameters
    ----------
    y_true, y_pred : ndarray (N,) of int
        True and predicted labels, 0 to num_classes - 1.
    num_classes : int
        C.

    Returns
    -------
    counts : ndarray (C, C) of int

    Raises
    ------
    ValueError
        If the two differ in length or hold other labels.
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    check_labels(y_true, len(y_pred), num_classes, "y_true", "y_pred")
    check_labels(y_pred, len(y_true), num_classes, "y_pred", "y_true")
    cells = y_true.astype(np.int64) * num_classes + y_pred.astype(np.int64)  # uint8 labels would wrap round
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def plot_confusion(y_true, y_pred, class_names):
    """Draw the confusion matrix: true class down, predicted class across, per cent of each true class.

    Parameters
    ----------
    y_true, y_pred : ndarray (N,) of int
        True and predicted labels.
    class_names : sequence of str
        Name of each class.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        As `confusion_matrix` does.
    """
    names = [str(name) for name in class_names]
    counts = confusion_matrix(y_true, y_pred, len(names))
    percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, ax = plt.subplots(figsize=(6.5, 5.5))
    ax.imshow(percent, cmap="Blues", vmin=0, vmax=100)
    for (i, j), value in np.ndenumerate(percent):
        ax.text(j, i, f"{value:.0f}", ha="center", va="center", fontsize=9, color="white" if value > 50 else "black")
    ticks = range(len(names))
    ax.set_xticks(ticks, names, rotation=45, ha="right")
    ax.set_yticks(ticks, names)
    ax.set(xlabel="predicted", ylabel="true", title="Per cent of each true class")
    ax.grid(False)
    return figure


def _check_images(Xs, name="Xs"):
    """Raise unless Xs is a non-empty stack of images."""
    if not isinstance(Xs, np.ndarray) or Xs.ndim != 4 or Xs.size == 0:
        raise ValueError(f"{name} must be a non-empty array (N, H, W, C), got {describe(Xs)}")


def _side(count):
    """Images along the side of the smallest square grid that holds them all."""
    return math.ceil(math.sqrt(count))


def _stretch(Xs, top=1, axis=None):
    """Numbers to the range 0 to `top`, all together or apart from each other but along `axis`; a flat image to 0."""
    low = Xs.min(axis=axis, keepdims=True).astype(np.float64)
    spread = Xs.max(axis=axis, keepdims=True) - low
    return top * (Xs - low) / np.where(spread > 0, spread, 1)


def _tile(Xs, rows, columns, padding, fill):
    """Lay (N, H, W, C) out row by row, `padding` pixels of `fill` between images."""
    _, H, W, C = Xs.shape
    grid = np.full((rows * (H + padding) - padding, columns * (W + padding) - padding, C), fill)
    for i, image in enumerate(Xs):
        top, left = i // columns * (H + padding), i % columns * (W + padding)
        grid[top:top + H, left:left + W] = image
    return grid


def _displayable(image):
    """An image as imshow needs it: uint8."""
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image
    scale = 1 if image.max() > 1 else 255
    return np.clip(image * scale, 0, 255).astype(np.uint8)
