"""The figures that a submission's own outputs hold, beside those of our notebook."""
import base64
import binascii
import functools
import io
import warnings

from PIL import Image

from cs231n.course import notebook
from cs231n.grading import limits
from cs231n.grading.results import Figure

_WIDTH, _COLOURS = 640, 96  # of what is shown: enough to compare, and a quarter of the bytes


def figures(name, ours, theirs):
    """Pair the figures of two notebooks.

    A submission's outputs are what its author chose to put there: they are shown, and count for nothing. Each picture
    is decoded and encoded anew, so that nothing but its pixels goes on.

    Parameters
    ----------
    name : str
        Of the notebook.
    ours, theirs : nbformat.NotebookNode

    Returns
    -------
    tuple of Figure
    """
    submitted, budget = {}, _Budget()
    for cell in theirs.cells:
        for key in _keys(cell):
            submitted.setdefault(key, cell)
    found = []
    for cell, heading in zip(ours.cells, notebook.headings(ours)):
        match = next((submitted[key] for key in _keys(cell) if key in submitted), None)
        for our_png, their_png in zip(_ours(cell), _pictures(match, budget) if match else ()):
            found.append(Figure(name, heading, their_png, our_png))
    return tuple(found[:limits.MOST_FIGURES])


def _keys(cell):
    """Return what a cell is known by, best first."""
    if cell.cell_type != "code":
        return ()
    keys = ("name", notebook.grade_id(cell)), ("id", cell.get("id")), ("source", cell.source.strip())
    return [key for key in keys if key[1]]


class _Budget:
    """How many pictures, and pixels, of a notebook are still looked at."""

    def __init__(self, pictures=limits.MOST_PICTURES, pixels=limits.MOST_PIXELS_IN_ALL):
        self.pictures, self.pixels = pictures, pixels

    def allows(self, pixels):
        """Take a picture of so many pixels into account, and tell whether it may be decoded."""
        self.pixels -= pixels
        return pixels <= limits.MOST_PIXELS and self.pixels >= 0


def _ours(cell):
    """Return the pictures of a cell of ours, which are the same for each submission."""
    return _once(tuple(_texts(cell)))


@functools.lru_cache(maxsize=256)
def _once(texts):
    return [picture for text in texts if (picture := _encoded_anew(text, _Budget()))]


def _texts(cell):
    for output in cell.get("outputs") or []:
        data = output.get("data") if isinstance(output, dict) else None
        text = data.get("image/png") if isinstance(data, dict) else None
        if isinstance(text, str) and len(text) < limits.LARGEST_PICTURE:
            yield text


def _pictures(cell, budget):
    for text in _texts(cell):
        budget.pictures -= 1
        if budget.pictures < 0 or budget.pixels < 0:
            return
        if picture := _encoded_anew(text, budget):
            yield picture


def _encoded_anew(text, budget):
    """Return a PNG file with the same pixels, at most so wide; None if it is no picture, or too large a one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(base64.b64decode(text, validate=False)), formats=["PNG"]) as picture:
                if not budget.allows(picture.width * picture.height):
                    return None
                flat = Image.new("RGB", picture.size, "white")
                rgba = picture.convert("RGBA")
                flat.paste(rgba, mask=rgba.getchannel("A"))
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # what Pillow raises for files that are none
        return None
    if flat.width > _WIDTH:
        flat = flat.resize((_WIDTH, max(1, round(flat.height * _WIDTH / flat.width))))
    target = io.BytesIO()
    flat.quantize(_COLOURS).save(target, "PNG", optimize=True)
    return target.getvalue()
