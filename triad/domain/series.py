"""Which dates of a series a change reaches, and where it takes each of them. No clock here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

THIS, LATER, ALL = "this", "later", "all"
SCOPES = (THIS, LATER, ALL)
WEEK = timedelta(weeks=1)


class Occurrence(NamedTuple):
    """One date of a series. `is_open`: planned, and neither cancelled nor over."""

    id: str
    day: date
    at: time
    zone: str
    minutes: int
    starts_at: datetime
    is_open: bool


def is_edited(one: Occurrence, anchor: Occurrence) -> bool:
    """Was it changed by itself, so that it no longer follows the pattern that `anchor` shows?"""
    same = (one.at, one.zone, one.minutes) == (anchor.at, anchor.zone, anchor.minutes)
    return not same or (one.day - anchor.day) % WEEK != timedelta(0)


def affected(
    dates: Iterable[Occurrence], anchor: Occurrence, scope: str, now: datetime, edited: bool = False
) -> list[Occurrence]:
    """The dates a change of `anchor` reaches, in order. What has begun never changes, whatever the scope.

    `edited`: those too that were changed by themselves.
    """
    reached = [
        one
        for one in sorted(dates, key=lambda one: (one.starts_at, one.id))
        if one.is_open and one.starts_at > now and (edited or not is_edited(one, anchor))
    ]
    if scope == THIS:
        return [one for one in reached if one.id == anchor.id]
    return [one for one in reached if scope == ALL or one.starts_at >= anchor.starts_at]


def day_of(one: Occurrence, anchor: Occurrence, to: date) -> date:
    """The new day of a date when `anchor` goes to `to`: as many days on or back."""
    return one.day + (to - anchor.day)
