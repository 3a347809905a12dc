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


class TestChecks(NotebookChecks):
    right = RIGHT
    other_checks = ("check_batchnorm_network", "check_layernorm_network")
    seeds = ("1", "20240607", "5", "77")

    def checks_of(self, exercise, checks):
        """This exercise's, and all that come after it."""
        return checks[checks.index(f"check_{exercise}"):]


@pytest.mark.parametrize("answers", TOGETHER)
def test_right_answers_with_a_cache_of_their_own_pass(notebook, answers):
    for grade_id in notebook.ids("check"):
        if any(grade_id in (f"check_{exercise}", f"check_{exercise}_float32", "check_layernorm_network")
               for exercise in answers):
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


def regularised_gradient(loss):
    def change(self, X, y=None):
        result = loss(self, X, y)
        if y is not None:
            result[1]["gamma1"] += self.reg * self.params["gamma1"]
        return result
    return change


def missing_gradient(loss):
    def change(self, X, y=None):
        result = loss(self, X, y)
        if y is not None:
            del result[1]["gamma2"]
        return result
    return change


@pytest.mark.parametrize("method, change, words", [
    ("init_params", without_scale_and_shift, "init_params makes gamma and beta for all hidden layers"),
    ("init_params", gamma_zero, "gamma1 is 1 at first"),
    ("loss", regularised_gamma, "what reg adds to the loss .gamma and beta take no part in it."),
    ("loss", regularised_gradient, "gradient on gamma1, not regularised"),
    ("loss", missing_gradient, "grads has a gradient for each parameter"),
])
@pytest.mark.parametrize("check", ["check_batchnorm_network", "check_layernorm_network"])
def test_a_network_with_a_mistake_is_told(notebook, monkeypatch, check, method, change, words):
    changed(method, monkeypatch, change)
    with pytest.raises(CheckFailed, match=words):
        notebook.run_check(check)


def test_a_network_that_tests_with_the_batch_is_told(notebook):
    with pytest.raises(CheckFailed, match="the \"mode\" of each of self.bn_params is \"test\""):
        notebook.run_check("check_batchnorm_network", {"batchnorm_forward": replace('if mode == "train":', "if True:")})


def test_a_network_without_normalisation_is_told(notebook):
    identity = "bn_param.update(running_mean=0 * gamma, running_var=0 * gamma)\nreturn x, (0 * x, 1 + 0 * gamma, gamma)"
    with pytest.raises(CheckFailed, match="there is a normalisation that takes it away"):
        notebook.run_check("check_batchnorm_network", {"batchnorm_forward": identity})
    with pytest.raises(CheckFailed, match="with gamma2 and beta2 at 0"):
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
