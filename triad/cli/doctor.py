"""`triad doctor`: is this clinic safe to run, and if not, what mends it."""

from __future__ import annotations

import click

from triad import cli

ADVICE = {
    "secrets": "The secrets come with the code and are public: set TRIAD_SECRET_KEY and TRIAD_PEPPER to your own.",
    "https": "Cookies travel in the open: set https = true and serve behind TLS.",
    "engine": "The database may lose or show what it should not: {wrong}.",
    "file": "Others on this machine can read the database: chmod 600 {wrong}",
    "tables": "The tables are at {wrong}, not at the newest. Make a backup, then: triad migrate up",
    "catalogues": "Interface text is missing for: {wrong}. Install Triad anew.",
    "audit": "Line {wrong} of the audit trail was changed by hand, or the pepper is another one. Keep a copy.",
}


@click.command("doctor")
def command() -> None:
    """Check settings, database, tables, audit trail and catalogues."""
    from triad.domain.parties import Role
    from triad.services import audit, doctor

    with cli.opened(Role.ADMIN, Role.AUDITOR) as actor:
        found = {finding.check: finding.wrong for finding in doctor.examine(actor)}
        if not found["tables"]:
            broken = audit.first_broken(actor)
            found["audit"] = "" if broken is None else str(broken)
    for check, wrong in found.items():
        click.echo(f"{check:<12}{ADVICE[check].format(wrong=wrong) if wrong else 'ok'}")
    if any(found.values()):
        raise click.exceptions.Exit(1)
