"""`triad unlock`: a link to choose a new password, for a clinic that sends no mail."""

from __future__ import annotations

import click

from triad import cli


@click.command("unlock")
@click.argument("address")
def command(address: str) -> None:
    """Print a link with which whoever signs in with this ADDRESS chooses a new password within an hour."""
    from triad.domain.errors import NotFound
    from triad.domain.parties import Role
    from triad.services import resets

    with cli.opened(Role.ADMIN) as admin:
        try:
            token = resets.make(admin, address)
        except NotFound as error:
            raise click.ClickException("No account that is open has this address.") from error
        click.echo(f"{admin.clinic.settings.address}/reset/{token}")
    click.echo("Give it to nobody but them: whoever opens it can sign in as them.")
