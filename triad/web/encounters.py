"""What stands beside a session on its page, as far as whoever reads may know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from triad.domain.briefings import OFF, POINTS
from triad.services import attendance, briefings, cancellations, offers, policy
from triad.services.policy import May
from triad.web import guard


def beside(row: Any, now: datetime) -> dict[str, Any]:
    """Whom it was offered to, what cancelling it would be or was, whether the two talked, and who was there."""
    actor = guard.actor()
    cancels = policy.could(May.CANCEL, actor)
    return {
        "asked": offers.asked(actor, row.id) if policy.could(May.OFFER, actor) else [],
        "foreseen": cancellations.foreseen(actor, row.id) if cancels and row.status == "scheduled" else [],
        "late": cancellations.told(actor, row.id) if cancels and row.status == "cancelled" else None,
        "talked": [one for one in briefings.of(actor, row.id) if one.state or one.open],
        "lists": POINTS,
        "there": attendance.of(actor, row.id) if row.starts_at <= now and row.status not in OFF else [],
    }
