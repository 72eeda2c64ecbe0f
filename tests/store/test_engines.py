"""Each connection is asked what it is set to, however often it was told; and an unsafe one answers nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from triad.store import db as database
from triad.store import faults


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'triad.db'}")
    database.prepare(engine)
    yield engine
    engine.dispose()


def test_a_connection_as_it_must_be_is_given_out(engine: Engine) -> None:
    with engine.connect() as connection:
        assert database.unsafe(connection) == []


def test_one_that_took_an_order_and_did_not_follow_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value SQLite does not know: it says nothing, and goes on with another."""
    careful = database.sqlite_settings
    monkeypatch.setattr(database, "sqlite_settings", lambda version: {**careful(version), "synchronous": "9"})
    with pytest.raises(database.Unsafe, match=r"synchronous is \d+, must be 9") as refused:
        engine.connect()
    assert faults.why(refused.value) == "unsafe"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_only_where_it_was_mended(version: tuple[int, int, int], safe: bool) -> None:
    settings = database.sqlite_settings(version)
    assert (settings["journal_mode"], settings["synchronous"]) == (("wal", "2") if safe else ("delete", "3"))
