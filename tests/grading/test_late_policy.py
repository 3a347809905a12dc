"""The late policy: what each hour, free day and extension means for a score, in words that a student understands."""
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from cs231n.grading.policy import Policy, load
from cs231n.grading.results import Lateness, Student

PACIFIC = timezone(timedelta(hours=-7))
DEADLINE = datetime(2026, 10, 14, 23, 59, tzinfo=PACIFIC)
POLICY = Policy(deadlines={"assignment1": DEADLINE})
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def late(by, extension=0.0, used=0.0, policy=POLICY):
    """The lateness of a submission so long after the deadline."""
    return policy.lateness(DEADLINE + by, "assignment1", Student("7", extension=extension, late_days_used=used))


@pytest.mark.parametrize("by, days, free, factor", [
    (-SECOND, 0, 0, 1), (0 * SECOND, 0, 0, 1), (timedelta(milliseconds=999), 0, 0, 1),
    (SECOND, 1, 1, 1), (DAY, 1, 1, 1), (DAY + SECOND, 2, 2, 1), (2 * DAY, 2, 2, 1),
    (2 * DAY + SECOND, 3, 2, 0.75), (4 * DAY, 4, 2, 0.5), (6 * DAY, 6, 2, 0), (60 * DAY, 60, 2, 0),
])
def test_a_day_that_has_begun_counts_whole(by, days, free, factor):
    found = late(by)
    assert (found.days, found.free, found.factor) == (days, free, factor)
    assert bool(found.note) == (days > 0)


@pytest.mark.parametrize("used, free, factor", [
    (0, 2, 0.75), (2, 2, 0.75), (2.5, 1, 0.5), (3, 1, 0.5), (4, 0, 0.25), (9, 0, 0.25),
])
def test_free_days_are_gone_once_they_are_used(used, free, factor):
    found = late(3 * DAY, used=used)
    assert (found.days, found.free, found.factor) == (3, free, factor)


@pytest.mark.parametrize("extension, days", [(0, 3), (0.5, 3), (1, 2), (2, 1), (3, 0), (30, 0)])
def test_an_extension_puts_the_deadline_off(extension, days):
    assert late(2 * DAY + 13 * HOUR, extension).days == days


def test_grace_puts_it_off_too():
    policy = Policy(grace_minutes=10, deadlines=POLICY.deadlines)
    assert late(timedelta(minutes=10), policy=policy) == Lateness()
    assert late(timedelta(minutes=10) + SECOND, policy=policy).days == 1
    assert late(DAY + timedelta(minutes=10), policy=policy).days == 1


@pytest.mark.parametrize("by, extension, used, note", [
    (HOUR, 0, 0, "1 day late: 1 free late day used, 3 left."),
    (2 * DAY, 0, 1, "2 days late: 2 free late days used, 1 left."),
    (3 * DAY, 0, 0, "3 days late: 2 free late days used, 2 left (2 is the most for one assignment); "
                    "25 % off the score for 1 further day."),
    (3 * DAY, 0, 3, "3 days late: 1 free late day used, 0 left; 50 % off the score for 2 further days."),
    (DAY, 0, 4, "1 day late: no free late day is left; 25 % off the score for 1 day."),
    (4 * DAY, 0, 4, "4 days late: no free late day is left; nothing is left of the score for 4 days."),
    (2 * DAY, 1, 0, "1 day late after your extension of 1 day: 1 free late day used, 3 left."),
])
def test_notes_are_for_students(by, extension, used, note):
    assert late(by, extension, used).note == note


def test_a_policy_without_free_days_does_not_speak_of_them():
    policy = Policy(free_days=0, penalty_per_day=0.1, deadlines=POLICY.deadlines)
    assert late(DAY, policy=policy) == Lateness(1, 0, 0.9, "1 day late: 10 % off the score for 1 day.")


def test_time_zones_do_not_matter():
    for zone in (UTC, ZoneInfo("Asia/Tokyo"), PACIFIC):
        for by, days in ((timedelta(0), 0), (SECOND, 1)):
            submitted = (DEADLINE + by).astimezone(zone)
            assert POLICY.lateness(submitted, "assignment1", Student("7")).days == days


@pytest.mark.parametrize("shown, days", [
    (datetime(2026, 11, 1, 22, 59), 1),
    (datetime(2026, 11, 1, 22, 59, 1), 2),  # clocks showed less than a day since; it was a day and a second
])
def test_a_day_has_24_hours_when_clocks_are_put_back(shown, days):
    zone = ZoneInfo("America/Los_Angeles")
    policy = Policy(deadlines={"assignment1": datetime(2026, 10, 31, 23, 59, tzinfo=zone)})
    assert policy.lateness(shown.replace(tzinfo=zone), "assignment1", Student("7")).days == days


def test_without_a_deadline_or_a_submission_nothing_is_late():
    assert POLICY.lateness(DEADLINE + 9 * DAY, "assignment2", Student("7")) == Lateness()
    assert POLICY.lateness(None, "assignment1", Student("7")) == Lateness()
    assert load().lateness(DEADLINE, "assignment1", Student("7")) == Lateness()


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="submitted is 2026-10-14 23:59:00, and needs a time zone"):
        POLICY.lateness(DEADLINE.replace(tzinfo=None), "assignment1", Student("7"))


def test_the_default_is_the_course_s():
    assert load() == Policy(4, 2, 0.25, 0, {})


def test_a_file_says_what_is_different(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("free_days = 3\ngrace_minutes = 7.5\n[deadlines]\nassignment1 = 2026-10-14T23:59:00-07:00\n"
                    '"assignment 2" = 2026-11-04T00:00:00Z\n')
    policy = load(path)
    assert policy == Policy(3, 2, 0.25, 7.5, {
        "assignment1": DEADLINE, "assignment 2": datetime(2026, 11, 4, tzinfo=UTC),
    })
    assert policy.lateness(DEADLINE + timedelta(minutes=8), "assignment1", Student("7")).days == 1


@pytest.mark.parametrize("text, words", [
    ("free_day = 4", "'free_day' is unknown; known are free_days, free_days_per_assignment"),
    ("free_days = 2.5", "'free_days' is 2.5, and needs to be a whole number, 0 or more"),
    ("free_days = true", "'free_days' is True, and needs"),
    ("free_days_per_assignment = -1", "'free_days_per_assignment' is -1, and needs"),
    ("penalty_per_day = 25", "'penalty_per_day' is 25, and needs to be a number from 0 to 1"),
    ("penalty_per_day = nan", "'penalty_per_day' is nan, and needs"),
    ("grace_minutes = '5'", "'grace_minutes' is '5', and needs to be a number, 0 or more"),
    ("grace_minutes = inf", "'grace_minutes' is inf, and needs"),
    ("deadlines = 2026-10-14T23:59:00-07:00", "'deadlines' is .*needs to be a table"),
    ("[deadlines]\na = 2026-10-14T23:59:00", "'deadlines.a' is 2026-10-14 23:59:00, and needs .* offset from UTC"),
    ("[deadlines]\na = 2026-10-14", "'deadlines.a' is 2026-10-14, and needs"),
    ("[deadlines]\na = 'tomorrow'", "'deadlines.a' is tomorrow, and needs"),
    ("[penalty]\nx = 1", "'penalty' is unknown"),
    ("free_days 4", "is not TOML"),
    ("free_days = 4 # \xff", "is not in UTF-8"),
    ("borrowed = 'perhaps'", "'borrowed' is 'perhaps', and needs to be \"report\", \"ignore\" or \"refuse\""),
    ("borrowed = true", "'borrowed' is True, and needs"),
])
def test_what_is_wrong_is_said_with_its_key(tmp_path, text, words):
    path = tmp_path / "policy.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=rf"policy\.toml.*{words}"):
        load(path)


@pytest.mark.parametrize("zone, days_extended, days", [("America/Los_Angeles", 0, 1), ("", 1, 2)])
def test_where_clocks_go_back_a_time_zone_says_when_a_day_ends(tmp_path, zone, days_extended, days):
    path = tmp_path / "policy.toml"
    path.write_text(f'time_zone = "{zone}"\n[deadlines]\na = 2026-10-31T20:00:00-07:00\n')
    rule, sunday = load(path), datetime.fromisoformat("2026-11-01T19:30:00-08:00")
    assert rule.lateness(sunday, "a", Student("7", extension=1)).days == days_extended
    assert rule.lateness(sunday, "a", Student("7")).days == days
    spring = datetime.fromisoformat("2027-03-14T20:30:00-07:00")
    path.write_text(f'time_zone = "{zone}"\n[deadlines]\na = 2027-03-13T20:00:00-08:00\n')
    assert load(path).lateness(spring, "a", Student("7")).days == (2 if zone else 1)


def test_a_byte_order_mark_is_no_matter_and_another_encoding_is_named(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("free_days = 3\n", encoding="utf-8-sig")
    assert load(path).free_days == 3
    path.write_text("free_days = 3\n", encoding="utf-16")
    with pytest.raises(ValueError, match="is not in UTF-8: save it as UTF-8"):
        load(path)
    path.write_text('time_zone = "Mars/Phobos"\n')
    with pytest.raises(ValueError, match="'time_zone' is 'Mars/Phobos', and needs to be a time zone"):
        load(path)
