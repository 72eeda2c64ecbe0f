"""A day as a list, and sessions somebody has selected on a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from triad.domain import bulk as rules
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import queries
from triad.store.clinic import Interpreter, Site
from triad.store.encounters import Encounter

STATES = ("scheduled", "held", "abandoned", "cancelled")


@dataclass(frozen=True)
class Day:
    """What is planned on a day, in order of time, and the sites there are."""

    rows: Sequence[Encounter]
    sites: Sequence[Site]


def show(actor: Actor, day: date, site_id: str = "") -> Day:
    """At one site, or "" everywhere; the day as each place counts it."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_BOARD)
        sites = ctx.session.scalars(select(Site).order_by(Site.name)).all()
        where = [Encounter.day == day, Encounter.status.in_(STATES)]
        return Day(
            queries.encounters(ctx.session, *where, *([Encounter.site_id == site_id] if site_id else [])), sites
        )


def chosen(actor: Actor, ids: Sequence[str]) -> tuple[Sequence[Encounter], list[tuple[str, str]]]:
    """The sessions with these ids, and id and name of everybody who interprets here now."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_MANY)
        people = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        named = sorted(((one.id, one.person.name) for one in people), key=lambda one: one[1].casefold())
        return queries.encounters(ctx.session, Encounter.id.in_(list(ids)[: rules.MOST])), named
