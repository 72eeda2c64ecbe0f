"""Revision 0014 with rows in the tables, up and down: forms and the rights to give them stay as they were."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.store.test_migration_0007 import ENCOUNTER, LAY, ROWS, asked
from tests.store.test_migration_0010 import lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

HELD = ENCOUNTER
for name, value in ROWS[0].items():
    HELD = HELD.replace(f":{name}", "NULL" if value is None else f"'{value}'")
INVITED = (
    "INSERT INTO invitation (id, encounter_id, client_id, version_key, edition, language, policy, token_hash,"
    " issued_at, expires_at, progress)"
    " VALUES ('v', 'e1', 'c', 'k', 'brief', 'ti', 'client-choice', 'h', '2027-03-01 09:00:00',"
    " '2027-03-08 09:00:00', '{}')"
)
RATED = (
    "INSERT INTO rating (id, encounter_id, party, rater_id, version_key, edition, language, mode, choice, policy,"
    " revision, submitted_at, locked_at) VALUES ('r', 'e1', 'client', 'c', 'k', 'brief', 'ti', 'own_device',"
    " 'lead_only', 'client-choice', 1, '2027-03-01 09:00:00', '2027-03-01 09:00:00')"
)
MARKED = "INSERT INTO answer (rating_id, item, direction, value, wording) VALUES ('r', 'bond.1', 'CT', 4, 'w')"
SHEET = (
    "INSERT INTO paper_sheet (invitation_id, number_hash, language, wording, typed, printed_at)"
    " VALUES ('v', 'n', 'ti', 'w', '[]', '2027-03-01 09:00:00')"
)
TABLET = (
    "INSERT INTO tablet (id, invitation_id, opened_by, hash, ready, opened_at, expires_at, code_tries)"
    " VALUES ('b', 'v', 'a', 'x', true, '2027-03-01 09:00:00', '2027-03-01 10:00:00', 0)"
)


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0013")
    lay(engine, HELD, INVITED, RATED, MARKED)
    before = shape(engine)
    migrations.up(engine, "0014")
    assert asked(engine, "SELECT id, mode, typed_by FROM rating") == [("r", "own_device", None)]
    lay(engine, SHEET, TABLET, "UPDATE rating SET typed_by = 'a-lena'")
    migrations.down(engine, "0013")
    assert shape(engine) == before
    kept = [asked(engine, f"SELECT count(*) FROM {name}")[0][0] for name in ("invitation", "rating", "answer")]
    assert kept == [1, 1, 1]
    migrations.up(engine, "0014")
    assert asked(engine, "SELECT (SELECT count(*) FROM paper_sheet) + (SELECT count(*) FROM tablet)") == [(0,)]
    assert asked(engine, "SELECT id, value FROM rating JOIN answer ON rating_id = id") == [("r", 4)]


def test_a_right_that_goes_takes_sheet_and_tablet_along(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0014")
    pragma = ("PRAGMA foreign_keys = ON",) if engine.dialect.name == "sqlite" else ()
    lay(engine, *pragma, HELD, INVITED, SHEET, TABLET, "DELETE FROM invitation")
    assert asked(engine, "SELECT (SELECT count(*) FROM paper_sheet) + (SELECT count(*) FROM tablet)") == [(0,)]
