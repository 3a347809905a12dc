"""Say in a learner's words why a value is not the expected one; nothing here prints or raises."""
import numpy as np

# Differences below this part of the largest value are what float32 arithmetic leaves, not a mistake in the formula.
FLOAT32_NOISE = 1e-4

# Where all expected values are smaller, they are zero but for rounding (the gradient of a bias before batch norm, say).
_ZEROS = "All values are 0: was the result ever filled in?"
ZERO = 1e-12


def difference(got, expected):
    """Return the largest difference, as a part of the largest expected value.

    max |got - expected| / max |expected|, or max |got - expected| where all expected values are `ZERO` or less.
    Dividing by the largest value and not element by element keeps rounding noise in elements that should be 0 from
    counting.

    Parameters
    ----------
    got, expected : ndarray
        Real numbers or booleans, of one shape.

    Returns
    -------
    float
        0 for empty arrays; NaN or infinity where `got` holds them.
    """
    if expected.size == 0:
        return 0.0
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.abs(got - expected))
    return float(largest / _scale(expected))


def explain(got, expected, tol, dtype=None, mistakes=None, of=""):
    """Explain what is wrong with a value.

    Parameters
    ----------
    got : anything
        What the student's code returned.
    expected : ndarray or number
        The right value.
    tol : float
        Largest `difference` that still counts as right; 0 asks for equality.
    dtype : dtype, optional
        The type that `got` must have.
    mistakes : dict, optional
        Sentence -> the value that this mistake leads to, or a function that makes it from the right value.
    of : str, optional
        Name of the argument whose type it is.

    Returns
    -------
    str or None
        One or more sentences, or None if the value is right.
    """
    expected = np.asarray(expected)
    wrong_kind = explain_kind(got, expected)
    if wrong_kind:
        return wrong_kind
    got = np.asarray(got)
    if got.shape != expected.shape:
        return _shape(got, expected, tol)
    if dtype is not None and got.dtype != dtype:
        return _other_type(got.dtype, np.dtype(dtype), of)
    if not np.all(np.isfinite(got)):
        where = _first(~np.isfinite(got))
        return (f"It holds {got[where]}{_at(where)}. Look for a division by zero, the logarithm of zero, "
                "or an exponential of a large number.")
    if difference(got, expected) <= tol:
        return None
    return "\n".join([_reason(got, expected, tol, mistakes or {}), _places(got, expected, tol)]).strip()


def explain_kind(got, expected):
    """Say what is wrong with the Python type of `got`, if anything; parameters as in `explain`."""
    wanted = "a number" if expected.ndim == 0 else f"an array of shape {expected.shape}"
    if got is None:
        return f"It is None and should be {wanted}: is the value returned, or assigned to the right name?"
    if isinstance(got, (tuple, dict, str)) or callable(got):
        return f"It is a {type(got).__name__} and should be {wanted}."
    try:
        array = np.asarray(got)
    except ValueError:
        return f"It is a {type(got).__name__} whose parts differ in length and should be {wanted}."
    if array.dtype.kind not in "biuf":
        return f"It holds {array.dtype} values and should be {wanted} of real numbers."
    return None


def _other_type(got, wanted, of):
    """Say that a result has another type than its input, and what makes it so."""
    words = f"It holds {got} numbers and should hold {wanted}: the result has the type of {of or 'its inputs'}."
    if got.itemsize > wanted.itemsize:
        return (f"{words} The usual causes are astype(float), a list of Python floats made an array, and np.zeros or "
                f"np.ones without dtype={of or 'x'}.dtype.")
    return f"{words} Is something rounded on the way, by astype or by an array that was made with another dtype?"


def _shape(got, expected, tol):
    text = f"Its shape is {got.shape} and should be {expected.shape}."
    if got.ndim == 2 and got.T.shape == expected.shape and difference(got.T, expected) <= tol:
        return text + " The values are right but transposed: rows and columns are swapped."
    if got.size == expected.size and difference(got.reshape(expected.shape), expected) <= tol:
        return text + " The values are right: only the shape is not."
    if np.squeeze(got).shape == np.squeeze(expected).shape:
        return text + " One axis of length 1 is too many or too few: keepdims decides that in np.sum and np.mean."
    return text + " Write the shape of each factor beside your formula and see which axis goes where."


def _reason(got, expected, tol, mistakes):
    """Recognise a known mistake; the mistakes that the check names come before what can be said of any value.

    Zeros are most often an answer that is not written to its end, so that comes first; a mistake leads to them, too.
    """
    zeros = got.dtype.kind == "f" and got.size > 1 and not np.any(got)
    for sentence, wrong in mistakes.items():
        wrong = np.asarray(wrong(expected) if callable(wrong) else wrong)
        hides = wrong.shape == expected.shape and difference(wrong, expected) <= tol  # no mistake shows here
        if not hides and wrong.shape == got.shape and difference(got, wrong) <= max(tol, 1e-7):
            return f"{_ZEROS} If it was: {sentence}" if zeros else sentence
    if zeros or not np.any(got) and expected.dtype.kind == "f":
        return _ZEROS
    if got.dtype.kind == "f" and tol < FLOAT32_NOISE and difference(got, expected) <= FLOAT32_NOISE:
        return ("It is right to about six digits only, which is the precision of float32 (or of an approximation). "
                "Keep float64 inputs in float64 all the way.")
    if np.array_equal(got, 1 - expected) and expected.dtype.kind == "b":
        return "Every value is the opposite of what it should be."
    factor = _factor(got, expected)
    if factor is not None and abs(factor + 1) <= 1e-6:
        return "Every value has the wrong sign."
    if factor is not None and expected.dtype.kind == "f":
        return (f"Every value is {factor:.6g} times what it should be: a factor is missing or too many "
                "(a division by the number of examples, a 2 from a square?).")
    if got.ndim == 2 and got.shape[0] == got.shape[1] and difference(got.T, expected) <= tol:
        return "The values are right but transposed: rows and columns are swapped."
    offset = np.unique(np.round(got.astype(np.float64) - expected, 9))
    if expected.dtype.kind in "iu" and expected.size > 1 and len(offset) == 1 and abs(offset[0]) == 1:
        return f"Every value is off by {offset[0]:+g}: counting starts at 0."
    return ""


def _factor(got, expected):
    """Return c where got = c * expected everywhere, for at least two values; None where there is no such c."""
    if np.count_nonzero(expected) < 2:
        return None
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    c = np.sum(got * expected) / np.sum(expected * expected)
    return c if c != 0 and difference(got, c * expected) <= 1e-7 else None


def _places(got, expected, tol):
    """Show how many values differ, and the first of them."""
    wrong = np.abs(got.astype(np.float64) - expected) > tol * _scale(expected.astype(np.float64))
    first = _first(wrong)
    if got.ndim == 0:
        return f"Got {_show(got[first])}, expected {_show(expected[first])}."
    return (f"{np.count_nonzero(wrong)} of {wrong.size} values differ. The first is{_at(first)}: "
            f"got {_show(got[first])}, expected {_show(expected[first])}.")


def _scale(expected):
    """What differences are measured by: the largest expected value, or 1 where all are zero."""
    largest = float(np.max(np.abs(expected)))
    return largest if largest > ZERO else 1.0


def _first(mask):
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _at(where):
    return f" at [{', '.join(map(str, where))}]" if where else ""


def _show(value):
    return f"{value:.10g}" if np.asarray(value).dtype.kind == "f" else str(value)
