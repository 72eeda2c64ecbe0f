"""A short contract walk on both databases, and planted faults that the same walk finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.walks import contract
from triad.domain import errors
from triad.services import people, sites

pytestmark = pytest.mark.filterwarnings("ignore")  # what the walk's own tools warn of is not ours


@pytest.fixture(params=["sqlite", "postgresql"])
def walked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'contract.db'}"
    if request.param == "postgresql":
        url = _fresh(request.getfixturevalue("postgres_url"))
    with contract.opened(url) as app:
        yield app


def _fresh(url: str) -> str:
    from sqlalchemy import create_engine

    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS contract WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE contract")
    engine.dispose()
    return url.replace("/postgres?", "/contract?")


def test_the_api_keeps_to_its_document(walked: Flask) -> None:
    tally = contract.play(walked, 300)
    assert (tally.wrong, tally.broken) == ({}, 0)
    assert tally.requests >= 200
    assert {200, 201, 204, 404, 409, 412, 422} <= set(tally.answers)


def plant(fault: Any) -> Any:
    def broken(*_: Any, **__: Any) -> Any:
        raise fault

    return broken


def test_a_planted_crash_is_found(walked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "listed", plant(ZeroDivisionError()))
    tally = contract.play(walked, 30, only="GET /api/sites")
    assert (set(tally.wrong), tally.broken > 0) == ({("GET /api/sites", "kora", 500)}, True)


def test_a_planted_status_that_is_not_documented_is_found(walked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "add", plant(errors.Closed()))
    tally = contract.play(walked, 60, only="POST /api/sites")
    assert (set(tally.wrong), tally.broken) == ({("POST /api/sites", "kora", 410)}, 0)


def test_a_planted_answer_of_another_shape_is_found(walked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "add", lambda *_: None)
    tally = contract.play(walked, 60, only="POST /api/sites")
    assert (set(tally.wrong), tally.broken) == ({("POST /api/sites", "kora", 201)}, 0)
