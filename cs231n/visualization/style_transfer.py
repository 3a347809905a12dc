"""Style transfer (Gatys et al., 2016): the content of one picture in the style of another, and textures.

Content is what a deep layer of a network says at each place. Style is which features stand together, wherever they
are: the Gram matrix of a layer. A picture that has one's content and another's style is found by gradient descent on
its pixels. Nothing here knows the network but through `model.forward`, `model.backward` and `model.preprocess`.

Each loss returns its gradient too, as there is nobody else to derive it.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import check_array, check_integer, check_number, check_picture_size, describe
from cs231n.visualization.image_descent import descend

NOTEBOOK = "assignment3/StyleTransfer"


def _check_content(content_weight, content_current, content_original):
    check_number(content_weight, "content_weight")
    check_array(content_original, "content_original", ("N", "C", "H", "W"))
    check_array(content_current, "content_current", content_original.shape)


@exercise(NOTEBOOK, validate=_check_content)
def content_loss(content_weight, content_current, content_original):
    """How far the features of a picture are from those of the content picture.

    ``loss = content_weight * sum (content_current - content_original)^2``.

    Parameters
    ----------
    content_weight : float
    content_current, content_original : ndarray (1, C, H, W)
        Features of one layer, of the picture and of the content picture.

    Returns
    -------
    loss : float
    dcurrent : ndarray (1, C, H, W)
        The gradient of the loss on `content_current`.

    Raises
    ------
    ValueError
        If the features have different shapes.
    """
    difference = content_current - content_original
    loss = content_weight * np.sum(difference**2)
    dcurrent = 2 * content_weight * difference
    return loss, dcurrent


def _check_features(features, normalize=True):
    check_array(features, "features", ("N", "C", "H", "W"))


@exercise(NOTEBOOK, validate=_check_features)
def gram_matrix(features, normalize=True):
    """Which features stand together: ``G[n, i, j] = sum over places p of F[n, i, p] F[n, j, p]``.

    Places are summed over, so that it does not matter where something is.

    Parameters
    ----------
    features : ndarray (N, C, H, W)
        Of one layer.
    normalize : bool
        Divide by the number of features, ``C H W``.

    Returns
    -------
    gram : ndarray (N, C, C)

    Raises
    ------
    ValueError
        If the features have another shape.
    """
    N, C, H, W = features.shape
    flat = features.reshape(N, C, H * W)
    gram = np.matmul(flat, flat.transpose(0, 2, 1))
    return gram / (C * H * W) if normalize else gram


def _check_gram_gradient(dgram, features, normalize=True):
    _check_features(features)
    N, C = features.shape[:2]
    check_array(dgram, "dgram", (N, C, C))


@exercise(NOTEBOOK, validate=_check_gram_gradient)
def gram_matrix_backward(dgram, features, normalize=True):
    """Gradient of `gram_matrix` on the features: ``dF = (dG + dG^T) F``.

    Parameters
    ----------
    dgram : ndarray (N, C, C)
        Gradient on the Gram matrix.
    features : ndarray (N, C, H, W)
    normalize : bool
        As in `gram_matrix`.

    Returns
    -------
    dfeatures : ndarray (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    N, C, H, W = features.shape
    flat = features.reshape(N, C, H * W)
    dflat = np.matmul(dgram + dgram.transpose(0, 2, 1), flat)
    if normalize:
        dflat = dflat / (C * H * W)
    return dflat.reshape(features.shape)


def _check_style(feats, style_layers, style_targets, style_weights):
    if not isinstance(feats, (list, tuple)):
        raise ValueError(f"feats must be a list with the features of each layer, got {describe(feats)}")
    if not len(style_layers) == len(style_targets) == len(style_weights):
        raise ValueError("style_layers, style_targets and style_weights must be equally many, got "
                         f"{len(style_layers)}, {len(style_targets)} and {len(style_weights)}")
    for layer, target in zip(style_layers, style_targets, strict=True):
        check_integer(layer, "each of style_layers", 0, len(feats) - 1)
        check_array(feats[layer], f"feats[{layer}]", ("N", "C", "H", "W"))
        C = feats[layer].shape[1]
        check_array(target, f"style_targets for layer {layer}", (len(feats[layer]), C, C))


@exercise(NOTEBOOK, validate=_check_style)
def style_loss(feats, style_layers, style_targets, style_weights):
    """How far the Gram matrices of a picture are from those of the style picture.

    ``loss = sum over layers l of style_weights[l] * sum (gram_matrix(feats[l]) - style_targets[l])^2``.

    Parameters
    ----------
    feats : list of ndarray (1, C, H, W)
        Features of the layers of a network, from the first on.
    style_layers : list of int
        Which of them count.
    style_targets : list of ndarray (1, C, C)
        For each of `style_layers` the Gram matrix of the style picture.
    style_weights : list of float

    Returns
    -------
    loss : float
    dfeats : list
        For each of `feats` the gradient of the loss on it, or None where the layer does not count.

    Raises
    ------
    ValueError
        If the lists or the shapes in them do not fit each other.
    """
    loss, dfeats = 0.0, [None] * len(feats)
    for layer, target, weight in zip(style_layers, style_targets, style_weights):
        difference = gram_matrix(feats[layer]) - target
        loss += weight * np.sum(difference**2)
        dfeats[layer] = gram_matrix_backward(2 * weight * difference, feats[layer])
    return loss, dfeats


def _check_tv(img, tv_weight):
    check_array(img, "img", ("N", 3, "H", "W"), floats=True)
    check_number(tv_weight, "tv_weight")


@exercise(NOTEBOOK, validate=_check_tv)
def tv_loss(img, tv_weight):
    """Total variation: how much neighbouring pixels differ. It keeps pictures smooth.

    ``loss = tv_weight * (sum (x[i + 1, j] - x[i, j])^2 + sum (x[i, j + 1] - x[i, j])^2)``, over all colours.

    Parameters
    ----------
    img : ndarray (1, 3, H, W)
    tv_weight : float

    Returns
    -------
    loss : float
    dimg : ndarray (1, 3, H, W)
        The gradient of the loss on `img`.

    Raises
    ------
    ValueError
        If `img` has another shape or holds integers, as a picture does that was not preprocessed.
    """
    down = img[:, :, 1:] - img[:, :, :-1]
    across = img[:, :, :, 1:] - img[:, :, :, :-1]
    loss = tv_weight * (np.sum(down**2) + np.sum(across**2))
    dimg = np.zeros_like(img)
    dimg[:, :, 1:] += 2 * tv_weight * down
    dimg[:, :, :-1] -= 2 * tv_weight * down
    dimg[:, :, :, 1:] += 2 * tv_weight * across
    dimg[:, :, :, :-1] -= 2 * tv_weight * across
    return loss, dimg


def gram_targets(style, model, style_layers):
    """Return the Gram matrices (1, C, C) of a style picture in some layers, or their means over several pictures.

    Parameters
    ----------
    style : ndarray (H, W, 3) of uint8, or a list of them
        With a list, styles are blended.
    model : LayeredNet
    style_layers : list of str or int

    Returns
    -------
    list of ndarray
    """
    pictures = style if isinstance(style, (list, tuple)) else [style]
    feats = [model.forward(model.preprocess(picture[None]), list(style_layers))[0] for picture in pictures]
    return [sum(map(gram_matrix, layer)) / len(pictures) for layer in zip(*feats, strict=True)]


def style_transfer(content, style, model, content_layer, content_weight, style_layers, style_weights, tv_weight=0.0,
                   init_random=False, **settings):
    """Paint the content of one picture in the style of another.

    Parameters
    ----------
    content : ndarray (H, W, 3) of uint8
        Its size is that of the result.
    style : ndarray (H', W', 3) of uint8, or a list of them
        The larger it is, the larger are its brush strokes in the result. With a list, styles are blended.
    model : LayeredNet
        The network that both are seen through.
    content_layer : str or int
    content_weight : float
        With 0 a texture in the style is left.
    style_layers : list of str or int
    style_weights : list of float
        With zeros the content picture is rebuilt from its features.
    tv_weight : float
        Strength of the smoothing.
    init_random : bool
        Start at noise (of NumPy's global generator) rather than at the content picture.
    **settings
        num_iterations, learning_rate, max_jitter and on_step of `image_descent.descend`.

    Returns
    -------
    picture : ndarray (H, W, 3) of uint8
    losses : dict
        The `content`, `style` and `tv` loss of each iteration, three lists.
    """
    content_layer, style_layers = model.index(content_layer), [model.index(layer) for layer in style_layers]
    seen = list(range(max([content_layer, *style_layers]) + 1))
    original = model.preprocess(content[None])
    style_targets = gram_targets(style, model, style_layers)
    losses = {"content": [], "style": [], "tv": []}

    def gradient(x, shift):
        content_target, _ = model.forward(np.roll(original, shift, (2, 3)), content_layer)
        feats, cache = model.forward(np.roll(x, shift, (2, 3)), seen)
        content_part, dcontent = content_loss(content_weight, feats[content_layer], content_target)
        style_part, dfeats = style_loss(feats, style_layers, style_targets, style_weights)
        tv_part, dimg = tv_loss(x, tv_weight)
        for name, part in zip(losses, (content_part, style_part, tv_part), strict=True):
            losses[name].append(float(part))
        dfeats[content_layer] = dcontent if dfeats[content_layer] is None else dcontent + dfeats[content_layer]
        return np.roll(model.backward(dfeats, cache), -shift, (2, 3)) + dimg

    start = np.random.randn(*original.shape).astype(original.dtype) if init_random else original
    return model.deprocess(descend(start, gradient, **settings))[0], losses


def texture_synthesis(style, model, size, style_layers, style_weights, tv_weight=0.0, **settings):
    """Grow a texture in the style of a picture, from noise: style transfer without content.

    Parameters
    ----------
    style : ndarray (H', W', 3) of uint8, or a list of them
    model : LayeredNet
    size : (int, int)
        Height and width of the result.
    style_layers, style_weights, tv_weight, **settings
        As in `style_transfer`.

    Returns
    -------
    picture : ndarray (H, W, 3) of uint8
    losses : dict
        As in `style_transfer`.

    Raises
    ------
    ValueError
        If `size` is not two integers above 0, or there is no layer.
    """
    check_picture_size(size)
    if len(style_layers) == 0:
        raise ValueError("style_layers must name one layer at least, got none")
    nothing = np.zeros((*size, 3), np.uint8)
    return style_transfer(nothing, style, model, style_layers[0], 0.0, style_layers, style_weights, tv_weight,
                          init_random=True, **settings)
