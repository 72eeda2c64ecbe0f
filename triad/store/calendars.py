"""Calendars people subscribe to, and how often an encounter changed in them. Nothing of a rating moves either."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, event, false, inspect, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain.calendars import AHEAD, BEFORE, Entry, uid
from triad.domain.modes import COLUMNS, IN_PERSON
from triad.domain.parties import Role
from triad.store import queries
from triad.store.cases import Case
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.types import Base

SHOWN = ("day", "at", "zone", "fold", "minutes", "starts_at", "ends_at", "site_id", "room_id")
OFF = frozenset({"cancelled", "void"})
"""What a calendar shows as cancelled; whether a session was held it does not show."""
COUNTED = frozenset({"sequence", "changed_at"})
"""Columns that only go on, also where a row is put back as it was."""
NOW = "now"
"""Where a session keeps the moment at which its verb acts."""


class CalendarFeed(Base):
    """An address that shows one person's own sessions. The reader holds a random value; here lies its keyed hash."""

    __tablename__ = "calendar_feed"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]


def counted(session: Session, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """`sequence` and `changed_at` for an encounter's row that goes from `before` to `after` (only what changes)."""
    seen = {name: after.get(name, before[name]) for name in (*SHOWN, *COLUMNS, "status")}
    off = (before["status"] in OFF) != (seen["status"] in OFF)
    if not off and all(seen[name] == before[name] for name in (*SHOWN, *COLUMNS)):
        return {name: before[name] for name in COUNTED}
    return {"sequence": before["sequence"] + 1, "changed_at": session.info.get(NOW)}


@event.listens_for(Session, "before_flush")
def _count(session: Session, *_: Any) -> None:
    for row in session.dirty:
        if isinstance(row, Encounter):
            kept = inspect(row).attrs
            before = {name: _was(kept[name]) for name in (*SHOWN, *COLUMNS, "status", *COUNTED)}
            after = {name: getattr(row, name) for name in (*SHOWN, *COLUMNS, "status")}
            found = counted(session, before, after)
            if found["sequence"] != before["sequence"]:
                row.sequence, row.changed_at = found["sequence"], found["changed_at"]


def _was(attribute: Any) -> Any:
    deleted = attribute.history.deleted
    return deleted[0] if deleted else attribute.value


def audience(encounter: Encounter, person_id: str) -> str:
    return (Role.THERAPIST if person_id == encounter.case.therapist_id else Role.INTERPRETER).value


def entry(encounter: Encounter, person_id: str, starts_at: datetime | None = None) -> Entry:
    """A whole encounter in this person's calendar; `starts_at` is when it was, where that is told."""
    reads = audience(encounter, person_id)
    off, sequence = encounter.status in OFF, encounter.sequence
    moments = [encounter.changed_at or encounter.slot.demand_at]
    if reads == Role.INTERPRETER:
        own = [one for one in encounter.slot.assignments if one.interpreter_id == person_id]
        ends = [one.ended_at for one in own if one.ended_at]
        off |= len(own) == len(ends)
        sequence += len(own) + len(ends)
        moments += [*ends, *(one.made_at for one in own)]
    begins = starts_at or encounter.starts_at
    places = [one.name for one in (encounter.room, encounter.site) if one]
    return Entry(
        uid=uid(encounter.id, reads),
        sequence=sequence,
        changed_at=max(moments),
        starts_at=begins,
        ends_at=begins + timedelta(minutes=encounter.minutes),
        zone=encounter.zone,
        code=encounter.case.code,
        place=", ".join(places) if IN_PERSON in (encounter.mode_t, encounter.mode_i) else "",
        cancelled=off,
    )


def entries(session: Session, person_id: str, roles: Collection[str], now: datetime) -> list[Entry]:
    """What a feed shows: the person's own encounters around now, in these roles, in order of time."""
    slots = select(Slot.encounter_id).join(Assignment, Assignment.slot_id == Slot.id)
    own = {
        Role.THERAPIST.value: Encounter.case.has(Case.therapist_id == person_id),
        Role.INTERPRETER.value: Encounter.id.in_(slots.where(Assignment.interpreter_id == person_id)),
    }
    ways = [way for role, way in own.items() if role in roles]
    within = Encounter.starts_at.between(now - BEFORE, now + AHEAD)
    rows = queries.encounters(session, or_(false(), *ways), within)
    return [entry(row, person_id) for row in rows if _is_known(row, person_id)]


def _is_known(row: Encounter, person_id: str) -> bool:
    """Who was released knows no change that came later: it is no longer their encounter."""
    own = [one for one in row.slot.assignments if one.interpreter_id == person_id]
    if row.case.therapist_id == person_id or any(one.ended_at is None for one in own):
        return True
    last = max(one.ended_at for one in own if one.ended_at)
    # Cancelled it ended with them; moved at that very moment it went on without them.
    return row.changed_at is None or row.changed_at < last or (row.status in OFF and row.changed_at == last)
