"""A planned session changes: another time or place, restored after a cancellation, or never meant to be there.

Every change takes back and takes again the time of all concerned, or nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, select

from triad.domain import errors, lifecycle, matching, occupancy
from triad.domain.parties import Role
from triad.domain.timespans import MINUTE, TimeSpan, WallTime, span_of
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, queries
from triad.store.clinic import Interpreter, Room, Site
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Assignment, Encounter

MODES = ("in_person", "video", "telephone")
OF_THE_DAY = frozenset({"GAP", "LOAD_MAX", "TIME_OFF", "AVAILABILITY"})
"""Reasons that were set aside for one day and say nothing about another."""


@dataclass(frozen=True)
class Change:
    """Where a session goes: time on the wall clock, minutes, place, and modes of therapist, interpreter and client.

    `version` as it was read. `release`: take the interpreter off, where else it is refused unless they can stay.
    """

    wall: WallTime
    minutes: int
    site_id: str | None
    room_id: str | None
    modes: tuple[str, str, str]
    version: int
    release: bool = False


class Attached(NamedTuple):
    """An interpreter whose time is concerned, with skills and credentials loaded."""

    row: Interpreter
    waived: frozenset[str]


def move(actor: Actor, encounter_id: str, change: Change) -> None:
    """Raises Unfit, Clash naming who is taken, NotEligible with the reasons against the interpreter, Stale."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.MOVE)
        room = _place(ctx, change)
        span = _span(change)
        live = queries.live_assignment(encounter)
        kept = None if live is None or change.release else _attached(ctx, live)
        diaries = _lock(ctx, encounter, room, kept)
        _ensure_fresh(ctx, encounter, change.version)
        state = lifecycle.ensure("encounter", encounter.status, "move")
        if encounter.starts_at <= ctx.now:
            raise errors.BadTransition(event="move")
        if span.start < ctx.now:
            raise errors.Unfit({"start": "past"})

        moved = span.start != encounter.starts_at or span.end != encounter.ends_at
        encounter.status = state
        _rewrite(encounter, change, span)
        _free(ctx, encounter)
        _ensure_free(ctx, encounter, span, diaries)
        if kept and (reasons := _against(ctx, encounter, kept)):
            raise errors.NotEligible(reasons)
        _take(ctx, encounter, span, diaries)
        if live and change.release:
            _end(ctx, encounter, live, "moved", lifecycle.ensure("slot", encounter.slot.state, "release"))
        elif live and moved and live.confirmed_at:
            # A yes was for the old time: the slot is released and filled with the same person, who is asked anew.
            opened = lifecycle.ensure("slot", encounter.slot.state, "release")
            encounter.slot.state, live.confirmed_at = lifecycle.ensure("slot", opened, "assign"), None
        ctx.audit("moves.move", encounter.id, released=change.release)
        _tell(ctx, encounter, "moved", live)


def restore(actor: Actor, encounter_id: str, version: int) -> bool:
    """Until its planned end a cancelled session can come back; whether its interpreter came back too.

    Raises Clash when therapist, client or room are taken by now, BadTransition, Stale.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.RESTORE)
        last = _last_cancelled(encounter)
        before = _attached(ctx, last) if last else None
        span = TimeSpan(encounter.starts_at, encounter.ends_at)
        diaries = _lock(ctx, encounter, encounter.room, before)
        _ensure_fresh(ctx, encounter, version)
        state = lifecycle.ensure("encounter", encounter.status, "restore", to="scheduled")
        if encounter.ends_at <= ctx.now:
            raise errors.BadTransition(event="restore")
        own = diaries.pop(Role.INTERPRETER.value, None)
        _ensure_free(ctx, encounter, span, diaries)
        back = before if before and not _against(ctx, encounter, before) else None

        encounter.status, encounter.cancelled_by, encounter.cancelled_at, encounter.reason = state, "", None, ""
        encounter.version += 1
        filled = "filled" if back else "unfilled"
        encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "restore", to=filled)
        fresh = _attach(ctx, encounter, back) if back else None
        _take(ctx, encounter, span, diaries | ({Role.INTERPRETER.value: own} if back and own else {}))
        ctx.audit("moves.restore", encounter.id, filled=bool(back))
        _tell(ctx, encounter, "restored", fresh)
        return back is not None


def void(actor: Actor, encounter_id: str, version: int) -> None:
    """An entry error: it frees everybody's time and counts in no report. BadTransition for what took place."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.VOID)
        _ensure_fresh(ctx, encounter, version)
        encounter.status = lifecycle.ensure("encounter", encounter.status, "void")
        encounter.version += 1
        live = queries.live_assignment(encounter)
        if live:
            _end(ctx, encounter, live, "void", "released")
        if encounter.slot.state != "released":
            encounter.slot.state = lifecycle.ensure("slot", encounter.slot.state, "drop")
        _free(ctx, encounter)
        ctx.audit("moves.void", encounter.id)
        _tell(ctx, encounter, "cancelled", live)


def _place(ctx: Context, change: Change) -> Room | None:
    problems = {}
    if not 5 <= change.minutes <= 480:
        problems["minutes"] = "range"
    if not set(change.modes) <= set(MODES):
        problems["mode"] = "unknown"
    if change.site_id and ctx.session.get(Site, change.site_id) is None:
        problems["site"] = "unknown"
    room = ctx.session.get(Room, change.room_id) if change.room_id else None
    if change.room_id and (room is None or room.site_id != change.site_id):
        problems["room"] = "not_here"
    if problems:
        raise errors.Unfit(problems)
    return room


def _span(change: Change) -> TimeSpan:
    try:
        return span_of(change.wall, change.minutes)
    except errors.Unfit as error:
        raise errors.Unfit({"start": next(iter(error.fields.values()))}, **error.details) from None


def _attached(ctx: Context, assignment: Assignment) -> Attached:
    (row,) = queries.interpreters(ctx.session, Interpreter.id == assignment.interpreter_id)
    return Attached(row, frozenset(assignment.waived) - OF_THE_DAY)


def _lock(ctx: Context, encounter: Encounter, room: Room | None, who: Attached | None) -> dict[str, Diary]:
    """Whose time it is -> the locked diary: therapist, client, perhaps room and interpreter."""
    ids = {"therapist": encounter.case.therapist.diary_id, "client": encounter.case.client.diary_id}
    ids |= ({"room": room.diary_id} if room else {}) | ({"interpreter": who.row.diary_id} if who else {})
    locked = queries.lock_diaries(ctx.session, ids.values())
    return {name: locked[id_] for name, id_ in ids.items()}


def _ensure_fresh(ctx: Context, encounter: Encounter, version: int) -> None:
    """Stale when it changed since `version` was read, or between our reading and our locks."""
    query = select(Encounter.version).where(Encounter.id == encounter.id).with_for_update()
    if not ctx.session.scalar(query) == encounter.version == version:
        raise errors.Stale


def _rewrite(encounter: Encounter, change: Change, span: TimeSpan) -> None:
    wall = change.wall
    encounter.day, encounter.at, encounter.zone, encounter.fold = wall.day, wall.at, wall.zone, wall.fold or 0
    encounter.minutes, encounter.starts_at, encounter.ends_at = change.minutes, span.start, span.end
    encounter.site_id, encounter.room_id = change.site_id, change.room_id
    encounter.mode_t, encounter.mode_i, encounter.mode_c = change.modes
    encounter.version += 1


def _free(ctx: Context, encounter: Encounter) -> None:
    ctx.session.execute(delete(Taken).where(Taken.encounter_id == encounter.id))


def _margins(ctx: Context) -> occupancy.Margins:
    return occupancy.Margins(ctx.settings.briefing_minutes * MINUTE, ctx.settings.debrief_minutes * MINUTE)


def _ensure_free(ctx: Context, encounter: Encounter, span: TimeSpan, diaries: Mapping[str, Diary]) -> None:
    for who, diary in diaries.items():
        held = occupancy.held(who, span, _margins(ctx))
        if who != Role.INTERPRETER and queries.taken(ctx.session, [diary.id], held.start, held.end):
            raise errors.Clash(who=who, day=encounter.day)


def _against(ctx: Context, encounter: Encounter, who: Attached) -> tuple[matching.Reason, ...]:
    """The reasons that stand against the interpreter at the encounter's time; who stopped working has one more."""
    rules = candidates.Rules.of(ctx.settings)
    (candidate,) = candidates.gather(ctx.session, encounter, [who.row])
    verdict = matching.examine(candidate, candidates.demand(ctx.session, encounter, rules))
    found = verdict.reasons if isinstance(verdict, matching.Misfit) else ()
    gone = () if who.row.active else (matching.Reason("AVAILABILITY", {}, "N"),)
    return gone + matching.unresolved(found, who.waived)


def _take(ctx: Context, encounter: Encounter, span: TimeSpan, diaries: Mapping[str, Diary]) -> None:
    for who, diary in diaries.items():
        held = occupancy.held(who, span, _margins(ctx))
        taken = Taken(id=ctx.fresh_id(), encounter_id=encounter.id, starts_at=held.start, ends_at=held.end)
        diary.book(ctx.session, taken)


def _last_cancelled(encounter: Encounter) -> Assignment | None:
    """Who interpreted when it was cancelled."""
    ended = [one for one in encounter.slot.assignments if one.reason == "cancelled"]
    return next((one for one in ended if one.ended_at == encounter.cancelled_at), None)


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


def _tell(ctx: Context, encounter: Encounter, kind: str, assignment: Assignment | None) -> None:
    people = [encounter.case.therapist_id, *([assignment.interpreter_id] if assignment else [])]
    for person in people:
        ctx.post(person, kind, encounter.id)
