"""The course's policy: what a submission after its deadline costs, and an answer that is somebody else's.

A policy file is TOML; what it leaves out is as the course has it:

    free_days = 4                 # late days in a term that cost nothing
    free_days_per_assignment = 2  # at most so many of them for one assignment
    penalty_per_day = 0.25        # of the score, for each further day
    grace_minutes = 0             # after each deadline, before anything counts
    time_zone = ""                # "America/Los_Angeles": days end at the deadline's time of day there, also in the
                                  # nights when clocks are changed; without it a day has 24 hours
    borrowed = "report"           # an answer that leans on a library's, a faster form's or numeric slopes: "ignore",
                                  # "report" it to the instructor, or "refuse" it: no points for its checks

    [deadlines]                   # with the offset from UTC; an assignment without a deadline is never late
    assignment1 = 2026-10-14T23:59:00-07:00
"""
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from math import floor
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cs231n.grading.results import Lateness, Reason

_DAY = timedelta(days=1)
_MOST = 1_000_000  # of days or minutes: what is added to a deadline must stay a date


@dataclass(frozen=True)
class Policy:
    """A course's policy.

    Attributes
    ----------
    free_days : int
        Late days in a term that cost nothing.
    free_days_per_assignment : int
        The most of them that one assignment may take.
    penalty_per_day : float
        Share of the score that each further day costs, from 0 to 1.
    grace_minutes : float
        What every deadline is put off by without a word.
    deadlines : dict of str to datetime
        By assignment, each with a time zone.
    time_zone : str
        Name of a time zone of the IANA, or "".
    borrowed : {"report", "ignore", "refuse"}
        What becomes of an answer that leans on somebody else's.
    """

    free_days: int = 4
    free_days_per_assignment: int = 2
    penalty_per_day: float = 0.25
    grace_minutes: float = 0.0
    deadlines: dict[str, datetime] = field(default_factory=dict)
    time_zone: str = ""
    borrowed: str = "report"

    def lateness(self, submitted, assignment, student):
        """Say what the time of a submission means for its score.

        A day has 24 hours, whatever clocks do that night, unless the policy names a time zone: then it ends at the same
        time of day. A day that has begun counts whole. Fractions of a second do not count.

        Parameters
        ----------
        submitted : datetime or None
            With a time zone; None if nothing was handed in, which is not late.
        assignment : str
        student : results.Student
            Its `extension` puts the deadline off; its `late_days_used` are gone from the free days.

        Returns
        -------
        results.Lateness

        Raises
        ------
        ValueError
            If `submitted` has no time zone.
        """
        if submitted is None or assignment not in self.deadlines:
            return Lateness()
        if submitted.tzinfo is None:
            raise ValueError(f"submitted is {submitted}, and needs a time zone")
        deadline = self.deadlines[assignment].astimezone(ZoneInfo(self.time_zone) if self.time_zone else UTC)
        deadline += timedelta(days=student.extension, minutes=self.grace_minutes)
        days = _days_after(deadline, submitted.replace(microsecond=0))
        if not days:
            return Lateness()
        left = max(0, floor(self.free_days - student.late_days_used))
        free = min(days, self.free_days_per_assignment, left)
        factor = max(0.0, round(1 - self.penalty_per_day * (days - free), 10))
        return Lateness(days, free, factor, self._note(days, free, left, factor, student))

    def applied(self, result, uses):
        """Say what the things that answers lean on mean for a notebook's result.

        Parameters
        ----------
        result : results.NotebookResult
        uses : tuple of results.Use

        Returns
        -------
        results.NotebookResult
            With the uses in it that an instructor is to see; where the course refuses borrowed answers, their checks
            have no points.
        """
        if self.borrowed == "ignore":
            uses = tuple(use for use in uses if use.kind != "borrowed")
        checks = result.checks
        if self.borrowed == "refuse":
            first = {use.exercise: use for use in reversed(uses) if use.kind == "borrowed"}
            checks = tuple(_refused(each, first[each.check.exercise]) if each.score and each.check.exercise in first
                           else each for each in checks)
        return replace(result, checks=checks, uses=uses)

    def _note(self, days, free, left, factor, student):
        extended = f" after your extension of {_days(student.extension)}" if student.extension else ""
        parts = []
        if free:
            parts.append(f"{_days(free, 'free late ')} used, {left - free} left")
        if further := days - free:
            if free == self.free_days_per_assignment and free:
                parts[0] += f" ({free} is the most for one assignment)"
            elif not free and self.free_days_per_assignment and self.free_days:
                parts.append("no free late day is left")
            cost = f"{100 * (1 - factor):.4g} % off the score" if factor else "nothing is left of the score"
            parts.append(f"{cost} for {_days(further, 'further ' if free else '')}")
        return f"{_days(days)} late{extended}: {'; '.join(parts)}."


def load(path=None):
    """Read a policy file.

    Parameters
    ----------
    path : Path, optional
        Without one: the course's policy, without deadlines.

    Returns
    -------
    Policy

    Raises
    ------
    ValueError
        If it is no TOML, or a key in it is unknown or has a value that cannot be meant; names the file and the key.
    """
    if path is None:
        return Policy()
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))  # editors of Windows write a mark
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8: save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    known = [each.name for each in fields(Policy)]
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"{path}: '{key}' is unknown; known are {', '.join(known)}")
        if needed := _needed(key, value):
            raise ValueError(f"{path}: '{key}' is {value!r}, and needs to be {needed}")
    for assignment, deadline in given.get("deadlines", {}).items():
        if not isinstance(deadline, datetime) or deadline.tzinfo is None:
            raise ValueError(f"{path}: 'deadlines.{assignment}' is {deadline}, and needs to be a date with a time and "
                             "its offset from UTC, such as 2026-10-14T23:59:00-07:00")
    return Policy(**given)


def _refused(result, use):
    message = f"The answer leans on {use.what}, in line {use.line} of its cell or of a helper's."
    return replace(result, score=0, reason=Reason.REFUSED, message=message)


def _days_after(deadline, time):
    """Return how many days after a deadline a time is, each to the time of day of the deadline's zone."""
    days = max(0, -(-(time.astimezone(UTC) - deadline.astimezone(UTC)) // _DAY))
    # Python adds what clocks show within one zone; compared is in UTC, as else it also compares what clocks show.
    while days and time.astimezone(UTC) <= (deadline + (days - 1) * _DAY).astimezone(UTC):
        days -= 1
    while time.astimezone(UTC) > (deadline + days * _DAY).astimezone(UTC):
        days += 1
    return days


def _needed(key, value):
    """Return what a value of this key must be, or "" if it is that."""
    if key == "deadlines":
        return "" if isinstance(value, dict) else "a table: [deadlines], then a line for each assignment"
    if key == "time_zone":
        return "" if isinstance(value, str) and (not value or _is_zone(value)) else "a time zone: America/Los_Angeles"
    if key == "borrowed":
        return "" if value in ("report", "ignore", "refuse") else '"report", "ignore" or "refuse"'
    whole = key.startswith("free_days")
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if key == "penalty_per_day":
        return "" if number and 0 <= value <= 1 else "a number from 0 to 1"
    return "" if number and 0 <= value <= _MOST else f"a {'whole ' if whole else ''}number, 0 or more"


def _is_zone(name):
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _days(number, what=""):
    return f"{number:g} {what}{'day' if number == 1 else 'days'}"
