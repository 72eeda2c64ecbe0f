"""Revision 0022, up and down: forms and answers stay; what a corrected one said before goes with its table."""

from __future__ import annotations

from sqlalchemy import Engine, text

from tests.store.test_migration_0007 import ENCOUNTER, LAY, ROWS
from tests.store.test_migration_0010 import counts, lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

BEFORE = "0021"
RATING = (
    "INSERT INTO rating (id, encounter_id, party, rater_id, version_key, edition, language, mode, choice, policy,"
    " revision, submitted_at, locked_at) VALUES ('g', 'e1', 'therapist', 't', 'k', 'brief', 'en', 'own_device',"
    " 'therapist', '1', 2, '2027-03-02 10:00:00', '2027-03-02 10:10:00')"
)
ANSWER = (
    "INSERT INTO answer (rating_id, item, direction, value, missing, wording)"
    " VALUES ('g', 'bond.1', 'TC', 4, NULL, 'h')"
)
EARLIER = (
    "INSERT INTO earlier_answer (rating_id, revision, item, direction, value, missing, wording)"
    " VALUES ('g', 1, 'bond.1', 'TC', NULL, 'declined', 'h')"
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
    assert (rows["rating"], rows["answer"]) == (1, 1)
    migrations.up(engine, "0022")
    lay(engine, EARLIER)
    assert counts(engine) == rows | {"earlier_answer": 1}
    migrations.down(engine, BEFORE)
    assert (shape(engine), counts(engine)) == (before, rows)
    migrations.up(engine, "0022")
    assert counts(engine) == rows | {"earlier_answer": 0}
