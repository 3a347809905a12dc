"""Unpooling: the lecture's examples, and that it turns pooling round."""
import numpy as np
import pytest

from cs231n import layers
from cs231n.fast_layers import max_pool_forward_fast

SMALL = np.array([[1.0, 2], [3, 4]]).reshape(1, 1, 2, 2)
PAIRS = {"pool_height": 2, "pool_width": 2, "stride": 2}


@pytest.mark.parametrize("name, expected", [
    ("nearest", [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]),
    ("bed_of_nails", [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]),
])
def test_the_lectures_example(name, expected):
    out, cache = getattr(layers, f"{name}_unpool_forward")(SMALL, 2)
    np.testing.assert_array_equal(out[0, 0], expected)
    dx = getattr(layers, f"{name}_unpool_backward")(np.arange(16.0).reshape(1, 1, 4, 4), cache)
    blocks = [[0 + 1 + 4 + 5, 2 + 3 + 6 + 7], [8 + 9 + 12 + 13, 10 + 11 + 14 + 15]]
    np.testing.assert_array_equal(dx[0, 0], blocks if name == "nearest" else [[0, 2], [8, 10]])


def test_the_lectures_example_of_max_unpooling():
    x = np.array([[1.0, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]]).reshape(1, 1, 4, 4)
    pooled, _ = max_pool_forward_fast(x, PAIRS)
    np.testing.assert_array_equal(pooled[0, 0], [[5, 6], [7, 8]])
    out, _ = layers.max_unpool_forward(SMALL, x, PAIRS)
    np.testing.assert_array_equal(out[0, 0], [[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]])


@pytest.mark.parametrize("size, window", [((4, 6), (2, 2, 2)), ((7, 5), (3, 3, 2)), ((5, 8), (1, 2, 2))])
def test_max_unpooling_is_the_gradient_of_max_pooling(size, window):
    rng = np.random.default_rng(0)
    x = rng.integers(5, size=(2, 3, *size)).astype(float)  # with ties
    param = dict(zip(("pool_height", "pool_width", "stride"), window))
    out, cache = layers.max_pool_forward_naive(x, param)
    values = rng.standard_normal(out.shape)
    np.testing.assert_allclose(layers.max_unpool_forward(values, x, param)[0],
                               layers.max_pool_backward_naive(values, cache))


def test_pooling_after_unpooling_gives_the_numbers_back():
    x = np.random.default_rng(1).uniform(1, 2, size=(2, 3, 4, 5))
    param = {"pool_height": 3, "pool_width": 3, "stride": 3}
    for forward in layers.nearest_unpool_forward, layers.bed_of_nails_unpool_forward:
        np.testing.assert_array_equal(layers.max_pool_forward_naive(forward(x, 3)[0], param)[0], x)
    np.testing.assert_allclose(layers.avg_pool_forward(layers.nearest_unpool_forward(x, 3)[0], param)[0], x)


def test_global_average_pooling_is_average_pooling_with_one_window():
    x = np.random.default_rng(1).standard_normal((2, 3, 4, 5))
    whole = {"pool_height": 4, "pool_width": 5, "stride": 1}
    out, _ = layers.global_avg_pool_forward(x)
    assert out.shape == (2, 3)
    np.testing.assert_allclose(out, layers.avg_pool_forward(x, whole)[0][..., 0, 0])
