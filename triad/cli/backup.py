"""`triad backup`: an encrypted copy of everything, made while the clinic works."""

from __future__ import annotations

from pathlib import Path

import click

from triad import cli

SENTENCES = {
    "exists": "{file} exists already. Choose another name.",
    "no_file": "The database lives in memory only: there is nothing to copy or replace.",
    "no_tool": "{tool} was not found. Install the PostgreSQL client tools of the server's version.",
    "engine_refused": "{tool} gave up; its reason stands above.",
    "not_empty": "There is a database already. It is kept beside the backup if you repeat this with --yes.",
    "no_key": "Backups need a key of their own: set TRIAD_BACKUP_KEY, and keep it where the database is not.",
    "damaged": "This file is damaged, or was closed with another backup key. Nothing was changed.",
    "other_engine": "This backup comes from the other kind of database. Nothing was changed.",
}


def sentence(error: Exception) -> str:
    """What a refusal of the backup verbs means to whoever typed the command."""
    code = getattr(error, "fields", {}).get("file") or getattr(error, "code", "")
    return SENTENCES.get(str(code), "This was refused.").format(**getattr(error, "details", {}))


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Copy the whole database to FILE, encrypted with the backup key and readable by its owner alone."""
    from triad.domain.errors import TriadError
    from triad.domain.parties import Role
    from triad.services import backup

    with cli.opened(Role.ADMIN) as admin:
        try:
            backup.save(admin, file.absolute())
        except TriadError as error:
            raise click.ClickException(sentence(error)) from error
        except OSError as error:
            raise click.ClickException(f"{file} could not be written: {error.strerror}.") from error
    click.echo(f"Saved to {file}. It opens with the backup key alone: keep that elsewhere, and both out of reach.")
