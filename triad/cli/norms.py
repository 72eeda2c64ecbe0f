"""`triad norms`: freeze the usual asymmetries of the months before this one."""

from __future__ import annotations

import click

from triad import cli


@click.command("norms")
def command() -> None:
    """Freeze this month's usual gaps. Run it once a month; a second time changes nothing."""
    from triad.domain.parties import Role
    from triad.services import norms

    with cli.opened(Role.LEAD) as lead:
        count = norms.freeze(lead)
    if count:
        click.echo(f"{count} usual gaps are frozen for this month.")
    else:
        click.echo("No usual gap yet: it takes 20 cases with 4 sessions rated from both sides.")
