"""L2 distances of images by one matrix product against PyTorch and scikit-learn: ``python -m benchmarks.knn``."""
from pathlib import Path

import numpy as np
import torch
import typer
from sklearn.metrics.pairwise import euclidean_distances

from benchmarks import timing
from benchmarks.compare import compare
from cs231n.classifiers import KNearestNeighbor

PAUSE = 0.2  # seconds: as in benchmarks.train_step
SIZES = {"num_test": 500, "num_train": 5000, "D": 3072}


def make(dtype, num_test, num_train, D):
    """Return the distances of all test images to all training images as ours, PyTorch's and scikit-learn's."""
    rng = np.random.default_rng(0)
    test, train = rng.random((num_test, D)).astype(dtype), rng.random((num_train, D)).astype(dtype)
    knn = KNearestNeighbor()
    knn.train(train, np.zeros(num_train, dtype=int))
    test_tensor, train_tensor = torch.from_numpy(test), torch.from_numpy(train)
    return {
        "cs231n": lambda: knn.compute_distances_no_loops(test),
        "PyTorch": lambda: torch.cdist(test_tensor, train_tensor),
        "scikit-learn": lambda: euclidean_distances(test, train),
    }


def flops(num_test, num_train, D):
    """Two for each multiply-add of the matrix product."""
    return 2 * num_test * num_train * D


def main(rounds: int = 7, plot: Path = Path("benchmarks-knn.png"), with_memory: bool = True):
    """Time 500 test and 5,000 training images of CIFAR-10's size; print a table each and save a plot."""
    timing.keep_freed_memory()
    compare("L2 distances, 500 x 5000 images", make, SIZES, flops(**SIZES), plot, rounds, PAUSE, with_memory)


if __name__ == "__main__":
    typer.run(main)
