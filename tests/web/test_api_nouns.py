"""People, places, hours, notes, goals, pictures and imports, as programs use them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests import cast, filled
from tests.cast import BERLIN, Cast
from tests.programs import Program, program, told

SCORES = {"TI": 80.0, "TC": 60.0, "IT": 70.0, "IC": 50.0, "CT": 90.0, "CI": 40.0}
NOTE = {
    "topic": "family",
    "whose": "client",
    "source": "client",
    "text": "ኣብ ስድራ",
    "language": "ti",
    "audience": "all",
}
GOAL = {"words": "ክድቅስ", "language": "ti", "agreed_by": ["client", "therapist"]}
NURA = {"name": "Nura ኑራ", "zone": BERLIN, "modes": ["video"], "training_hours": 120, "check_expires": "2030-01-01"}


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


@pytest.fixture
def thea(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.thea)


def test_an_interpreter_comes_changes_and_is_listed(kora: Program) -> None:
    made = kora.post("/interpreters", NURA)
    place = f"/interpreters/{made.get_json()['id']}"
    shown = kora.get(place)
    body = shown.get_json()
    assert (shown.headers["ETag"], body["name"], body["modes"], body["check_expires"]) == (
        '"1"',
        "Nura ኑራ",
        ["video"],
        "2030-01-01",
    )
    changed = NURA | {"modes": ["video", "telephone"], "minor": True}
    assert told(kora.send("PUT", place, changed)) == (428, "which_version")
    assert told(kora.send("PUT", place, changed, '"7"')) == (412, "stale")
    assert kora.send("PUT", place, changed, '"1"').status_code == 204
    body = kora.get(place).get_json()
    assert (body["version"], body["modes"], body["adult"]) == (2, ["video", "telephone"], False)
    found = kora.get("/interpreters?text=ኑራ").get_json()
    assert ([one["name"] for one in found["items"]], found["next"]) == (["Nura ኑራ"], None)
    assert [one["name"] for one in kora.get("/interpreters").get_json()["items"]] == ["Ines", "Ivo", "Nura ኑራ"]


def test_what_does_not_fit_is_named(kora: Program) -> None:
    odd = {
        "name": NURA | {"name": ""},
        "zone": NURA | {"zone": "Berlin"},
        "in_person": NURA | {"modes": []},
        "modes.0": NURA | {"modes": ["letter"]},
        "check_expires": NURA | {"check_expires": "2030-02-30"},
        "training_hours": NURA | {"training_hours": 10**400},
        "roles": NURA | {"roles": ["admin"]},
        "id": NURA | {"id": "p-ines"},
        "email": NURA | {"email": "nobody"},
    }
    found = {field: kora.post("/interpreters", body) for field, body in odd.items()}
    assert {field: told(answer) for field, answer in found.items()} == dict.fromkeys(odd, (422, "unfit"))
    assert [field for field, answer in found.items() if list(answer.get_json()["fields"]) != [field]] == []
    assert len(kora.get("/interpreters").get_json()["items"]) == 2


def test_skills(kora: Program) -> None:
    skill = {"language": "am", "into": "en", "level": 3}
    assert kora.post("/interpreters/p-ines/skills", skill).status_code == 201
    assert told(kora.post("/interpreters/p-ines/skills", skill)) == (422, "unfit")
    assert told(kora.post("/interpreters/p-thea/skills", skill)) == (404, "not_found")
    skills = kora.get("/interpreters/p-ines").get_json()["skills"]
    assert sorted((one["language"], one["level"]) for one in skills) == [("am", 3), ("ti", 5)]


def test_sites(kora: Program) -> None:
    assert kora.post("/sites", {"name": "Ost", "zone": BERLIN, "address": "Weg 2"}).status_code == 201
    found = kora.get("/sites").get_json()["items"]
    assert [(one["name"], [room["name"] for room in one["rooms"]]) for one in found] == [
        ("Ost", []),
        ("Site Nord", ["Room 1"]),
    ]


def test_own_hours_and_those_of_others(app: Flask, cast_: Cast, kora: Program) -> None:
    ines = program(app, cast_.ines)
    week = {"weekday": 0, "start": "21:00", "end": "00:00", "zone": BERLIN}
    mine = ines.post("/my-hours", week).get_json()["id"]
    assert told(ines.post("/my-hours", week)) == (422, "unfit")
    off = ines.post("/my-time-off", {"from_day": "2027-03-10", "to_day": "2027-03-12"}).get_json()["id"]
    shown = ines.get("/my-hours").get_json()
    assert shown == kora.get("/interpreters/p-ines/hours").get_json()
    assert (mine in {one["id"] for one in shown["hours"]}, [one["id"] for one in shown["away"]]) == (True, [off])
    assert told(ines.send("DELETE", "/my-hours/wh-ivo-1")) == (404, "not_found")
    assert told(kora.send("DELETE", "/interpreters/p-ines/hours/wh-ivo-1")) == (404, "not_found")
    assert ines.send("DELETE", f"/my-hours/{mine}").status_code == 204
    assert kora.send("DELETE", f"/interpreters/p-ines/time-off/{off}").status_code == 204
    assert told(ines.send("DELETE", f"/my-time-off/{off}")) == (404, "not_found")
    assert kora.post("/interpreters/p-ivo/hours", week).status_code == 201
    later = {"from_day": "2027-03-10", "from_time": "10:00", "to_day": "2027-03-10", "to_time": "09:00"}
    assert told(kora.post("/interpreters/p-ivo/time-off", later)) == (422, "unfit")
    assert told(ines.get("/interpreters/p-ivo/hours")) == (404, "not_found")


@pytest.mark.parametrize(("noun", "body", "changed"), [("notes", NOTE, "text"), ("goals", GOAL, "words")])
def test_notes_and_goals_are_the_therapists(
    app: Flask, cast_: Cast, kora: Program, thea: Program, noun: str, body: Any, changed: str
) -> None:
    place = f"/cases/{cast_.case_id}/{noun}"
    made = thea.post(place, body)
    one = f"{place}/{made.get_json()['id']}"
    shown = thea.get(one)
    assert (made.status_code, shown.headers["ETag"], shown.get_json()[changed]) == (201, '"1"', body[changed])
    again = body | {changed: "ካልእ"}
    assert told(thea.send("PUT", one, again)) == (428, "which_version")
    assert thea.send("PUT", one, again, '"1"').status_code == 204
    assert told(thea.send("PUT", one, again, '"1"')) == (412, "stale")
    assert [row[changed] for row in thea.get(place).get_json()["items"]] == ["ካልእ"]
    for caller in (kora, program(app, cast_.otto), program(app, cast_.ines), program(app, cast_.lena)):
        answers = [caller.get(place), caller.get(one), caller.post(place, body), caller.send("PUT", one, body, '"2"')]
        assert [told(answer) for answer in answers] == [(404, "not_found")] * 4
        assert ["ካልእ" in answer.text for answer in answers] == [False] * 4
    foreign = f"/cases/{cast_.other_case_id}/{noun}/{made.get_json()['id']}"
    assert told(program(app, cast_.otto).get(foreign)) == (404, "not_found")
    assert told(thea.post(place, body | {"language": "xx-nothing"})) == (422, "unfit")


def test_cases(app: Flask, cast_: Cast, kora: Program, thea: Program) -> None:
    assert [one["code"] for one in kora.get("/cases").get_json()["items"]] == ["T-1001", "T-2002"]
    mine = thea.get("/cases").get_json()["items"]
    assert mine == [thea.get(f"/cases/{cast_.case_id}").get_json()]
    assert (mine[0]["client_code"], mine[0]["needs"][0]["language"]) == ("K-cleo", "ti")
    assert told(thea.get(f"/cases/{cast_.other_case_id}")) == (404, "not_found")
    assert told(program(app, cast_.ines).get(f"/cases/{cast_.case_id}")) == (404, "not_found")


def test_pictures_follow_the_release(app: Flask, cast_: Cast, thea: Program, clock: Any) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines", held=True)
    clock.forward(days=2)
    locked = clock.now - timedelta(hours=1)
    lena = program(app, cast_.lena)
    for party in ("interpreter", "client"):
        filled.rating(cast_, id_, party, locked, SCORES)
    place = f"/encounters/{id_}/picture"
    assert set(thea.get(place).get_json()["meeting"]["scores"].values()) == {None}
    filled.rating(cast_, id_, "therapist", locked, SCORES)
    meeting = thea.get(place).get_json()["meeting"]
    assert (meeting["scores"], meeting["asymmetry"]) == (SCORES, {"TI": 10.0, "TC": -30.0, "IC": 10.0})
    whole = thea.get(f"/cases/{cast_.case_id}/picture").get_json()
    assert (whole["items"], whole["shown"], whole["next"]) == ([meeting], id_, None)
    assert lena.get(place).get_json()["meeting"]["scores"] == SCORES
    for actor in (cast_.kora, cast_.ines, cast_.otto, cast_.ada, cast_.aud):
        answers = [program(app, actor).get(asked) for asked in (place, f"/cases/{cast_.case_id}/picture")]
        assert [told(answer) for answer in answers] == [(404, "not_found")] * 2


def test_own_scores_and_nobody_elses(app: Flask, cast_: Cast, thea: Program, clock: Any) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines", held=True)
    clock.forward(days=2)
    filled.all_three(cast_, id_, clock.now - timedelta(hours=1), SCORES)
    for caller, keys in ((thea, {"TI", "TC"}), (program(app, cast_.ines), {"IT", "IC"})):
        found = caller.get(f"/encounters/{id_}/rating").get_json()
        assert {one["direction"] for one in found["scores"]} == keys
        assert told(caller.post(f"/encounters/{id_}/rating", {"answers": {}})) == (410, "closed")


def test_rating_refused(app: Flask, cast_: Cast, thea: Program, clock: Any) -> None:
    place = f"/encounters/{cast.encounter(cast_, interpreter='p-ines')}/rating"
    assert told(thea.post(place, {"answers": {}})) == (409, "bad_transition")
    clock.forward(days=1, hours=6)
    odd: list[Any] = [{"answers": {}}, {"answers": {"x": "4"}}, {"answers": {"x": "9"}}, {"answers": []}, {}]
    assert [told(thea.post(place, body)) for body in odd] == [(422, "unfit")] * 5
    assert told(program(app, cast_.otto).post(place, {"answers": {}})) == (404, "not_found")


SITES = "external_ref,name,zone,address\nS9,Süd,Europe/Berlin,Weg 9\n"


def test_import_is_looked_at_written_and_undone(kora: Program) -> None:
    body = {"files": {"sites.csv": SITES}}
    seen = kora.post("/imports/preview", body).get_json()
    assert seen["counts"]["sites"]["created"] == 1, seen
    made = kora.post("/imports", body, key="imp")
    assert (made.status_code, kora.post("/imports", body, key="imp").data) == (201, made.data)
    id_ = made.get_json()["id"]
    assert [one["name"] for one in kora.get("/sites").get_json()["items"]] == ["Site Nord", "Süd"]
    assert [one["id"] for one in kora.get("/imports").get_json()["items"]] == [id_]
    assert kora.post(f"/imports/{id_}/undo").status_code == 204
    assert told(kora.post(f"/imports/{id_}/undo")) == (409, "bad_transition")
    assert told(kora.post("/imports/nothing/undo")) == (404, "not_found")
    assert [one["name"] for one in kora.get("/sites").get_json()["items"]] == ["Site Nord"]


@pytest.mark.parametrize(
    "files", [{"sites.csv": "\ud800"}, {"sites.csv": "\0"}, {"sites.csv": ""}, {"ratings.csv": "a,b\n1,2\n"}]
)
def test_import_names_what_stands_against_a_file(kora: Program, files: dict[str, str]) -> None:
    answer = kora.post("/imports/preview", {"files": files})
    assert (answer.status_code, [one["row"] for one in answer.get_json()["findings"]]) == (200, [0])
    assert told(kora.post("/imports", {"files": files})) == (422, "unfit")


def test_import_takes_more_than_a_form_and_not_everything(kora: Program) -> None:
    large, larger = ({"files": {"sites.csv": "x" * size}} for size in (2_000_000, 5_000_001))
    assert told(kora.post("/imports/preview", large)) == (200, None)
    assert told(kora.post("/imports/preview", larger)) == (413, "too_large")
