"""Fill one column of the gradebook that Canvas exported, and touch nothing else in the file."""
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from cs231n.course.notebook import write_atomically
from cs231n.grading.outputs.gradebook import unfinished
from cs231n.grading.text import number, one_line

# Canvas's column, and the field of a student on the roster that it is compared with.
_KEYS = {"ID": "canvas_id", "SIS User ID": "sis_id", "SIS Login ID": "login"}
_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\r|\n|\Z)')
_NUMBERED = re.compile(r"\s*\(\d+\)\s*$")  # Canvas's own number behind an assignment's title


@dataclass(frozen=True)
class Filled:
    """What came of filling the column named `column`; students are named by their ids, rows by their Student cell.

    `filled` counts the cells written. `no_row`: students whom Canvas's file does not have, or whom the roster gives
    none of Canvas's ids. `no_student`: rows of the file with nobody of ours. `waiting`: students whose totals are not
    final. `excused`: rows that Canvas marks EX. `note` is a sentence if Canvas counts out of other points than we do.
    """

    column: str
    filled: int
    no_row: tuple[str, ...] = ()
    no_student: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    note: str = ""

    def sentences(self):
        """Return what an instructor should know, a sentence each."""
        groups = {
            "not in Canvas's file, or without one of its ids on the roster": self.no_row,
            "in Canvas's file and not on the roster": self.no_student,
            "left as they were, because their totals are not final": self.waiting,
            "left as they were, because they are excused": self.excused,
        }
        told = [f"{len(names)} {what}: {'; '.join(map(one_line, names))}." for what, names in groups.items() if names]
        return [f"Canvas: {self.filled} cells of {one_line(self.column)} filled.", *told, *filter(None, [self.note])]


def fill(export_path, grading, out, column=None):
    """Write a copy of Canvas's gradebook with our totals in it, ready to be imported there.

    Everything but the cells of that column stays as it is to the byte: quotes, line ends, the byte order mark. A row is
    a student's if one of its ids is one that the roster gives the student (`canvas_id`, `sis_id`, `login`). Names are
    not compared, because two people can share one. Who handed nothing in gets the total of the gradebook, 0. A cell
    that says EX (excused) stays. So does the cell of a student whose questions are not all marked, or who has a check
    that could not be graded: students would take a part for their grade.

    Parameters
    ----------
    export_path : Path
        From Canvas: Grades, Export, Export Entire Gradebook; separated by commas.
    grading : results.Grading
    out : Path
    column : str, optional
        Title of the column, with or without Canvas's number. By default the only one that is named like the assignment.

    Returns
    -------
    Filled

    Raises
    ------
    ValueError
        If the file is not Canvas's, the column is not there or not the only one, or ids lead to two rows.
    """
    text = _read(export_path)
    records = _records(text, export_path)
    header = [value.strip() for value, _ in records[0]]
    place = _column(header, grading.assignment, column, export_path)
    rows, points = _rows(header, records[1:])
    places = _places(header, rows)
    cells, waiting, excused, no_row, taken = {}, [], [], [], set()
    for graded in grading.students:
        found = set().union(*(places.get((field, getattr(graded.student, field)), ()) for field in _KEYS.values()))
        if not found:
            no_row.append(graded.student.id)
            continue
        if len(found) > 1 or found & taken:
            raise ValueError(f"{export_path}: which row is {one_line(graded.student.id)}'s? The ids on the roster lead "
                             f"to {' and '.join(_name(header, rows[at]) for at in sorted(found))}"
                             + (", who is another student's already" if found & taken else ""))
        taken |= found
        row = rows[found.pop()]
        value, span = row[place]
        if value.strip().upper() == "EX":
            excused.append(_name(header, row))
        elif unfinished(graded):
            waiting.append(graded.student.id)
        else:
            cells[span] = number(graded.total)
    write_atomically(out, _replaced(text, cells).encode())
    strangers = tuple(_name(header, row) for at, row in rows.items() if at not in taken)
    possible = points[place][0].strip() if points else ""
    return Filled(header[place], len(cells), tuple(no_row), strangers, tuple(waiting), tuple(excused),
                  _note(possible, grading.out_of))


def _read(path):
    try:
        return Path(path).read_bytes().decode("utf-8")  # the byte order mark stays in, and line ends as they are
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8, as Canvas writes it: export it again, and do not save it from a "
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
        raise ValueError(f"{path}: its quotation marks do not match, so it is not as Canvas wrote it; export it again")
    records = [each for each in records if len(each) > 1]
    if not records or not {"Student", "ID"} <= {value.strip() for value, _ in records[0]}:
        raise ValueError(f"{path} is not a gradebook that Canvas exported: its first line should name the columns "
                         "Student, ID, SIS User ID, SIS Login ID and Section, separated by commas")
    for line, each in enumerate(records, 1):
        if len(each) != len(records[0]):
            raise ValueError(f"{path}: record {line} has {len(each)} cells and the first has {len(records[0])}")
    return records


def _column(header, assignment, column, path):
    """Return the place of the column to fill."""
    numbered = [place for place, title in enumerate(header) if _NUMBERED.search(title)]
    if column is not None:
        wanted = column.strip()
        found = [place for place, title in enumerate(header) if title == wanted and title not in (*_KEYS, "Student")]
        found = found or [place for place in numbered if _NUMBERED.sub("", header[place]) == wanted]
        sought = f"is titled {wanted!r}"
    else:
        words = re.findall(r"[^\W\d_]+|\d+", assignment)
        alike = r"[\W_]*".join(f"0*{int(word)}" if word.isdecimal() else re.escape(word) for word in words)
        pattern = re.compile(rf"(?<![^\W\d_]){alike}(?!\d)", re.I)
        found = [place for place in numbered if pattern.search(_NUMBERED.sub("", header[place]))]
        sought = f"is named like {assignment!r}"
    if len(found) != 1:
        titles = "; ".join(one_line(header[place]) for place in numbered) or "none"
        raise ValueError(f"{path}: {'no' if not found else 'more than one'} column {sought}. Name the column; those of "
                         f"assignments are: {titles}")
    return found[0]


def _rows(header, records):
    """Return the students' rows by number, and the row of points, None where there is none."""
    student, identity = header.index("Student"), header.index("ID")
    points = next((each for each in records if each[student][0].strip().startswith("Points Possible")), None)
    return {at: each for at, each in enumerate(records) if each is not points and each[identity][0].strip()}, points


def _places(header, rows):
    """Return the numbers of the rows that have an id, by the roster's field for it and the id."""
    places = {}
    for at, row in rows.items():
        for title, field in _KEYS.items():
            if title in header and (value := row[header.index(title)][0].strip()):
                places.setdefault((field, value), set()).add(at)
    return places


def _replaced(text, cells):
    """Put values in the places (start, end) of a text."""
    pieces, done = [], 0
    for (start, end), value in sorted(cells.items()):
        pieces += [text[done:start], value]
        done = end
    return "".join([*pieces, text[done:]])


def _name(header, row):
    return one_line(row[header.index("Student")][0])


def _note(possible, out_of):
    try:
        same = abs(float(possible) - out_of) < 1e-9
    except ValueError:
        return ""
    return "" if same else f"Canvas counts this assignment out of {possible} points, and we out of {number(out_of)}."
