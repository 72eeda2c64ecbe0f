"""Clients who left: looked for in each value of each table and each byte of the files, once erased, once restored."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, select, text

from tests import cast, planted
from tests.walks import copies, crowd, served
from triad.domain.parties import Role
from triad.services import backup, context, erasure
from triad.services.context import Actor
from triad.store import erasure as store
from triad.store.cases import Case, CulturalNote
from triad.store.clinic import Client
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.people import Person
from triad.store.types import Base


@dataclass
class Found:
    """How often the words of the erased were found: in tables, in files; `before` in both, while they were there."""

    before: int
    tables: int
    files: int
    log: int = 0
    """In PostgreSQL's log of changes, which is written over in its own time."""


def erased(url: str, careful: bool = True) -> Found:
    """One client with something in every table, erased. `careful` False: rows are deleted, and no more."""
    with _furnished(url) as (who, host):
        planted.client(who)
        before = sum(_needles(planted.NEEDLE))
        if careful:
            erasure.erase(host, planted.CODE)
        else:
            with _careless():
                erasure.erase(host, planted.CODE)
        return Found(before, *_needles(planted.NEEDLE), _in_log(planted.NEEDLE))


def restored(url: str, clients: int, listed: bool = True) -> tuple[int, int]:
    """Clients of an older backup, all erased since, who are there after it was restored; and who were before.

    `listed` False: the list of the erased is lost.
    """
    with copies.tools(), tempfile.TemporaryDirectory() as folder, _furnished(url) as (who, host):
        codes = [_enter(who, number) for number in range(clients)]
        backup.save(host, Path(folder) / "older")
        were = _present()
        # The files of this database are replaced in a moment: they need not be written anew fifty times.
        with _unscrubbed():
            for code in codes:
                erasure.erase(host, code)
        if not listed:
            with db.engine.begin() as connection:
                connection.execute(text("DELETE FROM erasure"))
        backup.restore(host, Path(folder) / "older", over=True)
        return _present(), were


def _present() -> int:
    """Clients of whom any row, or on SQLite any byte, is left."""
    tables, files = _words("xgone")
    return len(tables | files)


def _words(start: str) -> tuple[set[str], set[str]]:
    word = re.compile(f"{start}[0-9]+x")
    db.session.remove()
    with db.engine.connect() as connection:
        rows = [repr(tuple(row)) for one in Base.metadata.sorted_tables for row in connection.execute(select(one))]
    inside = {found for row in rows for found in word.findall(row)}
    raw = re.compile(word.pattern.encode())
    lain = {found.decode() for path in _files() for found in raw.findall(path.read_bytes())}
    return inside, lain


def _enter(who: cast.Cast, number: int) -> str:
    """A client with a case and a word about them."""
    word, id_ = f"xgone{number}x", f"opaque-{number}"
    with context.work(Actor(who.clinic, source="test")) as ctx:
        for row in (
            Person(id=id_, name=f"Zara {word}", zone=cast.BERLIN),
            Diary(id=1000 + number, kind="client"),
            Client(id=id_, code=f"K-{word}", diary_id=1000 + number, spoken=["ti"]),
            Case(
                id=id_, code=f"T-{word}", client_id=id_, therapist_id="p-thea", opened_on=date(2027, 1, 1), needs=[]
            ),
            CulturalNote(
                id=id_,
                case_id=id_,
                author_id="p-thea",
                text=f"never {word}",
                topic="other",
                whose="client",
                source="client",
                audience="all",
                language="en",
                written_at=ctx.now,
            ),
        ):
            ctx.session.add(row)
            ctx.session.flush()
    return f"K-{word}"


@contextlib.contextmanager
def _furnished(url: str) -> Iterator[tuple[cast.Cast, Actor]]:
    with served.opened(url) as app:
        who = crowd.people(app)
        yield who, Actor(who.clinic, source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


@contextlib.contextmanager
def _careless() -> Iterator[None]:
    """Deleted bytes are left where they lie, and the file is not written anew."""

    def leave(connection: Any, *_: Any) -> None:
        if db.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA secure_delete = 0")

    event.listen(db.engine, "checkout", leave)
    try:
        with _unscrubbed():
            yield
    finally:
        event.remove(db.engine, "checkout", leave)


@contextlib.contextmanager
def _unscrubbed() -> Iterator[None]:
    kept, store.scrub = store.scrub, lambda engine: None
    try:
        yield
    finally:
        store.scrub = kept


def _needles(word: str) -> tuple[int, int]:
    db.session.remove()
    with db.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        rows = sum(repr(tuple(row)).count(word) for one in tables for row in connection.execute(select(one)))
    return rows, sum(path.read_bytes().count(word.encode()) for path in _files())


def _files() -> Iterator[Path]:
    """The files of the tables, with whatever lies beside them."""
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        path = Path(db.engine.url.database or "")
        yield from path.parent.glob(f"{path.name}*")
        return
    yield from _server_files("base")


def _in_log(word: str) -> int:
    if db.engine.dialect.name == "sqlite":
        return 0
    return sum(path.read_bytes().count(word.encode()) for path in _server_files("pg_wal"))


def _server_files(folder: str) -> Iterator[Path]:
    engine = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        home = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
    engine.dispose()
    yield from (path for path in (home / folder).rglob("*") if path.is_file())
