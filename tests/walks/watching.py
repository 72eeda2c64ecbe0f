"""What is left in log and trail of the things somebody did, and whether any word of anybody is left with it."""

from __future__ import annotations

import contextlib
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from tests import cast, filled, planted
from tests.conftest import NOW, Chance, Clock, FreshClient
from tests.programs import key_of
from tests.walks import acting, crowd, routes
from tests.walks.acting import CANARIES, CASE, MEETING, NOTE, Act, House, Left
from triad.app import create_app
from triad.formats import logs
from triad.services import context, invitations
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.cases import CulturalNote
from triad.store.db import db
from triad.store.ledger import AuditEntry
from triad.web import guard, lines

SIX = {"TC": 62.5, "CT": 37.5, "TI": 50.0, "IT": 75.0, "IC": 25.0, "CI": 12.5}


@dataclass
class Outcome:
    lines: int = 0
    strays: list[str] = field(default_factory=list)
    """Lines that hold a word of somebody, a secret, or more than may stand in one."""
    events: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.events - len(self.missed)


def play(url: str, everywhere: bool = True) -> Outcome:
    """`everywhere` False: without a look at every page."""
    outcome = Outcome()
    with _opened(url) as app, contextlib.redirect_stderr(io.StringIO()) as told:
        house = _furnish(app)
        for name, act, left in acting.events(house):
            outcome.events += 1
            if _fitting(told, act, left) != 1:
                outcome.missed.append(name)
        if everywhere:
            _everywhere(house)
        _quoted(house)
        written = told.getvalue().splitlines()
        outcome.lines = len(written)
        outcome.strays = [line for line in written if _strays(line, house.secrets)]
    return outcome


def _fitting(told: io.StringIO, act: Act, left: Left) -> int:
    """How many lines of log and trail that came with this act say what they must."""
    lines_before, trail_before = len(told.getvalue().splitlines()), len(_trail())
    act()
    seen = [json.loads(line) for line in told.getvalue().splitlines()[lines_before:]] + _trail()[trail_before:]
    return sum(left.items() <= line.items() for line in seen)


def _trail() -> list[dict[str, Any]]:
    db.session.remove()
    with db.engine.connect() as connection:
        rows = connection.execute(select(AuditEntry.verb, AuditEntry.actor, AuditEntry.subject).order_by("seq")).all()
    return [{"event": "trail", "verb": row.verb, "account": row.actor, "subject": row.subject} for row in rows]


def _strays(line: str, secrets: set[str]) -> bool:
    try:
        known = json.loads(line).keys() <= {*logs.FIELDS, *logs.COUNTS}
    except ValueError:
        return True
    return not known or any(word in line or json.dumps(word)[1:-1] in line for word in secrets)


def _everywhere(house: House) -> None:
    """Every page by somebody who may and by somebody who may not; forms that do not fit; sign-ins that fail."""
    for name in ("kora", "thea", "ines"):
        for address in routes.addresses(house.app):
            house.browsers[name].get(address).close()
        for address in (f"/cases/{CASE}/notes", f"/cases/{CASE}/goals", "/people/new/clients", "/accounts"):
            house.post(name, address, {"text": CANARIES[0]})
            house.post(name, address, {CANARIES[1]: CANARIES[2]})
    stranger = house.app.test_client()
    fields = {"csrf_token": cast.token(stranger.get("/sign-in").text), "email": f"{CANARIES[0]}@example.org"}
    stranger.post("/sign-in", data={**fields, "password": CANARIES[1]})
    stranger.get(f"/f/{house.link}")
    stranger.post(f"/f/{house.link}", data=fields)
    stranger.post("/api/sites", data=CANARIES[0], headers={"Authorization": f"Bearer {house.keys['kora']}"})


def _quoted(house: House) -> None:
    """Libraries that quote what they were given."""
    teller = logging.getLogger("somebody.else")
    teller.error("cannot read %s", CANARIES[0])
    try:
        raise ValueError(CANARIES[1])
    except ValueError:
        teller.exception("cannot read %s", CANARIES[2])


def _planted() -> str:
    raise ValueError(CANARIES[0])


def _planted_below() -> str:
    """The engine quotes the statement and, unless told otherwise, what it was to be filled in with."""
    with context.look(guard.actor()) as ctx:
        ctx.session.execute(text("SELECT :word FROM no_such_table"), {"word": CANARIES[1]})
    return ""


@contextlib.contextmanager
def blind() -> Iterator[None]:
    """Nothing is kept out of a line, and nobody notes a refusal or a reading."""
    kept = logs.redact, lines._note_denial, context.Context.audit
    logs.redact = lambda line: line
    lines._note_denial = lambda fields: None
    context.Context.audit = lambda self, verb, subject, **details: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        logs.redact, lines._note_denial, context.Context.audit = kept  # type: ignore[method-assign]


@contextlib.contextmanager
def _opened(url: str) -> Iterator[Flask]:
    app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url, log_requests=True)
    app.test_client_class = FreshClient
    for name, view in (("planted", _planted), ("planted-below", _planted_below)):
        app.add_url_rule(f"/{name}", name, guard.needs(May.SEE_OWN_ACCOUNT)(view))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _furnish(app: Flask) -> House:
    who = crowd.people(app)
    clock = app.extensions["triad"].clock
    clock.now = NOW
    cast.encounter(who, NOW.date(), time(11), interpreter="p-ines", held=True, id_=MEETING)
    clock.forward(hours=5)
    filled.all_three(who, MEETING, clock.now, SIX)
    link = invitations.issue(who.thea, cast.encounter(who, NOW.date(), time(8), interpreter="p-ines"), "ar")
    clock.forward(days=1)
    cast.encounter(who, NOW.date() + timedelta(days=2), time(11), interpreter="p-ines")
    planted.client(who)
    note = {"topic": "other", "whose": "client", "source": "client", "audience": "all", "language": "ar"}
    with context.work(Actor(who.clinic, source="test")) as ctx:
        row = {"case_id": who.case_id, "author_id": "p-thea", "text": " ".join(CANARIES), "written_at": ctx.now}
        ctx.session.add(CulturalNote(id=NOTE, **row, **note))
    names = ("kora", "thea", "otto", "ines", "ivo", "lena")
    browsers = {name: cast.signed_in(app, getattr(who, name)) for name in names}
    keys = {name: key_of(getattr(who, name)) for name in ("kora", "thea", "otto")}
    return House(app, who, browsers, keys, link)
