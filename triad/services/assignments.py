"""Who interprets an encounter: candidates with reasons, assign, release, and the interpreter's own answer."""

from __future__ import annotations

from collections.abc import Collection

from triad.domain import errors, lifecycle, matching
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, offers, queries
from triad.store.bookings import Bookings
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter


def panel(actor: Actor, encounter_id: str) -> candidates.Panel:
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.SEE_CANDIDATES)
        rows = queries.interpreters(ctx.session, Interpreter.active.is_(True))
        return candidates.panel(ctx.session, encounter, rows, candidates.Rules.of(ctx.settings))


def assign_interpreter(
    actor: Actor,
    encounter_id: str,
    interpreter_id: str,
    *,
    waived: Collection[str] = (),
    reason: str = "",
    source: str = "page",
) -> str:
    """The new assignment's id. `waived` are reason codes set aside, which needs a typed `reason`.

    Raises NotFound, BadTransition, NotEligible with all reasons, Clash, Unfit.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.ASSIGN)
        rows = queries.interpreters(ctx.session, Interpreter.id == interpreter_id, Interpreter.active.is_(True))
        if not rows:
            raise errors.Unfit({"interpreter": "unknown"})
        interpreter = rows[0]
        diary = queries.lock_diaries(ctx.session, [interpreter.diary_id])[interpreter.diary_id]
        (candidate,) = candidates.gather(ctx.session, encounter, rows)
        demand = candidates.demand(ctx.session, encounter, candidates.Rules.of(ctx.settings))

        _ensure_open(encounter)
        state = lifecycle.ensure("slot", encounter.slot.state, "assign")
        if waived and not reason.strip():
            raise errors.Unfit({"reason": "required"})
        verdict = matching.examine(candidate, demand)
        if isinstance(verdict, matching.Misfit) and not matching.waivable(verdict.reasons, set(waived)):
            raise errors.NotEligible(verdict.reasons)

        row = _books(ctx).attach(encounter, interpreter_id, diary, state, actor.account_id, ctx.now)
        row.source, row.waived, row.waiver_reason = source, sorted(waived), reason.strip()
        ctx.audit("assignments.assign", encounter.id, interpreter=interpreter_id, waived=",".join(sorted(waived)))
        for person in offers.end_open(ctx.session, encounter.slot.id, "withdrawn", ctx.now):
            ctx.post(person, "offer_over", encounter.id, encounter.starts_at)
        _tell_all(ctx, encounter, "assigned", interpreter_id)
        return row.id


def release(actor: Actor, encounter_id: str, reason: str, seen: int | None = None) -> None:
    """Take the interpreter off, with a reason; the slot is open again and the time free.

    Stale when `seen` is given and is no longer the encounter's version; so too in `accept` and `decline`.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.RELEASE, seen=seen)
        _ensure_open(encounter)
        state = lifecycle.ensure("slot", encounter.slot.state, "release")
        if not reason.strip():
            raise errors.Unfit({"reason": "required"})
        _end(ctx, encounter, state, reason.strip())
        ctx.audit("assignments.release", encounter.id)


def accept(actor: Actor, encounter_id: str, seen: int | None = None) -> None:
    """The interpreter's own yes."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.ANSWER_ASSIGNMENT, seen=seen)
        _ensure_open(encounter)
        encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "confirm")
        live = queries.live_assignment(encounter)
        assert live is not None
        live.confirmed_at = ctx.now
        encounter.version += 1
        ctx.audit("assignments.accept", encounter.id)


def confirm(actor: Actor, encounter_id: str, seen: int | None = None) -> None:
    """A coordinator has the interpreter's yes by another way, by telephone say. BadTransition once it has begun."""
    with context.work(actor) as ctx:
        encounter = _to_confirm(ctx, encounter_id, seen)
        encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "confirm")
        live = queries.live_assignment(encounter)
        assert live is not None
        live.confirmed_at = ctx.now
        encounter.version += 1
        ctx.audit("assignments.confirm", encounter.id)


def unconfirm(actor: Actor, encounter_id: str, seen: int | None = None) -> None:
    """It was confirmed too early: the interpreter still has it, and is yet to say yes."""
    with context.work(actor) as ctx:
        encounter = _to_confirm(ctx, encounter_id, seen)
        if encounter.slot.state != "confirmed":
            raise errors.BadTransition(event="unconfirm")
        released = lifecycle.ensure("slot", encounter.slot.state, "release")
        encounter.slot.state = lifecycle.ensure("slot", released, "assign")
        live = queries.live_assignment(encounter)
        assert live is not None
        live.confirmed_at = None
        encounter.version += 1
        ctx.audit("assignments.unconfirm", encounter.id)


def decline(actor: Actor, encounter_id: str, seen: int | None = None) -> None:
    """The interpreter's own no, without giving a reason; the coordinators are told."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.ANSWER_ASSIGNMENT, seen=seen)
        _ensure_open(encounter)
        state = lifecycle.ensure("slot", encounter.slot.state, "release")
        live = queries.live_assignment(encounter)
        assert live is not None
        if encounter.starts_at <= ctx.now or live.source == "offer":
            # A yes to an offer binds: only a coordinator can take it back.
            raise errors.BadTransition(event="decline")
        _end(ctx, encounter, state, "declined")
        ctx.audit("assignments.decline", encounter.id)


def _to_confirm(ctx: Context, encounter_id: str, seen: int | None) -> Encounter:
    encounter = access.encounter(ctx, encounter_id, to=May.CONFIRM, seen=seen)
    _ensure_open(encounter)
    if encounter.starts_at <= ctx.now:
        raise errors.BadTransition(event="confirm")
    return encounter


def _ensure_open(encounter: Encounter) -> None:
    if encounter.status != "scheduled":
        raise errors.BadTransition(state=encounter.status)


def _end(ctx: Context, encounter: Encounter, state: str, reason: str) -> None:
    live = _books(ctx).detach(encounter, state, reason, ctx.now)
    _tell_all(ctx, encounter, "released", live.interpreter_id)


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)


def _tell_all(ctx: Context, encounter: Encounter, kind: str, interpreter_id: str) -> None:
    for person in (interpreter_id, encounter.case.therapist_id):
        ctx.post(person, kind, encounter.id, encounter.starts_at)
