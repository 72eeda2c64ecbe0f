"""The database itself refuses overlap, and changes to the trail, whoever writes the SQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests import cast
from triad.services import context
from triad.services.context import Actor
from triad.store.db import db

HOURS = [datetime(2027, 3, 2, hour, tzinfo=UTC) for hour in range(24)]
DROP = {
    "sqlite": ["DROP TRIGGER taken_overlap_insert", "DROP TRIGGER taken_overlap_update"],
    "postgresql": ["ALTER TABLE taken DROP CONSTRAINT taken_overlap"],
}
LET_CHANGE = {
    "sqlite": ["DROP TRIGGER audit_append_only_update", "DROP TRIGGER audit_append_only_delete"],
    "postgresql": ["DROP TRIGGER audit_append_only ON audit_entry"],
}
INSTANT = DateTime(timezone=True)
INSERT = text(
    "INSERT INTO taken (id, diary_id, encounter_id, starts_at, ends_at) VALUES (:id, :diary, :of, :start, :end)"
).bindparams(bindparam("start", type_=INSTANT), bindparam("end", type_=INSTANT))
MOVE = text("UPDATE taken SET starts_at = :start WHERE id = :id").bindparams(bindparam("start", type_=INSTANT))


def lay(cast_: cast.Cast) -> dict[str, str]:
    """One encounter with 10:00 to 12:00 and 14:00 to 15:00 taken in one diary, 10:00 to 12:00 in another."""
    of = cast.encounter(cast_)
    with db.engine.begin() as connection:
        for id_, diary, start, end in (("a", 4, 10, 12), ("b", 4, 14, 15), ("c", 5, 10, 12)):
            connection.execute(INSERT, row(id_, diary, of, start, end))
    return {"of": of}


def row(id_: str, diary: int, of: str, start: int, end: int) -> dict[str, object]:
    return {"id": id_, "diary": diary, "of": of, "start": HOURS[start], "end": HOURS[end]}


def spans() -> list[tuple[str, int]]:
    with db.engine.connect() as connection:
        return [tuple(r) for r in connection.execute(text("SELECT id, diary_id FROM taken ORDER BY id"))]


@pytest.mark.parametrize(("start", "end"), [(10, 12), (9, 11), (11, 13), (9, 13), (10, 11)])
def test_insert_refuses_overlap(cast_: cast.Cast, start: int, end: int) -> None:
    of = lay(cast_)["of"]
    with pytest.raises(IntegrityError, match="taken_overlap"):
        with db.engine.begin() as connection:
            connection.execute(INSERT, row("d", 4, of, start, end))
    assert spans() == [("a", 4), ("b", 4), ("c", 5)]


@pytest.mark.parametrize(("start", "end"), [(9, 10), (12, 14), (15, 16)])
def test_insert_takes_a_neighbour(cast_: cast.Cast, start: int, end: int) -> None:
    of = lay(cast_)["of"]
    with db.engine.begin() as connection:
        connection.execute(INSERT, row("d", 4, of, start, end))
    assert spans() == [("a", 4), ("b", 4), ("c", 5), ("d", 4)]


def test_update_refuses_overlap(cast_: cast.Cast) -> None:
    lay(cast_)
    with pytest.raises(IntegrityError, match="taken_overlap"):
        with db.engine.begin() as connection:
            connection.execute(MOVE, {"id": "b", "start": HOURS[11]})
    with pytest.raises(IntegrityError, match="taken_overlap"):
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE taken SET diary_id = 4 WHERE id = 'c'"))
    with db.engine.begin() as connection:
        connection.execute(MOVE, {"id": "b", "start": HOURS[13]})
    assert spans() == [("a", 4), ("b", 4), ("c", 5)]


def test_without_the_guard_overlap_gets_through(cast_: cast.Cast) -> None:
    of = lay(cast_)["of"]
    with db.engine.connect() as connection:
        with connection.begin() as transaction:
            for statement in DROP[db.engine.name]:
                connection.execute(text(statement))
            connection.execute(INSERT, row("d", 4, of, 10, 12))
            connection.execute(MOVE, {"id": "b", "start": HOURS[11]})
            assert connection.scalar(text("SELECT count(*) FROM taken WHERE diary_id = 4")) == 3
            transaction.rollback()
    assert spans() == [("a", 4), ("b", 4), ("c", 5)]


def test_a_span_that_ends_before_it_starts_is_refused(cast_: cast.Cast) -> None:
    of = lay(cast_)["of"]
    with pytest.raises(DBAPIError):
        with db.engine.begin() as connection:
            connection.execute(INSERT, row("d", 4, of, 18, 17))
    assert len(spans()) == 3


CHANGES = ("UPDATE audit_entry SET verb = 'nothing'", "DELETE FROM audit_entry")


@pytest.mark.parametrize("change", CHANGES)
def test_the_trail_refuses_changes(app: Flask, change: str) -> None:
    with context.work(Actor(app.extensions["triad"])) as ctx:
        ctx.audit("case.open", "case-1")
    with pytest.raises(DBAPIError, match="the audit trail only grows"):
        with db.engine.begin() as connection:
            connection.execute(text(change))
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT verb FROM audit_entry")) == "case.open"


@pytest.mark.parametrize("change", CHANGES)
def test_without_the_guard_the_trail_can_be_changed(app: Flask, change: str) -> None:
    with context.work(Actor(app.extensions["triad"])) as ctx:
        ctx.audit("case.open", "case-1")
    with db.engine.connect() as connection:
        with connection.begin() as transaction:
            for statement in LET_CHANGE[db.engine.name]:
                connection.execute(text(statement))
            assert connection.execute(text(change)).rowcount == 1
            transaction.rollback()
