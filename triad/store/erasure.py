"""Taking a client out for good: which rows are theirs, what else holds them, and the list of who was erased."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain import errors
from triad.store.clinic import Client
from triad.store.diaries import Diary
from triad.store.ledger import ImportBatch, OutboxMessage, Repeat
from triad.store.people import Person
from triad.store.types import Base, Instant, table

STAFF = ("account", "interpreter", "therapist")
WORD = re.compile(r"[\w-]+")

Rows = Mapping[Table, ColumnElement[bool]]
Ids = Mapping[str, frozenset[Any]]
"""Table name -> ids."""


class Erasure(Base):
    """Who was erased, as a keyed hash of an id that means nothing by itself: a backup must not bring them back."""

    __tablename__ = "erasure"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


CARRIED = Table("erasure_carried", MetaData(), Column("hash", String), Column("at", Instant))
"""Lies in a database only from the moment a copy is put in its place until the erased are gone from it."""
HASH = re.compile(r"[0-9a-f]{64}")


def belonging(session: Session, client: Client) -> tuple[Rows, Ids]:
    """Every row that hangs on the client by a foreign key, however far off: table -> which rows, and their ids.

    Tables come in an order in which each stands behind those it points at. Conflict `also_staff` for somebody
    who works here as well: what they did for others is not theirs to take along.
    """
    ids: dict[Table, set[Any]] = {table(Person): {client.id}, table(Diary): {client.diary_id}}
    rows: dict[Table, ColumnElement[bool]] = {one: one.c.id.in_(found) for one, found in ids.items()}
    for one in Base.metadata.sorted_tables:
        keys = [(key.parent, ids.get(key.column.table)) for key in one.foreign_keys]
        ways = [column.in_(sorted(found)) for column, found in keys if found]
        if one in rows or not ways:
            continue
        rows[one] = or_(*ways)
        if "id" in one.c:
            ids[one] = set(session.scalars(select(one.c.id).where(rows[one])))
    if any(ids.get(Base.metadata.tables[name]) for name in STAFF):
        raise errors.Conflict("also_staff")
    ordered = {one: rows[one] for one in Base.metadata.sorted_tables if one in rows}
    return ordered, {one.name: frozenset(found) for one, found in ids.items() if found}


def _forget(session: Session, ids: Ids) -> None:
    """The copies of these rows that no foreign key leads to: messages, repeated answers, what an import undoes."""
    words = {str(id_) for name, found in ids.items() if name != Diary.__tablename__ for id_ in found}
    messages = or_(OutboxMessage.person_id.in_(words), OutboxMessage.subject.in_(words))
    session.execute(delete(OutboxMessage).where(messages))
    repeats = session.execute(select(Repeat.key, Repeat.answer)).all()
    holding = [key for key, answer in repeats if not words.isdisjoint(WORD.findall(answer))]
    session.execute(delete(Repeat).where(Repeat.key.in_(holding)))
    for id_, undo in session.execute(select(ImportBatch.id, ImportBatch.undo)).all():
        lines = json.loads(undo)
        left = _without(lines, ids)
        if len(left) < len(lines):
            text = json.dumps(left, separators=(",", ":"))
            session.execute(update(ImportBatch).where(ImportBatch.id == id_).values(undo=text))


def _without(lines: list[dict[str, Any]], ids: Ids) -> list[dict[str, Any]]:
    """A journal without the lines about these rows, and about rows long gone that pointed at one of them."""
    gone = {(name, id_) for name, found in ids.items() for id_ in found}
    words = {str(id_) for name, id_ in gone if name != Diary.__tablename__}
    while True:
        left = [
            line
            for line in lines
            if (line["table"], line["id"]) not in gone
            and words.isdisjoint(value for value in (line["before"] or {}).values() if isinstance(value, str))
        ]
        if len(left) == len(lines):
            return left
        words |= {str(line["id"]) for line in lines if line not in left and line["table"] != Diary.__tablename__}
        lines = left


def listed(engine: Engine) -> dict[str, datetime]:
    """The list of the erased, as it is now, and what a restore that broke off has carried."""
    there = [one for one in (table(Erasure), CARRIED) if inspect(engine).has_table(one.name)]
    with engine.connect() as connection:
        return {row.hash: row.at for one in there for row in connection.execute(select(one))}


def carrying(erased: Mapping[str, datetime]) -> str:
    """SQL that lays the list beside an older copy, whose own list may be older or none: until `carried` is called."""
    if not all(map(HASH.fullmatch, erased)):
        raise ValueError("a keyed hash has 64 signs")
    rows = [f"('{hash_}', '{at:%Y-%m-%d %H:%M:%S.%f}+00')" for hash_, at in erased.items()]
    made = f"DROP TABLE IF EXISTS {CARRIED.name}; CREATE TABLE {CARRIED.name} (hash TEXT, at TIMESTAMPTZ);"
    return made + (f"INSERT INTO {CARRIED.name} (hash, at) VALUES {', '.join(rows)};" if rows else "")


def carried(session: Session) -> None:
    """Everybody on the list is gone from the copy: the restore is finished."""
    CARRIED.drop(session.connection(), checkfirst=True)


def is_unfinished(engine: Engine) -> bool:
    """Did a restore break off, before those who were erased were gone from the copy?"""
    return inspect(engine).has_table(CARRIED.name)


def erase(session: Session, client: Client, hash_: str, now: datetime) -> Ids:
    """Delete the client with all that is theirs, and put them on the list; what went. Conflict `also_staff`."""
    rows, ids = belonging(session, client)
    _note(session, {hash_: now})
    session.expunge_all()
    for one in reversed(list(rows)):
        session.execute(delete(one).where(rows[one]))
    _forget(session, ids)
    return ids


def replay(
    session: Session, known: Mapping[str, datetime], hashed: Callable[[str], Sequence[str]], now: datetime
) -> list[Ids]:
    """Erase anew whoever is on `known` or on the list of this database, and keep both lists.

    `hashed` gives all hashes an id may be listed under, the one in use first.
    """
    _note(session, known)
    names = set(session.scalars(select(Erasure.hash)))
    back = [(client, hashed(client.id)) for client in session.scalars(select(Client)).all()]
    return [erase(session, client, hashes[0], now) for client, hashes in back if not names.isdisjoint(hashes)]


def _note(session: Session, erased: Mapping[str, datetime]) -> None:
    known = set(session.scalars(select(Erasure.hash)))
    rows = [{"hash": hash_, "at": at} for hash_, at in erased.items() if hash_ not in known]
    if rows:
        session.execute(insert(table(Erasure)), rows)


def scrub(engine: Engine) -> None:
    """Leave no copy of what was deleted in the files: journals emptied, every page written anew."""
    if engine.dialect.name == "sqlite":
        # Past SQLAlchemy, which would begin a transaction: neither is done inside one.
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connected:
        connected.exec_driver_sql("VACUUM FULL")
