"""The plan for other systems: who is there, who meets whom when, who was asked, who is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triad.domain import availability, timespans
from triad.domain.availability import Away
from triad.domain.timespans import TimeSpan
from triad.formats.fhir_schedule import Asked, Plan, Served, Stretch, Visit, Worker
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, interchange, queries
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter


def plan(actor: Actor, start: datetime, end: datetime) -> Plan:
    """All that touches [start, end), states and answers of every kind; clients as pseudonyms. The trail says so."""
    with context.look(actor) as ctx:
        access.need(ctx, May.EXPORT_SCHEDULE)
        rows = interchange.encounters(ctx.session, start, end)
        live = {row.id: queries.live_assignment(row) for row in rows}
        assigned = {one.interpreter_id for one in live.values() if one}
        asked = _asked(ctx, rows)
        interpreters = interchange.interpreters(ctx.session, assigned | {one.interpreter for one in asked})
        found = Plan(
            (*_therapists(ctx, rows), *(_interpreter(one) for one in interpreters)),
            _clients(ctx, rows),
            _visits(ctx, rows),
            asked,
            _diaries(ctx, [one for one in interpreters if one.active], TimeSpan(start, end)),
        )
        ctx.audit("interchange.plan", "fhir", sessions=len(rows))
        return found


def _therapists(ctx: Context, rows: Sequence[Encounter]) -> list[Worker]:
    found = interchange.therapists(ctx.session, {row.case.therapist_id for row in rows})
    return [Worker(one.id, one.person.name, "therapist", one.active, tuple(one.languages)) for one in found]


def _interpreter(one: Interpreter) -> Worker:
    languages = dict.fromkeys(tag for skill in one.skills for tag in (skill.language, skill.into))
    return Worker(one.id, one.person.name, "interpreter", one.active, tuple(sorted(languages)))


def _clients(ctx: Context, rows: Sequence[Encounter]) -> tuple[Served, ...]:
    found = interchange.clients(ctx.session, {row.case.client_id for row in rows})
    return tuple(Served(one.id, one.code, tuple(one.spoken), one.dialect) for one in found)


def _visits(ctx: Context, rows: Sequence[Encounter]) -> tuple[Visit, ...]:
    marks = interchange.marks(ctx.session, [row.id for row in rows])
    found = []
    for row in rows:
        live = queries.live_assignment(row)
        one = Visit(
            id=row.id,
            case=row.case.code,
            client=row.case.client_id,
            therapist=row.case.therapist_id,
            interpreter=live.interpreter_id if live else "",
            status=row.status,
            slot=row.slot.state,
            start=row.starts_at,
            end=row.ends_at,
            made_at=row.slot.demand_at,
            cancelled_by=row.cancelled_by,
            mode=row.mode_i,
            confirmed=bool(live and live.confirmed_at),
            marks=marks.get(row.id, {}),
        )
        found.append(one)
    return tuple(found)


def _asked(ctx: Context, rows: Sequence[Encounter]) -> tuple[Asked, ...]:
    """By the clock: an offer whose time is over is no open one, even if nobody has settled it yet."""
    of = {row.slot.id: row for row in rows}
    return tuple(
        Asked(one.id, row.id, one.interpreter_id, one.standing(ctx.now), row.starts_at, row.ends_at)
        for one in interchange.offers(ctx.session, of)
        for row in (of[one.slot_id],)
    )


def _diaries(ctx: Context, people: Sequence[Interpreter], window: TimeSpan) -> dict[str, tuple[Stretch, ...]]:
    """Free is what lies in the weekly hours, and is neither taken nor time off."""
    ids = [one.id for one in people]
    hours, away = queries.hours_of(ctx.session, ids), interchange.away(ctx.session, ids, window.start, window.end)
    taken = queries.taken(ctx.session, [one.diary_id for one in people], window.start, window.end)
    found = {}
    for one in people:
        off = [TimeSpan(row.starts_at, row.ends_at) for row in away if row.person_id == one.id]
        busy = timespans.merged(TimeSpan(row.starts_at, row.ends_at) for row in taken if row.diary_id == one.diary_id)
        offered = [candidates.as_hours(row) for row in hours if row.person_id == one.id]
        free = timespans.subtract(availability.free(offered, [Away(span) for span in off], window), busy)
        kinds = {"free": free, "busy": busy, "busy-unavailable": timespans.subtract(off, busy)}
        stretches = [Stretch(span.start, span.end, kind) for kind, spans in kinds.items() for span in spans]
        found[one.id] = tuple(sorted(stretches))
    return found
