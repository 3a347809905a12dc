"""Networks as lists of layers: their gradients against numeric ones and torch's, shapes, scales, and clear errors."""
import numpy as np
import pytest

from cs231n.gradient_check import eval_numerical_gradient_array
from cs231n.networks import sequential as nn


def perceptron(dtype=np.float64):
    return nn.Sequential(nn.affine(6, 5), nn.leaky_relu(0.1), nn.batchnorm(5), nn.affine(5, 3), nn.tanh(), dtype=dtype)


def convolutional(dtype=np.float64):
    return nn.Sequential(
        nn.affine(6, 18), nn.relu(), nn.reshape(2, 3, 3),
        nn.conv_transpose(2, 3, 4, stride=2, pad=1), nn.spatial_batchnorm(3),
        nn.conv(3, 2, 3, pad=1), nn.max_pool(2), nn.affine(18, 2), dtype=dtype,
    )


NETWORKS = [perceptron, convolutional]


@pytest.fixture(params=NETWORKS)
def net(request):
    np.random.seed(1)
    return request.param()


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((4, 6))


def test_gradients_are_the_numeric_ones(net, x):
    for value in net.params.values():  # biases away from 0, where the gradient of a mistake may be 0
        value += 0.1 * np.random.randn(*value.shape)
    out, caches = net.forward(x)
    dout = np.random.standard_normal(out.shape)
    dx, grads = net.backward(dout, caches)
    assert grads.keys() == net.params.keys()
    for array, gradient in [(x, dx), *((net.params[name], grads[name]) for name in grads)]:
        expected = eval_numerical_gradient_array(lambda _: net.forward(x)[0], array, dout)
        np.testing.assert_allclose(gradient, expected, atol=1e-7 * max(1, np.abs(expected).max()))


def test_values_and_gradients_are_those_of_torch(x):
    torch = pytest.importorskip("torch")
    np.random.seed(1)
    net = convolutional()
    peer = torch.nn.Sequential(
        torch.nn.Linear(6, 18), torch.nn.ReLU(), torch.nn.Unflatten(1, (2, 3, 3)),
        torch.nn.ConvTranspose2d(2, 3, 4, 2, 1), torch.nn.BatchNorm2d(3),
        torch.nn.Conv2d(3, 2, 3, padding=1), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(18, 2),
    ).double()
    peers = dict(zip(net.params, peer.parameters(), strict=True))
    for name, value in net.params.items():  # torch keeps the weights of an affine layer as (M, D)
        peers[name].data = torch.tensor(value.T.copy() if value.ndim == 2 else value)
    out, caches = net.forward(x)
    tensor = torch.tensor(x, requires_grad=True)
    expected = peer(tensor)
    np.testing.assert_allclose(out, expected.detach(), rtol=1e-10, atol=1e-12)
    dout = np.random.standard_normal(out.shape)
    expected.backward(torch.tensor(dout))
    dx, grads = net.backward(dout, caches)
    np.testing.assert_allclose(dx, tensor.grad, rtol=1e-8, atol=1e-12)
    for name, gradient in grads.items():
        right = peers[name].grad.numpy()
        np.testing.assert_allclose(gradient, right.T if right.ndim == 2 else right, rtol=1e-8, atol=1e-12)


def test_two_batches_before_either_goes_back(net, x):
    other = np.random.default_rng(1).standard_normal((7, 6))
    (first, caches), (second, other_caches) = net.forward(x), net.forward(other)
    alone = net.backward(np.ones_like(first), net.forward(x)[1])[1]
    net.backward(np.ones_like(second), other_caches)
    together = net.backward(np.ones_like(first), caches)[1]
    for name, gradient in alone.items():
        np.testing.assert_array_equal(gradient, together[name])


@pytest.mark.parametrize("make", NETWORKS)
def test_float32_stays_float32(make, x):
    net = make(dtype=np.float32)
    out, caches = net.forward(x)
    dx, grads = net.backward(out, caches)
    assert {array.dtype for array in (out, dx, *net.params.values(), *grads.values())} == {np.dtype(np.float32)}


def test_in_test_mode_an_example_does_not_depend_on_its_neighbours(net, x):
    for _ in range(50):
        net.forward(x)
    together, _ = net.forward(x, mode="test")
    alone = np.concatenate([net.forward(each[np.newaxis], mode="test")[0] for each in x])
    np.testing.assert_allclose(together, alone, atol=1e-12)
    assert np.abs(net.forward(x[:2])[0] - together[:2]).max() > 1e-3


def test_parameters_have_the_number_of_their_layer():
    net = perceptron()
    assert {name: value.shape for name, value in net.params.items()} == {
        "W1": (6, 5), "b1": (5,), "gamma3": (5,), "beta3": (5,), "W4": (5, 3), "b4": (3,)}
    assert net.num_params == 6 * 5 + 5 + 5 + 5 + 5 * 3 + 3


def test_new_parameters_are_used_at_once(x):
    net = nn.Sequential(nn.affine(6, 2), dtype=np.float64)
    net.params["W1"], net.params["b1"] = np.zeros((6, 2)), np.array([1.0, 2.0])
    np.testing.assert_array_equal(net.forward(x)[0], np.tile([1.0, 2.0], (4, 1)))


@pytest.mark.parametrize("layer, shape", [
    (nn.affine(400, 300), (200, 400)), (nn.conv(20, 30, 5), (20, 20, 12, 12)),
    (nn.conv_transpose(20, 30, 4, stride=2, pad=1), (20, 20, 12, 12)),
])
def test_first_weights_keep_the_variance_of_what_comes_in(layer, shape):
    out, _ = nn.Sequential(layer).forward(np.random.default_rng(0).standard_normal(shape))
    assert 0.85 < out.std() < 1.15


@pytest.mark.parametrize("make, x, message", [
    (perceptron, np.ones((3, 7)), r"layer 1, affine_forward: w must have shape \(7, M\)"),
    (perceptron, [[1.0] * 6], "x must be an array of real numbers, got list"),
    (lambda: nn.Sequential(nn.affine(6, 5), nn.reshape(2, 2)), np.ones((3, 6)), "layer 2.*4 features an example"),
    (lambda: nn.Sequential(nn.conv(3, 2, 3)), np.ones((3, 6)), r"layer 1, conv_forward_fast: x must be .*N, C, H, W"),
])
def test_input_that_does_not_fit_is_named_with_the_layer(make, x, message):
    with pytest.raises(ValueError, match=message):
        make().forward(x)


def test_other_mistakes_are_named(x):
    with pytest.raises(ValueError, match="layers must be made by .* cs231n.networks.sequential, got ufunc"):
        nn.Sequential(nn.affine(6, 5), np.tanh)
    with pytest.raises(ValueError, match="dtype must be np.float32 or np.float64"):
        nn.Sequential(nn.affine(6, 5), dtype=int)
    with pytest.raises(ValueError, match="mode must be 'train' or 'test', got str 'eval'"):
        perceptron().forward(x, mode="eval")


@pytest.mark.parametrize("make, message", [
    (lambda: nn.affine(0, 5), "D must be an integer, 1 or more, got int 0"),
    (lambda: nn.affine(5, 2.5), "M must be an integer, 1 or more, got float 2.5"),
    (lambda: nn.conv(3, -1, 3), "F must be an integer"),
    (lambda: nn.conv(3, 1, 3, pad=-1), "pad must be an integer, 0"),
    (lambda: nn.conv_transpose(3, 1, 3, stride=0), "stride must be an integer, 1"),
    (lambda: nn.max_pool(None), "size must be an integer"), (lambda: nn.batchnorm(0), "D must be an integer"),
    (lambda: nn.spatial_batchnorm("3"), "C must be an integer"), (lambda: nn.leaky_relu(-1), "slope must be a finite"),
    (lambda: nn.reshape(2, 0), "each of shape must be an integer, 1 or more"),
])
def test_sizes_out_of_range_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
