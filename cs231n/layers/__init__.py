"""The layers, each a forward function that returns `(out, cache)` and a backward function of `(dout, cache)`.

One file a family. `from cs231n.layers import *` gives them all.

Shapes are spelt in the same letters everywhere: N examples, D and M features, C channels, H and W height and width of
an image, F filters of HH x WW, K pieces, G groups. `dout` is the gradient of the loss with respect to `out`, and each
gradient returned has the shape and the dtype of what it belongs to.

A forward function refuses wrong input with a ValueError that names the argument, what it got and what it needs.
"""
from cs231n.layers.activations import (
    elu_backward,
    elu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    maxout_backward,
    maxout_forward,
    prelu_backward,
    prelu_forward,
    relu_backward,
    relu_forward,
    sigmoid,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from cs231n.layers.affine import affine_backward, affine_forward
from cs231n.layers.convolution import conv_backward_naive, conv_forward_naive, conv_output_size
from cs231n.layers.dropout import dropconnect_backward, dropconnect_forward, dropout_backward, dropout_forward
from cs231n.layers.embedding import word_embedding_backward, word_embedding_forward
from cs231n.layers.gru import gru_backward, gru_forward, gru_step_backward, gru_step_forward
from cs231n.layers.losses import bce_loss, softmax_loss, squared_hinge_loss, svm_loss
from cs231n.layers.lstm import lstm_backward, lstm_forward, lstm_step_backward, lstm_step_forward
from cs231n.layers.normalization import (
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from cs231n.layers.pooling import (
    avg_pool_backward,
    avg_pool_forward,
    fractional_max_pool_backward,
    fractional_max_pool_forward,
    global_avg_pool_backward,
    global_avg_pool_forward,
    max_pool_backward_naive,
    max_pool_forward_naive,
)
from cs231n.layers.regularization import elastic_net, l1_regularization, l2_regularization
from cs231n.layers.rnn import rnn_backward, rnn_forward, rnn_step_backward, rnn_step_forward
from cs231n.layers.spatial_normalization import (
    instancenorm_backward,
    instancenorm_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
    spatial_groupnorm_backward,
    spatial_groupnorm_forward,
)
from cs231n.layers.temporal import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss
from cs231n.layers.unpooling import (
    bed_of_nails_unpool_backward,
    bed_of_nails_unpool_forward,
    max_unpool_backward,
    max_unpool_forward,
    nearest_unpool_backward,
    nearest_unpool_forward,
)

__all__ = [
    "affine_backward", "affine_forward", "avg_pool_backward", "avg_pool_forward", "batchnorm_backward",
    "batchnorm_backward_alt", "batchnorm_forward", "bce_loss", "bed_of_nails_unpool_backward",
    "bed_of_nails_unpool_forward", "conv_backward_naive", "conv_forward_naive", "conv_output_size",
    "dropconnect_backward", "dropconnect_forward", "dropout_backward", "dropout_forward", "elastic_net",
    "elu_backward", "elu_forward", "fractional_max_pool_backward", "fractional_max_pool_forward",
    "global_avg_pool_backward", "global_avg_pool_forward", "gru_backward", "gru_forward", "gru_step_backward",
    "gru_step_forward", "instancenorm_backward", "instancenorm_forward", "l1_regularization", "l2_regularization",
    "layernorm_backward", "layernorm_forward", "leaky_relu_backward", "leaky_relu_forward", "lstm_backward",
    "lstm_forward", "lstm_step_backward", "lstm_step_forward", "max_pool_backward_naive", "max_pool_forward_naive",
    "max_unpool_backward", "max_unpool_forward", "maxout_backward", "maxout_forward", "nearest_unpool_backward",
    "nearest_unpool_forward", "prelu_backward", "prelu_forward", "relu_backward", "relu_forward", "rnn_backward",
    "rnn_forward", "rnn_step_backward", "rnn_step_forward", "sigmoid", "sigmoid_backward", "sigmoid_forward",
    "softmax_loss", "spatial_batchnorm_backward", "spatial_batchnorm_forward", "spatial_groupnorm_backward",
    "spatial_groupnorm_forward", "squared_hinge_loss", "svm_loss", "tanh_backward", "tanh_forward",
    "temporal_affine_backward", "temporal_affine_forward", "temporal_softmax_loss", "word_embedding_backward",
    "word_embedding_forward",
]
