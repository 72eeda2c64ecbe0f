"""The goals of a case, in the client's words."""

from __future__ import annotations

from typing import Any

from triad.services import goals
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import cases as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("goals")


@bp.get("/cases/<case_id>/goals")
@guard.needs(May.WRITE_GOAL)
@bp.answers(shapes.GoalPageOut, asks=PageIn, refuses=(422,))
def listed(asked: dict[str, Any], case_id: str) -> Any:
    """The goals of a case, those still open first."""
    return exchange.page(goals.listed(guard.actor(), case_id)[1], asked.get("page", 1))


@bp.post("/cases/<case_id>/goals")
@guard.needs(May.WRITE_GOAL)
@bp.answers(CreatedOut, 201, takes=shapes.GoalIn, once=True)
def add(body: dict[str, Any], case_id: str) -> Any:
    """A new goal, in the language the client said it in."""
    return {"id": goals.add(guard.actor(), case_id, _written(body))}


@bp.get("/cases/<case_id>/goals/<goal_id>")
@guard.needs(May.WRITE_GOAL)
@bp.answers(shapes.GoalOutForTherapist, versioned=True)
def show(case_id: str, goal_id: str) -> Any:
    """One goal; its ETag is needed to change it."""
    _, goal = goals.show(guard.actor(), case_id, goal_id)
    return exchange.tagged(goal, goal.version)


@bp.put("/cases/<case_id>/goals/<goal_id>")
@guard.needs(May.WRITE_GOAL)
@bp.answers(status=204, takes=shapes.GoalIn, seen=True)
def change(body: dict[str, Any], case_id: str, goal_id: str, seen: int) -> None:
    """All fields anew: what is left out is empty afterwards."""
    goals.change(guard.actor(), case_id, goal_id, {**_written(body), "version": str(seen)})


def _written(body: dict[str, Any]) -> dict[str, str]:
    return exchange.written(exchange.ticked(body, "agreed_by", "agreed_"))
