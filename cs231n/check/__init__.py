"""What the check cells of the notebooks call.

A check takes a value that the student's code made and says whether it is right. What it prints on success is the same
on every machine; on failure it raises `CheckFailed` with an explanation for a learner.

    check.begin("assignment1/svm")                      # once, in the first cell
    rng = check.rng("svm_loss_naive")                   # inputs: the same for every student while working
    loss, dW = check.call(svm_loss_naive, W, X, y, 0.5) # runs it, and sees that no input was changed
    check.close("the loss", loss, 2.75)                 # compares

    check.accuracy("on the test pictures", best.predict(X_test[pick]), y_test[pick], low=0.4)

Where no expected value is given, the one that the solved notebook recorded is used, and a value that a known wrong
answer gives is told that answer's sentence (`cs231n.check.recorded`).

A grader sets `CS231N_CHECK=report`. Nothing is compared then: each check hands its raw value out of the kernel as a
display message of type `MIME`, and another process judges. `CS231N_CHECK_SEED` gives that run its own inputs.
`CS231N_CHECK=record`, for the solved notebook alone, tells beside each value what it is held against: tolerance, type,
bounds. Checks that still compute what they compare with are reduced (`cs231n.answers.reduce`) before a grader sends
them to a submission.
"""
import contextlib
import inspect
import os
import sys
import zlib

import numpy as np
from tqdm import tqdm

from cs231n.check import cells, recorded
from cs231n.check.diagnosis import explain, explain_kind
from cs231n.check.errors import CheckFailed, explain_missing, unwritten_named
from cs231n.check.report import MIME, bound, mode, shape_as_array
from cs231n.check.report import report as _report
from cs231n.check.steps import explain_loop, python_steps
from cs231n.gradient_check import eval_numerical_gradient, eval_numerical_gradient_array

__all__ = ["MIME", "CheckFailed", "accuracy", "begin", "call", "close", "end", "equal", "explain_loop", "gradient",
           "gradients", "no_python_loop", "rng", "value", "within"]

IN_PLACE = ("Others still need it: work on a copy, such as x.copy(), or write = where there is +=, -=, *= or an "
            "assignment into it.")
NUMERIC_NOISE = 1e-9  # what rounding leaves of a numerical gradient that is zero

_notebook = None


def begin(notebook):
    """Name the running notebook, such as `assignment1/knn`; its recorded values are looked up under that name.

    From then on, a name that a cell asks for and that is not there is explained, as after a restart or before an
    exercise is written; and checks refuse what the last run of its cell could not make anew.
    """
    global _notebook
    _notebook = notebook
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        shell.set_custom_exc((NameError, NotImplementedError), explain_missing)
        cells.watch(shell)


def rng(grade_id):
    """Return the generator from which a check draws its inputs.

    Parameters
    ----------
    grade_id : str
        Name of the check cell, so that cells can run in any order and still get the same numbers.

    Returns
    -------
    numpy.random.Generator
        Fixed while a student works; drawn afresh in each grading run.
    """
    _begin_check()
    seed = int(os.environ.get("CS231N_CHECK_SEED", "231"))
    return np.random.default_rng([seed, zlib.crc32(grade_id.encode())])


def call(function, *args, returns=None, **kwargs):
    """Call a student's function and see that it leaves its input arrays as they were. Its progress bars stay hidden.

    Parameters
    ----------
    function : function
        The student's; what follows are its arguments.
    returns : str, optional
        Names of the values that it must return, where there are several: `"loss, dW"`.

    Returns
    -------
    anything
        What the function returned.

    Raises
    ------
    CheckFailed
        If the exercise is empty, an array that was passed in has changed, or it returns another number of values.
    """
    __tracebackhide__ = True  # IPython leaves this frame out, so that an error of the student's shows their own lines
    _begin_check()
    called = _name(function)
    given = dict(zip(_parameters(function, len(args)), args)) | kwargs
    arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    before = {name: value.copy() for name, value in arrays.items()}
    with unwritten_named(called, _notebook), _no_bars():
        result = function(*args, **kwargs)
    for name, value in arrays.items():
        unchanged = np.array_equal(value, before[name], equal_nan=value.dtype.kind == "f")
        if mode():
            _report(f"{called} leaves {name} alone", "unchanged", unchanged, 0)
        elif not unchanged:
            raise CheckFailed(f"{called} changes its input {name} in place. {IN_PLACE}")
    if returns is not None:
        values = result if isinstance(result, (tuple, list)) else [] if result is None else [result]
        if values is not result or len(values) != len(returns.split(",")):
            got = "nothing" if result is None else ", ".join(type(value).__name__ for value in values) or "()"
            raise CheckFailed(f"{called} returns {got}; its last line should be: return {returns}")
    return result


@contextlib.contextmanager
def _no_bars():
    """Hide progress bars: else the outputs of a check, which others compare, would tell who shows one."""
    make = tqdm.__init__
    tqdm.__init__ = lambda bar, *args, **kwargs: make(bar, *args, **kwargs | {"disable": True})
    try:
        yield
    finally:
        tqdm.__init__ = make


def close(name, got, expected=None, tol=1e-8, dtype=None, mistakes=None, of=""):
    """Check real numbers up to rounding.

    Parameters
    ----------
    name : str
        What is checked, in words; unique in its notebook.
    got : ndarray or number
        The student's value; a tuple of integers, such as a shape, counts as an array.
    expected : ndarray or number, optional
        The right value; by default the one the solved notebook recorded under this name.
    tol : float
        Largest difference allowed, as a part of the largest expected value (`diagnosis.difference`).
    dtype : dtype, optional
        The type that `got` must have, such as `np.float32`.
    mistakes : dict, optional
        Sentence for the student -> the value that this mistake leads to, or a function that makes it from the right
        value.
    of : str, optional
        The argument whose type the result should have, as the exercise names it: `"X"`.
    """
    _check(name, "close", got, expected, tol, f"tolerance {tol:g}", dtype, mistakes, of)


def equal(name, got, expected=None, mistakes=None):
    """Check that values are exactly those expected: labels, counts, shapes, booleans. Parameters as in `close`."""
    _check(name, "equal", got, expected, 0, "exact", None, mistakes)


def gradient(name, function, x, got, upstream=None, tol=1e-6, mistakes=None):
    """Check a gradient against centred differences, (f(x + h) - f(x - h)) / 2h.

    Parameters
    ----------
    name : str
        What is checked, in words; unique in its notebook.
    function : function
        Of `x` alone. Returns the loss, or an array if `upstream` is given.
    x : ndarray of float64
        Where the gradient is taken. Changed in place meanwhile, and put back.
    got : ndarray
        The student's gradient, of the shape of `x`.
    upstream : ndarray, optional
        Gradient of the loss with respect to what `function` returns.
    tol : float
        As in `close`. Centred differences with h = 1e-5 are good to about 1e-9; a gradient that is smaller is zero.
    mistakes : dict, optional
        As in `close`.
    """
    if mode() == "report":  # where a student's answers run, nothing is compared
        return _check(name, "close", got, None, tol, "")
    with unwritten_named(_name(function), _notebook):
        expected = (eval_numerical_gradient(function, x, verbose=False) if upstream is None
                    else eval_numerical_gradient_array(function, x, upstream))
    if np.max(np.abs(expected), initial=0) < NUMERIC_NOISE:
        expected = np.zeros_like(expected)
    _check(name, "close", got, expected, tol, f"tolerance {tol:g}", None, mistakes)


def gradients(case, forward, backward, inputs, names, rng):
    """Check all gradients of a layer against centred differences, and that a second backward pass gives the same.

    Parameters
    ----------
    case : str
        What is checked, in words; unique in its notebook.
    forward : function
        Of the inputs. Returns one or more arrays of one shape, and last a cache.
    backward : function
        The student's. Of the gradients of the loss with respect to those arrays, and the cache; returns the gradient
        on each of the inputs.
    inputs : list of ndarray of float64
    names : str
        What `backward` returns: `"dx, dw, db"`.
    rng : numpy.random.Generator
        From which the gradients that come in are drawn.
    """
    __tracebackhide__ = True
    *outs, cache = forward(*inputs)
    upstream = rng.normal(size=(len(outs), *np.shape(outs[0]))) + 1
    grads = call(backward, *upstream, cache, returns=names)
    for name, x, grad in zip(names.split(", "), inputs, grads, strict=True):
        gradient(f"{case}: {name}", lambda _: np.stack(forward(*inputs)[:-1]), x, grad, upstream)
    again = backward(*upstream, cache)
    same = all(np.array_equal(one, other) for one, other in zip(grads, again, strict=True))
    equal(f"{case}: a second call gives the same", same, True)


def within(name, got, low=-np.inf, high=np.inf):
    """Check that a number lies between two bounds, such as an accuracy that a trained model must reach."""
    _begin_check()
    bounds = {"least": low, "most": high}
    wanted = " and ".join(f"at {word} {bound:g}" for word, bound in bounds.items() if np.isfinite(bound))
    if mode():
        _report(name, "within", got, None, low=bound(low), high=bound(high))
    elif problem := explain_kind(got, np.float64(0)):
        raise CheckFailed(f"{name}\n  {problem}")
    elif np.ndim(got) != 0:
        raise CheckFailed(f"{name}\n  Its shape is {np.shape(got)} and it should be one number, {wanted}.")
    elif not low <= got <= high:  # NaN fails too
        raise CheckFailed(f"{name}\n  Got {got:.4g}; it should be {wanted}.")
    _print_pass(name, wanted)


def accuracy(name, predictions, truth, low):
    """Check that a trained model takes enough pictures (or other things) for what they are.

    To a student this is `within` for mean(predictions == truth); a grader gets the predictions themselves, which say
    more than a number that anybody could name.

    Parameters
    ----------
    name : str
        What is checked, in words; unique in its notebook.
    predictions : ndarray of shape (N,)
        The labels that the student's model gives.
    truth : ndarray of shape (N,)
        The right ones. Take pictures in an order drawn from `rng`, so that each grading run has its own.
    low : float
        The part of them that must be right, from 0 to 1.
    """
    _begin_check()
    truth = np.asarray(truth)
    if mode():
        _report(name, "accuracy", predictions, None, expected=truth, low=bound(low))
    elif problem := explain_kind(predictions, truth):
        raise CheckFailed(f"{name}\n  {problem}")
    elif np.shape(predictions) != truth.shape:
        raise CheckFailed(f"{name}\n  Their shape is {np.shape(predictions)} and should be {truth.shape}.")
    elif not (reached := np.mean(np.asarray(predictions) == truth)) >= low:
        raise CheckFailed(f"{name}\n  Got {reached:.4g}; it should be at least {low:g}.")
    _print_pass(name, "enough are right")


def value(name, got):
    """Hand a value to the grader, with nothing that it is compared with: what other checks are reduced to.

    Parameters
    ----------
    name : str
        As in the check that it stands for.
    got : anything
        The student's value.

    Raises
    ------
    RuntimeError
        Outside a grading run: there is nothing to compare with.
    """
    if not mode():
        raise RuntimeError(f"check.value('{name}', ...) compares with nothing: it is for grading runs, in the place of "
                           "check.close and its like.")
    _report(name, "value", got, None)
    _print_pass(name, "")


def end(title, points):
    """Say that all of a check is right: its last line, which no failed check reaches.

    Parameters
    ----------
    title : str
        What was checked, in words.
    points : float
        What the cell is worth; `cs231n lint --fix` writes it, from the cell's metadata.
    """
    if not mode():
        print(f"{title}: all right, {points:g} of {points:g} points")


def no_python_loop(name, function, small, large):
    """Check that a function leaves the loop over examples to NumPy, by counting the steps Python takes.

    A vectorised function takes as many steps for many examples as for few. Counting, unlike timing, is the same on
    every machine, and unlike reading the source it lets every style pass.

    Parameters
    ----------
    name : str
        What is checked, in words; unique in its notebook.
    function : function
        The student's.
    small, large : tuple
        Two lists of arguments, the second with at least ten times as many of what must not be looped over.
    """
    _begin_check()
    with unwritten_named(_name(function), _notebook):
        python_steps(function, small)  # first calls import and compile, and Python 3.12 begins to trace them: uncounted
        few, many = python_steps(function, small), python_steps(function, large)
    if mode():
        _report(name, "no_python_loop", np.array([few, many]), None)
    elif problem := explain_loop(few, many):
        raise CheckFailed(f"{name}\n  {problem}")
    _print_pass(name, "no Python loop over the examples")


def _begin_check():
    """What each function that a check calls does first."""
    if not mode():
        cells.refuse_after_failure()


def _check(name, kind, got, expected, tol, told, dtype=None, mistakes=None, of=""):
    _begin_check()
    got = shape_as_array(got)
    if mode():
        _report(name, kind, got, tol, recorded=expected is None, expected=expected, dtype=dtype, mistakes=mistakes)
    else:
        right, wrong = _recorded(name, expected)
        problem = explain(got, right, tol, dtype, {**(mistakes or {}), **wrong}, of)
        if problem:
            raise CheckFailed(f"{name}\n  " + problem.replace("\n", "\n  "))
    _print_pass(name, told)


def _print_pass(name, told):
    print(f"reported: {name}" if mode() else f"pass: {name} ({told})")


def _recorded(name, expected):
    """Return the right value, recorded if it is not passed, and what the known wrong answers lead to."""
    if _notebook is None:
        if expected is None:
            raise RuntimeError('check.begin("assignment/notebook") has not run: run the first cell of the notebook.')
        return expected, {}
    right, wrong = recorded.look_up(_notebook, name)
    if expected is None and right is None:
        raise RuntimeError(f"No value is recorded for the check '{name}' of {_notebook}: a file of the kit is missing.")
    return right if expected is None else expected, wrong


def _name(function):
    return getattr(function, "__name__", "your function")  # a partial, for one, has no name


def _parameters(function, most):
    """The names of so many parameters, as far as they can be told; NumPy's own functions, for example, do not say."""
    try:
        named = [each.name for each in inspect.signature(function).parameters.values()
                 if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        named = []
    return [*named, *(f"argument {place + 1}" for place in range(len(named), most))][:most]
