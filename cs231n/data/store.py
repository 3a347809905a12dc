"""Put data in place whole or not at all, and say whether what is in place is right.

New data is built in a hidden folder beside its final one, under a lock, and renamed once it is whole. The operating
system frees the lock of a process that dies; the hidden folder it leaves is cleared by the next to hold the lock.
"""
import errno
import gzip
import hashlib
import importlib
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

from cs231n.data import DataError
from cs231n.data.catalogue import DataSet, Miniature
from cs231n.data.folders import data_folder

SUMS = "SHA256SUMS"  # the records of data whose publisher gives no checksum, in the format of `sha256sum --check`
BROKEN = (OSError, EOFError, ValueError, zlib.error)  # what reading a damaged file may raise
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def checksum(path: Path, algorithm: str = "sha256", unpacked: bool = False) -> str:
    """Return `"sha256:..."` or such of a file, or of what a gzip file holds if `unpacked`."""
    with (gzip.open if unpacked else open)(path, "rb") as file:
        return f"{algorithm}:{hashlib.file_digest(file, algorithm).hexdigest()}"


@contextmanager
def workspace(folder: Path, name: str) -> Iterator[Path]:
    """Hold the lock `name` of the data folder `folder`, and give an empty scratch folder in it.

    Raises
    ------
    DataError
        In place of an `OSError`: the disk is full, the folder may not be written, and such.
    """
    scratch = folder / f".{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / f".{name}.lock"):
            shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
            scratch.mkdir()
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "the disk is full: free some space and try again"
        elif error.errno in FORBIDDEN:
            reason = "it may not be written: name another folder with the environment variable CS231N_DATA"
        elif isinstance(error, (FileExistsError, NotADirectoryError)):
            reason = "it is not a folder: name another one with the environment variable CS231N_DATA"
        else:
            reason = error.strerror or str(error)
        raise DataError(f"cannot put {name} into {folder}: {reason}. Nothing was kept.") from error


def _locked(path: Path) -> AcquireReturnProxy:
    """Take the lock, and say so if another process has to end first."""
    lock = FileLock(path)
    try:
        return lock.acquire(blocking=False)
    except Timeout:
        print(f"Waiting for another process that is at {path.parent}.", file=sys.stderr, flush=True)
        return lock.acquire()


def put_in_place(whole: Path, target: Path) -> None:
    """Move the folder `whole` to `target`; file by file if that exists, so that nothing else in it is lost."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(whole, target)
        return
    for file in sorted(whole.iterdir()):
        os.replace(file, target / file.name)


def write_sums(folder: Path, origin: str) -> None:
    """Record the sha256 of every file in `folder`, under a comment line that says where they are from."""
    lines = [f"# {origin}\n"]
    lines += [f"{checksum(file).removeprefix('sha256:')}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def read_sums(folder: Path) -> tuple[str, dict[str, str]]:
    """Return the origin and the checksums that `write_sums` recorded; empty ones if there is no record."""
    if not (folder / SUMS).is_file():
        return "", {}
    origin, *lines = (folder / SUMS).read_text(encoding="utf-8").splitlines() or [""]
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return origin.removeprefix("# "), {name: f"sha256:{digest}" for digest, name in pairs}


def is_complete(dataset: DataSet, folder: Path) -> bool:
    """Whether every needed file of the real data set is in the data folder."""
    return all((folder / dataset.folder / file.name).is_file() for file in dataset.files if file.needed)


def verify(dataset: DataSet, place: Path) -> dict[str, str]:
    """Check the files of a real data set.

    Parameters
    ----------
    dataset : DataSet
    place : Path
        The folder that holds them.

    Returns
    -------
    dict
        For each file `"ok"`, `"unknown: ..."` where nobody recorded a checksum, or what is wrong with it.
    """
    _, recorded = read_sums(place)
    found = {}
    for file in dataset.files:
        path = place / file.name
        if path.is_file():
            published = file.checksum is not None
            found[file.name] = _compare(
                path, file.checksum or recorded.get(file.name), unpacked=published and path.suffix == ".gz"
            )
        elif file.needed:
            found[file.name] = "missing"
    return found


def verify_miniature(place: Path) -> dict[str, str]:
    """Check the files of a miniature against the record made when it was drawn; returns the same as `verify`."""
    _, recorded = read_sums(place)
    return {
        name: _compare(place / name, expected) if (place / name).is_file() else "missing"
        for name, expected in recorded.items()
    } or {SUMS: "missing"}


def _compare(path: Path, expected: str | None, unpacked: bool = False) -> str:
    if expected is None:
        return "unknown: its publisher gives no checksum and none was recorded"
    try:
        got = checksum(path, expected.partition(":")[0], unpacked)
    except (OSError, EOFError) as error:
        return f"unreadable: {error}"
    return "ok" if got == expected else f"wrong: expected {expected}, got {got}"


def place_of(dataset: DataSet, named: str | Path | None = None) -> Path:
    """Find the folder to load a data set that has a miniature from.

    That is the one that was `named`, if it is there; else the real one in the data folder; else the miniature, which is
    drawn on first use.
    """
    real = data_folder() / dataset.folder
    if named is not None:
        if Path(named).is_dir():
            return Path(named)
        drawn = f"the built-in {dataset.otherwise}, which has fewer images"
        used = f"{dataset.title.partition(':')[0]} from the data folder" if real.is_dir() else drawn
        print(f"{named} is not there: using {used}.")
    return real if real.is_dir() else make(dataset.miniature, data_folder())


def is_miniature(dataset: DataSet, place: Path) -> bool:
    """Whether a folder of a data set is the built-in miniature."""
    return place.name == dataset.miniature.folder


def way_out(dataset: DataSet, place: Path) -> str:
    """What to do where a file of a data set is missing or broken."""
    if is_miniature(dataset, place):
        return "run `cs231n data make` to draw it again"
    return f"run `cs231n data fetch {dataset.name}` to download it, or delete {place} to run on the miniature"


def make(miniature: Miniature, folder: Path, again: bool = False) -> Path:
    """Draw a miniature, unless it is there already.

    Parameters
    ----------
    miniature : Miniature
    folder : Path
        The data folder. Where it may not be written the miniature goes to the temporary folder, and a line says so.
    again : bool
        Draw it even if it is there.

    Returns
    -------
    Path
        The miniature's folder.
    """
    # The temporary folder is everybody's on POSIX, the user's own on Windows. (In containers a user may have no name.)
    spare = Path(tempfile.gettempdir()) / (f"cs231n-{os.getuid()}" if hasattr(os, "getuid") else "cs231n")
    try:
        return _make(miniature, folder, again)
    except DataError as error:
        if folder == spare or getattr(error.__cause__, "errno", None) not in FORBIDDEN:
            raise
    if not is_drawn(miniature, spare):
        print(f"{folder} may not be written: the miniature is kept in {spare}.", file=sys.stderr)
    return _make(miniature, spare, again)


def is_drawn(miniature: Miniature, folder: Path) -> bool:
    """Whether the miniature is in the data folder, drawn by the very modules that are here now."""
    return read_sums(folder / miniature.folder)[0] == _origin(miniature)


def _origin(miniature: Miniature) -> str:
    """Name the modules that draw a miniature and their content."""
    drawn = Path(__file__).with_name("drawn")
    source = "".join((drawn / f"{module}.py").read_text("utf-8") for module in miniature.modules)
    return f"drawn by cs231n.data.{miniature.modules[0]} {hashlib.sha256(source.encode()).hexdigest()[:16]}"


def _make(miniature: Miniature, folder: Path, again: bool) -> Path:
    target = folder / miniature.folder
    if is_drawn(miniature, folder) and not again:
        return target
    with workspace(folder, miniature.folder) as scratch:
        if again or not is_drawn(miniature, folder):  # another process may have drawn it while this one waited
            print(f"Drawing {miniature.title}, once: {miniature.takes}.", file=sys.stderr, flush=True)
            whole = scratch / "whole"
            whole.mkdir()
            importlib.import_module(f"cs231n.data.drawn.{miniature.modules[0]}").make(whole)
            write_sums(whole, _origin(miniature))
            put_in_place(whole, target)
    return target
