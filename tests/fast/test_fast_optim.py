"""Adam in one pass: the same steps as in NumPy, and NumPy where it does not fit."""
import numpy as np
import pytest

from cs231n import fast_layers, optim
from cs231n.fast import adam as fast_optim

SIZE = 2 * fast_optim.BLOCK + 5  # blocks, and a rest
TOLERANCE = {np.float32: 1e-6, np.float64: 1e-15}
compiled = pytest.mark.skipif(fast_layers.levels == ("numpy",), reason="the kernels were not built")


@pytest.fixture
def calls(monkeypatch):
    """What was done in one pass: the length of each array."""
    seen, job = [], fast_optim._Job

    def noted(arrays, settings):
        seen.append(len(arrays[0]))
        return job(arrays, settings)

    monkeypatch.setattr(fast_optim, "_Job", noted)
    return seen


def steps(shape, dtype, count, prepare=lambda a: a):
    """Adam's steps with the same gradients each time; return the last parameters and the state."""
    rng = np.random.default_rng(0)
    w, config = prepare(rng.standard_normal(shape).astype(dtype)), {"learning_rate": 0.01}
    for _ in range(count):
        w, config = optim.adam(prepare(w), prepare(rng.standard_normal(shape).astype(dtype)), config)
    return w, config


@compiled
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(SIZE,), (SIZE // 3, 3)])
def test_steps_are_those_of_numpy(shape, dtype, calls):
    w, config = steps(shape, dtype, 4)
    assert calls == [np.prod(shape)] * 3  # the first step is NumPy's
    before = fast_layers.level
    try:
        fast_layers.use_level("numpy")
        expected, expected_config = steps(shape, dtype, 4)
    finally:
        fast_layers.use_level(before)
    assert len(calls) == 3
    assert w.dtype == dtype and w.shape == shape and config["t"] == 4
    np.testing.assert_allclose(w, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
    for name in "mv":
        assert config[name].dtype == dtype
        np.testing.assert_allclose(config[name], expected_config[name], rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@compiled
def test_inputs_and_state_of_before_stay(calls):
    w, config = steps((SIZE,), np.float64, 1)
    dw, before = np.ones(SIZE), (w.copy(), config["m"].copy(), config["v"].copy())
    arrays = w, config["m"], config["v"]
    optim.adam(w, dw, config)
    assert len(calls) == 1
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert np.all(dw == 1)


@compiled
def test_same_bits_for_any_number_of_threads(monkeypatch, calls):
    results = []
    for count in "1", "2", "5":
        monkeypatch.setenv("CS231N_NUM_THREADS", count)
        results.append(steps((7 * fast_optim.BLOCK + 3,), np.float32, 3)[0])
    assert len(calls) == 6
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


@pytest.mark.parametrize("shape, prepare", [
    ((fast_optim.BLOCK - 1,), lambda a: a),
    ((SIZE, 2), np.asfortranarray),
    ((SIZE,), lambda a: a.astype(np.longdouble)),
], ids=["small", "columns first", "long double"])
def test_what_does_not_fit_is_left_to_numpy(shape, prepare, calls):
    w, config = steps(shape, np.float32, 3, prepare)
    assert not calls and config["t"] == 3 and w.shape == shape


@compiled
def test_a_gradient_of_another_type_is_left_to_numpy(calls):
    w, config = steps((SIZE,), np.float32, 1)
    optim.adam(w, np.ones(SIZE), config)
    assert not calls
