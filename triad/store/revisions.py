"""Which revision the tables are at, told without Alembic: a server asks once, and would keep it in memory."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def head() -> str:
    """The newest revision there is."""
    return max((path.name[:4] for path in VERSIONS.glob("[0-9]*.py")), default="")


def current(engine: Engine) -> str:
    """The revision this database is at; "" for one that was never brought up."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(select(column("version_num")).select_from(table("alembic_version"))) or ""
