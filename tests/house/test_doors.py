"""Every door has a verb, every role meets the answer the policy gives it, nothing unsafe works without a token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, Rule, UnicodeConverter
from werkzeug.test import TestResponse

from tests import cast
from triad import create_app, jobs
from triad.domain import errors
from triad.services import policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.web import guard, shell

NAMES = ("kora", "thea", "otto", "ines", "ivo", "lena", "ada", "aud")
NOBODY = "nobody"
# The pages of the menu once more, by hand: a policy that opens one too many would agree with itself.
MENU = {
    "unfilled.index": {"kora"},
    "requests.index": {"kora", "thea", "otto"},
    "replacements.broken": {"kora"},
    "board.week": {"kora"},
    "staffing.index": {"kora"},
    "encounters.mine": {"thea", "otto", "ines", "ivo"},
    "offers.mine": {"ines", "ivo"},
    "cases.index": {"kora", "thea", "otto", "lena"},
    "cancellations.index": {"kora"},
    "people.index": {"kora"},
    "messages.index": {"kora"},
    "imports.index": {"kora"},
    "reporting.index": {"kora", "lena"},
    "alliance.index": {"lena"},
    "acquaintances.index": {"lena"},
    "relations.index": {"lena"},
    "exports.released": {"lena"},
    "reviews.index": {"kora", "thea", "otto", "ines", "ivo", "lena", "ada"},
    "sheets.index": {"lena"},
    "instruments.index": {"lena", "ada"},
    "hours.mine": {"ines", "ivo"},
    "exports.own": {"thea", "otto", "ines", "ivo"},
    "accounts.index": {"ada"},
    "keys.index": {"ada"},
    "audit.index": {"aud"},
    "grants.index": {"ada", "aud"},
    "settings.index": {"ada", "lena", "aud"},
}


ANY_DATABASE = pytest.mark.parametrize("database", ["sqlite"])
"""A door decides before it asks the database: one of them is enough for walks past all doors."""


def rules(app: Flask, method: str) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: rule.rule)


def value(converter: BaseConverter) -> str | int:
    """Something for a place in an address: a listed word, a number, else an id nobody has."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "no-such-thing" if isinstance(converter, UnicodeConverter) else 7


def address(rule: Rule) -> str:
    values: dict[str, Any] = {name: value(converter) for name, converter in rule._converters.items()}
    return url_for(rule.endpoint, **values)


def names_something(rule: Rule) -> bool:
    """Is there an id in the address?"""
    return any(not isinstance(converter, AnyConverter) for converter in rule._converters.values())


@pytest.fixture
def crowd(app: Flask, cast_: cast.Cast) -> Iterator[dict[str, tuple[Actor, FlaskClient]]]:
    """Everybody of the cast signed in, and somebody who is not."""
    everybody = {name: (getattr(cast_, name), cast.signed_in(app, getattr(cast_, name))) for name in NAMES}
    with app.test_request_context():
        yield {**everybody, NOBODY: (Actor(cast_.clinic), app.test_client())}


def outcome(answer: TestResponse) -> str:
    """How the door was: open, hidden, sign in first, a link that is over; else the bare status."""
    if answer.status_code == 401:
        return "no key"
    if answer.status_code in (302, 303):
        return "sign in" if answer.headers["Location"].startswith("/sign-in") else "open"
    return {200: "open", 404: "hidden", 410: "over"}.get(answer.status_code, str(answer.status_code))


def wanted(app: Flask, rule: Rule, actor: Actor) -> str:
    verb = guard.verb_of(app, rule.endpoint)
    assert verb is not None
    if rule.rule.startswith(guard.API):
        return "no key"  # whoever is signed in: a browser's login is nothing there
    if policy.could(verb, actor):
        return "open"
    return "hidden" if actor.account_id else "sign in"


@ANY_DATABASE
def test_every_page_answers_as_the_policy_says(app: Flask, crowd: dict[str, tuple[Actor, FlaskClient]]) -> None:
    pages = [rule for rule in rules(app, "GET") if not names_something(rule)]
    expected = {(r.rule, name): wanted(app, r, actor) for r in pages for name, (actor, _) in crowd.items()}
    found = {(r.rule, name): outcome(client.get(address(r))) for r in pages for name, (_, client) in crowd.items()}
    assert set(found.values()) == {"open", "hidden", "sign in", "over", "no key"}
    # The client's form is open to whoever may hold a link, and over for those who hold none.
    assert {place: "open" if how == "over" else how for place, how in found.items()} == expected


@ANY_DATABASE
def test_nobody_learns_what_ids_there_are(app: Flask, crowd: dict[str, tuple[Actor, FlaskClient]]) -> None:
    pages = [rule for rule in rules(app, "GET") if names_something(rule) and not rule.endpoint.endswith("static")]
    found = {(r.rule, n): outcome(client.get(address(r))) for r in pages for n, (_, client) in crowd.items()}
    assert {place: how for place, how in found.items() if how not in ("hidden", "over", "sign in", "no key")} == {}
    assert {how for (_, name), how in found.items() if name != NOBODY} == {"hidden", "over", "no key"}


def test_every_menu_line_is_for_whom_it_is_for(app: Flask, cast_: cast.Cast) -> None:
    menu = {endpoint: verb for endpoint, _, verb in shell.MENU}
    assert {e: {n for n in NAMES if policy.could(menu[e], getattr(cast_, n))} for e in menu} == MENU
    assert {guard.verb_of(app, e) == verb for e, verb in menu.items() if e in app.view_functions} == {True}


@ANY_DATABASE
def test_nothing_is_posted_without_a_token(app: Flask, crowd: dict[str, tuple[Actor, FlaskClient]]) -> None:
    may: dict[tuple[str, str], int] = {}
    may_not: dict[tuple[str, str], int] = {}
    for rule in rules(app, "POST"):
        verb = guard.verb_of(app, rule.endpoint)
        assert verb is not None
        for name, (actor, client) in crowd.items():
            found = may if policy.could(verb, actor) and not rule.rule.startswith("/api/") else may_not
            found[rule.rule, name] = client.post(address(rule)).status_code
    assert {place: status for place, status in may.items() if status != 400} == {}
    assert {place: status for place, status in may_not.items() if status not in (303, 400, 401, 404)} == {}
    assert min(len(may), len(may_not)) > len(NAMES)


@pytest.fixture
def fresh() -> Flask:
    """An application of its own, to plant doors in."""
    return create_app("testing", database_url="sqlite://")


def planted() -> str:
    return "inside"


def test_a_door_without_a_verb_keeps_the_house_shut(fresh: Flask) -> None:
    guard.check_doors(fresh)
    fresh.add_url_rule("/planted", "planted", planted)
    with pytest.raises(RuntimeError, match="routes without a policy: planted"):
        guard.check_doors(fresh)


@pytest.mark.parametrize("endpoint", ["board.week", "security.login"])
def test_a_verb_without_a_policy_keeps_the_house_shut(
    fresh: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verb = guard.verb_of(fresh, endpoint)
    assert verb is not None
    monkeypatch.delitem(policy.TABLE, verb)
    with pytest.raises(RuntimeError, match=endpoint):
        guard.check_doors(fresh)
    assert not policy.could(verb, Actor(fresh.extensions["triad"]))


def test_the_matrix_sees_a_door_left_open(fresh: Flask) -> None:
    fresh.add_url_rule("/planted", "planted", guard.needs(May.SEE_BOARD)(lambda: planted()), methods=["GET", "POST"])
    (rule,) = (rule for rule in fresh.url_map.iter_rules() if rule.endpoint == "planted")
    nobody, client = Actor(fresh.extensions["triad"]), fresh.test_client()
    assert outcome(client.get("/planted")) == wanted(fresh, rule, nobody) == "sign in"
    fresh.before_request_funcs[None].remove(guard.stand_before)
    assert outcome(client.get("/planted")) == "open"
    assert client.post("/planted").status_code == 400
    fresh.extensions["csrf"].exempt(fresh.view_functions["planted"])
    assert client.post("/planted").status_code == 200


def test_a_page_takes_the_fields_it_names_and_no_other(fresh: Flask) -> None:
    for name, takes in {"none": (), "one": ("known",), "all": (guard.ALL,)}.items():
        view = guard.needs(May.ENTER, *takes)(lambda: planted())
        fresh.add_url_rule(f"/{name}", name, view, methods=["POST"])
        fresh.extensions["csrf"].exempt(fresh.view_functions[name])
    client = fresh.test_client()
    forms: list[dict[str, str]] = [{}, {"known": "x"}, {"known": "x", "role": "admin"}]
    answered = {name: [client.post(f"/{name}", data=form).status_code for form in forms] for name in ("none", "one")}
    assert answered == {"none": [200, 422, 422], "one": [200, 200, 422]}
    assert [client.post("/all", data=form).status_code for form in forms] == [200, 200, 200]


def test_every_job_has_a_verb_that_is_asked_for() -> None:
    assert {job.may in policy.TABLE for job in jobs.JOBS} == {True}
    assert {policy.TABLE[job.may] for job in jobs.JOBS} == {((policy.at_the_machine,),)}
    nobody = Actor(None, source="page")  # type: ignore[arg-type]
    machine = Actor(None, source="cli")  # type: ignore[arg-type]
    assert {(policy.could(job.may, nobody), policy.could(job.may, machine)) for job in jobs.JOBS} == {(False, True)}


def test_a_job_without_a_verb_does_nothing(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    planted_job = replace(jobs.JOBS[0], act=lambda _: done.append("done"))
    monkeypatch.delitem(policy.TABLE, planted_job.may)
    with pytest.raises(errors.NotFound):
        jobs.run(fresh, planted_job)
    monkeypatch.undo()
    jobs.run(fresh, planted_job)
    assert done == ["done"]
