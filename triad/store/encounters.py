"""Planned meetings, the interpreter slot each one has, and who was attached to it when."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Interpreter, Room, Site
from triad.store.types import Base


class Series(Base):
    """A pattern only: each of its dates is an encounter of its own."""

    __tablename__ = "series"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    every_weeks: Mapped[int]


class Encounter(Base):
    """`day`, `at`, `zone`, `fold` are what people meant; `starts_at`, `ends_at` what follows from it in UTC.

    `void_from`, `void_at`: what it was before it was taken for an entry error, and when; "" and None while it is not.
    `sequence`, `changed_at`: how often, and when last, it changed in people's calendars; see `store.calendars`.
    """

    __tablename__ = "encounter"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("status IN ('scheduled', 'held', 'abandoned', 'cancelled', 'void')", name="status"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    external_ref: Mapped[str | None] = mapped_column(String(80), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    day: Mapped[date]
    at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(60))
    fold: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    room_id: Mapped[str | None] = mapped_column(ForeignKey("room.id"))
    mode_t: Mapped[str] = mapped_column(String(12), default="in_person")
    mode_i: Mapped[str] = mapped_column(String(12), default="in_person")
    mode_c: Mapped[str] = mapped_column(String(12), default="in_person")
    status: Mapped[str] = mapped_column(String(12), default="scheduled")
    cancelled_by: Mapped[str] = mapped_column(String(12), default="")
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    void_from: Mapped[str] = mapped_column(String(12), default="")
    void_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    room: Mapped[Room | None] = relationship(lazy="raise")
    slot: Mapped[Slot] = relationship(lazy="raise", back_populates="encounter", cascade="all, delete-orphan")


class Slot(Base):
    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint(
            "state IN ('unfilled', 'on_offer', 'filled', 'confirmed', 'released', 'closed_unfilled')",
            name="state",
        ),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), unique=True)
    need_id: Mapped[str] = mapped_column(ForeignKey("language_need.id"))
    state: Mapped[str] = mapped_column(String(16), default="unfilled", index=True)
    demand_at: Mapped[datetime]
    encounter: Mapped[Encounter] = relationship(lazy="raise", back_populates="slot")
    need: Mapped[LanguageNeed] = relationship(lazy="raise")
    assignments: Mapped[list[Assignment]] = relationship(
        lazy="raise",
        back_populates="slot",
        order_by="(Assignment.made_at, Assignment.ended_at.is_(None), Assignment.id)",
    )


class Assignment(Base):
    """Old rows stay; at most one per slot is live (`ended_at` is null), by a partial unique index."""

    __tablename__ = "assignment"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id"), index=True)
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(12))
    waived: Mapped[list[str]]
    waiver_reason: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    slot: Mapped[Slot] = relationship(lazy="raise", back_populates="assignments")
    interpreter: Mapped[Interpreter] = relationship(lazy="raise")


_live = Assignment.__table__.c.ended_at.is_(None)
Index(
    "uq_assignment_live",
    Assignment.__table__.c.slot_id,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)


class Attendance(Base):
    """What somebody said of one party; no row while nobody has. Read it through `store.attendances`.

    `person_id` is whom it was said of, "" where nobody kept that; `marked_by` an account, `source` how it came in.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("encounter_id", "party"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    party: Mapped[str] = mapped_column(String(12))
    mark: Mapped[str] = mapped_column(String(10))
    minutes_late: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[str] = mapped_column(String(24), default="", server_default="")
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[str] = mapped_column(String(24), default="", server_default="")
    source: Mapped[str] = mapped_column(String(12), default="", server_default="")
