"""What goes wrong in a notebook, in words for a student: a failed check, an answer or a name that is not there."""
import contextlib
import re
import textwrap
import traceback

from cs231n.exercise import NotSolved

_STUB = re.compile(r"Write (\w+) here")  # how an empty exercise begins; in another cell, "here" is elsewhere


class CheckFailed(AssertionError):
    """A value is not right; the message explains it."""

    def _render_traceback_(self):
        # IPython calls this: the explanation is the message, not the frames of this module.
        return [line for part in f"Not right yet: {self}".split("\n") for line in _wrapped(part)]


@contextlib.contextmanager
def unwritten_named(called, notebook):
    """Turn what an empty exercise raises into a `CheckFailed` that says where to write it.

    Parameters
    ----------
    called : str
        Name of the function that is called meanwhile; it may call the empty one.
    notebook : str or None
        The one that runs, such as `assignment1/knn`.
    """
    try:
        yield
    except NotSolved as error:  # the function, or another exercise that it calls
        this = error.exercise
        where = "write it in its cell above, and run that cell" if this.notebook == notebook else \
            f"fill it in {this.notebook}.ipynb first"
        raise CheckFailed(f"{this.name} is not written yet: {where}.{error.hint}") from None
    except NotImplementedError as error:
        raise CheckFailed(unwritten(str(error)) or f"{called} is not written yet. {error}".strip()) from None


def explain_missing(shell, kind, error, frames, tb_offset=None):
    """Show errors as usual, but for a name that the cell itself asks for, and an empty exercise of another cell."""
    last = [frame for frame, _ in traceback.walk_tb(frames)][-1]
    in_cell = last.f_code.co_name == "<module>"
    words = None
    if isinstance(error, NameError) and error.name is not None and in_cell:
        words = (f"NameError: {error.name} is not there yet. A cell above makes it: write what is missing in that "
                 "cell, and run it. After a restart of the kernel, run all cells above this one again.")
    elif isinstance(error, NotImplementedError) and not in_cell:
        words = unwritten(str(error))
    if words is not None:
        error._render_traceback_ = lambda: _wrapped(words)  # as IPython asks exceptions for
    shell.showtraceback((kind, error, frames), tb_offset=tb_offset)


def unwritten(message):
    """Return what an empty exercise says, in words that hold in other cells than its own; None if it is no such."""
    stub = _STUB.match(message)
    return stub and f"{stub[1]} is not written yet. Write it in its cell above, and run that cell."


def _wrapped(text):
    """Break a line: JupyterLab breaks long ones in the middle of words."""
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(text, 80, subsequent_indent=indent) or [""]
