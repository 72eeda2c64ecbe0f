"""What people said became of the entries a picture raised."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from triad.store.types import Base


class MarkAnswer(Base):
    """One step of one reader. `found` keeps rule and parameters as they were, no score; rows are only added."""

    __tablename__ = "mark_answer"
    __table_args__ = (
        CheckConstraint("viewer IN ('therapist', 'lead')", name="viewer"),
        CheckConstraint("step IN ('dismissed', 'talked', 'repair', 'closed', 'reopened')", name="step"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    viewer: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    step: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    found: Mapped[dict[str, Any]]
