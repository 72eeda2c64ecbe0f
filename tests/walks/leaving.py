"""A client takes a form back: how many clicks that needs, when it is gone, whether those who opened it are named."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser

from flask import Flask

from tests import cast, filled
from tests.conftest import NOW, Chance, Clock, FreshClient
from tests.walks import crowd
from triad.app import create_app
from triad.domain.parties import Role
from triad.domain.release import TO_THERAPIST
from triad.services import alliance, context, invitations, portable
from triad.services.context import Actor
from triad.store.db import db

STAFF = {"TC": 62.5, "TI": 50.0, "IT": 75.0, "IC": 25.0}
PICTURE = "the picture of the ratings"


@dataclass
class Found:
    """Clicks from the thanks and from the link; were the marks gone at once; who is said to have read."""

    clicks: tuple[int, ...]
    gone: bool
    opened: set[tuple[str, str]]
    readers: set[tuple[str, str]]


class Clicks(HTMLParser):
    """How many things one has to press until a form is sent that says `to`: each fold to open, and the button."""

    def __init__(self, to: str) -> None:
        super().__init__()
        self.to, self.folds, self.found = to, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.folds += tag == "details"
        if tag == "button" and dict(attrs).get("value") == self.to:
            self.found = self.folds + 1

    def handle_endtag(self, tag: str) -> None:
        self.folds -= tag == "details"


def clicks(page: str, to: str = "erase") -> int:
    reader = Clicks(to)
    reader.feed(page)
    assert reader.found, "nothing to press on this page"
    return reader.found


def play(url: str) -> Found:
    with _opened(url) as app:
        who = crowd.people(app)
        app.extensions["triad"].clock.now = NOW
        by_page, gone = _taken_back(app, who, date(2027, 2, 1), by_link=False)
        by_link, gone_too = _taken_back(app, who, date(2027, 2, 3), by_link=True)
        host = Actor(who.clinic, source="cli", roles=frozenset({Role.ADMIN}))
        said = json.loads(portable.of_client(host, "K-cleo")[portable.JSON])["opened"]
        opened = {(one["by"], one["what"]) for one in said}
        return Found((by_page, by_link), gone and gone_too, opened, {("Thea", PICTURE), ("Lena", PICTURE)})


def _taken_back(app: Flask, who: cast.Cast, day: date, by_link: bool) -> tuple[int, bool]:
    id_ = cast.encounter(who, day, interpreter="p-ines", held=True)
    clock = who.clinic.clock
    clock.now = NOW.replace(month=day.month, day=day.day) + timedelta(hours=6)  # type: ignore[attr-defined]
    for party in ("therapist", "interpreter"):
        filled.rating(who, id_, party, clock(), STAFF)
    token = invitations.issue(who.thea, id_, "ar")
    page = _send(who, token)
    clock.now += timedelta(days=8)  # type: ignore[attr-defined]
    before = [_shown(reader, who.case_id) for reader in (who.thea, who.lena)]
    clock.now -= timedelta(days=8)  # type: ignore[attr-defined]
    needed = _press(app, token, page, by_link)
    clock.now += timedelta(days=8)  # type: ignore[attr-defined]
    after = [_shown(reader, who.case_id) for reader in (who.thea, who.lena)]
    return needed, before == [True, True] and after == [False, False]


def _press(app: Flask, token: str, page: str, by_link: bool) -> int:
    client = app.test_client()
    client.set_cookie("form", page, path="/f")
    address = f"/f/{token}" if by_link else "/f/"
    shown = client.get(address).text
    target = address if by_link else "/f/narrow"
    answer = client.post(target, data={"csrf_token": cast.token(shown), "to": "erase"})
    assert answer.status_code == 303, answer.text
    return clicks(shown)


def _send(who: cast.Cast, token: str) -> str:
    client = Actor(who.clinic)
    page = invitations.open_link(client, token)
    while (screen := (state := invitations.at(client, page)).current) != "choice":
        if screen == "language":
            invitations.choose_language(client, page, "ar")
        elif state.line(screen):
            invitations.answer(client, page, screen, 2)
        else:
            invitations.step(client, page, screen, "nobody" if screen == "who_helped" else "")
    invitations.submit(client, page, TO_THERAPIST)
    return page


def _shown(reader: Actor, case_id: str) -> bool:
    """Is there anything of the client's in the last meeting of the picture?"""
    last = alliance.for_case(reader, case_id).meetings[-1]
    return any(last.triangle.scores.get(one) is not None for one in ("CT", "CI"))


@contextlib.contextmanager
def unnoted() -> Iterator[None]:
    kept = context.Context.audit
    context.Context.audit = lambda self, verb, subject, **details: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        context.Context.audit = kept  # type: ignore[method-assign]


@contextlib.contextmanager
def _opened(url: str) -> Iterator[Flask]:
    app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url)
    app.test_client_class = FreshClient
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
