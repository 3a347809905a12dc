"""What students handed in: for each of them our copy of each notebook, or the reason why there is none.

Nothing of a submission is trusted. A notebook is known by the names of its cells, then by that of its file. Our copy is
named after its hash and holds the bytes as they were sent; it is all that the rest of grading sees.
"""
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from cs231n.course import notebook
from cs231n.grading import limits, platforms
from cs231n.grading.handed_in import archives
from cs231n.grading.handed_in.delivery import natural
from cs231n.grading.handed_in.entries import Refused
from cs231n.grading.handed_in.identity import shown
from cs231n.grading.text import plain

_PART = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|([\[{])', re.S)  # or a string, to the end if it is left open
_NEVER = datetime.min.replace(tzinfo=UTC)
_NO_NOTEBOOK = "no notebook, left out"
_ENDINGS = ("", ".txt", ".json")  # that browsers and hidden endings leave on a notebook
_OTHER_ENDING = "taken as a notebook, though its ending is another"
_KINDS = {b"PK\x03\x04": "a zip", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"<": "a web page"}


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
        The id in the roster; for those who are not on it, what the download calls them.
    file : str
        What was handed in, as it can be shown; "" if nothing was.
    submitted : datetime or None
        With a time zone; None if nothing was handed in.
    notebooks : dict of str to Path
        By notebook, such as `assignment1/svm`: our copy.
    hashes : dict of str to str
        By notebook: the SHA-256 of that copy, in hexadecimal.
    unreadable : dict of str to str
        By notebook: a sentence that says why it cannot be graded.
    problems : tuple of str
        Sentences for a teacher.
    """

    student: str
    file: str
    submitted: datetime | None
    notebooks: dict[str, Path] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sent:
    """A notebook file that was sent: our copy of it and the names of its cells, or what stands against it."""

    file: str
    path: Path | None = None
    ids: frozenset[str] = frozenset()
    against: str = ""


def collect(folder, names, inbox, roster=None):
    """Find what was handed in, and copy it.

    Parameters
    ----------
    folder : Path
        Submissions in one of the layouts of `platforms`, or the zip of a whole class.
    names : dict of str to set of str
        The notebooks of the assignment, such as `assignment1/svm`, each with the grade_ids of its cells.
    inbox : Path
        Where our copies go, as `<sha256>.ipynb`. Copies that turn out not to count stay there too.
    roster : list of results.Student, optional
        Each student on it gets a submission, and those who are not on it are said to be so.

    Returns
    -------
    list of Submission
        One a student, sorted by id.

    Raises
    ------
    ValueError
        If the folder itself is none, or what the platform wrote of an export cannot be read. Nothing that a student
        sends raises: what goes wrong with one submission is that student's result.
    """
    sent = defaultdict(list)
    for delivery in platforms.deliveries(Path(folder), roster):
        sent[delivery.student].append(delivery)
    known = {student.id for student in roster or ()}
    told = {student.id: student.submitted for student in roster or () if student.submitted}
    found = []
    for student, theirs in sent.items():
        *others, latest = sorted(theirs, key=lambda each: (each.submitted or _NEVER, each.order, each.file))
        problems = list(latest.problems)
        if roster is not None and student not in known:
            problems.append(f"{student} is not on the roster.")
        if others:
            problems.append(f"There are {len(theirs)} submissions. The latest counts, {latest.file}; "
                            f"left out: {_few([delivery.file for delivery in others])}.")
        if time := told.get(student):
            latest = replace(latest, submitted=time)
        try:
            found.append(_open(latest, names, Path(inbox), problems))
        except OSError:
            raise  # of the inbox: files that cannot be read are refused with words
        except Exception as error:  # of one student, which is to keep nobody else from their grades
            against = f"{latest.file} could not be opened ({type(error).__name__})."
            found.append(Submission(student, latest.file, latest.submitted, problems=(*problems, against),
                                    unreadable=dict.fromkeys(names, against)))
    found += [Submission(student, "", None, problems=("Nothing was handed in.",)) for student in known - sent.keys()]
    return sorted(found, key=lambda submission: submission.student)


def _open(delivery, names, inbox, problems):
    """Open a delivery, and choose a file for each notebook."""
    odd = defaultdict(list, {reason: list(found) for reason, found in delivery.odd.items()})
    candidates, against = defaultdict(list), []
    for sent in _read_all(_notebook_files(delivery.files, odd), inbox):
        name, remark = _recognise(sent, names)
        if remark:
            problems.append(remark)
        if sent.against:
            against.append((name, sent))
        elif name:
            candidates[name].append(sent)
    chosen = {}
    for name in filter(candidates.get, names):
        # The last of those that fit best: files are sorted by name.
        chosen[name] = max(reversed(candidates[name]), key=lambda sent: len(sent.ids & names[name]))
        if len(candidates[name]) > 1:
            found = " and ".join(shown(sent.file) for sent in candidates[name])
            both = "both" if len(candidates[name]) == 2 else "all"
            problems.append(f"{found} are {both} {_base(name)}; {shown(chosen[name].file)} counts.")
    unreadable = {}
    for name, sent in against:
        sentence = f"{shown(sent.file)} {sent.against}."
        if name is None or name in chosen:
            problems.append(sentence)
        else:
            unreadable[name] = sentence
    problems += [f"{_few(found)}: {reason}." for reason, found in odd.items()]
    if not chosen and not unreadable:
        problems.append("No notebook of this assignment was found in it.")
    notebooks = {name: sent.path for name, sent in chosen.items()}
    hashes = {name: path.stem for name, path in notebooks.items()}
    return Submission(
        delivery.student, delivery.file, delivery.submitted, notebooks, hashes, unreadable, tuple(problems))


def _notebook_files(found, odd, nested=False):
    """Find the notebooks, also those in an archive, one archive at a time; what else there is becomes odd."""
    for file in found:
        ending = PurePosixPath(file.name).suffix.casefold()
        if ending == ".ipynb":
            yield file
        elif ending in _ENDINGS and _is_notebook(file):
            odd[_OTHER_ENDING].append(file.name)
            yield file
        elif archives.is_archive(file.name) and nested:
            odd[archives.NESTED].append(file.name)
        elif archives.is_archive(file.name):
            try:
                inside, left_out = archives.open_archive(file)
            except Refused as error:
                odd[f"it {error}"].append(file.name)
                continue
            for reason, lost in left_out.items():
                odd[reason] += lost
            yield from _notebook_files(sorted(inside, key=lambda each: natural(each.name)), odd, nested=True)
        else:
            odd[_NO_NOTEBOOK].append(file.name)


def _is_notebook(file):
    """Tell whether a file is a notebook by what is in it."""
    try:
        content = file.read(limits.LARGEST_NOTEBOOK)
    except Refused:
        return False
    return content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and b'"cells"' in content


def _read_all(found, inbox):
    """Copy each notebook file into the inbox and read the copy, one at a time."""
    left = limits.MOST_UNPACKED
    for file in found:
        try:
            if left <= 0:
                raise Refused("was not read: the notebooks before it have "
                              f"{limits.MOST_UNPACKED // 1_000_000} MB together")
            content = file.read(limits.LARGEST_NOTEBOOK)
            if _has_too_many_parts(content):
                raise Refused(f"has more than {limits.MOST_PARTS} lists and dicts in it, too much to be read")
        except Refused as error:
            left -= limits.LARGEST_NOTEBOOK  # as much may have been unpacked before it was refused
            yield _Sent(file.name, against=str(error))
            continue
        left -= len(content)
        path = inbox / f"{hashlib.sha256(content).hexdigest()}.ipynb"
        notebook.write_atomically(path, content)
        try:
            yield _Sent(file.name, path, _grade_ids(notebook.read(path)))
        except notebook.Unreadable:
            yield _Sent(file.name, against=_diagnosis(content))
        except Refused as error:
            yield _Sent(file.name, against=str(error))


def _has_too_many_parts(content):
    """Tell it before JSON is read; brackets within text do not count."""
    if content.count(b"[") + content.count(b"{") <= limits.MOST_PARTS:
        return False
    parts = (match for match in _PART.finditer(content) if match[1])
    return next(islice(parts, limits.MOST_PARTS, None), None) is not None


def _grade_ids(nb):
    """Return the names of the cells; refuse what later steps could not handle."""
    if not nb.cells:
        raise Refused("is a notebook without cells")
    if len(nb.cells) > limits.MOST_CELLS:
        raise Refused(f"has {len(nb.cells)} cells, and more than {limits.MOST_CELLS} are not read")
    found = set()
    for number, cell in enumerate(nb.cells, 1):
        try:
            name = notebook.grade_id(cell)
            cell.source.encode()
            if not isinstance(cell.get("id", ""), str) or not isinstance(cell.cell_type, str):
                raise TypeError
        except UnicodeEncodeError:
            raise Refused(f"has characters in its cell {number} that are no text") from None
        except (AttributeError, TypeError):
            raise Refused(f"has damaged metadata in its cell {number}") from None
        if not isinstance(name, str | None) or name != plain(name or "") and name:
            raise Refused(f"has damaged metadata in its cell {number}")
        found.add(name)
    return frozenset(found - {None})


def _diagnosis(content):
    """Say in words for a teacher why bytes are not a notebook."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "is an empty file"
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            return f"is {kind}, not a notebook"
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "is not text in UTF-8, as notebooks are"
    except json.JSONDecodeError as error:
        return f"is broken from line {error.lineno} on: cut off, or edited by hand"
    except RecursionError:
        return "is nested too deeply to be a notebook"
    except ValueError:
        return "holds a number that is too long"
    if not isinstance(read, dict) or not ({"cells", "worksheets"} & read.keys()):
        return "is JSON, but not a notebook"
    return "is a notebook with damaged cells, or of an unknown version"


def _recognise(sent, names):
    """Tell which notebook a file is, or None, with a sentence on what is unusual, or ""."""
    like = [name for name in names if f" {_words(_base(name))} " in f" {_words(PurePosixPath(sent.file).stem)} "]
    if sent.against:
        return (like[0] if len(like) == 1 else None), ""
    fits = {name: len(sent.ids & ids) for name, ids in names.items()}
    best = max(names, key=lambda name: (fits[name], name in like), default=None)
    file = shown(sent.file)
    # One cell may have the same name in two assignments: a file with a strange name has to fit better than that.
    if best and fits[best] and (best in like or 2 * fits[best] >= len(sent.ids)):
        return best, "" if best in like else f"{file} is {_base(best)}, by the names of its cells."
    if len(like) == 1 and not sent.ids:
        return like[0], f"The cells of {file} have lost their names; its answers are looked for by what they define."
    return None, f"{file} is not a notebook of this assignment: it has other cells."


def _base(name):
    return name.rpartition("/")[2]


def _words(text):
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _few(names):
    """Join some names for a sentence, three at the most."""
    listed = ", ".join(shown(name) for name in names[:3])
    return listed if len(names) <= 3 else f"{listed} and {len(names) - 3} more"
