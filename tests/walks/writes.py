"""For each route that writes, a request that works: who may send it, and what with. Attacks begin from these."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask import Flask
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from tests.walks.clinic import NOBODY, RULES, House
from triad.web import room
from triad.web.pages.imports import pack

API = "/api/"
SAFE = ("GET", "HEAD", "OPTIONS")


class Write(NamedTuple):
    """`state` is that of the session it works for; places in braces stand for ids of a side."""

    by: str
    fields: Mapping[str, Any] = {}
    state: str = "ahead"


WHEN = {
    "day": "2027-04-06",
    "start": "10:00",
    "minutes": "50",
    "site": "site-nord|Europe/Berlin",
    "mode": "in_person",
}
PLAN = {"day": "2027-04-06", "start": "10:00", "zone": "Europe/Berlin", "minutes": 50, "need": "{need}"}
NOTE = {"topic": "time", "whose": "client", "source": "client", "text": "x", "language": "ti", "audience": "all"}
GOAL = {"words": "x", "language": "ti"}
NEED = {"version": "1", "language": "fr", "min_level": "3", "wish_kind": "none", "gender_wish": "", "mode": "video"}
HOURS = {"weekday": "6", "start": "05:00", "end": "06:00", "zone": "Europe/Berlin"}
OFF = {"from_day": "2027-07-01", "to_day": "2027-07-02"}
PERSON = {"name": "Nura", "email": "", "phone": "", "gender": "", "zone": "Europe/Berlin"}
WORKER = {**PERSON, "site": "site-nord", "in_person": "yes", "version": "1"}
SKILL = {"language": "fr", "into": "en", "level": "4"}
SITE = {"name": "West", "zone": "Europe/Berlin", "address": ""}
KEY = {"name": "x", "expires_on": "2027-06-01", "scopes": ["read-people"]}
TABLE = b"external_ref,name,zone\nS9,Sued,Europe/Berlin\n"
KEPT = {"name": "sites.csv", "content": pack(TABLE)}
FILES = {"files": {"sites.csv": TABLE.decode()}}
PROGRAM = {"name": "Nura", "zone": "Europe/Berlin", "modes": ["in_person"]}
MARKED = {"bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI", "triad.1:triad"}
ANSWERS = dict.fromkeys(sorted(MARKED), "3")
OTHER_ANSWERS = dict.fromkeys(("bond.1:IT", "bond.2:IT", "bond.1:IC", "bond.2:IC", "triad.1:triad"), "3")
FROM = {"name": "Neva", "email": "new@example.org", "roles": ["lead"], "zone": "Europe/Berlin", "person": ""}

WORKS: dict[str, Write] = {
    "accounts.invite": Write("ada", FROM),
    "accounts.invite_again": Write("ada"),
    "accounts.change_roles": Write("ada", {"roles": ["therapist"], "version": "1"}),
    "accounts.disable": Write("ada"),
    "accounts.enable": Write("ada"),
    "accounts.set_password": Write(NOBODY, {"password": "a quiet river 9", "again": "a quiet river 9"}),
    "agreements.write": Write("thea", {"version": "1", "languages": "en", **{f"{r}-en": "Yes." for r in RULES}}),
    "agreements.agree": Write("thea", {"party": "therapist", "version": "1"}),
    "alliance.answer": Write("thea", {"key": "{mark}", "step": "dismissed", "reason": "Ill."}),
    "cases.create": Write(
        "kora", {"code": "T-9", "client": "p-cleo", "therapist": "p-thea", "opened_on": "2027-01-01"}
    ),
    "cases.change": Write("kora", {"version": "1", "site": "site-nord", "opened_on": "2026-12-01"}),
    "contacts.close": Write("thea", {"at": "case"}),
    "encounters.release": Write("kora", {"reason": "Ill."}),
    "encounters.cancel": Write("kora", {"by": "client", "reason": "Ill."}),
    "encounters.mark": Write("kora", {"outcome": "held"}, "begun"),
    "encounters.accept": Write("ines"),
    "encounters.decline": Write("ines"),
    "encounters.move": Write("kora", {**WHEN, "version": "1", "release": "yes"}),
    "encounters.restore": Write("kora", {"version": "1"}, "cancelled"),
    "encounters.correct": Write("kora", {"version": "1"}, "held"),
    "encounters.void": Write("kora", {"version": "1"}),
    "exclusions.write": Write("thea", {"interpreter": "p-ines", "reason": "x"}),
    "exclusions.lift": Write("thea"),
    "exports.take_case": Write("thea", {"file": "ratings.csv"}),
    "exports.take_released": Write("lena", {"file": "ratings.csv"}),
    "exports.take_own": Write("ines", {"file": "ratings.csv"}),
    "goals.add": Write("thea", GOAL),
    "goals.change": Write("thea", {**GOAL, "version": "1"}),
    "handover.give": Write("thea", {"language": "ar"}, "begun"),
    "hours.add": Write("ines", HOURS),
    "hours.add_off": Write("ines", OFF),
    "hours.remove": Write("ines"),
    "hours.remove_off": Write("ines"),
    "imports.preview": Write("kora", {"files": TABLE}),
    "imports.commit": Write("kora", KEPT),
    "imports.rejected": Write("kora", {**KEPT, "content": pack(TABLE.replace(b"Europe", b"Europa"))}),
    "imports.undo": Write("kora"),
    "keys.create": Write("ada", {**KEY, "account": "a-kora"}),
    "keys.create_mine": Write("thea", KEY),
    "keys.revoke": Write("ada"),
    "keys.revoke_mine": Write("thea"),
    "me.change_language": Write("thea", {"locale": "en"}),
    "me.end_logins": Write("thea"),
    "needs.add": Write("thea", NEED),
    "needs.change": Write("thea", NEED),
    "needs.remove": Write("thea", {"version": "1"}),
    "notes.add": Write("thea", NOTE),
    "notes.add_language": Write("thea", {"text": "x", "language": "ti"}),
    "notes.change": Write("thea", {**NOTE, "version": "1"}),
    "notes.confirm": Write("thea", {"version": "1"}),
    "people.add": Write("kora", {k: v for k, v in WORKER.items() if k != "version"}),
    "people.change": Write("kora", WORKER),
    "people.set_active": Write("kora", {"active": "no", "version": "1"}),
    "people.add_skill": Write("kora", SKILL),
    "people.remove_skill": Write("kora"),
    "people.add_credential": Write("kora", {"body": "B", "kind": "x", "language": "ti"}),
    "people.remove_credential": Write("kora"),
    "people.add_hours": Write("kora", HOURS),
    "people.add_off": Write("kora", OFF),
    "people.remove_hours": Write("kora"),
    "people.remove_off": Write("kora"),
    "plans.save": Write("kora", {**WHEN, "count": "1", "every": "1", "need": "{need}", "step": "save"}),
    "ratings.submit": Write("thea", ANSWERS, "begun"),
    "room.enter": Write(NOBODY),
    "room.language": Write(NOBODY, {"language": "ar"}),
    "room.step": Write(NOBODY, {"screen": "who_sees"}),
    "room.answer": Write(NOBODY, {"line": "bond.1:CT", "answer": "3"}),
    "room.contact": Write(NOBODY, {"contact_lead": "yes"}),
    "room.send": Write(NOBODY, {"choice": "therapist"}),
    "room.narrow": Write(NOBODY, {"to": "erase"}),
    "sites.add": Write("kora", SITE),
    "sites.change": Write("kora", {**SITE, "name": "Site Nord"}),
    "sites.add_room": Write("kora", {"name": "Room 9"}),
    "sites.rename_room": Write("kora", {"name": "Room 9"}),
    "unfilled.assign": Write("kora", {"interpreter": "{interpreter}"}, "unfilled"),
    "security.login": Write(NOBODY, {"email": "thea@example.org", "password": "a long enough sentence"}),
    "security.logout": Write("thea"),
    "security.verify": Write("thea", {"password": "a long enough sentence"}),
    "api-assignments.assign": Write("kora", {"interpreter": "{interpreter}"}, "unfilled"),
    "api-assignments.accept": Write("ines"),
    "api-assignments.decline": Write("ines"),
    "api-assignments.release": Write("kora", {"reason": "Ill."}),
    "api-encounters.plan": Write("kora", PLAN),
    "api-encounters.check": Write("kora", PLAN),
    "api-encounters.cancel": Write("kora", {"by": "client"}),
    "api-encounters.mark": Write("kora", {"outcome": "held"}, "begun"),
    "api-goals.add": Write("thea", GOAL),
    "api-goals.change": Write("thea", GOAL),
    "api-notes.add": Write("thea", NOTE),
    "api-notes.change": Write("thea", NOTE),
    "api-hours.add_mine": Write("ines", {**HOURS, "weekday": 6}),
    "api-hours.add_theirs": Write("kora", {**HOURS, "weekday": 6}),
    "api-hours.add_my_off": Write("ines", OFF),
    "api-hours.add_their_off": Write("kora", OFF),
    "api-hours.remove_mine": Write("ines"),
    "api-hours.remove_theirs": Write("kora"),
    "api-hours.remove_my_off": Write("ines"),
    "api-hours.remove_their_off": Write("kora"),
    "api-imports.preview": Write("kora", FILES),
    "api-imports.commit": Write("kora", FILES),
    "api-imports.undo": Write("kora"),
    "api-people.add": Write("kora", PROGRAM),
    "api-people.change": Write("kora", PROGRAM),
    "api-people.add_skill": Write("kora", {**SKILL, "level": 4}),
    "api-ratings.submit": Write("thea", {"answers": ANSWERS}, "begun"),
    "api-sites.add": Write("kora", SITE),
}
SPAN = "?first=2027-03-01&last=2027-03-07"
QUERIES = {"api-encounters.between": SPAN, "api-encounters.mine": SPAN}
"""What must be asked for."""
INTERPRETERS = ("ines", "ivo")

PLACES = {
    "/cases/": "case",
    "/accounts/": "account",
    "/keys/": "key",
    "/people/interpreters/": "interpreter",
    "/people/sites/": "site",
    "/import/": "batch",
    "/people/": "interpreter",
    "/f/": "token",
    "/welcome/": "welcome",
}
NAMES = {
    "case_id": "case",
    "interpreter_id": "interpreter",
    "hours_id": "hours",
    "off_id": "off",
    "batch_id": "batch",
}
OTHERWISE = {
    ("needs.remove", "need_id"): "spare",
    ("exclusions.lift", "interpreter_id"): "excluded",
    ("accounts.invite_again", "id_"): "fresh",
    ("accounts.enable", "id_"): "shut",
    ("people.remove_skill", "row_id"): "skill",
    ("people.remove_credential", "row_id"): "credential",
    ("people.remove_hours", "row_id"): "hours",
    ("people.remove_off", "row_id"): "off",
    ("hours.remove", "row_id"): "hours",
    ("hours.remove_off", "row_id"): "off",
}
LIBRARY_FILE = "js/webauthn.js"
FIXED: dict[str, Any] = {"number": 1, "filename": "css/tokens.css", "file": "sites"}


def rules(app: Flask, *methods: str) -> list[tuple[str, Rule]]:
    """Method and rule of every route, those of libraries too; all methods but HEAD and OPTIONS unless named."""
    asked = methods or ("GET", "POST", "PUT", "PATCH", "DELETE")
    return [
        (method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        for method in sorted(set(rule.methods or ()) & set(asked))
    ]


def unsafe(app: Flask) -> list[tuple[str, Rule]]:
    return [(method, rule) for method, rule in rules(app) if method not in SAFE]


def values(rule: Rule, ids: Mapping[str, str], state: str) -> dict[str, Any]:
    """What stands in each place of the address."""
    found: dict[str, Any] = {"filename": LIBRARY_FILE} if rule.endpoint == "security.static" else {}
    for name, converter in rule._converters.items():
        key = OTHERWISE.get((rule.endpoint, name)) or NAMES.get(name) or name.removesuffix("_id")
        if name == "encounter_id" or rule.rule.startswith("/sessions/"):
            key = state
        elif name in ("id_", "token"):
            place = next(one for one in PLACES if rule.rule.removeprefix("/me").startswith(one))
            key = OTHERWISE.get((rule.endpoint, name)) or PLACES[place]
        if isinstance(converter, AnyConverter):
            found[name] = "interpreters"
        elif name not in found:
            found[name] = FIXED[name] if name in FIXED else ids.get(key, f"no-such-{key}")
    return found


def address(rule: Rule, given: Mapping[str, Any]) -> str:
    built = rule.build(given, append_unknown=False)
    assert built is not None, (rule.rule, given)
    return built[1] + QUERIES.get(rule.endpoint, "")


def body(house: House, rule: Rule, side: str, name: str = "") -> dict[str, Any]:
    """What works; from an interpreter's hand for a form of their own."""
    if name in INTERPRETERS and rule.endpoint.endswith("ratings.submit"):
        return {"answers": OTHER_ANSWERS} if rule.rule.startswith(API) else dict(OTHER_ANSWERS)
    written = WORKS[rule.endpoint].fields
    return {name: _filled(held, house.ids[side]) for name, held in written.items()}


def _filled(held: Any, ids: Mapping[str, str]) -> Any:
    return held.format_map(ids) if isinstance(held, str) and held.startswith("{") else held


def send(house: House, name: str, method: str, path: str, fields: Mapping[str, Any], **more: Any) -> TestResponse:
    """As a browser's form, or as a program with a key where the address is the API's."""
    headers = dict(more.pop("headers", {}))
    if path.startswith(API):
        if name != NOBODY:
            headers = {"Authorization": f"Bearer {house.keys[name]}"} | headers
        headers = {"If-Match": '"1"'} | headers
        given = {} if method in SAFE or not fields else {"json": dict(fields)}
        return house.app.test_client().open(path, method=method, headers=headers, **given, **more)
    browser = house.browser(name)
    if method in SAFE:
        return browser.open(path, method=method, headers=headers, **more)
    sent = {key: (io.BytesIO(held), "sites.csv") if isinstance(held, bytes) else held for key, held in fields.items()}
    return browser.open(
        path, method=method, data={"csrf_token": stamp(house, name, path), **sent}, headers=headers, **more
    )


def stamp(house: House, name: str, path: str) -> str:
    if not path.startswith("/f/"):
        return house.tokens[name]
    last = unquote(path.rpartition("/")[2])
    pages = ("answer", "step", "send", "language", "contact", "narrow")
    ids = house.ids["own"]
    with house.app.test_request_context():
        return room.stamp(ids["page"] if last in pages else last)
