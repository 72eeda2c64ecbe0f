"""Days of the clinic that a program asks about, as instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from triad.domain import errors
from triad.web import guard

LONGEST_SPAN = timedelta(days=31)


def instants(asked: dict[str, Any]) -> tuple[datetime, datetime]:
    """From the begin of `first` to the end of `last`. Unfit for days nobody can mean, and for too many."""
    first, last = asked["first"], asked["last"]
    wrong = {name: "date" for name in ("first", "last") if not 1990 < asked[name].year < 2200}
    if not wrong and not first <= last <= first + LONGEST_SPAN:
        wrong = {"last": "order" if last < first else "out_of_range"}
    if wrong:
        raise errors.Unfit(wrong)
    zone = ZoneInfo(guard.clinic().settings.zone)
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
