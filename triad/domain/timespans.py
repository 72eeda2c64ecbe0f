"""Spans of time, and the wall clocks they are promised on. Knows no diary and no person.

Lengths and overlaps are in UTC, recurrence is on the wall clock. Nothing here asks what time it is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from triad.domain import errors

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
CALENDAR = date(1900, 1, 1), date(2999, 12, 31)
"""Days that can be meant. Far from the ends of what a date can hold, so that no margin around one overflows."""


@dataclass(frozen=True, order=True)
class TimeSpan:
    """Half-open `[start, end)`, UTC from birth. ValueError if naive or if it does not end after its start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # Before comparing: datetimes of one zone compare by the wall clock, wrongly in the hour that repeats.
        object.__setattr__(self, "start", _utc(self.start))
        object.__setattr__(self, "end", _utc(self.end))
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")

    @property
    def minutes(self) -> int:
        """Elapsed whole minutes, rounded down."""
        return (self.end - self.start) // MINUTE

    def overlaps(self, other: TimeSpan) -> bool:
        """Back to back is no overlap."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: TimeSpan) -> bool:
        """True for itself too."""
        return self.start <= other.start and other.end <= self.end

    def gap_to(self, other: TimeSpan) -> timedelta:
        """Time between the two, whichever comes first; zero when they touch or overlap, never negative."""
        return max(other.start - self.end, self.start - other.end, timedelta(0))

    def widened(self, before: timedelta, after: timedelta) -> TimeSpan:
        """`before` earlier to `after` later; negative amounts shrink, ValueError if nothing remains."""
        return TimeSpan(self.start - before, self.end + after)


def merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """The same time in the fewest spans, in order; spans that touch become one."""
    joined: list[TimeSpan] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = TimeSpan(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def subtract(spans: Iterable[TimeSpan], taken: Iterable[TimeSpan]) -> list[TimeSpan]:
    """What remains of `spans` without `taken`, merged and in order."""
    left: list[TimeSpan] = []
    blocks = deque(merged(taken))
    for span in merged(spans):
        while blocks and blocks[0].end <= span.start:
            blocks.popleft()
        start = span.start
        for block in blocks:
            if block.start >= span.end:
                break
            if start < block.start:
                left.append(TimeSpan(start, block.start))
            start = block.end
        if start < span.end:
            left.append(TimeSpan(start, span.end))
    return left


def clashes(spans: Iterable[TimeSpan], taken: Iterable[TimeSpan]) -> list[tuple[TimeSpan, TimeSpan]]:
    """Every overlapping pair `(span, taken)`, ordered by span, then by taken; nothing is merged."""
    found: list[tuple[TimeSpan, TimeSpan]] = []
    waiting = deque(sorted(taken))
    near: list[TimeSpan] = []
    for span in sorted(spans):
        while waiting and waiting[0].start < span.end:
            near.append(waiting.popleft())
        near = [block for block in near if block.end > span.start]
        found.extend((span, block) for block in near if block.overlaps(span))
    return found


@dataclass(frozen=True)
class WallTime:
    """What a person said: a day and a time on the clock of `zone` (IANA name).

    `fold` answers "which of the two?" where the clock is put back: 0 the first, 1 the second, None not asked.
    It means nothing on other days. ValueError for a time that carries its own offset.
    """

    day: date
    at: time
    zone: str
    fold: int | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("a wall time takes its offset from its zone")
        if self.fold not in (None, 0, 1):
            raise ValueError("fold is 0, 1 or None")


def instant(wall: WallTime) -> datetime:
    """The UTC instant at which the clock shows `wall`; Unfit if it never does, or twice while fold is None.

    `{"start": "time_gap"}` carries `before` and `after`, the last minute and the first moment that do exist
    around the gap, with `before_day` and `after_day` because a gap may swallow midnight.
    `{"start": "time_repeats"}` carries `first` and `second`, both UTC. Also `{"start": "out_of_range"}` outside
    `CALENDAR`, and `{"zone": "unknown_zone"}`.
    """
    clock = _clock(wall.zone)
    if not CALENDAR[0] <= wall.day <= CALENDAR[1]:
        raise errors.Unfit({"start": "out_of_range"})
    first, second = _readings(datetime.combine(wall.day, wall.at), clock)
    if first > second:
        _refuse_gap(clock, second, first)
    if first < second and wall.fold is None:
        raise errors.Unfit({"start": "time_repeats"}, first=first, second=second)
    return second if wall.fold else first


def span_of(wall: WallTime, minutes: int) -> TimeSpan:
    """From `wall` on for `minutes` of elapsed time, also across a clock change.

    Unfit as for `instant`; also `{"minutes": "too_short"}` below 1, `{"minutes": "too_long"}` past year 9999.
    """
    if minutes < 1:
        raise errors.Unfit({"minutes": "too_short"})
    start = instant(wall)
    try:
        return TimeSpan(start, start + timedelta(minutes=minutes))
    except OverflowError:
        raise errors.Unfit({"minutes": "too_long"}) from None


def local(moment: datetime, zone: str) -> datetime:
    """`moment` on the clock of `zone`, with offset and fold. ValueError if naive, Unfit for unknown zones."""
    return _utc(moment).astimezone(_clock(zone))


def weekly(first: WallTime, count: int, every: int = 1) -> list[WallTime]:
    """`first` and the same wall time every `every` weeks, `count` in all; ValueError if either is below 1.

    Only `first` keeps its fold: which of two equal times is meant has to be asked for each date. Nothing is
    checked here: `instant` refuses dates that fall into a gap. Unfit `{"start": "out_of_range"}` past 9999.
    """
    if count < 1 or every < 1:
        raise ValueError("a series has at least one date and at least one week between dates")
    try:
        days = [first.day + timedelta(weeks=every * step) for step in range(1, count)]
    except OverflowError:
        raise errors.Unfit({"start": "out_of_range"}) from None
    return [first, *(WallTime(day, first.at, first.zone) for day in days)]


def showing(day: date, start: time, end: time, zone: str) -> list[TimeSpan]:
    """All instants at which the clock of `zone` shows `day` and a time in `[start, end)`.

    An end of 00:00 is midnight at the end of `day`. No span when that day's clock skips all of it, two when
    it is put back across `start` or `end`. ValueError unless `start` is before `end`.
    """
    clock = _clock(zone)
    opens = datetime.combine(day, start)
    closes = datetime.combine(day + DAY if end == time(0) else day, end)
    if closes <= opens:
        raise ValueError("hours end after they start")
    earliest, latest = min(_readings(opens, clock)), max(_readings(closes, clock))
    old, new = _offset(clock, earliest), _offset(clock, latest)
    if old == new:
        return [TimeSpan(earliest, latest)]
    change = _change(clock, earliest, latest)
    opens, closes = opens.replace(tzinfo=UTC), closes.replace(tzinfo=UTC)
    pieces = (opens - old, min(closes - old, change)), (max(opens - new, change), closes - new)
    return merged(TimeSpan(begin, stop) for begin, stop in pieces if begin < stop)


def _utc(moment: datetime) -> datetime:
    # Without this check `astimezone` would take a naive datetime for the time of the machine.
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its offset")
    return moment.astimezone(UTC)


def _clock(zone: str) -> ZoneInfo:
    # ValueError: not a zone file; OSError: a folder such as "Europe", or a name too long.
    try:
        if not ZONE.fullmatch(zone):
            # A name becomes the path of a file, and not on every system is it the slash alone that leads elsewhere.
            raise ValueError(zone)
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise errors.Unfit({"zone": "unknown_zone"}) from None


def _readings(shown: datetime, clock: ZoneInfo) -> tuple[datetime, datetime]:
    """In UTC under fold 0 and 1 (PEP 495): equal if `shown` exists once, rising if twice, falling in gaps."""
    first, second = (shown.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _offset(clock: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta(0)


def _change(clock: ZoneInfo, earlier: datetime, later: datetime) -> datetime:
    """The first second of the new offset, given one moment before the clock change and one at or after it."""
    old = _offset(clock, earlier)
    earlier, later = earlier.replace(microsecond=0), later.replace(microsecond=0)
    while later - earlier > SECOND:
        middle = (earlier + (later - earlier) // 2).replace(microsecond=0)
        if _offset(clock, middle) == old:
            earlier = middle
        else:
            later = middle
    return later


def _refuse_gap(clock: ZoneInfo, earlier: datetime, later: datetime) -> NoReturn:
    change = _change(clock, earlier, later)
    before, after = (change - MINUTE).astimezone(clock), change.astimezone(clock)
    raise errors.Unfit(
        {"start": "time_gap"},
        before=before.time(),
        after=after.time(),
        before_day=before.date(),
        after_day=after.date(),
    )
