"""The clinic's figures as they were frozen, and the bond scores they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain import pooling
from triad.domain.asymmetry import Norm
from triad.domain.parties import DYADS
from triad.domain.pooling import Spread, Spreads
from triad.domain.scales import Scale
from triad.store.cases import Case
from triad.store.encounters import Encounter
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
    newest = select(func.max(FrozenFigure.period)).where(FrozenFigure.edition == edition).scalar_subquery()
    rows = session.scalars(select(FrozenFigure).where(FrozenFigure.edition == edition, FrozenFigure.period == newest))
    return {row.kind: {**row.contents, "period": row.period} for row in rows}


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
