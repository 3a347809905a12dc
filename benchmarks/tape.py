"""What the tape costs: ``python -m benchmarks.tape``.

A training step of the three-layer ConvNet through `cs231n.nn` beside the hand-wired one, both with the kit's layers and
Adam; and an addition of two small tensors that ask for gradients, beside PyTorch's, forwards alone and with the way
back.
"""
import numpy as np
import torch
import typer

from benchmarks import train_step
from benchmarks.timing import medians
from cs231n import autograd, nn


def module_step(X, y, F, M):
    """Return a function that trains the same network as `train_step.ours`, made of modules, by one step."""
    pooled = F * (X.shape[2] // 2) * (X.shape[3] // 2)
    net = nn.Sequential(nn.Conv2d(3, F, 7, padding=3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(pooled, M),
                        nn.ReLU(), nn.Linear(M, 10)).to(X.dtype)
    optimizer = nn.optim.Adam(net.parameters())
    images, labels = autograd.from_numpy(X), autograd.from_numpy(y)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimizer.step()

    return step


def additions(library):
    """Return an addition of two tensors (3, 4), and one with its gradients."""
    x, y = (library.ones(3, 4, requires_grad=True) for _ in range(2))
    gradient = library.ones(3, 4)
    return lambda: x + y, lambda: (x + y).backward(gradient)


def main(rounds: int = 10):
    """Print the ratios."""
    sizes = train_step.SIZES
    for dtype in (np.float32, np.float64):
        rng = np.random.default_rng(0)
        X = rng.standard_normal((sizes["N"], 3, sizes["side"], sizes["side"])).astype(dtype)
        y = rng.integers(10, size=sizes["N"])
        seconds = medians({"hand-wired": train_step.ours(X, y, sizes["F"], sizes["M"]),
                           "nn": module_step(X, y, sizes["F"], sizes["M"])}, rounds, pause=train_step.PAUSE)
        print(f"step in {np.dtype(dtype)}: nn {1e3 * seconds['nn']:.1f} ms, hand-wired "
              f"{1e3 * seconds['hand-wired']:.1f} ms, ratio {seconds['nn'] / seconds['hand-wired']:.3f}")
    torch.set_num_threads(1)
    for name, ours, theirs in zip(("addition", "addition with gradients"), additions(autograd), additions(torch),
                                  strict=True):
        seconds = medians({"ours": _many(ours), "PyTorch": _many(theirs)}, rounds)
        print(f"{name}: ours {1e3 * seconds['ours']:.2f} us, PyTorch {1e3 * seconds['PyTorch']:.2f} us, "
              f"ratio {seconds['ours'] / seconds['PyTorch']:.2f}")


def _many(function):
    """Call a thousand times, so that milliseconds are microseconds a call."""
    def many():
        for _ in range(1000):
            function()

    return many


if __name__ == "__main__":
    typer.run(main)
