"""Where the data lives."""
import os
from pathlib import Path

import pooch


def data_folder() -> Path:
    """Return the folder of the data sets; it need not exist yet.

    The environment variable `CS231N_DATA` names it. Else it is `datasets/` beside the package, if that is the
    repository's or a student kit's; else (the package is installed for all) the user's cache folder.
    """
    if named := os.environ.get("CS231N_DATA"):
        return Path(named).expanduser().absolute()
    beside = Path(__file__).resolve().parents[2] / "datasets"
    if (beside / "README.md").is_file():
        return beside
    return Path(pooch.os_cache("cs231n"))
