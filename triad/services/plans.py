"""Planning: one encounter or a weekly series, every date checked before any is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triad.domain import errors, modes, occupancy
from triad.domain.modes import Modes
from triad.domain.parties import Role
from triad.domain.timespans import MINUTE, TimeSpan, WallTime, span_of, weekly
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case
from triad.store.clinic import Room, Site
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Encounter, Series, Slot

LONGEST_SERIES = 52
PEOPLE = (Role.THERAPIST.value, Role.CLIENT.value)


@dataclass(frozen=True)
class Plan:
    """What a person asked for: the first date on the wall clock, and how often it repeats.

    `site_id` None is the case's own where somebody comes, "" no site. `modes`: where each of the three sits, "" as
    the need says.
    """

    first: WallTime
    minutes: int
    need_id: str
    site_id: str | None
    room_id: str | None = None
    modes: Modes = modes.UNSAID
    count: int = 1
    every_weeks: int = 1


@dataclass(frozen=True)
class DateCheck:
    """One date of a plan. `problem` is "" when it can be saved; `span` None when the time does not exist."""

    day: date
    wall: WallTime
    span: TimeSpan | None
    problem: str


def check(actor: Actor, case_id: str, plan: Plan) -> list[DateCheck]:
    """Every date of the plan with what stands against it; nothing is written."""
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.PLAN)
        diaries = _diaries(ctx, case, plan)
        _ensure_active(ctx, diaries)
        return _checked(ctx, case, plan, diaries)


def plan(actor: Actor, case_id: str, plan: Plan, skip: Collection[date] = ()) -> list[str]:
    """Ids of the new encounters: all dates but `skip`, or none at all.

    Raises Unfit naming the first date's problem, Clash when somebody is taken, Inactive, NotFound.
    """
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.PLAN)
        diaries = _diaries(ctx, case, plan)
        locked = queries.lock_diaries(ctx.session, diaries.values())
        _ensure_active(ctx, diaries)
        dates = [one for one in _checked(ctx, case, plan, diaries) if one.day not in set(skip)]
        for one in dates:
            if one.problem in (*PEOPLE, "room"):
                raise errors.Clash(who=one.problem, day=one.day)
            if one.problem:
                raise errors.Unfit({"start": one.problem}, day=one.day)
        if not dates:
            raise errors.Unfit({"start": "required"})
        series = _series(ctx, case, plan)
        ids = [_record(ctx, case, plan, one, series, diaries, locked) for one in dates]
        ctx.audit("encounters.plan", case.id, count=len(ids))
        return ids


def _diaries(ctx: Context, case: Case, plan: Plan) -> dict[str, int]:
    """Whose time a plan takes: "therapist", "client" and perhaps "room" -> diary id. Refuses what is not there."""
    problems = {}
    if plan.need_id not in {need.id for need in case.needs}:
        problems["need"] = "unknown"
    if not 5 <= plan.minutes <= 480:
        problems["minutes"] = "range"
    if not 1 <= plan.count <= LONGEST_SERIES:
        problems["count"] = "range"
    seats = _seats(case, plan)
    if not seats.known:
        problems["mode"] = "unknown"
    site = _site(case, plan)
    if site and ctx.session.get(Site, site) is None:
        problems["site"] = "unknown"
    room = ctx.session.get(Room, plan.room_id) if plan.room_id else None
    if plan.room_id and (room is None or room.site_id != site):
        problems["room"] = "unknown"
    elif seats.anybody_comes and not site:
        problems["site"] = "somebody_comes"
    if problems:
        raise errors.Unfit(problems)
    found = {"therapist": case.therapist.diary_id, "client": case.client.diary_id}
    return found | ({"room": room.diary_id} if room else {})


def _seats(case: Case, plan: Plan) -> Modes:
    """As the plan says, and where it says nothing as its need does."""
    need = next((one for one in case.needs if one.id == plan.need_id), None)
    return plan.modes.over(modes.of(need) if need else modes.ALL_IN_PERSON)


def _site(case: Case, plan: Plan) -> str | None:
    comes = _seats(case, plan).anybody_comes
    return case.site_id if plan.site_id is None and comes else plan.site_id or None


def _ensure_active(ctx: Context, diaries: Mapping[str, int]) -> None:
    for who in queries.inactive(ctx.session, diaries.values()):
        raise errors.Inactive(who=who)


def _checked(ctx: Context, case: Case, plan: Plan, diaries: dict[str, int]) -> list[DateCheck]:
    walls = weekly(plan.first, plan.count, plan.every_weeks)
    checks = [_timed(wall, plan.minutes, ctx.now, case.closed_on) for wall in walls]
    spans = [one.span for one in checks if one.span]
    if not spans:
        return checks
    start, end = min(spans).start - timedelta(hours=2), max(span.end for span in spans) + timedelta(hours=2)
    taken = queries.taken(ctx.session, diaries.values(), start, end)
    return [_free(one, diaries, taken, ctx) for one in checks]


def _timed(wall: WallTime, minutes: int, now: datetime, closed_on: date | None) -> DateCheck:
    if closed_on and wall.day > closed_on:
        return DateCheck(wall.day, wall, None, "closed")
    try:
        span = span_of(wall, minutes)
    except errors.Unfit as error:
        return DateCheck(wall.day, wall, None, next(iter(error.fields.values())))
    return DateCheck(wall.day, wall, span, "past" if span.start < now else "")


def _free(check: DateCheck, diaries: dict[str, int], taken: Sequence[Taken], ctx: Context) -> DateCheck:
    if check.span is None or check.problem:
        return check
    for who, diary in diaries.items():
        span = _span_for(who, check.span, ctx)
        if any(t.diary_id == diary and span.overlaps(TimeSpan(t.starts_at, t.ends_at)) for t in taken):
            return DateCheck(check.day, check.wall, check.span, who)
    return check


def _span_for(who: str, span: TimeSpan, ctx: Context) -> TimeSpan:
    margins = ctx.settings.briefing_minutes * MINUTE, ctx.settings.debrief_minutes * MINUTE
    return occupancy.held(who, span, occupancy.Margins(*margins))


def _series(ctx: Context, case: Case, plan: Plan) -> Series | None:
    if plan.count == 1:
        return None
    series = Series(id=ctx.fresh_id(), case_id=case.id, every_weeks=plan.every_weeks)
    ctx.session.add(series)
    ctx.session.flush()
    return series


def _record(
    ctx: Context,
    case: Case,
    plan: Plan,
    one: DateCheck,
    series: Series | None,
    diaries: dict[str, int],
    locked: dict[int, Diary],
) -> str:
    assert one.span is not None
    slot = Slot(id=ctx.fresh_id(), need_id=plan.need_id, state="unfilled", demand_at=ctx.now)
    row = Encounter(
        id=ctx.fresh_id(),
        case_id=case.id,
        series_id=series.id if series else None,
        day=one.day,
        at=one.wall.at,
        zone=one.wall.zone,
        fold=one.wall.fold or 0,
        minutes=plan.minutes,
        starts_at=one.span.start,
        ends_at=one.span.end,
        site_id=_site(case, plan),
        room_id=plan.room_id,
        **modes.columns(_seats(case, plan)),
        status="scheduled",
        slot=slot,
    )
    ctx.session.add(row)
    ctx.session.flush()
    for who, diary in diaries.items():
        span = _span_for(who, one.span, ctx)
        taken = Taken(id=ctx.fresh_id(), encounter_id=row.id, starts_at=span.start, ends_at=span.end)
        locked[diary].book(ctx.session, taken)
    return row.id
