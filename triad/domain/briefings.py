"""What therapist and interpreter go through with each other before a session and after it."""

from __future__ import annotations

from datetime import datetime, timedelta

BEFORE, AFTER = "before", "after"
POINTS = {
    BEFORE: ("goal", "words", "seats", "stuck"),
    AFTER: ("how", "misunderstood", "pass_on", "support"),
}
"""By part: the goal of today, words to expect, how all sit, what to do if one does not understand; how it was, what
was misunderstood, what to pass on, whether somebody needs support."""
STATES = ("done", "missed")
OFF = ("cancelled", "void")
EARLIEST = timedelta(days=7)
"""A briefing can be noted from so long before the session on."""


def is_open(part: str, status: str, starts_at: datetime, now: datetime) -> bool:
    """Can it be noted now? A debrief once it has begun; nothing for what is cancelled or void."""
    since = starts_at if part == AFTER else starts_at - EARLIEST
    return status not in OFF and now >= since
