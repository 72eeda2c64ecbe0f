"""A case, what it needs, and what the three people wrote and agreed in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.store.clinic import Client, Interpreter, Site, Therapist
from triad.store.types import Base


class Case(Base):
    """`form_key` is that of the licensed form its sessions are rated with; None for Triad's own."""

    __tablename__ = "case"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapist.id"), index=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    usual_interpreter_id: Mapped[str | None] = mapped_column(ForeignKey("interpreter.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    ending_from: Mapped[date | None]
    form_key: Mapped[str | None] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    client: Mapped[Client] = relationship(lazy="raise")
    therapist: Mapped[Therapist] = relationship(lazy="raise")
    usual_interpreter: Mapped[Interpreter | None] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    needs: Mapped[list[LanguageNeed]] = relationship(lazy="raise", cascade="all, delete-orphan")


class LanguageNeed(Base):
    """`direction` is seen from the language; `wishes` are attribute -> kind, a gender has columns of its own."""

    __tablename__ = "language_need"
    __table_args__ = (
        CheckConstraint("wish_kind IN ('require', 'prefer', 'avoid', 'none')", name="wish"),
        CheckConstraint("min_level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("direction IN ('both', 'from', 'into')", name="direction"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    language: Mapped[str] = mapped_column(String(20))
    dialect: Mapped[str] = mapped_column(String(40), default="")
    strict: Mapped[bool] = mapped_column(default=False)
    min_level: Mapped[int] = mapped_column(default=3)
    gender_wish: Mapped[str] = mapped_column(String(20), default="")
    wish_kind: Mapped[str] = mapped_column(String(10), default="none")
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    direction: Mapped[str] = mapped_column(String(6), default="both")
    mode_t: Mapped[str] = mapped_column(String(12), default="in_person")
    mode_i: Mapped[str] = mapped_column(String(12), default="in_person")
    mode_c: Mapped[str] = mapped_column(String(12), default="in_person")


class Exclusion(Base):
    """ "Not this interpreter". The reason is the therapist's alone; a coordinator sees "not available"."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("client_id", "interpreter_id"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"))
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class CulturalNote(Base):
    """What one person expects, never what a culture does. `audience` is `all` or `therapist`."""

    __tablename__ = "cultural_note"
    __table_args__ = (
        CheckConstraint("audience IN ('all', 'therapist')", name="audience"),
        CheckConstraint("whose IN ('therapist', 'interpreter', 'client')", name="whose"),
        CheckConstraint("source IN ('client', 'interpreter', 'therapist')", name="source"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[str] = mapped_column(String(24))
    whose: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(12))
    confirmed: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(10))
    review_on: Mapped[date | None]
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class LanguageNote(Base):
    """A remark about the language itself: a word to avoid, a dialect heard. Shared with all three."""

    __tablename__ = "language_note"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    written_at: Mapped[datetime]


class Agreement(Base):
    """The ground rules of one triad; a change is a new version, with its texts in each person's language."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("case_id", "version"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    version: Mapped[int]
    texts: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]


class Consent(Base):
    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("party IN ('therapist', 'interpreter', 'client')", name="party"),)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    party: Mapped[str] = mapped_column(String(12), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]


class Goal(Base):
    """`words` are the client's own; `aim` and `tasks` are what was made of them together."""

    __tablename__ = "goal"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20))
    aim: Mapped[str] = mapped_column(Text, default="")
    tasks: Mapped[str] = mapped_column(Text, default="")
    agreed_by: Mapped[list[str]]
    written_at: Mapped[datetime]
    attained_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
