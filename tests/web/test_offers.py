"""Offers as a browser and a program meet them: asked in turns, answered by POST alone, one state for each person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program, told
from triad.services import answers, context, exclusions, offers
from triad.services.context import Actor
from triad.store.clinic import LanguageSkill
from triad.store.db import db

SignIn = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def ivo_speaks(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo2", interpreter_id="p-ivo", language="ti", into="en", level=4))
    db.session.close()


def states(who: Cast, id_: str) -> dict[str, str]:
    return {one.name: one.state for one in offers.asked(who.kora, id_)}


def asking(*asks: str) -> dict[str, Any]:
    return {"ask": ["", *asks], "answer_hours": "24", "wait_hours": "4"}


def test_coordinator_asks_two_in_turns_and_sees_them(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    client = sign_in(cast_.kora)
    panel = client.get("/unfilled").text
    assert panel.count('name="ask"') == 2
    answer = cast.post(client, f"/sessions/{id_}/offers", asking("p-ines|1", "p-ivo|2"), page="/unfilled")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sessions/{id_}#asked")
    page = client.get(f"/sessions/{id_}").text
    assert [word in page for word in ("2 people were asked", "Asked later", "Take the offers back")] == [True] * 3
    # Who is asked already cannot be asked again from the panel.
    assert client.get(f"/sessions/{id_}/candidates").text.count('name="ask"') == 0
    cast.post(client, f"/sessions/{id_}/offers/withdraw", page="/unfilled")
    assert states(cast_, id_) == {"Ines": "withdrawn", "Ivo": "withdrawn"}


def test_what_was_chosen_is_kept_when_it_does_not_fit(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    form = {**asking("p-ines|2"), "answer_hours": "many"}
    answer = cast.post(sign_in(cast_.kora), f"/sessions/{id_}/offers", form, page="/unfilled")
    assert answer.status_code == 422
    assert 'value="p-ines|2" selected' in answer.text
    assert "This needs a whole number." in answer.text
    assert states(cast_, id_) == {}


def test_interpreter_sees_when_and_what_and_nobodys_name(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    client = sign_in(cast_.ines)
    empty = client.get("/my-offers").text
    assert "No session is offered to you now" in empty
    offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 1})
    page = client.get("/my-offers").text
    assert [word in page for word in ("14:30", "Tigrinya", "50 minutes", "In person", "Site Nord")] == [True] * 5
    for secret in ("Ivo", "Thea", "Cleo", "T-1001", "K-cleo", "Nordweg", id_):
        assert secret not in page.replace("Ines", ""), secret


def test_only_a_post_accepts(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    (offer,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    client = sign_in(cast_.ines)
    for path in ("/my-offers", f"/my-offers/{offer}/accept", f"/my-offers/{offer}/decline"):
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(path, method=method)
    assert states(cast_, id_) == {"Ines": "seen"}
    answer = cast.post(client, f"/my-offers/{offer}/accept", page="/my-offers")
    assert (answer.status_code, states(cast_, id_)) == (303, {"Ines": "accepted"})
    assert "The session is yours" in client.get("/my-offers").text
    again = cast.post(client, f"/my-offers/{offer}/accept", page="/my-offers")
    assert (again.status_code, states(cast_, id_)) == (303, {"Ines": "accepted"})


def test_whoever_comes_too_late_hears_the_same_whatever_the_reason(cast_: Cast, sign_in: SignIn) -> None:
    client, pages = sign_in(cast_.ivo), []
    for hour, excluded in ((9, False), (12, True)):
        id_ = cast.encounter(cast_, at=time(hour, 0))
        first, second = offers.send(cast_.kora, id_, {"p-ines": 1, "p-ivo": 1})
        if excluded:
            exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo"})
        else:
            answers.accept(cast_.ines, first)
        cast.post(client, f"/my-offers/{second}/accept", page="/me")
        page = client.get("/my-offers").text
        pages.append([part in page for part in ("no longer on offer", "No longer on offer", "Ines", "somebody else")])
    assert pages == [[True, True, False, False]] * 2


def test_no_with_a_reason_is_a_word_for_the_coordinator(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    (offer,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    cast.post(sign_in(cast_.ines), f"/my-offers/{offer}/decline", {"reason": "acquainted"}, page="/my-offers")
    page = sign_in(cast_.kora).get(f"/sessions/{id_}").text
    assert ("may know the client" in page, "Said no" in page) == (True, True)
    assert "may know the client" not in sign_in(cast_.thea).get(f"/sessions/{id_}").text


def test_own_diary_speaks_where_one_cannot(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    (offer,) = offers.send(cast_.kora, id_, {"p-ines": 1})
    other = cast.encounter(cast_, at=time(15, 0))
    (taken,) = offers.send(cast_.kora, other, {"p-ines": 1})
    answers.accept(cast_.ines, taken)
    answer = cast.post(sign_in(cast_.ines), f"/my-offers/{offer}/accept", page="/my-offers")
    assert (answer.status_code, "Already booked at that time" in answer.text) == (409, True)


def test_programs_ask_and_answer(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    kora, ines, ivo = (program(app, actor) for actor in (cast_.kora, cast_.ines, cast_.ivo))
    asks = {"asks": [{"interpreter": "p-ines"}, {"interpreter": "p-ivo", "tier": 2}], "wait_hours": 2}
    sent = kora.post(f"/encounters/{id_}/offers", asks, key="k1")
    again = kora.post(f"/encounters/{id_}/offers", asks, key="k1")
    assert (sent.status_code, sent.get_json(), again.headers["Idempotent-Replay"]) == (201, again.get_json(), "true")
    found = kora.get(f"/encounters/{id_}/offers").get_json()["items"]
    assert [(one["interpreter"]["name"], one["tier"], one["state"]) for one in found] == [
        ("Ines", 1, "sent"),
        ("Ivo", 2, "waiting"),
    ]
    (mine,) = ines.get("/my-offers").get_json()["items"]
    assert set(mine) == {
        *("id", "state", "language", "dialect", "site", "mode", "starts_at", "day", "start", "zone"),
        *("minutes", "expires_at"),
    }
    assert ivo.get("/my-offers").get_json()["items"] == []
    assert told(ivo.post(f"/my-offers/{mine['id']}/accept")) == (404, "not_found")
    assert ines.post(f"/my-offers/{mine['id']}/accept").get_json() == {"state": "accepted"}
    assert ines.post(f"/my-offers/{mine['id']}/decline", {}).get_json() == {"state": "accepted"}
    assert states(cast_, id_) == {"Ines": "accepted", "Ivo": "too_late"}
    assert told(ines.get(f"/encounters/{id_}/offers")) == (404, "not_found")
    assert told(kora.post(f"/encounters/{id_}/offers/withdraw")) == (409, "bad_transition")


def test_offers_count_statements_the_same_at_one_and_three(cast_: Cast, sign_in: SignIn, statements: Any) -> None:
    client = sign_in(cast_.ines)
    counts = []
    for hours in ((9,), (11, 13)):
        for hour in hours:
            offers.send(cast_.kora, cast.encounter(cast_, at=time(hour, 0)), {"p-ines": 1})
        client.get("/my-offers")
        with statements() as seen:
            client.get("/my-offers")
        counts.append(len(seen))
    assert counts == [counts[0]] * 2
