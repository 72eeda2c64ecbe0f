"""The plan as FHIR, checked by the models of another house."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle

from triad.formats import fhir_codes, fhir_schedule
from triad.formats.fhir_schedule import Asked, Plan, Served, Stretch, Visit, Worker

START = datetime(2027, 3, 2, 13, 30, tzinfo=UTC)
END = START + timedelta(minutes=50)
HOSTILE = 'O\'Brien <script>\u202e "ኑራ"'


def visit(status: str = "scheduled", slot: str = "confirmed", who: str = "p-ines", **more: Any) -> Visit:
    held = {"cancelled_by": "", "confirmed": slot == "confirmed", "marks": {}} | more
    return Visit("e1", "T-1", "p-cleo", "p-thea", who, status, slot, START, END, START, mode="video", **held)


PLAN = Plan(
    (
        Worker("p-ines", HOSTILE, "interpreter", True, ("ti", "en")),
        Worker("p-thea", "Thea", "therapist", False, ()),
    ),
    (Served("p-cleo", "K-cleo", ("ti", "ar"), "from Asmara"), Served("p-carl", "K-carl", (), "")),
    (visit(marks={"client": "late"}),),
    (Asked("o1", "e1", "p-ines", "declined", START, END), Asked("o2", "e1", "p-ivo", "expired", START, END)),
    {"p-ines": (Stretch(START, END, "busy"), Stretch(END, END + timedelta(hours=1), "free"))},
)


def resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}


def test_plan_is_valid_fhir_and_every_reference_is_in_it() -> None:
    for profile in fhir_codes.PROFILES:
        bundle = json.loads(fhir_schedule.written(fhir_schedule.bundle(PLAN, profile)))
        assert Bundle.model_validate(bundle).type == "collection"
        found = resources(bundle)
        for one in found.values():
            get_fhir_model_class(one["resourceType"]).model_validate(one)
        text = json.dumps(bundle)
        told = {part.split('"')[0] for part in text.split('"reference": "')[1:]}
        assert told <= set(found)
    assert found["urn:triad:practitioner:p-ines"]["name"] == [{"text": HOSTILE}]
    with pytest.raises(ValueError, match="status"):
        get_fhir_model_class("Slot").model_validate({**found["urn:triad:slot:p-ines.20270302133000"], "status": None})


def test_client_is_a_code_with_languages_and_the_need_of_an_interpreter() -> None:
    found = resources(fhir_schedule.bundle(PLAN))
    assert found["urn:triad:patient:p-cleo"] == {
        "resourceType": "Patient",
        "id": "p-cleo",
        "extension": [{"url": fhir_codes.REQUIRED, "valueBoolean": True}],
        "identifier": [{"system": "urn:triad:client", "value": "K-cleo"}],
        "communication": [
            {
                "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ti"}], "text": "from Asmara"},
                "preferred": True,
            },
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ar"}]}, "preferred": False},
        ],
    }
    american = resources(fhir_schedule.bundle(PLAN, "us-core"))["urn:triad:patient:p-cleo"]["extension"]
    assert american == [{"url": fhir_codes.US_CORE, "valueCoding": fhir_codes.US_YES}]


@pytest.mark.parametrize(
    ("status", "slot", "told"),
    [
        ("planned", "unfilled", "proposed"),
        ("scheduled", "unfilled", "pending"),
        ("scheduled", "on_offer", "pending"),
        ("scheduled", "closed_unfilled", "pending"),
        ("scheduled", "filled", "booked"),
        ("scheduled", "confirmed", "booked"),
        ("held", "confirmed", "fulfilled"),
        ("cancelled", "released", "cancelled"),
        ("abandoned", "confirmed", "noshow"),
        ("void", "released", "entered-in-error"),
    ],
)
def test_state_is_told_in_the_words_of_fhir(status: str, slot: str, told: str) -> None:
    who = "p-ines" if slot in fhir_codes.FILLED else ""
    (one,) = resources(fhir_schedule.bundle(Plan((), (), (visit(status, slot, who),), (), {}))).values()
    get_fhir_model_class("Appointment").model_validate(one)
    assert one["status"] == told
    assert ("cancelationReason" in one) is (told == "cancelled")
    translator = one["participant"][2]
    assert translator["type"][0]["coding"][0]["code"] == "translator"
    assert ("actor" in translator, translator["status"]) == (
        bool(who),
        "accepted" if slot == "confirmed" else "needs-action",
    )


def test_answer_to_an_offer_is_told_and_none_is_none() -> None:
    found = resources(fhir_schedule.bundle(PLAN))
    answers = {one["id"]: one["participantStatus"] for one in found.values() if "participantStatus" in one}
    assert answers == {"o1": "declined"}
    client = found["urn:triad:appointment:e1"]["participant"][0]
    assert client["extension"] == [{"url": "urn:triad:attendance", "valueCode": "late"}]


def test_plan_of_nothing_has_no_entries() -> None:
    empty = fhir_schedule.bundle(Plan((), (), (), (), {}))
    assert empty == {"resourceType": "Bundle", "type": "collection"}
    Bundle.model_validate(empty)
