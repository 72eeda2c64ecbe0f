"""Therapists, clients and rooms that take no new bookings any more, and take them again. What was, stays.

Interpreters are in `people`: what they agreed to stays until it is released, so that they can go at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from triad.domain import errors
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case
from triad.store.clinic import Client, Room, Therapist
from triad.store.encounters import Encounter

OWNERS: dict[str, tuple[Any, Any]] = {
    "therapists": (Therapist, Case.therapist_id),
    "clients": (Client, Case.client_id),
    "rooms": (Room, Encounter.room_id),
}
"""Kind -> whose bookings, and where an encounter names its id."""


@dataclass(frozen=True)
class Planned:
    """A session to come, as far as a coordinator needs it to find it."""

    id: str
    starts_at: datetime
    zone: str
    case_code: str


def end(actor: Actor, kind: str, id_: str) -> None:
    """`kind` of OWNERS. StillPlanned with all sessions to come while there are any; NotFound."""
    with context.work(actor) as ctx:
        row = _locked(ctx, kind, id_)
        if planned := _planned(ctx, kind, id_):
            raise errors.StillPlanned(sessions=planned)
        row.active = False
        ctx.audit("activity.end", id_, what=kind)


def resume(actor: Actor, kind: str, id_: str) -> None:
    with context.work(actor) as ctx:
        _locked(ctx, kind, id_).active = True
        ctx.audit("activity.resume", id_, what=kind)


def _locked(ctx: Context, kind: str, id_: str) -> Any:
    """With the diary locked: whoever plans meanwhile waits, and asks afterwards who is active."""
    access.need(ctx, May.CHANGE_PEOPLE)
    row = ctx.session.get(OWNERS[kind][0], id_)
    if row is None:
        raise errors.NotFound
    queries.lock_diaries(ctx.session, [row.diary_id])
    return row


def _planned(ctx: Context, kind: str, id_: str) -> Sequence[Planned]:
    query = (
        select(Encounter.id, Encounter.starts_at, Encounter.zone, Case.code)
        .join(Case, Case.id == Encounter.case_id)
        .where(OWNERS[kind][1] == id_, Encounter.status == "scheduled", Encounter.ends_at > ctx.now)
        .order_by(Encounter.starts_at, Encounter.id)
    )
    return tuple(Planned(*row) for row in ctx.session.execute(query))
