"""`triad audit`: prove the trail, or print it for whoever reviews it."""

from __future__ import annotations

import click

from triad import cli


@click.group("audit")
def command() -> None:
    """Read and prove the trail of what was done."""


@command.command()
def verify() -> None:
    """Was any line changed, left out or put in by hand?"""
    from triad.domain.parties import Role
    from triad.services import audit

    with cli.opened(Role.AUDITOR) as auditor:
        broken = audit.first_broken(auditor)
        newest = next(iter(audit.entries(auditor).lines), None)
    if broken is not None:
        raise click.ClickException(f"The trail was changed by hand at line {broken}.")
    click.echo(f"The trail holds, up to line {newest.seq if newest else 0}. Keep that number elsewhere.")


@command.command("list")
@click.option("--before", type=int, help="Only lines older than this number.")
def list_(before: int | None) -> None:
    """The newest 50 lines: number, moment, who, what, about."""
    from triad.domain.parties import Role
    from triad.services import audit

    with cli.opened(Role.AUDITOR) as auditor:
        for line in audit.entries(auditor, before).lines:
            click.echo(f"{line.seq}\t{line.at:%Y-%m-%dT%H:%M:%SZ}\t{line.actor}\t{line.verb}\t{line.subject}")
