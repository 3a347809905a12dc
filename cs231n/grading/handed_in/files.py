"""Folders of strangers, and the zip of a whole class: what lies in them, read without trusting any of it.

Links are not followed, and only regular files are opened.
"""
import os
import re
import stat
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from cs231n.grading import limits
from cs231n.grading.handed_in.archives import zip_entries
from cs231n.grading.handed_in.entries import (
    FOLDER,
    LINK,
    SPECIAL,
    TOO_MANY,
    File,
    Refused,
    is_hidden,
    is_notebook,
    leave_out,
    too_large,
)

_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
@dataclass(frozen=True)
class Item:
    """What lies at the top of a folder or zip of submissions; `contents` returns its files and what was odd about them.

    A file is the only one of its contents; the names in a folder are relative to it.
    """

    name: str
    folder: bool
    contents: Callable[[], tuple[list[File], dict[str, list[str]]]]
    modified: float


def items(path):
    """List what a collector laid down.

    Parameters
    ----------
    path : Path
        A folder, or the zip that a platform gives out for a whole class. Such a zip may be of any size: it is the
        platform's. What it holds is the students'.

    Returns
    -------
    list of Item
        By name. Hidden files and what macOS adds are left out.

    Raises
    ------
    ValueError
        If it is neither.
    """
    path = Path(path)
    if not path.is_dir():
        return _items_of_zip(path)
    found = []
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not is_hidden(entry.name):
            is_folder = entry.is_dir(follow_symlinks=False)
            contents = partial(folder, entry.path) if is_folder else partial(_single, entry)
            found.append(Item(entry.name, is_folder, contents, entry.stat(follow_symlinks=False).st_mtime))
    return found


def folder(path):
    """List the files of a folder, however deep.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    files : list of File
    odd : dict of str -> list of str
        What was left out: by reason, the names.
    """
    files, odd, waiting, seen = [], defaultdict(list), [(path, "")], 0
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(here) as entries:
                entries = sorted(islice(entries, limits.MOST_FILES + 1), key=lambda entry: entry.name)
        except OSError as error:
            odd[f"a folder that cannot be opened ({error.strerror})"].append(prefix or Path(path).name)
            continue
        for entry in entries:
            seen += 1
            if seen > limits.MOST_FILES:
                odd[TOO_MANY].append(Path(path).name)
                return files, odd
            name = prefix + entry.name
            if is_hidden(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{name}/"))
                if is_notebook(name):
                    leave_out(name, FOLDER, files, odd)
            else:
                _add(entry, name, files, odd)
    return files, odd


def _single(entry):
    files, odd = [], defaultdict(list)
    _add(entry, entry.name, files, odd)
    return files, odd


def _add(entry, name, files, odd):
    """Put an entry of a folder where it belongs: to the files, or to what is odd."""
    if entry.is_symlink():
        leave_out(name, LINK, files, odd)
    elif not entry.is_file(follow_symlinks=False):
        leave_out(name, SPECIAL, files, odd)
    else:
        files.append(File(name, partial(_read_file, entry.path), entry.stat(follow_symlinks=False).st_mtime))


def _read_file(path, most):
    try:
        with open(os.open(path, _READ_ONLY), "rb") as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise Refused("is not a regular file")
            if state.st_size > most:
                raise Refused(too_large(most))
            return opened.read(state.st_size)
    except OSError as error:
        raise Refused(f"cannot be opened ({error.strerror})") from None


def _items_of_zip(path):
    """Group the entries of a whole class's zip by what they lie in."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} is neither a folder of submissions nor a zip of them: {why}") from None
    groups = defaultdict(lambda: ([], defaultdict(list)))
    files, odd = zip_entries(archive, path.stat().st_mtime, by_entry=True)
    for file in files:
        top, _, rest = _within(file.name)
        groups[top, bool(rest)][0].append(File(rest or top, file.read, file.modified))
    for reason, names in odd.items():
        for name in names:
            top, _, rest = _within(name)
            groups[top, bool(rest)][1][reason].append(rest or top)
    return [
        Item(name, is_folder, partial(_first, *group), max((file.modified for file in group[0]), default=0.0))
        for (name, is_folder), group in sorted(groups.items())
    ]


def _first(files, odd):
    """Return what one submission of a whole class's zip holds, with the bound that every submission has."""
    if len(files) > limits.MOST_FILES:
        odd = {**odd, TOO_MANY: [files[0].name]}
    return files[:limits.MOST_FILES], odd


def _within(name):
    """Split a name in an export behind its first folder; the folder of the export itself does not count."""
    return re.sub(r"^assignment_\d+_export[^/]*/", "", name).partition("/")


