"""Data sets as a submission's kernel sees them: without the labels of the test data.

A check that asks how good a trained model is takes its predictions on test data. Who could read the labels could report
them. Which files hold them says the catalogue of the data sets.
"""
from pathlib import Path

from cs231n.data.catalogue import CATALOGUE, named


def blinded(data, folder):
    """Write copies of the files that hold labels of test data, without them.

    Parameters
    ----------
    data : Path
        The data folder.
    folder : Path
        For the copies; made if it is not there.

    Returns
    -------
    dict of str to str
        By path below `data`: the copy that is to stand in its place.
    """
    found = {}
    for dataset in CATALOGUE.values():
        places = {dataset.folder} | ({dataset.miniature.folder} if dataset.miniature else set())
        for name in sorted(f"{place}/{file}" for place in places for file in dataset.test_labels):
            if (path := Path(data, name)).is_file():
                copy = Path(folder, name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(named(dataset.test_labels[path.name])(path))
                found[name] = str(copy)
    return found
