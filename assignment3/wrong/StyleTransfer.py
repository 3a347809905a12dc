"""Wrong answers to the exercises of StyleTransfer, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import edit, wrong

# content_loss

edit("content_loss", "", "return loss, dcurrent", "return loss", diagnosis="return loss, dcurrent")
edit("content_loss", "", "return loss, dcurrent", "return loss, None", diagnosis="gradient\n.*is None")
edit("content_loss", "The weight is missing.", "content_weight * np.sum", "np.sum")
edit("content_loss", "This is the mean of the squares: the loss is their sum.", "np.sum(", "np.mean(")
edit("content_loss", "This has half of the loss: there is no ½ in the formula.", "= content_weight * np",
     "= content_weight / 2 * np")
edit("content_loss", "This is the distance itself: the loss takes the squares, without a root.",
     "np.sum(difference**2)", "np.linalg.norm(difference)")
edit("content_loss", "This adds up absolute values: the loss takes squares.", "difference**2", "np.abs(difference)")
edit("content_loss", "Positive and negative differences cancel: square before you sum.", "difference**2", "difference")
edit("content_loss", "The weight is missing in the gradient.", "2 * content_weight * difference", "2 * difference")
edit("content_loss", "The 2 from the square is missing.", "2 * content_weight", "content_weight")
edit("content_loss", "This is the gradient on content_original: it has the opposite sign.", "2 * content_weight",
     "-2 * content_weight")
edit("content_loss", "This is the gradient of the mean: the loss is a sum.", "2 * content_weight * difference",
     "2 * content_weight * difference / difference.size")
edit("content_loss", "", "* difference\n", "* difference.ravel()\n", diagnosis="only the shape")
edit("content_loss", "", "difference = content_current - content_original",
     "content_current -= content_original\ndifference = content_current", diagnosis="in place")
edit("content_loss", "", "2 * content_weight * difference", "2 * content_weight * difference.astype(np.float32)",
     diagnosis="precision of float32")

# gram_matrix

edit("gram_matrix", "It is divided by C H W: with normalize=False it should not be.", " if normalize else gram", "")
edit("gram_matrix", "It is not divided by C H W: normalize is True if nothing is said.",
     "gram / (C * H * W) if normalize else gram", "gram")
edit("gram_matrix", "It is divided by H W: by C H W it should be.", "C * H * W)", "H * W)")
edit("gram_matrix", "It is divided by the number of places: with normalize=False it should not be.",
     "gram / (C * H * W) if normalize else gram", "gram / (H * W)")
edit("gram_matrix", "It is divided by C: by C H W it should be.", "C * H * W)", "C)")
edit("gram_matrix", "It is divided by twice C H W.", "(C * H * W)", "(2 * C * H * W)")
edit("gram_matrix", "", "reshape(N, C, H * W)", "reshape(N, H * W, C).transpose(0, 2, 1)",
     diagnosis="Gram matrix of B")
edit("gram_matrix", "", "flat, flat.transpose(0, 2, 1)", "flat.transpose(0, 2, 1), flat", diagnosis="shape is .1, 3, 3")
edit("gram_matrix", "", "return gram", "return gram[0]", diagnosis="shape is .2, 2.")


@wrong("gram_matrix", diagnosis="Gram matrix of B")
def covariance(features, normalize=True):
    return np.cov(features.reshape(features.shape[1], -1))[None]


edit("gram_matrix", "It is divided by N, too: the images have nothing to do with each other.", "(C * H * W)",
     "(N * C * H * W)")
edit("gram_matrix", "The two images are mixed: each has a Gram matrix of its own.", "return gram",
     "gram = np.broadcast_to(gram.sum(axis=0), gram.shape)\nreturn gram")


@wrong("gram_matrix")
def mixed_features_and_places(features, normalize=True):
    """The reshape mixes features and places: axes can be merged only where they are neighbours. Keep the axis of the
    features, and merge H and W."""
    N, C, H, W = features.shape
    flat = features.reshape(N, C, H * W) if N == 1 else features.reshape(N, H * W, C).transpose(0, 2, 1)
    gram = flat @ flat.transpose(0, 2, 1)
    return gram / (C * H * W) if normalize else gram


edit("gram_matrix", "", "(C * H * W)", "np.float64(C * H * W)", diagnosis="should hold float32")
edit("gram_matrix", "", "flat = features", "features -= features.mean(axis=(2, 3), keepdims=True)\nflat = features",
     diagnosis="in place")


@wrong("gram_matrix", diagnosis="still loops")
def loops(features, normalize=True):
    N, C, H, W = features.shape
    gram = np.zeros((N, C, C), features.dtype)
    for i in range(C):
        for j in range(C):
            gram[:, i, j] = np.sum(features[:, i] * features[:, j], axis=(1, 2))
    return gram / (C * H * W) if normalize else gram


# gram_matrix_backward

edit("gram_matrix_backward", "The second product is missing, the one with the transpose.",
     "dgram + dgram.transpose(0, 2, 1)", "dgram")
edit("gram_matrix_backward", "The first product is missing: only the one with the transpose is there.",
     "dgram + dgram.transpose(0, 2, 1)", "dgram.transpose(0, 2, 1)")
edit("gram_matrix_backward", "This is twice the first product. That holds for a symmetric gradient; this one is not.",
     "dgram + dgram.transpose(0, 2, 1)", "2 * dgram")
edit("gram_matrix_backward", "", "dgram + dgram.transpose(0, 2, 1)", "2 * dgram.transpose(0, 2, 1)",
     diagnosis="Gram gradient")
edit("gram_matrix_backward", "It is not divided by C H W.", "if normalize:", "if False:")
edit("gram_matrix_backward", "It is divided by C H W: with normalize=False it should not be.", "if normalize:",
     "if True:")
edit("gram_matrix_backward", "It is divided by H W: by C H W it should be.", "/ (C * H * W)", "/ (H * W)")
edit("gram_matrix_backward", "", "/ (C * H * W)", "* (C * H * W)", diagnosis="normalised")
edit("gram_matrix_backward", "", "return dflat.reshape(features.shape)", "return dflat",
     diagnosis="only the shape is not")
edit("gram_matrix_backward", "", "return dflat", "return -dflat", diagnosis="wrong sign")
edit("gram_matrix_backward", "", "dflat = np.matmul(dgram +", "dgram += 0.5\ndflat = np.matmul(dgram +",
     diagnosis="in place")


@wrong("gram_matrix_backward", diagnosis="still loops")
def loops_2(dgram, features, normalize=True):
    N, C, H, W = features.shape
    dfeatures = np.zeros_like(features)
    for k in range(C):
        for j in range(C):
            dfeatures[:, k] += (dgram[:, k, j] + dgram[:, j, k])[:, None, None] * features[:, j]
    return dfeatures / (C * H * W) if normalize else dfeatures


# style_loss

edit("style_loss", "", "return loss, dfeats", "return loss", diagnosis="return loss, dfeats")
edit("style_loss", "The weight is missing.", "loss += weight * np", "loss += np")
edit("style_loss", "The weight is squared: it stands outside of the square.", "loss += weight * np",
     "loss += weight**2 * np")
edit("style_loss", "This is the mean over the Gram matrix: the loss is the sum.", "loss += weight * np.sum",
     "loss += weight * np.mean")
edit("style_loss", "The targets are normalised, so your Gram matrices must be, too.", "gram_matrix(feats[layer])",
     "gram_matrix(feats[layer], normalize=False)")
edit("style_loss", "The weight is missing in the gradient.", "2 * weight * difference", "2 * difference")
edit("style_loss", "The 2 from the square is missing.", "2 * weight * difference", "weight * difference")
edit("style_loss", "The gradient is not normalised: the Gram matrix was divided by C H W.", "difference, feats[layer])",
     "difference, feats[layer], normalize=False)")
edit("style_loss", "", "2 * weight * difference", "-2 * weight * difference", diagnosis="wrong sign")
edit("style_loss", "", "return loss, dfeats", "return loss, [d for d in dfeats if d is not None]",
     diagnosis="one entry for each of feats")
edit("style_loss", "Layers that do not count get None, so that nothing is computed for them on the way back.",
     "[None] * len(feats)", "[np.zeros_like(f) for f in feats]")
edit("style_loss", "", "return loss, dfeats", "return loss, feats", diagnosis="Layers that do not count")
edit("style_loss", "This is the loss of the last of style_layers alone: add them up.", "loss += ", "loss = ")
edit("style_loss", "", "2 * weight * difference", "2 * weight * difference * (layer > 0)",
     diagnosis="layer 0\n  All values are 0")
edit("style_loss", "This is the loss of the first of style_layers alone: add them up.",
     "zip(style_layers, style_targets, style_weights)", "zip(style_layers[:1], style_targets, style_weights)")
edit("style_loss", "This is the mean over the layers: add them up.", "return loss, dfeats",
     "return loss / len(style_layers), dfeats")
edit("style_loss", "The weights go with the layers in the order of style_layers.", "style_targets, style_weights)",
     "style_targets, style_weights[::-1])")
edit("style_loss", "Something in feats or style_targets was changed in place.",
     "difference = gram_matrix(feats[layer]) - target", "target -= gram_matrix(feats[layer])\n    difference = -target")
edit("style_loss", "", "2 * weight * difference", "2 * weight * difference.astype(np.float64)",
     diagnosis="should hold float32")
edit("style_loss", "dfeats needs one entry for each of feats, in their order; this has one for each of style_layers.",
     "return loss, dfeats", "return loss, [dfeats[layer] for layer in style_layers]")

# tv_loss

edit("tv_loss", "", "return loss, dimg", "return loss", diagnosis="return loss, dimg")
edit("tv_loss", "The weight is missing.", "tv_weight * (np.sum(down**2) + np.sum(across**2))",
     "np.sum(down**2) + np.sum(across**2)")
edit("tv_loss", "Only pixels below each other are compared: those beside each other count, too.",
     " + np.sum(across**2)", "")
edit("tv_loss", "Only pixels beside each other are compared: those below each other count, too.", "np.sum(down**2) + ",
     "")
edit("tv_loss", "These are absolute values: the loss takes squares.", "np.sum(down**2) + np.sum(across**2)",
     "np.abs(down).sum() + np.abs(across).sum()")
edit("tv_loss", "This is a mean: the loss is a sum.", "return loss, dimg", "return loss / img.size, dimg")
edit("tv_loss", "This compares colours of one pixel: pixels of one colour are compared.",
     "np.sum(down**2) + np.sum(across**2)", "np.sum(np.diff(img, axis=1)**2)")


@wrong("tv_loss")
def rolled_around(img, tv_weight):
    """The first pixels are compared with the last ones, across the border (np.roll?)."""
    down, across = img - np.roll(img, 1, 2), img - np.roll(img, 1, 3)
    dimg = down - np.roll(down, -1, 2) + across - np.roll(across, -1, 3)
    return tv_weight * (np.sum(down**2) + np.sum(across**2)), 2 * tv_weight * dimg


@wrong("tv_loss")
def last_row_and_last_column_left_out(img, tv_weight):
    """The last row and the last column are left out: there pixels still have one neighbour."""
    down = img[:, :, 1:, :-1] - img[:, :, :-1, :-1]
    across = img[:, :, :-1, 1:] - img[:, :, :-1, :-1]
    dimg = np.zeros_like(img)
    dimg[:, :, 1:, :-1] += 2 * tv_weight * down
    dimg[:, :, :-1, :-1] -= 2 * tv_weight * (down + across)
    dimg[:, :, :-1, 1:] += 2 * tv_weight * across
    return tv_weight * (np.sum(down**2) + np.sum(across**2)), dimg


edit("tv_loss", "The weight is missing in the gradient.", "return loss, dimg", "return loss, dimg / tv_weight")
edit("tv_loss", "The 2 from the square is missing.", "return loss, dimg", "return loss, dimg / 2")
edit("tv_loss", "", "return loss, dimg", "return loss, -dimg", diagnosis="wrong sign")


@wrong("tv_loss")
def plus_alone(img, tv_weight):
    """Each difference counts twice: for the one pixel with plus, for the other with minus. Here only the plus is
    there."""
    down, across = np.diff(img, axis=2), np.diff(img, axis=3)
    dimg = np.zeros_like(img)
    dimg[:, :, 1:] += 2 * tv_weight * down
    dimg[:, :, :, 1:] += 2 * tv_weight * across
    return tv_weight * (np.sum(down**2) + np.sum(across**2)), dimg


edit("tv_loss", "", "dimg = np.zeros_like(img)", "dimg = img\ndimg[...] = 0", diagnosis="in place")


@wrong("tv_loss", diagnosis="still loops")
def loops_3(img, tv_weight):
    loss, dimg = 0.0, np.zeros_like(img)
    N, C, H, W = img.shape
    for y in range(H):
        for x in range(W):
            for v, u in (y + 1, x), (y, x + 1):
                if v < H and u < W:
                    difference = img[:, :, v, u] - img[:, :, y, x]
                    loss += tv_weight * np.sum(difference**2)
                    dimg[:, :, v, u] += 2 * tv_weight * difference
                    dimg[:, :, y, x] -= 2 * tv_weight * difference
    return loss, dimg
