"""The doors: what goes away or changes hands between the question and the reading is not shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.services import access, context
from triad.services.policy import May
from triad.store.db import db

GONE = ("DELETE FROM slot", "DELETE FROM encounter")
HANDED_ON = ("UPDATE \"case\" SET therapist_id = 'p-otto' WHERE id = 'case-T-1001'",)


@contextlib.contextmanager
def meanwhile(table: str, done: tuple[str, ...]) -> Iterator[list[str]]:
    """After the next statement that reads `table`, as if somebody else had been quicker; yields what was done."""
    said: list[str] = []

    def after(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if not said and f"FROM {table}" in statement:
            said.extend(done)
            for one in done:
                connection.execute(text(one))

    event.listen(db.engine, "after_cursor_execute", after)
    try:
        yield said
    finally:
        event.remove(db.engine, "after_cursor_execute", after)


def test_encounter_is_shown_to_its_therapist(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with context.look(cast_.thea) as ctx:
        assert access.encounter(ctx, id_, to=May.SEE_ENCOUNTER).id == id_


def test_what_is_not_there_is_not_found(cast_: Cast) -> None:
    with context.look(cast_.kora) as ctx:
        with pytest.raises(errors.NotFound):
            access.case(ctx, "nothing", to=May.SEE_CASE)
        with pytest.raises(errors.NotFound):
            access.encounter(ctx, "nothing", to=May.SEE_ENCOUNTER)


def test_encounter_that_goes_meanwhile_is_not_found(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with meanwhile("encounter", GONE) as said, context.look(cast_.thea) as ctx, pytest.raises(errors.NotFound):
        access.encounter(ctx, id_, to=May.SEE_ENCOUNTER)
    assert said == list(GONE)


def test_encounter_that_changed_since_it_was_seen_is_stale(cast_: Cast) -> None:
    id_ = cast.encounter(cast_)
    with context.look(cast_.thea) as ctx, pytest.raises(errors.Stale):
        access.encounter(ctx, id_, to=May.SEE_ENCOUNTER, seen=7)


def test_case_that_changes_hands_meanwhile_is_not_found(cast_: Cast) -> None:
    with meanwhile('"case"', HANDED_ON) as said, context.look(cast_.thea) as ctx, pytest.raises(errors.NotFound):
        access.case(ctx, cast_.case_id, to=May.SEE_CASE)
    assert said == list(HANDED_ON)
    with context.look(cast_.thea) as ctx:
        assert access.case(ctx, cast_.case_id, to=May.SEE_CASE).id == cast_.case_id
