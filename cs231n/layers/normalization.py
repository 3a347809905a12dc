"""Batch and layer normalisation: the same formula, over the batch or over the features.

    mu      = mean of x
    sigma^2 = mean of (x - mu)^2
    x_hat   = (x - mu) / sqrt(sigma^2 + eps)
    out     = gamma x_hat + beta

Batch normalisation takes the means over the N examples, one for each feature (Ioffe and Szegedy, 2015). Layer
normalisation takes them over the D features, one for each example (Ba et al., 2016): the batch does not matter to it.
"""
from numbers import Real

import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import check_mode, dout_guard, setting
from cs231n.validation import check_array, check_number, describe


def check_scale_and_shift(gamma, beta, shape):
    check_array(gamma, "gamma", shape)
    check_array(beta, "beta", shape)


def check_eps(param, name):
    check_number(setting(param, name, "eps", 1e-5), f"{name}['eps']")


def check_averages(bn_param, D):
    """Raise unless these are settings of a batch normalisation of D features or channels."""
    check_mode(bn_param, "bn_param")
    check_eps(bn_param, "bn_param")
    momentum = bn_param.get("momentum", 0.9)
    if not isinstance(momentum, Real) or not 0 <= momentum <= 1:
        raise ValueError(f"bn_param['momentum'] must be from 0 to 1, got {describe(momentum)}")
    for name in ("running_mean", "running_var"):
        if name in bn_param:
            check_array(bn_param[name], f"bn_param['{name}']", (D,))


def check_batchnorm(x, gamma, beta, bn_param):
    """Guard batchnorm_forward."""
    check_array(x, "x", ("N", "D"))
    check_scale_and_shift(gamma, beta, (x.shape[1],))
    check_averages(bn_param, x.shape[1])


@exercise("assignment2/BatchNormalization", validate=check_batchnorm)
def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation.

    In training each feature is normalised by the mean and variance of the batch (divided by N, not N - 1), and running
    averages of both are kept; in testing by these averages, so that an example does not depend on its neighbours.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
        Scale and shift, learned.
    bn_param : dict
        mode : 'train' or 'test'.
        eps : float, keeps the division from failing; default 1e-5.
        momentum : float, how much of the running averages stays each time; default 0.9.
        running_mean, running_var : ndarray (D,), zeros at first; written back in training.

    Returns
    -------
    out : ndarray (N, D)
    cache : tuple
        For `batchnorm_backward`; None in testing.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or a setting is unknown or out of range.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    cache = None
    if mode == "train":
        mu = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        std = np.sqrt(var + eps)
        x_hat = (x - mu) / std
        cache = (x_hat, std, gamma)
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
    out = gamma * x_hat + beta

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


@exercise("assignment2/BatchNormalization", validate=dout_guard("N", "D"))
def batchnorm_backward(dout, cache):
    """Gradients of `batchnorm_forward` in training, step by step backwards through its formula.

    Parameters
    ----------
    dout : ndarray (N, D)
        Gradient on the output.
    cache : tuple
        What `batchnorm_forward` returned.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    x_hat, std, gamma = cache
    N = dout.shape[0]

    # out = gamma * x_hat + beta
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma

    # x_hat = centred / std, with centred = x - mu
    dcentred = dx_hat / std
    dstd = -np.sum(dx_hat * x_hat, axis=0) / std

    # std = sqrt(var + eps), with var = mean(centred^2); centred / std is x_hat
    dcentred += dstd * x_hat / N

    # centred = x - mean(x): x arrives on two paths
    dx = dcentred - np.mean(dcentred, axis=0)
    return dx, dgamma, dbeta


@exercise("assignment2/BatchNormalization", validate=dout_guard("N", "D"))
def batchnorm_backward_alt(dout, cache):
    """Gradients of `batchnorm_forward` by the formula that is left when the steps are put together on paper.

    ``dx = gamma / (N std) * (N dout - sum(dout) - x_hat sum(dout * x_hat))``, with the sums over the batch.

    Parameters and results are those of `batchnorm_backward`.
    """
    x_hat, std, gamma = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


def check_layernorm(x, gamma, beta, ln_param):
    """Guard layernorm_forward."""
    check_array(x, "x", ("N", "D"))
    check_scale_and_shift(gamma, beta, (x.shape[1],))
    check_eps(ln_param, "ln_param")


@exercise("assignment2/BatchNormalization", validate=check_layernorm)
def layernorm_forward(x, gamma, beta, ln_param):
    """Layer normalisation: each example by the mean and variance of its own features, in training and testing alike.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
        Scale and shift, learned.
    ln_param : dict
        eps : float, keeps the division from failing; default 1e-5.

    Returns
    -------
    out : ndarray (N, D)
    cache : tuple
        For `layernorm_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or eps is below 0.
    """
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, axis=1, keepdims=True)
    std = np.sqrt(np.var(x, axis=1, keepdims=True) + eps)
    x_hat = (x - mu) / std
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma)
    return out, cache


@exercise("assignment2/BatchNormalization", validate=dout_guard("N", "D"))
def layernorm_backward(dout, cache):
    """Gradients of `layernorm_forward`.

    The formula of `batchnorm_backward_alt` with the roles of examples and features exchanged; only gamma and beta,
    one for each feature, are still summed over the batch.

    Parameters
    ----------
    dout : ndarray (N, D)
        Gradient on the output.
    cache : tuple
        What `layernorm_forward` returned.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    x_hat, std, gamma = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma  # gamma differs along the axis of the means, so it stays inside the sums
    centre = np.mean(dx_hat, axis=1, keepdims=True)
    spread = x_hat * np.mean(dx_hat * x_hat, axis=1, keepdims=True)
    dx = (dx_hat - centre - spread) / std
    return dx, dgamma, dbeta
