"""Coming in and going out as a thief tries it: values planted before, kept after, used too late."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any

from flask import Flask

from tests import cast, steps
from tests.cast import PASSWORD, Cast
from tests.conftest import Clock
from tests.walks import clinic
from triad.services import accounts, invitations, logins
from triad.services.context import Actor
from triad.store.db import db
from triad.store.types import Base

COOKIE, DEVICE = "triad", "triad-device"
THEA = "thea@example.org"
NEW = "eleven grey herons at dawn"
HERE = "192.0.2.7"
KEPT = {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


@contextlib.contextmanager
def opened(url: str = "", **settings: Any) -> Iterator[tuple[Flask, Cast]]:
    """The named cast and nothing else, on an empty database."""
    with clinic.application(url, **settings) as (app, _):
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        yield app, cast.enter(app.extensions["triad"])


def held(client: Any, name: str = COOKIE) -> str:
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def tried(client: Any, email: str, password: str, address: str = HERE) -> Any:
    """One try at the sign-in page, from this address."""
    there = {"REMOTE_ADDR": address}
    token = cast.token(client.get("/sign-in", environ_overrides=there).text)
    form = {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=form, environ_overrides=there)


def opens(app: Flask, value: str) -> bool:
    client = app.test_client()
    client.set_cookie(COOKIE, value)
    return bool(client.get("/me").status_code == 200)


def planted(app: Flask, who: Cast, count: int) -> list[str]:
    """Kinds of values that open something once somebody came in over them, of so many that were planted."""
    kora, wrong = cast.signed_in(app, who.kora), []
    for number in range(count):
        kind = ("made up", "waiting", "ended", "of the right length")[number % 4]
        victim, bait = app.test_client(), app.test_client()
        bait.get("/sign-in")
        value = {"made up": "made-up-by-me", "waiting": held(bait), "ended": held(kora)}.get(kind, "x" * 43)
        if kind == "ended":
            cast.post(kora, "/sign-out", page="/me")
            kora = cast.signed_in(app, who.kora)
        victim.set_cookie(COOKIE, value)
        came_in = tried(victim, THEA, PASSWORD).status_code == 302 and "Thea" in victim.get("/me").text
        wrong += [] if came_in else [f"{kind}: not let in"]
        wrong += [kind] if opens(app, value) or held(victim) == value else []
    return wrong


def planted_half_way(app: Flask, who: Cast, clock: Clock, count: int) -> list[str]:
    """The same between the two steps of somebody who has an app: who planted the value waits at no second step."""
    phone, _ = steps.with_app(who.lena, clock)
    wrong = []
    for _ in range(count):
        victim, bait = app.test_client(), app.test_client()
        bait.get("/sign-in")
        value = held(bait)
        victim.set_cookie(COOKIE, value)
        tried(victim, "lena@example.org", PASSWORD)
        wrong += ["the first step"] if bait.get("/sign-in/second").status_code != 410 else []
        between = held(victim)
        cast.post(victim, "/sign-in/second", {"code": phone.shows()})
        wrong += [] if opens(app, held(victim)) else ["not let in"]
        wrong += ["the second step"] if opens(app, value) or opens(app, between) else []
        clock.forward(seconds=30)
    return wrong


def _new_password(client: Any, _: Cast, __: Actor) -> None:
    assert cast.post(client, "/me/password", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 303


def _closed_for_a_while(_: Any, who: Cast, hers: Actor) -> None:
    accounts.disable(who.ada, hers.account_id)
    accounts.enable(who.ada, hers.account_id)


def _ended_by_name(client: Any, _: Cast, hers: Actor) -> None:
    here = next(one for one in logins.mine(hers, held(client)) if one.here)
    logins.end_one(hers, here.id)


ENDS: Mapping[str, tuple[str, Callable[[Any, Cast, Actor], Any]]] = {
    "signing out": ("kora", lambda client, *_: cast.post(client, "/sign-out", page="/me")),
    "a new password": ("thea", _new_password),
    "a closed account": ("otto", lambda _, who, hers: accounts.disable(who.ada, hers.account_id)),
    "an account closed for a while": ("ines", _closed_for_a_while),
    "other roles": ("ivo", lambda _, who, hers: accounts.change_roles(who.ada, hers.account_id, ["interpreter"], 1)),
    "ending all logins": ("lena", lambda client, *_: cast.post(client, "/me/logins", page="/me")),
    "ending this login": ("aud", _ended_by_name),
    "a second step": ("ada", lambda _, who, hers: steps.with_app(hers, who.clinic.clock)),
}
"""All that ends a login, done by its owner in a browser or by an admin, each to somebody else."""


def replayed(app: Flask, who: Cast) -> list[str]:
    """Ends after which the value still opens something, here or in another worker."""
    wrong = []
    with clinic.application(app.config["SQLALCHEMY_DATABASE_URI"]) as (other, _):
        # The other worker goes by the same clock.
        other.extensions["triad"].clock = who.clinic.clock
        for name, (owner, end) in ENDS.items():
            hers = getattr(who, owner)
            client = cast.signed_in(app, hers)
            value = held(client)
            before = [opens(one, value) for one in (app, other)]
            end(client, who, hers)
            after = [opens(one, value) for one in (app, other)]
            wrong += [] if (before, after) == ([True, True], [False, False]) else [f"{name}: {before} {after}"]
    return wrong


def limits(app: Flask, who: Cast, clock: Clock) -> dict[str, timedelta]:
    """For how long a login is good without a step, and in all; zero where it ends before its time."""
    client = cast.signed_in(app, who.thea)
    clock.forward(minutes=15)
    idle = timedelta(minutes=15) if client.get("/me").status_code == 200 else timedelta(0)
    clock.forward(minutes=15, seconds=1)
    if client.get("/me").status_code == 200:
        idle = timedelta.max
    client, whole = cast.signed_in(app, who.thea), timedelta(0)
    while client.get("/me").status_code == 200 and whole < timedelta(hours=13):
        clock.forward(minutes=15)
        whole += timedelta(minutes=15)
    return {"idle": idle, "whole": whole - timedelta(minutes=15)}


def flags(url: str) -> tuple[dict[str, list[str]], int]:
    """Over TLS: what is wrong about each cookie of a sign-in and of a client's form, and how many there are."""
    with opened(url, https=True) as (app, who):
        client, there = app.test_client(), {"base_url": "https://localhost"}
        form = {"email": THEA, "password": PASSWORD, "csrf_token": cast.token(client.get("/sign-in", **there).text)}
        told = client.post("/sign-in", data=form, **there).headers.getlist("Set-Cookie")
        told += _form_cookie(app, who)
    cookies = {one.split("=")[0]: set(one.split("; ")[1:]) for one in told}
    wrong = {name: sorted(KEPT - found) for name, found in cookies.items()}
    for name, found in cookies.items():
        wrong[name] += [one for one in found if one.startswith("Domain")]
        wrong[name] += [] if name.startswith("__Host-") else ["no prefix"]
    return {name: found for name, found in wrong.items() if found}, len(cookies)


def _form_cookie(app: Flask, who: Cast) -> list[str]:
    begun = cast.encounter(who, date(2027, 3, 1), time(9, 30), interpreter="p-ines")
    client, there = app.test_client(), {"base_url": "https://localhost"}
    place = f"/f/{invitations.issue(who.thea, begun, 'ar')}"
    stamp = cast.token(client.get(place, **there).text)
    return client.post(place, data={"csrf_token": stamp}, **there).headers.getlist("Set-Cookie")
