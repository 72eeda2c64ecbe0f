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
from triad.store.people import Account, Person, RoleGrant

PURPOSE = "calendar"
AUDIENCES = (Role.THERAPIST.value, Role.INTERPRETER.value)


@dataclass(frozen=True)
class Mine:
    """One of the calendars somebody can have; `made_at` None while there is none."""

    audience: str
    made_at: datetime | None


@dataclass(frozen=True)
class Read:
    entries: list[Entry]
    locale: str


def mine(actor: Actor) -> list[Mine]:
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_CALENDAR)
        query = select(CalendarFeed.audience, CalendarFeed.made_at).where(CalendarFeed.person_id == actor.person_id)
        made = {row.audience: row.made_at for row in ctx.session.execute(query)}
        return [Mine(one, made.get(one)) for one in AUDIENCES if actor.has(Role(one))]


def make(actor: Actor, audience: str) -> str:
    """The secret part of a new address, shown this once; an older address of the same calendar is dead at once.

    NotFound for a calendar of a role one does not have.
    """
    with context.work(actor) as ctx:
        _need(ctx, audience)
        _drop(ctx, audience)
        token = actor.clinic.secret()
        row = CalendarFeed(id=ctx.fresh_id(), person_id=actor.person_id, audience=audience, made_at=ctx.now)
        row.hash = ctx.keyed(PURPOSE, token)
        ctx.session.add(row)
        ctx.audit("feeds.make", actor.person_id, audience=audience)
        return token


def end(actor: Actor, audience: str) -> None:
    """The address shows nothing any more; again changes nothing."""
    with context.work(actor) as ctx:
        _need(ctx, audience)
        if _drop(ctx, audience):
            ctx.audit("feeds.end", actor.person_id, audience=audience)


def read(nobody: Actor, token: str) -> Read:
    """What the calendar at this address shows now. NotFound alike for what never was, was ended or lost its owner."""
    with context.look(nobody) as ctx:
        query = (
            select(CalendarFeed, Account.locale)
            .join(Account, Account.person_id == CalendarFeed.person_id)
            .join(RoleGrant, (RoleGrant.account_id == Account.id) & (RoleGrant.name == CalendarFeed.audience))
            .join(Person, Person.id == CalendarFeed.person_id)
            .where(CalendarFeed.hash.in_(ctx.hashes(PURPOSE, token)), Account.active.is_(True))
        )
        row = ctx.session.execute(query).one_or_none()
        if row is None:
            raise errors.NotFound
        feed, locale = row
        found = calendars.entries(ctx.session, feed.person_id, feed.audience, ctx.now)
        return Read(found, locale or ctx.settings.locale)


def _need(ctx: Context, audience: str) -> None:
    access.need(ctx, May.CHANGE_OWN_CALENDAR)
    if audience not in AUDIENCES or not ctx.actor.has(Role(audience)):
        raise errors.NotFound


def _drop(ctx: Context, audience: str) -> int:
    own = delete(CalendarFeed).where(CalendarFeed.person_id == ctx.actor.person_id, CalendarFeed.audience == audience)
    return ctx.session.execute(own).rowcount  # type: ignore[attr-defined]
