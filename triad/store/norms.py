"""The clinic's usual asymmetries as they were frozen, and the bond scores one is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain.asymmetry import Norm
from triad.store.cases import Case
from triad.store.encounters import Encounter
from triad.store.ratings import Rating, Score
from triad.store.types import Base


class RoleNorm(Base):
    """One dyad's usual asymmetry in forms of one edition, locked before the month `period` (2027-03) began."""

    __tablename__ = "role_norm"
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    edition: Mapped[str] = mapped_column(String(10), primary_key=True)
    dyad: Mapped[str] = mapped_column(String(2), primary_key=True)
    value: Mapped[float]
    cases: Mapped[int]


def latest(session: Session, edition: str) -> dict[str, Norm]:
    """The newest frozen norm of each dyad; a dyad without one is absent."""
    newest = select(func.max(RoleNorm.period)).where(RoleNorm.edition == edition).scalar_subquery()
    rows = session.scalars(select(RoleNorm).where(RoleNorm.edition == edition, RoleNorm.period == newest))
    return {row.dyad: Norm(row.value, row.cases) for row in rows}


def count(session: Session, period: str) -> int:
    return session.scalar(select(func.count()).where(RoleNorm.period == period)) or 0


def bonds(session: Session, edition: str, before: datetime) -> Sequence[Row[Any]]:
    """Every bond score that counts: locked by then, not withdrawn, not given through the one it is about."""
    through_the_rated = and_(Rating.mode == "read_by_interpreter", Score.direction == "CI")
    query = (
        select(Encounter.case_id, Encounter.id, Case.client_id, Case.therapist_id, Rating.interpreter_id)
        .add_columns(Score.direction, Score.pomp)
        .join(Encounter, Encounter.id == Rating.encounter_id)
        .join(Case, Case.id == Encounter.case_id)
        .join(Score, and_(Score.rating_id == Rating.id, Score.facet == "bond", Score.pomp.is_not(None)))
        .where(Rating.edition == edition, Rating.locked_at < before, Rating.withdrawn_at.is_(None))
        .where(~through_the_rated)
        .order_by(Encounter.case_id, Encounter.starts_at, Encounter.id)
    )
    return session.execute(query).all()
