"""Revision 0017 with rows in the tables, up and down: what was said of who was there stays."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.store.test_migration_0007 import asked
from tests.store.test_migration_0013 import lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]
THERE = "SELECT party, mark, minutes_late FROM attendance"
RULE = (
    "INSERT INTO cancelling_rule (id, valid_from, valid_to, mode, party, unit, amount, payer, charge, currency,"
    " words, made_at, made_by) VALUES (:id, '2027-01-01', :valid_to, '', '', :unit, :amount, '', '45.10', 'EUR', 'x',"
    " '2027-01-01', '-')"
)
CANCELLATION = (
    "INSERT INTO cancellation (id, encounter_id, party, notice_at, noted_at, noted_by, waived_by, waived_reason,"
    " restored_at) VALUES (:id, 'e1', 'client', '2027-01-01', '2027-01-01', '-', '', '', :restored_at)"
)


def up_with_a_row(engine: Engine) -> None:
    migrations.up(engine, "0012")
    lay(engine)
    migrations.up(engine, "0016")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO attendance (id, encounter_id, party, mark, minutes_late)"
                " VALUES ('a1', 'e1', 'client', 'absent', 0)"
            )
        )


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    up_with_a_row(engine)
    before = shape(engine)
    migrations.up(engine, "0017")
    assert asked(engine, f"{THERE} WHERE person_id = '' AND marked_at IS NULL AND source = ''") == [
        ("client", "absent", 0)
    ]
    with engine.begin() as connection:
        rule = {"id": "r1", "valid_to": None, "unit": "hours", "amount": 24}
        connection.execute(text(RULE), rule)
        connection.execute(text(CANCELLATION), {"id": "c1", "restored_at": None})
    assert asked(engine, "SELECT charge FROM cancelling_rule") == [("45.10",)]
    migrations.down(engine, "0016")
    assert shape(engine) == before
    assert asked(engine, THERE) == [("client", "absent", 0)]
    migrations.up(engine, "0017")
    assert asked(engine, "SELECT count(*) FROM cancelling_rule") == [(0,)]


def test_the_database_keeps_the_rules_of_cancellations(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    up_with_a_row(engine)
    migrations.up(engine, "0017")
    rule = {"id": "r1", "valid_to": None, "unit": "hours", "amount": 24}
    odd = ({"unit": "weeks"}, {"amount": 0}, {"valid_to": "2026-12-31"})
    for statement, row in (
        *((RULE, rule | one) for one in odd),
        (RULE, rule),
        (CANCELLATION, {"id": "c1", "restored_at": "2027-01-02"}),
        (CANCELLATION, {"id": "c2", "restored_at": None}),
        (CANCELLATION, {"id": "c3", "restored_at": None}),
    ):
        refused = (statement == RULE and row != rule) or row["id"] == "c3"
        with engine.connect() as connection, connection.begin():
            if refused:
                with pytest.raises(IntegrityError), connection.begin_nested():
                    connection.execute(text(statement), row)
            else:
                connection.execute(text(statement), row)
    assert asked(engine, "SELECT id FROM cancellation ORDER BY id") == [("c1",), ("c2",)]
