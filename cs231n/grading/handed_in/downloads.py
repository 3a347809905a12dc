"""Who handed in what, and when: the layouts in which submissions lie.

- `<student>/...`, `<student>.zip` or `<student>.ipynb`, with a time in the name or without one.
- A Canvas bulk download: `doejane_12345_678901_svm.ipynb`, which is name, Canvas's number of the user and of the
  file, and the file as the student called it; `doejane_LATE_12345_678901_...` where Canvas counts it as late.
  Canvas adds `-1`, `-2` to the file's name when it is handed in again.
- A Gradescope export: folders `submission_456` and `submission_metadata.yml`, which says of each who sent it and when.

There was no documentation of the two downloads to go by, and no sample: they are as their users know them.

An identity or a time comes from what the collector wrote: the metadata of the export, or the name at the top. Nothing
within a submission is believed, nor the part of a Canvas name that the student chose. Where no time is told, it is that
of the file, or of the newest file in the folder, as it was laid down.
"""
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml

from cs231n.grading.handed_in import files
from cs231n.grading.handed_in.files import File, shown
from cs231n.grading.handed_in.roster import find
from cs231n.grading.text import one_line

_METADATA = "submission_metadata.yml"
_EXPORT = re.compile(r"assignment_\d+_export")
_CANVAS = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<name>.+)", re.S)
_TIME = re.compile(
    r"(?<!\d)(\d{4}-\d\d-\d\d)[T_ -](\d\d)[-:.]?(\d\d)(?:[-:.]?(\d\d))?(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?(?!\d)")
_ENDING = re.compile(r"(?:\.tar)?\.[A-Za-z0-9]{1,5}$")
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


def deliveries(path, roster=None):
    """Find all that was handed in.

    Parameters
    ----------
    path : Path
        A folder, or the zip of a whole class.
    roster : list of results.Student, optional

    Returns
    -------
    list of Delivery
        A student may have several.

    Raises
    ------
    ValueError
        If the path holds no submissions, or the metadata of an export cannot be read.
    """
    path, roster = Path(path), roster or []
    items = files.items(path)
    metadata = [item for item in items if item.name == _METADATA and not item.folder]
    if metadata:
        return _gradescope(path, items, metadata[0], roster)
    found, canvas = [], defaultdict(list)
    for item in items:
        if _EXPORT.match(item.name) and (path / item.name).exists() and not (path / item.name).is_symlink():
            found += deliveries(path / item.name, roster)
        elif match := _CANVAS.fullmatch(item.name):
            canvas[match["user"]].append((int(match["file"]), match, item))
        elif item.folder or _is_handed_in(item.name) or find(roster, _ENDING.sub("", item.name)):
            found.append(_named(item, roster))
    return found + [each for sent in canvas.values() for each in _canvas(sent, roster)]


def natural(name):
    """Return a key that sorts names as people do: `svm`, `svm-2`, `svm-10`."""
    stem = _ENDING.sub("", name).casefold()
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d{1,18})", stem)]


def _named(item, roster):
    """Make a delivery of a folder or file that is called after its student."""
    name = item.name if item.folder else _ENDING.sub("", item.name)
    match = _TIME.search(name)
    submitted = _time_of(match) if match else None
    if submitted:
        name = (name[:match.start()] + name[match.end():]).strip(" _-+") or name
    student = find(roster, name)
    return _delivery(student.id if student else _id(name), [item], submitted, order=natural(item.name))


def _canvas(sent, roster):
    """Make deliveries of what one user of Canvas sent: one of each zip, and one of the single files together."""
    user = sent[0][1]["user"]
    student = find(roster, user, ("canvas_id", "id"))
    sent = sorted(sent, key=lambda each: (each[0], natural(each[1]["name"])))
    alone = [each for each in sent if each[2].folder or each[2].name.casefold().endswith(".zip")]
    single = [each for each in sent if each not in alone]
    groups = [[each] for each in alone]
    if single and (not alone or any(each[2].name.casefold().endswith(".ipynb") for each in single)):
        groups.append(single)
    found = []
    for group in groups:
        problems = ("Canvas marks it as late, and tells no time: the one here is that of the file.",)
        problems = problems if any(match["late"] for _, match, _ in group) else ()
        order = natural(f"{group[-1][0]} {group[-1][1]['name']}")
        found.append(_delivery(student.id if student else user, [item for *_, item in group], None, problems, order))
    return found


def _delivery(student, items, submitted=None, problems=(), order=None, file=""):
    """Put together what lies in some items; without a time, their newest file tells it."""
    found, odd = [], defaultdict(list)
    for item in items:
        inside, left_out = item.contents()
        found += sorted(inside, key=lambda file: natural(file.name))
        for reason, names in left_out.items():
            odd[reason] += names
    if items and not submitted:
        modified = max(each.modified for each in [each for each in found if each.modified] or items)
        submitted = datetime.fromtimestamp(min(max(modified, 0), _LATEST), UTC)
    file = file or ", ".join(shown(item.name) for item in items)
    return Delivery(student, file, submitted, tuple(found), dict(odd), problems, order or [])


def _gradescope(path, items, metadata, roster):
    """Make deliveries of an export: each submission's, for each of those who sent it together."""
    [file], _ = metadata.contents()
    told = _metadata(f"{path}: {_METADATA}", file)
    folders = {item.name: item for item in items if item.folder}
    found = []
    for name in sorted({*folders, *told}, key=natural):
        about = told.get(name)
        about = about if isinstance(about, dict) else {}
        submitted = _told_time(about.get(":created_at"))
        problems = []
        if name not in folders:
            problems.append(f"The export has no folder {shown(name)}.")
        if not submitted:
            problems.append(f"{_METADATA} does not say when it was handed in.")
        senders = about.get(":submitters")
        senders = [each for each in senders if isinstance(each, dict)] if isinstance(senders, list) else []
        if not senders:
            problems.append(f"{_METADATA} does not say who sent it.")
        for sender in senders or [{}]:
            keys = [str(sender.get(key) or "") for key in (":sid", ":email", ":name")]
            student = next(filter(None, (find(roster, key) for key in keys)), None)
            who = student.id if student else _id(next(filter(None, keys), name))
            held = [folders[name]] if name in folders else []
            found.append(_delivery(who, held, submitted, tuple(problems), natural(name), shown(name)))
    return found


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML that makes plain values only; what Ruby marks as an object of its own is read as the plain value in it."""


def _plain_value(loader, _, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("!ruby/", _plain_value)


def _metadata(where, file):
    """Read what Gradescope tells of each submission."""
    try:
        told = yaml.load(file.read(files.LARGEST_ZIP), _Loader)  # a safe loader: see above
    except (files.Refused, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{where} cannot be read: {one_line(str(error))}. Download the export again") from None
    if not isinstance(told, dict):
        raise ValueError(f"{where} does not list submissions. Download the export again")
    return {str(name): about for name, about in told.items()}


def _told_time(value):
    """Return the time that Gradescope tells, UTC if it names no zone, or None."""
    value = value.get("utc") if isinstance(value, dict) else value
    if isinstance(value, str):
        match = _TIME.search(value)
        value = _time_of(match, UTC) if match else None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _time_of(match, zone=None):
    """Return the time in a name; without an offset it is in `zone`, or else in this machine's."""
    day, hour, minute, second, offset = match.groups()
    try:
        time = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}{offset or ''}")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=zone) if zone else time.astimezone()


def _is_handed_in(name):
    return name.casefold().endswith((".ipynb", *files.ARCHIVES))


def _id(text):
    """Return an id for someone who is not on a roster."""
    return shown(text) or "(no name)"
