"""Revision 0013 with rows in the tables, up and down: what was there stays, and one open offer a slot and person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.store.test_migration_0007 import ENCOUNTER, LAY, ROWS, SLOT, asked
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]
NEW = ("offer", "acquaintance", "holiday", "skipped_date", "request", "request_encounter", "slot_closure")
OFFER = (
    "INSERT INTO offer (id, slot_id, interpreter_id, tier, state, sent_by, made_at, opens_at, expires_at, ended_at,"
    " reason) VALUES (:id, 'e1', 'i', 1, :state, '-', '2027-02-01', :opens, '2027-02-02 09:00:00', :ended, '')"
)
OPEN = {"state": "sent", "opens": "2027-02-01 09:00:00", "ended": None}


def lay(engine: Engine) -> None:
    """As in 0007's test, in the words of the tables of today."""
    before = (
        statement.replace('"into", dialect', '"into", works, dialect')
        .replace("'ti', 'de', ''", "'ti', 'de', 'both', ''")
        .replace("modes, training_hours", "modes, attributes, training_hours")
        .replace("'[\"video\"]', 0", "'[\"video\"]', '[]', 0")
        .replace("wish_kind, mode)", "wish_kind, mode_t, mode_i, mode_c, direction, wishes)")
        .replace("'telephone')", "'video', 'video', 'video', 'both', '{}')")
        .replace("'none', 'in_person')", "'none', 'video', 'video', 'video', 'both', '{}')")
        .replace("diary_id) VALUES ('r', 's', 'R', 1)", "diary_id, active) VALUES ('r', 's', 'R', 1, true)")
        .replace("languages) VALUES ('t', 2, '[]')", "languages, active) VALUES ('t', 2, '[]', true)")
        .replace("form_language, contact_note)", "form_language, contact_note, active)")
        .replace("'K', 3, '[]', '', '', '', '')", "'K', 3, '[]', '', '', '', '', true)")
        for statement in LAY
    )
    with engine.begin() as connection:
        for statement in before:
            connection.execute(text(statement))
        for row in ROWS[:1]:
            connection.execute(
                text(
                    ENCOUNTER.replace("reason, version)", "reason, void_from, version)").replace(
                        "'', 1)", "'', '', 1)"
                    )
                ),
                row,
            )
            connection.execute(text(SLOT), {"id": row["id"]})


def add(engine: Engine, **row: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(OFFER), {**OPEN, **row})


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0012")
    before = shape(engine)
    lay(engine)
    migrations.up(engine, "0013")
    add(engine, id="o1")
    assert [asked(engine, f"SELECT count(*) FROM {name}") for name in NEW] == [[(1,)], *[[(0,)]] * 6]
    migrations.down(engine, "0012")
    assert shape(engine) == before
    assert asked(engine, "SELECT (SELECT count(*) FROM slot), (SELECT count(*) FROM interpreter)") == [(1, 1)]
    migrations.up(engine, "0013")
    assert asked(engine, "SELECT count(*) FROM offer") == [(0,)]


def test_the_database_keeps_the_rules_of_offers(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0012")
    lay(engine)
    migrations.up(engine, "0013")
    add(engine, id="o1", state="declined", ended="2027-02-01 10:00:00")
    add(engine, id="o2")
    for row in (
        {"id": "o3"},
        {"id": "o4", "state": "lost"},
        {"id": "o5", "opens": "2027-03-01", "ended": "2027-03-02"},
    ):
        with pytest.raises(IntegrityError):
            add(engine, **row)
    assert asked(engine, "SELECT id FROM offer ORDER BY id") == [("o1",), ("o2",)]
