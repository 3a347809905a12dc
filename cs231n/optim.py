"""Update rules: how a parameter moves, given its gradient.

Each rule has the interface that `Solver` expects,

    next_w, config = rule(w, dw, config)

where w and dw are arrays of one shape and `config` is a dictionary of settings and of what the rule remembers between
calls (a velocity, averages, a step count), or None the first time. A rule fills in defaults for what is missing, writes
what it remembers into `config` and returns it; w and dw stay as they were, and float32 stays float32. It raises a
ValueError unless w and dw are arrays of one shape and the learning rate is a number, 0 or more.

Below the rules stand what works on the gradients of a whole network: clipping, and averaging of parameters over time.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.validation import check_any, check_number, describe


def _check_update(w, dw, config=None):
    """Guard the rules: a gradient of another shape might still broadcast."""
    check_any(w, "w")
    check_any(dw, "dw")
    if dw.shape != w.shape:
        raise ValueError(f"dw must have the shape of w, {w.shape}, got {describe(dw)}")
    if config is not None and not isinstance(config, dict):
        raise ValueError(f"config must be a dictionary, or None at first, got {describe(config)}")
    check_number((config or {}).get("learning_rate", 0), "config['learning_rate']")


def sgd(w, dw, config=None):
    """Stochastic gradient descent, ``w - learning_rate * dw``.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient.
    config : dict, optional
        learning_rate : float, default 1e-2.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    _check_update(w, dw, config)
    config = _with_defaults(config, learning_rate=1e-2)
    return w - config["learning_rate"] * dw, config


@exercise("assignment2/FullyConnectedNets", validate=_check_update)
def sgd_momentum(w, dw, config=None):
    """SGD with momentum: ``v = momentum * v - learning_rate * dw``, ``w + v``. The velocity averages the gradients.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient.
    config : dict, optional
        learning_rate : float, default 1e-2.
        momentum : float, how much of the velocity stays; default 0.9.
        velocity : ndarray like w, zeros at first.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))

    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v

    config["velocity"] = v
    return next_w, config


def nesterov(w, dw, config=None):
    """Nesterov momentum, in the form that takes the gradient where the parameters are.

    The idea is to look ahead, ``v' = momentum * v - learning_rate * gradient(x + momentum * v)``. Written for the point
    looked ahead to, ``w = x + momentum * v``, that is ``w' = w - momentum * v + (1 + momentum) * v'``. (One printing of
    the lecture slides has ``=`` in place of ``+=`` in the last line.)

    Parameters and result are those of `sgd_momentum`.
    """
    _check_update(w, dw, config)
    config = _with_defaults(config, learning_rate=1e-2, momentum=0.9)
    momentum, before = config["momentum"], config.get("velocity", np.zeros_like(w))
    v = momentum * before - config["learning_rate"] * dw
    config["velocity"] = v
    return w - momentum * before + (1 + momentum) * v, config


def adagrad(w, dw, config=None):
    """AdaGrad (Duchi et al., 2011): each number's steps are divided by the root of the sum of its squared gradients.

    ``cache = cache + dw^2``, ``w - learning_rate * dw / (sqrt(cache) + epsilon)``. Steps only ever get shorter.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient.
    config : dict, optional
        learning_rate : float, default 1e-2.
        epsilon : float, against division by 0; default 1e-7.
        cache : ndarray like w, zeros at first.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    _check_update(w, dw, config)
    config = _with_defaults(config, learning_rate=1e-2, epsilon=1e-7)
    cache = config.get("cache", np.zeros_like(w)) + dw**2
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config


@exercise("assignment2/FullyConnectedNets", validate=_check_update)
def rmsprop(w, dw, config=None):
    """RMSProp (Tieleman and Hinton, 2012): AdaGrad with a sum that forgets.

    ``cache = decay_rate * cache + (1 - decay_rate) * dw^2``, ``w - learning_rate * dw / (sqrt(cache) + epsilon)``.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient.
    config : dict, optional
        learning_rate : float, default 1e-2.
        decay_rate : float, how much of the average of squares stays; default 0.99.
        epsilon : float, against division by 0; default 1e-8.
        cache : ndarray like w, zeros at first.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))

    decay = config["decay_rate"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    return next_w, config


@exercise("assignment2/FullyConnectedNets", validate=_check_update, faster="cs231n.fast.adam.one_pass")
def adam(w, dw, config=None):
    """Adam (Kingma and Ba, 2015): momentum and RMSProp together, both corrected for having started at 0.

    With t raised first: ``m = beta1 m + (1 - beta1) dw``, ``v = beta2 v + (1 - beta2) dw^2``,
    ``w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)`` with ``m_hat = m / (1 - beta1^t)`` and
    ``v_hat = v / (1 - beta2^t)``. The first step therefore has the length of the learning rate.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient.
    config : dict, optional
        learning_rate : float, default 1e-3.
        beta1, beta2 : float, how much of each average stays; default 0.9 and 0.999.
        epsilon : float, against division by 0; default 1e-8.
        m, v : ndarray like w, zeros at first; t : int, number of steps so far.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)

    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat = config["m"] / (1 - beta1 ** config["t"])
    v_hat = config["v"] / (1 - beta2 ** config["t"])
    next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    return next_w, config


def adamw(w, dw, config=None):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

    The decay ``learning_rate * weight_decay * w`` is subtracted beside Adam's step. L2 regularisation, added to dw,
    would be divided by ``sqrt(v_hat)`` and so act least on the weights with the largest gradients.

    Parameters
    ----------
    w, dw : ndarray
        A parameter and its gradient, without L2 regularisation.
    config : dict, optional
        As for `adam`, and weight_decay : float, default 1e-2.

    Returns
    -------
    next_w : ndarray
    config : dict
    """
    _check_update(w, dw, config)
    next_w, config = adam(w, dw, _with_defaults(config, weight_decay=1e-2))
    return next_w - config["learning_rate"] * config["weight_decay"] * w, config


RULES = {rule.__name__: rule for rule in (sgd, sgd_momentum, nesterov, adagrad, rmsprop, adam, adamw)}


def clip_gradients(grads, max_norm):
    """Scale all gradients of a network together, so that their common norm is at most `max_norm`.

    Their direction stays. For recurrent networks, whose gradients explode (Pascanu et al., 2013).

    Parameters
    ----------
    grads : dict of str -> ndarray
    max_norm : float
        Above 0.

    Returns
    -------
    clipped : dict of str -> ndarray
    norm : float
        ``sqrt(sum of all squares)`` before clipping.

    Raises
    ------
    ValueError
        If `max_norm` is not above 0.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm!r}")
    norm = float(np.sqrt(sum(np.sum(np.square(grad, dtype=np.float64)) for grad in grads.values())))
    scale = min(1.0, max_norm / norm) if norm else 1.0
    return {name: scale * grad for name, grad in grads.items()}, norm


def polyak_average(average, params, decay=0.995):
    """Move an average of the parameters a little towards their present values: ``decay * average + (1 - decay) * w``.

    Testing with the average takes the noise of the last steps out (Polyak and Juditsky, 1992).

    Parameters
    ----------
    average : dict of str -> ndarray, or None at first
    params : dict of str -> ndarray
    decay : float

    Returns
    -------
    dict of str -> ndarray
    """
    if average is None:
        return {name: w.copy() for name, w in params.items()}
    return {name: decay * average[name] + (1 - decay) * w for name, w in params.items()}


def _with_defaults(config, **defaults):
    config = {} if config is None else config
    for name, value in defaults.items():
        config.setdefault(name, value)
    return config
