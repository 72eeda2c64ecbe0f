"""The pages of API keys: an admin's for the clinic, one's own for everybody; a value is seen once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask

from tests import cast
from tests.cast import Cast

SignIn = Callable[[Any], Any]
FIELDS = {"name": "Ward <b>", "expires_on": "2027-06-01", "account": "a-kora", "scopes": ["read-people", "import"]}


def value_in(page: str) -> str:
    found = re.search(r'id="key" value="([^"]+)"', page)
    assert found, "no key on this page"
    return found[1]


def test_admin_makes_a_key_that_is_shown_once_and_revokes_it(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    made = cast.post(ada, "/keys", FIELDS)
    value = value_in(made.text)
    headers = {"Authorization": f"Bearer {value}"}
    assert (made.status_code, app.test_client().get("/api/interpreters", headers=headers).status_code) == (201, 200)
    page = ada.get("/keys").text
    assert (value in page, "Ward &lt;b&gt;" in page, "Ward <b>" in page, "Kora" in page) == (False, True, False, True)
    revoke = re.findall(r"/keys/[\w-]+/revoke", page)
    assert len(revoke) == 1
    assert cast.post(ada, revoke[0], page="/keys").status_code == 303
    assert "Revoked" in ada.get("/keys").text
    assert app.test_client().get("/api/interpreters", headers=headers).status_code == 401


def test_refused_key_keeps_what_was_written(cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    for change, sentence in (
        ({"account": ""}, "This is not on the list."),
        ({"scopes": []}, "Choose one of the lines."),
        ({"scopes": ["ratings"]}, "by the owner of the account only"),
        ({"expires_on": "2029-01-01"}, "This date is too far away."),
    ):
        answer = cast.post(ada, "/keys", FIELDS | change)
        assert (answer.status_code, sentence in answer.text, "Ward &lt;b&gt;" in answer.text) == (422, True, True)
        assert 'id="key"' not in answer.text
    assert "No keys yet." in ada.get("/keys").text


def test_admin_is_not_offered_what_is_the_owners(cast_: Cast, sign_in: SignIn) -> None:
    offered = re.findall(r'name="scopes" value="([^"]+)"', sign_in(cast_.ada).get("/keys").text)
    own = re.findall(r'name="scopes" value="([^"]+)"', sign_in(cast_.thea).get("/me/keys").text)
    assert set(own) - set(offered) == {"notes", "ratings", "pictures"}


def test_own_key(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    thea = sign_in(cast_.thea)
    made = cast.post(thea, "/me/keys", {"name": "Mine", "expires_on": "2027-06-01", "scopes": ["notes"]})
    headers = {"Authorization": f"Bearer {value_in(made.text)}"}
    asked = app.test_client().get(f"/api/cases/{cast_.case_id}/notes", headers=headers)
    assert (made.status_code, asked.status_code) == (201, 200)
    page = thea.get("/me/keys").text
    revoke = re.findall(r"/me/keys/[\w-]+/revoke", page)
    assert sign_in(cast_.otto).get("/me/keys").text.count("Mine") == 0
    assert cast.post(sign_in(cast_.otto), revoke[0], page="/me/keys").status_code == 404
    assert cast.post(thea, revoke[0], page="/me/keys").status_code == 303
    assert "API keys" in thea.get("/me").text


def test_the_clinics_keys_are_for_admins(cast_: Cast, sign_in: SignIn) -> None:
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.lena, cast_.aud):
        client = sign_in(actor)
        assert client.get("/keys").status_code == 404
        assert cast.post(client, "/keys", FIELDS, page="/me").status_code == 404


def test_keys_page_takes_a_constant_number_of_statements(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    ada = sign_in(cast_.ada)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            cast.post(ada, "/keys", FIELDS)
        with statements() as seen:
            assert ada.get("/keys").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
