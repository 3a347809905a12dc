"""Text of others made safe to show, to put into a spreadsheet, and to name files with."""
import hashlib
import re
import unicodedata
from collections import Counter

# ESC ] ... BEL (titles, links, the clipboard), ESC [ ... letter (colours, the cursor), ESC and one more character. The
# first kind holds no ESC but that of its end, so that a text is gone through once.
_ESCAPES = re.compile(
    r"\x1b(?:[\]PX^_][^\x07\x1b]{0,4000}+(?:\x07|\x1b\\)|\[[0-?]*+[ -/]*+[@-~]|[ -/]*+[0-Z\\^-~])")
_JOINERS = "\u200c\u200d"  # two format characters that names and emoji are written with
_UNSEEN = {"Cc", "Cf", "Cs"}  # control, format (all that turns the direction of text), halves of characters
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_PLAIN = re.compile(r"(?!.*-[0-9a-f]{10}$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.I)  # names that Windows keeps for itself


def plain(text):
    """Return text without escape sequences, control characters and those that turn its direction; lines stay."""
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in text if char in "\n\t" or char in _JOINERS or unicodedata.category(char) not in _UNSEEN
    )


def one_line(text):
    """Return plain text on one line."""
    return " ".join(plain(text).split())


def cell(text):
    """Return plain text for a cell of a spreadsheet, behind a `'` where it would be taken for a formula."""
    text = plain(text).strip()
    return f"'{text}" if text.startswith(_FORMULA) else text


def from_cell(text):
    """Return the plain text that `cell` was given."""
    text = plain(text).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def number(value):
    """Return a number as a person writes it, to four digits behind the point at most."""
    return format(round(value, 4), ".10g")


def shorten(text, most):
    """Return text cut to `most` characters, with a word that says so."""
    return text if len(text) <= most else f"{text[:most].rstrip()} ... (cut)"


def file_names(ids):
    """Give each id a file name without ending: the id itself where that is safe, and else what is safe of it.

    Parameters
    ----------
    ids : iterable of str
        Student ids, from a roster or from the names of submissions: anything can be in them.

    Returns
    -------
    dict of str -> str
        Letters of ASCII, digits, `-` and `_`; no two the same, upper and lower case alike.
    """
    ids = list(ids)
    alike = Counter(each.casefold() for each in ids)
    return {each: each if _is_plain(each) and alike[each.casefold()] == 1 else _marked(each) for each in ids}


def _is_plain(text):
    return _PLAIN.fullmatch(text) and not _DEVICES.fullmatch(text)


def _marked(text):
    """Return what is safe of a name, and a mark that no other has."""
    safe = re.sub(r"[^A-Za-z0-9]+", "-", text)[:48].strip("-")
    return f"{safe}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}".lstrip("-")
