"""`triad tidy`: remove what nobody needs any more."""

from __future__ import annotations

import click

from triad import cli


@click.command("tidy")
def command() -> None:
    """Remove logins, links, kept answers, messages and plans whose time is over. Run it once a week."""
    from triad.domain.parties import Role
    from triad.services import retention

    with cli.opened(Role.ADMIN) as admin:
        gone = retention.tidy(admin)
    click.echo("\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in sorted(gone.items())) or "Nothing.")
