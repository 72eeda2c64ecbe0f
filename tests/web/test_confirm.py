"""Steps that ask once more who it is: after five minutes, by the second step where there is one; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast, steps
from tests.cast import PASSWORD, Cast
from triad.services import keys
from triad.services.policy import May
from triad.web import confirm, guard

SignIn = Callable[[Any], Any]
KEY = {"name": "Roster <sync> & more", "expires_on": "2027-12-31", "scopes": ["read-schedule", "read-people"]}


def late(client: Any, clock: Any, url: str, fields: dict[str, Any], page: str) -> Any:
    """A step six minutes after the last time somebody showed who they are."""
    token = cast.token(client.get(page).text)
    clock.forward(minutes=6)
    return client.post(url, data={**fields, "csrf_token": token})


def kept(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, by name."""
    from html.parser import HTMLParser

    found: dict[str, list[str]] = {}

    class Hidden(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            one = dict(attrs)
            if tag == "input" and one.get("type") == "hidden":
                found.setdefault(str(one["name"]), []).append(one.get("value") or "")

    Hidden().feed(page)
    return found


def test_right_after_signing_in_nothing_is_asked(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    client = sign_in(cast_.thea)
    clock.forward(minutes=5)
    assert cast.post(client, "/me/keys", KEY).status_code == 201


def test_after_five_minutes_it_is_and_nothing_is_lost(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    """S8: confirmed <= 5 min before; what was filled in goes on with the answer."""
    client = sign_in(cast_.thea)
    asked = late(client, clock, "/me/keys", KEY, "/me/keys")
    assert (asked.status_code, "Confirm that it is you" in asked.text) == (403, True)
    assert keys.mine(cast_.thea)[1] == 0
    form = kept(asked.text)
    assert {name: form[name] for name in KEY} == {**{k: [str(v)] for k, v in KEY.items()}, "scopes": KEY["scopes"]}
    wrong = client.post("/me/keys", data={**form, "confirm_password": "not her password"})
    assert (wrong.status_code, keys.mine(cast_.thea)[1]) == (422, 0)
    done = client.post("/me/keys", data={**kept(wrong.text), "confirm_password": PASSWORD})
    assert (done.status_code, "The key is ready" in done.text, PASSWORD in done.text) == (201, True, False)
    (made,), _ = keys.mine(cast_.thea)
    assert (made.name, list(made.scopes)) == (KEY["name"], sorted(KEY["scopes"]))
    # And for the next five minutes nothing more is asked.
    clock.forward(minutes=4)
    assert cast.post(client, "/me/keys", KEY).status_code == 201


def test_reading_asks_for_nothing(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    client = sign_in(cast_.ada)
    clock.forward(minutes=14)
    assert [client.get(page).status_code for page in ("/accounts", "/keys", "/me")] == [200] * 3


STEPS = [
    ("ada", "/accounts/a-kora/roles", {"roles": "lead", "version": "1"}, "/accounts", 303),
    ("ada", "/accounts", {"name": "N", "email": "n@example.org", "roles": "lead"}, "/accounts", 201),
    ("ada", "/accounts/a-kora/disable", {}, "/accounts", 303),
    ("ada", "/keys", {**KEY, "account": "a-kora"}, "/keys", 201),
    ("thea", "/me/keys", KEY, "/me/keys", 201),
    ("thea", "/me/second-step/app", {}, "/me/second-step/", 303),
    ("lena", "/take-out", {"file": "ratings.csv"}, "/take-out", 303),
    ("thea", "/take-out/mine", {"file": "ratings.csv"}, "/take-out/mine", 303),
    ("thea", "/cases/case-T-1001/take-out", {"file": "ratings.csv"}, "/cases/case-T-1001/take-out", 303),
]


@pytest.mark.parametrize(("name", "url", "fields", "page", "status"), STEPS)
def test_every_step_that_matters_asks(
    cast_: Cast, sign_in: SignIn, clock: Any, name: str, url: str, fields: dict[str, Any], page: str, status: int
) -> None:
    """S8: export, role, key and second step."""
    client = sign_in(getattr(cast_, name))
    asked = late(client, clock, url, fields, page)
    assert (asked.status_code, "Confirm that it is you" in asked.text) == (403, True)
    assert f'href="{page.rstrip("/")}' in asked.text
    done = client.post(url, data={**kept(asked.text), "confirm_password": PASSWORD})
    assert done.status_code == status


@pytest.mark.parametrize(("name", "url", "fields", "page", "status"), STEPS)
def test_without_the_question_the_step_is_taken(
    cast_: Cast,
    sign_in: SignIn,
    clock: Any,
    monkeypatch: Any,
    name: str,
    url: str,
    fields: dict[str, Any],
    page: str,
    status: int,
) -> None:
    """S8, negative control: were nothing asked, each of these would be done at once."""
    monkeypatch.setattr(confirm, "ASKS", frozenset())
    answer = late(sign_in(getattr(cast_, name)), clock, url, fields, page)
    assert answer.status_code == (200 if "take-out" in url else status)


def test_a_file_is_taken_from_its_own_page_afterwards(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    client = sign_in(cast_.lena)
    asked = late(client, clock, "/take-out", {"file": "ratings.csv"}, "/take-out")
    done = client.post("/take-out", data={**kept(asked.text), "confirm_password": PASSWORD})
    assert done.headers["Location"] == "/take-out"
    assert "You can take the file now." in client.get("/take-out").text
    assert cast.post(client, "/take-out", {"file": "ratings.csv"}).mimetype == "text/csv"


def test_where_there_is_a_second_step_the_password_is_not_enough(
    app: Flask, cast_: Cast, sign_in: SignIn, clock: Any
) -> None:
    phone, codes = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    cast.post(client, "/sign-in", {"email": "thea@example.org", "password": PASSWORD})
    cast.post(client, "/sign-in/second", {"code": phone.shows()})
    asked = late(client, clock, "/me/keys", KEY, "/me/keys")
    assert ("confirm_password" in asked.text, "confirm_code" in asked.text) == (False, True)
    form = kept(asked.text)
    for typed in ({"confirm_password": PASSWORD}, {"confirm_code": "000000"}, {"confirm_code": PASSWORD}):
        assert client.post("/me/keys", data={**form, **typed}).status_code == 422
    assert keys.mine(cast_.thea)[1] == 0
    assert client.post("/me/keys", data={**form, "confirm_code": phone.shows()}).status_code == 201
    asked = late(client, clock, "/me/keys", KEY, "/me/keys")
    assert client.post("/me/keys", data={**kept(asked.text), "confirm_code": codes[0]}).status_code == 201


def test_a_passkey_confirms_its_own_account_only(app: Flask, cast_: Cast, clock: Any) -> None:
    mine = steps.with_key(cast_.thea)
    hers = steps.with_key(cast_.kora, device=type(mine)(credential=b"\x08" * 32))
    client = app.test_client()
    page = cast.post(client, "/sign-in/passkey/start", page="/sign-in").text
    client.post("/sign-in/passkey", data={"key": mine.get(steps.asked(page)), "csrf_token": cast.token(page)})
    asked = late(client, clock, "/me/keys", KEY, "/me/keys").text
    foreign = client.post("/me/keys", data={**kept(asked), "confirm_key": hers.get(steps.asked(asked))})
    assert (foreign.status_code, keys.mine(cast_.thea)[1]) == (422, 0)
    form = {**kept(foreign.text), "confirm_key": mine.get(steps.asked(foreign.text))}
    assert client.post("/me/keys", data=form).status_code == 201


def test_the_password_is_not_guessed_here_either(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    """S6: on a known device ten, then 429 for five minutes; what was filled in is still there."""
    client = sign_in(cast_.thea)
    form = kept(late(client, clock, "/me/keys", KEY, "/me/keys").text)
    found = [client.post("/me/keys", data={**form, "confirm_password": f"guess {n}"}) for n in range(12)]
    assert [answer.status_code for answer in found] == [422] * 10 + [429] * 2
    assert (found[-1].headers["Retry-After"], kept(found[-1].text)["name"]) == ("300", [KEY["name"]])
    assert client.post("/me/keys", data={**form, "confirm_password": PASSWORD}).status_code == 429
    clock.forward(minutes=5)
    assert client.post("/me/keys", data={**form, "confirm_password": PASSWORD}).status_code == 201


def test_signing_in_again_confirms_nothing_for_another_login(
    app: Flask, cast_: Cast, sign_in: SignIn, clock: Any
) -> None:
    stolen = sign_in(cast_.thea)
    token = cast.token(stolen.get("/me/keys").text)
    clock.forward(minutes=6)
    sign_in(cast_.thea)
    assert stolen.post("/me/keys", data={**KEY, "csrf_token": token}).status_code == 403


def test_the_question_needs_the_token_too(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    """W1."""
    client = sign_in(cast_.thea)
    clock.forward(minutes=6)
    assert client.post("/me/keys", data={**KEY, "confirm_password": PASSWORD}).status_code == 400


def test_the_verbs_that_ask_are_known_and_have_doors(app: Flask) -> None:
    verbs = {guard.verb_of(app, rule.endpoint) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert confirm.ASKS - verbs == set()
    assert May.CHANGE_OWN_KEYS in confirm.ASKS
