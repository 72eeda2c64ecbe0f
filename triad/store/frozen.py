"""The clinic's figures as they were frozen, and the bond scores they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from triad.domain import pooling
from triad.domain.asymmetry import Norm
from triad.domain.parties import DYADS
from triad.domain.pooling import Spread, Spreads
from triad.domain.scales import Scale
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ratings import Rating, Score
from triad.store.types import Base


class FrozenFigure(Base):
    """What the forms of one edition gave that were locked before the month `period` (2027-03) began."""

    __tablename__ = "frozen_figure"
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    edition: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    contents: Mapped[dict[str, Any]]


def latest(session: Session, edition: str) -> Mapping[str, Mapping[str, Any]]:
    """Kind to contents, of the newest month that has any; `period` is that month."""
    rows = session.scalars(select(FrozenFigure).where(newest(edition)))
    return {row.kind: {**row.contents, "period": row.period} for row in rows}


def newest(edition: Any) -> ColumnElement[bool]:
    """The figures of the newest month that has any of this edition: its name, or a parameter for it."""
    months = aliased(FrozenFigure)
    month = select(func.max(months.period)).where(months.edition == edition).scalar_subquery()
    return and_(FrozenFigure.edition == edition, FrozenFigure.period == month)


def norms(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Norm]:
    """Dyad to its usual asymmetry; a dyad without one is absent."""
    found = figures.get("norms", {})
    return {dyad.key: Norm(**found[dyad.key]) for dyad in DYADS if dyad.key in found}


def spreads(figures: Mapping[str, Mapping[str, Any]], scale: Scale) -> Spreads:
    """How much ratings swing here; the assumed values until something was frozen."""
    if "spreads" not in figures:
        return pooling.assumed(scale)
    found = figures["spreads"]
    ratings, asymmetries = (
        {key: Spread(**held) for key, held in found[name].items()} for name in ("ratings", "asymmetries")
    )
    return Spreads(ratings, asymmetries, found["together"])


def is_frozen(session: Session, period: str) -> bool:
    return session.scalar(select(FrozenFigure.period).where(FrozenFigure.period == period).limit(1)) is not None


def bonds(session: Session, edition: str, before: datetime) -> Sequence[Row[Any]]:
    """Every bond score that counts: locked by then, not withdrawn, not given through the one it is about.

    In order of case and time. `pomp` may be null: the form was sent, the score could not be made.
    """
    through_the_rated = and_(Rating.mode == "read_by_interpreter", Score.direction == "CI")
    query = (
        select(Encounter.case_id, Encounter.id, Encounter.day, Case.client_id, Case.therapist_id)
        .add_columns(Rating.interpreter_id, Rating.party, Rating.choice, Rating.policy, Rating.language)
        .add_columns(Score.direction, Score.pomp)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .join(Score, and_(Score.rating_id == Rating.id, Score.facet == "bond"))
        .where(Rating.edition == edition, Rating.locked_at < before, Rating.withdrawn_at.is_(None))
        .where(~through_the_rated)
        .order_by(Encounter.case_id, Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()


def due(session: Session, before: datetime, ended_by: datetime) -> Sequence[Row[Any]]:
    """Interpreted encounters that were held and ended by then: a row for each bond score of each form that counts.

    Encounter by encounter; one without a form has a row with nulls. Left out is what was given through the one it is
    about, as in `bonds`.
    """
    counts = and_(Rating.encounter_id == Encounter.id, Rating.locked_at < before, Rating.withdrawn_at.is_(None))
    frank = or_(Rating.mode != "read_by_interpreter", Score.direction != "CI")
    query = (
        select(Encounter.id, Encounter.ends_at, Case.client_id, Case.therapist_id, Assignment.interpreter_id)
        .add_columns(LanguageNeed.language, Rating.party, Rating.choice, Rating.policy)
        .add_columns(Score.direction, Score.pomp)
        .join(Case, Case.id == Encounter.case_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .join(Assignment, and_(Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None)))
        .outerjoin(Rating, counts)
        .outerjoin(Score, and_(Score.rating_id == Rating.id, Score.facet == "bond", frank))
        .where(Encounter.status == "held", Encounter.ends_at <= ended_by)
        .order_by(Encounter.id)
    )
    return session.execute(query).all()


def speakers(session: Session) -> dict[str, int]:
    """Language to the number of active interpreters who have it."""
    query = (
        select(LanguageSkill.language, func.count(LanguageSkill.interpreter_id.distinct()))
        .join(Interpreter, Interpreter.id == LanguageSkill.interpreter_id)
        .where(Interpreter.active.is_(True))
        .group_by(LanguageSkill.language)
    )
    return dict(session.execute(query).all())
