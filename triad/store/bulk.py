"""One step for many sessions: what was asked for, and a line for each session with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from triad.store.cases import Case
from triad.store.clinic import Therapist
from triad.store.encounters import Encounter, Slot
from triad.store.types import Base

OUTCOMES = "('', 'done', 'skipped', 'refused')"


class Bulk(Base):
    """`terms` as they were written, without the words of a reason once it is settled: those stand on each session."""

    __tablename__ = "bulk"
    __table_args__ = (CheckConstraint("kind IN ('confirm', 'cancel', 'reassign', 'offer')", name="kind"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(24))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    terms: Mapped[dict[str, Any]]
    settled_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class BulkLine(Base):
    """`seen`: the session's version when it was looked at; `after`: when its step was done, None while it is not.

    `before`: slot state and interpreter until then. `people`: who is asked. `outcome` "" until it is settled; `why`
    has the codes against it, `undo_why` those against taking it back, or what is not as it was.
    """

    __tablename__ = "bulk_line"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"undo IN {OUTCOMES}", name="undo"),
    )
    bulk_id: Mapped[str] = mapped_column(ForeignKey("bulk.id", ondelete="CASCADE"), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
    seen: Mapped[int]
    people: Mapped[list[str]]
    before: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(8), default="")
    why: Mapped[list[str]] = mapped_column(default=list)
    after: Mapped[int | None]
    undo: Mapped[str] = mapped_column(String(8), default="")
    undo_why: Mapped[list[str]] = mapped_column(default=list)
    encounter: Mapped[Encounter] = relationship(lazy="raise")


def lines(session: Session, bulk_id: str) -> Sequence[BulkLine]:
    """In order of time, each with its session's case, therapist, need and site."""
    encounter = joinedload(BulkLine.encounter)
    query = (
        select(BulkLine)
        .join(Encounter, Encounter.id == BulkLine.encounter_id)
        .where(BulkLine.bulk_id == bulk_id)
        .options(
            encounter.joinedload(Encounter.case).joinedload(Case.therapist).joinedload(Therapist.person),
            encounter.joinedload(Encounter.slot).joinedload(Slot.need),
            encounter.joinedload(Encounter.site),
        )
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return session.scalars(query).all()


def line(session: Session, bulk_id: str, encounter_id: str) -> BulkLine | None:
    """Locked: of two who settle it at once the second sees what the first one did."""
    where = BulkLine.bulk_id == bulk_id, BulkLine.encounter_id == encounter_id
    return session.scalars(select(BulkLine).where(*where).with_for_update()).one_or_none()


def latest(session: Session, limit: int) -> Sequence[Bulk]:
    """Those that were carried out, newest first."""
    query = select(Bulk).where(Bulk.settled_at.is_not(None)).order_by(Bulk.settled_at.desc(), Bulk.id.desc())
    return session.scalars(query.limit(limit)).all()
