"""The plan as FHIR R4: who is there, who meets whom when, who was asked to interpret, who is free. Codes for clients.

Names of staff only; a client is a pseudonym, and nothing clinical is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from triad.formats.fhir_codes import (
    ANSWERS,
    CANCELLED,
    FILLED,
    PARTICIPATION,
    REASONS,
    REQUIRED,
    STATUS,
    TAGS,
    TYPES,
    US_CORE,
    US_YES,
)
from triad.formats.fhir_forms import URN

Resource = dict[str, Any]


class Worker(NamedTuple):
    """Somebody of the staff; `languages` as tags."""

    id: str
    name: str
    role: str
    active: bool
    languages: tuple[str, ...]


class Served(NamedTuple):
    """A client by pseudonym, with what they speak, the first one best, and a dialect in the clinic's words."""

    id: str
    code: str
    languages: tuple[str, ...]
    dialect: str


class Visit(NamedTuple):
    """An encounter; `slot` is the state of its search, `interpreter` "" for nobody, `marks` party -> attendance."""

    id: str
    case: str
    client: str
    therapist: str
    interpreter: str
    status: str
    slot: str
    start: datetime
    end: datetime
    made_at: datetime
    cancelled_by: str
    mode: str
    confirmed: bool
    marks: Mapping[str, str]


class Asked(NamedTuple):
    id: str
    encounter: str
    interpreter: str
    state: str
    start: datetime
    end: datetime


class Stretch(NamedTuple):
    """`status` as FHIR has it: free, busy, busy-unavailable."""

    start: datetime
    end: datetime
    status: str


@dataclass(frozen=True)
class Plan:
    """`diaries`: interpreter -> stretches in order of time, none overlapping."""

    workers: tuple[Worker, ...]
    clients: tuple[Served, ...]
    visits: tuple[Visit, ...]
    asked: tuple[Asked, ...]
    diaries: Mapping[str, tuple[Stretch, ...]]


def written(bundle: Resource) -> bytes:
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def bundle(plan: Plan, profile: str = "hl7") -> Resource:
    """A collection of everything in the plan. KeyError for a profile that is none of PROFILES."""
    needed: dict[str, Resource] = {
        "hl7": {"url": REQUIRED, "valueBoolean": True},
        "us-core": {"url": US_CORE, "valueCoding": US_YES},
    }
    found = [one for worker in plan.workers for one in _worker(worker)]
    found += [_patient(one, needed[profile]) for one in plan.clients]
    found += [_appointment(one) for one in plan.visits]
    found += [_answer(one) for one in plan.asked if one.state in ANSWERS]
    found += [one for id_, stretches in plan.diaries.items() for one in _diary(id_, stretches)]
    entries = [{"fullUrl": url(one["resourceType"], one["id"]), "resource": one} for one in found]
    # An empty array is no FHIR: what is not there is left out.
    return {"resourceType": "Bundle", "type": "collection"} | ({"entry": entries} if entries else {})


def named(id_: str) -> str:
    """An id of ours as FHIR takes it, which knows no underscore."""
    return id_.replace("_", ".")


def url(kind: str, id_: str) -> str:
    return f"{URN}:{kind.lower()}:{named(id_)}"


def _reference(kind: str, id_: str) -> Resource:
    return {"reference": url(kind, id_), "type": kind}


def _identifier(noun: str, value: str) -> list[Resource]:
    return [{"system": f"{URN}:{noun}", "value": value}]


def _language(tag: str, text: str = "") -> Resource:
    return {"coding": [{"system": TAGS, "code": tag}]} | ({"text": text} if text else {})


def _worker(one: Worker) -> Iterable[Resource]:
    spoken = {"communication": [_language(tag) for tag in one.languages]} if one.languages else {}
    yield {
        "resourceType": "Practitioner",
        "id": named(one.id),
        "identifier": _identifier("person", one.id),
        "active": one.active,
        "name": [{"text": one.name}],
        **spoken,
    }
    yield {
        "resourceType": "PractitionerRole",
        "id": f"{named(one.id)}.{one.role}",
        "active": one.active,
        "practitioner": _reference("Practitioner", one.id),
        "code": [{"coding": [{"system": f"{URN}:role", "code": one.role}]}],
    }


def _patient(one: Served, needed: Resource) -> Resource:
    """Spoken languages, the first one preferred; the dialect is text, since no code says it."""
    spoken = [
        {"language": _language(tag, one.dialect if first else ""), "preferred": first}
        for first, tag in ((number == 0, tag) for number, tag in enumerate(one.languages))
    ]
    return {
        "resourceType": "Patient",
        "id": named(one.id),
        "extension": [needed],
        "identifier": _identifier("client", one.code),
        **({"communication": spoken} if spoken else {}),
    }


def status(one: Visit) -> str:
    if one.status == "scheduled":
        return "booked" if one.slot in FILLED else "pending"
    return STATUS[one.status]


def _appointment(one: Visit) -> Resource:
    reason = {"coding": [{"system": CANCELLED, "code": REASONS.get(one.cancelled_by, "other")}]}
    return {
        "resourceType": "Appointment",
        "id": named(one.id),
        "identifier": [*_identifier("encounter", one.id), *_identifier("case", one.case)],
        "status": status(one),
        **({"cancelationReason": reason} if one.status == "cancelled" else {}),
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "minutesDuration": int((one.end - one.start).total_seconds() // 60),
        "created": one.made_at.isoformat(),
        "participant": [
            _participant(one, "client", _reference("Patient", one.client)),
            _participant(one, "therapist", _reference("Practitioner", one.therapist), (PARTICIPATION, "PPRF")),
            _translator(one),
        ],
    }


def _translator(one: Visit) -> Resource:
    """Open: a translator without an actor, who needs to act; so too one who was booked and has not confirmed."""
    actor = _reference("Practitioner", one.interpreter) if one.interpreter else None
    answered = bool(actor) and (one.confirmed or one.status in ("held", "abandoned"))
    return _participant(one, "interpreter", actor, (TYPES, "translator"), "accepted" if answered else "needs-action")


def _participant(
    one: Visit,
    party: str,
    actor: Resource | None,
    kind: tuple[str, str] | None = None,
    answer: str = "accepted",
) -> Resource:
    """Attendance is an extension of our own: FHIR has none for one participant."""
    mark = one.marks.get(party)
    came = [{"url": f"{URN}:attendance", "valueCode": mark}] if mark else []
    typed = [{"coding": [{"system": kind[0], "code": kind[1]}]}] if kind else []
    return {
        **({"extension": came} if came else {}),
        **({"type": typed} if typed else {}),
        **({"actor": actor} if actor else {}),
        "required": "required",
        "status": answer,
    }


def _answer(one: Asked) -> Resource:
    return {
        "resourceType": "AppointmentResponse",
        "id": named(one.id),
        "identifier": _identifier("offer", one.id),
        "appointment": _reference("Appointment", one.encounter),
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "participantType": [{"coding": [{"system": TYPES, "code": "translator"}]}],
        "actor": _reference("Practitioner", one.interpreter),
        "participantStatus": ANSWERS[one.state],
    }


def _diary(id_: str, stretches: Iterable[Stretch]) -> Iterable[Resource]:
    yield {"resourceType": "Schedule", "id": named(id_), "active": True, "actor": [_reference("Practitioner", id_)]}
    for one in stretches:
        yield {
            "resourceType": "Slot",
            "id": f"{named(id_)}.{one.start:%Y%m%d%H%M%S}",
            "schedule": _reference("Schedule", id_),
            "status": one.status,
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
        }
