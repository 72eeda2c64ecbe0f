"""Routes as requests: addresses with their places filled in, and bodies that work, sent as a browser or a program."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flask import Flask
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from tests import steps
from tests.authenticator import Device
from tests.walks.clinic import NOBODY, House
from tests.walks.works import OTHER_ANSWERS, WORKS
from triad.web import room

API = "/api/"
SAFE = ("GET", "HEAD", "OPTIONS")


SPAN = "?first=2027-03-01&last=2027-03-07"
QUERIES = dict.fromkeys(("api-encounters.between", "api-encounters.mine", "api-fhir.out"), SPAN)
"""What must be asked for."""
INTERPRETERS = ("ines", "ivo")

PLACES = {
    "/cases/": "case",
    "/accounts/": "account",
    "/keys/": "key",
    "/logins/": "login",
    "/second-step/keys/": "passkey",
    "/people/interpreters/": "interpreter",
    "/people/sites/": "site",
    "/import/": "batch",
    "/staffing/": "run",
    "/people/": "interpreter",
    "/f/": "token",
    "/welcome/": "welcome",
    "/reset/": "reset",
    "/messages/": "message",
    "/instruments/": "instrument",
}
NAMES = {
    "case_id": "case",
    "interpreter_id": "interpreter",
    "hours_id": "hours",
    "off_id": "off",
    "batch_id": "batch",
    "offer_id": "offer",
    "holiday_id": "holiday",
    "acquaintance_id": "acquaintance",
    "skipped_id": "skipped",
    "request_id": "request",
    "run_id": "run",
    "bulk_id": "bulk",
    "rule_id": "rule",
}
OTHERWISE = {
    ("bulk.undo", "bulk_id"): "bulk_done",
    ("api-bulk.undo", "bulk_id"): "bulk_done",
    ("requests.send", "request_id"): "draft",
    ("api-requests.send", "request_id"): "draft",
    ("instruments.end", "id_"): "used",
    ("reviews.settle", "tag"): "changed",
    ("reviews.sign", "tag"): "judged",
    ("reviews.activate", "tag"): "signed",
    ("reviews.withdraw", "tag"): "out",
    ("cancelling_rules.remove", "rule_id"): "idle_rule",
    ("api-cancellations.remove_rule", "rule_id"): "idle_rule",
    ("needs.remove", "need_id"): "spare",
    ("contacts.close_another", "wish_id"): "another",
    ("exclusions.lift", "interpreter_id"): "excluded",
    ("accounts.invite_again", "id_"): "fresh",
    ("accounts.enable", "id_"): "shut",
    ("people.change_activity", "id_"): "idle",
    ("people.remove_skill", "row_id"): "skill",
    ("people.remove_credential", "row_id"): "credential",
    ("people.remove_hours", "row_id"): "hours",
    ("people.remove_off", "row_id"): "off",
    ("hours.remove", "row_id"): "hours",
    ("hours.remove_off", "row_id"): "off",
}
LIBRARY_FILE = "js/webauthn.js"
FIXED: dict[str, Any] = {"number": 1, "day": "2027-03-02", "filename": "css/tokens.css", "file": "sites"}


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
        if name == "encounter_id" or (rule.rule.startswith("/sessions/") and name not in NAMES):
            key = state
        elif name in ("id_", "token"):
            place = next(one for one in PLACES if rule.rule.replace("/me/", "/", 1).startswith(one))
            key = OTHERWISE.get((rule.endpoint, name)) or PLACES[place]
        if isinstance(converter, AnyConverter):
            found[name] = "interpreters" if "interpreters" in converter.items else "therapists"
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
    work = WORKS[rule.endpoint]
    fields = {name: _filled(held, house.ids[side]) for name, held in work.fields.items()}
    return {**fields, **ANSWERS[rule.endpoint](house, name or work.by)} if rule.endpoint in ANSWERS else fields


def _made(house: House, name: str) -> dict[str, str]:
    """The answer of a device that is asked to make a passkey."""
    page = send(house, name, "POST", "/me/second-step/keys/start", {})
    return {"key": Device(credential=NEW).create(steps.asked(page.text))} if page.status_code == 200 else {}


def _shown(house: House, name: str) -> dict[str, str]:
    page = send(house, name, "POST", "/sign-in/passkey/start", {})
    return {"key": house.devices["thea"].get(steps.asked(page.text))} if page.status_code == 200 else {}


def _counted(house: House, name: str) -> dict[str, str]:
    """What an app shows that waits to be confirmed."""
    return {} if name == NOBODY else {"code": steps.waiting_app(house.actors[name], house.clock).shows()}


NEW = b"\x09" * 32
ANSWERS = {"factors.add_key": _made, "factors.confirm_app": _counted, "second.enter": _shown}
"""Fields that answer what was asked a moment before."""


def _filled(held: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(held, list):
        return [_filled(one, ids) for one in held]
    if isinstance(held, dict):
        return {name: _filled(one, ids) for name, one in held.items()}
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
    if path.startswith("/f/tablet"):
        with house.app.test_request_context():
            return room.stamp("")
    last = unquote(path.rpartition("/")[2])
    pages = ("answer", "step", "send", "language", "contact", "narrow", "ahead")
    ids = house.ids["own"]
    with house.app.test_request_context():
        return room.stamp(ids["page"] if last in pages else last)
