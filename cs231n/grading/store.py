"""Where results are kept: one SQLite file, written by one process, whole at every moment."""
import json
import sqlite3
import time

from cs231n.grading.results import CheckResult, NotebookResult, Reason

_TABLES = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notebooks (
    student TEXT, notebook TEXT,
    submission TEXT NOT NULL,  -- sha256 of what was handed in, "" if nothing was
    grader TEXT NOT NULL,      -- sha256 of all that grading depends on
    remarks TEXT NOT NULL, seconds REAL NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (student, notebook)
);
CREATE TABLE IF NOT EXISTS checks (
    student TEXT, notebook TEXT, name TEXT,
    exercise TEXT NOT NULL, score REAL NOT NULL, out_of REAL NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (student, notebook, name)
);
"""


class Store:
    """The results of grading one assignment.

    Parameters
    ----------
    path : Path
        Made if it is not there.

    Raises
    ------
    ValueError
        If the file is something else.
    """

    def __init__(self, path):
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(_TABLES)
            [(found,), *_] = self._db.execute("PRAGMA quick_check(1)")
        except sqlite3.OperationalError:
            raise OSError(f"{path} cannot be opened or written") from None
        except sqlite3.DatabaseError as error:
            found = error
        if found != "ok":
            self._db.close()
            raise ValueError(f"{path} does not hold results of grading, or is damaged ({found}): move it away, and the "
                             "same command grades anew")

    def close(self):
        """Close the file."""
        self._db.close()

    def remembered(self, name, value):
        """Return what was kept under this name; the first time, keep `value`."""
        self._db.execute("INSERT OR IGNORE INTO run VALUES (?, ?)", (name, value))
        return self._db.execute("SELECT value FROM run WHERE name = ?", (name,)).fetchone()[0]

    def is_done(self, student, notebook, submission, grader):
        """Tell whether this very submission was graded by this very grader."""
        row = self._db.execute(
            "SELECT 1 FROM notebooks WHERE student = ? AND notebook = ? AND submission = ? AND grader = ?",
            (student, notebook, submission, grader))
        return row.fetchone() is not None

    def put(self, student, result, submission, grader):
        """Keep the result of one notebook, in the place of an earlier one: all of it or, after a kill, nothing.

        Parameters
        ----------
        student : str
        result : NotebookResult
        submission, grader : str
            Hashes.
        """
        key = student, result.notebook
        rows = [
            (*key, each.check.name, each.check.exercise, each.score, each.check.points, each.reason, each.message,
             each.seconds) for each in result.checks
        ]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM checks WHERE student = ? AND notebook = ?", key)
            self._db.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute(
                "INSERT OR REPLACE INTO notebooks VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, submission, grader, json.dumps(result.remarks), result.seconds, time.time()))

    def result(self, student, notebook, checks):
        """Return the result of one notebook, None if there is none, or not all of it.

        Parameters
        ----------
        student, notebook : str
        checks : list of results.Check
            Ours, in the order in which they are to come.
        """
        head = self._db.execute(
            "SELECT remarks, seconds FROM notebooks WHERE student = ? AND notebook = ?", (student, notebook)).fetchone()
        if head is None:
            return None
        rows = {row[0]: row[1:] for row in self._db.execute(
            "SELECT name, score, reason, message, seconds FROM checks WHERE student = ? AND notebook = ?",
            (student, notebook))}
        found = []
        if not {check.name for check in checks} <= rows.keys():  # it was damaged
            return None
        for check in checks:
            score, reason, message, seconds = rows[check.name]
            found.append(CheckResult(check, score, Reason(reason), message, seconds))
        return NotebookResult(notebook, tuple(found), tuple(json.loads(head[0])), seconds=head[1])

    def forget(self, students):
        """Leave out the results of some students, so that they are graded again."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for table in ("checks", "notebooks"):
                self._db.executemany(f"DELETE FROM {table} WHERE student = ?", [(each,) for each in students])


