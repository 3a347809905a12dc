"""Files of strangers: one of them, what stands against reading it, and what is left out."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cs231n.grading import limits

LINK = "a link, not followed"
OUTSIDE = "a name that points out of the archive, left out"
SPECIAL = "neither a file nor a folder, left out"
FOLDER = "a folder, not a notebook"
TOO_MANY = f"more than {limits.MOST_FILES} files, the rest not looked at"


class Refused(Exception):
    """A file that is not read; the message says why, in words that follow the file's name."""


@dataclass(frozen=True)
class File:
    """A regular file: its path within the submission, and its time.

    `read` takes the most bytes that it may have and returns its content, or raises `Refused`.
    """

    name: str
    read: Callable[[int], bytes]
    modified: float


def leave_out(name, reason, files, odd):
    """Put a name to what is odd, or make it a file that refuses: what stands for a notebook is not to be overlooked."""
    if is_notebook(name):
        files.append(File(name, partial(_refuse, reason), 0.0))
    else:
        odd[reason].append(name)


def _refuse(reason, most):
    raise Refused(f"is {reason}")


def too_large(most):
    return f"has more than {most // 1_000_000} MB, too much to be read (outputs of cells that print or draw much?)"


def is_hidden(name):
    return name.startswith(".") or name == "__MACOSX"


def is_notebook(name):
    return name.casefold().endswith(".ipynb")
