"""`triad demo`: a clinic that does not exist, built from tables and verbs, and served."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triad.cli import serve

if TYPE_CHECKING:
    from triad.services.context import Actor

HERE = Path("var") / "demo.db"


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option("--database", default=HERE, type=click.Path(path_type=Path, dir_okay=False), show_default=True)
@click.option("--keep", is_flag=True, help="Serve the clinic of last time instead of building it anew.")
@click.option("--seed", default=7, show_default=True, help="Another number, another clinic.")
@click.option("--build-only", is_flag=True, help="Build the clinic and do not serve it.")
@click.option("--tables", type=click.Path(path_type=Path, file_okay=False), help="Only write its CSV files here.")
def command(
    host: str, port: int, database: Path, keep: bool, seed: int, build_only: bool, tables: Path | None
) -> None:
    """Build a demo clinic on SQLite, dated around today, and serve it."""
    from triad import create_app
    from triad.store.db import db

    is_new = not (keep and database.exists())
    if is_new:
        _make_room(database)
    app = create_app("demo", database_url=f"sqlite:///{database.absolute()}", zone="Europe/Berlin")
    with app.app_context():
        actor = house(app)
        if tables:
            _write_tables(actor, tables, seed)
            return
        if is_new:
            # Alembic is not needed to serve, and would stay in memory.
            from triad.store import migrations

            migrations.up(db.engine)
            build(actor, seed)
        db.session.remove()
        db.engine.dispose()
    _announce(host, port)
    if not build_only:
        serve.listen(app, host, port)


def house(app: object) -> Actor:
    """The demo's own hand: it may import, and has no account."""
    from triad.domain.parties import Role
    from triad.services.context import Actor

    clinic = app.extensions["triad"]  # type: ignore[attr-defined]
    return Actor(clinic, source="cli", roles=frozenset({Role.COORDINATOR}))


def build(actor: Actor, seed: int = 7) -> None:
    """Import the demo's tables and furnish it. Empty tables and an application context are needed."""
    from flask_security import hash_password

    from triad.domain.parties import Role
    from triad.services import demo, imports, monthly

    imports.commit(actor, demo.files(actor, seed))
    demo.furnish(actor, hash_password(demo.PASSWORD), seed)
    monthly.freeze(replace(actor, roles=frozenset({Role.LEAD})))


def _make_room(database: Path) -> None:
    """Only what a demo wrote is ever replaced: any other file of that name is somebody's."""
    import sqlite3
    from contextlib import closing

    database.parent.mkdir(parents=True, exist_ok=True)
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection:
        try:
            known = connection.execute("SELECT count(*) FROM account WHERE email LIKE '%@demo.example'").fetchone()
        except sqlite3.DatabaseError:
            known = None
    if database.stat().st_size and not (known and known[0]):
        raise click.ClickException(f"{database} holds no demo clinic and is left alone. Choose another --database.")
    for suffix in ("", "-journal", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _write_tables(actor: Actor, folder: Path, seed: int) -> None:
    from triad.services import demo

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in demo.files(actor, seed).items():
        (folder / name).write_bytes(content)
    click.echo(f"The demo clinic's tables are in {folder}.")


def _announce(host: str, port: int) -> None:
    from triad.services import demo

    click.echo(f"\nThe demo clinic answers on http://{host}:{port}\nSign in as\n")
    for email, role in demo.sign_ins():
        click.echo(f"  {email:24} {role.value}")
    click.echo(f"\neach with the password: {demo.PASSWORD}\nEverybody in it is invented. Stop it with Ctrl-C.")
