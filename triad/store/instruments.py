"""Licensed forms a clinic brought along. What was in use once is never changed and never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, Index, String, UniqueConstraint, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.store import types
from triad.store.types import Base

IN_USE = text("state = 'active'")


class LicensedFile(Base):
    """`document` is the file as it was read, `hash` is of it; `key` and `version` are those it gives itself."""

    __tablename__ = "licensed_form"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        CheckConstraint("state IN ('loaded', 'active', 'ended')", name="state"),
        # Two who bring two versions into use at once would both see none.
        Index("uq_licensed_form_active", "key", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    loaded_by: Mapped[str] = mapped_column(String(24))
    loaded_at: Mapped[datetime]
    activated_by: Mapped[str | None] = mapped_column(String(24))
    activated_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(24))
    ended_at: Mapped[datetime | None]


WHY = "a form that was in use is not changed"
FROZEN = "key, version, hash, document"
LITE = (
    f"CREATE TRIGGER licensed_form_frozen BEFORE UPDATE OF {FROZEN} ON licensed_form "
    f"WHEN OLD.state <> 'loaded' BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
    "CREATE TRIGGER licensed_form_onward BEFORE UPDATE OF state ON licensed_form "
    f"WHEN OLD.state <> 'loaded' AND NEW.state = 'loaded' BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
    "CREATE TRIGGER licensed_form_kept BEFORE DELETE ON licensed_form "
    f"WHEN OLD.state <> 'loaded' BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
)
POSTGRES = (
    "CREATE FUNCTION licensed_form_frozen() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$",
    f"CREATE TRIGGER licensed_form_frozen BEFORE UPDATE OF {FROZEN} ON licensed_form "
    "FOR EACH ROW WHEN (OLD.state <> 'loaded') EXECUTE FUNCTION licensed_form_frozen()",
    "CREATE TRIGGER licensed_form_onward BEFORE UPDATE OF state ON licensed_form "
    "FOR EACH ROW WHEN (OLD.state <> 'loaded' AND NEW.state = 'loaded') EXECUTE FUNCTION licensed_form_frozen()",
    "CREATE TRIGGER licensed_form_kept BEFORE DELETE ON licensed_form "
    "FOR EACH ROW WHEN (OLD.state <> 'loaded') EXECUTE FUNCTION licensed_form_frozen()",
)
_table = types.table(LicensedFile)
for _dialect, _statements in (("sqlite", LITE), ("postgresql", POSTGRES)):
    for _statement in _statements:
        event.listen(_table, "after_create", DDL(_statement).execute_if(dialect=_dialect))
_dropped = DDL("DROP FUNCTION IF EXISTS licensed_form_frozen()")
event.listen(_table, "after_drop", _dropped.execute_if(dialect="postgresql"))


def every(session: Session) -> Sequence[LicensedFile]:
    return session.scalars(select(LicensedFile).order_by(LicensedFile.key, LicensedFile.loaded_at.desc())).all()


def one(session: Session, id_: str, lock: bool = False) -> LicensedFile | None:
    query = select(LicensedFile).where(LicensedFile.id == id_)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def named(session: Session, key: str, version: str) -> LicensedFile | None:
    """Locked: nobody else brings it into use meanwhile."""
    query = select(LicensedFile).where(LicensedFile.key == key, LicensedFile.version == version)
    return session.scalars(query.with_for_update()).one_or_none()


def in_use(session: Session, key: str = "") -> Sequence[LicensedFile]:
    """Every form in use, or that of this key."""
    query = select(LicensedFile).where(LicensedFile.state == "active").order_by(LicensedFile.key)
    return session.scalars(query.where(LicensedFile.key == key) if key else query).all()


def active(session: Session, key: str) -> Sequence[LicensedFile]:
    """Locked, as `named`."""
    query = select(LicensedFile).where(LicensedFile.key == key, LicensedFile.state == "active")
    return session.scalars(query.with_for_update()).all()
