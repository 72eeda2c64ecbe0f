"""Ways in which a database comes to a stop: its file, its server, its disk. Each lasts as long as it is entered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from triad.store.db import db

# What can happen to a file


@contextlib.contextmanager
def with_connections(*statements: str) -> Iterator[None]:
    """Every connection that is taken out of the pool is told this first."""

    def tell(connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    event.listen(db.engine, "checkout", tell)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", tell)
        db.engine.dispose()


@contextlib.contextmanager
def full() -> Iterator[None]:
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with with_connections(f"PRAGMA max_page_count = {pages}"):
        yield


@contextlib.contextmanager
def locked() -> Iterator[None]:
    with with_connections("PRAGMA busy_timeout = 50"):
        holder = create_engine(db.engine.url)
        with holder.connect() as connection:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            yield
        holder.dispose()


@contextlib.contextmanager
def damaged() -> Iterator[None]:
    path = Path(db.engine.url.database or "")
    db.engine.dispose()
    with path.open("r+b") as file:
        first = file.read(100)
        file.seek(0)
        file.write(b"\0" * 99 + b"x")
    try:
        yield
    finally:
        db.engine.dispose()
        with path.open("r+b") as file:
            file.write(first)


@contextlib.contextmanager
def gone() -> Iterator[None]:
    path = Path(db.engine.url.database or "")
    away = path.parent.with_name(path.parent.name + "-away")
    db.engine.dispose()
    path.parent.rename(away)
    try:
        yield
    finally:
        away.rename(path.parent)


# What can happen to a server


@contextlib.contextmanager
def raising(state: str, action: str = "") -> Iterator[None]:
    """Whatever is to be noted in the trail, which is the last step of each act, ends so."""
    body = action or f"RAISE EXCEPTION USING ERRCODE = '{state}';"
    with _outside() as connection:
        connection.exec_driver_sql(
            f"CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER fails BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION fails()"
        )
    try:
        yield
    finally:
        with _outside() as connection:
            connection.exec_driver_sql("DROP TRIGGER fails ON audit_entry; DROP FUNCTION fails()")


@contextlib.contextmanager
def meeting(times: int) -> Iterator[None]:
    """The first `times` writers are ended for another one's sake."""
    with _outside() as connection:
        # A sequence goes on counting where everything else is undone.
        connection.exec_driver_sql("CREATE SEQUENCE met")
    met = f"IF nextval('met') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '40P01'; END IF; RETURN NEW;"
    try:
        with raising("", met):
            yield
    finally:
        with _outside() as connection:
            connection.exec_driver_sql("DROP SEQUENCE met")


@contextlib.contextmanager
def held() -> Iterator[None]:
    with with_connections("SET lock_timeout TO '50ms'"), _outside("READ COMMITTED") as connection:
        connection.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextlib.contextmanager
def closed() -> Iterator[None]:
    """The server takes nobody any more, and has sent everybody away."""
    name = db.engine.url.database
    with _outside(database="template1") as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        with _outside(database="template1") as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextlib.contextmanager
def _outside(isolation: Any = "AUTOCOMMIT", database: str = "") -> Iterator[Any]:
    url = make_url(db.engine.url)
    engine: Engine = create_engine(url.set(database=database) if database else url, isolation_level=isolation)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


ENDED = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW;"
FAULTS: Mapping[str, Mapping[str, tuple[Callable[[], Any], int]]] = {
    "sqlite": {
        "full": (full, 200),
        "read-only": (lambda: with_connections("PRAGMA query_only = 1"), 200),
        "locked": (locked, 503),
        "damaged": (damaged, 503),
        "gone": (gone, 503),
    },
    "postgresql": {
        "full (raised)": (lambda: raising("53100"), 200),
        "disk error (raised)": (lambda: raising("58030"), 200),
        "read-only": (lambda: with_connections("SET default_transaction_read_only TO on"), 200),
        "ended within": (lambda: raising("", ENDED), 200),
        "locked": (held, 0),
        "met again and again": (lambda: meeting(1000), 200),
        "gone": (closed, 503),
    },
}
"""Fault -> how it is brought about, and what reading is answered meanwhile (0: not asked)."""
