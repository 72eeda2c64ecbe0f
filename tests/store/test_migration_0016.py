"""Revision 0016 with rows in the tables, up and down: what was there stays, and what was in use is not changed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migration_0010 import PACK, counts, lay
from tests.store.test_migration_0015 import clip
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

LOADED = (
    "INSERT INTO licensed_form (id, key, version, hash, document, state, loaded_by, loaded_at)"
    " VALUES ('f', 'kettle-scale', '1', 'h', '{}', 'loaded', 'a', '2027-01-01 09:00:00')"
)
USED = "UPDATE licensed_form SET state = 'active', activated_by = 'a', activated_at = '2027-01-02 09:00:00'"


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0015")
    lay(engine, PACK, clip())
    before, rows = shape(engine), counts(engine)
    assert rows["voice_clip"] == 1
    migrations.up(engine, "0016")
    lay(engine, LOADED, USED)
    migrations.down(engine, "0015")
    assert (shape(engine), counts(engine)) == (before, rows)
    migrations.up(engine, "0016")
    assert asked(engine, "SELECT count(*) FROM licensed_form") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licensed_form SET document = '[]'",
        "UPDATE licensed_form SET key = 'x'",
        "UPDATE licensed_form SET state = 'loaded'",
        "DELETE FROM licensed_form",
        LOADED.replace("'f'", "'g'"),
        LOADED.replace("'f'", "'g'").replace("'1'", "'2'").replace("'loaded'", "'active'"),
    ],
)
def test_what_was_in_use_is_not_changed_and_comes_once(pair: tuple[Engine, Engine], statement: str) -> None:
    engine, _ = pair
    migrations.up(engine, "0016")
    lay(engine, LOADED, "UPDATE licensed_form SET document = '[1]'", USED)
    with pytest.raises(DBAPIError):
        lay(engine, statement)
    lay(engine, "UPDATE licensed_form SET state = 'ended'")
    assert asked(engine, "SELECT id, state, key FROM licensed_form") == [("f", "ended", "kettle-scale")]
