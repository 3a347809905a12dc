"""An LSTM over sequences, forward and backward, against torch.nn.LSTM: ``python -m benchmarks.lstm``.

Backward means all gradients: of inputs, weights and biases.
"""
from pathlib import Path

import numpy as np
import torch
import typer

from benchmarks import timing
from benchmarks.compare import compare
from cs231n.layers import lstm_backward, lstm_forward

PAUSE = 0.2  # seconds: as in benchmarks.train_step
SIZES = {"N": 128, "T": 16, "D": 256, "H": 512}


def make(dtype, N, T, D, H):
    """Return forward and backward together, as ours and as PyTorch's."""
    rng = np.random.default_rng(0)
    x, h0, dh, Wx, Wh, b = (rng.standard_normal(shape).astype(dtype) / 10 for shape in
                            ((N, T, D), (N, H), (N, T, H), (D, 4 * H), (H, 4 * H), (4 * H,)))
    inputs, gradient = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dh)
    layer = torch.nn.LSTM(D, H, batch_first=True, dtype=gradient.dtype)

    def ours():
        _, cache = lstm_forward(x, h0, Wx, Wh, b)
        return lstm_backward(dh, cache)

    def theirs():
        h, _ = layer(inputs)
        return torch.autograd.grad(h, [inputs, *layer.parameters()], gradient)

    return {"cs231n": ours, "PyTorch": theirs}


def flops(N, T, D, H):
    """Two for each multiply-add of the matrix products; backward has twice as many as forward."""
    return 3 * 2 * N * T * (D + H) * 4 * H


def main(rounds: int = 7, plot: Path = Path("benchmarks-lstm.png"), with_memory: bool = True):
    """Time 128 sequences of 16 steps in float32 and float64; print a table each and save a plot."""
    timing.keep_freed_memory()
    compare("LSTM, forward and backward", make, SIZES, flops(**SIZES), plot, rounds, PAUSE, with_memory)


if __name__ == "__main__":
    typer.run(main)
