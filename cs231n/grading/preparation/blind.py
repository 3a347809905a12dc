"""Data sets as a submission's kernel sees them: without the labels of the test pictures.

A check that asks how good a trained model is takes its predictions on test pictures. Who could read the labels could
report them.
"""
import pickle
from pathlib import Path

from cs231n.data import pickles

_TEST = "*cifar-10-batches-py/test_batch"  # the real one and the miniature


def blinded(data, folder):
    """Write copies of the files that hold labels of test pictures, with all labels zero.

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
    for path in sorted(Path(data).glob(_TEST)):
        with path.open("rb") as file:
            batch = pickles.read_pickle(file, path.name)
        batch["labels"] = [0] * len(batch["labels"])
        copy = Path(folder, path.parent.name, path.name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(pickle.dumps(batch, protocol=2))
        found[path.relative_to(data).as_posix()] = str(copy)
    return found
