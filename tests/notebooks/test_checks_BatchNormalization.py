"""The checks of `BatchNormalization.ipynb`: right answers pass in any style, wrong ones get words that help."""
import re

import pytest
from notebook_checks import NotebookChecks
from solved_notebook import replace

from cs231n.check import CheckFailed
from cs231n.classifiers.fc_net import FullyConnectedNet

NOTEBOOK = "assignment2/BatchNormalization"

# Answers by exercise: each is the whole body of the function, and goes with the solved answers of the other exercises.
RIGHT = {
    "batchnorm_forward": [
        """
        eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        if bn_param["mode"] == "test":
            return gamma * (x - bn_param["running_mean"]) * (bn_param["running_var"] + eps) ** -0.5 + beta, None
        N, D = x.shape
        mean = x.sum(axis=0) / N
        centred = x - mean
        var = (centred ** 2).sum(axis=0) / N
        std = (var + eps) ** 0.5
        for name, new in ("running_mean", mean), ("running_var", var):
            old = bn_param.setdefault(name, np.zeros(D, x.dtype))
            bn_param[name] = old + (1 - momentum) * (new - old)
        return centred / std * gamma + beta, (centred / std, std, gamma)
        """,
        """
        param = {"eps": 1e-5, "momentum": 0.9, "running_mean": 0 * gamma, "running_var": 0 * gamma}
        param.update(bn_param)
        if param["mode"] == "train":
            mean, var = x.mean(0, keepdims=True), x.var(0, keepdims=True)
            for name, new in ("running_mean", mean[0]), ("running_var", var[0]):
                param[name] = param["momentum"] * param[name] + (1 - param["momentum"]) * new
            bn_param.update(param)
        else:
            mean, var = param["running_mean"], param["running_var"]
        std = np.sqrt(var + param["eps"])
        hat = np.divide(x - mean, std)
        return np.multiply(gamma, hat) + beta, [hat, std, gamma]
        """,
        """
        eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        if "running_mean" not in bn_param:
            bn_param["running_mean"] = np.zeros(x.shape[1], dtype=x.dtype)
            bn_param["running_var"] = np.zeros(x.shape[1], dtype=x.dtype)
        if bn_param["mode"] == "test":
            scale = gamma / np.sqrt(bn_param["running_var"] + eps)
            return scale * x + (beta - scale * bn_param["running_mean"]), None
        mean = np.mean(x, axis=0)
        var = np.mean((x - mean) ** 2, axis=0)
        bn_param["running_mean"] *= m
        bn_param["running_mean"] += (1 - m) * mean
        bn_param["running_var"] *= m
        bn_param["running_var"] += (1 - m) * var
        std = np.sqrt(var + eps)
        return gamma * ((x - mean) / std) + beta, ((x - mean) / std, std, gamma)
        """,
    ],
    "batchnorm_backward": [
        """
        x_hat, std, gamma = cache
        N = len(dout)
        centred = x_hat * std
        dx_hat = gamma * dout
        dvar = np.sum(dx_hat * centred, axis=0) * -0.5 * std ** -3
        dmu = -np.sum(dx_hat / std, axis=0) + dvar * -2 * np.mean(centred, axis=0)
        return dx_hat / std + dvar * 2 * centred / N + dmu / N, (dout * x_hat).sum(0), dout.sum(0)
        """,
        """
        x_hat, std, gamma = cache
        N = dout.shape[0]
        ones = np.ones(N, dout.dtype)
        dbeta, dgamma = ones @ dout, np.einsum("nd,nd->d", dout, x_hat)
        d = dout * gamma
        dinverse = np.sum(d * x_hat * std, axis=0)
        dstd = -dinverse / std ** 2
        dvar = 0.5 * dstd / std
        dsquare = np.ones_like(dout) * dvar / N
        dcentred = d / std + 2 * x_hat * std * dsquare
        dx = dcentred + np.ones_like(dout) * -dcentred.sum(axis=0) / N
        return dx, dgamma, dbeta
        """,
        """
        x_hat, std, gamma = cache
        dx, dgamma, dbeta = np.zeros_like(dout), np.zeros_like(gamma), np.zeros_like(gamma)
        N, D = dout.shape
        for j in range(D):
            h = x_hat[:, j]
            slopes = (np.eye(N) - 1 / N - np.outer(h, h) / N) / np.ravel(std)[j]
            dx[:, j] = gamma[j] * slopes @ dout[:, j]
            dgamma[j], dbeta[j] = h @ dout[:, j], sum(dout[:, j])
        return [dx, dgamma, dbeta]
        """,
    ],
    "batchnorm_backward_alt": [
        """
        x_hat, std, gamma = cache
        g = gamma * dout
        return (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / std, (dout * x_hat).sum(0), dout.sum(0)
        """,
        """
        x_hat, std, gamma = cache
        dgamma, dbeta = np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)
        dx = dout - (dbeta + x_hat * dgamma) / dout.shape[0]
        dx *= gamma / std
        return [dx, dgamma, dbeta]
        """,
        """
        x_hat, std, gamma = cache
        N = len(dout)
        dbeta, dgamma = dout.sum(axis=0, keepdims=True), np.sum(x_hat * dout, axis=0, keepdims=True)
        dx = (1 / N) * gamma * std ** -1 * (N * dout - dbeta - x_hat * dgamma)
        return dx, np.squeeze(dgamma, 0), dbeta.reshape(-1)
        """,
    ],
    "layernorm_forward": [
        """
        turned = x.T
        std = np.sqrt(turned.var(axis=0) + ln_param.get("eps", 1e-5))
        x_hat = ((turned - turned.mean(axis=0)) / std).T
        return x_hat * gamma + beta, (x_hat, std[:, None], gamma)
        """,
        """
        D = x.shape[1]
        centred = x - x.sum(axis=1)[:, np.newaxis] / D
        std = ((centred ** 2).sum(axis=1).reshape(-1, 1) / D + ln_param.setdefault("eps", 1e-5)) ** 0.5
        return gamma * (centred / std) + beta, [centred / std, std, gamma]
        """,
        """
        N = len(x)
        param = {"mode": "train", "eps": ln_param.get("eps", 1e-5)}
        turned, (_, std, _) = batchnorm_forward(x.T, np.ones(N, x.dtype), np.zeros(N, x.dtype), param)
        return gamma * turned.T + beta, (turned.T, std.reshape(N, 1), gamma)
        """,
    ],
    "layernorm_backward": [
        """
        x_hat, std, gamma = cache
        one = np.ones(len(dout), dout.dtype)
        dx, _, _ = batchnorm_backward_alt((dout * gamma).T, (x_hat.T, std.T, one))
        return dx.T, (dout * x_hat).sum(0), dout.sum(0)
        """,
        """
        x_hat, std, gamma = cache
        D = dout.shape[1]
        g = gamma * dout
        dcentred = g / std
        dstd = -np.sum(g * x_hat, axis=1, keepdims=True) / std
        dcentred += dstd * x_hat / D
        dx = dcentred - dcentred.mean(axis=1, keepdims=True)
        return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)
        """,
        """
        x_hat, std, gamma = cache
        N, D = dout.shape
        dx, dgamma, dbeta = np.empty_like(dout), 0 * gamma, 0 * gamma
        for i in range(N):
            g, h = gamma * dout[i], x_hat[i]
            dx[i] = (D * g - g.sum() - h * h.dot(g)) / (D * std[i])
            dgamma += dout[i] * h
            dbeta += dout[i]
        return [dx, dgamma, dbeta]
        """,
    ],
}

# Answers that go together, with a cache of their own.
TOGETHER = [
    {
        "batchnorm_forward": """
        eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        mean, var = x.mean(axis=0), x.var(axis=0)
        if bn_param["mode"] == "train":
            bn_param["running_mean"] = momentum * bn_param.get("running_mean", 0 * mean) + (1 - momentum) * mean
            bn_param["running_var"] = momentum * bn_param.get("running_var", 0 * var) + (1 - momentum) * var
        else:
            mean, var = bn_param["running_mean"], bn_param["running_var"]
        cache = {"x": x, "mean": mean, "var": var, "gamma": gamma, "eps": eps}
        return gamma * (x - mean) / np.sqrt(var + eps) + beta, cache
        """,
        "batchnorm_backward": """
        x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
        N, inverse = len(x), 1 / np.sqrt(var + eps)
        dx_hat = dout * gamma
        dvar = np.sum(dx_hat * (x - mean) * -0.5 * inverse ** 3, axis=0)
        dmean = np.sum(-dx_hat * inverse, axis=0) - 2 * dvar * np.mean(x - mean, axis=0)
        dx = dx_hat * inverse + 2 * dvar * (x - mean) / N + dmean / N
        return dx, np.sum(dout * (x - mean) * inverse, axis=0), np.sum(dout, axis=0)
        """,
        "batchnorm_backward_alt": """
        inverse = (cache["var"] + cache["eps"]) ** -0.5
        x_hat = (cache["x"] - cache["mean"]) * inverse
        dbeta, dgamma = dout.sum(0), (dout * x_hat).sum(0)
        return cache["gamma"] * inverse * (dout - dbeta / len(dout) - x_hat * dgamma / len(dout)), dgamma, dbeta
        """,
    },
    {
        "layernorm_forward": """
        cache = (x, gamma, ln_param.get("eps", 1e-5))
        centred = x - x.mean(axis=-1, keepdims=True)
        return beta + gamma * centred / np.sqrt(np.mean(centred ** 2, axis=-1, keepdims=True) + cache[2]), cache
        """,
        "layernorm_backward": """
        x, gamma, eps = cache
        centred = x - x.mean(axis=-1, keepdims=True)
        var = np.mean(centred ** 2, axis=-1, keepdims=True) + eps
        g = gamma * dout
        dcentred = g / np.sqrt(var) - centred * np.mean(g * centred, axis=-1, keepdims=True) / var ** 1.5
        dgamma = np.sum(dout * centred / np.sqrt(var), axis=0)
        return dcentred - dcentred.mean(axis=-1, keepdims=True), dgamma, np.sum(dout, axis=0)
        """,
    },
]

# Answers that are wrong: exercise, the change to the solved answer (or a whole body), words of the message.
MEAN, VAR = "momentum * running_mean + (1 - momentum) * mu", "momentum * running_var + (1 - momentum) * var"
WRONG = [
    ("batchnorm_forward", "raise NotImplementedError", "not written yet"),
    ("batchnorm_forward", "pass", "returns nothing; its last line should be: return out, cache"),
    ("batchnorm_forward", replace("return out, cache", "return out"), "return out, cache"),
    ("batchnorm_forward", replace("return out, cache", "return None, cache"), "is None"),
    ("batchnorm_forward", replace("x_hat = (x - mu) / std", "x -= mu\n    x_hat = x / std"), "input x in place"),
    ("batchnorm_forward", replace("np.sqrt(var + eps)\n    x", "np.sqrt(var) + eps\n    x"), "under the root"),
    ("batchnorm_forward", replace("np.sqrt(var + eps)\n    x", "np.sqrt(var + 1e-5)\n    x"), "eps is in bn_param"),
    ("batchnorm_forward", replace("np.sqrt(var + eps)\n    x", "np.sqrt(var)\n    x"), "It holds nan"),
    ("batchnorm_forward", replace("np.sqrt(var + eps)\n    x", "(var + eps)\n    x"), "The root is missing"),
    ("batchnorm_forward", replace("np.var(x, axis=0)", "np.var(x, axis=0, ddof=1)"), "by N and not by N - 1"),
    ("batchnorm_forward", replace("(x - mu) / std", "(x - running_mean) / np.sqrt(running_var + eps)"),
     "normalises by the running averages"),
    ("batchnorm_forward",
     replace("(x - mu) / std", "(x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps)"), "axis 0"),
    ("batchnorm_forward", replace("out = gamma * x_hat + beta", "out = x_hat"), "gamma and beta are missing"),
    ("batchnorm_forward", replace("out = gamma * x_hat + beta", "out = gamma * x_hat - beta"), "by hand"),
    ("batchnorm_forward", replace('bn_param["running_mean"] = running_mean', ""), "mean is still the old one"),
    ("batchnorm_forward", replace('bn_param["running_var"] = running_var', ""), "variance is still the old one"),
    ("batchnorm_forward", replace(MEAN, "(1 - momentum) * running_mean + momentum * mu"), "weights are swapped"),
    ("batchnorm_forward", replace(VAR, "(1 - momentum) * running_var + momentum * var"), "weights are swapped"),
    ("batchnorm_forward", replace(MEAN, "mu"), "mean of the batch alone"),
    ("batchnorm_forward", replace(VAR, VAR.replace("* var", "* np.sqrt(var)")), "average the variance"),
    ("batchnorm_forward", replace(VAR, VAR.replace("* var", "* std**2")), "no part of the running variance"),
    ("batchnorm_forward", replace(VAR, VAR.replace("* var", "* np.var(x, axis=0, ddof=1)")), "divided by N, also"),
    ("batchnorm_forward", replace('"eps", 1e-5', '"eps", 1e-8'), "N = 7, D = 4, float64|default of eps"),
    ("batchnorm_forward", replace('"eps", 1e-5', '"eps", 0'), "N = 7, D = 4, float64|eps is missing"),
    ("batchnorm_forward", replace('"momentum", 0.9', '"momentum", 0.99'), "running mean of a first batch"),
    ("batchnorm_forward", replace('"running_mean", np.zeros(D, dtype=x.dtype)', '"running_mean", x.mean(0)'),
     "not the mean of the first batch"),
    ("batchnorm_forward", replace('"running_var", np.zeros(D, dtype=x.dtype)', '"running_var", x.var(0)'),
     "not the variance of the first batch"),
    ("batchnorm_forward", replace('"running_var", np.zeros', '"running_var", np.ones'), "it is 0, not 1"),
    ("batchnorm_forward", replace("np.zeros(D, dtype=x.dtype)", "np.zeros(D)"), "should hold float32"),
    ("batchnorm_forward", replace("x.shape[1]\n", "x.shape[1]\nx = x.astype(np.float32)\n"), "float32"),
    ("batchnorm_forward", replace('if mode == "train":', "if True:"), "Testing takes the running averages"),
    ("batchnorm_forward", replace("np.sqrt(running_var + eps)", "np.sqrt(running_var)"), "eps is missing in test mode"),
    ("batchnorm_forward",
     replace("out = gamma * x_hat + beta", 'out = gamma * x_hat + beta if mode == "train" else x_hat'),
     "gamma and beta are missing in test mode"),
    ("batchnorm_forward",
     replace('bn_param["running_mean"] = running_mean',
             'bn_param["running_mean"] = running_mean if mode == "train" else 0.9 * running_mean'),
     "Test mode changes bn_param"),
    ("batchnorm_forward", replace("mu = np.mean(x, axis=0)", "mu = np.array([sum(column) / len(x) for column in x.T])"),
     "it still loops"),
    ("batchnorm_backward", "raise NotImplementedError", "not written yet"),
    ("batchnorm_backward", "pass", "return dx, dgamma, dbeta"),
    ("batchnorm_backward", replace("return dx, dgamma, dbeta", "return dx"), "return dx, dgamma, dbeta"),
    ("batchnorm_backward", replace("return dx,", "return None,"), "is None"),
    ("batchnorm_backward", replace("return dx,", "return dx.T,"), "shape is .4, 6. and should be"),
    ("batchnorm_backward", "x_hat, std, gamma = cache\nreturn gamma * dout / std, (dout * x_hat).sum(0), dout.sum(0)",
     "taken to be constants"),
    ("batchnorm_backward", replace("dx = dcentred - np.mean(dcentred, axis=0)", "dx = dcentred"), "through the mean"),
    ("batchnorm_backward", replace("np.mean(dcentred, axis=0)", "np.sum(dcentred, axis=0)"), "path through the mean"),
    ("batchnorm_backward", replace("np.mean(dcentred, axis=0)", "np.mean(dcentred, axis=1, keepdims=True)"),
     "path through the mean"),
    ("batchnorm_backward", replace("dcentred += dstd * x_hat / N", ""), "path through the variance"),
    ("batchnorm_backward", replace("dcentred += dstd * x_hat / N", "dcentred -= dstd * x_hat / N"), "the variance"),
    ("batchnorm_backward", replace("dstd * x_hat / N", "2 * dstd * x_hat / N"), "path through the variance"),
    ("batchnorm_backward", replace("dstd * x_hat / N", "dstd * x_hat"), "path through the variance"),
    ("batchnorm_backward", replace("dx_hat = dout * gamma", "dx_hat = dout"), "gamma is missing"),
    ("batchnorm_backward", replace("return dx,", "return dx * std,"), "division by std on the way back is missing"),
    ("batchnorm_backward", replace("return dx,", "return -dx,"), "wrong sign"),
    ("batchnorm_backward", replace("return dx,", "return dx / N,"), "times what it should be"),
    ("batchnorm_backward", replace("np.sum(dout, axis=0)", "np.mean(dout, axis=0)"), "mean over the examples"),
    ("batchnorm_backward", replace("np.sum(dout, axis=0)", "np.sum(gamma * dout, axis=0)"), "behind gamma"),
    ("batchnorm_backward", replace("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"), "Its shape is .6,. and should"),
    ("batchnorm_backward", replace("np.sum(dout * x_hat, axis=0)", "np.mean(dout * x_hat, axis=0)"), "mean over the"),
    ("batchnorm_backward", replace("np.sum(dout * x_hat, axis=0)", "np.sum(dout, axis=0)"), "gradient on gamma"),
    ("batchnorm_backward", replace("dx_hat = dout * gamma", "dout *= gamma\ndx_hat = dout"), "input dout in place"),
    ("batchnorm_backward", replace("return dx,", "x_hat *= 2\nreturn dx,"), "changed the cache"),
    ("batchnorm_backward", replace("return dx,", "return dx.astype(np.float32),"), "six digits|adds up to 0"),
    ("batchnorm_backward", replace("dx = dcentred", "dx = dcentred.astype(np.float64)"), "hold float32"),
    ("batchnorm_backward_alt", "raise NotImplementedError", "not written yet"),
    ("batchnorm_backward_alt", "pass", "return dx, dgamma, dbeta"),
    ("batchnorm_backward_alt", replace("N * dout", "dout"), "gradient on x"),
    ("batchnorm_backward_alt", replace("(N * std)", "std"), "times what it should be"),
    ("batchnorm_backward_alt", replace("gamma / (N * std)", "1 / (N * std)"), "gamma is missing"),
    ("batchnorm_backward_alt", replace("gamma / (N * std)", "gamma / N"), "division by std"),
    ("batchnorm_backward_alt", replace("- x_hat * dgamma", "+ x_hat * dgamma"), "gradient on x"),
    ("batchnorm_backward_alt", replace("- dbeta - x_hat", "- x_hat"), "gradient on x"),
    ("batchnorm_backward_alt", replace(" - x_hat * dgamma", ""), "gradient on x"),
    ("batchnorm_backward_alt", replace("np.sum(dout, axis=0)", "np.mean(dout, axis=0)"), "mean over the examples"),
    ("batchnorm_backward_alt", replace("return dx,", "return dx.astype(np.float64),"), "should hold float32"),
    ("batchnorm_backward_alt", replace("dbeta = np.sum(dout, axis=0)", "dbeta = np.sum([row for row in dout], axis=0)"),
     "it still loops"),
    ("layernorm_forward", "raise NotImplementedError", "not written yet"),
    ("layernorm_forward", "pass", "return out, cache"),
    ("layernorm_forward", 'return batchnorm_forward(x, gamma, beta, {"mode": "train", **ln_param})', "This is batch"),
    ("layernorm_forward", replace("np.sqrt(np.var(x, axis=1, keepdims=True) + eps)",
                                  "np.sqrt(np.var(x, axis=1, keepdims=True)) + eps"), "eps stands under the root"),
    ("layernorm_forward", replace('ln_param.get("eps", 1e-5)', "1e-5"), "eps is in ln_param"),
    ("layernorm_forward", replace('"eps", 1e-5', '"eps", 0'), "D = 7, float64|eps is missing"),
    ("layernorm_forward", replace("np.var(x, axis=1,", "np.var(x, axis=1, ddof=1,"), "by D and not by D - 1"),
    ("layernorm_forward", replace("out = gamma * x_hat + beta", "out = x_hat"), "gamma and beta are missing"),
    ("layernorm_forward", replace("out = gamma * x_hat + beta", "out = x_hat.T"), "shape is .4, 2. and should be"),
    ("layernorm_forward", replace("x_hat = (x - mu) / std", "x -= mu\nx_hat = x / std"), "input x in place"),
    ("layernorm_forward", replace("std = ", "std = np.float64(1) * np.ones((len(x), 1)) * "), "should hold float32"),
    ("layernorm_forward", replace("np.mean(x, axis=1, keepdims=True)", "np.array([[sum(r) / r.size] for r in x])"),
     "it still loops"),
    ("layernorm_backward", "raise NotImplementedError", "not written yet"),
    ("layernorm_backward", "pass", "return dx, dgamma, dbeta"),
    ("layernorm_backward", "return batchnorm_backward(dout, cache)", "over the features .axis 1."),
    ("layernorm_backward", replace("dx_hat = dout * gamma", "dx_hat = dout"), "gamma is missing"),
    ("layernorm_backward",
     replace("return dx,", "g = dout\ndx = gamma * (g - g.mean(1, keepdims=True) - x_hat * (g * x_hat).mean(1, "
                           "keepdims=True)) / std\nreturn dx,"), "gamma is taken out of the sums"),
    ("layernorm_backward", replace("(dx_hat - centre - spread) / std", "dx_hat / std"), "taken to be constants"),
    ("layernorm_backward", replace("(dx_hat - centre - spread) / std", "dx_hat - centre - spread"), "division by std"),
    ("layernorm_backward", replace("- centre - spread", "- centre + spread"), "gradient on x"),
    ("layernorm_backward", replace("np.mean(dx_hat, axis=1", "np.mean(dx_hat, axis=0"), "over the features"),
    ("layernorm_backward", replace("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"), "gradient on beta"),
    ("layernorm_backward", replace("np.sum(dout, axis=0)", "np.mean(dout, axis=0)"), "mean over the examples"),
    ("layernorm_backward", replace("np.sum(dout * x_hat, axis=0)", "np.mean(dout * x_hat, axis=0)"), "mean over the"),
    ("layernorm_backward", replace("dx_hat = dout * gamma", "dout *= gamma\ndx_hat = dout"), "input dout in place"),
    ("layernorm_backward", replace("return dx,", "x_hat *= 2\nreturn dx,"), "changed the cache"),
    ("layernorm_backward", replace("return dx,", "return dx.astype(np.float64),"), "should hold float32"),
]


class TestChecks(NotebookChecks):
    right, wrong = RIGHT, WRONG
    other_checks = ("check_batchnorm_network", "check_layernorm_network")
    seeds = ("1", "20240607", "5", "77")

    def checks_of(self, exercise, checks):
        """This exercise's, and all that come after it."""
        return checks[checks.index(f"check_{exercise}"):]


@pytest.mark.parametrize("answers", TOGETHER)
def test_right_answers_with_a_cache_of_their_own_pass(notebook, answers):
    for grade_id in notebook.ids("check"):
        if any(grade_id in (f"check_{exercise}", "check_layernorm_network") for exercise in answers):
            assert "pass:" in notebook.run_check(grade_id, answers)


# Networks: the cell under test is in another notebook, so it is changed in the package here.

def changed(name, monkeypatch, change):
    """Put a changed method into FullyConnectedNet; `change` makes it from the right one."""
    monkeypatch.setattr(FullyConnectedNet, name, change(getattr(FullyConnectedNet, name)))


def without_scale_and_shift(init_params):
    def change(self, dims, weight_scale):
        init_params(self, dims, weight_scale)
        self.params = {name: value for name, value in self.params.items() if name[0] in "Wb" and name[:2] != "be"}
    return change


def gamma_zero(init_params):
    def change(self, dims, weight_scale):
        init_params(self, dims, weight_scale)
        self.params["gamma1"] *= 0
    return change


def regularised_gamma(loss):
    def change(self, X, y=None):
        if y is None:
            return loss(self, X)
        value, grads = loss(self, X, y)
        others = [w for name, w in self.params.items() if name[:2] in ("ga", "be")]
        return value + 0.5 * self.reg * sum((w**2).sum() for w in others), grads
    return change


def missing_gradient(loss):
    def change(self, X, y=None):
        result = loss(self, X, y)
        if y is not None:
            del result[1]["gamma2"]
        return result
    return change


@pytest.mark.parametrize("method, change, words", [
    ("init_params", without_scale_and_shift, "add gamma and beta of all hidden layers to init_params"),
    ("init_params", gamma_zero, "gamma1 is 1"),
    ("loss", regularised_gamma, "take no part in the regularisation"),
    ("loss", missing_gradient, "A gradient is missing"),
])
@pytest.mark.parametrize("check", ["check_batchnorm_network", "check_layernorm_network"])
def test_a_network_with_a_mistake_is_told(notebook, monkeypatch, check, method, change, words):
    changed(method, monkeypatch, change)
    with pytest.raises(CheckFailed, match=words):
        notebook.run_check(check)


def test_a_network_that_tests_with_the_batch_is_told(notebook):
    with pytest.raises(CheckFailed, match="These are the scores in training"):
        notebook.run_check("check_batchnorm_network", {"batchnorm_forward": replace('if mode == "train":', "if True:")})


def test_a_network_without_normalisation_is_told(notebook):
    identity = "bn_param.update(running_mean=0 * gamma, running_var=0 * gamma)\nreturn x, (0 * x, 1 + 0 * gamma, gamma)"
    with pytest.raises(CheckFailed, match="There is no normalisation in it"):
        notebook.run_check("check_batchnorm_network", {"batchnorm_forward": identity})
    with pytest.raises(CheckFailed, match="gamma and beta are missing"):
        notebook.run_check("check_layernorm_network", {
            "layernorm_forward": replace("out = gamma * x_hat + beta", "out = x_hat")})


def test_recorded_story(notebook):
    found = re.findall(r"^(\S.*\S) +best accuracy: training (\S+), validation (\S+)$", notebook.printed(), re.M)
    train = {name: float(accuracy) for name, accuracy, _ in found}
    assert train["batch norm"] > train["without"] + 0.1
    assert train["batch norm, batch 5"] < train["batch norm, batch 10"] < train["batch norm, batch 50"]
    assert train["layer norm, batch 5"] > train["batch norm, batch 5"] + 0.1
    narrow = {name: float(value) for name, value in
              re.findall(r"^(without|batch norm|layer norm) +(0\.\d\d) +0\.\d\d +0\.\d\d", notebook.printed(), re.M)}
    assert narrow["layer norm"] < narrow["without"] - 0.05
