"""Requests on pages and by program: ask, plan as asked for or changed, turn down; a search given up and taken up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program, told
from tests.services.test_requests import WISH, asked
from triad.services import context, encounters, requests
from triad.store.db import db
from triad.store.holidays import Holiday

SignIn = Callable[[Any], Any]


@pytest.fixture
def closed_day(cast_: Cast) -> None:
    with context.work(cast_.kora) as ctx:
        ctx.session.add(Holiday(id="h1", site_id=cast_.site_id, day=date(2027, 3, 29), name="Ostermontag"))
    db.session.close()


def test_therapist_asks_and_coordinator_plans_as_asked_for(cast_: Cast, sign_in: SignIn) -> None:
    thea, kora, path = sign_in(cast_.thea), sign_in(cast_.kora), f"/cases/{cast_.case_id}/requests/new"
    assert f'href="{path}"' in thea.get(f"/cases/{cast_.case_id}").text
    refused = cast.post(thea, path, {**WISH, "minutes": "2", "send": "yes"})
    assert (refused.status_code, 'value="2027-03-09"' in refused.text) == (422, True)
    made = cast.post(thea, path, {**WISH, "send": "yes"}).headers["Location"]
    page = kora.get("/requests").text
    assert ("1 request waits for an answer" in page, "3 times, every week" in page, "Urgent" in page) == (True,) * 3
    assert cast.post(kora, f"{made}/accept", {"version": "2"}, page=made).status_code == 303
    assert "3 sessions were planned for it." in thea.get(made).text
    assert "No request waits for an answer" in kora.get("/requests").text


def test_coordinator_changes_a_line_on_the_way(cast_: Cast, sign_in: SignIn, closed_day: None) -> None:
    id_ = asked(cast_, count="4", mode="in_person", day="2027-03-15")
    kora = sign_in(cast_.kora)
    path = f"/cases/{cast_.case_id}/plan"
    page = kora.get(f"{path}?request={id_}").text
    assert ('value="2027-03-15"' in page, f'name="request" value="{id_}"' in page) == (True, True)
    form = {"day": "2027-03-15", "start": "09:00", "minutes": "50", "site": "site-nord|Europe/Berlin", "count": "4"}
    form |= {"every": "1", "need": cast_.need_id, "mode": "in_person", "request": id_, "version": "2"}
    page = cast.post(kora, path, {**form, "step": "check"}).text
    # The clocks are put forward on the 28th; the 29th is a holiday and left out unless somebody says otherwise.
    assert ("Closed:" in page, "Ostermontag" in page, page.count("The clocks have changed")) == (True, True, 2)
    assert 'name="skip" value="2027-03-29" checked' in page
    answer = cast.post(kora, path, {**form, "step": "save", "skip": "2027-03-29"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/requests/{id_}")
    found = requests.show(cast_.thea, id_)
    assert (found.row.amended, len(found.encounter_ids)) == (["start", "skip"], 3)


def test_turned_down_says_why_to_whoever_asked(cast_: Cast, sign_in: SignIn) -> None:
    id_ = asked(cast_)
    cast.post(sign_in(cast_.kora), f"/requests/{id_}/refuse", {"version": "2", "code": "no_room"}, page="/requests")
    page = sign_in(cast_.thea).get(f"/requests/{id_}").text
    assert ("No room then" in page, "Turned down" in page) == (True, True)
    for actor in (cast_.otto, cast_.ines):
        assert sign_in(actor).get(f"/requests/{id_}").status_code == 404


def test_search_is_given_up_and_taken_up_on_the_session_page(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_)
    kora = sign_in(cast_.kora)
    form = {"cause": "none_free", "version": "1"}
    assert cast.post(kora, f"/sessions/{id_}/close", form, page=f"/sessions/{id_}").status_code == 303
    page = kora.get(f"/sessions/{id_}").text
    assert ("Look again" in page, "Find an interpreter" in page, "Closed without anybody" in page) == (
        True,
        False,
        True,
    )
    cast.post(kora, f"/sessions/{id_}/reopen", {"version": "2"}, page=f"/sessions/{id_}")
    assert encounters.show(cast_.kora, id_).slot.state == "unfilled"


def test_programs_ask_and_decide_with_versions(app: Flask, cast_: Cast) -> None:
    thea, kora = program(app, cast_.thea), program(app, cast_.kora)
    body = {"need": cast_.need_id, "day": "2027-03-09", "start": "14:30", "zone": "Europe/Berlin", "minutes": 50}
    body |= {"urgency": "soon", "send": True, "count": 2}
    made = thea.post(f"/cases/{cast_.case_id}/requests", body, key="a")
    assert (made.status_code, thea.post(f"/cases/{cast_.case_id}/requests", body, key="a").get_json()) == (
        201,
        made.get_json(),
    )
    path = f"/requests/{made.get_json()['id']}"
    shown = kora.get(path)
    assert (shown.get_json()["state"], shown.headers["ETag"]) == ("submitted", '"2"')
    assert told(kora.post(f"{path}/accept")) == (428, "which_version")
    assert told(kora.post(f"{path}/accept", seen='"1"')) == (412, "stale")
    assert told(thea.post(f"{path}/accept", seen='"2"')) == (404, "not_found")
    assert len(kora.post(f"{path}/accept", seen='"2"').get_json()["ids"]) == 2
    assert told(kora.post(f"{path}/refuse", {"code": "other"}, seen='"3"')) == (409, "bad_transition")
    assert thea.post(f"{path}/withdraw", seen='"3"').status_code == 204
    id_ = cast.encounter(cast_)
    assert kora.post(f"/encounters/{id_}/close", {"cause": "declined"}, seen='"1"').status_code == 204
    assert kora.get("/unmet").get_json()["items"] == [{"language": "ti", "cause": "declined", "count": 1}]
