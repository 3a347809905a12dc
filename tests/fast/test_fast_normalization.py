"""Spatial batch norm where the maps lie, against the course's form of it that it takes the place of."""
import numpy as np
import pytest

from cs231n.layers import spatial_batchnorm_backward, spatial_batchnorm_forward

SLOW_FORWARD = spatial_batchnorm_forward.exercise.reference
SLOW_BACKWARD = spatial_batchnorm_backward.exercise.reference
TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}


def make(dtype, shape=(3, 4, 5, 6)):
    rng = np.random.default_rng(0)
    C = shape[1]
    x, dout = (rng.standard_normal(shape).astype(dtype) * 3 + 5 for _ in range(2))
    return x, dout, rng.standard_normal(C).astype(dtype), rng.standard_normal(C).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("settings", [{}, {"eps": 0.5, "momentum": 0.3}])
def test_training_and_testing_are_as_in_the_course_s_form(dtype, settings):
    x, dout, gamma, beta = make(dtype)
    params = {"mode": "train"} | settings, {"mode": "train"} | settings
    for _ in range(2):  # the second time there are running averages
        results = []
        for param, forward, backward in zip(params, (spatial_batchnorm_forward, SLOW_FORWARD),
                                            (spatial_batchnorm_backward, SLOW_BACKWARD), strict=True):
            out, cache = forward(x, gamma, beta, param)
            results.append([out, *backward(dout, cache), param["running_mean"], param["running_var"]])
        for ours, expected in zip(*results, strict=True):
            assert ours.dtype == dtype
            np.testing.assert_allclose(ours, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
    tested = []
    for param, forward in zip(params, (spatial_batchnorm_forward, SLOW_FORWARD), strict=True):
        out, cache = forward(x, gamma, beta, param | {"mode": "test"})
        assert cache is None
        tested.append(out)
    np.testing.assert_allclose(*tested, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def test_inputs_stay_and_may_have_any_strides():
    x, dout, gamma, beta = make(np.float64)
    channels_last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    kept = x.copy(), dout.copy()
    outs = [spatial_batchnorm_forward(a, gamma, beta, {"mode": "train"}) for a in (x, channels_last)]
    grads = [spatial_batchnorm_backward(dout, cache)[0] for _, cache in outs]
    np.testing.assert_allclose(outs[1][0], outs[0][0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(grads[1], grads[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(channels_last, kept[0])
    np.testing.assert_array_equal(dout, kept[1])


def test_testing_does_not_touch_the_running_averages():
    x, _, gamma, beta = make(np.float64)
    mean, var = np.arange(4.0), np.arange(1.0, 5.0)
    param = {"mode": "test", "running_mean": mean, "running_var": var}
    spatial_batchnorm_forward(x, gamma, beta, param)
    np.testing.assert_array_equal(param["running_mean"], np.arange(4.0))
    np.testing.assert_array_equal(param["running_var"], np.arange(1.0, 5.0))


def test_integers_and_what_the_course_s_form_remembers_are_taken():
    x, dout, gamma, beta = make(np.float64)
    whole = x.astype(int)
    outs = [forward(whole, gamma, beta, {"mode": "train"})[0] for forward in (spatial_batchnorm_forward, SLOW_FORWARD)]
    np.testing.assert_array_equal(*outs)
    _, cache = SLOW_FORWARD(x, gamma, beta, {"mode": "train"})
    for ours, expected in zip(spatial_batchnorm_backward(dout, cache), SLOW_BACKWARD(dout, cache), strict=True):
        np.testing.assert_array_equal(ours, expected)
