"""Each benchmark runs, on something tiny, and both sides compute the same. How long it takes is no test."""
import os

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from benchmarks import compare, conv, knn, lstm, steps, timing, train_step  # noqa: E402
from cs231n import fast_layers  # noqa: E402

TINY = {
    train_step: {"N": 2, "side": 4, "F": 3, "M": 5},
    lstm: {"N": 2, "T": 3, "D": 4, "H": 5},
    knn: {"num_test": 2, "num_train": 3, "D": 4},
}


@pytest.fixture(autouse=True)
def small_yardstick(monkeypatch):
    monkeypatch.setattr(timing, "gemm_gflops", lambda dtype: 1.0)


@pytest.mark.parametrize("benchmark", TINY, ids=lambda module: module.__name__)
def test_table_and_plot(benchmark, tmp_path, capsys):
    plot, sizes = tmp_path / "plot.png", TINY[benchmark]
    ratios = compare.compare("Tiny", benchmark.make, sizes, benchmark.flops(**sizes), plot, rounds=1, with_memory=False)
    printed = capsys.readouterr().out
    for dtype in np.float32, np.float64:
        assert f"Tiny, {np.dtype(dtype)}" in printed
        assert ratios[np.dtype(dtype)]["PyTorch"] == 1 and ratios[np.dtype(dtype)]["cs231n"] > 0
    assert all(name in printed for name in ratios[np.dtype(np.float32)])
    assert plot.stat().st_size > 0


def test_memory_of_one_job():
    grown = compare.memory(knn.make, np.dtype(np.float64), {"num_test": 300, "num_train": 4000, "D": 2}, "cs231n")
    assert grown is None or 9 < grown < 60  # the result has 9.2 MiB


@pytest.mark.parametrize("side", [conv.ours, conv.theirs])
def test_memory_of_a_layer_is_what_it_adds_to_its_input(side):
    grown = conv.memory(side, conv.Shape("pool", (1, 32, 512, 512), 0, 8, 8), np.float32)
    assert grown is None or 30 < grown < 60  # dx has 32 MiB, and so has x, which does not count


def test_distances_are_the_same():
    results = [np.asarray(job()) for job in knn.make(np.float64, **TINY[knn]).values()]
    for other in results[1:]:
        np.testing.assert_allclose(other, results[0], rtol=1e-12)


def test_gradients_have_the_same_shapes():
    ours, theirs = (job() for job in lstm.make(np.float32, **TINY[lstm]).values())
    dx, _, dWx, dWh, db = ours
    theirs = [tuple(gradient.shape) for gradient in theirs]
    assert [dx.shape, dWx.T.shape, dWh.T.shape, db.shape, db.shape] == theirs


@pytest.mark.parametrize("markdown", [False, True])
def test_convolutions(markdown, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(conv, "SHAPES", [conv.Shape("tiny conv", (2, 3, 4, 4), 5, 3, 1, 1),
                                         conv.Shape("tiny pool", (2, 3, 4, 4), 0, 2, 2)])
    conv.main(rounds=1, plot=tmp_path / "plot.png", with_memory=False, markdown=markdown)
    printed = capsys.readouterr().out
    if markdown:
        assert "| 2 x 3 x 4 x 4, 5 filters 3 x 3, pad 1 " in printed
        assert "| 2 x 3 x 4 x 4, maximum 2 x 2, stride 2 " in printed
    else:
        assert printed.count("tiny conv") == printed.count("tiny pool") == 2
    assert (tmp_path / "plot.png").stat().st_size > 0


def test_steps_leave_everything_as_it_was(monkeypatch, capsys):
    monkeypatch.setattr(steps, "SIZES", {"N": 2, "C": 1, "side": 4, "F": 2, "field": 3})
    monkeypatch.delenv("CS231N_NUM_THREADS", raising=False)
    level = fast_layers.level
    steps.main(rounds=1, markdown=True)
    printed = capsys.readouterr().out
    assert all(f"| {name} " in printed for name in ("Python loops", "im2col, one product", "NumPy, a product an image"))
    assert fast_layers.level == level and "CS231N_NUM_THREADS" not in os.environ
