"""Whether therapist and interpreter talked before and after a session, and which points they went through."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from triad.store.types import Base


class Briefing(Base):
    """`part` "before" or "after"; `points` are codes, never what was said. `said_by` is an account."""

    __tablename__ = "briefing"
    __table_args__ = (
        UniqueConstraint("encounter_id", "part"),
        CheckConstraint("part IN ('before', 'after')", name="part"),
        CheckConstraint("state IN ('done', 'missed')", name="state"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    part: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    points: Mapped[list[str]]
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(24))
