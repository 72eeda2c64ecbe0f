"""Revision 0010 with rows in the tables, up and down: nothing that was there before is touched."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

SETTING = (
    "INSERT INTO setting_change (number, key, step, was, now, from_file, by, at)"
    " VALUES (1, 'zone', 'changed', 'x', 'y', false, 'a', '2027-01-01 09:00:00')"
)
PACK = (
    "INSERT INTO wording_pack (number, language, version_key, hash, source_hash, units, own, source, by, at)"
    " VALUES (1, 'ar', 'k', 'h', 's', '{}', '{}', '{}', 'a', '2027-01-01 09:00:00')"
)
STEP = (
    "INSERT INTO wording_step (number, pack, step, signer, credential, signed_on, by, at)"
    " VALUES (1, 1, 'human_forward', 'N', 'C', '2027-01-01', 'a', '2027-01-01 09:00:00')"
)
REVIEW = (
    "INSERT INTO wording_review (number, language, version_key, unit, about, verdict, proposed, comment,"
    " back_translation, by, name, interprets, at)"
    " VALUES (1, 'ar', 'k', 'ui:next', 'x', 'ok', '', '', '', 'a', 'N', false, '2027-01-01 09:00:00')"
)


def lay(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def counts(engine: Engine) -> dict[str, int]:
    tables = [name for name in shape(engine)["tables"] if not name.startswith("wording_")]
    return {name: asked(engine, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0009")
    lay(engine, SETTING)
    before, rows = shape(engine), counts(engine)
    assert sum(rows.values()) > 10
    migrations.up(engine, "0010")
    lay(engine, PACK, STEP, REVIEW)
    assert counts(engine) == rows
    migrations.down(engine, "0009")
    assert (shape(engine), counts(engine)) == (before, rows)
    migrations.up(engine, "0010")
    assert (asked(engine, "SELECT count(*) FROM wording_step"), counts(engine)) == ([(0,)], rows)


@pytest.mark.parametrize("table", ["wording_pack", "wording_review", "wording_step"])
def test_what_was_said_is_only_added_to(pair: tuple[Engine, Engine], table: str) -> None:
    engine, _ = pair
    migrations.up(engine, "0010")
    lay(engine, PACK, STEP, REVIEW)
    for statement in (f"UPDATE {table} SET by = 'b'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="what was said of a wording is only added to"):
            lay(engine, statement)
    assert asked(engine, f"SELECT by FROM {table}") == [("a",)]
