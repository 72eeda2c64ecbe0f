"""How much of a week is booked: weeks go from Monday to Monday, in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from triad.domain.timespans import TimeSpan

WEEK = timedelta(weeks=1)


def monday(moment: datetime) -> datetime:
    """Midnight at the begin of its week; `moment` is in UTC."""
    return (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def booked(spans: Iterable[TimeSpan], monday: datetime) -> int:
    """Minutes of the spans that begin in the week from `monday` on."""
    return sum(span.minutes for span in spans if monday <= span.start < monday + WEEK)


def begun(spans: Iterable[TimeSpan], monday: datetime) -> int:
    """How many of the spans begin in the week from `monday` on."""
    return sum(monday <= span.start < monday + WEEK for span in spans)
