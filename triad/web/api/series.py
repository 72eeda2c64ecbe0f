"""A series changed as a whole or from one date on: checked, moved, cancelled, dates brought back."""

from __future__ import annotations

from datetime import time
from typing import Any

from triad.domain import modes
from triad.domain.timespans import WallTime
from triad.services import series
from triad.services.policy import May
from triad.services.series import Asked, Change
from triad.web import guard
from triad.web.exchange import Noun
from triad.web.schemas import series as shapes
from triad.web.schemas.base import CreatedOut
from triad.web.schemas.encounters import PlannedOut

bp = Noun("series")


@bp.get("/encounters/<encounter_id>/series")
@guard.needs(May.MOVE)
@bp.answers(shapes.SeriesOut, refuses=(403,))
def show(encounter_id: str) -> Any:
    """All dates of the series the encounter belongs to, and those that were left out."""
    found = series.show(guard.actor(), encounter_id)
    return {"items": found.rows, "skipped": found.skipped}


@bp.post("/encounters/<encounter_id>/series/check")
@guard.needs(May.MOVE)
@bp.answers(shapes.OutcomesOut, takes=shapes.SeriesMoveIn, seen=True, refuses=(403, 409))
def check(body: dict[str, Any], encounter_id: str, seen: int) -> Any:
    """Every date that would move, with what stands against it; nothing is written."""
    found = series.check(guard.actor(), encounter_id, _asked(body, encounter_id, seen))
    return {"items": [{**vars(one), "codes": [reason.code for reason in one.reasons]} for one in found]}


@bp.post("/encounters/<encounter_id>/series/move")
@guard.needs(May.MOVE)
@bp.answers(PlannedOut, takes=shapes.SeriesMoveIn, seen=True, refuses=(403, 409))
def move(body: dict[str, Any], encounter_id: str, seen: int) -> Any:
    """Move all of them, or none."""
    return {"ids": series.move(guard.actor(), encounter_id, _asked(body, encounter_id, seen))}


@bp.post("/encounters/<encounter_id>/series/cancel")
@guard.needs(May.CANCEL)
@bp.answers(shapes.CountOut, takes=shapes.SeriesCancelIn, seen=True, refuses=(403, 409))
def cancel(body: dict[str, Any], encounter_id: str, seen: int) -> Any:
    """Cancel the dates to come in this scope."""
    said = body["scope"], body["by"], body.get("reason", ""), seen, body.get("edited", False)
    return {"count": series.cancel(guard.actor(), encounter_id, *said)}


@bp.post("/encounters/<encounter_id>/series/skipped/<skipped_id>")
@guard.needs(May.PLAN)
@bp.answers(CreatedOut, 201, once=True, refuses=(403, 409))
def bring_back(encounter_id: str, skipped_id: str) -> Any:
    """A date that was left out takes place after all, as this encounter does."""
    return {"id": series.bring_back(guard.actor(), encounter_id, skipped_id)}


def _asked(body: dict[str, Any], encounter_id: str, seen: int) -> Asked:
    said = modes.said(lambda name: body.get(name, ""), ("mode_therapist", "mode_interpreter", "mode_client"))
    seats = said.over(modes.of(series.show(guard.actor(), encounter_id).encounter))
    wall = WallTime(body["day"], time.fromisoformat(body["start"]), body["zone"], body.get("fold"))
    change = Change(
        wall, body["minutes"], body.get("site"), body.get("room"), seats, seen, body.get("release", False)
    )
    return Asked(body["scope"], change, body.get("edited", False), frozenset(body.get("keep", ())))
