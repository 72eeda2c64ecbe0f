"""What has been done: the audit chain, messages waiting to go out, import batches, repeated requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import DDL, CheckConstraint, Index, String, Text, event, false
from sqlalchemy.orm import Mapped, mapped_column

from triad.store.types import Base


class AuditEntry(Base):
    """`hash` = keyed hash of the previous hash and this line; pseudonyms and codes only, no content."""

    __tablename__ = "audit_entry"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(24), index=True)
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditLine(NamedTuple):
    """An entry before it is tied to the chain."""

    seq: int
    at: datetime
    actor: str
    verb: str
    subject: str
    details: dict[str, Any]


SQLITE_APPEND_ONLY = tuple(
    f"CREATE TRIGGER audit_append_only_{verb.lower()} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRES_APPEND_ONLY = (
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)
for _statement in SQLITE_APPEND_ONLY:
    event.listen(AuditEntry.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))
for _statement in POSTGRES_APPEND_ONLY:
    event.listen(AuditEntry.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))
event.listen(
    AuditEntry.__table__,
    "after_drop",
    DDL("DROP FUNCTION IF EXISTS audit_append_only()").execute_if(dialect="postgresql"),
)


class OutboxMessage(Base):
    """What somebody is to be told; the words are found when it goes out. `subject` is what it is about, by id.

    `starts_at`: when the encounter in question was, as this was written. `claimed_at`: since when a worker holds it.
    `doubtful`: one try ended without an answer, so that it may have arrived already. `tries` counts since the last
    time a person asked for it.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'unsure')", name="state"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        Index("ix_outbox_message_due", "state", "written_at"),
    )
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(8), default="waiting", server_default="waiting")
    channel: Mapped[str] = mapped_column(String(5), default="email", server_default="email")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(20), default="", server_default="")
    doubtful: Mapped[bool] = mapped_column(default=False, server_default=false())
    starts_at: Mapped[datetime | None]


class ImportBatch(Base):
    """`undo` lists, newest first, what each row was before: {table, id, before}; before null = it was new."""

    __tablename__ = "import_batch"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(24))
    counts: Mapped[dict[str, Any]]
    undo: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None]


class Repeat(Base):
    """The answer to a creating request, kept under its Idempotency-Key for whoever sends it again."""

    __tablename__ = "repeat"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
