"""The naive transposed convolution against PyTorch, numeric gradients and the fast form."""
import numpy as np
import pytest

from cs231n import fast_layers
from cs231n.gradient_check import eval_numerical_gradient_array
from cs231n.layers.transposed_convolution import conv_transpose_backward_naive, conv_transpose_forward_naive

CASES = [(1, 0, (3, 3)), (2, 1, (4, 4)), (3, 2, (5, 4)), (2, 0, (1, 2))]  # stride, pad, field; strides leave gaps too


def arrays(field, dtype=np.float64):
    rng = np.random.default_rng(3)
    shapes = (2, 3, 4, 5), (3, 2, *field), (2,)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("stride, pad, field", CASES)
def test_against_torch(stride, pad, field):
    torch = pytest.importorskip("torch")
    inputs = arrays(field)
    out, cache = conv_transpose_forward_naive(*inputs, {"stride": stride, "pad": pad})
    dout = np.random.default_rng(4).standard_normal(out.shape)
    tensors = [torch.from_numpy(array).requires_grad_() for array in inputs]
    want = torch.nn.functional.conv_transpose2d(*tensors, stride=stride, padding=pad)
    np.testing.assert_allclose(out, want.detach().numpy(), atol=1e-12)
    gradients = torch.autograd.grad(want, tensors, torch.from_numpy(dout))
    for got, gradient in zip(conv_transpose_backward_naive(dout, cache), gradients, strict=True):
        np.testing.assert_allclose(got, gradient.numpy(), atol=1e-12)


@pytest.mark.parametrize("stride, pad, field", CASES)
def test_gradients_are_the_numeric_ones(stride, pad, field):
    inputs, conv_param = arrays(field), {"stride": stride, "pad": pad}

    def forward():
        return conv_transpose_forward_naive(*inputs, conv_param)[0]

    out, cache = conv_transpose_forward_naive(*inputs, conv_param)
    dout = np.random.default_rng(4).standard_normal(out.shape)
    for array, gradient in zip(inputs, conv_transpose_backward_naive(dout, cache), strict=True):
        want = eval_numerical_gradient_array(lambda _: forward(), array, dout)
        np.testing.assert_allclose(gradient, want, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fast_form_is_the_same_and_types_stay(dtype):
    inputs = arrays((3, 4), dtype)
    kept = [array.copy() for array in inputs]
    out, cache = conv_transpose_forward_naive(*inputs, {"stride": 2, "pad": 1})
    fast_out, fast_cache = fast_layers.conv_transpose_forward_fast(*inputs, {"stride": 2, "pad": 1})
    dout = np.sin(out)
    pairs = zip((out, *conv_transpose_backward_naive(dout, cache)),
                (fast_out, *fast_layers.conv_transpose_backward_fast(dout, fast_cache)), strict=True)
    for ours, fast in pairs:
        assert ours.dtype == fast.dtype == dtype
        np.testing.assert_allclose(ours, fast, atol=1e-4 if dtype == np.float32 else 1e-12)
    for array, copy in zip(inputs, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_wrong_input_is_named():
    x, w, b = arrays((3, 3))
    for arguments, words in (((x, w[:2], b), "w must have shape"), ((x, w, b[:1]), "b must have shape"),
                             ((x[0], w, b), "x must be an array")):
        with pytest.raises(ValueError, match=words):
            conv_transpose_forward_naive(*arguments, {"stride": 1, "pad": 0})
    with pytest.raises(ValueError, match="cuts off the whole output"):
        conv_transpose_forward_naive(x, w, b, {"stride": 1, "pad": 3})
    out, cache = conv_transpose_forward_naive(x, w, b, {"stride": 1, "pad": 0})
    with pytest.raises(ValueError, match="dout must have shape"):
        conv_transpose_backward_naive(out[1:], cache)
