"""Forty things people and programs have shut in their faces, read, or break; and what must be left of each, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Flask

from tests import cast, planted
from tests.walks import breaking
from triad.domain.parties import Role
from triad.services import portable
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.db import db

CANARIES = ("xnadelx", "ናይጀርማ", "زعفرانية")
"""Words nobody writes by chance, in three scripts; the first one lies in every table a client can be in."""
CASE, MEETING, NOTE = "case-T-1001", "enc-rated", "note-1"
BELOW = {"sqlite": "OperationalError", "postgresql": "ProgrammingError"}
Act = Callable[[], Any]
Left = Mapping[str, Any]


@dataclass
class House:
    app: Flask
    who: cast.Cast
    browsers: dict[str, Any]
    keys: dict[str, str]
    link: str

    def get(self, name: str, address: str) -> Any:
        return self.browsers[name].get(f"{address}?q={CANARIES[1]}", headers={"User-Agent": CANARIES[2]})

    def post(self, name: str, address: str, fields: Mapping[str, str] = MappingProxyType({})) -> Any:
        token = cast.token(self.browsers[name].get("/me").text)
        return self.browsers[name].post(address, data={**fields, "csrf_token": token})

    def call(self, name: str, address: str) -> Any:
        shown = {"Authorization": f"Bearer {self.keys.get(name, CANARIES[0])}"}
        return self.app.test_client().get(f"/api{address}", headers=shown)

    @property
    def secrets(self) -> set[str]:
        cookies = {browser.get_cookie("triad").value for browser in self.browsers.values()}
        return {*CANARIES, *cookies, *self.keys.values(), self.link, cast.PASSWORD}


def events(house: House) -> Iterator[tuple[str, Act, Left]]:
    """Forty things, each with what must be left of it, once."""
    yield from _shut_doors(house)
    yield from _foreign(house)
    yield from _by_programs(house)
    yield from _reads(house)
    yield from _breaks(house)


def _denied(name: str, verb: May, subject: str, status: int = 404) -> Left:
    account = f"a-{name}" if name else "nobody"
    return {"event": "denied", "account": account, "verb": verb.value, "subject": subject, "status": status}


def _shut_doors(house: House) -> Iterator[tuple[str, Act, Left]]:
    for name, address, verb in (
        ("ines", "/accounts", May.SEE_ACCOUNTS),
        ("kora", "/audit", May.SEE_AUDIT),
        ("thea", "/people", May.SEE_PEOPLE),
        ("otto", "/pictures", May.SEE_ALL_PICTURES),
        ("ivo", "/import", May.IMPORT),
        ("thea", "/settings", May.SEE_SETTINGS),
        ("ines", "/cases", May.SEE_CASES),
    ):
        yield f"{name} {address}", lambda n=name, a=address: house.get(n, a), _denied(name, verb, "none")


def _foreign(house: House) -> Iterator[tuple[str, Act, Left]]:
    for name, address, verb, subject in (
        ("otto", f"/cases/{CASE}/picture", May.SEE_PICTURE, CASE),
        ("kora", f"/cases/{CASE}/picture", May.SEE_PICTURE, CASE),
        ("ines", f"/cases/{CASE}/picture", May.SEE_PICTURE, CASE),
        ("otto", f"/sessions/{MEETING}/picture", May.SEE_PICTURE, MEETING),
        ("otto", f"/cases/{CASE}/notes", May.SEE_ALL_NOTES, CASE),
        ("kora", f"/cases/{CASE}/notes", May.SEE_ALL_NOTES, CASE),
        ("otto", f"/cases/{CASE}/notes/{NOTE}", May.WRITE_NOTE, CASE),
        ("ivo", f"/cases/{CASE}/briefing", May.SEE_SHARED_NOTES, CASE),
        ("ivo", f"/sessions/{MEETING}/rating", May.RATE, MEETING),
        ("otto", f"/sessions/{MEETING}", May.SEE_ENCOUNTER, MEETING),
        ("otto", f"/cases/{CASE}/take-out", May.EXPORT_CASE, CASE),
    ):
        yield f"{name} {address}", lambda n=name, a=address: house.get(n, a), _denied(name, verb, subject)
    for name, address, verb, subject in (
        ("otto", f"/cases/{CASE}/notes", May.WRITE_NOTE, CASE),
        ("ivo", f"/sessions/{MEETING}/rating", May.RATE, MEETING),
        ("ivo", f"/sessions/{MEETING}/accept", May.ANSWER_ASSIGNMENT, MEETING),
    ):
        yield f"{name} sends {address}", lambda n=name, a=address: house.post(n, a), _denied(name, verb, subject)
    nobody = house.app.test_client()
    yield "a link", lambda: nobody.get(f"/f/{CANARIES[0]}"), _denied("", May.USE_FORM, "none", 410)


def _by_programs(house: House) -> Iterator[tuple[str, Act, Left]]:
    yield "no key", lambda: house.call("", "/cases"), _denied("", May.SEE_CASES, "none", 401)
    for name, address, verb, subject in (
        ("otto", f"/cases/{CASE}/picture", May.SEE_PICTURE, CASE),
        ("otto", f"/cases/{CASE}/notes", May.SEE_ALL_NOTES, CASE),
        ("otto", f"/encounters/{MEETING}", May.SEE_ENCOUNTER, MEETING),
    ):
        act = lambda n=name, a=address: house.call(n, a)  # noqa: E731
        yield f"{name}'s program {address}", act, _denied(name, verb, subject)


def _reads(house: House) -> Iterator[tuple[str, Act, Left]]:
    for name, address, verb, subject in (
        ("thea", f"/cases/{CASE}/picture", "alliance.read", CASE),
        ("lena", f"/cases/{CASE}/picture", "alliance.read", CASE),
        ("thea", f"/sessions/{MEETING}/picture", "alliance.read", CASE),
        ("lena", "/pictures", "alliance.read_all", "released"),
        ("thea", f"/cases/{CASE}/notes", "notes.read", CASE),
        ("thea", f"/cases/{CASE}/notes/{NOTE}", "notes.read", CASE),
        ("ines", f"/cases/{CASE}/briefing", "notes.read_shared", CASE),
    ):
        left = {"event": "trail", "verb": verb, "account": f"a-{name}", "subject": subject}
        yield f"{name} reads {address}", lambda n=name, a=address: house.get(n, a), left
    for address, verb in (("picture", "alliance.read"), ("notes", "notes.read")):
        left = {"event": "trail", "verb": verb, "account": "a-thea", "subject": CASE}
        yield f"program reads {address}", lambda a=address: house.call("thea", f"/cases/{CASE}/{a}"), left
    left = {"event": "trail", "verb": "exports.take", "account": "a-thea", "subject": CASE}
    yield "takes out", lambda: _take(house), left
    host = Actor(house.who.clinic, source="cli", roles=frozenset({Role.ADMIN}))
    left = {"event": "trail", "verb": "portable.of_client", "account": "-", "subject": planted.PERSON}
    yield "a client's copy", lambda: portable.of_client(host, planted.CODE), left


def _take(house: House) -> Any:
    return house.post("thea", f"/cases/{CASE}/take-out", {"file": "ratings.csv"})


def _breaks(house: House) -> Iterator[tuple[str, Act, Left]]:
    yield "a fault", lambda: house.get("kora", "/planted"), {"event": "broke", "kind": "ValueError"}
    yield (
        "a fault below",
        lambda: house.get("kora", "/planted-below"),
        {"event": "broke", "kind": BELOW[db.engine.dialect.name]},
    )
    breaks = {"sqlite": breaking.gone, "postgresql": breaking.closed}[db.engine.dialect.name]

    def without_database() -> None:
        db.session.remove()
        with breaks():
            house.call("kora", "/cases")

    yield "no database", without_database, {"event": "database_unavailable", "why": "gone"}
