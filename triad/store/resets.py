"""Passwords that somebody asked to choose anew: who asked when, and the link that was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store.people import Account
from triad.store.types import Base


class PasswordReset(Base):
    """`account_id` None: asked for an address that is nobody's; gone with the next round of the machine.

    `expires_at` and `token_hash` come with the message, which the machine writes.
    """

    __tablename__ = "password_reset"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None]
    spent_at: Mapped[datetime | None]


def fresh(session: Session) -> Sequence[PasswordReset]:
    """What was asked for by somebody with an account, and no message has been written for; the rest is removed."""
    session.execute(delete(PasswordReset).where(PasswordReset.account_id.is_(None)))
    query = select(PasswordReset).where(PasswordReset.expires_at.is_(None)).order_by(PasswordReset.asked_at)
    return session.scalars(query.with_for_update()).all()


def accounts(session: Session, ids: Collection[str]) -> dict[str, Account]:
    rows = session.scalars(select(Account).where(Account.id.in_(list(ids))).with_for_update(of=Account))
    return {row.id: row for row in rows.unique()}


def end_open(session: Session, account_id: str, now: datetime) -> None:
    """Links of this account that were sent open nothing from now on."""
    sent = (PasswordReset.account_id == account_id, PasswordReset.expires_at.is_not(None))
    session.execute(update(PasswordReset).where(*sent, PasswordReset.spent_at.is_(None)).values(spent_at=now))


def is_open(session: Session, id_: str, now: datetime) -> bool:
    query = select(PasswordReset.id).where(PasswordReset.id == id_, PasswordReset.spent_at.is_(None))
    return session.scalar(query.where(PasswordReset.expires_at > now)) is not None


def account(session: Session, hashes: Collection[str], now: datetime, lock: bool = False) -> Account | None:
    """Whose password a link that is still open lets choose. With `lock` nobody else can use it meanwhile."""
    query = (
        select(Account)
        .join(PasswordReset, PasswordReset.account_id == Account.id)
        .where(PasswordReset.token_hash.in_(list(hashes)), PasswordReset.spent_at.is_(None))
        .where(PasswordReset.expires_at > now, Account.active.is_(True), Account.password.is_not(None))
    )
    return session.scalars(query.with_for_update(of=Account) if lock else query).unique().one_or_none()
