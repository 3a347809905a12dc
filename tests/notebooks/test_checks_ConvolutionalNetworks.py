"""The checks of the ConvolutionalNetworks notebook: right answers in other styles pass, wrong ones get a message."""
import re

from notebook_checks import NotebookChecks
from solved_notebook import differing, held_against_our_values, replace

NOTEBOOK = "assignment2/ConvolutionalNetworks"

BEST = "best_convnet"


# Right answers

RIGHT = {
    "conv_forward_naive": [
        """
        S, P = conv_param["stride"], conv_param["pad"]
        HH, WW = w.shape[2:]
        padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * P, x.shape[3] + 2 * P), x.dtype)
        padded[:, :, P:P + x.shape[2], P:P + x.shape[3]] = x
        rows, columns = (padded.shape[2] - HH) // S + 1, (padded.shape[3] - WW) // S + 1
        out = np.empty((len(x), len(w), rows, columns), x.dtype)
        for i in range(rows):
            for j in range(columns):
                window = padded[:, :, i * S:i * S + HH, j * S:j * S + WW]
                out[:, :, i, j] = window.reshape(len(x), -1) @ w.reshape(len(w), -1).T + b
        return out, (x, w, b, conv_param)
        """,
        """
        S, P = conv_param["stride"], conv_param["pad"]
        padded = np.pad(x, [(0, 0), (0, 0), (P, P), (P, P)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::S, ::S]
        out = np.einsum("ncijhv,fchv->nfij", windows, w) + b[:, None, None]
        return out, (x, w, b, conv_param)
        """,
        """
        S, P = conv_param["stride"], conv_param["pad"]
        N, C, H, W = x.shape
        F, _, HH, WW = w.shape
        columns = im2col_indices(x, HH, WW, P, S)
        out = w.reshape(F, -1).dot(columns) + b.reshape(-1, 1)
        out = out.reshape(F, (H + 2 * P - HH) // S + 1, (W + 2 * P - WW) // S + 1, N)
        return out.transpose(3, 0, 1, 2), (x, w, b, conv_param)
        """,
    ],
    "conv_arithmetic": [
        """
        rows, receptive, jump = [], 1, 1
        for F, field, S, P in stack:
            side = (side - field + 2 * P) // S + 1
            receptive, jump = receptive + (field - 1) * jump, jump * S
            count = 0 if F is None else F * depth * field ** 2 + F
            depth = depth if F is None else F
            rows.append([depth, side, count, receptive])
        return rows
        """,
        """
        def seen(layers):  # from the last to the first
            pixels = 1
            for _, field, S, _ in reversed(layers):
                pixels = (pixels - 1) * S + field
            return pixels

        rows = []
        for k, (F, field, S, P) in enumerate(stack, start=1):
            side = int((side + 2 * P - field) / S + 1)
            rows.append((F or depth, side, (field * field * depth + 1) * F if F else 0, seen(stack[:k])))
            depth = F or depth
        return rows
        """,
        """
        table = np.zeros((len(stack), 4), dtype=int)
        receptive = step = 1
        for row, (F, field, S, P) in zip(table, stack):
            side = (side + 2 * P - field + S) // S
            receptive += step * (field - 1)
            step *= S
            row[:] = depth if F is None else F, side, 0 if F is None else F + F * field * field * depth, receptive
            depth = row[0]
        return [tuple(row) for row in table]
        """,
    ],
    "conv_backward_naive": [
        """
        x, w, b, conv_param = cache
        S, P = conv_param["stride"], conv_param["pad"]
        HH, WW = w.shape[2:]
        padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
        dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                place = slice(None), slice(None), slice(i * S, i * S + HH), slice(j * S, j * S + WW)
                dw += np.tensordot(dout[:, :, i, j], padded[place], axes=(0, 0))
                dpadded[place] += np.tensordot(dout[:, :, i, j], w, axes=(1, 0))
        return dpadded[:, :, P:dpadded.shape[2] - P, P:dpadded.shape[3] - P], dw, dout.sum((0, 2, 3))
        """,
        """
        x, w, b, conv_param = cache
        S, P = conv_param["stride"], conv_param["pad"]
        padded = np.pad(x, [(0, 0), (0, 0), (P, P), (P, P)])
        dx, dw, db = np.zeros_like(padded), 0 * w, 0 * b
        for n, f, i, j in np.ndindex(*dout.shape):
            rows, columns = slice(i * S, i * S + w.shape[2]), slice(j * S, j * S + w.shape[3])
            dx[n][:, rows, columns] += w[f] * dout[n, f, i, j]
            dw[f] += padded[n][:, rows, columns] * dout[n, f, i, j]
            db[f] += dout[n, f, i, j]
        return dx[:, :, P:P + x.shape[2], P:P + x.shape[3]], dw, db
        """,
        """
        x, w, b, conv_param = cache
        S, P = conv_param["stride"], conv_param["pad"]
        (N, F, H1, W1), (HH, WW) = dout.shape, w.shape[2:]
        padded = np.pad(x, [(0, 0), (0, 0), (P, P), (P, P)])
        apart = np.zeros((N, F, (H1 - 1) * S + 1, (W1 - 1) * S + 1), dout.dtype)
        apart[:, :, ::S, ::S] = dout
        view = np.lib.stride_tricks.sliding_window_view
        dw = np.einsum("nchvij,nfij->fchv", view(padded, apart.shape[2:], axis=(2, 3)), apart)
        wide = np.pad(apart, [(0, 0), (0, 0), (HH - 1, HH - 1), (WW - 1, WW - 1)])
        dx = np.einsum("nfijhv,fchv->ncij", view(wide, (HH, WW), axis=(2, 3)), w[:, :, ::-1, ::-1])
        return [dx[:, :, P:P + x.shape[2], P:P + x.shape[3]], dw, np.einsum("nfij->f", dout)]
        """,
    ],
    "max_pool_forward_naive": [
        """
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))[:, :, ::S, ::S]
        return windows.max(axis=(-1, -2)), (x, pool_param)
        """,
        """
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        N, C, H, W = x.shape
        out = np.full((N, C, (H - h) // S + 1, (W - w) // S + 1), -np.inf, x.dtype)
        for n, c, i, j in np.ndindex(*out.shape):
            for k in range(h):
                for m in range(w):
                    out[n, c, i, j] = max(out[n, c, i, j], x[n, c, i * S + k, j * S + m])
        return out, (x, pool_param)
        """,
        """
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        H1, W1 = 1 + (x.shape[2] - h) // S, 1 + (x.shape[3] - w) // S
        shifted = [x[:, :, k:k + S * (H1 - 1) + 1:S, m:m + S * (W1 - 1) + 1:S] for k in range(h) for m in range(w)]
        return np.maximum.reduce(shifted), (x, pool_param)
        """,
    ],
    "max_pool_backward_naive": [
        """
        x, pool_param = cache
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        dx = np.zeros(x.shape, x.dtype)
        for n, c, i, j in np.ndindex(*dout.shape):
            place = int(x[n, c, i * S:i * S + h, j * S:j * S + w].argmax())
            dx[n, c, i * S + place // w, j * S + place % w] += dout[n, c, i, j]
        return dx
        """,
        """
        x, pool_param = cache
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        N, C, H1, W1 = dout.shape
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))[:, :, ::S, ::S]
        place = windows.reshape(N, C, H1, W1, h * w).argmax(axis=-1)
        n, c, i, j = np.indices(dout.shape)
        dx = np.zeros_like(x)
        np.add.at(dx, (n, c, i * S + place // w, j * S + place % w), dout)
        return dx
        """,
        """
        x, pool_param = cache  # equally large numbers share the gradient, which is right too
        h, w, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        dx = np.zeros_like(x)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                place = slice(None), slice(None), slice(i * S, i * S + h), slice(j * S, j * S + w)
                largest = x[place] == x[place].max(axis=(2, 3), keepdims=True)
                share = dout[:, :, i, j] / largest.sum(axis=(2, 3)).astype(x.dtype)
                dx[place] += largest * share[:, :, None, None]
        return dx
        """,
    ],
    "three_layer_convnet_init": [
        """
        C, H, W = input_dim
        shapes = {"1": (num_filters, C, filter_size, filter_size), "2": (num_filters * H * W // 4, hidden_dim),
                  "3": (hidden_dim, num_classes)}
        for i, shape in shapes.items():
            self.params["W" + i] = np.random.normal(0, weight_scale, shape)
            self.params["b" + i] = np.zeros(shape[0] if i == "1" else shape[1])
        """,
        """
        draw = np.random.default_rng().standard_normal
        flat = num_filters * (input_dim[1] // 2) * (input_dim[2] // 2)
        self.params = {
            "W1": weight_scale * draw((num_filters, input_dim[0], filter_size, filter_size)),
            "W2": weight_scale * draw((flat, hidden_dim)), "W3": weight_scale * draw((hidden_dim, num_classes)),
            "b1": np.zeros(num_filters), "b2": np.zeros(hidden_dim), "b3": np.zeros(num_classes),
        }
        """,
        """
        C, H, W = input_dim
        self.params.update(b1=np.zeros((num_filters,)), b2=np.zeros((hidden_dim,)), b3=np.zeros((num_classes,)))
        self.params.update(W1=np.random.randn(num_filters, C, filter_size, filter_size),
                           W2=np.random.randn(num_filters * int(H / 2) * int(W / 2), hidden_dim),
                           W3=np.random.randn(hidden_dim, num_classes))
        for name in "W1", "W2", "W3":
            self.params[name] *= weight_scale
        """,
    ],
    "three_layer_convnet_loss": [
        """
        p = self.params
        same, half = {"stride": 1, "pad": p["W1"].shape[-1] // 2}, {"pool_height": 2, "pool_width": 2, "stride": 2}
        a, first = conv_relu_forward(X.astype(self.dtype), p["W1"], p["b1"], same)
        maps, pool = fast_layers.max_pool_forward_fast(a, half)
        h, second = affine_relu_forward(maps, p["W2"], p["b2"])
        scores, third = affine_forward(h, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        g = {}
        d, g["W3"], g["b3"] = affine_backward(d, third)
        d, g["W2"], g["b2"] = affine_relu_backward(d, second)
        d, g["W1"], g["b1"] = conv_relu_backward(fast_layers.max_pool_backward_fast(d, pool), first)
        for name in g:
            if name[0] == "W":
                loss += self.reg / 2 * np.sum(p[name] ** 2)
                g[name] = g[name] + self.reg * p[name]
        return loss, g
        """,
        """
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        a, conv_cache = conv_forward_naive(X.astype(self.dtype), W1, b1, conv_param)
        r, relu_cache = layers.relu_forward(a)
        m, pool_cache = max_pool_forward_naive(r, pool_param)
        flat = m.reshape(len(X), -1)
        h = np.maximum(flat @ W2 + b2, 0)
        scores = h @ W3 + b3
        if y is None:
            return scores
        loss, ds = softmax_loss(scores, y)
        loss += 0.5 * self.reg * ((W1 * W1).sum() + (W2 * W2).sum() + (W3 * W3).sum())
        dh = ds @ W3.T * (h > 0)
        dm = max_pool_backward_naive((dh @ W2.T).reshape(m.shape), pool_cache)
        _, dW1, db1 = conv_backward_naive(layers.relu_backward(dm, relu_cache), conv_cache)
        return loss, {"W1": dW1 + self.reg * W1, "b1": db1, "W2": flat.T @ dh + self.reg * W2, "b2": dh.sum(0),
                      "W3": h.T @ ds + self.reg * W3, "b3": ds.sum(0)}
        """,
        """
        x, caches, grads = X.astype(self.dtype), [], {}
        pad = (self.params["W1"].shape[2] - 1) // 2
        sandwiches = [
            (conv_relu_pool_forward, conv_relu_pool_backward,
             ({"stride": 1, "pad": pad}, {"pool_height": 2, "pool_width": 2, "stride": 2})),
            (affine_relu_forward, affine_relu_backward, ()), (affine_forward, affine_backward, ()),
        ]
        for i, (forward, _, settings) in enumerate(sandwiches, 1):
            x, cache = forward(x, self.params[f"W{i}"], self.params[f"b{i}"], *settings)
            caches.append(cache)
        if y is None:
            return x
        loss, d = softmax_loss(x, y)
        for i in 3, 2, 1:
            d, dW, grads[f"b{i}"] = sandwiches[i - 1][1](d, caches.pop())
            grads[f"W{i}"] = dW + self.reg * self.params[f"W{i}"]
            loss = loss + 0.5 * self.reg * np.sum(np.square(self.params[f"W{i}"]))
        return loss, grads
        """,
    ],
    "spatial_batchnorm_forward": [
        """
        N, C, H, W = x.shape
        rows = np.moveaxis(x, 1, -1).reshape(N * H * W, C)
        out, cache = layers.batchnorm_forward(rows, gamma, beta, bn_param)
        return np.moveaxis(out.reshape(N, H, W, C), -1, 1), cache
        """,
        """
        columns = x.swapaxes(0, 1).reshape(x.shape[1], -1)
        out, cache = batchnorm_forward(columns.T, gamma, beta, bn_param)
        N, C, H, W = x.shape
        return out.T.reshape(C, N, H, W).swapaxes(0, 1), cache
        """,
        """
        out = np.empty_like(x)
        N, C, H, W = x.shape
        flat = np.stack([x[:, c].ravel() for c in range(C)], axis=1)
        normal, cache = batchnorm_forward(flat, gamma, beta, bn_param)
        for c in range(C):
            out[:, c] = normal[:, c].reshape(N, H, W)
        return out, (cache, flat)
        """,
    ],
    "spatial_batchnorm_backward": [
        """
        N, C, H, W = dout.shape
        dx, dgamma, dbeta = layers.batchnorm_backward(np.moveaxis(dout, 1, -1).reshape(N * H * W, C), cache)
        return np.moveaxis(dx.reshape(N, H, W, C), -1, 1), dgamma, dbeta
        """,
        """
        dx, *others = layers.batchnorm_backward_alt(dout.transpose(0, 2, 3, 1).reshape(-1, dout.shape[1]), cache)
        N, C, H, W = dout.shape
        return (dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), *others)
        """,
        """
        N, C, H, W = dout.shape
        rows = np.einsum("nchw->nhwc", dout).reshape(-1, C)
        dx, dgamma, dbeta = batchnorm_backward(rows, cache)
        return [np.einsum("nhwc->nchw", dx.reshape(N, H, W, C)), dgamma, dbeta]
        """,
    ],
    "spatial_groupnorm_forward": [
        """
        N, C, H, W = x.shape
        groups = x.reshape(N, G, C // G, H, W)
        mean = groups.mean(axis=(2, 3, 4), keepdims=True)
        std = np.sqrt(groups.var(axis=(2, 3, 4), keepdims=True) + gn_param.get("eps", 1e-5))
        x_hat = ((groups - mean) / std).reshape(x.shape)
        return x_hat * gamma + beta, (x_hat, std.reshape(N, G, 1), gamma, G)
        """,
        """
        rows = x.reshape(len(x) * G, -1)
        ones, zeros = np.ones(rows.shape[1], x.dtype), np.zeros(rows.shape[1], x.dtype)
        x_hat, _ = layers.layernorm_forward(rows, ones, zeros, gn_param)
        std = np.sqrt(rows.var(axis=1) + gn_param.get("eps", 1e-5)).reshape(len(x), G, 1)
        x_hat = x_hat.reshape(x.shape)
        return gamma * x_hat + beta, (x_hat, std, gamma, G)
        """,
        """
        N, C = x.shape[:2]
        x_hat, std = np.empty_like(x), np.empty((N, G, 1), x.dtype)
        for n in range(N):
            for g in range(G):
                channels = slice(g * (C // G), (g + 1) * (C // G))
                std[n, g] = (x[n, channels].var() + gn_param.get("eps", 1e-5)) ** 0.5
                x_hat[n, channels] = (x[n, channels] - x[n, channels].mean()) / std[n, g]
        return np.add(gamma * x_hat, beta), (x_hat, std, gamma, G)
        """,
    ],
    "spatial_groupnorm_backward": [
        """
        x_hat, std, gamma, G = cache
        N, C, H, W = dout.shape
        axes = (0, 2, 3)
        dgamma, dbeta = (dout * x_hat).sum(axes).reshape(gamma.shape), dout.sum(axes)[None, :, None, None]
        d, h = ((a).reshape(N, G, C // G, H, W) for a in (dout * gamma, x_hat))
        size = C // G * H * W
        within = (2, 3, 4)
        dx = size * d - d.sum(within, keepdims=True) - h * (d * h).sum(within, keepdims=True)
        return (dx / (size * std.reshape(N, G, 1, 1, 1))).reshape(dout.shape), dgamma, dbeta
        """,
        """
        x_hat, std, gamma, G = cache
        dx = np.empty_like(dout)
        step = dout.shape[1] // G
        for n, g in np.ndindex(len(dout), G):
            part = slice(g * step, (g + 1) * step)
            d, h = dout[n, part] * gamma[0, part], x_hat[n, part]
            dx[n, part] = (d - d.mean() - h * (d * h).mean()) / std[n, g]
        dgamma = np.einsum("nchw,nchw->c", dout, x_hat).reshape(1, -1, 1, 1)
        return dx, dgamma, np.einsum("nchw->c", dout).reshape(1, -1, 1, 1)
        """,
        """
        x_hat, std, gamma, G = cache
        N = len(dout)
        rows = (gamma * dout).reshape(N * G, -1)
        normal, deviation = x_hat.reshape(N * G, -1), std.reshape(N * G, 1)
        M = rows.shape[1]
        dvar = -0.5 * np.sum(rows * normal, axis=1, keepdims=True) / deviation ** 2
        dmu = -np.sum(rows, axis=1, keepdims=True) / deviation
        dx = rows / deviation + 2 * dvar * normal * deviation / M + dmu / M
        sums = [np.sum(a, axis=(0, 2, 3)).reshape(1, -1, 1, 1) for a in (dout * x_hat, dout)]
        return dx.reshape(dout.shape), sums[0], sums[1]
        """,
    ],
    BEST: [
        """
        return Solver(ThreeLayerConvNet(weight_scale=1e-2, filter_size=5, hidden_dim=50), data, update_rule="adam",
                      optim_config={"learning_rate": 1e-3}, batch_size=50, num_epochs=3)
        """,
        """
        model = QuarterSize(channels=(16, 32), blocks=1, normalization="groupnorm")
        return Solver(model, data, update_rule="nesterov", optim_config={"learning_rate": 0.02, "momentum": 0.9},
                      batch_size=25, num_epochs=8, augment=compose(random_flip, lambda X: random_shift(X, 2)))
        """,
        """
        model = QuarterSize(channels=(16, 32), blocks=2, residual=True)
        return Solver(model, data, update_rule="rmsprop", optim_config={"learning_rate": 1e-3}, lr_decay=0.9,
                      num_epochs=10, verbose=False)
        """,
    ],
}


# Wrong answers

STUB = "raise NotImplementedError"
WRONG = {
    "conv_forward_naive": [
        (STUB, "conv_forward_naive is not written yet"),
        ("pass", "returns nothing"),
        (replace("return out, cache", "return out"), "should be: return out, cache"),
        (replace(" + b[f]", ""), "bias is missing"),
        (replace("window * w[f]", "window * w[f, :, ::-1, ::-1]"), "turned by 180 degrees"),
        (replace("window * w[f]", "window * w[f].swapaxes(1, 2)"), "Rows and columns of the filter are swapped"),
        (replace("top, left = i * stride, j * stride", "top, left = i, j"), "move by one pixel"),
        (replace("np.sum(window * w[f])", "np.sum(window[0] * w[f, 0])"), "Only the first channel"),
        (replace("np.sum(window * w[f])", "np.mean(window * w[f])"), "conv forward: by hand"),
        (replace("H + 2 * pad - HH", "H + pad - HH"), "Its shape"),
        (replace("((0, 0), (0, 0), (pad, pad), (pad, pad)))", "((0, 0), (0, 0), (2 * pad, 0), (2 * pad, 0)))"),
         "stride 2, pad 1"),
        (replace("dtype=x.dtype", "dtype=np.float64"), "should hold float32"),
        (replace("dtype=x.dtype", "dtype=np.float32"), "should hold float64|precision of float32"),
        (replace("out[n, f, i, j]", "out[n, f, j, i]"), "conv forward: by hand"),
        (replace("cache = ", "x *= 2\ncache = "), "changes its input x in place"),
    ],
    "conv_arithmetic": [
        (STUB, "conv_arithmetic is not written yet"),
        ("pass", "one row for each layer"),
        (replace("return rows", "return rows[-1]"), "one row for each layer"),
        (replace("depth + 1)", "depth)"), "biases count, too"),
        (replace("filters * (field * field * depth + 1)", "filters * field * field * depth + 1"),
         "not one for each layer"),
        (replace("side + 2 * pad", "side + pad"), ": side"),
        (replace("step *= stride", "step = 1"), "strides of the layers before are missing"),
        (replace("receptive += (field - 1) * step\n    step *= stride",
                 "step *= stride\n    receptive += (field - 1) * step"), "not its own windows"),
        (replace("depth = filters", "pass"), "depth"),
        (replace("receptive, step = 1, 1", "receptive, step = 0, 1"), "receptive field"),
    ],
    "conv_backward_naive": [
        (STUB, "conv_backward_naive is not written yet"),
        ("pass", "returns nothing"),
        (replace("return dx, dw, db", "return dx, dw"), "should be: return dx, dw, db"),
        (replace("+= dout[n, f, i, j] * w[f]", "= dout[n, f, i, j] * w[f]"), "Windows overlap"),
        (replace("dout[n, f, i, j] * w[f]", "dout[n, f, i, j] * w[f, :, ::-1, ::-1]"), "not turned round"),
        (replace("dw[f] += ", "dw[f] = "), "filter is used in every window"),
        (replace("db = np.sum(dout", "db = np.mean(dout"), "mean over the windows"),
        (replace("return dx, dw, db", "return dx, dw / N, db"), "mean over the pictures"),
        (replace("return dx, dw, db", "return dx, dw, db / N"), "mean over the pictures"),
        (replace("dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad"), "Its shape"),
        (replace("dx = dx_pad[:, :, pad:pad + H, pad:pad + W]", "dx = dx_pad[:, :, :H, :W]"), "gradient on x"),
        (replace("axis=(0, 2, 3)", "axis=(0, 2, 3), keepdims=True"), "only the shape is not"),
        (replace("return dx", "return -dx"), "by hand: dx\n  Every value has the wrong sign"),
        (replace("dw = np.zeros_like(w)", "dw = np.zeros(w.shape)"), "should hold float32"),
        (replace("return dx, dw, db", "w -= dw\nreturn dx, dw, db"), "changes what lies in the cache"),
        (replace("return dx, dw, db", "dout *= 2\nreturn dx, dw, db"), "changes its input dout in place"),
    ],
    "max_pool_forward_naive": [
        (STUB, "max_pool_forward_naive is not written yet"),
        ("pass", "returns nothing"),
        (replace("np.max(window, axis=(2, 3))", "np.mean(window, axis=(2, 3))"), "mean of each window"),
        (replace("[:, :, i * stride:i * stride + height, j * stride:j * stride + width]",
                 "[:, :, i:i + height, j:j + width]"), "move by one pixel"),
        (replace("np.max(window, axis=(2, 3))", "np.maximum(out[:, :, i, j], window.max(axis=(2, 3)))"),
         "do not start from 0"),
        (replace("np.max(window, axis=(2, 3))", "np.max(window, axis=(1, 2, 3))[:, None]"), "Each channel is pooled"),
        (replace("np.max(window, axis=(2, 3))", "np.max(window)"), "max pool forward, tiles"),
        (replace("(H - height)", "(H - width)"), "Its shape"),
        (replace("dtype=x.dtype", "dtype=np.float64"), "should hold float32"),
        (replace("cache = ", "x -= 1\ncache = "), "changes its input x in place"),
    ],
    "max_pool_backward_naive": [
        (STUB, "max_pool_backward_naive is not written yet"),
        (replace("return dx", "pass"), "It is None"),
        (replace("dx[n, c, top + row, left + column] +=", "dx[n, c, top + row, left + column] ="), "two windows"),
        (replace("dx[n, c, top + row, left + column] +=", "dx[n, c, top:top + height, left:left + width] +="),
         "The whole window gets the gradient"),
        (replace("dx[n, c, top + row, left + column] += dout[n, c, i, j]",
                 "dx[n, c, top:top + height, left:left + width] += dout[n, c, i, j] / (height * width)"),
         "That is average pooling"),
        (replace("dx[n, c, top + row, left + column] += dout[n, c, i, j]",
                 "dx[n, c, top:top + height, left:left + width] += (window == window.max()) * dout[n, c, i, j]"),
         "Each of the equally large numbers"),
        (replace("+= dout[n, c, i, j]", "+= dout[n, c, i, j] * window.max()"), "multiplied by the largest number"),
        (replace("+= dout[n, c, i, j]", "+= 1"), "dout is missing"),
        (replace("np.argmax", "np.argmin"), "the lecture's example"),
        (replace("top + row, left + column", "top + column, left + row"), "the lecture's example"),
        (replace("np.zeros_like(x)", "np.zeros(x.shape)"), "should hold float32"),
        (replace("return dx", "x[:] = 0\nreturn dx"), "changes what lies in the cache"),
    ],
    "three_layer_convnet_init": [
        (STUB, "init_params is not written yet"),
        ("pass", "Its keys are others"),
        (replace('"b3"', '"b4"'), "Its keys are others"),
        (replace("(H // 2) * (W // 2)", "H * W"), "numbers before pooling"),
        (replace("(H // 2) * (W // 2)", "(H // 2) * W"), "as well as W"),
        (replace("np.random.randn(num_filters, C,", "np.random.randn(C, num_filters,"), "Filters come first"),
        (replace("np.random.randn(pooled, hidden_dim)", "np.random.randn(hidden_dim, pooled)"), "swapped"),
        (replace("weight_scale * np.random.randn(pooled", "np.random.randn(pooled"), "standard deviation of W2"),
        (replace("np.random.randn(hidden", "np.random.rand(hidden"), "mean of W3"),
        (replace("np.zeros(num_filters)", "np.ones(num_filters)"), "b1 is 0"),
        (replace("np.zeros(num_classes)", "np.zeros((1, num_classes))"), "only the shape is not"),
    ],
    "three_layer_convnet_loss": [
        (STUB, "ThreeLayerConvNet.loss is not written yet"),
        (replace("return loss, grads", "return loss"), "should be: return loss, grads"),
        (replace("return scores", "return np.maximum(scores, 0)"), "last layer has no ReLU"),
        (replace("affine_forward(hidden, W3, b3)", "affine_forward(hidden, W3, 0 * b3)"), "scores"),
        (replace("loss += 0.5 * self.reg * np.sum(W * W)", "pass"), "regularisation is missing"),
        (replace("0.5 * self.reg", "self.reg"), "factor 1/2"),
        (replace('("W1", "W2", "W3")', '("W2", "W3")'), "filters are weights, too"),
        (replace('("W1", "W2", "W3")', "self.params"), "biases take no part"),
        (replace("grads[name] += self.reg * W", "pass"), "missing from this gradient"),
        (replace("grads[name] += self.reg * W", "grads[name] += 2 * self.reg * W"), "no 2, no 1/2"),
        (replace("return loss, grads", 'return loss, {**grads, "b1": grads["b1"] + self.reg * b1}'),
         "biases are not regularised"),
        (replace("return loss, grads", 'grads.pop("b2")\nreturn loss, grads'), "another name than its parameter"),
        (replace("return loss, grads", "W1 -= grads['W1']\nreturn loss, grads"), "loss changes self.params"),
        (replace("X = X.astype(self.dtype)", "X = X.astype(np.float64)"), "should hold float32"),
        (replace("X = X.astype(self.dtype)", "X = X.astype(np.float32)"), "precision of float32|should hold"),
    ],
    "spatial_batchnorm_forward": [
        (STUB, "spatial_batchnorm_forward is not written yet"),
        ("pass", "returns nothing"),
        (lambda solved: solved.replace("x.transpose(0, 2, 3, 1).reshape(-1, C)", "x.reshape(-1, C)").replace(
            "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)"), "Channels got mixed"),
        (replace("out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)"), "spatial batch norm"),
        (replace("out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, H, W, C)"), "Its shape"),
        (replace("out = out.reshape", "out = ((out - beta) / gamma).reshape"), "gamma and beta are missing"),
        (replace("beta, bn_param)", 'beta, {"mode": "train"})'), "running_mean after one batch"),
        (replace("beta, bn_param)", 'beta, bn_param | {"mode": "train"})'),
         "running_mean|mean and variance of the batch"),
        ("""
         mean, var = (f(x, axis=(2, 3), keepdims=True) for f in (np.mean, np.var))
         return gamma[:, None, None] * (x - mean) / np.sqrt(var + 1e-5) + beta[:, None, None], None
         """, "Each picture is normalised by itself"),
        ("""
         mean, var = np.mean(x, axis=0), np.var(x, axis=0)
         return gamma[:, None, None] * (x - mean) / np.sqrt(var + 1e-5) + beta[:, None, None], None
         """, "Each pixel has a mean of its own"),
        (replace("return out", "x *= 2\nreturn out"), "changes its input x in place"),
        (replace("return out", "return out.astype(np.float64)"), "should hold float32"),
    ],
    "spatial_batchnorm_backward": [
        (STUB, "spatial_batchnorm_backward is not written yet"),
        ("pass", "returns nothing"),
        (replace("return dx, dgamma, dbeta", "return dx"), "should be: return dx, dgamma, dbeta"),
        (replace("dout.transpose(0, 2, 3, 1).reshape(-1, C)", "dout.reshape(-1, C)"), "gradient on x"),
        (replace("dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "dx.reshape(N, C, H, W)"), "gradient on x"),
        (replace("return dx, dgamma", "return dx, dgamma[:, None, None]"), "only the shape is not"),
        (replace("return dx, dgamma, dbeta", "return dx, dgamma / N, dbeta"), "times what it should be"),
        (replace("return dx, dgamma, dbeta", "return dx, dbeta, dgamma"), "gradient on gamma"),
        (replace("return dx", "dout *= 2\nreturn dx"), "changes its input dout in place"),
        (replace("return dx", "return dx.astype(np.float64)"), "should hold float32"),
    ],
    "spatial_groupnorm_forward": [
        (STUB, "spatial_groupnorm_forward is not written yet"),
        ("pass", "returns nothing"),
        # The known answer of shape (1, 1, 1, N, C, H, W), and a milder one.
        (replace("out = gamma * x_hat + beta", "out = gamma[np.newaxis, :, np.newaxis, np.newaxis] * x_hat "
                 "+ beta[np.newaxis, :, np.newaxis, np.newaxis]"), "more axes than x(.|\n)*broadcasting"),
        (replace("out = gamma * x_hat + beta", "out = gamma[np.newaxis] * x_hat + beta"), "more axes than x"),
        (replace("out = gamma * x_hat + beta", "out = x_hat"), "gamma and beta are missing"),
        (replace("groups = x.reshape(N, G, -1)", "groups = x.reshape(N, 1, -1)"), "one group here"),
        (replace("groups = x.reshape(N, G, -1)", "groups = x.reshape(N, C, -1)"), "a group of its own"),
        (replace("groups = x.reshape(N, G, -1)", "groups = x.reshape(N, C // G, -1)"),
         "number of groups, not of channels"),
        ("""
         N, C, H, W = x.shape
         groups = x.reshape(N, C // G, G, H * W)
         mu, var = groups.mean((1, 3), keepdims=True), groups.var((1, 3), keepdims=True)
         eps = gn_param.get("eps", 1e-5)
         return gamma * ((groups - mu) / np.sqrt(var + eps)).reshape(x.shape) + beta, None
         """, "those of a group are neighbours"),
        ("""
         mu, var = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
         return gamma * (x - mu) / np.sqrt(var + gn_param.get("eps", 1e-5)) + beta, None
         """, "This is batch normalisation"),
        (replace('gn_param.get("eps", 1e-5)', "1e-5"), "large eps"),
        (replace('gn_param.get("eps", 1e-5)', "0"), "eps is that of gn_param"),
        (replace("return out, cache", "x += 1\nreturn out, cache"), "changes its input x in place"),
        (replace("return out, cache", "return out.astype(np.float64), cache"), "should hold float32"),
    ],
    "spatial_groupnorm_backward": [
        (STUB, "spatial_groupnorm_backward is not written yet"),
        ("pass", "returns nothing"),
        # The known wrong shapes, which broadcasting would hide.
        (replace("dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)",
                 "dgamma = np.sum(dout * x_hat, axis=(0, 2, 3))"), "gamma into .1, C, 1, C. by broadcasting"),
        (replace("dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)", "dbeta = np.sum(dout, axis=(0, 2, 3))"),
         "beta into .1, C, 1, C. by broadcasting"),
        (replace("dx = ((dx_hat - centre - spread) / std).reshape(N, C, H, W)",
                 "dx = ((dx_hat - centre - spread) / std).reshape(1, 1, 1, N, C, H, W)"), "x has more axes than x"),
        (replace("return dx, dgamma, dbeta", "return dx, dgamma[np.newaxis], dbeta"), "gamma has more axes than gamma"),
        (replace("dx_hat - centre - spread", "dx_hat"), "Only the first term"),
        (replace("dx_hat - centre - spread", "dx_hat - centre"), "gradient on x"),
        (replace("dx_hat - centre - spread", "dx_hat - centre + spread"), "gradient on x"),
        (replace("(dout * gamma)", "(dout)"), "gradient on x"),
        (replace(") / std)", "))"), "gradient on x"),
        (replace("dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)", "dgamma = np.mean(dout * x_hat, axis=(0, 2, 3)"),
         "not a mean"),
        (replace("np.sum(dout * x_hat", "np.sum(dout"), "gradient on gamma"),
        (replace("return dx, dgamma", "dout *= 2\nreturn dx, dgamma"), "changes its input dout in place"),
        (replace("return dx", "return dx.astype(np.float64)"), "should hold float32"),
    ],
    BEST: [
        (STUB, "best_convnet is not written yet"),
        ("pass", "Return the Solver itself"),
        (replace("blocks=1", "blocks=1, num_classes=11"), "shape of the scores"),
        ("""
         return Solver(QuarterSize(channels=(8,), blocks=1), {**data, "X_train": data["X_val"],
                       "y_train": data["y_val"]})
         """, "dictionary that your function gets"),
        ("""
         solver = Solver(QuarterSize(channels=(4,), blocks=1), {k: v[:60] for k, v in data.items()}, verbose=False)
         solver.num_epochs = 1
         solver.train()
         return solver
         """, "has not trained yet"),
        ("""
         return Solver(QuarterSize(channels=(8,), blocks=1), data, optim_config={"learning_rate": 1e-7}, num_epochs=2)
         """, "as a part of the first one"),
        ("""
         return Solver(ThreeLayerConvNet(weight_scale=1, filter_size=3), data, optim_config={"learning_rate": 1e-12},
                       num_epochs=1)
         """, "not far from log 10"),
    ],
}


class TestChecks(NotebookChecks):
    right = RIGHT
    wrong = [(exercise, answer, words) for exercise, cases in WRONG.items() for answer, words in cases]
    slow = (f"check_{BEST}",)


def test_what_grading_compares_does_not_depend_on_the_style_of_a_right_answer(notebook, monkeypatch):
    others = {name: answers[1] for name, answers in RIGHT.items()}
    ours, theirs = (held_against_our_values(notebook.reported(notebook.ids("check")[:-1], answers, monkeypatch))
                    for answers in ({}, others))
    names = [name for name, *_ in ours]
    assert len(names) > 200
    assert len(set(names)) == len([name for name in names if " leaves " not in name]) + len(
        {name for name in names if " leaves " in name}), "a name stands for one value"
    assert differing(ours, theirs) == []


def test_recorded_story_normalisation_and_depth_beat_one_epoch_of_three_layers(notebook):
    printed = notebook.printed()
    three_layers, best = (float(accuracy) for accuracy in re.findall(r"test accuracy: +(0\.\d+)", printed))
    assert best > 0.7 > three_layers > 0.4
    assert re.findall(r"reg 0(?:\.5)?: first loss (2\.\d+)", printed) == ["2.303", "2.508"]
