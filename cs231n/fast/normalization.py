"""Spatial batch normalisation of feature maps as they lie in memory, without a copy that has the channels last.

What the course writes, `batchnorm_forward` between two transposes, takes longer than the convolution before it.
"""
import functools

import numpy as np

PIXELS = (0, 2, 3)  # the axes over which a channel is normalised


def channels_first_forward(reference):
    """Decorate `spatial_batchnorm_forward`: real numbers are normalised where they lie; integers are its own."""

    @functools.wraps(reference)
    def forward(x, gamma, beta, bn_param):
        if x.dtype.kind != "f":
            return reference(x, gamma, beta, bn_param)
        training = bn_param["mode"] == "train"
        averages = [bn_param.get(name, np.zeros(x.shape[1], x.dtype)) for name in ("running_mean", "running_var")]
        mu = x.mean(axis=PIXELS) if training else averages[0]
        x_hat = x - _maps(mu)
        var = _sum_of_products(x_hat, x_hat) * x.shape[1] / x.size if training else averages[1]
        std = np.sqrt(var + bn_param.get("eps", 1e-5))
        x_hat /= _maps(std)
        out = x_hat * _maps(gamma) if training else np.multiply(x_hat, _maps(gamma), out=x_hat)
        out += _maps(beta)
        if training:
            momentum = bn_param.get("momentum", 0.9)
            averages = [momentum * a + (1 - momentum) * new for a, new in zip(averages, (mu, var), strict=True)]
        bn_param["running_mean"], bn_param["running_var"] = averages
        return out, (x_hat, std, gamma) if training else None

    return forward


def channels_first_backward(reference):
    """Decorate `spatial_batchnorm_backward` alike; it takes over what the undecorated forward function left."""

    @functools.wraps(reference)
    def backward(dout, cache):
        x_hat, std, gamma = cache
        if x_hat.ndim != 4:
            return reference(dout, cache)
        count = dout.size // len(gamma)
        dbeta, dgamma = dout.sum(axis=PIXELS), _sum_of_products(dout, x_hat)
        dx = x_hat * _maps(-dgamma / count)
        dx += dout
        dx -= _maps(dbeta / count)
        dx *= _maps(gamma / std)
        return dx, dgamma, dbeta

    return backward


def _maps(values):
    """Spread one number a channel (C,) over its maps (N, C, H, W)."""
    return values[:, np.newaxis, np.newaxis]


def _sum_of_products(a, b):
    """Sum of ``a * b`` over all but the channels, without an array for the product."""
    return np.einsum("nchw,nchw->c", a, b)
