"""The page of settings as a browser without scripts meets it, and what a change does to other pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.conftest import Ticks
from triad.app import create_app
from triad.services import context, settings
from triad.settings import CHANGEABLE, RANGES
from triad.store.db import db
from triad.web import settings as words

SignIn = Callable[[Any], Any]


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, "no version on this page"
    return found[1]


def form(client: Any, **changed: Any) -> Any:
    """Everything as the page has it, but for what is changed, sent."""
    page = client.get("/settings").text
    fields = dict(re.findall(r'<input class="input[^>]* name="(\w+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<select[^>]* name="(\w+)".*?<option value="([\w-]+)" selected', page, re.DOTALL))
    assert set(fields) == CHANGEABLE, "not all settings are on this page"
    fields = {key: unescape(held) for key, held in fields.items()} | {"version": version_in(page)} | changed
    return client.post("/settings", data={**fields, "csrf_token": cast.token(page)})


def held(cast_: Cast) -> Any:
    with context.look(cast_.kora) as ctx:
        return ctx.settings


def test_every_setting_has_a_place_a_name_and_a_sentence() -> None:
    shown = [key for _, keys in words.GROUPS for key in keys]
    assert sorted(shown) == sorted(CHANGEABLE) == sorted(words.WORDS)
    assert {key for key, own in words.WORDS.items() if own.unit} == set(RANGES)


def test_the_page_tells_value_range_and_file(cast_: Cast, sign_in: SignIn) -> None:
    settings.change(cast_.ada, {"briefing_minutes": "20", "clinic_name": "Nord <b>"}, (), 0)
    ada = sign_in(cast_.ada)
    page = ada.get("/settings").text
    for text in ("0 to 60 minutes", 'In the file: <bdi dir="auto">10 minutes</bdi>', 'value="20"', "Nord &lt;b&gt;"):
        assert text in page
    assert "<title>Settings · Nord &lt;b&gt;</title>" in page
    assert (page.count('name="back"'), "Nord <b>" in page) == (2, False)


def test_saving_the_page_as_it_is_changes_nothing(cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    assert form(ada).status_code == 303
    assert "Nothing was different" in ada.get("/settings").text
    assert (settings.shown(cast_.ada).version, held(cast_)) == (0, cast_.clinic.filed)
    form(ada, setup_minutes="7")
    assert (settings.shown(cast_.ada).version, held(cast_).setup_minutes) == (1, 7)


def test_a_change_is_seen_by_everybody_at_once(cast_: Cast, sign_in: SignIn) -> None:
    ada, kora = sign_in(cast_.ada), sign_in(cast_.kora)
    assert "Closed on Monday" not in kora.get("/unfilled").text
    assert form(ada, notice="Closed on Monday, 50% less", clinic_name="Nord").status_code == 303
    page = kora.get("/unfilled").text
    assert ("Closed on Monday, 50% less" in page, " · Nord</title>" in page) == (True, True)
    assert "It holds here at once" in ada.get("/settings").text


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("window_days", "15", "This number is too small or too large."),
        ("idle_minutes", "16", "This number is too small or too large."),
        ("session_hours", "0", "This number is too small or too large."),
        ("note_before_hours", "seven", "This needs a whole number."),
        ("grace_minutes", "", "This is needed."),
        ("clinic_name", "  ", "This is needed."),
        ("clinic_name", "x" * 81, "This is too long."),
        ("zone", "Berlin", "This time zone is not known."),
        ("locale", "xx", "This is not on the list."),
        ("release_policy", "always", "This is not on the list."),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_all_is_kept(
    cast_: Cast, sign_in: SignIn, key: str, text: str, sentence: str
) -> None:
    settings.change(cast_.ada, {"debrief_minutes": "30"}, (), 0)
    ada = sign_in(cast_.ada)
    answer = form(ada, **{"setup_minutes": "44", "notice": "Kept & well", "back": "debrief_minutes", key: text})
    beside = re.search(rf'id="f-{key}-error">.*?<span>([^<]*)</span></span>', answer.text, re.DOTALL)
    assert (answer.status_code, beside and beside[1]) == (422, sentence)
    assert answer.text.count("field-error") == 1
    assert ['value="44"' in answer.text, "Kept &amp; well" in answer.text] == [True, True]
    assert 'name="back" value="debrief_minutes" checked' in answer.text
    assert f'value="{text}"' in answer.text or key in ("locale", "release_policy")
    assert settings.shown(cast_.ada).version == 1
    assert form(ada, setup_minutes="44").status_code == 303
    assert held(cast_).setup_minutes == 44


@pytest.mark.parametrize(
    "key", ["secret_key", "database_url", "hosts", "https", "profile", "offer_drafts_to_clients"]
)
def test_what_is_the_servers_is_not_taken(cast_: Cast, sign_in: SignIn, key: str) -> None:
    ada = sign_in(cast_.ada)
    assert form(ada, setup_minutes="44", **{key: "x" * 40}).status_code == 422
    assert held(cast_) == cast_.clinic.filed
    assert form(ada, setup_minutes="44").status_code == 303
    assert held(cast_) != cast_.clinic.filed


def test_an_old_page_is_refused_and_the_new_values_are_shown(cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    settings.change(cast_.ada, {"setup_minutes": "44"}, (), 0)
    for version in ("0", "", "x", "2"):
        answer = form(ada, version=version, setup_minutes="5", briefing_minutes="33")
        assert (answer.status_code, "Somebody changed this before you." in answer.text) == (412, True)
        assert ['value="44"' in answer.text, 'value="33"' in answer.text] == [True, False]
    assert (held(cast_).setup_minutes, held(cast_).briefing_minutes) == (44, 10)
    form(ada, briefing_minutes="33")
    assert (held(cast_).setup_minutes, held(cast_).briefing_minutes) == (44, 33)


def test_back_to_the_file(cast_: Cast, sign_in: SignIn) -> None:
    ada = sign_in(cast_.ada)
    form(ada, setup_minutes="44")
    form(ada, back="setup_minutes")
    page = ada.get("/settings").text
    assert (held(cast_).setup_minutes, 'name="back"' in page, "as in the file" in page) == (5, False, True)


def test_a_proposal_is_shown_confirmed_and_told_apart(cast_: Cast, sign_in: SignIn) -> None:
    ada, lena, aud = sign_in(cast_.ada), sign_in(cast_.lena), sign_in(cast_.aud)
    assert "Waiting for a clinical lead" not in lena.get("/settings").text
    assert form(ada, window_days="10", release_policy="never").status_code == 303
    assert held(cast_) == cast_.clinic.filed
    pages = {name: client.get("/settings").text for name, client in (("ada", ada), ("lena", lena), ("aud", aud))}
    offered = {name: sorted(set(re.findall(r"/proposals/\d/[\w-]+", page))) for name, page in pages.items()}
    both = [f"/proposals/{number}/{act}" for number in (1, 2) for act in ("confirm", "take-back")]
    assert offered == {"ada": both[1::2], "lena": both, "aud": []}
    assert {name: "Waiting for a clinical lead" in page for name, page in pages.items()} == dict.fromkeys(pages, True)
    assert [name for name, page in pages.items() if 'name="window_days"' in page] == ["ada"]
    number = next(one.number for one in settings.shown(cast_.lena).waiting.values() if one.key == "window_days")
    url = f"/settings/proposals/{number}"
    assert [cast.post(client, f"{url}/confirm", page="/me").status_code for client in (ada, aud)] == [404, 404]
    assert cast.post(lena, f"{url}/confirm", page="/settings").status_code == 303
    assert (held(cast_).window_days, held(cast_).release_policy) == (10, "client-choice")
    late = cast.post(lena, f"{url}/confirm", page="/settings")
    assert (late.status_code, "Somebody changed this before you." in late.text) == (412, True)


def test_either_takes_a_proposal_back(cast_: Cast, sign_in: SignIn) -> None:
    ada, lena = sign_in(cast_.ada), sign_in(cast_.lena)
    for number, client in ((1, ada), (3, lena)):
        form(ada, window_days="10")
        assert cast.post(client, f"/settings/proposals/{number}/take-back", page="/settings").status_code == 303
        assert "Taken back" in client.get("/settings").text
    assert (held(cast_).window_days, settings.shown(cast_.ada).waiting) == (7, {})


def test_the_page_costs_the_same_with_more_steps(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    ada, sent = sign_in(cast_.ada), []
    for number in range(3):
        settings.change(
            cast_.ada, {"setup_minutes": str(20 + number), "window_days": str(8 + number)}, (), 2 * number
        )
        ada.get("/settings")
        with statements() as seen:
            assert ada.get("/settings").status_code == 200
        sent.append(len(seen))
    assert len(set(sent)) == 1


def test_a_shorter_idle_time_ends_logins(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    kora = sign_in(cast_.kora)
    clock.forward(minutes=6)
    assert kora.get("/unfilled").status_code == 200
    form(sign_in(cast_.ada), idle_minutes="5")
    clock.forward(minutes=6)
    assert kora.get("/unfilled").status_code == 303


def test_the_clinics_own_language_is_for_whose_browser_asks_for_none(
    cast_: Cast, sign_in: SignIn, app: Flask
) -> None:
    def spoken(**headers: str) -> str:
        found = re.search(r'<html lang="(\w+)"', app.test_client().get("/sign-in", headers=headers).text)
        assert found
        return found[1]

    foreign, english = {"Accept-Language": "sw"}, {"Accept-Language": "en-GB"}
    assert (spoken(), spoken(**foreign), spoken(**english)) == ("en", "en", "en")
    settings.change(cast_.ada, {"locale": "ar"}, (), 0)
    assert (spoken(), spoken(**foreign), spoken(**english)) == ("ar", "ar", "en")


def test_another_worker_shows_it_after_ten_seconds_even_where_nobody_is_signed_in(app: Flask, cast_: Cast) -> None:
    ticks = Ticks()
    second = create_app("testing", ticks=ticks, database_url=app.config["SQLALCHEMY_DATABASE_URI"])
    try:

        def shows() -> bool:
            return "Closed on Monday" in second.test_client().get("/sign-in").text

        assert not shows()
        settings.change(cast_.ada, {"notice": "Closed on Monday"}, (), 0)
        assert "Closed on Monday" in app.test_client().get("/sign-in").text
        ticks.now = 9.9
        assert not shows()
        ticks.now = 10.0
        assert shows()
    finally:
        with second.app_context():
            db.session.remove()
            db.engine.dispose()
