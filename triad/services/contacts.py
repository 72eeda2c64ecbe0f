"""What clients asked for beside the questions: to be contacted by therapist or lead, or another interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triad.domain import errors
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import contacts
from triad.store.contacts import ContactWish


@dataclass(frozen=True)
class Wish:
    id: str
    asked_at: datetime
    about_therapist: bool


@dataclass(frozen=True)
class Another:
    """A wish for another interpreter than `interpreter`, who had the session; None where nobody has it now.

    `next_id` is the next session to come with the same one; None where there is none.
    """

    id: str
    case_id: str
    code: str
    asked_at: datetime
    session_id: str
    starts_at: datetime
    zone: str
    interpreter: str | None
    next_id: str | None


def still_open(actor: Actor, case_id: str) -> Sequence[Wish]:
    """Oldest first; nothing for whoever may not know. What is about the therapist is for the lead alone."""
    with context.look(actor) as ctx:
        subject = access.about_case(ctx, case_id)
        if subject is None or not policy.allows(May.ANSWER_CONTACT, actor, subject):
            return []
        rows = contacts.still_open(ctx.session, case_id, actor.person_id == subject.therapist)
        return [Wish(row.id, row.asked_at, row.about_therapist) for row in rows]


def another(actor: Actor, case_id: str = "") -> Sequence[Another]:
    """Who asks for another interpreter, oldest first; of one case, or "" of all. Nothing for whoever may not know: a
    coordinator finds none of a case whose therapist they are."""
    with context.look(actor) as ctx:
        if not policy.allows(May.FIND_OTHER_INTERPRETER, actor):
            return []
        return [Another(*row) for row in contacts.another(ctx.session, case_id, actor.person_id, ctx.now)]


def close(actor: Actor, case_id: str, wish_id: str) -> None:
    """Somebody has been in touch. NotFound for a wish that is closed, or not for this reader."""
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.ANSWER_CONTACT)
        as_therapist = actor.person_id == case.therapist_id
        _close(ctx, contacts.still_open(ctx.session, case_id, as_therapist), wish_id)
        ctx.audit("contacts.close", wish_id, case=case.id)


def close_another(actor: Actor, case_id: str, wish_id: str) -> None:
    """It is arranged. NotFound for a wish that is closed, one that a newer took the place of included."""
    with context.work(actor) as ctx:
        access.case(ctx, case_id, to=May.FIND_OTHER_INTERPRETER)
        _close(ctx, contacts.open_another(ctx.session, case_id), wish_id)
        # Without its case: the trail has readers who must not learn who asked.
        ctx.audit("contacts.close_another", wish_id)


def _close(ctx: Context, rows: Sequence[ContactWish], wish_id: str) -> None:
    found = {row.id: row for row in rows}
    if wish_id not in found:
        raise errors.NotFound
    found[wish_id].closed_at, found[wish_id].closed_by = ctx.now, ctx.actor.person_id
