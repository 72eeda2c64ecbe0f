"""Interpreters who said that they may know a client: nobody asks them for that client until a lead has decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triad.domain import errors
from triad.domain import offers as rules
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import offers
from triad.store.offers import Acquaintance


@dataclass(frozen=True)
class Open:
    """One question. The client is named by their pseudonym."""

    id: str
    interpreter: str
    client_code: str
    noted_at: datetime


def still_open(actor: Actor) -> Sequence[Open]:
    """Oldest first; none about a client of the actor's own."""
    with context.look(actor) as ctx:
        access.need(ctx, May.DECIDE_ACQUAINTANCE)
        rows = offers.acquainted(ctx.session, actor.person_id)
        return [Open(row.id, name, code, row.noted_at) for row, name, code in rows]


def decide(actor: Actor, acquaintance_id: str, outcome: str) -> None:
    """`outcome` as in `rules.OUTCOMES`. NotFound for what is decided, or about a client of the actor's own."""
    with context.work(actor) as ctx:
        access.need(ctx, May.DECIDE_ACQUAINTANCE)
        found = {row.id: row for row, _, _ in offers.acquainted(ctx.session, actor.person_id)}
        if acquaintance_id not in found:
            raise errors.NotFound
        if outcome not in rules.OUTCOMES:
            raise errors.Unfit({"outcome": "choose_one"})
        row: Acquaintance = found[acquaintance_id]
        row.decided_at, row.decided_by, row.outcome = ctx.now, actor.person_id, outcome
        ctx.audit("acquaintances.decide", row.id)
