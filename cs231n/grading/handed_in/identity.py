"""Whose it is: ids and names compared, and names for those who are on no roster."""
import hashlib
import unicodedata

from cs231n.grading import limits
from cs231n.grading.text import one_line, shorten

KEYS = ("id", "email", "login", "sis_id", "platform_id")  # what a student is known by, the surest first


def shown(name):
    """Return a file name as it can be shown: on one line, not too long, without control characters."""
    return shorten(one_line(name), limits.LONGEST_NAME)


def alike(text):
    """Return what two spellings of one id have in common: case does not count, nor how accents are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def find(roster, key, fields=KEYS):
    """Find a student by anything that is known of them. Names are not among it: two people can share one.

    Parameters
    ----------
    roster : list of results.Student
    key : str
        An id, an e-mail address or a login.
    fields : sequence of str, optional
        Which ones to look at, the surest first.

    Returns
    -------
    results.Student or None
        None also if two students have this key: which of them is meant would be a guess.
    """
    key = alike(key.strip())
    for name in fields if key else ():
        found = [student for student in roster if alike(getattr(student, name)) == key]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def stranger(text):
    """Return an id for someone who is not on a roster, and a sentence if it is not simply what they are called.

    Two people are never one: where a name holds what cannot be shown, the id ends in a mark made of all of it.
    """
    text = unicodedata.normalize("NFC", text)
    plain = shown(text) or "(no name)"
    if plain == text:
        return plain, ""
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain} #{mark}", "The name holds characters that cannot be shown, blanks at its ends, or is very long."
