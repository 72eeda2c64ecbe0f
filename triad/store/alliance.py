"""Reads behind the picture of three. They load what lies there; who may see it is decided above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from triad.store.cases import Case
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Person
from triad.store.ratings import Rating, Score

MET = ("scheduled", "held", "abandoned")


def met(session: Session, which: ColumnElement[bool], now: datetime) -> Sequence[Row[Any]]:
    """Encounters that have begun, case by case in order of time, with who interprets them."""
    live = and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None))
    query = (
        select(Encounter.id, Encounter.case_id, Encounter.day, Encounter.ends_at)
        .add_columns(Person.id.label("interpreter_id"), Person.name.label("interpreter"))
        .join(Case, Case.id == Encounter.case_id)
        .outerjoin(Slot, Slot.encounter_id == Encounter.id)
        .outerjoin(Assignment, live)
        .outerjoin(Person, Person.id == Assignment.interpreter_id)
        .where(which, Encounter.status.in_(MET), Encounter.starts_at <= now)
        .order_by(Encounter.case_id, Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()


def forms(session: Session, which: ColumnElement[bool], facets: Sequence[str] = ("bond",)) -> Sequence[Row[Any]]:
    """One tuple for each score of these facets, encounter by encounter; a form without any has one with nulls."""
    query = (
        select(Rating.encounter_id, Rating.party, Rating.rater_id, Rating.locked_at, Rating.choice, Rating.policy)
        .add_columns(Rating.mode, Rating.withdrawn_at, Score.direction, Score.facet, Score.pomp)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .outerjoin(Score, and_(Score.rating_id == Rating.id, Score.facet.in_(facets)))
        .where(which)
        .order_by(Rating.encounter_id, Rating.party, Score.direction, Score.facet)
    )
    return session.execute(query).all()
