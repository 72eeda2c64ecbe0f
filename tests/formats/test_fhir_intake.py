"""Bundles of appointments from outside: what is understood, and every place that is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from triad.formats import fhir_intake
from triad.formats.fhir_intake import Came, Wanted

PATIENT = {
    "resourceType": "Patient",
    "id": "x",
    "identifier": [{"system": "urn:triad:client", "value": "K-cleo"}],
    "communication": [
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}},
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ti"}]}, "preferred": True},
    ],
}
TRANSLATOR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/participant-type", "code": "translator"}]}


def appointment(**more: Any) -> dict[str, Any]:
    held = {
        "resourceType": "Appointment",
        "status": "waitlist",
        "start": "2027-03-09T14:30:00+01:00",
        "minutesDuration": 50,
        "participant": [
            {"actor": {"reference": "Patient/x"}, "status": "accepted"},
            {"type": [TRANSLATOR], "status": "needs-action"},
        ],
    }
    return {key: value for key, value in {**held, **more}.items() if value is not None}


def bundle(*resources: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources], **more}


def refused(*resources: Any, **more: Any) -> dict[str, str]:
    return fhir_intake.read(bundle(*resources, **more)).refused


def test_waiting_appointment_is_wanted_in_the_preferred_language() -> None:
    found = fhir_intake.read(bundle(appointment(priority=1), PATIENT))
    start = datetime.fromisoformat("2027-03-09T14:30:00+01:00")
    assert (found.wanted, found.came, found.refused) == (
        [Wanted("entry.0", "K-cleo", "", start, 50, "ti", "urgent")],
        [],
        {},
    )
    by_end = appointment(minutesDuration=None, end="2027-03-09T15:20:00+01:00", priority=4)
    (one,) = fhir_intake.read(bundle(PATIENT, by_end)).wanted
    assert (one.place, one.minutes, one.urgency) == ("entry.1", 50, "soon")


@pytest.mark.parametrize("status", ["arrived", "checked-in"])
def test_arrival_names_the_encounter(status: str) -> None:
    identifier = [{"system": "urn:triad:encounter", "value": "e1"}]
    assert fhir_intake.read(bundle(appointment(status=status, identifier=identifier))).came == [Came("entry.0", "e1")]
    assert refused(appointment(status=status)) == {"entry.0.identifier": "required"}


RELATIVE = {"resourceType": "RelatedPerson", "id": "son", "patient": {"reference": "Patient/x"}}


@pytest.mark.parametrize(
    "actor", [{"reference": "RelatedPerson/son"}, {"type": "RelatedPerson", "display": "her son"}]
)
def test_relative_never_interprets(actor: dict[str, str]) -> None:
    people = [{"actor": {"reference": "Patient/x"}}, {"type": [TRANSLATOR], "actor": actor}]
    found = refused(appointment(participant=people), PATIENT, RELATIVE)
    assert found == {"entry.0.participant.1.actor": "ROLE_FAMILY"}
    beside = [{"actor": {"reference": "Patient/x"}}, {"actor": actor}]
    assert refused(appointment(participant=beside), PATIENT, RELATIVE) == {}


OFF: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "unknown status": ({"status": "maybe"}, {"entry.0.status": "unknown"}),
    "status of no word": ({"status": ["waitlist"]}, {"entry.0.status": "unknown"}),
    "no status": ({"status": None}, {"entry.0.status": "required"}),
    "status that is ours to give": ({"status": "fulfilled"}, {"entry.0.status": "not_taken"}),
    "no start": ({"start": None}, {"entry.0.start": "required"}),
    "start without zone": ({"start": "2027-03-09T14:30:00"}, {"entry.0.start": "date"}),
    "no such day": ({"start": "2027-02-30T14:30:00Z"}, {"entry.0.start": "date"}),
    "far away": ({"start": "0001-01-01T00:00:00+14:00"}, {"entry.0.start": "out_of_range"}),
    "no length": ({"minutesDuration": None}, {"entry.0.minutesDuration": "required"}),
    "length of nothing": ({"minutesDuration": 0}, {"entry.0.minutesDuration": "range"}),
    "length of no number": ({"minutesDuration": True}, {"entry.0.minutesDuration": "range"}),
    "no participants": ({"participant": None}, {"entry.0.participant": "required"}),
    "participants of another kind": ({"participant": "x"}, {"entry.0.participant": "kind"}),
    "nobody we know": ({"participant": [{"actor": {"reference": "Patient/y"}}]}, {"entry.0.participant": "unknown"}),
    "two clients": (
        {"participant": [{"actor": {"reference": "Patient/x"}}] * 2},
        {"entry.0.participant": "choose_one"},
    ),
    "priority of a word": ({"priority": "high"}, {"entry.0.priority": "kind"}),
    "turned into its opposite": ({"modifierExtension": []}, {"entry.0.modifierExtension": "unknown_field"}),
    "another resource": ({"resourceType": "Observation"}, {"entry.0.resourceType": "unknown"}),
    "hostile code": (
        {
            "participant": [
                {"actor": {"type": "Patient", "identifier": {"system": "urn:triad:client", "value": "\0"}}}
            ]
        },
        {"entry.0.participant": "unknown"},
    ),
}


@pytest.mark.parametrize("name", OFF)
def test_what_does_not_fit_is_named_by_its_place(name: str) -> None:
    changes, found = OFF[name]
    kept = {key: code for key, code in refused(appointment(**changes), PATIENT).items() if key != "entry"}
    assert kept == found


def test_bundle_that_is_none_is_refused_as_a_whole() -> None:
    assert refused(PATIENT, type="history")["type"] == "unknown"
    assert fhir_intake.read({"resourceType": "Patient", "type": "batch"}).refused == {
        "resourceType": "unknown",
        "entry": "required",
    }
    assert refused(PATIENT) == {"entry": "required"}
    assert refused(*[PATIENT] * 201) == {"entry": "too_long"}
    odd = fhir_intake.read(bundle("x", None, {"resourceType": ["Patient"]})).refused
    assert (odd["entry.0"], odd["entry.1"], odd["entry.2.resourceType"]) == ("kind", "kind", "unknown")
    unknown = {"coding": [{"system": TRANSLATOR["coding"][0]["system"], "code": "juggler"}]}
    people = [{"actor": {"type": "RelatedPerson"}, "type": [unknown]}, {"actor": {"reference": "Patient/x"}}]
    assert refused(appointment(participant=people), PATIENT) == {"entry.0.participant.0.type": "unknown"}
