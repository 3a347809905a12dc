"""The networks of assignment 2: the course's figures, gradients, precision, overfitting, and what notebooks rely on."""
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from small_networks import NETS, PRECISE, TinyFC, make, num_classes

from cs231n import exercise, layers
from cs231n.classifiers import cnn, fc_net
from cs231n.classifiers.cnn import ModernConvNet, ThreeLayerConvNet
from cs231n.classifiers.fc_net import FullyConnectedNet, TwoLayerNet
from cs231n.data_utils import get_CIFAR10_data
from cs231n.gradient_check import eval_numerical_gradient, rel_error
from cs231n.layers.regularization import elastic_net, l1_regularization
from cs231n.solver import Solver

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "cifar10" / "cifar10_lossless_subset.npz"

# The figures of the course's notebooks.

def course_data():
    np.random.seed(231)
    return np.random.randn(2, 15), np.random.randint(10, size=2)


def test_first_weights_of_the_two_layer_net():
    np.random.seed(231)
    np.random.randn(3, 5)
    np.random.randint(7, size=3)
    net = TwoLayerNet(input_dim=5, hidden_dim=50, num_classes=7, weight_scale=1e-3)
    for name in ("W1", "W2"):
        assert abs(net.params[name].std() - 1e-3) < 1e-4
    assert not net.params["b1"].any() and not net.params["b2"].any()
    assert [net.params[name].shape for name in ("W1", "b1", "W2", "b2")] == [(5, 50), (50,), (50, 7), (7,)]


@pytest.fixture
def reference():
    """The two-layer net with evenly spaced numbers, and its images and labels."""
    net = TwoLayerNet(input_dim=5, hidden_dim=50, num_classes=7, weight_scale=1e-3)
    net.params["W1"] = np.linspace(-0.7, 0.3, num=250).reshape(5, 50)
    net.params["b1"] = np.linspace(-0.1, 0.9, num=50)
    net.params["W2"] = np.linspace(-0.3, 0.4, num=350).reshape(50, 7)
    net.params["b2"] = np.linspace(-0.9, 0.1, num=7)
    return net, np.linspace(-5.5, 4.5, num=15).reshape(5, 3).T, np.array([0, 5, 1])


def test_scores_of_the_two_layer_net(reference):
    net, X, _ = reference
    expected = [[11.53165108, 12.2917344, 13.05181771, 13.81190102, 14.57198434, 15.33206765, 16.09215096],
                [12.05769098, 12.74614105, 13.43459113, 14.1230412, 14.81149128, 15.49994135, 16.18839143],
                [12.58373087, 13.20054771, 13.81736455, 14.43418138, 15.05099822, 15.66781506, 16.2846319]]
    assert np.abs(net.loss(X) - expected).sum() < 1e-6


@pytest.mark.parametrize("reg, expected", [(0.0, 3.4702243556), (1.0, 26.5948426952)])
def test_loss_of_the_two_layer_net(reference, reg, expected):
    net, X, y = reference
    net.reg = reg
    assert abs(net.loss(X, y)[0] - expected) < 1e-10


@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_gradient_errors_of_the_two_layer_net(reference, reg):
    net, X, y = reference
    net.reg = reg
    for name, grad in net.loss(X, y)[1].items():
        numeric = eval_numerical_gradient(lambda _: net.loss(X, y)[0], net.params[name], verbose=False)
        assert rel_error(numeric, grad) < 1e-6


@pytest.mark.parametrize("normalization, expected", [
    (None, [2.3004790897684924, 7.052114776533016]), ("batchnorm", [2.2611955101340957, 6.996533220108303]),
])
def test_first_losses_of_the_fully_connected_net(normalization, expected):
    """One generator for all: images, labels, W1, W2, W3, and the weights of the second net after those of the first."""
    X, y = course_data()
    losses = [
        FullyConnectedNet([20, 30], input_dim=15, num_classes=10, reg=reg, weight_scale=5e-2, dtype=np.float64,
                          normalization=normalization).loss(X, y)[0]
        for reg in (0, 3.14)
    ]
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


def test_first_losses_with_dropout():
    X, y = course_data()
    losses = [
        FullyConnectedNet([20, 30], input_dim=15, num_classes=10, weight_scale=5e-2, dtype=np.float64, dropout=dropout,
                          seed=123).loss(X, y)[0]
        for dropout in (1, 0.75, 0.5)
    ]
    np.testing.assert_allclose(losses, [2.3004790897684924, 2.302371489704412, 2.3042759220785896], rtol=1e-12)


def test_the_names_that_other_years_have_for_the_same_arguments():
    def net(*args, **named):
        np.random.seed(1)
        made = FullyConnectedNet([6], 5, 3, *args, dtype=np.float64, seed=2, **named)
        loss, _ = made.loss(np.linspace(-1, 1, 20).reshape(4, 5), np.arange(4) % 3)
        return made.normalization, made.dropout_param, loss

    assert net(dropout_keep_ratio=0.5) == net(0.5) == net(dropout=0.5)
    assert net(1, True) == net(use_batchnorm=True) == net(use_batchnorm=np.True_) == net(normalization="batchnorm")
    assert net(1, False) == net(use_batchnorm=False) == net(dropout_keep_ratio=1) == net()
    for both, message in (({"dropout": 0.5, "dropout_keep_ratio": 0.4}, "another name of dropout: give one"),
                          ({"normalization": "layernorm", "use_batchnorm": True}, "another name of normalization"),
                          ({"dropout_keep_ratio": 0}, "dropout, the probability of keeping a unit")):
        with pytest.raises(ValueError, match=message):
            net(**both)


def test_first_loss_of_the_three_layer_net():
    np.random.seed(231)
    net = ThreeLayerConvNet()
    X, y = np.random.randn(50, 3, 32, 32), np.random.randint(10, size=50)
    assert net.loss(X, y)[0] == pytest.approx(np.log(10), abs=1e-5)
    net.reg = 0.5
    assert net.loss(X, y)[0] == pytest.approx(2.508, abs=1e-3)
    large = ThreeLayerConvNet(weight_scale=0.001, hidden_dim=500, reg=0.001)
    assert large.loss(X, y)[0] == pytest.approx(2.3047, abs=1e-4)


@pytest.mark.skipif(not REAL.exists(), reason="the real images are not beside the repository")
def test_first_losses_on_real_images():
    """Close to the notebooks' 7.856643 and 2.414060: the mean image here is that of 4,000 images, not of 49,000."""
    with np.load(REAL) as real:
        X, y = real["X_train"].transpose(0, 3, 1, 2).astype(np.float64), real["y_train"].astype(int)
    X -= X.mean(axis=0)
    for count, batch, build, expected, tolerance in (
        (500, 100, partial(FullyConnectedNet, [500]), 7.856643, 0.03),
        (100, 50, partial(ThreeLayerConvNet, weight_scale=1e-2), 2.414060, 0.003),
    ):
        np.random.seed(231)
        net = build()
        drawn = np.random.choice(count, batch)
        assert net.loss(X[drawn], y[drawn])[0] == pytest.approx(expected, abs=tolerance)


# Gradients.

@pytest.mark.parametrize("name", NETS)
def test_gradients_are_the_numeric_ones(name):
    net, X, y = make(name, reg=0.3, **({"dtype": np.float64} if name in PRECISE else {}))
    _, grads = net.loss(X, y)
    assert grads.keys() == net.params.keys()
    for key, grad in grads.items():
        numeric = eval_numerical_gradient(lambda _: net.loss(X, y)[0], net.params[key], verbose=False, h=1e-6)
        assert grad.shape == net.params[key].shape
        np.testing.assert_allclose(grad, numeric, rtol=1e-5, atol=1e-8, err_msg=key)


@pytest.mark.parametrize("name", NETS)
def test_regularisation_is_half_the_squares_of_the_weights_alone(name):
    plain, X, y = make(name, reg=0.0)
    strong, *_ = make(name, reg=0.8)
    (loss, grads), (strong_loss, strong_grads) = plain.loss(X, y), strong.loss(X, y)
    weights = {key: w for key, w in plain.params.items() if "W" in key}
    assert strong_loss - loss == pytest.approx(0.4 * sum(np.sum(w * w) for w in weights.values()), rel=1e-4)
    for key, grad in grads.items():
        np.testing.assert_allclose(strong_grads[key], grad + 0.8 * weights.get(key, 0), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("regularization", [l1_regularization, partial(elastic_net, beta=0.3)])
def test_a_modern_net_takes_any_regularisation(regularization):
    net, X, y = make("modern-residual", reg=0.2, dtype=np.float64, regularization=regularization)
    loss, grads = net.loss(X, y)
    net.reg = 0
    plain, plain_grads = net.loss(X, y)
    costs = {key: regularization(w, 0.2) for key, w in net.params.items() if key.endswith("W")}
    assert loss - plain == pytest.approx(sum(cost for cost, _ in costs.values()))
    for key, grad in grads.items():
        np.testing.assert_allclose(grad, plain_grads[key] + costs.get(key, (0, 0))[1], rtol=1e-9, atol=1e-12)


def torch_scores(torch, net, params, X):
    """Scores of any of the networks, from their description."""
    F = torch.nn.functional
    if isinstance(net, ModernConvNet):
        return torch_modern(F, net, params, X)
    L = sum(key.startswith("W") for key in params)
    for i in range(1, L):
        W, b = params[f"W{i}"], params[f"b{i}"]
        if W.ndim == 4:
            X = F.max_pool2d(F.relu(F.conv2d(X, W, b, padding=W.shape[2] // 2)), 2)
            continue
        X = X.flatten(1) @ W + b
        if f"gamma{i}" in params:
            scale, shift = params[f"gamma{i}"], params[f"beta{i}"]
            X = (F.batch_norm(X, None, None, scale, shift, training=True) if net.normalization == "batchnorm"
                 else F.layer_norm(X, scale.shape, scale, shift))
        X = F.relu(X)
    return X.flatten(1) @ params[f"W{L}"] + params[f"b{L}"]


def torch_modern(F, net, params, X):
    def block(x, name):
        x = F.conv2d(x, params[f"{name}_W"], padding=1)
        scale, shift = params[f"{name}_gamma"].flatten(), params[f"{name}_beta"].flatten()
        if net.normalization == "batchnorm":
            return F.batch_norm(x, None, None, scale, shift, training=True)
        return F.group_norm(x, net.groups, scale, shift)

    for number, stage in enumerate(net.stages, start=1):
        X = F.max_pool2d(X, 2) if number > 1 else X
        for i, name in enumerate(stage):
            if net.residual and i % 2 == 0:
                skip = f"stage{number}_skip_W"
                bridge = F.conv2d(X, params[skip]) if i == 0 and skip in params else X
            X = F.relu(block(X, name) + (bridge if net.residual and i % 2 else 0))
    return X.mean(dim=(2, 3)) @ params["W"] + params["b"]


@pytest.mark.parametrize("name", [name for name in NETS if "dropout" not in name])
def test_loss_and_gradients_are_those_of_torch(name):
    torch = pytest.importorskip("torch")
    net, X, y = make(name, N=4, seed=1, reg=0.2, **({"dtype": np.float64} if name in PRECISE else {}))
    params = {key: torch.tensor(value, requires_grad=True) for key, value in net.params.items()}
    expected = torch.nn.functional.cross_entropy(torch_scores(torch, net, params, torch.tensor(X)), torch.tensor(y))
    expected = expected + 0.1 * sum((w**2).sum() for key, w in params.items() if "W" in key)
    expected.backward()
    loss, grads = net.loss(X, y)
    assert loss == pytest.approx(expected.item(), rel=1e-10)
    for key, grad in grads.items():
        np.testing.assert_allclose(grad, params[key].grad.numpy(), rtol=1e-7, atol=1e-9, err_msg=key)


# Precision, testing, first values.

@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PRECISE)
def test_everything_has_the_precision_asked_for(name, dtype):
    other = np.float64 if dtype == np.float32 else np.float32
    net, X, y = make(name, dtype=dtype, reg=0.1)
    loss, grads = net.loss(X.astype(other), y)
    values = [loss, net.loss(X.astype(other)), *grads.values(), *net.params.values()]
    assert {np.asarray(value).dtype for value in values} == {np.dtype(dtype)}


@pytest.mark.parametrize("setting", ["dropout", "reg", "weight_scale"])
def test_numbers_of_numpy_keep_float32(setting):
    """As they come from ``10 ** np.random.uniform(-3, 0)``; they must not turn gradients into float64."""
    net, X, y = make("fc", **{"dropout": 0.5, "reg": 0.1, "weight_scale": 0.1, setting: np.float64(0.2)})
    _, grads = net.loss(X, y)
    assert {value.dtype for value in [net.loss(X), *grads.values(), *net.params.values()]} == {np.dtype(np.float32)}


def test_images_of_whole_numbers():
    for name in ("two", "fc-batchnorm", "conv", "modern"):
        net, X, y = make(name)
        pixels = np.random.default_rng(0).integers(0, 256, X.shape, dtype=np.uint8)
        np.testing.assert_allclose(net.loss(pixels), net.loss(pixels.astype(np.float64)), rtol=1e-5)


@pytest.mark.parametrize("name", NETS)
def test_images_labels_and_parameters_stay_as_they_were(name):
    net, X, y = make(name)
    before = {key: value.copy() for key, value in {"X": X, "y": y, **net.params}.items()}
    net.loss(X, y)
    net.loss(X)
    for key, value in {"X": X, "y": y, **net.params}.items():
        np.testing.assert_array_equal(value, before[key])


@pytest.mark.parametrize("name", NETS)
def test_in_testing_an_image_does_not_see_its_neighbours_nor_dropout(name):
    net, X, y = make(name)
    for _ in range(3):
        net.loss(X, y)
    scores = net.loss(X)
    assert scores.shape == (5, num_classes(net))
    np.testing.assert_allclose(net.loss(X[2:3]), scores[2:3], rtol=1e-4, atol=1e-5)


def test_dropout_is_off_in_testing_and_on_in_training():
    whole, X, y = make("fc", dtype=np.float64)
    thin, *_ = make("fc-dropout", dtype=np.float64)
    np.testing.assert_array_equal(thin.loss(X.reshape(5, -1)), whole.loss(X))
    assert thin.loss(X, y)[0] != whole.loss(X, y)[0]


def test_masks_differ_without_a_seed_and_repeat_with_one():
    losses = {}
    for seed in (None, 7):
        net = TinyFC(dropout=0.5, seed=seed)
        X, y = np.random.default_rng(0).standard_normal((4, 12)), np.array([0, 1, 2, 3])
        losses[seed] = [net.loss(X, y)[0] for _ in range(2)]
    assert losses[None][0] != losses[None][1] and losses[7][0] == losses[7][1]


@pytest.mark.parametrize("name", ["fc-batchnorm", "modern"])
def test_running_averages_move_in_training_only(name):
    net, X, y = make(name)
    each = net.bn_params.values() if isinstance(net.bn_params, dict) else net.bn_params
    net.loss(X, y)
    means = [bn_param["running_mean"].copy() for bn_param in each]
    net.loss(X)
    for mean, bn_param in zip(means, each, strict=True):
        np.testing.assert_array_equal(bn_param["running_mean"], mean)
    net.loss(X, y)
    assert all((mean != bn_param["running_mean"]).any() for mean, bn_param in zip(means, each, strict=True))


def test_first_parameters_of_the_fully_connected_net():
    np.random.seed(3)
    net = FullyConnectedNet([40, 30], 20, 10, normalization="layernorm", weight_scale=0.05, dtype=np.float64)
    np.random.seed(3)
    for i, shape in enumerate([(20, 40), (40, 30), (30, 10)], start=1):
        np.testing.assert_array_equal(net.params[f"W{i}"], 0.05 * np.random.randn(*shape))
        assert not net.params[f"b{i}"].any() and net.params[f"b{i}"].shape == shape[1:]
    for i in (1, 2):
        assert (net.params[f"gamma{i}"] == 1).all() and not net.params[f"beta{i}"].any()
    assert len(net.params) == 10


def test_first_parameters_of_the_three_layer_net():
    np.random.seed(3)
    net = ThreeLayerConvNet((2, 4, 6), num_filters=3, filter_size=5, hidden_dim=7, num_classes=4, weight_scale=0.05,
                            dtype=np.float64)
    np.random.seed(3)
    for i, shape in enumerate([(3, 2, 5, 5), (3 * 2 * 3, 7), (7, 4)], start=1):
        np.testing.assert_array_equal(net.params[f"W{i}"], 0.05 * np.random.randn(*shape))
    assert [net.params[f"b{i}"].tolist() for i in (1, 2, 3)] == [[0] * 3, [0] * 7, [0] * 4]


def test_first_parameters_of_the_modern_net():
    np.random.seed(0)
    net = ModernConvNet((3, 8, 8), channels=(32, 64), residual=True)
    shapes = {key: value.shape for key, value in net.params.items() if key.endswith("W")}
    assert shapes == {
        "stage1_skip_W": (32, 3, 1, 1), "stage1_block1_W": (32, 3, 3, 3), "stage1_block2_W": (32, 32, 3, 3),
        "stage2_skip_W": (64, 32, 1, 1), "stage2_block1_W": (64, 32, 3, 3), "stage2_block2_W": (64, 64, 3, 3),
        "W": (64, 10),
    }
    assert net.params["stage2_block2_W"].std() == pytest.approx(np.sqrt(2 / (64 * 9)), rel=0.02)
    assert (net.params["stage1_block1_gamma"] == 1).all() and not net.params["stage1_block1_beta"].any()
    assert list(net.bn_params) == [f"stage{s}_block{i}" for s in (1, 2) for i in (1, 2)]
    assert ModernConvNet((3, 8, 8), channels=(8, 16), normalization="groupnorm").bn_params == {}


@pytest.mark.parametrize("change", [0.0, -0.25])
def test_a_bridge_adds_its_input_to_the_change_before_the_last_relu(change):
    """The second block computes the same number everywhere; a ReLU on it would lose the negative one."""
    net = ModernConvNet((4, 2, 2), channels=(4,), blocks=2, residual=True, num_classes=4, dtype=np.float64)
    net.params["stage1_block2_gamma"][:] = 0
    net.params["stage1_block2_beta"][:] = change
    net.params["W"], net.params["b"] = np.eye(4), np.zeros(4)
    X = np.random.default_rng(0).uniform(0, 1, (3, 4, 2, 2))
    np.testing.assert_allclose(net.loss(X), np.maximum(0, X + change).mean(axis=(2, 3)))


# Learning.

@pytest.fixture(scope="module")
def fifty():
    """Fifty images of CIFAR-10 or of its built-in miniature."""
    data = get_CIFAR10_data(num_training=50, num_validation=50, num_test=1)
    return {key: data[key] for key in ("X_train", "y_train", "X_val", "y_val")}


@pytest.mark.parametrize("hidden, weight_scale, learning_rate", [
    ([100, 100], 3e-2, 5e-3), ([100, 100, 100, 100], 1e-1, 2e-3),
])
def test_fifty_images_are_learned_by_heart(fifty, hidden, weight_scale, learning_rate):
    np.random.seed(231)
    solver = Solver(FullyConnectedNet(hidden, weight_scale=weight_scale, dtype=np.float64), fifty, num_epochs=20,
                    batch_size=25, optim_config={"learning_rate": learning_rate}, verbose=False)
    solver.train()
    assert max(solver.train_acc_history) == 1.0


@pytest.mark.parametrize("build, learning_rate", [
    (partial(ThreeLayerConvNet, (3, 8, 8), num_filters=8, filter_size=3, weight_scale=5e-2), 5e-3),
    (partial(ModernConvNet, (3, 8, 8), channels=(8, 16), blocks=1), 2e-2),
    (partial(ModernConvNet, (3, 8, 8), channels=(8, 16), normalization="groupnorm", residual=True), 2e-2),
])
def test_conv_nets_learn_ten_images_by_heart(build, learning_rate):
    np.random.seed(231)
    X, y = np.random.randn(10, 3, 8, 8).astype(np.float32), np.arange(10)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    solver = Solver(build(), data, update_rule="adam", optim_config={"learning_rate": learning_rate}, batch_size=20,
                    num_epochs=60, verbose=False)
    solver.train()
    assert solver.best_val_acc == 1.0 and solver.loss_history[0] > 2 > 0.5 > solver.loss_history[-1]


# What notebooks rely on.

@pytest.mark.parametrize("module, names", [
    (fc_net, ["affine_forward", "affine_relu_backward", "batchnorm_backward_alt", "dropout_forward", "softmax_loss",
              "svm_loss", "TwoLayerNet", "FullyConnectedNet", "np"]),
    (cnn, ["conv_forward_naive", "conv_forward_fast", "conv_relu_pool_forward", "conv_relu_backward",
           "max_pool_backward_fast", "spatial_groupnorm_forward", "affine_relu_forward", "ThreeLayerConvNet"]),
])
def test_a_star_import_gives_what_the_notebooks_use(module, names):
    space = {}
    exec(f"from {module.__name__} import *", space)
    assert not set(names) - space.keys()


@pytest.mark.parametrize("name, used", [
    ("two", ["affine_forward", "affine_backward", "relu_forward", "relu_backward"]),
    ("fc-batchnorm-dropout", ["batchnorm_forward", "batchnorm_backward", "dropout_forward", "dropout_backward"]),
    ("fc-layernorm", ["layernorm_forward", "layernorm_backward"]),
    ("conv", ["affine_forward", "relu_backward"]),
    ("modern", ["spatial_batchnorm_forward", "spatial_batchnorm_backward", "relu_forward", "affine_backward"]),
    ("modern-groups", ["spatial_groupnorm_forward", "spatial_groupnorm_backward"]),
])
def test_networks_run_the_layers_a_student_wrote(name, used):
    net, X, y = make(name)
    expected, called = net.loss(X, y)[0], []
    try:
        for layer in used:
            target = getattr(layers, layer)
            target.exercise.implementation = partial(run_and_note, called, layer, target.exercise.fastest)
        assert net.loss(X, y)[0] == expected
    finally:
        exercise.forget()
    assert set(called) == set(used)


def run_and_note(called, name, function, *arguments):
    called.append(name)
    return function(*arguments)
