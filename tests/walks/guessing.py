"""Guessing secrets as a stranger would: what an answer tells, how far one gets, and who still comes in meanwhile."""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from passlib.hash import argon2  # type: ignore[import-untyped]

from tests import cast
from tests.cast import PASSWORD, Cast
from tests.conftest import Clock
from tests.walks import entering, likeness
from tests.walks.entering import THEA, tried
from triad.domain import errors, throttling
from triad.domain.throttling import LONGEST, Origin, Rule
from triad.services import accounts, context, signins
from triad.services.context import Actor
from triad.services.signins import Ticket
from triad.store.people import Account
from triad.web import signing

NOBODY, CLOSED, INVITED = "nobody@example.org", "otto@example.org", "nora@example.org"
WRONG = "not the password"
LOOSE = dict.fromkeys(throttling.RULES, (Rule(10**6, LONGEST, LONGEST),))
"""Rules that stop nobody."""
WARM = 10


def people(who: Cast) -> None:
    """Thea can sign in, nobody is not there, Otto's account is closed, Nora's not yet opened."""
    accounts.disable(who.ada, "a-otto")
    accounts.invite(who.ada, "Nora Neu", INVITED, ["lead"])


def told(app: Flask) -> set[tuple[int, str, str]]:
    """Status, bytes and headers of every answer to who does not get in; one, if it tells nothing."""
    found = set()
    wrong = [(email, WRONG) for email in (THEA, NOBODY, CLOSED, INVITED)]
    for email, password in (*wrong, (CLOSED, PASSWORD), (INVITED, "hash")):
        answer = tried(app.test_client(), email, password)
        headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")}
        bare = cast.unstamped(answer.text).replace(email, "EMAIL")
        found.add((answer.status_code, bare, str(sorted(headers.items()))))
    return found


def work(app: Flask) -> set[tuple[str, ...]]:
    """The comparisons a wrong password is worth, each by what it costs; one entry, if all addresses cost the same."""
    found = set()
    verify = signing.verify_password
    for email in (THEA, NOBODY, CLOSED, INVITED):
        costs: list[str] = []

        def counted(typed: str, hashed: str, costs: list[str] = costs) -> bool:
            costs.append(hashed.rsplit("$", 2)[0])
            return bool(verify(typed, hashed))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signing, "verify_password", counted)
            tried(app.test_client(), email, WRONG)
        found.add(tuple(costs))
    return found


@contextlib.contextmanager
def hasty() -> Iterator[None]:
    """Comparing only where there is something to compare with."""
    compare = signing.is_password

    def compared(typed: str, ticket: Ticket) -> bool:
        return ticket.password is not None and compare(typed, ticket)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "is_password", compared)
        yield


@contextlib.contextmanager
def unlimited() -> Iterator[None]:
    """As if nobody counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttling, "RULES", LOOSE)
        yield


def pace(app: Flask, who: Cast, each: int) -> float:
    """The area under the curve by which time tells an account there is from one there is not (0.5: not at all)."""
    dear = argon2.using(time_cost=1, memory_cost=4_096, parallelism=1).hash("another password")
    app.extensions["triad-dummy"] = dear
    with context.work(Actor(who.clinic)) as ctx:
        ctx.session.get_one(Account, "a-thea").password = dear
    client, took = app.test_client(), {THEA: list[float](), NOBODY: list[float]()}
    token = cast.token(client.get("/sign-in").text)
    gc.collect()
    gc.disable()
    try:
        for number in range(2 * (each + WARM)):
            email = (THEA, NOBODY)[(number ^ number >> 1) & 1]
            form = {"email": email, "password": WRONG, "csrf_token": token}
            # Of this thread alone: what else the machine has to do would only hide a difference.
            began = time.thread_time()
            client.post("/sign-in", data=form)
            spent = time.thread_time() - began
            took[email] += [spent] if number >= 2 * WARM else []
    finally:
        gc.enable()
    area = likeness.auc(*took.values())
    return max(area, 1 - area)


def taken(app: Flask, who: Cast, passwords: Sequence[str]) -> list[str]:
    """Which of these somebody new may choose."""
    found, client = list[str](), app.test_client()
    for number, password in enumerate(passwords):
        if not number or found[-1:] == [passwords[number - 1]]:
            place = f"/welcome/{accounts.invite(who.ada, 'Neva', f'{who.clinic.chance()}@example.org', ['lead'])}"
            token = cast.token(client.get(place).text)
        answer = client.post(place, data={"password": password, "again": password, "csrf_token": token})
        found += [] if answer.status_code == 422 else [password]
    return found


class Stopped(NamedTuple):
    """How many of so many guesses were looked at, and the longest anybody had to wait."""

    guesses: int
    looked_at: int
    longest: timedelta


def looked_at(who: Cast, clock: Clock, guesses: int, places: int, owners: int, apart: float = 1.0) -> Stopped:
    """Guesses at passwords from so many places at so many accounts, of which all but eight are not there."""
    actor, found, longest = Actor(who.clinic), 0, 0
    for number in range(guesses):
        place, owner = number % places, number % owners
        clock.forward(seconds=apart)
        email = f"{_name(owner)}@example.org"
        try:
            signins.begin(actor, email, Origin(f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"))
            found += 1
        except errors.TooOften as error:
            longest = max(longest, error.seconds)
    return Stopped(guesses, found, timedelta(seconds=longest))


def _name(number: int) -> str:
    names = ("thea", "otto", "kora", "lena", "ines", "ivo", "aud", "ada")
    return names[number] if number < len(names) else f"nobody{number}"


def _at(address: str) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def _by_key(client: Any, value: str, address: str) -> Any:
    return client.get("/api/openapi.json", headers={"Authorization": f"Bearer {value}"}, **_at(address))


GUESSES: dict[str, Callable[[Any, int, str], Any]] = {
    "password": lambda client, number, address: tried(client, f"nobody{number}@example.org", WRONG, address),
    "link": lambda client, number, address: client.get(f"/f/{number:043}", **_at(address)),
    "invitation": lambda client, number, address: client.get(f"/welcome/{number:043}", **_at(address)),
    "key": lambda client, number, address: _by_key(client, f"{number:043}", address),
}
"""A guess at each kind of secret, from an address."""

AROUND: dict[str, tuple[int, Callable[[int], str]]] = {
    "address": (30, lambda _: "192.0.2.7"),
    "prefix": (100, lambda number: f"198.51.100.{number % 250}"),
    "clinic": (150, lambda number: f"10.{number % 250}.{number // 250}.1"),
}
"""After how many that failed nobody gets through any more, and where they come from."""


def stops(app: Flask, clock: Clock, kind: str, around: str, more: int = 5) -> str:
    """What is wrong about where this guesser is stopped; "" when after exactly as many as the limit says."""
    limit, address = AROUND[around]
    client, answers = app.test_client(), []
    # Another day: what was tried before counts no more.
    clock.forward(days=1, seconds=1)
    for number in range(limit + more):
        answer = GUESSES[kind](client, number, address(number))
        answers.append(answer.status_code)
    late = Counter(answers[limit:])
    early = 429 in answers[:limit]
    waits = answer.headers.get("Retry-After", "none")
    if early or late != {429: more} or not waits.isdigit() or int(waits) > 900:
        return f"{kind} by {around}: {answers.index(429) if 429 in answers else 'never'}, wait {waits}"
    return ""


class Genuine(NamedTuple):
    """Times somebody who holds the right thing came in while so many guesses rained."""

    passed: dict[str, int]
    guesses: int
    refused: int


def genuine(app: Flask, who: Cast, clock: Clock, times: int, link: str, key: str) -> Genuine:
    """From the guesser's own address: a password on a device that is known, a link, a key, each so many times."""
    guesser, hers, reader = app.test_client(), app.test_client(), app.test_client()
    clock.forward(days=1, seconds=1)
    tried(hers, THEA, PASSWORD)
    kinds, statuses = tuple(GUESSES), Counter[int]()
    passed = {"password": 0, "link": 0, "key": 0}
    for number in range(times):
        clock.forward(seconds=1)
        for kind in kinds:
            answer = GUESSES[kind](guesser, number, entering.HERE)
            statuses[answer.status_code] += 1
        statuses[tried(guesser, THEA, WRONG).status_code] += 1
        hers.delete_cookie(entering.COOKIE)
        passed["password"] += tried(hers, THEA, PASSWORD).status_code == 302
        passed["link"] += reader.get(f"/f/{link}", **_at(entering.HERE)).status_code == 200
        passed["key"] += _by_key(reader, key, entering.HERE).status_code == 200
    return Genuine(passed, statuses.total(), statuses[429])
