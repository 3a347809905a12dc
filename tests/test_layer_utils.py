"""The sandwiches: the layers in their order, with their gradients, in the type of their inputs."""
from dataclasses import dataclass, field

import numpy as np
import pytest

from cs231n import layer_utils, layers
from cs231n.gradient_check import eval_numerical_gradient_array, rel_error


@dataclass
class Sandwich:
    """A sandwich to test: shapes of its arrays, what follows them, and the layers inside, given a source of layers."""

    name: str
    shapes: list
    inside: callable
    settings: list = field(default_factory=list)

    def arrays(self, dtype=np.float64, seed=0):
        rng = np.random.default_rng(seed)
        return [(rng.standard_normal(shape) + 0.2).astype(dtype) for shape in self.shapes]

    def forward(self, *arrays):
        # Settings are copied because batch norm writes its running averages into them.
        return getattr(layer_utils, f"{self.name}_forward")(*arrays, *(dict(setting) for setting in self.settings))

    def backward(self, dout, cache):
        return getattr(layer_utils, f"{self.name}_backward")(dout, cache)

    def __str__(self):
        return f"{self.name}-{self.shapes[0]}"


def conv(stride, pad):
    return {"stride": stride, "pad": pad}


def pool(height, width, stride):
    return {"pool_height": height, "pool_width": width, "stride": stride}


TRAIN = {"mode": "train"}
AFFINE = [(4, 2, 3), (6, 5), (5,)]
SANDWICHES = [
    Sandwich("affine_relu", AFFINE, lambda L, *a: L.relu(L.affine(*a))),
    Sandwich("affine_relu", [(1, 1), (1, 3), (3,)], lambda L, *a: L.relu(L.affine(*a))),
    Sandwich("affine_bn_relu", [*AFFINE, (5,), (5,)],
             lambda L, x, w, b, g, s: L.relu(L.batch_norm(L.affine(x, w, b), g, s)), [TRAIN]),
    Sandwich("affine_ln_relu", [*AFFINE, (5,), (5,)],
             lambda L, x, w, b, g, s: L.relu(L.layer_norm(L.affine(x, w, b), g, s)), [{}]),
    Sandwich("conv_relu", [(2, 3, 5, 7), (4, 3, 3, 3), (4,)], lambda L, *a: L.relu(L.conv(*a, conv(2, 1))),
             [conv(2, 1)]),
    Sandwich("conv_relu", [(1, 1, 4, 3), (2, 1, 1, 2), (2,)], lambda L, *a: L.relu(L.conv(*a, conv(1, 0))),
             [conv(1, 0)]),
    Sandwich("conv_bn_relu", [(2, 3, 5, 4), (4, 3, 3, 3), (4,), (4,), (4,)],
             lambda L, x, w, b, g, s: L.relu(L.batch_norm(L.conv(x, w, b, conv(1, 1)), g, s)), [conv(1, 1), TRAIN]),
    Sandwich("conv_relu_pool", [(2, 3, 6, 8), (4, 3, 3, 3), (4,)],
             lambda L, *a: L.pool(L.relu(L.conv(*a, conv(1, 1))), pool(2, 2, 2)), [conv(1, 1), pool(2, 2, 2)]),
    Sandwich("conv_relu_pool", [(1, 2, 7, 9), (3, 2, 3, 3), (3,)],
             lambda L, *a: L.pool(L.relu(L.conv(*a, conv(2, 1))), pool(2, 3, 2)), [conv(2, 1), pool(2, 3, 2)]),
]


class Naive:
    """Layers of the package, the slow forms."""

    @staticmethod
    def affine(x, w, b):
        return layers.affine_forward(x, w, b)[0]

    @staticmethod
    def conv(x, w, b, conv_param):
        return layers.conv_forward_naive(x, w, b, conv_param)[0]

    @staticmethod
    def relu(x):
        return layers.relu_forward(x)[0]

    @staticmethod
    def pool(x, pool_param):
        return layers.max_pool_forward_naive(x, pool_param)[0]

    @staticmethod
    def layer_norm(x, gamma, beta):
        return layers.layernorm_forward(x, gamma, beta, {})[0]

    @staticmethod
    def batch_norm(x, gamma, beta):
        function = layers.batchnorm_forward if x.ndim == 2 else layers.spatial_batchnorm_forward
        return function(x, gamma, beta, {"mode": "train"})[0]


class Torch:
    """The same layers in torch."""

    def __init__(self, torch):
        self.F = torch.nn.functional

    def affine(self, x, w, b):
        return x.flatten(1) @ w + b

    def conv(self, x, w, b, conv_param):
        return self.F.conv2d(x, w, b, stride=conv_param["stride"], padding=conv_param["pad"])

    def relu(self, x):
        return self.F.relu(x)

    def pool(self, x, pool_param):
        return self.F.max_pool2d(x, (pool_param["pool_height"], pool_param["pool_width"]), pool_param["stride"])

    def layer_norm(self, x, gamma, beta):
        return self.F.layer_norm(x, gamma.shape, gamma, beta)

    def batch_norm(self, x, gamma, beta):
        return self.F.batch_norm(x, None, None, gamma, beta, training=True)


def test_every_sandwich_is_tested():
    forwards = {name for name, value in vars(layer_utils).items()
                if callable(value) and value.__module__ == layer_utils.__name__ and name.endswith("_forward")}
    assert forwards == {f"{case.name}_forward" for case in SANDWICHES}


@pytest.mark.parametrize("case", SANDWICHES, ids=str)
def test_layers_stand_in_their_order(case):
    arrays = case.arrays()
    np.testing.assert_allclose(case.forward(*arrays)[0], case.inside(Naive, *arrays), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", SANDWICHES, ids=str)
def test_gradients_are_the_numeric_ones(case):
    arrays = case.arrays()
    out, cache = case.forward(*arrays)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    gradients = case.backward(dout, cache)
    assert len(gradients) == len(arrays)
    for array, gradient in zip(arrays, gradients, strict=True):
        expected = eval_numerical_gradient_array(lambda _: case.forward(*arrays)[0], array, dout)
        assert gradient.shape == array.shape
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-8 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("case", SANDWICHES, ids=str)
def test_values_and_gradients_are_those_of_torch(case):
    torch = pytest.importorskip("torch")
    arrays = case.arrays(seed=2)
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    expected = case.inside(Torch(torch), *tensors)
    out, cache = case.forward(*arrays)
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-9, atol=1e-10)
    dout = np.random.default_rng(3).standard_normal(out.shape)
    expected.backward(torch.tensor(dout))
    for tensor, gradient in zip(tensors, case.backward(dout, cache), strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", SANDWICHES, ids=str)
def test_results_have_the_type_of_the_inputs_and_leave_them_alone(case, dtype):
    arrays = case.arrays(dtype)
    before = [array.copy() for array in arrays]
    out, cache = case.forward(*arrays)
    gradients = case.backward(np.ones_like(out), cache)
    assert {out.dtype, *(gradient.dtype for gradient in gradients)} == {np.dtype(dtype)}
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name, arrays, param", [
    ("affine_bn_relu", [(4, 6), (6, 5), (5,), (5,), (5,)], []),
    ("conv_bn_relu", [(2, 3, 4, 4), (5, 3, 3, 3), (5,), (5,), (5,)], [conv(1, 1)]),
])
def test_batch_norm_keeps_its_averages_for_testing(name, arrays, param):
    arrays = [np.random.default_rng(4).standard_normal(shape) for shape in arrays]
    forward, bn_param = getattr(layer_utils, f"{name}_forward"), {"mode": "train", "momentum": 0.0}
    trained, _ = forward(*arrays, *param, bn_param)
    assert bn_param["running_mean"].shape == (5,)
    bn_param["mode"] = "test"
    # With momentum 0 the averages are those of the one batch, so that testing repeats training.
    np.testing.assert_allclose(forward(*arrays, *param, bn_param)[0], trained)


@pytest.mark.parametrize("name, shapes, settings", [
    ("affine_relu", [(2, 3, 4), (12, 10), (10,)], []),
    ("conv_relu_pool", [(2, 3, 8, 8), (3, 3, 3, 3), (3,)], [conv(1, 1), pool(2, 2, 2)]),
    ("conv_relu", [(2, 3, 8, 8), (3, 3, 3, 3), (3,)], [conv(1, 1)]),
])
def test_errors_the_course_allows(name, shapes, settings):
    """The notebooks' own checks, with `rel_error`; images are 8x8 in place of 16x16."""
    np.random.seed(231)
    arrays = [np.random.randn(*shape) for shape in shapes]
    forward, backward = (getattr(layer_utils, f"{name}_{way}") for way in ("forward", "backward"))
    out, cache = forward(*arrays, *settings)
    dout = np.random.randn(*out.shape)
    for array, gradient in zip(arrays, backward(dout, cache), strict=True):
        numeric = eval_numerical_gradient_array(lambda _: forward(*arrays, *settings)[0], array, dout)
        assert rel_error(gradient, numeric) < 1e-7
