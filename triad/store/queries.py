"""Reads that more than one verb needs. Each says what it loads; nothing is loaded later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Row, and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from triad.store.cases import Case, Exclusion, LanguageNeed
from triad.store.clinic import Client, Interpreter, Room, Site, Therapist, Travel
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.offers import Acquaintance
from triad.store.people import Account, Person, WeeklyHours


def people_of_case() -> list[ORMOption]:
    return [
        joinedload(Case.client).joinedload(Client.person),
        joinedload(Case.therapist).joinedload(Therapist.person),
        joinedload(Case.usual_interpreter).joinedload(Interpreter.person),
        joinedload(Case.site),
        selectinload(Case.needs),
    ]


def whole_encounter() -> list[ORMOption]:
    return [
        joinedload(Encounter.case).joinedload(Case.client).joinedload(Client.person),
        joinedload(Encounter.case).joinedload(Case.therapist).joinedload(Therapist.person),
        joinedload(Encounter.site),
        joinedload(Encounter.room),
        joinedload(Encounter.slot).joinedload(Slot.need),
        # Joined, since loading them apart takes another statement for every 500 encounters.
        joinedload(Encounter.slot)
        .joinedload(Slot.assignments)
        .joinedload(Assignment.interpreter)
        .joinedload(Interpreter.person),
    ]


def case(session: Session, id_: str) -> Case | None:
    return session.scalars(select(Case).where(Case.id == id_).options(*people_of_case())).unique().one_or_none()


def encounter(session: Session, id_: str) -> Encounter | None:
    query = select(Encounter).where(Encounter.id == id_).options(*whole_encounter())
    return session.scalars(query).unique().one_or_none()


class Outline(NamedTuple):
    """An encounter in a few words: when it is and whose it is. `interpreter_id` None while nobody interprets;
    `form_key` as the case has it."""

    id: str
    status: str
    starts_at: datetime
    ends_at: datetime
    therapist_id: str
    interpreter_id: str | None
    client_id: str
    form_key: str | None = None

    @property
    def parties(self) -> dict[str, str]:
        """Party -> person id, "" while nobody interprets."""
        return {"therapist": self.therapist_id, "interpreter": self.interpreter_id or "", "client": self.client_id}


OUTLINE = (
    select(Encounter.id, Encounter.status, Encounter.starts_at, Encounter.ends_at)
    .add_columns(Case.therapist_id, Assignment.interpreter_id, Case.client_id, Case.form_key)
    .join(Case, Case.id == Encounter.case_id)
    .join(Slot, Slot.encounter_id == Encounter.id)
    .outerjoin(Assignment, and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None)))
    .where(Encounter.id == bindparam("id"))
)
LOCKED_OUTLINE = OUTLINE.with_for_update(of=Encounter)


def outline(session: Session, id_: str, lock: bool = False) -> Outline | None:
    """With `lock` whoever else would change it waits until this transaction is over."""
    row = session.execute(LOCKED_OUTLINE if lock else OUTLINE, {"id": id_}).one_or_none()
    return Outline(*row) if row else None


def outline_of(encounter: Encounter) -> Outline:
    """Of one that is whole already."""
    live = live_assignment(encounter)
    return Outline(
        encounter.id,
        encounter.status,
        encounter.starts_at,
        encounter.ends_at,
        encounter.case.therapist_id,
        live.interpreter_id if live else None,
        encounter.case.client_id,
        encounter.case.form_key,
    )


def encounters(session: Session, *where: ColumnElement[bool], limit: int | None = None) -> Sequence[Encounter]:
    """Whole encounters in order of time: a fixed number of statements, however many there are."""
    query = select(Encounter).where(*where).options(*whole_encounter())
    return session.scalars(query.order_by(Encounter.starts_at, Encounter.id).limit(limit)).unique().all()


def board(session: Session, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """What lies in [start, end) in order of time, one light row each: a board shows a thousand of them."""
    live = and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None))
    query = (
        select(Encounter.id, Encounter.starts_at, Encounter.zone, Encounter.status, Encounter.site_id)
        .add_columns(Case.code, LanguageNeed.language, Slot.state, Site.name.label("site"))
        .add_columns(Assignment.interpreter_id)
        .join(Case, Case.id == Encounter.case_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .outerjoin(Site, Site.id == Encounter.site_id)
        .outerjoin(Assignment, live)
        .where(Encounter.starts_at < end, Encounter.ends_at > start)
        .where(Encounter.status.in_(("scheduled", "held")))
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()


def live_assignment(encounter: Encounter) -> Assignment | None:
    """Who interprets it now; None while nobody does. Needs the slot's assignments loaded."""
    return next((row for row in encounter.slot.assignments if row.ended_at is None), None)


class CaseOutline(NamedTuple):
    """Whose case it is, and when: start and end of the encounters to which somebody is attached now."""

    therapist_id: str
    spans: Sequence[tuple[datetime, datetime]]


ATTACHED = (
    select(Encounter.case_id, Encounter.starts_at, Encounter.ends_at)
    .join(Slot, Slot.encounter_id == Encounter.id)
    .join(Assignment, Assignment.slot_id == Slot.id)
    .where(Encounter.case_id == bindparam("id"), Assignment.interpreter_id == bindparam("person"))
    .where(Assignment.ended_at.is_(None), Encounter.status.in_(("scheduled", "held")))
    .subquery()
)
CASE_OUTLINE = (
    select(Case.therapist_id, ATTACHED.c.starts_at, ATTACHED.c.ends_at)
    .outerjoin(ATTACHED, ATTACHED.c.case_id == Case.id)
    .where(Case.id == bindparam("id"))
)


def case_outline(session: Session, id_: str, interpreter_id: str) -> CaseOutline | None:
    """The case and the spans of this interpreter in it."""
    rows = session.execute(CASE_OUTLINE, {"id": id_, "person": interpreter_id}).all()
    if not rows:
        return None
    return CaseOutline(rows[0].therapist_id, [(row.starts_at, row.ends_at) for row in rows if row.starts_at])


def interpreters(session: Session, *where: ColumnElement[bool]) -> Sequence[Interpreter]:
    """By id, with person, skills and credentials: one statement, since of those each has a few."""
    along = (joinedload(Interpreter.person), joinedload(Interpreter.skills), joinedload(Interpreter.credentials))
    query = select(Interpreter).where(*where).options(*along).order_by(Interpreter.id)
    return session.scalars(query).unique().all()


def hours_of(session: Session, people: Iterable[str]) -> Sequence[WeeklyHours]:
    return session.scalars(select(WeeklyHours).where(WeeklyHours.person_id.in_(list(people)))).all()


def taken(session: Session, diaries: Iterable[int], start: datetime, end: datetime) -> Sequence[Taken]:
    """What is taken in these diaries and touches [start, end)."""
    query = select(Taken).where(Taken.diary_id.in_(list(diaries)), Taken.starts_at < end, Taken.ends_at > start)
    return session.scalars(query.order_by(Taken.starts_at)).all()


def lock_diaries(session: Session, ids: Iterable[int]) -> dict[int, Diary]:
    """The diaries, locked in ascending id so that two writers never wait for each other in a ring."""
    query = select(Diary).where(Diary.id.in_(sorted(set(ids)))).order_by(Diary.id).with_for_update()
    return {row.id: row for row in session.scalars(query)}


def inactive(session: Session, diaries: Iterable[int]) -> Sequence[str]:
    """Who of those with these diaries takes no new bookings: "therapist", "client", "room", "interpreter".

    Asked after the diaries are locked, it stays true until the transaction is over.
    """
    ids = list(diaries)
    owners: dict[str, Any] = {"therapist": Therapist, "client": Client, "room": Room, "interpreter": Interpreter}
    gone = [
        select(literal(who)).where(owner.diary_id.in_(ids), owner.active.is_(False)) for who, owner in owners.items()
    ]
    return session.scalars(union_all(*gone)).all()


def travel(session: Session) -> dict[tuple[str, str], int]:
    return {(row.from_id, row.to_id): row.minutes for row in session.scalars(select(Travel))}


def excluded_interpreters(session: Session, client_id: str) -> frozenset[str]:
    return frozenset(session.scalars(select(Exclusion.interpreter_id).where(Exclusion.client_id == client_id)))


def excluded_names(session: Session, client_id: str) -> list[tuple[str, str]]:
    """Id and name, by name, of the interpreters who are not for this client."""
    query = select(Person.id, Person.name).join(Exclusion, Exclusion.interpreter_id == Person.id)
    query = query.where(Exclusion.client_id == client_id).order_by(Person.name, Person.id)
    return [(id_, name) for id_, name in session.execute(query)]


def coordinators(session: Session) -> Sequence[str]:
    """Those with an account that is open, by person id."""
    query = select(Account.person_id).where(Account.active.is_(True), Account.roles.any(name="coordinator"))
    return session.scalars(query.order_by(Account.person_id)).all()


class Known(NamedTuple):
    """Of one client, by interpreter id: `times` planned or held together, who is not for them, who may know them."""

    times: dict[str, int]
    excluded: frozenset[str]
    acquainted: frozenset[str]


def known_to_client(session: Session, client_id: str) -> Known:
    together = (
        select(Assignment.interpreter_id, literal("times").label("what"), func.count().label("count"))
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .where(Case.client_id == client_id, Assignment.ended_at.is_(None))
        .where(Encounter.status.in_(("scheduled", "held")))
        .group_by(Assignment.interpreter_id)
    )
    excluded = select(Exclusion.interpreter_id, literal("excluded"), literal(0))
    acquainted = select(Acquaintance.interpreter_id, literal("acquainted"), literal(0))
    every: CompoundSelect[Any] = union_all(
        together,
        excluded.where(Exclusion.client_id == client_id),
        acquainted.where(Acquaintance.client_id == client_id, Acquaintance.outcome != "fine").distinct(),
    )
    rows = session.execute(every).all()
    named = {what: frozenset(id_ for id_, kind, _ in rows if kind == what) for what in ("excluded", "acquainted")}
    return Known({id_: count for id_, what, count in rows if what == "times"}, **named)
