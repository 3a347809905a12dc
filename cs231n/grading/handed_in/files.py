"""Files of strangers: what a folder or a zip holds, read without trusting any of it.

Links are not followed, only regular files are opened, and what a zip says of itself (sizes, counts, names) is believed
nowhere: bytes are counted while they are read, and nothing is ever unpacked to disk.
"""
import os
import re
import stat
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path

from cs231n.course.handin import LARGEST
from cs231n.grading.text import one_line, shorten

LARGEST_ZIP = 5 * LARGEST  # bytes of one student's zip: no assignment has more notebooks
MOST_FILES = 1000  # in one submission
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")  # of which only zips are opened
NESTED = "an archive within a zip, not opened"
LINK = "a link, not followed"
OUTSIDE = "a name that points out of the zip, left out"
SPECIAL = "neither a file nor a folder, left out"
FOLDER = "a folder, not a notebook"
TOO_MANY = f"more than {MOST_FILES} files, the rest not looked at"

_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_ENTRY = b"PK\x01\x02"  # starts each line of a zip's table of contents
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks the others without a bound on memory
_ENCRYPTED = 0x1


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


@dataclass(frozen=True)
class Item:
    """What lies at the top of a folder or zip of submissions; `contents` returns its files and what was odd about them.

    A file is the only one of its contents; the names in a folder are relative to it.
    """

    name: str
    folder: bool
    contents: Callable[[], tuple[list[File], dict[str, list[str]]]]
    modified: float


def shown(name):
    """Return a file name as it can be shown: on one line, not too long, without control characters."""
    return shorten(one_line(name), 100)


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
        if not _is_hidden(entry.name):
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
                entries = sorted(islice(entries, MOST_FILES + 1), key=lambda entry: entry.name)
        except OSError as error:
            odd[f"a folder that cannot be opened ({error.strerror})"].append(prefix or Path(path).name)
            continue
        for entry in entries:
            seen += 1
            if seen > MOST_FILES:
                odd[TOO_MANY].append(Path(path).name)
                return files, odd
            name = prefix + entry.name
            if _is_hidden(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{name}/"))
                if _is_notebook(name):
                    _leave_out(name, FOLDER, files, odd)
            else:
                _add(entry, name, files, odd)
    return files, odd


def zipped(file):
    """List the files of a student's zip, which is held in memory.

    Parameters
    ----------
    file : File

    Returns
    -------
    files : list of File
    odd : dict of str -> list of str
        What was left out: by reason, the names.

    Raises
    ------
    Refused
        If it is too large, holds too many files, or is no zip.
    """
    content = file.read(LARGEST_ZIP)
    # More of them than entries there may be, but never fewer: this bounds what zipfile makes of the table.
    if content.count(_ENTRY) > MOST_FILES:
        raise Refused(f"holds more than {MOST_FILES} files, and was not opened")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception:  # zipfile raises many kinds for the many ways in which a file is not a zip
        raise Refused("is not a zip, or is broken" if content else "is an empty file") from None
    return _entries(archive, file.modified)


def _single(entry):
    files, odd = [], defaultdict(list)
    _add(entry, entry.name, files, odd)
    return files, odd


def _add(entry, name, files, odd):
    """Put an entry of a folder where it belongs: to the files, or to what is odd."""
    if entry.is_symlink():
        _leave_out(name, LINK, files, odd)
    elif not entry.is_file(follow_symlinks=False):
        _leave_out(name, SPECIAL, files, odd)
    else:
        files.append(File(name, partial(_read_file, entry.path), entry.stat(follow_symlinks=False).st_mtime))


def _leave_out(name, reason, files, odd):
    """Put a name to what is odd, or make it a file that refuses: what stands for a notebook is not to be overlooked."""
    if _is_notebook(name):
        files.append(File(name, partial(_refuse, reason), 0.0))
    else:
        odd[reason].append(name)


def _refuse(reason, most):
    raise Refused(f"is {reason}")


def _read_file(path, most):
    try:
        with open(os.open(path, _READ_ONLY), "rb") as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise Refused("is not a regular file")
            if state.st_size > most:
                raise Refused(_too_large(most))
            return opened.read(state.st_size)
    except OSError as error:
        raise Refused(f"cannot be opened ({error.strerror})") from None


def _too_large(most):
    return f"has more than {most // 1_000_000} MB, too much to be read (outputs of cells that print or draw much?)"


def _items_of_zip(path):
    """Group the entries of a whole class's zip by what they lie in."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} is neither a folder of submissions nor a zip of them: {why}") from None
    groups = defaultdict(lambda: ([], defaultdict(list)))
    files, odd = _entries(archive, path.stat().st_mtime, by_entry=True)
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
    if len(files) > MOST_FILES:
        odd = {**odd, TOO_MANY: [files[0].name]}
    return files[:MOST_FILES], odd


def _within(name):
    """Split a name in an export behind its first folder; the folder of the export itself does not count."""
    return re.sub(r"^assignment_\d+_export[^/]*/", "", name).partition("/")


def _entries(archive, modified, by_entry=False):
    """List the files of an open zip; their times are the zip's own unless it is a platform's."""
    files, odd = [], defaultdict(list)
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/")
        parts = name.split("/")
        if entry.is_dir() or name.endswith("/"):
            if _is_notebook(name.rstrip("/")):
                _leave_out(name.rstrip("/"), FOLDER, files, odd)
        elif name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
            odd[OUTSIDE].append(name)
        elif any(map(_is_hidden, parts)):
            continue
        elif stat.S_ISLNK(entry.external_attr >> 16):
            _leave_out(name, LINK, files, odd)
        else:
            when = _local(entry.date_time) if by_entry else modified
            files.append(File(name, partial(_read_entry, archive, entry), when))
    return files, odd


def _read_entry(archive, entry, most):
    if entry.flag_bits & _ENCRYPTED:
        raise Refused("is locked with a password")
    if entry.compress_type not in _METHODS:
        raise Refused("is compressed in a way that is not read here: zip it in the ordinary way")
    try:
        with archive.open(entry) as opened:
            content = opened.read(most + 1)  # so many unpacked bytes, whatever the zip says that there are
    except Exception:  # zipfile and zlib raise many kinds
        raise Refused("is damaged within its zip") from None
    if len(content) > most:
        raise Refused(_too_large(most))
    return content


def _local(date):
    """Return the time of a zip's entry, which names no zone: this machine's is taken."""
    try:
        return time.mktime((*date, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _is_hidden(name):
    return name.startswith(".") or name == "__MACOSX"


def _is_notebook(name):
    return name.casefold().endswith(".ipynb")
