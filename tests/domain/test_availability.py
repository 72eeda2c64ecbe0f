from __future__ import annotations

import random
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from triad.domain import availability, errors, timespans
from triad.domain.availability import Away, WeeklyHours
from triad.domain.timespans import TimeSpan

BERLIN = "Europe/Berlin"
MINUTE = timedelta(minutes=1)
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6

# Noise: other days, and a row that ran out long before the dates used here.
NOISE = [
    WeeklyHours(3, time(0), time(0), BERLIN),
    WeeklyHours(MONDAY, time(0), time(0), BERLIN, valid_to=date(2020, 1, 1)),
]


@pytest.fixture(autouse=True)
def shipped_zones() -> Iterator[None]:
    """The zone rules Triad is locked to: the machine's own, which are asked first, may be years older."""
    machine = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(to=machine)
    ZoneInfo.clear_cache()


def utc(start: str, end: str) -> TimeSpan:
    return TimeSpan(
        datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC)
    )


def berlin(start: str, end: str) -> TimeSpan:
    zone = ZoneInfo(BERLIN)
    return TimeSpan(
        datetime.fromisoformat(start).replace(tzinfo=zone), datetime.fromisoformat(end).replace(tzinfo=zone)
    )


# 2027-05-03 is a Monday.
WEEK = berlin("2027-05-03 00:00", "2027-05-10 00:00")


@pytest.mark.parametrize(
    ("weekday", "start", "end", "valid_from", "valid_to"),
    [
        (7, time(9), time(12), None, None),
        (-1, time(9), time(12), None, None),
        (MONDAY, time(12), time(9), None, None),
        (MONDAY, time(9), time(9), None, None),
        (MONDAY, time(9, tzinfo=UTC), time(12), None, None),
        (MONDAY, time(9), time(12, tzinfo=UTC), None, None),
        (MONDAY, time(9), time(12), date(2027, 5, 4), date(2027, 5, 3)),
    ],
)
def test_weekly_hours_that_cannot_be_are_refused(
    weekday: int, start: time, end: time, valid_from: date | None, valid_to: date | None
) -> None:
    with pytest.raises(ValueError, match=r"weekday|offset|end after|validity"):
        WeeklyHours(weekday, start, end, BERLIN, valid_from, valid_to)


def test_free_is_the_hours_less_the_time_away_inside_the_window() -> None:
    hours = [
        WeeklyHours(MONDAY, time(9), time(17), BERLIN),
        WeeklyHours(TUESDAY, time(9), time(12), BERLIN),
        NOISE[1],
    ]
    away = [
        Away(berlin("2027-05-03 12:00", "2027-05-03 13:00")),
        Away(berlin("2027-06-01 00:00", "2027-07-01 00:00")),
    ]
    assert availability.free(hours, away, WEEK) == [
        berlin("2027-05-03 09:00", "2027-05-03 12:00"),
        berlin("2027-05-03 13:00", "2027-05-03 17:00"),
        berlin("2027-05-04 09:00", "2027-05-04 12:00"),
    ]
    window = berlin("2027-05-03 10:00", "2027-05-03 12:30")
    assert availability.free(hours, away, window) == [berlin("2027-05-03 10:00", "2027-05-03 12:00")]
    assert availability.free([], away, WEEK) == []


def test_free_repeats_every_week_of_the_window() -> None:
    hours = [WeeklyHours(MONDAY, time(9), time(10), BERLIN)]
    assert availability.free(hours, [], berlin("2027-12-20 00:00", "2028-01-04 00:00")) == [
        berlin("2027-12-20 09:00", "2027-12-20 10:00"),
        berlin("2027-12-27 09:00", "2027-12-27 10:00"),
        berlin("2028-01-03 09:00", "2028-01-03 10:00"),
    ]


def test_free_counts_the_first_and_last_day_of_validity() -> None:
    hours = [WeeklyHours(MONDAY, time(9), time(10), BERLIN, date(2027, 5, 10), date(2027, 5, 24))]
    spans = availability.free(hours, [], berlin("2027-05-01 00:00", "2027-06-30 00:00"))
    assert [span.start.day for span in spans] == [10, 17, 24]
    narrower = [WeeklyHours(MONDAY, time(9), time(10), BERLIN, date(2027, 5, 11), date(2027, 5, 23))]
    spans = availability.free(narrower, [], berlin("2027-05-01 00:00", "2027-06-30 00:00"))
    assert [span.start.day for span in spans] == [17]


def test_free_keeps_the_wall_time_on_both_sides_of_a_clock_change() -> None:
    hours = [WeeklyHours(SATURDAY, time(9), time(10), BERLIN), WeeklyHours(SUNDAY, time(9), time(10), BERLIN)]
    assert availability.free(hours, [], berlin("2027-03-27 00:00", "2027-03-29 00:00")) == [
        utc("2027-03-27 08:00", "2027-03-27 09:00"),
        utc("2027-03-28 07:00", "2027-03-28 08:00"),
    ]


def test_free_on_days_of_23_and_25_hours_is_all_of_them() -> None:
    hours = [WeeklyHours(SUNDAY, time(0), time(0), BERLIN)]
    spring = availability.free(hours, [], berlin("2027-03-26 00:00", "2027-03-30 00:00"))
    autumn = availability.free(hours, [], berlin("2027-10-29 00:00", "2027-11-02 00:00"))
    assert [span.minutes for span in spring + autumn] == [23 * 60, 25 * 60]


def test_free_finds_a_date_that_comes_back_after_midnight() -> None:
    # St. John's used to put the clock back at one minute past midnight: a minute of Sunday, Saturday again, Sunday.
    saturday = WeeklyHours(SATURDAY, time(23), time(0), "America/St_Johns")
    sunday = WeeklyHours(SUNDAY, time(0), time(1), "America/St_Johns")
    starts_on_sunday = utc("2006-10-29 02:30", "2006-10-29 05:00")
    again = utc("2006-10-29 02:31", "2006-10-29 03:30")
    assert availability.free([saturday], [], starts_on_sunday) == [again]
    ends_on_saturday = utc("2006-10-29 02:00", "2006-10-29 03:00")
    assert availability.free([sunday], [], ends_on_saturday) == [utc("2006-10-29 02:30", "2006-10-29 02:31")]


def test_free_with_an_unknown_zone_is_refused() -> None:
    with pytest.raises(errors.Unfit) as refusal:
        availability.free([WeeklyHours(MONDAY, time(9), time(10), "Nowhere/Land")], [], WEEK)
    assert refusal.value.fields == {"zone": "unknown_zone"}


def test_covers_joins_hours_that_touch_and_not_hours_a_minute_apart() -> None:
    span = berlin("2027-05-03 11:00", "2027-05-03 13:00")
    morning = WeeklyHours(MONDAY, time(9), time(12), BERLIN)
    assert availability.covers([WeeklyHours(MONDAY, time(12), time(17), BERLIN), morning, *NOISE], [], span) is True
    assert availability.covers([WeeklyHours(MONDAY, time(12, 1), time(17), BERLIN), morning], [], span) is False


def test_covers_over_midnight_takes_two_rows() -> None:
    span = berlin("2027-05-03 23:30", "2027-05-04 00:30")
    evening = WeeklyHours(MONDAY, time(20), time(0), BERLIN)
    assert availability.covers([evening, WeeklyHours(TUESDAY, time(0), time(2), BERLIN)], [], span) is True
    assert availability.covers([evening, *NOISE], [], span) is False


def test_covers_from_another_zone_reads_the_hours_on_their_own_clock() -> None:
    # 09:00 to 17:00 in New York; Berlin changes its clock two weeks later.
    hours = [WeeklyHours(MONDAY, time(9), time(17), "America/New_York")]
    assert availability.covers(hours, [], berlin("2027-03-15 14:00", "2027-03-15 14:50")) is True
    assert availability.covers(hours, [], berlin("2027-03-22 14:00", "2027-03-22 14:50")) is True
    assert availability.covers(hours, [], berlin("2027-03-29 14:00", "2027-03-29 14:50")) is False
    assert availability.covers(hours, [], berlin("2027-03-29 15:00", "2027-03-29 15:50")) is True


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (BERLIN, "2027-03-28 01:00"),
        (BERLIN, "2027-10-31 01:00"),
        ("Asia/Beirut", "2027-03-27 22:00"),
        ("Asia/Beirut", "2027-10-30 21:00"),
        ("Australia/Lord_Howe", "2027-04-03 15:00"),
        ("America/Santiago", "2027-09-05 04:00"),
    ],
)
def test_covers_everything_when_every_day_is_open_all_day(zone: str, change: str) -> None:
    middle = datetime.fromisoformat(change).replace(tzinfo=UTC)
    span = TimeSpan(middle - timedelta(days=2), middle + timedelta(days=2))
    week = [WeeklyHours(weekday, time(0), time(0), zone) for weekday in range(7)]
    assert availability.covers(week, [], span) is True
    shown = timespans.local(middle - MINUTE, zone).weekday()
    assert availability.covers([row for row in week if row.weekday != shown], [], span) is False


def test_shortfall_names_time_off_before_hours() -> None:
    hours = [WeeklyHours(MONDAY, time(9), time(17), BERLIN), *NOISE]
    inside = berlin("2027-05-03 10:00", "2027-05-03 10:50")
    outside = berlin("2027-05-03 16:30", "2027-05-03 17:20")
    away = [
        Away(berlin("2027-05-03 10:49", "2027-05-03 12:00")),
        Away(berlin("2027-05-03 17:19", "2027-05-03 18:00")),
    ]
    touching = [
        Away(berlin("2027-05-03 10:50", "2027-05-03 12:00")),
        Away(berlin("2027-05-03 09:00", "2027-05-03 10:00")),
    ]
    assert availability.shortfall(hours, touching, inside) == ""
    assert availability.shortfall(hours, away, inside) == "TIME_OFF"
    assert availability.shortfall(hours, touching, outside) == "AVAILABILITY"
    assert availability.shortfall(hours, away, outside) == "TIME_OFF"
    assert availability.shortfall([], [], inside) == "AVAILABILITY"


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (BERLIN, "2027-03-28 01:00"),
        (BERLIN, "2027-10-31 01:00"),
        ("Asia/Beirut", "2027-03-27 22:00"),
        ("Asia/Beirut", "2027-10-30 21:00"),
        ("Australia/Lord_Howe", "2027-10-02 15:30"),
        ("Australia/Lord_Howe", "2027-04-03 15:00"),
        ("America/Havana", "2027-11-07 05:00"),
        ("Asia/Kathmandu", "2027-03-28 00:00"),
    ],
)
def test_generated_hours_agree_with_a_clock_read_every_minute(zone: str, change: str) -> None:
    chance = random.Random(zone + change)
    middle = datetime.fromisoformat(change).replace(tzinfo=UTC)
    window = TimeSpan(middle - timedelta(hours=20), middle + timedelta(hours=20))
    moments = [window.start + step * MINUTE for step in range(window.minutes)]
    shown = [timespans.local(moment, zone) for moment in moments]
    for _ in range(25):
        hours = [_any_hours(chance, shown[len(shown) // 2], zone) for _ in range(chance.randrange(1, 5))]
        start = window.start + chance.randrange(0, 2300) * MINUTE
        away = [Away(TimeSpan(start, start + chance.randrange(1, 300) * MINUTE))]
        open_at = [any(_inside(row, at) for row in hours) for at in shown]
        expected = {
            moment
            for moment, is_open in zip(moments, open_at, strict=True)
            if is_open and not away[0].span.start <= moment < away[0].span.end
        }
        spans = availability.free(hours, away, window)
        assert {span.start + step * MINUTE for span in spans for step in range(span.minutes)} == expected
        for _ in range(10):
            begin = chance.randrange(0, 2300)
            span = TimeSpan(moments[begin], moments[begin] + chance.randrange(1, 90) * MINUTE)
            held = {span.start + step * MINUTE for step in range(span.minutes)} <= expected
            assert availability.covers(hours, away, span) is held
            assert (availability.shortfall(hours, away, span) == "") is held


def _any_hours(chance: random.Random, near: datetime, zone: str) -> WeeklyHours:
    """Hours close to midnight and to the change, where the clock does strange things."""
    weekday = (near.weekday() + chance.choice((-1, 0, 0, 1))) % 7
    start = chance.choice((0, 0, 60, 90, 105, 120, 135, 1380, 1395)) + chance.randrange(0, 40)
    end = min(start + chance.choice((20, 60, 90, 600)), 1440)
    return WeeklyHours(weekday, time(*divmod(start, 60)), time(*divmod(end % 1440, 60)), zone)


def _inside(row: WeeklyHours, shown: datetime) -> bool:
    at = shown.time()
    return shown.weekday() == row.weekday and row.start <= at and (at < row.end or row.end == time(0))
