"""`triad migrate`: bring the tables forward, take them back, or write the next revision."""

from __future__ import annotations

import click

from triad import cli


@click.group("migrate")
def command() -> None:
    """Bring the tables of the database forward or back."""


@command.command()
@click.argument("to", default="head")
def up(to: str) -> None:
    """Forward to the newest tables (or to revision TO)."""
    from triad.store import migrations
    from triad.store.db import db

    with cli.opened():
        migrations.up(db.engine, to)
        click.echo(f"The tables are at {migrations.current(db.engine) or 'nothing'}.")


@command.command()
@click.argument("to")
@click.option("--yes", is_flag=True, help="What the lost tables and columns hold is gone.")
def down(to: str, yes: bool) -> None:
    """Back to revision TO ("base": no tables at all)."""
    from triad.store import migrations
    from triad.store.db import db

    if not yes:
        raise click.ClickException("Going back loses rows. Make a backup, then repeat with --yes.")
    with cli.opened():
        migrations.down(db.engine, to)
        click.echo(f"The tables are at {migrations.current(db.engine) or 'nothing'}.")


@command.command()
def check() -> None:
    """Do the revisions lead to the tables the code describes? Needs no database."""
    from triad.store import migrations

    with migrations.blank() as engine:
        migrations.up(engine)
        found = migrations.differences(engine)
    for difference in found:
        click.echo(difference, err=True)
    if found:
        raise click.ClickException('The models have moved on: triad migrate revision -m "what changed"')
    click.echo(f"The revisions lead to the models, newest {migrations.head()}.")


@command.command()
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
def revision(message: str) -> None:
    """Write the next revision from the models. With no revision left, the first one is written anew."""
    from triad.store import migrations

    click.echo(f"Written: {migrations.revision(message).name}. Read it before you keep it.")
