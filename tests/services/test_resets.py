"""Forgotten passwords: who asks leaves no trace that tells, and only the message opens anything, once."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import func, select

from tests.cast import Cast, machine
from tests.conftest import Clock
from triad.domain import errors
from triad.domain.parties import Role
from triad.domain.telling import Answer, Outcome
from triad.domain.throttling import Origin
from triad.services import context, resets, sending
from triad.services.context import Actor
from triad.store.ledger import OutboxMessage
from triad.store.people import Account, LoginSession
from triad.store.resets import PasswordReset

HERE = Origin("192.0.2.1")


def letters(who: Cast) -> list[str]:
    """What the machine sends now."""
    clinic, filed, seen = who.clinic, who.clinic.filed, []
    clinic.filed = replace(
        filed, smtp_host="mail.example.org", mail_from="clinic@example.org", address="https://t.example"
    )
    clinic.outdate()

    def carry(parcel: sending.Parcel) -> Answer:
        body = message_from_bytes(parcel.raw, policy=default).get_body(("plain",))
        seen.append(body.get_content() if body else "")
        return Answer(Outcome.SENT)

    try:
        resets.tell(machine(who))
        sending.drain(machine(who), carry)
    finally:
        clinic.filed = filed
        clinic.outdate()
    return seen


def link(who: Cast) -> str:
    (letter,) = letters(who)
    return letter.partition("https://t.example/reset/")[2].split()[0]


def host(who: Cast) -> Actor:
    return Actor(who.clinic, source="cli", roles=frozenset({Role.ADMIN}))


def count(who: Cast, model: type) -> int:
    with context.look(who.ada) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_owner_chooses_anew_and_every_login_ends(cast_: Cast) -> None:
    anybody = Actor(cast_.clinic)
    resets.ask(anybody, " Thea@Example.org ", HERE)
    token = link(cast_)
    assert resets.opened(anybody, token) == "Thea"
    resets.set_password(anybody, token, "new hash")
    with context.look(cast_.ada) as ctx:
        thea = ctx.session.get_one(Account, "a-thea")
        assert (thea.password, thea.fs_uniquifier == "fs-thea") == ("new hash", False)
        assert ctx.session.scalars(select(LoginSession).where(LoginSession.account_id == "fs-thea")).all() == []
    for use in (resets.opened, lambda who, value: resets.set_password(who, value, "x")):
        with pytest.raises(errors.Closed):
            use(anybody, token)


def test_asking_leaves_the_same_whoever_it_is_for(cast_: Cast, statements: object) -> None:
    seen = []
    for address in ("thea@example.org", "nobody@example.org"):
        with statements() as sent:  # type: ignore[operator]
            resets.ask(Actor(cast_.clinic), address, HERE)
        seen.append(list(sent))
    assert seen[0] == seen[1]
    assert count(cast_, PasswordReset) == 2
    assert len(letters(cast_)) == 1
    assert count(cast_, PasswordReset) == 1


def test_who_cannot_sign_in_is_sent_nothing(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.get_one(Account, "a-thea").active = False
        ctx.session.get_one(Account, "a-otto").password = None
    for address in ("thea@example.org", "otto@example.org"):
        resets.ask(Actor(cast_.clinic), address, HERE)
    assert letters(cast_) == []


def test_a_link_ends_after_an_hour_and_with_the_next(cast_: Cast, clock: Clock) -> None:
    anybody = Actor(cast_.clinic)
    resets.ask(anybody, "thea@example.org", HERE)
    first = link(cast_)
    resets.ask(anybody, "thea@example.org", HERE)
    second = link(cast_)
    with pytest.raises(errors.Closed):
        resets.opened(anybody, first)
    clock.forward(minutes=59, seconds=59)
    assert resets.opened(anybody, second) == "Thea"
    clock.forward(seconds=1)
    with pytest.raises(errors.Closed):
        resets.opened(anybody, second)


def test_a_message_that_comes_too_late_is_not_sent(cast_: Cast, clock: Clock) -> None:
    resets.ask(Actor(cast_.clinic), "thea@example.org", HERE)
    resets.tell(machine(cast_))
    clock.forward(hours=2)
    assert letters(cast_) == []


def test_asking_is_bounded(cast_: Cast) -> None:
    for _ in range(5):
        resets.ask(Actor(cast_.clinic), "thea@example.org", HERE)
    with pytest.raises(errors.TooOften):
        resets.ask(Actor(cast_.clinic), "thea@example.org", Origin("198.51.100.1"))


def test_the_tables_alone_open_nothing(cast_: Cast) -> None:
    resets.ask(Actor(cast_.clinic), "thea@example.org", HERE)
    token = link(cast_)
    with context.look(cast_.ada) as ctx:
        rows = [*ctx.session.execute(select(PasswordReset)).all(), *ctx.session.execute(select(OutboxMessage)).all()]
        held = {str(value) for (row,) in rows for value in vars(row).values()}
    assert token not in held
    for value in held:
        with pytest.raises(errors.Closed):
            resets.opened(Actor(cast_.clinic), value)


def test_only_the_host_makes_a_link_by_hand(cast_: Cast) -> None:
    token = resets.make(host(cast_), "thea@example.org")
    assert resets.opened(Actor(cast_.clinic), token) == "Thea"
    with pytest.raises(errors.NotFound):
        resets.make(host(cast_), "nobody@example.org")
    for actor in (cast_.ada, cast_.kora, cast_.lena, Actor(cast_.clinic)):
        with pytest.raises((errors.NotFound, errors.NotAllowed)):
            resets.make(actor, "thea@example.org")
