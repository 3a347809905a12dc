"""Convolutions whose steps do not end at the border, with padding, against PyTorch: the last rows may be real ones."""
import numpy as np
import pytest

from cs231n.networks.any_size import floor_conv_backward, floor_conv_forward, floor_conv_input_backward

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("H, W, field, stride, pad", [(9, 7, (3, 2), 2, 1), (8, 8, (3, 3), 2, 1), (7, 9, (2, 4), 3, 2),
                                                      (8, 9, (3, 3), 2, 0), (9, 9, (3, 3), 2, 1)])
def test_floor_conv(H, W, field, stride, pad):
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((2, 3, H, W)), rng.standard_normal((4, 3, *field)), rng.standard_normal(4)
    out, cache = floor_conv_forward(x, w, b, {"stride": stride, "pad": pad})
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    wanted = torch.nn.functional.conv2d(*tensors, stride=stride, padding=pad)
    np.testing.assert_allclose(out, wanted.detach().numpy(), atol=1e-12)
    dout = rng.standard_normal(out.shape)
    wanted.backward(torch.tensor(dout))
    for gradient, tensor in zip(floor_conv_backward(dout, cache), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(floor_conv_input_backward(dout, cache), tensors[0].grad.numpy(), atol=1e-12)
