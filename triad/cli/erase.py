"""`triad erase`: a client leaves, with all that hangs on them."""

from __future__ import annotations

import click

from triad import cli

SENTENCES = {
    "not_found": "There is no client with this code.",
    "also_staff": "This person works here as well: nothing was erased.",
}


@click.command("erase")
@click.argument("client_code")
@click.option("--yes", is_flag=True, help="Erase; without it, only tell what would go.")
def command(client_code: str, yes: bool) -> None:
    """Erase the client CLIENT_CODE from this database for good. Stop the server first."""
    from triad.domain.errors import TriadError
    from triad.domain.parties import Role
    from triad.services import erasure

    with cli.opened(Role.ADMIN) as admin:
        try:
            extent = erasure.extent(admin, client_code)
            if yes:
                erasure.erase(admin, client_code)
        except TriadError as error:
            raise click.ClickException(SENTENCES.get(error.code, "This was refused.")) from error
    click.echo("\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in sorted(extent.items())))
    if yes:
        click.echo("Erased. Backups made before still hold this client: delete those you need no more.")
        click.echo("A restored one drops the client again, where the present database or that backup knows of it.")
    else:
        click.echo("Nothing was erased. Repeat this with --yes to erase it for good.")
