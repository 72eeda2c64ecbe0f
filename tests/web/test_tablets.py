"""A tablet as a browser: locked to the form, without a trace of the client before, and back with a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import cast
from tests.cast import PASSWORD
from triad.formats import wordings
from triad.services import tablets
from triad.store.db import db

SPOKEN = re.compile(r'class="spoken" dir="ltr">([\d ]+)<')


@pytest.fixture
def held(cast_: cast.Cast) -> str:
    return cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)


@pytest.fixture
def thea(cast_: cast.Cast, sign_in: Callable[..., Any]) -> FlaskClient:
    return sign_in(cast_.thea)


def hand_over(client: FlaskClient, encounter: str, language: str = "ti") -> Any:
    page = f"/sessions/{encounter}/form"
    return cast.post(client, f"{page}/tablet", {"language": language}, page)


def step(client: FlaskClient, url: str, **fields: str) -> Any:
    return client.post(url, data={"csrf_token": cast.token(client.get("/f/").text), **fields})


def begin(client: FlaskClient, language: str = "ti") -> str:
    cast.post(client, "/f/tablet")
    step(client, "/f/language", language=language)
    step(client, "/f/step", screen="who_sees")
    step(client, "/f/step", screen="practice")
    return unescape(client.get("/f/").text)


def test_handing_over_signs_out_and_locks_every_other_page(thea: FlaskClient, held: str) -> None:
    login = thea.get_cookie("triad")
    assert login is not None
    answer = hand_over(thea, held)
    assert (answer.status_code, answer.location) == (303, "/f/tablet")
    for page in (
        "/",
        "/sign-in",
        "/me",
        f"/sessions/{held}/form",
        f"/sessions/{held}/rating",
        "/my-week",
        "/welcome/x",
    ):
        found = thea.get(page)
        assert (page, found.status_code, found.location) == (page, 303, "/f/tablet")
    assert thea.get_cookie("triad") is None
    thea.delete_cookie("tablet")
    thea.set_cookie("triad", login.value)
    assert thea.get("/my-week").location == "/sign-in"


def test_the_hand_over_screen_and_the_form_are_in_the_clients_language(thea: FlaskClient, held: str) -> None:
    hand_over(thea, held, "ti")
    page, ui = unescape(thea.get("/f/tablet").text), wordings.wording("ti").ui
    assert [ui["continue"] in page, '<html lang="ti"' in page, "Thea" in page] == [True, True, False]
    form = begin(thea)
    assert wordings.wording("ti").texts["bond.1", "CT"] in form
    assert '<meta http-equiv="refresh" content="60; url=/f/tablet/still">' in form


def test_a_blank_tablet_tells_nothing_and_opens_with_the_code(
    thea: FlaskClient, held: str, clock: Any, app: Any, cast_: cast.Cast
) -> None:
    fresh = app.test_client()
    hand_over(thea, held, "ti")
    begin(thea)
    step(thea, "/f/answer", line="bond.1:CT", answer="5")
    clock.forward(seconds=90)
    for page in ("/f/", "/f/at/3", "/f/tablet/still", "/f/said"):
        assert thea.get(page).location == "/f/tablet" if page != "/f/said" else thea.get(page).status_code == 200
    blank = thea.get("/f/tablet")
    assert (blank.status_code, blank.headers["Cache-Control"]) == (200, "no-store")
    assert '<html lang="en"' in blank.text
    assert thea.get_cookie("form", path="/f") is None
    wrong = cast.post(thea, "/f/tablet/code", {"code": "1", "language": "ti"}, "/f/tablet")
    ui = wordings.wording("ti").ui
    assert (wrong.status_code, wrong.text.count(ui["code_again"])) == (422, 1)
    assert wrong.text.index(ui["code_title"]) < wrong.text.index(wordings.wording("en").ui["code_title"])
    page = f"/sessions/{held}/form"
    desk = cast.signed_in(app, cast_.thea)
    code = SPOKEN.search(cast.post(desk, f"{page}/code", {}, page).text)
    assert code
    assert cast.post(thea, "/f/tablet/code", {"code": code[1], "language": "ti"}, "/f/tablet").location == "/f/"
    assert wordings.wording("ti").texts["bond.2", "CT"] in unescape(thea.get("/f/").text)
    assert fresh.get("/f/tablet").status_code == 410


def test_without_a_tablet_the_therapist_is_told_so(thea: FlaskClient, held: str) -> None:
    page = f"/sessions/{held}/form"
    answer = cast.post(thea, f"{page}/code", {}, page)
    assert (answer.status_code, SPOKEN.search(answer.text)) == (409, None)
    assert "No tablet is handed over" in answer.text


def test_the_second_client_finds_nothing_of_the_first(
    thea: FlaskClient, held: str, cast_: cast.Cast, clock: Any
) -> None:
    second = cast.encounter(cast_, date(2027, 2, 28), time(16), interpreter="p-ines", held=True, id_="second")
    blank_before = unescape(_blank(thea, second, cast_))
    hand_over(thea, held, "ti")
    begin(thea)
    step(thea, "/f/answer", line="bond.1:CT", answer="5")
    thea.get("/f/away")
    assert cast.unstamped(unescape(thea.get("/f/tablet").text)) == cast.unstamped(blank_before)
    assert _take_back(thea).location == "/sign-in"
    _enter(thea, cast_)
    hand_over(thea, second, "ar")
    cast.post(thea, "/f/tablet")
    page = unescape(thea.get("/f/").text)
    assert wordings.wording("ar").ui["choose_language"] in page
    assert thea.get("/f/at/4").location == "/f/"
    assert [text for text in ("review_answered", "code_again") if wordings.wording("ti").ui[text] in page] == []
    assert f'href="/f/">{wordings.wording("ar").ui["continue"]}' not in page


def _blank(client: FlaskClient, encounter: str, who: cast.Cast) -> str:
    hand_over(client, encounter, "ar")
    cast.post(client, "/f/tablet")
    page = client.get("/f/tablet").text
    _take_back(client)
    _enter(client, who)
    return page


def _take_back(client: FlaskClient, password: str = PASSWORD) -> Any:
    return cast.post(client, "/f/tablet/staff", {"password": password})


def _enter(client: FlaskClient, who: cast.Cast) -> None:
    page = client.get("/sign-in").text
    fields = {"email": "thea@example.org", "password": PASSWORD, "csrf_token": cast.token(page)}
    assert client.post("/sign-in", data=fields).status_code == 302


def test_only_the_password_takes_the_tablet_back(thea: FlaskClient, held: str) -> None:
    hand_over(thea, held)
    wrong = _take_back(thea, "not the sentence")
    assert (wrong.status_code, thea.get("/").location) == (422, "/f/tablet")
    answer = _take_back(thea)
    assert (answer.location, thea.get_cookie("tablet")) == ("/sign-in", None)
    assert thea.get("/sign-in").status_code == 200
    found = [_take_back_tries(thea, held) for _ in range(1)]
    assert found == [429]


def _take_back_tries(client: FlaskClient, held: str) -> int:
    fields = {
        "email": "thea@example.org",
        "password": PASSWORD,
        "csrf_token": cast.token(client.get("/sign-in").text),
    }
    client.post("/sign-in", data=fields)
    hand_over(client, held)
    return [_take_back(client, "not the sentence").status_code for _ in range(12)][-1]


def test_a_tablet_whose_hour_is_over_is_an_ordinary_browser(thea: FlaskClient, held: str, clock: Any) -> None:
    hand_over(thea, held)
    clock.forward(hours=1)
    assert thea.get("/").location == "/f/tablet"
    assert thea.get("/f/tablet").status_code == 410
    assert thea.get("/sign-in").status_code == 200


def test_after_sending_the_tablet_asks_to_be_handed_back(thea: FlaskClient, held: str, cast_: cast.Cast) -> None:
    hand_over(thea, held)
    begin(thea)
    for _ in range(7):
        page = thea.get("/f/").text
        line = re.search(r'name="line" value="([^"]+)"', page)
        assert line
        step(thea, "/f/answer", line=line[1], answer="4")
    step(thea, "/f/step", screen="who_helped", helped="nobody")
    step(thea, "/f/step", screen="review")
    step(thea, "/f/send", choice="therapist")
    thanks, ui = unescape(thea.get("/f/").text), wordings.wording("ti").ui
    assert [ui["hand_back"] in thanks, ui["thanks_body"] in thanks] == [True, False]
    stamp = re.search(r'data-stamp="([^"]+)"', thanks)
    assert stamp
    assert thea.post("/f/tablet/forget", data={"csrf_token": stamp[1]}).location == "/f/tablet"
    assert ui["hand_back"] not in unescape(thea.get("/f/tablet").text)
    assert thea.get("/f/").location == "/f/tablet"
    db.session.close()


def test_a_step_from_elsewhere_changes_nothing(thea: FlaskClient, held: str, app: Any) -> None:
    hand_over(thea, held)
    for path in ("", "/code", "/here", "/forget", "/staff"):
        assert thea.post(f"/f/tablet{path}", data={"csrf_token": "x"}).status_code == 400
    assert wordings.wording("ti").ui["continue"] in unescape(thea.get("/f/tablet").text)
    assert tablets.LASTS.total_seconds() == 3600
