"""Where the files of an assignment are: its notebooks, and the values recorded beside them."""
from pathlib import Path


def find(relative):
    """Find a file of the course, such as `assignment1/knn.ipynb`.

    Notebooks run in their own folder, tests and scripts elsewhere, so the current folder and those above it are tried
    first, then the folder that holds the package (a checkout).

    Parameters
    ----------
    relative : str
        Path from the root of the kit, with forward slashes.

    Returns
    -------
    Path or None
        The first that exists.
    """
    here = Path.cwd()
    for root in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (root / relative).is_file():
            return root / relative
    return None
