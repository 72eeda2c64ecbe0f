"""Who was asked to take a session and what they said; and open questions of acquaintance that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Row, String, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from triad.domain import lifecycle, offers
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Interpreter, Site
from triad.store.encounters import Encounter, Slot
from triad.store.people import Person
from triad.store.types import Base


class Offer(Base):
    """Answered from `opens_at` until before `expires_at`, by the clock. Old rows stay; one a slot and person is open.

    `told_at` is None until the interpreter was written to; `reason` is a code of theirs.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(
            "state IN ('sent', 'seen', 'accepted', 'declined', 'expired', 'withdrawn', 'too_late')", name="state"
        ),
        CheckConstraint("expires_at > opens_at", name="order"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id"), index=True)
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"), index=True)
    tier: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="sent")
    sent_by: Mapped[str] = mapped_column(String(24))
    made_at: Mapped[datetime]
    opens_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(12), default="")
    slot: Mapped[Slot] = relationship(lazy="raise")

    def standing(self, now: datetime) -> str:
        return offers.standing(self.state, self.opens_at, self.expires_at, now)

    def end(self, state: str, now: datetime) -> None:
        self.state, self.ended_at = state, now


_open = Offer.__table__.c.ended_at.is_(None)
Index(
    "uq_offer_open",
    Offer.__table__.c.slot_id,
    Offer.__table__.c.interpreter_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)


class Acquaintance(Base):
    """Client and interpreter may know each other. Open, or decided "apart", it stops offers and plans."""

    __tablename__ = "acquaintance"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    interpreter_id: Mapped[str] = mapped_column(ForeignKey("interpreter.id"), index=True)
    source: Mapped[str] = mapped_column(String(12))
    noted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(24), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="")


def acquainted(session: Session, but: str) -> Sequence[Row[Acquaintance, str, str]]:
    """Open questions, oldest first, with interpreter's name and client's code; none about a client of `but`."""
    own = select(Case.client_id).where(Case.therapist_id == but)
    query = (
        select(Acquaintance, Person.name, Client.code)
        .join(Person, Person.id == Acquaintance.interpreter_id)
        .join(Client, Client.id == Acquaintance.client_id)
        .where(Acquaintance.decided_at.is_(None), Acquaintance.client_id.not_in(own))
    )
    return session.execute(query.order_by(Acquaintance.noted_at, Acquaintance.id)).all()


def open_of(session: Session, slot_id: str) -> Sequence[Offer]:
    """Not answered and not ended, though the time of some may be over; the earliest tier first."""
    session.flush()
    query = select(Offer).where(Offer.slot_id == slot_id, Offer.ended_at.is_(None))
    return session.scalars(query.order_by(Offer.opens_at, Offer.id)).all()


def end_open(session: Session, slot_id: str, state: str, now: datetime) -> list[str]:
    """Nobody is to answer any more; the interpreters who had heard of it."""
    rows = open_of(session, slot_id)
    for row in rows:
        row.end("expired" if row.standing(now) == "expired" else state, now)
    return [row.interpreter_id for row in rows if row.told_at and row.state == state]


def settle(session: Session, slot: Slot, now: datetime) -> list[tuple[str, str]]:
    """What follows from the clock, or from somebody's no: person and kind of each message to be written.

    Offers whose time is over end. When nobody of the tiers let out can answer any more the next one is asked at once,
    and after the last one the slot is open again.
    """
    left = []
    for row in open_of(session, slot.id):
        if row.standing(now) == "expired":
            row.end(lifecycle.ensure("offer", row.state, "expire"), now)
        else:
            left.append(row)
    if slot.state != "on_offer":
        return []
    if not left:
        slot.state = lifecycle.ensure("slot", slot.state, "offers_ended")
        (last,) = asked(session, slot.id)[:1]
        return [(last[0].sent_by, "offers_over")]
    early = max(left[0].opens_at - now, timedelta(0))
    for row in left:
        row.opens_at, row.expires_at = row.opens_at - early, row.expires_at - early
    return [(row.interpreter_id, "offer") for row in let_out(left, now)]


def let_out(rows: Iterable[Offer], now: datetime) -> list[Offer]:
    """Those whose tier the clock has let out and who are yet to be written to; from now on they count as told."""
    due = [row for row in rows if row.opens_at <= now < row.expires_at and row.told_at is None]
    for row in due:
        row.told_at = now
    return due


def asked(session: Session, slot_id: str) -> Sequence[Row[Offer, str]]:
    """Offer and name for everybody who was asked, newest round first, in the order in which they were to be asked."""
    query = select(Offer, Person.name).join(Person, Person.id == Offer.interpreter_id).where(Offer.slot_id == slot_id)
    return session.execute(query.order_by(Offer.made_at.desc(), Offer.tier, Person.name, Offer.id)).all()


def of(
    session: Session, interpreter_id: str, now: datetime, since: datetime
) -> Sequence[Row[Offer, Encounter, LanguageNeed, Site]]:
    """Offer, Encounter, LanguageNeed and Site (or None) of what this interpreter was asked, soonest first.

    Only what the clock has let out, and of what has ended only what did since then.
    """
    query = (
        select(Offer, Encounter, LanguageNeed, Site)
        .join(Slot, Slot.id == Offer.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .join(LanguageNeed, LanguageNeed.id == Slot.need_id)
        .outerjoin(Site, Site.id == Encounter.site_id)
        .where(Offer.interpreter_id == interpreter_id, Offer.opens_at <= now)
        .where(func.coalesce(Offer.ended_at, Offer.expires_at) > since)
    )
    return session.execute(query.order_by(Encounter.starts_at, Offer.opens_at, Offer.id)).all()


def due(session: Session, *where: Any) -> Sequence[Offer]:
    """Open offers with their slots, by encounter, so that two who lock them all do it in one order."""
    query = select(Offer).join(Slot, Slot.id == Offer.slot_id).where(Offer.ended_at.is_(None), *where)
    return session.scalars(query.options(joinedload(Offer.slot)).order_by(Slot.encounter_id, Offer.id)).all()


def counted(session: Session, ids: Iterable[str], since: datetime) -> Mapping[str, int]:
    """How often each of these interpreters was asked since then."""
    query = select(Offer.interpreter_id, func.count()).where(
        Offer.interpreter_id.in_(list(ids)), Offer.made_at >= since
    )
    rows = session.execute(query.group_by(Offer.interpreter_id)).all()
    return {row[0]: row[1] for row in rows}


def interpreter_of(session: Session, id_: str) -> tuple[str, int, str] | None:
    """Of an offer: who was asked, their diary, and the encounter; None when there is none."""
    query = (
        select(Offer.interpreter_id, Interpreter.diary_id, Slot.encounter_id)
        .join(Interpreter, Interpreter.id == Offer.interpreter_id)
        .join(Slot, Slot.id == Offer.slot_id)
        .where(Offer.id == id_)
    )
    row = session.execute(query).one_or_none()
    return (row[0], row[1], row[2]) if row else None
