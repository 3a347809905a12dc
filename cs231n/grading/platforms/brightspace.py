"""Brightspace (D2L): the download of an assignment's submissions.

Each attempt is a folder `12345-67890 - Jane Doe - Oct 14, 2026 1159 PM`: two numbers, the user's among them, the name,
and the time. The names are as Brightspace's users know them: there was no sample to go by.
"""
import re
from datetime import datetime

from cs231n.grading.handed_in.delivery import deliver, natural
from cs231n.grading.handed_in.identity import find

HEADINGS = {"id": ("orgdefinedid", "org defined id")}

_NAME = re.compile(r"(?P<one>\d+)-(?P<two>\d+) - (?P<who>.+) - (?P<time>\w+ \d{1,2}, \d{4} \d{3,4} [AP]M)", re.S)


def take(path, items, roster):
    """Take what has Brightspace's names: a delivery for each attempt."""
    found, left = [], []
    for item in items:
        match = _NAME.fullmatch(item.name)
        if not match:
            left += [item] if item.name != "index.html" or not found else []
            continue
        numbers = match["one"], match["two"]
        student = next(filter(None, (find(roster, each, ("platform_id", "id")) for each in numbers)), None)
        found.append(deliver(student, "-".join(numbers), [item], _time(match["time"]), order=natural(match["time"])))
    return found, left


def _time(text):
    day, clock, half = text.rsplit(" ", 2)
    try:
        return datetime.strptime(f"{day} {clock.zfill(4)} {half}", "%b %d, %Y %I%M %p").astimezone()
    except ValueError:
        return None
