"""Encounters: a span of days, one's own, what has no interpreter, one; plan, cancel, say how it went."""

from __future__ import annotations

from datetime import time
from typing import Any

from triad.domain import modes
from triad.domain.parties import Role
from triad.domain.timespans import WallTime
from triad.services import encounters, plans
from triad.services.policy import May
from triad.web import exchange, guard, spans
from triad.web.exchange import Noun
from triad.web.schemas import encounters as shapes
from triad.web.schemas.base import PageIn, SpanIn

bp = Noun("encounters")


@bp.get("/encounters")
@guard.needs(May.SEE_BOARD)
@bp.answers(shapes.EncounterPageOut, asks=SpanIn, refuses=(422,))
def between(asked: dict[str, Any]) -> Any:
    """Encounters planned or held on these days, all of the clinic's, in order of time."""
    rows, _ = encounters.between(guard.actor(), *spans.instants(asked))
    return exchange.page([told(row) for row in rows], asked.get("page", 1))


@bp.get("/my-encounters")
@guard.needs(May.SEE_OWN_WEEK)
@bp.answers(shapes.EncounterPageOut, asks=SpanIn, refuses=(422,))
def mine(asked: dict[str, Any]) -> Any:
    """A therapist's or an interpreter's own encounters on these days."""
    rows = encounters.mine(guard.actor(), *spans.instants(asked))
    return exchange.page([told(row) for row in rows], asked.get("page", 1))


@bp.get("/unfilled")
@guard.needs(May.SEE_UNFILLED)
@bp.answers(shapes.UnfilledPageOut, asks=PageIn, refuses=(422,))
def unfilled(asked: dict[str, Any]) -> Any:
    """What has no interpreter: soonest day first, then the scarcest language."""
    found = encounters.unfilled(guard.actor())
    rows = [
        {"encounter": told(one.encounter), "hours_left": one.hours_left, "speakers": one.speakers} for one in found
    ]
    return exchange.page(rows, asked.get("page", 1))


@bp.get("/encounters/<encounter_id>")
@guard.needs(May.SEE_ENCOUNTER)
@bp.answers(shapes.EncounterOut, versioned=True)
def show(encounter_id: str) -> Any:
    """One encounter; its ETag is needed to change it."""
    row = encounters.show(guard.actor(), encounter_id)
    return exchange.tagged(told(row), row.version)


@bp.post("/encounters/<encounter_id>/cancel")
@guard.needs(May.CANCEL)
@bp.answers(status=204, takes=shapes.CancelIn, seen=True, refuses=(403, 409))
def cancel(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """Everybody's time is free again."""
    encounters.cancel(guard.actor(), encounter_id, body["by"], body.get("reason", ""), seen, body.get("notice_at"))


@bp.post("/encounters/<encounter_id>/outcome")
@guard.needs(May.MARK_HELD)
@bp.answers(status=204, takes=shapes.OutcomeIn, seen=True, refuses=(403, 409))
def mark(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """Say after its start whether it was held or abandoned."""
    encounters.mark(guard.actor(), encounter_id, body["outcome"], body.get("absent", ()), seen)


@bp.post("/cases/<case_id>/encounters")
@guard.needs(May.PLAN)
@bp.answers(shapes.PlannedOut, 201, takes=shapes.PlanIn, once=True, refuses=(403, 409))
def plan(body: dict[str, Any], case_id: str) -> Any:
    """One encounter or a weekly series: all dates but those to skip, or none at all."""
    return {"ids": plans.plan(guard.actor(), case_id, _plan(body), set(body.get("skip", ())))}


@bp.post("/cases/<case_id>/encounters/check")
@guard.needs(May.PLAN)
@bp.answers(shapes.DatesOut, takes=shapes.PlanIn, refuses=(403, 409))
def check(body: dict[str, Any], case_id: str) -> Any:
    """Every date of a plan with what stands against it; nothing is written."""
    found = plans.check(guard.actor(), case_id, _plan(body))
    return {"items": [_date(one) for one in found]}


def told(row: Any) -> dict[str, Any]:
    """An encounter for whoever asks: coordinators and its therapist hear more than the interpreter does."""
    actor, slot, case = guard.actor(), row.slot, row.case
    live = next((one for one in slot.assignments if one.ended_at is None), None)
    names = ("id", "version", "status", "day", "zone", "minutes", "starts_at", "ends_at")
    shown = {name: getattr(row, name) for name in names} | {
        "start": f"{row.at:%H:%M}",
        "mode": row.mode_i,
        "modes": modes.of(row)._asdict(),
        "slot": slot.state,
        "language": slot.need.language,
        "dialect": slot.need.dialect,
        "site": exchange.named(row.site),
        "room": exchange.named(row.room),
        "therapist": exchange.named(case.therapist),
        "interpreter": exchange.named(live and live.interpreter),
        "client_code": case.client.code,
    }
    if actor.has(Role.COORDINATOR) or case.therapist_id == actor.person_id:
        shown |= {"case": {"id": case.id, "name": case.code}, "reason": row.reason, "cancelled_by": row.cancelled_by}
    return shown


def _date(one: plans.DateCheck) -> dict[str, Any]:
    starts, ends = (one.span.start, one.span.end) if one.span else (None, None)
    return {"day": one.day, "starts_at": starts, "ends_at": ends, "problem": one.problem}


def _plan(body: dict[str, Any]) -> plans.Plan:
    seats = modes.said(lambda name: body.get(name, ""), ("mode_therapist", "mode_interpreter", "mode_client"))
    return plans.Plan(
        WallTime(body["day"], time.fromisoformat(body["start"]), body["zone"], body.get("fold")),
        body["minutes"],
        body["need"],
        body.get("site"),
        body.get("room"),
        seats,
        body.get("count", 1),
        body.get("every_weeks", 1),
    )
