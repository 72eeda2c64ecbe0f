"""Asking several people to take one session: tiers let out by the clock, and what each of them is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

OPEN = ("sent", "seen")
"""States in which an answer is still awaited, where the clock allows one."""
WAITING = "waiting"
"""What an offer is whose tier the clock has not let out: its interpreter knows nothing of it."""
REASONS = ("time", "travel", "mode", "topic", "acquainted")
"""Why somebody says no; "" is no reason given."""
ACQUAINTED = REASONS[-1]
OUTCOMES = ("fine", "apart")
"""What a lead decides of an acquaintance: they can work together, or somebody else is to come for good."""
TIERS = (1, 2, 3)
ANSWER_HOURS, WAIT_HOURS = 24, 4
"""How long somebody may think, and after how long the next tier is asked, where nobody says otherwise."""
LONGEST_HOURS = 336

OWN = frozenset({"MODE", "TIME_OFF", "AVAILABILITY", "OVERLAP", "GAP", "LOAD_MAX", "EXPOSURE_CAP"})
"""Reasons against somebody that lie in their own diary and may be told them; all others are the clinic's alone."""


class Window(NamedTuple):
    """Half-open: answered from `opens` on, until before `closes`."""

    opens: datetime
    closes: datetime


def window(tier: int, now: datetime, starts: datetime, answer: timedelta, wait: timedelta) -> Window | None:
    """When a tier (1 is asked at once) may answer; never past the start. None where it would begin too late."""
    opens = now + (tier - 1) * wait
    closes = min(opens + answer, starts)
    return Window(opens, closes) if opens < closes else None


def standing(state: str, opens: datetime, closes: datetime, now: datetime) -> str:
    """The state an offer is in by the clock, whatever was last written down."""
    if state not in OPEN:
        return state
    if now >= closes:
        return "expired"
    return WAITING if now < opens else state


def told(standing: str) -> str:
    """What the one asked is told: nobody learns whether somebody else was asked, took it, or was preferred.

    That they have seen it is no news to themselves: a page read twice is the same page.
    """
    return {"withdrawn": "too_late", "seen": "sent"}.get(standing, standing)
