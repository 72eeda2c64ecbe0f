"""Calendars to subscribe to: made, renewed and ended by their owners, read by whoever holds the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from triad.domain import errors
from triad.domain.calendars import Entry
from triad.domain.parties import Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import calendars
from triad.store.calendars import CalendarFeed
from triad.store.people import Account, RoleGrant

PURPOSE = "calendar"
SHOWN = (Role.THERAPIST.value, Role.INTERPRETER.value)
"""Whose sessions can be in a calendar."""


@dataclass(frozen=True)
class Read:
    entries: list[Entry]
    locale: str


def mine(actor: Actor) -> datetime | None:
    """Since when there is an address; None for none."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_CALENDAR)
        return ctx.session.scalar(select(CalendarFeed.made_at).where(CalendarFeed.person_id == actor.person_id))


def make(actor: Actor) -> str:
    """The secret part of a new address, shown this once; the one until now is dead at once."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_CALENDAR)
        _drop(ctx)
        token = actor.clinic.secret()
        hash_ = ctx.keyed(PURPOSE, token)
        ctx.session.add(CalendarFeed(id=ctx.fresh_id(), person_id=actor.person_id, hash=hash_, made_at=ctx.now))
        ctx.audit("feeds.make", actor.person_id)
        return token


def end(actor: Actor) -> None:
    """The address shows nothing any more; again changes nothing."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_CALENDAR)
        if _drop(ctx):
            ctx.audit("feeds.end", actor.person_id)


def read(nobody: Actor, token: str) -> Read:
    """What the calendar at this address shows now. NotFound alike for what never was, was ended or lost its owner."""
    with context.look(nobody) as ctx:
        query = (
            select(CalendarFeed.person_id, Account.locale, RoleGrant.name)
            .join(Account, Account.person_id == CalendarFeed.person_id)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(CalendarFeed.hash.in_(ctx.hashes(PURPOSE, token)), Account.active.is_(True))
            .where(RoleGrant.name.in_(SHOWN))
        )
        rows = ctx.session.execute(query).all()
        if not rows:
            raise errors.NotFound
        roles = {row.name for row in rows}
        found = calendars.entries(ctx.session, rows[0].person_id, roles, ctx.now)
        return Read(found, rows[0].locale or ctx.settings.locale)


def _drop(ctx: Context) -> int:
    own = delete(CalendarFeed).where(CalendarFeed.person_id == ctx.actor.person_id)
    return ctx.session.execute(own).rowcount  # type: ignore[attr-defined]
