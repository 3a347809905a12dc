"""Networks that can be looked into: to any layer and back, numeric gradients, pictures of any size."""
import numpy as np
import pytest
from layered_nets import images, tiny

from cs231n.gradient_check import eval_numerical_gradient_array, rel_error
from cs231n.networks.layered import MaxPool


@pytest.mark.parametrize("end", [None, 0, "relu1", "pool1", "fire2", 4])
def test_backward_is_the_numeric_gradient(end):
    net, x = tiny(), images()
    out, cache = net.forward(x, end)
    dout = np.random.RandomState(2).randn(*out.shape)
    before = x.copy()
    dx = net.backward(dout, cache)
    np.testing.assert_array_equal(x, before)
    assert dx.shape == x.shape
    assert rel_error(dx, eval_numerical_gradient_array(lambda x: net.forward(x, end)[0], x, dout)) < 1e-6


def test_several_layers_at_once_are_the_same_as_one_by_one():
    net, x = tiny(), images()
    ends = ["fire2", 1, "scores", "fire2"]
    outs, cache = net.forward(x, ends)
    rng = np.random.RandomState(3)
    douts = [rng.randn(*out.shape) for out in outs]
    dx = 0
    for end, out, dout in zip(ends, outs, douts, strict=True):
        alone, alone_cache = net.forward(x, end)
        np.testing.assert_array_equal(out, alone)
        dx = dx + net.backward(dout, alone_cache)
    np.testing.assert_allclose(net.backward(douts, cache), dx, rtol=1e-10, atol=1e-12)
    alone, alone_cache = net.forward(x, 1)
    np.testing.assert_array_equal(net.backward([None, douts[1], None, None], cache),
                                  net.backward(douts[1], alone_cache))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(3, 3), (8, 9), (13, 12), (30, 17)])
def test_images_of_any_size_keep_their_type(size, dtype):
    net, x = tiny(), images(1, *size).astype(dtype)
    scores, cache = net.forward(x)
    assert scores.shape == (1, 5) and scores.dtype == dtype
    dx = net.backward(np.ones_like(scores), cache)
    assert dx.shape == x.shape and dx.dtype == dtype


@pytest.mark.parametrize(("H", "rows"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3), (8, 4)])
def test_pooling_rounds_up(H, rows):
    x = -1 - np.random.RandomState(0).rand(2, 3, H, H)
    pool = MaxPool("pool", 3, 2).layer
    out, cache = pool.run([x])
    starts = range(0, 2 * rows, 2)
    expected = [[x[:, :, i:i + 3, j:j + 3].max(axis=(2, 3)) for j in starts] for i in starts]
    np.testing.assert_array_equal(out, np.array(expected).transpose(2, 3, 0, 1))
    [dx], _ = pool.gradients(np.ones_like(out), cache)
    assert dx.shape == x.shape and dx.sum() == out.size


def test_a_convolution_leaves_out_what_no_step_reaches():
    net, x = tiny(), images(1, 12, 12)
    out, cache = net.forward(x, "conv1")
    np.testing.assert_array_equal(out, net.forward(np.ascontiguousarray(x[:, :, :11, :11]), "conv1")[0])
    dx = net.backward(np.ones_like(out), cache)
    assert not dx[:, :, 11].any() and not dx[:, :, :, 11].any() and dx[:, :, 10, 10].any()


def test_another_rule_for_the_relus():
    net, x = tiny(), images()
    out, cache = net.forward(x, "fire2")
    seen = []

    def none(dout, x):
        seen.append(x.shape[1])
        return np.zeros_like(dout)

    assert not net.backward(np.ones_like(out), cache, none).any()
    assert seen == [4, 3, 4]  # behind the expansion, behind the squeeze, behind conv1


@pytest.mark.parametrize("layer", ["relu1", "pool1", "fire2", "conv3"])
def test_receptive_field_is_where_the_gradient_is(layer):
    net = tiny()
    for name in net.params:  # all positive, so that nothing is cut off and every pixel of the field counts
        net.params[name] = abs(net.params[name])
    x = 1 + abs(images(1, 40, 40))
    out, cache = net.forward(x, layer)
    if layer != "relu1":  # pooling picks one of many: take the mean over inputs instead
        dx = sum(abs(_one_number(net, 1 + abs(images(1, 40, 40, seed)), layer)) for seed in range(60))
    else:
        dx = abs(_one_number(net, x, layer))
    size, stride, start = net.receptive_field(layer)
    rows = np.flatnonzero(dx.sum(axis=(0, 1, 3)))
    first = start + 4 * stride
    assert (rows[0], rows[-1]) == (first, first + size - 1)


def _one_number(net, x, layer):
    out, cache = net.forward(x, layer)
    dout = np.zeros_like(out)
    dout[:, :, 4, 4] = 1
    return net.backward(dout, cache)


def test_layers_by_name_and_index():
    net = tiny()
    assert net.layers == ["conv1", "relu1", "pool1", "fire2", "conv3", "scores"]
    assert [net.index(layer) for layer in ("pool1", 2, np.int64(2), None)] == [2, 2, 2, 5]


def test_pictures_to_images_and_back():
    net = tiny()
    pictures = np.random.RandomState(0).randint(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    x = net.preprocess(pictures)
    assert x.shape == (2, 3, 5, 4) and x.dtype == np.float32 and x.flags.c_contiguous
    np.testing.assert_array_equal(net.deprocess(x), pictures)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: tiny().forward(images(), "relu9"), "there is no layer 'relu9': it must be an index below 6 or one of"),
    (lambda: tiny().forward(images(), 6), "there is no layer 6"),
    (lambda: tiny().forward(images(), -1), "there is no layer -1"),
    (lambda: tiny().forward(images()[0]), r"x must be an array of real numbers of shape \(N, 3, H, W\)"),
    (lambda: tiny().forward(np.zeros((1, 3, 9, 9), np.uint8)), "x must hold floats, as model.preprocess gives them"),
    (lambda: tiny().preprocess(np.zeros((5, 4, 3), np.uint8)), r"pictures must be an array \(N, H, W, 3\)"),
    (lambda: tiny().backward(np.ones((1, 6, 6)), tiny().forward(images(), "relu1")[1]), "dout must have the shape of"),
    (lambda: tiny().forward(images(), []), "end must name one layer at least, got an empty list"),
    (lambda: tiny().backward([], tiny().forward(images(), "relu1")[1]), "dout must hold a gradient for each of 1"),
    (lambda: tiny().backward([None], tiny().forward(images(), ["relu1"])[1]), "dout must hold the gradient on one"),
    (lambda: tiny().receptive_field("scores"), "'scores' depends on the whole image"),
])
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
