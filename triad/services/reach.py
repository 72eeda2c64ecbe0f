"""How somebody is reached: e-mail always, short messages only for whoever asked for them."""

from __future__ import annotations

from dataclasses import dataclass

from triad.domain import errors
from triad.formats import sms
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.people import Person


@dataclass(frozen=True)
class Reach:
    """`offered`: the clinic has a gateway, and knows a number of this person."""

    phone: str
    wanted: bool
    offered: bool


def mine(actor: Actor) -> Reach:
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_MESSAGES)
        person = ctx.session.get(Person, actor.person_id)
        phone = (person.phone if person else "") or ""
        wanted = bool(person and person.sms_since)
        return Reach(phone, wanted, bool(ctx.settings.sms_url and sms.number(phone)))


def change(actor: Actor, wanted: bool) -> None:
    """From now on, or no longer. Unfit without a number that works."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_OWN_MESSAGES)
        person = ctx.session.get(Person, actor.person_id)
        if person is None:
            raise errors.NotFound
        if wanted and not sms.number(person.phone or ""):
            raise errors.Unfit({"sms": "required"})
        if wanted != bool(person.sms_since):
            person.sms_since = ctx.now if wanted else None
            ctx.audit("reach.change", person.id, sms=wanted)
