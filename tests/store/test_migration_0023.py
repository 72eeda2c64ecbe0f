"""Revision 0023, up and down: cases, forms and answers stay; licensed scores and what was chosen go with it."""

from __future__ import annotations

from sqlalchemy import Engine, text

from tests.store.test_migration_0007 import ENCOUNTER, LAY, ROWS
from tests.store.test_migration_0010 import counts, lay
from tests.store.test_migration_0022 import ANSWER, RATING
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

BEFORE = "0022"
CHOSEN = "UPDATE \"case\" SET form_key = 'kettle-scale'"
SCORE = (
    "INSERT INTO licensed_score (rating_id, direction, subscale, value, answered, scorer)"
    " VALUES ('g', 'TC', 'warmth', NULL, 0, '1')"
)


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    with engine.begin() as connection:
        connection.execute(text(ENCOUNTER), ROWS[0])
    migrations.up(engine, BEFORE)
    lay(engine, RATING, ANSWER)
    before, rows = shape(engine), counts(engine)
    assert (rows["case"] > 0, rows["rating"], rows["answer"]) == (True, 1, 1)
    migrations.up(engine, "0023")
    with engine.begin() as connection:
        assert set(connection.scalars(text('SELECT form_key FROM "case"'))) == {None}
    lay(engine, CHOSEN, SCORE)
    assert counts(engine) == rows | {"licensed_score": 1}
    migrations.down(engine, BEFORE)
    assert (shape(engine), counts(engine)) == (before, rows)
    migrations.up(engine, "0023")
    assert counts(engine) == rows | {"licensed_score": 0}
