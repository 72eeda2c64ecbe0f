"""Rights that end in one program and are tried in two, at the very next request; and people with two hats."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import NamedTuple

from flask import Flask
from flask_security import hash_password

from tests.conftest import FreshClient
from tests.walks import writes
from tests.walks.clinic import House
from triad.app import create_app
from triad.domain.parties import STAFF
from triad.services import accounts, assignments, casework, factors, imports, invitations, keys, logins
from triad.store.db import db

Use = Callable[[Flask], int]
"""One request in this program; the status of its answer."""


class Right(NamedTuple):
    what: str
    uses: tuple[Use, ...]
    end: Callable[[], object]


class Try(NamedTuple):
    """What had ended, how it was answered after all, and seconds since it ended."""

    what: str
    status: int
    after: float

    @property
    def refused(self) -> bool:
        return self.status in (302, 303, 401, 404, 410)


@contextmanager
def beside(house: House) -> Iterator[Flask]:
    """A second program on the same database, with the same clock."""
    clinic = house.who.clinic
    url = house.app.config["SQLALCHEMY_DATABASE_URI"]
    other = create_app("testing", clock=clinic.clock, chance=clinic.chance, database_url=url)
    other.test_client_class = FreshClient
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def play(house: House, other: Flask, only: str = "") -> list[Try]:
    """Every kind of right, or one, is used in both programs, then ended in the first, then tried in both."""
    tries = []
    for right in [one for one in _rights(house) if only in ("", one.what)]:
        before = [use(app) for app in (house.app, other) for use in right.uses]
        assert set(before) == {200}, (right.what, before)
        right.end()
        ended = time.monotonic()
        for app in (house.app, other):
            tries += [Try(right.what, use(app), time.monotonic() - ended) for use in right.uses]
    return tries


def _rights(house: House) -> list[Right]:
    """What somebody holds, and how it ends; each with a person or a thing of its own, since nothing is put back."""
    own, who, ada = house.ids["own"], house.who, house.who.ada
    key_id = keys.mine(who.lena)[0][0].id
    # What has begun keeps its therapist: a case in which nothing has.
    case = {"code": "T-9", "client": "p-carl", "therapist": "p-otto", "opened_on": "2027-03-01"}
    fresh = casework.create(who.kora, case)
    moved = {"version": "1", "therapist": "p-thea", "opened_on": "2027-03-01"}

    def both(name: str, page: str, place: str) -> tuple[Use, ...]:
        return _browser(house, name, page), _program(house, name, place)

    return [
        Right(
            "an assignment",
            both("ines", f"/sessions/{own['ahead']}", f"/encounters/{own['ahead']}"),
            lambda: assignments.release(who.kora, own["ahead"], "x"),
        ),
        Right(
            "a case handed over",
            both("otto", f"/cases/{fresh}", f"/cases/{fresh}"),
            lambda: casework.change(who.kora, fresh, moved),
        ),
        Right("a client's link", (_link(own["token"]),), lambda: invitations.issue(who.thea, own["begun"], "ar")),
        Right("a key", (_program(house, "lena", "/cases"),), lambda: keys.revoke(ada, key_id)),
        Right(
            "a role",
            both("ivo", "/my-hours", "/my-hours"),
            lambda: accounts.change_roles(ada, "a-ivo", ["therapist"], 1),
        ),
        Right(
            "a login", (_browser(house, "dora", "/me"),), lambda: writes.send(house, "dora", "POST", "/sign-out", {})
        ),
        Right("one login", (_browser(house, "aud", "/me"),), lambda: _end_one(house, "aud")),
        Right(
            "an old password",
            (_browser(house, "lena", "/me"),),
            lambda: logins.change_password(who.lena, hash_password("a quiet river 9")),
        ),
        Right("a second step", (_browser(house, "otto", "/me"),), lambda: factors.take_from(ada, "a-otto")),
        Right("all logins", (_browser(house, "thea", "/me"),), lambda: accounts.end_my_logins(who.thea)),
        Right("an account", both("kora", "/people", "/sites"), lambda: accounts.disable(ada, "a-kora")),
    ]


def _end_one(house: House, name: str) -> None:
    cookie = house.browser(name).get_cookie("triad")
    assert cookie is not None
    for one in logins.mine(house.actors[name], cookie.value):
        logins.end_one(house.actors[name], one.id)


def _browser(house: House, name: str, path: str) -> Use:
    cookie = house.browser(name).get_cookie("triad")
    assert cookie is not None

    def use(app: Flask) -> int:
        client = app.test_client()
        client.set_cookie("triad", cookie.value)
        return client.get(path).status_code

    return use


def _program(house: House, name: str, path: str) -> Use:
    shown = {"Authorization": f"Bearer {house.keys[name]}"}
    return lambda app: app.test_client().get(f"/api{path}", headers=shown).status_code


def _link(token: str) -> Use:
    return lambda app: app.test_client().get(f"/f/{token}").status_code


FORBIDDEN = {
    frozenset(pair.split())
    for pair in (
        "interpreter coordinator",
        "interpreter lead",
        "interpreter admin",
        "admin auditor",
        "lead coordinator",
        "lead admin",
        "auditor therapist",
        "auditor interpreter",
    )
}
"""Never one person: by hand from the rules for privacy."""


def pairs(house: House, every: int = 1) -> tuple[list[str], int]:
    """Pairs of roles that were granted though forbidden, or refused though not; and how many were tried."""
    wrong, count = [], 0
    for pair in list(combinations([role.value for role in STAFF], 2))[::every]:
        want = 422 if frozenset(pair) in FORBIDDEN else 0
        for path, fields in _grants(pair):
            answer = writes.send(house, "ada", "POST", path, fields)
            answer.close()
            count += 1
            if (answer.status_code == 422) != bool(want):
                wrong.append(f"{path} as {' and '.join(pair)}: {answer.status_code}")
            house.restore()
    for file, ref in (("interpreters", "theo"), ("therapists", "iris")):
        seen = imports.preview(house.who.kora, {file: ROWS[file].format(ref=ref).encode()})
        count += 1
        wrong += [] if [one.rule for one in seen.findings] == ["other_kind"] else [f"{ref} in {file}.csv"]
    return wrong, count


def _grants(pair: tuple[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """At once, to an account there is, and to somebody who is one of the two already."""
    yield "/accounts", {"name": "Nova", "email": "nova@example.org", "roles": list(pair)}
    yield "/accounts/a-aud/roles", {"roles": list(pair), "version": "1"}
    for held, asked in (pair, pair[::-1]):
        if held in KNOWN:
            yield "/accounts", {"person": KNOWN[held], "email": "nova@example.org", "roles": [asked]}


KNOWN = {"therapist": "p-theo", "interpreter": "p-iris"}
"""People the clinic knows without an account."""
ROWS = {
    "interpreters": "external_ref,name,zone,modes,skills,adult\n{ref},Iris,Europe/Berlin,video,ti>en~4,yes\n",
    "therapists": "external_ref,name,zone,site,languages\n{ref},Theo,Europe/Berlin,S1,en\n",
}
