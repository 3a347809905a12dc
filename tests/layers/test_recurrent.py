"""Recurrent layers, word vectors and temporal layers: the course's figures, numeric gradients, torch, wrong input."""
import numpy as np
import pytest

from cs231n import rnn_layers as layers
from cs231n.gradient_check import eval_numerical_gradient_array, rel_error

N, T, D, H = 3, 4, 5, 6


def ramp(first, last, *shape):
    return np.linspace(first, last, num=int(np.prod(shape))).reshape(shape)


def arrays(*shapes, dtype=np.float64):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def test_rnn_step_of_the_course():
    next_h, _ = layers.rnn_step_forward(
        ramp(-0.4, 0.7, 3, 10), ramp(-0.2, 0.5, 3, 4), ramp(-0.1, 0.9, 10, 4), ramp(-0.3, 0.7, 4, 4),
        ramp(-0.2, 0.4, 4))
    expected = np.array([
        [-0.58172089, -0.50182032, -0.41232771, -0.31410098], [0.66854692, 0.79562378, 0.87755553, 0.92795967],
        [0.97934501, 0.99144213, 0.99646691, 0.99854353],
    ])
    assert rel_error(next_h, expected) == pytest.approx(6.29e-9, rel=1e-2)


def test_rnn_of_the_course():
    h, _ = layers.rnn_forward(
        ramp(-0.1, 0.3, 2, 3, 4), ramp(-0.3, 0.1, 2, 5), ramp(-0.2, 0.4, 4, 5), ramp(-0.4, 0.1, 5, 5),
        ramp(-0.7, 0.1, 5))
    expected = np.array([
        [[-0.42070749, -0.27279261, -0.11074945, 0.05740409, 0.22236251],
         [-0.39525808, -0.22554661, -0.0409454, 0.14649412, 0.32397316],
         [-0.42305111, -0.24223728, -0.04287027, 0.15997045, 0.35014525]],
        [[-0.55857474, -0.39065825, -0.19198182, 0.02378408, 0.23735671],
         [-0.27150199, -0.07088804, 0.13562939, 0.33099728, 0.50158768],
         [-0.51014825, -0.30524429, -0.06755202, 0.17806392, 0.40333043]],
    ])
    assert rel_error(h, expected) == pytest.approx(7.73e-8, rel=1e-2)


def test_word_embedding_of_the_course():
    out, _ = layers.word_embedding_forward(np.array([[0, 3, 1, 2], [2, 1, 0, 3]]), ramp(0, 1, 5, 3))
    np.testing.assert_allclose(out[0, 1], [0.64285714, 0.71428571, 0.78571429], atol=1e-8)
    np.testing.assert_array_equal(out[1, 3], out[0, 1])


def test_lstm_step_of_the_course():
    next_h, next_c, _ = layers.lstm_step_forward(
        ramp(-0.4, 1.2, 3, 4), ramp(-0.3, 0.7, 3, 5), ramp(-0.4, 0.9, 3, 5), ramp(-2.1, 1.3, 4, 20),
        ramp(-0.7, 2.2, 5, 20), ramp(0.3, 0.7, 20))
    expected_h = np.array([
        [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904],
        [0.49223563, 0.55611431, 0.61507696, 0.66844003, 0.7159181],
        [0.56735664, 0.66310127, 0.74419266, 0.80889665, 0.858299],
    ])
    expected_c = np.array([
        [0.32986176, 0.39145139, 0.451556, 0.51014116, 0.56717407],
        [0.66382255, 0.76674007, 0.87195994, 0.97902709, 1.08751345],
        [0.74192008, 0.90592151, 1.07717006, 1.25120233, 1.42395676],
    ])
    assert rel_error(next_h, expected_h) == pytest.approx(5.71e-9, rel=1e-2)
    assert rel_error(next_c, expected_c) == pytest.approx(5.81e-9, rel=1e-2)


def test_lstm_of_the_course():
    h, _ = layers.lstm_forward(
        ramp(-0.4, 0.6, 2, 3, 5), ramp(-0.4, 0.8, 2, 4), ramp(-0.2, 0.9, 5, 16), ramp(-0.3, 0.6, 4, 16),
        ramp(0.2, 0.7, 16))
    expected = np.array([
        [[0.01764008, 0.01823233, 0.01882671, 0.0194232], [0.11287491, 0.12146228, 0.13018446, 0.13902939],
         [0.31358768, 0.33338627, 0.35304453, 0.37250975]],
        [[0.45767879, 0.4761092, 0.4936887, 0.51041945], [0.6704845, 0.69350089, 0.71486014, 0.7346449],
         [0.81733511, 0.83677871, 0.85403753, 0.86935314]],
    ])
    assert rel_error(h, expected) == pytest.approx(8.61e-8, rel=1e-2)


def test_temporal_softmax_of_the_course():
    np.random.seed(231)
    for shape in ((2, 3, 4), (4, 5), (5,), (2, 3, 5)):  # what the notebook draws before
        np.random.randn(*shape)
    printed = {(100, 1, 1.0): 2.3027781774290146, (100, 10, 1.0): 23.025985953127226,
               (5000, 10, 0.1): 2.2643611790293394}
    for (N, T, p), expected in printed.items():
        x, y, mask = 0.001 * np.random.randn(N, T, 10), np.random.randint(10, size=(N, T)), np.random.rand(N, T) <= p
        loss, dx = layers.temporal_softmax_loss(x, y, mask)
        assert loss == pytest.approx(expected, rel=1e-13)
        assert not dx[~mask].any()


STEPS = {
    "rnn_step": [(N, D), (N, H), (D, H), (H, H), (H,)],
    "gru_step": [(N, D), (N, H), (D, 3 * H), (H, 3 * H), (3 * H,)],
    "rnn": [(N, T, D), (N, H), (D, H), (H, H), (H,)],
    "lstm": [(N, T, D), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,)],
    "gru": [(N, T, D), (N, H), (D, 3 * H), (H, 3 * H), (3 * H,)],
    "temporal_affine": [(N, T, D), (D, H), (H,)],
}


@pytest.mark.parametrize("name", STEPS)
def test_gradients_are_the_numeric_ones(name):
    forward, backward = getattr(layers, f"{name}_forward"), getattr(layers, f"{name}_backward")
    inputs = arrays(*STEPS[name])
    out, cache = forward(*inputs)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    kept = [array.copy() for array in (*inputs, dout)]
    gradients = backward(dout, cache)
    for array, copy in zip((*inputs, dout), kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    for array, gradient in zip(inputs, gradients, strict=True):
        expected = eval_numerical_gradient_array(lambda _: forward(*inputs)[0], array, dout)
        np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_gradients_of_an_lstm_step():
    inputs = arrays((N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    next_h, next_c, cache = layers.lstm_step_forward(*inputs)
    dnext_h, dnext_c = arrays(next_h.shape, next_c.shape)[::-1]
    for array, gradient in zip(inputs, layers.lstm_step_backward(dnext_h, dnext_c, cache), strict=True):
        through_h = eval_numerical_gradient_array(lambda _: layers.lstm_step_forward(*inputs)[0], array, dnext_h)
        through_c = eval_numerical_gradient_array(lambda _: layers.lstm_step_forward(*inputs)[1], array, dnext_c)
        np.testing.assert_allclose(gradient, through_h + through_c, atol=1e-7)


def test_gradient_of_a_word_embedding_adds_up_over_its_places():
    x, W = np.array([[0, 2, 2], [1, 2, 0]]), arrays((4, 3))[0]
    out, cache = layers.word_embedding_forward(x, W)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    expected = eval_numerical_gradient_array(lambda _: layers.word_embedding_forward(x, W)[0], W, dout)
    np.testing.assert_allclose(layers.word_embedding_backward(dout, cache), expected, atol=1e-9)


def test_gradient_of_the_temporal_softmax():
    x, y = arrays((N, T, D))[0], np.random.default_rng(1).integers(D, size=(N, T))
    mask = np.random.default_rng(2).random((N, T)) < 0.6
    def loss(_):
        return np.array(layers.temporal_softmax_loss(x, y, mask)[0])
    expected = eval_numerical_gradient_array(loss, x, np.array(1.0))
    np.testing.assert_allclose(layers.temporal_softmax_loss(x, y, mask)[1], expected, atol=1e-9)
    nothing, dx = layers.temporal_softmax_loss(x, y, np.zeros((N, T), bool))
    assert nothing == 0 and not dx.any()


@pytest.mark.parametrize("name", STEPS)
def test_float32_stays(name):
    inputs = arrays(*STEPS[name], dtype=np.float32)
    out, cache = getattr(layers, f"{name}_forward")(*inputs)
    gradients = getattr(layers, f"{name}_backward")(np.ones_like(out), cache)
    assert {out.dtype, *(gradient.dtype for gradient in gradients)} == {np.dtype(np.float32)}


def test_a_sequence_is_its_steps():
    x, h0, Wx, Wh, b = arrays(*STEPS["lstm"])
    h, c = h0, np.zeros_like(h0)
    out, _ = layers.lstm_forward(x, h0, Wx, Wh, b)
    for t in range(T):
        h, c, _ = layers.lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        np.testing.assert_allclose(out[:, t], h, atol=1e-14)
    x, h0, Wx, Wh, b = arrays(*STEPS["rnn"])
    out, h = layers.rnn_forward(x, h0, Wx, Wh, b)[0], h0
    for t in range(T):
        h, _ = layers.rnn_step_forward(x[:, t], h, Wx, Wh, b)
        np.testing.assert_allclose(out[:, t], h, atol=1e-14)


def test_values_and_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for name, order in (("rnn", [0]), ("lstm", [0, 1, 3, 2])):  # torch has the candidate before the output gate
        x, h0, Wx, Wh, b = arrays(*STEPS[name])
        theirs = getattr(torch.nn, name.upper())(D, H, batch_first=True, dtype=torch.float64)
        def in_their_order(weights, order=order):
            parts = np.split(weights, len(order), axis=-1)
            return torch.tensor(np.concatenate([parts[k] for k in order], axis=-1).T.copy())
        with torch.no_grad():
            theirs.weight_ih_l0.copy_(in_their_order(Wx))
            theirs.weight_hh_l0.copy_(in_their_order(Wh))
            theirs.bias_ih_l0.copy_(in_their_order(b))
            theirs.bias_hh_l0.zero_()
        inputs = torch.tensor(x, requires_grad=True)
        state = torch.tensor(h0[np.newaxis], requires_grad=True)
        expected, _ = theirs(inputs, state if name == "rnn" else (state, torch.zeros_like(state)))
        h, cache = getattr(layers, f"{name}_forward")(x, h0, Wx, Wh, b)
        np.testing.assert_allclose(h, expected.detach().numpy(), atol=1e-12)
        dh = np.random.default_rng(1).standard_normal(h.shape)
        expected.backward(torch.tensor(dh))
        dx, dh0, dWx, dWh, db = getattr(layers, f"{name}_backward")(dh, cache)
        np.testing.assert_allclose(dx, inputs.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(dh0, state.grad.numpy()[0], atol=1e-12)
        weights = theirs.weight_ih_l0, theirs.weight_hh_l0, theirs.bias_ih_l0
        for ours, their in zip((dWx, dWh, db), weights, strict=True):
            np.testing.assert_allclose(in_their_order(ours).numpy(), their.grad.numpy(), atol=1e-12)


X, STATE = np.ones((N, D)), np.ones((N, H))


@pytest.mark.parametrize("function, arguments, message", [
    ("rnn_step_forward", (X, STATE[:2], np.ones((D, H)), np.ones((H, H)), np.ones(H)),
     r"prev_h must have shape \(3, H\)"),
    ("rnn_step_forward", (X, STATE, np.ones((H, D)), np.ones((H, H)), np.ones(H)), r"Wx must have shape \(5, 6\)"),
    ("lstm_step_forward", (X, STATE, STATE[:, :2], np.ones((D, 24)), np.ones((H, 24)), np.ones(24)),
     "prev_c must have"),
    ("lstm_forward", (X[:, None], STATE, np.ones((D, 18)), np.ones((H, 24)), np.ones(24)),
     r"Wx must have shape \(5, 24\)"),
    ("gru_forward", (X[:, None], STATE, np.ones((D, 18)), np.ones((H, 18)), np.ones(24)), r"b must have shape \(18,\)"),
    ("rnn_forward", (X, STATE, np.ones((D, H)), np.ones((H, H)), np.ones(H)), r"x must be .* \(N, T, D\)"),
    ("word_embedding_forward", (np.array([[5]]), np.ones((5, 2))), "x must hold whole numbers from 0 to V - 1 = 4"),
    ("word_embedding_forward", (np.array([[0.5]]), np.ones((5, 2))), "x must hold whole numbers"),
    ("temporal_affine_forward", (X, np.ones((D, 2)), np.ones(2)), r"x must be .* \(N, T, D\)"),
    ("temporal_softmax_loss", (np.ones((2, 3, 4)), np.zeros((2, 3), int), np.ones((2, 3))),
     "mask must be an array of True"),
    ("temporal_softmax_loss", (np.ones((2, 3, 4)), np.full((2, 3), 4), np.ones((2, 3), bool)),
     "y must hold whole numbers"),
])
def test_wrong_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(layers, function)(*arguments)
