"""Removing what nobody needs any more: logins and links that are over, answers kept for repeats, messages, plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.settings import Settings
from triad.store import retention
from triad.store.retention import Kept

VERB = "retention.tidy"
GRACE = timedelta(days=14)
"""So long after its time a row may wait before anybody is told."""


@dataclass(frozen=True)
class State:
    """`last` is None before the first time; `overdue` rows should have gone two weeks ago."""

    last: datetime | None
    overdue: int


def tidy(actor: Actor) -> Mapping[str, int]:
    """What went, table name -> rows. The trail keeps that it was done, not how much: a count would tell of others."""
    with context.work(actor) as ctx:
        access.need(ctx, May.ERASE)
        gone = retention.removed(ctx.session, _kept(ctx.settings), ctx.now)
        ctx.audit(VERB, "database")
        return gone


def state(actor: Actor) -> State:
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_SETTINGS)
        return State(retention.last(ctx.session, VERB), _overdue(ctx))


def _overdue(ctx: Context) -> int:
    return retention.waiting(ctx.session, _kept(ctx.settings), ctx.now - GRACE)


def _kept(settings: Settings) -> Kept:
    return Kept(
        logins=timedelta(hours=settings.session_hours),
        links=timedelta(days=settings.keep_links_days),
        repeats=timedelta(days=settings.keep_repeats_days),
        messages=timedelta(days=settings.keep_messages_days),
    )
