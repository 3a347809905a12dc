"""The values that the solved notebook and the known wrong answers gave in each check: how they are kept, and looked up.

`expected/<notebook>.npz` holds plain numbers under these names:

    right/<check>        what the solved notebook reported, where the check compares with that
    wrong/<i>/<check>    what a wrong answer reported, which is told the sentence i
    sentences            the sentences, as the UTF-8 bytes of a JSON list

`<notebook>.hidden.npz` beside it holds those of the hidden tests, and is in no student kit.
"""
import functools
import json
from pathlib import PurePosixPath

import numpy as np

from cs231n.exercise import find_file

HIDDEN = ".hidden.npz"  # how the name ends of what students do not get


def arrays(right, wrong):
    """Return what such a file holds: name -> array.

    Parameters
    ----------
    right : dict of str to ndarray
        By name of the check.
    wrong : dict of str to dict of str to ndarray
        By name of the check, and by sentence.
    """
    sentences = sorted({sentence for known in wrong.values() for sentence in known})
    if not right and not sentences:
        return {}
    found = {f"right/{name}": value for name, value in right.items()}
    for name, known in wrong.items():
        found |= {f"wrong/{sentences.index(sentence)}/{name}": value for sentence, value in known.items()}
    return found | {"sentences": np.frombuffer(json.dumps(sentences, ensure_ascii=False).encode(), np.uint8)}


def sentences_of(file):
    """Return the sentences that an opened file holds."""
    return json.loads(file["sentences"].tobytes()) if "sentences" in file else []


def look_up(notebook, name):
    """Find what is recorded for a check.

    Parameters
    ----------
    notebook : str
        Such as `assignment1/knn`.
    name : str
        Of the check.

    Returns
    -------
    right : ndarray or None
    wrong : dict of str to ndarray
        Sentence -> the value that this wrong answer leads to.
    """
    folder, stem = PurePosixPath(notebook).parts
    right, wrong = None, {}
    for ending in (".npz", HIDDEN):
        path = find_file(f"{folder}/expected/{stem}{ending}")
        if path is not None:
            found, known = _read(path, path.stat().st_mtime_ns)
            right = found.get(name, right)
            wrong |= known.get(name, {})
    return right, wrong


@functools.lru_cache(maxsize=4)
def _read(path, _changed):
    with np.load(path, allow_pickle=False) as file:
        sentences, right, wrong = sentences_of(file), {}, {}
        for key in file.files:
            kind, _, name = key.partition("/")
            if kind == "right":
                right[name] = file[key]
            elif kind == "wrong":
                number, _, name = name.partition("/")
                wrong.setdefault(name, {})[sentences[int(number)]] = file[key]
    return right, wrong
