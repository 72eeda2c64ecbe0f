"""When somebody can be asked: weekly hours on a wall clock, less the time away. Bookings are the diary's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from triad.domain import timespans
from triad.domain.timespans import DAY, TimeSpan

Shortfall = Literal["", "TIME_OFF", "AVAILABILITY"]


@dataclass(frozen=True)
class WeeklyHours:
    """`[start, end)` on the clock of `zone` on every `weekday` (0 Monday to 6 Sunday).

    An end of 00:00 is midnight at the end of that day; hours across midnight are two rows that join up.
    `valid_from` and `valid_to` are the first and the last day on which the row counts, None without limit.
    ValueError for a weekday, hours or validity that cannot be.
    """

    weekday: int
    start: time
    end: time
    zone: str
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 to 6")
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("hours take their offset from their zone")
        if self.end <= self.start and self.end != time(0):
            raise ValueError("hours end after they start")
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("validity ends on or after the day it starts")


@dataclass(frozen=True)
class Away:
    """A stretch in which none of the weekly hours count."""

    span: TimeSpan


def free(hours: Iterable[WeeklyHours], away: Iterable[Away], window: TimeSpan) -> list[TimeSpan]:
    """The time inside the hours and not away, cut to `window`, merged and in order.

    A moment is inside when the clock then shows a time inside: when the clock is changed, the hours last as
    long as it takes to pass through them. Unfit `{"zone": "unknown_zone"}` for a zone that is not known.
    """
    inside = (span for row in hours for span in _stretches(row, window))
    return timespans.subtract(inside, (absence.span for absence in away))


def covers(hours: Iterable[WeeklyHours], away: Iterable[Away], span: TimeSpan) -> bool:
    """True when all of `span` is free. Without any hours nothing is."""
    if is_away(away, span):
        return False
    rows = tuple(hours)
    if span.end - span.start > DAY:
        return free(rows, (), span) == [span]
    return any(stretch.contains(span) for stretch in _around(rows, span.start.date()))


def is_away(away: Iterable[Away], span: TimeSpan) -> bool:
    return any(absence.span.overlaps(span) for absence in away)


@lru_cache(maxsize=4_096)
def _around(hours: tuple[WeeklyHours, ...], day: date) -> tuple[TimeSpan, ...]:
    """The time inside the hours from this day on to the end of the one after the next, in UTC."""
    start = datetime.combine(day, time(), UTC)
    return tuple(free(hours, (), TimeSpan(start, start + 3 * DAY)))


def shortfall(hours: Iterable[WeeklyHours], away: Iterable[Away], span: TimeSpan) -> Shortfall:
    """Why `span` is not covered: `TIME_OFF` before `AVAILABILITY` if both hold, empty if it is covered."""
    if is_away(away, span):
        return "TIME_OFF"
    return "" if covers(hours, (), span) else "AVAILABILITY"


def _stretches(row: WeeklyHours, window: TimeSpan) -> Iterator[TimeSpan]:
    # A day more on either side: where the clock is put back over midnight a date comes twice.
    first = timespans.local(window.start, row.zone).date() - DAY
    last = timespans.local(window.end, row.zone).date() + DAY
    first, last = max(first, row.valid_from or first), min(last, row.valid_to or last)
    day = first + timedelta(days=(row.weekday - first.weekday()) % 7)
    while day <= last:
        for span in timespans.showing(day, row.start, row.end, row.zone):
            if span.overlaps(window):
                yield TimeSpan(max(span.start, window.start), min(span.end, window.end))
        day += timedelta(weeks=1)
