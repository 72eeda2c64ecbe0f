"""What happened to encounters and people, put together from the trail, from assignments and from cancellations.

Only what is about time, place and people: of forms, notes and pictures nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from triad.store.cancellations import Cancellation
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ledger import AuditEntry
from triad.store.people import Account, Person

OF_ENCOUNTERS = {
    "assignments.accept": "confirmed",
    "moves.move": "moved",
    "series.moved": "moved",
    "moves.restore": "restored",
    "moves.void": "void",
    "moves.unvoid": "unvoid",
    "encounters.mark": "marked",
    "encounters.correct": "corrected",
    "closures.close": "closed",
    "closures.reopen": "reopened",
    "offers.send": "offered",
    "offers.withdraw": "offers_withdrawn",
    "offers.decline": "offer_declined",
    "attendance.mark": "attendance",
    "attendance.arrive": "attendance",
    "attendance.correct": "attendance",
}
SILENT = ("assignments.release", "assignments.decline", "replacements.swap", "encounters.cancel", "series.cancel")
"""What these did stands in the rows themselves; they say who did it."""
OF_PEOPLE = {
    "people.add": "added",
    "people.change": "changed",
    "people.set_active": "active",
    "activity.end": "ended_work",
    "activity.resume": "resumed_work",
    "skills.add": "skill_added",
    "skills.remove": "skill_removed",
    "skills.add_credential": "credential_added",
    "skills.remove_credential": "credential_removed",
}
OF_HOURS = {"hours.add": "hours", "hours.remove": "hours", "hours.add_off": "off", "hours.remove_off": "off"}
ORDER = {"planned": 0, "cancelled": 1, "moved": 1, "unassigned": 2, "assigned": 4}
"""Of what was done at one moment; all else is 3."""
LONGEST = 200
"""Lines of one person's log: the newest."""


class Event(NamedTuple):
    """`who` did it, by name, "" for the house itself; `about` names the interpreter it is about, "" for none.

    `why` is a code, or what somebody typed; `details` holds codes alone.
    """

    at: datetime
    kind: str
    who: str
    encounter_id: str = ""
    about: str = ""
    about_id: str = ""
    why: str = ""
    details: Mapping[str, Any] = {}


class Who(NamedTuple):
    """Whoever acted; "" for the house itself."""

    id: str
    name: str


NOBODY = Who("", "")


def of_encounters(session: Session, *where: ColumnElement[bool]) -> list[Event]:
    """All of these, oldest first: a fixed number of statements, however many there are."""
    ids = select(Encounter.id).where(*where)
    trail = _trail(session, AuditEntry.subject.in_(ids), (*OF_ENCOUNTERS, *SILENT))
    acted = {(one.subject, one.at): who.name for one, who in trail}
    own = [_event(one, who) for one, who in trail if one.verb in OF_ENCOUNTERS]
    made = _assignments(session, acted, Slot.encounter_id.in_(ids))
    return _in_order([*_planned(session, *where), *own, *made, *_cancelled(session, ids)])


def of_person(session: Session, person_id: str) -> list[Event]:
    """What was changed about an interpreter, and what they were given or lost; oldest first."""
    mine = or_(
        and_(AuditEntry.subject == person_id, AuditEntry.verb.in_(tuple(OF_PEOPLE))),
        and_(AuditEntry.verb.in_(tuple(OF_HOURS)), AuditEntry.details["person"].as_string() == person_id),
    )
    kinds = OF_PEOPLE | OF_HOURS
    trail = _trail(session, mine, tuple(kinds), LONGEST)
    own = [Event(one.at, kinds[one.verb], who.name, details=one.details) for one, who in trail]
    return _in_order([*own, *_assignments(session, {}, Assignment.interpreter_id == person_id, LONGEST)])[-LONGEST:]


def _trail(
    session: Session, where: ColumnElement[bool], verbs: tuple[str, ...], limit: int | None = None
) -> list[tuple[AuditEntry, Who]]:
    """Lines with the name of whoever acted, oldest first; the newest ones where there is a limit."""
    query = (
        select(AuditEntry, Person.id, Person.name)
        .outerjoin(Account, Account.id == AuditEntry.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(where, AuditEntry.verb.in_(verbs))
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    )
    return [(one, Who(id_ or "", name or "")) for one, id_, name in session.execute(query)][::-1]


def _planned(session: Session, *where: ColumnElement[bool]) -> list[Event]:
    """When each was written down; by whom, where it was planned here. And what came cancelled from elsewhere."""
    by = and_(
        AuditEntry.subject == Encounter.case_id,
        AuditEntry.verb == "encounters.plan",
        AuditEntry.at == Slot.demand_at,
    )
    noted = and_(Cancellation.encounter_id == Encounter.id, Cancellation.noted_at == Encounter.cancelled_at)
    query = (
        select(Encounter.id, Encounter.cancelled_at, Encounter.cancelled_by, Slot.demand_at)
        .add_columns(Person.name, Cancellation.id.label("noted"))
        .join(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(AuditEntry, by)
        .outerjoin(Account, Account.id == AuditEntry.actor)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Cancellation, noted)
        .where(*where)
    )
    rows = {row.id: row for row in session.execute(query)}
    unnoted = [row for row in rows.values() if row.cancelled_at and row.noted is None]
    return [
        *(Event(row.demand_at, "planned", row.name or "", row.id) for row in rows.values()),
        *(Event(row.cancelled_at, "cancelled", "", row.id, details={"party": row.cancelled_by}) for row in unnoted),
    ]


def _assignments(
    session: Session,
    acted: Mapping[tuple[str, datetime], str],
    where: ColumnElement[bool],
    limit: int | None = None,
) -> Iterable[Event]:
    """Who was given it and lost it; `acted` tells who acted on an encounter at a moment."""
    interpreter, maker = aliased(Person), aliased(Person)
    query = (
        select(Assignment, Slot.encounter_id, interpreter.name, maker.name)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(interpreter, interpreter.id == Assignment.interpreter_id)
        .outerjoin(Account, Account.id == Assignment.made_by)
        .outerjoin(maker, maker.id == Account.person_id)
        .where(where)
        .order_by(Assignment.made_at.desc())
        .limit(limit)
    )
    for row, encounter_id, name, made_by in session.execute(query):
        whose: dict[str, Any] = {"encounter_id": encounter_id, "about": name, "about_id": row.interpreter_id}
        yield Event(row.made_at, "assigned", made_by or "", details={"source": row.source}, **whose)
        if row.ended_at:
            by = acted.get((encounter_id, row.ended_at), "")
            yield Event(row.ended_at, "unassigned", by, why=row.reason, **whose)


def _cancelled(session: Session, ids: Any) -> Iterable[Event]:
    """Every cancellation, those that were taken back too, and the lateness that was set aside."""
    noter, waiver = aliased(Account), aliased(Account)
    by, set_aside = aliased(Person), aliased(Person)
    query = (
        select(Cancellation, by.name, set_aside.name)
        .outerjoin(noter, noter.id == Cancellation.noted_by)
        .outerjoin(by, by.id == noter.person_id)
        .outerjoin(waiver, waiver.id == Cancellation.waived_by)
        .outerjoin(set_aside, set_aside.id == waiver.person_id)
        .where(Cancellation.encounter_id.in_(ids))
    )
    for row, name, waived_by in session.execute(query):
        yield Event(
            row.noted_at, "cancelled", name or "", row.encounter_id, details={"party": row.party, "late": row.late}
        )
        if row.waived_at:
            yield Event(row.waived_at, "waived", waived_by or "", row.encounter_id, why=row.waived_reason)


def _event(one: AuditEntry, who: Who) -> Event:
    """A yes is about whoever gave it."""
    kind = OF_ENCOUNTERS[one.verb]
    about = who if kind == "confirmed" else NOBODY
    why = str(one.details.get("cause", ""))
    return Event(one.at, kind, who.name, one.subject, about.name, about.id, why, one.details)


def _in_order(events: Iterable[Event]) -> list[Event]:
    """Oldest first; of one moment what it was before what came of it."""
    return sorted(events, key=lambda one: (one.at, ORDER.get(one.kind, 3)))
