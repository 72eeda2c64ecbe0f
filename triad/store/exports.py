"""Reads behind the files for research. They load what lies there; who may see it is decided above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from triad.store import alliance
from triad.store.cases import Case
from triad.store.clinic import Client
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ratings import Answer, Rating, Score


def cases(session: Session, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The codes of the cases in question, and whose they are."""
    query = select(Case.id, Case.code, Case.therapist_id).add_columns(Client.code.label("client"))
    return session.execute(query.join(Client, Client.id == Case.client_id).where(which)).all()


def met(session: Session, which: ColumnElement[bool], now: datetime) -> Sequence[Row[Any]]:
    """Encounters that have begun, case by case in order of time, with who interprets them."""
    query = (
        select(Encounter.id, Encounter.case_id, Encounter.day, Encounter.ends_at)
        .add_columns(Assignment.interpreter_id)
        .join(Case, Case.id == Encounter.case_id)
        .outerjoin(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(Assignment, alliance.LIVE)
        .where(which, Encounter.status.in_(alliance.MET), Encounter.starts_at <= now)
        .order_by(Encounter.case_id, Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()


def forms(session: Session, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """One tuple for each bond score, encounter by encounter; a form without any has one with nulls."""
    query = (
        select(Rating.encounter_id, Rating.party, Rating.rater_id, Rating.locked_at, Rating.choice, Rating.policy)
        .add_columns(Rating.mode, Rating.withdrawn_at, Score.direction, Score.pomp)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .outerjoin(Score, and_(Score.rating_id == Rating.id, Score.facet == "bond"))
        .where(which)
        .order_by(Rating.encounter_id, Rating.party, Score.direction)
    )
    return session.execute(query).all()


def answers(session: Session, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """One tuple for each answer, encounter by encounter."""
    query = (
        select(Rating.encounter_id, Rating.party, Rating.version_key, Rating.edition, Rating.language)
        .add_columns(Rating.mode, Rating.revision)
        .add_columns(Answer.item, Answer.direction, Answer.value, Answer.missing, Answer.wording)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .join(Answer, Answer.rating_id == Rating.id)
        .where(which)
        .order_by(Rating.encounter_id, Rating.party, Answer.item, Answer.direction)
    )
    return session.execute(query).all()


def of_rater(person_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Forms this person gave as a member of staff and did not take back: their cases, encounters, and they."""
    given = and_(Rating.rater_id == person_id, Rating.party != "client", Rating.withdrawn_at.is_(None))
    rated = select(Rating.encounter_id).where(given)
    of_cases = select(Encounter.case_id).where(Encounter.id.in_(rated))
    return Case.id.in_(of_cases), Encounter.id.in_(rated), given
