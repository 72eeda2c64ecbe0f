"""The usual word of each state of request, encounter, slot, offer, attendance and form."""

from __future__ import annotations

from triad.web.i18n import gettext, lazy

WORDS = {
    "draft": lazy("Draft"),
    "submitted": lazy("Asked for"),
    "refused": lazy("Turned down"),
    "withdrawn": lazy("Withdrawn"),
    "planned": lazy("No time yet"),
    "scheduled": lazy("Scheduled"),
    "begun": lazy("Under way"),
    "held": lazy("Took place"),
    "abandoned": lazy("Broken off"),
    "cancelled": lazy("Cancelled"),
    "void": lazy("Entered by mistake"),
    "unfilled": lazy("Nobody asked"),
    "on_offer": lazy("On offer"),
    "filled": lazy("Filled"),
    "confirmed": lazy("Confirmed"),
    "closed_unfilled": lazy("Closed without anybody"),
    "released": lazy("Not needed"),
    "sent": lazy("Sent"),
    "seen": lazy("Seen"),
    "accepted": lazy("Accepted"),
    "declined": lazy("Said no"),
    "expired": lazy("Ran out"),
    "too_late": lazy("Already taken"),
    "arrived": lazy("Came"),
    "late": lazy("Came late"),
    "absent": lazy("Did not come"),
    "excused": lazy("Excused"),
    "waiting": lazy("Asked later"),
    "unknown": lazy("Not known yet"),
    "due": lazy("Due"),
    "overdue": lazy("Late"),
    "in": lazy("In"),
    "locked": lazy("Locked"),
    "open": lazy("Open"),
    "active": lazy("Active"),
    "closed": lazy("Closed"),
    "available": lazy("Available"),
    "away": lazy("Away"),
}


def word(state: str) -> str:
    """The state's word in the reader's language; the state itself where it has none."""
    return gettext(WORDS[state]) if state in WORDS else state
