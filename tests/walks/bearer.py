"""What a secret of somebody's is worth elsewhere: out of a dump, by guessing, for another purpose, or too late."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import cast
from tests.walks import foreign
from tests.walks.clinic import House
from triad.domain import forms
from triad.services import context, invitations
from triad.services.context import Actor, Clinic
from triad.store.db import db
from triad.store.ratings import Invitation

Door = Callable[[Flask, str], TestResponse]
VALUE = re.compile(r"[A-Za-z0-9_+/=-]{8,}")
AT_ONCE = 500


def _link(app: Flask, value: str) -> TestResponse:
    return app.test_client().get(f"/f/{value}")


def _page(app: Flask, value: str) -> TestResponse:
    client = app.test_client()
    client.set_cookie("form", value, path="/f")
    return client.get("/f/")


def _welcome(app: Flask, value: str) -> TestResponse:
    return app.test_client().get(f"/welcome/{value}")


def _key(app: Flask, value: str) -> TestResponse:
    return app.test_client().get("/api/openapi.json", headers={"Authorization": f"Bearer {value}"})


def _login(app: Flask, value: str) -> TestResponse:
    client = app.test_client()
    client.set_cookie("triad", value)
    return client.get("/me")


DOORS: Mapping[str, Door] = {"link": _link, "page": _page, "welcome": _welcome, "key": _key, "login": _login}
"""Everything that opens by being held, and a request that opens it."""


def opens(app: Flask, value: str) -> list[str]:
    return [name for name, door in DOORS.items() if door(app, value).status_code == 200]


def held(house: House) -> dict[str, str]:
    """A value that is good for each door."""
    ids, cookie = house.ids["own"], house.browser("thea").get_cookie("triad")
    assert cookie is not None
    given = {"link": ids["token"], "page": ids["page"], "welcome": ids["welcome"]}
    return given | {"key": house.keys["kora"], "login": cookie.value}


def dumped(shortest: int = 8) -> list[str]:
    """Everything in the tables that could be a secret, whole or as a part of something: each once."""
    rows = "\n".join([*foreign.dump(), *map(str, db.session.execute(foreign.logins()))])
    db.session.remove()
    return sorted({value for value in VALUE.findall(rows) if shortest <= len(value) <= 200})


def sizes(secret: Callable[[], str], draws: int = 1_000) -> set[int]:
    """Of how many bytes the values of this source are; 0 among them if one comes twice."""
    drawn = [secret() for _ in range(draws)]
    return {len(urlsafe_b64decode(value + "=" * (-len(value) % 4))) for value in drawn} | {
        0 for _ in range(len(drawn) - len(set(drawn)))
    }


def plant(house: House, count: int, secret: Callable[[], str] | None = None) -> Clinic:
    """So many open links more, by values of this source; the clinic they were made by."""
    clinic = replace(house.who.clinic, secret=secret or house.who.clinic.secret)
    with context.work(Actor(clinic, source="test")) as ctx:
        one = ctx.session.scalars(select(Invitation)).first()
        assert one is not None
        kept = {column.key: getattr(one, column.key) for column in Invitation.__table__.columns}
        hashes = {ctx.keyed("link", clinic.secret()) for _ in range(count)}
        for number, hash_ in enumerate(hashes):
            own = {"id": f"open-{number}", "token_hash": hash_, "page_hash": None}
            ctx.session.merge(Invitation(**kept | own))
    return clinic


def guessed(clinic: Clinic, guess: Callable[[], str], count: int) -> int:
    """How many of so many guesses a link answers to, asked of the store by their hashes."""
    hits = 0
    with context.look(Actor(clinic)) as ctx:
        for _ in range(count // AT_ONCE):
            hashes = [clinic.keyed("link", guess()) for _ in range(AT_ONCE)]
            hits += len(ctx.session.scalars(select(Invitation.id).where(Invitation.token_hash.in_(hashes))).all())
    return hits


def asked(app: Flask, count: int) -> int:
    """How many of so many guesses at all doors are let in."""
    return sum(bool(opens(app, secrets.token_urlsafe(32))) for _ in range(count))


def misused(house: House) -> list[str]:
    """Values that open a door they are not for, or none at all."""
    found = {name: opens(house.app, value) for name, value in held(house).items()}
    return [f"{name} opens {doors}" for name, doors in found.items() if doors != [name]]


MOMENTS = {
    "link": timedelta(days=7),
    "page": forms.VISIT,
    "welcome": timedelta(days=7),
    "key": timedelta(days=305, hours=14),
    "login": timedelta(minutes=15),
}
"""How long each of them works, from now on; the key to the end of its last day in Berlin."""


def outlived(house: House, after: timedelta = timedelta(seconds=1)) -> list[str]:
    """Values that end earlier than they should, or are still good so long after their end."""
    wrong = []
    for name, value in held(house).items():
        for late, want in ((-timedelta(seconds=1), [name]), (after, [])):
            house.restore()
            house.clock.now += MOMENTS[name] + late
            found = opens(house.app, value)
            wrong += [f"{name} {late} after its end: {found}"] if found != want else []
    house.restore()
    return wrong


def elsewhere(house: House, tokens: Iterable[str]) -> list[str]:
    """Sessions that a link gave a rating to, which it was not made for."""
    wrong = []
    for encounter_id, token in zip((house.ids["own"]["begun"], house.ids["other"]["begun"]), tokens, strict=True):
        page = invitations.open_link(Actor(house.who.clinic), token)
        with context.look(house.who.thea) as ctx:
            hash_ = ctx.keyed("page", page)
            row = ctx.session.scalars(select(Invitation).where(Invitation.page_hash == hash_)).one()
            wrong += [] if row.encounter_id == encounter_id else [encounter_id]
    return wrong


def harmless(house: House, count: int) -> tuple[list[str], int]:
    """Methods and addresses that leave something behind though they only look; and how many requests there were."""
    wrong, sent = [], 0
    token, browser = house.ids["own"]["token"], house.browser("nobody")
    paths = (f"/f/{token}", "/f/", "/f/at/1", "/f/said", f"/welcome/{house.ids['own']['welcome']}")
    before = foreign.dump()
    for number in range(count):
        path, method = paths[number % len(paths)], ("GET", "HEAD", "GET", "OPTIONS")[number // len(paths) % 4]
        answer = browser.open(path, method=method)
        answer.close()
        sent += 1
        if answer.status_code >= 400 or "Set-Cookie" in answer.headers:
            wrong.append(f"{method} {path}: {answer.status_code}")
    if foreign.dump() != before:
        wrong.append("something was written")
    if not cast.token(browser.get(f"/f/{token}").text):
        wrong.append("the link is spent")
    return wrong, sent
