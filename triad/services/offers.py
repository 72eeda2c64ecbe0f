"""Asking interpreters to take a session, one or many, tier by tier; what they say to it stands in `answers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from triad.domain import errors, lifecycle
from triad.domain import offers as rules
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, offers, queries, sendings
from triad.store.bookings import Bookings
from triad.store.encounters import Encounter
from triad.store.offers import Offer
from triad.store.sendings import Asking

COUNTED = timedelta(days=28)


@dataclass(frozen=True)
class Asked:
    """For the coordinator: one person who was asked. `times`: how often in the last four weeks, this one included."""

    id: str
    interpreter_id: str
    name: str
    tier: int
    state: str
    opens_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None
    reason: str
    times: int


def send(
    actor: Actor,
    encounter_id: str,
    tiers: Mapping[str, int],
    answer_hours: int = rules.ANSWER_HOURS,
    wait_hours: int = rules.WAIT_HOURS,
    seen: int | None = None,
) -> list[str]:
    """Ids of the offers. `tiers` says of each interpreter when they are asked: 1 at once, each further one later.

    Raises Unfit, BadTransition, NotEligible with the reasons against the first who cannot; then nobody is asked.
    Stale when `seen` is given and is no longer the encounter's version; so too in `withdraw`.
    """
    with context.work(actor) as ctx:
        access.outline(ctx, encounter_id, to=May.OFFER, lock=True)
        encounter = access.encounter(ctx, encounter_id, to=May.OFFER, seen=seen)
        _settle(ctx, encounter)
        if encounter.status != "scheduled" or encounter.starts_at <= ctx.now:
            raise errors.BadTransition(event="offer")
        asking = Asking(tiers, answer_hours, wait_hours, ctx.actor.person_id)
        made = sendings.send(_books(ctx), encounter, asking, ctx.now)
        for one in offers.let_out(made, ctx.now):
            ctx.post(one.interpreter_id, "offer", encounter.id, encounter.starts_at)
        ctx.audit("offers.send", encounter.id, people=len(made), tiers=len(set(tiers.values())))
        return [one.id for one in made]


def asked(actor: Actor, encounter_id: str) -> list[Asked]:
    """Everybody who was asked to take this session, the newest round first."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.OFFER)
        rows = offers.asked(ctx.session, encounter.slot.id)
        times = offers.counted(ctx.session, {row.interpreter_id for row, _ in rows}, ctx.now - COUNTED)
        return [
            Asked(
                row.id,
                row.interpreter_id,
                name,
                row.tier,
                row.standing(ctx.now),
                row.opens_at,
                row.expires_at,
                row.seen_at,
                row.ended_at,
                row.reason,
                times.get(row.interpreter_id, 0),
            )
            for row, name in rows
        ]


def standing(actor: Actor, encounter_id: str) -> dict[str, str]:
    """Interpreter id -> how their offer stands, of all who may answer now or later."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.OFFER)
        found = {row.interpreter_id: row.standing(ctx.now) for row, _ in offers.asked(ctx.session, encounter.slot.id)}
        return {id_: state for id_, state in found.items() if state in (*rules.OPEN, rules.WAITING)}


def withdraw(actor: Actor, encounter_id: str, seen: int | None = None) -> None:
    """Nobody is to answer any more; those who had heard of it are told. BadTransition where nobody is asked."""
    with context.work(actor) as ctx:
        access.outline(ctx, encounter_id, to=May.OFFER, lock=True)
        encounter = access.encounter(ctx, encounter_id, to=May.OFFER, seen=seen)
        encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "offers_ended")
        for person in offers.end_open(ctx.session, encounter.slot.id, "withdrawn", ctx.now):
            ctx.post(person, "offer_over", encounter.id, encounter.starts_at)
        encounter.version += 1
        ctx.audit("offers.withdraw", encounter.id)


def expire(actor: Actor) -> int:
    """Write down what the clock has ended, open the slots that nobody may answer for any more; how many offers."""
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_OFFERS)
        over = offers.due(ctx.session, Offer.expires_at <= ctx.now)
        for id_ in dict.fromkeys(one.slot.encounter_id for one in over):
            queries.outline(ctx.session, id_, lock=True)
            encounter = queries.encounter(ctx.session, id_)
            if encounter:
                _settle(ctx, encounter)
        return sum(one.state == "expired" for one in over)


def release_tiers(actor: Actor) -> int:
    """Write to everybody whose tier the clock has let out; to how many."""
    with context.work(actor) as ctx:
        access.need(ctx, May.KEEP_OFFERS)
        rows = offers.due(ctx.session, Offer.opens_at <= ctx.now, Offer.expires_at > ctx.now, Offer.told_at.is_(None))
        for row in offers.let_out(rows, ctx.now):
            ctx.post(row.interpreter_id, "offer", row.slot.encounter_id)
        return len(rows)


def _settle(ctx: Context, encounter: Encounter) -> None:
    for person, kind in offers.settle(ctx.session, encounter.slot, ctx.now):
        ctx.post(person, kind, encounter.id, encounter.starts_at)


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)
