"""Asking for sessions before anybody is planned: written, sent, accepted as asked or amended, refused, withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triad.domain import errors, lifecycle, modes
from triad.domain import requests as rules
from triad.domain.modes import Modes
from triad.domain.notes import Fields
from triad.domain.parties import Role
from triad.domain.timespans import WallTime, span_of
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates, queries, requests
from triad.store.bookings import Bookings
from triad.store.cases import Case
from triad.store.plannings import LONGEST_SERIES, Plan, Planner
from triad.store.requests import Planned, Request

Written = Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A request with the encounters that came of it."""

    row: Request
    encounter_ids: Sequence[str]


def listed(actor: Actor) -> Sequence[Request]:
    """All that were sent, for a coordinator; a therapist's own cases', drafts too. Those that wait come first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_REQUESTS)
        return requests.listed(ctx.session, "" if actor.has(Role.COORDINATOR) else actor.person_id)


def show(actor: Actor, request_id: str) -> Shown:
    with context.look(actor) as ctx:
        row = access.request(ctx, request_id, to=May.REQUEST)
        return Shown(row, requests.encounters_of(ctx.session, row.id))


def case_for(actor: Actor, case_id: str) -> Case:
    """The case somebody is about to ask for."""
    with context.look(actor) as ctx:
        return access.case(ctx, case_id, to=May.REQUEST)


def create(actor: Actor, case_id: str, written: Written) -> str:
    """The new request's id. Fields: need, day, start, zone, minutes, count, every, mode (may be empty), urgency.

    With `send` "yes" it is on its way at once, else it stays a draft.
    """
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.REQUEST)
        row = _read(ctx, case, written)
        ctx.session.add(row)
        ctx.audit("requests.create", row.id, case=case.id)
        if written.get("send") == "yes":
            ctx.session.flush()
            _send(ctx, row)
        return row.id


def submit(actor: Actor, request_id: str, seen: int) -> None:
    """Send a draft. `seen` is the version as it was read, here and in the others."""
    with context.work(actor) as ctx:
        _send(ctx, access.request(ctx, request_id, to=May.REQUEST, seen=seen))


def plan_of(row: Request) -> Plan:
    """The plan a request asks for, as it stands."""
    wall = WallTime(row.day, row.at, row.zone)
    seats = Modes(row.mode, row.mode, row.mode)
    return Plan(wall, row.minutes, row.need_id, None, None, seats, row.count, row.every_weeks)


def accept(
    actor: Actor, request_id: str, seen: int, plan: Plan | None = None, skip: Collection[date] = ()
) -> list[str]:
    """Ids of the encounters that are planned for it; `plan` None as it was asked for.

    Raises what planning raises, BadTransition, Stale; then nothing is planned.
    """
    with context.work(actor) as ctx:
        row = access.request(ctx, request_id, to=May.DECIDE_REQUEST, seen=seen)
        state = lifecycle.ensure("request", row.state, "accept")
        asked = plan_of(row)
        plan = plan or asked
        planner = Planner(ctx.session, candidates.Rules.of(ctx.settings), ctx.now, ctx.fresh_id)
        ids = planner.write(row.case, plan, skip)
        ctx.session.add_all(Planned(request_id=row.id, encounter_id=id_) for id_ in ids)
        row.amended = [*_amended(asked, plan), *(["skip"] if skip else [])]
        _decide(ctx, row, state)
        ctx.audit("requests.accept", row.id, planned=len(ids), amended=",".join(row.amended))
        return ids


def refuse(actor: Actor, request_id: str, seen: int, code: str) -> None:
    with context.work(actor) as ctx:
        row = access.request(ctx, request_id, to=May.DECIDE_REQUEST, seen=seen)
        state = lifecycle.ensure("request", row.state, "refuse")
        if code not in rules.REFUSALS:
            raise errors.Unfit({"code": "choose_one"})
        row.code = code
        _decide(ctx, row, state)
        ctx.audit("requests.refuse", row.id, code=code)


def withdraw(actor: Actor, request_id: str, seen: int) -> int:
    """It is not needed any more; sessions to come that were planned for it are cancelled. How many those were."""
    with context.work(actor) as ctx:
        row = access.request(ctx, request_id, to=May.REQUEST, seen=seen)
        row.state = lifecycle.ensure("request", row.state, "withdraw")
        row.version += 1
        by = "therapist" if actor.person_id == row.case.therapist_id else "clinic"
        books, count = Bookings(ctx.session, candidates.Rules.of(ctx.settings), ctx.fresh_id), 0
        for id_ in sorted(requests.encounters_of(ctx.session, row.id)):
            queries.outline(ctx.session, id_, lock=True)
            encounter = queries.encounter(ctx.session, id_)
            if encounter and encounter.status == "scheduled" and encounter.starts_at > ctx.now:
                count += 1
                for person, kind in books.cancel(encounter, by, "", ctx.now, actor.account_id).items():
                    ctx.post(person, kind, encounter.id, encounter.starts_at)
        ctx.audit("requests.withdraw", row.id, cancelled=count)
        return count


def unmet(actor: Actor) -> Mapping[tuple[str, str], int]:
    """(language, cause) -> how often nobody came of what was asked for: slots given up, requests refused."""
    with context.look(actor) as ctx:
        access.need(ctx, May.DECIDE_REQUEST)
        return requests.unmet(ctx.session)


def _read(ctx: Context, case: Case, written: Written) -> Request:
    fields = Fields(written)
    fields.yes("send")
    need = fields.choice("need", [one.id for one in case.needs])
    day, at, zone = fields.day("day"), fields.clock("start"), fields.zone("zone")
    minutes, count = fields.whole("minutes", 5, 480), fields.whole("count", 1, LONGEST_SERIES)
    every, urgency = fields.whole("every", 1, 52), fields.choice("urgency", rules.URGENCIES)
    mode = fields.choice("mode", ("", *modes.MODES))
    if day and not fields.problems and span_of(WallTime(day, at, zone, 0), minutes or 5).start < ctx.now:
        fields.fail("day", "past")
    fields.settle()
    return Request(
        id=ctx.fresh_id(),
        case_id=case.id,
        need_id=need,
        asked_by=ctx.actor.person_id,
        state=lifecycle.ensure("request", lifecycle.NEW, "create"),
        urgency=urgency,
        day=day,
        at=at,
        zone=zone,
        minutes=minutes,
        count=count,
        every_weeks=every,
        mode=mode,
        made_at=ctx.now,
        version=1,
    )


def _send(ctx: Context, row: Request) -> None:
    row.state = lifecycle.ensure("request", row.state, "submit")
    row.arrived_at = ctx.now
    row.version += 1
    for person in queries.coordinators(ctx.session):
        ctx.post(person, "request", row.id)
    ctx.audit("requests.submit", row.id)


def _decide(ctx: Context, row: Request, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, ctx.now, ctx.actor.person_id
    row.version += 1
    ctx.post(row.asked_by, f"request_{state}", row.id)


def _amended(asked: Plan, planned: Plan) -> list[str]:
    """Names of the lines that are planned otherwise than they were asked for; what was left open is no change."""
    pairs = {
        "day": (asked.first.day, planned.first.day),
        "start": ((asked.first.at, asked.first.zone), (planned.first.at, planned.first.zone)),
        "minutes": (asked.minutes, planned.minutes),
        "need": (asked.need_id, planned.need_id),
        "count": (asked.count, planned.count),
        "every": (asked.every_weeks, planned.every_weeks),
        "mode": (asked.modes, planned.modes if all(asked.modes) else asked.modes),
    }
    return [name for name, (before, after) in pairs.items() if before != after]
