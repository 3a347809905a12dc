"""Networks along any graph: numeric gradients over bridges, shared parameters and taps; regularisation; saving."""
import copy
import pickle
from functools import partial

import numpy as np
import pytest

from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array
from cs231n.layers import relu_backward
from cs231n.layers.regularization import elastic_net, l1_regularization, l2_regularization
from cs231n.networks.factories import (
    add,
    affine,
    concatenate,
    conv,
    dropout,
    global_avg_pool,
    max_pool,
    relu,
    spatial_batchnorm,
)
from cs231n.networks.network import Network, Node
from cs231n.solver import Solver


def graph(dtype=np.float64, **settings):
    """A bridge, a fork, one filter bank used twice, and a layer with a state."""
    np.random.seed(1)
    return Network([
        Node("conv1", conv(2, 3, 3, pad=1)), Node("norm", spatial_batchnorm(3)), Node("relu1", relu()),
        Node("conv2", conv(3, 3, 3, pad=1, bias=False)), Node("sum", add(), ("relu1", "conv2")),
        Node("conv3", conv(3, 3, 3, pad=1, bias=False), params={"W": "conv2_W"}),
        Node("both", concatenate(), ("conv3", "relu1")), Node("pool", max_pool(2)), Node("means", global_avg_pool()),
        Node("scores", affine(6, 4)),
    ], dtype=dtype, **settings)


@pytest.fixture
def X():
    return np.random.default_rng(0).standard_normal((3, 2, 4, 6))


y = np.array([0, 3, 2])


@pytest.mark.parametrize("regularization", [l2_regularization, l1_regularization, partial(elastic_net, beta=0.4)])
def test_gradients_of_the_loss_are_the_numeric_ones(X, regularization):
    net = graph(reg=0.3, regularization=regularization)
    loss, grads = net.loss(X, y)
    assert grads.keys() == net.params.keys()
    for name, gradient in grads.items():
        numeric = eval_numerical_gradient(lambda _: net.loss(X, y)[0], net.params[name], verbose=False, h=1e-6)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-8, err_msg=name)
    weights = [net.params[name] for name in ("conv1_W", "conv2_W", "scores_W")]  # a shared one counts once
    net.reg = 0
    assert loss - net.loss(X, y)[0] == pytest.approx(sum(regularization(w, 0.3)[0] for w in weights))


@pytest.mark.parametrize("ends", [["sum"], ["relu1", "both", "sum"], ["conv1", "scores"]])
def test_gradients_from_taps_are_the_numeric_ones(X, ends):
    net = graph()
    outs, cache = net.propagate(X, ends)
    douts = [np.random.standard_normal(out.shape) for out in outs]
    dx, grads = net.backpropagate(douts, cache)

    def total(_):
        return np.array([sum(np.sum(out * dout) for out, dout in zip(net.propagate(X, ends)[0], douts, strict=True))])

    for array, gradient in [(X, dx), *((net.params[name], grads[name]) for name in grads)]:
        np.testing.assert_allclose(gradient, eval_numerical_gradient_array(total, array, np.ones(1)),
                                   rtol=1e-5, atol=1e-7)
    assert "scores_W" not in grads or "scores" in ends


def test_what_nobody_asks_for_is_left_out(X):
    net = graph()
    [out], cache = net.propagate(X)
    dx, grads = net.backpropagate([np.ones_like(out)], cache)
    alone, nothing = net.backpropagate([np.ones_like(out)], cache, needs_params=False)
    missing, again = net.backpropagate([np.ones_like(out)], cache, needs_input=False)
    assert nothing == {} and missing is None and again.keys() == grads.keys()
    np.testing.assert_allclose(alone, dx, rtol=1e-12, atol=1e-15)
    for name, gradient in grads.items():
        np.testing.assert_allclose(again[name], gradient, rtol=1e-12, atol=1e-15)


def test_another_rule_takes_the_place_of_a_backward_function(X):
    net = graph()
    [out], cache = net.propagate(X, ["norm"])
    [rectified], through = net.propagate(X, ["relu1"])
    dx, _ = net.backpropagate([np.ones_like(rectified)], through, rules={relu_backward: lambda dout, x: dout})
    np.testing.assert_allclose(dx, net.backpropagate([np.ones_like(out)], cache)[0], rtol=1e-12, atol=1e-15)


def test_only_the_layers_that_an_end_needs_are_run(X):
    net = graph()
    net.params["conv2_W"] = net.params["conv2_W"][:, :1]  # would not fit
    net.propagate(X, ["relu1"])
    with pytest.raises(ValueError, match="layer conv2, "):
        net.propagate(X, ["sum"])


def test_state_is_the_networks_own_and_used_in_testing(X):
    layer = spatial_batchnorm(2)
    first, second = (Network([Node("norm", layer)], dtype=np.float64) for _ in range(2))
    for _ in range(200):
        [trained], _ = first.propagate(X + 5)
    assert "running_mean" in first.bn_params["norm"] and second.bn_params["norm"] == {"mode": "train"}
    assert layer.state == {"mode": "train"}
    np.testing.assert_allclose(first.propagate(X + 5, mode="test")[0][0], trained, atol=1e-3)


def test_dropout_keeps_all_in_testing(X):
    net = Network([Node("drop", dropout(0.5))], dtype=np.float64)
    assert (net.propagate(X)[0][0] == 0).any()
    np.testing.assert_array_equal(net.propagate(X, mode="test")[0][0], X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_stay(X, dtype):
    net = graph(dtype, reg=np.float64(0.1))
    loss, grads = net.loss(X, y)
    arrays = [net.loss(X), *net.params.values(), *grads.values()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


def test_without_a_dtype_the_input_keeps_its_own(X):
    net = Network([Node("conv1", conv(2, 3, 3)), Node("relu1", relu()), Node("means", global_avg_pool())])
    assert net.params["conv1_W"].dtype == np.float64
    assert net.loss(X.astype(np.float32)).dtype == np.float32 and net.loss(X).dtype == np.float64


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_computes_the_same(X, copied):
    net = graph(reg=0.1)
    net.loss(X, y)
    again = copied(net)
    np.testing.assert_array_equal(again.loss(X), net.loss(X))
    assert again.loss(X, y)[0] == net.loss(X, y)[0]


def test_a_solver_trains_it(X):
    net = graph(dtype=np.float32)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    solver = Solver(net, data, update_rule="adam", optim_config={"learning_rate": 1e-2}, num_epochs=150, batch_size=3,
                    verbose=False)
    solver.train()
    assert solver.loss_history[-1] < 0.2 < 1 < solver.loss_history[0]


def test_receptive_fields():
    assert graph().receptive_fields() == {
        "x": (1, 1, 0), "conv1": (3, 1, -1), "norm": (3, 1, -1), "relu1": (3, 1, -1), "conv2": (5, 1, -2),
        "sum": (5, 1, -2), "conv3": (7, 1, -3), "both": (7, 1, -3), "pool": (8, 2, -3), "means": None, "scores": None}


@pytest.mark.parametrize("make, message", [
    (lambda: Network([]), "nodes must hold one Node at least"),
    (lambda: Network([relu()]), "each of nodes must be a Node with a Layer, got Layer"),
    (lambda: Network([Node("a", np.tanh)]), "each of nodes must be a Node with a Layer"),
    (lambda: Network([Node("a", relu()), Node("a", relu())]), "the name 'a' stands twice"),
    (lambda: Network([Node("x", relu())]), "the name 'x' stands twice"),
    (lambda: Network([Node("a", relu(), ("b",)), Node("b", relu())]), "node 'a' takes 'b', which no node before"),
    (lambda: Network([Node("a", relu()), Node("b", add(), ("a",))]), "node 'b' must take 2 inputs"),
    (lambda: Network([Node("a", relu())], reg=-1), "reg must be a finite number"),
    (lambda: Network([Node("a", relu())], dtype=int), "dtype must be np.float32 or np.float64"),
    (lambda: Network([Node("a", relu())]).propagate([1.0]), "x must be an array of real numbers, got list"),
    (lambda: Network([Node("a", relu())]).propagate(np.ones(3), mode="eval"), "mode must be 'train' or 'test'"),
    (lambda: Network([Node("a", relu())]).propagate(np.ones(3), ["b"]), "there is no node 'b'"),
    (lambda: Network([Node("a", relu()), Node("b", add(), ("a", "x"))]).propagate(np.ones(3))
        and Network([Node("a", max_pool(2)), Node("b", add(), ("a", "x"))]).propagate(np.ones((1, 1, 2, 2))),
     "layer b, .*: the arrays to add must have one shape"),
])
def test_mistakes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
