"""What some words of the course meant in other years: a linked folder keeps the meaning that its notebooks have.

Dropout's p was the probability of dropping in 2016 and 2017, and is that of keeping since. In 2016 the losses of
assignment 1 had half of the regularisation. Cells of those years would run on this package, and show other numbers.
"""
import functools
import importlib
import inspect
import re
from numbers import Real
from typing import NamedTuple

from cs231n.validation import describe

YEARS = range(2016, 2026)

# Where a year shows, the surest place first; the two patterns: p is the probability of dropping, of keeping.
_DROPPING_OR_KEEPING = {
    "layers.py": (r"drop each neuron output", r"keep each neuron output"),
    "classifiers/fc_net.py": (r"use_batchnorm=False|dropout=0,", r"normalization=None|dropout=1,|dropout_keep_ratio"),
    "notebooks": (r"use_batchnorm=|\bdropout=0\b(?!\.)|for dropout in \[0,",
                  r"\bnormalization=|\bdropout=1\b|for dropout in \[1,|dropout_keep_ratio"),
}
_HALVING = {"classifiers/neural_net.py": r"multiply the regularization loss by 0\.5",
            "classifiers/linear_svm.py": r"\A(?:(?!reg \*).)*0\.5 \* reg \*"}  # in the first loss, which was given
_DROPOUT = r"dropout_forward|\bdropout="


class Meaning(NamedTuple):
    """What the notebooks of a folder mean.

    Attributes
    ----------
    drops : bool or None
        Whether dropout's p is the probability of dropping; None where nothing tells, and it is not asked for either.
    halves : bool
        Whether the losses of assignment 1 have ``0.5 * reg``.
    unsure : bool
        Whether the notebooks use dropout, and nothing tells what p is.
    """

    drops: bool | None
    halves: bool
    unsure: bool = False


def of_year(year):
    """Return the meaning of one of `YEARS`."""
    return Meaning(year <= 2017, year == 2016)


def tell(package, notebooks):
    """Tell from the course's own files what the notebooks beside them mean.

    Parameters
    ----------
    package : Path
        The folder of the course's `cs231n`, as it was given out or as somebody has filled it in; it may be missing.
    notebooks : iterable of str
        The texts of the notebooks.

    Returns
    -------
    Meaning
    """
    texts = {name: _text(package / name) for name in {**_DROPPING_OR_KEEPING, **_HALVING} if name != "notebooks"}
    texts["notebooks"] = "\n".join(notebooks)
    told = (tuple(bool(re.search(pattern, texts[name])) for pattern in patterns)
            for name, patterns in _DROPPING_OR_KEEPING.items())
    drops = next((dropping for dropping, keeping in told if dropping != keeping), None)
    halves = any(re.search(pattern, texts[name], re.S) for name, pattern in _HALVING.items())
    return Meaning(drops, halves, drops is None and bool(re.search(_DROPOUT, texts["notebooks"])))


def _text(path):
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def keep(drops, halves):
    """Give the names that notebooks import the meaning of their year; the package's own networks keep theirs.

    What the lead of a linked folder calls, before anything else of the package is imported.
    """
    if drops:
        _drop()
    if halves:
        _halve()


def _drop():
    layers, fc_net = _module("layers"), _module("classifiers.fc_net")
    for module in filter(None, (layers, fc_net)):
        module.dropout_forward = _dropping(module.dropout_forward)
    if fc_net:
        fc_net.FullyConnectedNet.__init__ = _init_dropping(fc_net.FullyConnectedNet.__init__)


def _halve():
    for module in filter(None, map(_module, ("classifiers.linear_svm", "classifiers.softmax",
                                             "classifiers.linear_classifier"))):
        for name in [name for name in vars(module) if re.fullmatch(r"(svm|softmax)_loss_(naive|vectorized)", name)]:
            setattr(module, name, _halving(getattr(module, name)))
    if neural_net := _module("classifiers.neural_net"):
        neural_net.TwoLayerNet.loss = _halving(neural_net.TwoLayerNet.loss)


def _module(name):
    """Return a module of the package, or None where it is not there, as in the kits of earlier assignments."""
    try:
        return importlib.import_module(f"cs231n.{name}")
    except ModuleNotFoundError as error:
        if not f"cs231n.{name}".startswith(error.name):
            raise
        return None


def _once(change):
    """Make a function of a year out of one of the package; one that is made already is left alone."""

    @functools.wraps(change)
    def changed(function):
        if getattr(function, "of_another_year", False):
            return function
        made = functools.wraps(function)(change(function))
        made.of_another_year = True
        return made

    return changed


def _kept(p, name):
    """Return the probability of keeping, given that of dropping."""
    if not isinstance(p, Real) or not 0 <= p < 1:
        raise ValueError(f"{name}, in this folder the probability of dropping, as in 2016 and 2017, must be at least 0 "
                         f"and below 1, got {describe(p)}")
    return 1 - p


@_once
def _dropping(dropout_forward):
    def dropping(x, dropout_param):
        if isinstance(dropout_param, dict) and "p" in dropout_param:
            dropout_param = dropout_param | {"p": _kept(dropout_param["p"], "dropout_param['p']")}
        return dropout_forward(x, dropout_param)

    return dropping


@_once
def _init_dropping(init):
    def dropping(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0, *others, **named):
        init(self, hidden_dims, input_dim, num_classes, _kept(dropout, "dropout"), *others, **named)
        self.dropout_param["p"] = 1 - self.dropout_param["p"]  # `loss` hands it to the function above

    return dropping


@_once
def _halving(loss):
    signature = inspect.signature(loss)

    def halving(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        if isinstance(call.arguments.get("reg"), Real):
            call.arguments["reg"] /= 2
        return loss(*call.args, **call.kwargs)

    return halving
