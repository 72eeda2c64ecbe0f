"""Reading the trail, and finding whatever was changed in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from tests import cast
from tests.conftest import Clock
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import audit, context
from triad.store.db import db

LET_CHANGE = {
    "sqlite": ["DROP TRIGGER audit_append_only_update", "DROP TRIGGER audit_append_only_delete"],
    "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER USER"],
}
FORGERIES = {
    "verb": "UPDATE audit_entry SET verb = 'case.close' WHERE seq = 5",
    "subject": "UPDATE audit_entry SET subject = 'case-9' WHERE seq = 5",
    "actor": "UPDATE audit_entry SET actor = 'a-lena' WHERE seq = 5",
    "details": """UPDATE audit_entry SET details = '{"number": 6}' WHERE seq = 5""",
    "moment": "UPDATE audit_entry SET at = '2027-03-01 09:00:01.000000' WHERE seq = 5",
    "hash": "UPDATE audit_entry SET hash = 'x' WHERE seq = 5",
    "gone": "DELETE FROM audit_entry WHERE seq = 5",
    "renumbered": "UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 5",
}


@pytest.fixture
def trail(cast_: cast.Cast) -> cast.Cast:
    """Eight lines: odd numbers by Kora, even ones by Thea."""
    for number in range(1, 9):
        with context.work(cast_.kora if number % 2 else cast_.thea) as ctx:
            ctx.audit("case.open", f"case-{number}", number=number, codes=["a", "b"], who=Role.CLIENT)
    return cast_


def forge(statement: str) -> None:
    with db.engine.begin() as connection:
        for preparing in LET_CHANGE[db.engine.name]:
            connection.execute(text(preparing))
        connection.execute(text(statement.replace(":", r"\:")))
    if db.engine.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


def test_a_whole_chain_is_not_broken(trail: cast.Cast) -> None:
    assert audit.first_broken(trail.aud) is None


def test_an_empty_chain_is_not_broken(cast_: cast.Cast) -> None:
    assert audit.first_broken(cast_.aud) is None


@pytest.mark.parametrize("what", FORGERIES)
def test_a_changed_line_breaks_the_chain_at_its_number(trail: cast.Cast, what: str) -> None:
    forge(FORGERIES[what])
    assert audit.first_broken(trail.aud) == 5


def test_another_pepper_cannot_forge_the_chain(trail: cast.Cast) -> None:
    settings = replace(trail.clinic.settings, pepper="x" * 40)
    other = replace(trail.aud, clinic=replace(trail.clinic, settings=settings))
    assert audit.first_broken(other) == 1


def test_entries_come_newest_first_in_pages_of_fifty(trail: cast.Cast) -> None:
    for number in range(9, 61):
        with context.work(trail.kora) as ctx:
            ctx.audit("case.open", f"case-{number}")
    first = audit.entries(trail.aud)
    assert ([line.seq for line in first.lines], first.older) == (list(range(60, 10, -1)), 11)
    second = audit.entries(trail.aud, first.older)
    assert ([line.seq for line in second.lines], second.older) == (list(range(10, 0, -1)), None)


def test_entries_of_one_verb_or_subject(trail: cast.Cast) -> None:
    with context.work(trail.kora) as ctx:
        ctx.audit("case.close", "case-3")
    assert [line.seq for line in audit.entries(trail.aud, verb="case.close").lines] == [9]
    assert [line.seq for line in audit.entries(trail.aud, subject="case-3").lines] == [9, 3]
    assert audit.entries(trail.aud, verb="case.burn").lines == ()


def test_entries_say_who_what_when(trail: cast.Cast, clock: Clock) -> None:
    (line,) = audit.entries(trail.aud, before=2).lines
    details = {"number": 1, "codes": ["a", "b"], "who": "client"}
    assert line == audit.Line(1, clock.now, "a-kora", "case.open", "case-1", details)


@pytest.mark.parametrize("read", [audit.entries, audit.first_broken])
@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "ada"])
def test_others_do_not_read_the_trail(trail: cast.Cast, read: Callable[..., object], name: str) -> None:
    with pytest.raises(errors.NotFound):
        read(getattr(trail, name))


def test_own_acts_are_one_s_own(trail: cast.Cast) -> None:
    assert [line.seq for line in audit.own_acts(trail.thea).lines] == [4, 3, 2, 1]
    assert [line.seq for line in audit.own_acts(trail.thea, before=3).lines] == [2, 1]
    assert audit.own_acts(trail.ines).lines == ()


def test_own_acts_of_nobody_are_refused(app: Flask, trail: cast.Cast) -> None:
    with pytest.raises(errors.NotFound):
        audit.own_acts(context.Actor(trail.clinic))
