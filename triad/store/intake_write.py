"""Writing what an import accepted: one writer per file, in the order in which the files refer to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from triad.domain import modes
from triad.domain.intake_batch import PEOPLE, Accepted
from triad.domain.intake_rules import Values
from triad.domain.occupancy import Owner
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Credential, Interpreter, LanguageSkill, Room, Site, Therapist
from triad.store.diaries import Diary
from triad.store.intake import Snapshot
from triad.store.journal import Journal
from triad.store.people import Person, TimeOff, WeeklyHours

OWNERS = {"interpreters": "interpreter", "therapists": "therapist", "clients": "client"}


@dataclass
class Writer:
    """`zone` is where a person lives who says nothing about it; `fresh_id` gives a new id at each call."""

    session: Session
    seen: Snapshot
    fresh_id: Callable[[], str]
    zone: str
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.session)

    def write(self, accepted: Iterable[Accepted]) -> None:
        """Everything but encounters; unchanged rows are left alone."""
        changed = [one for one in accepted if one.verdict != "unchanged" and one.row.file in _WRITERS]
        self._make_diaries(changed)
        for one in changed:
            key, file = one.row.key, one.row.file
            is_new = one.before is None
            id_ = self.seen.ids[file].setdefault(key, self.fresh_id()) if is_new else self.seen.ids[file][key]
            _WRITERS[file](self, one, id_, is_new)
            self.seen.rows[file][key] = one.values
        self.journal.flush()

    def id_of(self, file: str, key: str) -> str | None:
        """None for no key."""
        return self.seen.ids[file][key] if key else None

    def put(self, model: Any, is_new: bool, id_: str, fixed: Values, changing: Values) -> None:
        """A new row with everything, a known one with what may change."""
        if is_new:
            self.journal.add(model, id=id_, **fixed, **changing)
        else:
            if "version" in model.__table__.c:
                changing = {**changing, "version": model.__table__.c.version + 1}
            self.journal.change(model, id_, **changing)

    def _make_diaries(self, changed: list[Accepted]) -> None:
        owners: list[Owner] = [
            (OWNERS[one.row.file], one.row.key) for one in changed if one.row.file in PEOPLE and one.before is None
        ]
        for one in changed:
            if one.row.file == "sites":
                owners += [("room", one.row.key, room) for room in one.values["rooms"]]
        rows = {owner: Diary(kind=owner[0]) for owner in owners if owner not in self.seen.diaries}
        self.session.add_all(rows.values())
        self.session.flush()
        self.journal.note_new(Diary, [diary.id for diary in rows.values()])
        self.seen.diaries |= {owner: diary.id for owner, diary in rows.items()}

    def person(self, one: Accepted, id_: str, is_new: bool) -> None:
        values = one.values
        changing: Values = {
            "name": values.get("name") or values.get("client_code"),
            "zone": values["zone"] or self.zone,
            **{name: values[name] for name in ("email", "phone", "gender") if name in values},
        }
        self.put(Person, is_new, id_, {"external_ref": one.row.key}, changing)

    def site(self, one: Accepted, id_: str, is_new: bool) -> None:
        changing = {name: one.values[name] for name in ("name", "zone", "address")}
        self.put(Site, is_new, id_, {"external_ref": one.row.key}, changing)
        for name in one.values["rooms"]:
            place = (one.row.key, name)
            if place not in self.seen.rooms:
                self.seen.rooms[place] = self.fresh_id()
                diary = self.seen.diaries[("room", *place)]
                self.journal.add(Room, id=self.seen.rooms[place], site_id=id_, name=name, diary_id=diary)

    def interpreter(self, one: Accepted, id_: str, is_new: bool) -> None:
        values, before = one.values, one.before or {}
        self.person(one, id_, is_new)
        changing = {
            "site_id": self.id_of("sites", values["site"]),
            "modes": list(values["modes"]),
            "attributes": list(values["attributes"]),
            "max_week_minutes": None if values["max_week"] is None else round(values["max_week"] * 60),
            **{name: values[name] for name in ("training_hours", "ethics_on", "check_expires", "adult")},
        }
        fixed = {"diary_id": self.seen.diaries[("interpreter", one.row.key)]}
        self.put(Interpreter, is_new, id_, fixed, changing)
        if values["skills"] != before.get("skills"):
            self._drop_all(LanguageSkill, id_, is_new)
            for language, into, dialect, level, works in values["skills"]:
                skill = {"language": language, "into": into, "dialect": dialect, "level": level, "works": works}
                self.journal.add(LanguageSkill, id=self.fresh_id(), interpreter_id=id_, **skill)
        if values["credentials"] != before.get("credentials"):
            self._drop_all(Credential, id_, is_new)
            for body, kind, language, issued, expires, number in values["credentials"]:
                dates = {"issued": issued, "expires": expires, "number": number}
                row = {"body": body, "kind": kind, "language": language, **dates}
                self.journal.add(Credential, id=self.fresh_id(), interpreter_id=id_, **row)

    def _drop_all(self, model: Any, interpreter_id: str, is_new: bool) -> None:
        if not is_new:
            held = self.session.scalars(select(model.id).where(model.interpreter_id == interpreter_id))
            self.journal.drop(model, held.all())

    def therapist(self, one: Accepted, id_: str, is_new: bool) -> None:
        self.person(one, id_, is_new)
        changing = {
            "site_id": self.id_of("sites", one.values["site"]),
            "languages": list(one.values["languages"]),
        }
        self.put(Therapist, is_new, id_, {"diary_id": self.seen.diaries[("therapist", one.row.key)]}, changing)

    def client(self, one: Accepted, id_: str, is_new: bool) -> None:
        values = one.values
        self.person(one, id_, is_new)
        changing = {
            "code": values["client_code"],
            "spoken": list(values["spoken"]),
            "dialect": values["dialect"],
            "reads": values["read"],
            "form_language": values["form_language"],
        }
        self.put(Client, is_new, id_, {"diary_id": self.seen.diaries[("client", one.row.key)]}, changing)

    def case(self, one: Accepted, id_: str, is_new: bool) -> None:
        values, before = one.values, one.before or {}
        fixed = {
            "external_ref": one.row.key,
            "code": values["code"],
            "client_id": self.id_of("clients", values["client_ref"]),
            "therapist_id": self.id_of("therapists", values["therapist_ref"]),
        }
        changing = {
            "site_id": self.id_of("sites", values["site"]),
            "usual_interpreter_id": self.id_of("interpreters", values["usual_interpreter_ref"]),
            "opened_on": values["opened_on"],
            "closed_on": values["closed_on"],
        }
        self.put(Case, is_new, id_, fixed, changing)
        same = ("language", "dialect", "strict", "direction", "gender_wish", "wish_kind")
        need = {name: values[name] for name in same} | modes.columns(values["modes"])
        need |= {"min_level": values["level"], "wishes": dict(values["wishes"])}
        # The need that the row was read against; without one it is a further language of a known case.
        meant = self.seen.needs.get((one.row.key, before.get("language", "")))
        need_id = meant or self.fresh_id()
        self.put(LanguageNeed, meant is None, need_id, {"case_id": id_}, need)
        self.seen.needs[one.row.key, values["language"]] = need_id

    def hours(self, one: Accepted, id_: str, is_new: bool) -> None:
        values = one.values
        changing = {
            "person_id": self._staff(values["person_ref"]),
            "start": values["from"],
            "end": values["to"],
            **{name: values[name] for name in ("weekday", "zone", "valid_from", "valid_to")},
        }
        self.put(WeeklyHours, is_new, id_, {"external_ref": one.row.key}, changing)

    def away(self, one: Accepted, id_: str, is_new: bool) -> None:
        values = one.values
        changing = {
            "person_id": self._staff(values["person_ref"]),
            "starts_at": values["starts_at"],
            "ends_at": values["ends_at"],
        }
        self.put(TimeOff, is_new, id_, {"external_ref": one.row.key}, changing)

    def _staff(self, key: str) -> str:
        return self.seen.ids["interpreters"].get(key) or self.seen.ids["therapists"][key]


_WRITERS: dict[str, Callable[[Writer, Accepted, str, bool], None]] = {
    "sites": Writer.site,
    "interpreters": Writer.interpreter,
    "therapists": Writer.therapist,
    "clients": Writer.client,
    "cases": Writer.case,
    "availability": Writer.hours,
    "time_off": Writer.away,
}
