"""The roster: a CSV file with a line for each student, as courses keep it or as Canvas exports its gradebook."""
import csv
import io
import math
import re
from dataclasses import fields
from pathlib import Path

from cs231n.grading.handed_in.delivery import time_in
from cs231n.grading.handed_in.identity import alike
from cs231n.grading.platforms import PLATFORMS
from cs231n.grading.results import Student

_COLUMNS = {
    name: tuple(dict.fromkeys(heading for each in PLATFORMS for heading in each.HEADINGS.get(name, ())))
    for name in (field.name for field in fields(Student))
}
_NUMBERS = ("extension", "late_days_used")
_MOST_DAYS = 10_000
_NO_STUDENT = ("points possible", "student, test")  # lines of a Canvas export


def load(path):
    """Read a roster.

    Columns are found by their headings, whatever their case, spaces and order; others are ignored. In a gradebook that
    Canvas exported (`Student`, `ID`, `SIS User ID`, `SIS Login ID`), `Student` is the name and `ID` is Canvas's; the id
    is then the SIS user id, else the login, else Canvas's. Beside another column of ids, `ID` is Canvas's too.

    Parameters
    ----------
    path : Path
        Comma, semicolon or tab between columns; UTF-8, with or without BOM, else Latin-1.

    Returns
    -------
    list of results.Student
        In the order of the file.

    Raises
    ------
    ValueError
        If there is no column of ids, two columns are one, two students have one id, an id is empty or a number is none;
        names the line and the column.
    """
    text = _text(Path(path).read_bytes())
    heading = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count), strict=True)
    try:
        columns = _columns(path, next(lines, []))
        students, seen = [], {}
        for cells in lines:
            line = {field: cells[place].strip() for field, (place, _) in columns.items() if place < len(cells)}
            if any(line.values()) and line.get("name", "").casefold() not in _NO_STUDENT:
                students.append(_student(line, columns, f"{path}, line {lines.line_num}"))
                _refuse_second(students[-1].id, seen, lines.line_num, columns, path)
    except csv.Error as error:
        raise ValueError(f"{path}, line {lines.line_num}: {error}") from None
    return students


def _text(content):
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _plain(heading):
    return re.sub(r"[\W_]+", "", heading.casefold())


def _columns(path, headings):
    """Find the place of each field, and the heading it has there."""
    plain = [_plain(heading) for heading in headings]
    meaning = {_plain(name): field for field, names in _COLUMNS.items() for name in names}
    if "id" in plain and any(meaning.get(each) == "id" for each in plain if each != "id"):
        meaning["id"] = "platform_id"
    if {"student", "id"} <= set(plain) and any(meaning.get(each) in ("sis_id", "login") for each in plain):
        meaning["student"] = "name"
    columns = {}
    for place, heading in enumerate(plain):
        field = meaning.get(heading)
        if field in columns:
            raise ValueError(f"{path}, line 1: columns '{columns[field][1]}' and '{headings[place].strip()}' "
                             "are the same; leave out one")
        if field:
            columns[field] = place, headings[place].strip()
    if "id" not in columns and meaning["student"] != "name":
        raise ValueError(f"{path}, line 1: there is no column 'student id' (or 'id', or 'sid'); "
                         f"there are: {', '.join(filter(None, map(str.strip, headings))) or 'none'}")
    return columns


def _student(line, columns, where):
    line["id"] = line.get("id", "") if "id" in columns else _canvas_key(line)
    if not line["id"]:
        raise ValueError(f"{where}, column '{_heading(columns)}': the student has no id")
    for field in _NUMBERS:
        if field not in line:
            continue
        try:
            number = float(line[field].replace(",", ".") or 0)
        except ValueError:
            number = math.nan
        if not 0 <= number <= _MOST_DAYS:
            raise ValueError(f"{where}, column '{columns[field][1]}': '{line[field]}' is not a number of days")
        line[field] = number
    if written := line.pop("submitted", ""):
        line["submitted"] = time_in(written)
        if not line["submitted"]:
            raise ValueError(f"{where}, column '{columns['submitted'][1]}': '{written}' is no date with a time, "
                             "such as 2026-10-14 23:59-07:00")
    return Student(**line)


def _canvas_key(line):
    """Return what a line of a Canvas export, which has no column of our own ids, calls the student by."""
    return line.get("sis_id") or line.get("login") or line["platform_id"]


def _heading(columns):
    """Return the heading of the ids."""
    return columns.get("id", columns.get("platform_id"))[1]


def _refuse_second(name, seen, line, columns, path):
    first = seen.setdefault(alike(name), line)
    if first != line:
        raise ValueError(f"{path}, line {line}, column '{_heading(columns)}': '{name}' is already in line {first}")
