"""What people are told and when it goes out: what is still news, tries and waits, quiet hours, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from triad.domain import errors, timespans
from triad.domain.parties import Role
from triad.domain.timespans import WallTime

STATES = ("waiting", "sending", "sent", "failed", "given_up", "unsure")
AGAIN = ("failed", "given_up", "unsure")
"""States from which a person can ask for another try."""
ABOUT_ENCOUNTER = ("assigned", "replaced", "released", "moved", "restored", "cancelled", "reminder", "offer")
PRIVATE = frozenset({"contact_me", "reset"})
"""For whom they are for alone: that a client asked for somebody, and a link that lets choose a password."""
RESET = "reset link"
"""The purpose under which the id of a reset, hashed with the house's own key, is the secret of its link."""
SHORT = frozenset({"moved", "cancelled", "released", "reminder"})
"""What also goes out as a short message, to whoever wants those."""
WAITS = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 240, 720, 1440))
"""After the first try that failed, the second, and so on; then it is given up."""
LEASE = timedelta(minutes=10)
"""Longer than any server is waited for: who holds a message longer than this is dead."""


class News(StrEnum):
    """How a message goes out: with an entry for the calendar, taking one back, bare, or not any more."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    BARE = "bare"
    OVERTAKEN = "overtaken"


class Outcome(StrEnum):
    """SENT: the other side took it. NOT_SENT: proved not taken. REFUSED: and never will be. UNKNOWN: no answer."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What came of one try. `problem` is a code; `stop`: the next message would fare no better."""

    outcome: Outcome
    problem: str = ""
    stop: bool = False


@dataclass(frozen=True)
class Notice:
    """Everything the words of one message are made from. No name of a client is among it, and none of a form.

    `area` "" where nobody comes or no site is set; `mode` is the reader's own; `zone` the reader's,
    `place_zone` the one it was planned in; `doubtful`: it may have arrived already.
    """

    kind: str
    news: News
    audience: str
    language: str
    zone: str
    link: str = ""
    starts_at: datetime | None = None
    minutes: int = 0
    place_zone: str = ""
    mode: str = ""
    area: str = ""
    languages: tuple[str, ...] = ()
    code: str = ""
    doubtful: bool = False


def news(kind: str, audience: str, *, on: bool, attached: bool, interpreted: bool, same_time: bool) -> News:
    """Is this still so? `on`: the encounter is scheduled; `attached`: the reader is a party of it now.

    `interpreted`: somebody interprets it now; `same_time`: it is when it was as the message was written.
    """
    if kind not in ABOUT_ENCOUNTER:
        return News.BARE
    interpreter = audience == Role.INTERPRETER
    if kind == "offer":
        return News.BARE if on and same_time and not interpreted else News.OVERTAKEN
    if kind == "cancelled":
        return News.OVERTAKEN if on and attached else News.CANCEL
    if kind == "released":
        if interpreter:
            return News.OVERTAKEN if attached else News.CANCEL
        return News.BARE if on and attached and not interpreted else News.OVERTAKEN
    if not (on and attached and same_time) or (kind in ("assigned", "replaced") and not interpreted):
        return News.OVERTAKEN
    return News.BARE if kind == "reminder" else News.REQUEST


def after(answer: Answer, tries: int, now: datetime) -> tuple[str, datetime | None]:
    """The state a message is in after try number `tries`, and when the next one is; None for never by itself."""
    if answer.outcome is Outcome.SENT:
        return "sent", None
    if answer.outcome is Outcome.REFUSED:
        return "given_up", None
    doubt = answer.outcome is Outcome.UNKNOWN
    if tries > len(WAITS):
        return ("unsure" if doubt else "given_up"), None
    return ("unsure" if doubt else "failed"), now + WAITS[max(tries, 1) - 1]


def quiet_until(now: datetime, zone: str, start: int, end: int) -> datetime | None:
    """The end of the quiet hours that `now` lies in, on the clock of `zone`; None outside of them.

    From the hour `start` up to the hour `end`, over midnight where `end` is the smaller; equal hours: never quiet.
    """
    shown = timespans.local(now, zone)
    over_midnight = start > end
    quiet = start <= shown.hour < end if not over_midnight else shown.hour >= start or shown.hour < end
    if start == end or not quiet:
        return None
    day = shown.date() + timedelta(days=1) if over_midnight and shown.hour >= start else shown.date()
    for hour in range(end, 24):
        # An hour that the clocks skip is over when the next one begins.
        try:
            return timespans.instant(WallTime(day, time(hour), zone, fold=0))
        except errors.Unfit:
            continue
    return None


def is_reminder_due(now: datetime, zone: str, starts_at: datetime, hour: int) -> bool:
    """From `hour` on, on the day before, by the reader's clock."""
    here, there = timespans.local(now, zone), timespans.local(starts_at, zone)
    return here.hour >= hour and there.date() - here.date() == timedelta(days=1)
