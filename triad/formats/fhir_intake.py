"""Appointments of a FHIR R4 bundle as what somebody wants here. What does not fit is named by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from triad.domain.notes import plain
from triad.formats.fhir_codes import STATUS, TYPES
from triad.formats.fhir_forms import URN

MOST = 200
"""Entries of one bundle."""
BUNDLES = ("collection", "batch", "transaction", "message", "searchset")
READ = ("Appointment", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")
WANTED = ("proposed", "pending", "waitlist")
CAME = ("arrived", "checked-in")
KNOWN = {*STATUS.values(), "booked", *WANTED, *CAME}
URGENT = {**dict.fromkeys(range(1, 3), "urgent"), **dict.fromkeys(range(3, 5), "soon")}
"""Priority as iCalendar has it: 1 is the highest, 0 says nothing."""
FAMILY = "ROLE_FAMILY"
YEARS = (1990, 2200)
LONGEST = 80
"""Characters of a code of ours."""
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")


class Wanted(NamedTuple):
    """A session somebody asks for: `place` in the bundle, the client's code, the case's or ""; `language` or ""."""

    place: str
    client: str
    case: str
    start: datetime
    minutes: int
    language: str
    urgency: str


class Came(NamedTuple):
    """The client of this encounter is there."""

    place: str
    encounter: str


@dataclass
class Intake:
    """`refused`: place, such as `entry.3.status`, to a code. Nothing of a bundle is taken while there is any."""

    wanted: list[Wanted] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def read(bundle: Mapping[str, Any]) -> Intake:
    """What is asked for, and everything that stands against it at once."""
    found = Intake()
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle":
        found.refused["resourceType"] = "unknown"
    if bundle.get("type") not in BUNDLES:
        found.refused["type"] = "unknown"
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST:
        found.refused["entry"] = (
            "required" if not entries else "kind" if not isinstance(entries, list) else "too_long"
        )
        return found
    resources = {}
    for number, entry in enumerate(entries):
        if resource := _resource(found, f"entry.{number}", entry):
            resources[f"entry.{number}"] = resource
    named = dict(_named(entries))
    for place, resource in resources.items():
        if resource["resourceType"] == "Appointment":
            _Appointment(found, place, resource, named).read()
    if not (found.wanted or found.came or found.refused):
        found.refused["entry"] = "required"
    return found


def _resource(found: Intake, place: str, entry: Any) -> Mapping[str, Any] | None:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict):
        found.refused[place] = "kind"
        return None
    if resource.get("resourceType") not in READ:
        found.refused[f"{place}.resourceType"] = "unknown"
        return None
    if "modifierExtension" in resource:
        # It may turn what it stands beside into its opposite: FHIR forbids to read over one.
        found.refused[f"{place}.modifierExtension"] = "unknown_field"
        return None
    return resource


def _named(entries: Sequence[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Resources by what a reference in the bundle may call them."""
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            if isinstance(url := entry.get("fullUrl"), str):
                yield url, resource
            if isinstance(id_ := resource.get("id"), str):
                yield f"{resource.get('resourceType')}/{id_}", resource


@dataclass
class _Appointment:
    found: Intake
    place: str
    resource: Mapping[str, Any]
    named: Mapping[str, Mapping[str, Any]]

    def read(self) -> None:
        before = len(self.found.refused)
        status = self.resource.get("status")
        people = self._participants()
        if status not in (*WANTED, *CAME):
            self._refuse(
                "status", "required" if status is None else "not_taken" if str(status) in KNOWN else "unknown"
            )
        elif status in CAME:
            self._arrival()
        else:
            wanted = self._wanted(people)
            if len(self.found.refused) == before and wanted:
                self.found.wanted.append(wanted)

    def _refuse(self, name: str, code: str) -> None:
        """The first thing that stands against a place is told."""
        self.found.refused.setdefault(f"{self.place}.{name}", code)

    def _participants(self) -> list[Mapping[str, Any]]:
        """The patients among them. A relative never interprets, whatever the bundle calls them."""
        listed = self.resource.get("participant")
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self._refuse("participant", "required" if listed is None else "kind")
            return []
        patients: list[Mapping[str, Any]] = []
        for number, one in enumerate(listed):
            actor = one.get("actor")
            actor = actor if isinstance(actor, dict) else {}
            translates = self._translates(f"participant.{number}", one)
            if self._kind(actor) == "RelatedPerson" and translates:
                self._refuse(f"participant.{number}.actor", FAMILY)
            if self._kind(actor) == "Patient":
                patients.append(actor)
        return patients

    def _kind(self, actor: Mapping[str, Any]) -> str:
        resource = self._resolved(actor)
        told = resource.get("resourceType") or actor.get("type") or str(actor.get("reference", "")).partition("/")[0]
        return str(told)

    def _resolved(self, actor: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = actor.get("reference")
        return self.named.get(reference, {}) if isinstance(reference, str) else {}

    def _translates(self, place: str, one: Mapping[str, Any]) -> bool:
        codes = list(_codings(one.get("type")))
        for system, code in codes:
            if system == TYPES and code not in ("translator", "emergency"):
                self._refuse(f"{place}.type", "unknown")
        return any(code == "translator" for _, code in codes)

    def _wanted(self, people: Sequence[Mapping[str, Any]]) -> Wanted | None:
        start, end = self._instant("start"), self._instant("end", needed=False)
        minutes = self.resource.get("minutesDuration")
        if minutes is None and start and end:
            minutes = int((end - start).total_seconds() // 60)
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 5 <= minutes <= 480:
            self._refuse("minutesDuration", "required" if minutes is None else "range")
        if len(people) != 1:
            self._refuse("participant", "required" if not people else "choose_one")
            return None
        patient = self._resolved(people[0])
        client = _identified(people[0], "client") or _identified(patient, "client")
        if not client:
            self._refuse("participant", "unknown")
        if start is None or not client or not isinstance(minutes, int):
            return None
        case = _identified(self.resource, "case")
        return Wanted(self.place, client, case, start, minutes, _language(patient), self._urgency())

    def _urgency(self) -> str:
        priority = self.resource.get("priority", 0)
        if not isinstance(priority, int) or isinstance(priority, bool) or priority < 0:
            self._refuse("priority", "kind")
            return "routine"
        return URGENT.get(priority, "routine")

    def _instant(self, name: str, needed: bool = True) -> datetime | None:
        text = self.resource.get(name)
        if text is None:
            if needed:
                self._refuse(name, "required")
            return None
        if not isinstance(text, str) or not _INSTANT.fullmatch(text):
            self._refuse(name, "date")
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self._refuse(name, "date")
            return None
        if not YEARS[0] < found.year < YEARS[1]:
            self._refuse(name, "out_of_range")
            return None
        return found

    def _arrival(self) -> None:
        if encounter := _identified(self.resource, "encounter"):
            self.found.came.append(Came(self.place, encounter))
        else:
            self._refuse("identifier", "required")


def _codings(concepts: Any) -> Iterator[tuple[str, str]]:
    for concept in concepts if isinstance(concepts, list) else ():
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict):
                yield str(coding.get("system", "")), str(coding.get("code", ""))


def _identified(resource: Mapping[str, Any], noun: str) -> str:
    """The value of our own identifier, on a resource (several) or a reference (one); "" for none."""
    held = resource.get("identifier")
    for one in held if isinstance(held, list) else (held,):
        value = one.get("value") if isinstance(one, dict) and one.get("system") == f"{URN}:{noun}" else None
        if isinstance(value, str) and len(value) <= LONGEST and plain(value):
            return value
    return ""


def _language(patient: Mapping[str, Any]) -> str:
    """The preferred one, or the only one there is; "" where none is told."""
    spoken = patient.get("communication")
    spoken = [one for one in spoken if isinstance(one, dict)] if isinstance(spoken, list) else []
    preferred = [one for one in spoken if one.get("preferred") is True] or (spoken if len(spoken) == 1 else [])
    codes = [code for one in preferred for _, code in _codings([one.get("language")])]
    return codes[0] if codes else ""
