"""The recurrent layers, under the name by which the course's notebooks import them."""
from cs231n.layers import (
    gru_backward,
    gru_forward,
    gru_step_backward,
    gru_step_forward,
    lstm_backward,
    lstm_forward,
    lstm_step_backward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
    rnn_step_backward,
    rnn_step_forward,
    sigmoid,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)

__all__ = [
    "gru_backward", "gru_forward", "gru_step_backward", "gru_step_forward", "lstm_backward", "lstm_forward",
    "lstm_step_backward", "lstm_step_forward", "rnn_backward", "rnn_forward", "rnn_step_backward", "rnn_step_forward",
    "sigmoid", "temporal_affine_backward", "temporal_affine_forward", "temporal_softmax_loss",
    "word_embedding_backward", "word_embedding_forward",
]
