"""Moodle: the download of an assignment's submissions, and its grading worksheet, which is a roster and can be filled.

Submissions are folders `Jane Doe_1234567_assignsubmission_file_`, or files of which each name begins so; the number is
that of the participant, `Participant 1234567` in the worksheet. What was written on Moodle is `..._onlinetext_`. The
names are as Moodle's users know them: there was no sample to go by.
"""
import re
from collections import defaultdict

from cs231n.grading.handed_in.delivery import deliver, natural
from cs231n.grading.handed_in.identity import find
from cs231n.grading.platforms.sheet import Sheet

HEADINGS = {"platform_id": ("identifier", "participant"), "id": ("id number",)}
SHEET = Sheet("Moodle", needs=("Identifier", "Grade"), person="Full name", row="Identifier", points="Maximum Grade",
              columns=lambda header, assignment: [header.index("Grade")],
              keys={"Identifier": "platform_id", "ID number": "id", "Email address": "email"})

_NAME = re.compile(r"(?P<who>.+?)_(?P<user>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<name>.*))?", re.S)


def take(path, items, roster):
    """Take what has Moodle's names."""
    sent = defaultdict(list)
    for item in items:
        if match := _NAME.fullmatch(item.name):
            sent[match["user"]].append((match, item))
    found = []
    for user, theirs in sent.items():
        student = find(roster, f"Participant {user}", ("platform_id",)) or find(roster, user, ("platform_id",))
        files = [item for match, item in theirs if match["kind"] == "file"]
        problems = () if files else ["A text was handed in on Moodle, in the place of files."]
        found.append(deliver(student, user, files or [item for _, item in theirs], problems=problems,
                             order=natural(theirs[-1][1].name)))
    return found, [item for item in items if not _NAME.fullmatch(item.name)]
