"""Make a folder of CS231n's own assignments run against this package and its data.

The notebooks of 2017 to 2019 import `cs231n` from the folder that they are in, where the course's starter code stands.
`link` moves that aside, to `cs231n.theirs`, and puts in its place a package of one file, which leads every import on to
this package. That works on every system, where symbolic links do not. Nothing is ever deleted; `unlink` puts all back.
"""
import os
from pathlib import Path

from cs231n.data.catalogue import CIFAR10, COCO
from cs231n.data.folders import data_folder

PACKAGE = Path(__file__).resolve().parents[1]

_SIGN = '"""Put here by `cs231n link`'
_LEAD = _SIGN + ''': leads to the installed package. `cs231n link --undo` takes it away."""
import os

__path__ = [{package!r}]
if not os.path.isdir(__path__[0]):
    raise ImportError(f"{{__path__[0]}} is not there any more: run `cs231n link` again")
os.environ.setdefault("CS231N_DATA", {data!r})

from cs231n.course import old_names  # noqa: E402

old_names.bring_back()
'''


class Refused(ValueError):
    """The folder is not fit for it; the message says why."""


def link(folder):
    """Lead a folder's `import cs231n` and `cs231n/datasets` to this package and its data; again, to mend it.

    Parameters
    ----------
    folder : str or path
        Holds notebooks of the course.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    Refused
        If there is no notebook, or both `cs231n` and `cs231n.theirs` are the course's.
    """
    ours, theirs = _places(folder)
    if not any(ours.parent.glob("*.ipynb")):
        below = ", ".join(sorted({path.parent.name for path in ours.parent.glob("*/*.ipynb")}))
        advice = f"; name one of {below}" if below else ""
        raise Refused(f"{ours.parent} has no notebook: link the folder that the course's notebooks are in{advice}")
    said = []
    if os.path.lexists(ours) and not _is_lead(ours):
        if os.path.lexists(theirs):
            raise Refused(f"{ours.parent} has a {ours.name} and a {theirs.name}: move one of them away")
        ours.rename(theirs)
        said.append(f"Moved {ours} to {theirs}.")
    data = _data(theirs)
    data.mkdir(parents=True, exist_ok=True)
    ours.mkdir(exist_ok=True)
    (ours / "__init__.py").write_text(_LEAD.format(package=str(PACKAGE), data=str(data)), encoding="utf-8")
    said.append(f"`import cs231n` in {ours.parent} means {PACKAGE}.")
    datasets = ours / "datasets"
    _take_away(datasets)
    if _lead_to(data, datasets):
        said.append(f"{datasets} leads to {data}.")
    else:
        said.append(f"No link from {datasets} to {data} can be made here; the loaders find the data without it.")
    return said


def unlink(folder):
    """Undo `link`; arguments and result are the same.

    Raises
    ------
    Refused
        If files stand in the folder's `cs231n` that `link` did not put there.
    """
    ours, theirs = _places(folder)
    if not _is_lead(ours):
        return [f"{ours.parent} is not linked: nothing to undo."]
    cached = [*(ours / "__pycache__").glob("__init__.*.pyc")]
    known = {ours / "__init__.py", ours / "__pycache__", *cached}
    others = [path for path in [*ours.iterdir(), *ours.glob("__pycache__/*")]
              if path not in known and not (path.name == "datasets" and _leads(path))]
    if others:
        raise Refused(f"{others[0]} was not put there by `cs231n link`: move it away first")
    _take_away(ours / "datasets")
    for path in (ours / "__init__.py", *cached):
        path.unlink()
    if (ours / "__pycache__").is_dir():
        (ours / "__pycache__").rmdir()
    ours.rmdir()
    if not theirs.exists():
        return [f"Took {ours} away."]
    theirs.rename(ours)
    return [f"Moved {theirs} back to {ours}."]


def _places(folder):
    """Where the package of a folder stands, and where it is moved to."""
    ours = Path(folder).resolve() / "cs231n"
    if ours.resolve() == PACKAGE:
        raise Refused(f"{ours} is this package itself: its notebooks need no link")
    return ours, ours.with_name("cs231n.theirs")


def _is_lead(ours):
    """Whether a package is the one that `link` makes."""
    init = ours / "__init__.py"
    return init.is_file() and init.read_text(encoding="utf-8", errors="replace").startswith(_SIGN)


def _data(theirs):
    """The data of the folder's own, if the course's scripts have fetched any into it; else the data folder."""
    own = theirs / "datasets"
    return own if any((own / each.folder).is_dir() for each in (CIFAR10, COCO)) else data_folder()


def _leads(path):
    """Whether a path is a link to a folder: a symbolic one, or a junction of Windows."""
    return path.is_symlink() or os.path.isdir(path) and os.path.realpath(path) != str(path.parent.resolve() / path.name)


def _lead_to(target, path):
    """Link a path to a folder; False where the system does not let us, or something else is there."""
    try:
        path.symlink_to(target, target_is_directory=True)
    except OSError:
        if os.name != "nt" or os.path.lexists(path):
            return False
        import _winapi  # junctions need no rights, symbolic links on Windows do

        _winapi.CreateJunction(str(target), str(path))
    return True


def _take_away(path):
    """Remove a link, and never what it leads to."""
    if _leads(path):
        path.unlink()
