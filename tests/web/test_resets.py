"""A forgotten password through the pages: one answer for everybody, and a new one that holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask

from tests import cast
from tests.cast import Cast
from triad.domain.parties import Role
from triad.services import resets
from triad.services.context import Actor

GOOD = "eine längere Nacht am Fluß"
SAID = "If this address has an account here, a message is on its way."


def post(client: Any, page: str, **fields: str) -> Any:
    return client.post(page, data={"csrf_token": cast.token(client.get(page).text), **fields})


def test_the_answer_is_the_same_for_everybody(app: Flask, cast_: Cast) -> None:
    clinic = cast_.clinic
    filed = clinic.filed
    clinic.filed = replace(filed, smtp_host="m", mail_from="a@b.example", address="https://t.example")
    clinic.outdate()
    told = []
    for address in ("thea@example.org", "nobody@example.org"):
        client = app.test_client()
        answer = post(client, "/forgotten", email=address)
        told.append((answer.status_code, answer.location, SAID in client.get("/sign-in").text))
    client = app.test_client()
    empty = post(client, "/forgotten", email=" ")
    clinic.filed = filed
    clinic.outdate()
    assert told == [(303, "/sign-in", True)] * 2
    assert (empty.status_code, "This is needed." in empty.text) == (422, True)


def test_a_clinic_without_mail_says_whom_to_ask(app: Flask, cast_: Cast) -> None:
    page = app.test_client().get("/forgotten")
    assert (page.status_code, "sends no e-mail" in page.text, "<form" in page.text) == (200, True, False)


def test_a_new_password_holds_and_the_old_one_no_longer(app: Flask, cast_: Cast) -> None:
    host = Actor(cast_.clinic, source="cli", roles=frozenset({Role.ADMIN}))
    page = f"/reset/{resets.make(host, 'thea@example.org')}"
    client = app.test_client()
    short = post(client, page, password="short", again="short")
    assert (short.status_code, "Use at least 12 characters." in short.text) == (422, True)
    done = post(client, page, password=GOOD, again=GOOD)
    assert (done.status_code, done.location) == (303, "/sign-in")
    assert client.get(page).status_code == 410
    tried = {
        password: post(app.test_client(), "/sign-in", email="thea@example.org", password=password).status_code
        for password in (GOOD, cast.PASSWORD)
    }
    assert tried == {GOOD: 302, cast.PASSWORD: 200}
