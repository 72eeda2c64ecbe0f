"""Clients who asked to be contacted: seen and closed by their therapist and the clinical lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triad.domain import errors
from triad.services import access, context, policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import contacts


@dataclass(frozen=True)
class Wish:
    id: str
    asked_at: datetime
    about_therapist: bool


def still_open(actor: Actor, case_id: str) -> Sequence[Wish]:
    """Oldest first; nothing for whoever may not know. What is about the therapist is for the lead alone."""
    with context.look(actor) as ctx:
        subject = access.about_case(ctx, case_id)
        if subject is None or not policy.allows(May.ANSWER_CONTACT, actor, subject):
            return []
        rows = contacts.still_open(ctx.session, case_id, actor.person_id == subject.therapist)
        return [Wish(row.id, row.asked_at, row.about_therapist) for row in rows]


def close(actor: Actor, case_id: str, wish_id: str) -> None:
    """Somebody has been in touch. NotFound for a wish that is closed, or not for this reader."""
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.ANSWER_CONTACT)
        as_therapist = actor.person_id == case.therapist_id
        rows = {row.id: row for row in contacts.still_open(ctx.session, case_id, as_therapist)}
        if wish_id not in rows:
            raise errors.NotFound
        rows[wish_id].closed_at, rows[wish_id].closed_by = ctx.now, actor.person_id
        ctx.audit("contacts.close", wish_id, case=case.id)
