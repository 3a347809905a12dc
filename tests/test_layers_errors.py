"""Wrong input to a layer: one ValueError that names the argument, what it got and what it needs."""
import numpy as np
import pytest

from cs231n import layers

X, IMAGES = np.ones((4, 6)), np.ones((2, 3, 6, 6))
TRAIN = {"mode": "train"}
POOL = {"pool_height": 2, "pool_width": 2, "stride": 2}
CONV = {"stride": 1, "pad": 1}
W, B = np.ones((5, 3, 3, 3)), np.ones(5)
ONES, CHANNELS = np.ones(6), np.ones((1, 3, 1, 1))


@pytest.mark.parametrize("function, arguments, message", [
    ("affine_forward", (X[0], np.ones((6, 2)), np.ones(2)), r"x must be an array of real numbers \(N, d_1"),
    ("affine_forward", (X[:0], np.ones((6, 2)), np.ones(2)), "x must not be empty"),
    ("affine_forward", (X, np.ones((5, 2)), np.ones(2)), r"w must have shape \(6, M\) to match x of shape \(4, 6\)"),
    ("affine_forward", (X, np.ones((6, 2)), np.ones(3)), r"b must have shape \(2,\)"),
    ("affine_forward", (X.tolist(), np.ones((6, 2)), np.ones(2)), "x must be an array .* got list"),
    ("relu_forward", ([1, 2],), "x must be an array of real numbers, got list"),
    ("sigmoid_forward", (np.array(["a"]),), "x must be an array of real numbers"),
    ("prelu_forward", (X, np.ones(5)), "slope must broadcast to x"),
    ("prelu_forward", (X, np.ones((2, 4, 6))), "slope must broadcast to x"),
    ("maxout_forward", (X, np.ones((2, 5, 3)), np.ones((2, 3))), r"w must have shape \(K, 6, M\)"),
    ("maxout_forward", (X, np.ones((2, 6, 3)), np.ones(3)), r"b must be an array of real numbers of shape \(2, 3\)"),
    ("batchnorm_forward", (X, ONES[:5], ONES, dict(TRAIN)), r"gamma must have shape \(6,\)"),
    ("batchnorm_forward", (X, ONES, ONES[None], dict(TRAIN)), r"beta must be an array of real numbers of shape \(6,\)"),
    ("batchnorm_forward", (X, ONES, ONES, {"mode": "validate"}), "must be 'train' or 'test', got str 'validate'"),
    ("batchnorm_forward", (X, ONES, ONES, {}), "mode'] must be 'train' or 'test', got NoneType None"),
    ("batchnorm_forward", (X[:0], ONES, ONES, dict(TRAIN)), "x must not be empty"),
    ("batchnorm_forward", (IMAGES, ONES, ONES, dict(TRAIN)), r"x must be an array of real numbers of shape \(N, D\)"),
    ("layernorm_forward", (X, ONES[:5], ONES, {}), r"gamma must have shape \(6,\)"),
    ("spatial_batchnorm_forward", (X, ONES, ONES, dict(TRAIN)), r"x must be .* of shape \(N, C, H, W\)"),
    ("spatial_batchnorm_forward", (IMAGES, ONES, ONES, dict(TRAIN)), r"gamma must have shape \(3,\)"),
    ("spatial_groupnorm_forward", (IMAGES, CHANNELS, CHANNELS, 2, {}), "G must divide the number of channels, C = 3"),
    ("spatial_groupnorm_forward", (IMAGES, CHANNELS, CHANNELS, 0, {}), "G must divide the number of channels"),
    ("spatial_groupnorm_forward", (IMAGES, np.ones(3), CHANNELS, 3, {}), r"gamma must be .* of shape \(1, 3, 1, 1\)"),
    ("instancenorm_forward", (IMAGES, CHANNELS, np.ones(3), {}), r"beta must be .* of shape \(1, 3, 1, 1\)"),
    ("dropout_forward", (X, {"mode": "train", "p": 0}), r"dropout_param\['p'\], the probability of keeping"),
    ("dropout_forward", (X, {"mode": "train", "p": 1.1}), "the probability of keeping"),
    ("dropout_forward", (X, {"mode": "train"}), "the probability of keeping.* got NoneType None"),
    ("dropout_forward", (X, {"mode": "off", "p": 0.5}), "mode'] must be 'train' or 'test'"),
    ("dropconnect_forward", (X, np.ones((6, 2)), np.ones(2), {"mode": "train", "p": 2}), r"dropconnect_param\['p'\]"),
    ("conv_forward_naive", (X, W, B, CONV), r"x must be .* of shape \(N, C, H, W\)"),
    ("conv_forward_naive", (IMAGES[:0], W, B, CONV), "x must not be empty"),
    ("conv_forward_naive", (IMAGES, W[:, :2], B, CONV), r"w must have shape \(F, 3, HH, WW\)"),
    ("conv_forward_naive", (IMAGES, W, B[:4], CONV), r"b must have shape \(5,\)"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 2, "pad": 1}), "stride 2 does not fit"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 0, "pad": 1}), r"conv_param\['stride'\] must be a whole number"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 1, "pad": -1}), r"conv_param\['pad'\] must be a whole number, 0"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 1}), r"conv_param\['pad'\] .* got NoneType None"),
    ("conv_forward_naive", (IMAGES, np.ones((5, 3, 9, 3)), B, CONV), "the window's height, 9, must be at most .* 8"),
    ("max_pool_forward_naive", (X, POOL), r"x must be .* of shape \(N, C, H, W\)"),
    ("max_pool_forward_naive", (IMAGES, POOL | {"stride": 3}), "stride 3 does not fit"),
    ("max_pool_forward_naive", (IMAGES, POOL | {"pool_width": 7}), "the window's width, 7, must be at most"),
    ("max_pool_forward_naive", (IMAGES, {"stride": 2, "pool_height": 2}), r"pool_param\['pool_width'\] must be"),
    ("avg_pool_forward", (IMAGES, POOL | {"pool_height": 0}), r"pool_param\['pool_height'\] must be a whole number, 1"),
    ("fractional_max_pool_forward", (IMAGES, {"ratio": 1}), r"pool_param\['ratio'\] must lie above 1"),
    ("fractional_max_pool_forward", (IMAGES[..., :1], {"ratio": 2}), "images of 2x2 or more"),
    ("global_avg_pool_forward", (X,), r"x must be .* of shape \(N, C, H, W\)"),
    ("nearest_unpool_forward", (X, 2), r"x must be .* of shape \(N, C, H, W\)"),
    ("nearest_unpool_forward", (IMAGES, 0), "factor must be an integer, 1 or more"),
    ("bed_of_nails_unpool_forward", (IMAGES, 1.5), "factor must be an integer, 1 or more"),
    ("max_unpool_forward", (IMAGES, IMAGES, POOL), r"x must have shape \(2, 3, 3, 3\)"),
    ("max_unpool_forward", (IMAGES, X, POOL), r"pooled must be .* of shape \(N, C, H, W\)"),
    ("svm_loss", (X, np.zeros(3, int)), r"y must have shape \(4,\)"),
    ("svm_loss", (X, np.full(4, 6)), "y must hold whole numbers from 0 to C - 1 = 5"),
    ("softmax_loss", (X, np.array([0, 1, 2, -1])), "y must hold whole numbers"),
    ("softmax_loss", (X, np.zeros(4)), "y must hold whole numbers"),
    ("softmax_loss", (X[:0], np.zeros(0, int)), "x must not be empty"),
    ("squared_hinge_loss", (X[0], np.zeros(1, int)), r"x must be .* of shape \(N, C\)"),
])
def test_wrong_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(layers, function)(*arguments)
