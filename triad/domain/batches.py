"""When forms are let out: at the end of their window, or together at one hour of the week, which only delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

OFF = "off"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = (OFF, *WEEKDAYS)
"""What a clinic may choose."""
FEWEST = 2
"""Sessions of one case that are let out together, so that a new picture is not the picture of one hour."""
WEEK, INSTANT = timedelta(days=7), timedelta(microseconds=1)


class Rhythm(NamedTuple):
    """Once a week: `weekday` 0 is Monday, `hour` 0 to 23 on the wall clock of `zone`."""

    weekday: int
    hour: int
    zone: str

    def at_or_after(self, moment: datetime) -> datetime:
        """The first batch that does not come before `moment`, in UTC."""
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        found = self._on(datetime.combine(day, time(self.hour)))
        return found if found >= moment else self._on(datetime.combine(day + WEEK, time(self.hour)))

    def _on(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


class Opening(NamedTuple):
    """From when others may read the forms of one encounter. Without a `rhythm` they may as well once all three are
    in; with one, a form that was locked later waits for the next batch."""

    at: datetime
    rhythm: Rhythm | None = None

    @property
    def may_be_early(self) -> bool:
        return self.rhythm is None

    def lets_out(self, locked_at: datetime, now: datetime) -> bool:
        return self.rhythm is None or self.rhythm.at_or_after(locked_at) <= now


@dataclass(frozen=True)
class Rule:
    """How long forms can be given in after a session, and when they are let out afterwards."""

    window: timedelta
    rhythm: Rhythm | None = None

    def openings(self, ends: Sequence[datetime]) -> list[Opening]:
        """For the encounters of ONE case that have begun, by their ends, in any order.

        Fewer than `FEWEST` in a batch wait one batch more. What was answered, by whom and how, plays no part: the
        moment tells nothing of it.
        """
        closed = [end + self.window for end in ends]
        if self.rhythm is None:
            return [Opening(moment) for moment in closed]
        batches = [self.rhythm.at_or_after(moment) for moment in closed]
        later: dict[datetime, datetime] = {}
        carried: dict[datetime, int] = {}
        for batch in sorted(set(batches)):
            count = batches.count(batch)
            if count + carried.get(batch, 0) < FEWEST:
                later[batch] = self.rhythm.at_or_after(batch + INSTANT)
                carried[later[batch]] = count
        return [Opening(later.get(batch, batch), self.rhythm) for batch in batches]


def rule(window_days: int, day: str, hour: int, zone: str) -> Rule:
    """As a clinic has set it; `day` one of `DAYS`."""
    rhythm = None if day == OFF else Rhythm(WEEKDAYS.index(day), hour, zone)
    return Rule(timedelta(days=window_days), rhythm)
