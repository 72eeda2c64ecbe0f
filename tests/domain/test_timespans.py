from __future__ import annotations

import random
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from triad.domain import errors, timespans
from triad.domain.timespans import TimeSpan, WallTime

MINUTE = timedelta(minutes=1)
DAWN = datetime(2027, 5, 3, 6, 0, tzinfo=UTC)

# Zone, first wall time that is skipped, first that exists again, instant of the change.
# Havana and Casablanca in other years than the rest: neither has a gap in 2027, see below.
GAPS = [
    ("Europe/Berlin", "2027-03-28 02:00", "2027-03-28 03:00", "2027-03-28 01:00"),
    ("Europe/London", "2027-03-28 01:00", "2027-03-28 02:00", "2027-03-28 01:00"),
    ("Europe/Kyiv", "2027-03-28 03:00", "2027-03-28 04:00", "2027-03-28 01:00"),
    ("America/New_York", "2027-03-14 02:00", "2027-03-14 03:00", "2027-03-14 07:00"),
    ("Asia/Beirut", "2027-03-28 00:00", "2027-03-28 01:00", "2027-03-27 22:00"),
    ("Africa/Cairo", "2027-04-30 00:00", "2027-04-30 01:00", "2027-04-29 22:00"),
    ("America/Havana", "2026-03-08 00:00", "2026-03-08 01:00", "2026-03-08 05:00"),
    ("America/Havana", "2028-03-12 00:00", "2028-03-12 01:00", "2028-03-12 05:00"),
    ("America/Santiago", "2027-09-05 00:00", "2027-09-05 01:00", "2027-09-05 04:00"),
    ("Asia/Gaza", "2027-03-27 02:00", "2027-03-27 03:00", "2027-03-27 00:00"),
    ("Australia/Lord_Howe", "2027-10-03 02:00", "2027-10-03 02:30", "2027-10-02 15:30"),
    ("Africa/Casablanca", "2026-03-22 02:00", "2026-03-22 03:00", "2026-03-22 02:00"),
    ("Pacific/Apia", "2011-12-30 00:00", "2011-12-31 00:00", "2011-12-30 10:00"),
]

# Zone, first wall time that comes twice, first that comes once again, instant at which the clock is put back.
REPEATS = [
    ("Europe/Berlin", "2027-10-31 02:00", "2027-10-31 03:00", "2027-10-31 01:00"),
    ("Europe/London", "2027-10-31 01:00", "2027-10-31 02:00", "2027-10-31 01:00"),
    ("Europe/Kyiv", "2027-10-31 03:00", "2027-10-31 04:00", "2027-10-31 01:00"),
    ("America/New_York", "2027-11-07 01:00", "2027-11-07 02:00", "2027-11-07 06:00"),
    ("Asia/Beirut", "2027-10-30 23:00", "2027-10-31 00:00", "2027-10-30 21:00"),
    ("Africa/Cairo", "2027-10-28 23:00", "2027-10-29 00:00", "2027-10-28 21:00"),
    ("America/Havana", "2027-11-07 00:00", "2027-11-07 01:00", "2027-11-07 05:00"),
    ("America/Santiago", "2027-04-03 23:00", "2027-04-04 00:00", "2027-04-04 03:00"),
    ("Asia/Gaza", "2027-10-30 01:00", "2027-10-30 02:00", "2027-10-29 23:00"),
    ("Australia/Lord_Howe", "2027-04-04 01:30", "2027-04-04 02:00", "2027-04-03 15:00"),
    ("Africa/Casablanca", "2026-02-15 02:00", "2026-02-15 03:00", "2026-02-15 02:00"),
    ("Africa/Casablanca", "2026-09-20 01:00", "2026-09-20 02:00", "2026-09-20 01:00"),
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


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str, zone: str, fold: int | None = None) -> WallTime:
    shown = datetime.fromisoformat(text)
    return WallTime(shown.date(), shown.time(), zone, fold)


def moved(text: str, by: timedelta) -> str:
    return str(datetime.fromisoformat(text) + by)


def span(start: int, end: int) -> TimeSpan:
    """Minutes after dawn."""
    return TimeSpan(DAWN + start * MINUTE, DAWN + end * MINUTE)


# Spans


def test_span_is_utc_from_birth() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    made = TimeSpan(datetime(2027, 5, 3, 8, 0, tzinfo=berlin), datetime(2027, 5, 3, 7, 0, tzinfo=UTC))
    assert made == span(0, 60)
    assert (made.start.tzinfo, made.end.tzinfo) == (UTC, UTC)
    assert hash(made) == hash(span(0, 60))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2027, 5, 3, 6), datetime(2027, 5, 3, 7)),
        (DAWN, datetime(2027, 5, 3, 7)),
        (datetime(2027, 5, 3, 5), DAWN),
        (DAWN, DAWN),
        (DAWN, DAWN - timedelta(seconds=1)),
    ],
)
def test_span_naive_or_not_ending_after_its_start_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match=r"offset|ends after"):
        TimeSpan(start, end)


def test_span_in_the_repeated_hour_is_ordered_by_instant_not_by_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    early = datetime(2027, 10, 31, 2, 30, tzinfo=berlin)
    late = datetime(2027, 10, 31, 2, 15, fold=1, tzinfo=berlin)
    assert TimeSpan(early, late).minutes == 45
    with pytest.raises(ValueError, match="ends after"):
        TimeSpan(late, early)


def test_spans_sort_by_start_then_end() -> None:
    assert sorted([span(5, 9), span(0, 9), span(0, 3)]) == [span(0, 3), span(0, 9), span(5, 9)]


def test_minutes_are_whole_and_rounded_down() -> None:
    assert TimeSpan(DAWN, DAWN + timedelta(seconds=59)).minutes == 0
    assert TimeSpan(DAWN, DAWN + timedelta(seconds=119)).minutes == 1
    assert span(0, 50).minutes == 50


def test_overlaps_back_to_back_is_none_and_one_second_is() -> None:
    first = span(0, 60)
    touching = span(60, 120)
    second_early = TimeSpan(touching.start - timedelta(seconds=1), touching.end)
    assert [first.overlaps(touching), touching.overlaps(first)] == [False, False]
    assert [first.overlaps(second_early), second_early.overlaps(first)] == [True, True]


def test_contains_itself_and_what_is_inside() -> None:
    outer = span(0, 60)
    assert [outer.contains(other) for other in (outer, span(0, 10), span(50, 60))] == [True, True, True]
    assert [outer.contains(other) for other in (span(0, 61), span(-1, 5), span(70, 80))] == [False, False, False]


def test_gap_is_the_same_from_both_sides_and_never_negative() -> None:
    assert span(0, 60).gap_to(span(75, 90)) == timedelta(minutes=15)
    assert span(75, 90).gap_to(span(0, 60)) == timedelta(minutes=15)
    assert span(0, 60).gap_to(span(60, 90)) == timedelta(0)
    assert span(0, 60).gap_to(span(30, 40)) == timedelta(0)


def test_widened_by_briefing_and_debrief() -> None:
    assert span(10, 60).widened(timedelta(minutes=10), timedelta(minutes=15)) == span(0, 75)
    assert span(0, 75).widened(timedelta(minutes=-10), timedelta(minutes=-15)) == span(10, 60)
    with pytest.raises(ValueError, match="ends after"):
        span(0, 10).widened(timedelta(minutes=-5), timedelta(minutes=-5))


def test_merged_joins_touching_nested_and_equal_spans() -> None:
    spans = [span(50, 60), span(0, 30), span(30, 40), span(5, 10), span(50, 60)]
    assert timespans.merged(spans) == [span(0, 40), span(50, 60)]
    assert timespans.merged([]) == []


def test_subtract_cuts_the_middle_the_edges_and_the_whole() -> None:
    day = [span(0, 100), span(200, 300)]
    taken = [span(-10, 10), span(40, 50), span(90, 210), span(290, 400)]
    assert timespans.subtract(day, taken) == [span(10, 40), span(50, 90), span(210, 290)]
    assert timespans.subtract(day, [span(0, 300)]) == []
    assert timespans.subtract(day, [span(100, 200)]) == day


def test_clashes_name_every_pair_in_order() -> None:
    long = span(0, 500)
    pairs = timespans.clashes([span(30, 60), span(0, 30)], [span(55, 70), long, span(30, 35), span(60, 61)])
    assert pairs == [
        (span(0, 30), long),
        (span(30, 60), long),
        (span(30, 60), span(30, 35)),
        (span(30, 60), span(55, 70)),
    ]


def test_clashes_back_to_back_are_none() -> None:
    assert timespans.clashes([span(30, 60)], [span(0, 30), span(60, 90)]) == []
    assert timespans.clashes([span(30, 60)], [span(0, 31), span(60, 90)]) == [(span(30, 60), span(0, 31))]


def test_generated_spans_agree_with_a_model_of_minutes() -> None:
    chance = random.Random(20270328)
    overlapping = 0
    for _ in range(500):
        spans = [_any_span(chance) for _ in range(chance.randrange(1, 7))]
        taken = [_any_span(chance) for _ in range(chance.randrange(0, 7))]
        pairs = [(one, other) for one in sorted(spans) for other in sorted(taken)]
        shared = [(one, other) for one, other in pairs if _minutes(one) & _minutes(other)]
        overlapping += len(shared)
        assert [(one, other) for one, other in pairs if one.overlaps(other)] == shared
        assert timespans.clashes(spans, taken) == shared
        assert [one.contains(other) for one, other in pairs] == [_minutes(o) <= _minutes(s) for s, o in pairs]
        left = timespans.subtract(spans, taken)
        assert left == _from_minutes(set().union(*map(_minutes, spans)) - set().union(*map(_minutes, taken)))
        assert timespans.merged(spans) == _from_minutes(set().union(*map(_minutes, spans)))
        assert all(one.end < other.start for one, other in pairwise(left))
    assert overlapping > 500


def _any_span(chance: random.Random) -> TimeSpan:
    start = chance.randrange(0, 80)
    return span(start, start + chance.randrange(1, 25))


def _minutes(one: TimeSpan) -> set[int]:
    return set(range((one.start - DAWN) // MINUTE, (one.end - DAWN) // MINUTE))


def _from_minutes(marked: set[int]) -> list[TimeSpan]:
    starts = sorted(minute for minute in marked if minute - 1 not in marked)
    ends = sorted(minute + 1 for minute in marked if minute + 1 not in marked)
    return [span(start, end) for start, end in zip(starts, ends, strict=True)]


# Wall clocks


@pytest.mark.parametrize(("zone", "skipped", "resumes", "change"), GAPS)
def test_instant_in_a_gap_is_refused_with_the_times_around_it(
    zone: str, skipped: str, resumes: str, change: str
) -> None:
    last = datetime.fromisoformat(moved(skipped, -MINUTE))
    again = datetime.fromisoformat(resumes)
    around = {
        "before": last.time(),
        "after": again.time(),
        "before_day": last.date(),
        "after_day": again.date(),
    }
    for shown in (
        skipped,
        moved(skipped, timedelta(seconds=0.4)),
        moved(skipped, 17 * MINUTE),
        moved(resumes, -MINUTE),
    ):
        for fold in (None, 0, 1):
            with pytest.raises(errors.Unfit) as refusal:
                timespans.instant(wall(shown, zone, fold))
            assert (refusal.value.fields, refusal.value.details) == ({"start": "time_gap"}, around)
    assert timespans.instant(wall(str(last), zone)) == utc(change) - MINUTE
    assert timespans.instant(wall(resumes, zone)) == utc(change)


@pytest.mark.parametrize(("zone", "repeated", "single", "change"), REPEATS)
def test_instant_in_a_repeat_is_asked_for_and_the_fold_answers(
    zone: str, repeated: str, single: str, change: str
) -> None:
    length = datetime.fromisoformat(single) - datetime.fromisoformat(repeated)
    for into in (timedelta(0), timedelta(minutes=11), length - MINUTE):
        shown = moved(repeated, into)
        both = {"first": utc(change) - length + into, "second": utc(change) + into}
        with pytest.raises(errors.Unfit) as refusal:
            timespans.instant(wall(shown, zone))
        assert (refusal.value.fields, refusal.value.details) == ({"start": "time_repeats"}, both)
        assert timespans.instant(wall(shown, zone, 0)) == both["first"]
        assert timespans.instant(wall(shown, zone, 1)) == both["second"]
    assert timespans.instant(wall(moved(repeated, -MINUTE), zone)) == utc(change) - length - MINUTE
    assert timespans.instant(wall(single, zone)) == utc(change) + length


@pytest.mark.parametrize(
    ("zone", "shown", "expected"),
    [
        # Cuba stayed on summer time through the winter of 2026/27; Morocco stopped changing in September 2026.
        ("America/Havana", "2027-01-15 12:00", "2027-01-15 16:00"),
        ("America/Havana", "2027-03-14 00:30", "2027-03-14 04:30"),
        ("Africa/Casablanca", "2027-02-07 02:30", "2027-02-07 02:30"),
        ("Africa/Casablanca", "2027-03-14 02:30", "2027-03-14 02:30"),
        ("Africa/Casablanca", "2027-07-01 12:00", "2027-07-01 12:00"),
    ],
)
def test_instant_where_a_change_was_called_off_exists_once(zone: str, shown: str, expected: str) -> None:
    assert timespans.instant(wall(shown, zone)) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Asia/Tehran", 3.5),
        ("Asia/Kabul", 4.5),
        ("Asia/Kathmandu", 5.75),
        ("Asia/Damascus", 3),
        ("Asia/Amman", 3),
        ("UTC", 0),
    ],
)
def test_instant_in_a_fixed_zone_keeps_one_offset_all_year(zone: str, hours: float) -> None:
    for number in range(365):
        day = date(2027, 1, 1) + timedelta(days=number)
        for at in (time(0), time(2, 30), time(23, 59)):
            shown = datetime.combine(day, at, tzinfo=UTC)
            assert timespans.instant(WallTime(day, at, zone)) == shown - timedelta(hours=hours)


def test_instant_ignores_a_fold_where_the_time_exists_once() -> None:
    expected = utc("2027-05-03 06:00")
    assert [timespans.instant(wall("2027-05-03 08:00", "Europe/Berlin", fold)) for fold in (None, 0, 1)] == [
        expected,
        expected,
        expected,
    ]


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Nowhere/Land",
        "Europe",
        "../Europe/Berlin",
        "/Europe/Berlin",
        "zone.tab",
        "Europe/Berlin ",
        "a\0b",
        "C:\\windows\\win.ini",
        "x" * 999,
    ],
)
def test_zone_unknown_is_refused(zone: str) -> None:
    for ask in (
        lambda: timespans.instant(wall("2027-05-03 08:00", zone)),
        lambda: timespans.local(DAWN, zone),
        lambda: timespans.showing(date(2027, 5, 3), time(8), time(9), zone),
    ):
        with pytest.raises(errors.Unfit) as refusal:
            ask()
        assert refusal.value.fields == {"zone": "unknown_zone"}


@pytest.mark.parametrize(("day", "zone"), [(date.min, "Asia/Tokyo"), (date.max, "America/New_York")])
def test_instant_beyond_the_calendar_is_refused(day: date, zone: str) -> None:
    at = time(0) if day == date.min else time(23)
    with pytest.raises(errors.Unfit) as refusal:
        timespans.instant(WallTime(day, at, zone))
    assert refusal.value.fields == {"start": "out_of_range"}


def test_wall_time_with_an_offset_or_a_strange_fold_is_refused() -> None:
    with pytest.raises(ValueError, match="its zone"):
        WallTime(date(2027, 5, 3), time(8, tzinfo=UTC), "Europe/Berlin")
    with pytest.raises(ValueError, match="fold"):
        WallTime(date(2027, 5, 3), time(8), "Europe/Berlin", 2)


def test_span_of_lasts_its_minutes_across_a_clock_change() -> None:
    into_summer = timespans.span_of(wall("2027-03-28 01:30", "Europe/Berlin"), 60)
    assert into_summer == TimeSpan(utc("2027-03-28 00:30"), utc("2027-03-28 01:30"))
    assert timespans.local(into_summer.end, "Europe/Berlin").time() == time(3, 30)
    into_winter = timespans.span_of(wall("2027-10-31 02:30", "Europe/Berlin", 0), 60)
    assert into_winter == TimeSpan(utc("2027-10-31 00:30"), utc("2027-10-31 01:30"))
    assert timespans.local(into_winter.end, "Europe/Berlin").time() == time(2, 30)


def test_span_of_over_leap_day_and_year_end() -> None:
    leap = timespans.span_of(wall("2028-02-29 23:30", "Europe/Berlin"), 60)
    assert leap == TimeSpan(utc("2028-02-29 22:30"), utc("2028-02-29 23:30"))
    assert timespans.local(leap.end, "Europe/Berlin").date() == date(2028, 3, 1)
    year = timespans.span_of(wall("2027-12-31 23:30", "Asia/Kathmandu"), 60)
    assert year == TimeSpan(utc("2027-12-31 17:45"), utc("2027-12-31 18:45"))
    assert timespans.local(year.end, "Asia/Kathmandu").date() == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("minutes", "code"), [(0, "too_short"), (-5, "too_short"), (10**10, "too_long"), (10**18, "too_long")]
)
def test_span_of_a_length_that_cannot_be_is_refused(minutes: int, code: str) -> None:
    with pytest.raises(errors.Unfit) as refusal:
        timespans.span_of(wall("2027-05-03 08:00", "Europe/Berlin"), minutes)
    assert refusal.value.fields == {"minutes": code}


def test_local_shows_one_instant_to_parties_in_two_zones() -> None:
    moment = timespans.instant(wall("2027-03-20 09:00", "America/New_York"))
    assert timespans.local(moment, "America/New_York").time() == time(9)
    # New York is on summer time for two weeks before Berlin is.
    assert timespans.local(moment, "Europe/Berlin").time() == time(14)
    assert timespans.local(moment + timedelta(weeks=2), "Europe/Berlin").time() == time(15)


def test_local_keeps_offset_and_fold_and_goes_back_to_its_instant() -> None:
    for moment, fold in ((utc("2027-10-31 00:30"), 0), (utc("2027-10-31 01:30"), 1)):
        shown = timespans.local(moment, "Europe/Berlin")
        assert (shown.time(), shown.fold) == (time(2, 30), fold)
        back = WallTime(shown.date(), shown.time(), "Europe/Berlin", shown.fold)
        assert timespans.instant(back) == moment


def test_local_of_a_naive_moment_is_refused_and_any_offset_is_taken() -> None:
    with pytest.raises(ValueError, match="offset"):
        timespans.local(datetime(2027, 5, 3, 6), "Europe/Berlin")
    elsewhere = DAWN.astimezone(timezone(timedelta(hours=-7)))
    assert timespans.local(elsewhere, "Europe/Berlin").time() == time(8)


def test_weekly_keeps_the_wall_time_while_the_instant_moves() -> None:
    series = timespans.weekly(wall("2027-03-18 10:00", "Europe/Berlin"), 3)
    assert series == [
        wall("2027-03-18 10:00", "Europe/Berlin"),
        wall("2027-03-25 10:00", "Europe/Berlin"),
        wall("2027-04-01 10:00", "Europe/Berlin"),
    ]
    assert [timespans.instant(one) for one in series] == [
        utc("2027-03-18 09:00"),
        utc("2027-03-25 09:00"),
        utc("2027-04-01 08:00"),
    ]


def test_weekly_every_other_week_runs_over_leap_day_and_year_end() -> None:
    leap = timespans.weekly(wall("2028-02-15 10:00", "Europe/Berlin"), 3, every=2)
    assert [one.day for one in leap] == [date(2028, 2, 15), date(2028, 2, 29), date(2028, 3, 14)]
    ending = timespans.weekly(wall("2027-12-24 10:00", "Europe/Berlin"), 3)
    assert [one.day for one in ending] == [date(2027, 12, 24), date(2027, 12, 31), date(2028, 1, 7)]


def test_weekly_asks_again_for_each_fold_and_leaves_gaps_to_be_refused() -> None:
    twice = timespans.weekly(wall("2027-10-31 02:30", "Europe/Berlin", 1), 2)
    assert [one.fold for one in twice] == [1, None]
    series = timespans.weekly(wall("2027-03-21 02:30", "Europe/Berlin"), 3)
    assert timespans.instant(series[0]) == utc("2027-03-21 01:30")
    with pytest.raises(errors.Unfit) as refusal:
        timespans.instant(series[1])
    assert refusal.value.fields == {"start": "time_gap"}
    assert timespans.instant(series[2]) == utc("2027-04-04 00:30")


def test_weekly_without_dates_or_past_the_calendar_is_refused() -> None:
    first = wall("9999-12-20 10:00", "Europe/Berlin")
    assert [one.day.day for one in timespans.weekly(first, 2)] == [20, 27]
    for count, every in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least one"):
            timespans.weekly(first, count, every)
    with pytest.raises(errors.Unfit) as refusal:
        timespans.weekly(first, 3)
    assert refusal.value.fields == {"start": "out_of_range"}


@pytest.mark.parametrize(
    ("day", "start", "end", "zone", "expected"),
    [
        ("2027-05-03", time(9), time(12), "Europe/Berlin", [("2027-05-03 07:00", "2027-05-03 10:00")]),
        ("2027-03-28", time(0), time(0), "Europe/Berlin", [("2027-03-27 23:00", "2027-03-28 22:00")]),
        ("2027-10-31", time(0), time(0), "Europe/Berlin", [("2027-10-30 22:00", "2027-10-31 23:00")]),
        ("2027-03-28", time(2, 15), time(2, 45), "Europe/Berlin", []),
        ("2027-03-28", time(1, 30), time(2, 30), "Europe/Berlin", [("2027-03-28 00:30", "2027-03-28 01:00")]),
        ("2027-03-28", time(2, 30), time(4), "Europe/Berlin", [("2027-03-28 01:00", "2027-03-28 02:00")]),
        (
            "2027-10-31",
            time(2, 15),
            time(2, 45),
            "Europe/Berlin",
            [("2027-10-31 00:15", "2027-10-31 00:45"), ("2027-10-31 01:15", "2027-10-31 01:45")],
        ),
        ("2027-03-28", time(0), time(0), "Asia/Beirut", [("2027-03-27 22:00", "2027-03-28 21:00")]),
        ("2027-03-27", time(20), time(0), "Asia/Beirut", [("2027-03-27 18:00", "2027-03-27 22:00")]),
        ("2027-10-30", time(20), time(0), "Asia/Beirut", [("2027-10-30 17:00", "2027-10-30 22:00")]),
        ("2011-12-30", time(0), time(0), "Pacific/Apia", []),
    ],
)
def test_showing_is_all_instants_at_which_the_clock_is_inside(
    day: str, start: time, end: time, zone: str, expected: list[tuple[str, str]]
) -> None:
    spans = timespans.showing(date.fromisoformat(day), start, end, zone)
    assert spans == [TimeSpan(utc(begin), utc(stop)) for begin, stop in expected]


def test_showing_hours_that_end_before_they_start_is_refused() -> None:
    with pytest.raises(ValueError, match="end after"):
        timespans.showing(date(2027, 5, 3), time(12), time(9), "Europe/Berlin")
