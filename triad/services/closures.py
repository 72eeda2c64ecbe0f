"""Giving up the search for an interpreter, with a cause, and taking it up again: what was not met stays countable."""

from __future__ import annotations

from sqlalchemy import select

from triad.domain import errors, lifecycle
from triad.domain import requests as rules
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import offers, queries
from triad.store.encounters import Encounter, Slot
from triad.store.requests import Closure


def close(actor: Actor, encounter_id: str, cause: str, seen: int) -> None:
    """Nobody is looked for any more; the session itself stays. `seen` is its version as it was read."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CLOSE_SLOT, seen=seen)
        if encounter.status != "scheduled":
            raise errors.BadTransition(state=encounter.status)
        state = lifecycle.ensure("slot", encounter.slot.state, "close")
        if cause not in rules.CAUSES:
            raise errors.Unfit({"cause": "choose_one"})
        _close(ctx, encounter, state, cause)
        ctx.post(encounter.case.therapist_id, "closed_unfilled", encounter.id, encounter.starts_at)
        ctx.audit("closures.close", encounter.id, cause=cause)


def reopen(actor: Actor, encounter_id: str, seen: int) -> None:
    """BadTransition once the session is over."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CLOSE_SLOT, seen=seen)
        state = lifecycle.ensure("slot", encounter.slot.state, "reopen")
        if encounter.status != "scheduled" or encounter.ends_at <= ctx.now:
            raise errors.BadTransition(event="reopen")
        encounter.slot.state = state
        encounter.version += 1
        query = select(Closure).where(Closure.slot_id == encounter.slot.id, Closure.reopened_at.is_(None))
        for one in ctx.session.scalars(query):
            one.reopened_at = ctx.now
        ctx.audit("closures.reopen", encounter.id)


def close_past(actor: Actor) -> int:
    """Close what nobody was found for by its end; how many. The cause is what the offers say."""
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_OFFERS)
        query = select(Encounter.id).join(Slot).where(Slot.state.in_(("unfilled", "on_offer")))
        query = query.where(Encounter.ends_at <= ctx.now, Encounter.status == "scheduled").order_by(Encounter.id)
        ids = ctx.session.scalars(query).all()
        for id_ in ids:
            queries.outline(ctx.session, id_, lock=True)
            encounter = queries.encounter(ctx.session, id_)
            if encounter:
                states = {row.standing(ctx.now) for row, _ in offers.asked(ctx.session, encounter.slot.id)}
                cause = "no_answer" if "expired" in states else "declined" if "declined" in states else "none_free"
                _close(ctx, encounter, lifecycle.ensure("slot", encounter.slot.state, "close"), cause)
        return len(ids)


def _close(ctx: Context, encounter: Encounter, state: str, cause: str) -> None:
    encounter.slot.state = state
    encounter.version += 1
    for person in offers.end_open(ctx.session, encounter.slot.id, "withdrawn", ctx.now):
        ctx.post(person, "offer_over", encounter.id, encounter.starts_at)
    ctx.session.add(
        Closure(
            id=ctx.fresh_id(),
            slot_id=encounter.slot.id,
            cause=cause,
            closed_at=ctx.now,
            closed_by=ctx.actor.person_id,
        )
    )
