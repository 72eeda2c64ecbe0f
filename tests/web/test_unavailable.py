"""A database that cannot go on is answered 503; two writers who met are told nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from tests import cast
from tests.cast import Cast
from tests.conftest import KINDS
from tests.programs import program, told
from tests.walks import breaking
from triad.domain import errors
from triad.services import context
from triad.store import faults as kinds
from triad.store.clinic import Site
from triad.store.db import db
from triad.web.again import AGAIN

OST = {"name": "Ost", "zone": cast.BERLIN}
ON_BOTH = pytest.mark.parametrize("database", KINDS)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"])
READ_ONLY = {"sqlite": "PRAGMA query_only = 1", "postgresql": "SET default_transaction_read_only TO on"}


@pytest.fixture
def sites(app: Flask) -> Iterator[Any]:
    def count() -> int:
        with db.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Site)) or 0

    yield count
    db.engine.dispose()


@ON_BOTH
def test_a_program_is_told_when_to_come_again(app: Flask, cast_: Cast, sites: Any) -> None:
    kora = program(app, cast_.kora)
    with breaking.with_connections(READ_ONLY[db.engine.name]):
        answer = kora.post("/sites", OST)
    assert (told(answer), answer.headers["Retry-After"]) == ((503, "unavailable"), "60")
    assert sites() == 1
    assert kora.post("/sites", OST).status_code == 201


@ON_BOTH
def test_who_is_signed_in_can_go_on_reading(app: Flask, cast_: Cast, clock: Any, sign_in: Any) -> None:
    """Even where the time of the login would have to be written down again; a change is refused."""
    client = sign_in(cast_.kora)
    leave = {"csrf_token": cast.token(client.get("/me").text)}
    clock.forward(minutes=5)
    with breaking.with_connections(READ_ONLY[db.engine.name]):
        assert client.get("/unfilled").status_code == 200
        answer = client.post("/me/language", data={**leave, "locale": "ar"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        leaves = client.post("/sign-out", data=leave)
        assert leaves.status_code == 503
    assert (client.get("/unfilled").status_code, 'lang="en"' in client.get("/me").text) == (200, True)
    assert client.post("/sign-out", data=leave).status_code in (302, 303)


@ON_BOTH
def test_who_is_nobody_known_gets_the_same_page(app: Flask, cast_: Cast, sign_in: Any) -> None:
    """Where even the login cannot be read: no second fault while the first is told."""
    client = sign_in(cast_.kora)
    db.session.remove()
    breaks = {"sqlite": breaking.gone, "postgresql": breaking.closed}[db.engine.name]
    with breaks():
        answer = client.get("/unfilled", headers={"Accept-Language": "ar"})
        style = client.get("/static/css/base.css")
    assert (answer.status_code, answer.headers["Retry-After"], style.status_code) == (503, "10", 200)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "set-cookie" not in {name.lower() for name, _ in answer.headers}
    style.close()
    assert client.get("/unfilled").status_code == 200


@ON_POSTGRESQL
@pytest.mark.parametrize(("times", "status"), [(0, 201), (AGAIN, 201), (AGAIN + 1, 503)])
def test_who_was_pushed_aside_is_tried_again(app: Flask, cast_: Cast, sites: Any, times: int, status: int) -> None:
    kora = program(app, cast_.kora)
    with breaking.meeting(times):
        assert kora.post("/sites", OST, key="once").status_code == status
    assert sites() == 1 + (status == 201)


@ON_POSTGRESQL
def test_what_has_kept_something_is_not_tried_again(app: Flask, cast_: Cast) -> None:
    """A second transaction that is pushed aside: the first one must not be repeated."""
    context.nothing_kept_yet()
    with context.work(cast_.kora):
        pass
    with breaking.meeting(1), pytest.raises(errors.Unavailable) as refused:
        with context.work(cast_.kora) as ctx:
            ctx.audit("test.meet", "x")
    assert (refused.value.why, refused.value.again) == ("met", False)


class State(Exception):
    """What a driver raises, with its code."""

    def __init__(self, state: str | None) -> None:
        self.sqlstate = state
        super().__init__(state)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("53100", "full"),
        ("53300", "busy"),
        ("25006", "read_only"),
        ("58030", "damaged"),
        ("XX002", "damaged"),
        ("08006", "gone"),
        ("57P01", "gone"),
        ("57P03", "gone"),
        (None, "gone"),
        ("55P03", "busy"),
        ("57014", "busy"),
        ("40001", "met"),
        ("40P01", "met"),
        ("40002", ""),
        ("42703", ""),
        ("22001", ""),
    ],
)
def test_codes_are_told_apart(state: str | None, why: str) -> None:
    assert kinds.why(OperationalError("", {}, State(state))) == why


def test_our_own_faults_are_no_outage() -> None:
    assert kinds.why(IntegrityError("", {}, State("23505"))) == ""
    assert kinds.why(ValueError("disk full")) == ""
    assert kinds.refusal(ValueError("disk full")) is None
