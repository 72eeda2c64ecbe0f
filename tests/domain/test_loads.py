"""Which week a booking counts into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triad.domain import loads
from triad.domain.timespans import TimeSpan

MONDAY = datetime(2027, 3, 8, tzinfo=UTC)


def hour(**after: int) -> TimeSpan:
    start = MONDAY + timedelta(**after)
    return TimeSpan(start, start + timedelta(hours=1))


def test_week_begins_on_monday() -> None:
    moments = (MONDAY, MONDAY + timedelta(days=3, hours=5), MONDAY + timedelta(days=7, microseconds=-1))
    assert {loads.monday(moment) for moment in moments} == {MONDAY}
    assert loads.monday(MONDAY - timedelta(microseconds=1)) == MONDAY - timedelta(days=7)


def test_neighbouring_days_of_other_weeks_do_not_count() -> None:
    spans = [hour(days=-1), hour(), hour(days=6, hours=23), hour(days=7), hour(days=8)]
    assert loads.booked(spans, MONDAY) == 120
