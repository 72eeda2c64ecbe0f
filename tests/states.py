"""The database of a test brought back to a state it was in before, without doing again what led there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sqlalchemy import Engine, text

from triad.store.types import Base

State = Path | str
"""A file of SQLite; for PostgreSQL the statements that fill empty tables."""


def empty(engine: Engine) -> State:
    """No row anywhere. A file has to be so now."""
    if engine.dialect.name == "sqlite":
        return kept(engine, "empty")
    return "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"


def kept(engine: Engine, name: str) -> State:
    """What the database holds now."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        file = _file(engine).with_name(f"{name}.db")
        shutil.copy(_file(engine), file)
        return file
    with engine.begin() as connection:
        filled = []
        for table in Base.metadata.sorted_tables:
            rows = connection.scalar(text(f'SELECT json_agg(one) FROM "{table.name}" one'))
            if rows:
                given = json.dumps(rows).replace("'", "''")
                read = f"json_populate_recordset(NULL::\"{table.name}\", '{given}')"
                filled.append(f'INSERT INTO "{table.name}" SELECT * FROM {read}')
        counters = connection.execute(text("SELECT schemaname, sequencename, last_value FROM pg_sequences"))
        filled += [
            f'SELECT setval(\'"{schema}"."{name}"\', {last or 1}, {"true" if last else "false"})'
            for schema, name, last in counters
        ]
    return "; ".join(filled)


def bring_back(engine: Engine, state: State) -> None:
    """Whatever a test has left behind, open transactions as well."""
    engine.dispose()
    if isinstance(state, Path):
        shutil.copy(state, _file(engine))
        return
    # Row by row: to truncate makes new files for every table, and most of them are empty.
    gone = [f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables]
    with engine.begin() as connection:
        # A test that failed half-way may have left a transaction open: it must not hold up all that follow.
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        # Neither keys nor triggers look at rows that were all there before.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql("; ".join([*gone, state]).replace("%", "%%"))


def _file(engine: Engine) -> Path:
    return Path(str(engine.url.database))
