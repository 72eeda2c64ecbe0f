"""Connections and what they are set to: all of a full pool, and starts on an engine that was made careless."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from triad.app import create_app
from triad.store import db as database

POOL = 50
CARELESS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "journal_mode": "PRAGMA journal_mode = memory",
        "synchronous": "PRAGMA synchronous = normal",
        "foreign_keys": "PRAGMA foreign_keys = 0",
        "secure_delete": "PRAGMA secure_delete = 0",
        "trusted_schema": "PRAGMA trusted_schema = 1",
        "recursive_triggers": "PRAGMA recursive_triggers = 0",
        "busy_timeout": "PRAGMA busy_timeout = 0",
    },
    "postgresql": {
        "synchronous_commit": "SET synchronous_commit TO off",
        "timezone": "SET timezone TO 'America/Asuncion'",
        "lock_timeout": "SET lock_timeout TO 0",
    },
}
"""What each order makes unsafe, by engine."""
SERVERS_OWN = ("fsync", "full_page_writes")
"""Settings of a PostgreSQL server that no connection can mend."""


def safe_connections(url: str) -> int:
    """Of `POOL` connections out of one pool at the same time, how many are as they must be."""
    engine = create_engine(url, pool_size=POOL, max_overflow=0, poolclass=QueuePool)
    database.prepare(engine)
    with contextlib.ExitStack() as stack:
        out = [stack.enter_context(engine.connect()) for _ in range(POOL)]
        safe = sum(database.unsafe(connection) == [] for connection in out)
    engine.dispose()
    return safe


def refused(url: str, careless: bool = False) -> tuple[list[str], int]:
    """Settings with which the house refused to start, naming them, and how many were tried.

    `careless`: without the look at what a connection says of itself.
    """
    lite = url.startswith("sqlite")
    spoilers = {name: _spoilt(order) for name, order in CARELESS["sqlite" if lite else "postgresql"].items()}
    if not lite:
        spoilers |= {name: _server_spoilt(url, name) for name in SERVERS_OWN}
    found = []
    with _blinded() if careless else contextlib.nullcontext():
        for name, spoil in spoilers.items():
            with spoil:
                if name in _start(url):
                    found.append(name)
    return found, len(spoilers)


def _start(url: str) -> str:
    """Why the house did not open; "" if it did."""
    try:
        app = create_app("testing", database_url=url)
    except RuntimeError as error:
        return str(error)
    with app.app_context():
        database.db.engine.dispose()
    return ""


@contextlib.contextmanager
def _spoilt(order: str) -> Iterator[None]:
    """Each connection is given this order at the end of what the house itself tells it, and before it looks."""

    def after(connect: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def connected(connection: Any, record: Any) -> None:
            connect(connection, record)
            cursor = connection.cursor()
            cursor.execute(order)
            connection.commit()

        return connected

    names = ("_sqlite_connect", "_postgres_connect")
    kept = {name: getattr(database, name) for name in names}
    for name in names:
        setattr(database, name, after(kept[name]))
    try:
        yield
    finally:
        for name in names:
            setattr(database, name, kept[name])


@contextlib.contextmanager
def _server_spoilt(url: str, name: str) -> Iterator[None]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for value in ("off", "on"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} TO {value}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            while connection.exec_driver_sql(f"SHOW {name}").scalar_one() != value:
                connection.exec_driver_sql("SELECT pg_sleep(0.01)")
            if value == "off":
                yield
    engine.dispose()


@contextlib.contextmanager
def _blinded() -> Iterator[None]:
    kept = database._unlike
    database._unlike = lambda connection: []
    try:
        yield
    finally:
        database._unlike = kept
