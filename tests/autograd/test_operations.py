"""Every operation against PyTorch over random shapes: values, gradients, gradients of gradients, both precisions."""
import numpy as np
import pytest

from cs231n import autograd

torch = pytest.importorskip("torch")

TOLERANCE = {np.float32: 2e-4, np.float64: 1e-9}


def positive(x):
    return x.exp() + 0.5


UNARY = {
    "neg": lambda t, x: -x,
    "abs": lambda t, x: x.abs(),
    "exp": lambda t, x: x.exp(),
    "log": lambda t, x: positive(x).log(),
    "sqrt": lambda t, x: positive(x).sqrt(),
    "sin": lambda t, x: x.sin() * x.cos(),
    "tanh": lambda t, x: x.tanh(),
    "sigmoid": lambda t, x: x.sigmoid(),
    "clamp": lambda t, x: x.clamp(min=-0.5, max=0.7) * x,
    "pow of a number": lambda t, x: x ** 3 + positive(x) ** -1.5 + x ** 1 + x ** 0,
    "number to a power": lambda t, x: 2.0 ** x,
    "numbers beside": lambda t, x: 2 * x + 1 - x / 3 + (3 - x) * (1 / positive(x)),
    "sum": lambda t, x: x.sum() * x.sum(1).exp() * x.sum((0, 2), keepdim=True).sin().sum(),
    "mean": lambda t, x: x.mean() * x.mean(-1).exp().sum() + x.mean((0, 1)),
    "var": lambda t, x: x.var(1) * x.var() + x.std(1, keepdim=True).sum() + x.var(1, unbiased=False),
    "norm": lambda t, x: x.norm() * x.norm(dim=1) + x.norm(p=1),
    "max": lambda t, x: x.max() * x.max(1).values + x.min(2, keepdim=True)[0].exp().sum() * x.min(),
    "amax": lambda t, x: x.amax((0, 2)).exp() * x.amax(1, keepdim=True).sum(),
    "logsumexp": lambda t, x: x.logsumexp(1) * x.logsumexp(-1, keepdim=True).sum(),
    "softmax": lambda t, x: x.softmax(1) * x.softmax(dim=-1),
    "log_softmax": lambda t, x: x.log_softmax(1) * x.log_softmax(dim=0),
    "reshape": lambda t, x: x.reshape(-1).exp()[:4] + x.view(x.size(0), -1).sin().sum(),
    "flatten": lambda t, x: t.flatten(x, 1).exp().sum(1) * x.flatten(0, 1).sin().sum(),
    "permute": lambda t, x: x.permute(2, 0, 1).exp() * x.transpose(0, 2).sin().sum(),
    "squeeze": lambda t, x: x.unsqueeze(1).exp().squeeze(1) * x[:, :1].squeeze().sin().sum(),
    "expand": lambda t, x: x[:, :1].expand(-1, 5, -1).exp() * x.sin().sum(),
    "getitem": lambda t, x: x[0].exp().sum() * x[:, 1:, ::2].sin() + x[..., None, -1].sum(),
    "getitem of lists": lambda t, x: x[[0, 1, 0, 0]].exp() * x[t.arange(2), [0, 1]].sin().sum(),
    "getitem of a mask": lambda t, x: x[x > 0].exp().sum() * x.sin(),
    "cat": lambda t, x: t.cat([x, x.exp(), x[:1].sin()], 0) * t.cat([x, x], dim=-1).sin().sum(),
    "stack": lambda t, x: t.stack([x.exp(), x], 1) * t.stack([x, x], dim=-1).sin().sum(),
    "split": lambda t, x: x.split(2, 1)[0].exp() * x.chunk(2, 2)[1].sin().sum() + x.split([1, 1], 0)[1].sum(),
    "pad": lambda t, x: t.nn.functional.pad(x.exp(), (1, 2, 0, 1)) if t is torch else t.pad(x.exp(), (1, 2, 0, 1)),
    "cumsum": lambda t, x: x.cumsum(1).exp() * t.flip(x, [0]).sin(),
    "where": lambda t, x: t.where(x > 0.2, x.exp(), x.sin()) * x.masked_fill(x > 0, -2.0).sin(),
    "clone": lambda t, x: x.clone().exp(),
    "to": lambda t, x: x.to(t.float64).exp().to(x.dtype),
    "T": lambda t, x: x[0].T.exp() @ x[0].t().T,
}
BINARY = {
    "add": lambda t, x, y: (x + y).exp(),
    "sub": lambda t, x, y: (x - y).exp(),
    "mul": lambda t, x, y: (x * y).exp() * y,
    "div": lambda t, x, y: x / positive(y),
    "pow": lambda t, x, y: positive(x) ** y,
    "maximum": lambda t, x, y: t.maximum(x, y).exp() * t.minimum(x, y) + t.max(x, y),
}
SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((2, 1, 3), (5, 1)), ((), (2, 3)), ((1,), (1, 1, 2))]
MATMULS = [((3, 4), (4, 5)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 1)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (4, 2)),
           ((2, 3, 4), (4,)), ((4,), (4,)), ((3, 4), (5, 4, 2))]


def compare(function, arrays, dtype):
    """Compare values, gradients and the gradients of a sum of the gradients' squares."""
    results = []
    for library in (autograd, torch):
        inputs = [library.tensor(array, requires_grad=True) for array in arrays]
        out = function(library, *inputs)
        weights = np.random.RandomState(7).standard_normal(tuple(out.shape)).astype(dtype)
        gradients = library.autograd.grad(out, inputs, library.tensor(weights), create_graph=True) \
            if library is torch else autograd.grad(out, inputs, autograd.tensor(weights), create_graph=True)
        penalty = sum((gradient * gradient).sum() for gradient in gradients) + 0 * sum(x.sum() ** 2 for x in inputs)
        penalty.backward()
        results.append([out, *gradients, *[x.grad for x in inputs]])
    for ours, theirs in zip(*results, strict=True):
        assert ours.data.dtype == dtype and ours.shape == tuple(theirs.shape)
        theirs = theirs.detach().numpy()
        error = np.abs(ours.data - theirs).max(initial=0) / (1 + np.abs(theirs).max(initial=0))
        assert error < TOLERANCE[dtype]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_tensor(name, dtype):
    rng = np.random.default_rng(0)
    for shape in ((2, 3, 4), (2, 5, 3)):
        compare(UNARY[name], [rng.standard_normal(shape).astype(dtype)], dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", BINARY)
def test_operations_of_two_tensors_broadcast(name, shapes, dtype):
    rng = np.random.default_rng(1)
    for pair in (shapes, shapes[::-1]):
        compare(BINARY[name], [np.asarray(rng.standard_normal(shape), dtype) for shape in pair], dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shapes", MATMULS)
def test_matrix_products_of_any_rank(shapes, dtype):
    rng = np.random.default_rng(2)
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    compare(lambda t, x, y: (x @ y) * t.matmul(x, y).sin(), arrays, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gather_and_scatter(dtype):
    rng = np.random.default_rng(3)
    index = rng.integers(3, size=(2, 4))

    def function(t, x, y):
        places = t.tensor(index)
        return x.gather(1, places).exp() * y.sin() + x.scatter_add(1, places, y.exp()).sum(1, keepdim=True).sin()

    compare(function, [rng.standard_normal((2, 3)).astype(dtype), rng.standard_normal((2, 4)).astype(dtype)], dtype)


def test_equal_numbers_share_a_gradient_as_in_pytorch():
    for reduce in (lambda x: x.max(), lambda x: x.amax(1).sum(), lambda x: x.max(1)[0].sum(), lambda x: x.min()):
        gradients = []
        for library in (autograd, torch):
            x = library.tensor([[1.0, 1, 0], [1, 1, 1]], requires_grad=True)
            reduce(x).backward()
            gradients.append(x.grad.tolist())
        np.testing.assert_allclose(*gradients)


def test_integers_and_comparisons():
    x, y = autograd.tensor([3, 1, 2]), torch.tensor([3, 1, 2])
    for function in (lambda x: x + 1, lambda x: x * 2.5, lambda x: x / 2, lambda x: x // 2, lambda x: x % 2,
                     lambda x: x == 1, lambda x: (x > 1) & (x < 3), lambda x: ~(x > 1), lambda x: (x > 1) + 1,
                     lambda x: x.sum(), lambda x: x.argmax(), lambda x: x.float().mean(), lambda x: (x == 1).sum(),
                     lambda x: x.max(0)[1]):
        ours, theirs = function(x), function(y).numpy()
        assert ours.dtype == theirs.dtype and ours.tolist() == theirs.tolist()


def test_numbers_of_numpy_do_not_raise_the_precision():
    x = autograd.ones(2)
    assert (x * np.sqrt(2.0)).dtype == np.float32
    assert (np.float64(2.0) * x).dtype == np.float32


def test_arrays_on_the_left():
    x = autograd.ones(2, requires_grad=True)
    out = np.array([1.0, 2.0], np.float32) * x
    out.sum().backward()
    assert x.grad.tolist() == [1, 2]


def test_against_the_package_autograd():
    judge = pytest.importorskip("autograd")
    numpy = pytest.importorskip("autograd.numpy")
    rng = np.random.default_rng(4)
    x, w = rng.standard_normal((3, 4)), rng.standard_normal((4, 5))

    def loss(x, w):
        h = numpy.tanh(numpy.dot(x, w))
        return numpy.sum(numpy.log(numpy.sum(numpy.exp(h), axis=1)) * h[:, 0])

    def ours(x, w):
        h = (x @ w).tanh()
        return (h.exp().sum(1).log() * h[:, 0]).sum()

    tensors = [autograd.tensor(a, requires_grad=True) for a in (x, w)]
    ours(*tensors).backward()
    for i, tensor in enumerate(tensors):
        np.testing.assert_allclose(tensor.grad.data, judge.grad(loss, i)(x, w), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("call, message", [
    (lambda x: x @ x, "the columns of the first"),
    (lambda x: x.mm(x[0]), "mm multiplies two matrices"),
    (lambda x: (x > 0).mean(), "mean needs floats"),
    (lambda x: autograd.pad(x, (1, 1), mode="reflect"), "mode must be 'constant'"),
])
def test_wrong_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(autograd.ones(2, 3))
