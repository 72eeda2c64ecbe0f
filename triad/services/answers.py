"""What an interpreter is asked, and what they say to it: the first yes has the session, and binds.

Who is asked never learns of the others, nor why a session is no longer theirs to take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from triad.domain import errors, lifecycle
from triad.domain import offers as rules
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, offers, queries
from triad.store.bookings import Attached, Bookings
from triad.store.clinic import Interpreter
from triad.store.diaries import Diary
from triad.store.encounters import Encounter
from triad.store.offers import Acquaintance, Offer

SHOWN = timedelta(days=14)
"""How long an offer that is over stays on the interpreter's page."""


@dataclass(frozen=True)
class Mine:
    """All an interpreter may know of what they are asked. `state` as `rules.told`; `site` "" unless they come."""

    id: str
    state: str
    language: str
    dialect: str
    site: str
    mode: str
    starts_at: datetime
    day: date
    at: time
    zone: str
    minutes: int
    expires_at: datetime


def mine(actor: Actor) -> list[Mine]:
    """What the actor is asked, soonest first, and what ended in the last two weeks. Marks as seen, nothing else."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_OFFERS)
        rows = offers.of(ctx.session, actor.person_id, ctx.now, ctx.now - SHOWN)
        shown = [
            Mine(
                row.id,
                rules.told(row.standing(ctx.now)),
                need.language,
                need.dialect,
                site.name if site and encounter.mode_i == "in_person" else "",
                encounter.mode_i,
                encounter.starts_at,
                encounter.day,
                encounter.at,
                encounter.zone,
                encounter.minutes,
                row.expires_at,
            )
            for row, encounter, need, site in rows
        ]
        fresh = [row.id for row, *_ in rows if row.standing(ctx.now) == "sent"]
    if fresh:
        _mark_seen(actor, fresh)
    return shown


def _mark_seen(actor: Actor, ids: Sequence[str]) -> None:
    with context.work(actor) as ctx:
        for row in offers.due(ctx.session, Offer.id.in_(ids), Offer.state == "sent"):
            row.state, row.seen_at = lifecycle.ensure("offer", row.state, "see"), ctx.now


def accept(actor: Actor, offer_id: str) -> str:
    """What the actor is told: `accepted`, or how the offer stands that is over. The first yes has the session.

    Raises NotFound, and NotEligible with reasons from the actor's own diary, which leave the offer open.
    """
    with context.work(actor) as ctx:
        row, encounter, diary = access.offer(ctx, offer_id, to=May.ANSWER_OFFER)
        if row.standing(ctx.now) not in rules.OPEN:
            return rules.told(row.standing(ctx.now))
        if encounter.status != "scheduled" or encounter.slot.state != "on_offer":
            row.end(lifecycle.ensure("offer", row.state, "overtake"), ctx.now)
            return rules.told(row.state)
        (interpreter,) = queries.interpreters(ctx.session, Interpreter.id == row.interpreter_id)
        reasons = _books(ctx).against(encounter, Attached(interpreter, frozenset()))
        if not interpreter.active or {one.code for one in reasons} - rules.OWN:
            # Why is nobody's business but the clinic's: to the interpreter it is an offer that was taken back.
            row.end(lifecycle.ensure("offer", row.state, "withdraw"), ctx.now)
            _settle(ctx, encounter)
            return rules.told(row.state)
        if reasons:
            raise errors.NotEligible(reasons)
        _take(ctx, row, encounter, diary)
        for other in offers.end_open(ctx.session, row.slot_id, "too_late", ctx.now):
            ctx.post(other, "offer_over", encounter.id, encounter.starts_at)
        for person in (row.interpreter_id, encounter.case.therapist_id, row.sent_by):
            ctx.post(person, "assigned", encounter.id, encounter.starts_at)
        ctx.audit("offers.accept", encounter.id, offer=row.id)
        return row.state


def decline(actor: Actor, offer_id: str, reason: str = "") -> str:
    """What the actor is told, as by `accept`. `reason` is "" or one of `rules.REASONS`.

    Who knows the client is not asked again for this client until a lead has decided.
    """
    with context.work(actor) as ctx:
        row, encounter, _ = access.offer(ctx, offer_id, to=May.ANSWER_OFFER)
        if reason not in ("", *rules.REASONS):
            raise errors.Unfit({"reason": "unknown"})
        if row.standing(ctx.now) not in rules.OPEN:
            return rules.told(row.standing(ctx.now))
        row.end(lifecycle.ensure("offer", row.state, "decline"), ctx.now)
        row.reason = reason
        if reason == rules.ACQUAINTED:
            ctx.session.add(
                Acquaintance(
                    id=ctx.fresh_id(),
                    client_id=encounter.case.client_id,
                    interpreter_id=row.interpreter_id,
                    source="offer",
                    noted_at=ctx.now,
                )
            )
        _settle(ctx, encounter)
        ctx.audit("offers.decline", encounter.id, offer=row.id)
        return row.state


def _settle(ctx: Context, encounter: Encounter) -> None:
    for person, kind in offers.settle(ctx.session, encounter.slot, ctx.now):
        ctx.post(person, kind, encounter.id, encounter.starts_at)


def _take(ctx: Context, row: Offer, encounter: Encounter, diary: Diary) -> None:
    state = lifecycle.ensure("slot", encounter.slot.state, "accept")
    row.end(lifecycle.ensure("offer", row.state, "accept"), ctx.now)
    made = _books(ctx).attach(encounter, row.interpreter_id, diary, state, ctx.actor.account_id, ctx.now)
    made.source = "offer"


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)
