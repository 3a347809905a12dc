"""Sandwiches: layers that often stand together, as one layer."""
from cs231n.fast_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
from cs231n.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
)


def affine_relu_forward(x, w, b):
    """Affine - ReLU; arguments as in `affine_forward`."""
    a, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Return dx, dw, db of `affine_relu_forward`."""
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), affine_cache)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Affine - batch norm - ReLU; arguments as in `affine_forward` and `batchnorm_forward`."""
    a, affine_cache = affine_forward(x, w, b)
    normal, bn_cache = batchnorm_forward(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normal)
    return out, (affine_cache, bn_cache, relu_cache)


def affine_bn_relu_backward(dout, cache):
    """Return dx, dw, db, dgamma, dbeta of `affine_bn_relu_forward`."""
    affine_cache, bn_cache, relu_cache = cache
    da, dgamma, dbeta = batchnorm_backward(relu_backward(dout, relu_cache), bn_cache)
    return *affine_backward(da, affine_cache), dgamma, dbeta


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Affine - layer norm - ReLU; arguments as in `affine_forward` and `layernorm_forward`."""
    a, affine_cache = affine_forward(x, w, b)
    normal, ln_cache = layernorm_forward(a, gamma, beta, ln_param)
    out, relu_cache = relu_forward(normal)
    return out, (affine_cache, ln_cache, relu_cache)


def affine_ln_relu_backward(dout, cache):
    """Return dx, dw, db, dgamma, dbeta of `affine_ln_relu_forward`."""
    affine_cache, ln_cache, relu_cache = cache
    da, dgamma, dbeta = layernorm_backward(relu_backward(dout, relu_cache), ln_cache)
    return *affine_backward(da, affine_cache), dgamma, dbeta


def conv_relu_forward(x, w, b, conv_param):
    """Convolution - ReLU; arguments as in `conv_forward_fast`."""
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(a)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """Return dx, dw, db of `conv_relu_forward`."""
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Convolution - spatial batch norm - ReLU; arguments as in `conv_forward_fast` and `spatial_batchnorm_forward`."""
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normal, bn_cache = spatial_batchnorm_forward(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normal)
    return out, (conv_cache, bn_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """Return dx, dw, db, dgamma, dbeta of `conv_bn_relu_forward`."""
    conv_cache, bn_cache, relu_cache = cache
    da, dgamma, dbeta = spatial_batchnorm_backward(relu_backward(dout, relu_cache), bn_cache)
    return *conv_backward_fast(da, conv_cache), dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """Convolution - ReLU - max pool; arguments as in `conv_forward_fast` and `max_pool_forward_fast`."""
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    # ReLU keeps the order of numbers, so it may as well come after the maximum: it then has only the maxima to do.
    pooled, pool_cache = max_pool_forward_fast(a, pool_param)
    out, relu_cache = relu_forward(pooled)
    return out, (conv_cache, pool_cache, relu_cache)


def conv_relu_pool_backward(dout, cache, needs_dx=True):
    """Return dx, dw, db of `conv_relu_pool_forward`; without `needs_dx`, as in a first layer, None for dx."""
    conv_cache, pool_cache, relu_cache = cache
    da = max_pool_backward_fast(relu_backward(dout, relu_cache), pool_cache)
    return conv_backward_fast(da, conv_cache, needs_dx)
