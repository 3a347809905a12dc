"""Wrong answers to the exercises of ConvolutionalNetworks.

What each gives is recorded beside the right values, and its sentence is what its author reads. Where there is
no sentence, the general diagnosis speaks.
"""
from cs231n.answers.wrong import edit, wrong

edit("conv_forward_naive", "", "return out, cache", "return out")
edit("conv_forward_naive", "The bias is missing.", " + b[f]", "")
edit("conv_forward_naive", "The filter is turned by 180 degrees: take it as it is.",
     "window * w[f]", "window * w[f, :, ::-1, ::-1]")
edit("conv_forward_naive", "Rows and columns of the filter are swapped.",
     "window * w[f]", "window * w[f].swapaxes(1, 2)")
edit("conv_forward_naive", "The windows move by one pixel: they should move by the stride.",
     "top, left = i * stride, j * stride", "top, left = i, j")
edit("conv_forward_naive", "Only the first channel takes part: a window is as deep as the picture.",
     "np.sum(window * w[f])", "np.sum(window[0] * w[f, 0])")
edit("conv_forward_naive", "", "np.sum(window * w[f])", "np.mean(window * w[f])")
edit("conv_forward_naive", "", "H + 2 * pad - HH", "H + pad - HH")
edit("conv_forward_naive", "",
     "((0, 0), (0, 0), (pad, pad), (pad, pad)))", "((0, 0), (0, 0), (2 * pad, 0), (2 * pad, 0)))")
edit("conv_forward_naive", "", "dtype=x.dtype", "dtype=np.float64")
edit("conv_forward_naive", "", "dtype=x.dtype", "dtype=np.float32")
edit("conv_forward_naive", "", "out[n, f, i, j]", "out[n, f, j, i]")
edit("conv_forward_naive", "", "cache = ", "x *= 2\ncache = ")
edit("conv_forward_naive", "", "W_out = 1 + (W + 2 * pad - WW) // stride", "W_out = 1 + (W + 3 * pad - WW) // stride")

edit("conv_arithmetic", "Return the rows of all layers, one for each.", "return rows", "return rows[-1]")
edit("conv_arithmetic", "The biases count, too: one for each filter.", "depth + 1)", "depth)")
edit("conv_arithmetic", "One bias for each filter, not one for each layer.",
     "filters * (field * field * depth + 1)", "filters * field * field * depth + 1")
edit("conv_arithmetic", "The padding is on both sides.", "side + 2 * pad", "side + pad")
edit("conv_arithmetic", "The strides of the layers before are missing: their neighbours are that far apart.",
     "step *= stride", "step = 1")
edit("conv_arithmetic", "A stride moves the layers after it further apart, not its own windows.",
     "receptive += (field - 1) * step\n    step *= stride", "step *= stride\n    receptive += (field - 1) * step")
edit("conv_arithmetic", "The next layer sees as many channels as this one has filters.", "depth = filters", "pass")
edit("conv_arithmetic", "The receptive field of a pixel of the input is that pixel: it starts at 1.",
     "receptive, step = 1, 1", "receptive, step = 0, 1")

edit("conv_backward_naive", "", "return dx, dw, db", "return dx, dw")
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
edit("conv_backward_naive", "", "dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad")
edit("conv_backward_naive", "", "dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad[:, :, :H, :W]")
edit("conv_backward_naive", "", "axis=(0, 2, 3)", "axis=(0, 2, 3), keepdims=True")
edit("conv_backward_naive", "", "return dx", "return -dx")
edit("conv_backward_naive", "", "dw = np.zeros_like(w)", "dw = np.zeros(w.shape)")
edit("conv_backward_naive", "Backward changes what lies in the cache: work on a copy.",
     "return dx, dw, db", "w -= dw\nreturn dx, dw, db")
edit("conv_backward_naive", "", "return dx, dw, db", "dout *= 2\nreturn dx, dw, db")
edit("conv_backward_naive", "The bias is used in every window: add up what arrives from all of them (+=).",
     "db = np.sum(dout, axis=(0, 2, 3))", "db = np.sum(dout[:, :, -1, -1], axis=0)")

edit("max_pool_forward_naive", "This is the mean of each window.",
     "np.max(window, axis=(2, 3))", "np.mean(window, axis=(2, 3))")
edit("max_pool_forward_naive", "The windows move by one pixel: they should move by the stride.",
     "[:, :, i * stride:i * stride + height, j * stride:j * stride + width]", "[:, :, i:i + height, j:j + width]")
edit("max_pool_forward_naive",
     "All numbers are negative here, and so is the largest of each window: do not start from 0.",
     "np.max(window, axis=(2, 3))",
     "np.maximum(out[:, :, i, j], window.max(axis=(2, 3)))")
edit("max_pool_forward_naive", "Each channel is pooled by itself: no maximum over channels.",
     "np.max(window, axis=(2, 3))", "np.max(window, axis=(1, 2, 3))[:, None]")
edit("max_pool_forward_naive", "", "np.max(window, axis=(2, 3))", "np.max(window)")
edit("max_pool_forward_naive", "", "(H - height)", "(H - width)")
edit("max_pool_forward_naive", "", "dtype=x.dtype", "dtype=np.float64")
edit("max_pool_forward_naive", "", "cache = ", "x -= 1\ncache = ")

edit("max_pool_backward_naive", "", "return dx", "pass")
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
edit("max_pool_backward_naive", "", "np.argmax", "np.argmin")
edit("max_pool_backward_naive", "", "top + row, left + column", "top + column, left + row")
edit("max_pool_backward_naive", "", "np.zeros_like(x)", "np.zeros(x.shape)")
edit("max_pool_backward_naive", "Backward changes what lies in the cache: work on a copy.",
     "return dx", "x[:] = 0\nreturn dx")


@wrong("three_layer_convnet_init")
def returns_nothing(self, input_dim, num_filters, filter_size, hidden_dim, num_classes, weight_scale):
    """Its keys are others."""
    pass


edit("three_layer_convnet_init", "Its keys are others.", '"b3"', '"b4"')
edit("three_layer_convnet_init", "These are the numbers before pooling: pooling halves H and W.",
     "(H // 2) * (W // 2)", "H * W")
edit("three_layer_convnet_init", "Pooling halves H as well as W, so a quarter is left.",
     "(H // 2) * (W // 2)", "(H // 2) * W")
edit("three_layer_convnet_init", "Filters come first, then channels: (F, C, HH, WW).",
     "np.random.randn(num_filters, C,", "np.random.randn(C, num_filters,")
edit("three_layer_convnet_init", "Rows and columns are swapped: w has a row for each input.",
     "np.random.randn(pooled, hidden_dim)", "np.random.randn(hidden_dim, pooled)")
edit("three_layer_convnet_init", "", "weight_scale * np.random.randn(pooled", "np.random.randn(pooled")
edit("three_layer_convnet_init", "", "np.random.randn(hidden", "np.random.rand(hidden")
edit("three_layer_convnet_init", "", "np.zeros(num_filters)", "np.ones(num_filters)")
edit("three_layer_convnet_init", "", "np.zeros(num_classes)", "np.zeros((1, num_classes))")

edit("three_layer_convnet_loss", "", "return loss, grads", "return loss")
edit("three_layer_convnet_loss", "The last layer has no ReLU: scores may be negative.",
     "return scores", "return np.maximum(scores, 0)")
edit("three_layer_convnet_loss", "", "affine_forward(hidden, W3, b3)", "affine_forward(hidden, W3, 0 * b3)")
edit("three_layer_convnet_loss", "The regularisation is missing.", "loss += 0.5 * self.reg * np.sum(W * W)", "pass")
edit("three_layer_convnet_loss", "The regularisation has a factor 1/2.", "0.5 * self.reg", "self.reg")
edit("three_layer_convnet_loss", "The regularisation is that of W2 and W3 only: the filters are weights, too.",
     '("W1", "W2", "W3")', '("W2", "W3")')
edit("three_layer_convnet_loss", "The biases take no part in the regularisation.", '("W1", "W2", "W3")', "self.params")
edit("three_layer_convnet_loss", "The regularisation is missing from this gradient.",
     "grads[name] += self.reg * W", "pass")
edit("three_layer_convnet_loss", "The derivative of 0.5 * reg * w * w is reg * w: no 2, no 1/2.",
     "grads[name] += self.reg * W", "grads[name] += 2 * self.reg * W")
edit("three_layer_convnet_loss", "The biases are not regularised.",
     "return loss, grads", 'return loss, {**grads, "b1": grads["b1"] + self.reg * b1}')
edit("three_layer_convnet_loss", "A gradient is missing, or has another name than its parameter.",
     "return loss, grads", 'grads.pop("b2")\nreturn loss, grads')
edit("three_layer_convnet_loss", "loss changes self.params: the step is for the update rule to make.",
     "return loss, grads", "W1 -= grads['W1']\nreturn loss, grads")
edit("three_layer_convnet_loss", "", "X = X.astype(self.dtype)", "X = X.astype(np.float64)")
edit("three_layer_convnet_loss", "", "X = X.astype(self.dtype)", "X = X.astype(np.float32)")
edit("three_layer_convnet_loss",
     "The padding follows from the size of the filters, and this is the number of their channels.",
     "(W1.shape[2] - 1) // 2",
     "(W1.shape[1] - 1) // 2")
edit("three_layer_convnet_loss", "The biases are missing.",
     'W3, b3 = self.params["W3"], self.params["b3"]',
     'W3, b3 = self.params["W3"], self.params["b3"]\nb1, b2, b3 = 0 * b1, 0 * b2, 0 * b3')

edit("spatial_batchnorm_forward",
     "Channels got mixed: before reshape(-1, C) the channel axis has to be the last one (transpose).",
     "rows = x.transpose(0, 2, 3, 1).reshape(-1, C)  # (N H W, C)\n"
     "out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
     "out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)",
     "rows = x.reshape(-1, C)  # (N H W, C)\n"
     "out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
     "out = out.reshape(N, C, H, W)")
edit("spatial_batchnorm_forward", "", "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)")
edit("spatial_batchnorm_forward", "", "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, H, W, C)")
edit("spatial_batchnorm_forward", "gamma and beta are missing.",
     "out = out.reshape", "out = ((out - beta) / gamma).reshape")
edit("spatial_batchnorm_forward", "", "beta, bn_param)", 'beta, {"mode": "train"})')
edit("spatial_batchnorm_forward", "", "beta, bn_param)", 'beta, bn_param | {"mode": "train"})')


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


edit("spatial_batchnorm_forward", "", "return out", "x *= 2\nreturn out")
edit("spatial_batchnorm_forward", "", "return out", "return out.astype(np.float64)")
edit("spatial_batchnorm_forward", "These are the mean and variance of the batch: pass bn_param on as it is.",
     "beta, bn_param)", 'beta, {**bn_param, "mode": "train"})')

edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx")
edit("spatial_batchnorm_backward", "", "dout.transpose(0, 2, 3, 1).reshape(-1, C)", "dout.reshape(-1, C)")
edit("spatial_batchnorm_backward", "", "dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "dx.reshape(N, C, H, W)")
edit("spatial_batchnorm_backward", "", "return dx, dgamma", "return dx, dgamma[:, None, None]")
edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx, dgamma / N, dbeta")
edit("spatial_batchnorm_backward", "", "return dx, dgamma, dbeta", "return dx, dbeta, dgamma")
edit("spatial_batchnorm_backward", "", "return dx", "dout *= 2\nreturn dx")
edit("spatial_batchnorm_backward", "", "return dx", "return dx.astype(np.float64)")

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
     "out = gamma * x_hat + beta",
     "out = gamma[np.newaxis] * x_hat + beta")
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


edit("spatial_groupnorm_forward", "", 'gn_param.get("eps", 1e-5)', "1e-5")
edit("spatial_groupnorm_forward", "eps is that of gn_param, and it is added to the variance.",
     'gn_param.get("eps", 1e-5)', "0")
edit("spatial_groupnorm_forward", "", "return out, cache", "x += 1\nreturn out, cache")
edit("spatial_groupnorm_forward", "", "return out, cache", "return out.astype(np.float64), cache")
edit("spatial_groupnorm_forward", "eps is that of gn_param, and it is added to the variance.",
     "np.sqrt(np.var(groups, axis=2, keepdims=True) + eps)", "np.sqrt(np.var(groups, axis=2, keepdims=True)) + eps")

edit("spatial_groupnorm_backward",
     "The gradient on gamma must have the shape of gamma, (1, C, 1, 1), and this has the shape (C,). The "
     "update gamma - learning_rate * dgamma would turn gamma into (1, C, 1, C) by broadcasting, and no "
     "error would tell. Sum with keepdims=True.",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3))")
edit("spatial_groupnorm_backward",
     "The gradient on beta must have the shape of beta, (1, C, 1, 1), and this has the shape (C,). The "
     "update beta - learning_rate * dbeta would turn beta into (1, C, 1, C) by broadcasting, and no error "
     "would tell. Sum with keepdims=True.",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)",
     "dbeta = np.sum(dout, axis=(0, 2, 3))")
edit("spatial_groupnorm_backward",
     "The gradient on x has more axes than x: broadcasting has added some. Compare the shapes of all "
     "factors with (N, C, H, W).",
     "dx = ((dx_hat - centre - spread) / std).reshape(N, C, H, W)",
     "dx = ((dx_hat - centre - spread) / std).reshape(1, 1, 1, N, C, H, W)")
edit("spatial_groupnorm_backward",
     "The gradient on gamma has more axes than gamma: broadcasting has added some. Compare the shapes of "
     "all factors with (N, C, H, W).",
     "return dx, dgamma, dbeta",
     "return dx, dgamma[np.newaxis], dbeta")
edit("spatial_groupnorm_backward",
     "Only the first term of the formula is there. The mean and the variance depend on x, too.",
     "dx_hat - centre - spread",
     "dx_hat")
edit("spatial_groupnorm_backward", "", "dx_hat - centre - spread", "dx_hat - centre")
edit("spatial_groupnorm_backward", "", "dx_hat - centre - spread", "dx_hat - centre + spread")
edit("spatial_groupnorm_backward", "", "(dout * gamma)", "(dout)")
edit("spatial_groupnorm_backward", "", ") / std)", "))")
edit("spatial_groupnorm_backward", "gamma belongs to channels: sum over N, H and W, not a mean.",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)", "dgamma = np.mean(dout * x_hat, axis=(0, 2, 3)")
edit("spatial_groupnorm_backward", "", "np.sum(dout * x_hat", "np.sum(dout")
edit("spatial_groupnorm_backward", "", "return dx, dgamma", "dout *= 2\nreturn dx, dgamma")
edit("spatial_groupnorm_backward", "", "return dx", "return dx.astype(np.float64)")
edit("spatial_groupnorm_backward", "",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)",
     "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)\nx_hat *= 2\nx_hat = x_hat / 2")
edit("spatial_groupnorm_backward",
     "The gradient on beta has more axes than beta: broadcasting has added some. Compare the shapes of "
     "all factors with (N, C, H, W).",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)",
     "dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)[np.newaxis]")
edit("spatial_groupnorm_backward", "beta belongs to channels: sum over N, H and W, not a mean.",
     "dbeta = np.sum(", "dbeta = np.mean(")


@wrong("best_convnet")
def returns_nothing_2(data):
    """Return the Solver itself, not what its train method returns."""
    pass


edit("best_convnet", "", "blocks=1", "blocks=1, num_classes=11")


@wrong("best_convnet")
def other_data(data):
    """The Solver needs the dictionary that your function gets, with its pictures as they are."""
    return Solver(QuarterSize(channels=(8,), blocks=1), {**data, "X_train": data["X_val"],
                  "y_train": data["y_val"]})


@wrong("best_convnet")
def trained_already(data):
    solver = Solver(QuarterSize(channels=(4,), blocks=1), {k: v[:60] for k, v in data.items()}, verbose=False)
    solver.num_epochs = 1
    solver.train()
    return solver


@wrong("best_convnet")
def learns_nothing(data):
    return Solver(QuarterSize(channels=(8,), blocks=1), data, optim_config={"learning_rate": 1e-7}, num_epochs=2)


@wrong("best_convnet")
def large_weights(data):
    return Solver(ThreeLayerConvNet(weight_scale=1, filter_size=3), data, optim_config={"learning_rate": 1e-12},
                  num_epochs=1)
