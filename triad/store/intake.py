"""The clinic as an import sees it: rows in the words of the files, and where each of them lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from triad.domain import modes, proofs, wishes
from triad.domain.occupancy import Owner
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Credential, Interpreter, LanguageSkill, Room, Site, Therapist
from triad.store.people import Person

CHUNK = 5_000
"""Values in one IN list: far below what both engines take."""


@dataclass
class Snapshot:
    """`rows`: file -> key -> values; a key is the `external_ref`, else the code or name people know, else the id.

    `ids`: file -> key -> id. `rooms` by (site key, name), `needs` by (case key, language), `diaries` by owner.
    `inactive` are the owners who take no new bookings.
    """

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    ids: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    rooms: dict[tuple[str, str], str] = field(default_factory=dict)
    needs: dict[tuple[str, str], str] = field(default_factory=dict)
    diaries: dict[Owner, int] = field(default_factory=dict)
    inactive: set[Owner] = field(default_factory=set)

    def put(self, file: str, key: str, id_: str, **values: Any) -> None:
        self.ids[file][key] = id_
        self.rows[file][key] = values

    def keys(self, file: str) -> dict[str | None, str]:
        """id -> key, and "" for nothing."""
        return {None: "", **{id_: key for key, id_ in self.ids[file].items()}}

    def own(self, owner: Owner, row: Any) -> None:
        """`row` has a diary, and may be somebody who is no longer active."""
        self.diaries[owner] = row.diary_id
        if not row.active:
            self.inactive.add(owner)


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def snapshot(session: Session) -> Snapshot:
    """Everything that is no date: sites, people and cases."""
    seen = Snapshot()
    _sites(session, seen)
    _interpreters(session, seen)
    _therapists(session, seen)
    _clients(session, seen)
    _cases(session, seen)
    return seen


def _sites(session: Session, seen: Snapshot) -> None:
    rooms: dict[str, list[Room]] = defaultdict(list)
    for room in session.scalars(select(Room)):
        rooms[room.site_id].append(room)
    for site in session.scalars(select(Site)):
        key, own = site.external_ref or site.name, rooms[site.id]
        names = tuple(sorted(room.name for room in own))
        seen.put("sites", key, site.id, name=site.name, zone=site.zone, address=site.address, rooms=names)
        seen.rooms |= {(key, room.name): room.id for room in own}
        for room in own:
            seen.own(("room", key, room.name), room)


def _interpreters(session: Session, seen: Snapshot) -> None:
    sites = seen.keys("sites")
    skills: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for skill in session.scalars(select(LanguageSkill)):
        skills[skill.interpreter_id].append((skill.language, skill.into, skill.dialect, skill.level, skill.works))
    held: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for one in session.scalars(select(Credential).order_by(Credential.id)):
        held[one.interpreter_id].append((one.body, one.kind, one.language, one.issued, one.expires, one.number))
    query = select(Interpreter, Person).join(Person, Person.id == Interpreter.id)
    for row, person in session.execute(query):
        key = person.external_ref or person.id
        seen.own(("interpreter", key), row)
        seen.put(
            "interpreters",
            key,
            row.id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            gender=person.gender,
            zone=person.zone,
            site=sites[row.site_id],
            modes=tuple(row.modes),
            attributes=tuple(row.attributes),
            skills=tuple(sorted(skills[row.id])),
            credentials=proofs.in_order(held[row.id]),
            training_hours=row.training_hours,
            ethics_on=row.ethics_on,
            check_expires=row.check_expires,
            adult=row.adult,
            max_week=None if row.max_week_minutes is None else row.max_week_minutes / 60,
        )


def _therapists(session: Session, seen: Snapshot) -> None:
    sites = seen.keys("sites")
    for row, person in session.execute(select(Therapist, Person).join(Person, Person.id == Therapist.id)):
        key = person.external_ref or person.id
        seen.own(("therapist", key), row)
        values = {"name": person.name, "email": person.email, "zone": person.zone, "site": sites[row.site_id]}
        seen.put("therapists", key, row.id, **values, languages=tuple(row.languages))


def _clients(session: Session, seen: Snapshot) -> None:
    for row, person in session.execute(select(Client, Person).join(Person, Person.id == Client.id)):
        key = person.external_ref or row.code
        seen.own(("client", key), row)
        seen.put(
            "clients",
            key,
            row.id,
            client_code=row.code,
            name=person.name,
            spoken=tuple(row.spoken),
            dialect=row.dialect,
            read=row.reads,
            form_language=row.form_language,
            zone=person.zone,
        )


def _cases(session: Session, seen: Snapshot) -> None:
    names = {file: seen.keys(file) for file in ("clients", "therapists", "interpreters", "sites")}
    needs: dict[str, list[LanguageNeed]] = defaultdict(list)
    for need in session.scalars(select(LanguageNeed).order_by(LanguageNeed.id)):
        needs[need.case_id].append(need)
    for row in session.scalars(select(Case)):
        key = row.external_ref or row.code
        own = {
            need.language: {
                "language": need.language,
                "dialect": need.dialect,
                "strict": need.strict,
                "level": need.min_level,
                "direction": need.direction,
                "gender_wish": need.gender_wish,
                "wish_kind": need.wish_kind,
                "wishes": wishes.of(need.wishes),
                "modes": modes.of(need),
            }
            for need in needs[row.id]
        }
        seen.needs |= {(key, need.language): need.id for need in needs[row.id]}
        seen.put(
            "cases",
            key,
            row.id,
            code=row.code,
            client_ref=names["clients"][row.client_id],
            therapist_ref=names["therapists"][row.therapist_id],
            site=names["sites"][row.site_id],
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            usual_interpreter_ref=names["interpreters"][row.usual_interpreter_id],
            needs=own,
        )
