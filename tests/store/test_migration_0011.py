"""Revision 0011 with rows in the tables, up and down: nothing that was there before is touched."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migration_0010 import lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

RUN = (
    "INSERT INTO staffing_run (id, asked_by, asked_at, first_day, last_day, starts_at, ends_at, kind, keeps, state,"
    " share, touched_at, problem, inputs_hash, people, weights, terms, how, worth, milliseconds, filled, unfilled,"
    " kept, moved) VALUES ('r1', 'a', '2027-01-01 09:00:00', '2027-01-04', '2027-01-10', '2027-01-04 00:00:00',"
    " '2027-01-11 00:00:00', 'plan', false, 'done', 100, '2027-01-01 09:00:00', '', '', '{}', '{}', '{}', 'solver',"
    " 9000000000, 1, 1, 0, 0, 0)"
)


def counts(engine: Engine) -> dict[str, int]:
    tables = [name for name in shape(engine)["tables"] if not name.startswith("staffing_")]
    return {name: asked(engine, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0010")
    before, rows = shape(engine), counts(engine)
    assert sum(rows.values()) > 10
    migrations.up(engine, "0011")
    lay(engine, RUN)
    assert asked(engine, "SELECT worth, bound FROM staffing_run") == [(9_000_000_000, None)]
    assert asked(engine, "SELECT count(*) FROM staffing_line") == [(0,)]
    assert counts(engine) == rows
    migrations.down(engine, "0010")
    assert (shape(engine), counts(engine)) == (before, rows)
    migrations.up(engine, "0011")
    assert (asked(engine, "SELECT count(*) FROM staffing_run"), counts(engine)) == ([(0,)], rows)
