"""Inline questions, which people mark: a page and a CSV for each, anonymous, and the marks read back with checks."""
import csv
import hashlib
import io
import math
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from cs231n.course.notebook import write_atomically
from cs231n.grading import text
from cs231n.grading.outputs import pages

KEY = "key.csv"  # whose code is whose: not for markers
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; no digits, so that no spreadsheet takes 12E34 for a number
_COLUMNS = ["code", "mark", "comment", "answer"]
_KEY_COLUMNS = ["code", "student"]


@dataclass(frozen=True)
class _Row:
    """A line of a question's CSV as somebody left it; `answer` is the fingerprint of what was marked."""

    code: str
    mark: str
    comment: str
    answer: str
    line: int = 0


def export(grading, folder):
    """Write a page and a CSV for each question, and the key to the codes that stand for students.

    The page shows the question, our answer, and below it all answers in the order of their codes. The CSV has a row for
    each answer, with a mark and a comment to fill in; for students who did not answer there is no row. Codes stay from
    one export to the next, and so do marks that stand in the CSVs. But a mark whose answer has changed since is taken
    out, and told on the page: it was for another answer.

    Parameters
    ----------
    grading : results.Grading
    folder : Path
        `key.csv` in it says whose code is whose (students stand there by the names of their feedback pages): give
        markers the rest.

    Returns
    -------
    Path
        `index.html`, which leads to all pages.

    Raises
    ------
    ValueError
        If the CSVs there hold what cannot be kept. Nothing is written then.
    """
    folder, problems = Path(folder), []
    codes = _codes(grading, folder)
    names = _names(grading)
    before = {question: {row.code: row for row in _read(folder / f"{name}.csv", codes.values(), problems)}
              for question, name in names.items()}
    _raise(problems)
    ids = text.file_names(each.student.id for each in grading.students)
    _write(folder / KEY, _KEY_COLUMNS, [[code, file] for file, code in codes.items()])
    counted = []
    for question, name in names.items():
        answers = {codes[ids[student]]: answer for (student, asked), answer in _answers(grading).items()
                   if asked == question}
        cards = [_card(code, answer, before[question].get(code)) for code, answer in sorted(answers.items())]
        rows = [card["row"] for card in cards]
        rows += [row for code, row in before[question].items() if code not in answers]
        _write(folder / f"{name}.csv", _COLUMNS, [[row.code, row.mark, row.comment, row.answer] for row in rows])
        page = pages.render("question.html.j2", assignment=grading.assignment, question=question, cards=cards,
                            silent=len(grading.students) - len(cards), csv=f"{name}.csv")
        write_atomically(folder / f"{name}.html", page.encode())
        counted.append({"question": question, "name": name, "answers": len(cards),
                        "marked": sum(bool(card["row"].mark) for card in cards)})
    index = pages.render("questions.html.j2", assignment=grading.assignment, counted=counted, key=KEY)
    write_atomically(folder / "index.html", index.encode())
    return folder / "index.html"


def read_back(folder, grading):
    """Return the marks that were filled in.

    Parameters
    ----------
    folder : Path
        Where `export` wrote. A spreadsheet may have saved the CSVs with semicolons, and 0.5 as 0,5.
    grading : results.Grading

    Returns
    -------
    dict of (str, results.Question) -> (float, str)
        Mark and comment, by student id and question. An answer without a mark, or without a row, is not marked yet, and
        neither is one that has changed since it was marked. Rows of students who are not in this grading, or have no
        answer in it, are passed over.

    Raises
    ------
    ValueError
        If there is anything wrong: it tells all that is, each with file and line, and nothing is taken.
    """
    folder, problems, marks = Path(folder), [], {}
    if not (folder / KEY).exists():
        raise ValueError(f"{folder / KEY} is missing: without it nobody knows whose marks these are")
    codes, answers = _codes(grading, folder), _answers(grading)
    files = text.file_names(each.student.id for each in grading.students)
    students = {codes[file]: student for student, file in files.items()}
    for question, name in _names(grading).items():
        path = folder / f"{name}.csv"
        for row in _read(path, codes.values(), problems):
            student = students.get(row.code)
            answer = answers.get((student, question))
            if answer is None or not row.mark or row.answer != _fingerprint(answer):
                continue
            if problem := _problem(row, question.points):
                problems.append(f"{path}, line {row.line}: {problem}")
            else:
                marks[student, question] = (_number(row.mark), row.comment)
    _raise(problems)
    return marks


def enter(grading, marks):
    """Return the grading with marks entered.

    Parameters
    ----------
    grading : results.Grading
    marks : dict
        As `read_back` returns them.
    """
    def entered(student, answer):
        mark, comment = marks.get((student.id, answer.question), (answer.mark, answer.comment))
        return replace(answer, mark=mark, comment=comment)

    return replace(grading, students=tuple(
        replace(each, answers=tuple(entered(each.student, answer) for answer in each.answers))
        for each in grading.students
    ))


def _names(grading):
    """Return the name of each question's files."""
    return {each: f"{each.notebook.replace('/', '-')}-{each.name}" for each in grading.questions}


def _answers(grading):
    """Return the answers that are not empty, by student id and question."""
    return {(each.student.id, answer.question): answer
            for each in grading.students for answer in each.answers if answer.text}


def _codes(grading, folder):
    """Return the code of each student, by the name of the student's files: the old ones, and new ones by chance."""
    codes = {}
    if (folder / KEY).exists():
        codes = {file: code for _, (code, file) in _table(folder / KEY, _KEY_COLUMNS)}
    for file in text.file_names(each.student.id for each in grading.students).values():
        while file not in codes:
            code = "".join(secrets.choice(_LETTERS) for _ in range(5))
            if code not in codes.values():
                codes[file] = code
    return codes


def _card(code, answer, row):
    """Return an answer for the page, with its row for the CSV, which keeps what is in the row that was there."""
    fingerprint = _fingerprint(answer)
    if row is None:
        mark = "" if answer.mark is None else text.number(answer.mark)
        row = _Row(code, mark, answer.comment, fingerprint)
    earlier = row.mark if row.answer != fingerprint else ""
    kept = replace(row, mark="" if earlier else row.mark, answer=fingerprint)
    return {"row": kept, "answer": answer.text, "earlier": earlier}


def _fingerprint(answer):
    """Return a mark of an answer's text, by which a change is seen; no spreadsheet takes it for a number."""
    return "x" + hashlib.sha256(answer.text.encode("utf-8", "surrogatepass")).hexdigest()[:7]


def _problem(row, most):
    """Say what is wrong with a mark that was filled in; None if nothing is."""
    mark = _number(row.mark)
    if mark is None:
        return f"the mark of {row.code} is {row.mark!r} and should be a number"
    if not 0 <= mark <= most:
        return f"the mark of {row.code} is {text.number(mark)} and should be from 0 to {text.number(most)}"
    return None


def _number(written):
    """Return a number as spreadsheets write it, None if it is none."""
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _read(path, codes, problems):
    """Return the rows of a question's CSV, none if there is no such file; what is wrong joins the problems."""
    if not path.exists():
        return []
    rows = {}
    try:
        table = _table(path, _COLUMNS)
    except ValueError as error:
        problems.append(str(error))
        return []
    for line, (code, mark, comment, answer) in table:
        code = code.upper()
        if code not in codes:
            problems.append(f"{path}, line {line}: nobody has the code {code!r}")
        elif code in rows:
            problems.append(f"{path}, line {line}: {code} stands in line {rows[code].line} already")
        else:
            rows[code] = _Row(code, mark, comment, answer, line)
    return list(rows.values())


def _table(path, columns):
    """Return line numbers and cells of a CSV, as we wrote it or as a spreadsheet saved it; empty rows left out."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8: save it as “CSV UTF-8”") from None
    first = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(",;\t", key=first.count))
    header = [name.strip().lower() for name in next(reader, [])]
    if missing := [name for name in columns if name not in header]:
        raise ValueError(f"{path}, line 1: there is no column {' and none '.join(missing)}; it should have "
                         f"{', '.join(columns)}")
    found = []
    for cells in reader:
        cells = [text.from_cell(each) for each in cells] + [""] * len(header)
        if any(cells):
            found.append((reader.line_num, [cells[header.index(name)] for name in columns]))
    return found


def _write(path, header, rows):
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows([map(text.cell, row) for row in (header, *rows)])
    write_atomically(path, target.getvalue().encode("utf-8-sig"))


def _raise(problems):
    if problems:
        raise ValueError("\n".join(problems))
