"""Tries that failed, counted in the database and so by all workers together; gone after a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Index, ScalarSelect, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain import errors, throttling
from triad.store import types
from triad.store.types import Base

Keys = Mapping[str, str]
"""What a try counts under: a line of `throttling.RULES` -> the keyed hash of whom or what it is about."""


class FailedTry(Base):
    """One try under one of its keys: neither an address nor an account can be read from it."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_key_at", "key", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    try_id: Mapped[str] = mapped_column(String(24), index=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


def ensure(session: Session, keys: Keys, now: datetime) -> None:
    """May a try under these keys come now? Raises TooOften. Nobody else counts under them meanwhile: tries at the
    same time are not let by."""
    if seconds := wait(session, keys, now):
        raise errors.TooOften(seconds)
    if session.get_bind().dialect.name == "postgresql":
        locks = (func.pg_advisory_xact_lock(func.hashtextextended(key, 0)) for key in sorted(keys.values()))
        session.execute(select(*locks))
        if seconds := wait(session, keys, now):
            raise errors.TooOften(seconds)


def wait(session: Session, keys: Keys, now: datetime) -> int:
    """Whole seconds until a try under these keys may come; 0 for now. One statement."""
    rules = [(key, rule) for kind, key in keys.items() for rule in throttling.RULES[kind]]
    asked = [_newest(key, skipped) for key, rule in rules for skipped in (rule.fails - 1, 0)]
    found = session.execute(select(*asked)).one()
    pairs = zip(rules, found[::2], found[1::2], strict=True)
    return throttling.seconds(throttling.wait(rule, earlier, last, now) for (_, rule), earlier, last in pairs)


def _newest(key: str, skipped: int) -> ScalarSelect[datetime]:
    query = select(FailedTry.at).where(FailedTry.key == key).order_by(FailedTry.at.desc())
    return query.limit(1).offset(skipped).scalar_subquery()


def add(session: Session, try_id: str, keys: Iterable[str], now: datetime) -> None:
    """Count a try as failed, which it is until `forget` says otherwise."""
    session.execute(delete(FailedTry).where(FailedTry.at <= now - throttling.REMEMBERED))
    rows = [{"try_id": try_id, "key": key, "at": now} for key in keys]
    session.execute(insert(types.table(FailedTry)), rows)


def forget(session: Session, try_id: str) -> None:
    session.execute(delete(FailedTry).where(FailedTry.try_id == try_id))
