"""Signing in and out as attackers try it: planted, replayed and guessed values, and what an answer gives away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast
from tests.cast import PASSWORD, Cast
from tests.conftest import FreshClient
from tests.walks import entering
from tests.walks.entering import DEVICE, NEW, THEA, held, opens, tried
from triad import create_app
from triad.services import accounts, context, logins
from triad.services.context import Actor
from triad.services.signins import Ticket
from triad.store.db import db
from triad.store.people import LoginSession
from triad.web import signing

SignIn = Callable[[Any], Any]


@pytest.fixture
def other_worker(app: Flask) -> Iterator[Flask]:
    """A second application on the same database, as another process would be."""
    clinic = app.extensions["triad"]
    other = create_app("testing", clock=clinic.clock, database_url=app.config["SQLALCHEMY_DATABASE_URI"])
    other.test_client_class = FreshClient
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_planted_login_is_worth_nothing(app: Flask, cast_: Cast) -> None:
    """S1: 50 fixations, of values made up, waiting, used and ended: none opens anything afterwards."""
    assert entering.planted(app, cast_, 50) == []


def test_without_turning_the_value_the_planted_one_opens(app: Flask, cast_: Cast, monkeypatch: Any) -> None:
    """S1, negative control: were the value kept at sign-in, the attacker would be in."""
    keep = property(lambda self: self.get("_user_id"), lambda self, value: None)
    monkeypatch.setattr("triad.web.sessions.LoginState.was", keep, raising=False)
    assert entering.planted(app, cast_, 2) == ["waiting"]


def test_the_tables_hold_no_value_a_browser_holds(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    """S2: login and device are kept as keyed hashes."""
    client = sign_in(cast_.thea)
    values = [held(client), held(client, DEVICE)]
    assert [len(value) for value in values] == [43, 43]
    with db.engine.connect() as connection:
        rows = [tuple(row) for table in db.metadata.sorted_tables for row in connection.execute(select(table))]
    written = "\n".join(map(str, rows))
    assert [value for value in values if value in written] == []
    assert cast_.clinic.keyed("login", values[0]) in written


def test_nothing_is_replayed_after_signing_out(app: Flask, cast_: Cast, sign_in: SignIn, other_worker: Flask) -> None:
    """S3: signed out is signed out, at once and in every worker."""
    client = sign_in(cast_.thea)
    value = held(client)
    assert [opens(one, value) for one in (app, other_worker)] == [True, True]
    cast.post(client, "/sign-out", page="/me")
    assert [opens(one, value) for one in (app, other_worker)] == [False, False]
    assert held(client) == ""


def test_without_ending_the_login_it_is_replayed(cast_: Cast, app: Flask, sign_in: SignIn, monkeypatch: Any) -> None:
    """S3, negative control: were the row left where it is, whoever kept the value would be in."""
    client = sign_in(cast_.thea)
    value = held(client)
    monkeypatch.setattr(logins, "end", lambda actor, value: None)
    cast.post(client, "/sign-out", page="/me")
    assert opens(app, value)


def test_nothing_is_replayed_after_a_new_password(
    app: Flask, cast_: Cast, sign_in: SignIn, other_worker: Flask
) -> None:
    """S3: the thief's login, and the value this browser had before, open nothing; this browser goes on."""
    hers, thief, kora = sign_in(cast_.thea), sign_in(cast_.thea), sign_in(cast_.kora)
    before, stolen = held(hers), held(thief)
    form = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert cast.post(hers, "/me/password", form).status_code == 303
    assert [opens(one, value) for one in (app, other_worker) for value in (before, stolen)] == [False] * 4
    assert "Your password is changed." in hers.get("/me").text
    assert kora.get("/me").status_code == 200
    assert [tried(app.test_client(), THEA, one).status_code for one in (PASSWORD, NEW)] == [200, 302]


def test_nothing_is_replayed_after_the_account_is_closed(
    app: Flask, cast_: Cast, sign_in: SignIn, other_worker: Flask
) -> None:
    """S3, A8: closed is closed, at the next request."""
    value = held(sign_in(cast_.thea))
    assert opens(other_worker, value)
    accounts.disable(cast_.ada, "a-thea")
    assert [opens(one, value) for one in (app, other_worker)] == [False, False]
    accounts.enable(cast_.ada, "a-thea")
    assert [opens(one, value) for one in (app, other_worker)] == [False, False]


def test_a_request_under_way_does_not_bring_the_login_back(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    """S3: what a slow request writes back after the end lies under a key that opens nothing."""
    client = sign_in(cast_.thea)
    value = held(client)
    with context.look(cast_.thea) as ctx:
        row = ctx.session.get_one(LoginSession, ctx.keyed("login", value))
        contents, owner = row.contents, row.account_id
    logins.change_password(cast_.thea, "hash")
    logins.save(Actor(cast_.clinic), value, contents, owner)
    assert not opens(app, value)


def test_the_cookie_over_tls_is_for_this_host_and_no_script(app: Flask, cast_: Cast) -> None:
    """S4: `__Host-`, Secure, HttpOnly, SameSite, no Domain; the device's cookie alike, and it lasts."""
    clinic = app.extensions["triad"]
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    safe = create_app("testing", clock=clinic.clock, database_url=url, https=True)
    safe.test_client_class = FreshClient
    client = safe.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    form = {"email": THEA, "password": PASSWORD, "csrf_token": cast.token(page.text)}
    answer = client.post("/sign-in", data=form, base_url="https://localhost")
    assert answer.status_code == 302
    cookies = {one.split("=")[0]: one.split("; ")[1:] for one in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-triad", "__Host-triad-device"}
    for flags in cookies.values():
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
        assert [flag for flag in flags if flag.startswith("Domain")] == []
    assert "Max-Age=7776000" in cookies["__Host-triad-device"]
    assert [flag for flag in cookies["__Host-triad"] if flag.startswith(("Max-Age", "Expires"))] == []
    with safe.app_context():
        db.engine.dispose()


def test_a_login_ends_when_idle_and_after_twelve_hours(app: Flask, cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    """S4: idle 15 min, at most 12 h."""
    client = sign_in(cast_.thea)
    clock.forward(minutes=15)
    assert client.get("/me").status_code == 200
    clock.forward(minutes=15, seconds=1)
    assert client.get("/me").status_code == 303
    client = sign_in(cast_.thea)
    for _ in range(48):
        clock.forward(minutes=15)
        assert client.get("/me").status_code == 200
    clock.forward(seconds=1)
    assert client.get("/me").status_code == 303


def bare(answer: Any, email: str) -> str:
    """The answer without what the sender wrote and what every answer has of its own."""
    return cast.unstamped(answer.text).replace(email, "EMAIL")


def test_no_answer_tells_which_accounts_there_are(app: Flask, cast_: Cast) -> None:
    """S5: known, unknown, closed and not yet opened: the same status, bytes and headers."""
    accounts.disable(cast_.ada, "a-otto")
    accounts.invite(cast_.ada, "Nora Neu", "nora@example.org", ["lead"])
    found = set()
    for email, password in (
        (THEA, "not her password"),
        ("nobody@example.org", "not her password"),
        ("otto@example.org", PASSWORD),
        ("otto@example.org", "not his password"),
        ("nora@example.org", "not her password"),
        ("nora@example.org", "hash"),
    ):
        answer = tried(app.test_client(), email, password)
        headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")}
        found.add((answer.status_code, bare(answer, email), str(sorted(headers.items()))))
    assert len(found) == 1
    assert tried(app.test_client(), THEA, PASSWORD).status_code == 302


def work(app: Flask, monkeypatch: Any) -> dict[str, list[str]]:
    """The comparisons a wrong password is worth, each by what it costs, for each address it is tried with."""
    found: dict[str, list[str]] = {}
    verify = signing.verify_password

    def counted(typed: str, hashed: str) -> bool:
        found[email].append(hashed.rsplit("$", 2)[0])
        return bool(verify(typed, hashed))

    monkeypatch.setattr(signing, "verify_password", counted)
    for email in (THEA, "nobody@example.org", "otto@example.org", "nora@example.org"):
        found[email] = []
        tried(app.test_client(), email, "not the password")
    return found


@pytest.fixture
def peopled(app: Flask, cast_: Cast) -> Flask:
    """Thea can sign in, nobody is not there, Otto's account is closed, Nora's not yet opened."""
    accounts.disable(cast_.ada, "a-otto")
    accounts.invite(cast_.ada, "Nora Neu", "nora@example.org", ["lead"])
    return app


def test_every_try_is_one_comparison_of_the_same_cost(peopled: Flask, monkeypatch: Any) -> None:
    """S5; how long they take is measured by the exam, where nothing else runs."""
    assert set(map(tuple, work(peopled, monkeypatch).values())) == {("$argon2id$v=19$m=1024,t=1,p=1",)}


def test_without_the_dummy_hash_work_is_spared(peopled: Flask, monkeypatch: Any) -> None:
    """S5, negative control: comparing only where there is a hash."""
    compare = signing.is_password

    def hasty(typed: str, ticket: Ticket) -> bool:
        return ticket.password is not None and compare(typed, ticket)

    monkeypatch.setattr(signing, "is_password", hasty)
    assert {len(one) for one in work(peopled, monkeypatch).values()} == {0, 1}


def test_too_many_tries_are_told_so(app: Flask, cast_: Cast, clock: Any) -> None:
    """T4, S6: 429 with Retry-After and a sentence, after 30 that failed from one place; elsewhere it goes on."""
    client, found = app.test_client(), []
    for number in range(32):
        answer = tried(client, f"nobody{number}@example.org", "not a password")
        found.append(answer.status_code)
    assert found == [200] * 30 + [429] * 2
    assert answer.headers["Retry-After"] == "600"
    assert "Too many tries. Wait 10 minutes, then try again." in answer.text
    assert tried(app.test_client(), THEA, PASSWORD).status_code == 429
    assert tried(app.test_client(), THEA, PASSWORD, "198.51.100.1").status_code == 302
    clock.forward(minutes=10)
    assert tried(app.test_client(), THEA, PASSWORD).status_code == 302


def test_her_own_device_gets_in_during_the_attack(app: Flask, cast_: Cast, clock: Any) -> None:
    """S7: from the same address, at the same account, guessed at all the while."""
    hers, attacker = app.test_client(), app.test_client()
    tried(hers, THEA, PASSWORD)
    found = []
    for _ in range(10):
        for _ in range(4):
            tried(attacker, THEA, "not her password")
        cast.post(hers, "/sign-out", page="/me")
        found.append(tried(hers, THEA, PASSWORD).status_code)
    assert found == [302] * 10
    assert tried(attacker, THEA, PASSWORD).status_code == 429


def test_a_forged_forwarding_header_is_not_believed(app: Flask, cast_: Cast) -> None:
    """T4: without a proxy of ours, what a sender says about its address counts for nothing."""
    client, found = app.test_client(), []
    for number in range(31):
        token = cast.token(client.get("/sign-in").text)
        form = {"email": f"nobody{number}@example.org", "password": "not a password", "csrf_token": token}
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        found.append(client.post("/sign-in", data=form, headers=headers).status_code)
    assert found == [200] * 30 + [429]


def test_behind_our_own_proxy_the_sender_counts(app: Flask, cast_: Cast) -> None:
    clinic = app.extensions["triad"]
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    behind = create_app("testing", clock=clinic.clock, database_url=url, proxies=1)
    behind.test_client_class = FreshClient
    client, found = behind.test_client(), []
    token = cast.token(client.get("/sign-in").text)
    for number in range(62):
        form = {"email": f"nobody{number}@example.org", "password": "not a password", "csrf_token": token}
        # What the sender invents stands left of what our proxy adds.
        headers = {"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.{number % 2}"}
        found.append(client.post("/sign-in", data=form, headers=headers).status_code)
    assert found == [200] * 60 + [429] * 2
    with behind.app_context():
        db.engine.dispose()


def test_guessed_links_are_stopped_and_a_good_one_is_not(app: Flask, cast_: Cast) -> None:
    """T1, T4: 300 guesses at links open nothing and are stopped; the holder of a good one passes 200 of 200."""
    good = f"/welcome/{accounts.invite(cast_.ada, 'Nora Neu', 'nora@example.org', ['lead'])}"
    client, found = app.test_client(), []
    for number in range(300):
        kind = ("f", "welcome")[number % 2]
        found.append(client.get(f"/{kind}/{app.extensions['triad'].secret()}"))
    assert [answer.status_code for answer in found] == [410] * 30 + [429] * 270
    assert found[-1].headers["Retry-After"] == "600"
    assert [client.get(good).status_code for _ in range(200)] == [200] * 200
    assert client.get("/welcome/none", environ_overrides={"REMOTE_ADDR": "198.51.100.1"}).status_code == 410


def test_nobody_is_led_elsewhere_after_signing_in(app: Flask, cast_: Cast) -> None:
    """W7: whatever the address asks for, the way leads to the first page."""
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "/me"):
        client = app.test_client()
        page = client.get("/sign-in", query_string={"next": target})
        form = {
            "email": THEA,
            "password": PASSWORD,
            "csrf_token": cast.token(page.text),
            "next": target,
            "remember": "y",
        }
        answer = client.post("/sign-in", query_string={"next": target}, data=form)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert "remember_token" not in str(answer.headers)
