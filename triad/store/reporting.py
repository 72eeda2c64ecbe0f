"""Reads behind the reports: sessions whose time is over, and what hangs on them, each kind in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from triad.store.cancellations import Cancellation
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Interpreter, Site
from triad.store.encounters import Assignment, Attendance, Encounter, Slot
from triad.store.offers import Offer
from triad.store.people import Person
from triad.store.requests import Closure, Request

Held = tuple[datetime, datetime | None]


def sessions(session: Session, now: datetime) -> Sequence[Row[Any]]:
    """In order of time, void ones left out; `interpreter_id` is None where nobody is attached."""
    live = and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None))
    query = (
        select(Encounter.id, Encounter.case_id, Encounter.day, Encounter.starts_at, Encounter.minutes)
        .add_columns(Encounter.status, Encounter.cancelled_by, Encounter.cancelled_at)
        .add_columns(Encounter.site_id, Encounter.mode_i, Case.client_id, Case.therapist_id)
        .add_columns(Slot.id.label("slot_id"), Slot.demand_at, LanguageNeed.language, Assignment.interpreter_id)
        .join(Case, Case.id == Encounter.case_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .outerjoin(Assignment, live)
        .where(Encounter.ends_at <= now, Encounter.status != "void")
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()


def marks(session: Session) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Encounter -> party -> mark, and of which person it was said ("" where nobody kept that)."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    query = select(Attendance.encounter_id, Attendance.party, Attendance.mark, Attendance.person_id)
    for id_, party, mark, person in session.execute(query):
        found[id_][party] = mark, person
    return found


def lateness(session: Session) -> Mapping[str, bool]:
    """Encounter -> whether a rule of the clinic called its cancellation late; only where a rule held."""
    query = select(Cancellation.encounter_id, Cancellation.late)
    known = query.where(Cancellation.restored_at.is_(None), Cancellation.late.is_not(None))
    return {row.encounter_id: bool(row.late) for row in session.execute(known)}


def held(session: Session, now: datetime) -> Mapping[str, Sequence[Held]]:
    """Slot -> when each assignment was made and ended, in order of time."""
    found: dict[str, list[Held]] = defaultdict(list)
    query = select(Assignment.slot_id, Assignment.made_at, Assignment.ended_at)
    query = query.join(Slot, Slot.id == Assignment.slot_id).join(Encounter, Encounter.id == Slot.encounter_id)
    for slot, made_at, ended_at in session.execute(
        query.where(Encounter.ends_at <= now).order_by(Assignment.made_at, Assignment.id)
    ):
        found[slot].append((made_at, ended_at))
    return found


def closed(session: Session) -> Mapping[str, str]:
    """Slot -> why the search was given up; only where it is not open again."""
    query = select(Closure.slot_id, Closure.cause).where(Closure.reopened_at.is_(None))
    return {row.slot_id: row.cause for row in session.execute(query)}


def asked(session: Session) -> Mapping[str, str]:
    """Slot -> "declined" where somebody said no, else "no_answer"; only where anybody was asked."""
    found: dict[str, str] = {}
    for slot, state in session.execute(select(Offer.slot_id, Offer.state).distinct()):
        found[slot] = "declined" if "declined" in (state, found.get(slot)) else "no_answer"
    return found


def refused(session: Session) -> Sequence[Row[Any]]:
    """Requests that were turned down because nobody could be found."""
    query = (
        select(
            Request.case_id,
            Request.day,
            Request.count.label("times"),
            Request.every_weeks,
            Request.mode,
            Request.minutes,
        )
        .add_columns(LanguageNeed.language, LanguageNeed.mode_i, Case.client_id, Case.therapist_id, Case.site_id)
        .join(Case, Case.id == Request.case_id)
        .join(LanguageNeed, LanguageNeed.id == Request.need_id)
        .where(Request.state == "refused", Request.code == "no_interpreter")
        .order_by(Request.day, Request.id)
    )
    return session.execute(query).all()


def sites(session: Session) -> dict[str, str]:
    return {row.id: row.name for row in session.execute(select(Site.id, Site.name))}


def interpreters(session: Session) -> dict[str, str]:
    """Everybody who works here or ever did, by name."""
    query = select(Interpreter.id, Person.name).join(Person, Person.id == Interpreter.id)
    return {row.id: row.name for row in session.execute(query.order_by(Person.name, Interpreter.id))}
