"""The revisions lead to the models on both databases, there and back, with rows in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from triad.store import db as database
from triad.store import migrations, revisions
from triad.store.types import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two empty databases of one kind."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "two")]
    else:
        urls = [_new_database(request.getfixturevalue("postgres_url"), name) for name in ("one", "two")]
    engines = [create_engine(url) for url in urls]
    for engine in engines:
        database.prepare(engine)
    yield engines[0], engines[1]
    for engine in engines:
        engine.dispose()


def _new_database(url: str, name: str) -> str:
    root = create_engine(url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS mig_{name}"))
        connection.execute(text(f"CREATE DATABASE mig_{name}"))
    root.dispose()
    return make_url(url).set(database=f"mig_{name}").render_as_string(hide_password=False)


def shape(engine: Engine) -> dict[str, Any]:
    """Everything the database enforces, in an order that does not depend on how it was built."""
    seen = inspect(engine)
    tables = {
        name: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
            "primary": seen.get_pk_constraint(name),
            "checks": sorted((c["name"], c["sqltext"]) for c in seen.get_check_constraints(name)),
            "uniques": sorted((u["name"], u["column_names"]) for u in seen.get_unique_constraints(name)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in seen.get_indexes(name)),
            "keys": sorted(
                (k["name"], k["constrained_columns"], k["referred_table"], str(k["options"]))
                for k in seen.get_foreign_keys(name)
            ),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }
    with engine.connect() as connection:
        return {"tables": tables, "guards": [tuple(row) for row in connection.execute(text(GUARDS[engine.name]))]}


GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%WHERE%' ORDER BY name",
    "postgresql": """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x'
        UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%' ORDER BY 1, 2
    """,
}
LAY = (
    "INSERT INTO diary (id, kind, version) VALUES (1, 'room', 1)",
    "INSERT INTO audit_entry (seq, at, actor, verb, subject, details, hash)"
    " VALUES (1, '2027-03-01 09:00:00', '-', 'x', 'y', '{}', 'h')",
)


def test_up_leads_to_the_models(pair: tuple[Engine, Engine]) -> None:
    migrated, modelled = pair
    migrations.up(migrated)
    Base.metadata.create_all(modelled)
    assert migrations.differences(migrated) == []
    assert shape(migrated) == shape(modelled)
    assert shape(migrated)["guards"] != []


def test_a_lost_column_is_a_difference(pair: tuple[Engine, Engine]) -> None:
    migrated, _ = pair
    migrations.up(migrated)
    with migrated.begin() as connection:
        connection.execute(text("ALTER TABLE site DROP COLUMN address"))
    (found,) = migrations.differences(migrated)
    assert "address" in found


def test_down_and_up_with_rows(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    assert migrations.current(engine) == ""
    migrations.up(engine)
    assert migrations.current(engine) == migrations.head()
    with engine.begin() as connection:
        for statement in LAY:
            connection.execute(text(statement))
    before = shape(engine)
    migrations.up(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM diary")) == 1
    migrations.down(engine, "base")
    assert shape(engine) == {"tables": {}, "guards": []}
    assert migrations.current(engine) == ""
    migrations.up(engine)
    assert shape(engine) == before


def test_a_revision_that_breaks_off_leaves_nothing(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE score (in_the_way INTEGER)"))
    with pytest.raises(DBAPIError):
        migrations.up(engine)
    assert inspect(engine).get_table_names() == ["score"]


def test_a_row_that_points_nowhere_undoes_everything(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'loose.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES a (id))"))
        connection.execute(text("INSERT INTO a VALUES (1, 7)"))
    database.prepare(engine)
    engine.dispose()
    with pytest.raises(RuntimeError, match="1 rows would point nowhere, first in table a"):
        migrations.up(engine)
    assert inspect(engine).get_table_names() == ["a"]
    engine.dispose()


def test_the_first_revision_written_anew_is_the_one_kept(tmp_path: Path) -> None:
    made = migrations.revision("first tables", tmp_path)
    kept = sorted((migrations.HERE / "versions").glob("[0-9]*.py"))
    assert made.name == kept[0].name
    assert len(kept) > 1 or made.read_text() == kept[0].read_text()


def test_revisions_are_told_as_alembic_tells_them(pair: tuple[Engine, Engine]) -> None:
    engine, _ = pair
    assert revisions.head() == ScriptDirectory(str(migrations.HERE)).get_current_head()
    assert revisions.current(engine) == ""
    for number in ("0001", revisions.head()):
        migrations.up(engine, number)
        with engine.connect() as connection:
            told = MigrationContext.configure(connection).get_current_revision()
        assert (revisions.current(engine), told) == (number, number)
