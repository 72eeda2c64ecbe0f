"""What is done without anybody asking: jobs, each with its verb and how often it comes round, and the clock for them.

The queue (huey) only wakes: what there is to do lies in the clinic's own tables, and is found there again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab  # type: ignore[import-untyped]
from huey.serializer import SignedSerializer  # type: ignore[import-untyped]
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from triad.domain import errors
from triad.jobs import messages, offers
from triad.services import policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.settings import Settings

log = structlog.get_logger()
SCHEMA = "jobs"
"""Of PostgreSQL: the queue's own tables stand apart from the clinic's."""


@dataclass(frozen=True)
class Job:
    """`minutes`: how often it comes round. `act` opens a context and calls verbs of the services."""

    name: str
    may: May
    minutes: int
    act: Callable[[Actor], object]


JOBS = (
    Job("send_messages", May.SEND_MESSAGES, 1, messages.send),
    Job("write_reminders", May.SEND_MESSAGES, 15, messages.remind),
    Job("keep_offers", May.KEEP_OFFERS, 1, offers.keep),
)


def run(app: Flask, job: Job) -> None:
    """Once, inside the application. NotFound for a job whose verb the machine may not use; no fault gets further."""
    with app.app_context():
        actor = Actor(app.extensions["triad"], source="cli")
        if not policy.could(job.may, actor):
            raise errors.NotFound
        try:
            job.act(actor)
        except Exception as error:
            log.error("job_failed", job=job.name, kind=type(error).__name__)


def queue(settings: Settings) -> Huey:
    """Beside the database: a file of its own for SQLite, a schema of its own in PostgreSQL."""
    url = make_url(settings.database_url)
    # Whoever could write to the queue could else have anything unpacked here.
    common: dict[str, Any] = {"name": "triad", "results": False, "serializer": SignedSerializer(settings.secret_key)}
    if url.get_backend_name() != "sqlite":
        _prepare_schema(settings.database_url)
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey(dsn=dsn, options=f"-c search_path={SCHEMA}", **common)
    if not url.database:
        return MemoryHuey(**common)
    return SqliteHuey(filename=str(Path(f"{url.database}.jobs")), **common)


def engage(huey: Huey, app: Flask) -> Huey:
    """Let every job come round; the first time at once."""
    for job in JOBS:
        act = _named(app, job)
        huey.periodic_task(crontab(minute=f"*/{job.minutes}"), name=job.name)(act)
        huey.task(name=f"{job.name}_now")(act)()
    return huey


def _named(app: Flask, job: Job) -> Callable[[], None]:
    def act() -> None:
        run(app, job)

    return act


def _prepare_schema(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    engine.dispose()
