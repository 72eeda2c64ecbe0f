"""Plans for programs: ask for one, poll it, read its lines, take them over."""

from __future__ import annotations

from typing import Any

from triad.services import solving, staffing
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web import staffing as words
from triad.web.exchange import Noun
from triad.web.schemas import staffing as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("staffing")


@bp.post("/plans")
@guard.needs(May.PLAN_WEEK)
@bp.answers(CreatedOut, 201, takes=shapes.AskPlanIn, once=True)
def begin(body: dict[str, Any]) -> Any:
    """Ask for a plan of these days; it is worked out beside this. Nothing is assigned by it."""
    return {"id": solving.begin(guard.actor(), solving.Wish(**body))}


@bp.get("/plans")
@guard.needs(May.PLAN_WEEK)
@bp.answers(shapes.RunPageOut, asks=PageIn, refuses=(422,))
def listed(asked: dict[str, Any]) -> Any:
    """The latest plans, newest first."""
    rows = [_run(one.run, one.state) for one in staffing.runs(guard.actor())]
    return exchange.page(rows, asked.get("page", 1))


@bp.get("/plans/<run_id>")
@guard.needs(May.PLAN_WEEK)
@bp.answers(shapes.RunOut)
def show(run_id: str) -> Any:
    """How far it is, and once it is done how good."""
    found = staffing.glance(guard.actor(), run_id)
    return _run(found.run, found.state)


@bp.get("/plans/<run_id>/lines")
@guard.needs(May.PLAN_WEEK)
@bp.answers(shapes.PlanLinePageOut, asks=PageIn, refuses=(422,))
def lines(asked: dict[str, Any], run_id: str) -> Any:
    """One line for each session of its days, in order of time; none until it is done."""
    found = staffing.show(guard.actor(), run_id)
    rows = [_line(line, found.urgent.get(line.encounter_id, "routine")) for line in found.lines]
    return exchange.page(rows, asked.get("page", 1))


@bp.post("/plans/<run_id>/acceptance")
@guard.needs(May.PLAN_WEEK)
@bp.answers(shapes.SettledOut, takes=shapes.AcceptIn, refuses=(409,))
def accept(body: dict[str, Any], run_id: str) -> Any:
    """Take lines over, each through the verb that assigns: what no longer holds is refused with its codes."""
    found = words.accept(guard.actor(), run_id, body.get("sessions"), body.get("ask", False))
    return {"done": found.done, "skipped": found.skipped, "refused": found.refused}


@bp.post("/plans/<run_id>/undo")
@guard.needs(May.PLAN_WEEK)
@bp.answers(shapes.TakenBackOut, refuses=(409,))
def undo(run_id: str) -> Any:
    """Put back what was taken over and nobody touched since; the rest is left alone, with its codes."""
    found = words.take_back(guard.actor(), run_id)
    return {"done": found.done, "refused": found.refused}


def _run(run: Any, state: str) -> dict[str, Any]:
    counts = {name: getattr(run, name) for name in ("asked_at", "how", "filled", "unfilled", "kept", "moved")}
    days = {"first": run.first_day, "last": run.last_day}
    return {"id": run.id, "state": state, "percent": run.share, "gap": run.gap, **days, **counts}


def _line(line: Any, urgency: str) -> dict[str, Any]:
    return {
        "session": line.encounter_id,
        "urgency": urgency,
        "starts_at": line.encounter.starts_at,
        "before": line.before_id,
        "after": line.after_id,
        "runner_up": line.runner_up_id,
        "gains": line.terms,
        "eligible": line.could,
        "pinned": line.pinned,
        "outcome": line.outcome,
        "codes": line.why,
    }
