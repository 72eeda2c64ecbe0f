"""Revision 0020, up and down: wishes to be contacted stay, and none for coordinators becomes one for a therapist."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.store.test_migration_0007 import asked
from tests.store.test_migration_0013 import lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]
CONTACT = (
    "INSERT INTO contact_wish (id, case_id, about_therapist, asked_at, closed_by)"
    " VALUES ('w1', 'f', true, '2027-02-01', '')"
)
ANOTHER = (
    "INSERT INTO contact_wish (id, case_id, about_therapist, encounter_id, asked_at, closed_at, closed_by)"
    " VALUES (:id, 'f', false, 'e1', '2027-02-01', :closed_at, '')"
)
KEPT = "SELECT id, about_therapist FROM contact_wish ORDER BY id"


def test_up_and_down_keep_wishes_to_be_contacted_alone(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0014")
    lay(engine)
    migrations.up(engine, "0019")
    with engine.begin() as connection:
        connection.execute(text(CONTACT))
    before = shape(engine)
    migrations.up(engine, "0020")
    with engine.begin() as connection:
        for row in (("w2", "2027-02-02"), ("w3", None)):
            connection.execute(text(ANOTHER), dict(zip(("id", "closed_at"), row, strict=True)))
    assert asked(engine, "SELECT id FROM contact_wish WHERE encounter_id IS NULL") == [("w1",)]
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(ANOTHER), {"id": "w4", "closed_at": None})
    migrations.down(engine, "0019")
    assert shape(engine) == before
    assert asked(engine, KEPT) == [("w1", True)]
    migrations.up(engine, "0020")
    assert asked(engine, f"{KEPT.replace('about_therapist', 'encounter_id')}") == [("w1", None)]
