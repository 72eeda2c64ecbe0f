"""Completed forms, the single-use rights to give them, and the values computed from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.store.types import Base


class Invitation(Base):
    """The client's way in. `token_hash` is keyed; `page_hash` is that of the visit the link was turned into."""

    __tablename__ = "invitation"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    version_key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    page_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    page_expires_at: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]]


class Draft(Base):
    """One answer of a form that is not sent yet; written on every screen, read back only as "answered"."""

    __tablename__ = "draft"
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None] = mapped_column(String(16))


class Rating(Base):
    """One slot: rater x encounter. `interpreter_id` is who sat in the room, since a new person starts new edges."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("encounter_id", "party"),
        CheckConstraint("party IN ('therapist', 'interpreter', 'client')", name="party"),
        CheckConstraint("choice IN ('therapist', 'lead_only', 'statistics_only')", name="choice"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    party: Mapped[str] = mapped_column(String(12))
    rater_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    interpreter_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    version_key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(24))
    choice: Mapped[str] = mapped_column(String(16))
    policy: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    locked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    answers: Mapped[list[Answer]] = relationship(lazy="raise", cascade="all, delete-orphan")
    scores: Mapped[list[Score]] = relationship(lazy="raise", cascade="all, delete-orphan")


class Answer(Base):
    __tablename__ = "answer"
    __table_args__ = (CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="one"),)
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[str | None] = mapped_column(String(16))
    wording: Mapped[str] = mapped_column(String(64))


class Score(Base):
    """A facet's POMP value, 0 to 100; null when too few of its items were answered."""

    __tablename__ = "score"
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    direction: Mapped[str] = mapped_column(String(6), primary_key=True)
    facet: Mapped[str] = mapped_column(String(8), primary_key=True)
    pomp: Mapped[float | None]
    answered: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(8))
