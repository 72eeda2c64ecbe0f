"""Briefing and debrief on the page of the session and for programs; supervision and the limit of sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import BERLIN, Cast
from tests.programs import program, told
from tests.services.test_moves import planned
from triad.domain import errors
from triad.domain.timespans import WallTime
from triad.services import assignments, briefings, people

SignIn = Callable[[Any], Any]


def test_interpreter_ticks_what_they_went_through(cast_: Cast, sign_in: SignIn) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    url, client = f"/sessions/{id_}", sign_in(cast_.ines)
    page = client.get(url).text
    assert ("Words to expect" in page, "Anything misunderstood" in page) == (True, False)
    fields = {"part": "before", "state": "done", "points": ["goal", "words"]}
    assert cast.post(client, f"{url}/talk", fields, url).status_code == 303
    page = client.get(url).text
    ticked = [point for point in ("goal", "words", "seats", "stuck") if f'value="{point}" checked' in page]
    assert (ticked, "Done" in page) == (["goal", "words"], True)
    kora = sign_in(cast_.kora).get(url).text
    assert ("Ines" in kora, "Done" in kora, "Words to expect" in kora) == (True, True, False)
    assert cast.post(client, f"{url}/talk", fields | {"points": ["how"]}, url).status_code == 422
    assert briefings.of(cast_.thea, id_)[0].points == {"goal", "words"}


def test_programs_note_it_too(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    place, thea = f"/encounters/{id_}/briefings", program(app, cast_.thea)
    assert thea.post(place, {"part": "before", "state": "done", "points": ["goal"]}).status_code == 204
    (first, second) = thea.get(place).get_json()["items"]
    assert (first["state"], first["points"], first["who"], second["state"]) == ("done", ["goal"], "Thea", "")
    kora = program(app, cast_.kora)
    assert kora.get(place).get_json()["items"][0]["points"] == []
    assert told(kora.post(place, {"part": "before", "state": "missed"})) == (404, "not_found")
    assert told(thea.post(place, {"part": "after", "state": "missed"})) == (409, "bad_transition")
    assert told(thea.post(place, {"part": "before", "state": "done", "points": ["how"]})) == (422, "unfit")


def test_limit_of_sessions_and_supervision_stand_on_the_interpreters_page(cast_: Cast, sign_in: SignIn) -> None:
    written = {**people.profile(cast_.kora, "interpreters", "p-ines").written}
    written |= {"exposure_max": "1", "supervision_due": "2027-02-01"}
    people.change(cast_.kora, "interpreters", "p-ines", written)
    planned(cast_)
    other = planned(cast_, WallTime(date(2027, 3, 3), time(9), BERLIN), room=None, interpreter="")
    next_week = planned(cast_, WallTime(date(2027, 3, 9), time(9), BERLIN), room=None, interpreter="")
    page = sign_in(cast_.kora).get("/people/interpreters/p-ines").text
    assert ("1 of 1" in page, "was due on 1 Feb 2027" in page) == (True, True)
    assignments.assign_interpreter(cast_.kora, next_week, "p-ines")
    with pytest.raises(errors.NotEligible) as refused:
        assignments.assign_interpreter(cast_.kora, other, "p-ines")
    assert [one.code for one in refused.value.reasons] == ["EXPOSURE_CAP"]
    assignments.assign_interpreter(cast_.kora, other, "p-ines", waived={"EXPOSURE_CAP"}, reason="Nobody else.")
    page = sign_in(cast_.kora).get("/people/interpreters/p-ines").text
    assert "2 of 1" in page


def test_limit_that_does_not_fit_is_refused(cast_: Cast) -> None:
    written = {**people.profile(cast_.kora, "interpreters", "p-ines").written}
    for off, field in (({"exposure_max": "0"}, "exposure_max"), ({"supervision_due": "soon"}, "supervision_due")):
        with pytest.raises(errors.Unfit) as refused:
            people.change(cast_.kora, "interpreters", "p-ines", written | off)
        assert list(refused.value.fields) == [field]
