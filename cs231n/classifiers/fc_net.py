"""Fully connected networks of assignment 2, put together from layers.

The course's notebooks take the layers from here too, hence the star imports.
"""
import math
from numbers import Real

import numpy as np

from cs231n.classifiers.saved import Saved
from cs231n.exercise import exercise
from cs231n.layer_utils import *  # noqa: F403
from cs231n.layer_utils import (
    affine_bn_relu_backward,
    affine_bn_relu_forward,
    affine_ln_relu_backward,
    affine_ln_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from cs231n.layers import *  # noqa: F403
from cs231n.layers import affine_backward, affine_forward, dropout_backward, dropout_forward, softmax_loss
from cs231n.validation import check_batch, check_dtype, check_integer, check_number, check_sizes, describe


def _check_sizes(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
    """Guard TwoLayerNet."""
    check_sizes(input_dim=input_dim, hidden_dim=hidden_dim, num_classes=num_classes)
    check_number(weight_scale, "weight_scale")
    check_number(reg, "reg")


def _check_images(self, X, y=None):
    """Guard the losses of both networks; the labels are for `softmax_loss` to check."""
    check_batch(X, "X")
    D = self.params["W1"].shape[0]
    if math.prod(X.shape[1:]) != D:
        raise ValueError(f"X must hold {D} numbers an image, as many as W1 has rows, got {describe(X)}")


class TwoLayerNet(Saved):
    """affine - ReLU - affine - softmax.

    Unlike the network of assignment 1 it does not train itself: `Solver` does. It can be kept in a file (`saved`).

    Parameters
    ----------
    input_dim, hidden_dim, num_classes : int
        Features D, hidden units M and classes C.
    weight_scale : float
        Standard deviation of the first weights; biases start at 0.
    reg : float
        Strength of the L2 regularisation, ``0.5 * reg * (sum W1^2 + sum W2^2)``.

    Attributes
    ----------
    params : dict
        W1 (D, M), b1 (M,), W2 (M, C), b2 (C,), float64.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    @exercise("assignment2/FullyConnectedNets", validate=_check_sizes)
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b2": np.zeros(num_classes),
        }

    @exercise("assignment2/FullyConnectedNets", validate=_check_images)
    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Parameters
        ----------
        X : ndarray (N, d_1, ..., d_k)
            Images, with D numbers each.
        y : ndarray (N,) of int, optional
            Labels, 0 to C - 1.

        Returns
        -------
        scores : ndarray (N, C)
            If y is None. Otherwise:
        loss : float
        grads : dict
            The gradient of the loss on each entry of `params`, under the same name.

        Raises
        ------
        ValueError
            If X is not D numbers an image, or the labels do not fit.
        """
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden, hidden_cache = affine_relu_forward(X, W1, b1)
        scores, scores_cache = affine_forward(hidden, W2, b2)
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dhidden, dW2, db2 = affine_backward(dscores, scores_cache)
        _, dW1, db1 = affine_relu_backward(dhidden, hidden_cache)
        grads = {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}
        return loss, grads


def _other_name(other, given, name, value, default):
    """Return what an argument that has two names was given under one of them."""
    if given is not None and value != default:
        raise ValueError(f"{other} is another name of {name}: give one of them, got {describe(given)} and "
                         f"{describe(value)}")
    return value if given is None else given


class FullyConnectedNet(Saved):
    """Any number of hidden layers: (affine - [batch or layer norm] - ReLU - [dropout]) x (L - 1) - affine - softmax.

    Parameters
    ----------
    hidden_dims : list or tuple of int
        Units of each hidden layer; L is their number plus 1.
    input_dim, num_classes : int
        Features D and classes C.
    dropout : float
        Probability of KEEPING a unit, above 0 and at most 1; 1 means no dropout.
    normalization : {None, 'batchnorm', 'layernorm'}
        What stands between affine and ReLU. True and False, which stood in this place in 2016 and 2017, mean
        'batchnorm' and None.
    reg : float
        Strength of the L2 regularisation, ``0.5 * reg * sum W^2`` over all weights, not over biases, gamma and beta.
    weight_scale : float
        Standard deviation of the first weights.
    dtype : {np.float32, np.float64}
        Precision of parameters and arithmetic. Check gradients in float64.
    seed : int, optional
        Makes dropout draw the same mask each time, for gradient checks. Not for training: it seeds NumPy's global
        generator in every step, and a `Solver` would draw the same minibatch for ever.
    dropout_keep_ratio : float, optional
        Another name of `dropout`, the course's from 2021 on.
    use_batchnorm : bool, optional
        Another name of `normalization`, the course's of 2016 and 2017.

    Attributes
    ----------
    params : dict
        Wi and bi for i from 1 to L, and gammai and betai (1 and 0 at first) for i < L with normalisation.
    bn_params : list of dict
        Running averages of each hidden layer's batch normalisation.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None, *, dropout_keep_ratio=None, use_batchnorm=None):
        dropout = _other_name("dropout_keep_ratio", dropout_keep_ratio, "dropout", dropout, 1)
        normalization = _other_name("use_batchnorm", use_batchnorm, "normalization", normalization, None)
        if isinstance(normalization, (bool, np.bool_)):
            normalization = "batchnorm" if normalization else None
        if not isinstance(hidden_dims, (list, tuple, np.ndarray)):
            raise ValueError(f"hidden_dims must be a list of sizes such as [100, 100], got {describe(hidden_dims)}")
        for size in hidden_dims:
            check_integer(size, "each of hidden_dims", 1)
        check_sizes(input_dim=input_dim, num_classes=num_classes)
        check_number(weight_scale, "weight_scale")
        check_number(reg, "reg")
        check_dtype(dtype)
        if seed is not None:
            check_integer(seed, "seed", 0)
        if not isinstance(dropout, Real) or not 0 < dropout <= 1:
            raise ValueError("dropout, the probability of keeping a unit, must be above 0 and at most 1 (1 for none), "
                             f"got {describe(dropout)}")
        if normalization not in (None, "batchnorm", "layernorm"):
            raise ValueError(f"normalization must be None, 'batchnorm' or 'layernorm', got {describe(normalization)}")
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.dropout_param = {"mode": "train", "p": float(dropout)} | ({} if seed is None else {"seed": seed})
        self.bn_params = [{"mode": "train"} for _ in hidden_dims] if normalization == "batchnorm" else []
        self.params = {}
        self.init_params((input_dim, *hidden_dims, num_classes), weight_scale)
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    @exercise("assignment2/FullyConnectedNets")
    def init_params(self, dims, weight_scale):
        """Fill `params` for layers of the given sizes, (D, hidden units ..., C)."""
        for i in range(1, self.num_layers + 1):
            self.params[f"W{i}"] = weight_scale * np.random.randn(dims[i - 1], dims[i])
            self.params[f"b{i}"] = np.zeros(dims[i])
            if self.normalization is not None and i < self.num_layers:
                self.params[f"gamma{i}"] = np.ones(dims[i])
                self.params[f"beta{i}"] = np.zeros(dims[i])

    @exercise("assignment2/FullyConnectedNets", validate=_check_images)
    def loss(self, X, y=None):
        """Scores, or loss and gradients; arguments and results as in `TwoLayerNet.loss`.

        Without labels the network is tested: batch normalisation uses its running averages, and dropout keeps all.
        """
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        self.dropout_param["mode"] = mode
        for bn_param in self.bn_params:
            bn_param["mode"] = mode

        L, params = self.num_layers, self.params
        out, caches, drop_caches = X, {}, {}
        for i in range(1, L):
            W, b = params[f"W{i}"], params[f"b{i}"]
            if self.normalization == "batchnorm":
                bn_param = self.bn_params[i - 1]
                out, caches[i] = affine_bn_relu_forward(out, W, b, params[f"gamma{i}"], params[f"beta{i}"], bn_param)
            elif self.normalization == "layernorm":
                out, caches[i] = affine_ln_relu_forward(out, W, b, params[f"gamma{i}"], params[f"beta{i}"], {})
            else:
                out, caches[i] = affine_relu_forward(out, W, b)
            if self.use_dropout:
                out, drop_caches[i] = dropout_forward(out, self.dropout_param)
        scores, caches[L] = affine_forward(out, params[f"W{L}"], params[f"b{L}"])
        if y is None:
            return scores

        grads = {}
        loss, dscores = softmax_loss(scores, y)
        dout, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(dscores, caches[L])
        for i in range(L - 1, 0, -1):
            if self.use_dropout:
                dout = dropout_backward(dout, drop_caches[i])
            if self.normalization is None:
                dout, grads[f"W{i}"], grads[f"b{i}"] = affine_relu_backward(dout, caches[i])
            else:
                norm_backward = {"batchnorm": affine_bn_relu_backward, "layernorm": affine_ln_relu_backward}
                dout, grads[f"W{i}"], grads[f"b{i}"], grads[f"gamma{i}"], grads[f"beta{i}"] = (
                    norm_backward[self.normalization](dout, caches[i])
                )
        for i in range(1, L + 1):
            W = params[f"W{i}"]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads[f"W{i}"] += self.reg * W
        return loss, grads
