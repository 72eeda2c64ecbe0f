"""What signing in leaves behind: who tried when, and the devices somebody has come in with before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store.people import Account
from triad.store.types import Base

KEPT = timedelta(days=90)
"""How long a person can look back on their own."""


class SignIn(Base):
    """A try to sign in. `browser` is coarse ("Firefox, Android"); no address is kept. `account_id` None: nobody's."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(String(60))
    way: Mapped[str] = mapped_column(String(12), default="")
    """`password`, `code`, `recovery`, `passkey`; `half` after a right password alone, "" for any other try."""


class KnownDevice(Base):
    """A browser this account has come in with: the keyed hash of what it holds and of whom it is for."""

    __tablename__ = "known_device"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime]


@dataclass(frozen=True)
class Found:
    """Who an address belongs to. `password` is the hash; None where nobody can sign in with one."""

    id: str
    password: str | None
    uniquifier: str


def account(session: Session, address: str) -> Found | None:
    """`address` in small letters. In one statement whether there is such an account or not: none may take longer."""
    query = select(Account.id, Account.password, Account.active, Account.fs_uniquifier)
    row = session.execute(query.where(func.lower(Account.email) == address)).one_or_none()
    return row and Found(row.id, row.password if row.active else None, row.fs_uniquifier)


def knows(session: Session, hashes: Collection[str], now: datetime) -> bool:
    """Is this device known under one of these hashes, which are of the same value?"""
    query = select(func.max(KnownDevice.seen_at)).where(KnownDevice.hash.in_(hashes))
    seen = session.scalar(query)
    return seen is not None and now - seen < KEPT


def remember(session: Session, hash_: str, account_id: str, now: datetime) -> None:
    """Keep the device as known, and forget what has not been seen for long."""
    session.execute(delete(KnownDevice).where(KnownDevice.seen_at <= now - KEPT))
    session.merge(KnownDevice(hash=hash_, account_id=account_id, seen_at=now))


def forget_devices(session: Session, account_id: str) -> None:
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))


def add(session: Session, row: SignIn) -> None:
    session.execute(delete(SignIn).where(SignIn.at <= row.at - KEPT))
    session.add(row)


def recent(session: Session, account_id: str, limit: int) -> Sequence[SignIn]:
    query = select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.at.desc(), SignIn.id.desc())
    return session.scalars(query.limit(limit)).all()
