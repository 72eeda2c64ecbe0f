"""Second steps of signing in: a code from an app, recovery codes, passkeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, delete, func, insert, literal, select, union_all, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store import types
from triad.store.people import Account
from triad.store.types import Base


class Totp(Base):
    """The secret an app makes its codes from, encrypted for this account alone; not used before it is confirmed."""

    __tablename__ = "totp"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(400))
    counter: Mapped[int] = mapped_column(default=0)
    """The time step of the last code taken: no code is taken twice."""
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Opens once where the app or the key is lost; here lies its keyed hash."""

    __tablename__ = "recovery_code"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    spent_at: Mapped[datetime | None]


class Passkey(Base):
    """The public half of a key that a device or a password store keeps. `credential` is its id, base64url."""

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(2000))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def kinds(session: Session, account_id: str) -> frozenset[str]:
    """What the account can confirm itself with: `code`, `passkey`. Recovery codes are none by themselves."""
    app = select(literal("code")).where(Totp.account_id == account_id, Totp.confirmed_at.is_not(None))
    key = select(literal("passkey")).where(Passkey.account_id == account_id)
    return frozenset(session.scalars(union_all(app, key)))


def holders(session: Session, account_ids: Sequence[str]) -> frozenset[str]:
    """Which of these accounts have a second step."""
    app = select(Totp.account_id).where(Totp.account_id.in_(account_ids), Totp.confirmed_at.is_not(None))
    key = select(Passkey.account_id).where(Passkey.account_id.in_(account_ids))
    return frozenset(session.scalars(union_all(app, key)))


def totp(session: Session, account_id: str, confirmed: bool) -> Totp | None:
    """The app's secret, locked: nobody else takes a code of it meanwhile."""
    state = Totp.confirmed_at.is_not(None) if confirmed else Totp.confirmed_at.is_(None)
    query = select(Totp).where(Totp.account_id == account_id, state).order_by(Totp.made_at.desc(), Totp.id).limit(1)
    return session.scalars(query.with_for_update()).one_or_none()


def confirmed(session: Session, account_id: str) -> Totp | None:
    query = select(Totp).where(Totp.account_id == account_id, Totp.confirmed_at.is_not(None))
    return session.scalars(query.limit(1)).one_or_none()


def waiting(session: Session, account_id: str) -> Totp | None:
    """A secret that has not been confirmed, to show it."""
    query = select(Totp).where(Totp.account_id == account_id, Totp.confirmed_at.is_(None))
    return session.scalars(query.order_by(Totp.made_at.desc(), Totp.id).limit(1)).one_or_none()


def drop_totp(session: Session, account_id: str, but: str = "", waiting_only: bool = False) -> None:
    query = delete(Totp).where(Totp.account_id == account_id, Totp.id != but)
    session.execute(query.where(Totp.confirmed_at.is_(None)) if waiting_only else query)


def renew_codes(session: Session, account_id: str, hashes: Iterable[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    rows = [{"hash": one, "account_id": account_id, "spent_at": None} for one in hashes]
    if rows:
        session.execute(insert(types.table(RecoveryCode)), rows)


def spend_code(session: Session, account_id: str, hash_: str, now: datetime) -> bool:
    """Was it a code of this account that had not been used? Of two at once one finds it."""
    query = update(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.hash == hash_)
    found = session.execute(query.where(RecoveryCode.spent_at.is_(None)).values(spent_at=now))
    return found.rowcount == 1  # type: ignore[attr-defined]


def codes_left(session: Session, account_id: str) -> int:
    query = select(func.count()).select_from(RecoveryCode)
    return session.scalar(query.where(RecoveryCode.account_id == account_id, RecoveryCode.spent_at.is_(None))) or 0


def passkeys(session: Session, account_id: str) -> Sequence[Passkey]:
    query = select(Passkey).where(Passkey.account_id == account_id)
    return session.scalars(query.order_by(Passkey.made_at, Passkey.id)).all()


def by_credential(session: Session, credential: str) -> tuple[Passkey, Account] | None:
    """The key, locked, and the account it opens."""
    key = session.scalars(select(Passkey).where(Passkey.credential == credential).with_for_update()).one_or_none()
    return (key, session.get_one(Account, key.account_id)) if key else None


def drop_passkey(session: Session, account_id: str, id_: str) -> bool:
    found = session.execute(delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == id_))
    return found.rowcount == 1  # type: ignore[attr-defined]


def drop_all(session: Session, account_id: str) -> None:
    drop_totp(session, account_id)
    renew_codes(session, account_id, ())
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))
