"""Days on which a site is closed: shown while somebody plans, and left out of a series unless they say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from triad.domain import errors
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.clinic import Site
from triad.store.holidays import Holiday

Written = Mapping[str, str]


def coming(actor: Actor, site_id: str) -> Sequence[Holiday]:
    """From yesterday on, in order: wherever the site lies, today's is among them."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        query = select(Holiday).where(Holiday.site_id == site_id)
        rows = ctx.session.scalars(query.order_by(Holiday.day)).all()
        return [row for row in rows if (ctx.now.date() - row.day).days <= 1]


def add(actor: Actor, site_id: str, written: Written) -> str:
    """Fields: day, name. What is planned on that day stays planned."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        if ctx.session.get(Site, site_id) is None:
            raise errors.NotFound
        fields = Fields(written)
        day, name = fields.day("day"), fields.text("name", 80)
        query = select(Holiday.id).where(Holiday.site_id == site_id, Holiday.day == day)
        if day and ctx.session.scalar(query):
            fields.fail("day", "taken")
        fields.settle()
        row = Holiday(id=ctx.fresh_id(), site_id=site_id, day=day, name=name)
        ctx.session.add(row)
        ctx.audit("holidays.add", row.id, site=site_id)
        return row.id


def remove(actor: Actor, site_id: str, holiday_id: str) -> None:
    """NotFound for one of another site."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        row = ctx.session.get(Holiday, holiday_id)
        if row is None or row.site_id != site_id:
            raise errors.NotFound
        ctx.session.delete(row)
        ctx.audit("holidays.remove", holiday_id, site=site_id)
