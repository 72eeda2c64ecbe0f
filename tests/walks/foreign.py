"""Ids where they do not belong, and fields nobody asked for: in every place of an address and of a body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule, UnicodeConverter

from tests.walks import law, writes
from tests.walks.clinic import SIDES, House
from triad.store.db import db
from triad.store.people import LoginSession
from triad.store.types import Base

Bend = Callable[[str], Sequence[str]]
PER_PLACE = 20
NO_IDS = ("filename", "file", "number", "tab")
OVER = ("token",)
"""Links that are no links are over, and not absent; whoever tries too many is told to wait."""
WHO = {
    "th+": "thea",
    "holder": "ines",
    "in+": "ines",
    "co": "kora",
    "lead": "lena",
    "lead-": "lena",
    "ad": "ada",
    "au": "aud",
}
ID_FIELDS: dict[str, tuple[str, ...]] = {
    "accounts.invite": ("person",),
    "agreements.agree": ("interpreter",),
    "alliance.answer": ("key",),
    "api-assignments.assign": ("interpreter",),
    "api-encounters.check": ("need", "site", "room"),
    "api-encounters.plan": ("need", "site", "room"),
    "api-people.add": ("site",),
    "api-people.change": ("site",),
    "cases.change": ("site", "usual_interpreter", "therapist"),
    "cases.create": ("client", "therapist", "site", "usual_interpreter"),
    "encounters.move": ("room", "site"),
    "exclusions.write": ("interpreter",),
    "keys.create": ("account",),
    "people.add": ("site",),
    "people.change": ("site",),
    "plans.save": ("need", "site", "room"),
    "unfilled.assign": ("interpreter",),
}
"""Fields that name something by its id."""
REFUSALS = (404, 409, 422)
THEIRS = {("api-fhir.preview", "id"), ("api-fhir.take", "id")}
"""Fields that have a meaning there: a bundle of another system has an id of its own, which is not kept."""


class Hit(NamedTuple):
    request: str
    status: int


def in_addresses(house: House, bend: Bend, every: int = 1, only: str = "") -> tuple[list[Hit], int]:
    """Requests with one id that is somebody else's, something else's or nothing's, that were not answered 404."""
    hits, count = [], 0
    for method, rule in [one for one in writes.rules(house.app) if only in one[1].rule]:
        name = owner(rule)
        state = writes.WORKS[rule.endpoint].state if rule.endpoint in writes.WORKS else "ahead"
        given = writes.values(rule, house.ids["own"], state)
        fields = writes.body(house, rule, "own", name) if method not in writes.SAFE else {}
        for place, converter in rule._converters.items():
            if place in NO_IDS or isinstance(converter, AnyConverter) or not isinstance(converter, UnicodeConverter):
                continue
            for id_ in _others(house, rule, place, str(given[place]), name, bend)[::every]:
                path = writes.address(rule, {**given, place: id_})
                answer = writes.send(house, name, method, path, fields)
                answer.close()
                count += 1
                if answer.status_code not in ((410, 429) if place in OVER else (404,)):
                    hits.append(Hit(f"{method} {path} as {name}", answer.status_code))
                    house.restore()
    return hits, count


def owner(rule: Rule) -> str:
    """Whom the thing in the address belongs to, else who may do this to anything of the kind."""
    if "/keys/" in rule.rule:
        return "thea"
    words = law.WHO[rule.endpoint]
    return next((name for word, name in WHO.items() if word in words), "nobody")


def _others(house: House, rule: Rule, place: str, own: str, name: str, bend: Bend) -> list[str]:
    """Twenty ids that must not open this: those of the other cases (for who has one), of other things, bent ones."""
    sides = [writes.values(rule, house.ids[side], "ahead").get(place, "") for side in SIDES[1:]]
    mine = name in ("thea", "ines") or place not in ("id_", *writes.NAMES, "encounter_id")
    foreign = [str(id_) for id_ in sides if mine and id_ != own and not rule.rule.startswith("/people/sites/")]
    ids = house.ids["own"]
    others = [ids[kind] for kind in ("batch", "goal", "wish", "room", "credential", "token", "client", "welcome")]
    return [id_ for id_ in dict.fromkeys([*foreign, *bend(own), *others]) if id_ != own][:PER_PLACE]


def in_fields(house: House, bend: Bend, every: int = 1) -> tuple[list[Hit], int]:
    """Bodies that name something by an id that is not there or not theirs, and were taken."""
    hits, count = [], 0
    for method, rule in writes.unsafe(house.app):
        for field in ID_FIELDS.get(rule.endpoint, ()):
            work = writes.WORKS[rule.endpoint]
            path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
            # The ground rules name an interpreter only where it is the interpreter who agrees.
            more = {"party": "interpreter"} if rule.endpoint == "agreements.agree" else {}
            fields = {**writes.body(house, rule, "own"), **more}
            for id_ in _wrong(house, field, bend)[::every]:
                value = f"{id_}|Europe/Berlin" if fields.get("site", "").count("|") and field == "site" else id_
                answer = writes.send(house, work.by, method, path, {**fields, field: value})
                answer.close()
                count += 1
                if answer.status_code not in REFUSALS:
                    hits.append(Hit(f"{method} {path} with {field}={value!r}", answer.status_code))
                    house.restore()
    return hits, count


def _wrong(house: House, field: str, bend: Bend) -> list[str]:
    own, other = house.ids["own"], house.ids["other"]
    kind = {"usual_interpreter": "interpreter", "person": "client", "key": "mark"}.get(field, field)
    foreign = [other[kind]] if kind == "need" else []
    others = [own[one] for one in ("goal", "wish", "note", "credential", "case", "client") if one != kind]
    bent = [id_ for id_ in bend(own.get(kind, "a-kora")) if id_.strip() == id_]
    return [*foreign, *others, *bent][:PER_PLACE]


def forged(house: House, fields: Mapping[str, str], every: int = 1, only: str = "") -> tuple[list[Hit], int, int]:
    """Requests that would work, each with one field more, that were not answered 422 or left something behind.

    Also how many there were, and how many routes.
    """
    hits, count, routes = [], 0, [one for one in writes.unsafe(house.app) if only in one[1].rule]
    for name in house.keys:
        # A key keeps the day on which it was used first.
        writes.send(house, name, "GET", "/api/openapi.json", {}).close()
    before = dump()
    for number, (method, rule) in enumerate(routes):
        work = writes.WORKS[rule.endpoint]
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
        body = writes.body(house, rule, "own")
        for name, value in list(fields.items())[number % every :: every]:
            if name in body or (rule.endpoint, name) in THEIRS:
                continue
            answer = writes.send(house, work.by, method, path, {**body, name: value})
            answer.close()
            count += 1
            # A tablet whose form is over says so whatever it sent.
            if answer.status_code not in (422, *((410,) if rule.endpoint == "ahead.together" else ())):
                hits.append(Hit(f"{method} {path} with {name}", answer.status_code))
                house.restore()
    # A form that comes back with the notes beside it was a reading of them, and the trail says so.
    if left := {row for row in set(dump()) - set(before) if "'notes.read'" not in row}:
        hits.append(Hit(f"written: {min(left)}", 0))
    return hits, count, len(routes)


def dump() -> list[str]:
    """Every row of every table but the logins, whose time is written down now and then."""
    db.session.close()
    tables = [table for table in Base.metadata.sorted_tables if table.name != LoginSession.__tablename__]
    rows = [f"{table.name} {tuple(row)}" for table in tables for row in _rows(table)]
    db.session.close()
    return rows


def logins() -> Any:
    return select(LoginSession.__table__)


def _rows(table: Any) -> Iterator[Any]:
    yield from db.session.execute(select(table).order_by(*table.primary_key.columns))
