"""Wrong answers to the exercises of ConvolutionalNetworks, and what each learner reads; see cs231n/answers/wrong.py."""
from cs231n.answers.wrong import edit, wrong

# Several exercises

edit(["conv_forward_naive", "max_pool_forward_naive"], "", "dtype=x.dtype", "dtype=np.float64",
     diagnosis="should hold float32")
edit(["spatial_batchnorm_backward", "spatial_groupnorm_backward"], "", "return dx", "return dx.astype(np.float64)",
     diagnosis="should hold float32")

# conv_forward_naive

edit("conv_forward_naive", "", "return out, cache", "return out", diagnosis="should be: return out, cache")
edit("conv_forward_naive", "The bias is missing.", " + b[f]", "")
edit("conv_forward_naive", "The filter is turned by 180 degrees: take it as it is.", "window * w[f]",
     "window * w[f, :, ::-1, ::-1]")
edit("conv_forward_naive", "Rows and columns of the filter are swapped.", "window * w[f]",
     "window * w[f].swapaxes(1, 2)")
edit("conv_forward_naive", "The windows move by one pixel: they should move by the stride.",
     "top, left = i * stride, j * stride", "top, left = i, j")
edit("conv_forward_naive", "Only the first channel takes part: a window is as deep as the picture.",
     "np.sum(window * w[f])", "np.sum(window[0] * w[f, 0])")
edit("conv_forward_naive", "", "np.sum(window * w[f])", "np.mean(window * w[f])", diagnosis="conv forward: by hand")
edit("conv_forward_naive", "", "H + 2 * pad - HH", "H + pad - HH", diagnosis="Its shape")
edit("conv_forward_naive", "", "((0, 0), (0, 0), (pad, pad), (pad, pad)))",
     "((0, 0), (0, 0), (2 * pad, 0), (2 * pad, 0)))", diagnosis="stride 2, pad 1")
edit("conv_forward_naive", "", "dtype=x.dtype", "dtype=np.float32",
     diagnosis="should hold float64|precision of float32")
edit("conv_forward_naive", "", "out[n, f, i, j]", "out[n, f, j, i]", diagnosis="conv forward: by hand")
edit("conv_forward_naive", "", "cache = ", "x *= 2\ncache = ", diagnosis="changes its input x in place")
edit("conv_forward_naive", "The border has pad columns on each side of the picture: the width grows by 2 pad.",
     "W_out = 1 + (W + 2 * pad - WW) // stride", "W_out = 1 + (W + 3 * pad - WW) // stride")

# conv_arithmetic

edit("conv_arithmetic", "Return the rows of all layers, one for each.", "return rows", "return rows[-1]")
edit("conv_arithmetic", "The biases count, too: one for each filter.", "depth + 1)", "depth)")
edit("conv_arithmetic", "One bias for each filter, not one for each layer.", "filters * (field * field * depth + 1)",
     "filters * field * field * depth + 1")
edit("conv_arithmetic", "The padding is on both sides.", "side + 2 * pad", "side + pad")
edit("conv_arithmetic", "The strides of the layers before are missing: their neighbours are that far apart.",
     "step *= stride", "step = 1")
edit("conv_arithmetic", "A stride moves the layers after it further apart, not its own windows.",
     "receptive += (field - 1) * step\n    step *= stride", "step *= stride\n    receptive += (field - 1) * step")
edit("conv_arithmetic", "The next layer sees as many channels as this one has filters.", "depth = filters", "pass")
edit("conv_arithmetic", "The receptive field of a pixel of the input is that pixel: it starts at 1.",
     "receptive, step = 1, 1", "receptive, step = 0, 1")

# conv_backward_naive

edit("conv_backward_naive", "", "return dx, dw, db", "return dx, dw", diagnosis="should be: return dx, dw, db")
edit("conv_backward_naive", "Windows overlap: what arrives from all of them has to be added up (+=).",
     "+= dout[n, f, i, j] * w[f]", "= dout[n, f, i, j] * w[f]")
edit("conv_backward_naive", "The copies that are left behind are those of the filter as it is, not turned round.",
     "dout[n, f, i, j] * w[f]", "dout[n, f, i, j] * w[f, :, ::-1, ::-1]")
edit("conv_backward_naive", "The filter is used in every window: add up what arrives from all of them (+=).",
     "dw[f] += ", "dw[f] = ")
edit("conv_backward_naive", "This is a mean over the windows. They add up.", "db = np.sum(dout", "db = np.mean(dout")
edit("conv_backward_naive", "This is the mean over the pictures. They add up: the loss has divided by N already.",
     "return dx, dw, db", "return dx, dw / N, db")
edit("conv_backward_naive", "This is the mean over the pictures. They add up: the loss has divided by N already.",
     "return dx, dw, db", "return dx, dw, db / N")
edit("conv_backward_naive", "", "dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad", diagnosis="Its shape")
edit("conv_backward_naive", "", "dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad[:, :, :H, :W]",
     diagnosis="gradient on x")
edit("conv_backward_naive", "", "axis=(0, 2, 3)", "axis=(0, 2, 3), keepdims=True", diagnosis="only the shape is not")
edit("conv_backward_naive", "", "return dx", "return -dx", diagnosis="by hand: dx\n  Every value has the wrong sign")
edit("conv_backward_naive", "", "dw = np.zeros_like(w)", "dw = np.zeros(w.shape)", diagnosis="should hold float32")
edit("conv_backward_naive", "Backward changes what lies in the cache: work on a copy.", "return dx, dw, db",
     "w -= dw\nreturn dx, dw, db")
edit("conv_backward_naive", "", "return dx, dw, db", "dout *= 2\nreturn dx, dw, db",
     diagnosis="changes its input dout in place")
edit("conv_backward_naive", "The bias is used in every window: add up what arrives from all of them (+=).",
     "db = np.sum(dout, axis=(0, 2, 3))", "db = np.sum(dout[:, :, -1, -1], axis=0)")

# max_pool_forward_naive

edit("max_pool_forward_naive", "This is the mean of each window.", "np.max(window, axis=(2, 3))",
     "np.mean(window, axis=(2, 3))")
edit("max_pool_forward_naive", "The windows move by one pixel: they should move by the stride.",
     "[:, :, i * stride:i * stride + height, j * stride:j * stride + width]", "[:, :, i:i + height, j:j + width]")
edit("max_pool_forward_naive",
     "All numbers are negative here, and so is the largest of each window: do not start from 0.",
     "np.max(window, axis=(2, 3))", "np.maximum(out[:, :, i, j], window.max(axis=(2, 3)))")
edit("max_pool_forward_naive", "Each channel is pooled by itself: no maximum over channels.",
     "np.max(window, axis=(2, 3))", "np.max(window, axis=(1, 2, 3))[:, None]")
edit("max_pool_forward_naive", "", "np.max(window, axis=(2, 3))", "np.max(window)", diagnosis="max pool forward, tiles")
edit("max_pool_forward_naive", "", "(H - height)", "(H - width)", diagnosis="Its shape")
edit("max_pool_forward_naive", "", "cache = ", "x -= 1\ncache = ", diagnosis="changes its input x in place")

# max_pool_backward_naive

edit("max_pool_backward_naive", "", "return dx", "pass", diagnosis="It is None")
edit("max_pool_backward_naive", "What arrives from two windows has to be added up (+=).",
     "dx[n, c, top + row, left + column] +=", "dx[n, c, top + row, left + column] =")
edit("max_pool_backward_naive", "The whole window gets the gradient: only its largest number should.",
     "dx[n, c, top + row, left + column] +=", "dx[n, c, top:top + height, left:left + width] +=")
edit("max_pool_backward_naive", "Each number of the window gets a share. That is average pooling.",
     "dx[n, c, top + row, left + column] += dout[n, c, i, j]",
     "dx[n, c, top:top + height, left:left + width] += dout[n, c, i, j] / (height * width)")
edit("max_pool_backward_naive", "Each of the equally large numbers gets the whole gradient: only the first one should.",
     "dx[n, c, top + row, left + column] += dout[n, c, i, j]",
     "dx[n, c, top:top + height, left:left + width] += (window == window.max()) * dout[n, c, i, j]")
edit("max_pool_backward_naive", "dout is multiplied by the largest number: the slope there is 1.",
     "+= dout[n, c, i, j]", "+= dout[n, c, i, j] * window.max()")
edit("max_pool_backward_naive", "The right places, but dout is missing.", "+= dout[n, c, i, j]", "+= 1")
edit("max_pool_backward_naive", "", "np.argmax", "np.argmin", diagnosis="the lecture's example")
edit("max_pool_backward_naive", "", "top + row, left + column", "top + column, left + row",
     diagnosis="the lecture's example")
edit("max_pool_backward_naive", "", "np.zeros_like(x)", "np.zeros(x.shape)", diagnosis="should hold float32")
edit("max_pool_backward_naive", "Backward changes what lies in the cache: work on a copy.", "return dx",
     "x[:] = 0\nreturn dx")

# three_layer_convnet_init

@wrong("three_layer_convnet_init")
def returns_nothing(self, input_dim, num_filters, filter_size, hidden_dim, num_classes, weight_scale):
    """Its keys are others."""
    pass


edit("three_layer_convnet_init", "Its keys are others.", '"b3"', '"b4"')
edit("three_layer_convnet_init", "These are the numbers before pooling: pooling halves H and W.", "(H // 2) * (W // 2)",
     "H * W")
edit("three_layer_convnet_init", "Pooling halves H as well as W, so a quarter is left.", "(H // 2) * (W // 2)",
     "(H // 2) * W")
edit("three_layer_convnet_init", "Filters come first, then channels: (F, C, HH, WW).",
     "np.random.randn(num_filters, C,", "np.random.randn(C, num_filters,")
edit("three_layer_convnet_init", "Rows and columns are swapped: w has a row for each input.",
     "np.random.randn(pooled, hidden_dim)", "np.random.randn(hidden_dim, pooled)")
edit("three_layer_convnet_init", "", "weight_scale * np.random.randn(pooled", "np.random.randn(pooled",
     diagnosis="standard deviation of W2")
edit("three_layer_convnet_init", "", "np.random.randn(hidden", "np.random.rand(hidden", diagnosis="mean of W3")
edit("three_layer_convnet_init", "", "np.zeros(num_filters)", "np.ones(num_filters)", diagnosis="b1 is 0")
edit("three_layer_convnet_init", "", "np.zeros(num_classes)", "np.zeros((1, num_classes))",
     diagnosis="only the shape is not")

# three_layer_convnet_loss

edit("three_layer_convnet_loss", "", "return loss, grads", "return loss", diagnosis="should be: return loss, grads")
edit("three_layer_convnet_loss", "The last layer has no ReLU: scores may be negative.", "return scores",
     "return np.maximum(scores, 0)")
edit("three_layer_convnet_loss", "", "affine_forward(hidden, W3, b3)", "affine_forward(hidden, W3, 0 * b3)",
     diagnosis="scores")
edit("three_layer_convnet_loss", "The regularisation is missing.", "loss += 0.5 * self.reg * np.sum(W * W)", "pass")
edit("three_layer_convnet_loss", "The regularisation has a factor 1/2.", "0.5 * self.reg", "self.reg")
edit("three_layer_convnet_loss", "The regularisation is that of W2 and W3 only: the filters are weights, too.",
     '("W1", "W2", "W3")', '("W2", "W3")')
edit("three_layer_convnet_loss", "The biases take no part in the regularisation.", '("W1", "W2", "W3")', "self.params")
edit("three_layer_convnet_loss", "The regularisation is missing from this gradient.", "grads[name] += self.reg * W",
     "pass")
edit("three_layer_convnet_loss", "The derivative of 0.5 * reg * w * w is reg * w: no 2, no 1/2.",
     "grads[name] += self.reg * W", "grads[name] += 2 * self.reg * W")
edit("three_layer_convnet_loss", "The biases are not regularised.", "return loss, grads",
     'return loss, {**grads, "b1": grads["b1"] + self.reg * b1}')
edit("three_layer_convnet_loss", "A gradient is missing, or has another name than its parameter.", "return loss, grads",
     'grads.pop("b2")\nreturn loss, grads')
edit("three_layer_convnet_loss", "loss changes self.params: the step is for the update rule to make.",
     "return loss, grads", "W1 -= grads['W1']\nreturn loss, grads")
edit("three_layer_convnet_loss", "", "X = X.astype(self.dtype)", "X = X.astype(np.float64)",
     diagnosis="should hold float32")
edit("three_layer_convnet_loss", "", "X = X.astype(self.dtype)", "X = X.astype(np.float32)",
     diagnosis="precision of float32|should hold")
edit("three_layer_convnet_loss",
     "The padding follows from the size of the filters, and this is the number of their channels.",
     "(W1.shape[2] - 1) // 2", "(W1.shape[1] - 1) // 2")
edit("three_layer_convnet_loss", "The biases are missing.", 'W3, b3 = self.params["W3"], self.params["b3"]',
     'W3, b3 = self.params["W3"], self.params["b3"]\nb1, b2, b3 = 0 * b1, 0 * b2, 0 * b3')

# spatial_batchnorm_forward

edit("spatial_batchnorm_forward",
     "Channels got mixed: before reshape(-1, C) the channel axis has to be the last one (transpose).",
     "rows = x.transpose(0, 2, 3, 1).reshape(-1, C)  # (N H W, C)\n"
     "out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
     "out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)",
     "rows = x.reshape(-1, C)  # (N H W, C)\n"
     "out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
     "out = out.reshape(N, C, H, W)")
edit("spatial_batchnorm_forward", "", "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)",
     diagnosis="spatial batch norm")
edit("spatial_batchnorm_forward", "", "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, H, W, C)",
     diagnosis="Its shape")
edit("spatial_batchnorm_forward", "gamma and beta are missing.", "out = out.reshape",
     "out = ((out - beta) / gamma).reshape")
edit("spatial_batchnorm_forward", "", "beta, bn_param)", 'beta, {"mode": "train"})',
     diagnosis="running_mean after one batch")
edit("spatial_batchnorm_forward", "", "beta, bn_param)", 'beta, bn_param | {"mode": "train"})',
     diagnosis="running_mean|mean and variance of the batch")


@wrong("spatial_batchnorm_forward")
def each_picture_for_itself(x, gamma, beta, bn_param):
    """Each picture is normalised by itself: the mean goes over N, too."""
    mean, var = (f(x, axis=(2, 3), keepdims=True) for f in (np.mean, np.var))
    return gamma[:, None, None] * (x - mean) / np.sqrt(var + 1e-5) + beta[:, None, None], None


@wrong("spatial_batchnorm_forward")
def each_pixel_for_itself(x, gamma, beta, bn_param):
    """Each pixel has a mean of its own: the mean goes over H and W, too."""
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    return gamma[:, None, None] * (x - mean) / np.sqrt(var + 1e-5) + beta[:, None, None], None


edit("spatial_batchnorm_forward", "", "return out", "x *= 2\nreturn out", diagnosis="changes its input x in place")
edit("spatial_batchnorm_forward", "", "return out", "return out.astype(np.float64)", diagnosis="should hold float32")
edit("spatial_batchnorm_forward", "These are the mean and variance of the batch: pass bn_param on as it is.",
     "beta, bn_param)", 'beta, {**bn_param, "mode": "train"})')

# spatial_batchnorm_backward

edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx",
     diagnosis="should be: return dx, dgamma, dbeta")
edit("spatial_batchnorm_backward", "", "dout.transpose(0, 2, 3, 1).reshape(-1, C)", "dout.reshape(-1, C)",
     diagnosis="gradient on x")
edit("spatial_batchnorm_backward", "", "dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "dx.reshape(N, C, H, W)",
     diagnosis="gradient on x")
edit("spatial_batchnorm_backward", "", "return dx, dgamma", "return dx, dgamma[:, None, None]",
     diagnosis="only the shape is not")
edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx, dgamma / N, dbeta",
     diagnosis="times what it should be")
edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx, dbeta, dgamma",
     diagnosis="gradient on gamma")
edit("spatial_batchnorm_backward", "", "return dx", "dout *= 2\nreturn dx", diagnosis="changes its input dout in place")

# spatial_groupnorm_forward

edit("spatial_groupnorm_forward",
     "The output has more axes than x. gamma and beta have the shape (1, C, 1, 1) already: given still "
     "more axes (np.newaxis, reshape), they hand them on to the output by broadcasting, and no error "
     "tells. Use gamma * x_hat.",
     "out = gamma * x_hat + beta",
     "out = gamma[np.newaxis, :, np.newaxis, np.newaxis] * x_hat + beta[np.newaxis, :, np.newaxis, np.newaxis]")
edit("spatial_groupnorm_forward",
     "The output has more axes than x. gamma and beta have the shape (1, C, 1, 1) already: given still "
     "more axes (np.newaxis, reshape), they hand them on to the output by broadcasting, and no error "
     "tells. Use gamma * x_hat.",
     "out = gamma * x_hat + beta", "out = gamma[np.newaxis] * x_hat + beta")
edit("spatial_groupnorm_forward", "gamma and beta are missing.", "out = gamma * x_hat + beta", "out = x_hat")
edit("spatial_groupnorm_forward", "All channels make one group here: split them into G groups.",
     "groups = x.reshape(N, G, -1)", "groups = x.reshape(N, 1, -1)")
edit("spatial_groupnorm_forward", "Each channel is a group of its own here: C / G channels share a mean.",
     "groups = x.reshape(N, G, -1)", "groups = x.reshape(N, C, -1)")
edit("spatial_groupnorm_forward", "There are C / G groups here: G is the number of groups, not of channels in a group.",
     "groups = x.reshape(N, G, -1)", "groups = x.reshape(N, C // G, -1)")


@wrong("spatial_groupnorm_forward")
def every_g_th_channel(x, gamma, beta, G, gn_param):
    """The groups are made of every G-th channel: those of a group are neighbours."""
    N, C, H, W = x.shape
    groups = x.reshape(N, C // G, G, H * W)
    mu, var = groups.mean((1, 3), keepdims=True), groups.var((1, 3), keepdims=True)
    eps = gn_param.get("eps", 1e-5)
    return gamma * ((groups - mu) / np.sqrt(var + eps)).reshape(x.shape) + beta, None


@wrong("spatial_groupnorm_forward")
def batch_normalisation(x, gamma, beta, G, gn_param):
    """This is batch normalisation: each mean should be taken within one picture."""
    mu, var = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    return gamma * (x - mu) / np.sqrt(var + gn_param.get("eps", 1e-5)) + beta, None


edit("spatial_groupnorm_forward", "", 'gn_param.get("eps", 1e-5)', "1e-5", diagnosis="large eps")
edit("spatial_groupnorm_forward", "eps is that of gn_param, and it is added to the variance.",
     'gn_param.get("eps", 1e-5)', "0")
edit("spatial_groupnorm_forward", "", "return out, cache", "x += 1\nreturn out, cache",
     diagnosis="changes its input x in place")
edit("spatial_groupnorm_forward", "", "return out, cache", "return out.astype(np.float64), cache",
     diagnosis="should hold float32")
edit("spatial_groupnorm_forward", "eps is that of gn_param, and it is added to the variance.",
     "np.sqrt(np.var(groups, axis=2, keepdims=True) + eps)", "np.sqrt(np.var(groups, axis=2, keepdims=True)) + eps")

# spatial_groupnorm_backward

edit("spatial_groupnorm_backward",
     "The gradient on gamma must have the shape of gamma, (1, C, 1, 1), and this has the shape (C,). The "
     "update gamma - learning_rate * dgamma would turn gamma into (1, C, 1, C) by broadcasting, and no "
     "error would tell. Sum with keepdims=True.",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)", "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3))")
edit("spatial_groupnorm_backward",
     "The gradient on beta must have the shape of beta, (1, C, 1, 1), and this has the shape (C,). The "
     "update beta - learning_rate * dbeta would turn beta into (1, C, 1, C) by broadcasting, and no error "
     "would tell. Sum with keepdims=True.",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)", "dbeta = np.sum(dout, axis=(0, 2, 3))")
edit("spatial_groupnorm_backward",
     "The gradient on x has more axes than x: broadcasting has added some. Compare the shapes of all "
     "factors with (N, C, H, W).",
     "dx = ((dx_hat - centre - spread) / std).reshape(N, C, H, W)",
     "dx = ((dx_hat - centre - spread) / std).reshape(1, 1, 1, N, C, H, W)")
edit("spatial_groupnorm_backward",
     "The gradient on gamma has more axes than gamma: broadcasting has added some. Compare the shapes of "
     "all factors with (N, C, H, W).",
     "return dx, dgamma, dbeta", "return dx, dgamma[np.newaxis], dbeta")
edit("spatial_groupnorm_backward",
     "Only the first term of the formula is there. The mean and the variance depend on x, too.",
     "dx_hat - centre - spread", "dx_hat")
edit("spatial_groupnorm_backward", "", "dx_hat - centre - spread", "dx_hat - centre", diagnosis="gradient on x")
edit("spatial_groupnorm_backward", "", "dx_hat - centre - spread", "dx_hat - centre + spread",
     diagnosis="gradient on x")
edit("spatial_groupnorm_backward", "", "(dout * gamma)", "(dout)", diagnosis="gradient on x")
edit("spatial_groupnorm_backward", "", ") / std)", "))", diagnosis="gradient on x")
edit("spatial_groupnorm_backward", "gamma belongs to channels: sum over N, H and W, not a mean.",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)", "dgamma = np.mean(dout * x_hat, axis=(0, 2, 3)")
edit("spatial_groupnorm_backward", "", "np.sum(dout * x_hat", "np.sum(dout", diagnosis="gradient on gamma")
edit("spatial_groupnorm_backward", "", "return dx, dgamma", "dout *= 2\nreturn dx, dgamma",
     diagnosis="changes its input dout in place")
edit("spatial_groupnorm_backward", "The first call has changed the cache: work on a copy of what is in it.",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)\nx_hat *= 2\nx_hat = x_hat / 2")
edit("spatial_groupnorm_backward",
     "The gradient on beta has more axes than beta: broadcasting has added some. Compare the shapes of "
     "all factors with (N, C, H, W).",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)[np.newaxis]")
edit("spatial_groupnorm_backward", "beta belongs to channels: sum over N, H and W, not a mean.", "dbeta = np.sum(",
     "dbeta = np.mean(")

# best_convnet

@wrong("best_convnet")
def returns_nothing_2(data):
    """Return the Solver itself, not what its train method returns."""
    pass


edit("best_convnet", "", "blocks=1", "blocks=1, num_classes=11", diagnosis="shape of the scores")


@wrong("best_convnet")
def other_data(data):
    """The Solver needs the dictionary that your function gets, with its pictures as they are."""
    return Solver(QuarterSize(channels=(8,), blocks=1), {**data, "X_train": data["X_val"],
                  "y_train": data["y_val"]})


@wrong("best_convnet", diagnosis="has not trained yet")
def trained_already(data):
    solver = Solver(QuarterSize(channels=(4,), blocks=1), {k: v[:60] for k, v in data.items()}, verbose=False)
    solver.num_epochs = 1
    solver.train()
    return solver


@wrong("best_convnet", diagnosis="as a part of the first one")
def learns_nothing(data):
    return Solver(QuarterSize(channels=(8,), blocks=1), data, optim_config={"learning_rate": 1e-7}, num_epochs=2)


@wrong("best_convnet", diagnosis="not far from log 10")
def large_weights(data):
    return Solver(ThreeLayerConvNet(weight_scale=1, filter_size=3), data, optim_config={"learning_rate": 1e-12},
                  num_epochs=1)
