"""The pictures that captions belong to: from disk, else from the network; a drawn placeholder where neither has it.

The course's notebooks fetched each picture while they ran, and broke when an address was dead.
"""
import io
import os
import textwrap
import time
import urllib.parse

import h5py
import numpy as np
import requests
from PIL import Image, ImageDraw

from cs231n.data import DataError
from cs231n.data.catalogue import COCO
from cs231n.data.folders import data_folder
from cs231n.data.store import make
from cs231n.validation import describe

TIMEOUT = 3  # seconds to wait for a server, and for all of a picture
LARGEST = 20_000_000  # bytes of a picture
PLACEHOLDER_SIZE = 224

_silent = set()  # servers that did not answer: nobody waits for them again


def image_from_url(url, caption="", download=True):
    """Give the picture at an address, whatever happens.

    Scenes of mini-COCO are read from its file. Other pictures come from `coco_pictures` in the data folder, where
    they are kept once they have been downloaded, under the last part of their address. A server has `TIMEOUT` seconds;
    one that has not answered is not asked again while this Python runs.

    Parameters
    ----------
    url : str
        From `sample_coco_minibatch`: `mini-coco:train/17`, or a web address.
    caption : str
        To write on the placeholder.
    download : bool
        Ask the network for a picture that is not on disk. False leaves the network alone.

    Returns
    -------
    ndarray (H, W, 3) of uint8
        The picture in RGB; or, if there is none, a grey one that says so, with the caption and the address.

    Raises
    ------
    ValueError
        If url is no text.
    """
    if not isinstance(url, str):
        raise ValueError(f"url must be a text, the address of a picture, got {describe(url)}")
    origin, _, place = url.partition(":")
    try:
        if origin == "mini-coco":
            return _scene(place)
        kept = data_folder() / "coco_pictures" / url.rpartition("/")[2]
        if download and not kept.is_file():
            _fetch(url, kept)
        return _read(kept.read_bytes())
    except (OSError, ValueError, LookupError, DataError) as error:  # no file, no network, or something else in them
        absent = isinstance(error, FileNotFoundError)
        reason = "not on disk, and the network was not asked" if absent else type(error).__name__
        return _placeholder(caption, url, reason)


def _placeholder(caption, url, reason):
    """A grey picture with a few lines of text."""
    image = Image.new("RGB", (PLACEHOLDER_SIZE, PLACEHOLDER_SIZE), (225, 225, 225))
    paragraphs = ("No picture here:", reason, "", caption, "", url)
    lines = [line for text in paragraphs for line in textwrap.wrap(text, 34) or [""]]
    ImageDraw.Draw(image).multiline_text((10, 10), "\n".join(lines), fill=(70, 70, 70))
    return np.asarray(image).copy()


def _scene(place):
    """A scene of mini-COCO, such as "train/17"."""
    split, _, number = place.partition("/")
    with h5py.File(make(COCO.miniature, data_folder()) / "pictures.h5", "r") as file:
        return file[split][int(number)]


def _read(content):
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))


def _fetch(url, path):
    """Download a picture; only what can be read as one is kept, whole."""
    server = urllib.parse.urlsplit(url).netloc
    if server in _silent:
        raise requests.ConnectionError(f"{server} did not answer before")
    try:
        content = _download(url)
    except (requests.ConnectionError, requests.Timeout):
        _silent.add(server)
        raise
    _read(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(content)
    half.replace(path)


def _download(url):
    until = time.monotonic() + TIMEOUT
    with requests.get(url, timeout=TIMEOUT, stream=True) as answer:
        answer.raise_for_status()
        content = b""
        for piece in answer.iter_content(1 << 12):
            content += piece
            if time.monotonic() > until:
                raise requests.Timeout(f"{url} took more than {TIMEOUT} s")
            if len(content) > LARGEST:
                raise ValueError(f"{url} has more than {LARGEST} bytes")
    return content
