"""What is taken: one table for therapists, interpreters, clients and rooms, which refuses overlap by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column

from triad.store.types import Base

OVERLAP = "taken_overlap"

EXCLUDE = (
    f"ALTER TABLE taken ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist "
    "(int4range(diary_id, diary_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
)


def trigger(moment: str) -> str:
    """The SQLite twin of EXCLUDE, for `moment` INSERT or UPDATE; instants are stored as sortable UTC text."""
    return (
        f"CREATE TRIGGER {OVERLAP}_{moment.lower()} BEFORE {moment} ON taken "
        "WHEN EXISTS (SELECT 1 FROM taken t WHERE t.diary_id = NEW.diary_id AND t.id != NEW.id "
        "AND t.starts_at < NEW.ends_at AND NEW.starts_at < t.ends_at) "
        f"BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END"
    )


class Diary(Base):
    """`version` is bumped by every booking, so that two who read the same diary cannot both write it."""

    __tablename__ = "diary"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)


class Taken(Base):
    """A span of one diary. The row goes when the time is free again; history lies with the assignment."""

    __tablename__ = "taken"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    diary_id: Mapped[int] = mapped_column(ForeignKey("diary.id"), index=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


for _moment in ("INSERT", "UPDATE"):
    event.listen(Taken.__table__, "after_create", DDL(trigger(_moment)).execute_if(dialect="sqlite"))
event.listen(Taken.__table__, "after_create", DDL(EXCLUDE).execute_if(dialect="postgresql"))
