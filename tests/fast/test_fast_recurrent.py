"""Recurrent layers on the kernels against the plain forms that they take the place of."""
import numpy as np
import pytest
import test_recurrent
import test_rnn

from cs231n import fast_layers, layers
from cs231n.fast import level
from cs231n.fast import recurrent as fast_recurrent
from cs231n.gradient_check import eval_numerical_gradient_array

pytestmark = pytest.mark.skipif(fast_layers.levels == ("numpy",), reason="the kernels were not built")

PARTS = {"rnn": 1, "lstm": 4}
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-13}
LARGE = 40, 3, 24, 144  # N, T, D, H: N fills no whole vectors, and each product is worth a thread
ODD = [(1, 1, 1, 1), (2, 3, 1, 5), (17, 1, 3, 2), (16, 2, 16, 16), (33, 4, 7, 19)]


def make(name, dtype, N, T, D, H):
    rng = np.random.default_rng(0)
    K = PARTS[name] * H
    shapes = (N, T, D), (N, H), (D, K), (H, K), (K,), (N, T, H)
    return [(rng.standard_normal(shape) / 8).astype(dtype) for shape in shapes]


def public(name):
    return [getattr(layers, f"{name}_{way}") for way in ("forward", "backward")]


def plain(name):
    return [function.exercise.reference for function in public(name)]


def fast(name):
    return [getattr(fast_recurrent, f"{name}_{way}").__wrapped__ for way in ("forward", "backward")]


def all_of(pair, *inputs, dh):
    forward, backward = pair
    h, cache = forward(*inputs)
    return [h, *cache, *backward(dh, cache)]


def assert_close(results, expected, dtype):
    for ours, theirs in zip(results, expected, strict=True):
        assert ours.dtype == dtype and ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.fixture
def calls(monkeypatch):
    """Whatever BLAS this machine has, the kernels are taken; what they compute is noted."""
    noted, product = [], fast_recurrent._product

    def noting(w, x, *args, **kwargs):
        noted.append((w.shape, x.shape))
        return product(w, x, *args, **kwargs)

    def noting_name(function):
        def noted_function(*args):
            noted.append(function.__name__)
            return function(*args)
        return noted_function

    for steps in "lstm_forward", "lstm_backward":
        monkeypatch.setattr(level.kernels, steps, noting_name(getattr(level.kernels, steps)))
    monkeypatch.setattr(fast_recurrent, "_kernels_are_wider", lambda: True)
    monkeypatch.setattr(fast_recurrent, "_product", noting)
    return noted


@pytest.mark.parametrize("shape", [LARGE, *ODD])
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", PARTS)
def test_results_and_caches_are_those_of_the_plain_form(name, dtype, shape):
    *inputs, dh = make(name, dtype, *shape)
    kept = [array.copy() for array in (*inputs, dh)]
    results = all_of(fast(name), *inputs, dh=dh)
    assert_close(results, all_of(plain(name), *inputs, dh=dh), dtype)
    for array, copy in zip((*inputs, dh), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name", PARTS)
def test_gradients_are_the_numeric_ones(name):
    *inputs, dh = make(name, np.float64, 3, 4, 5, 6)
    forward, backward = fast(name)
    gradients = backward(dh, forward(*inputs)[1])
    for array, gradient in zip(inputs, gradients, strict=True):
        expected = eval_numerical_gradient_array(lambda _: forward(*inputs)[0], array, dh)
        np.testing.assert_allclose(gradient, expected, atol=1e-8)


@pytest.mark.parametrize("name", PARTS)
def test_either_form_takes_the_other_s_cache(name):
    *inputs, dh = make(name, np.float64, 5, 4, 3, 2)
    expected = plain(name)[1](dh, plain(name)[0](*inputs)[1])
    for forward, backward in (fast(name)[0], plain(name)[1]), (plain(name)[0], fast(name)[1]):
        cache = forward(*inputs)[1]
        kept = [array.copy() for array in cache]
        assert_close(backward(dh, cache), expected, np.float64)
        for array, copy in zip(cache, kept, strict=True):
            np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name", PARTS)
def test_the_layers_use_it_for_large_arrays(name, calls):
    N, T, D, H = LARGE if name == "lstm" else (40, 3, 24, 256)
    *inputs, dh = make(name, np.float32, N, T, D, H)
    K = PARTS[name] * H
    results = all_of(public(name), *inputs, dh=dh)
    from_state, to_state = ((K, H), (1, H, N)), ((H, K), (1, K, N))
    steps = T * [from_state] + T * [to_state] if name == "rnn" else ["lstm_forward", "lstm_backward"]
    assert calls == [((K, D), (T, D, N)), *steps, ((D, K), (T, K, N))]
    assert_close(results, all_of(plain(name), *inputs, dh=dh), np.float32)


@pytest.mark.parametrize("name", PARTS)
def test_small_mixed_and_whole_numbers_are_left_to_the_plain_form(name, calls):
    forward, backward = public(name)
    *inputs, dh = make(name, np.float64, *LARGE[:3], 300)
    x, h0, Wx, Wh, b = inputs
    for others in (
        make(name, np.float64, 15, 3, 24, 300)[:-1],  # less than a vector of sequences
        make(name, np.float64, *LARGE[:3], 12)[:-1],
        (x.astype(np.float32), h0, Wx, Wh, b),
        (x, h0, Wx.astype(np.float32), Wh, b),
        (x, h0.astype(int), Wx.astype(int), Wh.astype(int), b.astype(int)),
    ):
        h, cache = forward(*others)
        backward(h, cache)
    cache = plain(name)[0](*inputs)[1]
    backward(dh.astype(np.float32), cache)
    with pytest.raises(ValueError, match="broadcast"):  # NumPy's own error, from the plain form
        backward(dh[:, :, 1:], cache)
    assert not calls
    backward(dh, cache)
    assert calls


def test_where_blas_is_as_good_it_is_left_the_work(monkeypatch):
    for architecture, wider in (("Haswell", True), ("Zen", True), ("SkylakeX", False), (None, False)):
        monkeypatch.setattr(fast_recurrent, "threadpool_info", lambda: [{"architecture": architecture}])
        fast_recurrent._blas_is_narrow.cache_clear()
        for name in fast_layers.levels:
            monkeypatch.setattr(level, "name", name)
            assert fast_recurrent._kernels_are_wider() == (wider and name == "avx512")
    fast_recurrent._blas_is_narrow.cache_clear()


@pytest.mark.parametrize("name", PARTS)
def test_same_bits_for_any_number_of_threads(name, monkeypatch):
    *inputs, dh = make(name, np.float32, 41, 3, 24, 256)  # the gates of a step are three tasks, the last not whole
    results = []
    for count in "1", "2", "5":
        monkeypatch.setenv("CS231N_NUM_THREADS", count)
        results.append(all_of(fast(name), *inputs, dh=dh))
    for result in results[1:]:
        for ours, first in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(ours, first)


@pytest.fixture(params=[level for level in fast_layers.levels if level != "numpy"])
def each_level(request):
    before = fast_layers.level
    fast_layers.use_level(request.param)
    yield
    fast_layers.use_level(before)


def test_any_instruction_set_will_do(each_level):
    *inputs, dh = make("lstm", np.float32, *LARGE)
    assert_close(all_of(fast("lstm"), *inputs, dh=dh), all_of(plain("lstm"), *inputs, dh=dh), np.float32)


def gates_of(a):
    """Return the sigmoid and the tanh of a (n,), as the gates of an LSTM without weights."""
    gates, w = np.tile(a, (1, 4, 1)), np.zeros((4, 1), a.dtype)
    h0, c, tanh_c, h = (np.zeros((*steps, 1, len(a)), a.dtype) for steps in ((), (2,), (1,), (1,)))
    level.kernels.lstm_forward(w, h0, gates, c, tanh_c, h)
    sigmoids, tanh = gates[0, :3], gates[0, 3]
    np.testing.assert_array_equal(sigmoids, np.tile(sigmoids[0], (3, 1)))
    np.testing.assert_allclose(tanh_c[0], np.tanh(c[1]), rtol=4 * np.finfo(a.dtype).eps)
    return sigmoids[0], tanh


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_gates_are_right_to_a_few_units_in_the_last_place(dtype, each_level):
    info = np.finfo(dtype)
    small = np.logspace(np.log10(info.tiny), 0, 601)
    a = np.concatenate([np.linspace(-30, 30, 1001), np.linspace(-1, 1, 601), small, -small, [80, -80]]).astype(dtype)
    sigmoid, tanh = gates_of(a)
    assert sigmoid.dtype == tanh.dtype == dtype
    exact = a.astype(np.longdouble)
    np.testing.assert_allclose(sigmoid, 1 / (1 + np.exp(-exact)), rtol=2 * info.eps)
    np.testing.assert_allclose(tanh, np.tanh(exact), rtol=2 * info.eps)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_gates_at_the_ends_of_the_range(dtype, each_level):
    info = np.finfo(dtype)
    sigmoid, tanh = gates_of(np.array([np.inf, info.max, 1000, -1000, info.min, -np.inf, np.nan, 0], dtype))
    np.testing.assert_array_equal(tanh, np.array([1, 1, 1, -1, -1, -1, np.nan, 0], dtype))
    np.testing.assert_allclose(sigmoid, [1, 1, 1, 0, 0, 0, np.nan, 0.5], rtol=0, atol=info.tiny)
    assert np.all(sigmoid[:3] == 1)


@pytest.mark.parametrize("name", PARTS)
def test_figures_of_the_course(name, monkeypatch, calls):
    monkeypatch.setattr(fast_recurrent, "_fit", lambda *args, **kwargs: True)  # its arrays are small
    getattr(test_recurrent, f"test_{name}_of_the_course")()
    figures = {"rnn": (-1.5, 0.3, 9.83235591003), "lstm": (-0.5, 1.7, 9.82445935443)}
    test_rnn.test_loss_of_the_course(name, *figures[name])
    assert calls
