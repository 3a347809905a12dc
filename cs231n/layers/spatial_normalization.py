"""Normalisation of feature maps (N, C, H, W): who shares a mean and a variance.

    spatial batch norm   one for each channel, over N, H and W
    group norm           one for each example and group of channels, over C / G, H and W
    instance norm        one for each example and channel, over H and W
"""
from numbers import Integral

import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.guards import dout_guard
from cs231n.layers.normalization import (
    batchnorm_backward,
    batchnorm_forward,
    check_averages,
    check_eps,
    check_scale_and_shift,
)
from cs231n.validation import check_array, describe


def check_spatial_batchnorm(x, gamma, beta, bn_param):
    """Guard spatial_batchnorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_scale_and_shift(gamma, beta, (x.shape[1],))
    check_averages(bn_param, x.shape[1])


@exercise("assignment2/ConvolutionalNetworks", validate=check_spatial_batchnorm,
          faster="cs231n.fast.normalization.channels_first_forward")
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of feature maps: every pixel of every image counts as an example of its channel.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    gamma, beta : ndarray (C,)
        Scale and shift, learned.
    bn_param : dict
        As in `batchnorm_forward`, with running averages of shape (C,).

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : tuple
        For `spatial_batchnorm_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, or a setting is unknown or out of range.
    """
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)  # (N H W, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache


@exercise("assignment2/ConvolutionalNetworks", validate=dout_guard("N", "C", "H", "W"),
          faster="cs231n.fast.normalization.channels_first_backward")
def spatial_batchnorm_backward(dout, cache):
    """Gradients of `spatial_batchnorm_forward`.

    Parameters
    ----------
    dout : ndarray (N, C, H, W)
        Gradient on the output.
    cache : tuple
        What `spatial_batchnorm_forward` returned.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dgamma, dbeta : ndarray (C,)
    """
    N, C, H, W = dout.shape
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta


def check_groupnorm(x, gamma, beta, G, gn_param):
    """Guard spatial_groupnorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    C = x.shape[1]
    check_scale_and_shift(gamma, beta, (1, C, 1, 1))
    if not isinstance(G, Integral) or G < 1 or C % G:
        raise ValueError(f"G must divide the number of channels, C = {C}, got {describe(G)}")
    check_eps(gn_param, "gn_param")


@exercise("assignment2/ConvolutionalNetworks", validate=check_groupnorm)
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Group normalisation (Wu and He, 2018): layer normalisation of G groups of channels, each by itself.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    gamma, beta : ndarray (1, C, 1, 1)
        Scale and shift, learned.
    G : int
        Number of groups; divides C. 1 makes one group of all channels, C gives instance normalisation.
    gn_param : dict
        eps : float, keeps the division from failing; default 1e-5.

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : tuple
        For `spatial_groupnorm_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, G does not divide C, or eps is below 0.
    """
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    groups = x.reshape(N, G, -1)  # (N, G, C/G H W)
    mu = np.mean(groups, axis=2, keepdims=True)
    std = np.sqrt(np.var(groups, axis=2, keepdims=True) + eps)
    x_hat = ((groups - mu) / std).reshape(N, C, H, W)
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma, G)
    return out, cache


@exercise("assignment2/ConvolutionalNetworks", validate=dout_guard("N", "C", "H", "W"))
def spatial_groupnorm_backward(dout, cache):
    """Gradients of `spatial_groupnorm_forward`.

    Parameters
    ----------
    dout : ndarray (N, C, H, W)
        Gradient on the output.
    cache : tuple
        What `spatial_groupnorm_forward` returned.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dgamma, dbeta : ndarray (1, C, 1, 1)
    """
    x_hat, std, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)
    # The layer norm formula, group by group.
    dx_hat, x_hat = (dout * gamma).reshape(N, G, -1), x_hat.reshape(N, G, -1)
    centre = np.mean(dx_hat, axis=2, keepdims=True)
    spread = x_hat * np.mean(dx_hat * x_hat, axis=2, keepdims=True)
    dx = ((dx_hat - centre - spread) / std).reshape(N, C, H, W)
    return dx, dgamma, dbeta


def check_instancenorm(x, gamma, beta, in_param):
    """Guard instancenorm_forward."""
    check_array(x, "x", ("N", "C", "H", "W"))
    check_scale_and_shift(gamma, beta, (1, x.shape[1], 1, 1))
    check_eps(in_param, "in_param")


def instancenorm_forward(x, gamma, beta, in_param):
    """Instance normalisation (Ulyanov et al., 2016): each feature map of each image by itself.

    It takes the contrast out of every picture, which is what fast style transfer wants.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    gamma, beta : ndarray (1, C, 1, 1)
        Scale and shift, learned.
    in_param : dict
        eps : float, default 1e-5.

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : tuple
        For `instancenorm_backward`.
    """
    check_instancenorm(x, gamma, beta, in_param)
    return spatial_groupnorm_forward(x, gamma, beta, x.shape[1], in_param)


def instancenorm_backward(dout, cache):
    """Gradients of `instancenorm_forward`: dx, and dgamma and dbeta of shape (1, C, 1, 1)."""
    return spatial_groupnorm_backward(dout, cache)
