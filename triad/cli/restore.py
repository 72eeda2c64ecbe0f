"""`triad restore`: put a backup in the place of the database, and keep what was there."""

from __future__ import annotations

from pathlib import Path

import click

from triad import cli
from triad.cli.backup import sentence


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Replace the present database; a copy of it is kept beside FILE.")
def command(file: Path, yes: bool) -> None:
    """Bring back what FILE holds. Stop the server first."""
    from triad.domain.errors import TriadError
    from triad.domain.parties import Role
    from triad.services import backup

    with cli.opened(Role.ADMIN) as admin:
        try:
            kept = backup.restore(admin, file.absolute(), over=yes)
        except TriadError as error:
            raise click.ClickException(sentence(error)) from error
        except OSError as error:
            raise click.ClickException(f"{file} could not be read, or no copy kept: {error.strerror}.") from error
    click.echo("Restored; everybody signs in anew. Now: triad doctor")
    if kept:
        click.echo(f"What was there before: {kept}")
