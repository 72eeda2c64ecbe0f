"""The history of the tables, run by Alembic. Only this package knows Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import autogenerate, command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine

from triad.store import db as database
from triad.store.revisions import current, head
from triad.store.types import Base

__all__ = ["blank", "current", "differences", "down", "head", "only", "revision", "up"]

HERE = Path(__file__).parent


def only(dialect: str, statement: str) -> None:
    """For a revision: run SQL that one engine alone understands."""
    if op.get_bind().dialect.name == dialect:
        op.execute(statement)


def up(engine: Engine, to: str = "head") -> None:
    """Bring the tables forward to revision `to`; all or nothing."""
    with _quiet(engine) as config:
        command.upgrade(config, to)


def down(engine: Engine, to: str) -> None:
    """Take the tables back to revision `to` ("base": none left). What the lost columns held is gone."""
    with _quiet(engine) as config:
        command.downgrade(config, to)


def differences(engine: Engine) -> list[str]:
    """What the models have and this database has not, or the other way round; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in autogenerate.compare_metadata(context, Base.metadata)]


def revision(message: str, folder: Path = HERE / "versions") -> Path:
    """Write the revision that leads from the newest one to the models as they are now; its path.

    It is found on an empty SQLite database in memory. A renaming or a change of what rows hold needs a hand.
    """
    number = 1 + max([int(path.name[:4]) for path in folder.glob("[0-9]*.py")], default=0)
    with blank() as engine, _quiet(engine) as config:
        config.set_main_option("version_locations", str(folder))
        command.upgrade(config, "head")
        made: Any = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    return Path(made.path)


@contextmanager
def blank() -> Iterator[Engine]:
    """An empty SQLite database in memory with the settings every connection has."""
    engine = create_engine("sqlite://")
    database.prepare(engine)
    yield engine
    engine.dispose()


@contextmanager
def _quiet(engine: Engine) -> Iterator[Config]:
    """A configuration bound to one writing connection; rows that point nowhere afterwards undo everything."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(**{database.WRITES: True}) as connection:
        lite = connection.dialect.name == "sqlite"
        if lite:
            # SQLite changes a column by building the table anew: with the keys on, dropping the old one
            # would take the rows that point at it along. The setting has no effect inside a transaction.
            connection.connection.cursor().execute("PRAGMA foreign_keys = 0")
        config.attributes["connection"] = connection
        with connection.begin():
            yield config
            if lite:
                _refuse_orphans(connection)
        if lite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = 1")


def _refuse_orphans(connection: Connection) -> None:
    if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"{len(orphans)} rows would point nowhere, first in table {orphans[0][0]}")
