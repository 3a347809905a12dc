"""Blackboard: the download of an assignment's attempts.

All files lie side by side: `Assignment 1_jdoe_attempt_2026-10-14-22-10-33_knn.ipynb` is the assignment, the user's
login, the time of the attempt and the file; the same without a file's name, `.txt`, is a receipt. The names are as
Blackboard's users know them: there was no sample to go by.
"""
import re
from collections import defaultdict
from datetime import datetime

from cs231n.grading.handed_in.delivery import deliver, natural
from cs231n.grading.handed_in.identity import find

HEADINGS = {}

_NAME = re.compile(r".+_(?P<user>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<name>.+)|\.txt)", re.S)


def take(path, items, roster):
    """Take what has Blackboard's names: a delivery for each attempt."""
    attempts = defaultdict(list)
    for item in items:
        if match := _NAME.fullmatch(item.name):
            attempts[match["user"], match["time"]].append((match, item))
    found = []
    for (user, time), sent in attempts.items():
        files = [item for match, item in sent if match["name"]]
        problems = () if files else ["Blackboard has a receipt of an attempt, and no file of it."]
        found.append(deliver(find(roster, user, ("login", "id", "email")), user, files or [item for _, item in sent],
                             _time(time), problems, natural(time)))
    return found, [item for item in items if not _NAME.fullmatch(item.name)]


def _time(text):
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").astimezone()
    except ValueError:
        return None
