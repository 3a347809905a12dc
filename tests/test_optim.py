"""Update rules against the course's figures, torch, and the lecture's hand-worked steps that misprints would fail."""
import numpy as np
import pytest

from cs231n import optim
from cs231n.gradient_check import rel_error

N, D = 4, 5
W = np.linspace(-0.4, 0.6, N * D).reshape(N, D)
DW = np.linspace(-0.6, 0.4, N * D).reshape(N, D)
V = np.linspace(0.6, 0.9, N * D).reshape(N, D)
RULES = [optim.sgd, optim.sgd_momentum, optim.nesterov, optim.adagrad, optim.rmsprop, optim.adam, optim.adamw]


def test_sgd_momentum_of_the_course():
    next_w, config = optim.sgd_momentum(W, DW, {"learning_rate": 1e-3, "velocity": V})
    expected = np.array([
        [0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789],
        [0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526],
        [0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263],
        [1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096],
    ])
    velocity = np.array([
        [0.5406, 0.55475789, 0.56891579, 0.58307368, 0.59723158],
        [0.61138947, 0.62554737, 0.63970526, 0.65386316, 0.66802105],
        [0.68217895, 0.69633684, 0.71049474, 0.72465263, 0.73881053],
        [0.75296842, 0.76712632, 0.78128421, 0.79544211, 0.8096],
    ])
    assert rel_error(next_w, expected) == pytest.approx(8.88e-9, rel=1e-2)
    assert rel_error(config["velocity"], velocity) == pytest.approx(4.27e-9, rel=1e-2)


def test_rmsprop_of_the_course():
    next_w, config = optim.rmsprop(W, DW, {"learning_rate": 1e-2, "cache": V})
    expected = np.array([
        [-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247],
        [-0.132737, -0.08078555, -0.02881884, 0.02316247, 0.07515774],
        [0.12716641, 0.17918792, 0.23122175, 0.28326742, 0.33532447],
        [0.38739248, 0.43947102, 0.49155973, 0.54365823, 0.59576619],
    ])
    cache = np.array([
        [0.5976, 0.6126277, 0.6277108, 0.64284931, 0.65804321],
        [0.67329252, 0.68859723, 0.70395734, 0.71937285, 0.73484377],
        [0.75037008, 0.7659518, 0.78158892, 0.79728144, 0.81302936],
        [0.82883269, 0.84469141, 0.86060554, 0.87657507, 0.8926],
    ])
    assert rel_error(next_w, expected) == pytest.approx(9.52e-8, rel=1e-2)
    assert rel_error(config["cache"], cache) == pytest.approx(2.65e-9, rel=1e-2)


def test_adam_of_the_course():
    v = np.linspace(0.7, 0.5, N * D).reshape(N, D)
    next_w, config = optim.adam(W, DW, {"learning_rate": 1e-2, "m": V, "v": v, "t": 5})
    expected = np.array([
        [-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977],
        [-0.1380274, -0.08544591, -0.03286534, 0.01971428, 0.0722929],
        [0.1248705, 0.17744702, 0.23002243, 0.28259667, 0.33516969],
        [0.38774145, 0.44031188, 0.49288093, 0.54544852, 0.59801459],
    ])
    assert rel_error(next_w, expected) == pytest.approx(1.14e-7, rel=1e-2)
    assert config["t"] == 6
    np.testing.assert_allclose(config["v"].ravel()[[0, 7, 19]], [0.69966, 0.6257431, 0.49966], atol=5e-9)
    np.testing.assert_allclose(config["m"].ravel()[[0, 7, 19]], [0.48, 0.61631579, 0.85], atol=5e-9)


@pytest.mark.parametrize("rule, make", [
    (optim.sgd, lambda t, p: t.optim.SGD(p, lr=0.02)),
    (optim.sgd_momentum, lambda t, p: t.optim.SGD(p, lr=0.02, momentum=0.9)),
    (optim.nesterov, lambda t, p: t.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True)),
    (optim.adagrad, lambda t, p: t.optim.Adagrad(p, lr=0.02, eps=1e-7)),
    (optim.rmsprop, lambda t, p: t.optim.RMSprop(p, lr=0.02, alpha=0.99, eps=1e-8)),
    (optim.adam, lambda t, p: t.optim.Adam(p, lr=0.02)),
    (optim.adamw, lambda t, p: t.optim.AdamW(p, lr=0.02, weight_decay=1e-2)),
])
def test_ten_steps_are_those_of_torch(rule, make):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    w, config = rng.standard_normal((3, 4)), {"learning_rate": 0.02}
    theirs = torch.tensor(w, requires_grad=True)
    optimiser = make(torch, [theirs])
    for _ in range(10):
        dw = rng.standard_normal(w.shape)
        theirs.grad = torch.tensor(dw)
        optimiser.step()
        w, config = rule(w, dw, config)
        np.testing.assert_allclose(w, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_is_kept_inputs_are_left_alone_and_defaults_are_filled_in(rule, dtype):
    w, dw = W.astype(dtype), DW.astype(dtype)
    kept = w.copy(), dw.copy()
    next_w, config = rule(w, dw)
    again, _ = rule(next_w, dw, config)
    assert next_w.dtype == again.dtype == dtype
    assert all(np.asarray(value).dtype == dtype for value in config.values() if isinstance(value, np.ndarray))
    np.testing.assert_array_equal(w, kept[0])
    np.testing.assert_array_equal(dw, kept[1])
    assert config["learning_rate"] == (1e-3 if rule in (optim.adam, optim.adamw) else 1e-2)


@pytest.mark.parametrize("rule", RULES)
def test_all_rules_descend_into_a_long_valley(rule):
    """f = (x^2 + 50 y^2) / 2; a rule that adds what it should subtract climbs."""
    w, config = np.array([1.0, 1.0]), {"learning_rate": 0.02}
    for _ in range(300):
        w, config = rule(w, np.array([1.0, 50.0]) * w, config)
    assert w @ ([1, 50] * w) < 51 / 4


# The steps of lecture 7 by hand. Each of them fails for a misprint of the notes.

def test_both_forms_of_momentum_go_the_same_way():
    w = x = np.array([1.0, -2.0])
    config, v = {"learning_rate": 0.1, "momentum": 0.9}, 0
    for _ in range(20):
        w, config = optim.sgd_momentum(w, 3 * w, config)
        v = 0.9 * v + 3 * x
        x = x - 0.1 * v
        np.testing.assert_allclose(w, x)


def test_velocity_under_a_constant_gradient_tends_to_ten_steps():
    config = {"learning_rate": 0.1}
    for _ in range(300):
        _, config = optim.sgd_momentum(np.zeros(1), np.ones(1), config)
    np.testing.assert_allclose(config["velocity"], -0.1 / (1 - 0.9))


def test_nesterov_looks_ahead():
    """Against the definition with the gradient at x + momentum v, for f = x^2."""
    x, v = np.array([1.0]), np.zeros(1)
    w, config = x + 0.9 * v, {"learning_rate": 0.1, "momentum": 0.9}
    for _ in range(10):
        v = 0.9 * v - 0.1 * 2 * (x + 0.9 * v)
        x = x + v
        w, config = optim.nesterov(w, 2 * w, config)
        np.testing.assert_allclose(w, x + 0.9 * v)


def test_adagrad_steps_shorten_with_the_root_of_time():
    w, config, g = np.zeros(2), {"learning_rate": 0.1}, np.array([4.0, -0.5])
    for t in range(1, 6):
        before = w
        w, config = optim.adagrad(w, g, config)
        np.testing.assert_allclose(w - before, -0.1 / np.sqrt(t) * np.sign(g), rtol=1e-6)


def test_rmsprop_forgets():
    config, w, g = {"learning_rate": 0.1, "decay_rate": 0.9}, np.zeros(1), np.array([3.0])
    for _ in range(200):
        before = w
        w, config = optim.rmsprop(w, g, config)
    np.testing.assert_allclose(config["cache"], g**2, rtol=1e-6)
    np.testing.assert_allclose(w - before, -0.1, rtol=1e-6)


def test_first_step_of_adam_has_the_length_of_the_learning_rate():
    g = np.array([4.0, -0.001])
    w, _ = optim.adam(np.zeros(2), g, {"learning_rate": 0.1})
    np.testing.assert_allclose(w, -0.1 * np.sign(g), rtol=1e-4)


def test_adamw_decays_weights_without_a_gradient():
    w, _ = optim.adamw(np.ones(1), np.zeros(1), {"learning_rate": 0.1, "weight_decay": 0.5})
    np.testing.assert_allclose(w, 0.95)


def test_clipping_keeps_the_direction():
    grads = {"W": np.array([[3.0, 0.0]], np.float32), "b": np.array([4.0])}
    clipped, norm = optim.clip_gradients(grads, 1)
    assert norm == 5
    np.testing.assert_allclose(clipped["W"], [[0.6, 0]])
    np.testing.assert_allclose(clipped["b"], [0.8])
    assert clipped["W"].dtype == np.float32
    same, _ = optim.clip_gradients(grads, 6)
    np.testing.assert_array_equal(same["b"], grads["b"])
    zero, norm = optim.clip_gradients({"b": np.zeros(2)}, 1)
    assert norm == 0 and not zero["b"].any()
    with pytest.raises(ValueError, match="max_norm must be above 0, got 0"):
        optim.clip_gradients(grads, 0)


def test_polyak_average_reaches_what_stays():
    average = optim.polyak_average(None, {"w": np.zeros(1)})
    for _ in range(100):
        average = optim.polyak_average(average, {"w": np.ones(1)})
    np.testing.assert_allclose(average["w"], 1 - 0.995**100)


def test_polyak_average_is_quieter_than_the_last_step():
    rng, w, average = np.random.default_rng(0), {"w": np.ones(50)}, None
    for _ in range(3000):
        w = {"w": w["w"] - 0.1 * (w["w"] + rng.standard_normal(50))}
        average = optim.polyak_average(average, w)
    assert np.linalg.norm(average["w"]) < 0.5 * np.linalg.norm(w["w"])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("w, dw, config, message", [
    (W, DW[:1], None, r"dw must have the shape of w, \(4, 5\), got an array of shape \(1, 5\)"),
    (W, DW[np.newaxis], None, "dw must have the shape of w"), (W[0], DW, None, "dw must have the shape of w"),
    (W, DW.tolist(), None, "dw must be an array of real numbers, got list"),
    (None, DW, None, "w must be an array of real numbers, got NoneType None"),
    (W, DW, 1e-3, "config must be a dictionary, or None at first, got float 0.001"),
    (W, DW, {"learning_rate": "1e-3"}, r"config\['learning_rate'\] must be a finite number, 0 or more, got str"),
])
def test_wrong_input_is_named(rule, w, dw, config, message):
    with pytest.raises(ValueError, match=message):
        rule(w, dw, config)
