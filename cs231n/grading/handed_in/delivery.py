"""What one student handed in at one time, unopened: what each platform makes of its download."""
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cs231n.grading.handed_in.entries import File
from cs231n.grading.handed_in.identity import shown, stranger

ENDING = re.compile(r"(?:\.tar)?\.[A-Za-z0-9]{1,5}$")
TIME = re.compile(
    r"(?<!\d)(\d{4}-\d\d-\d\d)[T_ -](\d\d)[-:.]?(\d\d)(?:[-:.]?(\d\d))?(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?(?!\d)")
_LATEST = 253_370_764_800  # the year 9999, in seconds: files can have stranger times than datetimes


@dataclass(frozen=True)
class Delivery:
    """What one student handed in at one time, unopened.

    `student` is the id in the roster, or what the download calls them. `odd` has, by reason, the names of what was left
    out. `submitted` is None if that is not told and there is no file. Among deliveries of one time, the one with the
    greatest `order` is the latest.
    """

    student: str
    file: str
    submitted: datetime | None
    files: tuple[File, ...]
    odd: dict[str, list[str]]
    problems: tuple[str, ...] = ()
    order: list = field(default_factory=list)


def deliver(student, called, items, submitted=None, problems=(), order=(), file="", timed=True):
    """Put together what lies in some items.

    Parameters
    ----------
    student : results.Student or None
        On the roster.
    called : str
        What the download calls somebody who is not on it.
    items : list of files.Item
    submitted : datetime, optional
        Without one the newest file tells the time, where files keep theirs in a download of this kind (`timed`).
    problems : iterable of str
    order : iterable
    file : str, optional
        What was handed in; by default the names of the items.
    timed : bool
    """
    found, odd = [], defaultdict(list)
    for item in items:
        inside, left_out = item.contents()
        found += sorted(inside, key=lambda file: natural(file.name))
        for reason, names in left_out.items():
            odd[reason] += names
    if items and not submitted and timed:
        modified = max(each.modified for each in [each for each in found if each.modified] or items)
        submitted = datetime.fromtimestamp(min(max(modified, 0), _LATEST), UTC)
    name, remark = (student.id, "") if student else stranger(called)
    problems = (*problems, *filter(None, [remark]))
    file = file or ", ".join(shown(item.name) for item in items)
    return Delivery(name, file, submitted, tuple(found), dict(odd), problems, list(order))


def natural(name):
    """Return a key that sorts names as people do: `svm`, `svm-2`, `svm-10`."""
    stem = ENDING.sub("", name).casefold()
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d{1,18})", stem)]


def time_in(text, zone=None):
    """Return the time that stands in a text, without an offset in `zone`, else in this machine's; None without one."""
    match = TIME.search(text)
    if not match:
        return None
    day, hour, minute, second, offset = match.groups()
    try:
        time = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}{offset or ''}")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=zone) if zone else time.astimezone()
