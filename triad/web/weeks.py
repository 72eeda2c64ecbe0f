"""Which week a page shows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triad.web import guard


def day_of(text: str) -> date:
    """The ISO day; the clinic's today for anything else."""
    try:
        day = date.fromisoformat(text)
        if not 1990 < day.year < 2200:
            raise ValueError
    except ValueError:
        return guard.clinic().clock().astimezone(ZoneInfo(guard.clinic().settings.zone)).date()
    return day


def of(text: str) -> tuple[datetime, datetime, date]:
    """Start and end of the clinic's week that holds this ISO day (anything else: today), and its Monday."""
    zone, day = ZoneInfo(guard.clinic().settings.zone), day_of(text)
    monday = day - timedelta(days=day.weekday())
    start = datetime.combine(monday, time(), zone)
    return start, datetime.combine(monday + timedelta(days=7), time(), zone), monday
