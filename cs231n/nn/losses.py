"""Losses as functions of tensors, with PyTorch's names, arguments and defaults."""
import numpy as np

from cs231n.autograd import operations as ops
from cs231n.autograd.grad_mode import mode
from cs231n.autograd.operations import operation
from cs231n.autograd.tape import record, wrap
from cs231n.layers.losses import softmax_loss, squared_hinge_loss, svm_loss
from cs231n.validation import describe


def _reduce(losses, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {describe(reduction)}")
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


@operation
def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Softmax loss of scores (N, C) or (N, C, ...) and labels (N,) or (N, ...), or probabilities of the scores' shape.

    With label smoothing the right class is to have ``1 - s + s / C``, each other ``s / C``.
    """
    labels = target.data
    plain = reduction == "mean" and weight is None and not label_smoothing and input.data.ndim == 2
    if plain and labels.dtype.kind in "iu" and not (labels == ignore_index).any():
        loss, dx = softmax_loss(input.data, labels)
        return record("cross_entropy", np.asarray(loss, input.dtype), (input,), lambda g: (
            g * (wrap(dx) if not mode.recording else _softmax_gradient(input, labels)),), (input,))
    log_probs = input.log_softmax(1 if input.data.ndim > 1 else 0)
    if labels.dtype.kind == "f":
        C = input.shape[1]
        wanted = target * (1 - label_smoothing) + label_smoothing / C
        scaled = log_probs if weight is None else log_probs * weight.reshape(C, *[1] * (input.data.ndim - 2))
        losses = -(scaled * wanted).sum(1)
        return losses.sum() / len(input) if reduction == "mean" and input.data.ndim == 2 else _reduce(losses, reduction)
    loss = nll_loss(log_probs, target, weight, ignore_index, reduction)
    if not label_smoothing:
        return loss
    C = input.shape[1]
    weights = wrap(np.ones(C, input.dtype)) if weight is None else weight
    spread = -(log_probs * weights.reshape(C, *[1] * (input.data.ndim - 2))).sum(1)
    counted = labels != ignore_index
    spread = ops.where(counted, spread, 0.0)
    if reduction == "mean":
        spread = spread.sum() / weights.data[labels[counted]].sum().item()
    elif reduction == "sum":
        spread = spread.sum()
    return (1 - label_smoothing) * loss + label_smoothing / C * spread


def _softmax_gradient(x, labels):
    right = wrap(np.eye(x.shape[1], dtype=x.dtype)[labels])
    return (x.softmax(1) - right) / len(x)


@operation
def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood of logarithms of probabilities (N, C) or (N, C, ...) and labels."""
    labels = target.data
    counted = labels != ignore_index
    places = np.where(counted, labels, 0)
    if labels.dtype.kind not in "iu" or (places < 0).any() or (places >= input.shape[1]).any():
        raise ValueError(f"target must hold whole numbers from 0 to C - 1 = {input.shape[1] - 1}, "
                         f"got {describe(labels)}")
    picked = ops.gather(input, 1, places[:, np.newaxis]).squeeze(1)
    weights = np.ones(input.shape[1], input.dtype) if weight is None else weight.data
    factors = np.where(counted, weights[places], 0).astype(input.dtype)
    losses = -picked * wrap(factors)
    return losses.sum() / factors.sum() if reduction == "mean" else _reduce(losses, reduction)


@operation
def multi_margin_loss(input, target, p=1, margin=1.0, reduction="mean"):
    """Hinge loss of scores (N, C): the SVM's of the course divided by C, as PyTorch does; squared for p = 2."""
    if p not in (1, 2) or reduction not in ("mean", "sum"):
        raise ValueError(f"p must be 1 or 2, and reduction 'mean' or 'sum', got {p!r} and {reduction!r}")
    N, C = input.shape
    loss, dx = (svm_loss if p == 1 else squared_hinge_loss)(input.data / margin, target.data)
    scale = margin ** p / C * (N if reduction == "sum" else 1)

    def rule(g):
        if mode.recording:
            raise RuntimeError("the gradient of multi_margin_loss has no gradient here: it is computed with arrays")
        return (g * wrap((dx * (scale / margin)).astype(dx.dtype)),)

    return record("multi_margin_loss", np.asarray(loss * scale, input.dtype), (input,), rule, (input,))


@operation
def mse_loss(input, target, reduction="mean"):
    """Squared error."""
    return _reduce((input - target) ** 2, reduction)


@operation
def l1_loss(input, target, reduction="mean"):
    """Absolute error."""
    return _reduce((input - target).abs(), reduction)


@operation
def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Squared error, over 2 beta, up to `beta`, and absolute error less beta / 2 beyond."""
    error = (input - target).abs()
    return _reduce(ops.where(error.data < beta, error * error * (0.5 / beta), error - 0.5 * beta), reduction)


@operation
def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Cross-entropy of yes and no, of scores, without overflow."""
    log_yes = -(ops.maximum(-input, 0.0) + ops.log(1 + ops.exp(-input.abs())))
    log_no = log_yes - input
    yes = target if pos_weight is None else target * pos_weight
    losses = -(yes * log_yes + (1 - target) * log_no)
    return _reduce(losses if weight is None else losses * weight, reduction)


@operation
def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Cross-entropy of yes and no, of probabilities; logarithms are cut off at -100, as in PyTorch."""
    tiny = np.finfo(input.dtype).tiny
    log_yes, log_no = (ops.log(ops.clamp(p, min=tiny)).clamp(min=-100) for p in (input, 1 - input))
    losses = -(target * log_yes + (1 - target) * log_no)
    return _reduce(losses if weight is None else losses * weight, reduction)


@operation
def kl_div(input, target, reduction="mean", log_target=False):
    """``sum target (log target - input)``, of the logarithms of probabilities; 'batchmean' divides by N."""
    if log_target:
        losses = target.exp() * (target - input)
    else:
        positive = target.data > 0
        losses = ops.where(positive, target * (ops.log(ops.where(positive, target, 1.0)) - input), 0.0)
    return losses.sum() / len(input) if reduction == "batchmean" else _reduce(losses, reduction)
