"""Learning-rate schedules at the points that can be worked out by hand."""
import math

import pytest

from cs231n.training import schedules


def test_step_halves_every_few():
    assert [schedules.step(3)(t) for t in range(7)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]
    assert schedules.step(10, 0.1)(25) == pytest.approx(0.01)


def test_exponential_has_a_half_life():
    schedule = schedules.exponential(0.2)
    assert schedule(0) == 1 and schedule(math.log(2) / 0.2) == pytest.approx(0.5)


def test_inverse_has_a_half_life():
    schedule = schedules.inverse(0.2)
    assert schedule(0) == 1 and schedule(5) == pytest.approx(0.5) and schedule(15) == pytest.approx(0.25)


def test_cosine_goes_down_once_or_again_and_again():
    once, again = schedules.cosine(10), schedules.cosine(10, restart=True)
    assert [round(once(t), 12) for t in (0, 5, 10, 15)] == [1, 0.5, 0, 0]
    assert [round(again(t), 12) for t in (0, 5, 10, 15)] == [1, 0.5, 1, 0.5]
    assert all(once(t) > once(t + 1) for t in range(10))


def test_warm_up_leads_into_the_next_schedule():
    schedule = schedules.warm_up(4, schedules.step(2))
    assert [schedule(t) for t in range(8)] == [0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5]


@pytest.mark.parametrize("make", [
    lambda: schedules.step(0), lambda: schedules.exponential(-1), lambda: schedules.inverse(0),
    lambda: schedules.cosine(0), lambda: schedules.warm_up(0, schedules.step(1)), lambda: schedules.step("10"),
])
def test_settings_out_of_range_are_named(make):
    with pytest.raises(ValueError, match="must be above 0"):
        make()


def test_what_is_no_schedule_is_named():
    with pytest.raises(ValueError, match="then must be a schedule such as cosine.1000., got int 5"):
        schedules.warm_up(10, 5)
