"""One interpreter for another in one step, and the bookings that an absence has broken."""

from __future__ import annotations

from typing import Any

from triad.domain import errors
from triad.domain import offers as rules
from triad.services import replacements
from triad.services.policy import May
from triad.services.replacements import Instead
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import replacements as shapes
from triad.web.schemas.base import PageIn

bp = Noun("replacements")


@bp.get("/broken-bookings")
@guard.needs(May.SEE_UNFILLED)
@bp.answers(shapes.BrokenPageOut, asks=PageIn, refuses=(422,))
def broken(asked: dict[str, Any]) -> Any:
    """Encounters to come whose interpreter is away by now, soonest first."""
    rows = [_broken(row) for row in replacements.broken_bookings(guard.actor())]
    return exchange.page(rows, asked.get("page", 1))


@bp.get("/encounters/<encounter_id>/replacement")
@guard.needs(May.REPLACE)
@bp.answers(shapes.OtherPageOut, asks=PageIn, refuses=(403, 422))
def choice(asked: dict[str, Any], encounter_id: str) -> Any:
    """Who could come instead, best first, with what is gained and what is lost."""
    found = replacements.choice(guard.actor(), encounter_id)
    return exchange.page([_other(one) for one in found.others], asked.get("page", 1))


@bp.post("/encounters/<encounter_id>/replacement")
@guard.needs(May.REPLACE)
@bp.answers(status=204, takes=shapes.ReplaceIn, seen=True, refuses=(403, 409))
def swap(body: dict[str, Any], encounter_id: str, seen: int) -> None:
    """Release with a reason, and assign one or ask several, or nothing at all. Everybody concerned is told."""
    if ("interpreter" in body) == ("asks" in body):
        raise errors.Unfit({"interpreter": "choose_one"})
    hours = body.get("answer_hours", rules.ANSWER_HOURS), body.get("wait_hours", rules.WAIT_HOURS)
    tiers = {one["interpreter"]: one.get("tier", 1) for one in body.get("asks", ())}
    instead = Instead(body.get("interpreter", ""), tiers, *hours)
    replacements.swap(guard.actor(), encounter_id, body["reason"], instead, seen)


def _broken(row: Any) -> dict[str, Any]:
    live = next(one for one in row.slot.assignments if one.ended_at is None)
    names = ("id", "version", "starts_at", "ends_at", "zone")
    return {name: getattr(row, name) for name in names} | {"interpreter": exchange.named(live.interpreter)}


def _other(one: replacements.Other) -> dict[str, Any]:
    def codes(points: Any) -> list[str]:
        return [point.code for point in points]

    who = one.fit.candidate
    return {"interpreter": {"id": who.id, "name": who.name}, "gained": codes(one.gained), "lost": codes(one.lost)}
