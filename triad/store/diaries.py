"""What is taken: one table for therapists, interpreters, clients and rooms, which refuses overlap by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, CheckConstraint, ForeignKey, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

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
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def book(self, session: Session, taken: Taken) -> None:
        """Take a span of this diary and bump its version: two who read the same state cannot both write."""
        taken.diary_id = self.id
        flag_modified(self, "kind")
        session.add(taken)


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
