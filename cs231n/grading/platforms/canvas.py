"""Canvas: the download of submissions, and the gradebook, which is a roster and can be filled.

In a download a file is `doejane_12345_678901_svm.ipynb`: a name, Canvas's numbers of the user and of the file, and the
file as the student called it; `doejane_LATE_12345_678901_...` where Canvas counts it as late. Canvas adds `-1`, `-2` to
the file's name when it is handed in again. What was written or linked to on Canvas is `doejane_12345_text.html` or
`..._link.html`. Canvas packs the files when they are downloaded: their times tell nothing, and none is taken from them.
"""
import re
from collections import defaultdict

from cs231n.grading.handed_in.delivery import deliver, natural
from cs231n.grading.handed_in.identity import alike, find
from cs231n.grading.platforms.sheet import Sheet, numbered

HEADINGS = {"platform_id": ("canvas id", "canvas user id"), "sis_id": ("sis user id",), "login": ("sis login id",)}
SHEET = Sheet("Canvas", needs=("Student", "ID"), person="Student", row="ID", columns=numbered,
              keys={"ID": "platform_id", "SIS User ID": "sis_id", "SIS Login ID": "login"})

_FILE = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d{4,})_(?P<name>.+)", re.S)
_ELSEWHERE = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<what>text|link)\.html", re.S)
_MOST_OTHERS = 0.2  # share of a download that may have other names
_LATE = ("Canvas marks it as late, and tells no time, so no late day is counted: give it in the roster's column "
         "'submitted', or leave lateness to Canvas.")


def take(path, items, roster):
    """Take what has Canvas's names, where nearly all have, or the number of the user is on the roster."""
    files = [(match, item) for item in items if not item.folder and (match := _FILE.fullmatch(item.name))]
    texts = [(match, item) for item in items if not item.folder and (match := _ELSEWHERE.fullmatch(item.name))]
    everywhere = len(files) + len(texts) >= (1 - _MOST_OTHERS) * len(items)
    names = defaultdict(set)
    for match, _ in files + texts:
        names[match["user"]].add(alike(match["who"]))
    users = {user for user, who in names.items()  # one number with two names is no user's
             if len(who) == 1 and (everywhere or find(roster, user, ("platform_id",)))}
    found, taken = [], []
    for user in sorted(users):
        theirs = [(match, item) for match, item in files if match["user"] == user]
        student = find(roster, user, ("platform_id", "id"))
        found += [_delivery(student, group) for group in _groups(theirs)]
        found += [_told(student, match, item) for match, item in texts if match["user"] == user]
        taken += [item for match, item in files + texts if match["user"] == user]
    return found, [item for item in items if item not in taken]


def _groups(sent):
    """Tell what one user sent at one time: each zip is a submission, and all single files together are one."""
    sent = sorted(sent, key=lambda each: (int(each[0]["file"]), natural(each[0]["name"])))
    alone = [each for each in sent if each[0]["name"].casefold().endswith(".zip")]
    single = [each for each in sent if each not in alone]
    groups = [[each] for each in alone]
    if single and (not alone or any(each[0]["name"].casefold().endswith(".ipynb") for each in single)):
        groups.append(single)
    return groups


def _delivery(student, group):
    last = group[-1][0]
    return deliver(student, last["user"], [item for _, item in group], timed=False,
                   problems=[_LATE] if any(match["late"] for match, _ in group) else (),
                   order=natural(f"{last['file']} {last['name']}"))


def _told(student, match, item):
    """Make a delivery of what is no file."""
    what = "An address" if match["what"] == "link" else "A text"
    return deliver(student, match["user"], [item], timed=False,
                   problems=[f"{what} was handed in on Canvas, in the place of files."])
