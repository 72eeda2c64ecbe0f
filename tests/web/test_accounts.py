"""Accounts, one's own account, settings and the audit trail, as a browser without scripts would use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from triad.domain.passwords import fault as password_fault
from triad.services import accounts

SignIn = Callable[[Any], Any]
NORA = {"name": "Nora Neu", "email": "nora@example.org", "zone": "Europe/Berlin", "roles": ["lead"]}
GOOD = "eine längere Nacht am Fluß"


def link_in(page: str) -> str:
    found = re.search(r"/welcome/[\w-]+", page)
    assert found, "no link on this page"
    return found[0]


def token_of(client: Any, page: str = "/me") -> str:
    return cast.token(client.get(page).text)


def test_outsiders_get_404_on_every_admin_route(cast_: Cast, sign_in: SignIn) -> None:
    acts = ["/accounts"] + [f"/accounts/a-thea/{act}" for act in ("roles", "disable", "enable", "invitation")]
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.lena, cast_.aud):
        client = sign_in(actor)
        token = token_of(client)
        answers = [client.get("/accounts")] + [client.post(act, data={"csrf_token": token, **NORA}) for act in acts]
        assert [answer.status_code for answer in answers] == [404] * 6
        assert [word for answer in answers for word in ("Thea", "thea@") if word in answer.text] == []
    assert sign_in(cast_.ada).get("/accounts").status_code == 200


def test_settings_and_trail_open_for_their_roles_only(cast_: Cast, sign_in: SignIn) -> None:
    seen = {}
    for name in ("kora", "thea", "ines", "lena", "ada", "aud"):
        client = sign_in(getattr(cast_, name))
        seen[name] = [client.get(path).status_code for path in ("/settings", "/audit", "/me", "/me/trail")]
    assert seen == {
        "kora": [404, 404, 200, 200],
        "thea": [404, 404, 200, 200],
        "ines": [404, 404, 200, 200],
        "lena": [200, 404, 200, 200],
        "ada": [200, 404, 200, 200],
        "aud": [200, 200, 200, 200],
    }


def test_no_page_shows_a_secret(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    held = cast_.clinic.settings
    ada, aud = sign_in(cast_.ada), sign_in(cast_.aud)
    pages = [ada.get(path).text for path in ("/accounts", "/settings", "/me")]
    pages += [aud.get(path).text for path in ("/audit?check=yes", "/settings")]
    hidden = [held.secret_key, held.pepper, held.database_url, "secret_key", "pepper", "database_url"]
    assert [word for word in hidden for page in pages if word in page] == []
    assert "window_days" in pages[1]
    assert "grace_minutes" in pages[4]


def test_invite_shows_the_link_once_and_it_opens_the_account_once(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    made = cast.post(ada, "/accounts", NORA)
    link = link_in(made.text)
    assert (made.status_code, "safe way" in made.text) == (201, True)
    assert link not in ada.get("/accounts").text
    nora = app.test_client()
    assert [nora.get(link).status_code for _ in range(20)] == [200] * 20
    opened = cast.post(nora, link, {"password": GOOD, "again": GOOD})
    assert (opened.status_code, opened.headers["Location"]) == (303, "/sign-in")
    answer = nora.post(
        "/sign-in", data={"email": "Nora@example.org", "password": GOOD, "csrf_token": token_of(nora, "/sign-in")}
    )
    assert answer.status_code == 302, answer.text
    assert "Nora Neu" in nora.get("/me").text
    again = app.test_client()
    assert again.get(link).status_code == 410
    refused = again.post(link, data={"password": GOOD, "again": GOOD, "csrf_token": token_of(again, "/sign-in")})
    assert refused.status_code == 410


def test_spent_and_unknown_links_answer_alike(app: Flask, cast_: Cast) -> None:
    spent = accounts.invite(cast_.ada, "Nora", "nora@example.org", ["lead"])
    accounts.set_password(cast.Actor(cast_.clinic), spent, "hash")
    client = app.test_client()
    answers = [client.get(f"/welcome/{token}") for token in (spent, "x" * 43)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert cast.unstamped(answers[0].text) == cast.unstamped(answers[1].text)


def test_link_over_a_second_too_late(app: Flask, cast_: Cast, clock: Any) -> None:
    token = accounts.invite(cast_.ada, "Nora", "nora@example.org", ["lead"])
    clock.forward(days=7)
    assert app.test_client().get(f"/welcome/{token}").status_code == 200
    clock.forward(seconds=1)
    assert app.test_client().get(f"/welcome/{token}").status_code == 410


def test_weak_or_unequal_password_is_told_beside_the_field(app: Flask, cast_: Cast) -> None:
    link = f"/welcome/{accounts.invite(cast_.ada, 'Nora', 'nora@example.org', ['lead'])}"
    client = app.test_client()
    for password, again, sentence in (
        ("kurz", "kurz", "Use at least 12 characters."),
        ("Password1234!", "Password1234!", "This one is easy to guess."),
        (GOOD, GOOD + "!", "The two are not the same."),
    ):
        answer = cast.post(client, link, {"password": password, "again": again})
        assert (answer.status_code, sentence in answer.text, password in answer.text) == (422, True, False)
    assert cast.post(client, link, {"password": GOOD, "again": GOOD}).status_code == 303


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("x" * 11, "too_short"),
        ("x" * 201, "too_long"),
        ("aaaaaaaaaaaa", "common"),
        ("123456789012", "common"),
        ("passwordpassword", "common"),
        ("Qwertyuiop12", "common"),
        ("a password\0with", "unfit"),
        ("nine tall herons", ""),
        ("ሰላም ዓለም ጽቡቕ እዩ", ""),
    ],
)
def test_password_fault(password: str, fault: str) -> None:
    assert password_fault(password, password) == ({"password": fault} if fault else {})


def test_refused_invitation_keeps_what_was_written(cast_: Cast, sign_in: SignIn) -> None:
    answer = cast.post(
        sign_in(cast_.ada), "/accounts", NORA | {"roles": ["interpreter", "admin"], "name": "Nora <b>"}
    )
    assert answer.status_code == 422
    assert "One person must not hold these two roles." in answer.text
    assert ("Nora &lt;b&gt;" in answer.text, "<b>" in answer.text, "nora@example.org" in answer.text) == (
        True,
        False,
        True,
    )


def test_admin_is_offered_no_client(cast_: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast_.ada).get("/accounts").text
    assert [word for word in ("Cleo", "cleo", "Carl", "carl") if word in page] == []
    assert "Thea" in page


def test_closed_account_is_signed_out_at_the_next_request(cast_: Cast, sign_in: SignIn) -> None:
    ada, kora = sign_in(cast_.ada), sign_in(cast_.kora)
    assert kora.get("/unfilled").status_code == 200
    assert cast.post(ada, "/accounts/a-kora/disable", page="/accounts").status_code == 303
    answer = kora.get("/unfilled")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    with pytest.raises(AssertionError):
        sign_in(cast_.kora)
    assert cast.post(ada, "/accounts/a-kora/enable", page="/accounts").status_code == 303
    assert sign_in(cast_.kora).get("/unfilled").status_code == 200


def test_role_change_holds_at_the_next_request(cast_: Cast, sign_in: SignIn) -> None:
    ada, kora = sign_in(cast_.ada), sign_in(cast_.kora)
    assert kora.get("/unfilled").status_code == 200
    fields = {"roles": ["lead"], "version": "1"}
    assert cast.post(ada, "/accounts/a-kora/roles", fields, "/accounts").status_code == 303
    assert kora.get("/unfilled").headers["Location"] == "/sign-in"
    assert [sign_in(cast_.kora).get(path).status_code for path in ("/unfilled", "/settings")] == [404, 200]
    stale = cast.post(ada, "/accounts/a-kora/roles", fields, "/accounts")
    assert stale.status_code == 412


def test_admin_changing_themselves_is_refused(cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    page = ada.get("/accounts").text
    assert ("/accounts/a-ada/" in page, "/accounts/a-kora/" in page) == (False, True)
    for act, fields in (("roles", {"roles": ["lead"], "version": "1"}), ("disable", {}), ("enable", {})):
        assert cast.post(ada, f"/accounts/a-ada/{act}", fields, "/accounts").status_code == 403
    assert ada.get("/accounts").status_code == 200


def test_own_language_turns_the_page(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.thea)
    assert 'dir="ltr"' in client.get("/me").text.split("<head>")[0]
    assert cast.post(client, "/me/language", {"locale": "ar"}, "/me").status_code == 303
    assert '<html lang="ar" dir="rtl">' in client.get("/me").text
    assert cast.post(client, "/me/language", {"locale": "xx"}, "/me").status_code == 422


def test_sign_out_everywhere_ends_every_device(cast_: Cast, sign_in: SignIn) -> None:
    phone, desk, kora = sign_in(cast_.thea), sign_in(cast_.thea), sign_in(cast_.kora)
    assert [client.get("/me").status_code for client in (phone, desk, kora)] == [200, 200, 200]
    assert cast.post(desk, "/me/logins", page="/me").status_code == 303
    assert [client.get("/me").status_code for client in (phone, desk, kora)] == [303, 303, 200]


def test_trail_is_paged_filtered_and_checked(app: Flask, cast_: Cast, sign_in: SignIn) -> None:
    for number in range(52):
        accounts.invite(cast_.ada, "Nora", f"n{number}@example.org", ["lead"])
    accounts.disable(cast_.ada, "a-kora")
    client = sign_in(cast_.aud)
    first = client.get("/audit").text
    assert (first.count("accounts.invite</code>"), first.count("accounts.disable</code>")) == (49, 1)
    assert client.get("/audit?before=4").text.count("accounts.invite</code>") == 3
    assert client.get("/audit?verb=accounts.disable").text.count("accounts.disable</code>") == 1
    assert "No lines here." in client.get("/audit?verb=nothing").text
    assert "The chain is whole" in client.get("/audit?check=yes").text
    assert ("n0@" in first, "Nora" in first) == (False, False)
    odd = ("before=-1", "before=99999999999999999999", "before=x", "verb=%27%3B--")
    assert [client.get(f"/audit?{query}").status_code for query in odd] == [200] * 4


def test_own_trail_shows_own_acts_only(cast_: Cast, sign_in: SignIn) -> None:
    accounts.disable(cast_.ada, "a-kora")
    assert "accounts.disable" in sign_in(cast_.ada).get("/me/trail").text
    assert "accounts.disable" not in sign_in(cast_.thea).get("/me/trail").text


def test_accounts_page_takes_at_most_eight_statements(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.ada)
    with statements() as seen:
        assert client.get("/accounts").status_code == 200
    assert len(seen) <= 8
