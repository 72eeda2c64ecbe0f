"""Every route as everybody, about their own and others' cases, in each state: the answers against the law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import cast
from tests.walks import clinic, law, writes
from tests.walks.clinic import NOBODY, SIDES, STAFF, STATES, House
from triad.services.context import Actor

EVERYBODY = (*STAFF, NOBODY)
OF_CASES = ("/cases/<", "/sessions/<", "/api/cases/<", "/api/encounters/<")
OF_SESSIONS = ("/sessions/<", "/api/encounters/<")
OF_PEOPLE = ("/my-hours", "/my-offers", "/api/my-", "/me/keys", "/keys", "/me/logins", "/me/second-step/keys")
INSIDE, REFUSED, HIDDEN, FORBIDDEN, SIGN_IN, NO_KEY = "inside", "refused", "hidden", "forbidden", "sign in", "no key"


class Place(NamedTuple):
    """One question of the matrix: may this person do this about this, as it is now?"""

    method: str
    rule: Rule
    name: str
    side: str
    state: str


class Wrong(NamedTuple):
    place: str
    wanted: str
    found: str


def places(house: House, names: Sequence[str] = EVERYBODY) -> Iterator[Place]:
    for method, rule in writes.rules(house.app):
        for side in _sides(rule):
            for state in STATES if rule.rule.startswith(OF_SESSIONS) else ("ahead",):
                for name in names:
                    yield Place(method, rule, name, side, state)


def _sides(rule: Rule) -> Sequence[str]:
    if rule.rule.startswith(OF_CASES):
        return SIDES
    return SIDES[:2] if rule.rule.startswith(OF_PEOPLE) and rule._converters else SIDES[:1]


def wanted(house: House, place: Place) -> str:
    """What the law says; LookupError for a route it does not know."""
    actor = house.actors.get(place.name, Actor(house.who.clinic))
    endpoint, side = place.rule.endpoint, house.ids[place.side]
    if endpoint not in law.WHO:
        raise LookupError(f"the law says nothing of {endpoint}")
    held = law.relations(actor, side, place.state)
    held |= {"holder"} if actor.person_id == _owner(place.rule, side) else set()
    if not held & set(law.WHO[endpoint]):
        if {"th", "lead-"} <= held and endpoint in law.FORBIDDEN.split():
            return FORBIDDEN
        if actor.account_id:
            return HIDDEN
        return NO_KEY if place.rule.rule.startswith(writes.API) else SIGN_IN
    if not {place.state, *(("armed",) if place.name in house.devices else ())} & {*law.WHEN.get(endpoint, STATES)}:
        return HIDDEN if place.method == "GET" and endpoint not in law.OVER else REFUSED
    return SIGN_IN if endpoint in law.ENDS else INSIDE


def _owner(rule: Rule, side: dict[str, str]) -> str:
    """Whose the thing in the address is; "" where things belong to nobody."""
    if "/keys/" in rule.rule or "/logins/" in rule.rule:
        return side["therapist"]
    return side["interpreter"] if rule.rule.startswith(("/my-", "/api/my-")) and rule._converters else ""


def outcome(answer: TestResponse) -> str:
    if answer.status_code == 401:
        return NO_KEY
    if answer.status_code in (302, 303):
        return SIGN_IN if answer.headers["Location"].startswith("/sign-in") else INSIDE
    known = {200: INSIDE, 201: INSIDE, 204: INSIDE, 403: FORBIDDEN, 404: HIDDEN, 409: REFUSED, 410: REFUSED}
    return known.get(answer.status_code, str(answer.status_code))


def play(house: House, asked: Iterable[Place]) -> tuple[list[Wrong], int]:
    """Where the application and the law say different things, and how many places were asked."""
    wrong, count = [], 0
    for place in asked:
        method, rule, name, side, state = place
        path = writes.address(rule, writes.values(rule, house.ids[side], state))
        fields = writes.body(house, rule, side, name) if method not in writes.SAFE else {}
        answer = writes.send(house, name, method, path, fields)
        answer.close()
        want, found = wanted(house, place), outcome(answer)
        count += 1
        if want != found:
            wrong.append(Wrong(f"{method} {path} ({rule.endpoint}) as {name}", want, found))
        if (method not in writes.SAFE and answer.status_code < 400) or "Set-Cookie" in answer.headers:
            house.restore()
    return wrong, count


def hours(house: House, moments: Mapping[datetime, bool]) -> list[Wrong]:
    """Where the briefing opens for the interpreter at another moment than the law names."""
    wrong = []
    path = f"/cases/{house.ids['own']['case']}/briefing"
    for moment, open_ in moments.items():
        house.clock.now = moment
        found = outcome(cast.signed_in(house.app, house.who.ines).get(path))
        want = INSIDE if open_ else HIDDEN
        wrong += [Wrong(f"{path} at {moment}", want, found)] if found != want else []
    house.restore()
    return wrong


def own_account(house: House) -> list[Wrong]:
    """Where an administrator could change their own rights."""
    wrong = []
    for step, fields in (("disable", {}), ("second-step", {}), ("roles", {"roles": ["auditor"], "version": "1"})):
        path = f"/accounts/a-ada/{step}"
        found = outcome(writes.send(house, "ada", "POST", path, fields))
        wrong += [Wrong(path, FORBIDDEN, found)] if found != FORBIDDEN else []
    return wrong


def main() -> int:
    with clinic.opened() as house:
        wrong, count = play(house, places(house))
    print(*wrong, f"{count} places, {len(wrong)} wrong", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
