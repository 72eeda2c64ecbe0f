"""A day and a time as somebody types them, "tue 14:30" or "28.3. 9:00". What may mean two things is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import NamedTuple

from triad.domain import cells, errors

CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})?|(\d{1,2})(?:[:.](\d{2}))?(am|pm)")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
EITHER = re.compile(r"(\d{1,2})\.(\d{2})")
SHORTEST = 2
"""Letters that are enough to name a day of the week, where they begin no other one."""


class Typed(NamedTuple):
    """None for what was not said."""

    day: date | None
    at: time | None


class Words(NamedTuple):
    """Lower case. `weekdays`: name -> 0 for Monday to 6; `near`: a word for a day -> how many days from today."""

    weekdays: Mapping[str, int]
    near: Mapping[str, int]


def read(text: str, today: date, words: Words) -> Typed:
    """A day, a time or both, in either order. A day of the week is the next one, but never today.

    Unfit `when`: `when` for what is neither, `which_day` for what names several days or is today's own weekday, and
    for figures that may be day and month, or month and day, or a time.
    """
    day: date | None = None
    at: time | None = None
    parts = re.sub(
        r"\s+(?=[ap]m\b)", "", cells.latin(text).strip().lower().replace(",", " ").replace("’", "'")
    ).split()
    if not parts or len(parts) > 2:
        raise _unfit()
    for part in parts:
        clock = _clock(part)
        if clock is not None and at is None:
            at = clock
        elif clock is None and day is None:
            day = _day(part, today, words)
        else:
            raise _unfit()
    return Typed(day, at)


def _unfit(code: str = "when") -> errors.Unfit:
    return errors.Unfit({"when": code})


def _clock(part: str) -> time | None:
    """None for what is no time."""
    found = CLOCK.fullmatch(part)
    if found is None:
        either = EITHER.fullmatch(part)
        if either is None:
            return None
        if int(either[2]) <= 12 and int(either[1]) and int(either[2]):
            # Half past two, or the second of October?
            raise _unfit("which_day")
        return _time(int(either[1]), int(either[2]))
    hour, minute, half = found[1] or found[3], found[2] or found[4] or "0", found[5]
    if not half:
        return _time(int(hour), int(minute))
    if not 1 <= int(hour) <= 12:
        raise _unfit()
    return _time(int(hour) % 12 + (12 if half == "pm" else 0), int(minute))


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        raise _unfit()
    return time(hour, minute)


def _day(part: str, today: date, words: Words) -> date:
    if part in words.near:
        return today + timedelta(days=words.near[part])
    if iso := ISO.fullmatch(part):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := DOTTED.fullmatch(part):
        return _coming(int(dotted[1]), int(dotted[2]), dotted[3], today)
    if slashed := SLASHED.fullmatch(part):
        first, second = int(slashed[1]), int(slashed[2])
        if first <= 12 and second <= 12 and first != second:
            raise _unfit("which_day")
        return _coming(*((first, second) if second <= 12 else (second, first)), slashed[3], today)
    return _weekday(part.rstrip("."), today, words.weekdays)


def _weekday(part: str, today: date, weekdays: Mapping[str, int]) -> date:
    if part in weekdays:
        numbers = {weekdays[part]}
    else:
        numbers = {number for name, number in weekdays.items() if len(part) >= SHORTEST and name.startswith(part)}
    if not numbers:
        raise _unfit()
    (number, *others) = numbers
    ahead = (number - today.weekday()) % 7
    if others or not ahead:
        raise _unfit("which_day")
    return today + timedelta(days=ahead)


def _coming(day: int, month: int, year: str | None, today: date) -> date:
    """With no year the next one that is not over."""
    if year:
        return _date(int(year), month, day)
    for ahead in range(9):
        # 29 February waits for its year.
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise _unfit()


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _unfit() from None
