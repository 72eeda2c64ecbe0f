"""Revision 0012 with rows in the tables, up and down: what was there stays, and nothing old goes out."""

from __future__ import annotations

from sqlalchemy import Engine, text

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

OLD = (
    "INSERT INTO outbox_message (id, person_id, kind, subject, written_at, sent_at)"
    " VALUES ('m1', 'p', 'moved', 'e', '2027-01-01 09:00:00', NULL)"
)
NEW = (
    "INSERT INTO outbox_message (id, person_id, kind, subject, written_at)"
    " VALUES ('m2', 'p', 'moved', 'e', '2027-01-02 09:00:00')"
)
KEPT = "SELECT id, person_id, kind, subject FROM outbox_message ORDER BY id"


def lay(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def counts(engine: Engine) -> dict[str, int]:
    tables = [name for name in shape(engine)["tables"] if name != "calendar_feed"]
    return {name: asked(engine, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0011")
    lay(engine, OLD)
    before, rows, kept = shape(engine), counts(engine), asked(engine, KEPT)
    assert sum(rows.values()) > 10
    migrations.up(engine, "0012")
    assert (counts(engine), asked(engine, KEPT)) == (rows, kept)
    assert asked(engine, "SELECT DISTINCT sms_since FROM person") == [(None,)]
    migrations.down(engine, "0011")
    assert (shape(engine), counts(engine), asked(engine, KEPT)) == (before, rows, kept)


def test_what_was_written_before_is_never_sent(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0011")
    lay(engine, OLD)
    migrations.up(engine, "0012")
    lay(engine, NEW)
    assert asked(engine, "SELECT id, state, problem FROM outbox_message ORDER BY id") == [
        ("m1", "given_up", "before_mail"),
        ("m2", "waiting", ""),
    ]
