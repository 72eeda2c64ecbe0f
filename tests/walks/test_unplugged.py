"""What a tablet kept without network arrives whole and once, whoever is killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.walks import unplugged

RATINGS = 20


@pytest.fixture
def lite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'unplugged.db'}"


@pytest.fixture
def own_postgres_url(postgres_url: str) -> str:
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS unplugged WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE unplugged")
    engine.dispose()
    return postgres_url.replace("/postgres?", "/unplugged?")


@pytest.mark.parametrize(("fixture", "servers"), [("lite_url", 1), ("own_postgres_url", 2)])
def test_forms_kept_on_two_tablets_survive_servers_that_are_killed(
    request: pytest.FixtureRequest, fixture: str, servers: int
) -> None:
    ended = unplugged.play(request.getfixturevalue(fixture), RATINGS, 2, servers)
    figures = (len(ended.acknowledged), ended.kills, ended.refused, ended.missing, ended.doubled)
    assert (figures, ended.again > 0) == ((RATINGS, 2, 0, 0, 0), True)


def test_without_the_memory_of_words_what_is_sent_again_is_refused(lite_url: str) -> None:
    ended = unplugged.play(lite_url, 6, 0, 1, "forget-repeats")
    assert (ended.refused > 0, ended.missing, ended.doubled) == (True, 0, 0)


def test_what_is_gone_or_there_twice_is_counted(lite_url: str) -> None:
    forms = unplugged.prepare(lite_url, 4)
    assert unplugged.count(lite_url, forms) == (4, 0)
    assert unplugged.play(lite_url, 4, 0).missing == 0
    engine = create_engine(lite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE answer SET value = 6 - value WHERE rating_id = (SELECT min(id) FROM rating)"
        )
        connection.exec_driver_sql(
            "INSERT INTO audit_entry SELECT seq + 1, at, actor, verb, subject, details, 'again' FROM audit_entry "
            "WHERE seq = (SELECT max(seq) FROM audit_entry)"
        )
    engine.dispose()
    assert unplugged.count(lite_url, forms) == (1, 1)
