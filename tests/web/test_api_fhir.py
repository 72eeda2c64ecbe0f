"""FHIR as programs use it: out by days, in by bundle, looked at first, and refused by place."""

from __future__ import annotations

from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.formats.test_fhir_intake import PATIENT, appointment, bundle
from tests.programs import Program, program, told


@pytest.fixture
def kora(app: Flask, cast_: Cast) -> Program:
    return program(app, cast_.kora)


def test_plan_goes_out_by_days(kora: Program, cast_: Cast) -> None:
    cast.encounter(cast_, interpreter="p-ines", id_="e1")
    found = kora.get("/fhir/Bundle?first=2027-03-01&last=2027-03-07&profile=us-core").get_json()
    Bundle.model_validate(found)
    kinds = {entry["resource"]["resourceType"] for entry in found["entry"]}
    assert kinds >= {"Appointment", "Patient", "Practitioner", "PractitionerRole", "Schedule", "Slot"}
    for asked in ("first=2027-03-01", "first=2027-03-07&last=2027-03-01", "first=2027-01-01&last=2027-12-31"):
        assert told(kora.get(f"/fhir/Bundle?{asked}")) == (422, "unfit")
    assert told(kora.get("/fhir/Bundle?first=2027-03-01&last=2027-03-02&profile=x")) == (422, "unfit")


def test_bundle_is_looked_at_then_taken_once(kora: Program) -> None:
    body = bundle(appointment(), PATIENT, id="b1", timestamp="2027-03-01T09:00:00Z")
    assert kora.post("/fhir/Bundle/preview", body).get_json() == {"requests": 1, "arrivals": 0, "refused": {}}
    first = kora.post("/fhir/Bundle", body, key="k1")
    again = kora.post("/fhir/Bundle", body, key="k1")
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    assert len(kora.get("/requests").get_json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"resourceType": "Bundle", "type": "collection", "entry": "x"}, "entry"),
        ({"resourceType": "Bundle", "type": "collection", "entry": ["x"]}, "entry.0"),
        ({"resourceType": "Bundle", "type": "collection"}, "entry"),
        ({"type": "collection", "entry": []}, "resourceType"),
        ({"resourceType": "Bundle", "type": "collection", "entry": [], "signature": {}}, "signature"),
        (bundle(appointment(status="maybe"), PATIENT), "entry.0.status"),
        (bundle(appointment(status={"a": 1}), PATIENT), "entry.0.status"),
    ],
)
def test_what_does_not_fit_is_refused_by_place(kora: Program, body: dict[str, Any], place: str) -> None:
    answer = kora.post("/fhir/Bundle", body)
    assert told(answer) == (422, "unfit")
    assert place in answer.get_json()["fields"]
    assert kora.get("/requests").get_json()["items"] == []
