"""Revision 0019, up and down: accounts stay, and links that were asked for go with their accounts."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.store.test_migration_0010 import lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]

THEA = (
    "INSERT INTO person (id, name, gender, zone) VALUES ('p', 'Thea', '', 'Europe/Berlin')",
    "INSERT INTO account (id, person_id, email, fs_uniquifier, active, locale, version)"
    " VALUES ('a', 'p', 't@example.org', 'f', true, '', 1)",
)
ASKED = "INSERT INTO password_reset (id, account_id, asked_at) VALUES ('r', 'a', '2027-03-01 09:00:00')"


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0018")
    lay(engine, *THEA)
    before = shape(engine)
    migrations.up(engine, "0019")
    lay(engine, ASKED)
    migrations.down(engine, "0018")
    assert shape(engine) == before
    migrations.up(engine, "0019")
    with engine.connect() as connection:
        kept = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
            for name in ("account", "password_reset")
        ]
    assert kept == [1, 0]
