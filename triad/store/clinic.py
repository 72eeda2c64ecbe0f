"""The clinic: sites and rooms, interpreters and therapists with what they can do, clients."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.store.people import Person
from triad.store.types import Base


class Site(Base):
    __tablename__ = "site"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    zone: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(300), default="")


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("site_id", "name"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(80))
    diary_id: Mapped[int] = mapped_column(ForeignKey("diary.id"), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Travel(Base):
    """Minutes from one site to another; directed, absent means the clinic's set-up time."""

    __tablename__ = "travel"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)
    from_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    to_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    minutes: Mapped[int]


class Interpreter(Base):
    """`exposure_max`: sessions a week after which it is enough; None is no limit."""

    __tablename__ = "interpreter"
    id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    diary_id: Mapped[int] = mapped_column(ForeignKey("diary.id"), unique=True)
    modes: Mapped[list[str]]
    attributes: Mapped[list[str]] = mapped_column(default=list)
    training_hours: Mapped[int] = mapped_column(default=0)
    ethics_on: Mapped[date | None]
    check_expires: Mapped[date | None]
    adult: Mapped[bool] = mapped_column(default=True)
    max_week_minutes: Mapped[int | None]
    exposure_max: Mapped[int | None]
    supervision_due: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship(lazy="raise")
    skills: Mapped[list[LanguageSkill]] = relationship(lazy="raise", cascade="all, delete-orphan")
    credentials: Mapped[list[Credential]] = relationship(lazy="raise", cascade="all, delete-orphan")


class LanguageSkill(Base):
    """`into` is the other of the two languages, `works` which way: both, or only from or into `language`."""

    __tablename__ = "language_skill"
    __table_args__ = (
        UniqueConstraint("interpreter_id", "language", "into"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("works IN ('both', 'from', 'into')", name="works"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"), index=True)
    language: Mapped[str] = mapped_column(String(20))
    into: Mapped[str] = mapped_column(String(20))
    dialect: Mapped[str] = mapped_column(String(40), default="")
    level: Mapped[int]
    works: Mapped[str] = mapped_column(String(6), default="both")


class Credential(Base):
    __tablename__ = "credential"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"), index=True)
    body: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    issued: Mapped[date | None]
    expires: Mapped[date | None]
    number: Mapped[str] = mapped_column(String(60), default="")


class Therapist(Base):
    __tablename__ = "therapist"
    id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    diary_id: Mapped[int] = mapped_column(ForeignKey("diary.id"), unique=True)
    languages: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    person: Mapped[Person] = relationship(lazy="raise")


class Client(Base):
    """`code` is the pseudonym everybody sees; the name is for therapist and coordinator only."""

    __tablename__ = "client"
    id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    diary_id: Mapped[int] = mapped_column(ForeignKey("diary.id"), unique=True)
    spoken: Mapped[list[str]]
    dialect: Mapped[str] = mapped_column(String(40), default="")
    reads: Mapped[str] = mapped_column(String(20), default="")
    form_language: Mapped[str] = mapped_column(String(20), default="")
    contact_note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    person: Mapped[Person] = relationship(lazy="raise")
