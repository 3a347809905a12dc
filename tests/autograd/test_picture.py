"""Circuits: the lectures' numbers stand on the wires, and every wire is drawn past the nodes that are not its own."""
import matplotlib.pyplot as plt
import numpy as np
import pytest

from cs231n import autograd
from cs231n.autograd.picture import _apart, _lay_out, circuit, read


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def numbers(found, label, end="target"):
    """(value, gradient) on the wires into the node with this label, or out of it."""
    return [(float(wire.value), float(wire.gradient)) for wire in found.wires
            if found.labels[getattr(wire, end)] == label]


def neuron(w0, x0, w1, x1, w2):
    return 1 / (1 + autograd.exp(-(w0 * x0 + w1 * x1 + w2)))


def test_first_circuit_of_lecture_4():
    found = read(lambda x, y, z: (x + y) * z, x=-2.0, y=5.0, z=-4.0)
    assert list(found.labels.values()) == ["x", "y", "z", "+", "×"]
    assert numbers(found, "+") == [(-2, -4), (5, -4)]
    assert numbers(found, "×") == [(3, -4), (-4, 3)]
    assert found.out.item() == -12 and found.out.grad.item() == 1


def test_sigmoid_neuron_in_small_gates():
    found = read(neuron, w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    leaves = {name: numbers(found, name, "source")[0] for name in ("w0", "x0", "w1", "x1", "w2")}
    slope = found.out.item() * (1 - found.out.item())
    expected = {"w0": -slope, "x0": 2 * slope, "w1": -2 * slope, "x1": -3 * slope, "w2": slope}
    for name, gradient in expected.items():
        assert leaves[name][1] == pytest.approx(gradient)
    for label, value, gradient in [("−1 ×", 1, 0.20), ("exp", -1, -0.20), ("1 +", 0.37, -0.53), ("1 ÷", 1.37, -0.53)]:
        assert numbers(found, label)[0] == pytest.approx((value, gradient), abs=0.005)


def test_each_wire_of_a_branch_has_its_own_part():
    found = read(lambda x, y: 10 * x + autograd.maximum(x, y) * x, x=3.0, y=-4.0)
    assert sorted(numbers(found, "x", "source")) == [(3, 3), (3, 3), (3, 10)]
    assert numbers(found, "y", "source") == [(-4, 0)]
    assert [wire.source for wire in found.wires].count(list(found.labels)[0]) == 3


def test_gradients_on_wires_have_the_shape_of_what_was_sent():
    found = read(lambda x, b: (x + b).sum(), x=np.ones((2, 3)), b=np.ones(3))
    assert [wire.gradient.shape for wire in found.wires] == [(2, 3), (3,), (2, 3)]
    assert found.wires[1].gradient.tolist() == [2, 2, 2]


def test_without_gradients_nothing_is_walked():
    x = autograd.ones(2, 2, requires_grad=True)
    found = read(lambda: x * x, gradients=False)
    assert all(wire.gradient is None for wire in found.wires) and x.grad is None


def test_what_was_computed_before_is_where_the_picture_begins():
    x = autograd.tensor([2.0, 3.0], requires_grad=True)
    before = x * x
    found = read(lambda y: (y * 3).sum(), y=before)
    assert list(found.labels.values()) == ["y", "× 3", "Σ"]


def test_an_expression_without_gradients_is_refused():
    with pytest.raises(ValueError, match="function must return a tensor that it computed"):
        read(lambda x: x * 2, x=autograd.ones(2))
    with pytest.raises(ValueError, match="function must return"):
        read(lambda x: 3.0, x=1.0)


def test_the_tape_is_watched_only_within():
    read(lambda x: x * 2, x=1.0)
    assert autograd.grad_mode.mode.watched is None
    with pytest.raises(ZeroDivisionError):
        read(lambda x: 1 / 0, x=1.0)
    assert autograd.grad_mode.mode.watched is None


@pytest.mark.parametrize("function, inputs", [
    (neuron, {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    (lambda x, y: 10 * x + autograd.maximum(x, y) * x, {"x": 3.0, "y": -4.0}),
    (lambda x: (x * x) * (x * x), {"x": 3.0}),
    (lambda x: autograd.cat([x, x * 2, x]).sum(), {"x": [1.0]}),
])
def test_no_two_nodes_or_wires_share_a_place(function, inputs):
    found = read(function, **inputs)
    places, paths = _lay_out(found)
    stops = [*places.values(), *(stop for path in paths for stop in path[1:-1])]
    for i, (column, row) in enumerate(stops):
        assert all(column != other or abs(row - other_row) > 0.99 for other, other_row in stops[:i])
    for wire, path in zip(found.wires, paths, strict=True):
        assert path[0] == places[wire.source] and path[-1] == places[wire.target]
        assert [b[0] - a[0] for a, b in zip(path, path[1:])] == [1] * (len(path) - 1)  # from left to right


def test_rows_move_no_further_than_they_must():
    assert _apart({"a": 0.0, "b": 3.0}) == {"a": 0, "b": 3}
    assert _apart({"a": 1.0, "b": 1.0, "c": 5.0}) == {"a": 0.5, "b": 1.5, "c": 5}


def test_the_picture_tells_values_and_gradients():
    ax = circuit(lambda x, y: x * x + y, x=3.0, y=0.125, title="a circuit")
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("3") == 4 and "9" in texts and "9.12" in texts  # x on two wires, and their gradients
    assert "sum 6" in texts and "x" in texts and "×" in texts
    assert ax.get_title() == "a circuit"


def test_of_large_arrays_the_shape_is_told():
    ax = circuit(lambda x, w: (x @ w).sum(), x=np.ones((64, 100)), w=np.ones((100, 10)))
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("64 × 100") == 2 and texts.count("100 × 10") == 2
