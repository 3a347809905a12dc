"""Every layer: its gradients against numeric ones and against torch's, float32 kept, inputs left alone."""
import itertools
from dataclasses import dataclass, field

import numpy as np
import pytest

from cs231n import layers
from cs231n.gradient_check import eval_numerical_gradient_array


@dataclass
class Case:
    """A layer to test: shapes of its array arguments, what comes after them, and the same in torch if torch has it."""

    name: str
    shapes: list
    settings: list = field(default_factory=list)
    backward: str = ""
    torch: callable = None
    id: str = ""

    def forward(self, *arrays):
        # Settings are copied because batch norm writes its running averages into them.
        settings = [dict(s) if isinstance(s, dict) else s for s in self.settings]
        return getattr(layers, f"{self.name}_forward{self.suffix}")(*arrays, *settings)

    def gradients(self, dout, cache):
        name = self.backward or f"{self.name}_backward{self.suffix}"
        result = getattr(layers, name)(dout, cache)
        return result if isinstance(result, tuple) else (result,)

    @property
    def suffix(self):
        return "_naive" if self.name in ("conv", "max_pool") else ""

    def arrays(self, dtype=np.float64, seed=0):
        rng = np.random.default_rng([seed, len(self.name)])
        return [np.asarray(1.5 * rng.standard_normal(shape) + 0.3).astype(dtype) for shape in self.shapes]

    def __str__(self):
        return self.id or self.name


def pool(height, width, stride):
    return {"pool_height": height, "pool_width": width, "stride": stride}


def conv_cases():
    """Odd shapes, strides and paddings; all fit."""
    shapes = [
        ((2, 3, 5, 7), (4, 3, 3, 3), 2, 1), ((1, 1, 4, 4), (1, 1, 4, 4), 1, 0), ((3, 2, 6, 5), (2, 2, 1, 1), 1, 0),
        ((2, 2, 5, 6), (3, 2, 2, 3), 1, 2), ((2, 1, 7, 4), (2, 1, 3, 2), 2, 0), ((1, 4, 3, 3), (5, 4, 5, 5), 1, 1),
    ]
    for x, w, stride, pad in shapes:
        yield Case(
            "conv", [x, w, w[:1]], [{"stride": stride, "pad": pad}], id=f"conv-{x}-{w}-{stride}-{pad}",
            torch=lambda F, x, w, b, stride=stride, pad=pad: F.conv2d(x, w, b, stride=stride, padding=pad),
        )


def unpool_cases():
    """Of the unpooling by factors only nearest is in torch; of max unpooling only windows that do not overlap."""
    yield Case("nearest_unpool", [(2, 3, 4, 5)], [3], torch=lambda F, x: F.interpolate(x, scale_factor=3))
    yield Case("bed_of_nails_unpool", [(2, 3, 4, 5)], [2])
    for size, window in ((4, 6), (2, 2, 2)), ((6, 8), (3, 2, 3)), ((7, 5), (3, 3, 2)):
        pooled, param = np.random.default_rng(2).standard_normal((2, 3, *size)), pool(*window)
        out, _ = layers.max_pool_forward_naive(pooled, param)

        def torch(F, x, pooled=pooled, field=window[:2], stride=window[2]):
            _, places = F.max_pool2d(x.new_tensor(pooled), field, stride, return_indices=True)
            return F.max_unpool2d(x, places, field, stride, output_size=pooled.shape[2:])

        yield Case("max_unpool", [out.shape], [pooled, param], id=f"max_unpool-{window}",
                   torch=None if max(window[:2]) > window[2] else torch)


def batch_norm(F, x, gamma, beta):
    return F.batch_norm(x, None, None, gamma, beta, training=True)


def maxout(F, x, w, b):
    return (x.flatten(1) @ w + b[:, None]).amax(dim=0)


TRAIN = {"mode": "train"}
CASES = [
    Case("affine", [(3, 2, 4), (8, 5), (5,)], torch=lambda F, x, w, b: x.flatten(1) @ w + b),
    Case("affine", [(1, 7), (7, 1), (1,)], torch=lambda F, x, w, b: x @ w + b, id="affine-one"),
    Case("relu", [(3, 4)], torch=lambda F, x: F.relu(x)),
    Case("leaky_relu", [(3, 4)], [0.1], torch=lambda F, x: F.leaky_relu(x, 0.1)),
    Case("prelu", [(2, 3, 4, 5), (3, 1, 1)], torch=lambda F, x, a: F.prelu(x, a.flatten())),
    Case("prelu", [(4, 5), ()], torch=lambda F, x, a: F.prelu(x, a.reshape(1)), id="prelu-one-slope"),
    Case("elu", [(5, 4)], [0.7], torch=lambda F, x: F.elu(x, 0.7)),
    Case("sigmoid", [(5, 4)], torch=lambda F, x: x.sigmoid()),
    Case("tanh", [(5, 4)], torch=lambda F, x: x.tanh()),
    Case("maxout", [(4, 2, 3), (3, 6, 5), (3, 5)], torch=maxout),
    Case("batchnorm", [(5, 4), (4,), (4,)], [TRAIN], torch=batch_norm),
    Case("batchnorm", [(5, 4), (4,), (4,)], [TRAIN], "batchnorm_backward_alt", torch=batch_norm, id="batchnorm-alt"),
    Case("layernorm", [(5, 4), (4,), (4,)], [{}], torch=lambda F, x, g, b: F.layer_norm(x, (4,), g, b)),
    Case("spatial_batchnorm", [(2, 3, 4, 5), (3,), (3,)], [TRAIN], torch=batch_norm),
    Case("spatial_groupnorm", [(2, 6, 4, 5), (1, 6, 1, 1), (1, 6, 1, 1)], [2, {}],
         torch=lambda F, x, g, b: F.group_norm(x, 2, g.flatten(), b.flatten())),
    Case("instancenorm", [(2, 3, 4, 5), (1, 3, 1, 1), (1, 3, 1, 1)], [{}],
         torch=lambda F, x, g, b: F.instance_norm(x, weight=g.flatten(), bias=b.flatten())),
    Case("dropout", [(4, 5)], [{"mode": "train", "p": 0.6, "seed": 1}]),
    Case("dropout", [(4, 5)], [{"mode": "test", "p": 0.6}], torch=lambda F, x: x * 1, id="dropout-test"),
    Case("dropconnect", [(4, 5), (5, 3), (3,)], [{"mode": "train", "p": 0.6, "seed": 1}]),
    *conv_cases(),
    Case("max_pool", [(2, 3, 6, 8)], [pool(2, 2, 2)], torch=lambda F, x: F.max_pool2d(x, 2, 2)),
    Case("max_pool", [(2, 1, 7, 5)], [pool(3, 3, 2)], torch=lambda F, x: F.max_pool2d(x, 3, 2), id="max_pool-overlap"),
    Case("max_pool", [(1, 2, 6, 7)], [pool(2, 3, 2)], id="max_pool-2x3",
         torch=lambda F, x: F.max_pool2d(x, (2, 3), 2)),
    Case("avg_pool", [(2, 1, 7, 5)], [pool(3, 3, 2)], torch=lambda F, x: F.avg_pool2d(x, 3, 2)),
    Case("avg_pool", [(2, 3, 5, 6)], [pool(1, 2, 4)], id="avg_pool-gaps",
         torch=lambda F, x: F.avg_pool2d(x, (1, 2), 4)),
    Case("global_avg_pool", [(2, 3, 4, 5)], torch=lambda F, x: x.mean(dim=(2, 3))),
    *unpool_cases(),
    Case("fractional_max_pool", [(2, 3, 7, 9)], [{"ratio": 1.5, "seed": 3}]),
    Case("fractional_max_pool", [(2, 1, 5, 2)], [{"ratio": 2, "seed": 5}], id="fractional_max_pool-2"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_are_the_numeric_ones(case):
    arrays = case.arrays()
    out, cache = case.forward(*arrays)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    gradients = case.gradients(dout, cache)
    assert len(gradients) == len(arrays)
    for array, gradient in zip(arrays, gradients, strict=True):
        expected = eval_numerical_gradient_array(lambda _: case.forward(*arrays)[0], array, dout)
        assert gradient.shape == array.shape
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-8 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", [case for case in CASES if case.torch], ids=str)
def test_values_and_gradients_are_those_of_torch(case, seed):
    torch = pytest.importorskip("torch")
    arrays = case.arrays(seed=seed)
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    expected = case.torch(torch.nn.functional, *tensors)
    out, cache = case.forward(*arrays)
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-9, atol=1e-10)
    dout = np.random.default_rng(seed).standard_normal(out.shape)
    expected.backward(torch.tensor(dout))
    for tensor, gradient in zip(tensors, case.gradients(dout, cache), strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_results_have_the_type_of_the_inputs_and_leave_them_alone(case, dtype):
    arrays = case.arrays(dtype)
    before = [array.copy() for array in arrays]
    out, cache = case.forward(*arrays)
    dout = np.random.default_rng(1).standard_normal(out.shape).astype(dtype)
    kept = dout.copy()
    gradients = case.gradients(dout, cache)
    assert {out.dtype, *(gradient.dtype for gradient in gradients)} == {np.dtype(dtype)}
    for array, copy in zip([*arrays, dout], [*before, kept], strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layout_in_memory_does_not_matter(case):
    arrays = case.arrays()
    turned = [np.asfortranarray(array) for array in arrays]
    out, _ = case.forward(*arrays)
    np.testing.assert_allclose(case.forward(*turned)[0], out, rtol=1e-12, atol=1e-12)


LOSSES = [layers.svm_loss, layers.squared_hinge_loss, layers.softmax_loss]


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_of_the_losses(loss):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 4)), rng.integers(4, size=5)
    expected = eval_numerical_gradient_array(lambda _: np.array(loss(x, y)[0]), x, np.array(1.0))
    np.testing.assert_allclose(loss(x, y)[1], expected, atol=1e-9)
    value, dx = loss(x.astype(np.float32), y)
    assert value.dtype == dx.dtype == np.float32


def test_losses_are_those_of_torch():
    torch = pytest.importorskip("torch")
    x, y = np.random.default_rng(0).standard_normal((6, 5)), np.array([0, 4, 2, 2, 1, 3])
    theirs = {
        layers.svm_loss: lambda s, t: 5 * torch.nn.functional.multi_margin_loss(s, t),
        layers.squared_hinge_loss: lambda s, t: 5 * torch.nn.functional.multi_margin_loss(s, t, p=2),
        layers.softmax_loss: torch.nn.functional.cross_entropy,
    }
    for ours, their in theirs.items():
        scores = torch.tensor(x, requires_grad=True)
        expected = their(scores, torch.tensor(y))
        expected.backward()
        loss, dx = ours(x, y)
        assert loss == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(dx, scores.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("function, settings", [
    (layers.l2_regularization, [0.3]), (layers.l1_regularization, [0.3]), (layers.elastic_net, [0.3, 0.7]),
])
def test_gradients_of_regularisation(function, settings):
    w = np.random.default_rng(0).standard_normal((3, 4))
    expected = eval_numerical_gradient_array(lambda _: np.array(function(w, *settings)[0]), w, np.array(1.0))
    np.testing.assert_allclose(function(w, *settings)[1], expected, atol=1e-9)


def test_regularisation_of_the_lecture_example():
    w1, w2 = np.array([1.0, 0, 0, 0]), np.full(4, 0.25)
    assert [layers.l2_regularization(w, 2)[0] for w in (w1, w2)] == [1, 0.25]
    assert [layers.l1_regularization(w, 1)[0] for w in (w1, w2)] == [1, 1]
    assert layers.elastic_net(w1 - w2, 1, 3)[0] == pytest.approx(3 * 0.75 + 1.5)


# Properties that the lectures state.

def test_activations_at_the_points_of_the_slides():
    x = np.array([-10.0, 0, 10])
    ones = np.ones(3)
    slope = {name: getattr(layers, f"{name}_backward")(ones, getattr(layers, f"{name}_forward")(x)[1])
             for name in ("sigmoid", "tanh", "relu")}
    np.testing.assert_allclose(slope["sigmoid"], [4.5396e-5, 0.25, 4.5396e-5], rtol=1e-5)
    np.testing.assert_allclose(slope["tanh"], [8.2446e-9, 1, 8.2446e-9], rtol=1e-4)
    np.testing.assert_array_equal(slope["relu"], [0, 0, 1])
    assert layers.leaky_relu_forward(x)[0][0] == -0.1 and layers.leaky_relu_forward(x, 0.1)[0][0] == -1
    assert layers.elu_forward(np.array([-1.0]))[0][0] == pytest.approx(-0.632121, abs=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu"])
def test_saturated_activations_do_not_overflow(name):
    x = np.array([-1000.0, 1000.0])
    out, cache = getattr(layers, f"{name}_forward")(x)
    assert np.all(np.isfinite(out)) and np.all(np.isfinite(getattr(layers, f"{name}_backward")(np.ones(2), cache)))


def test_tanh_is_a_sigmoid():
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(layers.tanh_forward(x)[0], 2 * layers.sigmoid(2 * x) - 1, atol=1e-15)


def test_maxout_holds_relu_and_leaky_relu():
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 2)), rng.standard_normal(2)
    affine = x @ w + b
    for slope in (0, 0.01):
        both, biases = np.stack([slope * w, w]), np.stack([slope * b, b])
        expected = layers.leaky_relu_forward(affine, slope)[0]
        np.testing.assert_allclose(layers.maxout_forward(x, both, biases)[0], expected, atol=1e-15)


def test_batch_norm_can_be_the_identity():
    x = np.random.default_rng(0).standard_normal((50, 3)) * [1, 5, 0.2] + [4, -1, 0]
    out, _ = layers.batchnorm_forward(x, x.std(axis=0), x.mean(axis=0), {"mode": "train", "eps": 1e-12})
    np.testing.assert_allclose(out, x, atol=1e-9)


def test_running_averages_make_the_test_output_normal():
    rng, bn_param = np.random.default_rng(0), {"mode": "train"}
    ones, zeros = np.ones(3), np.zeros(3)
    for _ in range(200):
        layers.batchnorm_forward(rng.standard_normal((100, 3)) * 4 + 7, ones, zeros, bn_param)
    bn_param["mode"] = "test"
    x = rng.standard_normal((1000, 3)) * 4 + 7
    out, _ = layers.batchnorm_forward(x, ones, zeros, bn_param)
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=0.15)
    np.testing.assert_allclose(out.std(axis=0), 1, atol=0.1)
    np.testing.assert_allclose(layers.batchnorm_forward(x[:1], ones, zeros, bn_param)[0], out[:1])


def test_layer_norm_of_an_example_does_not_see_the_batch():
    x, ones = np.random.default_rng(0).standard_normal((5, 4)), np.ones(4)
    out = layers.layernorm_forward(x, ones, 0 * ones, {})[0]
    np.testing.assert_allclose(layers.layernorm_forward(x[2:3], ones, 0 * ones, {})[0], out[2:3])
    transposed = layers.batchnorm_forward(x.T.copy(), np.ones(5), np.zeros(5), {"mode": "train"})[0]
    np.testing.assert_allclose(out, transposed.T)


def test_group_norm_between_instance_and_layer_norm():
    x = np.random.default_rng(0).standard_normal((2, 6, 3, 4))
    ones, zeros = np.ones((1, 6, 1, 1)), np.zeros((1, 6, 1, 1))
    one_group = layers.spatial_groupnorm_forward(x, ones, zeros, 1, {})[0]
    flat = layers.layernorm_forward(x.reshape(2, -1), np.ones(72), np.zeros(72), {})[0]
    np.testing.assert_allclose(one_group.reshape(2, -1), flat)
    instances = layers.spatial_groupnorm_forward(x, ones, zeros, 6, {})[0]
    np.testing.assert_allclose(instances, layers.instancenorm_forward(5 * x - 2, ones, zeros, {"eps": 25e-5})[0])
    assert one_group.shape == instances.shape == x.shape


def test_dropout_keeps_the_mean_and_divides_by_the_chance_to_keep():
    x = np.full((300, 300), 10.0)
    for p in (0.25, 0.7, 1):
        out, _ = layers.dropout_forward(x, {"mode": "train", "p": p, "seed": 2})
        assert set(np.unique(out)) <= {0, 10 / p}
        assert np.mean(out > 0) == pytest.approx(p, abs=0.01)
        assert out.mean() == pytest.approx(10, abs=0.2)


def test_dropconnect_expects_the_affine_layer():
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((2, 6)), rng.standard_normal((6, 3)), rng.standard_normal(3)
    np.random.seed(0)
    draws = [layers.dropconnect_forward(x, w, b, {"mode": "train", "p": 0.5})[0] for _ in range(20_000)]
    np.testing.assert_allclose(np.mean(draws, axis=0), x @ w + b, atol=0.1)
    np.testing.assert_allclose(layers.dropconnect_forward(x, w, b, {"mode": "test", "p": 0.5})[0], x @ w + b)


def test_convolution_sizes_and_counts_of_lecture_5():
    size = layers.conv_output_size
    assert [size(7, 3, 1), size(7, 3, 2), size(7, 3, 1, 1)] == [5, 3, 7]
    assert [size(32, 5), size(28, 5), size(32, 5, 1, 2)] == [28, 24, 32]
    assert all(size(32, field, 1, (field - 1) // 2) == 32 for field in (1, 3, 5, 7))
    with pytest.raises(ValueError, match="stride 3 does not fit"):
        size(7, 3, 3)
    x, w, b = np.zeros((1, 3, 32, 32)), np.zeros((10, 3, 5, 5)), np.zeros(10)
    assert layers.conv_forward_naive(x, w, b, {"stride": 1, "pad": 2})[0].shape == (1, 10, 32, 32)
    assert w.size + b.size == 760


def test_a_1x1_convolution_is_a_matrix_product_over_channels():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((6, 3, 1, 1))
    out, _ = layers.conv_forward_naive(x, w, np.zeros(6), {"stride": 1, "pad": 0})
    np.testing.assert_allclose(out, np.tensordot(w[:, :, 0, 0], x, (1, 1)).transpose(1, 0, 2, 3), atol=1e-14)


def test_a_shifted_image_gives_a_shifted_map_and_far_pixels_do_not_matter():
    rng = np.random.default_rng(0)
    w, b, param = rng.standard_normal((1, 1, 3, 3)), np.zeros(1), {"stride": 1, "pad": 0}
    x = rng.standard_normal((1, 1, 8, 8))
    out, _ = layers.conv_forward_naive(x, w, b, param)
    shifted, _ = layers.conv_forward_naive(np.roll(x, 1, axis=3), w, b, param)
    np.testing.assert_allclose(shifted[..., 1:], out[..., :-1])
    x[0, 0, 0, 3] += 1
    assert layers.conv_forward_naive(x, w, b, param)[0][0, 0, 0, 0] == out[0, 0, 0, 0]


def test_max_pool_of_the_lecture_sends_gradients_to_the_maxima():
    x = np.array([[1.0, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]])[None, None]
    out, cache = layers.max_pool_forward_naive(x, pool(2, 2, 2))
    np.testing.assert_array_equal(out[0, 0], [[5, 6], [7, 8]])
    dx = layers.max_pool_backward_naive(np.ones_like(out), cache)
    np.testing.assert_array_equal(dx != 0, np.isin(x, [5, 6, 7, 8]))


def test_of_equal_maxima_the_first_gets_the_gradient():
    out, cache = layers.max_pool_forward_naive(np.ones((1, 1, 2, 2)), pool(2, 2, 2))
    np.testing.assert_array_equal(layers.max_pool_backward_naive(out, cache)[0, 0], [[1, 0], [0, 0]])


def test_average_pooling_is_a_convolution_with_a_constant():
    x = np.random.default_rng(0).standard_normal((2, 1, 6, 6))
    expected, _ = layers.conv_forward_naive(x, np.full((1, 1, 3, 3), 1 / 9), np.zeros(1), {"stride": 1, "pad": 0})
    np.testing.assert_allclose(layers.avg_pool_forward(x, pool(3, 3, 1))[0], expected)


@pytest.mark.parametrize("size, ratio", [*itertools.product([(7, 9), (2, 3), (32, 17)], [1.1, 2**0.5, 2])])
def test_fractional_regions_cover_the_image_with_one_or_two_pixels(size, ratio):
    x = np.arange(size[0] * size[1], dtype=float).reshape(1, 1, *size)
    for seed in range(20):
        out, (_, tops, lefts) = layers.fractional_max_pool_forward(x, {"ratio": ratio, "seed": seed})
        assert out.shape[2:] == tuple(int(np.ceil(side / ratio)) for side in size)
        for borders, side in ((tops, size[0]), (lefts, size[1])):
            assert borders[0] == 0 and borders[-1] == side and set(np.diff(borders)) <= {1, 2}
        for i, j in np.ndindex(*out.shape[2:]):
            assert out[0, 0, i, j] == x[0, 0, tops[i]:tops[i + 1], lefts[j]:lefts[j + 1]].max()
