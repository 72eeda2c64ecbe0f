"""Rules for late cancellations, and what each cancellation was: by whom, when, late or not by which rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from triad.domain import cancelling
from triad.domain.cancelling import Decided, Meeting, Window
from triad.domain.timespans import CALENDAR
from triad.store import holidays
from triad.store.clinic import Site
from triad.store.encounters import Encounter
from triad.store.types import Base


class CancellingRule(Base):
    """Nobody changes one: it is ended, and another begins. `words` are printed wherever it decided.

    `valid_to` is its last day. `mode`, `party` "": any. `charge` only with a `currency` and a `payer`.
    """

    __tablename__ = "cancelling_rule"
    __table_args__ = (
        CheckConstraint("unit IN ('hours', 'business_days')", name="unit"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="order"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    mode: Mapped[str] = mapped_column(String(12), default="")
    party: Mapped[str] = mapped_column(String(12), default="")
    unit: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int]
    payer: Mapped[str] = mapped_column(String(12), default="")
    charge: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(24))

    def window(self) -> Window:
        return Window(self.id, self.valid_from, self.valid_to, self.mode, self.party, self.unit, self.amount)


class Cancellation(Base):
    """One row each time an encounter is cancelled; at most one that was not restored.

    `rule_id`, `cut_off`, `late` are None where no rule held. `noted_by`, `waived_by`: accounts.
    """

    __tablename__ = "cancellation"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    party: Mapped[str] = mapped_column(String(12))
    notice_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(24))
    rule_id: Mapped[str | None] = mapped_column(ForeignKey("cancelling_rule.id"), index=True)
    cut_off: Mapped[datetime | None]
    late: Mapped[bool | None]
    waived_at: Mapped[datetime | None]
    waived_by: Mapped[str] = mapped_column(String(24), default="")
    waived_reason: Mapped[str] = mapped_column(Text, default="")
    restored_at: Mapped[datetime | None]
    rule: Mapped[CancellingRule | None] = relationship(lazy="raise")


_standing = Cancellation.__table__.c.restored_at.is_(None)
Index(
    "uq_cancellation_standing",
    Cancellation.__table__.c.encounter_id,
    unique=True,
    sqlite_where=_standing,
    postgresql_where=_standing,
)


class Terms(NamedTuple):
    """What is known to decide by, whoever cancels and whenever they said so."""

    rules: Sequence[CancellingRule]
    meeting: Meeting
    closed: frozenset[date]

    def decide(self, party: str, notice_at: datetime) -> Decided | None:
        windows = [one.window() for one in self.rules]
        return cancelling.decide(windows, self.meeting, party, notice_at, self.closed)

    def rule(self, id_: str) -> CancellingRule:
        return next(one for one in self.rules if one.id == id_)


def terms(session: Session, encounter: Encounter) -> Terms:
    """The rules of the encounter's day, and the clock and the holidays of its site."""
    day = encounter.day
    held = select(CancellingRule).where(CancellingRule.valid_from <= day)
    held = held.where(CancellingRule.valid_to.is_(None) | (CancellingRule.valid_to >= day))
    rules = session.scalars(held.order_by(CancellingRule.valid_from, CancellingRule.id)).all()
    site = session.get(Site, encounter.site_id) if encounter.site_id else None
    closed = holidays.between(session, encounter.site_id, CALENDAR[0], day) if rules else ()
    zone = site.zone if site else encounter.zone
    return Terms(rules, Meeting(day, encounter.starts_at, zone, encounter.mode_i), frozenset(closed))


def note(
    session: Session, fresh_id: Callable[[], str], encounter: Encounter, by: str, now: datetime, notice_at: datetime
) -> Cancellation:
    """Keep that an encounter is cancelled, and what the rules say of it. `by` is an account."""
    found = terms(session, encounter).decide(encounter.cancelled_by, notice_at)
    row = Cancellation(
        id=fresh_id(),
        encounter_id=encounter.id,
        party=encounter.cancelled_by,
        notice_at=notice_at,
        noted_at=now,
        noted_by=by,
        rule_id=found and found.rule,
        cut_off=found and found.cut_off,
        late=found and found.late,
    )
    session.add(row)
    return row


def standing(session: Session, encounter_id: str) -> Cancellation | None:
    """What its cancellation was; None for what is not cancelled, or came so from elsewhere."""
    query = select(Cancellation).where(Cancellation.encounter_id == encounter_id, Cancellation.restored_at.is_(None))
    return session.scalars(query).one_or_none()


def take_back(session: Session, encounter_id: str, now: datetime) -> None:
    """It takes place after all: the row stays, and stands no more."""
    if row := standing(session, encounter_id):
        row.restored_at = now
