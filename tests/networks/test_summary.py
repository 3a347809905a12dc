"""Costs of networks against the lecture's numbers, torch's shapes, and counts by hand."""
import numpy as np
import pytest
from layered_nets import tiny

from cs231n.classifiers.cnn import ModernConvNet, ThreeLayerConvNet
from cs231n.networks.factories import add, affine, conv, conv_transpose, global_avg_pool, max_pool, relu, reshape
from cs231n.networks.network import Network, Node
from cs231n.networks.sequential import Sequential
from cs231n.networks.summary import summary


def row(model, shape, number):
    return summary(model, shape).rows[number]


def test_the_first_layer_of_alexnet():
    """227 x 227 x 3, 96 filters of 11 x 11, stride 4: 55 x 55 x 96 and 35 thousand parameters (lecture 9)."""
    first = row(Sequential(conv(3, 96, 11, stride=4)), (3, 227, 227), 0)
    assert first == ("1", (96, 55, 55), 34_944, 105_415_200, 4 * 96 * 55 * 55, 11)


def test_the_first_layers_of_vgg():
    """Lecture 9: 3.2 million numbers an image behind each, and 1,728 and 36,864 weights."""
    net = Sequential(conv(3, 64, 3, pad=1), relu(), conv(64, 64, 3, pad=1), relu(), max_pool(2))
    rows = summary(net, (3, 224, 224)).rows
    assert [each.num_params for each in rows] == [1_728 + 64, 0, 36_864 + 64, 0, 0]
    assert [each.multiply_adds for each in rows] == [86_704_128, 0, 1_849_688_064, 0, 0]
    assert [each.memory for each in rows] == [4 * 3_211_264] * 4 + [4 * 802_816]
    assert [each.receptive_field for each in rows] == [3, 3, 5, 5, 6]


def test_three_small_filters_see_as_far_as_a_large_one():
    net = Sequential(*(conv(4, 4, 3, pad=1) for _ in range(3)))
    assert [each.receptive_field for each in summary(net, (4, 9, 9)).rows] == [3, 5, 7]


def test_affine_and_transposed_layers_and_sums():
    net = Sequential(affine(6, 18), reshape(2, 3, 3), conv_transpose(2, 5, 4, stride=2, pad=1), dtype=np.float64)
    found = summary(net, (6,))
    assert found.rows[0] == ("1", (18,), 6 * 18 + 18, 6 * 18, 8 * 18, None)
    assert found.rows[2] == ("3", (5, 6, 6), 2 * 5 * 16 + 5, 2 * 5 * 16 * 9, 8 * 5 * 36, None)
    assert found[1:] == (126 + 165, 108 + 1440, 8 * (18 + 18 + 180)) and found.num_params == net.num_params


@pytest.mark.parametrize("settings", [{}, {"residual": True}, {"normalization": "groupnorm", "blocks": 1}])
def test_all_parameters_are_counted_and_nothing_is_changed(settings):
    net = ModernConvNet((3, 8, 8), channels=(8, 16), **settings)
    before = {name: value.copy() for name, value in net.params.items()}
    found = summary(net, (3, 8, 8))
    assert found.num_params == net.num_params == sum(value.size for value in net.params.values())
    assert [each.shape for each in found.rows[-2:]] == [(16,), (10,)]
    for name, value in before.items():
        np.testing.assert_array_equal(net.params[name], value)


def test_shared_parameters_count_once():
    shared = {"W": "W", "b": "b"}
    net = Network([Node("a", conv(2, 2, 3, pad=1), params=shared), Node("b", conv(2, 2, 3, pad=1), params=shared),
                   Node("sum", add(), ("a", "b")), Node("mean", global_avg_pool())])
    assert [each.num_params for each in summary(net, (2, 4, 4)).rows] == [38, 0, 0, 0]
    assert summary(net, (2, 4, 4)).multiply_adds == 2 * 36 * 16


@pytest.mark.parametrize("stride, size", [(1, 3), (2, 4), (3, 5)])
def test_multiply_adds_are_those_of_an_independent_count(stride, size):
    """With weights and numbers that are all 1, torch's sums count their own products."""
    torch = pytest.importorskip("torch")
    out = torch.nn.functional.conv2d(torch.ones(1, 3, 14, 14), torch.ones(6, 3, size, size), stride=stride)
    assert row(Sequential(conv(3, 6, size, stride=stride)), (3, 14, 14), 0).multiply_adds == int(out.sum())


def test_a_network_of_layers_to_look_into():
    rows = {each.name: each for each in summary(tiny(), (3, 13, 13)).rows}
    assert rows["fire2"].shape == (4, 3, 3) and rows["fire2"].receptive_field == tiny().receptive_field("fire2")[0]
    assert rows["scores"].receptive_field is None


def test_as_text():
    net = Sequential(conv(1, 2, 3), relu(), affine(2 * 4 * 4, 10))
    assert str(summary(net, (1, 6, 6))) == "\n".join([
        "layer  output     parameters  multiply-adds   kB  sees",
        "1      2 x 4 x 4          20            288  0.1     3",
        "2      2 x 4 x 4           0              0  0.1     3",
        "3      10                330            320  0.0   all",
        "sum                      350            608  0.3",
    ])


@pytest.mark.parametrize("model, shape, message", [
    (ThreeLayerConvNet(), (3, 32, 32), "model must be a Network such as ModernConvNet, got ThreeLayerConvNet"),
    (Sequential(relu()), 32, "shape must be that of one example, .* got int 32"),
    (Sequential(relu()), (3, 0), "each of shape must be an integer, 1 or more"),
    (Sequential(affine(3, 2)), (4,), "layer 1, affine_forward: w must have shape"),
])
def test_mistakes_are_named(model, shape, message):
    with pytest.raises(ValueError, match=message):
        summary(model, shape)
