"""Encounters and who interprets them, as programs use them: the same rules as the pages, versions compulsory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import BERLIN, Cast
from tests.programs import Program, program, told
from triad.store.db import db

DAY = date(2027, 3, 2)


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


@pytest.fixture
def ines(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.ines)


def plan(cast_: Cast, **more: Any) -> dict[str, Any]:
    base = {"day": "2027-03-08", "start": "10:00", "zone": BERLIN, "minutes": 50}
    return base | {"need": cast_.need_id, "site": cast_.site_id, "room": cast_.room_id} | more


def test_a_span_of_days_holds_its_encounters_and_no_others(cast_: Cast, kora: Program) -> None:
    for number, day in enumerate((date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 7), date(2027, 3, 8))):
        cast.encounter(cast_, day, time(0, 10), id_=f"e{number}")
    found = kora.get("/encounters?first=2027-03-01&last=2027-03-07").get_json()
    assert ([one["id"] for one in found["items"]], found["next"]) == (["e1", "e2"], None)
    first = found["items"][0]
    assert (first["day"], first["start"], first["starts_at"]) == ("2027-03-01", "00:10", "2027-02-28T23:10:00+00:00")


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("first=2027-03-01", {"last"}),
        ("first=2027-03-02&last=2027-03-01", {"last"}),
        ("first=2027-03-01&last=2027-04-02", {"last"}),
        ("first=0001-01-01&last=0001-01-02", {"first", "last"}),
        ("first=9999-12-31&last=9999-12-31", {"first", "last"}),
        ("first=today&last=2027-03-01", {"first"}),
        ("first=2027-03-01&last=2027-03-02&page=10001", {"page"}),
    ],
)
def test_a_span_that_does_not_fit(kora: Program, query: str, fields: set[str]) -> None:
    answer = kora.get(f"/encounters?{query}")
    assert (told(answer), set(answer.get_json()["fields"])) == ((422, "unfit"), fields)


def test_lists_come_in_pages_of_fifty_at_a_constant_number_of_statements(
    cast_: Cast, kora: Program, statements: Any
) -> None:
    places = [
        "/encounters?first=2027-03-01&last=2027-03-31",
        "/unfilled",
        f"/cases/{cast_.case_id}/encounters",
        "/cases",
    ]
    cast.encounter(cast_, DAY)

    def counts() -> list[int]:
        found = []
        for place in places:
            with statements() as seen:
                assert kora.get(place).status_code == 200
            found.append(len(seen))
        return found

    kora.get("/cases")
    one = counts()
    for number in range(51):
        cast.encounter(cast_, date(2027, 3, 3 + number // 3), time(8 + number % 3), id_=f"m{number:02}")
    assert counts() == one
    for place in places[:3]:
        first = kora.get(place).get_json()
        more = kora.get(f"{place}{'&' if '?' in place else '?'}page=2").get_json()
        assert (len(first["items"]), first["next"], len(more["items"]), more["next"]) == (50, 2, 2, None)


def test_my_encounters_are_ones_own(app: Flask, cast_: Cast, ines: Program) -> None:
    mine = cast.encounter(cast_, interpreter="p-ines")
    cast.encounter(cast_, at=time(17), case_id=cast_.other_case_id)
    span = "/my-encounters?first=2027-03-01&last=2027-03-05"
    for caller in (ines, program(app, cast_.thea)):
        assert [one["id"] for one in caller.get(span).get_json()["items"]] == [mine]
    assert program(app, cast_.ivo).get(span).get_json() == {"items": [], "next": None}


def test_foreign_encounters_are_not_there(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    acts = {
        "": ("GET", None),
        "/cancel": ("POST", {"by": "clinic"}),
        "/outcome": ("POST", {"outcome": "held"}),
        "/candidates": ("GET", None),
        "/assignment": ("POST", {"interpreter": "p-ines"}),
        "/assignment/release": ("POST", {"reason": "ill"}),
        "/assignment/accept": ("POST", None),
        "/assignment/decline": ("POST", None),
        "/rating": ("GET", None),
        "/rating-form": ("GET", None),
        "/picture": ("GET", None),
    }
    for name in ("otto", "ivo", "lena", "ada", "aud"):
        caller = program(app, getattr(cast_, name))
        answers = {
            place: [caller.send(method, f"/encounters/{one}{place}", body, '"1"') for one in (id_, "nowhere")]
            for place, (method, body) in acts.items()
        }
        assert {place: told(one) for place, (one, _) in answers.items() if told(one) != (404, "not_found")} == {}
        assert [place for place, (one, other) in answers.items() if one.data != other.data] == []


def test_plan_one_and_a_series(app: Flask, cast_: Cast) -> None:
    caller = program(app, cast_.thea)
    place = f"/cases/{cast_.case_id}/encounters"
    made = caller.post(place, plan(cast_))
    assert (made.status_code, len(made.get_json()["ids"])) == (201, 1)
    series = plan(cast_, start="12:00", count=4, every_weeks=2, skip=["2027-03-22"], mode="video", room=None)
    series.pop("room")
    made = caller.post(place, series)
    ids = made.get_json()["ids"]
    shown = [caller.get(f"/encounters/{id_}").get_json() for id_ in ids]
    assert [one["day"] for one in shown] == ["2027-03-08", "2027-04-05", "2027-04-19"]
    assert {one["mode"] for one in shown} == {"video"}


def test_plan_refused(app: Flask, cast_: Cast) -> None:
    caller, place = program(app, cast_.thea), f"/cases/{cast_.case_id}/encounters"
    assert caller.post(place, plan(cast_)).status_code == 201
    clash = caller.post(place, plan(cast_))
    assert (told(clash), clash.get_json()["fields"]) == (
        (409, "clash"),
        {"who": ["therapist"], "day": ["2027-03-08"]},
    )
    odd = {
        "unknown field": (plan(cast_, colour="red"), "colour"),
        "gap": (plan(cast_, day="2027-03-28", start="02:30"), "start"),
        "past": (plan(cast_, day="2027-02-01"), "start"),
        "need": (plan(cast_, need=cast_.other_need_id), "need"),
        "zone": (plan(cast_, zone="Nowhere/Land"), "start"),
        "kind": (plan(cast_, minutes="50"), "minutes"),
        "nul": (plan(cast_, need="\0"), "need"),
        "surrogate": (plan(cast_, need="\ud800"), "need"),
        "far": (plan(cast_, day="9999-12-31", count=52, every_weeks=52), ""),
        "long ago": (plan(cast_, day="0001-01-01"), ""),
        "at the end": (plan(cast_, day="9999-12-31", start="23:59"), "start"),
        "at the beginning": (plan(cast_, day="0001-01-01", start="00:00", zone="Pacific/Kiritimati"), "start"),
    }
    found = {name: caller.post(place, body) for name, (body, _) in odd.items()}
    assert {name: told(answer) for name, answer in found.items()} == dict.fromkeys(odd, (422, "unfit"))
    for name, (_, field) in odd.items():
        assert not field or field in found[name].get_json()["fields"], name
    assert told(caller.post(f"/cases/{cast_.other_case_id}/encounters", plan(cast_))) == (404, "not_found")
    assert told(program(app, cast_.kora).post(f"{place}/check", plan(cast_))) == (200, None)


def test_check_names_what_stands_against_each_date(app: Flask, cast_: Cast) -> None:
    caller, place = program(app, cast_.thea), f"/cases/{cast_.case_id}/encounters"
    caller.post(place, plan(cast_))
    found = caller.post(f"{place}/check", plan(cast_, count=2)).get_json()["items"]
    assert [(one["day"], one["problem"]) for one in found] == [("2027-03-08", "therapist"), ("2027-03-15", "")]


def test_candidates_tell_all_reasons(cast_: Cast, kora: Program) -> None:
    found = kora.get(f"/encounters/{cast.encounter(cast_)}/candidates").get_json()["items"]
    assert [(one["interpreter"]["id"], one["eligible"]) for one in found] == [("p-ines", True), ("p-ivo", False)]
    assert found[1]["codes"] == ["LANG_PAIR"]


def test_assign_accept_release(cast_: Cast, kora: Program, ines: Program) -> None:
    place = f"/encounters/{cast.encounter(cast_)}"
    made = kora.post(f"{place}/assignment", {"interpreter": "p-ines"})
    assert (made.status_code, list(made.get_json())) == (201, ["id"])
    shown = ines.get(place)
    assert (shown.headers["ETag"], shown.get_json()["slot"]) == ('"2"', "filled")
    assert ines.post(f"{place}/assignment/accept", seen='"2"').status_code == 204
    shown = kora.get(place)
    assert (shown.headers["ETag"], shown.get_json()["slot"], shown.get_json()["interpreter"]) == (
        '"3"',
        "confirmed",
        {"id": "p-ines", "name": "Ines"},
    )
    freed = kora.post(f"{place}/assignment/release", {"reason": "ill"}, '"3"')
    assert (freed.status_code, freed.data) == (204, b"")
    assert told(ines.get(place)) == (404, "not_found")
    assert kora.get(place).get_json()["slot"] == "unfilled"


def test_assign_refused_with_all_reasons(cast_: Cast, kora: Program) -> None:
    place = f"/encounters/{cast.encounter(cast_, at=time(22))}/assignment"
    answer = kora.post(place, {"interpreter": "p-ivo"})
    assert (told(answer), answer.get_json()["fields"]) == (
        (409, "not_eligible"),
        {"interpreter": ["LANG_PAIR", "AVAILABILITY"]},
    )
    assert told(kora.post(place, {"interpreter": "p-nobody"})) == (422, "unfit")
    waived = {"interpreter": "p-ines", "waived": ["AVAILABILITY"]}
    assert told(kora.post(place, waived)) == (422, "unfit")
    # The interpreter's own hours are not the coordinator's alone to set aside.
    assert kora.post(place, waived | {"reason": "asked"}).get_json()["fields"] == {"interpreter": ["AVAILABILITY"]}
    place = f"/encounters/{cast.encounter(cast_)}/assignment"
    assert kora.post(place, {"interpreter": "p-ines"}).status_code == 201
    assert told(kora.post(place, {"interpreter": "p-ines"})) == (409, "bad_transition")


def test_decline_opens_it_again(cast_: Cast, kora: Program, ines: Program) -> None:
    place = f"/encounters/{cast.encounter(cast_)}"
    kora.post(f"{place}/assignment", {"interpreter": "p-ines"})
    assert ines.post(f"{place}/assignment/decline", seen='"2"').status_code == 204
    assert [one["encounter"]["id"] for one in kora.get("/unfilled").get_json()["items"]] == [place.split("/")[2]]


def test_cancel_and_outcome(cast_: Cast, kora: Program, clock: Any) -> None:
    first, second = (f"/encounters/{cast.encounter(cast_, at=time(hour))}" for hour in (11, 14))
    assert told(kora.post(f"{first}/cancel", {"by": "nobody"}, '"1"')) == (422, "unfit")
    assert kora.post(f"{first}/cancel", {"by": "clinic", "reason": "snow"}, '"1"').status_code == 204
    shown = kora.get(first).get_json()
    assert (shown["status"], shown["reason"], shown["cancelled_by"]) == ("cancelled", "snow", "clinic")
    assert told(kora.post(f"{second}/outcome", {"outcome": "held"}, '"1"')) == (409, "bad_transition")
    clock.forward(days=2)
    assert kora.post(f"{second}/outcome", {"outcome": "held", "absent": []}, '"1"').status_code == 204
    assert kora.get(second).get_json()["status"] == "held"


def test_therapist_sees_candidates_of_no_one(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    assert told(program(app, cast_.thea).get(f"/encounters/{id_}/candidates")) == (404, "not_found")


CHANGES = [
    ("/cancel", {"by": "clinic"}, "kora"),
    ("/outcome", {"outcome": "held"}, "kora"),
    ("/assignment/release", {"reason": "ill"}, "kora"),
    ("/assignment/accept", None, "ines"),
    ("/assignment/decline", None, "ines"),
]


@pytest.mark.parametrize(("act", "body", "name"), CHANGES)
def test_a_change_needs_the_version_seen(app: Flask, cast_: Cast, act: str, body: Any, name: str) -> None:
    caller = program(app, getattr(cast_, name))
    place = f"/encounters/{cast.encounter(cast_, interpreter='p-ines')}"
    before = caller.get(place).data
    answers = [caller.post(f"{place}{act}", body, seen) for seen in ("", '"0"', '"2"', "1", "*", 'W/"1"', '"1", "2"')]
    assert [told(one) for one in answers] == [(428, "which_version")] + [(412, "stale")] * 6
    assert caller.get(place).data == before
    if act != "/outcome":
        assert caller.post(f"{place}{act}", body, '"1"').status_code == 204


def test_many_changes_at_once_have_one_winner(app: Flask, cast_: Cast, kora: Program) -> None:
    place = f"/encounters/{cast.encounter(cast_)}/cancel"

    def cancel(number: int) -> int:
        with app.app_context():
            mine = Program(app.test_client(), kora.value)
            status: int = mine.post(place, {"by": "clinic", "reason": str(number)}, '"1"').status_code
            db.session.remove()
            return status

    kora.get("/cases")
    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(cancel, range(50)))
    assert (found[0], set(found[1:])) == (204, {412})


def test_a_step_without_a_body_takes_none(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    ines = program(app, cast_.ines)
    place = f"/encounters/{id_}/assignment/accept"
    assert told(ines.post(place, {"interpreter": "p-ivo"}, '"1"')) == (422, "unfit")
    assert ines.post(place, {}, '"1"').status_code == 204
