"""Every module against PyTorch's with the same weights: outputs, gradients, first weights, names of parameters."""
import numpy as np
import pytest

from cs231n import autograd, nn

torch = pytest.importorskip("torch")

DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: 5e-5, np.float64: 1e-10}
IMAGES = (3, 4, 9, 7)
MODULES = [
    ("Linear(5, 4)", (3, 5)), ("Linear(5, 4, bias=False)", (2, 3, 5)), ("Linear(5, 4)", (5,)),
    ("Conv2d(4, 6, 3)", IMAGES), ("Conv2d(4, 6, (3, 2), stride=2, padding=1)", IMAGES),
    ("Conv2d(4, 6, 3, padding=(2, 1), bias=False)", IMAGES), ("Conv2d(4, 6, 3, stride=3, groups=2)", IMAGES),
    ("Conv2d(4, 8, 3, groups=4, padding='same')", IMAGES), ("Conv2d(4, 6, 3, dilation=2, padding=1)", IMAGES),
    ("Conv2d(4, 6, 3, dilation=(2, 1), groups=2, stride=2)", IMAGES),
    ("ConvTranspose2d(4, 6, 3)", IMAGES), ("ConvTranspose2d(4, 6, 4, stride=2, padding=1)", IMAGES),
    ("ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2, bias=False)", IMAGES),
    ("ConvTranspose2d(4, 6, (3, 2), dilation=2)", IMAGES),
    ("MaxPool2d(2)", IMAGES), ("MaxPool2d(3, stride=2, padding=1)", IMAGES), ("MaxPool2d((3, 2), stride=1)", IMAGES),
    ("AvgPool2d(2)", IMAGES), ("AvgPool2d(3, stride=2, padding=1)", IMAGES),
    ("AdaptiveAvgPool2d(1)", IMAGES), ("AdaptiveAvgPool2d((3, 7))", IMAGES), ("AdaptiveAvgPool2d((2, 3))", IMAGES),
    ("BatchNorm1d(5)", (6, 5)), ("BatchNorm1d(5, eps=0.1, momentum=0.3)", (4, 5, 3)),
    ("BatchNorm1d(5, affine=False)", (6, 5)), ("BatchNorm2d(4)", IMAGES), ("BatchNorm2d(4, momentum=None)", IMAGES),
    ("BatchNorm2d(4, track_running_stats=False)", IMAGES),
    ("LayerNorm(7)", IMAGES), ("LayerNorm((9, 7), eps=0.1)", IMAGES),
    ("LayerNorm(5, elementwise_affine=False)", (3, 5)),
    ("LayerNorm(5, bias=False)", (3, 5)), ("GroupNorm(2, 4)", IMAGES), ("GroupNorm(2, 4, affine=False)", (3, 4, 5)),
    ("InstanceNorm2d(4)", IMAGES), ("InstanceNorm2d(4, affine=True)", IMAGES),
    ("ReLU()", IMAGES), ("LeakyReLU(0.2)", IMAGES), ("PReLU()", IMAGES), ("PReLU(4)", IMAGES), ("PReLU(5)", (3, 5)),
    ("ELU(0.7)", IMAGES), ("GELU()", IMAGES), ("GELU(approximate='tanh')", IMAGES), ("SiLU()", IMAGES),
    ("Softplus()", IMAGES), ("Sigmoid()", IMAGES), ("Tanh()", IMAGES), ("Softmax(dim=1)", IMAGES),
    ("LogSoftmax(dim=1)", IMAGES), ("Flatten()", IMAGES), ("Identity(3)", IMAGES), ("Dropout(0.0)", IMAGES),
]


def make(library, call):
    return eval(f"nn.{call}", {"nn": nn if library is autograd else torch.nn})


def close(ours, theirs, dtype):
    ours, theirs = np.asarray(ours.data), theirs.detach().numpy()
    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
    assert np.abs(ours - theirs).max(initial=0) < TOLERANCE[dtype] * (1 + np.abs(theirs).max(initial=0))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("call, shape", MODULES)
def test_modules_in_training_and_in_testing(call, shape, dtype):
    theirs = make(torch, call).to(torch.float64 if dtype == np.float64 else torch.float32)
    ours = make(autograd, call).to(dtype)
    rng = np.random.default_rng(0)
    with torch.no_grad():
        for parameter in theirs.parameters():  # not ones and zeros, with which mistakes would not be seen
            parameter.add_(torch.from_numpy(rng.uniform(0.1, 0.5, parameter.shape).astype(dtype)))
    ours.load_state_dict(theirs.state_dict())
    for mode in ("train", "train", "eval"):
        getattr(ours, mode)()
        getattr(theirs, mode)()
        x = rng.standard_normal(shape).astype(dtype)
        inputs = autograd.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        outs = ours(inputs[0]), theirs(inputs[1])
        close(*outs, dtype)
        weights = rng.standard_normal(tuple(outs[1].shape)).astype(dtype)
        outs[0].backward(autograd.tensor(weights))
        outs[1].backward(torch.tensor(weights))
        close(inputs[0].grad, inputs[1].grad, dtype)
        assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]
        for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            close(mine.grad, other.grad, dtype)
        for (name, mine), (other_name, other) in zip(ours.named_buffers(), theirs.named_buffers(), strict=True):
            assert name == other_name
            close(mine, other, dtype)


SECOND = ["Linear(4, 3)", "Conv2d(4, 6, 3, stride=2, padding=1)", "Conv2d(4, 6, 3, groups=2, bias=False)",
          "Conv2d(4, 6, 2, dilation=2)", "ConvTranspose2d(4, 6, 3, stride=2, padding=1)", "AdaptiveAvgPool2d(1)",
          "ReLU()", "LeakyReLU()", "Sigmoid()", "Tanh()", "GELU()", "SiLU()", "Softmax(dim=1)"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("call", SECOND)
def test_gradients_of_gradients(call, dtype):
    theirs = make(torch, call).to(torch.float64 if dtype == np.float64 else torch.float32)
    ours = make(autograd, call).to(dtype)
    ours.load_state_dict(theirs.state_dict())
    x = np.random.default_rng(1).standard_normal((3, 4) if "Linear" in call else (2, 4, 6, 6)).astype(dtype)
    results = []
    for library, module in ((autograd, ours), (torch, theirs)):
        x_in = library.tensor(x, requires_grad=True)
        gradient, = (autograd if library is autograd else torch.autograd).grad(
            (module(x_in) ** 3).sum(), [x_in], create_graph=True)
        ((gradient ** 2).sum() + x_in.sum() * 0).backward()
        results.append([gradient, x_in.grad, *[p.grad for p in module.parameters() if p.grad is not None]])
    for mine, other in zip(*results, strict=True):
        close(mine, other, dtype)


LOSSES = [
    ("CrossEntropyLoss()", "labels"), ("CrossEntropyLoss(label_smoothing=0.1)", "labels"),
    ("CrossEntropyLoss(reduction='none')", "labels"),
    ("CrossEntropyLoss(reduction='sum', label_smoothing=0.2)", "labels"),
    ("CrossEntropyLoss(ignore_index=1)", "labels"), ("CrossEntropyLoss()", "maps"),
    ("CrossEntropyLoss(ignore_index=1, label_smoothing=0.1)", "maps"), ("CrossEntropyLoss()", "probabilities"),
    ("CrossEntropyLoss(label_smoothing=0.3, reduction='sum')", "probabilities"),
    ("NLLLoss()", "labels"), ("NLLLoss(reduction='sum')", "labels"), ("NLLLoss(ignore_index=2)", "maps"),
    ("MultiMarginLoss()", "labels"), ("MultiMarginLoss(p=2)", "labels"),
    ("MultiMarginLoss(margin=0.5, reduction='sum')", "labels"), ("MultiMarginLoss(p=2, margin=2.0)", "labels"),
    ("MSELoss()", "numbers"), ("MSELoss(reduction='none')", "numbers"), ("L1Loss()", "numbers"),
    ("SmoothL1Loss()", "numbers"), ("SmoothL1Loss(beta=0.3, reduction='sum')", "numbers"),
    ("BCEWithLogitsLoss()", "probabilities"), ("BCEWithLogitsLoss(reduction='sum')", "probabilities"),
    ("BCELoss()", "probabilities of probabilities"), ("KLDivLoss(reduction='batchmean')", "probabilities"),
    ("KLDivLoss()", "probabilities"), ("KLDivLoss(log_target=True, reduction='sum')", "numbers"),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("call, kind", LOSSES)
def test_losses(call, kind, dtype):
    rng = np.random.default_rng(2)
    shape = (3, 4, 5) if kind == "maps" else (6, 4)
    x = rng.standard_normal(shape).astype(dtype)
    if kind == "probabilities of probabilities":
        x = 1 / (1 + np.exp(-x))
    target = {"labels": lambda: rng.integers(4, size=6), "maps": lambda: rng.integers(4, size=(3, 5)),
              "numbers": lambda: rng.standard_normal(shape).astype(dtype)}.get(
        kind, lambda: rng.dirichlet(np.ones(4), size=6).astype(dtype))()
    results = []
    for library in (autograd, torch):
        x_in = library.tensor(x, requires_grad=True)
        loss = make(library, call)(x_in, library.tensor(target))
        (loss ** 2).sum().backward()
        results.append((loss, x_in.grad))
    for mine, other in zip(*results, strict=True):
        close(mine, other, dtype)


@pytest.mark.parametrize("call, kind", [("CrossEntropyLoss", {"label_smoothing": 0.1}), ("NLLLoss", {}),
                                        ("BCEWithLogitsLoss", {"pos_weight": True})])
def test_losses_with_weights_of_classes(call, kind):
    rng = np.random.default_rng(3)
    x, w = rng.standard_normal((6, 4)), rng.uniform(0.5, 2, 4)
    y = rng.uniform(size=(6, 4)) if call.startswith("BCE") else rng.integers(4, size=6)
    results = []
    for library, home in ((autograd, nn), (torch, torch.nn)):
        settings = {name: library.tensor(w) if value is True else value for name, value in kind.items()}
        x_in = library.tensor(x, requires_grad=True)
        loss = getattr(home, call)(weight=library.tensor(w), **settings)(x_in, library.tensor(y))
        loss.backward()
        results.append((loss, x_in.grad))
    for mine, other in zip(*results, strict=True):
        close(mine, other, np.float64)


def test_second_gradient_of_the_cross_entropy():
    x, y = np.random.default_rng(4).standard_normal((5, 3)), np.array([0, 2, 1, 1, 0])
    results = []
    for library, F in ((autograd, nn.functional), (torch, torch.nn.functional)):
        x_in = library.tensor(x, requires_grad=True)
        gradient, = (autograd if library is autograd else torch.autograd).grad(
            F.cross_entropy(x_in, library.tensor(y)), [x_in], create_graph=True)
        (gradient ** 2).sum().backward()
        results.append((gradient, x_in.grad))
    for mine, other in zip(*results, strict=True):
        close(mine, other, np.float64)


RECURRENT = [(kind, settings) for kind in ("RNN", "LSTM", "GRU") for settings in (
    "", ", num_layers=2, batch_first=True", ", bidirectional=True",
    ", num_layers=2, bidirectional=True, bias=False")] + [("RNN", ", nonlinearity='relu'")]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("kind, settings", RECURRENT)
def test_recurrent_modules(kind, settings, with_state, dtype):
    call = f"{kind}(4, 5{settings})"
    theirs = make(torch, call).to(torch.float64 if dtype == np.float64 else torch.float32)
    ours = make(autograd, call).to(dtype)
    ours.load_state_dict(theirs.state_dict())
    rng = np.random.default_rng(5)
    x = rng.standard_normal((3, 6, 4)).astype(dtype)
    x = x if "batch_first" in settings else x.transpose(1, 0, 2).copy()
    N, count = 3, len(list(theirs.parameters())) // (2 if "bias=False" in settings else 4)
    first = rng.standard_normal((2, count, N, 5)).astype(dtype)
    results = []
    for library, module in ((autograd, ours), (torch, theirs)):
        x_in = library.tensor(x, requires_grad=True)
        states = [library.tensor(a, requires_grad=True) for a in first[:2 if kind == "LSTM" else 1]]
        hx = (tuple(states) if kind == "LSTM" else states[0]) if with_state else None
        out, last = module(x_in, hx)
        last = list(last) if kind == "LSTM" else [last]
        (out.sin().sum() + sum((a ** 2).sum() * (i + 1) for i, a in enumerate(last))).backward()
        results.append([out, *last, x_in.grad, *[p.grad for p in module.parameters()],
                        *([a.grad for a in states] if with_state else [])])
    for mine, other in zip(*results, strict=True):
        close(mine, other, dtype)


def test_embedding():
    for settings in ("", ", padding_idx=2"):
        theirs, ours = make(torch, f"Embedding(5, 3{settings})"), make(autograd, f"Embedding(5, 3{settings})")
        ours.load_state_dict(theirs.state_dict())
        words = np.array([[0, 2, 2], [4, 4, 1]])
        outs = ours(autograd.tensor(words)), theirs(torch.tensor(words))
        for out in outs:
            (out ** 2).sum().backward()
        close(*outs, np.float32)
        close(ours.weight.grad, theirs.weight.grad, np.float32)


def test_dropout_keeps_the_mean_and_its_own_mask():
    x = autograd.ones(200, 200, requires_grad=True)
    dropout = nn.Dropout(0.3)
    out = dropout(x)
    out.sum().backward()
    assert abs((out.data == 0).mean() - 0.3) < 0.01 and abs(out.data.mean() - 1) < 0.02
    np.testing.assert_array_equal(x.grad.data, out.data)
    assert (nn.Dropout(1.0)(x).data == 0).all() and dropout.eval()(x) is x


def test_maxout():
    module = nn.Maxout(4, 3, pieces=2).double()
    x = autograd.tensor(np.random.default_rng(6).standard_normal((5, 4)), requires_grad=True)
    a, b = (x @ module.weight[k] + module.bias[k] for k in range(2))
    np.testing.assert_allclose(module(x).data, autograd.maximum(a, b).data)
    gradients = [autograd.grad((out ** 2).sum(), [x, module.weight, module.bias])
                 for out in (module(x), autograd.maximum(a, b))]
    for mine, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(mine.data, other.data, rtol=1e-10)


@pytest.mark.parametrize("call", ["Linear(400, 300)", "Conv2d(16, 64, 5)", "Conv2d(16, 64, 5, groups=4)",
                                  "ConvTranspose2d(64, 32, 4)", "Embedding(300, 400)", "LSTM(200, 100)",
                                  "GRU(200, 100)", "RNN(300, 200)"])
def test_first_weights_have_the_distribution_of_pytorch(call):
    autograd.manual_seed(0)
    ours, theirs = make(autograd, call), make(torch, call)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        mine, other = mine.data, other.detach().numpy()
        assert mine.dtype == np.float32 and abs(mine.mean() - other.mean()) < 10 * other.std() / mine.size ** 0.5
        assert abs(mine.std() / other.std() - 1) < 6 / mine.size ** 0.5
        if call != "Embedding(300, 400)":  # evenly spread: both reach the same bounds
            assert abs(np.abs(mine).max() / np.abs(other).max() - 1) < 20 / mine.size


@pytest.mark.parametrize("name, settings", [
    ("xavier_uniform_", {}), ("xavier_normal_", {"gain": 2.0}), ("kaiming_uniform_", {"a": 0.2}),
    ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}), ("normal_", {"mean": 1.0, "std": 0.5}),
    ("uniform_", {"a": -1.0, "b": 3.0}), ("trunc_normal_", {"std": 2.0}), ("constant_", {"val": 3.0}), ("ones_", {}),
    ("zeros_", {}), ("orthogonal_", {"gain": 1.5})])
def test_initialisations(name, settings):
    autograd.manual_seed(1)
    ours, theirs = autograd.empty(60, 8, 5, 5), torch.empty(60, 8, 5, 5)
    getattr(nn.init, name)(ours, **settings)
    getattr(torch.nn.init, name)(theirs, **settings)
    assert abs(ours.data.mean() - theirs.mean().item()) <= 8 * theirs.std().item() / ours.data.size ** 0.5
    np.testing.assert_allclose(ours.data.std(), theirs.std().item(), rtol=0.03)


@pytest.mark.parametrize("call, message", [
    (lambda: nn.Conv2d(3, 4, 3, groups=2), "groups must divide"),
    (lambda: nn.Conv2d(3, 4, 3, stride=(1, 2))(autograd.ones(1, 3, 5, 5)), "stride must be the same"),
    (lambda: nn.Linear(3, 4)(autograd.ones(2, 5)), r"w must have shape \(5, M\)"),
    (lambda: nn.BatchNorm2d(3)(autograd.ones(2, 3)), "must have 4 axes"),
    (lambda: nn.BatchNorm1d(3)(autograd.ones(1, 3)), "more than one number"),
    (lambda: nn.GroupNorm(2, 3), "num_groups must divide"),
    (lambda: nn.Dropout(1.5), "from 0 to 1"),
    (lambda: nn.LayerNorm(3)(autograd.ones(2, 4)), "normalized_shape"),
    (lambda: nn.RNN(2, 3, nonlinearity="elu"), "nonlinearity"),
    (lambda: nn.CrossEntropyLoss()(autograd.ones(2, 3), autograd.tensor([0, 3])), "from 0 to C - 1"),
    (lambda: nn.NLLLoss()(autograd.ones(2, 3), autograd.tensor([0, 3])), "from 0 to C - 1"),
    (lambda: nn.MSELoss(reduction="median")(autograd.ones(2), autograd.ones(2)), "reduction"),
    (lambda: nn.Embedding(3, 2)(autograd.tensor([3])), "from 0 to V - 1"),
])
def test_wrong_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
