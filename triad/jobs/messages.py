"""Messages that go out, and reminders that are due."""

from __future__ import annotations

from triad.domain.telling import Answer
from triad.formats import sms, smtp
from triad.services import context, resets, sending
from triad.services.context import Actor
from triad.services.sending import Parcel


def send(actor: Actor) -> int:
    context.keep_up(actor.clinic)
    resets.tell(actor)
    settings = actor.clinic.settings
    with smtp.Post(settings) as post:

        def carry(parcel: Parcel) -> Answer:
            if parcel.channel == "email":
                return post.carry(parcel.to, parcel.raw)
            return sms.carry(settings, parcel.to, parcel.raw.decode(), parcel.id)

        return sending.drain(actor, carry)


def remind(actor: Actor) -> int:
    return sending.remind(actor)
