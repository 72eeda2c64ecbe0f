"""A planned session changes: another time or place, restored after a cancellation, or never meant to be there.

Every change takes back and takes again the time of all concerned, or nothing at all.
"""

from __future__ import annotations

from datetime import datetime

from triad.domain import errors, lifecycle, matching
from triad.domain.parties import Role
from triad.domain.timespans import TimeSpan
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import cancellations, candidates, changes, offers, queries
from triad.store.bookings import Attached, Bookings
from triad.store.changes import Change
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Encounter

__all__ = ["VOID", "Change", "move", "restore", "unvoid", "void"]
VOID = "void"
"""The reason of an assignment that ended with an entry error."""


def move(actor: Actor, encounter_id: str, change: Change) -> None:
    """Raises Unfit, Clash naming who is taken, NotEligible with the reasons against, Inactive, Stale."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.MOVE)
        room = changes.place(ctx.session, change)
        span = changes.span(change)
        live, books = queries.live_assignment(encounter), _books(ctx)
        kept = None if live is None or change.release else books.attached(live)
        diaries = books.lock(encounter, room, kept)
        books.ensure_fresh(encounter, change.version)
        state = lifecycle.ensure("encounter", encounter.status, "move")
        if encounter.starts_at <= ctx.now:
            raise errors.BadTransition(event="move")
        if span.start < ctx.now:
            raise errors.Unfit({"start": "past"})
        books.ensure_active(diaries)

        moved = span.start != encounter.starts_at or span.end != encounter.ends_at
        if live and change.release:
            # Of the time that was theirs: where it goes is no longer their concern.
            ctx.post(live.interpreter_id, "released", encounter.id, encounter.starts_at)
        was, encounter.status = changes.wall(encounter), state
        changes.rewrite(encounter, change, span)
        books.free(encounter)
        books.ensure_free(encounter, span, diaries)
        if kept and (reasons := _against(ctx, encounter, kept)):
            raise errors.NotEligible(reasons)
        books.take(encounter, span, diaries)
        if live and change.release:
            _end(ctx, encounter, live, "moved", lifecycle.ensure("slot", encounter.slot.state, "release"))
        elif moved:
            for person in books.ask_anew(encounter, ctx.now):
                ctx.post(person, "offer_over", encounter.id, encounter.starts_at)
        ctx.audit("moves.move", encounter.id, released=change.release, was=was, to=changes.wall(encounter))
        _tell(ctx, encounter, "moved", None if change.release else live)


def restore(actor: Actor, encounter_id: str, version: int) -> bool:
    """Until its planned end a cancelled session can come back; whether its interpreter came back too.

    Raises Clash when therapist, client or room are taken by now, Inactive, BadTransition, Stale.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.RESTORE)
        last = _last(encounter, "cancelled", encounter.cancelled_at)
        before, diaries = _locked(ctx, encounter, last, version)
        state = lifecycle.ensure("encounter", encounter.status, "restore", to="scheduled")
        if encounter.ends_at <= ctx.now:
            raise errors.BadTransition(event="restore")
        fresh = _take_again(ctx, encounter, before, diaries)
        encounter.status, encounter.cancelled_by, encounter.cancelled_at, encounter.reason = state, "", None, ""
        encounter.version += 1
        cancellations.take_back(ctx.session, encounter.id, ctx.now)
        ctx.audit("moves.restore", encounter.id, filled=bool(fresh))
        _tell(ctx, encounter, "restored", fresh)
        return fresh is not None


def void(actor: Actor, encounter_id: str, version: int) -> None:
    """An entry error: it frees everybody's time and counts in no report. BadTransition for what took place."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.VOID)
        books = _books(ctx)
        books.ensure_fresh(encounter, version)
        before = encounter.status
        encounter.status = lifecycle.ensure("encounter", before, "void")
        encounter.void_from, encounter.void_at = before, ctx.now
        encounter.version += 1
        live = queries.live_assignment(encounter)
        if live:
            _end(ctx, encounter, live, VOID, "released")
        if encounter.slot.state != "released":
            encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "drop")
        _end_offers(ctx, encounter)
        books.free(encounter)
        ctx.audit("moves.void", encounter.id, before=before)
        _tell(ctx, encounter, "cancelled", live)


def unvoid(actor: Actor, encounter_id: str, version: int) -> bool:
    """It was no entry error: it is again what it was before; whether its interpreter is back as well.

    What was planned or broken off takes everybody's time anew, what was cancelled takes none. Raises Clash when
    therapist, client or room are taken by now, Inactive, BadTransition, Stale.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.VOID)
        last = _last(encounter, VOID, encounter.void_at)
        before, diaries = _locked(ctx, encounter, last, version)
        state = lifecycle.ensure("encounter", encounter.status, "unvoid", to=encounter.void_from)
        fresh = None if state == "cancelled" else _take_again(ctx, encounter, before, diaries)
        encounter.status, encounter.void_from, encounter.void_at = state, "", None
        encounter.version += 1
        ctx.audit("moves.unvoid", encounter.id, to=state, filled=bool(fresh))
        if encounter.ends_at > ctx.now and state != "cancelled":
            _tell(ctx, encounter, "restored", fresh)
        return fresh is not None


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)


def _last(encounter: Encounter, reason: str, moment: datetime | None) -> Assignment | None:
    """Who interpreted when it was cancelled, or found to be an entry error."""
    ended = [one for one in encounter.slot.assignments if one.reason == reason]
    return next((one for one in ended if one.ended_at == moment), None)


def _locked(
    ctx: Context, encounter: Encounter, last: Assignment | None, version: int
) -> tuple[Attached | None, dict[str, Diary]]:
    """Whoever may come back, and the diaries of all concerned, locked."""
    books = _books(ctx)
    before = books.attached(last) if last else None
    diaries = books.lock(encounter, encounter.room, before)
    books.ensure_fresh(encounter, version)
    return before, diaries


def _take_again(
    ctx: Context, encounter: Encounter, before: Attached | None, diaries: dict[str, Diary]
) -> Assignment | None:
    """Everybody's time for an encounter that had none; the new assignment if its interpreter can still come."""
    books, span = _books(ctx), TimeSpan(encounter.starts_at, encounter.ends_at)
    own = diaries.pop(Role.INTERPRETER.value, None)
    if encounter.ends_at > ctx.now:
        books.ensure_active(diaries)
    books.ensure_free(encounter, span, diaries)
    back = before if before and not _against(ctx, encounter, before) else None
    filled = "filled" if back else "unfilled"
    encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "restore", to=filled)
    fresh = _attach(ctx, encounter, back) if back else None
    books.take(encounter, span, diaries | ({Role.INTERPRETER.value: own} if back and own else {}))
    return fresh


def _against(ctx: Context, encounter: Encounter, who: Attached) -> tuple[matching.Reason, ...]:
    """What stands against the interpreter; who stopped working has one more reason, but not for what is over."""
    works = who.row.active or encounter.ends_at <= ctx.now
    books = _books(ctx)
    return (() if works else books.gone()) + books.against(encounter, who)


def _attach(ctx: Context, encounter: Encounter, who: Attached) -> Assignment:
    row = Assignment(
        id=ctx.fresh_id(),
        slot_id=encounter.slot.id,
        interpreter_id=who.row.id,
        made_by=ctx.actor.account_id,
        source="restore",
        waived=sorted(who.waived),
        made_at=ctx.now,
    )
    ctx.session.add(row)
    return row


def _end(ctx: Context, encounter: Encounter, live: Assignment, reason: str, state: str) -> None:
    live.ended_at, live.reason = ctx.now, reason
    encounter.slot.state = state


def _end_offers(ctx: Context, encounter: Encounter) -> None:
    for person in offers.end_open(ctx.session, encounter.slot.id, "withdrawn", ctx.now):
        ctx.post(person, "offer_over", encounter.id, encounter.starts_at)


def _tell(ctx: Context, encounter: Encounter, kind: str, assignment: Assignment | None) -> None:
    people = [encounter.case.therapist_id, *([assignment.interpreter_id] if assignment else [])]
    for person in people:
        ctx.post(person, kind, encounter.id, encounter.starts_at)
