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
    ("affine_forward", (X, np.ones((6, 2), complex), np.ones(2)), "w must be an array of real numbers"),
    ("leaky_relu_forward", (X, -1), "slope must be a finite number, 0 or more"),
    ("elu_forward", (X, "a"), "alpha must be a finite number, 0 or more"),
    ("prelu_forward", (X, None), "slope must be an array of real numbers"),
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
    ("batchnorm_forward", (X, ONES, ONES, None), "bn_param must be a dictionary, got NoneType None"),
    ("batchnorm_forward", (X, ONES, ONES, TRAIN | {"eps": -1}), r"bn_param\['eps'\] must be a finite number, 0"),
    ("batchnorm_forward", (X, ONES, ONES, TRAIN | {"momentum": 2}), r"bn_param\['momentum'\] must be from 0 to 1"),
    ("batchnorm_forward", (X, ONES, ONES, TRAIN | {"running_var": ONES[:1]}), "running_var'] must have shape"),
    ("layernorm_forward", (X, ONES, ONES, None), "ln_param must be a dictionary"),
    ("layernorm_forward", (X, ONES[:5], ONES, {}), r"gamma must have shape \(6,\)"),
    ("spatial_batchnorm_forward", (X, ONES, ONES, dict(TRAIN)), r"x must be .* of shape \(N, C, H, W\)"),
    ("spatial_batchnorm_forward", (IMAGES, ONES, ONES, dict(TRAIN)), r"gamma must have shape \(3,\)"),
    ("spatial_batchnorm_forward", (IMAGES, ONES[:3], ONES[:3], TRAIN | {"running_mean": ONES}), "running_mean'] must"),
    ("spatial_groupnorm_forward", (IMAGES, CHANNELS, CHANNELS, 3, {"eps": None}), r"gn_param\['eps'\] must be"),
    ("instancenorm_forward", (IMAGES, CHANNELS, CHANNELS, []), "in_param must be a dictionary, got list"),
    ("spatial_groupnorm_forward", (IMAGES, CHANNELS, CHANNELS, 2, {}), "G must divide the number of channels, C = 3"),
    ("spatial_groupnorm_forward", (IMAGES, CHANNELS, CHANNELS, 0, {}), "G must divide the number of channels"),
    ("spatial_groupnorm_forward", (IMAGES, np.ones(3), CHANNELS, 3, {}), r"gamma must be .* of shape \(1, 3, 1, 1\)"),
    ("instancenorm_forward", (IMAGES, CHANNELS, np.ones(3), {}), r"beta must be .* of shape \(1, 3, 1, 1\)"),
    ("dropout_forward", (X, {"mode": "train", "p": 0}), r"dropout_param\['p'\], the probability of keeping"),
    ("dropout_forward", (X, {"mode": "train", "p": 1.1}), "the probability of keeping"),
    ("dropout_forward", (X, {"mode": "train"}), "the probability of keeping.* got NoneType None"),
    ("dropout_forward", (X, {"mode": "off", "p": 0.5}), "mode'] must be 'train' or 'test'"),
    ("dropout_forward", (X, {"mode": "train", "p": 1, "seed": 1.5}), r"dropout_param\['seed'\] must be an integer"),
    ("dropout_forward", (X, 0.5), "dropout_param must be a dictionary, got float 0.5"),
    ("dropconnect_forward", (X, np.ones((6, 2)), np.ones(2), {"mode": "train", "p": 2}), r"dropconnect_param\['p'\]"),
    ("conv_forward_naive", (X, W, B, CONV), r"x must be .* of shape \(N, C, H, W\)"),
    ("conv_forward_naive", (IMAGES[:0], W, B, CONV), "x must not be empty"),
    ("conv_forward_naive", (IMAGES, W[:, :2], B, CONV), r"w must have shape \(F, 3, HH, WW\)"),
    ("conv_forward_naive", (IMAGES, W, B[:4], CONV), r"b must have shape \(5,\)"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 2, "pad": 1}), "stride 2 does not fit"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 0, "pad": 1}), r"conv_param\['stride'\] must be an integer"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 1, "pad": -1}), r"conv_param\['pad'\] must be an integer, 0"),
    ("conv_forward_naive", (IMAGES, W, B, {"stride": 1}), r"conv_param\['pad'\] .* got NoneType None"),
    ("conv_forward_naive", (IMAGES, np.ones((5, 3, 9, 3)), B, CONV), "the window's height, 9, must be at most .* 8"),
    ("conv_forward_naive", (IMAGES, W, B, None), "conv_param must be a dictionary, got NoneType None"),
    ("conv_forward_naive", (IMAGES.astype(np.uint8), W, B, CONV), "x must hold floats, as w or b does, .* dtype uint8"),
    ("conv_output_size", (32, 3, 0), "stride must be an integer, 1 or more, got int 0"),
    ("conv_output_size", (32, 3, 1, 1.5), "pad must be an integer, 0 or more, got float 1.5"),
    ("max_pool_forward_naive", (IMAGES, [2, 2]), "pool_param must be a dictionary, got list"),
    ("max_pool_forward_naive", (X, POOL), r"x must be .* of shape \(N, C, H, W\)"),
    ("max_pool_forward_naive", (IMAGES, POOL | {"stride": 3}), "stride 3 does not fit"),
    ("max_pool_forward_naive", (IMAGES, POOL | {"pool_width": 7}), "the window's width, 7, must be at most"),
    ("max_pool_forward_naive", (IMAGES, {"stride": 2, "pool_height": 2}), r"pool_param\['pool_width'\] must be"),
    ("avg_pool_forward", (IMAGES, POOL | {"pool_height": 0}), r"pool_param\['pool_height'\] must be an integer, 1"),
    ("fractional_max_pool_forward", (IMAGES, {"ratio": 1}), r"pool_param\['ratio'\] must lie above 1"),
    ("fractional_max_pool_forward", (IMAGES[..., :1], {"ratio": 2}), "images of 2x2 or more"),
    ("fractional_max_pool_forward", (IMAGES, {"ratio": 2, "seed": -1}), r"pool_param\['seed'\] must be an integer"),
    ("global_avg_pool_forward", (X,), r"x must be .* of shape \(N, C, H, W\)"),
    ("nearest_unpool_forward", (X, 2), r"x must be .* of shape \(N, C, H, W\)"),
    ("nearest_unpool_forward", (IMAGES, 0), "factor must be an integer, 1 or more"),
    ("bed_of_nails_unpool_forward", (IMAGES, 1.5), "factor must be an integer, 1 or more"),
    ("max_unpool_forward", (IMAGES, IMAGES, POOL), r"x must have shape \(2, 3, 3, 3\)"),
    ("max_unpool_forward", (IMAGES, X, POOL), r"pooled must be .* of shape \(N, C, H, W\)"),
    ("rnn_forward", (np.ones((2, 3, 4), int), np.ones((2, 5)), np.ones((4, 5)), np.ones((5, 5)), np.ones(5)),
     "x must hold floats, got .* dtype int64; convert it"),
    ("l2_regularization", ([1, 2], 0.1), "w must be an array of real numbers, got list"),
    ("elastic_net", (X, 0.1, -1), "beta must be a finite number, 0 or more"),
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


NORMAL = (CHANNELS, CHANNELS)
SEQUENCES = np.ones((2, 3, 4))
RNN, GRU = ([np.ones((2, 5)), np.ones((4, k * 5)), np.ones((5, k * 5)), np.ones(k * 5)] for k in (1, 3))


@pytest.mark.parametrize("name, arguments", [
    ("leaky_relu", (X,)), ("prelu", (X, ONES)), ("elu", (X,)), ("sigmoid", (X,)), ("tanh", (X,)),
    ("maxout", (X, np.ones((2, 6, 3)), np.ones((2, 3)))),
    ("dropconnect", (X, np.ones((6, 2)), np.ones(2), {"mode": "train", "p": 0.5})),
    ("avg_pool", (IMAGES, POOL)), ("global_avg_pool", (IMAGES,)), ("fractional_max_pool", (IMAGES, {"ratio": 1.5})),
    ("nearest_unpool", (IMAGES, 2)), ("bed_of_nails_unpool", (IMAGES, 2)),
    ("max_unpool", (np.ones((2, 3, 3, 3)), IMAGES, POOL)),
    ("gru_step", (SEQUENCES[:, 0], *GRU)), ("gru", (SEQUENCES, *GRU)),
])
def test_a_gradient_that_would_only_broadcast_is_refused(name, arguments):
    out, cache = getattr(layers, f"{name}_forward")(*arguments)
    for dout in (out[:1], out[..., :1], out[np.newaxis], out.tolist(), None):
        with pytest.raises(ValueError, match="d(out|h|next_h) must "):
            getattr(layers, f"{name}_backward")(dout, cache)


@pytest.mark.parametrize("name, arguments", [
    ("affine", (X, np.ones((6, 2)), np.ones(2))), ("batchnorm", (X, ONES, ONES, dict(TRAIN))),
    ("layernorm", (X, ONES, ONES, {})), ("spatial_groupnorm", (IMAGES, *NORMAL, 3, {})),
    ("spatial_batchnorm", (IMAGES, ONES[:3], ONES[:3], dict(TRAIN))), ("instancenorm", (IMAGES, *NORMAL, {})),
    ("word_embedding", (np.zeros((2, 3), int), X)), ("temporal_affine", (SEQUENCES, np.ones((4, 2)), np.ones(2))),
    ("rnn_step", (SEQUENCES[:, 0], *RNN)), ("rnn", (SEQUENCES, *RNN)),
])
def test_what_is_no_gradient_is_named(name, arguments):
    out, cache = getattr(layers, f"{name}_forward")(*arguments)
    for dout in (out[np.newaxis], out[0], out[:0], out.tolist(), None):
        with pytest.raises(ValueError, match="d(out|h|next_h) must (be an array|not be empty)"):
            getattr(layers, f"{name}_backward")(dout, cache)


def test_what_is_no_gradient_of_any_shape_is_named():
    for backward, cache in (layers.relu_backward, X), (layers.dropout_backward, ({"mode": "train"}, X)):
        for dout in X.tolist(), None, X.astype(str):
            with pytest.raises(ValueError, match="dout must be an array of real numbers"):
                backward(dout, cache)


def test_a_slope_for_whole_numbers_is_not_cut_off():
    out, cache = layers.prelu_forward(np.array([[-4, 2]]), 0.25)
    np.testing.assert_array_equal(out, [[-1.0, 2.0]])
    assert layers.prelu_backward(np.ones((1, 2)), cache)[1] == -4
