"""Archives of strangers, opened in memory: a new kind of archive is a reader here.

What an archive says of itself (sizes, counts, names) is believed nowhere: bytes are counted while they are read, and
nothing is ever unpacked to disk.
"""
import bz2
import lzma
import re
import stat
import tarfile
import time
import zipfile
import zlib
from collections import defaultdict
from functools import partial
from io import BytesIO
from itertools import islice

from cs231n.grading import limits
from cs231n.grading.handed_in.entries import (
    FOLDER,
    LINK,
    OUTSIDE,
    SPECIAL,
    TOO_MANY,
    File,
    Refused,
    is_hidden,
    is_notebook,
    leave_out,
    too_large,
)

NESTED = "an archive within an archive, not opened"
NOT_OPENED = "an archive of a kind that is not opened"

_ENTRY = b"PK\x01\x02"  # starts each line of a zip's table of contents
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks the others without a bound on memory
_ENCRYPTED = 0x1


def is_archive(name):
    """Tell whether a file is called as archives are, also those of kinds that are not opened."""
    return name.casefold().endswith(ENDINGS)


def open_archive(file):
    """List the files of a student's archive, which is held in memory.

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
        If it is too large, holds too many files, is broken, or of a kind that is not opened.
    """
    reader = next((each for ending, each in _READERS.items() if file.name.casefold().endswith(ending)), None)
    if reader is None:
        raise Refused(f"is {NOT_OPENED}")
    content = file.read(limits.LARGEST_ARCHIVE)
    if not content:
        raise Refused("is an empty file")
    return reader(content, file.modified)


def zip_entries(archive, modified, by_entry=False):
    """List the files of an open zip; their times are the zip's own (`modified`) unless it is a platform's."""
    files, odd = [], defaultdict(list)
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/")
        parts = name.split("/")
        if entry.is_dir() or name.endswith("/"):
            if is_notebook(name.rstrip("/")):
                leave_out(name.rstrip("/"), FOLDER, files, odd)
        elif name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
            odd[OUTSIDE].append(name)
        elif any(map(is_hidden, parts)):
            continue
        elif stat.S_ISLNK(entry.external_attr >> 16):
            leave_out(name, LINK, files, odd)
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
        raise Refused(too_large(most))
    return content


def _local(date):
    """Return the time of a zip's entry, which names no zone: this machine's is taken."""
    try:
        return time.mktime((*date, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _zip(content, modified):
    # More of them than entries there may be, but never fewer: this bounds what zipfile makes of the table.
    if content.count(_ENTRY) > limits.MOST_FILES:
        raise Refused(f"holds more than {limits.MOST_FILES} files, and was not opened")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception:  # zipfile raises many kinds for the many ways in which a file is not a zip
        raise Refused("is not a zip, or is broken") from None
    return zip_entries(archive, modified)


def _tar(content, modified, unpack=None):
    """List the files of a tar; `unpack` makes what undoes its compression, with a bound on what comes out."""
    most = limits.LARGEST_ARCHIVE
    try:
        content = unpack().decompress(content, most + 1) if unpack else content
        if len(content) > most:
            raise Refused(too_large(most))
        archive = tarfile.open(fileobj=BytesIO(content), mode="r:")
        members = list(islice(archive, limits.MOST_FILES + 1))
    except (OSError, EOFError, ValueError, OverflowError, MemoryError, zlib.error, lzma.LZMAError, tarfile.TarError):
        raise Refused("is not a tar archive, or is broken") from None
    files, odd = [], defaultdict(list)
    if len(members) > limits.MOST_FILES:
        odd[TOO_MANY].append(members[0].name)
    for member in members[:limits.MOST_FILES]:
        parts = member.name.split("/")
        if member.isdir() or any(map(is_hidden, parts)) and ".." not in parts:
            continue
        if member.name.startswith("/") or ".." in parts:
            odd[OUTSIDE].append(member.name)
        elif not member.isfile():
            leave_out(member.name, LINK if member.issym() or member.islnk() else SPECIAL, files, odd)
        else:
            files.append(File(member.name, partial(_read_member, archive, member), modified))
    return files, odd


def _read_member(archive, member, most):
    if member.size > most:
        raise Refused(too_large(most))
    try:
        return archive.extractfile(member).read()  # all of it lies in memory already
    except Exception:
        raise Refused("is damaged within its archive") from None


_READERS = {".zip": _zip, ".tar": _tar}
for _endings, _unpack in (
    ((".tar.gz", ".tgz"), partial(zlib.decompressobj, 31)),
    ((".tar.bz2", ".tbz2"), bz2.BZ2Decompressor),
    ((".tar.xz", ".txz"), partial(lzma.LZMADecompressor, memlimit=limits.LARGEST_ARCHIVE)),
):
    _READERS |= dict.fromkeys(_endings, partial(_tar, unpack=_unpack))
ENDINGS = (*_READERS, ".gz", ".bz2", ".xz", ".7z", ".rar")
