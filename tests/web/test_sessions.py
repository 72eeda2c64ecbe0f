"""What comes with a login: the account as it is now, in one read; and what sending a form costs in statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.conftest import NOW
from triad.services import context
from triad.store.people import Account, RoleGrant

SignIn = Callable[[Any], Any]


def test_login_and_account_are_one_read(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.kora)
    with statements() as seen:
        assert client.get("/").status_code == 303
    assert len(seen) == 1
    assert all(table in seen[0] for table in ("login_session", "account", "person", "role_grant"))


def test_account_with_two_roles_has_both(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    assert [client.get(url).status_code for url in ("/unfilled", "/audit")] == [200, 404]
    with context.work(cast_.kora) as ctx:
        ctx.session.add(RoleGrant(account_id="a-kora", name="auditor"))
    assert [client.get(url).status_code for url in ("/unfilled", "/audit")] == [200, 200]


def test_account_that_is_gone_is_nobody(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.kora)
    assert client.get("/unfilled").status_code == 200
    with context.work(cast_.kora) as ctx:
        ctx.session.delete(ctx.session.get_one(Account, "a-kora"))
    answer = client.get("/unfilled")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


@pytest.mark.parametrize(("name", "lines"), [("thea", 7), ("ines", 5)])
def test_rating_sent_takes_the_same_few_statements(
    app: Flask, cast_: Cast, sign_in: SignIn, statements: Any, clock: Any, name: str, lines: int
) -> None:
    ids = [cast.encounter(cast_, date(2027, 3, 1), interpreter="p-ines", id_=f"enc-{number}") for number in (1, 2)]
    clock.now = NOW.replace(hour=14, minute=5)
    client = sign_in(getattr(cast_, name))
    counts = []
    for id_ in ids:
        url = f"/sessions/{id_}/rating"
        page = client.get(url).text
        asked = {field for field in page.split('"') if ":" in field and field.split(":")[0][-2:] in (".1", ".2")}
        assert len(asked) == lines
        form = {**dict.fromkeys(asked, "4"), "csrf_token": cast.token(page)}
        with statements() as seen:
            assert client.post(url, data=form).status_code == 303
        counts.append(len(seen))
    # Login, door, earlier form, rating, answers, scores, last line of the trail, new line; PostgreSQL's chain lock.
    assert counts == [9 if any("advisory" in one for one in seen) else 8] * 2
