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
from sqlalchemy import update

from tests import cast
from tests.conftest import MEMORY, NOW, Chance, Clock, FreshClient
from tests.walks.furniture import CASES, RULES, SIDES, STAFF, STATES, STEADY, Furniture, furnish
from triad.app import create_app
from triad.services import context
from triad.services.context import Actor
from triad.store.db import db
from triad.store.people import LoginSession
from triad.store.types import Base

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
            browser = cast.signed_in(self.app, self.actors[name]) if known else self.app.test_client()
            browser.set_cookie("form", self.ids["own"]["page"], path="/f")
            self.browsers[name] = browser
            self.tokens[name] = cast.token(browser.get("/me" if known else "/sign-in").text)
        return self.browsers[name]

    def move(self, **by: float) -> None:
        """To another moment, for which everybody has just signed in; what is there then is kept."""
        self.clock.forward(**by)
        with context.work(Actor(self.who.clinic, source="test")) as ctx:
            ctx.session.execute(update(LoginSession).values(seen_at=ctx.now, started_at=ctx.now))
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
        for name in STAFF:
            house.browser(name)
        house.browser(NOBODY)
        house.keep()
        yield house
