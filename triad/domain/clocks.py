"""When the clock of a zone is put on or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from triad.domain import timespans

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Change(NamedTuple):
    """`at` is the first moment of the new offset, in UTC."""

    at: datetime
    before: timedelta
    after: timedelta


def changes(zone: str, first: date, last: date) -> list[Change]:
    """All between midnight UTC of `first` and of `last`. Two within one day would be one: no zone ever had that."""
    found = []
    moment, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    while moment < end:
        before, after = offset(zone, moment), offset(zone, moment + DAY)
        if before != after:
            found.append(Change(_onset(zone, moment, moment + DAY), before, after))
        moment += DAY
    return found


def offset(zone: str, moment: datetime) -> timedelta:
    return timespans.local(moment, zone).utcoffset() or timedelta()


def _onset(zone: str, earlier: datetime, later: datetime) -> datetime:
    old = offset(zone, earlier)
    while later - earlier > SECOND:
        middle = (earlier + (later - earlier) // 2).replace(microsecond=0)
        earlier, later = (middle, later) if offset(zone, middle) == old else (earlier, middle)
    return later
