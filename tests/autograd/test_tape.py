"""The tape: what people stumble over, and what PyTorch finds and names, is found and named here."""
import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

from cs231n import autograd
from cs231n.autograd import Function, grad, no_grad
from cs231n.autograd.tape import sum_to_shape, topological_order
from cs231n.networks import factories


def leaf(*values):
    return autograd.tensor(np.array(values, np.float64), requires_grad=True)


class TestTraps:
    def test_a_node_used_twice(self):
        x = leaf(3.0)
        (x + x).backward(autograd.ones(1, dtype=np.float64))
        assert x.grad.item() == 2
        y = leaf(3.0)
        (y * y * y).sum().backward()
        assert y.grad.item() == 27

    def test_a_diamond_waits_for_both_sides(self):
        x = leaf(2.0)
        a = x * x
        (a * 3 + a * a * x).sum().backward()  # 3 x^2 + x^5
        assert x.grad.item() == 6 * 2 + 5 * 16

    def test_every_node_is_listed_once_and_after_its_inputs(self):
        x = leaf(2.0)
        a = x * x
        b = a + x
        out = (a * b).sum()
        order = topological_order([out._node])
        assert len(order) == len(set(order)) == 5
        for node in order:
            assert all(order.index(source) < order.index(node) for source in node.inputs if source is not None)

    def test_a_graph_walked_twice_says_so(self):
        x = leaf(2.0)
        loss = (x * x).sum()
        loss.backward()
        with pytest.raises(RuntimeError, match="walked backwards before.*retain_graph"):
            loss.backward()

    def test_a_graph_that_is_kept_can_be_walked_twice_and_gradients_add_up(self):
        x = leaf(2.0)
        loss = (x * x).sum()
        loss.backward(retain_graph=True)
        loss.backward()
        assert x.grad.item() == 8

    def test_a_chain_of_5000(self):
        x = leaf(1.0)
        y = x
        for _ in range(5000):
            y = y * 1.0001
        y.sum().backward()
        np.testing.assert_allclose(x.grad.item(), 1.0001**5000, rtol=1e-9)

    def test_a_long_chain_that_nobody_walks_is_forgotten(self):
        y = leaf(1.0)
        for _ in range(50000):
            y = y + 1
        del y
        gc.collect()

    def test_broadcast_axes_are_summed(self):
        x, y = autograd.ones(3, 1, requires_grad=True), autograd.ones(2, 1, 4, requires_grad=True)
        (x * y).sum().backward()
        assert x.grad.shape == (3, 1) and (x.grad.data == 8).all()
        assert y.grad.shape == (2, 1, 4) and (y.grad.data == 3).all()
        assert sum_to_shape(autograd.ones(2, 3, 4), ()).item() == 24

    def test_gradients_of_gradients(self):
        x = leaf(2.0)
        first, = grad((x ** 4).sum(), x, create_graph=True)
        second, = grad(first.sum(), x, create_graph=True)
        third, = grad(second.sum(), x)
        assert (first.item(), second.item(), third.item()) == (32, 48, 48)
        assert x.grad is None

    def test_a_loop_whose_length_depends_on_the_data(self):
        x = leaf(1.5)
        y, turns = x, 0
        while y.item() < 100:
            y, turns = y * x, turns + 1
        y.sum().backward()
        np.testing.assert_allclose(x.grad.item(), (turns + 1) * 1.5**turns)

    @pytest.mark.parametrize("change", [
        lambda x: x.add_(1), lambda x: x.zero_(), lambda x: x.detach().mul_(2), lambda x: x.__setitem__(0, 5.0),
        lambda x: x.detach().reshape(-1)[:1].fill_(0),
    ])
    def test_a_change_in_place_is_found_and_named(self, change):
        x = leaf(1.0, 2.0)
        y = x * 2
        out = (y * y).sum()
        change(y)
        with pytest.raises(RuntimeError, match=r"the gradient of mul needs a tensor of shape \(2,\).*changed in place"):
            out.backward()

    def test_results_that_rules_read_are_watched_as_well(self):
        y = leaf(1.0, 2.0).exp()
        y.add_(1)
        with pytest.raises(RuntimeError, match="the gradient of exp.*version 1, and version 0"):
            y.sum().backward()

    def test_what_no_rule_reads_may_change(self):
        x = leaf(1.0, 2.0)
        y = x + 1
        out = y + 2
        y.mul_(5)
        out.sum().backward()
        assert x.grad.tolist() == [1, 1]


def test_changes_in_place_are_on_the_tape_as_in_pytorch():
    torch = pytest.importorskip("torch")
    results = []
    for library in (autograd, torch):
        x = library.tensor([1.0, 2, 3], requires_grad=True)
        w = library.tensor([4.0, 5], requires_grad=True)
        y = x * 2
        y += 1
        y *= 3
        y[1:] = w * 2
        y[0] -= w[0]
        (y ** 2).sum().backward()
        results.append((y.tolist(), x.grad.tolist(), w.grad.tolist()))
    assert results[0] == results[1]


def test_a_leaf_is_changed_without_the_tape_only():
    w = leaf(1.0)
    with pytest.raises(RuntimeError, match=r"leaf.*no_grad\(\)"):
        w -= 1
    with no_grad():
        w -= 1
    assert w.item() == 0 and w.requires_grad and w.is_leaf


def test_a_view_is_not_changed_behind_its_tensors_back():
    y = leaf(1.0, 2.0) * 2
    view = y.view(2, 1)
    with pytest.raises(RuntimeError, match="view"):
        view.mul_(2)


def test_the_tape_stops_in_no_grad_alone_and_in_this_thread():
    x, seen = leaf(1.0), []
    with no_grad():
        assert not (x * 2).requires_grad
        with autograd.enable_grad():
            assert (x * 2).requires_grad
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True] and (x * 2).requires_grad

    @no_grad()
    def decorated():
        return x * 2

    assert not decorated().requires_grad and not x.detach().requires_grad


@pytest.mark.parametrize("call, message", [
    (lambda x: (x * x).backward(), r"one number.*shape \(2,\)"),
    (lambda x: x.detach().sum().backward(), "not on the tape"),
    (lambda x: (x * 1).backward(autograd.ones(3)), r"must have the shape of the tensor, \(2,\), got \(3,\)"),
    (lambda x: autograd.tensor([1, 2], requires_grad=True), "only floats.*int64"),
    (lambda x: setattr(x * 1, "requires_grad", False), "leaves only"),
    (lambda x: grad(x.sum(), leaf(1.0)), "had no part"),
    (lambda x: grad(x.sum(), autograd.ones(1)), "requires_grad=True"),
    (lambda x: x.numpy(), "detach"),
    (lambda x: bool(x > 0), "one number"),
    (lambda x: (x * 1).retain_grad() or autograd.ones(2).retain_grad(), "retain_grad"),
])
def test_errors(call, message):
    with pytest.raises(RuntimeError, match=message):
        call(leaf(1.0, 2.0))


def test_unused_inputs_are_none_where_that_is_allowed():
    x, y = leaf(1.0), leaf(2.0)
    gradients = grad(x.sum() * 3, [x, y], allow_unused=True)
    assert gradients[0].item() == 3 and gradients[1] is None


def test_gradients_on_what_is_no_leaf_are_kept_when_asked_for():
    x = leaf(2.0)
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward()
    assert y.grad.item() == 12 and x.grad.item() == 36


def test_two_leaves_never_share_a_gradient():
    x, y, given = leaf(1.0, 2.0), leaf(3.0, 4.0), autograd.ones(2, dtype=np.float64)
    (x + y).backward(given)
    x.grad.mul_(5)
    assert y.grad.tolist() == [1, 1] and given.tolist() == [1, 1]
    z = leaf(1.0, 2.0)
    z.sum().backward()
    z.grad.zero_()  # the gradient of a sum is one number, spread without a copy


def test_tensors_are_freed_without_the_help_of_the_collector():
    gc.disable()
    try:
        y = leaf(1.0, 2.0).exp().softmax(0).sigmoid()
        node = weakref.ref(y._node)
        del y
        assert node() is None
    finally:
        gc.enable()


def test_copies_and_pickles():
    x = leaf(1.0, 2.0)
    for twin in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        (twin * twin).sum().backward()
        assert twin.grad.tolist() == [2, 4] and x.grad is None


class MyReLU(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        x, = ctx.saved_tensors
        return grad_output * (x > 0)


class SumAndProduct(Function):
    @staticmethod
    def forward(ctx, x, y, scale):
        ctx.save_for_backward(x, y)
        ctx.scale = scale
        return scale * (x + y), x * y

    @staticmethod
    def backward(ctx, dsum, dproduct):
        x, y = ctx.saved_tensors
        return ctx.scale * dsum + y * dproduct, ctx.scale * dsum + x * dproduct, None


class TestOwnFunctions:
    def test_my_relu(self):
        x = leaf(-1.0, 0.0, 2.0)
        out = MyReLU.apply(x)
        (out * out).sum().backward()
        assert out.tolist() == [0, 0, 2] and x.grad.tolist() == [0, 0, 4]

    def test_several_results(self):
        x, y = leaf(2.0, 3.0), leaf(5.0, 7.0)
        total, product = SumAndProduct.apply(x, y, 10)
        (total + product * product).sum().backward()
        np.testing.assert_array_equal(x.grad.data, 10 + 2 * x.data * y.data**2)
        np.testing.assert_array_equal(y.grad.data, 10 + 2 * y.data * x.data**2)

    def test_one_of_several_results(self):
        x, y = leaf(2.0), leaf(5.0)
        SumAndProduct.apply(x, y, 10)[1].sum().backward()
        assert (x.grad.item(), y.grad.item()) == (5, 2)

    def test_second_gradients_through_what_backward_computes(self):
        x, y = leaf(2.0), leaf(5.0)
        first, = grad(SumAndProduct.apply(x, y, 10)[1].sum(), x, create_graph=True)
        assert grad(first.sum(), y)[0].item() == 1

    def test_changed_in_place(self):
        x = leaf(-1.0, 2.0) * 1
        out = MyReLU.apply(x)
        x.add_(1)
        with pytest.raises(RuntimeError, match="the gradient of MyReLU"):
            out.sum().backward()

    def test_a_missing_gradient_is_named(self):
        class Wrong(MyReLU):
            @staticmethod
            def backward(ctx, grad_output):
                return grad_output, None

        with pytest.raises(RuntimeError, match="Wrong.backward must return a gradient for each of the 1"):
            Wrong.apply(leaf(1.0)).sum().backward()


class TestLayers:
    def test_a_pair_on_the_tape(self):
        rng = np.random.default_rng(0)
        x, w, b = (autograd.tensor(rng.standard_normal(shape), requires_grad=True) for shape in ((2, 3), (3, 4), (4,)))
        dout = rng.standard_normal((2, 4))
        layer = factories.affine(3, 4)
        autograd.through(layer, x, w, b).backward(autograd.tensor(dout))
        _, cache = layer.run([x.data], [w.data, b.data])
        dx, dparams = layer.gradients(dout, cache)
        for tensor, gradient in zip((x, w, b), (*dx, *dparams), strict=True):
            np.testing.assert_array_equal(tensor.grad.data, gradient)

    def test_what_has_no_second_gradient_says_so_when_asked(self):
        x = autograd.tensor(np.random.default_rng(0).standard_normal((2, 3, 4, 4)), requires_grad=True)
        first, = grad((autograd.through(factories.max_pool(2), x) ** 2).sum(), x, create_graph=True)
        with pytest.raises(RuntimeError, match="the gradient of max_pool has no gradient here"):
            first.sum().backward()

    def test_a_relu_has(self):
        x = leaf(-1.0, 2.0)
        first, = grad((autograd.through(factories.relu(), x, linear=True) ** 3).sum(), x, create_graph=True)
        first.sum().backward()
        assert first.tolist() == [0, 12] and x.grad.tolist() == [0, 12]


class TestCircuitsOfTheLectures:
    def test_sum_times_z(self):
        x, y, z = leaf(-2.0), leaf(5.0), leaf(-4.0)
        q = x + y
        q.retain_grad()
        f = q * z
        f.sum().backward()
        assert [t.item() for t in (q, f, q.grad, x.grad, y.grad, z.grad)] == [3, -12, -4, -4, -4, 3]

    def test_sigmoid_neuron(self):
        w0, x0, w1, x1, w2 = (leaf(value) for value in (2.0, -1.0, -3.0, -2.0, -3.0))
        small = 1 / (1 + (-(w0 * x0 + w1 * x1 + w2)).exp())
        small.sum().backward()
        np.testing.assert_allclose([t.grad.item() for t in (w0, x0, w1, x1, w2)],
                                   [-0.196612, 0.393224, -0.393224, -0.589836, 0.196612], atol=1e-6)
        one_gate, = grad((w0 * x0 + w1 * x1 + w2).sigmoid().sum(), w0)
        np.testing.assert_allclose(one_gate.item(), w0.grad.item(), rtol=1e-14)
        np.testing.assert_allclose(small.item(), 0.7310586, atol=1e-7)

    def test_patterns_of_gates(self):
        x, y = leaf(3.0), leaf(-4.0)
        assert [g.item() for g in grad((x * y).sum() * 2, [x, y])] == [-8, 6]
        assert [g.item() for g in grad(x.maximum(y).sum() * 2, [x, y])] == [2, 0]
        assert [g.item() for g in grad((x + y).sum() * 2, [x, y])] == [2, 2]

    def test_norm_of_wx_squared(self):
        W, x = autograd.tensor([[0.1, 0.5], [-0.3, 0.8]], requires_grad=True), leaf(0.2, 0.4)
        q = W.double() @ x
        f = (q * q).sum()
        f.backward()
        np.testing.assert_allclose(f.item(), 0.116, rtol=1e-6)
        np.testing.assert_allclose(W.grad.data, [[0.088, 0.176], [0.104, 0.208]], rtol=1e-6)
        np.testing.assert_allclose(x.grad.data, [-0.112, 0.636], rtol=1e-6)

    def test_two_layers_of_lecture_8(self):
        rng = np.random.RandomState(0)
        x, y = rng.randn(64, 1000), rng.randn(64, 10)
        w1, w2 = rng.randn(1000, 100), rng.randn(100, 10)
        t1, t2 = (autograd.tensor(w, requires_grad=True) for w in (w1, w2))
        for step in range(20):
            h = x.dot(w1)
            h_relu = np.maximum(h, 0)
            dy = 2 * (h_relu.dot(w2) - y)
            dw2, dh = h_relu.T.dot(dy), dy.dot(w2.T)
            dh[h < 0] = 0
            loss = (autograd.tensor(x).mm(t1).clamp(min=0).mm(t2) - y).pow(2).sum()
            loss.backward()
            w1, w2 = w1 - 1e-6 * x.T.dot(dh), w2 - 1e-6 * dw2
            with no_grad():
                for t in (t1, t2):
                    t -= 1e-6 * t.grad
                    t.grad = None
            np.testing.assert_allclose(t1.data, w1, rtol=1e-10)
            np.testing.assert_allclose(t2.data, w2, rtol=1e-10)
