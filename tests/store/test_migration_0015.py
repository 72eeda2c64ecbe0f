"""Revision 0015 with rows in the tables, up and down: what was there stays, and no clip is too large."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.store.test_migration_0007 import LAY, asked
from tests.store.test_migration_0010 import PACK, counts, lay
from tests.store.test_migrations import pair, shape
from triad.store import migrations

__all__ = ["pair"]


def clip(number: int = 1, origin: str = "recorded", kind: str = "ogg", size: int = 3) -> str:
    return (
        "INSERT INTO voice_clip (id, version_key, language, unit, origin, text_hash, wording_hash, kind, size, hash,"
        f" interprets, content, by, at) VALUES ('v{number}', 'k', 'ar', 'anchor:1', '{origin}', 't', 'w', '{kind}',"
        f" {size}, 'h', false, 'abc', 'a', '2027-01-01 09:00:00')"
    )


def test_up_and_down_keep_what_was_there(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    migrations.up(engine, "0006")
    lay(engine, *LAY)
    migrations.up(engine, "0014")
    lay(engine, PACK)
    before, rows = shape(engine), counts(engine)
    migrations.up(engine, "0015")
    lay(engine, clip(), clip(2, "synthetic", "wav"))
    assert {**counts(engine), "voice_clip": 0} == {**rows, "voice_clip": 0}
    migrations.down(engine, "0014")
    assert (shape(engine), counts(engine)) == (before, rows)
    assert asked(engine, "SELECT count(*) FROM wording_pack") == [(1,)]
    migrations.up(engine, "0015")
    assert asked(engine, "SELECT count(*) FROM voice_clip") == [(0,)]


@pytest.mark.parametrize(
    "second", [clip(2), clip(2, "spoken"), clip(2, "synthetic", "aiff"), clip(2, "synthetic", size=40_001)]
)
def test_what_is_twice_too_large_or_of_another_kind_is_refused(pair: tuple[Engine, Engine], second: str) -> None:
    engine, _ = pair
    migrations.up(engine, "0015")
    lay(engine, clip(), clip(3, "synthetic", "wav", 40_000), "DELETE FROM voice_clip WHERE id = 'v3'")
    with pytest.raises(DBAPIError):
        lay(engine, second)
    assert asked(engine, "SELECT id FROM voice_clip") == [("v1",)]
