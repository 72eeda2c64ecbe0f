"""Paper sheets as rows: the number that is printed on each, and how far somebody has come in typing it in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store.ratings import Invitation
from triad.store.types import Base


class Sheet(Base):
    """A printed form. `number_hash` is keyed; `wording` the hash of the words it was printed in.

    `typed` are the lines that were typed in, never what was marked on them.
    """

    __tablename__ = "paper_sheet"
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True)
    number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(String(64))
    typed: Mapped[list[str]]
    printed_at: Mapped[datetime]


def by_number(session: Session, hashes: Collection[str]) -> tuple[Sheet, Invitation] | None:
    """A sheet and the right it stands for, over or not; nobody else changes them meanwhile."""
    query = select(Sheet, Invitation).join(Invitation, Invitation.id == Sheet.invitation_id)
    found = session.execute(query.where(Sheet.number_hash.in_(hashes)).with_for_update()).one_or_none()
    return found and (found[0], found[1])


def of(session: Session, invitation_id: str) -> Sheet | None:
    """None for a right that nobody printed."""
    return session.get(Sheet, invitation_id)
