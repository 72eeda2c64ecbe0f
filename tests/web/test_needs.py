"""What a case needs, and what an interpreter says, as pages and as JSON; of the wishes interpreters see nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import BERLIN, Cast
from tests.programs import Program, program, told
from triad.domain import modes
from triad.services import cases, encounters, needs, people

SignIn = Callable[[Any], Any]
SEATS = {"mode_t": "in_person", "mode_i": "video", "mode_c": "telephone"}
NEED = {"version": "1", "language": "ti", "dialect": "", "min_level": "3", "wish_kind": "none", "gender_wish": ""}
WISHES = {"wish_trauma": "require", "wish_older": "prefer", "wish_younger": "avoid"}
PLAN = {"day": "2027-03-02", "start": "14:30", "minutes": "50", "count": "1", "every": "1", "step": "save"}


def form(who: Cast) -> str:
    return f"/cases/{who.case_id}/needs/{who.need_id}"


def change(who: Cast, **more: str) -> None:
    version = str(cases.show(who.kora, who.case_id).case.version)
    needs.change(who.kora, who.case_id, who.need_id, NEED | {"version": version} | more)


def test_need_is_changed_by_its_form_and_told_in_words(cast_: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast_.thea)
    written = NEED | SEATS | WISHES | {"direction": "from", "wish_trauma": "must", "mode_c": "letter"}
    answer = cast.post(client, form(cast_), written)
    wrong = ('id="f-wish_trauma-error"', 'id="f-mode_c-error"', 'value="video" selected', 'value="from" selected')
    assert (answer.status_code, [text for text in wrong if text not in answer.text]) == (422, [])
    assert (
        cast.post(client, form(cast_), written | {"wish_trauma": "require", "mode_c": "telephone"}).status_code == 303
    )
    page = client.get(f"/cases/{cast_.case_id}").text
    words = ("only trained in trauma work", "over 50 if possible", "not under 35", "Only from this language")
    assert [text for text in (*words, "Telephone", "Video") if text not in page] == []
    kept = client.get(form(cast_)).text
    assert kept.count('<option value="require" selected>') == 1


def test_plan_begins_where_the_need_seats_the_three_and_is_kept_as_asked(cast_: Cast, sign_in: SignIn) -> None:
    change(cast_, **SEATS)
    client, url = sign_in(cast_.kora), f"/cases/{cast_.case_id}/plan"
    page = client.get(url).text
    for name, mode in SEATS.items():
        assert f'<option value="{mode}" selected>' in page.split(f'name="{name}"')[1].split("</select>")[0]
    asked = PLAN | {"need": cast_.need_id, "site": f"site-nord|{BERLIN}", **SEATS, "mode_c": "in_person"}
    assert cast.post(client, url, asked).status_code == 303
    (one,) = encounters.unfilled(cast_.kora)
    assert modes.of(one.encounter) == ("in_person", "video", "in_person")
    shown = client.get(f"/sessions/{one.encounter.id}").text
    assert ("Interpreter: </span>Video" in shown, "Nordweg 1" in shown) == (True, True)


def test_plan_of_another_need_begins_with_its_own_seats(cast_: Cast, sign_in: SignIn) -> None:
    other = needs.add(cast_.kora, cast_.case_id, NEED | {"language": "ar", "mode": "telephone"})
    client, url = sign_in(cast_.kora), f"/cases/{cast_.case_id}/plan?need={other}"
    assert f"plan?need={other}" in client.get(f"/cases/{cast_.case_id}").text
    page = client.get(url).text
    assert page.count('<option value="telephone" selected>') == 3
    # Nobody comes: no site is offered first, in the zone of the case's own.
    assert f'<option value="|{BERLIN}" selected>' in page
    asked = PLAN | {"need": other, "site": f"|{BERLIN}", "mode": "in_person"}
    answer = cast.post(client, f"/cases/{cast_.case_id}/plan", asked)
    assert (answer.status_code, "Who comes in person needs a site" in answer.text) == (422, True)
    assert cast.post(client, f"/cases/{cast_.case_id}/plan", asked | {"mode": "video"}).status_code == 303


def test_interpreter_says_something_about_themselves_by_the_form(cast_: Cast, sign_in: SignIn) -> None:
    client, page = sign_in(cast_.kora), "/people/interpreters/p-ines"
    written = {**people.profile(cast_.kora, "interpreters", "p-ines").written, "attribute_trauma": "yes"}
    assert cast.post(client, f"{page}/change", written | {"attribute_older": "yes"}).status_code == 303
    text = client.get(page).text
    assert "Trained in trauma work, Over 50" in text
    again = people.profile(cast_.kora, "interpreters", "p-ines").written
    assert {name for name in again if name.startswith("attribute_")} == {"attribute_trauma", "attribute_older"}
    answer = cast.post(client, f"{page}/change", {**again, "attribute_faith": "yes"})
    assert answer.status_code == 422
    skill = {"language": "am", "into": "en", "level": "3", "works": "into"}
    assert cast.post(client, f"{page}/skills", skill, page).status_code == 303
    assert "Only into this language" in client.get(page).text


def test_panel_tells_what_is_wished_met_and_missing(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    client = sign_in(cast_.kora)
    change(cast_, wish_trauma="prefer")
    assert "hoped for, not met: trained in trauma work" in client.get("/unfilled").text
    written = {**people.profile(cast_.kora, "interpreters", "p-ines").written, "attribute_trauma": "yes"}
    people.change(cast_.kora, "interpreters", "p-ines", written)
    assert "as wished: trained in trauma work" in client.get("/unfilled").text
    change(cast_, wish_trauma="avoid", wish_children="require")
    page = client.get(f"/sessions/{id_}/candidates").text
    assert ("Not wished for: trained in trauma work" in page, "Wished for and missing: used to" in page) == (
        True,
        True,
    )


@pytest.mark.parametrize("url", ["/my-week", "/sessions/hers", "/my-hours", "/me", "/cases/case-T-1001/briefing"])
def test_interpreters_pages_are_the_same_to_the_byte_with_wishes(cast_: Cast, sign_in: SignIn, url: str) -> None:
    cast.encounter(cast_, interpreter="p-ines", id_="hers")
    client, caller = sign_in(cast_.ines), program(client_app(cast_, sign_in), cast_.ines)

    def seen() -> tuple[str, bytes]:
        text = client.get(url).text
        return text.replace(cast.token(text), ""), caller.get("/encounters/hers").data

    before = seen()
    change(cast_, **WISHES, wish_kind="avoid", gender_wish="woman")
    assert seen() == before
    # What they do have to know of a need changes their page.
    change(cast_, language="ar")
    assert seen() != before


def client_app(cast_: Cast, sign_in: SignIn) -> Flask:
    application: Flask = sign_in(cast_.ines).application
    return application


def test_needs_as_json(app: Flask, cast_: Cast) -> None:
    change(cast_, **SEATS, **WISHES, direction="into")
    (need,) = program(app, cast_.kora).get(f"/cases/{cast_.case_id}").get_json()["needs"]
    assert (need["direction"], need["mode"], need["strict"]) == ("into", "video", False)
    assert need["wishes"] == {"trauma": "require", "older": "prefer", "younger": "avoid"}
    assert need["modes"] == {"therapist": "in_person", "interpreter": "video", "client": "telephone"}


def test_plan_by_json_says_who_sits_where_or_leaves_it_to_the_need(app: Flask, cast_: Cast) -> None:
    change(cast_, **SEATS)
    kora, place = program(app, cast_.kora), f"/cases/{cast_.case_id}/encounters"
    body = {"day": "2027-03-08", "zone": BERLIN, "minutes": 50, "need": cast_.need_id, "site": cast_.site_id}

    def seated(start: str, **more: str) -> list[str]:
        (id_,) = kora.post(place, body | {"start": start} | more).get_json()["ids"]
        found = kora.get(f"/encounters/{id_}").get_json()["modes"]
        return [found[party] for party in ("therapist", "interpreter", "client")]

    assert seated("08:00") == ["in_person", "video", "telephone"]
    assert seated("11:00", mode="video", mode_client="in_person") == ["video", "video", "in_person"]
    assert seated("14:00", mode_interpreter="telephone") == ["in_person", "telephone", "telephone"]
    left_out = {key: value for key, value in body.items() if key != "site"} | {"start": "17:00"}
    refused = kora.post(place, left_out | {"site": ""})
    assert (told(refused), list(refused.get_json()["fields"])) == ((422, "unfit"), ["site"])
    assert kora.post(place, left_out).status_code == 201


def test_interpreters_attributes_and_skills_as_json(app: Flask, cast_: Cast) -> None:
    kora: Program = program(app, cast_.kora)
    body = {"name": "Nura", "zone": BERLIN, "modes": ["video"], "attributes": ["trauma", "older"]}
    place = f"/interpreters/{kora.post('/interpreters', body).get_json()['id']}"
    assert kora.get(place).get_json()["attributes"] == ["trauma", "older"]
    odd = kora.post("/interpreters", body | {"attributes": ["catholic"]})
    assert (told(odd), list(odd.get_json()["fields"])) == ((422, "unfit"), ["attributes.0"])
    assert kora.send("PUT", place, {key: body[key] for key in ("name", "zone", "modes")}, '"1"').status_code == 204
    assert kora.get(place).get_json()["attributes"] == []
    kora.post(f"{place}/skills", {"language": "ti", "into": "en", "level": 4, "works": "from"})
    kora.post(f"{place}/skills", {"language": "am", "into": "en", "level": 4})
    skills = kora.get(place).get_json()["skills"]
    assert {one["language"]: one["works"] for one in skills} == {"ti": "from", "am": "both"}
