"""One interpreter for another in one step, and the bookings that somebody's absence has broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triad.domain import errors, lifecycle, matching, merits, replacing
from triad.domain import offers as rules
from triad.domain.candidates import Candidate
from triad.domain.merits import Point
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import broken, candidates, offers, queries, sendings
from triad.store.bookings import Attached, Bookings
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter
from triad.store.sendings import Asking


@dataclass(frozen=True)
class Other:
    """Somebody who could take it, with what changes for the better and for the worse."""

    fit: matching.Fit
    gained: Sequence[Point]
    lost: Sequence[Point]


@dataclass(frozen=True)
class Choice:
    """`now` is who has it, `against` what stands against them by now; `others` the best first."""

    encounter: Encounter
    now: Candidate
    against: Sequence[matching.Reason]
    others: Sequence[Other]
    misfits: Sequence[matching.Misfit]


@dataclass(frozen=True)
class Instead:
    """Who is to come: one who is assigned, or several who are asked, in turns as `offers.send` has them."""

    interpreter_id: str = ""
    tiers: Mapping[str, int] | None = None
    answer_hours: int = rules.ANSWER_HOURS
    wait_hours: int = rules.WAIT_HOURS


def choice(actor: Actor, encounter_id: str) -> Choice:
    """NotFound where nobody has it."""
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.REPLACE)
        live = queries.live_assignment(encounter)
        if live is None:
            raise errors.NotFound
        books = _books(ctx)
        rows = queries.interpreters(
            ctx.session, Interpreter.active.is_(True) | (Interpreter.id == live.interpreter_id)
        )
        people = candidates.gather(ctx.session, encounter, rows)
        demand = candidates.demand(ctx.session, encounter, books.rules)
        (own,) = [one for one in people if one.id == live.interpreter_id]
        # Counted without this one: what remains is what they would bring again.
        own = replace(own, times_with_client=max(own.times_with_client - 1, 0))
        verdict, points = matching.examine(own, demand), merits.weighed(own, demand)[0]
        fits, misfits = matching.ranked([one for one in people if one.id != own.id], demand)
        others = [Other(fit, *merits.difference(points, fit.points)) for fit in fits]
        against = verdict.reasons if isinstance(verdict, matching.Misfit) else ()
        return Choice(encounter, own, against, others, misfits)


def swap(actor: Actor, encounter_id: str, reason: str, instead: Instead, seen: int) -> None:
    """Release with a reason code, and assign or offer, or nothing at all. All three are told; the old row stays.

    `seen` is the version as it was read. Raises Unfit, BadTransition, NotEligible, Clash, Stale.
    """
    with context.work(actor) as ctx:
        before = access.outline(ctx, encounter_id, to=May.REPLACE).interpreter_id
        rows = queries.interpreters(ctx.session, Interpreter.id.in_([before, instead.interpreter_id]))
        diaries = queries.lock_diaries(ctx.session, [row.diary_id for row in rows])
        encounter = access.encounter(ctx, encounter_id, to=May.REPLACE, seen=seen)
        live = queries.live_assignment(encounter)
        if encounter.status != "scheduled" or encounter.starts_at <= ctx.now or live is None:
            raise errors.BadTransition(event="replace")
        if live.interpreter_id != before:
            raise errors.Stale
        if reason not in replacing.REASONS:
            raise errors.Unfit({"reason": "unknown" if reason else "required"})
        books = _books(ctx)
        books.detach(encounter, lifecycle.ensure("slot", encounter.slot.state, "release"), reason, ctx.now)
        told = {live.interpreter_id: "released", encounter.case.therapist_id: "released"}
        if instead.tiers:
            asking = Asking(instead.tiers, instead.answer_hours, instead.wait_hours, actor.person_id)
            for one in offers.let_out(sendings.send(books, encounter, asking, ctx.now), ctx.now):
                told[one.interpreter_id] = "offer"
        else:
            new = next((row for row in rows if row.id == instead.interpreter_id and row.id != before), None)
            if new is None or not new.active:
                raise errors.Unfit({"interpreter": "unknown" if instead.interpreter_id else "required"})
            if reasons := books.against(encounter, Attached(new, frozenset())):
                raise errors.NotEligible(reasons)
            state = lifecycle.ensure("slot", encounter.slot.state, "assign")
            made = books.attach(encounter, new.id, diaries[new.diary_id], state, actor.account_id, ctx.now)
            made.source = actor.source
            told |= {new.id: "assigned", encounter.case.therapist_id: "replaced"}
        for person, kind in told.items():
            ctx.post(person, kind, encounter.id, encounter.starts_at)
        ctx.audit("replacements.swap", encounter.id, reason=reason, asked=len(instead.tiers or ()))


def broken_bookings(actor: Actor, interpreter_id: str = "") -> Sequence[Encounter]:
    """Sessions to come whose interpreter is away by now, soonest first; of one interpreter, or "" of all."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_UNFILLED)
        ids = broken.encounters(ctx.session, _books(ctx).rules, ctx.now, interpreter_id)
        return queries.encounters(ctx.session, Encounter.id.in_(ids)) if ids else []


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)
