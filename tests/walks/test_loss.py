"""What a server has acknowledged outlives it, and no acknowledgement is given before the disk has the rating."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.walks import loss

RATINGS = 20


@pytest.fixture
def lite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'loss.db'}"


@pytest.fixture
def own_postgres_url(postgres_url: str) -> str:
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS loss WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE loss")
    engine.dispose()
    return postgres_url.replace("/postgres?", "/loss?")


@pytest.mark.parametrize(("fixture", "servers"), [("lite_url", 1), ("own_postgres_url", 2)])
def test_acknowledged_ratings_survive_being_killed(
    request: pytest.FixtureRequest, fixture: str, servers: int
) -> None:
    ended = loss.play(request.getfixturevalue(fixture), ratings=100, kills=3, servers=servers)
    assert (len(ended.acknowledged), ended.kills, ended.missing, ended.doubled) == (100, 3, 0, 0)


def test_what_was_taken_away_or_stored_twice_is_counted(lite_url: str) -> None:
    """The count itself: rows that vanish and acts that happen twice are found."""
    forms, desks = loss.prepare(lite_url, 4)
    assert loss.one_by_one(lite_url, forms, desks) == 4
    assert loss.count(lite_url, forms) == (0, 0)
    engine = create_engine(lite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM answer WHERE rating_id = (SELECT min(rating_id) FROM answer)")
        connection.exec_driver_sql(
            "INSERT INTO audit_entry SELECT seq + 1, at, actor, verb, subject, details, 'again' FROM audit_entry "
            "WHERE seq = (SELECT max(seq) FROM audit_entry)"
        )
    engine.dispose()
    assert loss.count(lite_url, forms) == (1, 1)


@pytest.mark.parametrize(("flags", "acknowledged"), [((), 0), (("no-sync",), RATINGS)])
def test_sqlite_acknowledges_nothing_the_disk_refused_to_sync(
    lite_url: str, flags: tuple[str, ...], acknowledged: int
) -> None:
    """The kernel refuses every sync: a rating that is acknowledged nonetheless has waited for none."""
    forms, desks = loss.prepare(lite_url, RATINGS)
    assert loss.one_by_one(lite_url, forms, desks, "refuse-sync", *flags) == acknowledged
    assert loss.count(lite_url, forms) == (RATINGS - acknowledged, 0)


def test_postgresql_syncs_its_log_for_each_acknowledgement(own_postgres_url: str) -> None:
    counted = {}
    for flag in ("", "no-sync"):
        forms, desks = loss.prepare(own_postgres_url, RATINGS)
        with loss.wal_syncs(own_postgres_url) as syncs:
            assert loss.one_by_one(own_postgres_url, forms, desks, flag) == RATINGS
        counted[flag] = syncs
    assert counted[""]["all"] >= RATINGS
    assert counted["no-sync"]["own"] == 0
