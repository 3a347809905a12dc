"""The numbers that the course's assignment 2 prints for the layers, at the precision printed."""
import numpy as np
import pytest

from cs231n import layers
from cs231n.gradient_check import rel_error


def ramp(first, last, *shape):
    return np.linspace(first, last, num=int(np.prod(shape))).reshape(shape)


def test_affine_forward():
    out, _ = layers.affine_forward(ramp(-0.1, 0.5, 2, 4, 5, 6), ramp(-0.2, 0.3, 120, 3), ramp(-0.3, 0.1, 3))
    expected = np.array([[1.49834967, 1.70660132, 1.91485297], [3.25553199, 3.5141327, 3.77273342]])
    assert rel_error(out, expected) == pytest.approx(9.7698e-10, rel=1e-3)


def test_relu_forward():
    out, _ = layers.relu_forward(ramp(-0.5, 0.5, 3, 4))
    expected = np.array([[0, 0, 0, 0], [0, 0, 0.04545455, 0.13636364], [0.22727273, 0.31818182, 0.40909091, 0.5]])
    assert rel_error(out, expected) == pytest.approx(4.9999998e-08, rel=1e-3)


def test_losses_on_small_scores():
    np.random.seed(231)
    x, y = 0.001 * np.random.randn(50, 10), np.random.randint(10, size=50)
    assert layers.svm_loss(x, y)[0] == pytest.approx(8.999602749096233, rel=1e-14)
    assert layers.softmax_loss(x, y)[0] == pytest.approx(2.302545844500738, rel=1e-14)


def hidden_features(seed=231):
    """The activations that the batch and layer norm checks of the course start from."""
    np.random.seed(seed)
    N, D1, D2, D3 = 200, 50, 60, 3
    X, W1, W2 = np.random.randn(N, D1), np.random.randn(D1, D2), np.random.randn(D2, D3)
    return np.maximum(0, X.dot(W1)).dot(W2)


def test_batchnorm_in_training():
    a = hidden_features()
    np.testing.assert_allclose(a.mean(axis=0), [-2.3814598, -13.18038246, 1.91780462], atol=1e-8)
    np.testing.assert_allclose(a.std(axis=0), [27.18502186, 34.21455511, 37.68611762], atol=1e-8)
    gamma, beta = np.array([1.0, 2, 3]), np.array([11.0, 12, 13])
    out, _ = layers.batchnorm_forward(a, gamma, beta, {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=0), beta, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), gamma, atol=1e-7)


def test_batchnorm_in_testing():
    np.random.seed(231)
    N, D1, D2, D3 = 200, 50, 60, 3
    W1, W2 = np.random.randn(D1, D2), np.random.randn(D2, D3)
    bn_param, gamma, beta = {"mode": "train"}, np.ones(D3), np.zeros(D3)
    for _ in range(50):
        a = np.maximum(0, np.random.randn(N, D1).dot(W1)).dot(W2)
        layers.batchnorm_forward(a, gamma, beta, bn_param)
    bn_param["mode"] = "test"
    a = np.maximum(0, np.random.randn(N, D1).dot(W1)).dot(W2)
    out, _ = layers.batchnorm_forward(a, gamma, beta, bn_param)
    np.testing.assert_allclose(out.mean(axis=0), [-0.03927354, -0.04349152, -0.10452688], atol=1e-8)
    np.testing.assert_allclose(out.std(axis=0), [1.01531428, 1.01238373, 0.97819988], atol=1e-8)


def test_layernorm():
    np.random.seed(231)
    N, D1, D2, D3 = 4, 50, 60, 3
    X, W1, W2 = np.random.randn(N, D1), np.random.randn(D1, D2), np.random.randn(D2, D3)
    a = np.maximum(0, X.dot(W1)).dot(W2)
    expected = [-59.06673243, -47.60782686, -43.31137368, -26.40991744]
    np.testing.assert_allclose(a.mean(axis=1), expected, atol=1e-8)
    out, _ = layers.layernorm_forward(a, 3 * np.ones(D3), 5 * np.ones(D3), {})
    np.testing.assert_allclose(out.mean(axis=1), 5, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=1), 3, atol=1e-6)


def test_dropout():
    np.random.seed(231)
    x = np.random.randn(500, 500) + 10
    assert x.mean() == pytest.approx(10.000207878477502, rel=1e-14)
    printed = {0.25: (10.014059116977283, 0.749784), 0.4: (9.977917658761159, 0.600796),
               0.7: (9.987811912159426, 0.30074)}
    for p, (mean, zeros) in printed.items():
        out, _ = layers.dropout_forward(x, {"mode": "train", "p": p})
        assert out.mean() == pytest.approx(mean, rel=1e-13)
        assert np.mean(out == 0) == zeros
        np.testing.assert_array_equal(layers.dropout_forward(x, {"mode": "test", "p": p})[0], x)


def test_conv_forward():
    x, w, b = ramp(-0.1, 0.5, 2, 3, 4, 4), ramp(-0.2, 0.3, 3, 3, 4, 4), ramp(-0.1, 0.2, 3)
    out, _ = layers.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
    expected = np.array([
        [[[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]], [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
         [[0.50813986, 0.54309974], [0.64082444, 0.67101435]]],
        [[[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]], [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
         [[2.36270298, 2.36904306], [2.38090835, 2.38247847]]],
    ])
    assert rel_error(out, expected) == pytest.approx(2.2121476e-08, rel=1e-3)


def test_max_pool_forward():
    x = ramp(-0.3, 0.4, 2, 3, 4, 4)
    out, _ = layers.max_pool_forward_naive(x, {"pool_height": 2, "pool_width": 2, "stride": 2})
    expected = np.array([
        [[[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]],
         [[-0.14526316, -0.13052632], [-0.08631579, -0.07157895]],
         [[-0.02736842, -0.01263158], [0.03157895, 0.04631579]]],
        [[[0.09052632, 0.10526316], [0.14947368, 0.16421053]], [[0.20842105, 0.22315789], [0.26736842, 0.28210526]],
         [[0.32631579, 0.34105263], [0.38526316, 0.4]]],
    ])
    assert rel_error(out, expected) == pytest.approx(4.1666665e-08, rel=1e-3)


def test_spatial_batchnorm_in_testing():
    np.random.seed(231)
    N, C, H, W = 10, 4, 11, 12
    bn_param, gamma, beta = {"mode": "train"}, np.ones(C), np.zeros(C)
    for _ in range(50):
        layers.spatial_batchnorm_forward(2.3 * np.random.randn(N, C, H, W) + 13, gamma, beta, bn_param)
    bn_param["mode"] = "test"
    out, _ = layers.spatial_batchnorm_forward(2.3 * np.random.randn(N, C, H, W) + 13, gamma, beta, bn_param)
    np.testing.assert_allclose(out.mean(axis=(0, 2, 3)), [-0.08034406, 0.07562881, 0.05716371, 0.04378383], atol=1e-8)
    np.testing.assert_allclose(out.std(axis=(0, 2, 3)), [0.96718744, 1.0299714, 1.02887624, 1.00585577], atol=1e-8)


def test_spatial_groupnorm():
    np.random.seed(231)
    N, C, H, W, G = 2, 6, 4, 5, 2
    x = 4 * np.random.randn(N, C, H, W) + 10
    groups = x.reshape(N * G, -1)
    np.testing.assert_allclose(groups.mean(axis=1), [9.72505327, 8.51114185, 8.9147544, 9.43448077], atol=1e-8)
    np.testing.assert_allclose(groups.std(axis=1), [3.67070958, 3.09892597, 4.27043622, 3.97521327], atol=1e-8)
    out, cache = layers.spatial_groupnorm_forward(x, np.ones((1, C, 1, 1)), np.zeros((1, C, 1, 1)), G, {})
    assert out.shape == (N, C, H, W)
    np.testing.assert_allclose(out.reshape(N * G, -1).mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(out.reshape(N * G, -1).std(axis=1), 1, atol=1e-5)
    _, dgamma, dbeta = layers.spatial_groupnorm_backward(np.ones_like(out), cache)
    assert dgamma.shape == dbeta.shape == (1, C, 1, 1)
