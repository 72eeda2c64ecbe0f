"""Cut-offs to the minute, worked out by hand; business days against a walk over every day between."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triad.domain import cancelling
from triad.domain.cancelling import Decided, Meeting, Window
from triad.domain.timespans import WallTime, instant, local

BERLIN = "Europe/Berlin"
MONDAY, FRIDAY, THURSDAY = date(2027, 3, 8), date(2027, 3, 5), date(2027, 3, 4)


def window(unit: str = "business_days", amount: int = 1, id_: str = "one", **more: object) -> Window:
    kept = {"valid_from": date(2027, 1, 1), "valid_to": None, "mode": "", "party": ""} | more
    return Window(id_, unit=unit, amount=amount, **kept)  # type: ignore[arg-type]


def meeting(day: date = MONDAY, at: time = time(10), zone: str = BERLIN, fold: int = 0) -> Meeting:
    return Meeting(day, instant(WallTime(day, at, zone, fold)), zone, "in_person")


def shown(moment: datetime, zone: str = BERLIN) -> str:
    return f"{local(moment, zone):%a %d %b %H:%M %z}"


@pytest.mark.parametrize(
    ("amount", "closed", "cut_off"),
    [
        (1, (), "Fri 05 Mar 10:00 +0100"),
        (1, (FRIDAY,), "Thu 04 Mar 10:00 +0100"),
        (1, (FRIDAY, THURSDAY), "Wed 03 Mar 10:00 +0100"),
        (2, (), "Thu 04 Mar 10:00 +0100"),
        (2, (FRIDAY,), "Wed 03 Mar 10:00 +0100"),
        (5, (), "Mon 01 Mar 10:00 +0100"),
        (6, (), "Fri 26 Feb 10:00 +0100"),
        # Closed on a weekend day, and on the very day of the session: neither changes anything.
        (1, (date(2027, 3, 6), MONDAY), "Fri 05 Mar 10:00 +0100"),
    ],
)
def test_business_days_before_a_monday(amount: int, closed: tuple[date, ...], cut_off: str) -> None:
    assert shown(cancelling.cut_off(window(amount=amount), meeting(), closed)) == cut_off


def test_saturday_notice_is_late_though_not_by_24_hours() -> None:
    saturday = instant(WallTime(date(2027, 3, 6), time(12), BERLIN))
    friday = instant(WallTime(FRIDAY, time(10), BERLIN))
    by_days = cancelling.decide([window()], meeting(), "client", saturday, ())
    by_hours = cancelling.decide([window("hours", 24)], meeting(), "client", saturday, ())
    assert by_days == Decided("one", friday, True)
    assert by_hours == Decided("one", instant(WallTime(date(2027, 3, 7), time(10), BERLIN)), False)


def test_at_the_cut_off_is_in_time_and_a_second_later_is_late() -> None:
    moment = cancelling.cut_off(window(), meeting(), ())
    notices = [moment, moment + timedelta(seconds=1)]
    found = [cancelling.decide([window()], meeting(), "client", notice, ()) for notice in notices]
    assert [one and one.late for one in found] == [False, True]


@pytest.mark.parametrize("day", [date(2027, 3, 6), date(2027, 3, 7)])
def test_session_on_a_weekend_counts_from_its_own_day(day: date) -> None:
    assert shown(cancelling.cut_off(window(), meeting(day), ())) == "Fri 05 Mar 10:00 +0100"


@pytest.mark.parametrize(
    ("day", "at", "zone", "unit", "amount", "cut_off"),
    [
        # Clocks go forward on Sunday 28 March: 24 hours elapsed are 25 on the wall, a business day keeps the wall.
        (date(2027, 3, 28), time(12), BERLIN, "hours", 24, "Sat 27 Mar 11:00 +0100"),
        (date(2027, 3, 29), time(10), BERLIN, "hours", 48, "Sat 27 Mar 09:00 +0100"),
        (date(2027, 3, 29), time(10), BERLIN, "business_days", 1, "Fri 26 Mar 10:00 +0100"),
        # And back on Sunday 31 October.
        (date(2027, 10, 31), time(12), BERLIN, "hours", 24, "Sat 30 Oct 13:00 +0200"),
        (date(2027, 11, 1), time(10), BERLIN, "business_days", 1, "Fri 29 Oct 10:00 +0200"),
        # Cairo puts its clock forward on Friday 30 April at midnight, when 00:30 does not exist.
        (date(2027, 5, 3), time(0, 30), "Africa/Cairo", "business_days", 1, "Fri 30 Apr 01:00 +0300"),
        # And back on Friday 29 October at midnight: 23:30 comes twice on the Thursday, the second counts.
        (date(2027, 10, 29), time(23, 30), "Africa/Cairo", "business_days", 1, "Thu 28 Oct 23:30 +0200"),
    ],
)
def test_clock_changes(day: date, at: time, zone: str, unit: str, amount: int, cut_off: str) -> None:
    found = cancelling.cut_off(window(unit, amount), meeting(day, at, zone), ())
    assert shown(found, zone) == cut_off


def test_the_stricter_of_two_windows_wins_whatever_their_order() -> None:
    hours, days = window("hours", 24, "hours"), window(id_="days")
    notice = instant(WallTime(date(2027, 3, 6), time(12), BERLIN))
    expected = Decided("days", instant(WallTime(FRIDAY, time(10), BERLIN)), True)
    for rules in ([hours, days], [days, hours]):
        assert cancelling.decide(rules, meeting(), "client", notice, ()) == expected


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"party": "client"}, True),
        ({"party": "therapist"}, False),
        ({"mode": "in_person"}, True),
        ({"mode": "video"}, False),
        ({"valid_from": MONDAY, "valid_to": MONDAY}, True),
        ({"valid_from": MONDAY + timedelta(days=1)}, False),
        ({"valid_to": MONDAY - timedelta(days=1)}, False),
    ],
)
def test_rule_is_chosen_by_the_day_of_the_session(more: dict[str, object], holds: bool) -> None:
    found = cancelling.decide([window(**more)], meeting(), "client", datetime(2027, 3, 1, tzinfo=UTC), ())  # type: ignore[arg-type]
    assert (found is not None) == holds


def test_without_a_rule_nothing_is_decided() -> None:
    assert cancelling.decide([], meeting(), "client", datetime(2027, 3, 1, tzinfo=UTC), ()) is None


DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(DAYS, st.integers(1, 30), st.frozensets(st.integers(0, 60), max_size=40), st.times())
def test_business_days_agree_with_a_walk_over_every_day(
    day: date, amount: int, closed: frozenset[int], at: time
) -> None:
    holidays = {day - timedelta(days=back) for back in closed}
    at = at.replace(microsecond=0)
    open_days = []
    for back in range(1, 400):
        one = day - timedelta(days=back)
        if one.isoweekday() not in (6, 7) and one not in holidays:
            open_days.append(one)
    asked = Meeting(day, datetime.combine(day, at, UTC), "UTC", "video")
    found = cancelling.cut_off(window(amount=amount), asked, holidays)
    assert found == datetime.combine(open_days[amount - 1], at, UTC)


def test_first_day_of_the_calendar_is_the_end() -> None:
    assert cancelling.business_days_before(date(1900, 1, 2), 5, ()) == date(1900, 1, 1)
