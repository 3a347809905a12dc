"""Files that hold the state of a training: written whole or not at all, and known when they are damaged."""
import hashlib
import os
import pickle
from pathlib import Path

import numpy as np

_DIGEST_SIZE = hashlib.sha256().digest_size


def save_checkpoint(path, contents):
    """Write a dictionary, and the state of NumPy's global generator, as a pickle with its digest behind it.

    Parameters
    ----------
    path : str or Path
        Folders that are missing are made.
    contents : dict
        Of whatever can be pickled.
    """
    pickled = pickle.dumps(contents | {"random_state": np.random.get_state()}, protocol=pickle.HIGHEST_PROTOCOL)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(pickled + _digest(pickled))
    half.replace(path)


def load_checkpoint(path, of="a training"):
    """Read what `save_checkpoint` wrote. Pickles can run code: open only your own.

    Parameters
    ----------
    path : str or Path
    of : str
        Whose checkpoint it should be, for the message.

    Returns
    -------
    dict
        The contents, and random_state for ``np.random.set_state``.

    Raises
    ------
    ValueError
        If the file is not a whole checkpoint.
    """
    content = Path(path).read_bytes()
    pickled, digest = content[:-_DIGEST_SIZE], content[-_DIGEST_SIZE:]
    if _digest(pickled) != digest:
        raise ValueError(f"{path} is not a whole checkpoint of {of}")
    return pickle.loads(pickled)


def _digest(content):
    return hashlib.sha256(content).digest()
