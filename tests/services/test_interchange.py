"""The plan out and appointments in, through the database: as it lies there, all or nothing, by coordinators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy import func, select

from tests import cast
from tests.cast import Cast
from tests.formats.test_fhir_intake import PATIENT, RELATIVE, TRANSLATOR, appointment, bundle
from triad.domain import errors
from triad.formats import fhir_intake, fhir_schedule
from triad.services import context, encounters, interchange, referrals
from triad.services import requests as asking
from triad.store.clinic import Interpreter
from triad.store.encounters import Attendance
from triad.store.offers import Offer
from triad.store.people import Person, TimeOff
from triad.store.requests import Request

FIRST, END = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 8, tzinfo=UTC)
HOSTILE = "O'Brien \u202e<b>ኑራ"


def resources(actor: Any, kind: str = "") -> list[dict[str, Any]]:
    found = fhir_schedule.bundle(interchange.plan(actor, FIRST, END))
    return [one["resource"] for one in found["entry"] if kind in ("", one["resource"]["resourceType"])]


@pytest.fixture
def planned(cast_: Cast) -> Cast:
    """One session Ines has, one that is on offer to her, one outside the week; time off on Friday."""
    cast.encounter(cast_, interpreter="p-ines", id_="e_filled")
    cast.encounter(cast_, date(2027, 3, 3), id_="e-open")
    cast.encounter(cast_, date(2027, 3, 9), id_="e-later")
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Person, "p-ines").name = HOSTILE
        ctx.session.add(
            Offer(
                **{"id": "o1", "slot_id": "sl-e-open", "interpreter_id": "p-ines", "tier": 1, "state": "declined"},
                **{"sent_by": "p-kora", "made_at": FIRST, "opens_at": FIRST, "expires_at": END},
            )
        )
        start = datetime(2027, 3, 5, 6, tzinfo=UTC)
        ctx.session.add(TimeOff(id="t1", person_id="p-ines", starts_at=start, ends_at=start + timedelta(hours=20)))
    return cast_


def test_plan_of_a_week_is_valid_fhir_without_a_clients_name(planned: Cast) -> None:
    found = resources(planned.kora)
    for one in found:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    told = {one["id"]: one["status"] for one in found if one["resourceType"] == "Appointment"}
    assert told == {"e.filled": "booked", "e-open": "pending"}
    (patient,) = [one for one in found if one["resourceType"] == "Patient"]
    assert (patient["id"], patient["identifier"][0]["value"], "name" in patient) == ("p-cleo", "K-cleo", False)
    assert "Cleo" not in str(found)
    names = {one["id"]: one["name"][0]["text"] for one in found if one["resourceType"] == "Practitioner"}
    assert names == {"p-thea": "Thea", "p-otto": "Otto", "p-ines": HOSTILE, "p-ivo": "Ivo"}
    (answer,) = [one for one in found if one["resourceType"] == "AppointmentResponse"]
    assert (answer["participantStatus"], answer["actor"]["reference"]) == (
        "declined",
        "urn:triad:practitioner:p-ines",
    )
    slots = [one for one in found if one["resourceType"] == "Slot" and "p-ines" in one["id"]]
    assert [one["status"] for one in slots if one["start"].startswith("2027-03-05")] == ["busy-unavailable"]
    assert [one["status"] for one in slots if one["start"].startswith("2027-03-04")] == ["free"]


def test_plan_takes_as_many_statements_whatever_there_is(cast_: Cast, statements: Callable[[], Any]) -> None:
    counts = []
    for number in range(3):
        cast.encounter(cast_, date(2027, 3, 2 + number), interpreter="p-ines", id_=f"e{number}")
        if number != 1:
            with statements() as seen:
                interchange.plan(cast_.kora, FIRST, END)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def intake(*resources: Any) -> Any:
    return fhir_intake.read(bundle(*resources))


def test_waiting_appointment_becomes_a_request_on_the_clock_of_the_site(cast_: Cast) -> None:
    found = intake(appointment(), PATIENT)
    seen = referrals.preview(cast_.kora, found)
    assert (seen.requests, seen.arrivals, seen.refused) == (1, 0, {})
    at = (date(2027, 3, 9), time(14, 30), "Europe/Berlin", 50)
    assert list(seen.wanted) == [referrals.Coming("entry.0", "K-cleo", "T-1001", "ti", *at, "routine")]
    assert asking.listed(cast_.kora) == []
    (id_,) = referrals.take(cast_.kora, found)
    row = asking.show(cast_.kora, id_).row
    assert (row.state, row.case_id, row.need_id, str(row.day), str(row.at), row.zone, row.minutes) == (
        *("submitted", cast_.case_id, cast_.need_id, "2027-03-09", "14:30:00", "Europe/Berlin", 50),
    )
    (planned,) = asking.accept(cast_.kora, id_, row.version)
    assert encounters.show(cast_.kora, planned).starts_at == datetime(2027, 3, 9, 13, 30, tzinfo=UTC)
    assert referrals.preview(cast_.kora, found).refused == {"entry.0.start": "taken"}


def test_anything_that_does_not_fit_keeps_all_of_it_out(cast_: Cast) -> None:
    people = [
        {"actor": {"reference": "Patient/x"}},
        {"type": [TRANSLATOR], "actor": {"reference": "RelatedPerson/son"}},
    ]
    cases = {
        "entry.1.participant.1.actor": (appointment(participant=people), RELATIVE),
        "entry.1.status": (appointment(status="never"),),
        "entry.1.start": (appointment(start="2027-02-09T14:30:00Z"),),
        "entry.1.identifier": (appointment(status="arrived", identifier=[_id("encounter", "no-such")]),),
        "entry.1.participant": (
            appointment(participant=[{"actor": {"type": "Patient", "identifier": _id("client", "K-none")}}]),
        ),
    }
    for place, others in cases.items():
        found = intake(appointment(), *others, PATIENT)
        assert set(referrals.preview(cast_.kora, found).refused) == {place}
        with pytest.raises(errors.Unfit) as refused:
            referrals.take(cast_.kora, found)
        assert set(refused.value.fields) == {place}
        assert asking.listed(cast_.kora) == []
    twice = intake(appointment(), appointment(), PATIENT)
    assert referrals.preview(cast_.kora, twice).refused == {"entry.1.start": "taken"}
    assert len(referrals.take(cast_.kora, intake(appointment(), PATIENT))) == 1


def _id(noun: str, value: str) -> dict[str, str]:
    return {"system": f"urn:triad:{noun}", "value": value}


def marked(cast_: Cast, id_: str) -> list[tuple[str, str]]:
    with context.look(cast_.kora) as ctx:
        query = select(Attendance.party, Attendance.mark).where(Attendance.encounter_id == id_)
        return [tuple(row) for row in ctx.session.execute(query)]  # type: ignore[misc]


def test_arrival_is_marked_once_and_a_later_mark_decides(cast_: Cast, clock: Any) -> None:
    cast.encounter(cast_, date(2027, 3, 1), id_="e-today")
    found = intake(appointment(status="arrived", identifier=[_id("encounter", "e-today")]))
    assert referrals.preview(cast_.kora, found).refused == {"entry.0.identifier": "unknown"}
    clock.forward(hours=4)
    for known in (False, True):
        (came,) = referrals.preview(cast_.kora, found).came
        assert (came.encounter_id, came.case, came.known) == ("e-today", "T-1001", known)
        assert referrals.take(cast_.kora, found) == []
    assert marked(cast_, "e-today") == [("client", "arrived")]
    clock.forward(hours=2)
    encounters.mark(cast_.kora, "e-today", "abandoned", ["client"])
    assert marked(cast_, "e-today") == [("client", "absent")]


def test_only_coordinators_exchange_the_plan(cast_: Cast) -> None:
    found = intake(appointment(), PATIENT)
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada, cast_.aud):
        for act in (
            lambda who: interchange.plan(who, FIRST, END),
            lambda who: referrals.preview(who, found),
            lambda who: referrals.take(who, found),
        ):
            with pytest.raises(errors.NotFound):
                act(actor)
    with context.look(cast_.kora) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Request)) == 0
        assert ctx.session.scalar(select(func.count()).select_from(Interpreter)) == 2
