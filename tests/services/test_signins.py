"""Coming in, on both databases: what is counted, who is believed more, what is remembered and for how long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast
from triad.domain import errors
from triad.domain.throttling import Origin
from triad.services import accounts, context, guesses, logins, signins
from triad.services.context import Actor
from triad.store.db import db
from triad.store.signins import KnownDevice, SignIn
from triad.store.tries import FailedTry

THEA, NOBODY = "thea@example.org", "nobody@example.org"
HERE = Origin("192.0.2.7", "", "Firefox, Linux")


def house(who: Cast) -> Actor:
    return Actor(who.clinic)


def count(who: Cast, table: type) -> int:
    with context.look(house(who)) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(table)) or 0


def tried(actor: Actor, address: str, origin: Origin) -> str:
    try:
        signins.begin(actor, address, origin)
    except errors.TooOften as error:
        return f"wait {error.seconds}"
    return "looked at"


def test_a_ticket_tells_what_to_compare_with(cast_: Cast) -> None:
    ticket = signins.begin(house(cast_), " THEA@example.org ", HERE)
    assert (ticket.account_id, ticket.uniquifier, bool(ticket.password)) == ("a-thea", "fs-thea", True)
    nobody = signins.begin(house(cast_), NOBODY, HERE)
    assert (nobody.account_id, nobody.password) == ("", None)
    accounts.disable(cast_.ada, "a-thea")
    assert signins.begin(house(cast_), THEA, HERE).password is None


def test_a_right_password_takes_the_count_away(cast_: Cast) -> None:
    actor = house(cast_)
    for _ in range(200):
        signins.passed(actor, signins.begin(actor, THEA, HERE))
    assert (count(cast_, FailedTry), tried(actor, THEA, HERE)) == (0, "looked at")


def test_an_account_is_slowed_wherever_the_guesses_come_from(cast_: Cast, clock: Any) -> None:
    """S6: five guesses from devices that are not known, then one in half a minute, from the tenth on one in 15."""
    actor = house(cast_)
    found = [tried(actor, THEA, Origin(f"10.0.{number}.1")) for number in range(7)]
    assert found == ["looked at"] * 5 + ["wait 30"] * 2
    for number in range(5):
        clock.forward(seconds=30)
        assert tried(actor, THEA, Origin(f"10.1.{number}.1")) == "looked at"
    assert tried(actor, THEA, Origin("10.2.0.1")) == "wait 900"
    assert tried(actor, "kora@example.org", Origin("10.2.0.1")) == "looked at"
    clock.forward(minutes=14, seconds=59)
    assert tried(actor, THEA, Origin("10.2.0.1")) == "wait 1"
    clock.forward(seconds=1)
    assert tried(actor, THEA, Origin("10.2.0.1")) == "looked at"


def test_an_account_nobody_has_is_slowed_alike(cast_: Cast) -> None:
    """S5: the limits tell nothing about which accounts there are."""
    actor = house(cast_)
    for address in (THEA, NOBODY):
        found = [tried(actor, address, Origin(f"10.0.{number}.1")) for number in range(7)]
        assert found == ["looked at"] * 5 + ["wait 30"] * 2


def test_the_genuine_holder_passes_during_the_attack(cast_: Cast, clock: Any) -> None:
    """S7: a device that has signed in before has a budget of its own: 200 of 200 pass."""
    actor, hers = house(cast_), Origin("192.0.2.7", "her phone")
    signins.entered(actor, "a-thea", "password", hers)
    found = []
    for number in range(200):
        clock.forward(seconds=1)
        tried(actor, THEA, Origin("192.0.2.7", "a guess"))
        tried(actor, THEA, Origin(f"10.0.{number}.1"))
        ticket = signins.begin(actor, THEA, hers)
        found.append(bool(ticket.password))
        signins.passed(actor, ticket)
    assert found == [True] * 200
    # Without the device she would wait like everybody else.
    assert tried(actor, THEA, Origin("192.0.2.7")).startswith("wait")


def test_a_known_device_is_known_for_its_account_alone(cast_: Cast) -> None:
    actor, hers = house(cast_), Origin("192.0.2.7", "her phone")
    signins.entered(actor, "a-thea", "password", hers)
    found = [tried(actor, "kora@example.org", hers) for _ in range(6)]
    assert found == ["looked at"] * 5 + ["wait 30"]
    assert [tried(actor, THEA, hers) for _ in range(11)] == ["looked at"] * 10 + ["wait 300"]


def test_a_device_is_forgotten_after_ninety_days_and_with_the_password(cast_: Cast, clock: Any) -> None:
    actor, hers = house(cast_), Origin("192.0.2.7", "her phone")
    signins.entered(actor, "a-thea", "password", hers)
    assert count(cast_, KnownDevice) == 1
    logins.change_password(cast_.thea, "hash")
    assert count(cast_, KnownDevice) == 0
    signins.entered(actor, "a-thea", "password", hers)
    clock.forward(days=90)
    assert [tried(actor, THEA, hers) for _ in range(6)] == ["looked at"] * 5 + ["wait 30"]


def test_tries_at_the_same_time_are_not_let_by(app: Flask, cast_: Cast) -> None:
    """S6: 24 guesses at once are counted one after another."""
    actor, found = house(cast_), []
    gate = threading.Barrier(24)

    def guess(number: int) -> None:
        with app.app_context():
            gate.wait()
            found.append(tried(actor, THEA, Origin(f"10.0.{number}.1")))
            db.session.remove()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["looked at"] * 5 + ["wait 30"] * 19


def test_what_is_counted_names_nobody_and_is_gone_after_a_day(cast_: Cast, clock: Any) -> None:
    """L1: neither address nor account can be read from the counts."""
    signins.begin(house(cast_), THEA, HERE)
    with context.look(house(cast_)) as ctx:
        rows = ctx.session.execute(select(FailedTry.key, FailedTry.try_id)).all()
    assert len(rows) == 4
    assert [word for word in ("thea", "192.0.2") for row in rows if any(word in value for value in row)] == []
    clock.forward(days=1)
    signins.begin(house(cast_), NOBODY, Origin("10.0.0.1"))
    assert count(cast_, FailedTry) == 4


def test_who_came_in_is_told_to_them_alone(cast_: Cast, clock: Any) -> None:
    actor = house(cast_)
    ticket = signins.begin(actor, THEA, HERE)
    signins.passed(actor, ticket)
    signins.entered(actor, "a-thea", "password", HERE, ticket.id)
    clock.forward(minutes=1)
    signins.begin(actor, THEA, Origin("10.0.0.1", "", "Chrome, Windows"))
    clock.forward(minutes=1)
    signins.entered(actor, "a-thea", "passkey", HERE)
    assert [(one.browser, one.way) for one in signins.recent(cast_.thea)] == [
        ("Firefox, Linux", "passkey"),
        ("Chrome, Windows", ""),
        ("Firefox, Linux", "password"),
    ]
    assert signins.recent(cast_.kora) == []
    with pytest.raises(errors.NotFound):
        signins.recent(actor)
    clock.forward(days=90)
    signins.begin(actor, NOBODY, HERE)
    assert (signins.recent(cast_.thea), count(cast_, SignIn)) == ([], 1)


def test_own_logins_are_listed_and_ended_one_by_one(cast_: Cast, clock: Any) -> None:
    """S3: ended at once; nobody ends somebody else's."""
    actor = house(cast_)
    for value, owner in (("one", "fs-thea"), ("two", "fs-thea"), ("hers", "fs-kora"), ("before", None)):
        logins.save(actor, value, "{}", owner, "Firefox, Linux")
        clock.forward(seconds=1)
    listed = logins.mine(cast_.thea, "one")
    assert [(one.browser, one.here) for one in listed] == [("Firefox, Linux", False), ("Firefox, Linux", True)]
    with pytest.raises(errors.NotFound):
        logins.end_one(cast_.kora, listed[0].id)
    logins.end_one(cast_.thea, listed[0].id)
    assert [logins.load(actor, value) is not None for value in ("one", "two", "hers")] == [True, False, True]
    with pytest.raises(errors.NotFound):
        logins.end_one(cast_.thea, listed[0].id)
    clock.forward(minutes=16)
    assert logins.mine(cast_.thea, "one") == []


def test_a_new_password_ends_every_login(cast_: Cast) -> None:
    actor = house(cast_)
    logins.save(actor, "one", "{}", "fs-thea")
    logins.save(actor, "hers", "{}", "fs-kora")
    fresh = logins.change_password(cast_.thea, "new hash")
    assert [logins.load(actor, value) is not None for value in ("one", "hers")] == [False, True]
    assert signins.begin(actor, THEA, HERE).password == "new hash"
    logins.save(actor, "two", "{}", fresh)
    found = logins.load(actor, "two")
    assert found is not None
    assert found.account is not None


def test_a_login_is_over_when_idle_and_in_any_case(cast_: Cast, clock: Any) -> None:
    """S4: 15 minutes without a step, 12 hours in any case."""
    actor = house(cast_)
    logins.save(actor, "idle", "{}", "fs-thea")
    clock.forward(minutes=15)
    assert logins.load(actor, "idle") is not None
    clock.forward(seconds=1)
    assert logins.load(actor, "idle") is None
    logins.save(actor, "busy", "{}", "fs-thea")
    for _ in range(48):
        clock.forward(minutes=15)
        assert logins.load(actor, "busy") is not None
        logins.save(actor, "busy", "{}", "fs-thea")
    clock.forward(seconds=1)
    assert logins.load(actor, "busy") is None


def test_links_that_open_nothing_are_counted_by_place(cast_: Cast, clock: Any) -> None:
    """T4: from the 31st within ten minutes on, with the seconds to wait; other places go on."""
    actor = house(cast_)
    for _ in range(30):
        guesses.missed(actor, HERE)
    with pytest.raises(errors.TooOften) as raised:
        guesses.missed(actor, HERE)
    assert raised.value.seconds == 600
    guesses.missed(actor, Origin("198.51.100.1"))
    assert tried(actor, THEA, HERE) == "looked at"
    clock.forward(minutes=10)
    guesses.missed(actor, HERE)


def test_what_is_over_the_limit_is_not_written_down(cast_: Cast) -> None:
    """O1: a flood of guesses costs reads alone."""
    actor = house(cast_)
    for _ in range(30):
        guesses.missed(actor, HERE)
    before = count(cast_, FailedTry)
    for _ in range(50):
        with pytest.raises(errors.TooOften):
            guesses.missed(actor, HERE)
    assert count(cast_, FailedTry) == before == 90


Guess = Callable[[int], Origin]


@pytest.mark.parametrize("origin", [lambda _: HERE, lambda n: Origin(f"10.{n >> 8}.{n & 255}.1")])
def test_few_of_many_guesses_are_looked_at(cast_: Cast, origin: Guess) -> None:
    """S6: of 200 guesses at one account at once, from one place or two hundred, five."""
    actor = house(cast_)
    found = [tried(actor, THEA, origin(number)) for number in range(200)]
    assert found.count("looked at") == 5
