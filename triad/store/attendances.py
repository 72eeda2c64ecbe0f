"""Who was there: what was said of each party, never worked out from anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triad.domain.parties import PARTIES
from triad.store.encounters import Attendance
from triad.store.queries import Outline

OFF = ("cancelled", "void")
UNKNOWN = "unknown"


class Presence(NamedTuple):
    """`mark` is a state of attendance; None where nothing can be said: not begun, cancelled, void, nobody there."""

    party: str
    mark: str | None
    minutes_late: int = 0
    marked_at: datetime | None = None


class Said(NamedTuple):
    """What somebody says of a party, and of which person that is; `by` is an account."""

    party: str
    person_id: str
    mark: str
    minutes_late: int
    by: str
    source: str


def rows(session: Session, encounter_id: str) -> Mapping[str, Attendance]:
    """By party, whoever it was said of."""
    found = session.scalars(select(Attendance).where(Attendance.encounter_id == encounter_id))
    return {row.party: row for row in found}


def presences(session: Session, outline: Outline, now: datetime) -> list[Presence]:
    """Of all three, in the order of `PARTIES`.

    What was said of somebody who was replaced since says nothing about whoever has the part now.
    """
    known, who = rows(session, outline.id), outline.parties
    found = []
    for party in PARTIES:
        row, person = known.get(party), who[party]
        if outline.status in OFF or outline.starts_at > now or not person:
            found.append(Presence(party.value, None))
        elif row is None or row.person_id not in ("", person):
            found.append(Presence(party.value, UNKNOWN))
        else:
            found.append(Presence(party.value, row.mark, row.minutes_late, row.marked_at))
    return found


def event(state: str, corrects: bool) -> str:
    """What a step from here is called for whoever was no interpreter; `lifecycle` says whether there is one."""
    return "correct" if corrects and state != UNKNOWN else "mark"


def write(session: Session, fresh_id: Callable[[], str], encounter_id: str, said: Said, now: datetime) -> None:
    """In the place of what was said before; `unknown` takes it back. Whether it may be said is not looked at."""
    session.execute(delete(Attendance).where(Attendance.encounter_id == encounter_id, Attendance.party == said.party))
    if said.mark == UNKNOWN:
        return
    row = Attendance(id=fresh_id(), encounter_id=encounter_id, party=said.party, mark=said.mark)
    row.minutes_late, row.person_id = said.minutes_late, said.person_id
    row.marked_at, row.marked_by, row.source = now, said.by, said.source
    session.add(row)
