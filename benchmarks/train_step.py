"""A training step of a convolutional network against PyTorch: ``python -m benchmarks.train_step``.

The network is `ThreeLayerConvNet`: convolution, ReLU, 2x2 max pooling, affine, ReLU, affine, softmax; then Adam moves
all parameters. No environment variable needs to be set. What the kit does about freed memory (`cs231n.fast.runtime`)
is in force for PyTorch as well, as both are in this one process.

The two sides have their own threads: PyTorch's OpenMP threads wait awake for some milliseconds after each job, those of
NumPy's OpenBLAS for 0.1 s. So that neither pays for the other's, a turn begins after a pause.
"""
from pathlib import Path

import numpy as np
import torch
import typer

from benchmarks.compare import compare
from cs231n import optim
from cs231n.classifiers.cnn import ThreeLayerConvNet

PAUSE = 0.2  # seconds
SIZES = {"N": 50, "side": 32, "F": 32, "M": 100}  # N images (3, side, side), F filters, M hidden units


def make(dtype, N, side, F, M):
    """Return the step as ours, as PyTorch's, and as PyTorch's with its one-pass Adam."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((N, 3, side, side)).astype(dtype), rng.integers(10, size=N)
    return {"cs231n": ours(X, y, F, M), "PyTorch": theirs(X, y, F, M), "PyTorch, fused Adam": theirs(X, y, F, M, True)}


def ours(X, y, F, M):
    """Return a function that trains the kit's network by one step."""
    net = ThreeLayerConvNet(X.shape[1:], num_filters=F, hidden_dim=M, dtype=X.dtype.type)
    configs = dict.fromkeys(net.params)

    def step():
        _, grads = net.loss(X, y)
        for name, w in net.params.items():
            net.params[name], configs[name] = optim.adam(w, grads[name], configs[name])

    return step


def theirs(X, y, F, M, fused=False):
    """Return the same in PyTorch."""
    layers = torch.nn
    dtype = torch.from_numpy(X).dtype
    pooled = F * (X.shape[2] // 2) * (X.shape[3] // 2)
    net = layers.Sequential(
        layers.Conv2d(3, F, 7, padding=3), layers.ReLU(), layers.MaxPool2d(2), layers.Flatten(),
        layers.Linear(pooled, M), layers.ReLU(), layers.Linear(M, 10),
    ).to(dtype)
    optimiser = torch.optim.Adam(net.parameters(), fused=fused)
    images, labels = torch.from_numpy(X), torch.from_numpy(y)

    def step():
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(images), labels).backward()
        optimiser.step()

    return step


def flops(N, side, F, M):
    """Two for each multiply-add: twice the forward pass for the gradients, but the images themselves need none."""
    conv, affine = F * 3 * 7 ** 2 * side ** 2, F * (side // 2) ** 2 * M
    return 2 * N * (2 * conv + 3 * affine)


def main(rounds: int = 10, plot: Path = Path("benchmarks-train_step.png"), with_memory: bool = True):
    """Time the step in float32 and float64; print a table each and save a plot."""
    compare("Training step of a three-layer ConvNet", make, SIZES, flops(**SIZES), plot, rounds, PAUSE, with_memory)


if __name__ == "__main__":
    typer.run(main)
