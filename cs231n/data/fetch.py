"""Download a data set from its publisher: all of it, checked and unpacked, or none of it."""
import gzip
import shutil
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pooch
import requests

from cs231n.data import DataError
from cs231n.data.catalogue import DataSet, Download
from cs231n.data.store import SUMS, checksum, put_in_place, read_sums, verify, workspace, write_sums

TIMEOUT = 30  # seconds without a byte
PAUSES = (1, 4)  # seconds to wait before another try
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)


def fetch(dataset: DataSet, folder: Path, say: Callable[[str], None] = print) -> Path:
    """Download a data set into the data folder, unless it is there and right.

    Parameters
    ----------
    dataset : DataSet
    folder : Path
        The data folder.
    say : callable
        Takes each line that a person should see.

    Returns
    -------
    Path
        The folder that holds the data set's files.

    Raises
    ------
    DataError
        If it cannot be had. Nothing is left behind, and what was in place before still is.
    """
    target = folder / dataset.folder
    with workspace(folder, dataset.name) as scratch:
        if all(state == "ok" for state in verify(dataset, target).values()):
            say(f"{dataset.name} is already in {target}, and right.")
            return target
        whole = scratch / "whole"
        whole.mkdir()
        origins = []
        for download in dataset.downloads:
            say(f"Downloading {download.url}")
            got = _download(download, scratch / download.url.rpartition("/")[2])
            origins.append(f"{download.url} {checksum(got)}")
            _unpack(got, download, {file.name for file in dataset.files}, whole)
        for name, state in verify(dataset, whole).items():
            if state != "ok" and not state.startswith("unknown"):
                raise DataError(f"{name} of the publisher's {dataset.name} is {state}. Nothing was kept.")
        if any(file.checksum is None for file in dataset.files):
            origin = ", ".join(origins)
            _tell_of_trust(dataset, read_sums(target)[0], origin, say)
            write_sums(whole, origin)
        put_in_place(whole, target)
    say(f"{dataset.name} is in {target}.")
    return target


def _download(download: Download, path: Path) -> Path:
    """Download to `path`, with another try where that may help, and compare the checksum."""
    downloader = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), chunk_size=2**16, timeout=TIMEOUT)
    for pause in (*PAUSES, None):
        try:
            downloader(download.url, str(path), None)
            break
        except requests.RequestException as error:
            status = getattr(error.response, "status_code", 0)
            if pause is None or 400 <= status < 500:
                reason = _reason(error, status)
                raise DataError(f"cannot download {download.url}: {reason}. Nothing was kept.") from error
        time.sleep(pause)
    if download.checksum is not None:
        got = checksum(path, download.checksum.partition(":")[0])
        if got != download.checksum:
            raise DataError(
                f"{download.url} gave the wrong file: its checksum should be {download.checksum}, got {got}. "
                "Nothing was kept; try again, and if it stays so the publisher has changed the file."
            )
    return path


def _reason(error: requests.RequestException, status: int) -> str:
    """What went wrong, in words."""
    if status == 404:
        return "the publisher says that it is not there (404)"
    if status:
        return f"the publisher's server answers {status} {error.response.reason}"
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"the server sent nothing for {TIMEOUT} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "its server cannot be trusted (TLS certificate)"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut in the middle; try again"
    if isinstance(error, requests.ConnectionError):
        return "no connection to its server, check the network"
    return str(error)


def _unpack(archive: Path, download: Download, wanted: set[str], whole: Path) -> None:
    """Move a plain file to the folder `whole`, or an archive's wanted members, under names that we choose."""
    if not archive.name.endswith((".zip", ".tar.gz")):
        archive.rename(whole / archive.name)
        return
    try:
        for name, stream in _members(archive):
            inside, _, bare = name.rpartition("/")
            if inside == download.inside and bare in wanted:
                with stream() as source, open(whole / bare, "wb") as out:
                    shutil.copyfileobj(source, out, 2**20)
    except _BROKEN as error:
        raise DataError(f"the archive {download.url} is broken ({error}). Nothing was kept; try again.") from error


def _members(archive: Path) -> Iterator[tuple[str, Callable[[], BinaryIO]]]:
    """The name of each regular file in an archive, and what opens it."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as file:
            for info in file.infolist():
                if not info.is_dir():
                    yield info.filename, partial(file.open, info)
    else:
        with tarfile.open(archive, "r:gz") as file:
            for info in file:
                if info.isreg():
                    yield info.name.removeprefix("./"), partial(file.extractfile, info)


def _tell_of_trust(dataset: DataSet, before: str, now: str, say: Callable[[str], None]) -> None:
    if before and before != now:
        say(f"Note: the publisher's {dataset.name} has changed. It was {before}; it is {now}.")
    elif not before:
        say(
            f"Note: the publisher of {dataset.name} gives no checksum, so this download is taken on trust. "
            f"Its checksums are kept in {SUMS}: `cs231n data verify {dataset.name}` compares with them from now on."
        )
