"""What clients ask for beside the questions reaches who it is for, and nobody it is about; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests import cast
from tests.services.test_invitations import fill, rows
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import contacts, context, invitations, withdrawals
from triad.services.context import Actor
from triad.store.contacts import ContactWish
from triad.store.ledger import AuditEntry, OutboxMessage
from triad.store.ratings import Rating

Ask = Callable[[bool], str]


@pytest.fixture
def ask(cast_: cast.Cast) -> Ask:
    """A wish from the first screen of a form; its id."""
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)

    def asked(about_therapist: bool) -> str:
        cleo = Actor(cast_.clinic)
        page = invitations.open_link(cleo, invitations.issue(cast_.thea, held, "ar"))
        invitations.ask(cleo, page, ["contact_lead" if about_therapist else "contact_me"])
        return str(max(row.id for row in rows(ContactWish)))

    return asked


def seen(cast_: cast.Cast) -> dict[str, list[str]]:
    """Who finds which wishes on the page of the case."""
    names = ("kora", "thea", "otto", "ines", "ivo", "lena", "ada", "aud")
    found = {name: contacts.still_open(getattr(cast_, name), cast_.case_id) for name in names}
    return {name: [wish.id for wish in wishes] for name, wishes in found.items() if wishes}


def told() -> list[str]:
    return sorted(row.person_id for row in rows(OutboxMessage) if row.kind == "contact_me")


def test_it_reaches_therapist_and_lead_at_once_and_nobody_else(cast_: cast.Cast, ask: Ask) -> None:
    wish = ask(False)
    assert seen(cast_) == {"thea": [wish], "lena": [wish]}
    assert told() == ["p-lena", "p-thea"]
    assert rows(Rating) == []


def test_about_the_therapist_it_reaches_the_lead_alone(cast_: cast.Cast, ask: Ask) -> None:
    wish = ask(True)
    assert seen(cast_) == {"lena": [wish]}
    assert told() == ["p-lena"]
    with pytest.raises(errors.NotFound):
        contacts.close(cast_.thea, cast_.case_id, wish)
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.LEAD}))
    assert contacts.still_open(both, cast_.case_id) == []
    assert seen(cast_) == {"lena": [wish]}


def test_closed_by_one_it_is_closed_for_both(cast_: cast.Cast, ask: Ask, clock: Any) -> None:
    first, second = ask(False), ask(False)
    clock.forward(hours=1)
    contacts.close(cast_.thea, cast_.case_id, first)
    assert seen(cast_) == {"thea": [second], "lena": [second]}
    contacts.close(cast_.lena, cast_.case_id, second)
    assert seen(cast_) == {}
    assert [(row.closed_by, row.closed_at) for row in rows(ContactWish, ContactWish.id)] == [
        ("p-thea", clock.now),
        ("p-lena", clock.now),
    ]
    with pytest.raises(errors.NotFound):
        contacts.close(cast_.lena, cast_.case_id, second)
    with context.look(cast_.aud) as ctx:
        query = select(AuditEntry).where(AuditEntry.verb == "contacts.close").order_by(AuditEntry.seq)
        lines = [(row.actor, row.subject, row.details) for row in ctx.session.scalars(query)]
    assert lines == [("a-thea", first, {"case": cast_.case_id}), ("a-lena", second, {"case": cast_.case_id})]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("kora", errors.NotAllowed), ("otto", errors.NotFound), ("ines", errors.NotFound), ("aud", errors.NotFound)],
)
def test_others_close_none(cast_: cast.Cast, ask: Ask, name: str, refusal: type[errors.TriadError]) -> None:
    wish = ask(False)
    with pytest.raises(errors.TriadError) as refused:
        contacts.close(getattr(cast_, name), cast_.case_id, wish)
    assert type(refused.value) is refusal
    with pytest.raises(errors.NotFound):
        contacts.close(cast_.thea, cast_.other_case_id, wish)
    assert seen(cast_) == {"thea": [wish], "lena": [wish]}


def test_at_the_end_of_the_form_it_may_be_about_the_therapist_too(cast_: cast.Cast) -> None:
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    cleo = Actor(cast_.clinic)
    page = invitations.open_link(cleo, invitations.issue(cast_.thea, held, "ar"))
    fill(cleo, page)
    invitations.submit(cleo, page, wishes=["contact_lead"])
    assert [(row.about_therapist, row.closed_at) for row in rows(ContactWish)] == [(True, None)]
    assert told() == ["p-lena"]


@pytest.fixture
def say(cast_: cast.Cast) -> Callable[[str, bool], None]:
    """Another interpreter, please: from the first screen of a form about a session, or with the form."""

    def said(held: str, with_form: bool = False) -> None:
        cleo = Actor(cast_.clinic)
        token = invitations.issue(cast_.thea, held, "ar")
        page = invitations.open_link(cleo, token)
        if not with_form:
            return invitations.ask(cleo, page, ["another_interpreter"])
        fill(cleo, page)
        invitations.ask(cleo, page, ["another_interpreter"])
        invitations.submit(cleo, page, "therapist", ["another_interpreter"])
        withdrawals.by_link(cleo, token, "erase")

    return said


def wishes(actor: Actor, case_id: str = "") -> list[tuple[str, str | None, str | None]]:
    return [(one.session_id, one.interpreter, one.next_id) for one in contacts.another(actor, case_id)]


def test_another_interpreter_is_for_coordinators_alone_and_open_once(cast_: cast.Cast, say: Any) -> None:
    days = (date(2027, 2, 21), date(2027, 2, 28))
    first, second = (cast.encounter(cast_, day, interpreter="p-ines", held=True, id_=f"enc-{day}") for day in days)
    cast.encounter(cast_, date(2027, 3, 9), interpreter="p-ivo")
    to_come = cast.encounter(cast_, date(2027, 3, 16), interpreter="p-ines")
    say(first, True)
    say(first)
    # What was taken back are the answers. Nobody else finds anything anywhere.
    assert wishes(cast_.kora) == wishes(cast_.kora, cast_.case_id) == [(first, "Ines", to_come)]
    assert wishes(cast_.kora, cast_.other_case_id) == []
    others = [getattr(cast_, name) for name in ("thea", "otto", "ines", "ivo", "lena", "ada", "aud")]
    assert [who.person_id for who in others if wishes(who) or wishes(who, cast_.case_id)] == []
    assert (seen(cast_), [row.kind for row in rows(OutboxMessage)]) == ({}, [])
    say(second)
    assert wishes(cast_.kora) == [(second, "Ines", to_come)]
    kept = {row.encounter_id: row.closed_at is None for row in rows(ContactWish)}
    assert kept == {first: False, second: True}
    trail = {row.verb for row in rows(AuditEntry)}
    assert trail == {"invitations.issue", "invitations.submit", "withdrawals.narrow"}


def test_a_coordinator_who_is_the_therapist_does_not_learn_of_it(cast_: cast.Cast, say: Any) -> None:
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    say(held)
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.COORDINATOR}))
    (wish,) = contacts.another(cast_.kora)
    assert (wishes(both), wishes(both, cast_.case_id)) == ([], [])
    with pytest.raises(errors.NotAllowed):
        contacts.close_another(both, cast_.case_id, wish.id)
    assert wishes(cast_.kora) == [(held, "Ines", None)]


def test_arranged_it_is_closed_and_can_be_asked_for_again(cast_: cast.Cast, say: Any) -> None:
    held = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    say(held)
    (wish,) = contacts.another(cast_.kora)
    for actor, case_id in ((cast_.lena, cast_.case_id), (cast_.thea, cast_.case_id), (cast_.ines, cast_.case_id)):
        with pytest.raises((errors.NotFound, errors.NotAllowed)):
            contacts.close_another(actor, case_id, wish.id)
    with pytest.raises(errors.NotFound):
        contacts.close_another(cast_.kora, cast_.other_case_id, wish.id)
    contacts.close_another(cast_.kora, cast_.case_id, wish.id)
    with pytest.raises(errors.NotFound):
        contacts.close_another(cast_.kora, cast_.case_id, wish.id)
    assert wishes(cast_.kora) == []
    (line,) = (row for row in rows(AuditEntry) if row.verb == "contacts.close_another")
    assert (line.actor, line.subject, line.details) == ("a-kora", wish.id, {})
    say(held)
    assert wishes(cast_.kora) == [(held, "Ines", None)]
