"""Whether a cancellation came too late: dated rules with a window each, the cut-off that follows, which rule decides.

Pure arithmetic over wall clocks; who has to pay what is written in a rule and read from it, never worked out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from triad.domain import errors, timespans
from triad.domain.timespans import DAY, WallTime

CANCELLERS = ("client", "therapist", "interpreter", "clinic")
UNITS = ("hours", "business_days")
LONGEST = {"hours": 720, "business_days": 60}
"""The widest window of each kind."""
PAYERS = ("", "client", "therapist", "interpreter", "clinic", "insurer")
"""Who bears what a late cancellation costs; "" where nobody is charged."""
SATURDAY = 5


@dataclass(frozen=True)
class Window:
    """What of a rule decides. `valid_to` is its last day, None while it has none; "" means any mode, any party.

    `mode` is how the interpreter was to take part.
    """

    id: str
    valid_from: date
    valid_to: date | None
    mode: str
    party: str
    unit: str
    amount: int

    def holds(self, day: date, mode: str, party: str) -> bool:
        """Is it for a session on `day`, cancelled by this party?"""
        within = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return within and self.mode in ("", mode) and self.party in ("", party)


class Meeting(NamedTuple):
    """A session as a rule sees it: its own day, its start in UTC, and the clock of its site."""

    day: date
    starts_at: datetime
    zone: str
    mode: str


class Decided(NamedTuple):
    """The rule that decided and the last moment in time. `late` means after it; at that very moment is in time."""

    rule: str
    cut_off: datetime
    late: bool


def is_business_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, unless the site is closed."""
    return day.weekday() < SATURDAY and day not in holidays


def business_days_before(day: date, amount: int, holidays: Collection[date]) -> date:
    """The day from which `amount` business days lie before `day`, itself among them; `day` does not count.

    Never before the first day of the calendar.
    """
    while amount and day > timespans.CALENDAR[0]:
        day -= DAY
        amount -= is_business_day(day, holidays)
    return day


def cut_off(window: Window, meeting: Meeting, holidays: Collection[date]) -> datetime:
    """The last moment (UTC) at which notice is in time.

    Hours are elapsed time, across a clock change too. Business days keep the wall time of the site: where it comes
    twice on that day the second counts, where it does not exist the first moment after the gap.
    """
    if window.unit == "hours":
        return meeting.starts_at - timedelta(hours=window.amount)
    shown = timespans.local(meeting.starts_at, meeting.zone)
    day = business_days_before(shown.date(), window.amount, holidays)
    wall = WallTime(day, shown.time(), meeting.zone, 1)
    try:
        return timespans.instant(wall)
    except errors.Unfit as error:
        if error.fields.get("start") != "time_gap":
            raise
        return timespans.instant(WallTime(error.details["after_day"], error.details["after"], meeting.zone, 1))


def decide(
    windows: Iterable[Window], meeting: Meeting, party: str, notice_at: datetime, holidays: Collection[date]
) -> Decided | None:
    """Of all rules that hold the stricter: the one with the earliest cut-off. None where no rule holds."""
    held = [one for one in windows if one.holds(meeting.day, meeting.mode, party)]
    if not held:
        return None
    moments = {one.id: cut_off(one, meeting, holidays) for one in held}
    strictest = min(held, key=lambda one: (moments[one.id], one.valid_from, one.id))
    return Decided(strictest.id, moments[strictest.id], notice_at > moments[strictest.id])
