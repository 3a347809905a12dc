"""How far the kit's networks come on CIFAR-10, and how long they take.

    python -m benchmarks.cifar10 convnet          # a modern ConvNet
    python -m benchmarks.cifar10 three-layer      # ThreeLayerConvNet, one epoch
    python -m benchmarks.cifar10 fully-connected  # without convolutions

Prints the accuracies after each epoch with the time since the start, and at the end the test accuracy, on the course's
split: 49,000 pictures to train on, 1,000 to validate, 1,000 (or with --all-test 10,000) to test. Without CIFAR-10
(`cs231n data fetch cifar10`) it runs on the built-in mini-CIFAR-10, and says so.
"""
import argparse
import time

import numpy as np

from cs231n.classifiers.cnn import ModernConvNet, ThreeLayerConvNet
from cs231n.classifiers.fc_net import FullyConnectedNet
from cs231n.data_utils import describe_CIFAR10, get_CIFAR10_data
from cs231n.solver import Solver
from cs231n.training.augmentation import compose, random_flip, random_shift
from cs231n.training.schedules import cosine, warm_up


class TimedSolver(Solver):
    """A Solver that also says when it measured."""

    def _measure(self):
        if not self.loss_history[1:]:
            self.start = time.perf_counter()
        super()._measure()
        if self.epoch:
            print(f"    {(time.perf_counter() - self.start) / 60:5.1f} min, "
                  f"loss {np.mean(self.loss_history[-self._iterations_per_epoch:]):.3f}", flush=True)


def convnet(data, epochs):
    """Six 3x3 convolutions with batch norm; SGD with Nesterov momentum, flips and shifts, one cosine to zero."""
    batch_size = 100
    return TimedSolver(
        ModernConvNet(channels=(32, 64, 128), reg=5e-4), data, update_rule="nesterov",
        optim_config={"learning_rate": 0.1, "momentum": 0.9}, batch_size=batch_size, num_epochs=epochs,
        lr_schedule=one_cycle(data, batch_size, epochs), augment=compose(random_flip, lambda X: random_shift(X, 3)),
    )


def three_layer(data, epochs):
    """The course's network in its setting; the learning rate falls to zero along a cosine."""
    batch_size = 50
    return TimedSolver(
        ThreeLayerConvNet(hidden_dim=500, reg=1e-3, weight_scale=1e-3), data, update_rule="adam",
        optim_config={"learning_rate": 1e-3}, batch_size=batch_size, num_epochs=epochs,
        lr_schedule=cosine(epochs * (len(data["X_train"]) // batch_size)),
    )


def fully_connected(data, epochs):
    """Three hidden layers with batch norm and dropout; Adam, flips and small shifts, one cosine to zero."""
    batch_size = 200
    return TimedSolver(
        FullyConnectedNet([1000, 500, 250], normalization="batchnorm", dropout=0.8, reg=1e-4, weight_scale=2e-2),
        data, update_rule="adam", optim_config={"learning_rate": 1e-3}, batch_size=batch_size, num_epochs=epochs,
        lr_schedule=one_cycle(data, batch_size, epochs), augment=compose(random_flip, lambda X: random_shift(X, 2)),
    )


NETWORKS = {"convnet": (convnet, 10), "three-layer": (three_layer, 1), "fully-connected": (fully_connected, 11)}


def one_cycle(data, batch_size, epochs):
    """Warm up for a tenth of the training, then follow a cosine to zero."""
    steps = epochs * (len(data["X_train"]) // batch_size)
    return warm_up(max(steps // 10, 1), cosine(steps - steps // 10))


def unit_size(data):
    """The data in float32, divided by the standard deviation of the training images, so that inputs are about 1."""
    scale = data["X_train"].std()
    return {name: (part / scale).astype(np.float32) if name.startswith("X") else part for name, part in data.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=231)
    parser.add_argument("--all-test", action="store_true", help="test on all 10,000 test images")
    args = parser.parse_args()
    make, epochs = NETWORKS[args.network]
    epochs = epochs if args.epochs is None else args.epochs

    print(describe_CIFAR10())
    data = unit_size(get_CIFAR10_data(num_test=10_000 if args.all_test else 1000))
    np.random.seed(args.seed)
    solver = make(data, epochs)
    solver.print_every = 10**9
    print(f"{args.network}: {sum(w.size for w in solver.model.params.values()):,} parameters, {epochs} epochs")

    start = time.perf_counter()
    solver.train()
    print(f"trained for {(time.perf_counter() - start) / 60:.1f} minutes")
    for split in "train", "val", "test":
        X, y = data[f"X_{split}"], data[f"y_{split}"]
        print(f"{split:5} accuracy {solver.check_accuracy(X[:10_000], y[:10_000]):.4f}")


if __name__ == "__main__":
    main()
