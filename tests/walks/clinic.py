"""A clinic with something of everything in three cases, and everybody at a desk of it; put back as it was at will.

`own` is Thea's case with Ines, `other` Otto's with Ivo, `dual` that of Dora, who is therapist and clinical lead.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import cast, steps
from tests.authenticator import Device
from tests.conftest import MEMORY, NOW, Chance, Clock, FreshClient
from tests.walks.dossier import CASES, RULES, SIDES, STATES, STEADY
from tests.walks.furniture import STAFF, Furniture, furnish
from triad.app import create_app
from triad.services import context, factors, logins
from triad.services.context import Actor
from triad.store.db import db
from triad.store.people import LoginSession
from triad.store.types import Base
from triad.web import signing
from triad.web.sessions import ServerSessions

__all__ = ["CASES", "NOBODY", "RULES", "SIDES", "STAFF", "STATES", "STEADY", "House", "application", "opened"]
NOBODY = "nobody"


@dataclass
class House(Furniture):
    """The furniture with its application, and a browser for everybody."""

    app: Flask = field(kw_only=True)
    file: Path | None = field(kw_only=True)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[Any, Any]] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    moment: datetime = NOW

    @property
    def clock(self) -> Clock:
        clock = self.who.clinic.clock
        assert isinstance(clock, Clock)
        return clock

    def browser(self, name: str) -> FlaskClient:
        """Signed in as this one, or as `nobody`; each holds the page of the client's form as well."""
        if name not in self.browsers:
            known = name != NOBODY
            browser = self.enter(name) if known else self.app.test_client()
            browser.set_cookie("form", self.ids["own"]["page"], path="/f")
            browser.set_cookie("sheet", self.ids["own"]["sheet_page"], path="/sheets")
            self.browsers[name] = browser
            self.tokens[name] = cast.token(browser.get("/me" if known else "/sign-in").text)
        return self.browsers[name]

    def enter(self, name: str) -> FlaskClient:
        """A new login: by the password, or for who has one by a passkey."""
        if name not in self.devices:
            return cast.signed_in(self.app, self.actors[name])
        client = self.app.test_client()
        asked = cast.post(client, "/sign-in/passkey/start", page="/sign-in").text
        shown = {"key": self.devices[name].get(steps.asked(asked)), "csrf_token": cast.token(asked)}
        assert client.post("/sign-in/passkey", data=shown).status_code == 302
        return client

    def arm(self) -> None:
        """A passkey for the therapists of the first two cases and a second login; for everybody an app that waits."""
        for actor in self.actors.values():
            factors.begin_app(actor)
        for number, side in enumerate(SIDES[:2]):
            name = CASES[side][1]
            self.devices[name] = steps.with_key(self.actors[name], device=Device(credential=bytes([number]) * 32))
            cookie = self.enter(name).get_cookie("triad")
            assert cookie is not None
            [login] = logins.mine(self.actors[name], cookie.value)
            [key] = factors.mine(self.actors[name]).keys
            self.ids[side] |= {"login": login.id, "passkey": key.id}

    def move(self, **by: float) -> None:
        """To another moment, for which everybody has just signed in; what is there then is kept."""
        self.clock.forward(**by)
        with context.work(Actor(self.who.clinic, source="test")) as ctx:
            for login in ctx.session.scalars(select(LoginSession).where(LoginSession.account_id.is_not(None))):
                login.seen_at = login.started_at = ctx.now
                held = ServerSessions.packer.loads(login.contents)
                login.contents = ServerSessions.packer.dumps({**held, signing.CONFIRMED: ctx.now.isoformat()})
        self.keep()

    def keep(self) -> None:
        """From here on `restore` comes back to what is there now, where the database is a file."""
        db.session.remove()
        db.engine.dispose()
        if self.file:
            shutil.copy(self.file, self.file.with_name("kept.db"))
        self.moment = self.clock.now
        self.cookies = {name: dict(browser._cookies or {}) for name, browser in self.browsers.items()}

    def restore(self) -> None:
        assert self.file is not None
        db.session.remove()
        db.engine.dispose()
        shutil.copy(self.file.with_name("kept.db"), self.file)
        self.clock.now = self.moment
        for name, browser in self.browsers.items():
            browser._cookies = dict(self.cookies[name])


@contextlib.contextmanager
def application(url: str = "", **settings: Any) -> Iterator[tuple[Flask, Path | None]]:
    """An application on this empty database, else on a file of its own (in memory, where there is such a place)."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        file = None if url else Path(folder) / "clinic.db"
        url = url or f"sqlite:///{file}"
        app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url, **settings)
        app.test_client_class = FreshClient
        # What takes long is not waited for: no walk asks for its end.
        app.extensions["triad"].later = lambda act: None
        with app.app_context():
            try:
                yield app, file
            finally:
                db.session.remove()
                db.engine.dispose()


@contextlib.contextmanager
def opened(url: str = "", **settings: Any) -> Iterator[House]:
    """The furnished clinic with everybody's keys, kept as it is."""
    with application(url, **settings) as (app, file):
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        found = furnish(app.extensions["triad"])
        house = House(found.who, found.actors, found.ids, found.keys, app=app, file=file)
        house.arm()
        for name in STAFF:
            house.browser(name)
        house.browser(NOBODY)
        house.keep()
        yield house
