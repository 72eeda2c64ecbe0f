"""Late cancellations and attendance, as programs use them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import Program, program, told
from tests.services.test_cancellations import MONDAY, MONDAY_MORNING
from tests.services.test_moves import planned

RULE = {"valid_from": "2027-01-01", "unit": "business_days", "amount": 1, "words": "One business day before."}
CUT_OFF = "2027-03-05T09:00:00+00:00"


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


def test_a_session_is_cancelled_late_and_it_is_set_aside(cast_: Cast, kora: Program, clock: Any) -> None:
    id_ = planned(cast_, MONDAY)
    rule = kora.post("/cancelling-rules", RULE | {"payer": "client", "charge": "45.10", "currency": "EUR"})
    clock.now = MONDAY_MORNING
    place = f"/encounters/{id_}/cancellation"
    shown = kora.get(place).get_json()
    late = {"rule": rule.get_json()["id"], "cut_off": CUT_OFF, "late": True}
    parties = ("client", "therapist", "interpreter", "clinic")
    assert shown == {"foreseen": [{"party": party, **late} for party in parties], "was": None}
    assert kora.post(f"/encounters/{id_}/cancel", {"by": "client"}, '"2"').status_code == 204
    was = {
        **late,
        "party": "client",
        "notice_at": "2027-03-08T08:00:00+00:00",
        "waived_at": None,
        "waived_reason": "",
    }
    assert kora.get(place).get_json() == {"foreseen": [], "was": was}
    assert [one["id"] for one in kora.get("/cancelled?late=late&by=client&first=2027-03-08").get_json()["items"]] == [
        id_
    ]
    assert kora.get("/cancelled?late=in_time").get_json() == {"items": [], "next": None}
    assert told(kora.post(f"/encounters/{id_}/waiver", {"reason": "Ill."})) == (428, "which_version")
    assert kora.post(f"/encounters/{id_}/waiver", {"reason": "Ill."}, '"3"').status_code == 204
    assert told(kora.post(f"/encounters/{id_}/waiver", {"reason": "Ill."}, '"4"')) == (409, "bad_transition")
    assert kora.get(place).get_json()["was"]["waived_reason"] == "Ill."


def test_notice_that_came_before_is_told_with_its_offset(app: Flask, cast_: Cast, kora: Program, clock: Any) -> None:
    id_ = planned(cast_, MONDAY)
    kora.post("/cancelling-rules", RULE)
    clock.now = MONDAY_MORNING
    place, said = f"/encounters/{id_}/cancel", {"by": "client", "notice_at": "2027-03-05T10:00:00+01:00"}
    for notice in ("2027-03-05T10:00:00", "yesterday", "2027-03-09T10:00:00Z"):
        assert told(kora.post(place, said | {"notice_at": notice}, '"2"')) == (422, "unfit")
    thea = program(app, cast_.thea)
    assert told(thea.post(place, said, '"2"')) == (403, "not_allowed")
    assert kora.post(place, said, '"2"').status_code == 204
    was = kora.get(f"/encounters/{id_}/cancellation").get_json()["was"]
    assert (was["late"], was["notice_at"]) == (False, "2027-03-05T09:00:00+00:00")


def test_rules_come_and_go(app: Flask, cast_: Cast, kora: Program) -> None:
    for off, field in (
        ({"amount": 0}, "amount"),
        ({"unit": "weeks"}, "unit"),
        ({"charge": "45.001", "payer": "client", "currency": "EUR"}, "charge"),
        ({"made_by": "x"}, "made_by"),
    ):
        answer = kora.post("/cancelling-rules", RULE | off)
        assert (told(answer), list(answer.get_json()["fields"])) == ((422, "unfit"), [field])
    first = kora.post("/cancelling-rules", RULE, key="once")
    assert (first.status_code, kora.post("/cancelling-rules", RULE, key="once").get_json()) == (201, first.get_json())
    place = f"/cancelling-rules/{first.get_json()['id']}"
    assert told(kora.post(f"{place}/end", {"valid_to": "2027-02-01"})) == (422, "unfit")
    assert kora.post(f"{place}/end", {"valid_to": "2027-03-31"}).status_code == 204
    (row,) = kora.get("/cancelling-rules").get_json()["items"]
    assert (row["valid_to"], row["charge"], row["used"]) == ("2027-03-31", None, 0)
    assert told(program(app, cast_.thea).send("DELETE", place)) == (404, "not_found")
    assert kora.send("DELETE", place).status_code == 204
    assert told(kora.send("DELETE", place)) == (404, "not_found")


def test_attendance_is_said_and_corrected(app: Flask, cast_: Cast, kora: Program, clock: Any) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    place, said = f"/encounters/{id_}/attendance", {"party": "interpreter", "mark": "arrived", "was": "unknown"}
    assert told(kora.post(place, said)) == (409, "bad_transition")
    clock.forward(days=2)
    ines, thea = program(app, cast_.ines), program(app, cast_.thea)
    assert told(ines.post(place, said | {"party": "client"})) == (403, "not_allowed")
    assert ines.post(place, said).status_code == 204
    assert [one["party"] for one in ines.get(place).get_json()["items"]] == ["interpreter"]
    assert told(thea.post(place, said | {"mark": "absent", "was": "arrived"})) == (409, "bad_transition")
    assert thea.post(place, {"party": "client", "mark": "late", "was": "unknown", "minutes": 5}).status_code == 204
    assert told(kora.post(place, said | {"mark": "absent"})) == (412, "stale")
    assert kora.post(place, said | {"mark": "excused", "was": "arrived"}).status_code == 204
    found = {one["party"]: (one["mark"], one["minutes_late"]) for one in kora.get(place).get_json()["items"]}
    assert found == {"therapist": ("unknown", 0), "interpreter": ("excused", 0), "client": ("late", 5)}
    assert told(program(app, cast_.otto).get(place)) == (404, "not_found")
