"""Reads behind the exchange with other systems: who is there, what lies in a span of time, whose client is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from triad.store import queries
from triad.store.cases import Case
from triad.store.clinic import Client, Interpreter, Therapist
from triad.store.encounters import Attendance, Encounter
from triad.store.offers import Offer
from triad.store.people import TimeOff


def encounters(session: Session, start: datetime, end: datetime) -> Sequence[Encounter]:
    """Whole ones that touch [start, end), whatever their state."""
    return queries.encounters(session, Encounter.starts_at < end, Encounter.ends_at > start)


def marks(session: Session, ids: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """Encounter -> party -> mark."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in session.scalars(select(Attendance).where(Attendance.encounter_id.in_(list(ids)))):
        found[row.encounter_id][row.party] = row.mark
    return found


def offers(session: Session, slots: Iterable[str]) -> Sequence[Offer]:
    query = select(Offer).where(Offer.slot_id.in_(list(slots)))
    return session.scalars(query.order_by(Offer.made_at, Offer.id)).all()


def interpreters(session: Session, ids: Iterable[str]) -> Sequence[Interpreter]:
    """All who work here, and these, with their skills."""
    return queries.interpreters(session, or_(Interpreter.active.is_(True), Interpreter.id.in_(list(ids))))


def therapists(session: Session, ids: Iterable[str]) -> Sequence[Therapist]:
    query = select(Therapist).where(or_(Therapist.active.is_(True), Therapist.id.in_(list(ids))))
    return session.scalars(query.options(joinedload(Therapist.person)).order_by(Therapist.id)).all()


def clients(session: Session, ids: Iterable[str]) -> Sequence[Client]:
    return session.scalars(select(Client).where(Client.id.in_(list(ids))).order_by(Client.id)).all()


def away(session: Session, people: Iterable[str], start: datetime, end: datetime) -> Sequence[TimeOff]:
    query = select(TimeOff).where(TimeOff.person_id.in_(list(people)))
    return session.scalars(query.where(TimeOff.starts_at < end, TimeOff.ends_at > start)).all()


def codes(session: Session, cases: Iterable[str]) -> Mapping[str, str]:
    """Id -> code of these cases."""
    return {row.id: row.code for row in session.execute(select(Case.id, Case.code).where(Case.id.in_(list(cases))))}


def open_cases(session: Session, codes: Iterable[str]) -> Mapping[str, Sequence[Case]]:
    """Code of a client -> their open cases with needs, therapist and site."""
    query = (
        select(Case, Client.code)
        .join(Client, Client.id == Case.client_id)
        .where(Client.code.in_(list(codes)), Case.closed_on.is_(None))
        .options(selectinload(Case.needs), joinedload(Case.site), joinedload(Case.therapist))
        .order_by(Case.code)
    )
    found: dict[str, list[Case]] = defaultdict(list)
    for case, code in session.execute(query).unique():
        found[code].append(case)
    return found
