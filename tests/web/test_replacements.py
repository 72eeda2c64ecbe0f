"""Replacing by page and by program: one form does all of it, the worklist goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import program, told
from tests.services.test_moves import planned
from tests.services.test_replacements import AWAY, had, ivo_speaks
from triad.services import hours, offers
from triad.store.db import db

__all__ = ["ivo_speaks"]
SignIn = Callable[[Any], Any]


@pytest.fixture
def broken(cast_: Cast) -> str:
    id_ = planned(cast_)
    hours.add_off(cast_.ines, AWAY)
    db.session.close()
    return id_


def form(**more: Any) -> dict[str, Any]:
    return {"reason": "away", "version": "2", "answer_hours": "24", "wait_hours": "4", **more}


def test_worklist_leads_to_the_form_and_back(cast_: Cast, sign_in: SignIn, broken: str) -> None:
    client = sign_in(cast_.kora)
    page = client.get("/broken").text
    assert ("1 booking is broken" in page, f"/sessions/{broken}/replace?reason=away" in page) == (True, True)
    path = f"/sessions/{broken}/replace"
    page = client.get(f"{path}?reason=away&list=yes").text
    assert [word in page for word in ("Away", "level 4", 'value="away" selected', 'value="yes"')] == [True] * 4
    answer = cast.post(client, path, form(interpreter="p-ivo", list="yes"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/broken")
    assert "No booking is broken" in client.get("/broken").text
    page = client.get(f"/sessions/{broken}").text
    assert ("Who had it before" in page, "Ivo" in page) == (True, True)
    assert "Who had it before" not in sign_in(cast_.thea).get(f"/sessions/{broken}").text


def test_form_asks_several_and_keeps_what_was_chosen(cast_: Cast, sign_in: SignIn, broken: str) -> None:
    client, path = sign_in(cast_.kora), f"/sessions/{broken}/replace"
    refused = cast.post(client, path, form(reason="", ask="p-ivo|1"))
    assert (refused.status_code, 'value="p-ivo|1" selected' in refused.text) == (422, True)
    assert had(cast_, broken) == [("p-ines", "", True)]
    assert cast.post(client, path, form(ask="p-ivo|1")).status_code == 303
    assert [(one.name, one.state) for one in offers.asked(cast_.kora, broken)] == [("Ivo", "sent")]
    # Nobody has it any more: there is nobody to replace.
    assert client.get(path).status_code == 404


def test_older_page_loses(cast_: Cast, sign_in: SignIn, broken: str) -> None:
    answer = cast.post(sign_in(cast_.kora), f"/sessions/{broken}/replace", form(version="1", interpreter="p-ivo"))
    assert (answer.status_code, had(cast_, broken)) == (412, [("p-ines", "", True)])


def test_programs_replace_with_the_version_they_saw(app: Flask, cast_: Cast, broken: str) -> None:
    kora, path = program(app, cast_.kora), f"/encounters/{broken}/replacement"
    (row,) = kora.get("/broken-bookings").get_json()["items"]
    assert (row["id"], row["interpreter"]["name"], row["version"]) == (broken, "Ines", 2)
    assert kora.get(path).get_json()["items"] == [
        {"interpreter": {"id": "p-ivo", "name": "Ivo"}, "gained": [], "lost": ["LEVEL"]}
    ]
    body = {"reason": "away", "interpreter": "p-ivo"}
    assert told(kora.post(path, body)) == (428, "which_version")
    assert told(kora.post(path, body, seen='"1"')) == (412, "stale")
    assert told(kora.post(path, {"reason": "away"}, seen='"2"')) == (422, "unfit")
    assert told(kora.post(path, body | {"asks": [{"interpreter": "p-ivo"}]}, seen='"2"')) == (422, "unfit")
    assert kora.post(path, body, seen='"2"').status_code == 204
    assert sorted(had(cast_, broken)) == [("p-ines", "away", False), ("p-ivo", "", True)]
    assert told(program(app, cast_.thea).post(path, body, seen='"2"')) == (404, "not_found")
