"""One encounter as an entry of one reader's calendar. Says who reads, never who interprets or comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BEFORE, AHEAD = timedelta(days=35), timedelta(days=400)
"""How far back and ahead a feed reaches; so long a cancelled entry stays to be seen."""


@dataclass(frozen=True)
class Entry:
    """`uid` stands for the encounter and the audience, for ever; `sequence` only grows. Instants are in UTC.

    `zone` is the one it was planned in; `code` the case's pseudonym; `place` "" where nobody comes.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    code: str
    place: str
    cancelled: bool = False


def uid(encounter_id: str, audience: str) -> str:
    """Nobody's id is in it: whoever takes over an encounter meets the same entry. A letter alone says who reads."""
    return f"{encounter_id}.{audience[:1]}@triad"
