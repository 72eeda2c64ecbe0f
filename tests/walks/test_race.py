"""One interpreter, 50 threads of five programs at once: exactly one wins. Without the guards the same test fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks import race


@pytest.fixture(params=["sqlite", "postgresql"])
def race_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'race.db'}"
    base: str = request.getfixturevalue("postgres_url")
    return base.replace("/postgres?", "/race?")


@pytest.fixture(autouse=True)
def race_database(postgres_url: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS race WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE race")
    engine.dispose()


def test_simultaneous_bookings_have_one_winner(race_url: str) -> None:
    for ended, overlaps in race.play(race_url, rounds=3, processes=5):
        assert (dict(ended), overlaps) == ({201: 1, 409: 49}, 0)


def test_simultaneous_bookings_without_guards_double_book(race_url: str) -> None:
    rounds = race.play(race_url, rounds=2, guarded=False, processes=5)
    assert sum(overlaps > 0 for _, overlaps in rounds) >= 2
