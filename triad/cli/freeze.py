"""`triad freeze`: the clinic's figures of the months before this one."""

from __future__ import annotations

import click

from triad import cli


@click.command("freeze")
def command() -> None:
    """Freeze this month's figures of the clinic. Run it once a month; a second time changes nothing."""
    from triad.domain.parties import Role
    from triad.services import monthly

    with cli.opened(Role.LEAD) as lead:
        fresh = monthly.freeze(lead)
    click.echo("The figures of this month are frozen." if fresh else "They are frozen already.")
