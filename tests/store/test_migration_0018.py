"""Revision 0018 with rows in the tables, up and down: accounts keep their roles, and everybody has the keys."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migration_0014 import HELD, lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

ACCOUNT = (
    "INSERT INTO account (id, person_id, email, active, fs_uniquifier, locale, version)"
    " SELECT 'a', id, 'a@example.org', true, 'f', 'de', 1 FROM person ORDER BY id LIMIT 1"
)
ROLE = "INSERT INTO role_grant (id, account_id, name) VALUES (1, 'a', 'coordinator')"
BULK = (
    "INSERT INTO bulk (id, kind, asked_by, asked_at, terms) VALUES ('b', 'confirm', 'a', '2027-03-01 09:00:00', '{}')"
)
LINE = (
    "INSERT INTO bulk_line (bulk_id, encounter_id, seen, people, before, outcome, why, undo, undo_why)"
    " VALUES ('b', 'e1', 1, '[]', '{}', '', '[]', '', '[]')"
)
KEPT = "SELECT account.id, locale, name FROM account JOIN role_grant ON account_id = account.id"


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0017")
    lay(engine, HELD, ACCOUNT, ROLE)
    before = shape(engine)
    migrations.up(engine, "0018")
    assert asked(engine, "SELECT id FROM account WHERE single_keys") == [("a",)]
    lay(engine, BULK, LINE, "UPDATE account SET single_keys = false")
    migrations.down(engine, "0017")
    assert (shape(engine), asked(engine, KEPT)) == (before, [("a", "de", "coordinator")])
    migrations.up(engine, "0018")
    assert asked(engine, "SELECT (SELECT count(*) FROM bulk) + (SELECT count(*) FROM bulk_line)") == [(0,)]
    assert asked(engine, "SELECT id FROM account WHERE single_keys") == [("a",)]


def test_a_step_that_goes_takes_its_lines_along(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0018")
    pragma = ("PRAGMA foreign_keys = ON",) if engine.dialect.name == "sqlite" else ()
    lay(engine, *pragma, HELD, BULK, LINE, "DELETE FROM bulk")
    assert asked(engine, "SELECT count(*) FROM bulk_line") == [(0,)]
