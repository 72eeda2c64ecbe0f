"""Encounters to come that have no interpreter, and how many people there are for each one's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triad.store import queries
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter, Slot

OPEN_SLOTS = ("unfilled", "on_offer")


@dataclass(frozen=True)
class Unfilled:
    """`speakers`: how many active interpreters speak its language."""

    encounter: Encounter
    hours_left: float
    speakers: int


def count(session: Session, now: datetime) -> int:
    """How many there are, by one statement: every page of a coordinator says so."""
    query = select(func.count()).select_from(Slot).join(Encounter, Encounter.id == Slot.encounter_id)
    waits = Slot.state.in_(OPEN_SLOTS), Encounter.status == "scheduled", Encounter.ends_at > now
    return session.scalar(query.where(*waits)) or 0


def unfilled(session: Session, interpreters: Sequence[Interpreter], now: datetime) -> list[Unfilled]:
    """Soonest day first, then the scarcest language. `interpreters`: the active ones, with their skills loaded."""
    rows = queries.encounters(
        session,
        Encounter.status == "scheduled",
        Encounter.ends_at > now,
        Encounter.slot.has(Slot.state.in_(OPEN_SLOTS)),
    )
    speakers = Counter(tag for one in interpreters for tag in {skill.language for skill in one.skills})
    found = [
        Unfilled(row, (row.starts_at - now) / timedelta(hours=1), speakers[row.slot.need.language]) for row in rows
    ]
    return sorted(found, key=lambda one: (one.encounter.day, one.speakers, one.encounter.starts_at))
