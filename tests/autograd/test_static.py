"""Static graphs: run often, computed once, saved, and equal to the tape; ONNX in two other programs."""
import subprocess
import sys

import numpy as np
import pytest

from cs231n import autograd, nn
from cs231n.autograd.static import Graph, trace

rng = np.random.default_rng(0)


def two_layers():
    graph = Graph()
    x, y = graph.placeholder("x"), graph.placeholder("y")
    values = rng.standard_normal((8, 6)), rng.standard_normal((6, 3))
    w1, w2 = (graph.variable(f"w{i + 1}", value) for i, value in enumerate(values))
    loss = ((x.mm(w1).clamp(min=0).mm(w2) - y) ** 2).sum()
    dw1, dw2 = graph.gradients(loss, [w1, w2])
    updates = graph.assign(w1, w1 - 1e-3 * dw1), graph.assign(w2, w2 - 1e-3 * dw2)
    return graph, loss, updates, values, (rng.standard_normal((5, 8)), rng.standard_normal((5, 3)))


def test_training_is_that_of_the_tape():
    graph, loss, updates, values, (X, Y) = two_layers()
    together = graph.group(*updates)
    count = len(graph.nodes)
    w1, w2 = (autograd.tensor(value, requires_grad=True) for value in values)
    for _ in range(10):
        got, _ = graph.run([loss, together], {"x": X, "y": Y})
        wanted = ((autograd.tensor(X).mm(w1).clamp(min=0).mm(w2) - autograd.tensor(Y)) ** 2).sum()
        np.testing.assert_allclose(got, wanted.item(), rtol=1e-12)
        wanted.backward()
        with autograd.no_grad():
            for w in (w1, w2):
                w -= 1e-3 * w.grad
                w.grad = None
    assert len(graph.nodes) == count  # built once
    np.testing.assert_allclose(graph.values["w1"], w1.data, rtol=1e-12)


def test_an_update_that_is_not_fetched_changes_nothing():
    graph, loss, updates, _, (X, Y) = two_layers()
    feeds = {"x": X, "y": Y}
    assert graph.run(loss, feeds) == graph.run(loss, feeds)
    before = graph.run(loss, feeds)
    graph.run(list(updates), feeds)
    assert graph.run(loss, feeds) < before
    assert graph.run([loss, graph.group(*updates)], feeds)[0] > graph.run(loss, feeds)


def test_common_parts_are_noted_once_and_what_is_not_needed_is_not_computed():
    graph = Graph()
    x = graph.placeholder("x")
    y = graph.placeholder("y")
    assert (x * 2).exp().number == (x * 2).exp().number and len(graph.nodes) == 4
    _ = y + 1
    np.testing.assert_allclose(graph.run((x * 2).exp(), {"x": np.ones(2)}), np.exp([2, 2]))


@pytest.mark.parametrize("z", [1.0, -1.0])
def test_a_condition_against_pythons(z):
    graph = Graph()
    x, w1, w2, symbol = (graph.placeholder(name) for name in ("x", "w1", "w2", "z"))
    out = graph.cond(symbol, lambda x, a, b: a * x, lambda x, a, b: b * x, x, w1, w2)
    loss = out.sum()
    gradients = graph.gradients(loss, [x])
    arrays = {name: rng.standard_normal(4) for name in ("x", "w1", "w2")}
    got = graph.run([loss, *gradients], {**arrays, "z": np.array(z > 0)})
    t = {name: autograd.tensor(a, requires_grad=True) for name, a in arrays.items()}
    wanted = ((t["w1"] if z > 0 else t["w2"]) * t["x"]).sum()
    wanted.backward()
    np.testing.assert_allclose(got[0], wanted.item())
    np.testing.assert_allclose(got[1], t["x"].grad.data)


def test_a_fold_against_pythons_loop():
    graph = Graph()
    x, y0, w = (graph.placeholder(name) for name in ("x", "y0", "w"))
    loss = graph.fold(lambda y, x_t, w: (y + x_t) * w, y0, x, w).sum()
    gradients = graph.gradients(loss, [w, x, y0])
    arrays = {"x": rng.standard_normal((3, 8)), "y0": rng.standard_normal(8), "w": rng.standard_normal(8)}
    got = graph.run([loss, *gradients], arrays)
    t = {name: autograd.tensor(a, requires_grad=True) for name, a in arrays.items()}
    y = t["y0"]
    for x_t in t["x"]:
        y = (y + x_t) * t["w"]
    y.sum().backward()
    for mine, other in zip(got, [y.sum(), t["w"].grad, t["x"].grad, t["y0"].grad], strict=True):
        np.testing.assert_allclose(mine, other.data, rtol=1e-12)


def test_a_loop_whose_length_depends_on_the_data():
    graph = Graph()
    x = graph.placeholder("x")
    out = graph.while_loop(lambda y, x: (100 - y).clamp(min=0), lambda y, x: y * x, x, x)
    gradient, = graph.gradients(out, [x])
    value, slope = graph.run([out, gradient], {"x": np.array(1.5)})
    np.testing.assert_allclose([value, slope], [1.5**12, 12 * 1.5**11])


def test_saved_and_run_in_a_process_without_the_code(tmp_path):
    graph, loss, updates, _, (X, Y) = two_layers()
    last = graph.fold(lambda s, row, w: s + row.matmul(w).sum(), loss * 0, graph.placeholder("x"),
                      graph.nodes and graph.add("variable", ("w1",), {}))
    path = tmp_path / "graph.safetensors"
    graph.save(path, loss=loss, update=graph.group(*updates), last=last)
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    code = (f"import numpy as np; from cs231n.autograd.static import Graph\n"
            f"graph, out = Graph.load(r'{path}'); data = dict(np.load(r'{tmp_path / 'data.npz'}'))\n"
            "print([float(graph.run([out['loss'], out['last'], out['update']], data)[i]) for i in (0, 1, 0)])")
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    wanted = [float(graph.run([loss, last, graph.group(*updates)], {"x": X, "y": Y})[i]) for i in (0, 1, 0)]
    np.testing.assert_allclose(eval(printed), wanted, rtol=1e-12)


def test_fusing_a_linear_layer_and_its_relu():
    net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    graph, out = trace(net, "x")
    fused, (new,) = graph.fused(out)
    X = rng.standard_normal((2, 4)).astype(np.float32)
    assert len(fused.nodes) == len(graph.nodes) - 1
    np.testing.assert_array_equal(fused.run(new, {"x": X}), graph.run(out, {"x": X}))
    np.testing.assert_array_equal(graph.run(out, {"x": X}), net(autograd.tensor(X)).data)


@pytest.mark.parametrize("call, message", [
    (lambda g, x: g.run(x + 1), "must have the placeholder x"),
    (lambda g, x: g.run(x + 1, {"x": np.ones(1), "z": np.ones(1)}), "no placeholder for z"),
    (lambda g, x: g.gradients(x.sum(), [x + 1]), "placeholders and variables"),
    (lambda g, x: g.assign(x, x), "only a variable"),
    (lambda g, x: g.cond(x, lambda a: a + x, lambda a: a, x), "another graph"),
    (lambda g, x: g.cond(x, lambda a: 3, lambda a: a, x), "a body must return a symbol"),
    (lambda g, x: g.fold(lambda a, b: a + autograd.ones(1), x, x), "no tensors but its arguments"),
])
def test_wrong_graphs(call, message):
    graph = Graph()
    with pytest.raises(ValueError, match=message):
        call(graph, graph.placeholder("x"))


def test_a_symbol_has_no_numbers():
    with pytest.raises(AttributeError, match="yet to be computed"):
        Graph().placeholder("x").shape


def networks():
    mlp = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10))
    convnet = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, groups=4, padding=2,
                                                                                       dilation=2),
        nn.LeakyReLU(), nn.MaxPool2d(2), nn.Dropout(), nn.Flatten(), nn.Linear(8 * 4 * 4, 10), nn.Softmax(dim=1))
    convnet(autograd.randn(4, 3, 16, 16))
    return {"MLP": (mlp, (64, 1000)), "ConvNet": (convnet, (5, 3, 16, 16))}


@pytest.mark.parametrize("name", ["MLP", "ConvNet"])
def test_onnx(name, tmp_path):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    from onnx.reference import ReferenceEvaluator

    from cs231n.nn.onnx import export

    net, shape = networks()[name]
    with pytest.raises(ValueError, match="module.eval"):
        export(net, tmp_path / "no.onnx", shape)
    net.eval()
    path, X = str(tmp_path / "net.onnx"), rng.standard_normal(shape).astype(np.float32)
    export(net, path, ("N", *shape[1:]))
    wanted = net(autograd.tensor(X)).data
    np.testing.assert_allclose(ReferenceEvaluator(path).run(None, {"input": X})[0], wanted, rtol=1e-4, atol=1e-5)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"input": X})[0], wanted, rtol=1e-4, atol=1e-5)
    if name == "MLP":
        assert [node.op_type for node in onnx.load(path).graph.node] == ["Gemm", "Relu", "Gemm", "Identity"]
