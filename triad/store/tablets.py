"""Clinic tablets that were handed over: for which form, until when, and the number that opens it once more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain import errors
from triad.store.ratings import Invitation
from triad.store.types import Base


class Tablet(Base):
    """A browser that shows one form and nothing else. `hash` is that of what it holds, `opened_by` an account.

    `ready`: staff has just handed it over, so the next touch opens the form. `code_hash` is keyed, as `hash`.
    """

    __tablename__ = "tablet"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    opened_by: Mapped[str] = mapped_column(String(24))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    ready: Mapped[bool] = mapped_column(default=True)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_expires_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)


def held(session: Session, hashes: Collection[str], lock: bool = False) -> Tablet | None:
    """The tablet whose browser holds the value with one of these hashes, over or not."""
    query = select(Tablet).where(Tablet.hash.in_(hashes))
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def standing(session: Session, encounter_id: str, now: datetime) -> Tablet:
    """The tablet that is open for an encounter now, the newest if there are two. Closed for none."""
    query = select(Tablet).join(Invitation, Invitation.id == Tablet.invitation_id)
    query = query.where(Invitation.encounter_id == encounter_id, Tablet.closed_at.is_(None), Tablet.expires_at > now)
    row = session.scalars(query.order_by(Tablet.opened_at.desc(), Tablet.id).limit(1).with_for_update()).one_or_none()
    if row is None:
        raise errors.Closed
    return row


def close_earlier(session: Session, encounter_id: str, now: datetime) -> None:
    """One tablet at a time: what is open for the encounter elsewhere ends."""
    own = select(Invitation.id).where(Invitation.encounter_id == encounter_id)
    open_still = update(Tablet).where(Tablet.invitation_id.in_(own), Tablet.closed_at.is_(None))
    session.execute(open_still.values(closed_at=now), execution_options={"synchronize_session": False})
