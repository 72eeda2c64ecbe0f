"""The page of licensed forms: brought along, looked at, taken into use; what is wrong in a file, by its place."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests import cast, made_up
from tests.programs import program
from triad.services import exports, instruments
from triad.services.context import Actor

SignIn = Callable[[Actor], Any]


def sent(page: str, content: bytes, name: str = "kettle.json") -> dict[str, Any]:
    return {"csrf_token": cast.token(page), "file": (io.BytesIO(content), name)}


def bring(client: Any, content: bytes) -> Any:
    return client.post("/instruments", data=sent(client.get("/instruments").text, content))


def test_a_lead_brings_a_form_along_and_takes_it_into_use(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    assert "No form is brought along yet." in client.get("/instruments").text
    answer = bring(client, made_up.file())
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert (made_up.NEEDLE in page, "Society for Kettles" in page, "Ready to use" in page) == (True, True, True)
    said = ('Mean of the answered items: <bdi dir="ltr">1–5</bdi>.', '<bdi dir="ltr">2.4–5</bdi>: <bdi>warm</bdi>')
    assert [one in page for one in said] == [True, True]
    seen = re.findall(r'name="seen" value="(\w{64})"', page)
    data = {"csrf_token": cast.token(page), "seen": seen[0]}
    assert client.post(f"{answer.location}/activation", data=data).status_code == 303
    page = client.get(answer.location).text
    assert ("In use" in page, 'name="seen"' in page) == (True, False)
    assert "1 licensed form in use" in client.get("/instruments").text
    assert client.post(f"{answer.location}/end", data={"csrf_token": cast.token(page)}).status_code == 303
    assert "0 licensed forms in use" in client.get("/instruments").text


def test_without_evidence_the_page_says_so_and_offers_no_use(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    answer = bring(client, made_up.file(made_up.changed("licence.evidence", "")))
    page = client.get(answer.location).text
    sentence = "The file gives no evidence of the licence: its text, or where it lies."
    assert (sentence in page, "/activation" in page) == (True, False)
    line = instruments.overview(cast_.lena)[0]
    data = {"csrf_token": cast.token(page), "seen": line.hash}
    pushed = client.post(f"{answer.location}/activation", data=data)
    assert (pushed.status_code, sentence in pushed.text) == (409, True)
    stale = client.post(f"{answer.location}/activation", data=data | {"seen": "x"})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", {"file": "This is no JSON, or a field of it comes twice."}),
        (b"\xff", {"file": "This file is not in UTF-8."}),
        (
            made_up.file(made_up.changed("items.2.colour", "<b>")),
            {"items[2].colour": "No such field is read here: look at its spelling."},
        ),
        (
            made_up.file(made_up.changed("wordings.0.texts.3", ...)),
            {"wordings[0].texts": "Texts are missing: every item needs one in each of its directions."},
        ),
        (
            made_up.file(made_up.changed("items.2.<script>", 1)),
            {"items[2].<script>": "No such field is read here: look at its spelling."},
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_place(
    cast_: cast.Cast, sign_in: SignIn, content: bytes, told: dict[str, str]
) -> None:
    answer = bring(sign_in(cast_.ada), content)
    line = r'<code>([^<]*)</code></bdi><br><span class="field-error">.*?<span>([^<]+)</span>'
    places = re.findall(line, answer.text)
    assert (answer.status_code, {unescape(at): sentence for at, sentence in places}) == (422, told)
    assert instruments.overview(cast_.ada) == ()


def test_no_file_at_all_is_told_too(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.ada)
    answer = client.post("/instruments", data={"csrf_token": cast.token(client.get("/instruments").text)})
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)


def test_only_leads_and_admins_come_here(cast_: cast.Cast, sign_in: SignIn, app: Flask) -> None:
    found = instruments.load(cast_.ada, made_up.file())
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.aud):
        client = sign_in(actor)
        assert [client.get(one).status_code for one in ("/instruments", f"/instruments/{found.id}")] == [404, 404]
    assert app.test_client().get("/instruments").status_code == 303
    admin = sign_in(cast_.ada)
    page = admin.get(f"/instruments/{found.id}").text
    assert ("A clinical lead takes it into use." in page, "/activation" in page) == (True, False)
    data = {"csrf_token": cast.token(page), "seen": found.hash}
    assert admin.post(f"/instruments/{found.id}/activation", data=data).status_code == 404


def test_the_file_is_handed_on_only_where_its_licence_allows_it(cast_: cast.Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.lena)
    kept = instruments.load(cast_.ada, made_up.file())
    handed_on = made_up.changed("licence.may.redistribute", True) | {"key": "free"}
    free = instruments.load(cast_.ada, made_up.file(handed_on))
    data = {"csrf_token": cast.token(client.get("/instruments").text)}
    assert client.post(f"/instruments/{kept.id}/file", data=data).status_code == 403
    taken = client.post(f"/instruments/{free.id}/file", data=data)
    assert (taken.status_code, made_up.NEEDLE in taken.text, taken.content_type) == (200, True, "application/json")


def test_no_file_taken_out_and_no_description_of_the_api_holds_a_word_of_it(
    cast_: cast.Cast, sign_in: SignIn, app: Flask
) -> None:
    found = instruments.load(cast_.ada, made_up.file())
    instruments.activate(cast_.lena, found.id, found.hash)
    client = sign_in(cast_.lena)
    data = {"csrf_token": cast.token(client.get("/take-out").text)}
    said = [program(app, cast_.lena).get("/openapi.json").data]
    for name in exports.names():
        taken = client.post("/take-out", data=data | {"file": name})
        assert taken.status_code == 200
        said.append(taken.data)
    assert made_up.NEEDLE.encode() not in b"".join(said)
    assert made_up.NEEDLE in client.get(f"/instruments/{found.id}").text
