"""Make a folder of CS231n's own assignments run against this package and its data.

The notebooks of 2016 to 2025 import `cs231n` from the folder that they are in, where the course's starter code stands.
`link` moves that aside, to `cs231n.theirs`, and puts in its place a package of one file, which leads every import on to
this package, and what this does not have to theirs. That works on every system, where symbolic links do not. Nothing is
ever deleted; `unlink` puts all back.
"""
import importlib.util
import os
import re
from pathlib import Path

from cs231n.course import years
from cs231n.course.at_start import SIGN
from cs231n.data.catalogue import CIFAR10, COCO
from cs231n.data.folders import data_folder

PACKAGE = Path(__file__).resolve().parents[1]

_LEAD = SIGN + ''': leads to the installed package. `cs231n link --undo` takes it away."""
import os

__path__ = [{package!r}, os.path.dirname(os.path.abspath(__file__)) + ".theirs"]
if not os.path.isdir(__path__[0]):
    raise ImportError(f"{{__path__[0]}} is not there any more: run `cs231n link` again")
os.environ.setdefault("CS231N_DATA", {data!r})

from cs231n.course import old_names, years  # noqa: E402

old_names.bring_back()
years.keep(drops={drops}, halves={halves})
'''

# What does not run here: what a notebook's lines begin with, the module that it takes, and the reason.
_DO_NOT_RUN = (
    (r"(?:import|from) tensorflow\b", "tensorflow", "written for TensorFlow, which is no part of this kit"),
    (r"(?:import|from) torch\b", "torch", "written for PyTorch, which is no part of this kit"),
    (r"from cs231n\.classifiers\.pretrained_cnn import", None,
     "for a network and pictures of 2016, which the course does not give out any more"),
)


class Refused(ValueError):
    """The folder is not fit for it; the message says why."""


def link(folder, year=None):
    """Lead a folder's `import cs231n` and `cs231n/datasets` to this package and its data; again, to mend it.

    Parameters
    ----------
    folder : str or path
        Holds notebooks of the course.
    year : int, optional
        When the course gave them out, 2016 to 2025. Without it the course's own files tell what depends on it.

    Returns
    -------
    list of str
        What was done, and what does not run, in sentences.

    Raises
    ------
    Refused
        If there is no notebook, or both `cs231n` and `cs231n.theirs` are the course's, or there was no such year.
    """
    ours, theirs = _places(folder)
    if year is not None and year not in years.YEARS:
        raise Refused(f"the year must be one of {years.YEARS[0]} to {years.YEARS[-1]}, got {year}")
    notebooks = {path.name: path.read_text(encoding="utf-8", errors="replace")
                 for path in sorted(ours.parent.glob("*.ipynb"))}
    if not notebooks:
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
    meaning = years.tell(theirs, notebooks.values()) if year is None else years.of_year(year)
    lead = _LEAD.format(package=str(PACKAGE), data=str(data), drops=bool(meaning.drops), halves=meaning.halves)
    (ours / "__init__.py").write_text(lead, encoding="utf-8")
    said.append(f"`import cs231n` in {ours.parent} means {PACKAGE}.")
    for earlier in filter(_leads, ours.iterdir()):
        earlier.unlink()
    if _lead_to(data, ours / "datasets"):
        said.append(f"{ours / 'datasets'} leads to {data}.")
    else:
        said.append(f"No link from {ours / 'datasets'} to {data} can be made here; "
                    "the loaders find the data without it.")
    for pictures in _folders_of_files(theirs):
        if not _lead_to(pictures, ours / pictures.name):
            said.append(f"No link to {pictures} can be made here: copy it to {ours / pictures.name}.")
    return said + _about_the_year(meaning) + _what_does_not_run(notebooks)


def _folders_of_files(theirs):
    """The folders of the course's package that notebooks read files from, such as pictures; datasets are ours."""
    return [path for path in sorted(theirs.glob("*/"))
            if path.name not in ("datasets", "__pycache__") and not any(path.rglob("*.py"))]


def _about_the_year(meaning):
    said = []
    if meaning.drops:
        said.append("The notebooks are of 2016 or 2017: dropout's p is the probability of dropping here.")
    if meaning.halves:
        said.append("They are of 2016: the losses of assignment 1 have half of the regularisation here.")
    if meaning.unsure:
        said.append("Nothing here tells the year of these notebooks, so dropout's p is the probability of keeping, as "
                    "from 2018 on. If they are older, say so: `cs231n link --year 2017`.")
    return said


def _what_does_not_run(notebooks):
    """A sentence for each reason, with the notebooks that it stops."""
    said = []
    for line, module, reason in _DO_NOT_RUN:
        names = [name for name, text in notebooks.items() if re.search(rf'"\s*{line}', text)]
        if names and not (module and importlib.util.find_spec(module)):
            verb = "does not run: it is" if len(names) == 1 else "do not run: they are"
            said.append(f"{', '.join(names)} {verb} {reason}.")
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
              if path not in known and not _leads(path)]
    if others:
        raise Refused(f"{others[0]} was not put there by `cs231n link`: move it away first")
    for path in (ours / "__init__.py", *cached, *filter(_leads, ours.iterdir())):
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
    return init.is_file() and init.read_text(encoding="utf-8", errors="replace").startswith(SIGN)


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
