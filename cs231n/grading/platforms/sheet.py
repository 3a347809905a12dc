"""Fill one column of the file with grades that a platform exported, and touch nothing else in it."""
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cs231n.course.notebook import write_atomically
from cs231n.grading.outputs.gradebook import unfinished
from cs231n.grading.text import number, one_line

_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\r|\n|\Z)')
_NUMBERED = re.compile(r"\s*\(\d+\)\s*$")  # Canvas's own number behind an assignment's title


@dataclass(frozen=True)
class Sheet:
    """How a platform's file looks: CSV with commas, in UTF-8.

    Attributes
    ----------
    platform : str
    needs : tuple of str
        Headings by which the file is known.
    person, row : str
        Headings of a student's name, and of what each row of a student has.
    keys : dict of str to str
        Headings of ids, and the field of a student on the roster that each is compared with.
    columns : callable
        Of the headings and the assignment's name, None where a column is named; returns the places of those that can
        be filled.
    points : str
        Heading of the points that the platform counts out of; "" where a row of their own tells them.
    """

    platform: str
    needs: tuple[str, ...]
    person: str
    row: str
    keys: dict
    columns: Callable
    points: str = ""


@dataclass(frozen=True)
class Filled:
    """What came of filling the column named `column`; students are named by their ids, rows by their Student cell.

    `filled` counts the cells written. `no_row`: students whom the platform's file does not have, or whom the roster
    gives none of its ids. `no_student`: rows of the file with nobody of ours. `waiting`: students whose totals are not
    final. `excused`: rows that it marks EX. `note` is a sentence if it counts out of other points than we do.
    """

    column: str
    filled: int
    no_row: tuple[str, ...] = ()
    no_student: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    note: str = ""
    platform: str = "Canvas"

    def sentences(self):
        """Return what an instructor should know, a sentence each."""
        whose = f"{self.platform}'s"
        groups = {
            f"not in {whose} file, or without one of its ids on the roster": self.no_row,
            f"in {whose} file and not on the roster": self.no_student,
            "left as they were, because their totals are not final": self.waiting,
            "left as they were, because they are excused": self.excused,
        }
        told = [f"{len(names)} {what}: {'; '.join(map(one_line, names))}." for what, names in groups.items() if names]
        filled = f"{self.platform}: {self.filled} cells of {one_line(self.column)} filled."
        return [filled, *told, *filter(None, [self.note])]


def fill(path, grading, out, sheets, column=None):
    """Write a copy of a platform's file with our totals in it, ready to be imported there.

    Everything but the cells of that column stays as it is to the byte: quotes, line ends, the byte order mark. A row is
    a student's if one of its ids is one that the roster gives the student. Names are not compared, because two people
    can share one. Who handed nothing in gets the total of the gradebook, 0. A cell that says EX (excused) stays. So
    does the cell of a student whose questions are not all marked, or who has a check that could not be graded: students
    would take a part for their grade.

    Parameters
    ----------
    path : Path
        As the platform exported it, separated by commas.
    grading : results.Grading
    out : Path
        The folder for the copy, which is named after the platform.
    sheets : list of Sheet
        Those that it may be.
    column : str, optional
        Title of the column, with or without a number behind it. By default the only one that is named like the
        assignment.

    Returns
    -------
    Filled

    Raises
    ------
    ValueError
        If the file is none of them, the column is not there or not the only one, or ids lead to two rows.
    """
    text = _read(path)
    records = _records(text, path)
    header = [value.strip() for value, _ in records[0]] if records else []
    sheet = next((each for each in sheets if {*each.needs} <= {*header}), None)
    if sheet is None:
        wanted = "; ".join(f"{each.platform}: {', '.join(dict.fromkeys((*each.needs, *each.keys)))}" for each in sheets)
        raise ValueError(f"{path} is not a gradebook that Canvas exported, nor another that is known here: its first "
                         f"line should name columns, separated by commas ({wanted})")
    for line, each in enumerate(records, 1):
        if len(each) != len(header):
            raise ValueError(f"{path}: record {line} has {len(each)} cells and the first has {len(header)}")
    place = _column(sheet, header, grading.assignment, column, path)
    rows, points = _rows(sheet, header, records[1:])
    places = _places(sheet, header, rows)
    cells, waiting, excused, no_row, taken = {}, [], [], [], set()
    for graded in grading.students:
        ids = ((field, getattr(graded.student, field)) for field in sheet.keys.values())
        found = set().union(*(places.get(each, ()) for each in ids))
        if not found:
            no_row.append(graded.student.id)
            continue
        if len(found) > 1 or found & taken:
            people = " and ".join(_name(sheet, header, rows[at]) for at in sorted(found))
            raise ValueError(f"{path}: which row is {one_line(graded.student.id)}'s? The ids on the roster lead to "
                             + people + (", who is another student's already" if found & taken else ""))
        taken |= found
        row = rows[found.pop()]
        value, span = row[place]
        if value.strip().upper() == "EX":
            excused.append(_name(sheet, header, row))
        elif unfinished(graded):
            waiting.append(graded.student.id)
        else:
            cells[span] = number(graded.total)
    write_atomically(Path(out) / f"{sheet.platform.casefold()}.csv", _replaced(text, cells).encode())
    strangers = tuple(_name(sheet, header, row) for at, row in rows.items() if at not in taken)
    possible = points[place][0].strip() if points else _common(sheet, header, rows)
    return Filled(header[place], len(cells), tuple(no_row), strangers, tuple(waiting), tuple(excused),
                  _note(sheet, possible, grading.out_of), sheet.platform)


def numbered(header, assignment=None):
    """Return the places of columns that bear a platform's own number, those named like an assignment where it is given.

    The columns of a `Sheet`.
    """
    places = [place for place, title in enumerate(header) if _NUMBERED.search(title)]
    if assignment is None:
        return places
    words = re.findall(r"[^\W\d_]+|\d+", assignment)
    alike = r"[\W_]*".join(f"0*{int(word)}" if word.isdecimal() else re.escape(word) for word in words)
    pattern = re.compile(rf"(?<![^\W\d_]){alike}(?!\d)", re.I)
    return [place for place in places if pattern.search(_NUMBERED.sub("", header[place]))]


def _read(path):
    try:
        return Path(path).read_bytes().decode("utf-8")  # the byte order mark stays in, and line ends as they are
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8, as platforms write it: export it again, and do not save it from a "
                         "spreadsheet") from None


def _records(text, path):
    """Split a CSV into records of (value, (start, end)), where the places are those of the field in the text."""
    records, record, mark = [], [], len(text) - len(text.removeprefix("\ufeff"))
    for match in _FIELD.finditer(text, mark):
        field = match[1]
        value = field[1:-1].replace('""', '"') if field.startswith('"') else field
        record.append((value, match.span(1)))
        if match[2] != ",":
            records.append(record)
            record = []
        if match.end() == len(text) and match[2] != ",":
            break
    ours = [[value for value, _ in each] for each in records if len(each) > 1]
    if ours != [each for each in csv.reader(io.StringIO(text[mark:], newline="")) if len(each) > 1]:
        raise ValueError(f"{path}: its quotation marks do not match, so it is not as it was exported; export it again")
    records = [each for each in records if len(each) > 1]
    return records


def _column(sheet, header, assignment, column, path):
    """Return the place of the column to fill."""
    possible = sheet.columns(header, None)
    if column is not None:
        wanted = column.strip()
        others = (*sheet.keys, sheet.person)
        found = [place for place, title in enumerate(header) if title == wanted and title not in others]
        found = found or [place for place in possible if _NUMBERED.sub("", header[place]) == wanted]
        sought = f"is titled {wanted!r}"
    else:
        found = sheet.columns(header, assignment)
        sought = f"is named like {assignment!r}"
    if len(found) != 1:
        titles = "; ".join(one_line(header[place]) for place in possible) or "none"
        raise ValueError(f"{path}: {'no' if not found else 'more than one'} column {sought}. Name the column; those of "
                         f"assignments are: {titles}")
    return found[0]


def _rows(sheet, header, records):
    """Return the students' rows by number, and the row of points, None where there is none."""
    person, identity = header.index(sheet.person), header.index(sheet.row)
    points = next((each for each in records if each[person][0].strip().startswith("Points Possible")), None)
    return {at: each for at, each in enumerate(records) if each is not points and each[identity][0].strip()}, points


def _places(sheet, header, rows):
    """Return the numbers of the rows that have an id, by the roster's field for it and the id."""
    places = {}
    for at, row in rows.items():
        for title, field in sheet.keys.items():
            if title in header and (value := row[header.index(title)][0].strip()):
                places.setdefault((field, value), set()).add(at)
    return places


def _common(sheet, header, rows):
    """Return the points that a column tells, the same in each row."""
    told = {row[header.index(sheet.points)][0].strip() for row in rows.values()} if sheet.points in header else ()
    return told.pop() if len(told) == 1 else ""


def _replaced(text, cells):
    """Put values in the places (start, end) of a text."""
    pieces, done = [], 0
    for (start, end), value in sorted(cells.items()):
        pieces += [text[done:start], value]
        done = end
    return "".join([*pieces, text[done:]])


def _name(sheet, header, row):
    return one_line(row[header.index(sheet.person)][0])


def _note(sheet, possible, out_of):
    try:
        same = abs(float(possible) - out_of) < 1e-9
    except ValueError:
        return ""
    counts = f"{sheet.platform} counts this assignment out of {possible} points"
    return "" if same else f"{counts}, and we out of {number(out_of)}."
