"""COCO's captions, and the features of its images, as the captioning notebooks take them.

    data = load_coco_data(max_train=50)
    captions, features, urls = sample_coco_minibatch(data, batch_size=3)
    print(decode_captions(captions, data["idx_to_word"]))

The real ones are used where they are present (`cs231n data fetch coco`), else the built-in mini-COCO.
"""
import io
import json

import h5py
import numpy as np

from cs231n.data import DataError
from cs231n.data.catalogue import COCO
from cs231n.data.store import is_miniature, place_of, way_out
from cs231n.validation import check_integer, describe

_SPLITS = ("train", "val")
KEPT = 5  # words of a held-back caption, <START> among them, that stay where the others are not to be known


def load_coco_data(base_dir=None, max_train=None, pca_features=True):
    """Load the captions, features and addresses of COCO's images, or of mini-COCO's.

    Parameters
    ----------
    base_dir : str or path, optional
        The folder of the course's files. Without it, or where it does not exist, the data folder's `coco_captioning`
        is used if it is there, and else the built-in mini-COCO, which is drawn on first use.
    max_train : int, optional
        Draw so many training captions (with replacement, from NumPy's global generator); all without it.
    pca_features : bool
        Features reduced to 512 numbers by PCA, in place of VGG16's 4096. mini-COCO has only those.

    Returns
    -------
    dict
        For `train` and `val` each: `train_captions` (N, 17) int32, words numbered as in the vocabulary, <START> first,
        <END> behind the last word, then <NULL>; `train_image_idxs` (N,) int32, the image of each caption;
        `train_features` (images, 512) float32; `train_urls` (images,) str. And the vocabulary: `idx_to_word`, a list of
        V words, and `word_to_idx`, a dictionary.

    Raises
    ------
    ValueError
        If max_train is not a number of captions.
    DataError
        If a file is missing or broken.
    """
    if max_train is not None:
        check_integer(max_train, "max_train", 1)
    folder = place_of(COCO, base_dir)
    features = "{}2014_vgg16_fc7_pca.h5" if pca_features or is_miniature(COCO, folder) else "{}2014_vgg16_fc7.h5"
    data = _read(folder / "coco2014_captions.h5", _read_h5)
    data |= _read(folder / "coco2014_vocab.json", _read_json)
    for split in _SPLITS:
        data[f"{split}_features"] = _read(folder / features.format(split), _read_h5)["features"]
        data[f"{split}_urls"] = _read(folder / f"{split}2014_urls.txt", _read_lines)
    if max_train is not None:
        drawn = np.random.randint(len(data["train_captions"]), size=max_train)
        for name in ("train_captions", "train_image_idxs"):
            data[name] = data[name][drawn]
    return data


def describe_coco():
    """Say in one line which captions `load_coco_data()` gives, and how to get the real ones.

    Returns
    -------
    str
    """
    folder = place_of(COCO)
    counts = {name: len(values) for name, values in _read(folder / "coco2014_captions.h5", _read_h5).items()}
    captions = f"{counts['train_captions']:,} captions to train on and {counts['val_captions']:,} to validate"
    if is_miniature(COCO, folder):
        return (f"Running on mini-COCO: {captions}, of scenes that this kit has drawn. "
                "For the real COCO run `cs231n data fetch coco`.")
    return f"Running on COCO: {captions}."


def without_endings(path):
    """Return the file of captions without what follows the first `KEPT` words of each held-back one.

    What a captioner says next of a picture can be asked where these words are all that can be read.
    """
    buffer = io.BytesIO(path.read_bytes())
    with h5py.File(buffer, "r+") as file:
        file["val_captions"][:, KEPT:] = 0
    return buffer.getvalue()


def decode_captions(captions, idx_to_word):
    """Turn numbered words into text.

    Parameters
    ----------
    captions : ndarray (T,) or (N, T) of int
        One caption, or several.
    idx_to_word : list of str
        The vocabulary.

    Returns
    -------
    str, or list of str
        Words up to and with '<END>', without '<NULL>'.

    Raises
    ------
    ValueError
        If captions has another shape, or words that are not in the vocabulary.
    """
    captions = np.asarray(captions)
    if captions.ndim not in (1, 2) or captions.dtype.kind not in "iu":
        raise ValueError(f"captions must be whole numbers of shape (T,) or (N, T), got {describe(captions)}")
    if captions.size and not 0 <= captions.min() <= captions.max() < len(idx_to_word):
        raise ValueError(f"captions must hold words from 0 to V - 1 = {len(idx_to_word) - 1}, got values from "
                         f"{captions.min()} to {captions.max()}")
    if captions.ndim == 2:
        return [decode_captions(caption, idx_to_word) for caption in captions]
    words = [idx_to_word[i] for i in captions]
    if "<END>" in words:
        words = words[:words.index("<END>") + 1]
    return " ".join(word for word in words if word != "<NULL>")


def sample_coco_minibatch(data, batch_size=100, split="train"):
    """Draw captions, each with the features and the address of its image.

    Parameters
    ----------
    data : dict
        What `load_coco_data` returned.
    batch_size : int
        How many, drawn with replacement from NumPy's global generator.
    split : {'train', 'val'}

    Returns
    -------
    captions : ndarray (batch_size, T) of int32
    features : ndarray (batch_size, D) of float32
    urls : ndarray (batch_size,) of str
        For `image_utils.image_from_url`.

    Raises
    ------
    ValueError
        If there is no such split, or batch_size is not 1 or more.
    """
    if split not in _SPLITS:
        raise ValueError(f"split must be 'train' or 'val', got {describe(split)}")
    check_integer(batch_size, "batch_size", 1)
    drawn = np.random.choice(len(data[f"{split}_captions"]), batch_size)
    image_idxs = data[f"{split}_image_idxs"][drawn]
    return data[f"{split}_captions"][drawn], data[f"{split}_features"][image_idxs], data[f"{split}_urls"][image_idxs]


def _read(path, reader):
    """What a file holds, or one line that says what is wrong with it."""
    advice = way_out(COCO, path.parent)
    if not path.is_file():
        raise DataError(f"{path} is missing: {advice}.")
    try:
        return reader(path)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} cannot be read ({error}): delete it and {advice}.") from error


def _read_h5(path):
    with h5py.File(path, "r") as file:
        return {name: np.asarray(values) for name, values in file.items()}


def _read_json(path):
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    return {name: vocabulary[name] for name in ("idx_to_word", "word_to_idx")}


def _read_lines(path):
    return np.asarray(path.read_text(encoding="utf-8").splitlines())
