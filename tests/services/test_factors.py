"""The second step, on both databases: set up, asked for, used up, lost and taken away."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import steps
from tests.authenticator import Device
from tests.cast import Cast
from tests.steps import PLACE
from triad.domain import errors
from triad.domain.throttling import Origin
from triad.formats.passkeys import Place
from triad.services import accounts, context, factors, logins, passkeys
from triad.services.context import Actor
from triad.store.db import db
from triad.store.factors import RecoveryCode, Totp
from triad.store.ledger import AuditEntry

HERE = Origin("192.0.2.7")


def check(who: Actor, typed: str) -> str:
    return factors.check(Actor(who.clinic), who.account_id, typed, HERE)


def test_an_app_is_asked_for_once_it_is_confirmed(cast_: Cast, clock: Any) -> None:
    thea = cast_.thea
    factors.begin_app(thea)
    app_ = steps.waiting_app(thea, clock)
    assert (factors.mine(thea).any, check(thea, app_.shows())) == (False, "")
    with pytest.raises(errors.Unfit) as raised:
        factors.confirm_app(thea, "000000")
    assert raised.value.fields == {"code": "wrong_code"}
    changed = factors.confirm_app(thea, app_.shows())
    assert (len(changed.codes), factors.mine(thea).codes_left) == (10, 10)
    assert factors.kinds(thea, "a-thea") == {"code"}
    with pytest.raises(errors.BadTransition):
        factors.shown_app(thea, "label")


def test_a_code_opens_once(cast_: Cast, clock: Any) -> None:
    """S8: no code is taken twice, nor the one the app was confirmed with."""
    factors.begin_app(cast_.thea)
    app_ = steps.waiting_app(cast_.thea, clock)
    first = app_.shows()
    factors.confirm_app(cast_.thea, first)
    assert check(cast_.thea, first) == ""
    clock.forward(seconds=30)
    code = app_.shows()
    assert [check(cast_.thea, code) for _ in range(3)] == ["code", "", ""]
    assert check(cast_.kora, code) == ""


def test_a_secret_waits_an_hour(cast_: Cast, clock: Any) -> None:
    factors.begin_app(cast_.thea)
    clock.forward(hours=1)
    factors.shown_app(cast_.thea, "label")
    clock.forward(seconds=1)
    with pytest.raises(errors.BadTransition):
        factors.shown_app(cast_.thea, "label")


def test_a_new_app_replaces_the_old_one_when_it_is_confirmed(cast_: Cast, clock: Any) -> None:
    old, _ = steps.with_app(cast_.thea, clock)
    factors.begin_app(cast_.thea)
    new = steps.waiting_app(cast_.thea, clock)
    assert check(cast_.thea, old.shows()) == "code"
    assert factors.confirm_app(cast_.thea, new.shows()).codes == ()
    clock.forward(seconds=60)
    assert (check(cast_.thea, old.shows()), check(cast_.thea, new.shows())) == ("", "code")


def test_a_recovery_code_opens_once(cast_: Cast, clock: Any) -> None:
    _, codes = steps.with_app(cast_.thea, clock)
    assert check(cast_.kora, codes[0]) == ""
    assert [check(cast_.thea, typed) for typed in (codes[0].upper(), codes[0], codes[1])] == [
        "recovery",
        "",
        "recovery",
    ]
    assert factors.mine(cast_.thea).codes_left == 8


def test_new_recovery_codes_end_the_old_ones(cast_: Cast, clock: Any) -> None:
    _, old = steps.with_app(cast_.thea, clock)
    new = factors.renew_codes(cast_.thea)
    assert (len({*old, *new}), factors.mine(cast_.thea).codes_left) == (20, 10)
    assert (check(cast_.thea, old[0]), check(cast_.thea, new[0])) == ("", "recovery")
    with pytest.raises(errors.BadTransition):
        factors.renew_codes(cast_.kora)


@pytest.mark.parametrize("what", ["code", "recovery"])
def test_the_same_at_the_same_time_opens_once(app: Flask, cast_: Cast, clock: Any, what: str) -> None:
    """S8: eight at once, one opens."""
    app_, codes = steps.with_app(cast_.thea, clock)
    typed = app_.shows() if what == "code" else codes[0]
    gate, found = threading.Barrier(4), []

    def enter() -> None:
        with app.app_context():
            gate.wait()
            found.append(check(cast_.thea, typed))
            db.session.remove()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["", "", "", what]


def test_codes_are_not_guessed(cast_: Cast, clock: Any) -> None:
    """S6: of 300 guesses at once at the second step, five are looked at; the right one has to wait as well."""
    app_, _ = steps.with_app(cast_.thea, clock)
    waited = 0
    for number in range(300):
        try:
            check(cast_.thea, f"{number:06}")
        except errors.TooOften:
            waited += 1
    assert waited == 295
    with pytest.raises(errors.TooOften):
        check(cast_.thea, app_.shows())
    clock.forward(minutes=15)
    assert check(cast_.thea, app_.shows()) == "code"


def test_nothing_in_the_tables_opens_anything(cast_: Cast, clock: Any) -> None:
    """E1, S8: secrets lie sealed, codes hashed; a sealed secret moved to another account opens nothing."""
    app_, codes = steps.with_app(cast_.thea, clock)
    steps.with_key(cast_.thea)
    with db.engine.connect() as connection:
        rows = [tuple(row) for table in db.metadata.sorted_tables for row in connection.execute(select(table))]
    written = "\n".join(map(str, rows))
    needles = [app_.secret, *codes, *(code.replace("-", "") for code in codes)]
    assert [needle for needle in needles if needle in written] == []
    assert "otpauth" not in written
    assert cast_.thea.account_id in written  # the dump does hold the rows it is searched for
    with context.work(Actor(cast_.clinic)) as ctx:
        row = ctx.session.scalars(select(Totp)).one()
        moved = Totp(id="moved", account_id="a-kora", secret=row.secret, made_at=ctx.now, confirmed_at=ctx.now)
        moved.counter = 0
        ctx.session.add(moved)
        code = ctx.session.scalars(select(RecoveryCode)).first()
        assert code is not None
        code.account_id = "a-kora"
    assert check(cast_.kora, app_.shows()) == ""
    assert [check(cast_.kora, one) for one in codes[:3]] == ["", "", ""]


def test_a_passkey_opens_its_account(cast_: Cast, clock: Any) -> None:
    device = steps.with_key(cast_.thea)
    assert factors.mine(cast_.thea).codes_left == 10
    assert factors.kinds(cast_.thea, "a-thea") == {"passkey"}
    house = Actor(cast_.clinic)
    asked: Any = passkeys.request(house, PLACE, "question")
    answer = device.get(asked)
    for place, challenge in (
        (PLACE, "other"),
        (Place("elsewhere.example", "http://localhost"), "question"),
        (PLACE, ""),
    ):
        assert passkeys.by_key(house, answer, place, challenge) is None
    found = passkeys.by_key(house, answer, PLACE, "question")
    assert found is not None
    assert found[0] == "a-thea"
    (key,) = factors.mine(cast_.thea).keys
    assert (key.name, key.used_on) == ("my phone", clock.now.date())
    listed: Any = passkeys.request(house, PLACE, "question", "a-thea")["allowCredentials"]
    assert len(listed) == 1


def test_the_key_of_a_closed_account_opens_nothing(cast_: Cast) -> None:
    device = steps.with_key(cast_.thea)
    house = Actor(cast_.clinic)
    asked: Any = passkeys.request(house, PLACE, "question")
    accounts.disable(cast_.ada, "a-thea")
    assert passkeys.by_key(house, device.get(asked), PLACE, "question") is None
    accounts.enable(cast_.ada, "a-thea")
    assert passkeys.by_key(house, device.get(asked), PLACE, "question") is not None


@pytest.mark.parametrize(
    ("name", "challenge", "fields"),
    [
        ("", "make", {"name": "required"}),
        ("x" * 61, "make", {"name": "too_long"}),
        ("a\u202eb", "make", {"name": "unfit"}),
        ("phone", "another", {"key": "no_key"}),
        ("phone", "", {"key": "no_key"}),
    ],
)
def test_no_passkey_without_name_and_question(cast_: Cast, name: str, challenge: str, fields: dict[str, str]) -> None:
    options: Any = passkeys.creation(cast_.thea, PLACE, "make", "thea")
    with pytest.raises(errors.Unfit) as raised:
        factors.add_key(cast_.thea, name, Device().create(options), PLACE, challenge)
    assert raised.value.fields == fields


def test_one_key_belongs_to_one_account(cast_: Cast) -> None:
    device = steps.with_key(cast_.thea)
    options: Any = passkeys.creation(cast_.kora, PLACE, "make", "kora")
    with pytest.raises(errors.Unfit):
        factors.add_key(cast_.kora, "mine too", device.create(options), PLACE, "make")


def test_the_first_factor_ends_the_logins_made_without_it(cast_: Cast, clock: Any) -> None:
    house = Actor(cast_.clinic)
    logins.save(house, "desk", "{}", "fs-thea")
    steps.with_app(cast_.thea, clock)
    assert logins.load(house, "desk") is None


def test_removing_the_last_one_takes_the_codes_along(cast_: Cast, clock: Any) -> None:
    steps.with_app(cast_.thea, clock)
    steps.with_key(cast_.thea)
    factors.remove_app(cast_.thea)
    mine = factors.mine(cast_.thea)
    assert (mine.app_since, len(mine.keys), mine.codes_left) == (None, 1, 10)
    with pytest.raises(errors.NotFound):
        factors.remove_key(cast_.kora, mine.keys[0].id)
    factors.remove_key(cast_.thea, mine.keys[0].id)
    assert (factors.mine(cast_.thea).any, factors.mine(cast_.thea).codes_left) == (False, 0)


def test_who_must_have_one_keeps_the_last(cast_: Cast, clock: Any) -> None:
    steps.with_app(cast_.kora, clock)
    with steps.required(cast_.clinic, "coordinator"):
        assert (factors.needed(cast_.kora), factors.needed(cast_.thea)) == (True, False)
        with pytest.raises(errors.BadTransition):
            factors.remove_app(cast_.kora)
        assert factors.mine(cast_.kora).app_since is not None
        steps.with_key(cast_.kora)
        factors.remove_app(cast_.kora)
        assert len(factors.mine(cast_.kora).keys) == 1


def test_an_admin_takes_them_from_whoever_lost_all(cast_: Cast, clock: Any) -> None:
    steps.with_app(cast_.thea, clock)
    steps.with_key(cast_.thea)
    assert factors.holders(cast_.ada, ["a-thea", "a-kora"]) == {"a-thea"}
    for actor in (cast_.kora, cast_.thea, cast_.aud):
        with pytest.raises(errors.NotFound):
            factors.take_from(actor, "a-thea")
    with pytest.raises(errors.NotAllowed):
        factors.take_from(cast_.ada, "a-ada")
    with pytest.raises(errors.NotFound):
        factors.take_from(cast_.ada, "nobody")
    assert factors.mine(cast_.thea).any
    factors.take_from(cast_.ada, "a-thea")
    assert (factors.mine(cast_.thea).any, factors.mine(cast_.thea).codes_left) == (False, 0)


def test_every_change_leaves_a_line(cast_: Cast, clock: Any) -> None:
    _, codes = steps.with_app(cast_.thea, clock)
    steps.with_key(cast_.thea)
    check(cast_.thea, codes[0])
    factors.renew_codes(cast_.thea)
    factors.remove_app(cast_.thea)
    factors.remove_key(cast_.thea, factors.mine(cast_.thea).keys[0].id)
    logins.change_password(cast_.thea, "hash")
    factors.take_from(cast_.ada, "a-thea")
    with context.look(Actor(cast_.clinic)) as ctx:
        lines = ctx.session.execute(select(AuditEntry.actor, AuditEntry.verb).order_by(AuditEntry.seq)).all()
    assert [tuple(line) for line in lines] == [
        ("a-thea", "factors.confirm_app"),
        ("a-thea", "factors.add_key"),
        ("-", "factors.spend_code"),
        ("a-thea", "factors.renew_codes"),
        ("a-thea", "factors.remove_app"),
        ("a-thea", "factors.remove_key"),
        ("a-thea", "logins.change_password"),
        ("a-ada", "factors.take_from"),
    ]
