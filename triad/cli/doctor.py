"""`triad doctor`: is this clinic safe to run, and if not, what mends it."""

from __future__ import annotations

import click

from triad import cli

ADVICE = {
    "secrets": "The secrets come with the code and are public: set TRIAD_SECRET_KEY, TRIAD_PEPPER, TRIAD_BACKUP_KEY.",
    "backup_key": "Backups cannot be closed: set TRIAD_BACKUP_KEY, and keep it where the database is not.",
    "restore": "A restore broke off, and people who were erased may be back. Repeat it: triad restore FILE --yes",
    "https": "Cookies travel in the open: set https = true and serve behind TLS.",
    "proxies": "TLS ends before us, and no proxy is counted: all staff are one address. Set proxies = 1.",
    "engine": "The database may lose or show what it should not: {wrong}.",
    "file": "Others on this machine can read the database: chmod 600 {wrong}",
    "tables": "The tables are at {wrong}, not at the newest. Make a backup, then: triad migrate up",
    "catalogues": "Interface text is missing for: {wrong}. Install Triad anew.",
    "tidy": "{wrong}. Run triad tidy once a week.",
    "mail": "Mail cannot leave ({wrong}): mail_from is one address, smtp_security none for this machine alone.",
    "sms": "sms_url is no https address.",
    "address": 'Links in messages lead nowhere: set address = "https://…".',
    "server": "The mail server does not let us in: {wrong}.",
    "audit": "Line {wrong} of the audit trail was changed by hand, or the pepper is another one. Keep a copy.",
}


@click.command("doctor")
def command() -> None:
    """Check settings, database, tables, audit trail and catalogues."""
    from triad.domain.parties import Role
    from triad.services import audit, doctor, retention

    with cli.opened(Role.ADMIN, Role.AUDITOR) as actor:
        found = {finding.check: finding.wrong for finding in doctor.examine(actor)}
        if not found["tables"]:
            kept = retention.state(actor)
            last = f"last {kept.last:%Y-%m-%d}" if kept.last else "never"
            found["tidy"] = f"{kept.overdue} rows wait to be removed, {last}" if kept.overdue else ""
            click.echo(f"{'tidied':<12}{last}")
            broken = audit.first_broken(actor)
            found["audit"] = "" if broken is None else str(broken)
            server = doctor.reach_server(actor).wrong
            found["server"] = "" if server == "none" else server
            click.echo(
                f"{'messages':<12}{'no mail server is set: nothing leaves' if server == 'none' else 'by mail'}"
            )
    for check, wrong in found.items():
        click.echo(f"{check:<12}{ADVICE[check].format(wrong=wrong) if wrong else 'ok'}")
    if any(found.values()):
        raise click.exceptions.Exit(1)
