"""`triad worker`: what is done without anybody asking, above all sending messages."""

from __future__ import annotations

import click

from triad import cli


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def command(once: bool) -> None:
    """Send messages, write reminders, end offers that are over.

    Let it run beside `triad serve`, or run it every minute with --once.
    """
    from flask import current_app

    from triad import jobs
    from triad.store import revisions
    from triad.store.db import db

    with cli.opened():
        if revisions.current(db.engine) != revisions.head():
            raise click.ClickException("The tables are not the newest. Make a backup, then: triad migrate up")
        app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        for job in jobs.JOBS:
            jobs.run(app, job)
        return
    click.echo("Triad sends messages. End it with Ctrl+C.")
    jobs.engage(jobs.queue(app.extensions["triad"].settings), app).create_consumer(workers=1).run()
