"""Recurrent modules over whole sequences, with PyTorch's parameters: RNN, LSTM, GRU; layers, both directions.

PyTorch keeps ``weight_ih (K H, D)`` and ``weight_hh (K H, H)`` with two biases; the kit's pairs take the transposes,
one bias, and an LSTM's gates in another order, so the parameters are put in order first. PyTorch's GRU resets after the
product with the hidden state, the kit's (and the paper's) before it: it is written here, of operations.
"""
import math

import numpy as np

from cs231n.autograd import operations as ops
from cs231n.autograd.function import record_several
from cs231n.autograd.layer import through
from cs231n.autograd.tape import wrap
from cs231n.layers import (
    lstm_backward,
    lstm_forward,
    lstm_step_backward,
    lstm_step_forward,
    rnn_backward,
    rnn_forward,
)
from cs231n.networks.layer import Layer
from cs231n.nn import functional as F
from cs231n.nn import init
from cs231n.nn.module import Module, Parameter

_RNN = Layer(rnn_forward, rnn_backward, num_inputs=2)
_LSTM = Layer(lstm_forward, lstm_backward, num_inputs=2)


class _Recurrent(Module):
    """What the three share.

    Parameters
    ----------
    input_size, hidden_size, num_layers : int
    bias, batch_first : bool
        Sequences are (T, N, D), or (N, T, D) with `batch_first`.
    dropout : float
        Between layers, in training.
    bidirectional : bool
        A second one reads backwards; the outputs of both stand beside each other.
    """

    parts = 1  # gates

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        rows, directions = self.parts * hidden_size, 1 + bidirectional
        for layer in range(num_layers):
            D = input_size if layer == 0 else hidden_size * directions
            for suffix in ("", "_reverse")[:directions]:
                shapes = {"weight_ih": (rows, D), "weight_hh": (rows, hidden_size)}
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
                for name, shape in shapes.items():
                    parameter = Parameter(np.empty(shape, np.float32))
                    init.uniform_(parameter, -1 / math.sqrt(hidden_size), 1 / math.sqrt(hidden_size))
                    setattr(self, f"{name}_l{layer}{suffix}", parameter)

    def forward(self, input, hx=None):
        """Return the outputs of the last layer at all steps, and the last state of each layer and direction."""
        x = input if self.batch_first else input.transpose(0, 1)
        states, directions = [], 1 + self.bidirectional
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = F.dropout(x, self.dropout, self.training)
            outs = []
            for direction in range(directions):
                names = [f"{name}_l{layer}{'_reverse' * direction}" for name in ("weight_ih", "weight_hh", "bias_ih",
                                                                               "bias_hh")[:4 if self.bias else 2]]
                seen = ops.flip(x, 1) if direction else x
                first = self._state(hx, layer * directions + direction)
                out, state = self._run(seen, first, *[getattr(self, name) for name in names])
                outs.append(ops.flip(out, 1) if direction else out)
                states.append(state)
            x = outs[0] if directions == 1 else ops.cat(outs, -1)
        return x if self.batch_first else x.transpose(0, 1), self._stacked(states)

    def _state(self, hx, index):
        return None if hx is None else hx[index]

    def _stacked(self, states):
        return ops.stack(states)

    def extra_repr(self):
        return f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"

    def _zeros(self, x):
        return wrap(np.zeros((len(x), self.hidden_size), x.dtype))


def _sum_biases(w_ih, biases):
    return biases[0] + biases[1] if biases else wrap(np.zeros(len(w_ih), w_ih.dtype))


class RNN(_Recurrent):
    """``h' = tanh(W_ih x + b_ih + W_hh h + b_hh)``, or with a ReLU."""

    __doc__ += _Recurrent.__doc__.split("\n", 1)[1]

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False,
                 dropout=0.0, bidirectional=False):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
        self.nonlinearity = nonlinearity

    def _run(self, x, h, w_ih, w_hh, *biases):
        h = self._zeros(x) if h is None else h
        b = _sum_biases(w_ih, biases)
        if self.nonlinearity == "tanh":
            out = through(_RNN, x, h, w_ih.T, w_hh.T, b)
            return out, out[:, -1]
        outs, from_inputs = [], F.linear(x, w_ih, b)
        for t in range(x.shape[1]):
            h = F.relu(from_inputs[:, t] + h @ w_hh.T)
            outs.append(h)
        return ops.stack(outs, 1), h


class LSTM(_Recurrent):
    """Long short-term memory; PyTorch's order of the gates: input, forget, candidate, output."""

    __doc__ += _Recurrent.__doc__.split("\n", 1)[1]
    parts = 4

    def _state(self, hx, index):
        return None if hx is None else (hx[0][index], hx[1][index])

    def _stacked(self, states):
        return _States(states)

    def _run(self, x, first, w_ih, w_hh, *biases):
        Wx, Wh = (self._reordered(w).T for w in (w_ih, w_hh))
        b = self._reordered(_sum_biases(w_ih, biases))
        if first is None:  # the pair over whole sequences begins with an empty memory, and keeps it to itself
            out = through(_LSTM, x, self._zeros(x), Wx, Wh, b)
            return out, (out[:, -1], lambda: self._by_steps(x, self._zeros(x), self._zeros(x), Wx, Wh, b)[1])
        out, c = self._by_steps(x, *first, Wx, Wh, b)
        return out, (out[:, -1], lambda: c)

    def _reordered(self, w):
        i, f, g, o = w.chunk(4, 0)
        return ops.cat([i, f, o, g], 0)

    def _by_steps(self, x, h, c, Wx, Wh, b):
        outs = []
        for t in range(x.shape[1]):
            h, c = lstm_step(x[:, t], h, c, Wx, Wh, b)
            outs.append(h)
        return ops.stack(outs, 1), c


class _States:
    """The pair (h_n, c_n). Cell states are computed when somebody asks, as most look at the outputs alone."""

    def __init__(self, states):
        self.states = states

    def __getitem__(self, index):
        return (self.h_n, self.c_n)[index] if isinstance(index, slice) else self.c_n if index in (1, -1) else self.h_n

    def __iter__(self):
        return iter((self.h_n, self.c_n))

    def __len__(self):
        return 2

    @property
    def h_n(self):
        return ops.stack([h for h, _ in self.states])

    @property
    def c_n(self):
        return ops.stack([c() for _, c in self.states])


def lstm_step(x, h, c, Wx, Wh, b):
    """One step of an LSTM on the tape, by the kit's pair: (next_h, next_c)."""
    inputs = x, h, c, Wx, Wh, b
    next_h, next_c, cache = lstm_step_forward(*[a.data for a in inputs])
    return record_several("lstm_step", (next_h, next_c), inputs,
                          lambda dh, dc: tuple(wrap(a) for a in lstm_step_backward(dh.data, dc.data, cache)), inputs)


class GRU(_Recurrent):
    """Gated recurrent unit; the candidate is ``tanh(W_in x + b_in + r (W_hn h + b_hn))``, as in PyTorch."""

    __doc__ += _Recurrent.__doc__.split("\n", 1)[1]
    parts = 3

    def _run(self, x, h, w_ih, w_hh, *biases):
        h = self._zeros(x) if h is None else h
        H, outs = self.hidden_size, []
        b_ih, b_hh = biases or (None, None)
        from_inputs = F.linear(x, w_ih, b_ih)
        for t in range(x.shape[1]):
            from_state, a = F.linear(h, w_hh, b_hh), from_inputs[:, t]
            gates = ops.sigmoid(a[:, :2 * H] + from_state[:, :2 * H])
            r, z = gates[:, :H], gates[:, H:]
            n = ops.tanh(a[:, 2 * H:] + r * from_state[:, 2 * H:])
            h = (1 - z) * n + z * h
            outs.append(h)
        return ops.stack(outs, 1), h
