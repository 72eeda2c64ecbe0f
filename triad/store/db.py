"""The one database, with the engine settings each connection must have."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event

from triad.store import (
    briefings,
    bulk,
    calendars,
    cancellations,
    cases,
    clinic,
    contacts,
    diaries,
    encounters,
    erasure,
    factors,
    frozen,
    holidays,
    instruments,
    keys,
    ledger,
    marks,
    offers,
    people,
    ratings,
    requests,
    resets,
    reviews,
    settings,
    sheets,
    signins,
    staffing,
    tablets,
    tries,
    voices,
)
from triad.store.types import Base

db = SQLAlchemy(model_class=Base, session_options={"autoflush": False, "expire_on_commit": False})

NOUNS = (
    *(people, keys, diaries, clinic, cases, encounters, ratings, frozen, marks, contacts, ledger, erasure),
    *(settings, factors, signins, tries, resets, reviews, staffing, calendars, offers, holidays),
    *(requests, sheets, tablets, bulk, voices, instruments, cancellations, briefings),
)
WRITES = "triad_writes"
"""Execution option of a connection that is going to write: SQLite then takes its lock at once."""

FIXED_WAL = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """SQLite 3.7.0 to 3.51.2 can corrupt a WAL file on reset; three releases carry the mend.

    Source: sqlite.org/wal.html.
    """
    return version >= FIXED_WAL[2] or any(fixed <= version < (3, fixed[1] + 1, 0) for fixed in FIXED_WAL[:2])


def sqlite_settings(version: tuple[int, int, int]) -> dict[str, str]:
    """Pragmas and the values they must read back as. DELETE with EXTRA where the WAL mend is missing."""
    journal, sync = ("wal", "2") if wal_is_safe(version) else ("delete", "3")
    return {
        "journal_mode": journal,
        "synchronous": sync,
        "foreign_keys": "1",
        "secure_delete": "1",
        "trusted_schema": "0",
        # Else a line that is replaced is deleted past the triggers that forbid it.
        "recursive_triggers": "1",
        "busy_timeout": "10000",
    }


POSTGRES_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "lock_timeout": "10s",
}
"""What a connection must read back. The first and the third are the server's own."""


def prepare(engine: Engine) -> None:
    """Attach the settings to every connection the engine will open."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)


def _sqlite_connect(connection: sqlite3.Connection, _: Any) -> None:
    # Python's own transaction handling would delay BEGIN until the first write: too late for a lock.
    connection.isolation_level = None
    for name, value in sqlite_settings(sqlite3.sqlite_version_info).items():
        connection.execute(f"PRAGMA {name} = {value}")
    _refuse_unsafe(connection)


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres_connect(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on; SET timezone TO 'UTC'; SET lock_timeout TO '10s'")
    connection.commit()
    _refuse_unsafe(connection)
    connection.commit()


class Unsafe(RuntimeError):
    """A connection is not as it must be: nobody works with it."""


def unsafe(connection: Connection) -> list[str]:
    """The settings of this connection that are not as they must be, as "name is x, must be y"."""
    return _unlike(connection.connection.dbapi_connection)


def _refuse_unsafe(connection: Any) -> None:
    """Said is not done: a build without a setting, or a server that has another one, takes the order and goes on."""
    if wrong := _unlike(connection):
        raise Unsafe(f"unsafe database settings: {'; '.join(wrong)}")


def _unlike(connection: Any) -> list[str]:
    if isinstance(connection, sqlite3.Connection):
        wanted = sqlite_settings(sqlite3.sqlite_version_info)
        read = {name: str(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in wanted}
        if not connection.execute("PRAGMA database_list").fetchone()[2]:
            wanted["journal_mode"] = "memory"
    else:
        wanted = POSTGRES_SETTINGS
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in wanted)}")
            read = dict(zip(wanted, cursor.fetchone(), strict=True))
    return [f"{n} is {read[n].lower()}, must be {w}" for n, w in wanted.items() if read[n].lower() != w.lower()]
