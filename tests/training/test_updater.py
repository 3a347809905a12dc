"""The one way to move parameters: by any rule, each with its own memory, at a rate that decays and is clipped."""
import numpy as np
import pytest

from cs231n import optim
from cs231n.training.settings import Settings
from cs231n.training.updater import Updater


def parameters():
    rng = np.random.default_rng(0)
    return ({"W": rng.standard_normal((3, 2)), "b": rng.standard_normal(2)},
            [{"W": rng.standard_normal((3, 2)), "b": rng.standard_normal(2)} for _ in range(4)])


@pytest.mark.parametrize("rule", optim.RULES)
def test_it_is_the_rule_for_each_parameter_with_a_memory_of_its_own(rule):
    params, gradients = parameters()
    updater = Updater(params, Settings(update_rule=rule, optim_config={"learning_rate": 0.1}))
    alone = {name: (w, {"learning_rate": 0.1}) for name, w in params.items()}
    for grads in gradients:
        updater.step(params, grads)
        alone = {name: optim.RULES[rule](w, grads[name], config) for name, (w, config) in alone.items()}
    for name, (w, config) in alone.items():
        np.testing.assert_array_equal(params[name], w)
        assert updater.configs[name].keys() == config.keys()


def test_rate_decay_schedule_and_clipping():
    params = {"w": np.zeros(1)}
    settings = Settings(optim_config={"learning_rate": 1.0}, lr_decay=0.5, lr_schedule=lambda t: t + 1, clip_norm=2.0)
    updater, moved = Updater(params, settings), []
    for t, gradient in enumerate((-1.0, -50.0, -1.0)):
        before = params["w"].item()
        updater.step(params, {"w": np.array([gradient])}, t)
        moved.append(params["w"].item() - before)
        updater.decay()
    assert moved == [1, 2 * 0.5 * 2, 3 * 0.25]
    assert updater.configs["w"]["learning_rate"] == 0.125 and settings.optim_config == {"learning_rate": 1.0}


def test_without_a_rate_it_is_the_rule_s_own():
    assert Updater(["w"], Settings(update_rule="adam")).configs["w"]["learning_rate"] == 1e-3


@pytest.mark.parametrize("grads", [{}, {"w": None}, {"w": np.zeros((3, 1))}])
def test_a_gradient_that_does_not_fit_is_named(grads):
    with pytest.raises(ValueError, match=r"a gradient of shape \(3,\) for params\['w'\]"):
        Updater(["w"], Settings()).step({"w": np.zeros(3)}, grads)
