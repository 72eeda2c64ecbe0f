"""Plans: asked for by a coordinator, worked out beside all other work, kept as proposed. Nothing is assigned here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import insert

from triad.domain import errors, laying, staffing_faults, staffing_inputs
from triad.domain.laying import Laid
from triad.domain.planning import Clinic as Known
from triad.domain.staffing import Plan, Terms, Weights
from triad.domain.staffing_reasons import Diaries
from triad.domain.timespans import DAY
from triad.engines import staffing_apart
from triad.engines.staffing_apart import Solver
from triad.services import access, context
from triad.services.context import Actor, Clinic, Context
from triad.services.policy import May
from triad.store import candidates, types, weeks
from triad.store import staffing as stored
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter
from triad.store.staffing import DONE, FAILED, QUEUED, RUNNING, StaffingLine, StaffingRun

log = structlog.get_logger()
LONGEST = 62
"""Days."""
TOLD = 1.0
"""Seconds between two words about how far it is."""


@dataclass(frozen=True)
class Wish:
    """From the first day to the last, both whole, on the clinic's clock; what has begun is left out.

    `keeps`: nobody who has a session is moved. `away`, `urgent`: an interpreter who is away, an encounter that came
    late; then only what these two make necessary is moved, and as little of that as can be.
    """

    first: date
    last: date
    keeps: bool = False
    away: str = ""
    urgent: str = ""


def begin(actor: Actor, wish: Wish) -> str:
    """The run's id; it is worked on after this verb, one after another. The same wish twice at once is one run.

    Unfit for days that are no range, are over, or are more than 62; NotFound for whom or what is not there.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.PLAN_WEEK)
        start, end = _span(ctx, wish)
        _ensure_known(ctx, wish)
        kind = "replan" if wish.away or wish.urgent else "plan"
        since = ctx.now - stored.lost_after(ctx.settings.plan_seconds)
        for found in stored.waiting(ctx.session, actor.account_id, since):
            if _wish(found) == wish:
                return found.id
        row = StaffingRun(
            id=ctx.fresh_id(),
            asked_by=actor.account_id,
            asked_at=ctx.now,
            touched_at=ctx.now,
            first_day=wish.first,
            last_day=wish.last,
            starts_at=start,
            ends_at=end,
            kind=kind,
            keeps=wish.keeps,
            away_id=wish.away or None,
            urgent_id=wish.urgent or None,
        )
        ctx.session.add(row)
        ctx.audit("staffing.plan", row.id, kind=kind)
        ctx.tell(partial(actor.clinic.later, partial(solve, actor.clinic, row.id)))
        return row.id


def _wish(run: StaffingRun) -> Wish:
    return Wish(run.first_day, run.last_day, run.keeps, run.away_id or "", run.urgent_id or "")


def _span(ctx: Context, wish: Wish) -> tuple[datetime, datetime]:
    if wish.last < wish.first:
        raise errors.Unfit({"last": "order"})
    if wish.first.year <= MINYEAR or wish.last.year >= MAXYEAR:
        # The first and the last days of the calendar have no neighbours.
        raise errors.Unfit({"last": "out_of_range"})
    if (wish.last - wish.first).days >= LONGEST:
        raise errors.Unfit({"last": "too_long_a_range"})
    zone = ZoneInfo(ctx.settings.zone)
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (wish.first, wish.last + DAY))
    if end <= ctx.now:
        raise errors.Unfit({"last": "past"})
    return max(start, ctx.now), end


def _ensure_known(ctx: Context, wish: Wish) -> None:
    for table, id_ in ((Interpreter, wish.away), (Encounter, wish.urgent)):
        if id_ and ctx.session.get(table, id_) is None:
            raise errors.NotFound


def solve(clinic: Clinic, run_id: str) -> None:
    """Work out a run that waits; afterwards it is done with all its lines, or failed without any."""
    house = Actor(clinic, source="job")
    with context.work(house) as ctx:
        run = stored.run(ctx.session, run_id, lock=True)
        if run is None or run.state != QUEUED:
            return
        run.state, run.touched_at = RUNNING, ctx.now
    try:
        with staffing_apart.opened() as solver:
            with context.look(house) as ctx:
                rules, days = candidates.Rules.of(ctx.settings), ctx.settings.pinned_days
                known = weeks.of_run(ctx.session, run, rules, days, ctx.now)
                laid = laying.laid(known, Weights.of(ctx.settings))
            plan = _planned(house, run, laid, solver)
        if staffing_faults.faults(laid.week, plan.assigned):
            raise ValueError("a plan that cannot be")
        with context.work(house) as ctx:
            _record(ctx, run_id, known, laid, plan)
    except Exception as error:
        log.error("plan_failed", run=run_id, kind=type(error).__name__)
        with context.work(house) as ctx:
            if row := stored.run(ctx.session, run_id, lock=True):
                row.state, row.problem, row.touched_at = FAILED, "stopped", ctx.now


def _planned(house: Actor, run: StaffingRun, laid: Laid, solver: Solver) -> Plan:
    wanted = None
    if run.kind == "replan":
        wanted = {*laid.lost, *(n for n in (laid.numbers.get(run.urgent_id or ""),) if n is not None)}
    clinic, heard = house.clinic, [house.clinic.ticks()]

    def tell(share: float) -> None:
        if clinic.ticks() - heard[0] < TOLD:
            return
        heard[0] = clinic.ticks()
        with context.work(house) as ctx:
            if row := stored.run(ctx.session, run.id, lock=True):
                row.share, row.touched_at = round(100 * share), ctx.now

    seconds = float(clinic.settings.plan_seconds)
    return solver.plan(laid.week, seconds, promised=laid.promised, wanted=wanted, tell=tell)


def _record(ctx: Context, run_id: str, known: Known, laid: Laid, plan: Plan) -> None:
    run = stored.run(ctx.session, run_id, lock=True)
    if run is None:
        raise errors.NotFound
    lines = [*_lines(laid, plan), *(_kept(one) for one in laid.kept)]
    sessions, people = {line["encounter_id"]: line["asked"] for line in lines}, staffing_inputs.of_people(known)
    if lines:
        ctx.session.execute(insert(types.table(StaffingLine)), [{"run_id": run_id, **EMPTY, **one} for one in lines])
    run.people, run.inputs_hash = people, staffing_inputs.whole(sessions, people)
    run.weights = {**laid.week.weights.terms._asdict(), "moved": laid.week.weights.moved}
    run.terms, run.how, run.worth, run.bound = plan.terms._asdict(), plan.how, plan.worth, plan.bound
    run.milliseconds = round(1000 * plan.seconds)
    run.filled = sum(line["after_id"] is not None for line in lines)
    run.unfilled = len(lines) - run.filled
    run.kept = sum(line["after_id"] is not None and line["after_id"] == line["before_id"] for line in lines)
    run.moved = sum(line["before_id"] is not None and line["after_id"] != line["before_id"] for line in lines)
    run.state, run.share, run.touched_at = DONE, 100, ctx.now
    ctx.audit("staffing.proposed", run_id, how=plan.how)


EMPTY: dict[str, Any] = {
    "runner_up_id": None,
    "pinned": False,
    "could": 0,
    "terms": {},
    "outcome": "",
    "why": [],
    "settled_at": None,
    "settled_version": None,
}


def _lines(laid: Laid, plan: Plan) -> list[dict[str, Any]]:
    diaries, ids = Diaries(laid.week, plan.assigned), [str(one.id) for one in laid.people]
    found = []
    for n, one in enumerate(laid.free):
        who = plan.assigned.get(n)
        second = None if who is None else diaries.runner_up(n)
        found.append(
            {
                "encounter_id": one.id,
                "before_id": one.has,
                "after_id": None if who is None else ids[who],
                "runner_up_id": ids[second.who] if second else None,
                "terms": _differs(second.terms) if second else {},
                "could": len(laid.week.pairs[n]),
                "asked": staffing_inputs.of_session(one),
            }
        )
    return found


def _differs(terms: Terms) -> dict[str, int]:
    return {name: count for name, count in terms._asdict().items() if count}


def _kept(one: Any) -> dict[str, Any]:
    asked = staffing_inputs.of_session(one)
    return {"encounter_id": one.id, "before_id": one.has, "after_id": one.has, "pinned": True, "asked": asked}
