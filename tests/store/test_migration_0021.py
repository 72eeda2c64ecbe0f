"""Revision 0021 with rows in the tables, up and down: plans keep their lines and what came of them."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migration_0014 import HELD, lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

RUN = (
    "INSERT INTO staffing_run (id, asked_by, asked_at, first_day, last_day, starts_at, ends_at, kind, keeps, state,"
    " share, touched_at, problem, inputs_hash, people, weights, terms, how, worth, milliseconds, filled, unfilled,"
    " kept, moved) VALUES ('r', 'a', '2027-03-01 09:00:00', '2027-03-01', '2027-03-07', '2027-03-01 09:00:00',"
    " '2027-03-07 23:00:00', 'plan', false, 'done', 100, '2027-03-01 09:00:00', '', '', '{}', '{}', '{}', 'solver',"
    " 1, 1, 1, 0, 0, 0)"
)
LINE = (
    "INSERT INTO staffing_line (run_id, encounter_id, pinned, could, terms, asked, outcome, why)"
    " VALUES ('r', 'e1', false, 1, '{}', '{}', 'done', '[]')"
)
KEPT = "SELECT run_id, encounter_id, outcome FROM staffing_line"


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0020")
    lay(engine, HELD, RUN, LINE)
    before = shape(engine)
    migrations.up(engine, "0021")
    assert asked(engine, "SELECT settled_version FROM staffing_line") == [(None,)]
    lay(engine, "UPDATE staffing_line SET settled_version = 3")
    migrations.down(engine, "0020")
    assert (shape(engine), asked(engine, KEPT)) == (before, [("r", "e1", "done")])
    migrations.up(engine, "0021")
    assert asked(engine, KEPT) == [("r", "e1", "done")]
