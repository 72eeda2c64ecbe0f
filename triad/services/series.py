"""A series as a whole, or from one date on: moved, given another room or mode, cancelled, dates brought back.

Every date is checked before any is written, and the set is written whole or not at all. The past never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from triad.domain import errors, lifecycle, matching
from triad.domain import series as rules
from triad.domain.cancelling import CANCELLERS
from triad.domain.parties import Role
from triad.domain.timespans import TimeSpan, WallTime
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, changes, holidays, queries
from triad.store import series as store
from triad.store.bookings import Attached, Bookings
from triad.store.changes import Change
from triad.store.diaries import Diary
from triad.store.encounters import Encounter, Series
from triad.store.holidays import Skipped
from triad.store.plannings import Plan, Planner

__all__ = ["Asked", "Change", "Outcome", "SeriesPage", "bring_back", "cancel", "check", "move", "show"]


@dataclass(frozen=True)
class Outcome:
    """One date of a series that is to be changed. `problem` is "" when it can be; `interpreter` with `reasons`."""

    id: str
    before: date
    day: date
    problem: str = ""
    reasons: tuple[matching.Reason, ...] = ()
    holiday: str = ""


@dataclass(frozen=True)
class Asked:
    """What is to become of the dates in `scope`: `change` speaks of the one it was asked about.

    With `change.release` an interpreter who cannot come is released from that date; else that date is in the way.
    `edited`: dates too that were changed by themselves. `keep`: these days stay as they are.
    """

    scope: str
    change: Change
    edited: bool = False
    keep: frozenset[date] = frozenset()


@dataclass(frozen=True)
class SeriesPage:
    encounter: Encounter
    rows: Sequence[Encounter]
    skipped: Sequence[Skipped]


class _Tried(Exception):
    """Ends the transaction of a trial, so that nothing of it remains."""


def show(actor: Actor, encounter_id: str) -> SeriesPage:
    with context.look(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.MOVE)
        rows = store.encounters(ctx.session, encounter)
        return SeriesPage(encounter, rows, store.skipped(ctx.session, encounter.series_id))


def check(actor: Actor, encounter_id: str, asked: Asked) -> list[Outcome]:
    """Every date that would change with what stands against it; nothing is written. It is tried, and taken back."""
    found: list[Outcome] = []
    try:
        with context.work(actor) as ctx:
            found = _play(ctx, encounter_id, asked)
            raise _Tried
    except _Tried:
        return found


def move(actor: Actor, encounter_id: str, asked: Asked) -> list[str]:
    """Ids of the encounters that moved, or nothing at all: Clash or NotEligible naming the first date in the way.

    Raises also Unfit, BadTransition, Inactive, Stale.
    """
    with context.work(actor) as ctx:
        found = _play(ctx, encounter_id, asked)
        for one in found:
            if one.problem in (Role.THERAPIST, Role.CLIENT, "room"):
                raise errors.Clash(who=one.problem, day=one.day)
            if one.reasons:
                raise errors.NotEligible(one.reasons)
            if one.problem:
                raise errors.Unfit({"start": one.problem}, day=one.day)
        ids = [one.id for one in found]
        rows = [ctx.session.get_one(Encounter, id_) for id_ in ids]
        if asked.scope != rules.THIS and rows[0].series_id:
            since, by = found[0].before, found[0].day - found[0].before
            if asked.scope == rules.LATER:
                store.split(ctx.session, rows, ctx.fresh_id(), since)
                ctx.session.flush()
            store.carry(ctx.session, rows[0].series_id, since, by)
        ctx.audit("series.move", encounter_id, scope=asked.scope, count=len(ids))
        for row, one in zip(rows, found, strict=True):
            ctx.audit("series.moved", row.id, was=one.before.isoformat(), to=changes.wall(row))
        return ids


def cancel(actor: Actor, encounter_id: str, scope: str, by: str, reason: str, seen: int, edited: bool = False) -> int:
    """How many dates to come were cancelled; those concerned are told of each."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.CANCEL)
        if by not in CANCELLERS:
            raise errors.Unfit({"by": "choose_one"})
        rows = _reached(ctx, encounter, scope, edited)
        store.lock(ctx.session, rows)
        if encounter.version != seen:
            raise errors.Stale
        books = _books(ctx)
        for row in rows:
            for person, kind in books.cancel(row, by, reason.strip(), ctx.now, actor.account_id).items():
                ctx.post(person, kind, row.id, row.starts_at)
        ctx.audit("series.cancel", encounter.id, scope=scope, count=len(rows))
        return len(rows)


def bring_back(actor: Actor, encounter_id: str, skipped_id: str) -> str:
    """A date that was left out takes place after all, as the date asked about does. Raises as planning does."""
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.PLAN)
        left_out = ctx.session.get(Skipped, skipped_id)
        if left_out is None or left_out.series_id != encounter.series_id:
            raise errors.NotFound
        wall = WallTime(left_out.day, encounter.at, encounter.zone, None)
        seats = changes.seats(encounter)
        need = encounter.slot.need_id
        plan = Plan(wall, encounter.minutes, need, encounter.site_id or "", encounter.room_id, seats)
        case = access.case(ctx, encounter.case_id, to=May.PLAN)
        planner = Planner(ctx.session, candidates.Rules.of(ctx.settings), ctx.now, ctx.fresh_id)
        id_ = planner.add(case, plan, ctx.session.get_one(Series, left_out.series_id))
        ctx.session.delete(left_out)
        ctx.audit("series.bring_back", id_, series=left_out.series_id)
        return id_


def _reached(ctx: Context, encounter: Encounter, scope: str, edited: bool) -> list[Encounter]:
    """Unfit for an unknown scope, BadTransition where no date is left to change."""
    if scope not in rules.SCOPES:
        raise errors.Unfit({"scope": "choose_one"})
    rows = {row.id: row for row in store.encounters(ctx.session, encounter)}
    dates = [store.occurrence(row) for row in rows.values()]
    found = rules.affected(dates, store.occurrence(encounter), scope, ctx.now, edited)
    if not found or (scope != rules.ALL and encounter.id not in {one.id for one in found}):
        raise errors.BadTransition(event="series")
    return [rows[one.id] for one in found]


def _play(ctx: Context, encounter_id: str, asked: Asked) -> list[Outcome]:
    """Move every date that can be moved, one after the other, and say of each what came of it."""
    encounter = access.encounter(ctx, encounter_id, to=May.MOVE)
    anchor, change, books = store.occurrence(encounter), asked.change, _books(ctx)
    room = changes.place(ctx.session, change)
    rows = [row for row in _reached(ctx, encounter, asked.scope, asked.edited) if row.day not in asked.keep]
    if not rows:
        raise errors.Unfit({"keep": "required"})
    people = {row.id: books.attached(live) for row in rows if (live := queries.live_assignment(row))}
    ids = {"therapist": encounter.case.therapist.diary_id, "client": encounter.case.client.diary_id}
    ids |= {"room": room.diary_id} if room else {}
    diaries = queries.lock_diaries(ctx.session, [*ids.values(), *(who.row.diary_id for who in people.values())])
    store.lock(ctx.session, rows)
    if encounter.version != change.version:
        raise errors.Stale
    own = {name: diaries[id_] for name, id_ in ids.items()}
    books.ensure_active(own)
    days = {row.id: rules.day_of(store.occurrence(row), anchor, change.wall.day) for row in rows}
    closed = holidays.between(ctx.session, change.site_id, min(days.values()), max(days.values()))
    for row in rows:
        books.free(row)
    found = []
    for row in rows:
        # Which of two equal times is meant was said of one date only.
        fold = change.wall.fold if row is encounter else None
        before, wall = row.day, replace(change.wall, day=days[row.id], fold=fold)
        problem, reasons = _moved(ctx, row, replace(change, wall=wall), own, people.get(row.id), diaries)
        found.append(Outcome(row.id, before, wall.day, problem, reasons, closed.get(wall.day, "")))
    return found


def _moved(
    ctx: Context,
    row: Encounter,
    change: Change,
    own: dict[str, Diary],
    who: Attached | None,
    diaries: dict[int, Diary],
) -> tuple[str, tuple[matching.Reason, ...]]:
    """ "" when it is where it was to go; else what stands against it, and then it takes nobody's time."""
    books = _books(ctx)
    try:
        span = changes.span(change)
        if span.start < ctx.now:
            return "past", ()
        was = TimeSpan(row.starts_at, row.ends_at)
        changes.rewrite(row, change, span)
        books.ensure_free(row, span, own)
    except errors.Unfit as error:
        return next(iter(error.fields.values())), ()
    except errors.Clash as error:
        return error.details["who"], ()
    reasons = (() if who.row.active else books.gone()) + books.against(row, who) if who else ()
    if reasons and not change.release:
        return Role.INTERPRETER.value, reasons
    mine = {} if who is None or reasons else {Role.INTERPRETER.value: diaries[who.row.diary_id]}
    books.take(row, span, own | mine)
    told = {row.case.therapist_id: "moved"} | ({who.row.id: "moved"} if who else {})
    if reasons:
        live = queries.live_assignment(row)
        assert live is not None
        live.ended_at, live.reason = ctx.now, "moved"
        row.slot.state = lifecycle.ensure("slot", row.slot.state, "release")
    elif was != span:
        told |= dict.fromkeys(books.ask_anew(row, ctx.now), "offer_over")
    for person, kind in told.items():
        ctx.post(person, kind, row.id, row.starts_at)
    # The next date is checked against what this one has taken.
    ctx.session.flush()
    return "", ()


def _books(ctx: Context) -> Bookings:
    return Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id)
