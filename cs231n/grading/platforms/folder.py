"""A folder of one's own: `<student>/...`, `<student>.zip` or `<student>.ipynb`, with a time in the name or without one.

Nothing within a submission is believed. Where no time is told, it is that of the file, or of the newest file in the
folder, as it was laid down.
"""
import re

from cs231n.grading.handed_in.archives import is_archive
from cs231n.grading.handed_in.delivery import ENDING, TIME, deliver, natural, time_in
from cs231n.grading.handed_in.identity import find

HEADINGS = {
    "id": ("student id", "student", "sid", "id"),
    "name": ("name", "student name", "full name"),
    "email": ("email", "e-mail", "email address", "mail"),
    "sis_id": ("sis id", "sis user id"),
    "login": ("login", "login id", "username", "user name"),
    "section": ("section", "sections"),
    "extension": ("extension", "extension days", "extension in days"),
    "late_days_used": ("late days used", "late days"),
    "submitted": ("submitted", "submitted at", "time of submission"),
}

_ADDED = re.compile(r"\.ipynb\.(?:txt|json)$", re.I)
_NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json")


def take(path, items, roster):
    """Take all folders, and the files that can be a submission or are called after a student."""
    chosen = [item for item in items if item.folder or item.name.casefold().endswith(_NOTEBOOKS)
              or is_archive(item.name) or find(roster, _student(item)[0])]
    return [_delivery(item, roster) for item in chosen], [item for item in items if item not in chosen]


def _delivery(item, roster):
    name, submitted = _student(item)
    student = find(roster, name) if name == name.strip() else None  # else it is another name
    return deliver(student, name, [item], submitted, order=natural(item.name))


def _student(item):
    """Return who sent it, and when, None if the name does not tell."""
    name = item.name if item.folder else ENDING.sub("", _ADDED.sub(".ipynb", item.name))
    submitted = time_in(name)
    if submitted:
        match = TIME.search(name)
        name = (name[:match.start()] + name[match.end():]).strip(" _-+") or name
    return name, submitted
