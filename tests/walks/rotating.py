"""All secrets are changed: what was closed under the old ones still opens, what is new is closed under the new."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests import cast, planted, steps
from tests.conftest import Chance, Clock, FreshClient
from tests.programs import Program, key_of
from tests.walks import copies, crowd
from triad.app import create_app
from triad.domain.parties import Role
from triad.domain.throttling import Origin
from triad.services import accounts, audit, backup, context, erasure, factors, invitations, logins
from triad.services.context import Actor
from triad.store.db import db
from triad.store.people import LoginSession
from triad.store.types import Base

OLD = {"secret_key": "old-secret" * 4, "pepper": "old-pepper" * 4, "backup_key": "old-backup" * 4}
NEW = {"secret_key": "new-secret" * 4, "pepper": "new-pepper" * 4, "backup_key": "new-backup" * 4}
SITE = {"name": "Ost", "zone": cast.BERLIN}


@dataclass
class Found:
    """Kinds of things kept under the old secrets, how many of them open under the new ones, which do not."""

    kept: int
    opened: int
    shut: tuple[str, ...]
    old_signs: bool
    """Is anything new still closed with an old secret?"""
    lain: int
    """Secrets found in the tables."""


def play(url: str, keep_older: bool = True) -> Found:
    clock = Clock()
    with tempfile.TemporaryDirectory() as name, copies.tools():
        with _opened(url, clock, **OLD) as app:
            opens = _fill(app, Path(name), clock)
        older = {f"{key}_fallbacks": [value] for key, value in OLD.items()} if keep_older else {}
        clock.forward(minutes=1)
        with _opened(url, clock, **NEW, **older) as app:
            shut = tuple(kind for kind, still in opens.items() if not _holds(still, app))
            return Found(len(opens), len(opens) - len(shut), shut, _signs_old(app), _lain())


@contextlib.contextmanager
def _opened(url: str, clock: Clock, **secrets: Any) -> Iterator[Flask]:
    app = create_app("testing", clock=clock, chance=Chance(), database_url=url, **secrets)
    app.test_client_class = FreshClient
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _holds(still: Callable[[Flask], bool], app: Flask) -> bool:
    try:
        return still(app)
    except Exception:
        return False


def _fill(app: Flask, folder: Path, clock: Clock) -> dict[str, Callable[[Flask], bool]]:
    """One of each kind is made; per kind, whether it still opens in another application."""
    who = crowd.people(app)
    planted.client(who)
    host = _host(app)
    erasure.erase(host, planted.CODE)
    backup.save(host, folder / "b")
    # Later than the backup, and before its restore: somebody comes back who must go again.
    place = cast.encounter(who, date(2027, 2, 1), held=True)
    link = invitations.issue(who.thea, place, "ar")
    other = invitations.issue(who.otto, _of_otto(who), "ar")
    page = invitations.open_link(Actor(who.clinic), other)
    token = accounts.invite(who.ada, "Nora New", "nora@example.org", ["coordinator"])
    key = key_of(who.kora)
    Program(app.test_client(), key).post("/sites", SITE, key="once")
    phone, codes = steps.with_app(who.lena, clock)
    browser = cast.signed_in(app, who.kora)
    cookie = browser.get_cookie("triad")
    assert cookie is not None
    form = cast.token(browser.get("/me").text)

    def by_cookie(later: Flask) -> Any:
        client = later.test_client()
        client.set_cookie("triad", cookie.value)
        return client

    def check(later: Flask, typed: str) -> str:
        return factors.check(_actor(later, who.lena), who.lena.account_id, typed, Origin("127.0.0.1", "", "x"))

    return {
        "login": lambda later: logins.load(_actor(later), cookie.value) is not None,
        "form": lambda later: (
            by_cookie(later).post("/me/language", data={"csrf_token": form, "locale": "en"}).status_code == 303
        ),
        "link": lambda later: bool(invitations.peek(_actor(later), link)),
        "page": lambda later: bool(invitations.at(_actor(later), page)),
        "invitation": lambda later: bool(accounts.welcome(_actor(later), token)),
        "API key": lambda later: Program(later.test_client(), key).get("/sites").status_code == 200,
        "repeat": lambda later: (
            Program(later.test_client(), key).post("/sites", SITE, key="once").headers.get("Idempotent-Replay")
            == "true"
        ),
        "app": lambda later: check(later, phone.shows()) == "code",
        "recovery code": lambda later: check(later, codes[0]) == "recovery",
        "trail": lambda later: audit.first_broken(_host(later)) is None,
        "backup": lambda later: backup.check(later.extensions["triad"], folder / "b") is None,
        "the erased": _erases_anew,
    }


def _erases_anew(later: Flask) -> bool:
    """The list was written under the old pepper: does it know its people under the new one?"""
    from triad.store import erasure as store

    host = _host(later)
    with context.work(host) as ctx:
        return not set(store.listed(db.engine)).isdisjoint(ctx.hashes("erasure", planted.PERSON))


def _of_otto(who: cast.Cast) -> str:
    return cast.encounter(who, date(2027, 2, 2), case_id=who.other_case_id, held=True)


def _actor(app: Flask, like: Actor | None = None) -> Actor:
    clinic = app.extensions["triad"]
    return Actor(clinic, like.account_id, like.person_id, like.name, like.roles) if like else Actor(clinic)


def _host(app: Flask) -> Actor:
    return Actor(app.extensions["triad"], source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


def _signs_old(app: Flask) -> bool:
    """A new login is found under the newest secret alone."""
    logins.save(_actor(app), "fresh", "{}", None)
    with db.engine.connect() as connection:
        hashes = set(connection.scalars(select(LoginSession.hash)))
    return app.extensions["triad"].keyed("login", "fresh") not in hashes


def _lain() -> int:
    with db.engine.connect() as connection:
        rows = [repr(tuple(row)) for one in Base.metadata.sorted_tables for row in connection.execute(select(one))]
    return sum(secret in row for row in rows for secret in (*OLD.values(), *NEW.values()))
